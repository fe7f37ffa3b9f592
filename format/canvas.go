package format

import "github.com/pagetape/pagetape/snapshot"

// A Canvas event is a run of commands on a canvas's drawing context.
type Canvas struct {
	ID       snapshot.NodeID
	Context  int64 // 0 2D, 1 WebGL, 2 WebGL2
	Commands []CanvasCommand

	// The one command of an event in the older form without a list.
	Property string
	Args     string // JSON array
	Setter   bool
	Extra
}

// A CanvasCommand is one call or assignment.
type CanvasCommand struct {
	Property string
	Args     string // JSON array of rrweb's canvas arguments
	Setter   bool
	Extra
}

// Fields shows the fields to v.
func (c *CanvasCommand) Fields(v Visitor) {
	v.String(Spec{Name: "property", Role: RoleProperty}, &c.Property)
	v.Raw(Spec{Name: "args", Role: RoleCanvas}, &c.Args)
	v.Bool(Spec{Name: "setter", Omit: true}, &c.Setter)
}

// Fields shows the fields to v.
func (e *Canvas) Fields(v Visitor) {
	v.ID(Spec{Name: "id"}, &e.ID)
	v.Int(Spec{Name: "type"}, &e.Context)
	v.List(Spec{Name: "commands", Omit: true}, listOf(&e.Commands))
	v.String(Spec{Name: "property", Role: RoleProperty, Omit: true}, &e.Property)
	v.Raw(Spec{Name: "args", Role: RoleCanvas, Omit: true}, &e.Args)
	v.Bool(Spec{Name: "setter", Omit: true}, &e.Setter)
}

// Kind returns KindCanvas.
func (*Canvas) Kind() Kind { return KindCanvas }

// Apply keeps the commands with the canvas, in order.
func (e *Canvas) Apply(p *snapshot.Page) error {
	ops := make([]snapshot.CanvasOp, 0, len(e.Commands)+1)
	for i := range e.Commands {
		c := &e.Commands[i]
		ops = append(ops, snapshot.CanvasOp{Context: e.Context, Property: c.Property, Args: c.Args, Setter: c.Setter})
	}
	if e.Property != "" {
		ops = append(ops, snapshot.CanvasOp{Context: e.Context, Property: e.Property, Args: e.Args, Setter: e.Setter})
	}
	return damageOf(KindCanvas, p.Draw(e.ID, ops...))
}
func (*Canvas) sealed() {}

// A Font is a font face that a script loaded.
type Font struct {
	Family      string
	Source      string
	Buffer      bool   // Source is a JSON array of bytes, not CSS
	Descriptors string // JSON object
	Extra
}

// Fields shows the fields to v.
func (e *Font) Fields(v Visitor) {
	v.String(Spec{Name: "family", Role: RoleFont}, &e.Family)
	v.String(Spec{Name: "fontSource", Role: RoleFont}, &e.Source)
	v.Bool(Spec{Name: "buffer"}, &e.Buffer)
	v.Raw(Spec{Name: "descriptors", Role: RoleFont, Omit: true}, &e.Descriptors)
}

// Kind returns KindFont.
func (*Font) Kind() Kind { return KindFont }

// Apply adds the font to the page.
func (e *Font) Apply(p *snapshot.Page) error {
	p.Fonts = append(p.Fonts, e.font())
	return nil
}
func (*Font) sealed() {}

// font returns the font face that the event is about.
func (e *Font) font() snapshot.Font {
	return snapshot.Font{Family: e.Family, Source: e.Source, Buffer: e.Buffer, Descriptors: e.Descriptors}
}

// A CustomElement event says that a custom element was defined.
type CustomElement struct {
	Define *Definition
	Extra
}

// A Definition names a custom element.
type Definition struct {
	Name string
	Extra
}

// Fields shows the fields to v.
func (d *Definition) Fields(v Visitor) {
	v.String(Spec{Name: "name", Role: RoleTagName}, &d.Name)
}

// Fields shows the fields to v.
func (e *CustomElement) Fields(v Visitor) {
	v.One(Spec{Name: "define", Omit: true}, oneOf(&e.Define))
}

// Kind returns KindCustomElement.
func (*CustomElement) Kind() Kind { return KindCustomElement }

// Apply notes the name.
func (e *CustomElement) Apply(p *snapshot.Page) error {
	if e.Define != nil {
		p.Define(e.Define.Name)
	}
	return nil
}
func (*CustomElement) sealed() {}
