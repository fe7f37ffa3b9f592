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
	var v Verification
	p := NewPlayer(src)
	defer p.Close()
	type address struct{ shown, snapped string }
	urls := make(map[format.WindowID]address)
	reloaded := make(map[format.WindowID]bool)
	var first, last time.Duration
	for {
		e, ok := p.peek()
		if !ok {
			break
		}
		if v.Events == 0 {
			first, last = e.Time, e.Time
		}
		if e.Time < last {
			v.Backward++
		}
		last = max(last, e.Time)
		switch data := e.Data.(type) {
		case *format.Meta:
			u := urls[e.Window]
			u.shown = data.URL
			urls[e.Window] = u
		case *format.Load, *format.DOMContentLoaded:
			reloaded[e.Window] = true
		case *format.FullSnapshot:
			v.Snapshots++
			u := urls[e.Window]
			page := p.Window(e.Window)
			fresh := page == nil || page.Root() == nil || data.Node == nil || u.shown != u.snapped ||
				reloaded[e.Window] || renumbered(page, data.Node)
			if !fresh {
				v.Checked++
				if diff := snapshot.Compare(normal(data.Node), page.Snapshot(), maxDifferences); len(diff) > 0 {
					v.Drift = append(v.Drift, Drift{v.Events, e.Window, diff})
				}
			}
			u.snapped = u.shown
			urls[e.Window] = u
			reloaded[e.Window] = false
		}
		v.Events++
		_, _ = p.Step()
	}
	v.Duration = last - first
	v.Damage = p.damage
	if errors.Is(p.err, io.EOF) {
		return v, nil
	}
	return v, p.err
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
