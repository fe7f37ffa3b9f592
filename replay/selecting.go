package replay

import (
	"iter"
	"slices"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/selector"
	"github.com/pagetape/pagetape/snapshot"
)

// A selecting is the judge of a selector list. What an event changed, and what
// the selectors read (selector.Deps), decide what it looks at again: mostly the
// nodes that came, and those of which an attribute changed in the eyes of a
// selector.
type selecting struct {
	list    *selector.List
	changes []attrChange
	places  []snapshot.NodeID // parents whose children came or went
	nexts   []snapshot.NodeID // elements of which the one before came or went
	noted   map[snapshot.NodeID]bool
	had     map[snapshot.NodeID]uint64 // the list.Nths that children of places were in
	has     map[snapshot.NodeID]uint64 // and are in
	focus   snapshot.NodeID
	following
}

// An attrChange is what the features of an element were.
type attrChange struct {
	id       snapshot.NodeID
	features uint64 // the first 64
}

func (s *selecting) match(p *snapshot.Page, x element) bool { return s.list.Match(p, x.Node) }

func (s *selecting) text(p *snapshot.Page, x element) string { return says(p, x) }

func (s *selecting) all(p *snapshot.Page, again again) {
	s.focus = p.Focus
	for id, n := range p.All() {
		again(element{id, n})
	}
}

func (s *selecting) before(p *snapshot.Page, e *format.Mutation) {
	s.changes, s.places, s.nexts = s.changes[:0], s.places[:0], s.nexts[:0]
	clear(s.noted)
	clear(s.had)
	s.leave(p, e)
	for i := range e.Removes {
		s.place(p, p.Parent(e.Removes[i].ID))
		s.next(p, e.Removes[i].ID)
	}
	for i := range e.Adds {
		if n := e.Adds[i].Node; n != nil {
			s.place(p, p.Parent(n.ID))
			s.place(p, e.Adds[i].Parent)
			s.next(p, n.ID)
		}
	}
	for _, id := range s.places {
		s.nths(p, id, &s.had)
	}
	for i := range e.Attrs {
		c := &e.Attrs[i]
		if n := p.Node(c.ID); n != nil && slices.ContainsFunc(c.Attrs, func(a snapshot.Attr) bool { return s.list.Reads[a.Name] }) {
			s.changes = append(s.changes, attrChange{c.ID, s.features(n)})
		}
	}
}

// features returns which features an element has.
func (s *selecting) features(n *html.Node) (has uint64) {
	for i := range s.list.Features {
		if i < 64 && s.list.Features[i].Match(n) {
			has |= 1 << i
		}
	}
	return has
}

// place notes that the children of a node came or went, if that is of interest.
func (s *selecting) place(p *snapshot.Page, id snapshot.NodeID) {
	l := s.list
	if l.Place|l.Content|l.Legend == 0 && len(l.Nths) == 0 && !l.HasLive(selector.Checked) || id <= 0 || s.noted[id] {
		return
	}
	if s.noted == nil {
		s.noted = make(map[snapshot.NodeID]bool)
	}
	s.noted[id] = true
	s.places = append(s.places, id)
}

// next notes the element after a node, if the one before it is of interest.
func (s *selecting) next(p *snapshot.Page, id snapshot.NodeID) {
	n := p.Node(id)
	if s.list.Next == 0 || n == nil {
		return
	}
	if n = nextElement(n); n != nil {
		s.nexts = append(s.nexts, snapshot.ID(n))
	}
}

func (s *selecting) after(p *snapshot.Page, e *format.Event, again again) {
	switch data := e.Data.(type) {
	case *format.Mutation:
		s.mutation(p, data, again)
	case *format.Input:
		s.checked(p, data.ID, again)
	}
	if p.Focus != s.focus {
		s.focused(p, again)
	}
}

func (s *selecting) mutation(p *snapshot.Page, e *format.Mutation, again again) {
	var added map[snapshot.NodeID]bool
	if len(e.Adds) > 1 {
		added = make(map[snapshot.NodeID]bool, len(e.Adds))
	}
	for i := range e.Adds {
		a := &e.Adds[i]
		if a.Node == nil {
			continue
		}
		s.place(p, a.Parent)
		s.next(p, a.Node.ID)
		if added != nil {
			added[a.Node.ID] = true
		}
	}
	for i := range e.Adds {
		a := &e.Adds[i]
		if a.Node == nil || added[a.Parent] && p.Parent(a.Node.ID) == a.Parent {
			continue // it is below another one
		}
		for id, n := range p.Subtree(a.Node.ID) {
			again(element{id, n})
		}
	}
	for _, c := range s.changes {
		if n := p.Node(c.id); n != nil {
			s.reach(n, s.changed(n, c.features), again)
		}
	}
	if s.list.HasLive(selector.Checked) {
		for i := range e.Attrs {
			s.checked(p, e.Attrs[i].ID, again)
		}
		for _, id := range s.places {
			s.checked(p, id, again)
		}
	}
	if s.list.Content != 0 {
		for i := range e.Texts {
			s.place(p, p.Parent(e.Texts[i].ID))
		}
	}
	for _, id := range s.nexts {
		if n := p.Node(id); n != nil {
			s.reach(n, s.list.Next, again)
		}
	}
	for _, id := range s.places {
		if n := p.Node(id); n != nil {
			s.placed(p, id, n, again)
		}
	}
	s.moved(p, again)
	s.followed(p, e, again)
}

