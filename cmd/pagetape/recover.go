package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pagetape/pagetape/format"
)

const recoverHelp = `Writes a sealed tape of all events that can still be read, and tells how many
frames are lost and where. Frames that are missing at the end leave no trace.
With -keyfile the tape that is written is encrypted too.
`

// salvage is the command recover.
func salvage(env *environment, args []string) error {
	f := env.flags()
	out := outFlag(f)
	key := keyFlag(f)
	name, err := env.input(f, args, out)
	if err != nil {
		return err
	}
	if err := overwrites(*out, name); err != nil {
		return err
	}
	tape, err := key.open(name, true)
	if err != nil {
		return err
	}
	defer tape.Close()
	lost, damage := losses(tape.Reader)
	var opts format.WriterOptions
	if opts.Key, err = key.key(); err != nil {
		return err
	}
	events, _, err := sealed(*out, &opts, []*format.Reader{tape.Reader}, corrupt)
	if err != nil {
		if len(damage) > 0 {
			err = fmt.Errorf("no event can be read: %w", key.explain(damage[0]))
		}
		return named(name, err)
	}
	fmt.Fprintf(env.out, "%d events saved in %s, %s lost\n", events, *out, plural(lost, "frame"))
	for i, err := range damage {
		if i == maxLines {
			fmt.Fprintf(env.out, "and %d more\n", len(damage)-i)
			break
		}
		fmt.Fprintf(env.out, "damage: %v\n", err)
	}
	return nil
}

// losses returns how many frames of a tape cannot be read, those at its end
// that nothing tells of not among them, and the damage.
func losses(t *format.Reader) (lost int, damage []error) {
	torn := false // the last thing was no frame
	for w := range t.Walk() {
		damage = append(damage, w.Damage...)
		lost += w.Lost
		torn = w.Kind == 0
		if slices.ContainsFunc(w.Damage, func(err error) bool { return unread(w.Kind, err) }) {
			lost++
		}
	}
	if torn {
		lost++
	}
	return lost, damage
}

// unread says whether a frame with that damage could not be read.
func unread(k format.FrameKind, err error) bool {
	switch {
	case k == 0, errors.Is(err, format.ErrMismatch):
		return false
	}
	switch section(err) {
	case "frame":
		return k != format.FrameFoot && !errors.Is(err, format.ErrGap)
	case "head":
		return k == format.FrameHead
	}
	return true
}
