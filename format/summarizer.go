package format

import (
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// activeGap is the longest time between two interactions that counts as
// activity. PostHog's ingestion has 5 s (ACTIVITY_THRESHOLD_MS in its
// segmentation.ts), and also takes the sources of rrweb that isInteraction
// has; rrweb's replayer only skips what is longer than 10 s
// (SKIP_TIME_THRESHOLD in its machine.ts). Unlike PostHog's, a span here ends
// with its last interaction, not with what the page did after it.
const activeGap = 5 * time.Second

// IsInteraction reports whether the user did an event of that kind, so that
// Counts.Interactions counts it.
func (k Kind) IsInteraction() bool {
	switch k {
	case KindMouseMove, KindMouseInteraction, KindScroll, KindViewportResize, KindInput, KindTouchMove, KindMedia,
		KindDrag, KindField:
		return true
	}
	return false
}

// IsError reports whether an event tells of an error of the page, so that
// Counts.Errors counts it.
func IsError(d Data) bool {
	switch d.(type) {
	case *Failure, *Console, *Log, *Plugin:
		var f errorFinder
		return f.isError(d)
	}
	return false
}

// A summarizer makes a Summary of the events of a session, one after the
// other. The zero summarizer has seen none.
type summarizer struct {
	s       Summary // its lists as they grow; Kinds and Activity are made at the end
	kinds   [256]int64
	windows map[WindowID]int // index in s.Windows
	window  WindowID         // of the event before
	at      int              // its index, -1 where it was left out
	urls    []string         // by window: the address it is at
	tags    names
	plugins names

	active     bool
	lastActive time.Duration // latest time of an interaction
	histogram  histogram

	errors errorFinder
}

// summary returns the summary of the events so far. It shares nothing that
// changes.
func (z *summarizer) summary() Summary {
	s := z.s
	for k, n := range z.kinds {
		if n > 0 {
			s.Kinds = append(s.Kinds, KindCount{Kind: Kind(k), Count: n})
		}
	}
	s.Windows = slices.Clone(s.Windows)
	s.Pages = slices.Clone(s.Pages)
	s.Tags, s.LeftOut.Tags = slices.Clone(z.tags.list), z.tags.leftOut
	s.Plugins, s.LeftOut.Plugins = slices.Clone(z.plugins.list), z.plugins.leftOut
	s.Activity = z.histogram.activity()
	return s
}

// add counts an event. It takes constant time but for the JSON of a plugin's
// event, and allocates only for names, windows and pages that are new.
func (z *summarizer) add(e *Event) {
	if e.Data == nil {
		return
	}
	kind := e.Data.Kind()
	if kind.Synthetic() {
		return
	}
	s := &z.s
	if s.Counts.Events == 0 {
		s.First, s.Last = e.Time, e.Time
	}
	s.First, s.Last = min(s.First, e.Time), max(s.Last, e.Time)
	s.Counts.Events++
	z.kinds[kind]++
	w := z.addWindow(e)
	bucket := z.histogram.bucket(e.Time)
	if kind.IsInteraction() {
		s.Counts.Interactions++
		z.histogram.interactions[bucket]++
		z.addActive(e.Time)
	}
	switch x := e.Data.(type) {
	case *FullSnapshot:
		s.Counts.FullSnapshots++
	case *Mutation:
		z.histogram.mutations[bucket]++
		m := &s.Counts.Mutations
		m.Adds += int64(len(x.Adds))
		m.Removes += int64(len(x.Removes))
		m.Texts += int64(len(x.Texts))
		m.Attrs += int64(len(x.Attrs))
	case *MouseInteraction:
		if x.Action == Click {
			s.Counts.Clicks++
		}
	case *Input:
		s.Counts.Inputs++
	case *Scroll:
		s.Counts.Scrolls++
	case *Meta:
		z.addViewport(x.Width, x.Height)
		z.addPage(e, w, x.URL)
	case *Navigation:
		z.addPage(e, w, x.URL)
	case *ViewportResize:
		z.addViewport(x.Width, x.Height)
	case *Custom:
		z.tags.add(x.Tag, e.Time, maxTags)
	case *Plugin:
		z.plugins.add(x.Plugin, e.Time, maxPlugins)
	case *Request:
		if x.Status >= 400 || x.Failure != "" {
			s.Counts.FailedRequests++
		}
	}
	if z.errors.isError(e.Data) {
		s.Counts.Errors++
	}
}

// addWindow counts the event of its window. It returns the window's index, -1
// if it is left out.
func (z *summarizer) addWindow(e *Event) int {
	s := &z.s
	if e.Window != z.window || s.Counts.Events == 1 {
		at, ok := z.windows[e.Window]
		switch {
		case ok:
		case len(s.Windows) == maxWindows:
			at = -1
		default:
			if z.windows == nil {
				z.windows = make(map[WindowID]int)
			}
			at = len(s.Windows)
			z.windows[e.Window] = at
			s.Windows = append(s.Windows, WindowSummary{ID: e.Window, First: e.Time, Last: e.Time})
			z.urls = append(z.urls, "")
		}
		z.window, z.at = e.Window, at
	}
	if z.at < 0 {
		s.LeftOut.Windows++
		return -1
	}
	w := &s.Windows[z.at]
	w.Events++
	w.First, w.Last = min(w.First, e.Time), max(w.Last, e.Time)
	return z.at
}

// addPage counts that a window is at an address. It is "" where the recorder
// did not tell. Of addresses that are too long the part that is kept is
// compared.
func (z *summarizer) addPage(e *Event, window int, url string) {
	if url = prefix(url, maxURL); url == "" {
		return
	}
	if window >= 0 {
		if z.urls[window] == url {
			return
		}
		url = strings.Clone(url) // not to hold on to what it is a part of
		z.urls[window] = url
	}
	if window < 0 || len(z.s.Pages) == maxPages {
		z.s.LeftOut.Pages++
		return
	}
	z.s.Pages = append(z.s.Pages, PageVisit{Window: e.Window, Time: e.Time, URL: url})
}

// addViewport takes note of a viewport's size; one that is none is left out.
func (z *summarizer) addViewport(width, height float64) {
	if !(width > 0 && height > 0) || math.IsInf(width, 1) || math.IsInf(height, 1) {
		return
	}
	v := &z.s.Viewports
	v.Last = Size{Width: width, Height: height}
	if v.First == (Size{}) {
		v.First = v.Last
	}
}

func (z *summarizer) addActive(t time.Duration) {
	if !z.active {
		z.active, z.lastActive = true, t
		return
	}
	if gap := between(z.lastActive, t); gap <= uint64(activeGap) {
		z.s.Active += time.Duration(gap)
	}
	z.lastActive = max(z.lastActive, t)
}

const (
	consolePlugin = "rrweb/console@1"
	levelError    = "error"
)

// An errorFinder tells errors of the page from other events. The zero
// errorFinder is ready.
type errorFinder struct {
	text strings.Reader
	json jsontext.Decoder
}

// isError is IsError.
func (f *errorFinder) isError(d Data) bool {
	switch x := d.(type) {
	case *Failure:
		return true
	case *Console:
		return x.Level == levelError
	case *Log:
		return x.Level == levelError
	case *Plugin:
		return x.Plugin == consolePlugin && f.isErrorCall(x.Payload)
	}
	return false
}

// isErrorCall reports whether the payload of rrweb's console plugin, a JSON
// object, is of a call of console.error. rrweb writes the level first.
func (f *errorFinder) isErrorCall(payload string) bool {
	f.text.Reset(payload)
	f.json.Reset(&f.text, jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	if t, err := f.json.ReadToken(); err != nil || t.Kind() != '{' {
		return false
	}
	for f.json.PeekKind() == '"' {
		name, err := f.json.ReadValue()
		if err != nil {
			return false
		}
		if string(name) == `"level"` {
			level, err := f.json.ReadValue()
			return err == nil && string(level) == `"`+levelError+`"`
		}
		if f.json.SkipValue() != nil {
			return false
		}
	}
	return false
}

// names counts events by name.
type names struct {
	list    []NameCount
	index   map[string]int
	leftOut int64
}

// add counts an event of that name. The list grows to most names.
func (n *names) add(name string, t time.Duration, most int) {
	name = prefix(name, maxName)
	if i, ok := n.index[name]; ok {
		c := &n.list[i]
		c.Count++
		c.First = min(c.First, t)
		return
	}
	if len(n.list) == most {
		n.leftOut++
		return
	}
	if n.index == nil {
		n.index = make(map[string]int)
	}
	name = strings.Clone(name)
	n.index[name] = len(n.list)
	n.list = append(n.list, NameCount{Name: name, Count: 1, First: t})
}

// prefix returns the first n bytes of s, or up to three fewer, so that it does
// not end within a character.
func prefix(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := n; i > n-utf8.UTFMax; i-- {
		if utf8.RuneStart(s[i]) {
			return s[:i]
		}
	}
	return s[:n] // no UTF-8
}

const (
	maxBuckets = 100
	// maxMilli bounds the times that a histogram tells apart, in milliseconds.
	// It is a power of two, so that every width divides it, and less than a
	// Duration can have.
	maxMilli = 1 << 42
	// minShift is the width of the narrowest buckets: 1,024 ms. Narrower ones
	// tell nothing that a person sees in a timeline, and take bytes.
	minShift = 10
)

// A histogram counts events by time. Bucket i is from lo+i on, in units of
// 1<<shift milliseconds since the session's start. When there would be more
// than maxBuckets the unit doubles and two buckets become one.
type histogram struct {
	interactions, mutations [maxBuckets]int64

	n     int // buckets in use; those after are zero
	lo    int64
	shift uint
}

// bucket returns the bucket of t, which is there from now on.
func (h *histogram) bucket(t time.Duration) int {
	ms := t.Milliseconds()
	if t < 0 && t%time.Millisecond != 0 {
		ms-- // rounds down, as the shifts below do
	}
	ms = min(max(ms, -maxMilli), maxMilli-1)
	if h.n == 0 {
		h.shift = minShift
		h.n, h.lo = 1, ms>>h.shift
	}
	for min(h.lo, ms>>h.shift)+maxBuckets <= max(h.lo+int64(h.n)-1, ms>>h.shift) {
		h.double()
	}
	i := ms >> h.shift
	if d := int(h.lo - i); d > 0 { // buckets before
		for _, b := range []*[maxBuckets]int64{&h.interactions, &h.mutations} {
			copy(b[d:h.n+d], b[:h.n])
			clear(b[:d])
		}
		h.n, h.lo = h.n+d, i
	}
	h.n = max(h.n, int(i-h.lo)+1)
	return int(i - h.lo)
}

// double makes the buckets twice as wide.
func (h *histogram) double() {
	lo := h.lo >> 1
	for _, b := range []*[maxBuckets]int64{&h.interactions, &h.mutations} {
		for i := range h.n {
			count := b[i]
			b[i] = 0
			b[(h.lo+int64(i))>>1-lo] += count
		}
	}
	h.n = int((h.lo+int64(h.n)-1)>>1-lo) + 1
	h.lo = lo
	h.shift++
}

func (h *histogram) activity() Activity {
	if h.n == 0 {
		return Activity{}
	}
	return Activity{
		Start:        time.Duration(h.lo<<h.shift) * time.Millisecond,
		Width:        time.Duration(1<<h.shift) * time.Millisecond,
		Interactions: slices.Clone(h.interactions[:h.n]),
		Mutations:    slices.Clone(h.mutations[:h.n]),
	}
}
