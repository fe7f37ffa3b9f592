package snapshot

import (
	"maps"
	"slices"
)

// An Image is all of a page between two events as plain data, so that a page
// restored from it goes on as the first one does. A Snapshot is the tree that
// a recorder could have written; an Image also has what no recorder writes.
//
// It shares strings, but nothing that changes, with the page it was made of
// and those it is restored to. Nodes are named by their place in Root.All(),
// from 0, since not all of them have an id.
type Image struct {
	View      View
	Pointer   Pointer
	Focus     NodeID
	Selection []Range
	Fonts     []Font
	Defined   []string

	// Root is the document, nil for a page before its first snapshot. Attrs
	// are those of the DOM alone; text is what the text nodes hold; State and
	// RootID are left out.
	Root   *Node
	States []NodeState  // in the order of At, which ascends
	Styles []StyleState // likewise

	Sheets []ConstructedSheet // in the order of their ids
	Depth  int                // a bound of the tree's depth: no node was ever deeper
}

// A NodeState is the live state of one node. Its CSS is nil: StyleState has it.
type NodeState struct {
	At    int
	State State
}

// A StyleState is the style sheet of one style or link element, where its text
// nodes do not tell it.
type StyleState struct {
	At int
	// Captured is the sheet's text as recorded beside text nodes that are
	// blank; nil is none.
	Captured *string
	// Sheet is the sheet once it was looked into for editing; nil is not.
	Sheet *SheetImage
}

// A ConstructedSheet is a constructed style sheet with its id.
type ConstructedSheet struct {
	ID    StyleID
	Sheet SheetImage
}

// Image returns the page as it is, for Restore. It is called between events:
// what was removed since the last Settle is not in it.
func (p *Page) Image() *Image {
	if p == nil {
		return &Image{}
	}
	b := imager{Image: Image{
		View: p.View, Pointer: p.Pointer, Focus: p.Focus, Selection: slices.Clone(p.Selection),
		Fonts: slices.Clone(p.Fonts), Defined: slices.Clone(p.Defined), Depth: p.deepest,
	}}
	if p.root != nil {
		b.Root = b.node(p.root)
	}
	for _, id := range slices.Sorted(maps.Keys(p.sheets)) {
		b.Sheets = append(b.Sheets, ConstructedSheet{id, p.sheets[id].image()})
	}
	return &b.Image
}

// An imager is an Image in the making.
type imager struct {
	Image
	nodes int // how many are in it
}

// node takes n and its subtree.
func (b *imager) node(n *node) *Node {
	at := b.nodes
	b.nodes++
	x := n.alone()
	d := n.more
	if d != nil {
		if d.state != nil {
			b.States = append(b.States, NodeState{at, *d.state.clone()})
		}
		if d.css != nil || d.sheet != nil {
			s := StyleState{At: at, Captured: d.css}
			if d.sheet != nil {
				s.Sheet = ptr(d.sheet.image())
			}
			b.Styles = append(b.Styles, s)
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		x.Children = append(x.Children, b.node(own(c)))
	}
	if d == nil {
		return x
	}
	if d.shadow != nil {
		for c := d.shadow.FirstChild; c != nil; c = c.NextSibling {
			k := b.node(own(c))
			k.IsShadow = true
			x.Children = append(x.Children, k)
		}
	}
	if d.frame != nil {
		x.Children = append(x.Children, b.node(d.frame))
	}
	return x
}
