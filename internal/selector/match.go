package selector

import (
	"slices"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/snapshot"
)

// Match reports whether an element of the page matches a selector of the list.
func (l *List) Match(p *snapshot.Page, n *html.Node) bool {
	for i := range l.Selectors {
		if s := &l.Selectors[i]; s.Matcher.Match(n) && s.isIn(p, n) {
			return true
		}
	}
	return false
}

// HasLive reports whether a selector asks for that state.
func (l *List) HasLive(s Live) bool {
	return slices.ContainsFunc(l.Selectors, func(x Selector) bool { return slices.Contains(x.Live, s) })
}

// isIn reports whether the element is in the states that the selector asks for.
func (s *Selector) isIn(p *snapshot.Page, n *html.Node) bool {
	for _, live := range s.Live {
		id, ok := snapshot.ID(n), false
		switch live {
		case Checked:
			ok = p.Checked(id)
		case Focus:
			ok = id > 0 && p.Focus == id
		case FocusWithin:
			for at := p.Focus; at > 0 && !ok; at = p.Parent(at) {
				ok = at == id
			}
		}
		if !ok {
			return false
		}
	}
	return true
}
