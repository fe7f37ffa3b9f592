package rrweb

import (
	"cmp"
	"io"
	"iter"
	"strconv"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/jsonstr"
	"github.com/pagetape/pagetape/snapshot"
)

// Encode writes the events to w as a JSON array, one event a line, and returns
// how many it had to leave out: events of a kind that only a newer version
// knows. Keyframes are left out and not counted. Start is what the events' times count from. An error that the events
// end in is returned after the array has been closed.
func Encode(w io.Writer, start time.Time, events iter.Seq2[format.Event, error]) (skipped int, err error) {
	buf := []byte{'['}
	n := 0
	for e, eventErr := range events {
		if eventErr != nil {
			err = eventErr
			break
		}
		if e.Data != nil && e.Data.Kind().Synthetic() {
			continue // says nothing that the other events do not
		}
		from := len(buf)
		if n > 0 {
			buf = append(buf, ",\n"...)
		}
		var ok bool
		if buf, ok = AppendEvent(buf, start, e); !ok {
			buf = buf[:from]
			skipped++
			continue
		}
		n++
		if len(buf) >= 64<<10 {
			if _, err := w.Write(buf); err != nil {
				return skipped, err
			}
			buf = buf[:0]
		}
	}
	if _, werr := w.Write(append(buf, "]\n"...)); err == nil {
		err = werr
	}
	return skipped, err
}

// AppendEvent appends an event to dst as a JSON object. It reports false, with
// dst as it was, for an event of a kind that only a newer version knows, and
// for a keyframe, which has no form in JSON.
func AppendEvent(dst []byte, start time.Time, ev format.Event) ([]byte, bool) {
	kind := ev.Data.Kind()
	if kind.Synthetic() {
		return dst, false
	}
	if u, ok := ev.Data.(*format.Unknown); ok {
		if kind != format.KindJSON {
			return dst, false
		}
		return append(dst, u.Raw...), true
	}
	e := encoder{b: dst}
	e.b = append(e.b, `{"type":`...)
	switch {
	case kind >= format.KindVisibility:
		e.b = strconv.AppendInt(e.b, typeCustom, 10)
	case kind >= format.KindMutation:
		e.b = strconv.AppendInt(e.b, typeIncremental, 10)
	case kind > format.KindFullSnapshot:
		e.b = strconv.AppendInt(e.b, int64(kind), 10)
	default:
		e.b = strconv.AppendInt(e.b, int64(kind)-1, 10)
	}
	e.name("data")
	e.data(ev.Data)
	if !has(ev.Extra, "timestamp") {
		e.name("timestamp")
		e.b = append(e.b, timestamp(start, ev.Time)...)
	}
	e.extra(ev.Extra)
	return append(e.b, '}'), true
}

// AppendNode appends a tree to dst in rrweb's serialized-node JSON, live state
// in the attributes as in a full snapshot.
func AppendNode(dst []byte, n *snapshot.Node) []byte {
	e := encoder{b: dst}
	e.node(n)
	return e.b
}

// An encoder is the Visitor that writes the members of an object.
type encoder struct {
	b     []byte
	first bool // no member has been written to the object yet
	rest  []snapshot.Member
}

// data writes the member data of an event.
func (e *encoder) data(data format.Data) {
	switch x := data.(type) {
	case *format.DOMContentLoaded:
		e.b = append(e.b, cmp.Or(x.Payload, "{}")...)
		return
	case *format.Load:
		e.b = append(e.b, cmp.Or(x.Payload, "{}")...)
		return
	}
	kind := data.Kind()
	switch {
	case kind >= format.KindVisibility:
		e.b = append(e.b, `{"tag":`...)
		e.b = append(jsonstr.Append(e.b, format.TagPrefix+kind.String()), `,"payload":`...)
		e.record(data)
		e.b = append(e.b, '}')
	case kind >= format.KindMutation:
		e.b = append(e.b, `{"source":`...)
		e.b = strconv.AppendInt(e.b, int64(kind-format.KindMutation), 10)
		e.fields(data, false)
	default:
		e.record(data)
	}
}

