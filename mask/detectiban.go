package mask

// iban finds an international bank account number (ISO 13616-1): a country that
// has them, two check digits and an account of the country's length, in a row
// or in groups of four, of which the whole has the remainder 1 modulo 97
// (ISO/IEC 7064, MOD 97-10). The check digits begin at i,
// behind two letters.
func (f *finder) iban(i int) find {
	from := i - 2
	if b := f.before(from); isAlnum(b) || b == '_' || b == '*' {
		return find{}
	}
	n := ibanLength(f.s[from]&^0x20, f.s[from+1]&^0x20)
	if n == 0 {
		return find{}
	}
	var text [34]byte
	p := from
	parted := 0 // by so many bytes
	for k := range n {
		if k > 0 && k%4 == 0 {
			switch w := f.gap(p, false); {
			case k == 4:
				parted = w
				p += w
			case parted > 0 && w == parted:
				p += w
			case parted != 0:
				return find{}
			}
		}
		c := f.at(p)
		if !isAlnum(c) {
			return find{}
		}
		text[k] = c
		p++
	}
	if f.cutOff(p) {
		return find{}
	}
	rest := 0
	for k := range n {
		c := text[(k+4)%n]
		if isDigit(c) {
			rest = (rest*10 + int(c-'0')) % 97
		} else {
			rest = (rest*100 + int(c&^0x20-'A') + 10) % 97
		}
	}
	if rest != 1 {
		return find{}
	}
	return find{from, p}
}

// ibanLength returns the length of the numbers of a country, 0 where there are
// none: the IBAN registry that ISO 13616-2 has SWIFT keep.
func ibanLength(a, b byte) int {
	switch string([]byte{a, b}) {
	case "NO":
		return 15
	case "BE":
		return 16
	case "DK", "FI", "FK", "FO", "GL", "NL", "SD":
		return 18
	case "MK", "SI":
		return 19
	case "AT", "BA", "EE", "KZ", "LT", "LU", "MN", "XK":
		return 20
	case "CH", "HR", "LI", "LV":
		return 21
	case "BG", "BH", "CR", "DE", "GB", "GE", "IE", "ME", "RS", "VA":
		return 22
	case "AE", "GI", "IL", "IQ", "OM", "SO", "TL":
		return 23
	case "AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN", "VG":
		return 24
	case "LY", "PT", "ST":
		return 25
	case "IS", "TR":
		return 26
	case "BI", "DJ", "FR", "GR", "IT", "MC", "MR", "SM":
		return 27
	case "AL", "AZ", "BY", "CY", "DO", "GT", "HN", "HU", "LB", "NI", "PL", "SV":
		return 28
	case "BR", "EG", "PS", "QA", "UA":
		return 29
	case "JO", "KW", "MU", "YE":
		return 30
	case "MT", "SC":
		return 31
	case "LC":
		return 32
	case "RU":
		return 33
	}
	return 0
}
