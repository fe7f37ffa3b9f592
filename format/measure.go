package format

import "github.com/pagetape/pagetape/snapshot"

// size is what an event takes in a frame: no more than 9 bytes a value beside
// the bytes of its strings.
type size struct{ values, bytes int }

// measure returns the size of an event, or a *LimitError for one that no frame
// can hold, or no reader would read.
func measure(e *Event) (size, error) {
	m := measurer{}
	m.values += 4
	m.members(e.Extra)
	if u, ok := e.Data.(*Unknown); ok && u.kind != KindJSON {
		m.bytes += len(u.Raw)
	} else {
		m.record(e.Data)
	}
	switch {
	case m.deep:
		return m.size, &LimitError{"depth", snapshot.MaxDepth}
	case 9*m.values+m.bytes > defaultFrame-4<<10:
		return m.size, &LimitError{"event", defaultFrame}
	}
	return m.size, nil
}

// A measurer is the Visitor that adds up sizes.
type measurer struct {
	size
	deep bool
}

func (m *measurer) record(r Record) {
	m.members(*r.Rest())
	r.Fields(m)
}

func (m *measurer) members(list []snapshot.Member) {
	for i := range list {
		m.values += 4
		m.bytes += len(list[i].Name) + len(list[i].Value)
	}
}

func (m *measurer) str(s string) {
	m.values += 2
	m.bytes += len(s)
}

func (m *measurer) Bool(Spec, *bool)                 { m.values++ }
func (m *measurer) Int(Spec, *int64)                 { m.values++ }
func (m *measurer) Number(Spec, *float64)            { m.values++ }
func (m *measurer) String(_ Spec, v *string)         { m.str(*v) }
func (m *measurer) ID(Spec, *snapshot.NodeID)        { m.values++ }
func (m *measurer) Raw(_ Spec, v *string)            { m.str(*v) }
func (m *measurer) Ints(_ Spec, v *[]int64)          { m.values += 1 + len(*v) }
func (m *measurer) OptBool(Spec, **bool)             { m.values++ }
func (m *measurer) OptNumber(Spec, **float64)        { m.values++ }
func (m *measurer) One(_ Spec, o One)                { m.nested(o.Get()) }
func (m *measurer) Attrs(_ Spec, v *[]snapshot.Attr) { m.attrs(*v) }

func (m *measurer) OptString(_ Spec, v **string) {
	m.values++
	if *v != nil {
		m.str(**v)
	}
}

func (m *measurer) nested(r Record) {
	m.values++
	if r != nil {
		m.record(r)
	}
}

func (m *measurer) List(_ Spec, l List) {
	m.values++
	for i := range l.Len() {
		m.nested(l.At(i))
	}
}

func (m *measurer) attrs(attrs []snapshot.Attr) {
	for i := range attrs {
		m.values += 4
		m.bytes += len(attrs[i].Name) + len(attrs[i].Value)
	}
}

func (m *measurer) Node(_ Spec, v **snapshot.Node) {
	m.values++
	if *v != nil {
		m.node(*v, 1)
	}
}

func (m *measurer) node(n *snapshot.Node, depth int) {
	if m.deep = m.deep || depth > snapshot.MaxDepth; m.deep {
		return
	}
	m.values += 6
	m.bytes += len(n.Name) + len(n.Text) + len(n.PublicID) + len(n.SystemID) + len(n.CompatMode)
	m.attrs(n.RecordedAttrs())
	m.members(n.Extra)
	for _, c := range n.Children {
		m.node(c, depth+1)
	}
}
