package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/replay/chart"
	"github.com/pagetape/pagetape/replay/signals"
)

const timelineHelp = `A session at a glance: the pages that were shown, when the user was active, idle
or in another tab, how much happened when, and the moments that matter: clicks,
inputs, page loads, errors, failed requests, custom events, and of pagetape
signals rage, dead and error clicks, a thrashed pointer and quick backs.

-as json is for players: one object, a few kilobytes. Names stay; new ones may
come.
  first, last   time of the first and the last event; all times are integers, in
                nanoseconds since the session's start
  spans         kind (active, idle, hidden, page, window), start, end, window, text, title
  markers       kind, time, window, text, count
  activity      histogram: start and width of the buckets, interactions and mutations
  leftOut       how many spans there are more
-as svg and -as png are pictures. Without -as the name after -o tells; json is
the default.
`

func timeline(env *environment, args []string) error {
	f := env.flags()
	as := f.String("as", "", "")
	out := outFlag(f)
	width := f.Int("width", 0, "")
	key := keyFlag(f)
	name, err := env.one(f, args)
	if err != nil {
		return err
	}
	form, err := pictureForm(*as, *out, "json", "svg", "png")
	switch {
	case err != nil:
		return err
	case *width < 0 || *width > 10000:
		return usage("-width: pixels, at most 10000")
	}
	if err := overwrites(*out, name); err != nil {
		return err
	}
	tape, err := key.open(name, false)
	if err != nil {
		return err
	}
	defer tape.Close()
	found, err := signals.Of(tape, nil)
	if err != nil {
		return named(name, key.explain(err))
	}
	t, err := replay.NewTimeline(tape, &replay.TimelineOptions{Markers: markers(found)})
	if err != nil {
		return named(name, key.explain(err))
	}
	return env.write(*out, func(w io.Writer) error {
		if form == "json" {
			enc := json.NewEncoder(w)
			enc.SetEscapeHTML(false)
			return enc.Encode(t)
		}
		return chart.Timeline(w, t, chart.Format(form), &chart.TimelineOptions{Width: *width, Title: tape.Header.Session})
	})
}

// markers are the moments of a report as markers of a timeline.
func markers(r *signals.Report) []replay.Marker {
	var list []replay.Marker
	for _, m := range r.Moments {
		text := ""
		on := replay.Target{ID: m.Target.Node, Role: m.Target.Role, Name: m.Target.Name, Selector: m.Target.Selector}
		if on.Role == "" {
			on.Role = m.Target.Tag
		}
		switch m.Kind {
		case signals.RageClick:
			text = fmt.Sprintf("%d clicks in a rage on %s", m.Clicks, on)
		case signals.DeadClick:
			text = fmt.Sprintf("nothing happened after a click on %s", on)
		case signals.ErrorClick:
			text = fmt.Sprintf("an error after a click on %s", on)
		case signals.Thrashing:
			text = "the pointer was thrashed"
		case signals.QuickBack:
			text = "back from " + m.Path + " at once"
		default:
			continue
		}
		list = append(list, replay.Marker{Kind: replay.MarkerKind(m.Kind), Time: m.Time, Window: m.Window, Text: text})
	}
	return list
}

// write makes a file, or writes to standard output where it has no name.
func (env *environment) write(name string, make func(io.Writer) error) error {
	if name == "" {
		b := bufio.NewWriter(env.out)
		return errors.Join(make(b), b.Flush())
	}
	file, err := create(name)
	if err != nil {
		return err
	}
	b := bufio.NewWriter(file)
	if err := errors.Join(make(b), b.Flush()); err != nil {
		return errors.Join(err, file.discard())
	}
	return file.commit()
}
