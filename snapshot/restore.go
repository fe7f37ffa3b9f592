package snapshot

import (
	"errors"
	"slices"
)

// Restore makes the page the one that img is of, in place of all that it was.
// The error joins a *NodeError for each part of a damaged image that could not
// be taken; the page then has the others. Restore copies what it keeps and can
// change.
func (p *Page) Restore(img *Image) error {
	*p = Page{
		View: img.View, Pointer: img.Pointer, Focus: img.Focus, Selection: slices.Clone(img.Selection),
		Fonts: slices.Clone(img.Fonts), Defined: slices.Clone(img.Defined), ids: p.ids, room: p.room,
	}
	b := builder{page: p, image: &restorer{states: img.States, styles: img.Styles}, lenders: &lenders{}}
	switch {
	case img.Root == nil:
		p.ids.reset(0)
	case img.Root.Kind != KindDocument:
		p.ids.reset(0)
		b.fail("restore", img.Root.ID, ErrWrongKind)
		b.skip(img.Root)
	default:
		p.makeRoom(img.Root)
		p.root = b.build(img.Root, p.ids.place(img.Root.ID), nil, 1)
	}
	if len(b.image.states) > 0 || len(b.image.styles) > 0 {
		b.fail("restore state of", 0, ErrUnknownNode)
	}
	for i := range img.Sheets {
		s := &img.Sheets[i]
		p.setSheet(s.ID, b.sheet("restore constructed style sheet", NodeID(s.ID), &s.Sheet))
	}
	p.deepest = max(p.deepest, min(img.Depth, MaxDepth))
	return errors.Join(b.errs...)
}

// A restorer is what of an Image is still to be taken.
type restorer struct {
	nodes  int // how many of its nodes were taken or left out
	states []NodeState
	styles []StyleState
}

// restore gives x, which is made of the image's node n, the attributes and
// live state that it has in the image.
func (b *builder) restore(x *node, n *Node) {
	if n.Kind == KindElement && len(n.Attrs) > 0 {
		b.restoreAttrs(x, n.Attrs[:min(len(n.Attrs), MaxAttrs)])
	}
	img := b.image
	at := img.nodes
	img.nodes++
	for len(img.states) > 0 && img.states[0].At <= at {
		s := &img.states[0]
		img.states = img.states[1:]
		if s.At < at || x.more != nil && x.more.state != nil {
			b.fail("restore state of", 0, ErrUnknownNode)
			continue
		}
		d := x.details()
		d.state = s.State.copied()
		d.state.CSS = nil
	}
	for len(img.styles) > 0 && img.styles[0].At <= at {
		s := &img.styles[0]
		img.styles = img.styles[1:]
		if s.At < at || x.more != nil && (x.more.css != nil || x.more.sheet != nil) {
			b.fail("restore style sheet of", 0, ErrUnknownNode)
			continue
		}
		d := x.details()
		d.css = copied(s.Captured)
		switch {
		case s.Sheet == nil:
		case n.Kind != KindElement || x.Data != "style" && x.Data != "link":
			b.fail("restore style sheet of", n.ID, ErrWrongKind)
		default:
			d.sheet = b.sheet("restore style sheet of", n.ID, s.Sheet)
		}
	}
}

// restoreAttrs gives x, which has none, the attributes that it has in the image.
func (b *builder) restoreAttrs(x *node, attrs []Attr) {
	if b.lenders.borrow(x, attrs) {
		return
	}
	x.Attr = b.page.slab.attributes(len(attrs))
	ok := true
	for i := range attrs {
		a := &attrs[i]
		if a.Type != AttrString {
			b.fail("restore attribute of", x.id, ErrWrongKind)
			ok = false
			continue
		}
		x.setAttr(a.Name, a.Value)
	}
	if ok {
		b.lenders.lend(x, attrs)
	}
}

func (b *builder) sheet(op string, id NodeID, img *SheetImage) *Sheet {
	s, ok := img.sheet()
	if !ok {
		b.fail(op, id, ErrBadRule)
	}
	return s
}

// skip counts nodes that are left out, with all below them.
func (b *builder) skip(list ...*Node) {
	if b.image == nil {
		return
	}
	stack := slices.Clone(list)
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if n != nil {
			b.image.nodes++
			stack = append(stack, n.Children...)
		}
	}
}
