package replay_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

// written returns the tape of the events.
func written(t tester, events []format.Event, opts *format.WriterOptions) []byte {
	t.Helper()
	return parted(t, format.Header{}, opts, events)
}

// same requires two pages to be one.
func same(t testing.TB, want, got *snapshot.Page) {
	t.Helper()
	require.Equal(t, want.View, got.View)
	require.Equal(t, want.Pointer, got.Pointer)
	require.Equal(t, want.Focus, got.Focus)
	require.Equal(t, want.Selection, got.Selection)
	require.Equal(t, want.Fonts, got.Fonts)
	require.Equal(t, want.Snapshot(), got.Snapshot())
	var a, b bytes.Buffer
	require.NoError(t, snapshot.Render(&a, want, nil))
	require.NoError(t, snapshot.Render(&b, got, nil))
	require.Equal(t, a.String(), b.String())
}

// The page at any time is the same from the nearest keyframe as from the first
// event, wherever the tape has its keyframes.
func TestSeek(t *testing.T) {
	used := 0
	for _, s := range sessions.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			events := s.Events(t)
			first, last := events[0].Time, events[len(events)-1].Time
			for _, opts := range []*format.WriterOptions{nil, {Keyframes: 500}, {Keyframes: 5000, Segment: 4 << 10, Flush: 1 << 10}} {
				tape := opened(t, written(t, events, opts), nil)
				random := rand.New(rand.NewPCG(1, 2))
				player, starts := replay.NewPlayer(tape), 0
				defer player.Close()
				for range 12 {
					at := first + time.Duration(random.Int64N(int64(last-first)+1))
					if tape.ReplayStart(at) > 0 {
						starts++
					}
					linear := replay.NewPlayer(replay.Events(events))
					want, _ := linear.At(at)
					got, err := player.At(at)
					if err != nil {
						require.NotErrorIs(t, err, format.ErrPayload)
					}
					same(t, want, got)
					n, _ := linear.Position()
					m, _ := player.Position()
					require.Equal(t, n, m)
					require.Equal(t, linear.Front(), player.Front())
				}
				used += starts
				_, err := player.AtEvent(len(events))
				if err != nil {
					require.NotErrorIs(t, err, io.ErrUnexpectedEOF)
				}
			}
		})
	}
	require.Greater(t, used, 50, "times that a keyframe was used")
}
