package chart

import (
	"fmt"
	"io"
	"math"
	"net/url"
	"strings"
	"time"

	"github.com/go-analyze/charts"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/replay"
)

// TimelineOptions change how a timeline is drawn. The zero value is the
// default.
type TimelineOptions struct {
	// Width is the picture's, in pixels: 1200, and no less than 400. The height
	// is what the timeline needs.
	Width int
	// Title stands above it: the session's id, for one.
	Title string
}

// Measures of the picture, in pixels.
const (
	left       = 150 // where time begins
	right      = 28
	top        = 58
	lane       = 28 // height of a row
	tall       = 64 // of a histogram
	between    = 10
	axis       = 44
	maxLanes   = 12 // of windows, and of kinds of markers
	minWidth   = 400
	normal     = 1200
	labelSize  = 10.5
	titleSize  = 14
	markRadius = 5
)

var (
	ink    = charts.ColorRGB(40, 40, 40)
	dim    = charts.ColorRGB(110, 110, 110)
	rule   = charts.ColorRGB(226, 226, 226)
	pale   = charts.ColorRGB(238, 238, 238)
	paler  = charts.ColorRGB(247, 247, 247)
	white  = charts.ColorRGB(255, 255, 255)
	absent = charts.ColorRGB(150, 150, 150)
)

// A markerStyle is how the markers of one kind look.
type markerStyle struct {
	kind  replay.MarkerKind
	label string
	color charts.Color
	shape shape
}

type shape int

const (
	circle shape = iota
	diamond
	tick
)

var markerStyles = []markerStyle{
	{replay.MarkerLoad, "page loads", green, tick},
	{replay.MarkerNavigation, "routes", green, diamond},
	{replay.MarkerClick, "clicks", blue, circle},
	{replay.MarkerInput, "inputs", sky, circle},
	{replay.MarkerSubmit, "submits", blue, diamond},
	{replay.MarkerError, "errors", vermilion, diamond},
	{replay.MarkerRequest, "failed requests", vermilion, circle},
	{replay.MarkerCustom, "custom events", purple, tick},
}

// Timeline draws a timeline: the pages that were shown, how much the user and
// the page did, when the user was there, and a row of markers for each kind.
// It keeps nothing. Errors are those of w, and of options that no picture can
// have. A nil opts is the zero TimelineOptions.
func Timeline(w io.Writer, t *replay.Timeline, as Format, opts *TimelineOptions) error {
	var o TimelineOptions
	if opts != nil {
		o = *opts
	}
	if o.Width == 0 {
		o.Width = normal
	}
	d := &drawing{t: t, width: max(o.Width, minWidth)}
	if t.Last-t.First < 0 || t.Last == t.First {
		d.span = time.Millisecond
	} else {
		d.span = t.Last - t.First
	}
	d.plan()
	if err := check(as, d.width, d.height); err != nil {
		return err
	}
	d.p = charts.NewPainter(charts.PainterOptions{OutputFormat: string(as), Width: d.width, Height: d.height, Font: charts.GetFont(charts.FontFamilyNotoSans)})
	d.p.FilledRect(0, 0, d.width, d.height, white, white, 0)
	d.title(o.Title)
	d.grid()
	for _, r := range d.rows {
		d.label(r.label, r.note, r.y, r.height)
		r.draw(r.y, r.height)
	}
	return write(w, d.p)
}

// A drawing is a timeline that is being drawn.
type drawing struct {
	t      *replay.Timeline
	p      *charts.Painter
	width  int
	height int
	span   time.Duration
	rows   []row
}

// A row is one band of the picture.
type row struct {
	label, note string
	y, height   int
	draw        func(y, height int)
}

func (d *drawing) row(label, note string, height int, draw func(y, height int)) {
	y := top
	if n := len(d.rows); n > 0 {
		y = d.rows[n-1].y + d.rows[n-1].height + between
	}
	d.rows = append(d.rows, row{label, note, y, height, draw})
	d.height = y + height + axis
}

