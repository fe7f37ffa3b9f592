package mask

import (
	"errors"
	"iter"
	"slices"
	"strconv"
	"time"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/ahead"
	"github.com/pagetape/pagetape/internal/echo"
	"github.com/pagetape/pagetape/snapshot"
)

// A Filter masks the events of one session. It keeps the page of every window
// of it, unmasked, so it is as private as the session itself. It is not safe
// for concurrent use.
//
// What a private control held is stripped wherever it shows up again, which can
// be before the filter knows of it. A stored session is masked exactly, by
// Events, which goes over it twice. What comes in while the session goes on is
// masked by Append as well as can be with what is known by then: the longer
// FilterOptions.Hold is, the better.
type Filter struct {
	policy *Policy
	opts   FilterOptions
	tally  *tally
	memory *memory

	tail   pages  // as they are where masking is
	head   *pages // as they are where learning is; the tail itself where nothing is held back
	held   []format.Event
	last   time.Duration // the latest time that was seen
	done   bool          // events have been let go
	serial uint64        // of the last state

	window   *window         // of the event at hand
	about    snapshot.NodeID // that is being masked; 0 is none
	whole    bool            // the event has all of a page
	buf      []echo.Span
	searched findings // by detectors and for values
	lined    findings // of lines, for values alone
	styles   findings // style sheets that are shown as they are

	blocks    map[*html.Node]bool // whose lines the event changed
	line      line                // that is being read
	lineText  []byte
	lineNodes []snapshot.NodeID
}

// FilterOptions is what a Filter needs to know beside its policy. The zero
// value is good.
type FilterOptions struct {
	// Key is the secret that the session's key is derived from, with Session:
	// 32 random bytes, or as good. A Filter without one makes a key of its own,
	// and has no state to export.
	Key []byte
	// Session is the session's name, for the derivation of its key: equal
	// values of different sessions have nothing in common.
	Session string
	// Serial is the least serial number of a state that Import takes.
	Serial uint64
	// Hold is how long, in the session's own time, Append keeps events back.
	// A value that becomes known in that time is stripped from them too.
	Hold time.Duration
	// Values are private values that the caller knows of: the user's name,
	// address, account. Those too short to be looked for are left out
	// (docs/masking.md).
	Values []string
	// MaxValues is how many values are registered; with more, all text is
	// masked. 0 is 2,000.
	MaxValues int
	// Memory is how many bytes of events, about, Events keeps in memory between
	// its two passes. What is more goes to an encrypted temporary file. 0 is
	// 16 MiB.
	Memory int
}

// NewFilter returns a Filter for one session, from its first event on. Given
// the events from a later one on, it masks all up to the next full snapshot.
// Nil options are the zero ones.
func (p *Policy) NewFilter(opts *FilterOptions) *Filter {
	if opts == nil {
		opts = &FilterOptions{}
	}
	f := &Filter{
		policy: p,
		opts:   *opts,
		tally:  newTally(p),
		memory: newMemory(opts),
	}
	f.tail = pages{policy: p, tally: f.tally, memory: f.memory}
	f.head = &f.tail
	if opts.Hold > 0 {
		f.ahead()
	}
	f.Register(opts.Values...)
	return f
}

// ahead gives the filter pages of their own for learning.
func (f *Filter) ahead() { f.head = f.tail.copy(newTally(f.policy)) }

// Register tells the filter of private values that the caller knows of.
func (f *Filter) Register(values ...string) {
	f.memory.next = f.tail.clock + 1
	for _, v := range values {
		if _, strength := f.memory.add(v, echo.Known); strength != echo.None && f.done {
			f.memory.later(fresh{value: v, kind: echo.Known}, v)
		}
	}
}

var errNoData = errors.New("mask: event without data")

// Append appends to dst what may be seen of e, and of the events before it that
// were held back and have been so for long enough: an event itself, masked, no
// event at all, or more than one where it brought something under a rule that
// had been shown before. It takes ownership of e and changes it in place; the
// events that it appends are the caller's.
//
// The error is for an event without data. Content is never an error: what
// cannot be understood is left out and counted.
func (f *Filter) Append(dst []format.Event, e format.Event) ([]format.Event, error) {
	if e.Data == nil {
		return dst, errNoData
	}
	if f.head == &f.tail {
		return f.mask(dst, e), nil
	}
	f.learn(e)
	f.held = append(f.held, e)
	f.last = max(f.last, e.Time)
	n := 0
	for n < len(f.held) && f.held[n].Time <= f.last-f.opts.Hold {
		dst = f.mask(dst, f.held[n])
		n++
	}
	f.held = slices.Delete(f.held, 0, n)
	return dst, nil
}

