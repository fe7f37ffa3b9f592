package snapshot

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// A StyleEdit is one change of an element's inline style: a property set to
// Value with Priority ("" or "important"), or removed.
type StyleEdit struct {
	Name, Value, Priority string
	Remove                bool
}

// loadAttrs takes recorded attributes: those of the DOM become attributes, the
// rest live state.
func (n *node) loadAttrs(attrs []Attr) {
	attrs = attrs[:min(len(attrs), MaxAttrs)]
	if cap(n.Attr) < len(attrs) {
		n.Attr = make([]html.Attribute, 0, len(attrs))
	}
	for i := range attrs {
		n.loadAttr(&attrs[i])
	}
}

// domAttrs says whether recorded attributes are those of the DOM alone, and
// become the same ones whatever the element.
func domAttrs(attrs []Attr) bool {
	for i := range attrs {
		a := &attrs[i]
		if a.Type != AttrString || strings.HasPrefix(a.Name, "rr_") || a.Name == "_cssText" || a.Name == "value" || a.Name == "checked" {
			return false
		}
	}
	return true
}

func (n *node) loadAttr(a *Attr) {
	switch {
	case strings.HasPrefix(a.Name, "rr_"):
		n.state().setSpecial(*a)
	case a.Name == "_cssText":
		if a.Type == AttrString {
			n.setCaptured(a.Value)
		}
	case a.Type == AttrNull || a.Type == AttrFalse || a.Type == AttrJSON:
	case a.Type == AttrTrue: // live state: rrweb writes true for nothing that getAttribute returns
		switch {
		case a.Name == "checked":
			n.state().Checked = ptr(true)
		case a.Name == "selected" && n.Data == "option":
			n.state().Selected = ptr(true)
		default:
			n.setAttr(a.Name, "")
		}
	case a.Name == "value" && (n.Data == "textarea" || n.Data == "select"):
		n.state().Value = ptr(a.Value)
	default:
		switch {
		case a.Name == "value" && n.Data == "input" && !valueIsDefault(n):
			n.state().Value = ptr(a.Value)
		case a.Name == "checked" && n.Data == "input":
			// The default only: a recorder writes true over it where the control is
			// checked.
			n.state().Checked = ptr(false)
		}
		n.setAttr(a.Name, a.Value)
	}
}

// valueIsDefault says whether an input's value attribute is what the DOM's
// attribute holds; for the other types a recorder writes the live value.
func valueIsDefault(n *node) bool {
	switch strings.ToLower(attrOf(n, "type")) {
	case "radio", "checkbox", "submit", "button", "reset", "image", "hidden":
		return true
	}
	return false
}

// loadState takes the State of a plain node, which a Snapshot made.
func (n *node) loadState(s *State) {
	c := s.copied()
	if c.CSS != nil {
		n.setCaptured(*c.CSS)
		c.CSS = nil
	}
	n.details().state = c
}

func (n *node) setAttr(name, value string) {
	for i := range n.Attr {
		if n.Attr[i].Key == name {
			n.ownAttrs(0)
			n.Attr[i].Val = value
			return
		}
	}
	n.ownAttrs(1)
	n.Attr = append(n.Attr, html.Attribute{Key: name, Val: value})
}

