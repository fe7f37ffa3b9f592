package main

import (
	"bufio"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

func at(env *environment, args []string) error {
	f := env.flags()
	when := f.String("t", "", "")
	count := f.Int("n", -1, "")
	as := f.String("as", "html", "")
	key := keyFlag(f)
	name, err := env.one(f, args)
	switch {
	case err != nil:
		return err
	case (*when == "") == (*count < 0):
		return usage("one of -t and -n is needed")
	}
	var t time.Duration
	if *when != "" {
		if t, err = duration(*when); err != nil {
			return usage("-t: %q is no duration, as 1m2.5s", *when)
		}
	}
	var print func(*bufio.Writer, *snapshot.Page) error
	switch *as {
	case "html":
		print = func(w *bufio.Writer, p *snapshot.Page) error { return snapshot.Render(w, p, nil) }
	case "json":
		print = func(w *bufio.Writer, p *snapshot.Page) error {
			_, err := w.Write(append(rrweb.AppendNode(nil, p.Snapshot()), '\n'))
			return err
		}
	case "text":
		print = func(w *bufio.Writer, p *snapshot.Page) error {
			_, err := w.WriteString(p.VisibleText() + "\n")
			return err
		}
	default:
		return usage("-as: no form %q", *as)
	}
	tape, err := key.open(name, false)
	if err != nil {
		return err
	}
	defer tape.Close()
	player := replay.NewPlayer(tape)
	defer player.Close()
	var page *snapshot.Page
	if *count >= 0 {
		page, err = player.AtEvent(*count)
	} else {
		page, err = player.At(t)
	}
	if page.Root() == nil {
		if corrupt, ok := errors.AsType[*format.CorruptError](err); ok {
			return named(name, corrupt)
		}
		return named(name, errors.New("there is no page yet then"))
	}
	out := bufio.NewWriter(env.out)
	if err := errors.Join(print(out, page), out.Flush()); err != nil {
		return err
	}
	return report(env, name, err)
}

// report tells of the damage on the way to a page. Events that could not be
// applied in full are the recorder's; damage of the tape is an error.
func report(env *environment, name string, err error) error {
	if err == nil {
		return nil
	}
	if corrupt, ok := errors.AsType[*format.CorruptError](err); ok {
		return named(name, corrupt)
	}
	n := 1
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		n = len(joined.Unwrap())
	}
	damage, _ := errors.AsType[*replay.DamageError](err)
	if damage == nil {
		return named(name, err)
	}
	fmt.Fprintf(env.err, "pagetape %s: %d events could not be applied in full; first: %s\n", env.cmd.name, n, damage)
	return nil
}

// duration reads a time as Go writes durations, or a number of seconds.
func duration(s string) (time.Duration, error) {
	if seconds, err := strconv.ParseFloat(s, 64); err == nil && seconds >= 0 && seconds < 1e9 {
		return time.Duration(seconds * float64(time.Second)), nil
	}
	return time.ParseDuration(s)
}
