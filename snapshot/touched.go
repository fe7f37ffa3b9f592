package snapshot

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// A recorder takes full snapshots of a page that goes on, too, and they do not
// tell all of it. Load keeps what follows here for the nodes that are still
// there.

// touched returns the form controls that the user or a script has set, and the
// style elements whose rules a script has edited; nil if root is another page
// than p, whose ids have started again.
func (p *Page) touched(root *Node) map[NodeID]*node {
	var list map[NodeID]*node
	if p.root == nil {
		return nil
	}
	p.root.walk(func(n *node) bool {
		d := n.more
		if d != nil && (d.sheet != nil || d.state != nil && (d.state.ValueDirty || d.state.CheckedDirty)) {
			if list == nil {
				list = make(map[NodeID]*node)
			}
			list[n.id] = n
		}
		return true
	})
	if list == nil {
		return nil
	}
	for n := range root.All() {
		if old := p.lookup(n.ID); old != nil && (old.kind != n.Kind || n.Kind == KindElement && old.Data != strings.ToLower(n.Name)) {
			return nil
		}
	}
	return list
}

// retouch gives the node with that id what old had, if it is the same one.
func (p *Page) retouch(id NodeID, old *node) {
	n := p.lookup(id)
	if n == nil || n.kind != KindElement || n.Data != old.Data {
		return
	}
	if was := old.more.state; was != nil && (was.ValueDirty || was.CheckedDirty) {
		is := n.state()
		is.ValueDirty = was.ValueDirty && deref(is.Value) == deref(was.Value)
		is.CheckedDirty = was.CheckedDirty && deref(is.Checked) == deref(was.Checked)
	}
	if old.more.sheet != nil {
		n.keepText(old)
	}
}

// keepText gives the text nodes of the style element n the text that they have
// in old. A recorder captures the rules, which a script has edited; the text
// is what they are made from again when part of it changes. Where the rules are
// others it is the element of another page.
func (n *node) keepText(old *node) {
	css, ok := n.captured()
	if !ok || n.more == nil || n.more.css == nil || !NewSheet(unsplitCSS(css)).alike(old.more.sheet) {
		return
	}
	old.settleCSS()
	a, b := n.FirstChild, old.FirstChild
	for ; a != nil && b != nil; a, b = a.NextSibling, b.NextSibling {
		if own(a).id != own(b).id || a.Type != html.TextNode || b.Type != html.TextNode {
			return
		}
	}
	if a != nil || b != nil || n.FirstChild == nil {
		return
	}
	n.more.sheet, n.more.css = NewSheet(unsplitCSS(css)), nil
	for a, b = n.FirstChild, old.FirstChild; a != nil; a, b = a.NextSibling, b.NextSibling {
		a.Data = b.Data
	}
}

// alike says whether s and t have as many rules, with what stands before their
// { the same. A browser writes declarations in its own way.
func (s *Sheet) alike(t *Sheet) bool {
	s.load()
	t.load()
	return slices.EqualFunc(s.rules, t.rules, func(a, b rule) bool {
		return bare(a.open(inSheet).head) == bare(b.open(inSheet).head)
	})
}

// bare returns text without white space.
func bare(text string) string { return strings.Join(strings.Fields(text), "") }

// ImageBefore returns an image of what Load(root) keeps of the page: a page
// restored from it becomes, by that Load, what this one would. Where nobody
// has touched the page it is little more than its View.
func (p *Page) ImageBefore(root *Node) *Image {
	if p == nil || root == nil || root.Kind != KindDocument { // Load refuses the last two
		return p.Image()
	}
	b := imager{Image: Image{View: p.View, Pointer: Pointer{Point: p.Pointer.Point}}}
	if p.root == nil {
		return &b.Image
	}
	b.Root = &Node{ID: p.root.id, Kind: KindDocument}
	b.nodes = 1
	touched := p.touched(root)
	if len(touched) == 0 {
		return &b.Image
	}
	for n := range root.All() {
		old := touched[n.ID]
		if old == nil || n.Kind != KindElement || strings.ToLower(n.Name) != old.Data {
			continue
		}
		delete(touched, n.ID)
		b.touched(old)
	}
	return &b.Image
}

// touched takes what retouch looks at of n, which was touched.
func (b *imager) touched(n *node) {
	at := b.nodes
	x := &Node{ID: n.id, Kind: n.kind, Name: n.Data}
	if was := n.more.state; was != nil && (was.ValueDirty || was.CheckedDirty) {
		s := State{ValueDirty: was.ValueDirty, CheckedDirty: was.CheckedDirty}
		if s.ValueDirty {
			s.Value = was.Value
		}
		if s.CheckedDirty {
			s.Checked = was.Checked
		}
		b.States = append(b.States, NodeState{at, s})
	}
	if n.more.sheet != nil && n.FirstChild != nil {
		b.Styles = append(b.Styles, StyleState{At: at, Captured: n.more.css, Sheet: ptr(n.more.sheet.image())})
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			k := own(c)
			if k.Type != html.TextNode {
				b.Styles, x.Children = b.Styles[:len(b.Styles)-1], nil
				break
			}
			x.Children = append(x.Children, &Node{ID: k.id, Kind: k.kind, Text: k.Data})
		}
	}
	if len(x.Children) == 0 && (len(b.States) == 0 || b.States[len(b.States)-1].At < at) {
		return // nothing of it is kept
	}
	b.nodes += 1 + len(x.Children)
	b.Root.Children = append(b.Root.Children, x)
}
