package format

import (
	"time"
	"unsafe"

	"github.com/pagetape/pagetape/internal/wire"
	"github.com/pagetape/pagetape/snapshot"
)

// maxNesting bounds how deep a value that this version does not know may nest.
const maxNesting = 64

// A decoder reads what an encoder wrote. The reader's error, if any, is in r.
type decoder struct {
	r    *wire.Reader
	left int // fields of the record still to be read
}

// event reads one event. What a newer writer wrote comes as an Unknown.
func (d *decoder) event(payload []byte) Event {
	n := d.r.Array(0)
	if d.r.Err == nil && n < 5 {
		d.r.Fail(wire.ErrSyntax)
	}
	kind := d.r.Int()
	if kind <= 0 || kind > 255 {
		d.r.Fail(wire.ErrSyntax)
	}
	ev := Event{Time: time.Duration(d.r.Int())}
	window := d.r.Int()
	if window < 0 || window > 1<<32-1 {
		d.r.Fail(wire.ErrSyntax)
	}
	ev.Window = WindowID(window)
	ev.Extra = d.members()
	if d.r.Err != nil {
		return Event{}
	}
	if ev.Data = New(Kind(kind)); ev.Data != nil {
		d.r.Charge(int(unsafe.Sizeof(Keyframe{}))) // the largest
		d.record(ev.Data)
	} else {
		from := d.r.Offset()
		d.r.Skip(maxNesting)
		if d.r.Err == nil && d.r.Charge(d.r.Offset()-from) {
			ev.Data = &Unknown{Raw: string(payload[from:d.r.Offset()]), kind: Kind(kind)}
		}
	}
	for ; n > 5; n-- {
		d.r.Skip(maxNesting)
	}
	return ev
}

func (d *decoder) record(r Record) {
	outer := d.left
	d.left = d.r.Array(0)
	if d.more() {
		*r.Rest() = d.members()
	}
	r.Fields(d)
	for d.more() {
		d.r.Skip(maxNesting)
	}
	d.left = outer
}

// more reports whether the record has another field, and counts it as read.
func (d *decoder) more() bool {
	if d.left <= 0 || d.r.Err != nil {
		return false
	}
	d.left--
	return true
}

func (d *decoder) members() []snapshot.Member {
	if d.r.Nil() {
		return nil
	}
	n := d.r.Array(int(unsafe.Sizeof(snapshot.Member{})) / 2)
	if n%2 != 0 {
		d.r.Fail(wire.ErrSyntax)
	}
	if d.r.Err != nil || n == 0 {
		return nil
	}
	ms := make([]snapshot.Member, 0, n/2)
	for range n / 2 {
		ms = append(ms, snapshot.Member{Name: d.r.String(), Value: d.r.String()})
	}
	return ms
}

func (d *decoder) Bool(_ Spec, v *bool) {
	if d.more() {
		*v = d.r.Bool()
	}
}

func (d *decoder) Int(_ Spec, v *int64) {
	if d.more() {
		*v = d.r.Int()
	}
}

func (d *decoder) Number(_ Spec, v *float64) {
	if d.more() {
		*v = d.r.Float()
	}
}

func (d *decoder) String(_ Spec, v *string) {
	if d.more() {
		*v = d.r.String()
	}
}

func (d *decoder) ID(_ Spec, v *snapshot.NodeID) {
	if d.more() {
		*v = d.id()
	}
}

func (d *decoder) id() snapshot.NodeID {
	i := d.r.Int()
	if i != int64(snapshot.NodeID(i)) {
		d.r.Fail(wire.ErrSyntax)
		return 0
	}
	return snapshot.NodeID(i)
}

func (d *decoder) Raw(_ Spec, v *string) {
	if d.more() {
		*v = d.r.String()
	}
}

func (d *decoder) Ints(_ Spec, v *[]int64) {
	if !d.more() || d.r.Nil() {
		return
	}
	n := d.r.Array(8)
	if d.r.Err != nil {
		return
	}
	*v = make([]int64, n)
	for i := range *v {
		(*v)[i] = d.r.Int()
	}
}

func (d *decoder) Attrs(_ Spec, v *[]snapshot.Attr) {
	if d.more() {
		*v = d.attrs()
	}
}

