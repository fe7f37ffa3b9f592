package format

import (
	"bytes"
	"cmp"
	"iter"
	"slices"
	"time"
)

// Replay yields the events that make the pages at the time from, and those
// that follow up to the time to, in file order. In a tape with an index those
// before from are *Keyframes, one for every window, and the events after them;
// in another they are all events from the first. An event whose time is before
// that of an earlier one counts as happening with it. It can be used again.
//
// Where the keyframe is damaged an earlier one takes its place, and the damage
// is the error at the end. An error comes last, as in Decoder.Events.
//
// It reads what lies between the keyframe and the frame of the time from at
// once, and where the strings of that part of the tape are not in memory,
// those. Later frames are read one by one.
func (t *Reader) Replay(from, to time.Duration) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		if t.Sealed() {
			t.Cursor(from).rest(to, yield)
			return
		}
		for e, err := range t.Events() {
			if err == nil && e.Time > to || !yield(e, err) {
				return
			}
		}
	}
}

// Sealed says whether the tape is one sealed part, and whole.
func (t *Reader) Sealed() bool {
	return t.index != nil && !t.index.list.Live
}

// ReplayStart returns how many events lie before the keyframe at which Replay
// starts for the time from; 0 where it starts at the first event.
func (t *Reader) ReplayStart(from time.Duration) int {
	if !t.Sealed() {
		return 0
	}
	if i := t.keyBefore(from, len(t.Frames)); i >= 0 {
		return t.Frames[i].Events
	}
	return 0
}

// keyBefore returns the index of the last KEY frame from which the page at the
// time from can be made, of those before the frame end; -1 if there is none.
func (t *Reader) keyBefore(from time.Duration, end int) int {
	for i := end - 1; i >= 0; i-- {
		if f := &t.Frames[i]; f.Kind == FrameKey && f.Start <= from {
			return i
		}
	}
	return -1
}

// A pass goes through the frames of a sealed tape.
type pass struct {
	t       *Reader
	u       *unpacker
	last    int    // what is before the end of this frame is read at once
	ahead   []byte // what was, in u.raw where that had to be copied
	aheadAt int64

	segment    *segment // of the last frame; the Reader may have forgotten it
	generation int64
}

// readAhead is how much is read at once at most, but for a frame that is
// longer.
const readAhead = 4 << 20

// reach has the frames from first up to the time from, or to the end of the
// segment, read at once.
func (p *pass) reach(first int, from time.Duration) {
	p.last, p.ahead = first, nil
	for i := first; i < len(p.t.Frames); i++ {
		f := &p.t.Frames[i]
		if f.Offset+f.Size-p.t.Frames[first].Offset > readAhead || f.generation != p.t.Frames[first].generation {
			return
		}
		if f.Kind != FrameEvents {
			continue
		}
		if p.last = i; f.End > from {
			return
		}
	}
}

// open reads a frame of events up to the first of them.
func (p *pass) open(i int) error {
	payload, err := p.payload(i, &p.u.buf)
	if err != nil {
		return err
	}
	return p.u.open(&p.segment.heap, payload)
}

// openKey is open for a KEY frame, and those that it is a patch of.
func (p *pass) openKey(i int) error {
	list, err := p.t.patches(i)
	if err != nil {
		return err
	}
	u := p.u
	payload, err := p.payload(list[0], &u.buf)
	if len(list) > 1 { // what it lies in can be read into again
		u.base = append(u.base[:0], payload...)
		payload = u.base
	}
	for _, j := range list[1:] {
		if err != nil {
			break
		}
		var patch []byte
		if patch, err = p.payload(j, &u.patch); err == nil {
			payload, err = applyPatch(u.buf[:0], payload, patch, p.t.opts.Limits)
			u.buf, u.base = u.base, payload
		}
	}
	if err != nil {
		return err
	}
	return u.open(&p.segment.heap, payload)
}

// payload returns the payload of a frame, in buf where it has to be decoded, and
// sees to it that the pass has the segment of the frame.
func (p *pass) payload(i int, buf *[]byte) ([]byte, error) {
	f := &p.t.Frames[i]
	if p.segment == nil || p.generation != f.generation {
		p.segment, p.generation = p.t.segmentOf(f.generation), f.generation
	}
	b, err := p.bytes(p.segment, i)
	if err != nil {
		return nil, err
	}
	g, payload, err := p.t.decode(b, f.Offset, buf)
	if err != nil {
		return nil, err
	}
	if g.Kind != f.Kind || g.generation != f.generation || g.Size != f.Size {
		return nil, ErrPayload
	}
	return payload, nil
}

// patches returns the KEY frame that i is a patch of, the frames between that
// are patches of each other, and i.
func (t *Reader) patches(i int) ([]int, error) {
	list := []int{i}
	for j := i; t.Frames[j].patch; {
		for j--; j >= 0 && (t.Frames[j].Kind != FrameKey || t.Frames[j].aside); j-- {
		}
		switch {
		case j < 0 || t.Frames[j].generation != t.Frames[i].generation:
			return nil, ErrGap
		case len(list) > maxPatches:
			return nil, ErrPayload
		}
		list = append(list, j)
	}
	slices.Reverse(list)
	return list, nil
}

