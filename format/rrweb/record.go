package rrweb

import (
	"bytes"
	"slices"
	"strconv"
	"unsafe"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/jsonstr"
	"github.com/pagetape/pagetape/snapshot"
)

// A fieldReader is the Visitor that reads one member of an object into the
// field of that name. With an empty name it looks for fields that no member
// was read into.
type fieldReader struct {
	d    *Decoder
	rest *[]snapshot.Member
	name []byte // string literal
	seen uint64 // fields that have been read, by their place
	at   int    // place of the field that comes next
	done bool
	err  error
}

// members reads the members of an object, whose { has been read, into rec, and
// the } after them. What has no field, or does not fit it, goes to rec's rest.
func (d *Decoder) members(rec format.Record) error {
	f := fieldReader{d: d, rest: rec.Rest()}
	if err := f.read(rec); err != nil {
		return err
	}
	f.name, f.at = nil, 0
	rec.Fields(&f)
	return f.err
}

func (f *fieldReader) read(rec format.Record) error {
	var name []byte
	for f.d.json.PeekKind() != '}' {
		v, err := f.d.json.ReadValue()
		if err != nil {
			return err
		}
		name = append(name[:0], v...)
		f.name, f.at, f.done = name, 0, false
		if rec.Fields(f); f.err != nil {
			return f.err
		}
		if !f.done {
			v, err := f.d.json.ReadValue()
			if err != nil {
				return err
			}
			f.keep(f.d.intern(name), v)
		}
	}
	_, err := f.d.json.ReadToken()
	return err
}

func (f *fieldReader) keep(name string, v jsontext.Value) {
	*f.rest = append(*f.rest, snapshot.Member{Name: name, Value: f.d.raw(v)})
}

// mine reports whether the member is to be read into the field. Where all
// have been read it notes a field that is always there and was not.
func (f *fieldReader) mine(s format.Spec, optional bool) bool {
	bit := uint64(1) << f.at
	f.at++
	if f.name == nil {
		if f.seen&bit == 0 && !optional && !has(*f.rest, s.Name) {
			*f.rest = append(*f.rest, snapshot.Member{Name: s.Name})
		}
		return false
	}
	if f.done || f.err != nil || string(f.name[1:len(f.name)-1]) != s.Name {
		return false
	}
	if f.seen&bit != 0 && len(*f.rest) > 0 { // of two members the last counts
		*f.rest = slices.DeleteFunc(*f.rest, func(m snapshot.Member) bool { return m.Name == s.Name })
	}
	f.done = true
	f.seen |= bit
	return true
}

func has(ms []snapshot.Member, name string) bool {
	return slices.ContainsFunc(ms, func(m snapshot.Member) bool { return m.Name == name })
}

// value reads the member's value. The caller gives it to odd where the field
// alone would not write it again.
func (f *fieldReader) value() jsontext.Value {
	v, err := f.d.json.ReadValue()
	if err != nil {
		f.err = err
		return nil
	}
	return v
}

func (f *fieldReader) odd(s format.Spec, v jsontext.Value) {
	if f.err == nil {
		f.keep(s.Name, v)
	}
}

func (f *fieldReader) Bool(s format.Spec, p *bool) {
	if !f.mine(s, s.Omit) {
		return
	}
	v := f.value()
	if *p = string(v) == "true"; !*p && (s.Omit || string(v) != "false") {
		f.odd(s, v)
	}
}

func (f *fieldReader) Int(s format.Spec, p *int64) {
	if !f.mine(s, s.Omit) {
		return
	}
	v := f.value()
	n, ok := integer(v)
	if *p = n; !ok || s.Omit && n == 0 {
		f.odd(s, v)
	}
}

func (f *fieldReader) Number(s format.Spec, p *float64) {
	if !f.mine(s, s.Omit) {
		return
	}
	v := f.value()
	n, ok := number(v)
	if *p = n; !ok || s.Omit && n == 0 {
		f.odd(s, v)
	}
}

// number reads a JSON number, and whether it is in the form in which
// JSON.stringify writes it.
func number(v jsontext.Value) (float64, bool) {
	if v.Kind() != '0' {
		return 0, false
	}
	n, err := strconv.ParseFloat(string(v), 64)
	if err != nil {
		return 0, false
	}
	return n, snapshot.FormatNumber(n) == string(v)
}

func (f *fieldReader) String(s format.Spec, p *string) {
	if !f.mine(s, s.Omit) {
		return
	}
	v := f.value()
	if v.Kind() != '"' {
		*p = ""
		f.odd(s, v)
		return
	}
	if *p = f.d.intern(v); s.Omit && *p == "" {
		f.odd(s, v)
	}
}

func (f *fieldReader) ID(s format.Spec, p *snapshot.NodeID) {
	if !f.mine(s, s.Omit) {
		return
	}
	*p = 0
	v := f.value()
	if s.Null && string(v) == "null" {
		return
	}
	n, ok := integer(v)
	ok = ok && n == int64(snapshot.NodeID(n))
	if ok {
		*p = snapshot.NodeID(n)
	}
	if !ok || n == 0 && (s.Omit || s.Null) {
		f.odd(s, v)
	}
}

func (f *fieldReader) Raw(s format.Spec, p *string) {
	if f.mine(s, s.Omit) {
		*p = f.d.raw(f.value())
	}
}