// placed looks again at a node whose children came or went, and at those.
func (s *selecting) placed(p *snapshot.Page, id snapshot.NodeID, n *html.Node, again again) {
	s.reach(n, s.list.Content, again)
	legend := s.list.Legend
	if n.DataAtom != atom.Fieldset {
		legend = 0
	}
	if s.list.Place|legend == 0 {
		return
	}
	for c := range childrenOf(p, id, n) {
		s.reach(c, s.list.Place, again)
		if s.list.Place.Has(selector.Tree) {
			break // that was all
		}
		if c.DataAtom == atom.Legend {
			s.reach(c, legend, again)
		}
	}
}

// nths notes which children of a node are in a place that is asked for.
func (s *selecting) nths(p *snapshot.Page, id snapshot.NodeID, in *map[snapshot.NodeID]uint64) {
	n := p.Node(id)
	if n == nil || len(s.list.Nths) == 0 {
		return
	}
	if *in == nil {
		*in = make(map[snapshot.NodeID]uint64)
	}
	visit := func(c *html.Node, is uint64) { (*in)[max(snapshot.ID(c), 0)] |= is }
	s.list.Nths.Each(n, visit)
	if shadow := p.Shadow(id); shadow != nil {
		s.list.Nths.Each(shadow, visit)
	}
}

// moved looks again at what came into a place that is asked for, or left one.
func (s *selecting) moved(p *snapshot.Page, again again) {
	if len(s.list.Nths) == 0 {
		return
	}
	clear(s.has)
	for _, id := range s.places {
		s.nths(p, id, &s.has)
	}
	if s.had[0]|s.has[0] != 0 { // nodes without ids
		for _, id := range s.places {
			if n := p.Node(id); n != nil {
				for c := range childrenOf(p, id, n) {
					s.shifted(c, ^uint64(0), again)
				}
			}
		}
		return
	}
	for id, is := range s.has {
		s.shifted(p.Node(id), is^s.had[id], again)
		delete(s.had, id)
	}
	for id, was := range s.had {
		s.shifted(p.Node(id), was, again)
	}
}

// shifted looks again at what depends on the places that a node came into or
// left, if it is still on the page.
func (s *selecting) shifted(n *html.Node, diff uint64, again again) {
	if n == nil {
		return
	}
	r := selector.Reaches(0)
	for i := range s.list.Nths {
		if diff&(1<<i) != 0 {
			r |= 1 << s.list.Nths[i].Reach
		}
	}
	s.reach(n, r, again)
}

// changed returns the reaches of the features that an element had and has not,
// or has and had not.
func (s *selecting) changed(n *html.Node, had uint64) (r selector.Reaches) {
	diff := had ^ s.features(n)
	for i, f := range s.list.Features {
		if i >= 64 || diff&(1<<i) != 0 {
			r |= 1 << f.Reach
		}
	}
	return r
}

// reach looks again at what is in the reaches from a node.
func (s *selecting) reach(n *html.Node, r selector.Reaches, again again) {
	if r == 0 {
		return
	}
	if r.Has(selector.Tree) {
		for n.Parent != nil {
			n = n.Parent
		}
		below(n, again)
		return
	}
	again(element{snapshot.ID(n), n})
	if r.Has(selector.Above) {
		for up := n.Parent; up != nil; up = up.Parent {
			again(element{snapshot.ID(up), up})
		}
	}
	if r.Has(selector.Below) {
		below(n, again)
	}
	if r.Has(selector.Siblings) || r.Has(selector.SiblingsBelow) {
		for c := n.NextSibling; c != nil; c = c.NextSibling {
			again(element{snapshot.ID(c), c})
			if r.Has(selector.SiblingsBelow) {
				below(c, again)
			}
		}
	}
}

// below looks again at what is below a node in its tree.
func below(n *html.Node, again again) {
	for c := range n.Descendants() {
		again(element{snapshot.ID(c), c})
	}
}

// childrenOf yields the children of a node, and those of its shadow root.
func childrenOf(p *snapshot.Page, id snapshot.NodeID, n *html.Node) iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) {
		for c := range n.ChildNodes() {
			if !yield(c) {
				return
			}
		}
		if shadow := p.Shadow(id); shadow != nil {
			for c := range shadow.ChildNodes() {
				if !yield(c) {
					return
				}
			}
		}
	}
}

// checked looks again at a control, of which something changed that can say
// what is checked: at all options if it is, or is in, a select.
func (s *selecting) checked(p *snapshot.Page, id snapshot.NodeID, again again) {
	n := p.Node(id)
	if n == nil || !s.list.HasLive(selector.Checked) {
		return
	}
	again(element{id, n})
	for up := n; up != nil; up = up.Parent {
		if up.Type == html.ElementNode && up.Data == "select" {
			below(up, again)
		}
	}
}

// focused looks again at what had the focus and what has it.
func (s *selecting) focused(p *snapshot.Page, again again) {
	old := s.focus
	s.focus = p.Focus
	switch {
	case s.list.HasLive(selector.FocusWithin):
		for id, n := range p.All() {
			again(element{id, n})
		}
	case s.list.HasLive(selector.Focus):
		for _, id := range []snapshot.NodeID{old, s.focus} {
			if n := p.Node(id); n != nil {
				again(element{id, n})
			}
		}
	}
}
