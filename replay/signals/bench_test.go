package signals_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/replay/signals"
)

// Signals of a long session, and its replay alone, to compare.
func BenchmarkSynthetic(b *testing.B) {
	var events replay.Events
	for e, err := range sessions.Synthetic(20_000) {
		require.NoError(b, err)
		events = append(events, e)
	}
	for _, bench := range []struct {
		name string
		run  func() error
	}{
		{"signals", func() error { _, err := signals.Of(events, nil); return err }},
		{"replay", func() error {
			p := replay.NewPlayer(events)
			defer p.Close()
			for {
				if _, err := p.Step(); err == io.EOF {
					return nil
				}
			}
		}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			for b.Loop() {
				require.NoError(b, bench.run())
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(events)), "ns/event")
		})
	}
}
