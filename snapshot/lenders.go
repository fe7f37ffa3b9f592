package snapshot

import (
	"unsafe"

	"golang.org/x/net/html"
)

// lenders are nodes that were made last, by the recorded attributes they were made
// of. Most nodes of a tree have the attributes of another, and where it comes from
// a tape they are the same slice; then the list that is made of them is one, too,
// which takes a third of the memory. They serve one call that builds a tree: the
// recorded attributes may be others after it.
type lenders [256]lender

type lender struct {
	first *Attr // of the recorded attributes
	size  int   // how many those are
	node  *node
}

func (l *lenders) at(attrs []Attr) *lender {
	return &l[uintptr(unsafe.Pointer(&attrs[0]))/unsafe.Sizeof(Attr{})%uintptr(len(l))]
}

// borrow gives x, which has no attributes, those that a node before it was made of
// the same recorded ones; false where there is none.
func (l *lenders) borrow(x *node, attrs []Attr) bool {
	if l == nil || len(attrs) == 0 {
		return false
	}
	e := l.at(attrs)
	if e.first != &attrs[0] || e.size != len(attrs) {
		return false
	}
	x.Attr = e.node.Attr
	e.node.flags |= nodeBorrowed
	x.flags |= nodeBorrowed
	return true
}

// lend says that all of what attrs tell is what x now has as attributes.
func (l *lenders) lend(x *node, attrs []Attr) {
	if len(attrs) > 0 {
		*l.at(attrs) = lender{&attrs[0], len(attrs), x}
	}
}

// ownAttrs sees to it that the attributes of n are its own, before they change.
// more is for how many there is to be room.
func (n *node) ownAttrs(more int) {
	if n.flags.has(nodeBorrowed) {
		n.Attr = append(make([]html.Attribute, 0, len(n.Attr)+more), n.Attr...)
		n.flags &^= nodeBorrowed
	}
}

// clearAttrs takes all attributes away.
func (n *node) clearAttrs() {
	n.Attr = n.Attr[:0]
	if n.flags.has(nodeBorrowed) {
		n.Attr, n.flags = nil, n.flags&^nodeBorrowed
	}
}
