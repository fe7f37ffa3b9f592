package format_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A describer is the Visitor that writes the fields of a record as SPEC.md
// does. Records in records go to a table of their own, by the name of their
// type.
type describer struct {
	fields []string
	inner  *[]string
}

func describe(r format.Record, inner *[]string) string {
	d := describer{inner: inner}
	r.Fields(&d)
	return strings.Join(d.fields, ", ")
}

// add adds a field: its name and type, of a string the role, and what the Spec
// says of it in JSON.
func (d *describer) add(s format.Spec, typ string, text bool) {
	f := s.Name + " " + typ
	if text {
		f += fmt.Sprintf(" %d", s.Role)
	}
	for _, m := range []struct {
		on   bool
		mark string
	}{{s.Omit, " omit"}, {s.Null, " null"}, {s.Scalar, " scalar"}} {
		if m.on {
			f += m.mark
		}
	}
	d.fields = append(d.fields, f)
}

func (d *describer) nested(s format.Spec, typ string, r format.Record) {
	name := reflect.TypeOf(r).Elem().Name()
	d.add(s, typ+" "+name, false)
	if row := fmt.Sprintf("| %s | %s |", name, describe(r, d.inner)); !slices.Contains(*d.inner, row) {
		*d.inner = append(*d.inner, row)
	}
}

func (d *describer) Bool(s format.Spec, _ *bool)             { d.add(s, "bool", false) }
func (d *describer) Int(s format.Spec, _ *int64)             { d.add(s, "int", false) }
func (d *describer) Number(s format.Spec, _ *float64)        { d.add(s, "number", false) }
func (d *describer) String(s format.Spec, _ *string)         { d.add(s, "string", true) }
func (d *describer) ID(s format.Spec, _ *snapshot.NodeID)    { d.add(s, "id", false) }
func (d *describer) Raw(s format.Spec, _ *string)            { d.add(s, "json", true) }
func (d *describer) Ints(s format.Spec, _ *[]int64)          { d.add(s, "ints", false) }
func (d *describer) Attrs(s format.Spec, _ *[]snapshot.Attr) { d.add(s, "attributes", false) }
func (d *describer) Node(s format.Spec, _ **snapshot.Node)   { d.add(s, "node", false) }
func (d *describer) OptBool(s format.Spec, _ **bool)         { d.add(s, "bool?", false) }
func (d *describer) OptNumber(s format.Spec, _ **float64)    { d.add(s, "number?", false) }
func (d *describer) OptString(s format.Spec, _ **string)     { d.add(s, "string?", true) }
func (d *describer) List(s format.Spec, l format.List)       { d.nested(s, "list", l.Add()) }
func (d *describer) One(s format.Spec, o format.One)         { d.nested(s, "record?", o.New()) }

// eventTables are the tables of SPEC.md that list the fields of all kinds.
func eventTables() string {
	var b strings.Builder
	var inner []string
	b.WriteString("\n| kind | name | fields |\n| --- | --- | --- |\n")
	for k := range 256 {
		if data := format.New(format.Kind(k)); data != nil {
			fmt.Fprintf(&b, "| %d | %s | %s |\n", k, format.Kind(k), describe(data, &inner))
		}
	}
	b.WriteString("\n| record | fields |\n| --- | --- |\n")
	b.WriteString(strings.Join(inner, "\n") + "\n\n")
	return b.String()
}
