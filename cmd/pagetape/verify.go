package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/pagetape/pagetape/replay"
)

// maxLines is how many of each thing are printed.
const maxLines = 40

const verifyHelp = `Reads every frame, and compares with each other: what the index and the frames'
headers say and what is there, the summary and the events, keyframes and the
page rebuilt up to them, full snapshots and the page rebuilt up to them. It
names events that come twice, out of order, or name nodes that are not there,
says from when to when the page is doubtful, and what replay.Heal mends. With
several tapes it adds up by recorder and by page at the end.

-diff shows what differs in each snapshot: "- " is what the recorder saw, "+ "
what was rebuilt. It is content of the session; without it nothing is.
-json prints one object, with an element of tapes for each. Times are seconds.
`

func verify(env *environment, args []string) error {
	f := env.flags()
	showDiff := f.Bool("diff", false, "")
	asJSON := f.Bool("json", false, "")
	key := keyFlag(f)
	names, err := env.parse(f, args)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return usage("no tape")
	}
	var tally replay.Tally
	var all verifiedTapes
	var first error
	bad := 0
	for _, name := range names {
		t, err := verifyTape(name, key, *showDiff, &tally)
		if err != nil {
			if bad++; first == nil {
				first = err
			}
			if t == nil {
				t = &verifiedTape{File: name}
			}
			t.Error = oneLine(err)
		}
		switch {
		case *asJSON:
			all.Tapes = append(all.Tapes, t)
		default:
			if len(names) > 1 {
				fmt.Fprintf(env.out, "== %s\n", line(name))
			}
			t.print(env.out, len(names) > 1)
		}
	}
	if *asJSON {
		all.total(&tally)
		text, err := json.MarshalIndent(&all, "", "  ")
		if err != nil {
			return err
		}
		fmt.Fprintf(env.out, "%s\n", text)
	} else if len(names) > 1 {
		printTally(env.out, &tally)
	}
	if bad > 0 && len(names) > 1 {
		return fmt.Errorf("%d of %d tapes are not as they should be; first: %w", bad, len(names), first)
	}
	return first
}

// verifyTape verifies one tape and adds it to the tally. What was found is
// returned with an error too.
func verifyTape(name string, key keyOption, showDiff bool, tally *replay.Tally) (*verifiedTape, error) {
	tape, err := key.open(name, true)
	if err != nil {
		return nil, err
	}
	defer tape.Close()
	v, err := replay.Verifier{Diff: showDiff}.VerifyTape(tape.Reader)
	tally.Add(&tape.Header, &v)
	t := newVerifiedTape(name, tape.Size(), &tape.Header, &v)
	if len(v.Faults) > 0 {
		t.heal(tape.Reader)
	}
	c := v.Checks()
	switch {
	case err != nil:
		return t, named(name, key.explain(err))
	case !tape.Closed:
		return t, named(name, errors.New("no foot: still being written, or cut at a frame's end"))
	case len(v.Drift) > 0:
		return t, named(name, fmt.Errorf("%d full snapshots differ from the page rebuilt up to them", len(v.Drift)))
	case c.Damaged > 0:
		return t, named(name, fmt.Errorf("%d events could not be applied in full", c.Damaged))
	case len(v.Faults) > 0:
		return t, named(name, fmt.Errorf("%d events come twice, %d out of order", c.Duplicate, c.Disorder))
	}
	return t, nil
}

// print prints what was found in a tape.
func (t *verifiedTape) print(w io.Writer, several bool) {
	if t.v == nil {
		if several {
			fmt.Fprintf(w, "not read: %s\n", line(t.Error))
		}
		return
	}
	v := t.v
	fmt.Fprintf(w, "%d events in %d frames, %d bytes\n", v.Events, v.Frames, t.Size)
	fmt.Fprintf(w, "%d of %d full snapshots compared with the page rebuilt up to them, %d differ\n", v.Checked, v.Snapshots, len(v.Drift))
	if v.Keyframes > 0 {
		fmt.Fprintf(w, "%d keyframes\n", v.Keyframes)
	}
	if v.Backward > 0 {
		fmt.Fprintf(w, "%d events have a time before that of an earlier one\n", v.Backward)
	}
	list(w, len(v.Tape), func(i int) string { return "damaged: " + v.Tape[i].Error() })
	list(w, len(v.Damage), func(i int) string { return "not applied in full: " + v.Damage[i].Error() })
	list(w, len(v.Faults), func(i int) string { return v.Faults[i].Kind.String() + ": " + v.Faults[i].String() })
	lines := 0
	for i := range v.Drift {
		d := &v.Drift[i]
		fmt.Fprintf(w, "drift: snapshot %d at %s, since %s, on %s\n", d.Event, millis(d.Time), millis(d.Since), line(d.URL))
		shown := d.Diff
		if shown == nil {
			for _, x := range d.Differences {
				shown = append(shown, x.String())
			}
		}
		for _, s := range shown {
			if lines++; lines <= maxLines || d.Diff != nil {
				fmt.Fprintf(w, "  %s\n", line(s))
			}
		}
	}
	if lines > maxLines && !t.diff {
		fmt.Fprintf(w, "and %d more differences\n", lines-maxLines)
	}
	list(w, len(v.Doubtful), func(i int) string {
		d := &v.Doubtful[i]
		why, end := "drift", "a full snapshot"
		if d.Why != 0 {
			why = d.Why.String()
		}
		if d.Open {
			end = "the end"
		}
		return fmt.Sprintf("doubtful: window %d from %s to %s at %s (%s)", d.Window, millis(d.From), end, millis(d.To), why)
	})
	if h := t.Healed; h != nil {
		fmt.Fprintf(w, "healed: %s dropped, %s moved; then %s and %s remain\n",
			plural(h.Dropped, "event"), plural(h.Moved, "event"), plural(h.Missing, "missing event"), plural(h.Drifted, "drifted snapshot"))
	}
	if t.Error == "" {
		fmt.Fprintln(w, "ok")
	} else if several {
		fmt.Fprintf(w, "not as it should be: %s\n", line(t.Error))
	}
}

// list prints up to maxLines lines, and how many more there are.
func list(w io.Writer, n int, text func(i int) string) {
	for i := range min(n, maxLines) {
		fmt.Fprintln(w, text(i))
	}
	if n > maxLines {
		fmt.Fprintf(w, "and %d more\n", n-maxLines)
	}
}

// printTally prints what was found in all tapes.
func printTally(w io.Writer, t *replay.Tally) {
	fmt.Fprintf(w, "== all\n%-9s %7s %6s %8s %7s %7s %8s %7s %9s %10s  %s\n", "", "tapes", "faulty", "compared", "drifted", "of", "damaged", "missing", "duplicate", "disordered", "")
	row := func(kind string, r *replay.TallyRow) {
		name := r.Name
		if name == "" && kind != "total" {
			name = "not told"
		}
		fmt.Fprintf(w, "%-9s %7d %6d %8d %7d %7d %8d %7d %9d %10d  %s\n", kind, r.Sessions, r.Faulty, r.Checked, r.Drifted, r.Snapshots, r.Damaged, r.Missing, r.Duplicate, r.Disorder, line(name))
	}
	rows := func(kind string, list []replay.TallyRow) {
		for i := range min(len(list), maxLines) {
			row(kind, &list[i])
		}
		if n := len(list) - maxLines; n > 0 {
			fmt.Fprintf(w, "and %d more\n", n)
		}
	}
	row("total", &t.Total)
	rows("recorder", replay.Worst(t.Recorders))
	rows("page", replay.Worst(t.Pages))
}
