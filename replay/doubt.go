package replay

import (
	"cmp"
	"slices"
	"time"

	"github.com/pagetape/pagetape/format"
)

// A Doubt is a span of time in which the page of a window is not known to be
// what the user saw. The full snapshot at its end makes it right again, or the
// keyframe where frames of a tape were lost.
type Doubt struct {
	Window format.WindowID
	From   time.Duration
	To     time.Duration // of the snapshot; of the last event where there is none
	Open   bool          // there is none
	// Why is what first told. Since a Missing event tells late, From is the time
	// of the event before; events are Missing in a damaged frame of a tape, too.
	// For a Drift, that no fault explains, Why is 0 and From the time of the
	// snapshot before. A Duplicate makes no doubt.
	Why FaultKind
}

// doubts finds the spans of doubt.
func (v *verifier) doubts() {
	var list []Doubt
	for i := range v.Faults {
		f := &v.Faults[i]
		switch f.Kind {
		case Missing:
			list = append(list, v.until(f.Window, f.Event, Doubt{From: f.Since, Why: Missing}))
		case Disordered:
			from := f.Time
			if f.Late < 0 {
				from = plus(from, f.Late)
			}
			list = append(list, v.until(f.Window, f.Event, Doubt{From: from, Why: Disordered}))
		}
	}
	for i := range v.losses {
		f := &v.losses[i]
		list = append(list, v.until(f.Window, f.Event, Doubt{From: f.Since, Why: Missing}))
	}
	for i := range v.Drift {
		d := &v.Drift[i]
		list = append(list, Doubt{Window: d.Window, From: d.Since, To: d.Time})
	}
	slices.SortStableFunc(list, func(a, b Doubt) int {
		return cmp.Or(cmp.Compare(a.Window, b.Window), cmp.Compare(a.To, b.To), cmp.Compare(b.Why, a.Why), cmp.Compare(a.From, b.From))
	})
	for _, d := range list {
		n := len(v.Doubtful)
		if n > 0 {
			if last := &v.Doubtful[n-1]; last.Window == d.Window && last.To == d.To {
				if d.Why != 0 { // a fault explains a drift
					last.From = min(last.From, d.From)
				}
				continue
			}
		}
		if n < maxFaults {
			v.Doubtful = append(v.Doubtful, d)
		}
	}
}

// until ends a doubt at the first full snapshot after an event.
func (v *verifier) until(w format.WindowID, event int, d Doubt) Doubt {
	d.Window, d.To, d.Open = w, max(v.last, d.From), true
	if x := v.windows[w]; x != nil {
		i, _ := slices.BinarySearchFunc(x.right, event+1, func(m mark, event int) int { return cmp.Compare(m.event, event) })
		if i < len(x.right) {
			d.To, d.Open = x.right[i].time, false
		}
	}
	return d
}
