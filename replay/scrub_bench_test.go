package replay_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
)

// BenchmarkScrub seeks back and forth in one Player that has been everywhere, as
// a person does with a time line: to random moments of the whole session, and to
// moments that lie close to the one before. It reports the median of a seek.
func BenchmarkScrub(b *testing.B) {
	list := map[string][]format.Event{}
	names := []string{}
	for _, s := range sessions.All(b) {
		if s.Name == "corpus-editor" || s.Name == "corpus-tabulator" || s.Name == "table" {
			list[s.Name] = s.Events(b)
			names = append(names, s.Name)
		}
	}
	for _, n := range []int{2000, 20000} {
		name := map[int]string{2000: "synthetic-2000", 20000: "synthetic-20000"}[n]
		for e, err := range sessions.Synthetic(n) {
			require.NoError(b, err)
			list[name] = append(list[name], e)
		}
		names = append(names, name)
	}
	for _, name := range names {
		events := list[name]
		first, last := events[0].Time, events[len(events)-1].Time
		random := rand.New(rand.NewPCG(5, 6))
		anywhere := make([]time.Duration, 200)
		for i := range anywhere {
			anywhere[i] = first + time.Duration(random.Int64N(int64(last-first)))
		}
		near := make([]time.Duration, 200)
		at := first + (last-first)/2
		for i := range near {
			at += time.Duration((random.Float64() - 0.5) * 4e9)
			at = min(max(at, first), last)
			near[i] = at
		}
		for _, moments := range []struct {
			name  string
			times []time.Duration
		}{{"anywhere", anywhere}, {"near", near}} {
			b.Run(name+"/"+moments.name, func(b *testing.B) {
				p := replay.NewPlayer(opened(b, written(b, events, nil), nil))
				defer p.Close()
				for _, t := range moments.times {
					_, _ = p.At(t)
				}
				b.ReportAllocs()
				var took []time.Duration
				for i := 0; b.Loop(); i++ {
					start := time.Now()
					_, _ = p.At(moments.times[i%len(moments.times)])
					took = append(took, time.Since(start))
				}
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Nanoseconds())/1000, "median-us")
			})
		}
	}
}
