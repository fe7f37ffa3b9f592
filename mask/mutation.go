package mask

import (
	"slices"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A place is where a node was before a mutation.
type place struct {
	parent  snapshot.NodeID
	shadow  bool
	visible bool
}

// mutation applies a mutation to the window's page, finds the levels that it
// changes, and takes the records out of it that are about the inside of blocked
// elements. What is left is still to be masked.
func (f *Filter) mutation(w *window, e *format.Mutation) {
	before := f.placesOf(w, e)
	secrets := w.secretsIn(e)
	removes, inBox := f.removals(w, e)
	f.touchParents(w, e)

	f.apply(w, e)

	f.touch(w, e, secrets)
	w.settle()

	e.Removes = removes
	e.Adds = slices.DeleteFunc(e.Adds, func(a format.Addition) bool {
		if a.Node == nil || w.page.Kind(a.Parent) == 0 || w.level(a.Parent).base() != levelBlock {
			return false
		}
		f.tally.add(chNode, blocked)
		// It may have been outside until now. Most recorders tell that it
		// went; not all do.
		id := a.Node.ID
		was, moved := before[id]
		gone := slices.ContainsFunc(e.Removes, func(r format.Removal) bool { return r.ID == id })
		if moved && was.visible && !gone && w.page.Kind(id) != 0 && w.hidden(id) {
			e.Removes = append(e.Removes, format.Removal{Parent: was.parent, ID: id, Shadow: was.shadow})
		}
		return true
	})
	inside := func(id snapshot.NodeID, ch channel) bool {
		// A change of a node that goes in the same event is skipped; the
		// masked page does not see this one go.
		if w.page.Kind(id) == 0 && !slices.Contains(inBox, id) || w.page.Kind(id) != 0 && !w.hidden(id) {
			return false
		}
		f.tally.add(ch, blocked)
		return true
	}
	e.Texts = slices.DeleteFunc(e.Texts, func(t format.TextChange) bool { return inside(t.ID, chText) })
	e.Attrs = slices.DeleteFunc(e.Attrs, func(a format.AttrChange) bool { return inside(a.ID, chAttribute) })
}

// placesOf notes where the nodes are that a mutation adds and the page has.
func (f *Filter) placesOf(w *window, e *format.Mutation) map[snapshot.NodeID]place {
	var places map[snapshot.NodeID]place
	for i := range e.Adds {
		n := e.Adds[i].Node
		if n == nil || w.page.Kind(n.ID) == 0 {
			continue
		}
		if places == nil {
			places = make(map[snapshot.NodeID]place)
		}
		up := w.page.Parent(n.ID)
		places[n.ID] = place{up, w.inShadow(n.ID), !w.hidden(n.ID)}
	}
	return places
}

// inShadow says whether the node with that id is a child of a shadow root.
func (w *window) inShadow(id snapshot.NodeID) bool {
	n, root := w.page.Node(id), w.page.Shadow(w.page.Parent(id))
	return n != nil && root != nil && n.Parent == root
}

// removals returns the removals that the masked page can do, and the nodes that
// those it cannot do are about: they are inside boxes.
func (f *Filter) removals(w *window, e *format.Mutation) (out []format.Removal, inBox []snapshot.NodeID) {
	if e.Removes == nil {
		return nil, nil
	}
	out = make([]format.Removal, 0, len(e.Removes))
	for _, r := range e.Removes {
		if w.page.Kind(r.ID) != 0 && w.hidden(r.ID) {
			f.tally.add(chNode, blocked)
			inBox = append(inBox, r.ID)
			continue
		}
		out = append(out, r)
	}
	return out, inBox
}

// touchParents notes the parents that children are to leave, where rules look
// at a node's place.
func (f *Filter) touchParents(w *window, e *format.Mutation) {
	t := &f.policy.traits
	if !t.sibling && !t.structural {
		return
	}
	for i := range e.Removes {
		w.children(w.page.Parent(e.Removes[i].ID))
	}
	for i := range e.Adds {
		if n := e.Adds[i].Node; n != nil {
			w.children(w.page.Parent(n.ID))
		}
	}
}

// children notes that the children of the node with that id changed. If rules
// ask whether it is empty, those that follow it can match otherwise too.
func (w *window) children(id snapshot.NodeID) {
	w.root(id, markDirty)
	if t := &w.policy.traits; t.empty && t.sibling {
		w.root(w.page.Parent(id), markDirty)
	}
}

// touch marks what a mutation, already applied, changed in the eyes of the
// rules.
func (f *Filter) touch(w *window, e *format.Mutation, secrets *secrets) {
	t := &f.policy.traits
	for i := range e.Adds {
		a := &e.Adds[i]
		if a.Node == nil {
			continue
		}
		for n := range a.Node.All() {
			w.mark(n.ID, markSent|markDirty)
			if secrets != nil {
				secrets.replaced(w, n.ID)
			}
		}
		w.root(a.Node.ID, markDirty)
		if t.sibling || t.structural {
			w.children(a.Parent)
		}
	}
	for i := range e.Attrs {
		w.touchAttrs(&e.Attrs[i])
	}
	if t.empty {
		for i := range e.Texts {
			w.children(w.page.Parent(e.Texts[i].ID))
		}
	}
	if t.sibling || t.structural {
		// Of a parent whose children changed, each can match otherwise.
		for _, id := range slices.Clone(w.roots) {
			up := w.page.Node(id)
			for child, n := range w.page.Subtree(id) {
				if n.Parent == up || n.Parent != nil && n.Parent == w.page.Shadow(id) {
					w.mark(child, markDirty)
				}
			}
		}
	}
	if t.has && (len(e.Adds) > 0 || len(e.Removes) > 0 || len(w.roots) > 0) {
		w.root(w.page.RootID(), markDirty)
	}
}

// touchAttrs marks an element whose attributes changed, if that makes a
// difference.
func (w *window) touchAttrs(c *format.AttrChange) {
	n := w.page.Node(c.ID)
	if n == nil || n.Type != html.ElementNode ||
		!slices.ContainsFunc(c.Attrs, func(a snapshot.Attr) bool { return w.policy.reads(a.Name) }) {
		return
	}
	t := &w.policy.traits
	if t.sibling || t.structural {
		w.root(w.page.Parent(c.ID), markDirty)
	}
	in := w.nodes.at(c.ID)
	if !t.descendant && !t.has && in.own&ownMatched != 0 && !w.marked(c.ID, markSent) {
		// Most changes of a class are of no interest to any rule.
		was := in.own
		w.rematch(in, n)
		if in.own == was || in.level == in.level.join(in.own.under(w.outer(c.ID))) {
			return
		}
	}
	w.root(c.ID, markDirty)
}

// secrets are the controls for secrets that a mutation removes. Pages swap a
// password field for a text field to show what was typed.
type secrets struct {
	parents map[snapshot.NodeID]bool
	names   map[string]bool
}

// secretsIn finds the secrets that a mutation removes, nil if there are none.
func (w *window) secretsIn(e *format.Mutation) *secrets {
	if len(e.Adds) == 0 {
		return nil
	}
	var s *secrets
	for i := range e.Removes {
		for id, n := range w.page.Subtree(e.Removes[i].ID) {
			in := w.info(id)
			if in == nil || in.level&flagFinal == 0 || in.own&ownControl == 0 {
				continue
			}
			if s == nil {
				s = &secrets{make(map[snapshot.NodeID]bool), make(map[string]bool)}
			}
			s.parents[w.page.Parent(id)] = true
			for _, name := range []string{attrOf(n, "name"), attrOf(n, "id")} {
				if name != "" {
					s.names[name] = true
				}
			}
		}
	}
	return s
}

// replaced makes the added node with that id final if it takes the place of a
// secret.
func (s *secrets) replaced(w *window, id snapshot.NodeID) {
	n := w.page.Node(id)
	if n == nil || n.Type != html.ElementNode || natureOf(n)&ownControl == 0 {
		return
	}
	if s.parents[w.page.Parent(id)] || s.names[attrOf(n, "name")] || s.names[attrOf(n, "id")] {
		in := w.nodes.at(id)
		in.level = in.level.join(levelInput | flagFinal)
	}
}
