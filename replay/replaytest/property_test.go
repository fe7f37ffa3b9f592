package replaytest_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/replay/replaytest"
	"github.com/pagetape/pagetape/snapshot"
)

// recording draws a recording. What rapid makes fewer and smaller is the steps
// and the bytes that their choices are made from: 0 is the simplest.
func recording(t *rapid.T) *replaytest.Recording {
	page := rapid.SliceOfN(rapid.Byte(), 40, 400).Draw(t, "page")
	steps := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 20, 400), 10, 60).Draw(t, "steps")
	choices := append([][]byte{page}, steps...)
	for _, b := range choices {
		for i := range b {
			b[i] *= 167 // rapid prefers small numbers, which would be few of the choices
		}
	}
	return replaytest.Generate(replaytest.Bytes(choices...), &replaytest.Options{Nodes: 40})
}

// options draws how a tape is written.
func options(t *rapid.T) *format.WriterOptions {
	return &format.WriterOptions{
		Level:     format.LevelFast,
		Keyframes: rapid.IntRange(1, 5000).Draw(t, "keyframes"),
		Flush:     rapid.IntRange(1, 1<<13).Draw(t, "flush"),
	}
}

// images returns all pages of a player.
func images(p *replay.Player) map[format.WindowID]*snapshot.Image {
	m := map[format.WindowID]*snapshot.Image{}
	for _, w := range p.Windows() {
		m[w] = p.Window(w).Image()
	}
	return m
}

// straight returns the pages after each number of events, from start to end.
func straight(events replay.Events) []map[format.WindowID]*snapshot.Image {
	p := replay.NewPlayer(events)
	defer p.Close()
	list := []map[format.WindowID]*snapshot.Image{images(p)}
	for range events {
		_, _ = p.Step() // damage is the recording's
		list = append(list, images(p))
	}
	return list
}

// The page at any time, from any keyframe, is that of linear replay, and that
// of the model.
func TestKeyframesAreTransparent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := recording(t)
		tape, err := packed(r.Events, options(t))
		require.NoError(t, err)
		want := straight(r.Events)
		p := replay.NewPlayer(tape)
		defer p.Close()
		for range 4 {
			at := r.Events[rapid.IntRange(0, len(r.Events)-1).Draw(t, "event")].Time
			_, _ = p.At(at)
			n, _ := p.Position()
			if !reflect.DeepEqual(want[n], images(p)) {
				t.Fatalf("at %v, after %d events\n%s", at, n, lines(r))
			}
		}
		if msg := check(r, rand.New(rand.NewPCG(1, 2))); msg != "" {
			t.Fatalf("%s\n%s", msg, lines(r))
		}
	})
}

// Steps forward and back meet: what is there after n events does not depend on
// where the player came from. A clone goes its own way.
func TestForwardAndBackMeet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := recording(t)
		tape, err := packed(r.Events, options(t))
		require.NoError(t, err)
		want := straight(r.Events)
		p := replay.NewPlayer(tape)
		defer p.Close()
		same := func(p *replay.Player, n int, how string) {
			if have, _ := p.Position(); have != n || !reflect.DeepEqual(want[n], images(p)) {
				t.Fatalf("after %d events, %s: at %d\n%s", n, how, have, lines(r))
			}
		}
		for range 4 {
			n := rapid.IntRange(0, len(r.Events)).Draw(t, "n")
			_, _ = p.AtEvent(n)
			same(p, n, "at once")
			c := p.Clone()
			back := rapid.IntRange(0, n).Draw(t, "back")
			_, _ = p.AtEvent(back)
			same(p, back, "back")
			for i := back; i < n; i++ {
				_, _ = p.Step()
			}
			same(p, n, "forward again")
			same(c, n, "in a clone")
			if n < len(r.Events) {
				_, _ = c.Step()
				same(c, n+1, "in a clone that went on")
			}
			c.Close()
		}
	})
}

// Masking commutes with seeking: the page that is made of a tape of masked
// events is that of masked events from start to end, so the keyframes hold no
// more than they do. Where nothing is masked it is the model's.
func TestMaskingCommutesWithSeeking(t *testing.T) {
	config := mask.Default()
	config.Rules = append(config.Rules,
		mask.Rule{Select: ".row", Action: mask.Mask}, mask.Rule{Select: ".a", Action: mask.Drop}, mask.Rule{Select: "li", Action: mask.Mask})
	policy, err := mask.Compile(config)
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		r := recording(t)
		var masked replay.Events
		for e, err := range policy.NewFilter(nil).Events(r.Events.Replay(0, always)) {
			require.NoError(t, err)
			masked = append(masked, e)
		}
		tape, err := packed(masked, options(t))
		require.NoError(t, err)
		want := straight(masked)
		p := replay.NewPlayer(tape)
		defer p.Close()
		for range 4 {
			at := r.Events[rapid.IntRange(0, len(r.Events)-1).Draw(t, "event")].Time
			_, _ = p.At(at)
			n, _ := p.Position()
			if !reflect.DeepEqual(want[n], images(p)) {
				t.Fatalf("at %v, after %d events\n%s", at, n, lines(&replaytest.Recording{Events: masked}))
			}
		}
	})
}

// A session that was cut into tapes is the session.
func TestCutSession(t *testing.T) {
	if testing.Short() {
		t.Skip("short: every check reads a source many times")
	}
	rapid.Check(t, func(t *rapid.T) {
		r := recording(t)
		cut := rapid.IntRange(0, len(r.Events)).Draw(t, "cut")
		var parts []replay.Part
		for i, events := range []replay.Events{r.Events[:cut], r.Events[cut:]} {
			tape, err := packed(events, options(t))
			require.NoError(t, err)
			part := replay.Tape(tape)
			part.Session, part.Batch = "s", fmt.Sprint(i)
			parts = append(parts, part)
		}
		merged := replay.Merge(parts...)
		if err := replaytest.TestSource(merged); err != nil {
			t.Fatalf("cut at %d: %v\n%s", cut, err, lines(r))
		}
	})
}
