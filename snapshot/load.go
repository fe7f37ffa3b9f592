package snapshot

import (
	"errors"
	"slices"

	"golang.org/x/net/html"
)

// Load replaces the page's tree by root, a document, and forgets what belonged
// to the old one: ids, style sheets, selection and focus. View stays, and a
// form control that is there with the same id and value is still one that the
// user or a script has set, as a style element's text is what it was. The error
// joins a *NodeError for each node that could not be taken; the page then has
// the others.
func (p *Page) Load(root *Node) error {
	if root.Kind != KindDocument {
		return &NodeError{"load", root.ID, ErrWrongKind}
	}
	touched := p.touched(root)
	*p = Page{View: p.View, Pointer: Pointer{Point: p.Pointer.Point}, ids: p.ids, room: p.room}
	p.makeRoom(root)
	b := builder{page: p, lenders: &lenders{}}
	p.root = b.build(root, p.ids.place(root.ID), nil, 1)
	for id, old := range touched {
		p.retouch(id, old)
	}
	return errors.Join(b.errs...)
}

// A builder makes nodes from a plain tree.
type builder struct {
	page  *Page
	image *restorer // where the tree is that of an Image; else a recorder's or Snapshot's
	errs  []error

	lenders *lenders // nil where there are few nodes
}

func (b *builder) fail(op string, id NodeID, err error) {
	if len(b.errs) < 16 { // what follows says nothing new
		b.errs = append(b.errs, &NodeError{op, id, err})
	}
}

// build makes the node for n and its subtree and registers their ids, its own at
// place.
func (b *builder) build(n *Node, place **node, host *node, depth int) *node {
	x := b.node(n)
	x.host = host
	b.page.deepest = max(b.page.deepest, depth)
	if len(n.Attrs) > MaxAttrs {
		b.fail("load", n.ID, ErrAttrs)
	}
	if place != nil {
		b.page.ids.set(place, x)
	}
	if n.IsHost {
		x.attachShadow()
	}
	for i, c := range n.Children {
		if c == nil {
			b.fail("load child of", n.ID, ErrWrongKind)
			continue
		}
		if depth >= MaxDepth {
			b.fail("load", c.ID, ErrDepth)
			b.skip(n.Children[i:]...)
			break
		}
		place := b.page.ids.place(c.ID)
		switch {
		case place != nil && *place != nil:
			b.fail("load", c.ID, ErrDuplicate)
			b.skip(c)
		case c.Kind == 0 || c.Kind > KindComment:
			b.fail("load", c.ID, ErrWrongKind)
			b.skip(c)
		case c.Kind == KindDocument && x.more != nil && x.more.frame != nil:
			b.fail("load", c.ID, ErrFrames)
			b.skip(c)
		case c.Kind == KindDocument:
			x.details().frame = b.build(c, place, x, depth+1)
		case c.IsShadow:
			root := x.attachShadow()
			root.AppendChild(&b.build(c, place, nil, depth+1).Node)
		default:
			x.AppendChild(&b.build(c, place, nil, depth+1).Node)
		}
	}
	return x
}

func (n *node) attachShadow() *node {
	d := n.details()
	if d.shadow == nil {
		d.shadow = &node{Node: html.Node{Type: html.DocumentNode}, host: n}
	}
	return d.shadow
}

// node makes the node for n alone.
func (b *builder) node(n *Node) *node {
	x := b.newNode(n)
	if b.image != nil {
		b.restore(x, n)
		return x
	}
	if n.Kind == KindElement {
		b.loadAttrs(x, n.Attrs)
	}
	if n.State != nil {
		x.loadState(n.State)
	}
	if s := b.page.limbo[n.ID]; s != nil && n.Kind == KindElement {
		x.revive(s)
	}
	return x
}

// loadAttrs gives x, which has none, recorded attributes.
func (b *builder) loadAttrs(x *node, attrs []Attr) {
	attrs = attrs[:min(len(attrs), MaxAttrs)]
	if b.lenders.borrow(x, attrs) {
		return
	}
	if cap(x.Attr) < len(attrs) {
		x.Attr = b.page.slab.attributes(len(attrs))
	}
	x.loadAttrs(attrs)
	if b.lenders != nil && domAttrs(attrs) {
		b.lenders.lend(x, attrs)
	}
}

// newNode makes the node for n alone, but for its attributes and live state.
func (b *builder) newNode(n *Node) *node {
	attrs := 0
	if n.Kind == KindElement {
		attrs = min(len(n.Attrs), MaxAttrs)
	}
	x := b.page.slab.node(attrs)
	x.id, x.kind = n.ID, n.Kind
	x.flags = nodeFlags(0).with(nodeCustom, n.IsCustom).with(nodeStyle, n.IsStyle).with(nodeBlock, n.NeedsBlock)
	switch n.Kind {
	case KindDocument:
		x.Type = html.DocumentNode
		if n.CompatMode != "" {
			x.details().compat = n.CompatMode
		}
	case KindDoctype:
		x.Type, x.Data = html.DoctypeNode, n.Name
		x.Attr = []html.Attribute{{Key: "public", Val: n.PublicID}, {Key: "system", Val: n.SystemID}}
	case KindElement:
		x.Type = html.ElementNode
		x.Data, x.DataAtom = b.page.names.of(n.Name)
		x.Namespace = n.Namespace
	case KindText, KindCDATA:
		x.Type, x.Data = html.TextNode, n.Text
	case KindComment:
		x.Type, x.Data = html.CommentNode, n.Text
	}
	if len(n.Extra) > 0 {
		x.details().extra = slices.Clone(n.Extra)
	}
	return x
}
