package format

import (
	"time"

	"github.com/pagetape/pagetape/internal/wire"
	"github.com/pagetape/pagetape/snapshot"
)

// A packer collects the events of one frame as columns: what all values of a
// field are, one after the other (SPEC.md, "Payload"). It is the Visitor that
// every event is shown to.
type packer struct {
	in    *interner
	bases [tables]uint32 // of the frame
	n     int            // events

	kinds, times, windows column
	lastTime              []time.Duration
	extra                 members
	groups                [256]*batch
	order                 []Kind // the kinds there are, as they came

	templates   refColumn // of nodes, in preorder
	ids, counts column
	on          column // the tracks of ids
	tracks      tracks
	seen        seen
	root        int64 // id of the last node that a field held

	cur *batch // the record that is being shown, and how many of its fields were
	at  int
}

func newPacker(in *interner) *packer {
	p := &packer{in: in}
	p.begin()
	return p
}

// begin empties the payload for the next frame.
func (p *packer) begin() {
	p.bases, p.n = p.in.count, 0
	p.kinds.reset()
	p.windows.reset()
	p.lastTime = p.lastTime[:0]
	p.extra.begin(p.bases[RoleMember])
	for _, k := range p.order {
		p.groups[k].begin(p)
	}
	p.order = p.order[:0]
	p.templates.begin(p.bases[tableTemplates])
	p.ids.reset()
	p.counts.reset()
	p.on.reset()
	p.root = 0
	p.tracks.begin()
	p.seen.begin()
}

// values is about how many values the payload holds.
func (p *packer) values() int {
	n := 4*p.n + len(p.templates.vals) + len(p.ids.vals) + len(p.counts.vals)
	for _, k := range p.order {
		n += p.groups[k].values()
	}
	return n
}

// event adds an event.
func (p *packer) event(e *Event) {
	p.n++
	kind := e.Data.Kind()
	p.kinds.put(int64(kind))
	p.lastTime = append(p.lastTime, e.Time)
	p.windows.put(int64(e.Window))
	p.members(&p.extra, e.Extra)
	b := p.groups[kind]
	if b == nil {
		b = &batch{}
		b.begin(p)
		p.groups[kind] = b
	}
	if b.n == 0 {
		p.order = append(p.order, kind)
	}
	if u, ok := e.Data.(*Unknown); ok && u.kind != KindJSON {
		b.n++
		b.raw = append(b.raw, []byte(u.Raw))
		return
	}
	p.record(b, e.Data)
}

func (p *packer) record(b *batch, r Record) {
	cur, at := p.cur, p.at
	p.cur, p.at = b, 0
	b.n++
	p.members(&b.rest, *r.Rest())
	r.Fields(p)
	p.cur, p.at = cur, at
}

func (p *packer) members(m *members, list []snapshot.Member) {
	m.counts.put(int64(len(list)))
	for i := range list {
		m.names.ref(p.in.id(RoleMember, list[i].Name))
		m.values.ref(p.in.id(RoleMember, list[i].Value))
	}
}

// field returns the column of the field that is shown next.
func (p *packer) field() *field {
	if p.at == len(p.cur.fields) {
		p.cur.fields = append(p.cur.fields, field{})
	}
	f := &p.cur.fields[p.at]
	p.at++
	return f
}

func (p *packer) Bool(_ Spec, v *bool)      { p.field().putBool(*v) }
func (p *packer) Int(_ Spec, v *int64)      { p.field().putInt(*v) }
func (p *packer) Number(_ Spec, v *float64) { f := p.field(); f.putNumber(*v, &f.number) }
func (p *packer) String(s Spec, v *string)  { p.str(p.field(), s.Role, *v, 0) }
func (p *packer) Raw(s Spec, v *string)     { p.str(p.field(), s.Role, *v, 0) }

// str adds a reference to a string. bias is 1 in a column in which 0 is none.
func (p *packer) str(f *field, role Role, s string, bias int64) {
	p.first(f, p.bases[role])
	f.put(f.code(p.in.id(role, s)) + bias)
}

func (p *packer) OptString(s Spec, v **string) {
	f := p.field()
	if *v == nil {
		p.first(f, p.bases[s.Role])
		f.put(0)
		return
	}
	p.str(f, s.Role, **v, 1)
}

// first sets the base of a column of references when the first one comes.
func (p *packer) first(f *field, base uint32) {
	if len(f.vals) == 0 {
		f.next, f.refColumn.last = base, base
	}
}

