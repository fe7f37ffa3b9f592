package signals

import (
	"math"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A press is a run of clicks on one thing that wait for an answer of the page,
// and for errors.
type press struct {
	node        snapshot.NodeID // what was clicked: a control, or the element itself
	target      Target
	x, y        float64
	first, last time.Duration
	clicks      int
	visit       int
	path        string

	waits     bool // for an answer: it can be dead
	answered  bool
	errors    int
	uncaught  bool
	errorTime time.Duration // of the first
}

// A chain is a run of clicks close to each other in time and place.
type chain struct {
	target    Target
	clicks    int
	times     []time.Duration // of the last ones
	first     time.Duration
	last      time.Duration
	cx, cy    float64 // of the first, in the viewport
	x, y      float64 // of the first, in the document
	distance  float64
	rage      bool
	answers   int // of the page, when the last click came
	answered  int
	clickable bool
	text      bool // a field for text is clicked
	visit     int
	path      string
}

const maxPresses = 64 // of a window that wait

// paragraph is how many clicks select a paragraph.
const paragraph = 3

// click takes a click.
func (a *Analyzer) click(w *window, e *format.MouseInteraction) {
	id := e.ID
	what := a.control(w.page, id)
	clickable := what != 0
	if !clickable {
		what = id
	}
	var cx, cy float64
	if e.X != nil && e.Y != nil {
		cx, cy = finite(*e.X), finite(*e.Y)
	}
	x, y := 0.0, 0.0
	inTop := top(w.page, id)
	if inTop {
		s := w.scrolled()
		x, y = cx+s.X, cy+s.Y
	}
	target := w.target(what)

	// Rage.
	c := &w.chain
	far := math.Hypot(cx-c.cx, cy-c.cy)
	if c.clicks > 0 && (c.visit != w.visit || a.now-c.last > a.opts.RageWithin || far > a.opts.RageDistance) {
		a.endChain(w)
	}
	if c.clicks == 0 {
		*c = chain{target: target, clickable: clickable, first: a.now, cx: cx, cy: cy, x: x, y: y, visit: w.visit, path: a.path(w), times: c.times[:0]}
		far = 0
	} else if w.answers > c.answers {
		c.answered++
	}
	c.clicks++
	c.last = a.now
	c.distance = max(c.distance, far)
	c.answers = w.answers
	c.text = c.text || inTextField(w.page, id)
	need := a.opts.RageClicks
	if !c.clickable {
		need = max(need, paragraph+1)
	}
	if len(c.times) == need {
		c.times = append(c.times[:0], c.times[1:]...)
	}
	c.times = append(c.times, a.now)
	if len(c.times) == need && a.now-c.times[0] <= a.opts.RageWithin {
		c.rage = true
	}

	// Dead, and errors.
	var p *press
	if n := len(w.presses); n > 0 {
		if q := w.presses[n-1]; q.node == what && a.now-q.last <= a.opts.RageWithin && q.visit == w.visit {
			p = q
			p.clicks++
			p.last = a.now
		}
	}
	if p == nil {
		if len(w.presses) == maxPresses {
			a.endPress(w, *w.presses[0])
			w.presses = w.presses[1:]
		}
		p = &press{node: what, target: target, x: x, y: y, first: a.now, last: a.now, clicks: 1, visit: w.visit, path: a.path(w)}
		p.waits = (clickable || a.opts.DeadAnywhere) && element(w.page, what) != nil && !a.isQuiet(w.page, id)
		w.presses = append(w.presses, p)
	}
	w.prompt, w.used = a.now, true

	a.heatClick(w, id, x, y, inTop)
	a.submitClick(w, what)
	a.stepClick(w, id)
}

// answer takes note that the page did something, which answers the clicks of
// the window that are no older than within, or DeadAfter where that is 0.
func (a *Analyzer) answer(w *window, within time.Duration) {
	if within == 0 {
		within = a.opts.DeadAfter
	}
	if w.since(a.now) <= within {
		w.answers++
	}
	for _, p := range w.presses {
		if a.now-p.last <= within {
			p.answered = true
		}
	}
}

// failed takes an error of the page. It is due to the last click in time,
// unless such errors come by themselves all the time.
func (a *Analyzer) failed(w *window, uncaught bool) {
	if w.errors.change(a.now, w.since(a.now), a.opts.ErrorWithin, a.opts.Recurring) {
		return
	}
	if n := len(w.presses); n > 0 {
		p := w.presses[n-1]
		if a.now-p.last > a.opts.ErrorWithin {
			return
		}
		if p.errors == 0 {
			p.errorTime, p.uncaught = a.now, uncaught
		}
		p.errors++
	}
}

// since returns how long ago the user did something in the window.
func (w *window) since(now time.Duration) time.Duration {
	if !w.used {
		return always
	}
	return now - w.prompt
}

// always is longer than any session.
const always = time.Duration(math.MaxInt64)

// expirePresses decides the clicks that have waited long enough.
func (a *Analyzer) expirePresses(w *window) {
	kept := w.presses[:0]
	for _, p := range w.presses {
		if a.now-p.last > max(a.opts.DeadAfter, a.opts.ErrorWithin) {
			a.endPress(w, *p)
			continue
		}
		kept = append(kept, p)
	}
	clear(w.presses[len(kept):])
	w.presses = kept
}

// endPress adds the moments of a run of clicks.
func (a *Analyzer) endPress(w *window, p press) {
	m := Moment{
		Time: p.first, Window: w.id, Visit: p.visit, Path: p.path, Target: p.target, X: p.x, Y: p.y, Clicks: p.clicks,
	}
	if p.errors > 0 {
		e := m
		e.Kind, e.End, e.Errors, e.Uncaught = ErrorClick, p.errorTime, p.errors, p.uncaught
		add(&a.r.Moments, e, maxMoments, &a.r.LeftOut.Moments)
	}
	if p.waits && !p.answered && a.now-p.last >= a.opts.DeadAfter {
		m.Kind, m.End = DeadClick, p.last
		add(&a.r.Moments, m, maxMoments, &a.r.LeftOut.Moments)
	}
}

// expireChain ends a chain that no click can belong to any more.
func (a *Analyzer) expireChain(w *window) {
	if w.chain.clicks > 0 && a.now-w.chain.last > a.opts.RageWithin {
		a.endChain(w)
	}
}

// endChain adds the moment of a chain that is one of rage.
func (a *Analyzer) endChain(w *window) {
	c := &w.chain
	if c.clicks == 0 {
		return
	}
	if w.answers > c.answers {
		c.answered++
	}
	if c.rage && !c.text && (c.answered < c.clicks || a.opts.RageAnswered) {
		add(&a.r.Moments, Moment{
			Kind: RageClick, Time: c.first, End: c.last, Window: w.id, Visit: c.visit, Path: c.path, Target: c.target,
			X: c.x, Y: c.y, Clicks: c.clicks, Answered: c.answered, Distance: c.distance,
		}, maxMoments, &a.r.LeftOut.Moments)
	}
	*c = chain{times: c.times[:0]}
}
