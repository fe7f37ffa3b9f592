// Package phone is an example of a detector for package mask that knows the
// numbering plans of the world: it finds phone numbers as people of a country
// write them, "030 1234567" or "(212) 555-0123", which no pattern can tell from
// other numbers.
//
// It is a module of its own because of what it brings: the plans are about a
// megabyte of metadata in the program, and protobuf to read them. Text without
// numbers costs it 1 ms a MiB. What may be a number is looked up in the plans of
// each region, and in parts if it is none: about 35 µs for an order number of
// three groups. So text with a price every 120 bytes takes 3 ms a MiB, with a
// phone number every 1000 bytes 24 ms, with an order number of seven digits or
// more every 120 bytes 300 ms (BenchmarkDetector, two regions, one core).
package phone

import (
	"fmt"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"

	"github.com/pagetape/pagetape/mask"
)

// Bounds of a number: national ones have at least 7 digits in the plans that
// are worth a search, none has more than 15 (ITU-T E.164).
const (
	minDigits = 7
	maxDigits = 15
	maxGroups = 6 // of digits in one number
)

// Detector returns a detector, "phone.national", of numbers that are valid in
// one of the regions, as dialled there or with a country code. Regions are ISO
// 3166-1 codes, "US". The order of regions does not matter.
func Detector(regions ...string) (mask.Detector, error) {
	if len(regions) == 0 {
		return mask.Detector{}, fmt.Errorf("phone: no region")
	}
	for _, region := range regions {
		if phonenumbers.GetCountryCodeForRegion(region) == 0 {
			return mask.Detector{}, fmt.Errorf("phone: there is no region %q", region)
		}
	}
	regions = append([]string(nil), regions...)
	return mask.Detector{Name: "phone.national", Find: func(text string, found func(from, to int)) {
		find(text, regions, found)
	}}, nil
}

// A group is a run of digits, with a bracket or plus sign before and after it.
type group struct {
	from, to int
	digits   int
}

// find goes over text once and asks the plans about runs of groups that have
// the digits of a number.
func find(text string, regions []string, found func(from, to int)) {
	for i := 0; i < len(text); {
		if c := text[i]; !isDigit(c) && c != '+' && c != '(' || i > 0 && isName(text[i-1]) {
			i++
			continue
		}
		groups, end, whole := read(text, i)
		if len(groups) == 0 {
			i++
			continue
		}
		i = end
		if !whole { // what follows makes it part of a name
			groups = groups[:len(groups)-1]
		}
		for start := 0; start < len(groups); {
			n := 0
			if start == 0 || separator(text[groups[start].from-1:]) == 0 || text[groups[start].from-1] == ' ' {
				n = valid(text, groups[start:], regions)
			} // what a dash or dot joins to the group before begins no number
			if n > 0 {
				found(groups[start].from, groups[start+n-1].to)
				start += n
			} else {
				start++
			}
		}
	}
}

// read returns the groups that begin at i, with at most two separators between
// them, and where they end. Whole is false if a letter follows the last.
func read(text string, i int) (groups []group, end int, whole bool) {
	for {
		g := group{from: i}
		if i < len(text) && text[i] == '+' {
			i++
		}
		if i < len(text) && text[i] == '(' {
			i++
		}
		for i < len(text) && isDigit(text[i]) {
			i++
			g.digits++
		}
		if g.digits == 0 {
			break
		}
		if i < len(text) && text[i] == ')' {
			i++
		}
		g.to, end = i, i
		groups = append(groups, g)
		for n := 0; n < 2; n++ {
			i += separator(text[i:])
		}
	}
	return groups, end, end >= len(text) || !isName(text[end])
}

// separator returns the length of the separator that s begins with, 0 for none.
func separator(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	switch r {
	case ' ', '-', '.', '/', '\u00A0', '\u2009', '\u202F', '\u2010', '\u2011', '\u2012', '\u2013':
		return n
	}
	return 0
}

// valid returns how many of the groups, from the first on, are a number: the
// most that are.
func valid(text string, groups []group, regions []string) int {
	groups = groups[:min(len(groups), maxGroups)]
	for n := len(groups); n > 0; n-- {
		digits, longest := 0, 0
		for _, g := range groups[:n] {
			digits, longest = digits+g.digits, max(longest, g.digits)
		}
		number := text[groups[0].from:groups[n-1].to]
		if digits < minDigits {
			break
		}
		if digits > maxDigits || longest < 3 || isDate(groups[:n]) {
			continue
		}
		for _, region := range regions {
			if p, err := phonenumbers.Parse(number, region); err == nil && phonenumbers.IsValidNumber(p) {
				return n
			}
		}
	}
	return 0
}

// isDate says whether three groups have the digits of a date.
func isDate(g []group) bool {
	return len(g) == 3 && g[1].digits <= 2 &&
		(g[0].digits == 4 && g[2].digits <= 2 || g[0].digits <= 2 && g[2].digits == 4)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isName says whether a digit beside c is part of a longer number or a name.
func isName(c byte) bool {
	return isDigit(c) || c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= utf8.RuneSelf && c < 0xC2
}
