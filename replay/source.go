package replay

import (
	"iter"
	"time"

	"github.com/pagetape/pagetape/format"
)

// A Source is a session to replay. Replay yields, in file order, the events
// that make the pages as they were at the time from, and then those up to the
// time to. An event whose time is before that of an earlier one counts as
// happening with it. Replay can be called again. format.Reader is a Source.
//
// *format.Keyframes can stand in place of events: each is the page of its
// window, whatever that was before. Most come first, one a window, in place of
// all events before; a Merged has some among its events. Events of a Keyframe
// is how many events of the session lie before it, and it is none of them.
type Source interface {
	Replay(from, to time.Duration) iter.Seq2[format.Event, error]
}

// A keyed Source has keyframes. ReplayStart returns how many events lie before
// the one from which Replay makes the page at a time.
type keyed interface {
	ReplayStart(from time.Duration) int
}

// Events is a Source of events in memory, in file order.
type Events []format.Event

// Replay yields the events up to the time to.
func (s Events) Replay(_, to time.Duration) iter.Seq2[format.Event, error] {
	return func(yield func(format.Event, error) bool) {
		for _, e := range s {
			if e.Time > to || !yield(e, nil) {
				return
			}
		}
	}
}
