package replay

import (
	"errors"
	"io"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A Drift is a full snapshot of the recorder that the page rebuilt up to it
// does not equal.
type Drift struct {
	Event       int // index of the snapshot in file order
	Window      format.WindowID
	Differences []snapshot.Difference
}

// A Verification is what Verify found.
type Verification struct {
	Events    int
	Snapshots int // full snapshots
	Checked   int // full snapshots that were compared with a rebuilt page
	// Backward counts the events whose time is before that of an earlier one,
	// by more than the recorder's batching explains.
	Backward int
	Duration time.Duration // from the first event to the last
	Damage   []error       // *DamageErrors, the first 64
	Drift    []Drift

	// What only VerifyTape finds.
	Frames    int
	Keyframes int     // compared, or taken after damage
	Tape      []error // what is wrong with the tape itself: *format.CorruptErrors, the first 64
}

// maxDifferences is how many differences a Drift holds.
const maxDifferences = 16

// Verify replays a source from the start and compares each full snapshot of
// the recorder with the page rebuilt up to it. The error is the source's; what
// was found up to it is returned.
//
// A snapshot of a page that was loaded anew is not compared. That shows in
// another address, in a Load event, or in the ids: a recorder that goes on
// gives new nodes higher ones, one that starts again uses those of nodes that
// have gone.
func Verify(src Source) (Verification, error) {
	v := newVerifier(NewPlayer(src))
	defer v.p.Close()
	for {
		e, ok := v.p.Peek()
		if !ok {
			break
		}
		v.p.ahead = nil
		v.event(e)
	}
	v.finish()
	if errors.Is(v.p.err, io.EOF) {
		return v.Verification, nil
	}
	return v.Verification, v.p.err
}

// A verifier is a Verify under way.
type verifier struct {
	Verification
	p           *Player
	windows     map[format.WindowID]*verified
	first, last time.Duration
	lost        bool // events were
}

// verified is what a verifier knows of a window.
type verified struct {
	shown, snapped string // address that it shows, and that of the last full snapshot
	reloaded       bool   // the page was loaded anew since then
	doubtful       bool   // events were lost since then
}

func newVerifier(p *Player) verifier {
	return verifier{p: p, windows: make(map[format.WindowID]*verified)}
}

// event applies an event, which is compared before if it is a full snapshot.
func (v *verifier) event(e *format.Event) {
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
		v.Snapshots++
		page := v.p.Window(e.Window)
		fresh := page == nil || page.Root() == nil || data.Node == nil || w.shown != w.snapped ||
			w.reloaded || w.doubtful || renumbered(page, data.Node)
		if !fresh {
			v.Checked++
			if diff := snapshot.Compare(normal(data.Node), page.Snapshot(), maxDifferences); len(diff) > 0 {
				v.Drift = append(v.Drift, Drift{v.Events, e.Window, diff})
			}
		}
		*w = verified{shown: w.shown, snapped: w.shown}
	}
	v.Events++
	damage := len(v.p.damage)
	if err := v.p.apply(e); err != nil && w.doubtful {
		v.p.damage = v.p.damage[:damage]
	}
}

// doubt notes that events were lost.
func (v *verifier) doubt() {
	v.lost = true
	for _, w := range v.windows {
		w.doubtful = true
	}
}

// trust notes that a page is what it was when it was recorded.
func (v *verifier) trust(id format.WindowID) {
	if w := v.windows[id]; w != nil {
		w.doubtful, w.reloaded = false, true // what was loaded meanwhile is not known
	}
}

func (v *verifier) finish() {
	v.Duration = v.last - v.first
	v.Damage = v.p.damage
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