func (f *fieldReader) Ints(s format.Spec, p *[]int64) {
	if !f.mine(s, s.Omit) {
		return
	}
	*p = nil
	v := f.value()
	if f.err != nil {
		return
	}
	if n, ok := integer(v); ok && s.Scalar {
		*p = []int64{n}
		return
	}
	list, ok := integers(v)
	if ok {
		*p = list
	}
	if !ok || s.Scalar && len(list) == 1 {
		f.odd(s, v)
	}
}

// integers reads a JSON array of integers.
func integers(v jsontext.Value) ([]int64, bool) {
	if v.Kind() != '[' {
		return nil, false
	}
	list := []int64{}
	d := newJSON(bytes.NewReader(v))
	_, _ = d.ReadToken()
	for d.PeekKind() != ']' {
		e, err := d.ReadValue()
		n, ok := integer(e)
		if err != nil || !ok {
			return nil, false
		}
		list = append(list, n)
	}
	return list, true
}

func (f *fieldReader) OptBool(s format.Spec, p **bool) {
	if !f.mine(s, true) {
		return
	}
	*p = nil
	switch v := f.value(); string(v) {
	case "true", "false":
		b := string(v) == "true"
		*p = &b
	default:
		f.odd(s, v)
	}
}

func (f *fieldReader) OptNumber(s format.Spec, p **float64) {
	if !f.mine(s, true) {
		return
	}
	*p = nil
	v := f.value()
	n, ok := number(v)
	if !ok {
		f.odd(s, v)
	}
	if v.Kind() == '0' {
		*p = &n
	}
}

func (f *fieldReader) OptString(s format.Spec, p **string) {
	if !f.mine(s, !s.Null) {
		return
	}
	*p = nil
	switch v := f.value(); {
	case v.Kind() == '"':
		str := f.d.intern(v)
		*p = &str
	case !s.Null || string(v) != "null":
		f.odd(s, v)
	}
}

func (f *fieldReader) List(s format.Spec, l format.List) {
	if !f.mine(s, s.Omit) {
		return
	}
	if f.d.json.PeekKind() != '[' {
		f.odd(s, f.value())
		return
	}
	l.Reset()
	if _, f.err = f.d.json.ReadToken(); f.err != nil {
		return
	}
	for f.d.json.PeekKind() != ']' {
		if f.err = f.d.element(l.Add()); f.err != nil {
			return
		}
	}
	_, f.err = f.d.json.ReadToken()
}

// elementSize is what a record in a list is charged at: more than any takes.
const elementSize = 128

// element reads a record that is an object, or should be.
func (d *Decoder) element(rec format.Record) error {
	if err := d.charge(elementSize); err != nil {
		return err
	}
	if d.json.PeekKind() == '{' {
		if _, err := d.json.ReadToken(); err != nil {
			return err
		}
		return d.members(rec)
	}
	v, err := d.json.ReadValue()
	if err == nil {
		*rec.Rest() = []snapshot.Member{{Name: snapshot.Whole, Value: d.raw(v)}}
	}
	return err
}

func (f *fieldReader) One(s format.Spec, o format.One) {
	if !f.mine(s, s.Omit) {
		return
	}
	if o.Clear(); f.d.json.PeekKind() != '{' {
		f.odd(s, f.value())
		return
	}
	f.err = f.d.element(o.New())
}

func (f *fieldReader) Attrs(s format.Spec, p *[]snapshot.Attr) {
	if !f.mine(s, s.Omit) {
		return
	}
	*p = nil
	if f.d.json.PeekKind() != '{' {
		f.odd(s, f.value())
		return
	}
	*p, f.err = f.d.attrs()
}

// attrs reads an object of attributes.
func (d *Decoder) attrs() ([]snapshot.Attr, error) {
	if _, err := d.json.ReadToken(); err != nil {
		return nil, err
	}
	var attrs []snapshot.Attr
	for d.json.PeekKind() != '}' {
		name, err := d.json.ReadValue()
		if err != nil {
			return nil, err
		}
		if err := d.charge(unsafe.Sizeof(snapshot.Attr{})); err != nil {
			return nil, err
		}
		a := snapshot.Attr{Name: d.intern(name)}
		v, err := d.json.ReadValue()
		if err != nil {
			return nil, err
		}
		switch v.Kind() {
		case '"':
			a.Value = d.intern(v)
		case '0':
			a.Type, a.Value = snapshot.AttrNumber, string(v)
		case 't':
			a.Type = snapshot.AttrTrue
		case 'f':
			a.Type = snapshot.AttrFalse
		case 'n':
			a.Type = snapshot.AttrNull
		default:
			a.Type, a.Value = snapshot.AttrJSON, d.raw(v)
		}
		attrs = append(attrs, a)
	}
	_, err := d.json.ReadToken()
	return attrs, err
}

func (f *fieldReader) Node(s format.Spec, p **snapshot.Node) {
	if !f.mine(s, s.Omit) {
		return
	}
	*p = nil
	if f.d.json.PeekKind() != '{' {
		f.odd(s, f.value())
		return
	}
	*p, f.err = f.d.node(1)
}

// literal returns s as JSON text.
func literal(s string) string { return string(jsonstr.Append(nil, s)) }
