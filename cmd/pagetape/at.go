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

const atHelp = `-t is a duration, as 1m2.5s, or a number of seconds; -n a number of events.

-as html writes a page that stands alone and runs and loads nothing. text is
what there is to read, speech what a screen reader would say, line by line,
dump the tree, a node a line, and json the tree as rrweb serializes it.

-overlay draws the pointer above the HTML, with the way it came and the clicks
of the time before, which is -last (3s).`

func at(env *environment, args []string) error {
	f := env.flags()
	when := f.String("t", "", "")
	count := f.Int("n", -1, "")
	as := f.String("as", "html", "")
	draw := f.Bool("overlay", false, "")
	last := f.Duration("last", 3*time.Second, "")
	key := keyFlag(f)
	name, err := env.one(f, args)
	switch {
	case err != nil:
		return err
	case (*when == "") == (*count < 0):
		return usage("one of -t and -n is needed")
	case *draw && *as != "html":
		return usage("-overlay is for -as html")
	case *last < 0:
		return usage("-last: a duration is not negative")
	}
	var t time.Duration
	if *when != "" {
		if t, err = duration(*when); err != nil {
			return usage("-t: %q is no duration, as 1m2.5s", *when)
		}
	}
	opts := &snapshot.RenderOptions{}
	var print func(*bufio.Writer, *snapshot.Page) error
	switch *as {
	case "html":
		print = func(w *bufio.Writer, p *snapshot.Page) error { return snapshot.Render(w, p, opts) }
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
	case "speech":
		print = func(w *bufio.Writer, p *snapshot.Page) error {
			_, err := w.WriteString(p.AccessibleText() + "\n")
			return err
		}
	case "dump":
		print = func(w *bufio.Writer, p *snapshot.Page) error { return snapshot.Dump(w, p, nil) }
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
	if *draw {
		var damage error
		if opts.Overlay, damage = overlay(tape, player, *last); damage != nil {
			return named(name, damage)
		}
	}
	out := bufio.NewWriter(env.out)
	if err := errors.Join(print(out, page), out.Flush()); err != nil {
		return err
	}
	return report(env, name, err)
}

// overlay returns where the pointer is at the Player's time, and where it was
// and clicked in the time before. Recorders tell positions in the viewport of
// the document that the pointer was over: each is moved by how far that was
// scrolled then. What is of another page than the one that is there, or of a
// frame that is gone, is left out.
func overlay(tape replay.Source, player *replay.Player, last time.Duration) (*snapshot.Overlay, error) {
	now, window, page := player.Time(), player.Front(), player.Page()
	samples, err := player.Trail(window, now-last, now)
	if err != nil {
		return nil, err
	}
	top := &snapshot.Overlay{Frames: map[snapshot.NodeID]*snapshot.Overlay{}}
	of := func(doc snapshot.NodeID) *snapshot.Overlay {
		if doc == 0 || doc == page.RootID() {
			return top
		}
		if page.Document(doc) != doc {
			return nil
		}
		if top.Frames[doc] == nil {
			top.Frames[doc] = &snapshot.Overlay{}
		}
		return top.Frames[doc]
	}
	// then is a player of its own: it steps through the time before.
	then := replay.NewPlayer(tape)
	defer then.Close()
	for _, s := range samples {
		_, _ = then.At(s.Time) // the same damage that player has met
		was := then.Window(window)
		if was == nil || was.View.URL != page.View.URL {
			continue
		}
		on := of(was.Document(s.Node))
		if on == nil {
			continue
		}
		view := was.ViewScroll(s.Node)
		if was.Document(s.Node) == 0 {
			view = was.ViewScroll(was.RootID())
		}
		at := snapshot.Point{X: s.X + view.X, Y: s.Y + view.Y}
		if s.Source == format.KindMouseInteraction && s.Action == format.Click {
			on.Clicks = append(on.Clicks, at)
		}
		on.Trail = append(on.Trail, at)
	}
	if pointer := player.Pointer(window); pointer != (snapshot.Pointer{}) {
		if on := of(page.Document(pointer.Node)); on != nil {
			view := page.ViewScroll(pointer.Node)
			if page.Document(pointer.Node) == 0 {
				view = page.ViewScroll(page.RootID())
			}
			pointer.X, pointer.Y = pointer.X+view.X, pointer.Y+view.Y
			on.Pointer = &pointer
		}
	}
	return top, nil
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
