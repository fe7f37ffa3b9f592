// Package signals finds the moments of a session that say how the user fared:
// rage, dead and error clicks, a thrashed pointer, quick backs; and what
// products for behaviour analysis count: page visits with scroll depth and time
// on page, forms field by field, funnels, heat maps, copied and selected text.
//
// [Of] takes one pass over a session. An [Analyzer] takes its events one by
// one, as from a live stream. [Options] has every threshold with its source.
// [Totals] adds up the reports of many sessions.
//
// A [Report] is plain data. As JSON its names are stable, and times and
// durations are integers in nanoseconds, as those of [format.Summary]; times
// count from Header.Start. It does not hold what the user typed, selected or
// copied, only how much. Names of elements and addresses are those of the
// session: what a session has masked is masked in its report, and a name that is
// made of a control's value is as clear as that.
//
// # What answers a click
//
// Whether a click is dead is decided on the pages as they are rebuilt. An answer
// is a change of the document that can be seen, of a style sheet, a canvas, the
// viewport or the address; a page that loads, a window that opens or is hidden,
// media that play, a request; and, at once with the click, an input, a scroll or
// a selection. None are: what changes by itself all the time, as a clock does
// (Options.Recurring); the focus, and attributes and classes about the focus,
// hovering, pressing and ripples; scripts, the title, comments, blank text, and
// pixels that are loaded to send something; events of the page's own code, and
// the console. Left out are controls that the browser itself answers where no
// recorder sees it: fields, lists, media, embedded pages, and buttons of forms
// that it can refuse to submit.
//
// # Masked sessions
//
// A masked session gives the same report, but for what masking takes away:
// names; selections of masked text; the length of others and a field's
// Corrections and Empty, where the policy does not keep lengths; routes in the
// fragment of an address, and all of its path and where links lead if the policy
// masks that; what Custom events say, on which a funnel's step or a copy can
// wait; and what happens in an element that the policy blocks.
package signals

import (
	"errors"
	"io"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/replay"
)

// Of returns the signals of a session in one pass from its start. Events that
// could not be applied in full are no error. One of the source ends the pass,
// and is returned with the report of what came before it.
func Of(src replay.Source, opts *Options) (*Report, error) {
	a, err := NewAnalyzer(opts)
	if err != nil {
		return nil, err
	}
	p := replay.NewPlayer(src)
	defer p.Close()
	for {
		_, err := a.Step(p)
		if err == io.EOF {
			return a.Report(), nil
		}
		if _, damaged := errors.AsType[*replay.DamageError](err); err != nil && !damaged {
			return a.Report(), err
		}
	}
}

// A Report is what an Analyzer found. Its lists are bounded, and LeftOut counts
// what did not fit.
type Report struct {
	First  time.Duration `json:"first"` // earliest time of an event
	Last   time.Duration `json:"last"`  // latest time of an event
	Events int64         `json:"events"`
	// Active is for how long the user did something: the sum of the active
	// Spans. It is that of format.Summary.
	Active time.Duration `json:"active"`

	Moments []Moment  `json:"moments"`           // by time
	Spans   []Span    `json:"spans"`             // one after the other, from First to Last
	Visits  []Visit   `json:"visits"`            // by start
	Forms   []Form    `json:"forms"`             // by start
	Funnels []Passage `json:"funnels,omitempty"` // of Options.Funnels, in that order
	Heat    []Heat    `json:"heat"`              // a page each, in order of the first visit

	LeftOut LeftOut `json:"leftOut"`
}

// LeftOut says how much more a Report would have without its bounds.
type LeftOut struct {
	Windows  int64 `json:"windows"`  // events of windows beyond the first 256
	Moments  int64 `json:"moments"`  // beyond 10,000
	Spans    int64 `json:"spans"`    // beyond 10,000
	Visits   int64 `json:"visits"`   // beyond 10,000
	Forms    int64 `json:"forms"`    // events in forms beyond the first 1,000
	Fields   int64 `json:"fields"`   // events in fields beyond the first 10,000
	Pages    int64 `json:"pages"`    // clicks and moves on pages beyond the first 500
	Elements int64 `json:"elements"` // clicks and moves on elements beyond the first 20,000
	Clicks   int64 `json:"clicks"`   // clicks beyond the first 50,000
	Cells    int64 `json:"cells"`    // moves in cells beyond the first 100,000
}

const (
	maxWindows  = 256
	maxMoments  = 10_000
	maxSpans    = 10_000
	maxVisits   = 10_000
	maxForms    = 1_000
	maxFields   = 10_000
	maxPages    = 500
	maxElements = 20_000
	maxClicks   = 50_000
	maxCells    = 100_000
	maxBands    = 2_000 // of a page
	maxNames    = 2_000 // selectors of a window that are kept at hand
	maxURL      = 2048  // bytes of an address
	maxName     = 200   // bytes of an accessible name
	maxSelector = 500   // bytes of a selector
)

// A Kind is the kind of a Moment.
type Kind string

// The kinds of moment.
const (
	RageClick  Kind = "rage-click"
	DeadClick  Kind = "dead-click"
	ErrorClick Kind = "error-click"
	Thrashing  Kind = "thrashing"
	QuickBack  Kind = "quick-back"
	Selected   Kind = "selection"
	Copied     Kind = "copy"
)

// A Moment is something significant that happened. Which of the numbers are
// there depends on its kind.
type Moment struct {
	Kind   Kind            `json:"kind"`
	Time   time.Duration   `json:"time"` // when it began: of the first click, of the first move
	End    time.Duration   `json:"end"`  // when it was over: of the last click or move, of the error, of the return
	Window format.WindowID `json:"window"`
	Visit  int             `json:"visit"` // index in Report.Visits, -1 for none
	Path   string          `json:"path"`  // of the visit
	// Target is what was clicked: the control that the click was in, or the
	// element itself. Of a thrashed pointer it is the element under it at the
	// end, of a selection the one it begins in.
	Target Target `json:"target"`
	// X and Y are the place in CSS pixels of the document, where Target is in
	// the top document; that of the first click.
	X float64 `json:"x,omitempty"`
	Y float64 `json:"y,omitempty"`

	// Clicks is how many clicks it was, of a RageClick, DeadClick or ErrorClick.
	Clicks int `json:"clicks,omitempty"`
	// Answered is how many clicks of a RageClick the page answered before the
	// next.
	Answered int `json:"answered,omitempty"`
	// Errors is how many errors followed an ErrorClick; Uncaught says that the
	// first was a Failure, not a call of console.error.
	Errors   int  `json:"errors,omitempty"`
	Uncaught bool `json:"uncaught,omitempty"`
	// Distance is, in CSS pixels, that between the clicks of a RageClick that
	// are furthest from the first, and how far a thrashed pointer went.
	Distance float64 `json:"distance,omitempty"`
	Turns    int     `json:"turns,omitempty"` // of a thrashed pointer
	// Length is that of the selected text in UTF-16 code units, as the session
	// has it, 0 where that is not known.
	Length int `json:"length,omitempty"`
}

// A Span is a time in which the user did something, or nothing.
type Span struct {
	Start  time.Duration `json:"start"`
	End    time.Duration `json:"end"`
	Active bool          `json:"active"`
}
