package rrweb

import (
	"bytes"
	"slices"
	"unsafe"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/jsonscan"
	"github.com/pagetape/pagetape/internal/jsonstr"
	"github.com/pagetape/pagetape/snapshot"
)

// A fieldReader is the Visitor that reads the members of an object into the
// fields of their names. Members mostly come in the order of the fields, so that
// all of them are read while the fields are shown once; a name that no field had
// from there to the last is looked for again from the first. In the end the
// fields are shown once more where one that is always there was not.
type fieldReader struct {
	d    *Decoder
	rest *[]snapshot.Member
	name []byte // of the member that is next, a string literal; nil at the end
	read bool   // the value after that name has been read
	hit  bool   // a member has been read since the first field
	end  bool   // it is looked for fields that were not there
	at   int    // place of the field that comes next
	seen uint64 // fields that have been read, by their place
	must uint64 // fields that are always there
	err  error
}

// members reads the members of an object, whose { has been read, into rec, and
// the } after them. What has no field, or does not fit it, goes to rec's rest.
func (d *Decoder) members(rec format.Record) error {
	if d.depth == len(d.readers) {
		d.readers = append(d.readers, &fieldReader{})
	}
	f := d.readers[d.depth]
	d.depth++
	*f = fieldReader{d: d, rest: rec.Rest()}
	if f.all(rec); f.err == nil && (f.must == 0 || f.must&^f.seen != 0) { // 0: no field was shown, or all can be missing
		f.end, f.at = true, 0
		rec.Fields(f)
	}
	d.depth--
	return f.err
}

// all reads the members, and the } after them.
func (f *fieldReader) all(rec format.Record) {
	f.next()
	for f.name != nil && f.err == nil {
		f.at, f.hit = 0, false
		rec.Fields(f)
		switch {
		case f.err != nil:
		case f.read:
			f.next()
		case !f.hit: // no field has that name
			name := f.d.intern(f.name)
			if v := f.value(); f.err == nil {
				f.keep(name, v)
				f.next()
			}
		}
	}
}

// next reads the next name.
func (f *fieldReader) next() {
	f.name, f.err = f.d.json.Name()
	f.read = false
}

func (f *fieldReader) keep(name string, v []byte) {
	*f.rest = append(*f.rest, snapshot.Member{Name: name, Value: f.d.raw(v)})
}

// mine reports whether the next member is to be read into the field. In the end
// it notes a field that is always there and was not.
func (f *fieldReader) mine(s format.Spec, optional bool) bool {
	bit := uint64(1) << f.at
	f.at++
	if f.end {
		if f.seen&bit == 0 && !optional && !has(*f.rest, s.Name) {
			*f.rest = append(*f.rest, snapshot.Member{Name: s.Name})
		}
		return false
	}
	if !optional {
		f.must |= bit
	}
	if f.read && f.err == nil {
		f.next()
	}
	if f.err != nil || len(f.name) != len(s.Name)+2 || string(f.name[1:len(f.name)-1]) != s.Name {
		return false
	}
	if f.seen&bit != 0 && len(*f.rest) > 0 { // of two members the last counts
		*f.rest = slices.DeleteFunc(*f.rest, func(m snapshot.Member) bool { return m.Name == s.Name })
	}
	f.read, f.hit = true, true
	f.seen |= bit
	return true
}

func has(ms []snapshot.Member, name string) bool {
	return slices.ContainsFunc(ms, func(m snapshot.Member) bool { return m.Name == name })
}

// value reads the member's value. The caller gives it to odd where the field
// alone would not write it again.
func (f *fieldReader) value() []byte {
	v, err := f.d.json.Value()
	if err != nil {
		f.err = err
		return nil
	}
	return v
}

func (f *fieldReader) odd(s format.Spec, v []byte) {
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

func (f *fieldReader) String(s format.Spec, p *string) {
	if !f.mine(s, s.Omit) {
		return
	}
	v := f.value()
	if jsonscan.KindOf(v) != '"' {
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
func integers(v []byte) ([]int64, bool) {
	if jsonscan.KindOf(v) != '[' {
		return nil, false
	}
	list := []int64{}
	elements := bytes.TrimSpace(v[1 : len(v)-1])
	if len(elements) == 0 {
		return list, true
	}
	for e := range bytes.SplitSeq(elements, []byte{','}) { // those of no integer fail
		n, ok := integer(bytes.TrimSpace(e))
		if !ok {
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
	if jsonscan.KindOf(v) == '0' {
		*p = &n
	}
}

func (f *fieldReader) OptString(s format.Spec, p **string) {
	if !f.mine(s, !s.Null) {
		return
	}
	*p = nil
	switch v := f.value(); {
	case jsonscan.KindOf(v) == '"':
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
	if f.d.json.Peek() != '[' {
		f.odd(s, f.value())
		return
	}
	l.Reset()
	if f.err = f.d.json.Delim(); f.err != nil {
		return
	}
	for f.d.json.Peek() != ']' {
		if f.err = f.d.element(l.Add()); f.err != nil {
			return
		}
	}
	f.err = f.d.json.Delim()
}

// elementSize is what a record in a list is charged at: more than any takes.
const elementSize = 128

// element reads a record that is an object, or should be.
func (d *Decoder) element(rec format.Record) error {
	if err := d.charge(elementSize); err != nil {
		return err
	}
	if d.json.Peek() == '{' {
		if err := d.json.Delim(); err != nil {
			return err
		}
		return d.members(rec)
	}
	v, err := d.json.Value()
	if err == nil {
		*rec.Rest() = []snapshot.Member{{Name: snapshot.Whole, Value: d.raw(v)}}
	}
	return err
}

func (f *fieldReader) One(s format.Spec, o format.One) {
	if !f.mine(s, s.Omit) {
		return
	}
	if o.Clear(); f.d.json.Peek() != '{' {
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
	if f.d.json.Peek() != '{' {
		f.odd(s, f.value())
		return
	}
	*p, f.err = f.d.attributes()
}

// attributes reads an object of attributes.
func (d *Decoder) attributes() ([]snapshot.Attr, error) {
	if err := d.json.Delim(); err != nil {
		return nil, err
	}
	list := d.attrList[:0]
	for {
		name, err := d.json.Name()
		if err != nil {
			return nil, err
		}
		if name == nil {
			break
		}
		if err := d.charge(unsafe.Sizeof(snapshot.Attr{})); err != nil {
			return nil, err
		}
		a := snapshot.Attr{Name: d.intern(name)}
		v, err := d.json.Value()
		if err != nil {
			return nil, err
		}
		switch jsonscan.KindOf(v) {
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
		list = append(list, a)
	}
	attrs := d.attrs.cut(list)
	clear(list)
	d.attrList = list
	return attrs, nil
}

func (f *fieldReader) Node(s format.Spec, p **snapshot.Node) {
	if !f.mine(s, s.Omit) {
		return
	}
	*p = nil
	if f.d.json.Peek() != '{' {
		f.odd(s, f.value())
		return
	}
	*p, f.err = f.d.node(1)
}

// literal returns s as JSON text.
func literal(s string) string { return string(jsonstr.Append(nil, s)) }
