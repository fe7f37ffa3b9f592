package format

import "github.com/pagetape/pagetape/snapshot"

// A Keyframe is all of a page between two events of its window, so that a
// player can start from it instead of from the first event. It is made by the
// writer of a tape, never by a recorder: it has no form in rrweb's JSON, and a
// mask.Filter drops it.
//
// Nodes are named by their place in Node, counted from 0 in preorder.
type Keyframe struct {
	Events  int64 // how many events of the session came before it
	View    *KeyView
	Pointer *KeyPointer
	Focus   snapshot.NodeID
	Ranges  []Range
	Fonts   []Font
	Defined []Definition
	Depth   int64 // a bound of the tree's depth
	Node    *snapshot.Node
	States  []KeyState
	Styles  []KeyStyle
	Sheets  []KeySheet // the constructed ones
	Extra
}

// A KeyView is the view of a page.
type KeyView struct {
	snapshot.View
	Extra
}

// A KeyPointer is where the pointer was last seen.
type KeyPointer struct {
	snapshot.Pointer
	Extra
}

// Fields shows the fields to v.
func (w *KeyView) Fields(v Visitor) {
	v.String(Spec{Name: "href", Role: RoleURL}, &w.URL)
	v.Number(Spec{Name: "width"}, &w.Width)
	v.Number(Spec{Name: "height"}, &w.Height)
}

// Fields shows the fields to v.
func (p *KeyPointer) Fields(v Visitor) {
	v.ID(Spec{Name: "id"}, &p.Node)
	v.Number(Spec{Name: "x"}, &p.X)
	v.Number(Spec{Name: "y"}, &p.Y)
	v.Bool(Spec{Name: "down"}, &p.Down)
}

// Fields shows the fields to v.
func (e *Keyframe) Fields(v Visitor) {
	v.Int(Spec{Name: "events"}, &e.Events)
	v.One(Spec{Name: "view"}, oneOf(&e.View))
	v.One(Spec{Name: "pointer"}, oneOf(&e.Pointer))
	v.ID(Spec{Name: "focus"}, &e.Focus)
	v.List(Spec{Name: "ranges"}, listOf(&e.Ranges))
	v.List(Spec{Name: "fonts"}, listOf(&e.Fonts))
	v.List(Spec{Name: "defined"}, listOf(&e.Defined))
	v.Int(Spec{Name: "depth"}, &e.Depth)
	v.Node(Spec{Name: "node"}, &e.Node)
	v.List(Spec{Name: "states"}, listOf(&e.States))
	v.List(Spec{Name: "styles"}, listOf(&e.Styles))
	v.List(Spec{Name: "sheets"}, listOf(&e.Sheets))
}

// NewKeyframe returns the keyframe of a page after that many events of the
// session. It shares nothing with the page that changes.
func NewKeyframe(p *snapshot.Page, events int) *Keyframe { return keyframe(p.Image(), events) }

// NewKeyframeBefore returns a keyframe for a place right before a full
// snapshot: what the snapshot keeps of the page, and no more. A page that it is
// applied to, and then the snapshot, is p after the snapshot.
func NewKeyframeBefore(p *snapshot.Page, full *FullSnapshot, events int) *Keyframe {
	return keyframe(p.ImageBefore(full.Node), events)
}

func keyframe(img *snapshot.Image, events int) *Keyframe {
	e := &Keyframe{
		Events: int64(events), Focus: img.Focus, Depth: int64(img.Depth), Node: img.Root,
		Ranges: convert(img.Selection, func(r *snapshot.Range) Range { return Range{Range: *r} }),
		Fonts: convert(img.Fonts, func(f *snapshot.Font) Font {
			return Font{Family: f.Family, Source: f.Source, Buffer: f.Buffer, Descriptors: f.Descriptors}
		}),
		Defined: convert(img.Defined, func(name *string) Definition { return Definition{Name: *name} }),
		States:  convert(img.States, newKeyState),
		Styles:  convert(img.Styles, newKeyStyle),
		Sheets:  convert(img.Sheets, newKeySheet),
	}
	if img.View != (snapshot.View{}) {
		e.View = &KeyView{View: img.View}
	}
	if img.Pointer != (snapshot.Pointer{}) {
		e.Pointer = &KeyPointer{Pointer: img.Pointer}
	}
	return e
}

// image returns the image that keyframe made e of.
func (e *Keyframe) image() *snapshot.Image {
	img := &snapshot.Image{
		Focus: e.Focus, Depth: int(e.Depth), Root: e.Node,
		Selection: convert(e.Ranges, func(r *Range) snapshot.Range { return r.Range }),
		Fonts:     convert(e.Fonts, (*Font).font),
		Defined:   convert(e.Defined, func(d *Definition) string { return d.Name }),
		States:    convert(e.States, (*KeyState).state),
		Styles:    convert(e.Styles, (*KeyStyle).style),
		Sheets:    convert(e.Sheets, (*KeySheet).constructed),
	}
	if e.View != nil {
		img.View = e.View.View
	}
	if e.Pointer != nil {
		img.Pointer = e.Pointer.Pointer
	}
	return img
}

// convert returns what f makes of each element of s; nil stays nil.
func convert[A, B any](s []A, f func(*A) B) []B {
	if s == nil {
		return nil
	}
	out := make([]B, len(s))
	for i := range s {
		out[i] = f(&s[i])
	}
	return out
}

// Kind returns KindKeyframe.
func (*Keyframe) Kind() Kind { return KindKeyframe }

// Apply makes the page what it was when the keyframe was made, in place of all
// that it is.
func (e *Keyframe) Apply(p *snapshot.Page) error {
	return damageOf(KindKeyframe, p.Restore(e.image()))
}
func (*Keyframe) sealed() {}
