package replay

import (
	"cmp"
	"slices"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A PointerSample is where the pointer was at one time.
type PointerSample struct {
	Time           time.Duration
	Source         format.Kind   // KindMouseMove, KindTouchMove, KindDrag or, where it pressed or clicked, KindMouseInteraction
	Action         format.Action // of a KindMouseInteraction
	Node           snapshot.NodeID
	snapshot.Point // in CSS pixels of the node's viewport
}

// heldBack is how long a recorder keeps pointer positions before it sends them:
// rrweb half a second, other recorders and busy pages longer.
const heldBack = 2 * time.Second

// maxAhead is how many events a Player reads ahead to find such positions.
const maxAhead = 4096

// positionTime returns when the pointer was at a position of a Move event.
func positionTime(e *format.Event, at *format.Position) time.Duration {
	const day = 24 * 3600e3
	offset := at.TimeOffset
	if offset != offset || offset < -day || offset > day { // no recorder's
		offset = 0
	}
	return plus(e.Time, time.Duration(offset*float64(time.Millisecond)))
}

// Pointer returns where the pointer of a window is at the Player's time, and
// whether it is pressed. A recorder sends positions in runs, up to some time
// after the pointer was there: those in the next run that are not later than the
// Player's time count, which the page's own Pointer does not have yet.
func (p *Player) Pointer(w format.WindowID) snapshot.Pointer {
	page := p.pages[w]
	if page == nil {
		return snapshot.Pointer{}
	}
	now := p.Time()
	pointer, found := page.Pointer, never
	for i := range maxAhead {
		if p.head+i == len(p.ahead) && !p.read() {
			break
		}
		e := &p.ahead[p.head+i]
		if e.Time > plus(now, heldBack) {
			break
		}
		m, ok := e.Data.(*format.Move)
		if !ok || e.Window != w {
			continue
		}
		for j := range m.Positions {
			at := &m.Positions[j]
			if t := positionTime(e, at); t <= now && t >= found {
				found, pointer.Node, pointer.Point = t, at.ID, snapshot.Point{X: at.X, Y: at.Y}
			}
		}
	}
	if found == never {
		return page.Pointer
	}
	for p.past.start > 0 && p.past.window(w).moved == never && p.past.clock >= found && p.deepen() {
	}
	if p.past.window(w).moved > found { // pressed since
		return page.Pointer
	}
	return pointer
}

// Trail returns where the pointer of a window was from one time to another,
// both included, in order of time: a position each that a Move event has, and
// that a MouseInteraction has. It does not move the Player. The error is the
// source's; what was found is returned.
func (p *Player) Trail(w format.WindowID, from, to time.Duration) ([]PointerSample, error) {
	var list []PointerSample
	add := func(s PointerSample) {
		if from <= s.Time && s.Time <= to {
			list = append(list, s)
		}
	}
	err := p.between(w, from, to, func(e *format.Event) {
		switch d := e.Data.(type) {
		case *format.MouseInteraction:
			if d.X != nil && d.Y != nil {
				add(PointerSample{e.Time, format.KindMouseInteraction, d.Action, d.ID, snapshot.Point{X: *d.X, Y: *d.Y}})
			}
		case *format.Move:
			for i := range d.Positions {
				at := &d.Positions[i]
				add(PointerSample{positionTime(e, at), d.Source, 0, at.ID, snapshot.Point{X: at.X, Y: at.Y}})
			}
		}
	})
	slices.SortStableFunc(list, func(a, b PointerSample) int { return cmp.Compare(a.Time, b.Time) })
	return list, err
}

// Clicks returns the clicks in a window from one time to another, both
// included, in order of time. A double click is two. It does not move the
// Player. The error is the source's; what was found is returned.
func (p *Player) Clicks(w format.WindowID, from, to time.Duration) ([]PointerSample, error) {
	list, err := p.Trail(w, from, to)
	return slices.DeleteFunc(list, func(s PointerSample) bool {
		return s.Source != format.KindMouseInteraction || s.Action != format.Click
	}), err
}

// between shows the events of a window that can tell of a span of time to see.
func (p *Player) between(w format.WindowID, from, to time.Duration, see func(*format.Event)) error {
	for e, err := range p.src.Replay(from, plus(to, heldBack)) {
		if err != nil {
			return err
		}
		if e.Window == w {
			see(&e)
		}
	}
	return nil
}
