// Seek measures how long it takes to the page at a moment of a session, in
// rrweb's Replayer in headless Chromium and in Pagetape, at the same ten random
// moments on the same machine in one run, and prints a Markdown table of the
// medians:
//
//	go run ./seek [-lengths 2000,20000] [-moments 10] [-count 5] [-seed 1] [-run REGEXP]
//
// The first sessions are the recordings of testdata/long, a quarter of an hour of
// a person's work each: workday has one full snapshot at the start, checkouts has
// one each minute. PAGETAPE_CORPUS adds its longest recording, by its events, as
// recorded and with the full snapshots after the first left out. The last are
// sessions.Synthetic of so many events: a page of 2,100 nodes that goes on
// changing, with one full snapshot at the start. It needs Chromium and npm.
//
// Both sides start with what is stored, in memory. Cold is, for the Replayer,
// the JSON text parsed, a new Replayer and pause(t), and for Pagetape the tape
// opened, a new Player and At(t). Warm is pause(t) of a Replayer, and At(t) of a
// Player, that have been at the moment before, which is earlier or later. pause
// returns when the DOM is there; layout and paint are not in it. "And Render"
// adds the HTML to the cold time; "and in Chromium" adds what Chromium takes from
// that HTML to the loaded document in a frame, style and layout as far as it does
// them by then. Of -count times the fastest counts, for others use the machine too.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

