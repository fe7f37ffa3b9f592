package format

import (
	"iter"
	"math"
	"time"

	"github.com/pagetape/pagetape/snapshot"
)

// What a Summary keeps at most, whatever the session has. LeftOut counts the
// rest.
const (
	maxPages   = 1000
	maxTags    = 1000
	maxPlugins = 256
	maxWindows = 256
	maxURL     = 2048 // bytes of an address
	maxName    = 256  // bytes of a tag, or of a plugin's name
)

// A Summary is what a list of sessions, its filters and a timeline need to
// know of a session without reading its events. It is plain data. As JSON,
// durations are integers, in nanoseconds.
type Summary struct {
	// First and Last are the earliest and the latest time of an event, since
	// Header.Start. Either can be negative.
	First time.Duration `json:"first"`
	Last  time.Duration `json:"last"`
	// Active is for how long the user did something: the sum of the spans
	// between two interactions (Counts.Interactions) in a row, of any window,
	// that are at most 5 s apart. One alone lasts no time; one whose time is
	// before that of an earlier one adds none.
	Active time.Duration `json:"active"`

	Counts    Counts    `json:"counts"`
	Viewports Viewports `json:"viewports"`

	Kinds   []KindCount     `json:"kinds,omitempty"`   // in ascending order
	Windows []WindowSummary `json:"windows,omitempty"` // in order of their first event, at most 256
	Pages   []PageVisit     `json:"pages,omitempty"`   // in file order, at most 1,000
	Tags    []NameCount     `json:"tags,omitempty"`    // of Custom events, at most 1,000
	Plugins []NameCount     `json:"plugins,omitempty"` // of Plugin events, at most 256

	Activity Activity `json:"activity"`
	LeftOut  LeftOut  `json:"leftOut"`
	Extra    `json:"-"`
}

// Duration returns the time from the first event to the last, never negative.
// The largest Duration stands for all above.
func (s *Summary) Duration() time.Duration {
	return time.Duration(min(between(s.First, s.Last), math.MaxInt64))
}

// between returns how much later b is than a, in nanoseconds; 0 where it is
// not. Two Durations can be further apart than a Duration can tell.
func between(a, b time.Duration) uint64 {
	if b <= a {
		return 0
	}
	return uint64(b) - uint64(a)
}

// Fields shows the fields to v.
func (s *Summary) Fields(v Visitor) {
	showTime(v, Spec{Name: "first"}, &s.First)
	showTime(v, Spec{Name: "last"}, &s.Last)
	showTime(v, Spec{Name: "active"}, &s.Active)
	v.One(Spec{Name: "counts"}, partOf(&s.Counts))
	v.One(Spec{Name: "viewports"}, partOf(&s.Viewports))
	v.List(Spec{Name: "kinds"}, listOf(&s.Kinds))
	v.List(Spec{Name: "windows"}, listOf(&s.Windows))
	v.List(Spec{Name: "pages"}, listOf(&s.Pages))
	v.List(Spec{Name: "tags"}, listOf(&s.Tags))
	v.List(Spec{Name: "plugins"}, listOf(&s.Plugins))
	v.One(Spec{Name: "activity"}, partOf(&s.Activity))
	v.One(Spec{Name: "leftOut"}, partOf(&s.LeftOut))
}

// Kind returns KindSummary.
func (*Summary) Kind() Kind { return KindSummary }

// Apply does nothing.
func (*Summary) Apply(*snapshot.Page) error { return nil }
func (*Summary) sealed()                    {}

// Counts are numbers of events, each 0 or more.
type Counts struct {
	Events        int64 `json:"events"`
	FullSnapshots int64 `json:"fullSnapshots"`
	// Interactions are events by which the user shows to be there: pointer
	// moves, mouse interactions, scrolls, resizes of the viewport, inputs,
	// media, and Field events.
	Interactions int64 `json:"interactions"`
	Clicks       int64 `json:"clicks"` // a double click is two
	// Inputs are Input events. A recorder has about one for each key that is
	// typed in a form control, one for each other change of a control, and
	// those by scripts where it does not tell them apart.
	Inputs  int64 `json:"inputs"`
	Scrolls int64 `json:"scrolls"`
	// Errors are Failure events and calls of console.error, also those from
	// the plugin rrweb/console@1. Masking keeps the level of a call.
	Errors int64 `json:"errors"`
	// FailedRequests have a status of 400 and up, or a failure.
	FailedRequests int64          `json:"failedRequests"`
	Mutations      MutationCounts `json:"mutations"`
	Extra          `json:"-"`
}

