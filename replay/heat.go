package replay

import (
	"cmp"
	"errors"
	"io"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A HeatKind says what a heat map is of.
type HeatKind string

// The kinds of heat maps.
const (
	HeatClicks HeatKind = "clicks" // each click weighs 1
	HeatMoves  HeatKind = "moves"  // a place weighs the seconds that the pointer was there, a second at most at a time
)

// HeatOptions say what a Heat gathers.
type HeatOptions struct {
	// Page is the address of the page. Scheme, query and fragment are not
	// looked at; of an address without a host, such as "/cart", only the path.
	Page string
	// Kind is HeatClicks by default.
	Kind HeatKind
	// Width is the width of the viewport in CSS pixels; 0 is that of the first
	// event that is on the page. Where another viewport's is off by more than a
	// tenth, the page is laid out in another way: its events are left out.
	// Those of others are moved in proportion.
	Width float64
}

// A Heat gathers what draws attention on a page, over several sessions. Its
// points are in CSS pixels of the document: positions in the viewport, plus how
// far the document was scrolled then. What a style sheet fixes to the viewport
// is thus smeared over the document. Memory is bounded: points that are near
// are one, in cells of 4 by 4 pixels, of which there are at most 256 Ki.
type Heat struct {
	Sessions int // that were added
	Events   int // that are in it
	// Events that are not: in frames, whose place on the page is not recorded;
	// of another width; without a position, or at one that cannot be.
	InFrames, OtherWidth, Nowhere int
	// Width and Height are how much of the document was in view at some time.
	Width, Height float64
	// Fold is the height of the viewport, as far as all had it in view.
	Fold float64

	opts  HeatOptions
	cells map[[2]int32]float64
}

const (
	heatCell  = 4       // CSS pixels
	maxCells  = 1 << 18 //
	maxHeatX  = 1 << 14 // CSS pixels
	maxHeatY  = 1 << 17
	heatWidth = 0.1         // by how much widths may differ
	longGaze  = time.Second // the most that one position weighs
)

// NewHeat returns a Heat without events. A nil opts is the zero HeatOptions,
// with which every page counts.
func NewHeat(opts *HeatOptions) *Heat {
	h := &Heat{cells: make(map[[2]int32]float64)}
	if opts != nil {
		h.opts = *opts
	}
	if h.opts.Kind == "" {
		h.opts.Kind = HeatClicks
	}
	return h
}

// Kind returns what the Heat is of.
func (h *Heat) Kind() HeatKind { return h.opts.Kind }

// Add adds the events of a session. It returns the moment at which the page is
// best shown below its heat, and whether it was seen at all: when it was
// scrolled further down than ever before, which is when all is there that was
// clicked; where it never was, when it was first used, or last seen if it was
// not used. The error is the source's; all events before it have been added.
func (h *Heat) Add(src Source) (best time.Duration, seen bool, err error) {
	used := false
	h.Sessions++
	p := NewPlayer(src)
	defer p.Close()
	last := make(map[format.WindowID]*gaze)
	for {
		e, err := p.Step()
		if e.Data == nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return best, seen, err
		}
		page := p.Window(e.Window)
		if page == nil || !SamePage(page.View.URL, h.opts.Page) || page.Root() == nil {
			delete(last, e.Window)
			continue
		}
		before := h.Height
		h.seen(page)
		if !used || before > 0 && h.Height > before {
			best = e.Time
		}
		seen = true
		switch d := e.Data.(type) {
		case *format.MouseInteraction:
			if d.Action != format.Click {
				break
			}
			used = true
			if h.opts.Kind == HeatClicks {
				if d.X == nil || d.Y == nil {
					h.Nowhere++
				} else {
					h.add(page, d.ID, *d.X, *d.Y, 1)
				}
			}
		case *format.Move:
			if h.opts.Kind != HeatMoves || d.Source == format.KindDrag {
				break
			}
			used = true
			for _, at := range d.Positions {
				t := e.Time
				if math.Abs(at.TimeOffset) < 1e9 {
					t += time.Duration(at.TimeOffset * float64(time.Millisecond))
				}
				if g := last[e.Window]; g != nil && t > g.time {
					h.add(page, g.id, g.x, g.y, min(after(g.time, t), longGaze).Seconds())
				}
				last[e.Window] = &gaze{t, at.X, at.Y, at.ID}
			}
		}
	}
}

// A gaze is where the pointer is.
type gaze struct {
	time time.Duration
	x, y float64
	id   snapshot.NodeID
}

// seen takes note of how much of the document is in view.
func (h *Heat) seen(page *snapshot.Page) {
	v := page.View
	if !(v.Width > 0 && v.Height > 0 && v.Width <= maxHeatX && v.Height <= maxHeatX) {
		return
	}
	if h.opts.Width == 0 {
		h.opts.Width = v.Width
	}
	if math.Abs(v.Width-h.opts.Width) > heatWidth*h.opts.Width {
		return
	}
	at := offset(page)
	h.Width = h.opts.Width
	h.Height = min(max(h.Height, at.Y+v.Height), maxHeatY)
	if h.Fold == 0 || v.Height < h.Fold {
		h.Fold = v.Height
	}
}

// offset is how far the document is scrolled.
func offset(page *snapshot.Page) snapshot.Point {
	if s := page.State(page.RootID()); s != nil && s.Scroll != nil {
		return *s.Scroll
	}
	return snapshot.Point{}
}

// add adds an event at a position in the viewport.
func (h *Heat) add(page *snapshot.Page, id snapshot.NodeID, x, y, weight float64) {
	for up := id; up != 0; up = page.Parent(up) {
		if page.Kind(up) == snapshot.KindDocument && up != page.RootID() {
			h.InFrames++
			return
		}
	}
	width := page.View.Width
	if !(width > 0) || math.Abs(width-h.opts.Width) > heatWidth*h.opts.Width {
		h.OtherWidth++
		return
	}
	at := offset(page)
	x, y = (x+at.X)*h.opts.Width/width, y+at.Y
	if !(x >= 0 && x < maxHeatX && y >= 0 && y < maxHeatY) {
		h.Nowhere++
		return
	}
	cell := [2]int32{int32(x / heatCell), int32(y / heatCell)}
	if _, ok := h.cells[cell]; !ok && len(h.cells) >= maxCells {
		h.Nowhere++
		return
	}
	h.cells[cell] += weight
	h.Events++
}

// Points returns the points, in document order: from the top, and from the left
// where they are as high.
func (h *Heat) Points() []snapshot.HeatPoint {
	points := make([]snapshot.HeatPoint, 0, len(h.cells))
	for c, w := range h.cells {
		points = append(points, snapshot.HeatPoint{
			Point:  snapshot.Point{X: (float64(c[0]) + 0.5) * heatCell, Y: (float64(c[1]) + 0.5) * heatCell},
			Weight: w,
		})
	}
	slices.SortFunc(points, func(a, b snapshot.HeatPoint) int {
		return cmp.Or(cmp.Compare(a.Y, b.Y), cmp.Compare(a.X, b.X))
	})
	return points
}

// SamePage says whether an address is of a page. Scheme, query and fragment are
// not looked at, nor is a slash at the end; of a page without a host only the
// path, and "" is any page.
func SamePage(address, page string) bool {
	if page == "" {
		return true
	}
	a, err := url.Parse(address)
	if err != nil {
		return address == page
	}
	p, err := url.Parse(page)
	if err != nil {
		return false
	}
	return (p.Host == "" || strings.EqualFold(a.Host, p.Host)) &&
		strings.TrimSuffix(a.Path, "/") == strings.TrimSuffix(p.Path, "/")
}
