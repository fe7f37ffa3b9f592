package replay

import (
	"strconv"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A Playback is the state of an audio or video element at a moment.
type Playback struct {
	ID snapshot.NodeID
	// Media is the state. CurrentTime of one that plays is what it has come to
	// since the recorder last told it, at the PlaybackRate; how long it is, is
	// not recorded, so that one in a loop counts on.
	snapshot.Media
}

// Media returns the audio and video elements of a window's page of which the
// recording tells something, in document order, as they are at the Player's
// time.
func (p *Player) Media(w format.WindowID) []Playback {
	page := p.pages[w]
	if page == nil {
		return nil
	}
	var list []Playback
	for id := range page.All() {
		s := page.State(id)
		if s == nil || s.Media == nil {
			continue
		}
		b := Playback{id, *s.Media}
		if b.CurrentTime != nil && b.Playing != nil && *b.Playing {
			b.CurrentTime = new(p.position(medium{w, id}, &b.Media))
		}
		list = append(list, b)
	}
	return list
}

// position returns how far an element that plays has come, in seconds; what the
// page has where the recording does not say when that was.
func (p *Player) position(m medium, now *snapshot.Media) float64 {
	b := p.past.media[m]
	if b == nil {
		b = p.lookUp(m)
		p.past.media[m] = b
	}
	if !b.known {
		return *now.CurrentTime
	}
	rate := 1.0
	if now.PlaybackRate != nil {
		rate = *now.PlaybackRate
	}
	return b.at(p.Time(), rate)
}

// lookUp finds how far an element has come in what the source tells of it.
func (p *Player) lookUp(m medium) *playback {
	for back := lookBack; ; back *= 2 {
		from := minus(p.now, back)
		if back > maxLookBack {
			from = never
		}
		look := newPast()
		look.looks, look.loaded = true, make(map[format.WindowID]bool)
		for e, err := range p.src.Replay(from, always) {
			if _, key := e.Data.(*format.Keyframe); err != nil || !key && look.at >= p.at {
				break
			}
			look.event(&e)
		}
		if b := look.media[m]; b != nil {
			return b
		}
		if from == never {
			return &playback{}
		}
	}
}

// A medium is an audio or video element of a session.
type medium struct {
	window format.WindowID
	id     snapshot.NodeID
}

// A playback is how far an element has come.
type playback struct {
	known bool          // from and since are
	from  float64       // in seconds, at the time since
	since time.Duration // of the session
	// Whether it plays, and at which rate; nil is as it was when the past began,
	// which is as it is now.
	playing *bool
	rate    *float64
}

// at returns the position at a time, in seconds, of an element that plays then
// at that rate.
func (b *playback) at(t time.Duration, rate float64) float64 {
	if b.rate != nil {
		rate = *b.rate
	}
	if b.playing != nil && !*b.playing || t <= b.since {
		return b.from
	}
	return b.from + minus(t, b.since).Seconds()*rate
}

// playback notes what an event tells of audio and video.
func (h *past) playback(e *format.Event) {
	switch d := e.Data.(type) {
	case *format.Media:
		m := medium{e.Window, d.ID}
		b := h.media[m]
		switch {
		case b == nil && h.looks && (h.start == 0 || h.loaded[e.Window]):
			b = newPlayback()
			h.media[m] = b
		case b == nil && d.CurrentTime != nil:
			b = &playback{}
			h.media[m] = b
		case b == nil:
			return // it goes on from where nobody here knows
		}
		switch {
		case d.CurrentTime != nil:
			b.from, b.known = *d.CurrentTime, true
		case b.known && b.playing != nil && (b.rate != nil || !*b.playing):
			b.from = b.at(h.now, 1)
		case b.known:
			delete(h.media, m)
			return
		}
		b.since = h.now
		if d.Action == format.Play || d.Action == format.Pause {
			b.playing = new(d.Action == format.Play)
		}
		if d.PlaybackRate != nil {
			b.rate = d.PlaybackRate
		}
	case *format.FullSnapshot:
		if d.Node == nil {
			return
		}
		if h.forget(e.Window); h.looks {
			h.loaded[e.Window] = true
			h.mediaOf(e.Window, d.Node)
		}
	case *format.Mutation:
		if len(h.media) == 0 && !h.looks {
			return
		}
		for i := range d.Adds {
			if n := d.Adds[i].Node; n != nil {
				h.mediaOf(e.Window, n)
			}
		}
	}
}

// forget forgets the audio and video of a window.
func (h *past) forget(w format.WindowID) {
	for m := range h.media {
		if m.window == w {
			delete(h.media, m)
		}
	}
}

// newPlayback is an element that was just made: it does not play.
func newPlayback() *playback { return &playback{playing: new(false), rate: new(1.0)} }

// mediaOf notes the audio and video in a tree that is new on a page.
func (h *past) mediaOf(w format.WindowID, root *snapshot.Node) {
	for n := range root.All() {
		if n == nil || n.Name != "video" && n.Name != "audio" {
			continue
		}
		b := newPlayback()
		b.since = h.now
		for i := range n.Attrs {
			a := &n.Attrs[i]
			switch a.Name {
			case "rr_mediaState":
				b.playing = new(a.Value == "played")
			case "rr_mediaCurrentTime", "rr_mediaPlaybackRate":
				f, err := strconv.ParseFloat(a.Value, 64)
				if err != nil || a.Type != snapshot.AttrNumber {
					continue
				}
				if a.Name == "rr_mediaPlaybackRate" {
					b.rate = &f
				} else {
					b.from, b.known = f, true
				}
			}
		}
		h.media[medium{w, n.ID}] = b
	}
}
