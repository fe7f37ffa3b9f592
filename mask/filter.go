package mask

import (
	"errors"
	"iter"
	"slices"
	"strconv"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A Filter masks the events of one session. It keeps the page of every window
// of it, unmasked, so it is as private as the session itself. It is not safe
// for concurrent use.
type Filter struct {
	policy  *Policy
	windows map[format.WindowID]*window
	tally   *tally
}

// NewFilter returns a Filter for one session, from its first event on. Given
// the events from a later one on, it masks all up to the next full snapshot.
func (p *Policy) NewFilter() *Filter {
	f := &Filter{
		policy:  p,
		windows: make(map[format.WindowID]*window),
		tally:   &tally{rules: make([]int, len(p.config.Rules))},
	}
	return f
}

var errNoData = errors.New("mask: event without data")

// Append appends to dst what may be seen of e: e itself, masked, no event at
// all, or more than one where e brought something under a rule that had been
// shown before. It takes ownership of e and changes it in place; the events
// that it appends are the caller's.
//
// The error is for an event without data. Content is never an error: what
// cannot be understood is left out and counted.
func (f *Filter) Append(dst []format.Event, e format.Event) ([]format.Event, error) {
	if e.Data == nil {
		return dst, errNoData
	}
	f.tally.events++
	w := f.window(e.Window)
	e.Extra = f.envelope(e.Extra)
	w.begin()
	if !f.event(w, e.Data) {
		return dst, nil
	}
	s := sink{f: f, w: w, kind: e.Data.Kind(), level: f.policy.base()}
	s.record(e.Data)
	dst = append(dst, e)
	if len(w.raised) == 0 && len(w.left) == 0 {
		return dst, nil
	}
	for _, data := range f.patch(w) {
		f.tally.patches++
		dst = append(dst, format.Event{Time: e.Time, Window: e.Window, Data: data})
	}
	return dst, nil
}

// Events yields what Append makes of each event of in. It can be used once,
// with a Filter that has seen what came before. An error of in is yielded last,
// with a zero Event.
func (f *Filter) Events(in iter.Seq2[format.Event, error]) iter.Seq2[format.Event, error] {
	return func(yield func(format.Event, error) bool) {
		var buf []format.Event
		for e, err := range in {
			if err == nil {
				buf, err = f.Append(buf[:0], e)
			}
			if err != nil {
				yield(format.Event{}, err)
				return
			}
			for _, e := range buf {
				if !yield(e, nil) {
					return
				}
			}
			clear(buf)
		}
	}
}

func (f *Filter) window(id format.WindowID) *window {
	w := f.windows[id]
	if w == nil {
		w = &window{policy: f.policy, tally: f.tally}
		f.windows[id] = w
	}
	return w
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

// event applies an event to the window's page, takes out of it what must not
// be seen at all, and points what was seen inside a blocked element at its box.
// It is false for an event of which nothing is left.
func (f *Filter) event(w *window, data format.Data) bool {
	if data.Kind().Synthetic() { // who writes the tape makes them anew, of masked events
		f.tally.add(chUnknown, droppedOut)
		return false
	}
	switch e := data.(type) {
	case *format.Custom:
		return f.passes(&f.policy.tags, e.Tag)
	case *format.Plugin:
		return f.passes(&f.policy.plugins, e.Plugin)
	case *format.Unknown:
		f.tally.add(chUnknown, droppedOut)
		return false
	case *format.FullSnapshot:
		w.load(e)
		w.adopted = nil
		f.apply(w, e)
		w.root(w.page.RootID(), markDirty)
		w.settle()
	case *format.Mutation:
		f.mutation(w, e)
	case *format.Input:
		f.apply(w, e)
		return f.unboxed(w, e.ID, chInput)
	case *format.Scroll:
		return f.unboxed(w, e.ID, chNode)
	case *format.Media:
		return f.unboxed(w, e.ID, chNode)
	case *format.Canvas:
		return f.unboxed(w, e.ID, chCanvas) && f.canvas(w, e)
	case *format.SheetRules:
		if e.Style == 0 {
			f.apply(w, e)
		}
		return e.Style != 0 || f.unboxed(w, e.ID, chCSS)
	case *format.SheetDeclaration:
		if e.Style == 0 {
			f.apply(w, e)
		}
		return e.Style != 0 || f.unboxed(w, e.ID, chCSS)
	case *format.AdoptedSheets:
		return f.adopt(w, e)
	case *format.Move:
		for i := range e.Positions {
			e.Positions[i].ID = w.visible(e.Positions[i].ID)
		}
	case *format.MouseInteraction:
		e.ID = w.visible(e.ID)
	case *format.Field:
		e.ID = w.visible(e.ID)
	case *format.Selection:
		f.selection(w, e)
	}
	return true
}

// adopt notes who adopts constructed style sheets, whose text is as private as
// the strictest of them. Sheets come with their first adopter; where that is in
// a box, the document brings them, which goes on with the sheets that it has.
func (f *Filter) adopt(w *window, e *format.AdoptedSheets) bool {
	if w.sheets == nil {
		w.sheets = make(map[snapshot.StyleID]level)
	}
	l := w.level(e.ID)
	for _, id := range e.IDs {
		w.sheets[snapshot.StyleID(id)] = w.sheets[snapshot.StyleID(id)].join(l)
	}
	for i := range e.Styles {
		id := e.Styles[i].Style
		w.sheets[id] = w.sheets[id].join(l)
	}
	if w.boxed(e.ID) {
		f.tally.add(chCSS, blocked)
		if len(e.Styles) == 0 {
			return false
		}
		e.ID, e.IDs = w.page.RootID(), slices.Clone(w.adopted)
	}
	if e.ID == w.page.RootID() {
		w.adopted = slices.Clone(e.IDs)
	}
	return true
}

func (f *Filter) apply(w *window, data format.Data) {
	if err := data.Apply(&w.page); err != nil {
		f.tally.damaged++ // what the page then lacks is masked as unknown
	}
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
