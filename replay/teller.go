package replay

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// How events are gathered into lines.
const (
	quiet      = 500 * time.Millisecond // a page that does not change for so long has come to rest
	restless   = 2 * time.Second        // a page that does not is looked at
	clickPause = time.Second            // between clicks that are told as one, and the like
	labelPause = 50 * time.Millisecond  // between a click on a label and the one that the browser makes of it
	pause      = 3 * time.Second        // between keys, and what else is told as one
	minScroll  = 40                     // CSS pixels that are told
	maxQueue   = 64                     // lines that wait for a run to end
	maxBusy    = 12                     // lines of a page between two things that the user does
	maxAlike   = 2                      // of these, that differ in numbers alone
)

// A teller tells a story.
type teller struct {
	opts    StoryOptions
	yield   func(Line, error) bool
	stopped bool
	// deeds says that what the page did by itself is not told, nor where on the
	// page is what has a name.
	deeds bool

	windows map[format.WindowID]*scene
	scenes  []*scene // the windows', in the order in which they came
	run     *run
	queue   []Line // behind the run
	events  int
	first   time.Duration
	now     time.Duration // latest time of an event
	input   time.Duration // of the latest one that the user made
	typed   snapshot.NodeID
	down    snapshot.NodeID // where the button was pressed last
}

// A scene is what a teller knows of one window.
type scene struct {
	page     snapshot.Page
	id       format.WindowID
	url      string // that was told
	surveyor surveyor
	shown    *survey
	changed  bool          // since shown
	since    time.Duration // of the first change
	latest   time.Duration // of the last one
	reloaded bool
	hidden   bool
	left     time.Duration   // when it was
	target   snapshot.NodeID // what the user did something to last
	used     bool            // the user has done something
	busy     int
	alike    map[string]int
	ticks    ticks
}

// A run is a line in the making.
type run struct {
	Line
	last    time.Duration
	x, y    float64 // offset before, of scrolling
	label   bool    // a click on the label of a control
	pending bool    // the target was not on the page yet
	emptied bool    // the field that was typed into
}

func (t *teller) scene(w format.WindowID) *scene {
	s := t.windows[w]
	if s == nil {
		s = &scene{id: w, alike: make(map[string]int), ticks: ticks{seen: make(map[string]sight), known: make(map[string]bool)}}
		t.windows[w] = s
		t.scenes = append(t.scenes, s)
	}
	return s
}

// event tells of an event and applies it.
func (t *teller) event(e *format.Event) {
	if e.Data == nil || e.Data.Kind().Synthetic() {
		return
	}
	if t.events == 0 {
		t.first, t.now, t.input = e.Time, e.Time, e.Time
	}
	t.events++
	t.now = max(t.now, e.Time)
	s := t.scene(e.Window)
	if t.run != nil && after(t.run.last, t.now) > t.run.pause() {
		t.close()
	}
	if t.run == nil {
		t.rest(false)
	}
	if isInput(e.Data) {
		t.back(s)
	}
	t.before(s, e)
	_ = e.Data.Apply(&s.page) // what damage could not do did not happen
	t.after(s, e)
}

// isInput says whether the user shows to be there; format.Counts has these
// events as Interactions.
func isInput(d format.Data) bool {
	switch d.(type) {
	case *format.Move, *format.MouseInteraction, *format.Scroll, *format.Input, *format.Media, *format.Field, *format.ViewportResize:
		return true
	}
	return false
}

// back notes that the user is there, and tells of a long time without.
func (t *teller) back(s *scene) {
	if away := after(t.input, t.now); away >= t.opts.Idle {
		t.close()
		t.say(Line{Time: t.now, Duration: away, Window: s.id, Kind: LineIdle})
	}
	t.input = t.now
}

// before tells of an event what needs the page before it.
func (t *teller) before(s *scene, e *format.Event) {
	switch d := e.Data.(type) {
	case *format.FullSnapshot:
		t.snapshot(s, d)
	case *format.Scroll:
		t.scroll(s, d)
	case *format.ViewportResize:
		if d.Width != s.page.View.Width || d.Height != s.page.View.Height {
			t.fold(s, LineResize, 0, func(r *run) { r.Text = number(d.Width) + "×" + number(d.Height) })
		}
	case *format.Mutation:
		s.surveyor.before(&s.page, d)
		s.change(t.now)
	case *format.CustomElement:
		s.change(t.now)
	}
}

// change notes that the page changes.
func (s *scene) change(now time.Duration) {
	if !s.changed {
		s.changed, s.since = true, now
	}
	s.latest = now
}