// Flush appends to dst what may be seen of the events that are held back. More
// events can follow.
func (f *Filter) Flush(dst []format.Event) []format.Event {
	for _, e := range f.held {
		dst = f.mask(dst, e)
	}
	clear(f.held)
	f.held = f.held[:0]
	return dst
}

// Events yields what may be seen of a stored session. It reads in to its end
// before it yields the first event, so that what becomes known late is masked
// from the beginning. It can be used once, with a Filter that has seen what came
// before. In runs in a goroutine of its own. An error of in is yielded last, with
// a zero Event, after what came before it.
func (f *Filter) Events(in iter.Seq2[format.Event, error]) iter.Seq2[format.Event, error] {
	return func(yield func(format.Event, error) bool) {
		if f.head == &f.tail {
			f.ahead()
		}
		log := backlog{limit: f.opts.Memory}
		defer log.close()
		var failed error
		for _, e := range f.held {
			failed = errors.Join(failed, log.add(e))
		}
		f.held = nil
		for e, err := range ahead.Of(in) {
			if err == nil && e.Data == nil {
				err = errNoData
			}
			if err == nil {
				f.learn(e)
				err = log.add(e)
			}
			if err != nil {
				failed = err
				break
			}
		}
		var buf []format.Event
		for e, err := range log.events() {
			if err != nil {
				failed = errors.Join(failed, err)
				break
			}
			buf = f.mask(buf[:0], e)
			for _, e := range buf {
				if !yield(e, nil) {
					return
				}
			}
			clear(buf)
		}
		if failed != nil {
			yield(format.Event{}, failed)
		}
	}
}

// base is the level of what no rule decides about.
func (f *Filter) base() level { return f.memory.least(f.policy.base()) }

// learn looks at an event that is masked later.
func (f *Filter) learn(e format.Event) {
	w := f.head.window(e.Window)
	w.begin()
	f.memory.next = f.tail.clock + 1
	w.follow(e.Data)
	for _, r := range w.raised {
		f.memory.raise(w, r.id)
	}
	f.memory.learn(w, e.Data)
	if !f.done {
		f.memory.searched()
	}
}

// mask appends to dst what may be seen of e.
func (f *Filter) mask(dst []format.Event, e format.Event) []format.Event {
	f.tally.events++
	w := f.tail.window(e.Window)
	w.begin()
	e.Extra = f.envelope(e.Extra)
	if e.Data.Kind().Synthetic() { // who writes the tape makes them anew, of masked events
		f.tally.add(chUnknown, droppedOut)
		return dst
	}
	if _, ok := e.Data.(*format.Unknown); ok {
		f.tally.add(chUnknown, droppedOut)
		return dst
	}
	c := w.follow(e.Data)
	if f.head == &f.tail {
		f.memory.next = w.epoch
		f.memory.learn(w, e.Data)
	}
	w.watch(e)
	f.window, f.about, f.whole = w, 0, e.Data.Kind() == format.KindFullSnapshot
	f.done = true
	if f.cut(w, e.Data, c) {
		f.join(w, e.Data)
		s := sink{f: f, w: w, kind: e.Data.Kind(), level: f.base()}
		s.record(e.Data)
		dst = append(dst, e)
	}
	for _, data := range f.patch(w) {
		f.tally.patches++
		dst = append(dst, format.Event{Time: e.Time, Window: e.Window, Data: data})
	}
	return f.late(dst, e)
}