func main() {
	lengths := flag.String("lengths", "2000,20000", "events of the synthetic sessions")
	moments := flag.Int("moments", 10, "how many")
	count := flag.Int("count", 5, "how often each is measured")
	only := flag.String("run", "", "only sessions whose name matches")
	seed := flag.Uint64("seed", 1, "of the moments")
	flag.Parse()
	if err := run(os.Stdout, *lengths, *only, *moments, *count, *seed); err != nil {
		fmt.Fprintln(os.Stderr, "seek:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, lengths, only string, moments, count int, seed uint64) error {
	names, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	list, err := recordings()
	if err != nil {
		return err
	}
	for s := range strings.SplitSeq(lengths, ",") {
		n, err := strconv.Atoi(s)
		if err != nil {
			return err
		}
		list = append(list, session{fmt.Sprintf("synthetic, %d events", n), func() (replay.Events, error) { return collect(sessions.Synthetic(n)) }})
	}
	t, err := open()
	if err != nil {
		return err
	}
	defer t.close()
	header(w)
	for _, s := range list {
		if !names.MatchString(s.title) {
			continue
		}
		r, err := measure(t, s, moments, count, seed)
		if err != nil {
			return fmt.Errorf("%s: %w", s.title, err)
		}
		r.row(w)
	}
	return nil
}

// A session is one to seek in. It is read when it is its turn, and forgotten
// before anything is measured.
type session struct {
	title string
	read  func() (replay.Events, error)
}

// recordings returns the long recordings and the longest of the corpus, that in
// two variants.
func recordings() ([]session, error) {
	var list []session
	long, err := sessions.FindLong()
	if err != nil {
		return nil, err
	}
	for _, s := range long {
		list = append(list, session{s.Name, func() (replay.Events, error) { return read(s) }})
	}
	all, err := sessions.Find()
	if err != nil {
		return nil, err
	}
	var longest sessions.Session
	most := 0
	for _, s := range all {
		if !strings.HasPrefix(s.Name, "corpus-") {
			continue
		}
		events, err := read(s)
		if err != nil {
			return nil, err
		}
		if len(events) > most {
			longest, most = s, len(events)
		}
	}
	if most == 0 {
		return list, nil
	}
	return append(list,
		session{longest.Name + ", as recorded", func() (replay.Events, error) { return read(longest) }},
		session{longest.Name + ", one snapshot", func() (replay.Events, error) {
			events, err := read(longest)
			first := true
			return slices.DeleteFunc(events, func(e format.Event) bool {
				k := e.Data.Kind()
				more := !first && (k == format.KindFullSnapshot || k == format.KindMeta)
				first = first && k != format.KindFullSnapshot
				return more
			}), err
		}}), nil
}

func read(s sessions.Session) (replay.Events, error) {
	text, err := s.Read()
	if err != nil {
		return nil, err
	}
	return collect(rrweb.NewDecoder(bytes.NewReader(text), nil).Events())
}

func collect(all iter.Seq2[format.Event, error]) (replay.Events, error) {
	var events replay.Events
	for e, err := range all {
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}

// A result is what seeking in a session took, in ms, one of each for a moment.
type result struct {
	title                          string
	events                         int
	length                         time.Duration
	json, tape                     int // bytes
	theirCold, theirWarm           []float64
	cold, warm, rendered, inChrome []float64
}

func measure(t *tab, s session, moments, count int, seed uint64) (*result, error) {
	events, err := s.read()
	if err != nil {
		return nil, err
	}
	var text, tape bytes.Buffer
	start := time.UnixMilli(1.7e12)
	if _, err := rrweb.Encode(&text, start, events.Replay(0, 1<<62)); err != nil {
		return nil, err
	}
	out := format.NewWriter(&tape, format.Header{Start: start}, nil)
	for _, e := range events {
		if err := out.Write(e); err != nil {
			return nil, err
		}
	}
	if err := out.Close(); err != nil {
		return nil, err
	}
	first, last := events[0].Time, events[len(events)-1].Time
	r := &result{title: s.title, events: len(events), length: last - first, json: text.Len(), tape: tape.Len()}
	random := rand.New(rand.NewPCG(seed, 1))
	var at []time.Duration
	for range moments + 1 { // the first to warm up both
		at = append(at, time.Duration(random.Int64N(int64(r.length)/1e6))*time.Millisecond)
	}
	if err := t.load("recording", text.Bytes()); err != nil {
		return nil, err
	}
	for range count {
		if err := r.theirs(t, at); err != nil {
			return nil, err
		}
		time.Sleep(2 * time.Second) // for Chromium to collect what that left
		runtime.GC()
		if err := r.ours(t, tape.Bytes(), first, at); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// fastest notes a time of the moment i. The one with the number -1 is none.
func fastest(times *[]float64, i int, ms float64) {
	switch {
	case i < 0:
	case i == len(*times):
		*times = append(*times, ms)
	default:
		(*times)[i] = min((*times)[i], ms)
	}
}

// theirs measures rrweb's Replayer.
func (r *result) theirs(t *tab, at []time.Duration) error {
	seek := func(times *[]float64, call string) error {
		for i, moment := range at {
			ms, err := t.ms(call, moment.Milliseconds())
			if err != nil {
				return err
			}
			fastest(times, i-1, ms)
		}
		return nil
	}
	if err := seek(&r.theirCold, "cold(%d)"); err != nil {
		return err
	}
	if _, err := t.ms("open()"); err != nil {
		return err
	}
	if err := seek(&r.theirWarm, "warm(%d)"); err != nil {
		return err
	}
	if n, err := t.ms("nodes()"); err != nil || n < 10 {
		return fmt.Errorf("rrweb's Replayer has a page of %v elements: %w", n, err)
	}
	_, err := t.ms("close(), 0")
	return err
}

// ours measures Pagetape: as theirs, first all that is cold, then all that is
// warm; and then what becomes of the pages.
func (r *result) ours(t *tab, tape []byte, first time.Duration, at []time.Duration) error {
	ms := func(start time.Time) float64 { return float64(time.Since(start)) / 1e6 }
	cold := func(moment time.Duration) (*replay.Player, *snapshot.Page, error) {
		reader, err := format.NewReader(bytes.NewReader(tape), int64(len(tape)), nil)
		if err != nil {
			return nil, nil, err
		}
		player := replay.NewPlayer(reader)
		page, err := player.At(first + moment)
		return player, page, err
	}
	for i, moment := range at {
		start := time.Now()
		player, _, err := cold(moment)
		if err != nil {
			return err
		}
		fastest(&r.cold, i-1, ms(start))
		player.Close()
	}
	player, _, err := cold(at[0])
	if err != nil {
		return err
	}
	defer player.Close()
	for i, moment := range at {
		start := time.Now()
		if _, err := player.At(first + moment); err != nil {
			return err
		}
		fastest(&r.warm, i-1, ms(start))
	}
	for i, moment := range at {
		var html bytes.Buffer
		start := time.Now()
		player, page, err := cold(moment)
		if err != nil {
			return err
		}
		if err := snapshot.Render(&html, page, nil); err != nil {
			return err
		}
		rendered := ms(start)
		player.Close()
		if err := t.load("html", html.Bytes()); err != nil {
			return err
		}
		shown, err := t.ms("parse()")
		if err != nil {
			return err
		}
		fastest(&r.rendered, i-1, rendered)
		fastest(&r.inChrome, i-1, rendered+shown)
	}
	return nil
}

func header(w io.Writer) {
	fmt.Fprintln(w, "| session | length, s | JSON, MB | rrweb cold | Pagetape cold | ratio | rrweb warm | Pagetape warm | ratio | cold, and Render | ratio | and in Chromium | ratio |")
	fmt.Fprintln(w, "| --- |"+strings.Repeat(" ---: |", 12))
}

// row prints the medians, in ms, and how many times shorter ours are than
// rrweb's of the same kind.
func (r *result) row(w io.Writer) {
	cold, warm := median(r.theirCold), median(r.theirWarm)
	fmt.Fprintf(w, "| %s | %.0f | %.1f |", r.title, r.length.Seconds(), float64(r.json)/1e6)
	fmt.Fprintf(w, " %.1f | %.2f | **%.0f** |", cold, median(r.cold), cold/median(r.cold))
	fmt.Fprintf(w, " %.1f | %.2f | **%.0f** |", warm, median(r.warm), warm/median(r.warm))
	fmt.Fprintf(w, " %.2f | %.0f | %.1f | %.1f |\n", median(r.rendered), cold/median(r.rendered), median(r.inChrome), cold/median(r.inChrome))
}

func median(list []float64) float64 {
	s := slices.Sorted(slices.Values(list))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}
