package replay

import (
	"cmp"
	"slices"
	"time"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A spot is a place in a session.
type spot struct {
	time  time.Duration
	index int // of an event
}

// A finding is what a finder knows of one window.
type finding struct {
	id    format.WindowID
	judge judge
	look  again // w.again
	same  continuity
	page  *snapshot.Page            // nil before an event was applied
	at    spot                      // of the event that is looked at
	from  spot                      // where what matches now begins: there, or at the keyframe
	open  map[snapshot.NodeID]Match // those that go on
	ended []Match
	gone  []snapshot.NodeID // open, and about to go
	any   bool              // any of those that are open can be about to go
	late  bool              // the page is a keyframe's, and was not looked at
}

func newFinding(id format.WindowID, j judge) *finding {
	w := &finding{id: id, judge: j, open: make(map[snapshot.NodeID]Match)}
	w.look = w.again
	return w
}

// before looks at the page before an event. What a keyframe has is looked at
// now: before a full snapshot it has next to nothing.
func (w *finding) before(e *format.Event, at spot) {
	m, change := e.Data.(*format.Mutation)
	if !change && !w.late {
		return
	}
	if _, full := e.Data.(*format.FullSnapshot); full {
		return
	}
	w.settle(at)
	if change && w.page != nil {
		w.judge.before(w.page, m)
		w.going(m)
	}
}

// settle looks at a keyframe's page, at that event or the end. What matches does
// so from the keyframe on.
func (w *finding) settle(at spot) {
	if w.late {
		w.late, w.at = false, at
		w.all()
	}
}

// fewOpen is how many spans are looked at without asking whether they can end.
const fewOpen = 8

// going notes what a mutation takes off the page, if what is open is so much
// that it pays. What it replaces is more than it says.
func (w *finding) going(e *format.Mutation) {
	if w.gone, w.any = w.gone[:0], len(w.open) <= fewOpen; w.any {
		return
	}
	for i := range e.Adds {
		n, up := e.Adds[i].Node, e.Adds[i].Parent
		switch {
		case n == nil:
		case w.page.Kind(up) == snapshot.KindDocument: // its root element is another one
			w.any = true
			return
		case n.Kind == snapshot.KindDocument: // so is that of the frame
			w.goes(up)
			fallthrough
		default: // it moves, or is replaced
			w.goes(n.ID)
		}
	}
	for i := range e.Removes {
		w.goes(e.Removes[i].ID)
	}
}

// goes notes what is open of a node and all that is below it.
func (w *finding) goes(id snapshot.NodeID) {
	for id, n := range w.page.Subtree(id) {
		if n.Type != html.ElementNode {
			continue
		}
		if _, open := w.open[id]; open {
			w.gone = append(w.gone, id)
		}
	}
}

// all looks again at all of the page.
func (w *finding) all() {
	w.sweep()
	w.judge.all(w.page, w.look)
}

// apply looks at the page after an event. goesOn says that a full snapshot is
// one of the page that was there before.
func (w *finding) apply(e *format.Event, goesOn bool, at spot) {
	w.at, w.from = at, at
	switch data := e.Data.(type) {
	case *format.Keyframe:
		w.late, w.from.index = true, int(data.Events)
	case *format.FullSnapshot:
		if w.late = false; !goesOn {
			w.endAll(EndPage, at)
		}
		w.all()
	case *format.Mutation:
		switch {
		case !w.any:
			for _, id := range w.gone {
				w.check(id)
			}
		case len(data.Removes)+len(data.Adds) > 0:
			w.sweep()
		}
		w.judge.after(w.page, e, w.look)
	default:
		w.judge.after(w.page, e, w.look)
	}
}

// sweep ends the spans of what is not on the page any more.
func (w *finding) sweep() {
	for id := range w.open {
		w.check(id)
	}
}

// check ends the span of an element that is not on the page any more. Another
// one of its id came with the event, and is looked at again for that.
func (w *finding) check(id snapshot.NodeID) {
	if w.page.Kind(id) != snapshot.KindElement {
		w.end(id, EndRemoved, w.at)
	}
}

// again looks again at one element.
func (w *finding) again(x element) {
	if x.id <= 0 || x.Type != html.ElementNode {
		return
	}
	matches := w.judge.match(w.page, x)
	switch _, open := w.open[x.id]; {
	case matches && !open:
		w.open[x.id] = Match{
			Window: w.id, ID: x.id, Start: max(w.from.time, 0), First: w.from.index, Tag: x.Data, Text: w.judge.text(w.page, x),
		}
	case !matches && open:
		w.end(x.id, EndChanged, w.at)
	}
}

// end ends the span of an element, if there is one.
func (w *finding) end(id snapshot.NodeID, why End, at spot) {
	if m, open := w.open[id]; open {
		m.End, m.Last, m.Why = max(at.time, 0), at.index, why
		w.ended = append(w.ended, m)
		delete(w.open, id)
	}
}

func (w *finding) endAll(why End, at spot) {
	for id := range w.open {
		w.end(id, why, at)
	}
}

// flush yields the spans that have ended.
func (w *finding) flush(yield func(Match, error) bool) bool {
	if len(w.ended) == 0 {
		return true
	}
	slices.SortFunc(w.ended, func(a, b Match) int { return cmp.Or(a.First-b.First, int(a.ID-b.ID)) })
	for _, m := range w.ended {
		if !yield(m, nil) {
			return false
		}
	}
	w.ended = w.ended[:0]
	return true
}

// A continuity tells whether a full snapshot of a window is of the page that was
// there before.
type continuity struct {
	shown, snapped string // address that it shows, and that of the last full snapshot
	reloaded       bool
	keyed          bool            // the page is a keyframe's, of which not all need be there
	root           snapshot.NodeID // of the page before that
}

// see looks at an event before it is applied. It returns false for a full
// snapshot of another page: one that was loaded since the last, has ids of its
// own, or, at another address, is not what the events have made of the page.
func (c *continuity) see(page *snapshot.Page, e *format.Event) bool {
	keyed := c.keyed
	c.keyed = keyed && e.Data.Kind() == format.KindMeta
	switch data := e.Data.(type) {
	case *format.Meta:
		c.shown = data.URL
	case *format.Load, *format.DOMContentLoaded:
		c.reloaded = true
	case *format.Keyframe:
		switch c.keyed = true; {
		case page != nil && page.Root() != nil:
			c.root = page.RootID()
		case data.View != nil:
			c.shown, c.snapped = data.View.URL, data.View.URL
		}
	case *format.FullSnapshot:
		same := page != nil && (page.Root() != nil || keyed) && data.Node != nil && !c.reloaded
		switch {
		case !same:
		case keyed:
			same = c.shown == c.snapped && c.root == data.Node.ID
		case renumbered(page, data.Node):
			same = false
		case c.shown != c.snapped:
			same = len(snapshot.Compare(normal(data.Node), page.Snapshot(), 1)) == 0
		}
		*c = continuity{shown: c.shown, snapped: c.shown}
		return same
	}
	return true
}