// envelope keeps of an event's envelope what is about time.
func (f *Filter) envelope(ms []snapshot.Member) []snapshot.Member {
	if len(ms) == 0 {
		return nil
	}
	return slices.DeleteFunc(ms, func(m snapshot.Member) bool {
		_, err := strconv.ParseFloat(m.Value, 64)
		switch {
		case m.Name == "timestamp" && (m.Value == "" || err == nil && len(m.Value) <= 20):
			return false
		case m.Name == "delay" && err == nil && len(m.Value) <= 20 && digitRun(m.Value) <= 7:
			return false
		}
		f.tally.add(chUnknown, droppedOut)
		return true
	})
}

// cut takes out of an event, which the window's page has followed already, what
// must not be seen at all, and points what was seen inside a blocked element at
// its box. It is false for an event of which nothing is left.
func (f *Filter) cut(w *window, data format.Data, c change) bool {
	switch e := data.(type) {
	case *format.Custom:
		return f.passes(&f.policy.tags, e.Tag)
	case *format.Plugin:
		return f.passes(&f.policy.plugins, e.Plugin)
	case *format.Mutation:
		f.trim(w, e, c)
	case *format.Input:
		return f.unboxed(w, e.ID, chInput)
	case *format.Scroll:
		return f.unboxed(w, e.ID, chNode)
	case *format.Media:
		return f.unboxed(w, e.ID, chNode)
	case *format.Canvas:
		return f.unboxed(w, e.ID, chCanvas) && f.canvas(w, e)
	case *format.SheetRules:
		return e.Style != 0 || f.unboxed(w, e.ID, chCSS)
	case *format.SheetDeclaration:
		return e.Style != 0 || f.unboxed(w, e.ID, chCSS)
	case *format.AdoptedSheets:
		return f.adopt(w, e)
	case *format.Move:
		// Where the pointer is on a box is what is in the box: a key of a pad.
		had := len(e.Positions)
		e.Positions = slices.DeleteFunc(e.Positions, func(p format.Position) bool { return !f.unboxed(w, p.ID, chNode) })
		return had == 0 || len(e.Positions) > 0
	case *format.MouseInteraction:
		if !f.unboxed(w, e.ID, chNode) {
			e.ID, e.X, e.Y = w.visible(e.ID), nil, nil
		}
	case *format.Field:
		e.ID = w.visible(e.ID)
	case *format.Selection:
		f.selection(w, e)
	}
	return true
}

// adopt lets the document bring the sheets that come with their first adopter
// where that is in a box. It goes on with the sheets that it has.
func (f *Filter) adopt(w *window, e *format.AdoptedSheets) bool {
	if w.boxed(e.ID) {
		f.tally.add(chCSS, blocked)
		if len(e.Styles) == 0 {
			return false
		}
		e.ID, e.IDs = w.page.RootID(), slices.Clone(w.adopted)
	}
	return true
}

// unboxed says whether an event about the node with that id is to be kept.
func (f *Filter) unboxed(w *window, id snapshot.NodeID, ch channel) bool {
	if w.boxed(id) {
		f.tally.add(ch, blocked)
		return false
	}
	return true
}

// canvas takes out of an event about a canvas in masked scope the commands that
// bring pixels. It is false where none is left.
func (f *Filter) canvas(w *window, e *format.Canvas) bool {
	if w.level(e.ID).base() == levelClear {
		return true
	}
	had := len(e.Commands)
	e.Commands = slices.DeleteFunc(e.Commands, func(c format.CanvasCommand) bool {
		_, ok := maskCanvas(c.Property, c.Args)
		if !ok {
			f.tally.add(chCanvas, droppedOut)
		}
		return !ok
	})
	if e.Property != "" {
		if _, ok := maskCanvas(e.Property, e.Args); !ok {
			f.tally.add(chCanvas, droppedOut)
			e.Property, e.Args = "", ""
			return len(e.Commands) > 0
		}
	}
	return had == 0 || len(e.Commands) > 0 || e.Property != ""
}

// selection drops the ranges that begin or end in masked scope: their offsets
// tell lengths.
func (f *Filter) selection(w *window, e *format.Selection) {
	private := func(id snapshot.NodeID) bool { return w.level(id).base() > levelClear || w.hidden(id) }
	e.Ranges = slices.DeleteFunc(e.Ranges, func(r format.Range) bool {
		if private(r.Start) || private(r.End) {
			f.tally.add(chSelection, droppedOut)
			return true
		}
		f.tally.add(chSelection, kept)
		return false
	})
}
