package replay

import (
	"cmp"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A Verification is what Verify found.
type Verification struct {
	Events    int
	Snapshots int // full snapshots
	Checked   int // full snapshots that were compared with a rebuilt page
	// Backward counts the events whose time is before that of an earlier one, of
	// any window. Those that should not be are Disordered.
	Backward int
	Duration time.Duration // from the first event to the last
	Damage   []error       // *DamageErrors, the first 64
	Drift    []Drift

	// Faults are the events that do not fit, the first 256. Pages counts all, by
	// the address of the page without query and fragment, in the order in which
	// they came; 256 pages have a row, all others the one with an empty URL.
	Faults   []Fault
	Pages    []PageChecks
	Doubtful []Doubt // the first 256, in order of their windows' snapshots

	// What only VerifyTape finds.
	Frames    int
	Keyframes int     // compared, or taken after damage
	Tape      []error // what is wrong with the tape itself: *format.CorruptErrors, the first 64
}

// Checks count what was found.
type Checks struct {
	Events    int `json:"events"`
	Snapshots int `json:"snapshots"`
	Checked   int `json:"checked"` // full snapshots that were compared
	Drifted   int `json:"drifted"` // of these, that differed
	Damaged   int `json:"damaged"` // events not applied in full
	Missing   int `json:"missing"` // and faults by their kind
	Duplicate int `json:"duplicate"`
	Disorder  int `json:"disordered"`
}

// add adds the counts of o.
func (c *Checks) add(o *Checks) {
	c.Events += o.Events
	c.Snapshots += o.Snapshots
	c.Checked += o.Checked
	c.Drifted += o.Drifted
	c.Damaged += o.Damaged
	c.Missing += o.Missing
	c.Duplicate += o.Duplicate
	c.Disorder += o.Disorder
}

// Bad says whether anything was found that should not be.
func (c Checks) Bad() bool {
	return c.Drifted+c.Damaged+c.Missing+c.Duplicate+c.Disorder > 0
}

// PageChecks are the Checks of one page.
type PageChecks struct {
	URL string `json:"url"`
	Checks
}

// Checks returns the counts of all pages.
func (v *Verification) Checks() Checks {
	var all Checks
	for i := range v.Pages {
		all.add(&v.Pages[i].Checks)
	}
	return all
}

const (
	// maxDifferences is how many differences a Drift holds.
	maxDifferences = 16
	maxPages       = 256
)

// A Verifier verifies sessions. The zero value is the default.
type Verifier struct {
	// Diff has each Drift show what differs. It is content of the session.
	Diff bool
	// Differences is how many differences a Drift holds: 16.
	Differences int
}

// Verify replays a source from the start and compares each full snapshot of
// the recorder with the page rebuilt up to it. The error is the source's; what
// was found up to it is returned.
//
// A snapshot of a page that was loaded anew is not compared. That shows in
// another address, in a Load event, or in the ids: a recorder that goes on
// gives new nodes higher ones, one that starts again uses those of nodes that
// have gone.
func Verify(src Source) (Verification, error) { return Verifier{}.Verify(src) }

// Verify is the function Verify with options.
func (o Verifier) Verify(src Source) (Verification, error) {
	v := newVerifier(NewPlayer(src), o)
	defer v.p.Close()
	for {
		if _, ok := v.p.Peek(); !ok {
			break
		}
		v.event(v.p.take())
	}
	v.finish()
	if v.p.err == io.EOF {
		return v.Verification, nil
	}
	return v.Verification, v.p.err
}

// A verifier is a Verify under way.
type verifier struct {
	Verification
	o           Verifier
	p           *Player
	watch       *watch
	windows     map[format.WindowID]*verified
	pages       map[string]int // index in Pages
	first, last time.Duration
	lost        bool    // events were
	losses      []Fault // where, with a damaged frame
}

// verified is what a verifier knows of a window.
type verified struct {
	shown, snapped string        // address that it shows, and that of the last full snapshot
	since          time.Duration // time of that snapshot
	reloaded       bool          // the page was loaded anew since then
	doubtful       bool          // events were lost since then
	right          []mark        // the full snapshots, and the keyframes after damage
}

// A mark is where an event is.
type mark struct {
	event int
	time  time.Duration
}

func newVerifier(p *Player, o Verifier) *verifier {
	if o.Differences <= 0 {
		o.Differences = maxDifferences
	}
	v := &verifier{o: o, p: p, windows: make(map[format.WindowID]*verified), pages: make(map[string]int)}
	v.watch = newWatch(v.fault)
	return v
}

// page returns the row of a page.
func (v *verifier) page(url string) *Checks {
	url = place(url)
	i, ok := v.pages[url]
	if !ok {
		if len(v.Pages) >= maxPages {
			url = ""
		}
		if i, ok = v.pages[url]; !ok {
			i = len(v.Pages)
			v.Pages = append(v.Pages, PageChecks{URL: url})
			v.pages[url] = i
		}
	}
	return &v.Pages[i].Checks
}

// place is an address without query and fragment.
func place(url string) string {
	if i := strings.IndexAny(url, "?#"); i >= 0 {
		return url[:i]
	}
	return url
}

// event applies an event, which is compared before if it is a full snapshot.
func (v *verifier) event(e *format.Event) {
	if e.Data.Kind() == format.KindKeyframe { // of a Merged
		_ = v.p.apply(e)
		if w := v.windows[e.Window]; w != nil {
			w.reloaded = true
		}
		return
	}
	if v.Events == 0 {
		v.first, v.last = e.Time, e.Time
	}
	if e.Time < v.last {
		v.Backward++
	}
	v.last = max(v.last, e.Time)
	w := v.windows[e.Window]
	if w == nil {
		w = &verified{doubtful: v.lost}
		v.windows[e.Window] = w
	}
	switch data := e.Data.(type) {
	case *format.Meta:
		w.shown = data.URL
	case *format.Load, *format.DOMContentLoaded:
		w.reloaded = true
	case *format.FullSnapshot:
		v.snapshot(e, w, data)
	}
	damage, doubtful := len(v.p.damage), w.doubtful
	err := v.p.apply(e)
	if doubtful && err != nil {
		v.p.damage = v.p.damage[:min(damage, len(v.p.damage))]
		err = nil
	}
	url := v.p.Window(e.Window).View.URL
	row := v.page(url)
	row.Events++
	if v.watch.event(v.Events, e, url, err); err != nil {
		row.Damaged++
	}
	v.Events++
}

// snapshot compares a full snapshot with the page.
func (v *verifier) snapshot(e *format.Event, w *verified, data *format.FullSnapshot) {
	v.Snapshots++
	row := v.page(w.shown)
	row.Snapshots++
	page := v.p.Window(e.Window)
	fresh := page == nil || page.Root() == nil || data.Node == nil || w.shown != w.snapped ||
		w.reloaded || w.doubtful || renumbered(page, data.Node)
	if !fresh {
		v.Checked++
		row.Checked++
		want, got := normal(data.Node), page.Snapshot()
		if list := snapshot.Compare(want, got, v.o.Differences); len(list) > 0 {
			row.Drifted++
			d := Drift{Event: v.Events, Window: e.Window, Differences: list, Time: e.Time, Since: w.since, URL: place(w.shown)}
			if v.o.Diff {
				d.Diff = diff(want, got, list)
			}
			v.Drift = append(v.Drift, d)
		}
	}
	*w = verified{shown: w.shown, snapped: w.shown, since: e.Time, right: append(w.right, mark{v.Events, e.Time})}
}

// fault takes a fault that the watch found.
func (v *verifier) fault(f *Fault) {
	row := v.page(f.url)
	switch f.Kind {
	case Missing:
		row.Missing++
	case Duplicate:
		row.Duplicate++
	case Disordered:
		row.Disorder++
	}
	if len(v.Faults) < maxFaults {
		v.Faults = append(v.Faults, *f)
	}
}

// doubt notes that events were lost.
func (v *verifier) doubt() {
	v.lost = true
	for id, w := range v.windows {
		if w.doubtful = true; len(v.losses) < maxFaults {
			v.losses = append(v.losses, Fault{Window: id, Event: v.Events - 1, Since: v.last})
		}
	}
}

// trust notes that a page is what it was when it was recorded.
func (v *verifier) trust(id format.WindowID) {
	if w := v.windows[id]; w != nil {
		w.doubtful, w.reloaded = false, true // what was loaded meanwhile is not known
		w.right = append(w.right, mark{v.Events, v.last})
	}
}

func (v *verifier) finish() {
	v.watch.finish()
	slices.SortStableFunc(v.Faults, func(a, b Fault) int { return cmp.Compare(a.Event, b.Event) })
	v.Duration = minus(v.last, v.first)
	v.Damage = v.p.damage
	v.doubts()
}

// renumbered says whether the ids of root are those of another document than
// the page's: a tenth of them or more are lower than the page's highest and
// not on the page.
func renumbered(p *snapshot.Page, root *snapshot.Node) bool {
	if p.RootID() != root.ID {
		return true
	}
	highest := snapshot.NodeID(0)
	for id := range p.All() {
		highest = max(highest, id)
	}
	all, strange := 0, 0
	for n := range root.All() {
		all++
		if n.ID < highest && p.Kind(n.ID) == 0 {
			strange++
		}
	}
	return strange*10 >= all
}

// normal returns the tree as a Page gives it back, so that recorded and
// rebuilt trees have their live state in the same place.
func normal(n *snapshot.Node) *snapshot.Node {
	var p snapshot.Page
	if p.Load(n) != nil && p.Root() == nil {
		return n
	}
	return p.Snapshot()
}
