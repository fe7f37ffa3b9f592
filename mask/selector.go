package mask

import (
	"errors"

	"golang.org/x/net/html"

	syntax "github.com/pagetape/pagetape/internal/selector"
)

// A traits is what the selectors of a policy read beside the element that they
// are about.
type traits struct {
	descendant bool            // ancestors (and, for the walk, what is below a change)
	sibling    bool            // siblings before
	structural bool            // its place among its siblings
	empty      bool            // whether it has content
	has        bool            // what is below it
	spread     bool            // the place, or the siblings before, of an ancestor
	reads      map[string]bool // attribute names
}

// A matcher matches elements.
type matcher interface{ Match(*html.Node) bool }

// scanSelector compiles a selector list and adds what it reads to t. A rule
// that silently matches nothing is a leak, so that what cannot be honoured is
// an error.
func scanSelector(s string, t *traits) ([]syntax.Selector, error) {
	list, err := syntax.Parse(s, nil)
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	x := &list.Traits
	t.descendant = t.descendant || x.Descendant
	t.sibling = t.sibling || x.Sibling
	t.structural = t.structural || x.Structural
	t.empty = t.empty || x.Empty
	t.has = t.has || x.Has
	t.spread = t.spread || x.Spread
	for attr := range x.Reads {
		if t.reads == nil {
			t.reads = make(map[string]bool)
		}
		t.reads[attr] = true
	}
	return list.Selectors, nil
}

func isAlpha(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }
