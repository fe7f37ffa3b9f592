package snapshot

import (
	"math"
	"strconv"
)

// An Overlay is what Render draws above a page. All positions are in CSS
// pixels of the page's document: those of the viewport plus how far the
// document was scrolled then.
//
// Positions that were recorded over a frame's content are in the viewport of
// the frame, and where that is on the page only a browser's layout tells: what
// is in Frames is drawn in the frames themselves.
type Overlay struct {
	Pointer *Pointer    // where the pointer is; nil is not drawn
	Trail   []Point     // where it came along, oldest first
	Clicks  []Point     // oldest first
	Heat    []HeatPoint // of a heat map

	// Frames has the overlays of frames by the id of their documents, with
	// positions in those documents.
	Frames map[NodeID]*Overlay
}

// A HeatPoint is a place that drew attention. Weights are relative to the
// largest of an Overlay; one that is not above 0 is not drawn.
type HeatPoint struct {
	Point
	Weight float64
}

// Document returns the id of the document that the node with that id is in: of
// a frame's for what is in a frame, and its own for a document. It is 0 where
// there is no such node.
func (p *Page) Document(id NodeID) NodeID {
	n := p.lookup(id)
	for n != nil && n.kind != KindDocument {
		n = n.parent()
	}
	if n == nil {
		return 0
	}
	return n.id
}

// ViewScroll returns how far the view of the document that the node with that
// id is in is scrolled: what is to be added to a position in the viewport to
// have one in the document.
func (p *Page) ViewScroll(id NodeID) Point {
	n := p.lookup(id)
	for n != nil && n.kind != KindDocument {
		n = n.parent()
	}
	if n == nil {
		return Point{}
	}
	return deref(n.viewScroll())
}

const (
	// maxOverlay is how far from the document's origin something is drawn.
	maxOverlay = 1 << 18
	// maxMarks is how many points of a kind are drawn; of a trail, every so
	// manieth, of a heat map, those near each other together.
	maxMarks = 2048

	heatRadius  = 28
	clickRadius = 13
	// overlayEdge is how much of a mark is drawn beyond its point, where the
	// document is not known to go further.
	overlayEdge = 20
)

func (pt Point) isDrawable() bool {
	return math.Abs(pt.X) <= maxOverlay && math.Abs(pt.Y) <= maxOverlay // NaN is not
}

// A drawing is a SVG document in the making, as a data URL holds it.
type drawing struct {
	buf  []byte
	most Point // the largest coordinates
}

// draw returns the SVG of o and its size, "" where there is nothing to draw.
// The document reaches at least as far as reach.
func (o *Overlay) draw(reach Point) (svg string, width, height float64) {
	d := &drawing{}
	d.heat(o.Heat)
	d.trail(o.Trail)
	d.clicks(o.Clicks)
	if o.Pointer != nil {
		d.pointer(o.Pointer)
	}
	if len(d.buf) == 0 {
		return "", 0, 0
	}
	size := func(most, reach float64) float64 {
		if !(reach >= 0 && reach <= maxOverlay) {
			reach = 0
		}
		return math.Ceil(max(1, most, min(most+overlayEdge, reach)))
	}
	width, height = size(d.most.X, reach.X), size(d.most.Y, reach.Y)
	head := drawing{}
	head.str("<svg xmlns='http://www.w3.org/2000/svg' width='").num(width).str("' height='").num(height).str("'>")
	head.buf = append(head.buf, d.buf...)
	head.str("</svg>")
	return string(head.buf), width, height
}

func (d *drawing) str(s string) *drawing {
	d.buf = append(d.buf, s...)
	return d
}

func (d *drawing) num(f float64) *drawing {
	d.buf = strconv.AppendFloat(d.buf, math.Round(f*10)/10, 'f', -1, 64)
	return d
}

func (d *drawing) at(pt Point) *drawing {
	d.most.X, d.most.Y = max(d.most.X, pt.X), max(d.most.Y, pt.Y)
	return d.num(pt.X).str(" ").num(pt.Y)
}

func (d *drawing) circle(pt Point, r float64, how string) {
	d.most.X, d.most.Y = max(d.most.X, pt.X), max(d.most.Y, pt.Y)
	d.str("<circle cx='").num(pt.X).str("' cy='").num(pt.Y).str("' r='").num(r).str("' ").str(how).str("/>")
}

