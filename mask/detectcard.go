package mask

// card finds the number of a payment card: 13 to 19 digits in a row or in the
// groups that are printed on cards, of a brand that issues such numbers, with
// the check digit of ISO/IEC 7812-1 annex B (Luhn). A number of 13 or 14 digits
// that is one of an article, EAN-13 or GTIN-14, is taken for that.
func (f *finder) card(i, end int) find {
	n := end - i
	if n != 4 && (n < 13 || n > 19) {
		return find{}
	}
	switch b := f.before(i); {
	case isAlnum(b) || b == '_' || b == '*':
		return find{}
	case b == '.' && !isAlpha(f.before(i-1)): // the digits behind a point
		return find{}
	case b == '-' && n > 4 && !isAlnum(f.before(i-1)): // less than nothing
		return find{}
	}
	if n > 4 {
		if f.cutOff(end) || !isCard(f.s[i:end]) {
			return find{}
		}
		return find{i, end}
	}
	w := f.gap(end, true)
	listed := w > 0 && i-f.floor > w && f.s[i-w:i] == f.s[end:end+w] && isDigit(f.s[i-w-1])
	if w == 0 || f.dash(end) > 0 && f.before(i) == '-' && isDigit(f.before(i-1)) {
		return find{}
	}
	// Groups that the same character parts.
	var digits [24]byte
	var lens, ends [5]int
	copy(digits[:], f.s[i:end])
	lens[0], ends[0] = 4, end
	total, groups := 4, 1
	for p := end; groups < 5; groups++ {
		if len(f.s)-p < w || f.s[p:p+w] != f.s[end:end+w] {
			break
		}
		p += w
		from := p
		for p < len(f.s) && p-from < 7 && isDigit(f.s[p]) {
			p++
		}
		n := p - from
		if n < 3 || n > 6 || total+n > len(digits) {
			break
		}
		copy(digits[total:], f.s[from:p])
		total += n
		lens[groups], ends[groups] = n, p
	}
	for ; groups >= 3; groups-- {
		switch lens {
		case [5]int{4, 4, 4, 4}, [5]int{4, 6, 5}, [5]int{4, 6, 4}, [5]int{4, 4, 5}, [5]int{4, 4, 4, 4, 3}:
			to := ends[groups-1]
			if listed && f.gap(to, true) == w && isDigit(f.at(to+w)) {
				break // one of a row of groups
			}
			if !f.cutOff(to) && isCard(string(digits[:total])) {
				return find{i, to}
			}
		}
		total -= lens[groups-1]
		lens[groups-1] = 0
	}
	return find{}
}

// cutOff says whether what ends at i is a part of something longer.
func (f *finder) cutOff(i int) bool {
	c := f.at(i)
	return isAlnum(c) || c == '_' || c == '*' || c == '%' && !(isHexDigit(f.at(i+1)) && isHexDigit(f.at(i+2))) || (c == '.' || c == ',') && isDigit(f.at(i+1))
}

func isCard(digits string) bool {
	return isBrand(digits) && luhn(digits) && !(len(digits) <= 14 && isArticle(digits))
}

// luhn says whether the last digit checks the others (ISO/IEC 7812-1 annex B).
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// isArticle says whether the last digit checks the others as in the numbers of
// articles (GS1 General Specifications, 7.9).
func isArticle(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			d *= 3
		}
		sum += d
	}
	return sum%10 == 0
}

// isBrand says whether a brand issues numbers that begin like that and are so
// long: issuer identification numbers of ISO/IEC 7812, as the brands publish
// theirs.
func isBrand(v string) bool {
	n := len(v)
	six := 0
	for i := range 6 {
		six = six*10 + int(v[i]-'0')
	}
	four, three, two := six/100, six/1000, six/10000
	switch {
	case two/10 == 4: // Visa
		return n == 13 || n == 16 || n == 19
	case two >= 51 && two <= 55, four >= 2221 && four <= 2720: // Mastercard
		return n == 16
	case two == 34, two == 37: // American Express
		return n == 15
	case four == 6011, three >= 644 && three <= 649, two == 65, // Discover
		four >= 3528 && four <= 3589, // JCB
		two == 62, two == 81,         // UnionPay
		four >= 2200 && four <= 2204, // Mir
		two == 60, two == 82,         // RuPay
		six >= 979200 && six <= 979289: // Troy
		return n >= 16
	case three >= 300 && three <= 305, four == 3095, two == 36, two == 38, two == 39: // Diners Club
		return n == 14 || n >= 16
	case four == 5018, four == 5020, four == 5038, four == 5893, four == 6304, four == 6759, four >= 6761 && four <= 6763: // Maestro
		return n != 14
	}
	return false
}
