package replay

import (
	"encoding/binary"
	"hash/maphash"
	"math"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// maxSeen is how many events are remembered to find those that come again.
const maxSeen = 64 << 10

// duplicates finds events that came before.
type duplicates struct {
	digest digest
	seen   map[uint64]int                    // index of the last event with that digest
	ring   []uint64                          // digests of the last ones
	put    int                               // place in ring of the oldest, once it is full
	n      int                               // events so far
	run    int                               // the event that this one repeats if it goes on with a run; 0 is none
	latest map[format.WindowID]time.Duration // of events that are stamped
}

func newDuplicates() *duplicates {
	d := &duplicates{seen: make(map[uint64]int), latest: make(map[format.WindowID]time.Duration)}
	d.digest.SetSeed(maphash.MakeSeed())
	return d
}

// add takes the next event, and returns the index of one that it repeats.
//
// Users and scripts do some things twice in a millisecond: such an event is
// repeated only in a run with others, or where its time has passed.
func (d *duplicates) add(e *format.Event) (of int, repeated bool) {
	sum := d.digest.event(e)
	of, known := d.seen[sum]
	inOrder := stamped(e.Data.Kind())
	latest, begun := d.latest[e.Window]
	repeated = known && (once(e) || d.run == of && d.run > 0 || inOrder && e.Time < latest)
	if d.run = 0; inOrder && (!begun || e.Time > latest) {
		d.latest[e.Window] = e.Time
	}
	if repeated {
		d.run = of + 1
	} else {
		if len(d.ring) < maxSeen {
			d.ring = append(d.ring, sum)
		} else {
			delete(d.seen, d.ring[d.put])
			d.ring[d.put] = sum
			d.put = (d.put + 1) % maxSeen
		}
		d.seen[sum] = d.n
	}
	d.n++
	return of, repeated
}

// once says whether a recorder makes such an event only once at a time.
func once(e *format.Event) bool {
	switch d := e.Data.(type) {
	case *format.FullSnapshot, *format.Scroll, *format.Input, *format.ViewportResize:
		return true
	case *format.Move:
		return len(d.Positions) > 0
	case *format.Mutation:
		return len(d.Adds)+len(d.Removes)+len(d.Texts)+len(d.Attrs) > 0
	}
	return false
}

// A digest is a Visitor that hashes what it is shown.
type digest struct {
	maphash.Hash
	buf [8]byte
}

func (h *digest) event(e *format.Event) uint64 {
	h.Reset()
	h.number(uint64(e.Time))
	h.number(uint64(e.Window)<<8 | uint64(e.Data.Kind()))
	h.record(e.Data)
	h.members(e.Extra)
	if u, ok := e.Data.(*format.Unknown); ok {
		h.text(u.Raw)
	}
	return h.Sum64()
}

func (h *digest) record(r format.Record) {
	r.Fields(h)
	h.members(*r.Rest())
}

func (h *digest) members(list []snapshot.Member) {
	h.number(uint64(len(list)))
	for i := range list {
		h.text(list[i].Name)
		h.text(list[i].Value)
	}
}

func (h *digest) number(v uint64) {
	binary.LittleEndian.PutUint64(h.buf[:], v)
	h.Write(h.buf[:])
}

func (h *digest) text(s string) {
	h.number(uint64(len(s)))
	h.WriteString(s)
}

func (h *digest) flag(b bool) {
	if b {
		h.WriteByte(1)
	} else {
		h.WriteByte(0)
	}
}

// Bool and those below hash a field.
func (h *digest) Bool(_ format.Spec, v *bool)             { h.flag(*v) }
func (h *digest) Int(_ format.Spec, v *int64)             { h.number(uint64(*v)) }
func (h *digest) Number(_ format.Spec, v *float64)        { h.number(math.Float64bits(*v)) }
func (h *digest) String(_ format.Spec, v *string)         { h.text(*v) }
func (h *digest) Raw(_ format.Spec, v *string)            { h.text(*v) }
func (h *digest) ID(_ format.Spec, v *snapshot.NodeID)    { h.number(uint64(*v)) }
func (h *digest) Attrs(_ format.Spec, v *[]snapshot.Attr) { h.attrs(*v) }
func (h *digest) OptBool(_ format.Spec, v **bool) {
	if h.flag(*v != nil); *v != nil {
		h.flag(**v)
	}
}

func (h *digest) OptNumber(_ format.Spec, v **float64) {
	if h.flag(*v != nil); *v != nil {
		h.number(math.Float64bits(**v))
	}
}

func (h *digest) OptString(_ format.Spec, v **string) {
	if h.flag(*v != nil); *v != nil {
		h.text(**v)
	}
}

func (h *digest) Ints(_ format.Spec, v *[]int64) {
	h.number(uint64(len(*v)))
	for _, n := range *v {
		h.number(uint64(n))
	}
}

func (h *digest) List(_ format.Spec, l format.List) {
	h.number(uint64(l.Len()))
	for i := range l.Len() {
		h.record(l.At(i))
	}
}

func (h *digest) One(_ format.Spec, o format.One) {
	r := o.Get()
	if h.flag(r != nil); r != nil {
		h.record(r)
	}
}

func (h *digest) attrs(list []snapshot.Attr) {
	h.number(uint64(len(list)))
	for i := range list {
		h.text(list[i].Name)
		h.number(uint64(list[i].Type))
		h.text(list[i].Value)
	}
}

// Node hashes a tree as a recorder writes it.
func (h *digest) Node(_ format.Spec, v **snapshot.Node) {
	if h.flag(*v != nil); *v == nil {
		return
	}
	for n := range (*v).All() {
		if n == nil {
			h.number(0)
			continue
		}
		h.number(uint64(n.ID)<<16 | uint64(n.Kind))
		h.number(uint64(len(n.Children)))
		h.text(n.Name)
		h.text(n.Namespace)
		h.attrs(n.RecordedAttrs())
		h.text(n.Text)
		h.text(n.PublicID)
		h.text(n.SystemID)
		h.text(n.CompatMode)
		h.number(uint64(n.RootID))
		for _, b := range []bool{n.IsShadow, n.IsHost, n.IsCustom, n.IsStyle, n.NeedsBlock} {
			h.flag(b)
		}
		h.members(n.Extra)
	}
}
