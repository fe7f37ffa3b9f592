package signals

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

// An Analyzer finds the signals of one session, event by event. It keeps what
// a Report has, within its bounds, and little else. It is not safe for
// concurrent use.
type Analyzer struct {
	opts    Options
	r       Report
	now     time.Duration // latest time of an event
	windows map[format.WindowID]*window
	all     []*window                          // in the order in which they came
	seen    map[place]bool                     // by the mutation that is looked at
	pages   map[format.WindowID]*snapshot.Page // of Add
	spans   spans
	heat    map[string]*heat
	paths   []string // of heat, in order
	forms   []*form
	passing []passing
	hands   hands

	// How much of what is bounded there is.
	fields, elements, clicks, cells int

	triggered bool // the recorder tells a user's inputs from a script's
	focused   bool // the recorder tells what has the focus
}

// A window is what an Analyzer knows of a window.
type window struct {
	id   format.WindowID
	page *snapshot.Page

	visit    int // index in Report.Visits, -1 for none
	previous int // that of the visit before

	presses []*press // that wait for an answer or an error
	chain   chain
	answers int // of the page, to any click
	ticks   map[place]*ticker
	errors  ticker
	prompt  time.Duration // of the last click or input, before which changes are the page's own
	used    bool          // there was one

	pointer     pointer
	hover       map[snapshot.NodeID]*hover
	thrash      thrash
	selection   *Moment // that goes on
	selectionOf snapshot.Range
	forms       map[snapshot.NodeID]*form
	field       *field          // that has the focus
	focused     snapshot.NodeID // what has it, also where it is not on the page yet
	focusedAt   time.Duration
	names       map[snapshot.NodeID]string
	last        time.Duration // latest event
	loading     bool          // a page is loaded, of which there is no snapshot yet
	moved       bool          // the address is another than at the snapshot before
	hidden      bool
	hiddenAt    time.Duration
}

// NewAnalyzer returns an Analyzer that has seen no event. The error is that of
// a funnel which cannot be followed.
func NewAnalyzer(opts *Options) (*Analyzer, error) {
	a := &Analyzer{
		opts:    opts.WithDefaults(),
		windows: make(map[format.WindowID]*window),
		seen:    make(map[place]bool),
		pages:   make(map[format.WindowID]*snapshot.Page),
		heat:    make(map[string]*heat),
	}
	for _, f := range a.opts.Funnels {
		p, err := newPassing(f)
		if err != nil {
			return nil, err
		}
		a.passing = append(a.passing, p)
	}
	return a, nil
}

// Step lets p apply its next event and takes it, for a caller who needs the
// pages too. What it returns is what p.Step does.
func (a *Analyzer) Step(p *replay.Player) (format.Event, error) {
	next, ok := p.Peek()
	if !ok {
		return p.Step()
	}
	page := p.Window(next.Window)
	w := a.before(next, page)
	e, err := p.Step()
	if w != nil {
		w.page = p.Window(e.Window)
		a.after(w, &e)
	}
	return e, err
}

// Add takes the next event of the session, which then belongs to the Analyzer:
// its pages keep parts of it. An Analyzer is fed by Add or by Step, not both.
func (a *Analyzer) Add(e format.Event) {
	if e.Data == nil {
		return
	}
	page := a.pages[e.Window]
	if page == nil {
		page = &snapshot.Page{}
		if len(a.pages) < maxWindows {
			a.pages[e.Window] = page
		}
	}
	w := a.before(&e, page)
	if w != nil {
		w.page = page
		_ = e.Data.Apply(page) // what could be done was
		a.after(w, &e)
	}
}

// window returns the window with that id, nil for one too many.
func (a *Analyzer) window(id format.WindowID) *window {
	w := a.windows[id]
	if w == nil && len(a.windows) < maxWindows {
		w = &window{
			id: id, visit: -1, previous: -1,
			ticks: make(map[place]*ticker),
			forms: make(map[snapshot.NodeID]*form),
			names: make(map[snapshot.NodeID]string),
			hover: make(map[snapshot.NodeID]*hover),
		}
		a.windows[id] = w
		a.all = append(a.all, w)
	}
	return w
}

// before takes an event that has not been applied to its page yet, which is
// nil for a window's first. It returns nil for one that is not looked at.
func (a *Analyzer) before(e *format.Event, page *snapshot.Page) *window {
	if e.Data == nil || e.Data.Kind().Synthetic() {
		return nil
	}
	t := clampTime(e.Time)
	if a.r.Events == 0 {
		a.r.First, a.r.Last, a.now = t, t, t
	}
	a.r.Events++
	a.r.First, a.r.Last = min(a.r.First, t), max(a.r.Last, t)
	a.now = max(a.now, t)
	isNew := a.windows[e.Window] == nil
	w := a.window(e.Window)
	if w == nil {
		a.r.LeftOut.Windows++
		return nil
	}
	if page == nil {
		page = &snapshot.Page{}
	}
	w.page, w.last = page, a.now
	a.expire()
	if isNew && len(a.windows) > 1 {
		for _, other := range a.windows {
			a.answer(other, 0) // a window that a click opened
		}
	}
	if e.Data.Kind().IsInteraction() {
		a.interact(w, t)
	}
	a.react(w, e)
	return w
}

