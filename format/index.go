package format

import (
	"github.com/pagetape/pagetape/internal/wire"
	"github.com/pagetape/pagetape/snapshot"
)

// The INDEX of a part says what frames it has, so that a reader finds any
// moment without reading the others, and what the session is like. Its payload
// is that of a live frame with two events: a frameList and a Summary.

// A frameList is what an INDEX says of the frames before it. All lists but the
// last are equally long, and have HEAD first. It has none where the part is so
// short that a reader has it in memory.
type frameList struct {
	Head   string  // the payload of the HEAD
	Kinds  []int64 // FrameKinds
	Sizes  []int64 // in bytes; the frames follow each other
	Starts []int64 // ms, as in the headers
	Spans  []int64 // ms
	Events []int64
	Flags  []int64
	Tables []int64 // the generation of tables that the frame refers to
	Live   bool    // the frames have their strings themselves
	// Counts is how many numbers of each table, beyond the static ones, are
	// given up to the end of each HEAP: 18 for each of them.
	Counts []int64
	Extra
}

// Fields shows the fields to v.
func (x *frameList) Fields(v Visitor) {
	v.String(Spec{Name: "head"}, &x.Head)
	v.Ints(Spec{Name: "kinds"}, &x.Kinds)
	v.Ints(Spec{Name: "sizes"}, &x.Sizes)
	v.Ints(Spec{Name: "starts"}, &x.Starts)
	v.Ints(Spec{Name: "spans"}, &x.Spans)
	v.Ints(Spec{Name: "events"}, &x.Events)
	v.Ints(Spec{Name: "flags"}, &x.Flags)
	v.Ints(Spec{Name: "tables"}, &x.Tables)
	v.Bool(Spec{Name: "live"}, &x.Live)
	v.Ints(Spec{Name: "counts"}, &x.Counts)
}

// Kind returns KindFrames.
func (*frameList) Kind() Kind { return KindFrames }

// Apply does nothing.
func (*frameList) Apply(*snapshot.Page) error { return nil }
func (*frameList) sealed()                    {}

// add adds a frame that was written. counts are those of a HEAP.
func (x *frameList) add(f *Frame, counts *[tables]uint32) {
	start := f.Start.Milliseconds()
	x.Kinds = append(x.Kinds, int64(f.Kind))
	x.Sizes = append(x.Sizes, f.Size)
	x.Starts = append(x.Starts, start)
	x.Spans = append(x.Spans, f.End.Milliseconds()-start)
	x.Events = append(x.Events, int64(f.Events))
	x.Flags = append(x.Flags, f.flags())
	x.Tables = append(x.Tables, f.generation)
	if f.Kind == FrameHeap {
		for i, n := range counts {
			x.Counts = append(x.Counts, int64(n-staticCount(i)))
		}
	}
}

// frames returns the frames of the list, the first of which is at offset 0;
// nil where the lists are not what they should be.
func (x *frameList) frames(l Limits) []Frame {
	n := len(x.Kinds)
	for _, list := range [][]int64{x.Sizes, x.Starts, x.Spans, x.Events, x.Flags, x.Tables} {
		if len(list) != n {
			return nil
		}
	}
	if n == 0 || n > l.Frames || FrameKind(x.Kinds[0]) != FrameHead {
		return nil
	}
	frames, at, heaps := make([]Frame, n), int64(0), 0
	for i := range frames {
		f := &frames[i]
		*f = Frame{
			Kind: FrameKind(x.Kinds[i]), Offset: at, Size: x.Sizes[i],
			Start: milliseconds(x.Starts[i]), End: milliseconds(x.Starts[i] + x.Spans[i]),
			Events: int(x.Events[i]), generation: x.Tables[i],
		}
		f.setFlags(x.Flags[i])
		if f.Size < headSize || f.Size > int64(headSize+maxHeader+l.Frame) || f.Events < 0 {
			return nil
		}
		if f.Kind == FrameHeap {
			heaps++
		}
		at += f.Size
	}
	if len(x.Counts) != heaps*tables {
		return nil
	}
	for _, n := range x.Counts {
		if n < 0 || n > 1<<30 {
			return nil
		}
	}
	return frames
}

// counts returns how many numbers of each table are given up to the end of the
// HEAP frame n.
func (x *frameList) counts(n int) (counts [tables]uint32) {
	for i := range counts {
		counts[i] = staticCount(i) + uint32(x.Counts[n*tables+i])
	}
	return counts
}

// An index is what an INDEX frame says.
type index struct {
	list    frameList
	summary Summary
}

func (x *index) encode(w *wire.Writer) {
	p := newPacker(newInterner())
	if x.list.Kinds != nil || x.list.Live {
		p.event(&Event{Data: &x.list})
	}
	p.event(&Event{Data: &x.summary})
	p.write(w, true)
}

// decodeIndex reads the payload of an INDEX frame.
func decodeIndex(payload []byte, u *unpacker) (*index, error) {
	x := &index{}
	_, err := u.each(&heap{limits: u.limits}, payload, func(e Event) bool {
		switch data := e.Data.(type) {
		case *frameList:
			x.list = *data
		case *Summary:
			x.summary = *data
		}
		return true
	})
	return x, err
}