func (n *node) hasAttr(name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func (n *node) removeAttr(name string) {
	n.ownAttrs(0)
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func (p *Page) element(op string, id NodeID) (*node, error) {
	n := p.lookup(id)
	if n == nil {
		return nil, &NodeError{op, id, ErrUnknownNode}
	}
	if n.kind != KindElement {
		return nil, &NodeError{op, id, ErrWrongKind}
	}
	return n, nil
}

// SetAttr sets one attribute of an element to what a mutation says; null
// removes it. As in a browser, a default (value, checked, selected) moves the
// live state until the user or a script has set that. Attributes that carry
// state (rr_*, _cssText) go to the state.
func (p *Page) SetAttr(id NodeID, a Attr) error {
	n, err := p.element("set attribute of", id)
	if err != nil {
		return err
	}
	removed := a.Type == AttrNull || a.Type == AttrFalse
	switch {
	case a.Name == "rr_open_mode" && !n.hasAttr("open"):
		// Recorders write the mode of a dialog that has just closed, too.
		a.Type, removed = AttrNull, true
		fallthrough
	case strings.HasPrefix(a.Name, "rr_"):
		if removed && (n.more == nil || n.more.state == nil) {
			return nil
		}
		n.state().setSpecial(a)
		return nil
	case a.Name == "_cssText":
		if a.Type == AttrString {
			n.setCaptured(a.Value)
		}
		return nil
	case a.Type == AttrJSON:
		return &NodeError{"set attribute of", id, ErrWrongKind}
	case a.Name == "value" && (n.Data == "input" || n.Data == "textarea" || n.Data == "select"):
		if s := n.state(); !s.ValueDirty && (n.Data != "input" || !valueIsDefault(n)) {
			s.Value = ptr(a.Value)
		}
		if n.Data != "input" {
			return nil
		}
	case a.Name == "checked" && n.Data == "input":
		if s := n.state(); !s.CheckedDirty {
			s.Checked = ptr(!removed)
		}
		if a.Type == AttrTrue {
			return nil
		}
	case a.Name == "selected" && n.Data == "option":
		n.state().Selected = ptr(!removed)
		if a.Type == AttrTrue {
			return nil
		}
	case a.Name == "open" && n.Data == "dialog" && removed:
		if n.more != nil && n.more.state != nil {
			n.more.state.Dialog = ""
		}
	}
	if p.censuses != nil && isCounted(a.Name) {
		p.recountOne(n, -1)
		defer p.recountOne(n, 1)
	}
	switch {
	case removed:
		n.removeAttr(a.Name)
	case len(n.Attr) >= MaxAttrs && !n.hasAttr(a.Name):
		return &NodeError{"set attribute of", id, ErrAttrs}
	default:
		n.setAttr(a.Name, a.Value)
	}
	return nil
}

// EditStyle changes single declarations of an element's style attribute, as
// CSSStyleDeclaration's setProperty and removeProperty do.
func (p *Page) EditStyle(id NodeID, edits []StyleEdit) error {
	n, err := p.element("edit style of", id)
	if err != nil {
		return err
	}
	if len(n.Attr) >= MaxAttrs && !n.hasAttr("style") {
		return &NodeError{"edit style of", id, ErrAttrs}
	}
	style := attrOf(n, "style")
	for len(edits) > 0 {
		edited, ok := editPlain(style, &edits[0])
		if !ok {
			break
		}
		style, edits = edited, edits[1:]
	}
	if len(edits) > 0 {
		d := n.details()
		if d.inline == nil {
			d.inline = &inlineStyle{}
		}
		d.inline.set(style, edits)
		style = d.inline.text
	}
	n.setAttr("style", style)
	return nil
}

// SetInput sets the live value of a form control and whether it is checked.
func (p *Page) SetInput(id NodeID, value string, checked bool) error {
	n, err := p.element("set input of", id)
	if err != nil {
		return err
	}
	s := n.state()
	if n.Data == "input" {
		switch strings.ToLower(attrOf(n, "type")) {
		case "radio", "checkbox": // the value is the attribute's, "on" without one
			s.Checked, s.CheckedDirty = ptr(checked), true
			return nil
		}
	}
	s.Value, s.ValueDirty = ptr(value), true
	if n.Data == "select" {
		n.choose(value)
	}
	return nil
}

// choose marks the option of a select that has that value, and unmarks the
// others. A list of which several can be chosen is left as it is: a recorder
// tells the first choice only.
func (n *node) choose(value string) {
	if n.hasAttr("multiple") {
		return
	}
	for c := range n.Descendants() {
		if c.Type != html.ElementNode || c.Data != "option" {
			continue
		}
		o := own(c)
		if chosen := o.optionValue() == value; chosen || o.more != nil && o.more.state != nil && o.more.state.Selected != nil {
			o.state().Selected = &chosen
		}
	}
}

// SetScroll sets the scroll offset of an element, or of a document: its view.
func (p *Page) SetScroll(id NodeID, x, y float64) error {
	n := p.lookup(id)
	if n == nil {
		return &NodeError{"scroll", id, ErrUnknownNode}
	}
	n.state().Scroll = &Point{x, y}
	return nil
}

// SetMedia changes the playback state of a media element by the fields of m
// that are not nil.
func (p *Page) SetMedia(id NodeID, m Media) error {
	n, err := p.element("set media of", id)
	if err != nil {
		return err
	}
	s := n.state()
	if s.Media == nil {
		s.Media = &Media{}
	}
	set(&s.Media.Playing, m.Playing)
	set(&s.Media.CurrentTime, m.CurrentTime)
	set(&s.Media.PlaybackRate, m.PlaybackRate)
	set(&s.Media.Muted, m.Muted)
	set(&s.Media.Loop, m.Loop)
	set(&s.Media.Volume, m.Volume)
	return nil
}

func set[T any](dst **T, v *T) {
	if v != nil {
		*dst = ptr(*v)
	}
}

// Draw adds commands to the drawing of a canvas.
func (p *Page) Draw(id NodeID, ops ...CanvasOp) error {
	n, err := p.element("draw on", id)
	if err != nil {
		return err
	}
	s := n.state()
	s.Canvas = append(s.Canvas, ops...)
	return nil
}
