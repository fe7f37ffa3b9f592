package replay

import (
	"cmp"
	"slices"
	"time"

	"github.com/pagetape/pagetape/format"
)

// A SpanKind says what a Span is of.
type SpanKind string

// The kinds of spans.
const (
	SpanActive SpanKind = "active" // the user did something; pauses of up to 5 s are in it, as in format.Summary.Active
	SpanIdle   SpanKind = "idle"   // nothing for more than 5 s
	SpanHidden SpanKind = "hidden" // the tab of the window was
	SpanPage   SpanKind = "page"   // the window showed one address; Text is the URL, Title the title then
	SpanWindow SpanKind = "window" // from the window's first event to its last; only where there are several
)

// A Span is a part of a session's time.
type Span struct {
	Kind   SpanKind        `json:"kind"`
	Start  time.Duration   `json:"start"` // since Header.Start
	End    time.Duration   `json:"end"`   // likewise; not before Start
	Window format.WindowID `json:"window,omitempty"`
	Text   string          `json:"text,omitempty"`
	Title  string          `json:"title,omitempty"`
}

// A MarkerKind says what a Marker is of. Callers can have kinds of their own.
type MarkerKind string

// The kinds of markers that a timeline has of its own.
const (
	MarkerClick      MarkerKind = "click"
	MarkerInput      MarkerKind = "input" // a field that was filled, a box that was checked
	MarkerSubmit     MarkerKind = "submit"
	MarkerLoad       MarkerKind = "load"
	MarkerNavigation MarkerKind = "navigation"
	MarkerError      MarkerKind = "error"   // not caught, or on the console
	MarkerRequest    MarkerKind = "request" // that failed
	MarkerCustom     MarkerKind = "custom"
)

// A Marker is a moment of a session.
type Marker struct {
	Kind   MarkerKind      `json:"kind"`
	Time   time.Duration   `json:"time"` // since Header.Start
	Window format.WindowID `json:"window,omitempty"`
	Text   string          `json:"text,omitempty"`  // what happened, as Line.String has it after the time
	Count  int             `json:"count,omitempty"` // of moments that are one marker, where they are more than one
}

// A Timeline is what a player shows of a session before it plays: small, plain
// data. As JSON, times are integers, in nanoseconds.
type Timeline struct {
	First time.Duration `json:"first"` // time of the first event, since Header.Start
	Last  time.Duration `json:"last"`  // of the last
	// Spans come by kind, in the order of the constants, then by start.
	Spans []Span `json:"spans,omitempty"`
	// Markers come in the order of their times.
	Markers []Marker `json:"markers,omitempty"`
	// Activity is the histogram of the session.
	Activity format.Activity `json:"activity"`
	// LeftOut is how many page visits, or other spans, there are no Spans for.
	LeftOut int `json:"leftOut,omitempty"`
}

// TimelineOptions change what is in a Timeline. The zero value is the default.
type TimelineOptions struct {
	// Limit is the most markers that the timeline has of its own: 400. Where
	// there are more, those of one kind that are near each other become one.
	// It is also the most spans of a kind.
	Limit int
	// Markers are the caller's own, such as those of package signals. They
	// are all in the Timeline.
	Markers []Marker
}

// activeGap is the longest pause in an active span. format.Summary has the
// same.
const activeGap = 5 * time.Second

// maxLabel is how many characters a marker's text has, but for names in it.
const maxLabel = 80

// NewTimeline returns the timeline of a session, of which it replays all events
// once. The error is the source's; the timeline is then of the events before
// it. A nil opts is the zero TimelineOptions.
func NewTimeline(src Source, opts *TimelineOptions) (*Timeline, error) {
	var o TimelineOptions
	if opts != nil {
		o = *opts
	}
	if o.Limit <= 0 {
		o.Limit = 400
	}
	b := &timeliner{limit: o.Limit, pages: make(map[format.WindowID]*Span), hidden: make(map[format.WindowID]*Span)}
	t := &teller{opts: StoryOptions{Text: maxLabel, Idle: 30 * time.Second}, deeds: true, yield: b.line, windows: make(map[format.WindowID]*scene)}
	var failed error
	summary, _ := format.Summarize(func(yield func(format.Event, error) bool) {
		for e, err := range scanned(src) {
			if failed = err; err != nil {
				return
			}
			b.event(&e)
			t.event(&e)
			if !yield(e, nil) {
				return
			}
		}
	})
	t.finish(false)
	return b.timeline(&summary, o.Markers), failed
}

// A timeliner makes a Timeline.
type timeliner struct {
	limit   int
	active  []Span
	gap     time.Duration // the longest in an active span
	spans   []Span        // that are over, but for active ones
	counts  map[SpanKind]int
	leftOut int
	pages   map[format.WindowID]*Span // that each window shows
	hidden  map[format.WindowID]*Span
	markers []Marker
	near    time.Duration // markers of one kind so near are one
}

