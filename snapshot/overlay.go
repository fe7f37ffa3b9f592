package snapshot

// An Overlay is what Render draws above a page. All positions are in CSS
// pixels of the page's document: those of the viewport plus how far the
// document was scrolled then.
type Overlay struct {
	Pointer *Pointer    // where the pointer is; nil is not drawn
	Trail   []Point     // where it came along, oldest first
	Clicks  []Point     // oldest first
	Heat    []HeatPoint // of a heat map
}

// A HeatPoint is a place that drew attention. Weights are relative to the
// largest of an Overlay; one that is not above 0 is not drawn.
type HeatPoint struct {
	Point
	Weight float64
}
