package replay

import (
	"time"

	"github.com/pagetape/pagetape/format"
)

// A past is what a Player keeps of the events that it has applied, beside the
// pages that they made. A keyframe has the pages alone: what else its events
// told is looked up in the source when it is asked for.
type past struct {
	start int           // events before the first one seen
	clock time.Duration // no time of those is later
	at    int           // events in all
	now   time.Duration // latest time of one

	windows map[format.WindowID]*user
	media   map[medium]*playback

	// A past that looks for audio and video has all of them, another one those
	// that an event told of. loaded are the windows with a full snapshot.
	looks  bool
	loaded map[format.WindowID]bool
}

func newPast() *past {
	return &past{
		clock: never, now: never, windows: make(map[format.WindowID]*user),
		media: make(map[medium]*playback),
	}
}

func (h *past) clone() *past {
	c := newPast()
	c.start, c.clock, c.at, c.now = h.start, h.clock, h.at, h.now
	for w, u := range h.windows {
		c.windows[w] = new(*u)
	}
	for m, b := range h.media {
		c.media[m] = new(*b)
	}
	return c
}

// event takes the next event.
func (h *past) event(e *format.Event) {
	h.now = max(h.now, e.Time)
	if k, ok := e.Data.(*format.Keyframe); ok {
		if int(k.Events) == h.at && h.at > h.start { // none was left out: a page begins anew
			h.window(e.Window)
			return
		}
		h.start, h.at, h.clock = int(k.Events), int(k.Events), h.now
		h.windows[e.Window] = nil
		h.window(e.Window)
		delete(h.loaded, e.Window)
		h.forget(e.Window)
		return
	}
	h.user(e)
	h.playback(e)
	h.at++
}

// deepen has the past begin earlier than it does; false where it cannot.
func (p *Player) deepen() bool {
	h := p.past
	if h.start == 0 {
		return false
	}
	for back := lookBack; ; back *= 2 {
		from := never
		if h.clock > never+back && back < maxLookBack {
			from = h.clock - back
		}
		earlier := newPast()
		for e, err := range p.src.Replay(from, always) {
			_, key := e.Data.(*format.Keyframe)
			if err != nil || !key && earlier.at >= h.at {
				break
			}
			earlier.event(&e)
			if earlier.start >= h.start { // no earlier than it was
				break
			}
		}
		switch {
		case earlier.start < h.start && earlier.at >= h.at:
			p.past = earlier
			return true
		case from == never: // the source has no more, or fails on the way
			h.start = 0
			return false
		}
	}
}

const (
	// lookBack is how far before a keyframe a Player looks first.
	lookBack    = 10 * time.Second
	maxLookBack = 1 << 20 * time.Second // the first event is next
)
