package replay

import (
	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/selector"
	"github.com/pagetape/pagetape/snapshot"
)

// A following is what a selecting knows, while a mutation is looked at, of
// elements that have lost a sibling before them that a selector asks for.
type following struct {
	lost  []lost
	whole []snapshot.NodeID // parents of which any child can have
}

// A lost is a sibling that is about to go.
type lost struct {
	before   int             // in the list's Befores
	up, next snapshot.NodeID // its parent, and the element that followed it
}

// fewMoves is how many nodes a mutation can move for each to be looked at.
const fewMoves = 8

// leave notes what a mutation takes from before other elements.
func (s *selecting) leave(p *snapshot.Page, e *format.Mutation) {
	f := &s.following
	f.lost, f.whole = f.lost[:0], f.whole[:0]
	if len(s.list.Befores) == 0 {
		return
	}
	moves := func(yield func(snapshot.NodeID) bool) {
		for i := range e.Removes {
			if !yield(e.Removes[i].ID) {
				return
			}
		}
		for i := range e.Adds {
			if n := e.Adds[i].Node; n != nil && !yield(n.ID) {
				return
			}
		}
	}
	for id := range moves {
		n := p.Node(id)
		if n == nil || n.Type != html.ElementNode {
			continue
		}
		for i := range s.list.Befores {
			if !s.list.Befores[i].Match(n) {
				continue
			}
			next := snapshot.NodeID(0)
			if after := nextElement(n); after == nil {
				continue // nothing is behind it
			} else if len(e.Removes)+len(e.Adds) <= fewMoves {
				next = snapshot.ID(after)
				for other := range moves {
					if other == next {
						next = 0
						break
					}
				}
			}
			if up := p.Parent(id); next > 0 {
				f.lost = append(f.lost, lost{i, up, next})
			} else {
				f.whole = append(f.whole, up)
			}
		}
	}
}

// followed looks again at what follows elements that came or went.
func (s *selecting) followed(p *snapshot.Page, e *format.Mutation, again again) {
	if len(s.list.Befores) == 0 {
		return
	}
	f := &s.following
	for _, l := range f.lost { // one of which next has gone too went with all that is around it
		if n := p.Node(l.next); n != nil && p.Parent(l.next) == l.up {
			s.follow(n, &s.list.Befores[l.before], again)
		}
	}
	for i := range e.Adds {
		if e.Adds[i].Node == nil {
			continue
		}
		n := p.Node(e.Adds[i].Node.ID)
		if n == nil || n.Type != html.ElementNode {
			continue
		}
		for j := range s.list.Befores {
			if b := &s.list.Befores[j]; b.Match(n) {
				s.follow(nextElement(n), b, again)
			}
		}
	}
	for _, id := range f.whole {
		if n := p.Node(id); n != nil {
			for c := range childrenOf(p, id, n) {
				for i := range s.list.Befores {
					s.reach(c, 1<<s.list.Befores[i].Reach.FromAll(), again)
				}
			}
		}
	}
}

// follow looks again at what depends on whether an element that b asks for is
// before n, for n and its later siblings.
func (s *selecting) follow(n *html.Node, b *selector.Before, again again) {
	r := b.Reach.FromAll()
	for ; n != nil; n = nextElement(n) {
		s.reach(n, 1<<r, again)
		if r == selector.Tree || r == b.Reach && b.Match(n) {
			return
		}
	}
}

// nextElement returns the element after a node.
func nextElement(n *html.Node) *html.Node {
	for n = n.NextSibling; n != nil && n.Type != html.ElementNode; {
		n = n.NextSibling
	}
	return n
}
