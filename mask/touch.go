package mask

import (
	"slices"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// Which elements a mutation can make match otherwise depends on what the
// selectors of the policy look at. Most policies look at an element alone: then
// only new elements and those whose attributes changed are matched. A selector
// with a combinator makes what is below, or beside, a change be matched too.

// noteParents notes the parents that children are to leave, before they do.
func (w *window) noteParents(e *format.Mutation) {
	for i := range e.Removes {
		w.place(w.page.Parent(e.Removes[i].ID))
	}
	for i := range e.Adds {
		if n := e.Adds[i].Node; n != nil {
			w.place(w.page.Parent(n.ID))
		}
	}
}

// place notes that the children of the node with that id changed, if rules
// look at such things.
func (w *window) place(id snapshot.NodeID) {
	if t := &w.policy.traits; !t.Sibling && !t.Structural || w.page.Kind(id) == 0 || w.marked(id, markPlace) {
		return
	}
	w.mark(id, markPlace)
	w.places = append(w.places, id)
}

// touch notes what a mutation, already applied, changed in the eyes of the
// rules, and the roots of the subtrees whose levels it can change.
func (w *window) touch(e *format.Mutation, secrets *secrets) {
	t := &w.policy.traits
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
		w.place(a.Parent)
		w.root(a.Node.ID, markDirty)
		if t.Descendant { // a node that was moved can have brought its subtree
			w.dirty(a.Node.ID)
		}
	}
	for i := range e.Attrs {
		c := &e.Attrs[i]
		if slices.ContainsFunc(c.Attrs, func(a snapshot.Attr) bool { return w.policy.reads(a.Name) }) {
			w.recheck(c.ID, t.Descendant)
			if t.Sibling {
				w.place(w.page.Parent(c.ID))
			}
		}
	}
	for i := range e.Texts {
		if in := w.nodes.get(e.Texts[i].ID); in != nil {
			in.since = w.epoch
		}
		if t.Empty {
			w.place(w.page.Parent(e.Texts[i].ID))
		}
	}
	// Noting a place can note another: that of an element that was emptied.
	for i := 0; i < len(w.places); i++ {
		w.replace(w.places[i])
	}
	if t.Has && (len(e.Adds)+len(e.Removes)+len(e.Attrs) > 0 || t.Empty) {
		w.root(w.page.RootID(), markDirty)
		w.dirty(w.page.RootID())
	}
}

// replace matches the children of a node anew, of which some came or went.
func (w *window) replace(id snapshot.NodeID) {
	t := &w.policy.traits
	if t.Empty {
		w.recheck(id, t.Spread)
		if t.Sibling {
			w.place(w.page.Parent(id))
		}
	}
	for _, child := range w.childrenOf(id) {
		w.recheck(child, t.Spread)
	}
}

// childrenOf returns the children of a node, those in its shadow root too. The
// result is good until the next call.
func (w *window) childrenOf(id snapshot.NodeID) []snapshot.NodeID {
	w.kids = w.kids[:0]
	up, shadow := w.page.Node(id), w.page.Shadow(id)
	if up == nil {
		return nil
	}
	for child, n := range w.page.Subtree(id) {
		if n.Parent == nil || n.Parent != up && n.Parent != shadow {
			continue
		}
		w.kids = append(w.kids, child)
		if shadow != nil || w.page.Frame(id) != nil {
			continue
		}
		// The page leads from one child to the next without a walk over what
		// is below them, as long as they have ids.
		for child > 0 && w.page.Node(child) == n && n.NextSibling != nil {
			if child = w.page.Next(child); child <= 0 {
				break
			}
			n = n.NextSibling
			w.kids = append(w.kids, child)
		}
		if n.NextSibling == nil {
			break
		}
		w.kids = w.kids[:0]
		for child, n := range w.page.Subtree(id) {
			if n.Parent == up {
				w.kids = append(w.kids, child)
			}
		}
		break
	}
	return w.kids
}

// recheck matches one element anew, with what is below it if deep, and notes it
// as a root if that makes a difference.
func (w *window) recheck(id snapshot.NodeID, deep bool) {
	n := w.page.Node(id)
	if n == nil || n.Type != html.ElementNode || id <= 0 {
		return
	}
	in := w.nodes.at(id)
	if deep || in.own&ownMatched == 0 || w.marked(id, markSent) {
		w.root(id, markDirty)
		if deep {
			w.dirty(id)
		}
		return
	}
	// Most changes of a class are of no interest to any rule.
	was := in.own
	w.rematch(in, n)
	if in.own != was && in.level != in.level.join(in.own.under(w.outer(id))) {
		w.root(id, markDirty)
	}
}

// dirty marks the subtree of the node with that id to be matched anew.
func (w *window) dirty(id snapshot.NodeID) {
	for below := range w.page.Subtree(id) {
		w.mark(below, markDirty)
	}
}
