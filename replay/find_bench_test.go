package replay_test

import (
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/andybalholm/cascadia"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
)

// synthetic returns a tape of a session of that many events.
func synthetic(t testing.TB, events int) *format.Reader {
	t.Helper()
	var b bytes.Buffer
	w := format.NewWriter(&b, format.Header{}, nil)
	for e, err := range sessions.Synthetic(events) {
		require.NoError(t, err)
		require.NoError(t, w.Write(e))
	}
	require.NoError(t, w.Close())
	return opened(t, b.Bytes(), nil)
}

// eachEvent replays a tape's first events with a match of the whole page after
// each.
func eachEvent(t testing.TB, tape *format.Reader, sel string, events int) {
	list, err := cascadia.ParseGroup(sel)
	require.NoError(t, err)
	p := replay.NewPlayer(tape)
	defer p.Close()
	for range events {
		if _, err := p.Step(); err == io.EOF {
			return
		}
		if root := p.Page().Root(); root != nil {
			cascadia.QueryAll(root, list)
		}
	}
}

// Find on a tape of 100,000 events. The ratio is how many times longer it takes
// to replay the tape with a match of the whole page after each event, which is
// timed over the first 2,000 events in turns with it.
func BenchmarkFind(b *testing.B) {
	const events, sample = 100_000, 2_000
	tape := synthetic(b, events)
	for _, c := range []struct{ name, sel string }{
		{"class", ".hot"}, {"descendant", ".row.hot .name"}, {"list", "button, input.search"}, {"sibling", ".hot + .row"},
		{"tag", "button"}, {"attribute", "[class]"}, {"nth", ".row:nth-child(2)"}, {"not", "div:not(.hot)"}, {"id", "#error"},
		{"nowhere", ".error-message"},
	} {
		b.Run(c.name, func(b *testing.B) {
			var each, find time.Duration
			matches := 0
			for b.Loop() {
				b.StopTimer()
				start := time.Now()
				eachEvent(b, tape, c.sel, sample)
				each += time.Since(start) * events / sample
				b.StartTimer()
				start, matches = time.Now(), 0
				for _, err := range replay.Find(tape, c.sel) {
					if err != nil { // require.NoError, for each match, would take a tenth of the time
						b.Fatal(err)
					}
					matches++
				}
				find += time.Since(start)
			}
			b.ReportMetric(float64(each)/float64(find), "times-faster")
			b.ReportMetric(float64(matches), "matches")
		})
	}
}
