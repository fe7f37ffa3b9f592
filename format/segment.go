package format

import (
	"iter"
	"slices"
)

// A Segment is a stretch of a sealed tape that can be replayed on its own: it
// has its own strings, and begins with a keyframe or is the first.
type Segment struct {
	// Events is how many events of the session lie before it.
	Events int

	tape        *Reader
	frames      []int // its KEY frame, unless it is the first, and its EVENTS frames
	generations []int64
}

// Segments returns the segments of a tape, in order; nil where the tape is not
// sealed, or not whole.
func (t *Reader) Segments() []Segment {
	if !t.Sealed() {
		return nil
	}
	var list []Segment
	events := 0
	for i := range t.Frames {
		f := &t.Frames[i]
		if f.Kind != FrameKey && f.Kind != FrameEvents {
			continue
		}
		last := len(list) - 1
		fresh := last < 0 || !slices.Contains(list[last].generations, f.generation)
		switch {
		case last < 0 || fresh && f.Kind == FrameKey:
			list = append(list, Segment{Events: events, tape: t})
			last++
			fallthrough
		case fresh:
			list[last].generations = append(list[last].generations, f.generation)
		}
		if s := &list[last]; f.Kind == FrameEvents || last > 0 && len(s.frames) == 0 {
			s.frames = append(s.frames, i)
		}
		if f.Kind == FrameEvents {
			events += f.Events
		}
	}
	return list
}

// Strings calls visit with every string that is in the segment's events and
// keyframe, as text of its role, until it returns false. The strings that every
// tape has without writing them are among them, and some are visited twice. An
// error says that there are strings that could not be read.
func (s *Segment) Strings(visit func(Role, string) bool) error {
	for role := range roles {
		for _, text := range statics()[role].list {
			if !visit(role, text) {
				return nil
			}
		}
	}
	for _, generation := range s.generations {
		segment := s.tape.segmentOf(generation)
		if _, err := s.tape.bytesWith(segment, segment.end, segment.end, new([]byte)); err != nil {
			return err
		}
		h := &segment.heap
		if h.gap != nil {
			return h.gap
		}
		for role := range roles {
			for _, page := range h.strings[role] {
				list, err := page.loaded(h, false)
				if err != nil {
					return err
				}
				for i := range page.n {
					if !visit(role, list.at(i)) {
						return nil
					}
				}
			}
		}
	}
	return nil
}

// Keyframes returns *Keyframes, one for every window, that stand for all events
// before the segment; none for the first one.
func (s *Segment) Keyframes() ([]Event, error) {
	if !s.key() {
		return nil, nil
	}
	c := s.tape.cursor(0, 0)
	defer c.Close()
	c.keyframes(s.frames[0], false)
	return c.keys, c.err
}

// key says whether the segment begins with a KEY frame.
func (s *Segment) key() bool {
	return len(s.frames) > 0 && s.tape.Frames[s.frames[0]].Kind == FrameKey
}

// Replay yields the events of the segment. An error comes last. It reads one
// frame after the other.
func (s *Segment) Replay() iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		s.Cursor().rest(always, yield)
	}
}

// Cursor returns a Cursor before the first event of the segment, which reads to
// its end.
func (s *Segment) Cursor() *Cursor {
	first, end := 0, 0
	if n := len(s.frames); n > 0 {
		first, end = s.frames[0], s.frames[n-1]+1
	}
	return s.tape.cursor(first, end)
}
