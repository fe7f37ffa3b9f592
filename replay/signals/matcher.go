package signals

import (
	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/internal/selector"
	"github.com/pagetape/pagetape/snapshot"
)

// A matcher says whether an element matches a selector.
type matcher func(*html.Node) bool

// compile reads a selector list.
func compile(list string) (matcher, error) {
	l, err := selector.Parse(list, nil)
	if err != nil {
		return nil, err
	}
	return func(n *html.Node) bool {
		for i := range l.Selectors {
			if l.Selectors[i].Match(n) {
				return true
			}
		}
		return false
	}, nil
}

// clicked says whether an element, or one that it is in, matches.
func clicked(p *snapshot.Page, id snapshot.NodeID, m matcher) bool {
	found := false
	ancestors(p, id, func(_ snapshot.NodeID, n *html.Node) bool {
		found = m(n)
		return !found
	})
	return found
}
