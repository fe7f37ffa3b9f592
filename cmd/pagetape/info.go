package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/replay"
)

// A tapeInfo is what info prints.
type tapeInfo struct {
	File     string         `json:"file"`
	Size     int64          `json:"size"`
	Format   int            `json:"format"`
	Closed   bool           `json:"closed"`
	Session  string         `json:"session,omitempty"`
	Start    time.Time      `json:"start"`
	Duration float64        `json:"duration"` // seconds, from the first event to the last
	Recorder string         `json:"recorder,omitempty"`
	Masking  string         `json:"masking,omitempty"`
	Policy   string         `json:"maskingHash,omitempty"` // SHA-256 of the policy
	Frames   int            `json:"frames"`
	Events   int            `json:"events"`
	Kinds    map[string]int `json:"kinds"`
	Windows  int            `json:"windows"`
	Pages    []string       `json:"pages"`
	Damage   string         `json:"damage,omitempty"`
}

func info(env *environment, args []string) error {
	f := env.flags()
	asJSON := f.Bool("json", false, "")
	name, err := env.one(f, args)
	if err != nil {
		return err
	}
	tape, err := open(name)
	if err != nil {
		return err
	}
	defer tape.Close()
	h := tape.Header
	i := tapeInfo{
		File: name, Size: tape.Size(), Format: format.Major, Closed: tape.Closed,
		Session: h.Session, Start: h.Start, Masking: h.Masking, Policy: h.MaskingHash, Frames: len(tape.Frames),
		Kinds: make(map[string]int), Pages: []string{},
	}
	if i.Recorder = h.Recorder.Name; h.Recorder.Version != "" {
		i.Recorder += " " + h.Recorder.Version
	}
	var first, last time.Duration
	windows := make(map[format.WindowID]bool)
	for e, err := range tape.Events() {
		if err != nil {
			i.Damage = err.Error()
			break
		}
		if i.Events == 0 {
			first, last = e.Time, e.Time
		}
		first, last = min(first, e.Time), max(last, e.Time)
		i.Events++
		i.Kinds[e.Data.Kind().String()]++
		windows[e.Window] = true
		url := ""
		switch x := e.Data.(type) {
		case *format.Meta:
			url = x.URL
		case *format.Navigation:
			url = x.URL
		}
		if url != "" && (len(i.Pages) == 0 || i.Pages[len(i.Pages)-1] != url) {
			i.Pages = append(i.Pages, url)
		}
	}
	i.Duration, i.Windows = (last - first).Seconds(), len(windows)
	if *asJSON {
		text, err := json.MarshalIndent(i, "", "  ")
		if err != nil {
			return err
		}
		fmt.Fprintf(env.out, "%s\n", text)
	} else {
		i.print(env)
	}
	if i.Damage != "" {
		return errors.New(i.Damage)
	}
	return nil
}

func (i *tapeInfo) print(env *environment) {
	row := func(name string, value any) { fmt.Fprintf(env.out, "%-10s %v\n", name, value) }
	state := "closed"
	if !i.Closed {
		state = "not closed: still being written, or cut at a frame's end"
	}
	row("tape", fmt.Sprintf("%s, %d bytes, format %d, %s", i.File, i.Size, i.Format, state))
	row("session", i.Session)
	row("start", i.Start.Format(time.RFC3339Nano))
	row("duration", time.Duration(i.Duration*float64(time.Second)).Round(time.Millisecond))
	if i.Recorder != "" {
		row("recorder", i.Recorder)
	}
	if i.Masking == "" {
		i.Masking = "none"
	}
	row("masking", i.Masking)
	if i.Policy != "" {
		row("policy", i.Policy)
	}
	row("frames", i.Frames)
	row("events", i.Events)
	for _, kind := range slices.Sorted(maps.Keys(i.Kinds)) {
		fmt.Fprintf(env.out, "  %-24s %d\n", kind, i.Kinds[kind])
	}
	for _, url := range i.Pages {
		row("page", url)
	}
}

// maxLines is how many differences verify prints.
const maxLines = 40

func verify(env *environment, args []string) error {
	name, err := env.one(env.flags(), args)
	if err != nil {
		return err
	}
	tape, err := open(name)
	if err != nil {
		return err
	}
	defer tape.Close()
	v, err := replay.Verify(tape)
	fmt.Fprintf(env.out, "%d events in %d frames, %d bytes\n", v.Events, len(tape.Frames), tape.Size())
	fmt.Fprintf(env.out, "%d of %d full snapshots compared with the page rebuilt up to them, %d differ\n", v.Checked, v.Snapshots, len(v.Drift))
	if v.Backward > 0 {
		fmt.Fprintf(env.out, "%d events have a time before that of an earlier one\n", v.Backward)
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
		return named(name, err)
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
