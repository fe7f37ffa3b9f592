package snapshot

import (
	"slices"
	"strconv"

	"golang.org/x/net/html"
)

func itoa(i int64) string { return strconv.FormatInt(i, 10) }

// Insert puts n and its subtree under the element or document parent, before
// its child before, or last where before is 0. Where n says so it goes into
// the parent's shadow root, which is made if there is none; a document goes
// into a frame element, in place of the document that is there.
//
// A node whose id the page already has is moved: it keeps its subtree, unless
// n brings one, and takes n's attributes and text. As in a browser it loses the
// focus, and frames in it their documents. Insert copies what it keeps of n.
//
// Errors are of type *NodeError. Where before is not a child of parent the
// node is put last, and the error says so.
func (p *Page) Insert(parent, before NodeID, n *Node) error {
	up := p.lookup(parent)
	if up == nil {
		return &NodeError{"insert under", parent, ErrUnknownNode}
	}
	if up.kind != KindElement && up.kind != KindDocument {
		return &NodeError{"insert under", parent, ErrWrongKind}
	}
	if n.Kind == 0 || n.Kind > KindComment {
		return &NodeError{"insert", n.ID, ErrWrongKind}
	}
	old := p.lookup(n.ID)
	if old != nil && up.within(old) {
		return &NodeError{"insert", n.ID, ErrCycle}
	}
	depth := p.depth(up) + 1
	if depth > MaxDepth {
		return &NodeError{"insert", n.ID, ErrDepth}
	}
	if n.Kind == KindDocument {
		return p.insertFrame(up, n, depth)
	}
	b := builder{page: p}
	x := old
	if old != nil && len(n.Children) == 0 && old.kind == n.Kind && (n.Kind != KindElement || old.Data == n.Name) {
		height, frames := old.height(p.deepest)
		if depth+height > MaxDepth {
			return &NodeError{"insert", n.ID, ErrDepth}
		}
		p.deepest = max(p.deepest, depth+height)
		for _, f := range frames {
			p.remove(f)
		}
		if focus := p.lookup(p.Focus); focus != nil && focus.within(old) {
			p.Focus = 0
		}
		p.detach(old)
		old.refresh(n)
	} else {
		if old != nil {
			p.remove(old)
		}
		x = b.build(n, p.ids.place(n.ID), nil, depth)
	}
	dst := up
	if n.IsShadow {
		dst = up.attachShadow()
	}
	if up.kind == KindDocument {
		p.dropTwin(up, x)
	}
	var next *html.Node
	if before != 0 {
		if s := p.lookup(before); s != nil && s.Parent == &dst.Node {
			next = &s.Node
		} else {
			b.fail("insert before", before, ErrUnknownNode)
		}
	}
	if n.Kind == KindText && n.Text != "" {
		dst.settleCSS()
	}
	dst.InsertBefore(&x.Node, next)
	p.recount(x, 1)
	if n.Kind == KindText && n.Text != "" {
		dst.resetSheet()
	}
	if len(b.errs) > 0 {
		return b.errs[0]
	}
	return nil
}

// depth returns how many levels of the composed tree n and what is above it
// are. Most nodes come one after the other under the same parent. What was asked
// for last stays right: only Insert moves nodes, or makes new ones, and it has
// asked for the parent first, which is not in what it moves.
func (p *Page) depth(n *node) int {
	if p.measured != n {
		p.measured, p.levels = n, 0
		for a := n; a != nil; a = a.parent() {
			p.levels++
		}
	}
	return p.levels
}

// within says whether n is top or below it in the composed tree.
func (n *node) within(top *node) bool {
	for n != nil && n != top {
		n = n.parent()
	}
	return n != nil
}

// height returns how many levels are below n, and the documents in the frames
// there; or limit, and some of them, where to look at all takes long.
func (n *node) height(limit int) (height int, frames []*node) {
	const most = 4096
	seen := 0
	var visit func(n *node, depth int) bool
	visit = func(n *node, depth int) bool {
		if seen++; seen > most {
			return false
		}
		height = max(height, depth)
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if !visit(own(c), depth+1) {
				return false
			}
		}
		d := n.more
		if d == nil {
			return true
		}
		if d.frame != nil {
			frames = append(frames, d.frame)
		}
		return d.shadow == nil || visit(d.shadow, depth)
	}
	if !visit(n, 0) {
		return limit, frames
	}
	return height, frames
}

func (p *Page) insertFrame(up *node, n *Node, depth int) error {
	if up.kind != KindElement {
		return &NodeError{"insert a document under", up.id, ErrWrongKind}
	}
	if old := up.details().frame; old != nil {
		p.remove(old)
	}
	if old := p.lookup(n.ID); old != nil {
		if old == p.root {
			return &NodeError{"insert", n.ID, ErrCycle}
		}
		p.remove(old)
	}
	b := builder{page: p}
	up.details().frame = b.build(n, p.ids.place(n.ID), up, depth)
	if len(b.errs) > 0 {
		return b.errs[0]
	}
	return nil
}

