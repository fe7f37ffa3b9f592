package replay

import (
	"iter"
	"slices"
	"time"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/selector"
	"github.com/pagetape/pagetape/snapshot"
)

// A Match is a span of time in which an element matched.
type Match struct {
	Window format.WindowID `json:"window"`
	ID     snapshot.NodeID `json:"id"`
	// Start and End are when the span began and ended. An event whose time is
	// before that of an earlier one counts as happening with it.
	Start time.Duration `json:"start"`
	End   time.Duration `json:"end"`
	// First and Last are the indexes, in file order, of the events that began
	// and ended it. For EndSession Last is how many events there are.
	First int `json:"first"`
	Last  int `json:"last"`
	Why   End `json:"why"` // it ended
	// Tag is the element's tag name. Text is what it said when the span began:
	// the text in it, or the value of a form control, with white space
	// collapsed and cut after 200 characters. Where the text changes, the span
	// goes on; History tells.
	Tag  string `json:"tag"`
	Text string `json:"text"`
}

// An End is why a span ended.
type End uint8

// The ends of spans.
const (
	EndSession End = iota // the session ended, and the span with it
	EndRemoved            // the element was removed
	EndChanged            // it did not match any more
	EndPage               // another page came
)

var endNames = [...]string{"session", "removed", "changed", "page"}

// String returns "session", "removed", "changed" or "page".
func (e End) String() string {
	if int(e) < len(endNames) {
		return endNames[e]
	}
	return "unknown"
}

// MarshalText returns the name.
func (e End) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// A SelectorError says where in a selector list the reason is that it is
// refused. The offset is in bytes.
type SelectorError struct {
	Offset int
	Err    error
}

func (e *SelectorError) Error() string {
	return (&selector.Error{Offset: e.Offset, Err: e.Err}).Error()
}

func (e *SelectorError) Unwrap() error { return e.Err }

// Find yields the spans of time in which an element matched the selector list,
// in all windows, in the order in which they end; those that end with one event
// in that of their first events, then by id.
//
// Documents in frames and shadow trees are scopes of their own: a selector is
// matched in each, and does not lead from one into another. A full snapshot of
// a page that goes on ends no span, unless the element is not there or does
// not match any more. Elements without an id are not found.
//
// Selectors are those of mask.Rule, and :checked, :focus and :focus-within,
// which ask for the live state, of the last element of a selector. :enabled and
// :disabled read attributes. One that a recording cannot answer as a browser
// would is a *SelectorError. The error, if any, comes last; it is that or the
// source's: what an event could not do is no error, see Verify.
//
// Find keeps the pages, what matches now, and a frame of the tape. It looks at
// what an event can have changed for the selector, and passes over the parts of
// a sealed tape in which the names that the selector asks for do not occur, and
// elsewhere over the content of events that selectors do not see. It can be used
// again.
//
// Damage of a sealed tape is an error where Find reads: in a frame's checksum or
// encoding, or in an event that selectors see. It is none in what Find passes
// over; VerifyTape reads it all.
func Find(src Source, sel string) iter.Seq2[Match, error] {
	return func(yield func(Match, error) bool) {
		list, err := parseSelector(sel)
		if err != nil {
			yield(Match{}, err)
			return
		}
		f := finder{yield: yield, new: func() judge { return &selecting{list: list} }}
		f.run(src, selectorNeeds(list))
	}
}

func parseSelector(sel string) (*selector.List, error) {
	list, err := selector.Parse(sel, &selector.Options{Live: true})
	if err != nil {
		e := err.(*selector.Error)
		if e.Err == selector.ErrText {
			e.Err = errFindText
		}
		return nil, &SelectorError{e.Offset, e.Err}
	}
	return list, nil
}

// A judge decides about the elements of one window.
type judge interface {
	// before looks at the page before a mutation.
	before(*snapshot.Page, *format.Mutation)
	// after calls again for all elements that the event, now applied, can have
	// made match otherwise. Elements that went need not be among them.
	after(*snapshot.Page, *format.Event, again)
	// all calls again for all elements that can match.
	all(*snapshot.Page, again)
	// match says whether an element matches.
	match(*snapshot.Page, element) bool
	// text returns what a Match of the element says.
	text(*snapshot.Page, element) string
}

// An again is what looks again at an element.
type again func(element)

// An element is one of a page.
type element struct {
	id snapshot.NodeID
	*html.Node
}

// A finder is a Find under way.
type finder struct {
	yield   func(Match, error) bool
	new     func() judge
	windows map[format.WindowID]*finding
	order   []*finding // by their first event
	last    *finding   // of the event before
}

// run looks at the events of a source. needs are those of what is looked for.
func (f *finder) run(src Source, needs []need) {
	f.windows = make(map[format.WindowID]*finding)
	r := newRerun()
	var e format.Event // one for all: judges make it escape
	var failed error
	for e, failed = range searched(src, needs, f.open) {
		if failed != nil {
			break
		}
		w, at := f.window(e.Window), r.spot(&e)
		w.before(&e, at)
		if inert(e.Data) {
			w.same.keyed = false
			r.pass(&e)
			continue
		}
		goesOn := w.same.see(w.page, &e)
		w.page = r.apply(&e)
		if w.apply(&e, goesOn, at); !w.flush(f.yield) {
			return
		}
	}
	over := spot{max(r.now, 0), r.at}
	for _, w := range f.order {
		w.settle(over)
		if w.endAll(EndSession, over); !w.flush(f.yield) {
			return
		}
	}
	if failed != nil {
		f.yield(Match{}, failed)
	}
}

// open says whether something matches now.
func (f *finder) open() bool {
	return slices.ContainsFunc(f.order, func(w *finding) bool { return len(w.open) > 0 })
}

func (f *finder) window(id format.WindowID) *finding {
	if f.last != nil && f.last.id == id {
		return f.last
	}
	w := f.windows[id]
	if w == nil {
		w = newFinding(id, f.new())
		f.windows[id] = w
		f.order = append(f.order, w)
	}
	f.last = w
	return w
}
