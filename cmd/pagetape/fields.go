package main

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// What of a value is printed.
const (
	maxText  = 60 // characters of a string
	maxItems = 3  // elements of a list
	maxAttrs = 8  // attributes, leftover members, or integers
)

// A shortener is the Visitor that writes a record's fields in short.
type shortener struct{ b strings.Builder }

// fields are the fields of an event, each after a space.
func fields(e *format.Event) string {
	var s shortener
	s.record(e.Data)
	s.members(e.Extra)
	return s.b.String()
}

func (s *shortener) record(r format.Record) {
	r.Fields(s)
	s.members(*r.Rest())
}

// add writes one field.
func (s *shortener) add(name, value string) {
	s.b.WriteByte(' ')
	s.b.WriteString(name)
	s.b.WriteByte('=')
	s.b.WriteString(value)
}

// members writes what the recorder wrote that no field is for.
func (s *shortener) members(list []snapshot.Member) {
	for i, m := range list {
		if i == maxAttrs {
			s.b.WriteString(" …" + strconv.Itoa(len(list)-i) + " more")
			return
		}
		name := quote(m.Name)
		if m.Name == snapshot.Whole {
			name = "(all)"
		}
		s.add("+"+name, quote(m.Value))
	}
}

// inner is a record in brackets.
func inner(r format.Record) string {
	var s shortener
	s.record(r)
	return "{" + strings.TrimPrefix(s.b.String(), " ") + "}"
}

// name is a name without quotes, where it is a plain one.
func name(s string) string {
	if len(s) > maxText || s == "" || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool {
		return !strconv.IsPrint(r) || strings.ContainsRune(` "<>=`, r)
	}) {
		return quote(s)
	}
	return s
}

func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

// Bool and those below are the Visitor.
func (s *shortener) Bool(p format.Spec, v *bool) {
	if *v {
		s.add(p.Name, "true")
	}
}

func (s *shortener) Int(p format.Spec, v *int64) {
	if *v != 0 {
		s.add(p.Name, strconv.FormatInt(*v, 10))
	}
}

func (s *shortener) Number(p format.Spec, v *float64) {
	if *v != 0 {
		s.add(p.Name, number(*v))
	}
}

func (s *shortener) String(p format.Spec, v *string) {
	if *v != "" {
		s.add(p.Name, quote(*v))
	}
}

func (s *shortener) ID(p format.Spec, v *snapshot.NodeID) {
	if *v != 0 {
		s.add(p.Name, strconv.Itoa(int(*v)))
	}
}

func (s *shortener) Raw(p format.Spec, v *string) { s.String(p, v) }

func (s *shortener) Ints(p format.Spec, v *[]int64) {
	if len(*v) == 0 {
		return
	}
	var list []string
	for i, n := range *v {
		if i == maxAttrs {
			list = append(list, "…"+strconv.Itoa(len(*v)-i)+" more")
			break
		}
		list = append(list, strconv.FormatInt(n, 10))
	}
	s.add(p.Name, "["+strings.Join(list, " ")+"]")
}

func (s *shortener) Attrs(p format.Spec, v *[]snapshot.Attr) {
	if len(*v) > 0 {
		s.add(p.Name, "["+attrs(*v)+"]")
	}
}

func attrs(all []snapshot.Attr) string {
	var list []string
	for i, a := range all {
		if i == maxAttrs {
			list = append(list, "…"+strconv.Itoa(len(all)-i)+" more")
			break
		}
		value := quote(a.Value)
		switch a.Type {
		case snapshot.AttrTrue:
			value = "true"
		case snapshot.AttrFalse:
			value = "false"
		case snapshot.AttrNull:
			value = "null"
		}
		list = append(list, name(a.Name)+"="+value)
	}
	return strings.Join(list, " ")
}

func (s *shortener) Node(p format.Spec, v **snapshot.Node) {
	n := *v
	if n == nil {
		return
	}
	tag := n.Kind.String()
	text := ""
	switch n.Kind {
	case snapshot.KindElement:
		tag = name(n.Name)
	case snapshot.KindText, snapshot.KindCDATA, snapshot.KindComment:
		text = " " + quote(n.Text)
	}
	nodes := 0
	for range n.All() {
		nodes++
	}
	s.add(p.Name, "<"+tag+">"+text+" "+plural(nodes, "node"))
}

func (s *shortener) OptBool(p format.Spec, v **bool) {
	if *v != nil {
		s.add(p.Name, strconv.FormatBool(**v))
	}
}

func (s *shortener) OptNumber(p format.Spec, v **float64) {
	if *v != nil {
		s.add(p.Name, number(**v))
	}
}

func (s *shortener) OptString(p format.Spec, v **string) {
	if *v != nil {
		s.add(p.Name, quote(**v))
	}
}

func (s *shortener) List(p format.Spec, l format.List) {
	n := l.Len()
	if n == 0 {
		return
	}
	var list []string
	for i := range min(n, maxItems) {
		list = append(list, inner(l.At(i)))
	}
	if n > maxItems {
		list = append(list, "…"+strconv.Itoa(n-maxItems)+" more")
	}
	s.add(p.Name, "["+strings.Join(list, " ")+"]")
}

func (s *shortener) One(p format.Spec, o format.One) {
	if r := o.Get(); r != nil {
		s.add(p.Name, inner(r))
	}
}