// damage is the error for what is wrong with the frame i.
func (p *pass) damage(i int, err error) error {
	return &CorruptError{p.t.Frames[i].Offset, "events", err}
}

// bytes returns the frame i.
func (p *pass) bytes(s *segment, i int) ([]byte, error) {
	f := &p.t.Frames[i]
	end := f.Offset + f.Size
	if i > p.last {
		p.ahead = nil
		return p.t.bytesWith(s, f.Offset, end, &p.u.raw)
	}
	if p.ahead == nil {
		to := &p.t.Frames[p.last]
		b, err := p.t.bytesWith(s, f.Offset, to.Offset+to.Size, &p.u.raw)
		if err != nil {
			return nil, err
		}
		p.ahead, p.aheadAt = b, f.Offset
	}
	return p.ahead[f.Offset-p.aheadAt : end-p.aheadAt], nil
}

// A segment is the strings of one generation of tables as they are in the
// tape: the HEAP frames before the events that need them.
type segment struct {
	heap   heap
	frames []int // the HEAP frames
	start  int64 // of them in the tape
	end    int64
	raw    []byte // nil until they were read
	// While a page is being loaded: its frame, and the memory that it and those
	// that wait for it hold.
	loading, held int
}

// maxSegments is how many segments a Reader has in memory.
const maxSegments = 4

// segmentOf returns the segment of a generation.
func (t *Reader) segmentOf(generation int64) *segment {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s := t.heaps[generation]; s != nil {
		i := slices.Index(t.recent, generation)
		t.recent = append(slices.Delete(t.recent, i, i+1), generation)
		return s
	}
	s := &segment{loading: len(t.Frames)}
	s.heap.limits, s.heap.shared = t.opts.Limits, true
	have := staticCounts()
	n, counted := 0, t.index.list.Counts != nil
	s.heap.fixed = counted
	for i := range t.Frames {
		f := &t.Frames[i]
		if f.Kind != FrameHeap {
			continue
		}
		if f.generation == generation {
			s.frames = append(s.frames, i)
			if s.end == 0 {
				s.start = f.Offset
			}
			s.end = f.Offset + f.Size
			if counted {
				counts := t.index.list.counts(n)
				s.heap.expect(i, &have, &counts)
			}
		}
		n++
	}
	s.heap.load = func(frame int) error { return t.load(s, frame) }
	t.heaps[generation] = s
	if t.recent = append(t.recent, generation); len(t.recent) > maxSegments {
		delete(t.heaps, t.recent[0])
		t.recent = slices.Delete(t.recent, 0, 1)
	}
	return s
}

// nearby is how far apart the strings and the frames of a segment may lie to
// be read at once.
const nearby = 256 << 10

// bytesWith returns the bytes of the tape from at to end, in buf where they have
// to be copied, and sees to it that the segment's strings are in memory.
func (t *Reader) bytesWith(s *segment, at, end int64, buf *[]byte) ([]byte, error) {
	s.heap.mu.Lock()
	defer s.heap.mu.Unlock()
	if s.raw != nil || s.end == s.start {
		return t.bytes(at, end-at, buf)
	}
	if l := &t.opts.Limits; s.end-s.start > int64(l.StringBytes+l.Frame) {
		return nil, &LimitError{"bytes of strings", l.StringBytes}
	}
	to := s.end
	if gap := at - s.end; gap >= 0 && gap <= nearby {
		to = end
	}
	b, err := t.bytes(s.start, to-s.start, buf)
	if err != nil {
		return nil, err
	}
	if s.raw = t.kept(s.start, s.end-s.start); s.raw == nil {
		s.raw = bytes.Clone(b[:s.end-s.start])
	}
	if t.index.list.Counts == nil { // what is on which page shows when all are read
		for _, i := range s.frames {
			s.heap.gap = cmp.Or(s.heap.gap, t.load(s, i))
		}
	}
	if to == end {
		return b[at-s.start:], nil
	}
	return t.bytes(at, end-at, buf)
}

// loadCost is what is held for a page while another is loaded for it, beside
// its payload: stack, and an unpacker.
const loadCost = 64 << 10

// load reads a HEAP frame of a segment into its heap, which is locked. What is
// on a page needs what is on it already, and earlier pages.
func (t *Reader) load(s *segment, frame int) error {
	if frame >= s.loading {
		return ErrPayload
	}
	f := &t.Frames[frame]
	if f.Offset < s.start || f.Offset+f.Size-s.start > int64(len(s.raw)) {
		return ErrGap
	}
	u := newUnpacker(t.opts.Limits)
	defer u.release()
	g, payload, err := t.decode(s.raw[f.Offset-s.start:f.Offset+f.Size-s.start], f.Offset, &u.buf)
	if err != nil {
		return err
	}
	if g.Kind != FrameHeap || g.generation != f.generation {
		return ErrPayload
	}
	outer, held := s.loading, loadCost+len(payload)
	s.loading, s.held = frame, s.held+held
	defer func() { s.loading, s.held = outer, s.held-held }()
	if s.held > max(t.opts.Limits.Memory, held) {
		return &LimitError{"memory of a segment", t.opts.Limits.Memory}
	}
	return u.sections(&s.heap, payload, true)
}
