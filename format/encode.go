package format

import (
	"github.com/pagetape/pagetape/internal/wire"
	"github.com/pagetape/pagetape/snapshot"
)

// An encoder writes records as MessagePack arrays: the rest of the record
// (nil, or names and JSON texts in turn), then its fields in the order in
// which Fields shows them (SPEC.md, "Records"). A reader that knows fewer
// fields skips the others; one that knows more has zero values.
type encoder struct {
	w *wire.Writer
	n int // fields written to the record so far
}

// event writes an event: kind, time in nanoseconds, window, the envelope's
// extra members, and the data.
func (e *encoder) event(ev *Event) {
	e.w.Array(5)
	e.w.Int(int64(ev.Data.Kind()))
	e.w.Int(int64(ev.Time))
	e.w.Int(int64(ev.Window))
	e.members(ev.Extra)
	if u, ok := ev.Data.(*Unknown); ok && u.kind != KindJSON {
		e.w.Raw([]byte(u.Raw))
		return
	}
	e.record(ev.Data)
}

func (e *encoder) record(r Record) {
	mark, outer := e.w.Open(), e.n
	e.n = 1
	e.members(*r.Rest())
	r.Fields(e)
	e.w.Close(mark, e.n)
	e.n = outer
}

func (e *encoder) members(ms []snapshot.Member) {
	if len(ms) == 0 {
		e.w.Nil()
		return
	}
	e.w.Array(2 * len(ms))
	for _, m := range ms {
		e.w.String(m.Name)
		e.w.String(m.Value)
	}
}

func (e *encoder) Bool(_ Spec, v *bool)          { e.n++; e.w.Bool(*v) }
func (e *encoder) Int(_ Spec, v *int64)          { e.n++; e.w.Int(*v) }
func (e *encoder) Number(_ Spec, v *float64)     { e.n++; e.w.Float(*v) }
func (e *encoder) String(_ Spec, v *string)      { e.n++; e.w.String(*v) }
func (e *encoder) ID(_ Spec, v *snapshot.NodeID) { e.n++; e.w.Int(int64(*v)) }
func (e *encoder) Raw(_ Spec, v *string)         { e.n++; e.w.String(*v) }

func (e *encoder) Ints(_ Spec, v *[]int64) {
	e.n++
	if *v == nil {
		e.w.Nil()
		return
	}
	e.w.Array(len(*v))
	for _, i := range *v {
		e.w.Int(i)
	}
}

func (e *encoder) Attrs(_ Spec, v *[]snapshot.Attr) { e.n++; e.attrs(*v) }

// attrs writes name, value in turn; a value that is not a string is an array
// of its type and JSON text, or true, false or nil.
func (e *encoder) attrs(attrs []snapshot.Attr) {
	e.w.Array(2 * len(attrs))
	for i := range attrs {
		a := &attrs[i]
		e.w.String(a.Name)
		switch a.Type {
		case snapshot.AttrString:
			e.w.String(a.Value)
		case snapshot.AttrTrue, snapshot.AttrFalse:
			e.w.Bool(a.Type == snapshot.AttrTrue)
		case snapshot.AttrNull:
			e.w.Nil()
		default:
			e.w.Array(2)
			e.w.Int(int64(a.Type))
			e.w.String(a.Value)
		}
	}
}

func (e *encoder) OptBool(_ Spec, v **bool) {
	e.n++
	if *v == nil {
		e.w.Nil()
		return
	}
	e.w.Bool(**v)
}

func (e *encoder) OptNumber(_ Spec, v **float64) {
	e.n++
	if *v == nil {
		e.w.Nil()
		return
	}
	e.w.Float(**v)
}

func (e *encoder) OptString(_ Spec, v **string) {
	e.n++
	if *v == nil {
		e.w.Nil()
		return
	}
	e.w.String(**v)
}

func (e *encoder) List(_ Spec, l List) {
	e.n++
	if l.IsNil() {
		e.w.Nil()
		return
	}
	e.w.Array(l.Len())
	for i := range l.Len() {
		e.record(l.At(i))
	}
}

func (e *encoder) One(_ Spec, o One) {
	e.n++
	if r := o.Get(); r != nil {
		e.record(r)
		return
	}
	e.w.Nil()
}

func (e *encoder) Node(_ Spec, v **snapshot.Node) {
	e.n++
	if *v == nil {
		e.w.Nil()
		return
	}
	e.node(*v)
}

// Flags of a node in a tape.
const (
	nodeShadow = 1 << iota
	nodeHost
	nodeCustom
	nodeStyle
	nodeBlock
	nodeSVG
	nodeMath
)

// node writes a node as an array of up to eleven elements: kind, id, name,
// attributes, children, text, flags, root id, rest, then a doctype's ids or a
// document's mode. Trailing elements that say nothing are left out.
func (e *encoder) node(n *snapshot.Node) {
	flags := 0
	for _, f := range [...]struct {
		bit int
		on  bool
	}{
		{nodeShadow, n.IsShadow}, {nodeHost, n.IsHost}, {nodeCustom, n.IsCustom}, {nodeStyle, n.IsStyle},
		{nodeBlock, n.NeedsBlock}, {nodeSVG, n.Namespace == "svg"}, {nodeMath, n.Namespace == "math"},
	} {
		if f.on {
			flags |= f.bit
		}
	}
	attrs := n.RecordedAttrs()
	size := 2
	switch {
	case n.PublicID != "" || n.SystemID != "":
		size = 11
	case n.CompatMode != "":
		size = 10
	case len(n.Extra) > 0:
		size = 9
	case n.RootID != 0:
		size = 8
	case flags != 0:
		size = 7
	case n.Text != "":
		size = 6
	case len(n.Children) > 0:
		size = 5
	case len(attrs) > 0:
		size = 4
	case n.Name != "":
		size = 3
	}
	e.w.Array(size)
	for i := range size {
		switch i {
		case 0:
			e.w.Int(int64(n.Kind))
		case 1:
			e.w.Int(int64(n.ID))
		case 2:
			e.w.String(n.Name)
		case 3:
			e.attrs(attrs)
		case 4:
			e.w.Array(len(n.Children))
			for _, c := range n.Children {
				e.node(c)
			}
		case 5:
			e.w.String(n.Text)
		case 6:
			e.w.Int(int64(flags))
		case 7:
			e.w.Int(int64(n.RootID))
		case 8:
			e.members(n.Extra)
		case 9:
			if n.Kind == snapshot.KindDoctype {
				e.w.String(n.PublicID)
			} else {
				e.w.String(n.CompatMode)
			}
		case 10:
			e.w.String(n.SystemID)
		}
	}
}