func (d *decoder) attrs() []snapshot.Attr {
	n := d.r.Array(int(unsafe.Sizeof(snapshot.Attr{})) / 2)
	if n%2 != 0 {
		d.r.Fail(wire.ErrSyntax)
	}
	if d.r.Err != nil || n == 0 {
		return nil
	}
	attrs := make([]snapshot.Attr, n/2)
	for i := range attrs {
		a := &attrs[i]
		a.Name = d.r.String()
		d.attrValue(a)
	}
	return attrs
}

func (d *decoder) attrValue(a *snapshot.Attr) {
	switch d.r.Type() {
	case wire.TypeString:
		a.Value = d.r.String()
	case wire.TypeBool:
		a.Type = snapshot.AttrFalse
		if d.r.Bool() {
			a.Type = snapshot.AttrTrue
		}
	case wire.TypeNil:
		d.r.Nil()
		a.Type = snapshot.AttrNull
	default:
		if d.r.Array(0) != 2 {
			d.r.Fail(wire.ErrSyntax)
		}
		switch t := d.r.Int(); t {
		case int64(snapshot.AttrNumber), int64(snapshot.AttrJSON):
			a.Type = snapshot.AttrType(t)
		default:
			d.r.Fail(wire.ErrSyntax)
		}
		a.Value = d.r.String()
	}
}

func (d *decoder) OptBool(_ Spec, v **bool) {
	if d.more() && !d.r.Nil() {
		b := d.r.Bool()
		*v = &b
	}
}

func (d *decoder) OptNumber(_ Spec, v **float64) {
	if d.more() && !d.r.Nil() {
		f := d.r.Float()
		*v = &f
	}
}

func (d *decoder) OptString(_ Spec, v **string) {
	if d.more() && !d.r.Nil() {
		s := d.r.String()
		*v = &s
	}
}

// elementSize is what an element of a List is charged at: more than any takes.
const elementSize = 128

func (d *decoder) List(_ Spec, l List) {
	if !d.more() || d.r.Nil() {
		return
	}
	n := d.r.Array(elementSize)
	if d.r.Err != nil {
		return
	}
	l.Reset()
	for range n {
		if d.record(l.Add()); d.r.Err != nil {
			return
		}
	}
}

func (d *decoder) One(_ Spec, o One) {
	if d.more() && !d.r.Nil() && d.r.Charge(elementSize) {
		d.record(o.New())
	}
}

func (d *decoder) Node(_ Spec, v **snapshot.Node) {
	if d.more() && !d.r.Nil() {
		*v = d.node(1)
	}
}

func (d *decoder) node(depth int) *snapshot.Node {
	if depth > snapshot.MaxDepth {
		d.r.Fail(wire.ErrDepth)
	}
	if !d.r.Charge(int(unsafe.Sizeof(snapshot.Node{}))) {
		return nil
	}
	n := &snapshot.Node{}
	for i := range d.r.Array(0) {
		switch i {
		case 0:
			k := d.r.Int()
			if k < 0 || k > int64(snapshot.KindComment) {
				d.r.Fail(wire.ErrSyntax)
			}
			n.Kind = snapshot.Kind(k)
		case 1:
			n.ID = d.id()
		case 2:
			n.Name = d.r.String()
		case 3:
			n.Attrs = d.attrs()
		case 4:
			k := d.r.Array(8)
			if k > 0 && d.r.Err == nil {
				n.Children = make([]*snapshot.Node, 0, k)
			}
			for range k {
				c := d.node(depth + 1)
				if d.r.Err != nil {
					return nil
				}
				n.Children = append(n.Children, c)
			}
		case 5:
			n.Text = d.r.String()
		case 6:
			f := d.r.Int()
			n.IsShadow, n.IsHost, n.IsCustom = f&nodeShadow != 0, f&nodeHost != 0, f&nodeCustom != 0
			n.IsStyle, n.NeedsBlock = f&nodeStyle != 0, f&nodeBlock != 0
			switch {
			case f&nodeSVG != 0:
				n.Namespace = "svg"
			case f&nodeMath != 0:
				n.Namespace = "math"
			}
		case 7:
			n.RootID = d.id()
		case 8:
			n.Extra = d.members()
		case 9:
			if s := d.r.String(); n.Kind == snapshot.KindDoctype {
				n.PublicID = s
			} else {
				n.CompatMode = s
			}
		case 10:
			n.SystemID = d.r.String()
		default:
			d.r.Skip(maxNesting)
		}
	}
	return n
}
