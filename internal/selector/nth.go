package selector

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// An Nth is a place among siblings that a selector asks for: the An+B-th
// element of its parent, from its Last one or its first, of those of its type
// or of all.
type Nth struct {
	A, B         int
	Last, OfType bool
	Reach        Reach
}

// is says whether the place is the i-th, counted from 1.
func (n *Nth) is(i int) bool {
	if i -= n.B; n.A == 0 {
		return i == 0
	}
	return i%n.A == 0 && i/n.A >= 0
}

// Nths are at most 64 places.
type Nths []Nth

// Each calls visit for the elements below parent that are in one of the places:
// once or twice, each time with a set of some of those that it is in.
func (l Nths) Each(parent *html.Node, visit func(n *html.Node, in uint64)) {
	for _, last := range []bool{false, true} {
		if most, types := l.depth(last); most > 0 {
			l.count(parent, last, most, types, visit)
		}
	}
}

// depth returns how many elements from that end decide, and whether any place
// is one of a type.
func (l Nths) depth(last bool) (most int, types bool) {
	for i := range l {
		if p := &l[i]; p.Last == last {
			if types = types || p.OfType; p.A != 0 || p.OfType {
				most = maxPlace
			} else {
				most = max(most, p.B)
			}
		}
	}
	return most, types
}

// maxPlace is more than a parent has children.
const maxPlace = 1<<31 - 1

func (l Nths) count(parent *html.Node, last bool, most int, types bool, visit func(*html.Node, uint64)) {
	var counts map[string]*int
	var of *int
	name, next := "", parent.FirstChild
	if last {
		next = parent.LastChild
	}
	if types {
		counts = make(map[string]*int)
	}
	for all := 0; next != nil && all < most; {
		c := next
		if next = c.NextSibling; last {
			next = c.PrevSibling
		}
		if c.Type != html.ElementNode {
			continue
		}
		all++
		if types && (c.Data != name || of == nil) {
			if name, of = c.Data, counts[c.Data]; of == nil {
				of = new(int)
				counts[name] = of
			}
		}
		if types {
			*of++
		}
		in := uint64(0)
		for i := range l {
			p, at := &l[i], all
			if p.Last != last {
				continue
			}
			if p.OfType {
				at = *of
			}
			if p.is(at) {
				in |= 1 << i
			}
		}
		if in != 0 {
			visit(c, in)
		}
	}
}

// parseNth reads the argument of :nth-child and its like; false where that is
// in a form that it does not know.
func parseNth(s string) (a, b int, ok bool) {
	s = strings.ToLower(strings.Trim(s, " \t"))
	switch s {
	case "odd":
		return 2, 1, true
	case "even":
		return 2, 0, true
	}
	before, after, found := strings.Cut(s, "n")
	if !found {
		b, ok = number(s)
		return 0, b, ok
	}
	switch before {
	case "", "+":
		a = 1
	case "-":
		a = -1
	default:
		if a, ok = number(before); !ok {
			return 0, 0, false
		}
	}
	if after = strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' {
			return -1
		}
		return r
	}, after); after != "" {
		if b, ok = number(after); !ok {
			return 0, 0, false
		}
	}
	return a, b, true
}

func number(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n > -maxPlace && n < maxPlace
}