// heat draws a heat map: spots that add up in their opacity, which a filter
// turns into colours: those of the inferno map, which people with any kind of
// colour vision can tell apart, from its bright end to its dark one.
func (d *drawing) heat(points []HeatPoint) {
	points = mergeHeat(points)
	most := 0.0
	for _, h := range points {
		most = max(most, h.Weight)
	}
	if len(points) == 0 {
		return
	}
	d.str("<defs><radialGradient id='spot'><stop offset='0' stop-opacity='1'/><stop offset='.4' stop-opacity='.55'/><stop offset='1' stop-opacity='0'/></radialGradient>" +
		"<filter id='heat' x='0' y='0' width='1' height='1' color-interpolation-filters='sRGB'>" +
		"<feColorMatrix values='0 0 0 1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1 0'/><feComponentTransfer>" +
		"<feFuncR type='table' tableValues='.99 .99 .93 .73 .47 .2'/><feFuncG type='table' tableValues='.89 .69 .41 .22 .11 .04'/>" +
		"<feFuncB type='table' tableValues='.47 .16 .15 .33 .43 .37'/><feFuncA type='table' tableValues='0 .51 .63 .71 .76 .8'/>" +
		"</feComponentTransfer></filter></defs><g filter='url(#heat)'>")
	for _, h := range points {
		d.circle(h.Point, heatRadius, "fill='url(#spot)' fill-opacity='"+strconv.FormatFloat(max(.08, math.Round(h.Weight/most*100)/100), 'f', -1, 64)+"'")
	}
	d.str("</g>")
}

// mergeHeat puts together the points in one cell of a grid, which is as coarse
// as it takes to have few enough.
func mergeHeat(points []HeatPoint) []HeatPoint {
	var out []HeatPoint
	for _, h := range points {
		if h.isDrawable() && h.Weight > 0 && !math.IsInf(h.Weight, 0) {
			out = append(out, h)
		}
	}
	for size := 4.0; len(out) > maxMarks; size *= 2 {
		cells := make(map[[2]int32]int, maxMarks)
		merged := out[:0]
		for _, h := range out {
			key := [2]int32{int32(math.Floor(h.X / size)), int32(math.Floor(h.Y / size))}
			i, known := cells[key]
			if !known {
				cells[key] = len(merged)
				merged = append(merged, h)
				continue
			}
			m := &merged[i]
			sum := m.Weight + h.Weight
			share := h.Weight / sum
			m.X, m.Y = m.X+(h.X-m.X)*share, m.Y+(h.Y-m.Y)*share
			m.Weight = min(sum, math.MaxFloat64)
		}
		out = merged
	}
	return out
}

// trail draws a line that fades towards where it began.
func (d *drawing) trail(points []Point) {
	var line []Point
	step := (len(points) + maxMarks - 1) / maxMarks
	for i, pt := range points {
		if pt.isDrawable() && ((len(points)-1-i)%step == 0) {
			line = append(line, pt)
		}
	}
	if len(line) < 2 {
		return
	}
	const parts = 8
	from := 0
	for part := range parts {
		to := (len(line) - 1) * (part + 1) / parts
		if to == from {
			continue
		}
		for _, stroke := range [...]string{"#fff' stroke-width='5", "#2563eb' stroke-width='2.5"} {
			d.str("<path fill='none' stroke-linecap='round' stroke-linejoin='round' stroke='" + stroke + "' stroke-opacity='").num(.2 + .7*float64(part+1)/parts).str("' d='M")
			for i, pt := range line[from : to+1] {
				if i > 0 {
					d.str("L")
				}
				d.at(pt)
			}
			d.str("'/>")
		}
		from = to
	}
}

// clicks draws a ring around a dot for each, the later the stronger.
func (d *drawing) clicks(points []Point) {
	points = points[max(0, len(points)-maxMarks):]
	for i, pt := range points {
		if !pt.isDrawable() {
			continue
		}
		d.str("<g opacity='").num(.4 + .6*float64(i+1)/float64(len(points))).str("'>")
		d.circle(pt, clickRadius, "fill='#dc2626' fill-opacity='.18' stroke='#fff' stroke-width='4'")
		d.circle(pt, clickRadius, "fill='none' stroke='#dc2626' stroke-width='2'")
		d.circle(pt, 3, "fill='#dc2626'")
		d.str("</g>")
	}
}

// pointer draws an arrow, in a disc while it is pressed.
func (d *drawing) pointer(p *Pointer) {
	if !p.isDrawable() {
		return
	}
	if p.Down {
		d.circle(p.Point, 18, "fill='#2563eb' fill-opacity='.35' stroke='#fff' stroke-width='2'")
	}
	d.str("<path transform='translate(").at(p.Point).str(")' d='M0 0V17L4 13.4 6.6 19.4 9.2 18.3 6.6 12.4H12Z' fill='#111' stroke='#fff' stroke-width='1.5' stroke-linejoin='round'/>")
}
