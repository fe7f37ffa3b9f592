package snapshot

import (
	"slices"
	"strconv"
	"strings"
)

// State is the live state of an element or document that no DOM attribute
// holds. A nil pointer or empty field says that the recording does not tell.
type State struct {
	Value    *string // of an input, textarea or select, as the user sees it
	Checked  *bool   // of a checkbox or radio button
	Selected *bool   // of an option
	Scroll   *Point  // scroll offset in CSS pixels
	Media    *Media  // of an audio or video element
	Dialog   string  // of an open dialog: "modal" or "non-modal"
	Image    string  // data URL of a canvas's or image's pixels
	Width    string  // CSS width of an element that the recorder blocked
	Height   string  // CSS height of such an element
	Src      string  // URL of a frame whose document the recorder could not see
	CSS      *string // rules of a style or link element, where no child text holds them

	Adopted []StyleID  // adopted style sheets of a document or shadow host
	Canvas  []CanvasOp // drawing commands of a canvas, in order
	Other   []Attr     // rr_* attributes that this version does not know

	// What the user or a script set is no longer moved by the attribute that
	// holds the default (HTML, "dirty value flag" and "dirty checkedness flag").
	ValueDirty, CheckedDirty bool
}

// A Point is a position or offset in CSS pixels.
type Point struct{ X, Y float64 }

// Media is the playback state of an audio or video element. Nil fields are
// not known.
type Media struct {
	Playing      *bool
	CurrentTime  *float64 // seconds
	PlaybackRate *float64
	Muted        *bool
	Loop         *bool
	Volume       *float64 // 0 to 1
}

// A CanvasOp is one call or property assignment on a canvas's context.
type CanvasOp struct {
	Context  int64  // 0 2D, 1 WebGL, 2 WebGL2
	Property string // method or property name
	Args     string // JSON array of rrweb canvas arguments
	Setter   bool   // an assignment of Args[0], not a call
}

func (s *State) clone() *State {
	c := *s
	c.Adopted = slices.Clone(s.Adopted)
	c.Canvas = slices.Clip(s.Canvas) // operations are never changed in place, only appended
	c.Other = slices.Clone(s.Other)
	if s.Scroll != nil {
		c.Scroll = ptr(*s.Scroll)
	}
	if s.Media != nil {
		c.Media = ptr(*s.Media)
	}
	return &c
}

// copied returns a copy that shares only strings with s.
func (s *State) copied() *State {
	c := s.clone()
	c.Value, c.Checked, c.Selected, c.CSS = copied(s.Value), copied(s.Checked), copied(s.Selected), copied(s.CSS)
	c.Canvas = slices.Clone(s.Canvas)
	if m := c.Media; m != nil {
		m.Playing, m.CurrentTime, m.PlaybackRate = copied(m.Playing), copied(m.CurrentTime), copied(m.PlaybackRate)
		m.Muted, m.Loop, m.Volume = copied(m.Muted), copied(m.Loop), copied(m.Volume)
	}
	return c
}

func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	return ptr(*p)
}

func ptr[T any](v T) *T { return &v }

// deref returns what p points to, the zero value for nil.
func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// setSpecial takes the rr_* attribute a into s.
func (s *State) setSpecial(a Attr) {
	num, isNum := 0.0, false
	if a.Type == AttrNumber {
		f, err := strconv.ParseFloat(a.Value, 64)
		num, isNum = f, err == nil
	}
	isBool, yes := a.Type == AttrTrue || a.Type == AttrFalse, a.Type == AttrTrue
	media := func() *Media {
		if s.Media == nil {
			s.Media = &Media{}
		}
		return s.Media
	}
	scroll := func() *Point {
		if s.Scroll == nil {
			s.Scroll = &Point{}
		}
		return s.Scroll
	}
	switch {
	case a.Type == AttrNull:
		s.clearSpecial(a.Name)
	case a.Name == "rr_scrollLeft" && isNum:
		scroll().X = num
	case a.Name == "rr_scrollTop" && isNum:
		scroll().Y = num
	case a.Name == "rr_mediaState" && a.Type == AttrString:
		media().Playing = ptr(a.Value == "played")
	case a.Name == "rr_mediaCurrentTime" && isNum:
		media().CurrentTime = &num
	case a.Name == "rr_mediaPlaybackRate" && isNum:
		media().PlaybackRate = &num
	case a.Name == "rr_mediaMuted" && isBool:
		media().Muted = &yes
	case a.Name == "rr_mediaLoop" && isBool:
		media().Loop = &yes
	case a.Name == "rr_mediaVolume" && isNum:
		media().Volume = &num
	case a.Name == "rr_open_mode" && a.Type == AttrString:
		s.Dialog = a.Value
	case a.Name == "rr_dataURL" && a.Type == AttrString:
		s.Image = a.Value
	case a.Name == "rr_width" && a.Type == AttrString:
		s.Width = a.Value
	case a.Name == "rr_height" && a.Type == AttrString:
		s.Height = a.Value
	case a.Name == "rr_src" && a.Type == AttrString:
		s.Src = a.Value
	default:
		s.clearSpecial(a.Name)
		s.Other = append(s.Other, a)
	}
}