// after tells of an event.
func (t *teller) after(s *scene, e *format.Event) {
	switch d := e.Data.(type) {
	case *format.Mutation:
		s.surveyor.after(&s.page, d)
	case *format.FullSnapshot:
		if s.shown == nil {
			t.load(s)
		}
	case *format.Load, *format.DOMContentLoaded:
		s.reloaded = true
	case *format.Navigation:
		t.went(s, d.URL)
	case *format.MouseInteraction:
		t.mouse(s, d)
	case *format.Move:
		if d.Source == format.KindDrag && len(d.Positions) > 0 {
			t.drag(s, d)
		}
	case *format.Input:
		t.value(s, d)
	case *format.Selection:
		t.selection(s, d)
	case *format.Field:
		t.field(s, d)
	case *format.Media:
		t.media(s, d)
	case *format.Visibility:
		t.visibility(s, d)
	default:
		if kind, text := note(e.Data, t.opts.Text); kind != "" {
			t.tell(s, Line{Kind: kind, Text: text})
		}
	}
}

// snapshot looks at a snapshot that is to come: one of a new document, or of
// the one that is there.
func (t *teller) snapshot(s *scene, d *format.FullSnapshot) {
	loaded := s.page.Root() == nil || s.reloaded || d.Node == nil || renumbered(&s.page, d.Node)
	s.reloaded = false
	if loaded {
		t.close()
		t.rest(true)
		s.shown, s.surveyor = nil, surveyor{}
	} else {
		t.went(s, s.page.View.URL)
	}
}

// load tells of a document that was loaded.
func (t *teller) load(s *scene) {
	if t.deeds {
		is, _ := new(surveyor).look(&s.page)
		s.shown = &survey{title: is.title}
	} else {
		s.shown, _ = s.surveyor.look(&s.page)
	}
	s.changed = false
	s.url = s.page.View.URL
	l := Line{Kind: LineLoad, Text: oneLine(s.url, t.opts.Text)}
	if s.shown.title != "" {
		l.Target = Target{ID: s.page.RootID(), Role: "document", Name: oneLine(s.shown.title, 2*maxName)}
	}
	s.acted()
	t.tell(s, l)
}

// went tells of a new address of the same document.
func (t *teller) went(s *scene, url string) {
	if url == s.url || s.shown == nil {
		return
	}
	s.url = url
	t.close()
	t.tell(s, Line{Kind: LineNavigate, Text: oneLine(url, t.opts.Text)})
	s.acted()
}

func (t *teller) visibility(s *scene, d *format.Visibility) {
	switch {
	case d.State == "hidden" && !s.hidden:
		t.close()
		s.hidden, s.left = true, t.now
		t.tell(s, Line{Kind: LineHidden})
	case d.State == "visible" && s.hidden:
		t.close()
		s.hidden = false
		t.tell(s, Line{Kind: LineVisible, Duration: after(s.left, t.now)})
	}
}

func (t *teller) media(s *scene, d *format.Media) {
	l := Line{Kind: LineMedia, Target: t.describe(&s.page, d.ID)}
	switch d.Action {
	case format.Play:
		l.Text = "played"
	case format.Pause:
		l.Text = "paused"
	case format.Seeked:
		l.Text = "sought"
		if d.CurrentTime != nil {
			l.Text += " to " + number(*d.CurrentTime) + " s"
		}
	default:
		return
	}
	t.tell(s, l)
}

// tell says a line of now.
func (t *teller) tell(s *scene, l Line) {
	l.Time, l.Window = t.now, s.id
	t.say(l)
}

// say yields a line, or keeps it until the run before it ends.
func (t *teller) say(l Line) {
	if t.run != nil {
		if t.queue = append(t.queue, l); len(t.queue) >= maxQueue {
			t.close()
		}
		return
	}
	t.rest(true)
	t.emit(l)
}

func (t *teller) emit(l Line) {
	if !t.stopped {
		t.stopped = !t.yield(l, nil)
	}
}

// close ends the run: its line and those behind it are told.
func (t *teller) close() {
	r := t.run
	if r == nil {
		return
	}
	t.run = nil
	lines := append(t.queue, t.changes(true)...)
	t.queue = nil
	slices.SortStableFunc(lines, func(a, b Line) int { return cmp.Compare(a.Time, b.Time) })
	if r.pending {
		t.complete(r)
	}
	if r.done() {
		t.emit(r.Line)
	}
	for _, l := range lines {
		t.emit(l)
	}
}

