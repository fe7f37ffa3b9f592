package signals

import (
	"math"
	"slices"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A thrash is how the pointer went of late, and the moment that comes of it.
type thrash struct {
	legs   []leg
	x, y   float64 // of the last position that counted
	dx, dy float64 // of the last leg
	placed bool

	turns    int // of legs
	distance float64

	moment *Moment // that goes on
}

// A leg is one movement of the pointer.
type leg struct {
	start, end time.Duration
	length     float64
	turned     bool // back, from the one before
}

const maxLegs = 1000

// reset forgets how the pointer went.
func (t *thrash) reset() {
	t.legs, t.placed, t.turns, t.distance = t.legs[:0], false, 0, 0
	t.dx, t.dy = 0, 0
}

// A pointer is where the pointer was last.
type pointer struct {
	time time.Duration
	seen bool
	node snapshot.NodeID
	cell int // index in Heat.Moves, -1 for none
}

// move takes positions of the pointer.
func (a *Analyzer) move(w *window, at time.Duration, e *format.Move) {
	g := ground{scrolled: w.scrolled()}
	if w.visit >= 0 {
		g.heat = a.pageHeat(a.path(w))
	}
	for i := range e.Positions {
		p := &e.Positions[i]
		// Offsets come from outside.
		t := at + time.Duration(min(max(finite(p.TimeOffset), -60_000), 60_000)*float64(time.Millisecond))
		x, y := finite(p.X), finite(p.Y)
		if i == 0 || p.ID != e.Positions[i-1].ID {
			g.inTop = top(w.page, p.ID)
		}
		a.heatMove(w, &g, p.ID, t, x, y)
		if e.Source == format.KindMouseMove && !w.page.Pointer.Down {
			a.thrashed(w, p.ID, t, x, y)
		}
	}
	if e.Source != format.KindMouseMove {
		w.thrash.reset()
	}
}

// thrashed takes a position of a pointer that is free to go.
func (a *Analyzer) thrashed(w *window, id snapshot.NodeID, at time.Duration, x, y float64) {
	t := &w.thrash
	if !t.placed {
		t.x, t.y, t.placed = x, y, true
		t.legs = append(t.legs[:0], leg{start: at, end: at})
		return
	}
	dx, dy := x-t.x, y-t.y
	length := math.Hypot(dx, dy)
	if length < a.opts.ThrashStep {
		return
	}
	start := at
	if n := len(t.legs); n > 0 {
		start = min(at, t.legs[n-1].end)
	}
	l := leg{start: start, end: at, length: length, turned: dx*t.dx+dy*t.dy < 0}
	t.x, t.y, t.dx, t.dy = x, y, dx, dy
	t.legs = append(t.legs, l)
	t.distance += length
	if l.turned {
		t.turns++
	}
	old := 0
	for old < len(t.legs)-1 && (at-t.legs[old].start > a.opts.ThrashWithin || len(t.legs)-old > maxLegs) {
		t.distance -= t.legs[old].length
		if t.legs[old].turned {
			t.turns--
		}
		old++
	}
	t.legs = slices.Delete(t.legs, 0, old)
	if t.turns < a.opts.ThrashTurns || t.distance < a.opts.ThrashDistance {
		a.endThrash(w)
		return
	}
	if m := t.moment; m != nil {
		m.End, m.Distance, m.Target.Node = at, m.Distance+length, id
		if l.turned {
			m.Turns++
		}
		return
	}
	t.moment = &Moment{
		Kind: Thrashing, Time: t.legs[0].start, End: at, Turns: t.turns, Distance: t.distance,
		Window: w.id, Visit: w.visit, Path: a.path(w), Target: Target{Node: id},
	}
}

// endThrash adds the moment of a thrashed pointer, if it is one.
func (a *Analyzer) endThrash(w *window) {
	if m := w.thrash.moment; m != nil {
		w.thrash.moment = nil
		ended := *m
		ended.Target = w.target(m.Target.Node)
		add(&a.r.Moments, ended, maxMoments, &a.r.LeftOut.Moments)
	}
}