// plan says what rows there are.
func (d *drawing) plan() {
	var windows []format.WindowID
	for _, s := range d.t.Spans {
		if s.Kind == replay.SpanPage && !contains(windows, s.Window) && len(windows) < maxLanes {
			windows = append(windows, s.Window)
		}
	}
	for _, w := range windows {
		label := "pages"
		if len(windows) > 1 {
			label = fmt.Sprintf("window %d", w)
		}
		d.row(label, "", lane, func(y, height int) { d.pages(w, y, height) })
	}
	d.row("presence", "", lane, d.presence)
	a := &d.t.Activity
	if most := largest(a.Interactions); most > 0 {
		d.row("user", perBucket(most, "event", a.Width), tall, func(y, height int) { d.histogram(a.Interactions, blue, y, height) })
	}
	if most := largest(a.Mutations); most > 0 {
		d.row("page", perBucket(most, "change", a.Width), tall, func(y, height int) { d.histogram(a.Mutations, orange, y, height) })
	}
	for _, s := range d.styles() {
		markers := d.markers(s.kind)
		n := 0
		for _, m := range markers {
			n += max(m.Count, 1)
		}
		d.row(s.label, fmt.Sprint(n), lane, func(y, height int) { d.marks(s, markers, y+height/2) })
	}
}

// styles are those of the kinds that there are markers of, the caller's own
// kinds last.
func (d *drawing) styles() []markerStyle {
	var list []markerStyle
	for _, s := range markerStyles {
		if len(d.markers(s.kind)) > 0 {
			list = append(list, s)
		}
	}
	seen := make(map[replay.MarkerKind]bool)
	for _, s := range markerStyles {
		seen[s.kind] = true
	}
	for _, m := range d.t.Markers {
		if !seen[m.Kind] && len(seen) < len(markerStyles)+maxLanes {
			seen[m.Kind] = true
			list = append(list, markerStyle{m.Kind, plural(strings.ReplaceAll(string(m.Kind), "-", " ")), black, diamond})
		}
	}
	return list
}

// plural is the label of a kind, which is a noun.
func plural(kind string) string {
	if strings.HasSuffix(kind, "ing") || strings.HasSuffix(kind, "s") {
		return kind
	}
	return kind + "s"
}

func (d *drawing) markers(kind replay.MarkerKind) []replay.Marker {
	var list []replay.Marker
	for _, m := range d.t.Markers {
		if m.Kind == kind {
			list = append(list, m)
		}
	}
	return list
}

func contains[T comparable](list []T, x T) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}

func largest(counts []int64) int64 {
	most := int64(0)
	for _, n := range counts {
		most = max(most, n)
	}
	return most
}

func perBucket(most int64, thing string, width time.Duration) string {
	if most != 1 {
		thing += "s"
	}
	return fmt.Sprintf("≤ %d %s / %s", most, thing, width.Round(100*time.Millisecond))
}

// x is where a time is.
func (d *drawing) x(t time.Duration) int {
	part := float64(t-d.t.First) / float64(d.span)
	return left + int(math.Round(math.Min(math.Max(part, 0), 1)*float64(d.width-left-right)))
}

func (d *drawing) text(s string, x, y int, size float64, c charts.Color) {
	d.p.Text(s, x, y, 0, charts.FontStyle{FontSize: size, FontColor: c, Font: charts.GetFont(charts.FontFamilyNotoSans)})
}

func (d *drawing) measure(s string, size float64) int {
	return d.p.MeasureText(s, 0, charts.FontStyle{FontSize: size, FontColor: ink, Font: charts.GetFont(charts.FontFamilyNotoSans)}).Width()
}

