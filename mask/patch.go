package mask

import (
	"slices"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// patch returns events that mask what was shown already and is not to be from
// here on: the window's raised nodes, but for those that the event at hand
// brought anew.
//
// An element that is blocked from here on is removed and comes back as a box.
// These are two mutations, for within one a node that is removed and added is
// the same node moved, with its live state: its drawing, if it is a canvas.
func (f *Filter) patch(w *window) []format.Data {
	if len(w.left)+len(w.raised)+len(w.again) == 0 {
		return nil
	}
	gone, m := newMutation(), newMutation()
	gone.Removes = append(gone.Removes, w.left...)
	var inputs []format.Data
	for _, r := range w.raised {
		now := w.level(r.id)
		if w.page.Kind(r.id) == 0 || w.hidden(r.id) {
			continue
		}
		n := w.page.Node(r.id)
		f.about = r.id
		switch n.Type {
		case html.ElementNode:
			if now.base() == levelBlock {
				if r.old.box() < now.box() {
					up := w.page.Parent(r.id)
					gone.Removes = append(gone.Removes, format.Removal{Parent: up, ID: r.id, Shadow: w.inShadow(r.id)})
					m.Adds = append(m.Adds, format.Addition{Parent: up, Next: max(w.page.Next(r.id), 0), Node: f.box(w, r.id, n)})
				}
				continue
			}
			if w.marked(r.id, markSent) {
				continue
			}
			if c := f.repaint(w, r, n, now); len(c.Attrs) > 0 {
				m.Attrs = append(m.Attrs, c)
			}
			if in := f.retype(w, r, n, now); in != nil {
				inputs = append(inputs, in)
			}
		case html.TextNode, html.CommentNode:
			if w.marked(r.id, markSent) {
				continue
			}
			tag, kind := w.textTag(r.id), w.page.Kind(r.id)
			var was string
			f.unstripped(func() { was = f.text(w, r.id, tag, kind, r.old, n.Data) })
			if is := f.text(w, r.id, tag, kind, now, n.Data); is != was {
				m.Texts = append(m.Texts, format.TextChange{ID: r.id, Value: &is})
			}
		}
	}
	for _, id := range w.again {
		if n := w.page.Node(id); n != nil && !w.hidden(id) {
			f.about = id
			is := f.text(w, id, w.textTag(id), w.page.Kind(id), w.level(id), n.Data)
			m.Texts = append(m.Texts, format.TextChange{ID: id, Value: &is})
		}
	}
	// Of two neighbors the later is added first, for the other to find it.
	slices.Reverse(m.Adds)
	var out []format.Data
	if len(gone.Removes) > 0 {
		out = append(out, gone)
	}
	if len(m.Adds)+len(m.Texts)+len(m.Attrs) > 0 {
		out = append(out, m)
	}
	return append(out, inputs...)
}

func newMutation() *format.Mutation {
	return &format.Mutation{
		Texts: []format.TextChange{}, Attrs: []format.AttrChange{},
		Removes: []format.Removal{}, Adds: []format.Addition{},
	}
}

// unstripped does fn as if no private value were known, and keeps it out of the
// report: what it finds is what was shown at most.
func (f *Filter) unstripped(fn func()) {
	t, values, w, searched, styles := *f.tally, f.memory.values, f.window, f.searched, f.styles
	f.memory.values, f.window = f.memory.none, nil
	f.searched, f.styles = findings{version: f.memory.version}, findings{version: f.memory.version}
	fn()
	t.rules = f.tally.rules
	*f.tally, f.memory.values, f.window, f.searched, f.styles = t, values, w, searched, styles
}

// recorded returns the attributes of an element of the page as a record has
// them.
func (w *window) recorded(id snapshot.NodeID, n *html.Node) []snapshot.Attr {
	plain := snapshot.Node{State: w.page.State(id), Attrs: make([]snapshot.Attr, 0, len(n.Attr)+2)}
	for _, a := range n.Attr {
		plain.Attrs = append(plain.Attrs, snapshot.Attr{Name: a.Key, Value: a.Val})
	}
	return plain.RecordedAttrs()
}

// box returns the record of a blocked element.
func (f *Filter) box(w *window, id snapshot.NodeID, n *html.Node) *snapshot.Node {
	x := &snapshot.Node{
		ID: id, Kind: snapshot.KindElement, Name: n.Data, Namespace: n.Namespace,
		IsShadow: w.inShadow(id), NeedsBlock: true,
	}
	for up := w.page.Parent(id); up > 0; up = w.page.Parent(up) {
		if w.page.Kind(up) == snapshot.KindDocument {
			if up != w.page.RootID() {
				x.RootID = up
			}
			break
		}
	}
	f.tally.add(chNode, blocked)
	e := element{tag: n.Data, own: ownMatched, level: w.level(id), node: n}
	x.Attrs = f.attrs(&e, slices.Clone(w.recorded(id, n)))
	return x
}

// repaint returns the attributes of an element that look other than they did.
func (f *Filter) repaint(w *window, r raise, n *html.Node, now level) format.AttrChange {
	own := w.nodes.get(r.id).own
	before := element{tag: n.Data, own: own, level: r.old, node: n}
	after := before
	after.level = now
	change := format.AttrChange{ID: r.id}
	attrs := w.recorded(r.id, n)
	if css := w.page.CSS(r.id); css != "" && css != childText(n) {
		attrs = append(slices.Clone(attrs), snapshot.Attr{Name: "_cssText", Value: css})
	}
	for _, a := range attrs {
		var was snapshot.Attr
		shown := false
		f.unstripped(func() { was, shown = f.attr(&before, a) })
		is, ok := f.attr(&after, a)
		switch {
		case !shown || ok && is == was:
		case ok:
			change.Attrs = append(change.Attrs, is)
		default:
			change.Attrs = append(change.Attrs, snapshot.Attr{Name: a.Name, Type: snapshot.AttrNull})
		}
	}
	return change
}

func childText(n *html.Node) string {
	s := ""
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			s += c.Data
		}
	}
	return s
}

// retype returns an input event for a control whose live value was shown.
func (f *Filter) retype(w *window, r raise, n *html.Node, now level) format.Data {
	s := w.page.State(r.id)
	if s == nil || s.Value == nil || r.old.base() > levelClear {
		return nil
	}
	e := &format.Input{ID: r.id, Text: f.shape(now).value(*s.Value)}
	if e.Text == *s.Value {
		return nil
	}
	e.Checked = s.Checked != nil && *s.Checked
	f.tally.note(chInput, *s.Value, e.Text)
	return e
}
