package signals

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/pagetape/pagetape/snapshot"
)

// A Heat is what drew clicks, the pointer and attention on one page, over all
// its visits.
//
// No recorder tells where elements are, so positions are those of the document,
// in CSS pixels, with the width that the viewport had: X/Width compares pages
// of different widths. Which element it was is told by its selector.
type Heat struct {
	Path string `json:"path"`
	// Elements are those that were clicked, or hovered over for HoverTime: most
	// clicks first, then longest hovered over.
	Elements []ElementHeat `json:"elements"`
	Clicks   []ClickPoint  `json:"clicks"` // by time; those in frames are with Elements alone
	Moves    []MoveCell    `json:"moves"`  // from the top, then from the left
	CellSize float64       `json:"cellSize"`
	// Attention is for how long the user was active with a band of the page in
	// the viewport: the first BandHeight pixels, the next, and so on.
	Attention  []time.Duration `json:"attention"`
	BandHeight float64         `json:"bandHeight"`
}

// An ElementHeat is what one element drew: itself, not what is in it.
type ElementHeat struct {
	Target               // as it was at first
	Clicks int           `json:"clicks"`
	Moves  int           `json:"moves"` // positions of the pointer
	Hover  time.Duration `json:"hover"` // for how long the pointer was on it, pauses of more than ActiveGap left out
}

// A ClickPoint is where a click was.
type ClickPoint struct {
	Time     time.Duration `json:"time"`
	X        float64       `json:"x"`
	Y        float64       `json:"y"`
	Width    float64       `json:"width"` // of the viewport
	Selector string        `json:"selector"`
}

// A MoveCell is how often and for how long the pointer was in one square of the
// page, of which X and Y are the corner.
type MoveCell struct {
	X     float64       `json:"x"`
	Y     float64       `json:"y"`
	Moves int           `json:"moves"`
	Time  time.Duration `json:"time"`
}

// ClickPoints returns the clicks as points of a heat map.
func (h *Heat) ClickPoints() []snapshot.HeatPoint {
	points := make([]snapshot.HeatPoint, len(h.Clicks))
	for i, c := range h.Clicks {
		points[i] = snapshot.HeatPoint{Point: snapshot.Point{X: c.X, Y: c.Y}, Weight: 1}
	}
	return points
}

// MovePoints returns the squares that the pointer was in as points of a heat
// map, each in the middle, by how long it was there in seconds.
func (h *Heat) MovePoints() []snapshot.HeatPoint {
	points := make([]snapshot.HeatPoint, len(h.Moves))
	for i, c := range h.Moves {
		middle := snapshot.Point{X: c.X + h.CellSize/2, Y: c.Y + h.CellSize/2}
		points[i] = snapshot.HeatPoint{Point: middle, Weight: c.Time.Seconds()}
	}
	return points
}

// A heat is a Heat in the making.
type heat struct {
	h        Heat
	elements map[elementKey]int
	cells    map[cellKey]int
}

// Elements are told apart by selector, which one that is made anew has again.
type elementKey struct {
	selector string
	node     snapshot.NodeID // where there is no selector
}

type cellKey struct{ x, y int }

// pageHeat returns the heat of a page, nil for one too many.
func (a *Analyzer) pageHeat(path string) *heat {
	h := a.heat[path]
	if h == nil && len(a.heat) < maxPages {
		h = &heat{
			h:        Heat{Path: path, CellSize: a.opts.CellSize, BandHeight: a.opts.BandHeight},
			elements: make(map[elementKey]int), cells: make(map[cellKey]int),
		}
		a.heat[path] = h
		a.paths = append(a.paths, path)
	}
	return h
}

// elementHeat returns the index of what an element drew, -1 for one that is not
// on the page, or is one too many.
func (a *Analyzer) elementHeat(w *window, h *heat, id snapshot.NodeID) int {
	if element(w.page, id) == nil {
		return -1
	}
	if _, known := w.names[id]; !known && a.elements >= maxElements {
		a.r.LeftOut.Elements++
		return -1
	}
	key := elementKey{selector: w.selector(id)}
	if key.selector == "" {
		key.node = id
	}
	i, ok := h.elements[key]
	if !ok {
		if a.elements >= maxElements {
			a.r.LeftOut.Elements++
			return -1
		}
		a.elements++
		i = len(h.h.Elements)
		h.elements[key] = i
		h.h.Elements = append(h.h.Elements, ElementHeat{Target: w.target(id)})
	}
	return i
}