// fit cuts text to a width; "" where nothing of it fits.
func (d *drawing) fit(s string, width int, size float64) string {
	if d.measure(s, size) <= width {
		return s
	}
	runes := []rune(s)
	lo, hi := 0, min(len(runes), 400)
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if d.measure(string(runes[:mid])+"…", size) <= width {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	if lo < 3 {
		return ""
	}
	return strings.TrimSpace(string(runes[:lo])) + "…"
}

func (d *drawing) title(title string) {
	say := "Session"
	if title != "" {
		say = title
	}
	x := 18
	say = d.fit(say, d.width-2*x-100, titleSize)
	d.text(say, x, 32, titleSize, ink)
	d.text(duration(d.t.Last-d.t.First), x+d.measure(say, titleSize)+14, 32, labelSize, dim)
}

// label writes what a row is of.
func (d *drawing) label(name, note string, y, height int) {
	name = d.fit(name, left-30, labelSize)
	base := y + height/2 + 5
	if height >= tall {
		d.text(name, left-14-d.measure(name, labelSize), y+height/2-2, labelSize, ink)
		note = d.fit(note, left-20, labelSize-2)
		d.text(note, left-14-d.measure(note, labelSize-2), y+height/2+14, labelSize-2, dim)
		return
	}
	x := left - 14
	if note != "" {
		x -= d.measure(note, labelSize)
		d.text(note, x, base, labelSize, dim)
		x -= 8
	}
	d.text(name, x-d.measure(name, labelSize), base, labelSize, ink)
}

// steps are the distances that marks on the axis can have.
var steps = []time.Duration{
	100 * time.Millisecond, 200 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second,
	15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour,
}

// grid draws the axis, and lines at its marks.
func (d *drawing) grid() {
	most := max((d.width-left-right)/90, 2)
	step := steps[len(steps)-1]
	for _, s := range steps {
		if d.span/s <= time.Duration(most) {
			step = s
			break
		}
	}
	for d.span/step > time.Duration(most) {
		step *= 2
	}
	bottom := d.height - axis + 4
	for t := time.Duration(0); t <= d.span; t += step {
		x := d.x(d.t.First + t)
		d.p.LineStroke([]charts.Point{{X: x, Y: top - 6}, {X: x, Y: bottom}}, rule, 1)
		s := clock(t, step)
		d.text(s, min(x-d.measure(s, labelSize-1)/2, d.width-d.measure(s, labelSize-1)-4), bottom+18, labelSize-1, dim)
	}
	d.text("time", 18, bottom+18, labelSize-1, dim)
}

// clock is a time on the axis.
func clock(t, step time.Duration) string {
	h, m, s := int(t.Hours()), int(t.Minutes())%60, int(t.Seconds())%60
	switch {
	case h > 0:
		return fmt.Sprintf("%d:%02d:%02d", h, m, s)
	case step < time.Second:
		return fmt.Sprintf("%d:%04.1f", m, t.Seconds()-float64(m*60))
	}
	return fmt.Sprintf("%d:%02d", m, s)
}

// duration is how long a session is, for its title.
func duration(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d min %02d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %02d min", int(d.Hours()), int(d.Minutes())%60)
}

// pages draws what a window showed.
func (d *drawing) pages(w format.WindowID, y, height int) {
	n := 0
	for _, s := range d.t.Spans {
		if s.Kind != replay.SpanPage || s.Window != w {
			continue
		}
		x1, x2 := d.x(s.Start), d.x(s.End)
		c := pale
		if n++; n%2 == 0 {
			c = paler
		}
		d.p.FilledRect(x1, y, max(x2, x1+1), y+height, c, white, 1)
		if name := d.fit(pageName(&s), x2-x1-12, labelSize-1); name != "" {
			d.text(name, x1+6, y+height/2+5, labelSize-1, ink)
		}
	}
}

// pageName is how a page is called: by its path, and its title.
func pageName(s *replay.Span) string {
	name := s.Text
	if u, err := url.Parse(s.Text); err == nil && u.Host != "" {
		if name = u.Path; name == "" {
			name = "/"
		}
	}
	if s.Title != "" {
		name += "  " + s.Title
	}
	return name
}

// presence draws when the user was active, idle, and away. Heights tell what
// colours do: a bar, a line, a hollow bar.
func (d *drawing) presence(y, height int) {
	middle := y + height/2
	d.p.LineStroke([]charts.Point{{X: d.x(d.t.First), Y: middle}, {X: d.x(d.t.Last), Y: middle}}, absent, 2)
	for _, s := range d.t.Spans {
		x1, x2 := d.x(s.Start), max(d.x(s.End), d.x(s.Start)+2)
		switch s.Kind {
		case replay.SpanActive:
			d.p.FilledRect(x1, y+5, x2, y+height-5, green, green, 0)
			if word := "active"; x2-x1 > d.measure(word, labelSize-2)+10 {
				d.text(word, x1+5, middle+4, labelSize-2, white)
			}
		case replay.SpanIdle:
			if word := "idle"; x2-x1 > d.measure(word, labelSize-2)+30 {
				at := (x1+x2)/2 - d.measure(word, labelSize-2)/2
				if d.isHidden(at-4, at+d.measure(word, labelSize-2)+4) {
					continue
				}
				d.p.FilledRect(at-4, middle-8, at+d.measure(word, labelSize-2)+4, middle+8, white, white, 0)
				d.text(word, at, middle+4, labelSize-2, dim)
			}
		}
	}
	for _, s := range d.t.Spans {
		if s.Kind == replay.SpanHidden {
			x1, x2 := d.x(s.Start), max(d.x(s.End), d.x(s.Start)+3)
			d.p.FilledRect(x1, y+5, x2, y+height-5, white, absent, 1.5)
			for _, word := range []string{"tab hidden", "hidden"} {
				if x2-x1 > d.measure(word, labelSize-2)+10 {
					d.text(word, x1+5, middle+4, labelSize-2, dim)
					break
				}
			}
		}
	}
}

// isHidden says whether the tab was hidden at some time between two places.
func (d *drawing) isHidden(x1, x2 int) bool {
	for _, s := range d.t.Spans {
		if s.Kind == replay.SpanHidden && d.x(s.Start) < x2 && d.x(s.End) > x1 {
			return true
		}
	}
	return false
}

func (d *drawing) histogram(counts []int64, c charts.Color, y, height int) {
	a, most := &d.t.Activity, largest(counts)
	d.p.LineStroke([]charts.Point{{X: left, Y: y + height}, {X: d.width - right, Y: y + height}}, absent, 1)
	for i, n := range counts {
		if n == 0 {
			continue
		}
		from := a.Start + time.Duration(i)*a.Width
		x1, x2 := d.x(max(from, d.t.First)), d.x(min(from+a.Width, d.t.Last))
		if x2-x1 > 3 {
			x2-- // a gap between the bars
		}
		h := max(int(math.Round(float64(n)/float64(most)*float64(height-2))), 2)
		d.p.FilledRect(x1, y+height-h, max(x2, x1+1), y+height, c, c, 0)
	}
}

// marks draws markers of one kind. Several in one are larger, and those that lie
// on each other are darker.
func (d *drawing) marks(s markerStyle, markers []replay.Marker, y int) {
	d.p.LineStroke([]charts.Point{{X: left, Y: y}, {X: d.width - right, Y: y}}, rule, 1)
	c := s.color
	c.A = 215
	for _, m := range markers {
		x := d.x(m.Time)
		r := markRadius + min(math.Log2(float64(max(m.Count, 1)))/2, 3)
		switch s.shape {
		case circle:
			d.p.Circle(r, x, y, c, c, 0)
		case diamond:
			d.p.FilledDiamond(x, y, int(2*r)+3, int(2*r)+3, c, c, 0)
		case tick:
			d.p.FilledRect(x-1, y-9, x+2, y+9, c, c, 0)
		}
	}
}
