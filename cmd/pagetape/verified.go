package main

import (
	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/replay"
)

// verifiedTapes are what verify -json prints.
type verifiedTapes struct {
	Tapes     []*verifiedTape   `json:"tapes"`
	Total     replay.TallyRow   `json:"total"`
	Recorders []replay.TallyRow `json:"recorders"`
	Pages     []replay.TallyRow `json:"pages"`
}

// A verifiedTape is what was found in one tape.
type verifiedTape struct {
	File      string              `json:"file"`
	Error     string              `json:"error,omitempty"`
	Size      int64               `json:"size"`
	Session   string              `json:"session,omitempty"`
	Recorder  string              `json:"recorder,omitempty"`
	Frames    int                 `json:"frames"`
	Keyframes int                 `json:"keyframes"`
	Duration  float64             `json:"duration"`
	Backward  int                 `json:"backward"`
	Checks    replay.Checks       `json:"checks"`
	Pages     []replay.PageChecks `json:"pages"`
	Damage    []string            `json:"damage"` // of the tape
	Applied   []string            `json:"notApplied"`
	Faults    []verifiedFault     `json:"faults"`
	Drift     []verifiedDrift     `json:"drift"`
	Doubtful  []verifiedDoubt     `json:"doubtful"`
	Healed    *verifiedHeal       `json:"healed,omitempty"`

	v    *replay.Verification
	diff bool // content is shown
}

type verifiedFault struct {
	Kind   replay.FaultKind `json:"kind"`
	Event  int              `json:"event"`
	Time   float64          `json:"time"`
	Window format.WindowID  `json:"window"`
	Data   string           `json:"data"`
	Nodes  []int            `json:"nodes,omitempty"`
	Since  *float64         `json:"since,omitempty"`
	Of     *int             `json:"of,omitempty"`
	Late   *float64         `json:"late,omitempty"`
}

type verifiedDrift struct {
	Event       int                  `json:"event"`
	Time        float64              `json:"time"`
	Since       float64              `json:"since"`
	Window      format.WindowID      `json:"window"`
	URL         string               `json:"url"`
	Differences []verifiedDifference `json:"differences"`
	Diff        []string             `json:"diff,omitempty"`
}

type verifiedDifference struct {
	Node int    `json:"node"`
	Kind string `json:"kind"`
	Path string `json:"path"`
	What string `json:"what"`
}

type verifiedDoubt struct {
	Window format.WindowID `json:"window"`
	From   float64         `json:"from"`
	To     float64         `json:"to"`
	Open   bool            `json:"open,omitempty"`
	Why    string          `json:"why"`
}

// verifiedHeal is what replay.Heal does, and what it leaves.
type verifiedHeal struct {
	Dropped int `json:"dropped"`
	Moved   int `json:"moved"`
	Missing int `json:"missing"`
	Drifted int `json:"drifted"`
}

func newVerifiedTape(name string, size int64, h *format.Header, v *replay.Verification) *verifiedTape {
	t := &verifiedTape{
		File: name, Size: size, Session: h.Session, Recorder: software(h.Recorder).String(), Frames: v.Frames,
		Keyframes: v.Keyframes, Duration: v.Duration.Seconds(), Backward: v.Backward, Checks: v.Checks(), Pages: v.Pages,
		Damage: texts(v.Tape), Applied: texts(v.Damage), Faults: []verifiedFault{}, Drift: []verifiedDrift{},
		Doubtful: []verifiedDoubt{}, v: v,
	}
	for i := range v.Faults {
		f := &v.Faults[i]
		x := verifiedFault{Kind: f.Kind, Event: f.Event, Time: f.Time.Seconds(), Window: f.Window, Data: f.Data.String()}
		switch f.Kind {
		case replay.Missing:
			for _, id := range f.IDs {
				x.Nodes = append(x.Nodes, int(id))
			}
			x.Since = new(f.Since.Seconds())
		case replay.Duplicate:
			x.Of = &f.Of
		case replay.Disordered:
			x.Late = new(f.Late.Seconds())
		}
		t.Faults = append(t.Faults, x)
	}
	for i := range v.Drift {
		d := &v.Drift[i]
		t.diff = t.diff || d.Diff != nil
		x := verifiedDrift{Event: d.Event, Time: d.Time.Seconds(), Since: d.Since.Seconds(), Window: d.Window, URL: d.URL, Diff: d.Diff}
		for _, y := range d.Differences {
			x.Differences = append(x.Differences, verifiedDifference{int(y.ID), y.Kind.String(), y.Path, y.What})
		}
		t.Drift = append(t.Drift, x)
	}
	for _, d := range v.Doubtful {
		why := "drift"
		if d.Why != 0 {
			why = d.Why.String()
		}
		t.Doubtful = append(t.Doubtful, verifiedDoubt{d.Window, d.From.Seconds(), d.To.Seconds(), d.Open, why})
	}
	return t
}

func texts(errs []error) []string {
	list := []string{}
	for _, err := range errs {
		list = append(list, err.Error())
	}
	return list
}

// heal finds out what replay.Heal makes of the tape.
func (t *verifiedTape) heal(tape *format.Reader) {
	t.Healed = &verifiedHeal{}
	v, _ := replay.Verify(replay.Heal(tape, &replay.HealOptions{Fixed: func(f replay.Fault) {
		if f.Kind == replay.Duplicate {
			t.Healed.Dropped++
		} else {
			t.Healed.Moved++
		}
	}}))
	c := v.Checks()
	t.Healed.Missing, t.Healed.Drifted = c.Missing, c.Drifted
}

func (t *verifiedTapes) total(all *replay.Tally) {
	t.Total, t.Recorders, t.Pages = all.Total, replay.Worst(all.Recorders), replay.Worst(all.Pages)
}
