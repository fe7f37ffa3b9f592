package format

import "github.com/pagetape/pagetape/snapshot"

// A KeyStyle is the style sheet of one style or link element in a Keyframe,
// where its text nodes do not tell it (snapshot.StyleState).
type KeyStyle struct {
	At       int64 // the element's place
	Captured *string
	Sheet    *KeyRules
	Extra
}

// A KeySheet is a constructed style sheet in a Keyframe.
type KeySheet struct {
	Style snapshot.StyleID
	Sheet *KeyRules
	Extra
}

// KeyRules are a style sheet: Text or, once it was edited, Rules, each before
// those in it (snapshot.SheetImage).
type KeyRules struct {
	Text  string
	Rules []KeyRule // nil where Text is the sheet
	Extra
}

// A KeyRule is one rule: Text where no edit has changed it.
type KeyRule struct {
	Text         string
	Head         string // what stands before the {; "" is CSSNestedDeclarations
	Declarations []KeyDeclaration
	Rules        int64 // in it, of those that follow
	Extra
}

// A KeyDeclaration is one CSS property with its value as it was written.
type KeyDeclaration struct {
	snapshot.Declaration
	Extra
}

// Fields shows the fields to v.
func (s *KeyStyle) Fields(v Visitor) {
	v.Int(Spec{Name: "at"}, &s.At)
	v.OptString(Spec{Name: "captured", Role: RoleCSS}, &s.Captured)
	v.One(Spec{Name: "sheet"}, oneOf(&s.Sheet))
}

// Fields shows the fields to v.
func (s *KeySheet) Fields(v Visitor) {
	v.ID(Spec{Name: "styleId"}, (*snapshot.NodeID)(&s.Style))
	v.One(Spec{Name: "sheet"}, oneOf(&s.Sheet))
}

// Fields shows the fields to v.
func (r *KeyRules) Fields(v Visitor) {
	v.String(Spec{Name: "text", Role: RoleCSS}, &r.Text)
	v.List(Spec{Name: "rules"}, listOf(&r.Rules))
}

// Fields shows the fields to v.
func (r *KeyRule) Fields(v Visitor) {
	v.String(Spec{Name: "text", Role: RoleCSS}, &r.Text)
	v.String(Spec{Name: "head", Role: RoleCSS}, &r.Head)
	v.List(Spec{Name: "declarations"}, listOf(&r.Declarations))
	v.Int(Spec{Name: "inside"}, &r.Rules)
}

// Fields shows the fields to v.
func (d *KeyDeclaration) Fields(v Visitor) {
	v.String(Spec{Name: "property", Role: RoleProperty}, &d.Name)
	v.String(Spec{Name: "value", Role: RoleCSS}, &d.Value)
	v.Bool(Spec{Name: "important"}, &d.Important)
}

func newKeyStyle(s *snapshot.StyleState) KeyStyle {
	k := KeyStyle{At: int64(s.At), Captured: s.Captured}
	if s.Sheet != nil {
		k.Sheet = newKeyRules(s.Sheet)
	}
	return k
}

func newKeySheet(s *snapshot.ConstructedSheet) KeySheet {
	return KeySheet{Style: s.ID, Sheet: newKeyRules(&s.Sheet)}
}

func newKeyRules(s *snapshot.SheetImage) *KeyRules {
	return &KeyRules{Text: s.Text, Rules: convert(s.Rules, func(r *snapshot.RuleImage) KeyRule {
		return KeyRule{Text: r.Text, Head: r.Head, Rules: int64(r.Rules),
			Declarations: convert(r.Declarations, func(d *snapshot.Declaration) KeyDeclaration { return KeyDeclaration{Declaration: *d} })}
	})}
}

// style returns what newKeyStyle made k of.
func (k *KeyStyle) style() snapshot.StyleState {
	s := snapshot.StyleState{At: int(k.At), Captured: k.Captured}
	if k.Sheet != nil {
		sheet := k.Sheet.sheet()
		s.Sheet = &sheet
	}
	return s
}

// constructed returns what newKeySheet made k of; no sheet is an empty one.
func (k *KeySheet) constructed() snapshot.ConstructedSheet {
	s := snapshot.ConstructedSheet{ID: k.Style}
	if k.Sheet != nil {
		s.Sheet = k.Sheet.sheet()
	}
	return s
}

func (r *KeyRules) sheet() snapshot.SheetImage {
	return snapshot.SheetImage{Text: r.Text, Rules: convert(r.Rules, func(k *KeyRule) snapshot.RuleImage {
		return snapshot.RuleImage{Text: k.Text, Head: k.Head, Rules: int(k.Rules),
			Declarations: convert(k.Declarations, func(d *KeyDeclaration) snapshot.Declaration { return d.Declaration })}
	})}
}
