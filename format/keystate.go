package format

import "github.com/pagetape/pagetape/snapshot"

// A KeyState is the live state of one node in a Keyframe (snapshot.State).
type KeyState struct {
	At                       int64 // the node's place
	Value                    *string
	Checked, Selected        *bool
	ValueDirty, CheckedDirty bool
	Scroll                   *KeyPoint
	Adopted                  []int64 // snapshot.StyleIDs
	Media                    *KeyMedia
	Drawing                  *KeyDrawing
	Shown                    *KeyShown
	Extra
}

// A KeyPoint is a scroll offset.
type KeyPoint struct {
	snapshot.Point
	Extra
}

// A KeyMedia is the playback state of an audio or video element.
type KeyMedia struct {
	snapshot.Media
	Extra
}

// A KeyDrawing is what was drawn on a canvas.
type KeyDrawing struct {
	Commands []KeyCommand
	Extra
}

// A KeyCommand is one command on a canvas's context.
type KeyCommand struct {
	snapshot.CanvasOp
	Extra
}

// A KeyShown is what few elements have: how a dialog is open, a canvas's or
// image's pixels, the size of a blocked element, a frame's address, and rr_*
// attributes that this version does not know.
type KeyShown struct {
	Dialog, Image, Width, Height, Src string
	Other                             []snapshot.Attr
	Extra
}

// Fields shows the fields to v.
func (s *KeyState) Fields(v Visitor) {
	v.Int(Spec{Name: "at"}, &s.At)
	v.OptString(Spec{Name: "value", Role: RoleInput}, &s.Value)
	v.OptBool(Spec{Name: "checked"}, &s.Checked)
	v.OptBool(Spec{Name: "selected"}, &s.Selected)
	v.Bool(Spec{Name: "valueDirty"}, &s.ValueDirty)
	v.Bool(Spec{Name: "checkedDirty"}, &s.CheckedDirty)
	v.One(Spec{Name: "scroll"}, oneOf(&s.Scroll))
	v.Ints(Spec{Name: "adopted"}, &s.Adopted)
	v.One(Spec{Name: "media"}, oneOf(&s.Media))
	v.One(Spec{Name: "drawing"}, oneOf(&s.Drawing))
	v.One(Spec{Name: "shown"}, oneOf(&s.Shown))
}

// Fields shows the fields to v.
func (p *KeyPoint) Fields(v Visitor) {
	v.Number(Spec{Name: "x"}, &p.X)
	v.Number(Spec{Name: "y"}, &p.Y)
}

// Fields shows the fields to v.
func (m *KeyMedia) Fields(v Visitor) {
	v.OptBool(Spec{Name: "playing"}, &m.Playing)
	v.OptNumber(Spec{Name: "currentTime"}, &m.CurrentTime)
	v.OptNumber(Spec{Name: "playbackRate"}, &m.PlaybackRate)
	v.OptBool(Spec{Name: "muted"}, &m.Muted)
	v.OptBool(Spec{Name: "loop"}, &m.Loop)
	v.OptNumber(Spec{Name: "volume"}, &m.Volume)
}

// Fields shows the fields to v.
func (d *KeyDrawing) Fields(v Visitor) {
	v.List(Spec{Name: "drawn"}, listOf(&d.Commands))
}

// Fields shows the fields to v.
func (c *KeyCommand) Fields(v Visitor) {
	v.Int(Spec{Name: "type"}, &c.Context)
	v.String(Spec{Name: "property", Role: RoleProperty}, &c.Property)
	v.Raw(Spec{Name: "args", Role: RoleCanvas}, &c.Args)
	v.Bool(Spec{Name: "setter"}, &c.Setter)
}

// Fields shows the fields to v.
func (s *KeyShown) Fields(v Visitor) {
	v.String(Spec{Name: "dialog"}, &s.Dialog)
	v.String(Spec{Name: "image", Role: RoleCanvas}, &s.Image)
	v.String(Spec{Name: "width", Role: RoleCSS}, &s.Width)
	v.String(Spec{Name: "height", Role: RoleCSS}, &s.Height)
	v.String(Spec{Name: "src", Role: RoleURL}, &s.Src)
	v.Attrs(Spec{Name: "other"}, &s.Other)
}

func newKeyState(n *snapshot.NodeState) KeyState {
	s := &n.State
	k := KeyState{
		At: int64(n.At), Value: s.Value, Checked: s.Checked, Selected: s.Selected,
		ValueDirty: s.ValueDirty, CheckedDirty: s.CheckedDirty,
		Adopted: convert(s.Adopted, func(id *snapshot.StyleID) int64 { return int64(*id) }),
	}
	if s.Scroll != nil {
		k.Scroll = &KeyPoint{Point: *s.Scroll}
	}
	if s.Media != nil {
		k.Media = &KeyMedia{Media: *s.Media}
	}
	if s.Canvas != nil {
		k.Drawing = &KeyDrawing{Commands: convert(s.Canvas, func(c *snapshot.CanvasOp) KeyCommand { return KeyCommand{CanvasOp: *c} })}
	}
	if s.Dialog != "" || s.Image != "" || s.Width != "" || s.Height != "" || s.Src != "" || len(s.Other) > 0 {
		k.Shown = &KeyShown{Dialog: s.Dialog, Image: s.Image, Width: s.Width, Height: s.Height, Src: s.Src, Other: s.Other}
	}
	return k
}

// state returns the state that newKeyState made k of.
func (k *KeyState) state() snapshot.NodeState {
	n := snapshot.NodeState{At: int(k.At), State: snapshot.State{
		Value: k.Value, Checked: k.Checked, Selected: k.Selected,
		ValueDirty: k.ValueDirty, CheckedDirty: k.CheckedDirty,
		Adopted: convert(k.Adopted, func(id *int64) snapshot.StyleID { return snapshot.StyleID(*id) }),
	}}
	s := &n.State
	if k.Scroll != nil {
		s.Scroll = &k.Scroll.Point
	}
	if k.Media != nil {
		s.Media = &k.Media.Media
	}
	if k.Drawing != nil {
		s.Canvas = convert(k.Drawing.Commands, func(c *KeyCommand) snapshot.CanvasOp { return c.CanvasOp })
	}
	if o := k.Shown; o != nil {
		s.Dialog, s.Image, s.Width, s.Height, s.Src, s.Other = o.Dialog, o.Image, o.Width, o.Height, o.Src, o.Other
	}
	return n
}