func (e *encoder) record(r format.Record) {
	if rest := *r.Rest(); len(rest) > 0 && rest[0].Name == snapshot.Whole {
		e.b = append(e.b, rest[0].Value...)
		return
	}
	e.b = append(e.b, '{')
	e.fields(r, true)
}

// fields writes the members of r, and the } after them.
func (e *encoder) fields(r format.Record, first bool) {
	outer := *e
	e.first, e.rest = first, *r.Rest()
	r.Fields(e)
	e.extra(e.rest)
	e.b = append(e.b, '}')
	e.first, e.rest = outer.first, outer.rest
}

func (e *encoder) extra(ms []snapshot.Member) {
	for _, m := range ms {
		if m.Value != "" {
			e.name(m.Name)
			e.b = append(e.b, m.Value...)
		}
	}
}

func (e *encoder) name(s string) {
	if !e.first {
		e.b = append(e.b, ',')
	}
	e.first = false
	e.b = append(jsonstr.Append(e.b, s), ':')
}

// member begins a member, unless the record's rest has it in another form.
func (e *encoder) member(s format.Spec, there bool) bool {
	if !there || len(e.rest) > 0 && has(e.rest, s.Name) {
		return false
	}
	e.name(s.Name)
	return true
}

func (e *encoder) Bool(s format.Spec, v *bool) {
	if e.member(s, *v || !s.Omit) {
		e.b = strconv.AppendBool(e.b, *v)
	}
}

func (e *encoder) Int(s format.Spec, v *int64) {
	if e.member(s, *v != 0 || !s.Omit) {
		e.b = strconv.AppendInt(e.b, *v, 10)
	}
}

func (e *encoder) Number(s format.Spec, v *float64) {
	if e.member(s, *v != 0 || !s.Omit) {
		e.b = append(e.b, snapshot.FormatNumber(*v)...)
	}
}

func (e *encoder) String(s format.Spec, v *string) {
	if e.member(s, *v != "" || !s.Omit) {
		e.b = jsonstr.Append(e.b, *v)
	}
}

func (e *encoder) ID(s format.Spec, v *snapshot.NodeID) {
	switch {
	case !e.member(s, *v != 0 || !s.Omit):
	case *v == 0 && s.Null:
		e.b = append(e.b, "null"...)
	default:
		e.b = strconv.AppendInt(e.b, int64(*v), 10)
	}
}

func (e *encoder) Raw(s format.Spec, v *string) {
	if e.member(s, *v != "") {
		e.b = append(e.b, *v...)
	}
}

func (e *encoder) Ints(s format.Spec, v *[]int64) {
	if !e.member(s, *v != nil || !s.Omit) {
		return
	}
	if s.Scalar && len(*v) == 1 {
		e.b = strconv.AppendInt(e.b, (*v)[0], 10)
		return
	}
	e.b = append(e.b, '[')
	for i, n := range *v {
		if i > 0 {
			e.b = append(e.b, ',')
		}
		e.b = strconv.AppendInt(e.b, n, 10)
	}
	e.b = append(e.b, ']')
}

func (e *encoder) OptBool(s format.Spec, v **bool) {
	if e.member(s, *v != nil) {
		e.b = strconv.AppendBool(e.b, **v)
	}
}

func (e *encoder) OptNumber(s format.Spec, v **float64) {
	if e.member(s, *v != nil) {
		e.b = append(e.b, snapshot.FormatNumber(**v)...)
	}
}

func (e *encoder) OptString(s format.Spec, v **string) {
	switch {
	case !e.member(s, *v != nil || s.Null):
	case *v == nil:
		e.b = append(e.b, "null"...)
	default:
		e.b = jsonstr.Append(e.b, **v)
	}
}

func (e *encoder) List(s format.Spec, l format.List) {
	if !e.member(s, !l.IsNil() || !s.Omit) {
		return
	}
	e.b = append(e.b, '[')
	for i := range l.Len() {
		if i > 0 {
			e.b = append(e.b, ',')
		}
		e.record(l.At(i))
	}
	e.b = append(e.b, ']')
}

