package format

import "github.com/pagetape/pagetape/snapshot"

// A Move is a run of pointer positions: of the mouse, of a finger (TouchMove)
// or while something is dragged.
type Move struct {
	Source    Kind // KindMouseMove, KindTouchMove or KindDrag
	Positions []Position
	Extra
}

// A Position is where the pointer was, and over which node.
type Position struct {
	X, Y float64 // in CSS pixels of the node's viewport
	ID   snapshot.NodeID
	// TimeOffset is when, in milliseconds after the event's time; mostly
	// negative.
	TimeOffset float64
	Extra
}

// Fields shows the fields to v.
func (p *Position) Fields(v Visitor) {
	v.Number(Spec{Name: "x"}, &p.X)
	v.Number(Spec{Name: "y"}, &p.Y)
	v.ID(Spec{Name: "id"}, &p.ID)
	v.Number(Spec{Name: "timeOffset"}, &p.TimeOffset)
}

// Fields shows the fields to v.
func (e *Move) Fields(v Visitor) { v.List(Spec{Name: "positions"}, listOf(&e.Positions)) }

// Kind returns the kind of pointer it was.
func (e *Move) Kind() Kind { return e.Source }

// Apply moves the pointer to the last position.
func (e *Move) Apply(p *snapshot.Page) error {
	if n := len(e.Positions); n > 0 {
		last := &e.Positions[n-1]
		p.Pointer.Node, p.Pointer.Point = last.ID, snapshot.Point{X: last.X, Y: last.Y}
	}
	return nil
}
func (*Move) sealed() {}

// Action is what a MouseInteraction was.
type Action int64

// The mouse interactions of rrweb.
const (
	MouseUp Action = iota
	MouseDown
	Click
	ContextMenu
	DoubleClick
	Focus
	Blur
	TouchStart
	TouchMoveDeparted // older recorders
	TouchEnd
	TouchCancel
)

// PointerType is what the user pointed with.
type PointerType int64

// The pointer types of rrweb.
const (
	Mouse PointerType = iota
	Pen
	Touch
)

// A MouseInteraction is a click, touch, focus change or part of one.
type MouseInteraction struct {
	Action  Action
	ID      snapshot.NodeID
	X, Y    *float64 // in CSS pixels of the node's viewport; nil for focus and blur
	Pointer *float64 // a PointerType; nil where the recorder does not tell
	Extra
}

// Fields shows the fields to v.
func (e *MouseInteraction) Fields(v Visitor) {
	v.Int(Spec{Name: "type"}, (*int64)(&e.Action))
	v.ID(Spec{Name: "id"}, &e.ID)
	v.OptNumber(Spec{Name: "x"}, &e.X)
	v.OptNumber(Spec{Name: "y"}, &e.Y)
	v.OptNumber(Spec{Name: "pointerType"}, &e.Pointer)
}

// Kind returns KindMouseInteraction.
func (*MouseInteraction) Kind() Kind { return KindMouseInteraction }

// Apply moves the pointer and the focus. A target that is not on the page is
// no damage: events reach a recorder before the mutations that explain them.
func (e *MouseInteraction) Apply(p *snapshot.Page) error {
	switch e.Action {
	case Focus:
		if p.Kind(e.ID) != 0 {
			p.Focus = e.ID
		}
		return nil
	case Blur:
		if p.Focus == e.ID {
			p.Focus = 0
		}
		return nil
	case MouseDown, TouchStart:
		p.Pointer.Down = true
	case MouseUp, TouchEnd, TouchCancel:
		p.Pointer.Down = false
	}
	if e.X != nil && e.Y != nil {
		p.Pointer.Node, p.Pointer.Point = e.ID, snapshot.Point{X: *e.X, Y: *e.Y}
	}
	return nil
}
func (*MouseInteraction) sealed() {}

// A Scroll says how far an element, or a document's view, is scrolled, in CSS
// pixels.
type Scroll struct {
	ID   snapshot.NodeID
	X, Y float64
	Extra
}

// Fields shows the fields to v.
func (e *Scroll) Fields(v Visitor) {
	v.ID(Spec{Name: "id"}, &e.ID)
	v.Number(Spec{Name: "x"}, &e.X)
	v.Number(Spec{Name: "y"}, &e.Y)
}

// Kind returns KindScroll.
func (*Scroll) Kind() Kind { return KindScroll }

// Apply scrolls the node. One that is not on the page is no damage: recorders
// hold scroll events back, and the node may have gone meanwhile.
func (e *Scroll) Apply(p *snapshot.Page) error {
	if p.Kind(e.ID) == 0 {
		return nil
	}
	return damageOf(KindScroll, p.SetScroll(e.ID, e.X, e.Y))
}
func (*Scroll) sealed() {}

// A Selection is what the user has selected, all ranges of it.
type Selection struct {
	Ranges []Range
	Extra
}

// A Range is one selected range.
type Range struct {
	snapshot.Range
	Extra
}

// Fields shows the fields to v.
func (r *Range) Fields(v Visitor) {
	v.ID(Spec{Name: "start"}, &r.Start)
	v.Int(Spec{Name: "startOffset"}, &r.StartOffset)
	v.ID(Spec{Name: "end"}, &r.End)
	v.Int(Spec{Name: "endOffset"}, &r.EndOffset)
}

// Fields shows the fields to v.
func (e *Selection) Fields(v Visitor) { v.List(Spec{Name: "ranges"}, listOf(&e.Ranges)) }

// Kind returns KindSelection.
func (*Selection) Kind() Kind { return KindSelection }

// Apply replaces the page's selection.
func (e *Selection) Apply(p *snapshot.Page) error {
	ranges := make([]snapshot.Range, len(e.Ranges))
	for i := range e.Ranges {
		ranges[i] = e.Ranges[i].Range
	}
	p.SetSelection(ranges)
	return nil
}
func (*Selection) sealed() {}
