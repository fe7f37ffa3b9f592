package signals

import (
	"strings"
	"time"

	"github.com/pagetape/pagetape/format"
)

// A Visit is a time that a window was at one page, as Options.Path tells them
// apart: an address that differs in what Path leaves out is the same page, and
// so is one that is told again.
type Visit struct {
	Window format.WindowID `json:"window"`
	Start  time.Duration   `json:"start"`
	// End is when the window's next visit starts, or its last event. Time on
	// page is End - Start.
	End    time.Duration `json:"end"`
	Active time.Duration `json:"active"` // of Report.Active
	Hidden time.Duration `json:"hidden"` // while the window was hidden, where the recorder says so
	URL    string        `json:"url"`    // as told at the start, its first 2,048 bytes
	Path   string        `json:"path"`

	// ScrollTop is how far the document was scrolled down at most, ScrollBottom
	// how far down the viewport reached then, both in CSS pixels. What scrolls
	// within the page does not count.
	ScrollTop    float64 `json:"scrollTop"`
	ScrollBottom float64 `json:"scrollBottom"`
	// Height is that of the document at most, and ScrollPercent how much of it
	// was above ScrollBottom; 0 where no height is known (Options.Height).
	Height        float64 `json:"height,omitempty"`
	ScrollPercent float64 `json:"scrollPercent,omitempty"`

	Clicks int `json:"clicks"`
	Errors int `json:"errors"`

	key string
}

// visit takes an address that the window is at.
func (a *Analyzer) visit(w *window, address string) {
	if address == "" {
		return
	}
	path := cut(a.opts.Path(address), maxURL)
	key := host(address) + path
	if w.visit >= 0 && a.r.Visits[w.visit].key == key {
		return
	}
	if w.visit >= 0 {
		a.endVisit(w, key)
	}
	w.previous, w.visit = w.visit, -1
	w.pointer.seen = false
	clear(w.hover)
	v := Visit{Window: w.id, Start: a.now, End: a.now, URL: cut(address, maxURL), Path: path, ScrollBottom: max(0, finite(w.page.View.Height)), key: key}
	if add(&a.r.Visits, v, maxVisits, &a.r.LeftOut.Visits) {
		w.visit = len(a.r.Visits) - 1
		a.pageHeat(path)
		a.stepPath(path)
	}
}

// endVisit ends the window's visit, as it goes on to the page next.
func (a *Analyzer) endVisit(w *window, next string) {
	a.answer(w, 0)
	v := &a.r.Visits[w.visit]
	v.End = a.now
	if w.hidden {
		v.Hidden += a.now - max(w.hiddenAt, v.Start)
		w.hiddenAt = a.now
	}
	if w.previous >= 0 && a.r.Visits[w.previous].key == next && v.End-v.Start <= a.opts.QuickBack {
		a.moment(w, Moment{Kind: QuickBack, Time: v.Start, End: v.End})
	}
}

// host returns the host of an address.
func host(address string) string {
	_, rest, ok := strings.Cut(address, "://")
	if !ok {
		return ""
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return cut(rest, maxURL)
}

// scroll takes note of how far down the viewport is.
func (a *Analyzer) scroll(w *window) {
	if w.visit < 0 {
		return
	}
	v, y := &a.r.Visits[w.visit], w.scrolled().Y
	v.ScrollTop = max(v.ScrollTop, y)
	v.ScrollBottom = max(v.ScrollBottom, y+max(0, finite(w.page.View.Height)))
}

// setHeight takes note of how high the document is.
func (a *Analyzer) setHeight(w *window, height float64) {
	if w.visit >= 0 && height > 0 {
		v := &a.r.Visits[w.visit]
		v.Height = max(v.Height, finite(height))
	}
}

// setHidden takes note that the window is shown or hidden.
func (a *Analyzer) setHidden(w *window, hidden bool) {
	if w.hidden && !hidden && w.visit >= 0 {
		v := &a.r.Visits[w.visit]
		v.Hidden += a.now - max(w.hiddenAt, v.Start)
	}
	if !w.hidden && hidden {
		w.hiddenAt = a.now
	}
	w.hidden = hidden
}

// finish returns the visit as a report has it.
func (v Visit) finish() Visit {
	if v.Height > 0 {
		v.ScrollPercent = min(100, 100*v.ScrollBottom/v.Height)
	}
	return v
}

// interact takes note that the user did something in the window at the time t.
// The time since the last such event is active if it is short; it belongs to
// the visits that it was spent in.
func (a *Analyzer) interact(w *window, t time.Duration) {
	from, to := a.spans.add(t, a.opts.ActiveGap, &a.r.LeftOut.Spans)
	if to > from {
		start := to
		if w.visit >= 0 {
			v := &a.r.Visits[w.visit]
			start = min(max(v.Start, from), to)
			v.Active += to - start
			a.attend(w, v.Path, to-start)
		}
		if last := a.spans.visit; last >= 0 && start > from {
			a.r.Visits[last].Active += start - from
		}
	}
	a.spans.visit = w.visit
}

// A spans is what an Analyzer knows of when the user was active.
type spans struct {
	list   []Span // active ones that are over
	now    Span   // the one that goes on, if begun
	begun  bool
	active time.Duration
	visit  int // of the last interaction, -1 for none
}

// add takes an interaction at the time t. It returns the active time that comes
// to an end with it.
func (s *spans) add(t, gap time.Duration, left *int64) (from, to time.Duration) {
	switch {
	case !s.begun:
		s.begun, s.visit, s.now = true, -1, Span{t, t, true}
	case t <= s.now.End:
	case t-s.now.End <= gap:
		from, to = s.now.End, t
		s.active += to - from
		s.now.End = t
	default:
		add(&s.list, s.now, maxSpans/2, left)
		s.now = Span{t, t, true}
	}
	return from, to
}

// all returns the active spans with the idle ones between.
func (s *spans) all(first, last time.Duration) []Span {
	list := make([]Span, 0, 2*len(s.list)+3)
	at := first
	idle := func(until time.Duration) {
		if until > at {
			list = append(list, Span{at, until, false})
		}
	}
	active := s.list
	if s.begun {
		active = append(active[:len(active):len(active)], s.now)
	}
	for _, x := range active {
		idle(x.Start)
		list = append(list, x)
		at = max(at, x.End)
	}
	idle(last)
	return list
}