// event takes note of what the user does.
func (b *timeliner) event(e *format.Event) {
	if e.Data == nil || e.Data.Kind().Synthetic() {
		return
	}
	if !isInput(e.Data) {
		return
	}
	if b.gap == 0 {
		b.gap = activeGap
	}
	if n := len(b.active); n > 0 {
		last := &b.active[n-1]
		if e.Time <= last.End {
			return // late: it happened with what came before
		}
		if after(last.End, e.Time) <= b.gap {
			last.End = e.Time
			return
		}
	}
	b.active = append(b.active, Span{Kind: SpanActive, Start: e.Time, End: e.Time})
	for len(b.active) > b.limit {
		b.gap *= 2
		kept := b.active[:1]
		for _, s := range b.active[1:] {
			if last := &kept[len(kept)-1]; after(last.End, s.Start) <= b.gap {
				last.End = s.End
			} else {
				kept = append(kept, s)
			}
		}
		b.active = kept
	}
}

// line takes note of a line of the story.
func (b *timeliner) line(l Line, _ error) bool {
	kind := MarkerKind("")
	switch l.Kind {
	case LineClick, LineDoubleClick, LineContextMenu:
		kind = MarkerClick
	case LineType, LineFill, LineChoose, LineCheck, LineUncheck:
		kind = MarkerInput
	case LineSubmit:
		kind = MarkerSubmit
	case LineError, LineConsole:
		kind = MarkerError
	case LineRequest:
		kind = MarkerRequest
	case LineCustom:
		kind = MarkerCustom
	case LineLoad, LineNavigate:
		kind = choose(l.Kind == LineLoad, MarkerLoad, MarkerNavigation)
		b.end(b.pages, l.Window, l.Time)
		b.pages[l.Window] = &Span{Kind: SpanPage, Start: l.Time, Window: l.Window, Text: l.Text, Title: l.Target.Name}
	case LineHidden:
		b.hidden[l.Window] = &Span{Kind: SpanHidden, Start: l.Time, Window: l.Window}
	case LineVisible:
		b.end(b.hidden, l.Window, l.Time)
	}
	if kind != "" {
		b.mark(Marker{Kind: kind, Time: l.Time, Window: l.Window, Text: l.sentence(), Count: l.Count})
	}
	return true
}

// end ends the open span of a window, if it has one.
func (b *timeliner) end(open map[format.WindowID]*Span, w format.WindowID, t time.Duration) {
	s := open[w]
	if s == nil {
		return
	}
	delete(open, w)
	s.End = max(t, s.Start)
	if b.counts == nil {
		b.counts = make(map[SpanKind]int)
	}
	if b.counts[s.Kind]++; b.counts[s.Kind] > b.limit {
		b.leftOut++
		return
	}
	b.spans = append(b.spans, *s)
}

// mark adds a marker, and makes them fewer where there are too many.
func (b *timeliner) mark(m Marker) {
	b.markers = append(b.markers, m)
	for len(b.markers) > b.limit {
		type group struct {
			kind   MarkerKind
			window format.WindowID
		}
		before := len(b.markers)
		b.near = max(2*b.near, after(b.markers[0].Time, m.Time)/1024, time.Millisecond)
		last := make(map[group]int)
		kept := b.markers[:0]
		for _, m := range b.markers {
			g := group{m.Kind, m.Window}
			if at, ok := last[g]; ok && after(kept[at].Time, m.Time) <= b.near {
				kept[at].Count = max(kept[at].Count, 1) + max(m.Count, 1)
				continue
			}
			last[g] = len(kept)
			kept = append(kept, m)
		}
		b.markers = kept
		if len(kept) == before && b.near > always/4 {
			b.markers = kept[:b.limit] // more windows than the limit
			b.leftOut++
		}
	}
}

// timeline completes the timeline.
func (b *timeliner) timeline(s *format.Summary, more []Marker) *Timeline {
	for _, open := range []map[format.WindowID]*Span{b.pages, b.hidden} {
		for _, w := range s.Windows {
			b.end(open, w.ID, w.Last)
		}
	}
	t := &Timeline{First: s.First, Last: s.Last, Activity: s.Activity, LeftOut: b.leftOut}
	t.Spans = append(t.Spans, b.active...)
	if s.Counts.Events > 0 {
		at := s.First
		for _, a := range append(slices.Clip(b.active), Span{Start: s.Last, End: s.Last}) {
			if after(at, a.Start) > activeGap {
				t.Spans = append(t.Spans, Span{Kind: SpanIdle, Start: at, End: a.Start})
			}
			at = a.End
		}
	}
	if len(s.Windows) > 1 {
		for _, w := range s.Windows[:min(len(s.Windows), b.limit)] {
			b.spans = append(b.spans, Span{Kind: SpanWindow, Start: w.First, End: w.Last, Window: w.ID})
		}
	}
	order := []SpanKind{SpanActive, SpanIdle, SpanHidden, SpanPage, SpanWindow}
	t.Spans = append(t.Spans, b.spans...)
	slices.SortStableFunc(t.Spans, func(x, y Span) int {
		return cmp.Or(cmp.Compare(slices.Index(order, x.Kind), slices.Index(order, y.Kind)), cmp.Compare(x.Start, y.Start), cmp.Compare(x.Window, y.Window))
	})
	t.Markers = slices.Concat(b.markers, more)
	slices.SortStableFunc(t.Markers, func(x, y Marker) int { return cmp.Compare(x.Time, y.Time) })
	return t
}