// after takes the event once the page has it.
func (a *Analyzer) after(w *window, e *format.Event) {
	if a.opts.Height != nil {
		a.setHeight(w, a.opts.Height(e))
	}
	switch x := e.Data.(type) {
	case *format.Meta:
		a.visit(w, x.URL)
	case *format.Navigation:
		a.visit(w, x.URL)
	case *format.DOMContentLoaded:
		w.loading = true
	case *format.FullSnapshot:
		clear(w.names)
		clear(w.hover)
		w.pointer.seen = false
		a.scroll(w)
	case *format.ViewportResize:
		a.scroll(w)
	case *format.Scroll:
		if x.ID == w.page.RootID() {
			a.scroll(w)
		}
	case *format.Visibility:
		a.setHidden(w, x.State == "hidden")
	case *format.MouseInteraction:
		a.mouse(w, x)
	case *format.Move:
		a.move(w, clampTime(e.Time), x)
	case *format.Input:
		a.input(w, x)
	case *format.Field:
		a.fieldEvent(w, x)
	case *format.Selection:
		a.selected(w)
	case *format.Custom:
		a.custom(w, x)
	}
	if format.IsError(e.Data) {
		_, uncaught := e.Data.(*format.Failure)
		if w.visit >= 0 {
			a.r.Visits[w.visit].Errors++
		}
		a.failed(w, uncaught)
	}
}

// mouse takes a click, a change of the focus, or part of one.
func (a *Analyzer) mouse(w *window, x *format.MouseInteraction) {
	switch x.Action {
	case format.Click:
		a.click(w, x)
	case format.Focus:
		a.focused = true
		a.focus(w, x.ID)
	case format.Blur:
		a.focused = true
		a.blur(w, x.ID)
	case format.MouseDown, format.MouseUp, format.TouchStart, format.TouchEnd:
		a.endThrash(w)
		w.thrash.reset() // what is dragged is no thrashing
	}
}

// expire decides what has waited long enough.
func (a *Analyzer) expire() {
	for _, w := range a.all {
		a.expireChain(w)
		a.expirePresses(w)
		if m := w.selection; m != nil && a.now > m.End+a.opts.RageWithin {
			a.endSelection(w)
		}
		if m := w.thrash.moment; m != nil && a.now > m.End+a.opts.ThrashWithin {
			a.endThrash(w)
		}
	}
}

// Report returns what was found so far, as if the session were over. It shares
// nothing that changes with the Analyzer, which goes on.
func (a *Analyzer) Report() *Report {
	r := a.r
	r.Moments, r.Visits = list(r.Moments), list(r.Visits)
	pending := Analyzer{opts: a.opts, now: a.now, r: Report{Visits: r.Visits}}
	for _, id := range sorted(a.windows) {
		w := *a.windows[id]
		if w.visit >= 0 {
			v := &r.Visits[w.visit]
			v.End = max(v.End, w.last)
			if w.hidden {
				v.Hidden += max(0, v.End-max(w.hiddenAt, v.Start))
			}
		}
		pending.endChain(&w)
		for _, p := range w.presses {
			pending.endPress(&w, *p)
		}
		if w.selection != nil {
			pending.endSelection(&w)
		}
		pending.endThrash(&w)
	}
	for _, m := range pending.r.Moments {
		add(&r.Moments, m, maxMoments, &r.LeftOut.Moments)
	}
	slices.SortStableFunc(r.Moments, func(a, b Moment) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Window, b.Window))
	})
	for i, v := range r.Visits {
		r.Visits[i] = v.finish()
	}
	r.Active = a.spans.active
	r.Spans = a.spans.all(r.First, r.Last)
	r.Forms = make([]Form, len(a.forms))
	for i, f := range a.forms {
		r.Forms[i] = f.report(a.now)
	}
	for i := range a.passing {
		r.Funnels = append(r.Funnels, a.passing[i].passage())
	}
	r.Heat = make([]Heat, len(a.paths))
	for i, p := range a.paths {
		r.Heat[i] = a.heat[p].report()
	}
	return &r
}

// moment adds a moment, of the window's visit.
func (a *Analyzer) moment(w *window, m Moment) {
	m.Window, m.Visit, m.Path = w.id, w.visit, a.path(w)
	add(&a.r.Moments, m, maxMoments, &a.r.LeftOut.Moments)
}

// path returns the page that a window is at.
func (a *Analyzer) path(w *window) string {
	if w.visit < 0 {
		return ""
	}
	return a.r.Visits[w.visit].Path
}

// add appends to a list that has most elements at most, and counts what does
// not fit.
func add[T any](list *[]T, v T, most int, left *int64) bool {
	if len(*list) >= most {
		*left++
		return false
	}
	*list = append(*list, v)
	return true
}

// list returns a copy that is never nil, so that it is an array in JSON.
func list[T any](s []T) []T { return append([]T{}, s...) }

// sorted returns the windows' ids in order.
func sorted(windows map[format.WindowID]*window) []format.WindowID {
	ids := make([]format.WindowID, 0, len(windows))
	for id := range windows {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// cut returns the first n bytes of s at most, in whole characters, as a string
// of its own.
func cut(s string, n int) string {
	if len(s) > n {
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n]
	}
	return strings.Clone(s)
}