// clearSpecial removes what the rr_* attribute with that name says.
func (s *State) clearSpecial(name string) {
	switch name {
	case "rr_open_mode":
		s.Dialog = ""
	case "rr_dataURL":
		s.Image = ""
	case "rr_width":
		s.Width = ""
	case "rr_height":
		s.Height = ""
	case "rr_src":
		s.Src = ""
	default:
		s.Other = slices.DeleteFunc(s.Other, func(o Attr) bool { return o.Name == name })
		if len(s.Other) == 0 {
			s.Other = nil // as before the first: a tape does not tell them apart
		}
	}
}

// Attrs returns the live state as the attributes in which rrweb's full
// snapshots carry it. An element's Attrs with the same names give way to them.
func (s *State) Attrs() []Attr {
	if s == nil {
		return nil
	}
	var out []Attr
	str := func(name, v string) {
		if v != "" {
			out = append(out, Attr{Name: name, Value: v})
		}
	}
	num := func(name string, v *float64) {
		if v != nil {
			out = append(out, Attr{Name: name, Type: AttrNumber, Value: FormatNumber(*v)})
		}
	}
	boolean := func(name string, v *bool) {
		if v == nil {
			return
		}
		t := AttrFalse
		if *v {
			t = AttrTrue
		}
		out = append(out, Attr{Name: name, Type: t})
	}
	if s.Value != nil {
		out = append(out, Attr{Name: "value", Value: *s.Value})
	}
	// rrweb writes these two only where they are true: an attribute of the
	// same name then says no more than the default.
	if s.Checked != nil && *s.Checked {
		boolean("checked", s.Checked)
	}
	if s.Selected != nil && *s.Selected {
		boolean("selected", s.Selected)
	}
	if s.CSS != nil {
		out = append(out, Attr{Name: "_cssText", Value: *s.CSS})
	}
	str("rr_open_mode", s.Dialog)
	str("rr_dataURL", s.Image)
	if m := s.Media; m != nil {
		if m.Playing != nil {
			v := "paused"
			if *m.Playing {
				v = "played"
			}
			str("rr_mediaState", v)
		}
		num("rr_mediaCurrentTime", m.CurrentTime)
		num("rr_mediaPlaybackRate", m.PlaybackRate)
		boolean("rr_mediaMuted", m.Muted)
		boolean("rr_mediaLoop", m.Loop)
		num("rr_mediaVolume", m.Volume)
	}
	if s.Scroll != nil {
		if s.Scroll.X != 0 {
			num("rr_scrollLeft", &s.Scroll.X)
		}
		if s.Scroll.Y != 0 {
			num("rr_scrollTop", &s.Scroll.Y)
		}
	}
	str("rr_width", s.Width)
	str("rr_height", s.Height)
	str("rr_src", s.Src)
	return append(out, s.Other...)
}

// FormatNumber writes f as JavaScript's JSON.stringify does (ECMA-262,
// Number::toString), which is how recorders write numbers. NaN and the
// infinities, which JSON cannot hold, are written as null, as there.
func FormatNumber(f float64) string {
	if f != f || f > 1.7976931348623157e308 || f < -1.7976931348623157e308 {
		return "null"
	}
	if f == 0 {
		return "0"
	}
	abs := f
	if abs < 0 {
		abs = -abs
	}
	if abs >= 1e-6 && abs < 1e21 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	s := strconv.FormatFloat(f, 'e', -1, 64)
	// strconv pads the exponent to two digits, ECMAScript does not.
	if i := strings.IndexByte(s, 'e'); i >= 0 && i+3 < len(s) && s[i+2] == '0' {
		s = s[:i+2] + s[i+3:]
	}
	return s
}

// RecordedAttrs returns the attributes of n as a recorder writes them: live
// state among them, in place of the attributes of the same name. The result is
// read-only: it can be n.Attrs itself.
func (n *Node) RecordedAttrs() []Attr {
	live := n.State.Attrs()
	if len(live) == 0 {
		return n.Attrs
	}
	out := make([]Attr, 0, len(n.Attrs)+len(live))
	for _, a := range n.Attrs {
		if i := slices.IndexFunc(live, func(l Attr) bool { return l.Name == a.Name }); i >= 0 {
			out = append(out, live[i])
			live = slices.Delete(live, i, i+1)
			continue
		}
		out = append(out, a)
	}
	return append(out, live...)
}
