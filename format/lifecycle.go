package format

import "github.com/pagetape/pagetape/snapshot"

// DOMContentLoaded says that the browser had parsed the document.
type DOMContentLoaded struct {
	Payload string // JSON; rrweb writes {}
	Extra
}

// Fields shows the fields to v.
func (e *DOMContentLoaded) Fields(v Visitor) { v.Raw(payload, &e.Payload) }

// Kind returns KindDOMContentLoaded.
func (*DOMContentLoaded) Kind() Kind { return KindDOMContentLoaded }

// Apply does nothing: the snapshot that follows has the document.
func (*DOMContentLoaded) Apply(*snapshot.Page) error { return nil }
func (*DOMContentLoaded) sealed()                    {}

// Load says that the page and what it refers to had loaded.
type Load struct {
	Payload string // JSON; rrweb writes {}
	Extra
}

// Fields shows the fields to v.
func (e *Load) Fields(v Visitor) { v.Raw(payload, &e.Payload) }

// Kind returns KindLoad.
func (*Load) Kind() Kind { return KindLoad }

// Apply does nothing: the snapshot that follows has the document.
func (*Load) Apply(*snapshot.Page) error { return nil }
func (*Load) sealed()                    {}

var payload = Spec{Name: "payload", Role: RoleCustom, Omit: true}

// Meta says what the window shows from here on. A full snapshot follows it.
type Meta struct {
	URL           string
	Width, Height float64 // of the viewport, in CSS pixels
	Extra
}

// Fields shows the fields to v.
func (e *Meta) Fields(v Visitor) {
	v.String(Spec{Name: "href", Role: RoleURL}, &e.URL)
	v.Number(Spec{Name: "width"}, &e.Width)
	v.Number(Spec{Name: "height"}, &e.Height)
}

// Kind returns KindMeta.
func (*Meta) Kind() Kind { return KindMeta }

// Apply sets the page's view.
func (e *Meta) Apply(p *snapshot.Page) error {
	p.View = snapshot.View{URL: e.URL, Width: e.Width, Height: e.Height}
	return nil
}
func (*Meta) sealed() {}

// ViewportResize says that the viewport has a new size, in CSS pixels.
type ViewportResize struct {
	Width, Height float64
	Extra
}

// Fields shows the fields to v.
func (e *ViewportResize) Fields(v Visitor) {
	v.Number(Spec{Name: "width"}, &e.Width)
	v.Number(Spec{Name: "height"}, &e.Height)
}

// Kind returns KindViewportResize.
func (*ViewportResize) Kind() Kind { return KindViewportResize }

// Apply sets the size of the page's view.
func (e *ViewportResize) Apply(p *snapshot.Page) error {
	p.View.Width, p.View.Height = e.Width, e.Height
	return nil
}
func (*ViewportResize) sealed() {}

// A FullSnapshot is the whole document of the window as it was. It replaces
// the one before; ids may start again.
type FullSnapshot struct {
	Node   *snapshot.Node
	Offset *Offset // how far the view was scrolled
	Extra
}

// An Offset is a scroll offset in CSS pixels.
type Offset struct {
	Left, Top float64
	Extra
}

// Fields shows the fields to v.
func (o *Offset) Fields(v Visitor) {
	v.Number(Spec{Name: "left"}, &o.Left)
	v.Number(Spec{Name: "top"}, &o.Top)
}

// Fields shows the fields to v.
func (e *FullSnapshot) Fields(v Visitor) {
	v.Node(Spec{Name: "node"}, &e.Node)
	v.One(Spec{Name: "initialOffset"}, oneOf(&e.Offset))
}

// Kind returns KindFullSnapshot.
func (*FullSnapshot) Kind() Kind { return KindFullSnapshot }

// Apply replaces the page's tree.
func (e *FullSnapshot) Apply(p *snapshot.Page) error {
	if e.Node == nil {
		return damage(KindFullSnapshot, &snapshot.NodeError{Op: "load", Err: snapshot.ErrUnknownNode})
	}
	err := p.Load(e.Node)
	if o := e.Offset; o != nil && (o.Left != 0 || o.Top != 0) {
		_ = p.SetScroll(p.RootID(), o.Left, o.Top)
	}
	return damageOf(KindFullSnapshot, err)
}
func (*FullSnapshot) sealed() {}
