package format

import "github.com/pagetape/pagetape/snapshot"

// SheetRules changes the rules of a style sheet: of the style or link element
// ID, or of the constructed sheet Style.
type SheetRules struct {
	ID          snapshot.NodeID
	Style       snapshot.StyleID
	Adds        []RuleAddition
	Removes     []RuleRemoval
	Replace     *string // new text of the whole sheet
	ReplaceSync *string
	Extra
}

// A RuleAddition inserts a rule. Index is where: the indexes of the rules that
// it is nested in, then its own; empty is not told, which is first (CSSOM
// insertRule).
type RuleAddition struct {
	Rule  string
	Index []int64
	Extra
}

// A RuleRemoval deletes the rule at Index.
type RuleRemoval struct {
	Index []int64
	Extra
}

// Fields shows the fields to v.
func (r *RuleAddition) Fields(v Visitor) {
	v.String(Spec{Name: "rule", Role: RoleCSS}, &r.Rule)
	v.Ints(Spec{Name: "index", Omit: true, Scalar: true}, &r.Index)
}

// Fields shows the fields to v.
func (r *RuleRemoval) Fields(v Visitor) {
	v.Ints(Spec{Name: "index", Scalar: true}, &r.Index)
}

// Fields shows the fields to v.
func (e *SheetRules) Fields(v Visitor) {
	v.ID(Spec{Name: "id", Omit: true}, &e.ID)
	v.ID(Spec{Name: "styleId", Omit: true}, (*snapshot.NodeID)(&e.Style))
	v.List(Spec{Name: "removes", Omit: true}, listOf(&e.Removes))
	v.List(Spec{Name: "adds", Omit: true}, listOf(&e.Adds))
	v.OptString(Spec{Name: "replace", Role: RoleCSS}, &e.Replace)
	v.OptString(Spec{Name: "replaceSync", Role: RoleCSS}, &e.ReplaceSync)
}

// Kind returns KindSheetRules.
func (*SheetRules) Kind() Kind { return KindSheetRules }

// Apply changes the sheet.
func (e *SheetRules) Apply(p *snapshot.Page) error {
	sheet, err := sheetOf(p, e.ID, e.Style)
	if err != nil {
		return damage(KindSheetRules, err)
	}
	var errs []error
	for i := range e.Adds {
		index := path(e.Adds[i].Index)
		if len(index) == 0 {
			index = []int{0}
		}
		errs = append(errs, sheet.Insert(index, e.Adds[i].Rule))
	}
	for i := range e.Removes {
		errs = append(errs, sheet.Delete(path(e.Removes[i].Index)))
	}
	for _, text := range []*string{e.Replace, e.ReplaceSync} {
		if text != nil {
			sheet.Replace(*text)
		}
	}
	return damage(KindSheetRules, errs...)
}
func (*SheetRules) sealed() {}

func sheetOf(p *snapshot.Page, id snapshot.NodeID, style snapshot.StyleID) (*snapshot.Sheet, error) {
	if style != 0 {
		return p.Constructed(style)
	}
	return p.Sheet(id)
}

func path(index []int64) []int {
	out := make([]int, len(index))
	for i, n := range index {
		out[i] = int(n)
	}
	return out
}

// SheetDeclaration sets or removes a property of one rule of a style sheet.
type SheetDeclaration struct {
	ID     snapshot.NodeID
	Style  snapshot.StyleID
	Index  []int64 // of the rule, from the outermost in
	Set    *Declaration
	Remove *PropertyName
	Extra
}

// A Declaration is a CSS property with its value.
type Declaration struct {
	Property string
	Value    *string // nil is null, which removes it
	Priority *string
	Extra
}

// A PropertyName names a CSS property.
type PropertyName struct {
	Property string
	Extra
}

