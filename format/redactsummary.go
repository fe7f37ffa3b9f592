package format

import "github.com/pagetape/pagetape/snapshot"

// A summaryRedactor is the Visitor that redacts a summary.
type summaryRedactor struct{ x *redactor }

func (v summaryRedactor) record(r Record) {
	for i := range *r.Rest() {
		m := &(*r.Rest())[i]
		v.set(RoleMember, &m.Name)
		v.set(RoleMember, &m.Value)
	}
	r.Fields(v)
}

func (v summaryRedactor) set(role Role, s *string) {
	was := *s
	if long, ok := v.x.cut[was]; ok {
		*s = long
	}
	if *s = v.x.string(role, *s, false); *s != was {
		v.x.counts.Labels++
	}
}

func (v summaryRedactor) String(p Spec, s *string) { v.set(p.Role, s) }
func (v summaryRedactor) Raw(p Spec, s *string)    { v.set(p.Role, s) }
func (v summaryRedactor) OptString(p Spec, s **string) {
	if *s != nil {
		v.set(p.Role, *s)
	}
}
func (v summaryRedactor) One(_ Spec, o One) {
	if r := o.Get(); r != nil {
		v.record(r)
	}
}
func (v summaryRedactor) List(_ Spec, l List) {
	for i := range l.Len() {
		v.record(l.At(i))
	}
}
func (summaryRedactor) Bool(Spec, *bool)             {}
func (summaryRedactor) Int(Spec, *int64)             {}
func (summaryRedactor) Number(Spec, *float64)        {}
func (summaryRedactor) ID(Spec, *snapshot.NodeID)    {}
func (summaryRedactor) Ints(Spec, *[]int64)          {}
func (summaryRedactor) Attrs(Spec, *[]snapshot.Attr) {}
func (summaryRedactor) Node(Spec, **snapshot.Node)   {}
func (summaryRedactor) OptBool(Spec, **bool)         {}
func (summaryRedactor) OptNumber(Spec, **float64)    {}

// truncated notes what becomes of the strings of an event that a summary has no
// more than the start of: a value can be cut in two there.
func (x *redactor) truncated(e *Event) {
	note := func(role Role, s string, most int) {
		if len(s) <= most {
			return
		}
		short := prefix(s, most)
		if text := prefix(x.string(role, s, false), most); text != short {
			x.cut[short] = text
		}
	}
	switch d := e.Data.(type) {
	case *Meta:
		note(RoleURL, d.URL, maxURL)
	case *Navigation:
		note(RoleURL, d.URL, maxURL)
	case *Custom:
		note(RoleCustom, d.Tag, maxName)
	case *Plugin:
		note(RoleCustom, d.Plugin, maxName)
	}
}
