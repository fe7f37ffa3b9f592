package replay_test

import (
	"io"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
)

// replayed replays all of a tape.
func replayed(t testing.TB, tape *format.Reader) (events int) {
	p := replay.NewPlayer(tape)
	defer p.Close()
	for {
		if _, err := p.Step(); err == io.EOF {
			return events
		}
		events++
	}
}

// timesReplay runs what reads a tape, and reports how many times longer that
// takes than to replay it, which is timed in turns with it: the quickest of all
// rounds of each. It does so for a synthetic session and for some recordings.
func timesReplay(b *testing.B, run func(b *testing.B, tape *format.Reader)) {
	bench := func(name string, tape *format.Reader) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			all, replaying := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
			events := 0
			for b.Loop() {
				b.StopTimer()
				start := time.Now()
				events = replayed(b, tape)
				replaying = min(replaying, time.Since(start))
				b.StartTimer()
				start = time.Now()
				run(b, tape)
				all = min(all, time.Since(start))
			}
			b.ReportMetric(float64(all)/float64(replaying), "times-replay")
			b.ReportMetric(float64(all.Nanoseconds())/float64(events), "ns/event")
		})
	}
	bench("synthetic", synthetic(b, 20_000))
	for _, s := range sessions.All(b) {
		switch s.Name {
		case "list", "editor", "corpus-editor", "corpus-tabulator", "corpus-swagger":
			bench(s.Name, opened(b, taped(b, format.Header{}, nil, s.Events(b)), nil))
		}
	}
}

func BenchmarkStory(b *testing.B) {
	timesReplay(b, func(b *testing.B, tape *format.Reader) {
		for _, err := range replay.Story(tape, nil) {
			if err != nil { // require takes longer than a line
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkTimeline(b *testing.B) {
	timesReplay(b, func(b *testing.B, tape *format.Reader) {
		_, err := replay.NewTimeline(tape, nil)
		require.NoError(b, err)
	})
}
