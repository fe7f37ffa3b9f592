package replay

import (
	"iter"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A stream is a part that is being merged.
type stream struct {
	part *part
	next func() (format.Event, error, bool)
	stop func()
	head format.Event
	at   time.Duration // of head, or of an event before it, if that is later
	done int           // events of the part before head
	// fresh are the pages that the part alone makes of the windows that it goes
	// on in, up to its first full snapshot of them.
	fresh map[format.WindowID]*snapshot.Page
}

// stream begins the part for a time.
func (p *part) stream(from time.Duration) *stream {
	s := &stream{part: p, at: never, fresh: make(map[format.WindowID]*snapshot.Page)}
	s.next, s.stop = iter.Pull2(p.Source.Replay(from, always))
	for w := range p.continued {
		s.fresh[w] = &snapshot.Page{}
	}
	return s
}

// advance reads the next event; false at the end.
func (s *stream) advance(errs *[]error) bool {
	e, err, ok := s.next()
	if err != nil {
		*errs = append(*errs, err)
	}
	if !ok || err != nil {
		s.stop()
		return false
	}
	e.Time = plus(e.Time, s.part.shift)
	e.Window = s.part.windows[e.Window]
	s.head, s.at = e, max(s.at, e.Time)
	return true
}

// events yields what the head of the stream is in the whole; n counts the events
// of that.
func (s *stream) events(n *int) iter.Seq[format.Event] {
	return func(yield func(format.Event) bool) {
		e := s.head
		if k, ok := e.Data.(*format.Keyframe); ok {
			*n += int(k.Events) - s.done
			s.done = int(k.Events)
			delete(s.fresh, e.Window)
			moved := *k
			moved.Events = int64(*n)
			e.Data = &moved
			yield(e)
			return
		}
		if page := s.fresh[e.Window]; page != nil {
			if full, ok := e.Data.(*format.FullSnapshot); ok && full.Node != nil {
				delete(s.fresh, e.Window)
				k := format.NewKeyframeBefore(page, full, *n)
				if !yield(format.Event{Time: e.Time, Window: e.Window, Data: k}) {
					return
				}
			} else {
				_ = e.Data.Apply(page) // what it has is told by the event itself
			}
		}
		*n++
		s.done++
		yield(e)
	}
}