// Fields shows the fields to v.
func (c *Counts) Fields(v Visitor) {
	v.Int(Spec{Name: "events"}, &c.Events)
	v.Int(Spec{Name: "fullSnapshots"}, &c.FullSnapshots)
	v.Int(Spec{Name: "interactions"}, &c.Interactions)
	v.Int(Spec{Name: "clicks"}, &c.Clicks)
	v.Int(Spec{Name: "inputs"}, &c.Inputs)
	v.Int(Spec{Name: "scrolls"}, &c.Scrolls)
	v.Int(Spec{Name: "errors"}, &c.Errors)
	v.Int(Spec{Name: "failedRequests"}, &c.FailedRequests)
	v.One(Spec{Name: "mutations"}, partOf(&c.Mutations))
}

// MutationCounts are numbers of changes to the document.
type MutationCounts struct {
	Adds    int64 `json:"adds"`    // additions; a subtree in one is one
	Removes int64 `json:"removes"` // removals; a subtree in one is one
	Texts   int64 `json:"texts"`   // text nodes with new content
	Attrs   int64 `json:"attrs"`   // elements with changed attributes
	Extra   `json:"-"`
}

// Fields shows the fields to v.
func (c *MutationCounts) Fields(v Visitor) {
	v.Int(Spec{Name: "adds"}, &c.Adds)
	v.Int(Spec{Name: "removes"}, &c.Removes)
	v.Int(Spec{Name: "texts"}, &c.Texts)
	v.Int(Spec{Name: "attrs"}, &c.Attrs)
}

// Viewports are the first and the last size of the viewport that a Meta or
// ViewportResize event told, in file order and of any window; zero where none
// did.
type Viewports struct {
	First Size `json:"first"`
	Last  Size `json:"last"`
	Extra `json:"-"`
}

// Fields shows the fields to v.
func (s *Viewports) Fields(v Visitor) {
	v.Number(Spec{Name: "firstWidth"}, &s.First.Width)
	v.Number(Spec{Name: "firstHeight"}, &s.First.Height)
	v.Number(Spec{Name: "lastWidth"}, &s.Last.Width)
	v.Number(Spec{Name: "lastHeight"}, &s.Last.Height)
}

// A KindCount is how many events there are of one kind.
type KindCount struct {
	Kind  Kind  `json:"kind"` // the number
	Count int64 `json:"count"`
	Extra `json:"-"`
}

// Fields shows the fields to v.
func (k *KindCount) Fields(v Visitor) {
	showInt(v, Spec{Name: "kind"}, &k.Kind)
	v.Int(Spec{Name: "count"}, &k.Count)
}

// A WindowSummary is the share of one window in a session.
type WindowSummary struct {
	ID     WindowID      `json:"id"`
	Events int64         `json:"events"`
	First  time.Duration `json:"first"` // earliest time of an event
	Last   time.Duration `json:"last"`  // latest time of an event
	Extra  `json:"-"`
}

// Fields shows the fields to v.
func (w *WindowSummary) Fields(v Visitor) {
	showInt(v, Spec{Name: "id"}, &w.ID)
	v.Int(Spec{Name: "events"}, &w.Events)
	showTime(v, Spec{Name: "first"}, &w.First)
	showTime(v, Spec{Name: "last"}, &w.Last)
}

// A PageVisit is one address that a window showed, told by a Meta or a
// Navigation event. The same address again in the same window, without another
// between, is no visit of its own.
type PageVisit struct {
	Window WindowID      `json:"window"`
	Time   time.Duration `json:"time"` // of the event
	URL    string        `json:"url"`  // its first 2,048 bytes, in whole characters
	Extra  `json:"-"`
}

// Fields shows the fields to v.
func (p *PageVisit) Fields(v Visitor) {
	showInt(v, Spec{Name: "window"}, &p.Window)
	showTime(v, Spec{Name: "time"}, &p.Time)
	v.String(Spec{Name: "url", Role: RoleURL}, &p.URL)
}

// A NameCount is how many events there are of one name that the page's own
// code, or a plugin, gave them. Names come in order of their first event.
type NameCount struct {
	Name  string        `json:"name"` // its first 256 bytes, in whole characters
	Count int64         `json:"count"`
	First time.Duration `json:"first"` // earliest time of one
	Extra `json:"-"`
}

