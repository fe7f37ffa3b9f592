package main

import (
	"errors"
	"fmt"

	"github.com/pagetape/pagetape/replay"
)

// maxLines is how many differences, or pieces of damage, are printed.
const maxLines = 40

const verifyHelp = `Reads every frame, and compares with each other: what the index and the frames'
headers say and what is there, the summary and the events, keyframes and the
page rebuilt up to them, full snapshots and the page rebuilt up to them.
`

func verify(env *environment, args []string) error {
	f := env.flags()
	key := keyFlag(f)
	name, tape, err := env.tape(f, args, key, true)
	if err != nil {
		return err
	}
	defer tape.Close()
	v, err := replay.VerifyTape(tape.Reader)
	fmt.Fprintf(env.out, "%d events in %d frames, %d bytes\n", v.Events, v.Frames, tape.Size())
	fmt.Fprintf(env.out, "%d of %d full snapshots compared with the page rebuilt up to them, %d differ\n", v.Checked, v.Snapshots, len(v.Drift))
	if v.Keyframes > 0 {
		fmt.Fprintf(env.out, "%d keyframes\n", v.Keyframes)
	}
	if v.Backward > 0 {
		fmt.Fprintf(env.out, "%d events have a time before that of an earlier one\n", v.Backward)
	}
	for _, d := range v.Tape {
		fmt.Fprintf(env.out, "damaged: %v\n", d)
	}
	for _, d := range v.Damage {
		fmt.Fprintf(env.out, "not applied in full: %v\n", d)
	}
	lines := 0
	for _, d := range v.Drift {
		for _, diff := range d.Differences {
			if lines++; lines <= maxLines {
				fmt.Fprintf(env.out, "event %d: %s\n", d.Event, diff)
			}
		}
	}
	if lines > maxLines {
		fmt.Fprintf(env.out, "and %d more differences\n", lines-maxLines)
	}
	switch {
	case err != nil:
		return named(name, key.explain(err))
	case !tape.Closed:
		return named(name, errors.New("no foot: still being written, or cut at a frame's end"))
	case len(v.Drift) > 0:
		return named(name, fmt.Errorf("%d full snapshots differ from the page rebuilt up to them", len(v.Drift)))
	case len(v.Damage) > 0:
		return named(name, fmt.Errorf("%d events could not be applied in full", len(v.Damage)))
	}
	fmt.Fprintln(env.out, "ok")
	return nil
}