// rest tells what became of the pages that came to rest, or of all.
func (t *teller) rest(all bool) {
	for _, l := range t.changes(all) {
		t.emit(l)
	}
}

// changes returns the lines that tell what became of the pages.
func (t *teller) changes(all bool) []Line {
	if t.deeds {
		return nil
	}
	var lines []Line
	for _, s := range t.scenes {
		if s.changed && s.shown != nil && (all || after(s.latest, t.now) > quiet || after(s.since, t.now) > restless) {
			lines = append(lines, s.look(t.opts.Text)...)
		}
	}
	slices.SortStableFunc(lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Window, b.Window))
	})
	return lines
}

// look returns the lines that tell what became of the page since it was looked
// at. Of a page that changes again and again it tells a few times.
func (s *scene) look(limit int) []Line {
	if s.busy > maxBusy {
		return nil // it is looked at when the user does something
	}
	s.changed = false
	was := s.shown
	is, differ := s.surveyor.look(&s.page)
	s.shown = is
	c := comparison{
		page: &s.page, was: was, is: is, differ: differ, limit: limit, time: s.since, window: s.id, acted: s.target, ticks: &s.ticks,
	}
	var kept []Line
	for _, l := range c.compare() {
		key := string(append(appendShape([]byte(l.Kind), l.Text), l.Target.Name...))
		if s.alike[key]++; s.alike[key] > maxAlike {
			continue
		}
		if s.busy++; s.busy > maxBusy {
			return append(kept, Line{Time: s.since, Window: s.id, Kind: LineBusy})
		}
		if l.Kind != LineClosed && l.Target.Selector == "" {
			l.Target.Selector = s.page.Selector(l.Target.ID)
		}
		kept = append(kept, l)
	}
	return kept
}

// appendShape appends a text without its numbers.
func appendShape(b []byte, s string) []byte {
	for i := range len(s) {
		switch c := s[i]; {
		case c < '0' || c > '9':
			b = append(b, c)
		case i == 0 || s[i-1] < '0' || s[i-1] > '9':
			b = append(b, '0')
		}
	}
	return b
}

// Ticks tell texts apart that change by themselves, as those of a clock and of
// other counters do: the user did nothing between two changes, and only numbers
// are others. They are not told a third time, nor ever after.
type ticks struct {
	seen  map[string]sight // shapes that came since the user did something
	known map[string]bool
	round int // how often there was something to drop
	shape []byte
}

// A sight is how often a shape came, in different rounds, and when last.
type sight struct{ count, round int }

// maxTicks is how many shapes are kept.
const maxTicks = 256

// drop takes from pieces those that tick.
func (t *ticks) drop(pieces []*piece) []*piece {
	t.round++
	return slices.DeleteFunc(pieces, func(p *piece) bool {
		t.shape = appendShape(t.shape[:0], p.text)
		if string(t.shape) == p.text {
			return false
		}
		x := t.seen[string(t.shape)]
		if x.round != t.round && len(t.seen) < maxTicks {
			x = sight{x.count + 1, t.round}
			t.seen[string(t.shape)] = x
			if x.count > maxAlike && len(t.known) < maxTicks {
				t.known[string(t.shape)] = true
			}
		}
		return t.known[string(t.shape)]
	})
}

// has says whether a text is known to tick.
func (t *ticks) has(text string) bool {
	if len(t.known) == 0 {
		return false
	}
	t.shape = appendShape(t.shape[:0], text)
	return t.known[string(t.shape)]
}

// acted notes that the user did something: what the page does then is told
// again.
func (s *scene) acted() {
	if s.busy > maxBusy && s.changed {
		s.shown, _ = s.surveyor.look(&s.page)
		s.changed = false
	}
	s.busy = 0
	clear(s.alike)
	clear(s.ticks.seen)
}

// finish tells what is left, and that the session ends.
func (t *teller) finish(whole bool) {
	t.close()
	t.rest(true)
	if whole && t.events > 0 {
		t.emit(Line{Time: t.now, Duration: after(t.first, t.now), Kind: LineEnd})
	}
}

// number is a number of pixels or seconds, to a tenth.
func number(f float64) string {
	if math.Abs(f) > 1e9 {
		return strconv.FormatFloat(f, 'g', 3, 64)
	}
	return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64)
}

// after is the time from one moment to another, never negative; the largest
// Duration stands for all above.
func after(from, to time.Duration) time.Duration {
	d := to - from
	switch {
	case from >= to:
		return 0
	case d < 0:
		return always
	}
	return d
}
