package signals

import (
	"errors"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/snapshot"
)

// A matcher says whether an element matches a selector.
type matcher func(*html.Node) bool

func compile(selector string) (matcher, error) { return nil, errors.New("not yet") }

// clicked says whether an element, or one that it is in, matches.
func clicked(p *snapshot.Page, id snapshot.NodeID, m matcher) bool {
	found := false
	ancestors(p, id, func(_ snapshot.NodeID, n *html.Node) bool {
		found = m(n)
		return !found
	})
	return found
}
