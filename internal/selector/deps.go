package selector

import (
	"unicode"

	"github.com/andybalholm/cascadia"
)

// A Reach says which elements can match otherwise when something about an
// element changes.
type Reach uint8

// The reaches, seen from the element that changed.
const (
	Self          Reach = iota // itself
	Siblings                   // its later siblings
	Below                      // what is below it
	SiblingsBelow              // its later siblings and what is below those
	Above                      // what is above it
	Tree                       // all of its tree
)

// then returns the reach of what reaches as r does to the elements from which
// it goes on as next does.
func (r Reach) then(next Reach) Reach {
	switch {
	case r == Self:
		return next
	case next == Self:
		return r
	case r >= Above || next >= Above:
		return Tree
	case r == Below: // all of it stays below
		return Below
	case r == Siblings && next == Siblings:
		return Siblings
	}
	return SiblingsBelow
}

// A dep is something that a selector depends on: an attribute, or what kind
// says.
type dep struct {
	attr, text string // a simple selector that reads an attribute, or that of a depBefore
	kind       depKind
	nth        Nth
	reach      Reach
}

type depKind uint8

const (
	depAttr    depKind = iota
	depPlace           // the element's place among its siblings
	depBefore          // a sibling before the element that matches a selector
	depNth             // the same, told by a Nth
	depLegend          // that of a legend in a fieldset
	depNext            // the element right before it
	depContent         // what is in the element
)

// under returns the deps of a part of a selector, with what follows it.
func under(deps []dep, reach Reach) []dep {
	for i := range deps {
		deps[i].reach = deps[i].reach.then(reach)
	}
	return deps
}

// Deps are what has to be looked at again when a page changes.
type Deps struct {
	// Features are what the selectors read in attributes. That they are what
	// they were for an element says that no selector sees its change.
	Features []Feature
	// Place has the reaches, Self, Below, Above and Tree, from all children of an
	// element of what depends on their place in a way that nothing else here tells.
	Place Reaches
	// Befores are the siblings before an element that selectors ask for.
	Befores []Before
	// Nths are the places that elements are asked for. That an element is in those
	// in which it was says that no selector sees that others came or went.
	Nths Nths
	// Legend has the reaches from a legend of what depends on its place in a
	// fieldset.
	Legend Reaches
	// Next has those of what depends on the element right before it.
	Next Reaches
	// Content has those of what depends on what is in it.
	Content Reaches
}

// A Feature is a simple selector that reads an attribute.
type Feature struct {
	Matcher
	Attr  string
	Reach Reach
}

// A Before is a selector that an earlier sibling must match. What depends on it
// has the Reach from the later one. Where that is Self, Below, Above or Tree, one
// that matches is enough: others before it change nothing for what is after it.
type Before struct {
	Matcher
	Reach Reach
}

// Reaches is a set of them.
type Reaches uint8

// Has says whether r is in the set.
func (s Reaches) Has(r Reach) bool { return s&(1<<r) != 0 }

func (d *Deps) add(deps []dep) error {
	for _, x := range deps {
		switch x.kind {
		case depPlace:
			d.place(x.reach)
		case depBefore:
			m, err := cascadia.Parse(x.text)
			if err != nil {
				return ErrSyntax
			}
			d.Befores = append(d.Befores, Before{m, x.reach})
		case depNth:
			if x.nth.Reach = x.reach; len(d.Nths) < 64 {
				d.Nths = append(d.Nths, x.nth)
			} else {
				d.place(x.reach)
			}
		case depLegend:
			d.Legend |= 1 << x.reach
		case depNext:
			d.Next |= 1 << x.reach
		case depContent:
			d.Content |= 1 << x.reach
		default:
			m, err := cascadia.Parse(x.text)
			if err != nil {
				return ErrSyntax
			}
			d.Features = append(d.Features, Feature{m, x.attr, x.reach})
		}
	}
	return nil
}

// place adds what depends on the place of an element. Later siblings are
// children of its parent, as it is.
func (d *Deps) place(r Reach) { d.Place |= 1 << r.FromAll() }

// FromAll returns the reach that is enough from an element and all that come
// after it.
func (r Reach) FromAll() Reach {
	switch r {
	case Siblings:
		return Self
	case SiblingsBelow:
		return Below
	}
	return r
}

// FoldCase returns s without what the comparisons of selectors pass over where
// they have no regard to case.
func FoldCase(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		r = unicode.ToLower(r)
		least := r
		for x := unicode.SimpleFold(r); x != r; x = unicode.SimpleFold(x) {
			least = min(least, x)
		}
		out = append(out, least)
	}
	return string(out)
}
