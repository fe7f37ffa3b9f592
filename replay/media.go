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
			b.CurrentTime = p.played(medium{w, id}, *b.CurrentTime)
		}
		list = append(list, b)
	}
	return list
}

// played returns how far an element that plays has come; told where the
// recording does not say when that was.
func (p *Player) played(m medium, told float64) *float64 {
	for p.past.media[m] == nil && !p.past.loaded[m.window] && p.deepen() {
	}
	if b := p.past.media[m]; b != nil && b.known {
		told = b.at(p.Time())
	}
	return &told
}

// A medium is an audio or video element of a session.
type medium struct {
	window format.WindowID
	id     snapshot.NodeID
}

// A playback is how far an element has come.
type playback struct {
	known   bool          // position and since are
	from    float64       // in seconds, at the time since
	since   time.Duration // of the session
	playing bool
	rate    float64
}

// at returns the position at a time, in seconds.
func (b *playback) at(t time.Duration) float64 {
	if !b.playing || t <= b.since {
		return b.from
	}
	return b.from + minus(t, b.since).Seconds()*b.rate
}

// playback notes what an event tells of audio and video.
func (h *past) playback(e *format.Event) {
	switch d := e.Data.(type) {
	case *format.Media:
		m := medium{e.Window, d.ID}
		b := h.media[m]
		if b == nil {
			if d.CurrentTime == nil && h.start > 0 && !h.loaded[e.Window] {
				return // it goes on from a position that is not known
			}
			b = &playback{rate: 1}
			h.media[m] = b
		}
		if d.CurrentTime != nil {
			b.from, b.known = *d.CurrentTime, true
		} else if b.known {
			b.from = b.at(h.now)
		}
		b.since = h.now
		if d.Action == format.Play || d.Action == format.Pause {
			b.playing = d.Action == format.Play
		}
		if d.PlaybackRate != nil {
			b.rate = *d.PlaybackRate
		}
	case *format.FullSnapshot:
		if d.Node == nil {
			return
		}
		h.forget(e.Window)
		h.loaded[e.Window] = true
		h.mediaOf(e.Window, d.Node)
	case *format.Mutation:
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

// mediaOf notes the audio and video in a tree that is new on a page.
func (h *past) mediaOf(w format.WindowID, root *snapshot.Node) {
	for n := range root.All() {
		if n == nil || n.Name != "video" && n.Name != "audio" {
			continue
		}
		b := &playback{rate: 1, since: h.now}
		for i := range n.Attrs {
			a := &n.Attrs[i]
			switch a.Name {
			case "rr_mediaState":
				b.playing = a.Value == "played"
			case "rr_mediaCurrentTime", "rr_mediaPlaybackRate":
				f, err := strconv.ParseFloat(a.Value, 64)
				if err != nil || a.Type != snapshot.AttrNumber {
					continue
				}
				if a.Name == "rr_mediaPlaybackRate" {
					b.rate = f
				} else {
					b.from, b.known = f, true
				}
			}
		}
		h.media[medium{w, n.ID}] = b
	}
}
