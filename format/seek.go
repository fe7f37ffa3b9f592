package format

import (
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
// It reads what lies between the keyframe and the frame of the time from at
// once, and where the strings of that part of the tape are not in memory,
// those. Later frames are read one by one.
func (t *Reader) Replay(from, to time.Duration) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		events := t.Events()
		if t.sealed() {
			events = t.from(from)
		}
		for e, err := range events {
			if err == nil && e.Time > to {
				return
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// sealed says whether the tape is one sealed part, and whole.
func (t *Reader) sealed() bool {
	if t.index == nil || t.index.list.Live {
		return false
	}
	return true
}

// ReplayStart returns how many events lie before the keyframe at which Replay
// starts for the time from; 0 where it starts at the first event.
func (t *Reader) ReplayStart(from time.Duration) int {
	if !t.sealed() {
		return 0
	}
	if i := t.keyBefore(from); i >= 0 {
		return t.Frames[i].Events
	}
	return 0
}

// keyBefore returns the index of the last KEY frame from which the page at the
// time from can be made, -1 if there is none.
func (t *Reader) keyBefore(from time.Duration) int {
	for i := len(t.Frames) - 1; i >= 0; i-- {
		if f := &t.Frames[i]; f.Kind == FrameKey && f.Start <= from {
			return i
		}
	}
	return -1
}

// from yields the events of an indexed tape from the keyframe before the time.
func (t *Reader) from(from time.Duration) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		first := max(t.keyBefore(from), 0)
		last := first
		for i := first; i < len(t.Frames); i++ {
			f := &t.Frames[i]
			if f.Kind == FrameEvents || f.Kind == FrameKey && i == first {
				if last = i; f.Kind == FrameEvents && f.End > from {
					break
				}
			}
		}
		u := newUnpacker(t.opts.Limits)
		defer u.release()
		var ahead []byte // of the frames up to last
		var aheadAt int64
		for i := first; i < len(t.Frames); i++ {
			f := &t.Frames[i]
			if f.Kind != FrameEvents && (f.Kind != FrameKey || i != first) {
				continue
			}
			fail := func(err error) { yield(Event{}, &CorruptError{f.Offset, "events", err}) }
			s := t.segmentOf(f.generation)
			var b []byte
			var err error
			switch end := f.Offset + f.Size; {
			case i <= last && ahead == nil:
				b, err = t.bytesWith(s, f.Offset, t.Frames[last].Offset+t.Frames[last].Size)
				ahead, aheadAt = b, f.Offset
				if err == nil {
					b = b[:f.Size]
				}
			case i <= last:
				b = ahead[f.Offset-aheadAt : end-aheadAt]
			default:
				b, err = t.bytesWith(s, f.Offset, end)
			}
			if err != nil {
				fail(err)
				return
			}
			g, payload, err := t.decode(b, f.Offset, &u.buf)
			if err == nil && (g.Kind != f.Kind || g.generation != f.generation || g.Size != f.Size) {
				err = ErrPayload
			}
			if err != nil {
				fail(err)
				return
			}
			if err := u.open(&s.heap, payload); err != nil {
				fail(err)
				return
			}
			for {
				e, ok, err := u.next()
				if err != nil {
					fail(err)
					return
				}
				if !ok {
					break
				}
				if !yield(e, nil) {
					return
				}
			}
		}
	}
}

// A segment is the strings of one generation of tables as they are in the
// tape: the HEAP frames before the events that need them.
type segment struct {
	heap   heap
	frames []int // the HEAP frames
	start  int64 // of them in the tape
	end    int64
	raw    []byte // nil until they were read
}

// maxSegments is how many segments a Reader has in memory.
const maxSegments = 4

// segmentOf returns the segment of a generation.
func (t *Reader) segmentOf(generation int64) *segment {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s := t.heaps[generation]; s != nil {
		return s
	}
	s := &segment{}
	s.heap.limits = t.opts.Limits
	var have [tables]uint32
	for i := range have {
		have[i] = staticCount(i)
	}
	n, counted := 0, t.index.list.Counts != nil
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

// bytesWith returns the bytes of the tape from at to end, and sees to it that
// the segment's strings are in memory.
func (t *Reader) bytesWith(s *segment, at, end int64) ([]byte, error) {
	s.heap.mu.Lock()
	defer s.heap.mu.Unlock()
	if s.raw != nil || s.end == s.start {
		return t.bytes(at, end-at)
	}
	to := s.end
	if gap := at - s.end; gap >= 0 && gap <= nearby {
		to = end
	}
	b, err := t.bytes(s.start, to-s.start)
	if err != nil {
		return nil, err
	}
	s.raw = b[: s.end-s.start : s.end-s.start]
	if t.index.list.Counts == nil { // what is on which page shows when all are read
		for _, i := range s.frames {
			if err := t.load(s, i); err != nil {
				return nil, err
			}
		}
	}
	if to == end {
		return b[at-s.start:], nil
	}
	return t.bytes(at, end-at)
}

// load reads a HEAP frame of a segment into its heap, which is locked.
func (t *Reader) load(s *segment, frame int) error {
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
	return u.sections(&s.heap, payload, true)
}
