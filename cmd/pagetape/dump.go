package main

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/pagetape/pagetape/format"
)

const dumpHelp = `A line for each frame: offset, kind, bytes of the frame, bytes of the payload
as stored and decoded, codec, times, events, generation of tables, writer and
number in what it wrote. Below EVENTS and KEY frames a line for each event:
its number in the tape, time, window, kind and fields. Fields that are 0, empty
or missing are left out; strings are quoted and cut at 60 characters, lists
after three elements. -frames prints the frames alone.

It goes on after damage, and tells of it where it is.
`

func dump(env *environment, args []string) error {
	f := env.flags()
	frames := f.Bool("frames", false, "")
	key := keyFlag(f)
	name, tape, err := env.tape(f, args, key, true)
	if err != nil {
		return err
	}
	defer tape.Close()
	out := bufio.NewWriterSize(env.out, 64<<10)
	d := dumper{w: out}
	for w := range tape.Walk() {
		d.frame(w, !*frames)
		if d.err != nil {
			return d.err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if d.first != nil {
		return named(name, key.explain(d.first))
	}
	return nil
}

// A dumper writes a tape as text.
type dumper struct {
	w      *bufio.Writer
	err    error
	events int
	first  error // the first damage
}

func (d *dumper) print(format string, args ...any) {
	if _, err := fmt.Fprintf(d.w, format, args...); err != nil && d.err == nil {
		d.err = err
	}
}

func (d *dumper) frame(w *format.Walked, all bool) {
	if w.Kind == 0 {
		d.print("%9d %-6s %8d bytes\n", w.Offset, "?", w.Size)
	} else {
		d.print("%s\n", frameLine(w))
	}
	for _, err := range w.Damage {
		d.print("          damaged: %v\n", err)
		if d.first == nil {
			d.first = err
		}
	}
	if w.Lost > 0 {
		d.print("          before it %s missing\n", plural(w.Lost, "frame"))
	}
	for i := range w.Events {
		e := &w.Events[i]
		number := "key"
		if w.Kind == format.FrameEvents {
			number = fmt.Sprint(d.events)
			if w.Repeated {
				number = "-"
			} else {
				d.events++
			}
		}
		if all {
			d.print("  %8s %10s w%d %s%s\n", number, short(e.Time), e.Window, e.Data.Kind(), fields(e))
		}
	}
}

// frameLine describes a frame.
func frameLine(w *format.Walked) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%9d %-6s %8d bytes", w.Offset, w.Kind, w.Size)
	if w.Kind == format.FrameFoot {
		return b.String()
	}
	fmt.Fprintf(&b, ", %d stored, %d decoded, %s", w.Stored, w.Decoded, w.Codec())
	if w.Encrypted() {
		b.WriteString(", encrypted")
	}
	switch w.Kind {
	case format.FrameEvents:
		fmt.Fprintf(&b, ", %s to %s, %s", short(w.Start), short(w.End), plural(w.Frame.Events, "event"))
	case format.FrameKey:
		fmt.Fprintf(&b, ", from %s, after %s", short(w.Start), plural(w.Frame.Events, "event"))
	}
	if w.Snapshot {
		b.WriteString(", full snapshot")
	}
	if w.Patch() {
		b.WriteString(", a patch")
	}
	fmt.Fprintf(&b, ", generation %d, writer %s #%d", w.Generation(), w.Epoch(), w.Seq())
	if w.Batch() != "" {
		fmt.Fprintf(&b, ", batch %s", quote(w.Batch()))
	}
	if w.Repeated {
		b.WriteString(", batch was there before")
	}
	return b.String()
}