func (e *encoder) One(s format.Spec, o format.One) {
	r := o.Get()
	switch {
	case !e.member(s, r != nil || !s.Omit):
	case r == nil:
		e.b = append(e.b, "null"...)
	default:
		e.record(r)
	}
}

func (e *encoder) Attrs(s format.Spec, v *[]snapshot.Attr) {
	if e.member(s, len(*v) > 0 || !s.Omit) {
		e.attrs(*v)
	}
}

func (e *encoder) attrs(attrs []snapshot.Attr) {
	e.b = append(e.b, '{')
	for i, a := range attrs {
		if i > 0 {
			e.b = append(e.b, ',')
		}
		e.b = append(jsonstr.Append(e.b, a.Name), ':')
		switch a.Type {
		case snapshot.AttrString:
			e.b = jsonstr.Append(e.b, a.Value)
		case snapshot.AttrTrue:
			e.b = append(e.b, "true"...)
		case snapshot.AttrFalse:
			e.b = append(e.b, "false"...)
		case snapshot.AttrNull:
			e.b = append(e.b, "null"...)
		default:
			e.b = append(e.b, a.Value...)
		}
	}
	e.b = append(e.b, '}')
}

func (e *encoder) Node(s format.Spec, v **snapshot.Node) {
	switch {
	case !e.member(s, *v != nil || !s.Omit):
	case *v == nil:
		e.b = append(e.b, "null"...)
	default:
		e.node(*v)
	}
}

func (e *encoder) children(list []*snapshot.Node) {
	e.b = append(e.b, '[')
	for i, c := range list {
		if i > 0 {
			e.b = append(e.b, ',')
		}
		e.node(c)
	}
	e.b = append(e.b, ']')
}

func (e *encoder) node(n *snapshot.Node) {
	if len(n.Extra) > 0 && n.Extra[0].Name == snapshot.Whole {
		e.b = append(e.b, n.Extra[0].Value...)
		return
	}
	want := always(n.Kind)
	member := func(name string, there bool) bool {
		return e.member(format.Spec{Name: name}, there)
	}
	str := func(name string, there bool, v string) {
		if member(name, there) {
			e.b = jsonstr.Append(e.b, v)
		}
	}
	outer, outerRest := e.first, e.rest
	e.b = append(e.b, '{')
	e.first, e.rest = true, n.Extra
	if member("type", want&hasType != 0) {
		e.b = strconv.AppendInt(e.b, int64(n.Kind-snapshot.KindDocument), 10)
	}
	str("name", want&hasName != 0, n.Name)
	str("publicId", want&hasPublic != 0, n.PublicID)
	str("systemId", want&hasSystem != 0, n.SystemID)
	str("tagName", want&hasTag != 0, n.Name)
	if member("attributes", want&hasAttrs != 0) {
		e.attrs(n.RecordedAttrs())
	}
	str("textContent", want&hasText != 0, n.Text)
	if member("childNodes", want&hasChildren != 0) {
		e.children(n.Children)
	}
	str("compatMode", n.CompatMode != "", n.CompatMode)
	for _, f := range [...]struct {
		name string
		on   bool
	}{
		{"isSVG", n.Namespace == "svg"}, {"needBlock", n.NeedsBlock}, {"isStyle", n.IsStyle},
		{"isCustom", n.IsCustom}, {"isShadowHost", n.IsHost}, {"isShadow", n.IsShadow},
	} {
		if f.on && member(f.name, true) {
			e.b = append(e.b, "true"...)
		}
	}
	if n.RootID != 0 && member("rootId", true) {
		e.b = strconv.AppendInt(e.b, int64(n.RootID), 10)
	}
	if member("id", want&hasID != 0 || n.ID != 0) {
		e.b = strconv.AppendInt(e.b, int64(n.ID), 10)
	}
	e.extra(n.Extra)
	e.b = append(e.b, '}')
	e.first, e.rest = outer, outerRest
}