// Fields shows the fields to v.
func (d *Declaration) Fields(v Visitor) {
	v.String(Spec{Name: "property", Role: RoleProperty}, &d.Property)
	v.OptString(Spec{Name: "value", Role: RoleCSS, Null: true}, &d.Value)
	v.OptString(Spec{Name: "priority", Role: RoleProperty}, &d.Priority)
}

// Fields shows the fields to v.
func (n *PropertyName) Fields(v Visitor) {
	v.String(Spec{Name: "property", Role: RoleProperty}, &n.Property)
}

// Fields shows the fields to v.
func (e *SheetDeclaration) Fields(v Visitor) {
	v.ID(Spec{Name: "id", Omit: true}, &e.ID)
	v.ID(Spec{Name: "styleId", Omit: true}, (*snapshot.NodeID)(&e.Style))
	v.Ints(Spec{Name: "index"}, &e.Index)
	v.One(Spec{Name: "set", Omit: true}, oneOf(&e.Set))
	v.One(Spec{Name: "remove", Omit: true}, oneOf(&e.Remove))
}

// Kind returns KindSheetDeclaration.
func (*SheetDeclaration) Kind() Kind { return KindSheetDeclaration }

// Apply changes the rule.
func (e *SheetDeclaration) Apply(p *snapshot.Page) error {
	sheet, err := sheetOf(p, e.ID, e.Style)
	if err != nil {
		return damage(KindSheetDeclaration, err)
	}
	var errs []error
	if s := e.Set; s != nil {
		value, priority := "", ""
		if s.Value != nil {
			value = *s.Value
		}
		if s.Priority != nil {
			priority = *s.Priority
		}
		errs = append(errs, sheet.SetProperty(path(e.Index), s.Property, value, priority))
	}
	if r := e.Remove; r != nil {
		errs = append(errs, sheet.RemoveProperty(path(e.Index), r.Property))
	}
	return damage(KindSheetDeclaration, errs...)
}
func (*SheetDeclaration) sealed() {}

// AdoptedSheets says which constructed style sheets a document or a shadow
// root adopts, and brings those that are new.
type AdoptedSheets struct {
	ID     snapshot.NodeID // the document, or the shadow root's host
	Styles []NewSheet
	IDs    []int64 // snapshot.StyleIDs
	Extra
}

// A NewSheet is a constructed style sheet that was not seen before.
type NewSheet struct {
	Style snapshot.StyleID
	Rules []RuleAddition
	Extra
}

// Fields shows the fields to v.
func (s *NewSheet) Fields(v Visitor) {
	v.ID(Spec{Name: "styleId"}, (*snapshot.NodeID)(&s.Style))
	v.List(Spec{Name: "rules"}, listOf(&s.Rules))
}

// Fields shows the fields to v.
func (e *AdoptedSheets) Fields(v Visitor) {
	v.ID(Spec{Name: "id"}, &e.ID)
	v.Ints(Spec{Name: "styleIds"}, &e.IDs)
	v.List(Spec{Name: "styles", Omit: true}, listOf(&e.Styles))
}

// Kind returns KindAdoptedSheets.
func (*AdoptedSheets) Kind() Kind { return KindAdoptedSheets }

// Apply makes the new sheets and adopts all.
func (e *AdoptedSheets) Apply(p *snapshot.Page) error {
	var errs []error
	for i := range e.Styles {
		s := &e.Styles[i]
		sheet := p.Construct(s.Style)
		for j := range s.Rules {
			index := path(s.Rules[j].Index)
			if len(index) == 0 {
				index = []int{0}
			}
			errs = append(errs, sheet.Insert(index, s.Rules[j].Rule))
		}
	}
	ids := make([]snapshot.StyleID, len(e.IDs))
	for i, id := range e.IDs {
		ids[i] = snapshot.StyleID(id)
	}
	errs = append(errs, p.Adopt(e.ID, ids))
	return damage(KindAdoptedSheets, errs...)
}
func (*AdoptedSheets) sealed() {}