// Fields shows the fields to v.
func (n *NameCount) Fields(v Visitor) {
	v.String(Spec{Name: "name", Role: RoleCustom}, &n.Name)
	v.Int(Spec{Name: "count"}, &n.Count)
	showTime(v, Spec{Name: "first"}, &n.First)
}

// Activity is a histogram of a session over its time: buckets of equal width,
// from the one with Summary.First to the one with Summary.Last. Each begins at
// a multiple of the width, which is the least of 1,024 ms and up that 100
// buckets are enough with. Times more than 139 years from Header.Start count as
// if they were at that distance.
type Activity struct {
	Start time.Duration `json:"start"` // of the first bucket
	Width time.Duration `json:"width"` // of each: a power of two of milliseconds
	// Interactions are numbers of the events that Counts.Interactions counts,
	// Mutations those of Mutation events, by bucket. Both are equally long.
	Interactions []int64 `json:"interactions,omitempty"`
	Mutations    []int64 `json:"mutations,omitempty"`
	Extra        `json:"-"`
}

// Fields shows the fields to v.
func (a *Activity) Fields(v Visitor) {
	showTime(v, Spec{Name: "start"}, &a.Start)
	showTime(v, Spec{Name: "width"}, &a.Width)
	v.Ints(Spec{Name: "interactions"}, &a.Interactions)
	v.Ints(Spec{Name: "mutations"}, &a.Mutations)
}

// LeftOut says how much the lists of a Summary would have more if they were
// not bounded. All zero is nothing.
type LeftOut struct {
	Windows int64 `json:"windows"` // events of other windows
	Pages   int64 `json:"pages"`   // other visits; in other windows, also repeated ones
	Tags    int64 `json:"tags"`    // events with other tags
	Plugins int64 `json:"plugins"` // events of other plugins
	Extra   `json:"-"`
}

// Fields shows the fields to v.
func (l *LeftOut) Fields(v Visitor) {
	v.Int(Spec{Name: "windows"}, &l.Windows)
	v.Int(Spec{Name: "pages"}, &l.Pages)
	v.Int(Spec{Name: "tags"}, &l.Tags)
	v.Int(Spec{Name: "plugins"}, &l.Plugins)
}

// Summarize returns the summary of a session's events, in memory that does not
// grow with their number. An error among them ends it and is returned with the
// summary of the events before.
func Summarize(events iter.Seq2[Event, error]) (Summary, error) {
	var s summarizer
	for e, err := range events {
		if err != nil {
			return s.summary(), err
		}
		s.add(&e)
	}
	return s.summary(), nil
}

// showTime shows a time as a number of milliseconds. It is exact where it is a
// whole number of them, or less than 2^33 (99 days); others lose what a float64
// does not hold, 1 µs at most.
func showTime(v Visitor, s Spec, t *time.Duration) {
	ms := toMillis(*t)
	was := ms
	if v.Number(s, &ms); ms != was {
		*t = fromMillis(ms)
	}
}

// toMillis returns the float64 that is nearest to t in milliseconds.
func toMillis(t time.Duration) float64 {
	if t > -maxExact && t < maxExact {
		return float64(t) / float64(time.Millisecond)
	}
	return float64(t/time.Millisecond) + float64(t%time.Millisecond)/float64(time.Millisecond)
}

// fromMillis returns the Duration that is nearest to ms milliseconds, 0 for
// NaN. It rounds the part below a millisecond only: a float64 does not hold the
// nanoseconds of the whole.
func fromMillis(ms float64) time.Duration {
	const most = (1 << 63) / float64(time.Millisecond) // less than a Duration can have
	switch {
	case ms != ms:
		return 0
	case ms > most:
		return math.MaxInt64
	case ms < -most:
		return math.MinInt64
	}
	whole, part := math.Modf(ms)
	return time.Duration(whole)*time.Millisecond + time.Duration(math.Round(part*float64(time.Millisecond)))
}

// showInt shows a field of fewer bits as an int. A value that does not fit is
// not set.
func showInt[T ~uint8 | ~uint32](v Visitor, s Spec, p *T) {
	n := int64(*p)
	if v.Int(s, &n); int64(T(n)) == n {
		*p = T(n)
	}
}

// A part is the One of a record that is always there.
type part[T any, P record[T]] struct{ p *T }

func (o part[T, P]) Get() Record { return P(o.p) }
func (o part[T, P]) New() Record { o.Clear(); return P(o.p) }
func (o part[T, P]) Clear() {
	var zero T
	*o.p = zero
}

func partOf[T any, P record[T]](p *T) One { return part[T, P]{p} }
