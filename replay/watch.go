package replay

import (
	"time"

	"github.com/pagetape/pagetape/format"
)

// A watch finds the faults of a session while it is verified.
type watch struct {
	duplicates *duplicates
	lanes      map[format.WindowID]*watched
	waiting    int // events in lanes
	found      func(*Fault)
}

// watched is what a watch knows of a window.
type watched struct {
	lane
	last time.Duration // time of its last event; never before the first
}

func newWatch(found func(*Fault)) *watch {
	return &watch{duplicates: newDuplicates(), lanes: make(map[format.WindowID]*watched), found: found}
}

// event takes the next event, after it was applied: err is its damage. repeated
// says that it came before.
func (w *watch) event(index int, e *format.Event, url string, err error) (repeated bool) {
	l := w.lanes[e.Window]
	if l == nil {
		l = &watched{last: never}
		w.lanes[e.Window] = l
	}
	kind := e.Data.Kind()
	f := Fault{Event: index, Time: e.Time, Window: e.Window, Data: kind, Since: l.last, url: url}
	if l.last == never {
		f.Since = e.Time
	}
	l.last = e.Time
	if of, repeated := w.duplicates.add(e); repeated {
		f.Kind, f.Of = Duplicate, of
		w.found(&f)
		return true
	}
	if !stamped(kind) {
		return false
	}
	c := car{event: index, time: e.Time, kind: kind, url: url}
	if ids, some := missing(err); some {
		f.Kind, f.IDs = Missing, ids
		c.fault = &f
	}
	l.add(c)
	if w.waiting++; w.waiting > maxLane {
		w.settle()
	}
	return false
}

// settle decides on the first events in the longest lane.
func (w *watch) settle() {
	var id format.WindowID
	var l *watched
	for at, x := range w.lanes {
		if l == nil || len(x.cars) > len(l.cars) || len(x.cars) == len(l.cars) && at < id {
			id, l = at, x
		}
	}
	cars := l.segment()
	if cars[0].step {
		w.found(&Fault{Kind: Disordered, Event: cars[0].event, Time: cars[0].time, Window: id, Data: cars[0].kind, Late: cars[0].back, url: cars[0].url})
	}
	if len(cars) == 1 {
		if f := cars[0].fault; f != nil {
			w.found(f)
		}
	} else {
		out := strays(cars)
		for _, i := range out {
			c := &cars[i]
			w.found(&Fault{Kind: Disordered, Event: c.event, Time: c.time, Window: id, Data: c.kind, Late: late(cars, out, i), url: c.url})
		}
	}
	w.waiting -= len(cars)
	l.drop(len(cars))
}

// finish decides on all events that wait.
func (w *watch) finish() {
	for w.waiting > 0 {
		w.settle()
	}
}