func (p *packer) OptBool(_ Spec, v **bool) {
	f := p.field()
	switch {
	case *v == nil:
		f.put(0)
	case **v:
		f.put(2)
	default:
		f.put(1)
	}
}

func (p *packer) OptNumber(_ Spec, v **float64) {
	f := p.field()
	if *v == nil {
		f.vals = append(f.vals, markNil) // a column of these is nil
		return
	}
	f.putNumber(**v, &f.number)
	f.some = true
}

// ID adds the id of a node: 0 the one before in this field, 1 that of the last
// node that was added, 2 none, else the distance from the one before, which is
// 2 more where it is over 0.
func (p *packer) ID(_ Spec, v *snapshot.NodeID) {
	f := p.field()
	id := int64(*v)
	switch d := id - f.id; {
	case d == 0:
		f.put(0)
	case id == p.root:
		f.put(1)
	case id == 0:
		f.put(2)
		return
	case d > 0:
		f.put(d + 2)
	default:
		f.put(d)
	}
	f.id = id
}

func (p *packer) Ints(_ Spec, v *[]int64) {
	f := p.field()
	if f.ints == nil {
		f.ints = &column{}
	}
	if *v == nil {
		f.put(0)
		return
	}
	f.put(int64(len(*v)) + 1)
	for _, i := range *v {
		f.ints.putInt(i - f.int)
		f.int = i
	}
}

func (p *packer) Attrs(_ Spec, v *[]snapshot.Attr) {
	f := p.field()
	p.first(f, p.bases[tableTemplates])
	f.ref(p.in.attributes(*v))
}

func (p *packer) List(_ Spec, l List) {
	f := p.field()
	if l.IsNil() {
		f.put(0)
		return
	}
	n := l.Len()
	f.put(int64(n) + 1)
	b := f.batch(p)
	for i := range n {
		p.record(b, l.At(i))
	}
}

func (p *packer) One(_ Spec, o One) {
	f := p.field()
	r := o.Get()
	f.putBool(r != nil)
	if r != nil {
		p.record(f.batch(p), r)
	}
}

// Node adds a tree to the nodes of the frame.
func (p *packer) Node(_ Spec, v **snapshot.Node) {
	p.field() // it has no column of its own
	if *v == nil {
		p.ids.put(0)
		p.on.put(0)
		p.templates.put(0)
		return
	}
	p.node(*v, false)
	p.root = int64((*v).ID)
}

func (p *packer) node(n *snapshot.Node, css bool) {
	id := int64(n.ID)
	track, distance := p.tracks.code(id)
	p.on.put(track)
	p.ids.put(distance)
	was := p.seen.at(id)
	t := p.in.template(n, css)
	if t == was.template {
		p.templates.put(nodeSame)
	} else {
		code := p.templates.code(t)
		if code > 2 {
			code++
		}
		p.templates.put(code)
		was.template = t
	}
	k := len(n.Children)
	if k == 0 {
		return
	}
	p.counts.put(int64(k) - int64(was.children))
	was.children = int32(k)
	css = n.Kind == snapshot.KindElement && n.Name == "style"
	for _, c := range n.Children {
		p.node(c, css)
	}
}

// write writes the payload. own says that it holds its own strings and
// templates, as in a live tape.
func (p *packer) write(w *wire.Writer, own bool) {
	w.Array(8)
	writeBases(w, &p.bases)
	if own {
		p.in.sections(w)
	} else {
		w.Nil()
	}
	if len(p.templates.vals) == 0 {
		w.Nil()
	} else {
		w.Array(4)
		p.templates.writeAll(w)
		p.on.write(w)
		p.ids.write(w)
		p.counts.write(w)
	}
	p.kinds.writeAll(w)
	p.writeTimes(w)
	p.windows.write(w)
	p.extra.write(w)
	w.Array(2 * len(p.order))
	for _, k := range p.order {
		w.Int(int64(k))
		p.groups[k].write(w)
	}
}

// writeTimes writes the unit in nanoseconds, then the distances of the times.
func (p *packer) writeTimes(w *wire.Writer) {
	unit := time.Millisecond
	for _, t := range p.lastTime {
		for t%unit != 0 {
			unit /= 1000
		}
	}
	p.times.reset()
	last := time.Duration(0)
	for _, t := range p.lastTime {
		p.times.putInt(int64(t/unit - last))
		last = t / unit
	}
	w.Array(2)
	w.Int(int64(unit))
	p.times.write(w)
}
