package replay

import (
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A rerun is what questions about a session need of a Player: the pages, and
// how far they are. It goes forward only, and forgets what happened. Nobody keeps
// a node of its pages from one event to the next.
type rerun struct {
	pages map[format.WindowID]*snapshot.Page // those that an event was applied to
	at    int                                // events so far
	now   time.Duration                      // latest time among them
}

func newRerun() rerun { return rerun{make(map[format.WindowID]*snapshot.Page), 0, never} }

// spot returns where the event is that comes next.
func (r *rerun) spot(e *format.Event) spot { return spot{max(r.now, e.Time), r.at} }

// pass counts the next event, and does not apply it.
func (r *rerun) pass(e *format.Event) {
	r.now = max(r.now, e.Time)
	if k, ok := e.Data.(*format.Keyframe); ok {
		r.at = int(k.Events)
	} else {
		r.at++
	}
}

// apply does what the next event did, and returns its window's page.
func (r *rerun) apply(e *format.Event) *snapshot.Page {
	r.pass(e)
	page := r.pages[e.Window]
	if page == nil {
		page = &snapshot.Page{}
		r.pages[e.Window] = page
	}
	page.Reuse()
	_ = e.Data.Apply(page) // what it could not do is no error here
	return page
}

// inert says that an event changes nothing of a page that selectors, the text
// or a comparison with a full snapshot can see: it need not be applied.
func inert(d format.Data) bool {
	switch d := d.(type) {
	case *format.MouseInteraction:
		return d.Action != format.Focus && d.Action != format.Blur
	case nil, *format.Move, *format.Scroll, *format.Canvas, *format.Selection, *format.Font, *format.Custom, *format.Plugin,
		*format.Log, *format.Request, *format.Console, *format.Failure, *format.Field, *format.Visibility:
		return true
	}
	return false
}

// inertKinds are kinds of which all events are inert.
var inertKinds = []format.Kind{
	format.KindMouseMove, format.KindTouchMove, format.KindDrag, format.KindScroll, format.KindCanvas, format.KindSelection,
	format.KindFont, format.KindCustom, format.KindPlugin, format.KindLog, format.KindRequest, format.KindConsole,
	format.KindFailure, format.KindField, format.KindVisibility,
}
