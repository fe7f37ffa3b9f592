package mask

// ssn finds a social security number of the United States, three, two and four
// digits with dashes. The Social Security Administration never issues an area
// of 000, 666 or 900 and above, a group of 00 or a serial of 0000 (SSA, POMS RM
// 10201.035; since 2011 any other area is possible).
func (f *finder) ssn(i, end int) find {
	if end-i != 3 {
		return find{}
	}
	switch b := f.before(i); {
	case isAlnum(b), b == '_', b == '-', b == '+', b == '*', b == '.' && isDigit(f.before(i-1)):
		return find{}
	}
	group, w := f.dashed(end, 2)
	serial, v := f.dashed(group, 4)
	if w == 0 || v != w || f.cutOff(serial) || f.dash(serial) > 0 && isAlnum(f.at(serial+f.dash(serial))) {
		return find{}
	}
	area := f.s[i:end]
	if area == "000" || area == "666" || area[0] == '9' || f.s[group-2:group] == "00" || f.s[serial-4:serial] == "0000" {
		return find{}
	}
	return find{i, serial}
}

// dashed returns the end of n digits after a dash at i, and the dash's width;
// 0 if there is no such thing.
func (f *finder) dashed(i, n int) (end, w int) {
	if w = f.dash(i); w == 0 {
		return 0, 0
	}
	from := i + w
	for end = from; end < len(f.s) && end-from <= n && isDigit(f.s[end]); {
		end++
	}
	if end-from != n {
		return 0, 0
	}
	return end, w
}

// phone finds a phone number in international form: a plus sign and 8 to 15
// digits (ITU-T E.164), with blanks, dashes, dots, slashes and parentheses
// between them. National forms are left alone: to know them from other numbers
// takes the numbering plans of every country.
func (f *finder) phone(i int) find {
	if b := f.before(i); isAlnum(b) || b == '+' || b == '_' || b == '*' || b == '.' {
		return find{}
	}
	if c := f.at(i + 1); !isDigit(c) || c == '0' { // no country code begins with 0
		return find{}
	}
	digits, to, p := 0, i, i+1
	for {
		from := p
		for p < len(f.s) && isDigit(f.s[p]) {
			p++
		}
		if n := p - from; digits+n > 15 {
			if digits == 0 || n > 15 {
				return find{}
			}
			break // that is another number
		} else if n <= 2 && f.s[from-1] == '.' && digits >= 3 && !isDigit(f.at(p+1)) {
			return find{} // a price
		} else {
			digits += n
		}
		to = p
		gaps := 0
		for ; gaps < 3; gaps++ {
			w := f.gap(p, true)
			if c := f.at(p); w == 0 && (c == '(' || c == ')' || c == '/') {
				w = 1
			}
			if w == 0 {
				break
			}
			p += w
		}
		if gaps == 0 || !isDigit(f.at(p)) {
			break
		}
	}
	if digits < 8 || f.cutOff(to) || isPrice(f.s[to:]) {
		return find{}
	}
	return find{i, to}
}

// isPrice says whether what follows a number makes it an amount.
func isPrice(rest string) bool {
	if len(rest) > 0 && rest[0] == ' ' {
		rest = rest[1:]
	}
	for _, unit := range [...]string{"%", "$", "€", "£", "¥", "USD", "EUR", "GBP"} {
		if len(rest) >= len(unit) && rest[:len(unit)] == unit {
			return true
		}
	}
	return false
}
