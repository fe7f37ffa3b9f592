package replay

import (
	"time"

	"github.com/pagetape/pagetape/format"
)

// A user is what a window tells of the user's presence in it.
type user struct {
	seen   time.Duration // when the user was last there; never is not known
	event  int           // the event that told
	hidden bool          // the window has been since
	hid    int           // the event that told that
	moved  time.Duration // the latest time of a pointer position
}

// window returns what is known of a window.
func (h *past) window(w format.WindowID) *user {
	u := h.windows[w]
	if u == nil {
		u = &user{seen: never, moved: never}
		h.windows[w] = u
	}
	return u
}

// user notes what an event tells of the user.
func (h *past) user(e *format.Event) {
	first := h.windows[e.Window] == nil
	u := h.window(e.Window)
	seen := e.Time
	switch d := e.Data.(type) {
	case *format.Visibility:
		if d.State == "hidden" {
			u.seen, u.hidden, u.hid = max(u.seen, e.Time), true, h.at
			return
		}
		first = first || d.State == "visible"
	case *format.MouseInteraction:
		first = first || d.Action != format.Blur
		if d.X != nil && d.Y != nil {
			u.moved = max(u.moved, e.Time)
		}
	case *format.Move:
		last := never
		for i := range d.Positions {
			last = max(last, positionTime(e, &d.Positions[i]))
		}
		u.moved = max(u.moved, last)
		if !first && len(d.Positions) > 0 {
			first, seen = true, min(last, e.Time)
		}
	case *format.Input:
		first = first || d.UserTriggered
	case *format.Scroll, *format.Field:
		first = true
	}
	if first && seen >= u.seen {
		u.seen, u.event, u.hidden = seen, h.at, false
	}
}

// Front returns the window in front: of those that are not hidden, the one in
// which the user was last. What shows the user there is a pointer that moves
// or presses, a focus, a scroll, an Input that the recorder says the user made,
// a Field event, the window becoming visible (Visibility), and its first event
// of all. What a page does by itself, in the background too, does not. A run of
// pointer positions counts by the time of its last one, since recorders send it
// late. Where all windows are hidden it is the one that was hidden last.
//
// After a keyframe, where there are several windows and none has told of the
// user since, Front reads what came before it.
func (p *Player) Front() format.WindowID {
	for {
		if w, sure := p.frontmost(); sure || !p.deepen() {
			return w
		}
	}
}

// frontmost returns the window that is in front by what the past knows, and
// whether what came before that cannot tell otherwise.
func (p *Player) frontmost() (front format.WindowID, sure bool) {
	h := p.past
	if len(p.pages) < 2 {
		for w := range p.pages {
			return w, true
		}
		return 0, true
	}
	var best, last *user
	var lastHidden format.WindowID
	for w := range p.pages {
		u := h.window(w)
		switch {
		case u.hidden:
			if last == nil || u.hid > last.hid {
				last, lastHidden = u, w
			}
		case best == nil || u.seen > best.seen || u.seen == best.seen && (u.event > best.event || u.event == best.event && w < front):
			best, front = u, w
		}
	}
	if best == nil {
		return lastHidden, true
	}
	return front, h.start == 0 || best.seen != never && best.seen >= h.clock
}
