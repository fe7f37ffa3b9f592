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

// A change is what a mutation found on the page that it is about.
type change struct {
	before  map[snapshot.NodeID]place // of nodes that it moves without a removal
	removes []format.Removal          // those that the masked page can do
	inBox   map[snapshot.NodeID]bool  // nodes of the others
}

// mutate applies a mutation to the window's page and finds the levels that it
// changes.
func (w *window) mutate(e *format.Mutation) change {
	var c change
	c.before = w.placesOf(e)
	secrets := w.secretsIn(e)
	c.removes, c.inBox = w.removals(e)
	w.noteParents(e)
	if w.learns {
		w.apply(w.withoutStyle(e))
	} else {
		w.apply(e)
	}
	w.touch(e, secrets)
	w.settle()
	return c
}

// withoutStyle returns a mutation, or one like it without changes of style
// attributes that the page has, if no rule looks at those: what there is to
// learn is the same, and to make them takes long.
func (w *window) withoutStyle(e *format.Mutation) *format.Mutation {
	if w.policy.reads("style") {
		return e
	}
	idle := func(c *format.AttrChange) bool {
		if len(c.Attrs) != 1 || c.Attrs[0].Name != "style" || c.Attrs[0].Type != snapshot.AttrJSON {
			return false
		}
		n := w.page.Node(c.ID)
		return n != nil && slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "style" })
	}
	for i := range e.Attrs {
		if !idle(&e.Attrs[i]) {
			continue
		}
		short := *e
		short.Attrs = nil
		for i := range e.Attrs {
			if !idle(&e.Attrs[i]) {
				short.Attrs = append(short.Attrs, e.Attrs[i])
			}
		}
		return &short
	}
	return e
}

// trim takes the records out of a mutation that are about the inside of blocked
// elements. What is left is still to be masked.
func (f *Filter) trim(w *window, e *format.Mutation, c change) {
	e.Removes = c.removes
	e.Adds = slices.DeleteFunc(e.Adds, func(a format.Addition) bool {
		if a.Node == nil || w.page.Kind(a.Parent) == 0 {
			return false
		}
		id := a.Node.ID
		hidden := w.page.Kind(id) != 0 && w.hidden(id)
		if !hidden && w.level(a.Parent).base() != levelBlock {
			return false
		}
		f.tally.add(chNode, blocked)
		if was, moved := c.before[id]; moved && was.visible && hidden {
			// It has been outside until now. Most recorders tell that it
			// went; not all do.
			w.left = append(w.left, format.Removal{Parent: was.parent, ID: id, Shadow: was.shadow})
			delete(c.before, id)
		}
		return true
	})
	inside := func(id snapshot.NodeID, ch channel) bool {
		// A change of a node that goes in the same event is skipped; the
		// masked page does not see this one go.
		if w.page.Kind(id) == 0 && !c.inBox[id] || w.page.Kind(id) != 0 && !w.hidden(id) {
			return false
		}
		f.tally.add(ch, blocked)
		return true
	}
	e.Texts = slices.DeleteFunc(e.Texts, func(t format.TextChange) bool { return inside(t.ID, chText) })
	e.Attrs = slices.DeleteFunc(e.Attrs, func(a format.AttrChange) bool { return inside(a.ID, chAttribute) })
}

// placesOf notes where the nodes are that a mutation adds without removing them
// though the page has them.
func (w *window) placesOf(e *format.Mutation) map[snapshot.NodeID]place {
	if len(e.Adds) == 0 {
		return nil
	}
	told := make(map[snapshot.NodeID]bool, len(e.Removes))
	for i := range e.Removes {
		told[e.Removes[i].ID] = true
	}
	var places map[snapshot.NodeID]place
	for i := range e.Adds {
		n := e.Adds[i].Node
		if n == nil || w.page.Kind(n.ID) == 0 || w.within(n.ID, told) {
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

// within says whether the node with that id, or a node that it is in, is in ids.
func (w *window) within(id snapshot.NodeID, ids map[snapshot.NodeID]bool) bool {
	for len(ids) > 0 && id > 0 {
		if ids[id] {
			return true
		}
		id = w.page.Parent(id)
	}
	return false
}

// inShadow says whether the node with that id is a child of a shadow root.
func (w *window) inShadow(id snapshot.NodeID) bool {
	n, root := w.page.Node(id), w.page.Shadow(w.page.Parent(id))
	return n != nil && root != nil && n.Parent == root
}

// removals returns the removals that the masked page can do, and the nodes that
// those it cannot do are about: they are inside boxes.
func (w *window) removals(e *format.Mutation) (out []format.Removal, inBox map[snapshot.NodeID]bool) {
	if e.Removes == nil {
		return nil, nil
	}
	out = make([]format.Removal, 0, len(e.Removes))
	for _, r := range e.Removes {
		if w.page.Kind(r.ID) != 0 && w.hidden(r.ID) {
			w.tally.add(chNode, blocked)
			if inBox == nil {
				inBox = make(map[snapshot.NodeID]bool)
			}
			inBox[r.ID] = true
			continue
		}
		out = append(out, r)
	}
	return out, inBox
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
			in := w.known(id)
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
