package signals_test

import (
	"bytes"
	"io"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/replay/signals"
)

// Signals of a long session and of some recordings. times-replay is how many
// times longer they take than to replay the same tape, which is timed in turns
// with them: the quickest of all rounds of each.
func BenchmarkSignals(b *testing.B) {
	var long []format.Event
	for e, err := range sessions.Synthetic(20_000) {
		require.NoError(b, err)
		long = append(long, e)
	}
	benchmark(b, "synthetic", long)
	for _, s := range sessions.All(b) {
		switch s.Name {
		case "list", "editor", "corpus-editor", "corpus-tabulator", "corpus-swagger":
			benchmark(b, s.Name, s.Events(b))
		}
	}
}

func benchmark(b *testing.B, name string, events []format.Event) {
	var out bytes.Buffer
	w := format.NewWriter(&out, format.Header{}, nil)
	for _, e := range events {
		require.NoError(b, w.Write(e))
	}
	require.NoError(b, w.Close())
	tape, err := format.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()), nil)
	require.NoError(b, err)
	b.Run(name, func(b *testing.B) {
		b.ReportAllocs()
		finding, replaying := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
		for b.Loop() {
			b.StopTimer()
			start := time.Now()
			p := replay.NewPlayer(tape)
			for err := error(nil); err != io.EOF; _, err = p.Step() {
			}
			p.Close()
			replaying = min(replaying, time.Since(start))
			b.StartTimer()
			start = time.Now()
			_, err := signals.Of(tape, nil)
			require.NoError(b, err)
			finding = min(finding, time.Since(start))
		}
		b.ReportMetric(float64(finding)/float64(replaying), "times-replay")
		b.ReportMetric(float64(finding.Nanoseconds())/float64(len(events)), "ns/event")
	})
}
