package format

import (
	"sync"

	"github.com/pagetape/pagetape/snapshot"
)

// A schema is the fields of one type of record, as its Fields method shows
// them: what the columns of a frame are read by.
type schema []schemaField

type schemaField struct {
	typ  fieldType
	role Role
	raw  bool   // the string is JSON text
	sub  schema // of a List or One
}

// fieldType is the method of a Visitor that a field is shown by.
type fieldType uint8

const (
	fieldBool fieldType = iota
	fieldInt
	fieldNumber
	fieldString
	fieldID
	fieldInts
	fieldAttrs
	fieldNode
	fieldOptBool
	fieldOptNumber
	fieldOptString
	fieldList
	fieldOne
)

// schemas are the schemas of all kinds, nil for a kind that is not known.
var schemas = sync.OnceValue(func() *[256]schema {
	var all [256]schema
	for k := range all {
		if data := New(Kind(k)); data != nil {
			all[k] = schemaOf(data)
		}
	}
	return &all
})

func schemaOf(r Record) schema {
	s := schema{}
	r.Fields(&s)
	return s
}

func (s *schema) add(typ fieldType, spec Spec, sub schema) {
	*s = append(*s, schemaField{typ: typ, role: spec.Role, sub: sub})
}

func (s *schema) Bool(p Spec, _ *bool)          { s.add(fieldBool, p, nil) }
func (s *schema) Int(p Spec, _ *int64)          { s.add(fieldInt, p, nil) }
func (s *schema) Number(p Spec, _ *float64)     { s.add(fieldNumber, p, nil) }
func (s *schema) String(p Spec, _ *string)      { s.add(fieldString, p, nil) }
func (s *schema) ID(p Spec, _ *snapshot.NodeID) { s.add(fieldID, p, nil) }
func (s *schema) Raw(p Spec, _ *string) {
	s.add(fieldString, p, nil)
	(*s)[len(*s)-1].raw = true
}
func (s *schema) Ints(p Spec, _ *[]int64)          { s.add(fieldInts, p, nil) }
func (s *schema) Attrs(p Spec, _ *[]snapshot.Attr) { s.add(fieldAttrs, p, nil) }
func (s *schema) Node(p Spec, _ **snapshot.Node)   { s.add(fieldNode, p, nil) }
func (s *schema) OptBool(p Spec, _ **bool)         { s.add(fieldOptBool, p, nil) }
func (s *schema) OptNumber(p Spec, _ **float64)    { s.add(fieldOptNumber, p, nil) }
func (s *schema) OptString(p Spec, _ **string)     { s.add(fieldOptString, p, nil) }
func (s *schema) List(p Spec, l List)              { s.add(fieldList, p, schemaOf(l.Add())) }
func (s *schema) One(p Spec, o One)                { s.add(fieldOne, p, schemaOf(o.New())) }
