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
// A snapshot of a page that was loaded anew is not compared: its address is
// another, or its document has another id.
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
				reloaded[e.Window] || page.RootID() != data.Node.ID
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

// normal returns the tree as a Page gives it back, so that recorded and
// rebuilt trees have their live state in the same place.
func normal(n *snapshot.Node) *snapshot.Node {
	var p snapshot.Page
	if p.Load(n) != nil && p.Root() == nil {
		return n
	}
	return p.Snapshot()
}
