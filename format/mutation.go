package format

import (
	"github.com/pagetape/pagetape/snapshot"
)

// A Mutation is a batch of changes to the document (DOM MutationObserver).
type Mutation struct {
	Texts   []TextChange
	Attrs   []AttrChange
	Removes []Removal
	Adds    []Addition
	// Frame says that the addition is the document of a frame that loaded.
	Frame bool
	Extra
}

// A TextChange gives a text node new content.
type TextChange struct {
	ID    snapshot.NodeID
	Value *string // nil is JSON null, an empty text
	Extra
}

// An AttrChange changes attributes of one element. A null value removes the
// attribute; a JSON object for style holds single declarations.
type AttrChange struct {
	ID    snapshot.NodeID
	Attrs []snapshot.Attr
	Extra
}

// A Removal takes a node and its subtree from under Parent.
type Removal struct {
	Parent, ID snapshot.NodeID
	Shadow     bool // Parent is the host of the shadow root it was in
	Extra
}

// An Addition puts a node under Parent, before Next; 0 is last.
type Addition struct {
	Parent, Next snapshot.NodeID
	Node         *snapshot.Node
	Previous     snapshot.NodeID // the node it comes after, from older recorders; 0 is not told
	Extra
}

// Fields shows the fields to v.
func (t *TextChange) Fields(v Visitor) {
	v.ID(Spec{Name: "id"}, &t.ID)
	v.OptString(Spec{Name: "value", Role: RoleText, Null: true}, &t.Value)
}

// Fields shows the fields to v.
func (a *AttrChange) Fields(v Visitor) {
	v.ID(Spec{Name: "id"}, &a.ID)
	v.Attrs(Spec{Name: "attributes"}, &a.Attrs)
}

// Fields shows the fields to v.
func (r *Removal) Fields(v Visitor) {
	v.ID(Spec{Name: "parentId"}, &r.Parent)
	v.ID(Spec{Name: "id"}, &r.ID)
	v.Bool(Spec{Name: "isShadow", Omit: true}, &r.Shadow)
}

// Fields shows the fields to v.
func (a *Addition) Fields(v Visitor) {
	v.ID(Spec{Name: "parentId"}, &a.Parent)
	v.ID(Spec{Name: "nextId", Null: true}, &a.Next)
	v.Node(Spec{Name: "node"}, &a.Node)
	v.ID(Spec{Name: "previousId", Omit: true}, &a.Previous)
}

// Fields shows the fields to v.
func (e *Mutation) Fields(v Visitor) {
	v.List(Spec{Name: "texts"}, listOf(&e.Texts))
	v.List(Spec{Name: "attributes"}, listOf(&e.Attrs))
	v.List(Spec{Name: "removes"}, listOf(&e.Removes))
	v.List(Spec{Name: "adds"}, listOf(&e.Adds))
	v.Bool(Spec{Name: "isAttachIframe", Omit: true}, &e.Frame)
}

// Kind returns KindMutation.
func (*Mutation) Kind() Kind { return KindMutation }
func (*Mutation) sealed()    {}

// Apply does the removals, then the additions, each as soon as its parent and
// next sibling are there, then the texts and attributes.
func (e *Mutation) Apply(p *snapshot.Page) error {
	var errs []error
	fail := func(err error) {
		if err != nil {
			errs = append(errs, err)
		}
	}
	// An earlier removal may take along what a later one names, so what is
	// missing is settled before the first.
	var gone map[snapshot.NodeID]bool
	if len(e.Removes) > 0 {
		gone = make(map[snapshot.NodeID]bool, len(e.Removes))
		for i := range e.Removes {
			id := e.Removes[i].ID
			gone[id] = true
			if p.Kind(id) == 0 {
				fail(&snapshot.NodeError{Op: "remove", ID: id, Err: snapshot.ErrUnknownNode})
			}
		}
		for i := range e.Removes {
			// A node that moved between two observed trees is added by one event
			// and removed from its old parent by a later one.
			// Both trees can be those of one element: its children and its shadow's.
			if r := &e.Removes[i]; p.Kind(r.ID) != 0 && p.Parent(r.ID) == r.Parent && p.InShadow(r.ID) == r.Shadow {
				fail(p.Remove(r.ID))
			}
		}
	}
	if len(e.Adds) > 0 {
		in := inserter{page: p, adds: e.Adds}
		errs = append(errs, in.run()...)
	}
	for i := range e.Texts {
		t := &e.Texts[i]
		text := ""
		if t.Value != nil {
			text = *t.Value
		}
		if p.Kind(t.ID) == 0 && gone[t.ID] {
			continue
		}
		fail(p.SetText(t.ID, text))
	}
	var edits [4]snapshot.StyleEdit
	for i := range e.Attrs {
		c := &e.Attrs[i]
		if p.Kind(c.ID) == 0 && gone[c.ID] {
			continue
		}
		for _, a := range c.Attrs {
			var err error
			if a.Type == snapshot.AttrJSON && a.Name == "style" {
				err = p.EditStyle(c.ID, appendStyleEdits(edits[:0], a.Value))
			} else {
				err = p.SetAttr(c.ID, a)
			}
			if err != nil {
				fail(err)
				break
			}
		}
	}
	p.Settle()
	return damage(KindMutation, errs...)
}
