package snapshot

import "golang.org/x/net/html"

// A recorder takes full snapshots of a page that goes on, too, and they do not
// tell all of it. Load keeps what follows here for the nodes that are still
// there.

// touched returns the form controls that the user or a script has set, and the
// style elements whose rules a script has edited.
func (p *Page) touched() map[NodeID]*node {
	var list map[NodeID]*node
	if p.root == nil {
		return nil
	}
	p.root.walk(func(n *node) bool {
		d := n.more
		if d != nil && (d.sheet != nil || d.state != nil && (d.state.valueDirty || d.state.checkedDirty)) {
			if list == nil {
				list = make(map[NodeID]*node)
			}
			list[n.id] = n
		}
		return true
	})
	return list
}

// retouch gives the node with that id what old had, if it is the same one.
func (p *Page) retouch(id NodeID, old *node) {
	n := p.lookup(id)
	if n == nil || n.kind != KindElement || n.Data != old.Data {
		return
	}
	if was := old.more.state; was != nil && (was.valueDirty || was.checkedDirty) {
		is := n.state()
		is.valueDirty = was.valueDirty && deref(is.Value) == deref(was.Value)
		is.checkedDirty = was.checkedDirty && deref(is.Checked) == deref(was.Checked)
	}
	if old.more.sheet != nil {
		n.keepText(old)
	}
}

// keepText gives the text nodes of the style element n the text that they have
// in old. A recorder captures the rules, which a script has edited; the text
// is what they are made from again when part of it changes.
func (n *node) keepText(old *node) {
	css, ok := n.captured()
	if !ok || n.more == nil || n.more.css == nil {
		return
	}
	old.settleCSS()
	a, b := n.FirstChild, old.FirstChild
	for ; a != nil && b != nil; a, b = a.NextSibling, b.NextSibling {
		if own(a).id != own(b).id || a.Type != html.TextNode {
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
