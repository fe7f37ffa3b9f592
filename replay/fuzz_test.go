package replay_test

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/replay"
)

// Whatever a recorder sends, a session can be verified and healed, each event
// comes once, and a moment is the same from a keyframe, from parts and from the
// first event.
func FuzzSession(f *testing.F) {
	files, err := filepath.Glob("testdata/sessions/*.txtar")
	require.NoError(f, err)
	for _, name := range files {
		a, err := txtar.ParseFile(name)
		require.NoError(f, err)
		f.Add(a.Files[0].Data, uint8(3))
	}
	f.Fuzz(func(t *testing.T, text []byte, cut uint8) {
		var events replay.Events
		for e, err := range rrweb.NewDecoder(bytes.NewReader(text), nil).Events() {
			if err != nil || len(events) > 200 {
				break
			}
			e.Window = format.WindowID(len(events) & int(cut) >> 6)
			events = append(events, e)
		}
		n, dropped := 0, 0
		for _, err := range replay.Heal(events, &replay.HealOptions{Fixed: func(f replay.Fault) {
			if f.Kind == replay.Duplicate {
				dropped++
			}
		}}).Replay(0, always) {
			require.NoError(t, err)
			n++
		}
		require.Equal(t, len(events), n+dropped)
		v, err := replay.Verifier{Diff: true}.Verify(events)
		require.NoError(t, err)
		require.Equal(t, len(events), v.Checks().Events)
		if len(events) == 0 {
			return
		}
		tape := opened(t, written(t, events, &format.WriterOptions{Keyframes: 20, Flush: 64}), nil)
		half := len(events) * int(cut&63) / 64
		m := replay.Merge(
			replay.Tape(opened(t, written(t, events[:half], &short), nil)),
			replay.Tape(opened(t, written(t, events[half:], &short), nil)),
		)
		line, _ := all(t, m)
		for _, at := range []time.Duration{events[half].Time, events[len(events)-1].Time, events[0].Time} {
			for _, pair := range [][2]replay.Source{{events, tape}, {line, m}} {
				p, q := replay.NewPlayer(pair[0]), replay.NewPlayer(pair[1])
				_, _ = p.At(at)
				_, _ = q.At(at)
				require.Equal(t, standingOf(t, p), standingOf(t, q))
			}
		}
	})
}
