package format

import "github.com/pagetape/pagetape/internal/wire"

// A batch is the records of one type in a frame.
type batch struct {
	n      int
	rest   members
	fields []field
	raw    [][]byte // of a kind that is not known
}

// A field is a field of all records of a batch.
type field struct {
	refColumn
	number number // the last one
	id     int64  // the last one
	int    int64  // the last one of Ints
	ints   *column
	sub    *batch // of a List or One
}

// members are the leftover members of records: how many, names, values.
type members struct {
	counts        column
	names, values refColumn
}

func (m *members) begin(base uint32) {
	m.counts.reset()
	m.names.begin(base)
	m.values.begin(base)
}

func (b *batch) begin(p *packer) {
	b.n, b.raw = 0, b.raw[:0]
	b.rest.begin(p.bases[RoleMember])
	for i := range b.fields {
		f := &b.fields[i]
		f.reset()
		f.number, f.id, f.int = number{}, 0, 0
		if f.ints != nil {
			f.ints.reset()
		}
		if f.sub != nil {
			f.sub.begin(p)
		}
	}
}

func (b *batch) values() int {
	n := 0
	for i := range b.fields {
		f := &b.fields[i]
		if f.some {
			n += len(f.vals)
		}
		if f.ints != nil {
			n += len(f.ints.vals)
		}
		if f.sub != nil {
			n += f.sub.values()
		}
	}
	for _, r := range b.raw {
		n += len(r)
	}
	return n
}

func (f *field) batch(p *packer) *batch {
	if f.sub == nil {
		f.sub = &batch{}
		f.sub.begin(p)
	}
	return f.sub
}

func (m *members) write(w *wire.Writer) {
	if !m.counts.some {
		w.Nil()
		return
	}
	w.Array(3)
	m.counts.writeAll(w)
	m.names.write(w)
	m.values.write(w)
}

func (b *batch) write(w *wire.Writer) {
	if len(b.raw) > 0 {
		w.Array(len(b.raw))
		for _, r := range b.raw {
			w.Raw(r)
		}
		return
	}
	// Trailing fields that say nothing are left out.
	n := len(b.fields)
	for n > 0 && !b.fields[n-1].some {
		n--
	}
	w.Array(1 + n)
	b.rest.write(w)
	for i := range n {
		b.fields[i].write(w)
	}
}

func (f *field) write(w *wire.Writer) {
	switch {
	case !f.some:
		w.Nil()
	case f.sub != nil:
		w.Array(2)
		f.writeAll(w)
		f.sub.write(w)
	case f.ints != nil:
		w.Array(2)
		f.writeAll(w)
		f.ints.write(w)
	default:
		f.writeAll(w)
	}
}