// dropTwin removes the doctype or root element that x replaces: a document has
// one of each. A document that was opened again (document.open) does not tell
// the recorder that its old nodes went.
func (p *Page) dropTwin(doc, x *node) {
	for c := doc.FirstChild; c != nil; c = c.NextSibling {
		if o := own(c); o.kind == x.kind && (x.kind == KindDoctype || x.kind == KindElement) {
			p.remove(o)
			return
		}
	}
}

// refresh gives n the attributes and text of the plain node x.
func (n *node) refresh(x *Node) {
	n.flags = n.flags.with(nodeCustom, x.IsCustom).with(nodeBlock, x.NeedsBlock)
	switch n.kind {
	case KindElement:
		n.clearAttrs()
		n.loadAttrs(x.Attrs)
		if x.IsHost {
			n.attachShadow()
		}
	case KindText, KindCDATA, KindComment:
		n.Data = x.Text
	}
	if x.State != nil {
		n.loadState(x.State)
	}
}

// Remove takes the node with that id and its subtree off the page, ids and
// all. The page's own document cannot be removed. A node of the same id that
// is inserted before the next Settle is the removed one moved: it has its
// dirty flags, scroll offset, drawing and adopted style sheets again.
func (p *Page) Remove(id NodeID) error {
	n := p.lookup(id)
	if n == nil {
		return &NodeError{"remove", id, ErrUnknownNode}
	}
	if n == p.root {
		return &NodeError{"remove", id, ErrWrongKind}
	}
	p.remove(n)
	return nil
}

func (p *Page) remove(n *node) {
	p.detach(n)
	p.forget(n)
}

// forget forgets n and what is below it in the composed tree.
func (p *Page) forget(n *node) {
	if n.kind != 0 {
		if n.more != nil && n.more.state != nil && n.kind == KindElement && n.id > 0 {
			if p.limbo == nil {
				p.limbo = make(map[NodeID]*State)
			}
			p.limbo[n.id] = n.more.state
		}
		p.unregister(n)
		p.forgetTrees(n)
		if n.id == p.Focus {
			p.Focus = 0
		}
	}
	for c := n.FirstChild; c != nil; {
		k := own(c)
		c = c.NextSibling
		p.forget(k)
	}
	if d := n.more; d != nil {
		if d.shadow != nil {
			p.forget(d.shadow)
		}
		if d.frame != nil {
			p.forget(d.frame)
		}
	}
	// As many as the page has can be used again soon.
	if !p.slab.seen && p.slab.idle <= p.ids.used {
		p.slab.take(n)
	}
}

// Settle ends a batch of changes: what was removed in it is forgotten.
func (p *Page) Settle() {
	clear(p.limbo)
	p.slab.settle()
	p.measured = nil
}

// revive gives n the live state s that the recorder does not write again for
// an element that was moved.
func (n *node) revive(s *State) {
	if len(s.Adopted) == 0 && len(s.Canvas) == 0 && s.Scroll == nil && !s.ValueDirty && !s.CheckedDirty {
		return
	}
	t := n.state()
	t.Adopted, t.Canvas = s.Adopted, s.Canvas
	t.ValueDirty, t.CheckedDirty = s.ValueDirty, s.CheckedDirty
	if t.Scroll == nil {
		t.Scroll = s.Scroll
	}
}

// detach unlinks n from its parent; its ids stay.
func (p *Page) detach(n *node) {
	if up := n.Parent; up != nil {
		u := own(up)
		if n.kind == KindText {
			u.settleCSS()
		}
		p.recount(n, -1)
		up.RemoveChild(&n.Node)
		if n.kind == KindText && n.Data != "" {
			u.resetSheet()
		}
		return
	}
	if n.host != nil && n.host.more != nil && n.host.more.frame == n {
		n.host.more.frame = nil
	}
}

// SetText sets the content of a text, CDATA or comment node.
func (p *Page) SetText(id NodeID, text string) error {
	n := p.lookup(id)
	if n == nil {
		return &NodeError{"set text of", id, ErrUnknownNode}
	}
	switch n.kind {
	case KindText, KindCDATA:
		if n.Parent != nil {
			own(n.Parent).settleCSS()
		}
		n.Data = text
		if n.Parent != nil {
			own(n.Parent).resetSheet()
		}
	case KindComment:
		n.Data = text
	default:
		return &NodeError{"set text of", id, ErrWrongKind}
	}
	return nil
}

// Text returns the text of the element with that id and its descendants in the
// same tree, as the DOM's Node.textContent.
func (p *Page) Text(id NodeID) string {
	n := p.lookup(id)
	if n == nil {
		return ""
	}
	if n.Type == html.TextNode {
		return n.Data
	}
	return n.textContent()
}

func (n *node) textContent() string {
	var parts []byte
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			parts = append(parts, c.Data...)
		}
	}
	return string(parts)
}

// SetSelection replaces the user's selection. The page keeps ranges.
func (p *Page) SetSelection(ranges []Range) { p.Selection = ranges }

// Define says that a custom element with that name was defined.
func (p *Page) Define(name string) {
	if !slices.Contains(p.Defined, name) {
		p.Defined = append(p.Defined, name)
	}
}