// heatClick takes a click at a place of the document.
func (a *Analyzer) heatClick(w *window, id snapshot.NodeID, x, y float64, inTop bool) {
	if w.visit < 0 {
		return
	}
	a.r.Visits[w.visit].Clicks++
	h := a.pageHeat(a.path(w))
	if h == nil {
		a.r.LeftOut.Pages++
		return
	}
	if i := a.elementHeat(w, h, id); i >= 0 {
		h.h.Elements[i].Clicks++
	}
	if inTop {
		p := ClickPoint{Time: a.now, X: x, Y: y, Width: finite(w.page.View.Width), Selector: w.selector(id)}
		if a.clicks++; a.clicks > maxClicks {
			a.r.LeftOut.Clicks++
			return
		}
		h.h.Clicks = append(h.h.Clicks, p)
	}
}

// A ground is what an event's moves go over.
type ground struct {
	heat     *heat
	scrolled snapshot.Point
	inTop    bool // the element is in the page's own document

	// The element that the pointer was found on last, 0 for none, and what it
	// drew: index in Heat.Elements.
	node    snapshot.NodeID
	element int
}

// heatMove takes a position of the pointer in the viewport.
func (a *Analyzer) heatMove(w *window, g *ground, id snapshot.NodeID, at time.Duration, x, y float64) {
	if w.visit < 0 {
		return
	}
	h, s := g.heat, g.scrolled
	if h == nil {
		a.r.LeftOut.Pages++
		return
	}
	p := &w.pointer
	if rest := at - p.time; p.seen && rest > 0 && rest <= a.opts.ActiveGap {
		a.hovered(w, g, p.node, 0, rest)
		if p.cell >= 0 {
			h.h.Moves[p.cell].Time += rest
		}
	}
	*p = pointer{time: max(at, p.time), seen: true, node: id, cell: -1}
	a.hovered(w, g, id, 1, 0)
	if !g.inTop {
		return
	}
	key := cellKey{int(math.Floor((x + s.X) / a.opts.CellSize)), int(math.Floor((y + s.Y) / a.opts.CellSize))}
	i, ok := h.cells[key]
	if !ok {
		if a.cells == maxCells {
			a.r.LeftOut.Cells++
			return
		}
		a.cells++
		i = len(h.h.Moves)
		h.cells[key] = i
		h.h.Moves = append(h.h.Moves, MoveCell{X: float64(key.x) * a.opts.CellSize, Y: float64(key.y) * a.opts.CellSize})
	}
	h.h.Moves[i].Moves++
	p.cell = i
}

// A hover is what the pointer did on an element before it was there for long
// enough to count.
type hover struct {
	moves int
	time  time.Duration
}

// hovered takes positions and time of the pointer on an element. Selectors take
// long to make, and most elements are only passed over.
func (a *Analyzer) hovered(w *window, g *ground, id snapshot.NodeID, moves int, d time.Duration) {
	if id == g.node && id != 0 {
		e := &g.heat.h.Elements[g.element]
		e.Moves += moves
		e.Hover += d
		return
	}
	g.node = 0
	x := w.hover[id]
	if x == nil {
		if len(w.hover) >= maxNames {
			clear(w.hover)
		}
		x = &hover{}
		w.hover[id] = x
	}
	x.moves += moves
	x.time += d
	_, known := w.names[id]
	if !known && x.time < a.opts.HoverTime {
		return
	}
	if i := a.elementHeat(w, g.heat, id); i >= 0 {
		e := &g.heat.h.Elements[i]
		e.Moves += x.moves
		e.Hover += x.time
		g.node, g.element = id, i
	}
	*x = hover{}
}

// attend takes time that the user was active with the page in view.
func (a *Analyzer) attend(w *window, path string, d time.Duration) {
	h := a.pageHeat(path)
	height := finite(w.page.View.Height)
	if h == nil || height <= 0 || d <= 0 {
		return
	}
	y := max(0, w.scrolled().Y)
	first, end := int(y/a.opts.BandHeight), int(math.Ceil((y+height)/a.opts.BandHeight))
	if end = min(end, maxBands); end > len(h.h.Attention) {
		h.h.Attention = append(h.h.Attention, make([]time.Duration, end-len(h.h.Attention))...)
	}
	for i := first; i < end; i++ {
		h.h.Attention[i] += d
	}
}

// report returns what was found so far.
func (h *heat) report() Heat {
	r := h.h
	r.Elements = list(r.Elements)
	slices.SortStableFunc(r.Elements, func(a, b ElementHeat) int {
		return cmp.Or(cmp.Compare(b.Clicks, a.Clicks), cmp.Compare(b.Hover, a.Hover))
	})
	r.Clicks = list(r.Clicks)
	r.Moves = list(r.Moves)
	slices.SortFunc(r.Moves, func(a, b MoveCell) int { return cmp.Or(cmp.Compare(a.Y, b.Y), cmp.Compare(a.X, b.X)) })
	r.Attention = list(r.Attention)
	return r
}
