package format_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/big"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
)

func seq(events []format.Event) iter.Seq2[format.Event, error] {
	return func(yield func(format.Event, error) bool) {
		for _, e := range events {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func summarize(t testing.TB, events ...format.Event) format.Summary {
	t.Helper()
	s, err := format.Summarize(seq(events))
	require.NoError(t, err)
	return s
}

// at returns an event in window 0.
func at(t time.Duration, data format.Data) format.Event { return format.Event{Time: t, Data: data} }

func in(w format.WindowID, e format.Event) format.Event {
	e.Window = w
	return e
}

const (
	ms, sec = time.Millisecond, time.Second
	width   = 1024 * ms // of the narrowest buckets
)

func TestSummarize(t *testing.T) {
	click := &format.MouseInteraction{Action: format.Click}
	console := func(payload string) *format.Plugin {
		return &format.Plugin{Plugin: "rrweb/console@1", Payload: payload}
	}
	for _, tt := range []struct {
		name   string
		events []format.Event
		want   format.Summary
	}{
		{"nothing", nil, format.Summary{}},
		{"an event without data", []format.Event{{Time: 5}}, format.Summary{}},
		{
			"one event",
			[]format.Event{at(3*sec+1, &format.Load{})},
			format.Summary{
				First: 3*sec + 1, Last: 3*sec + 1,
				Counts:   format.Counts{Events: 1},
				Kinds:    []format.KindCount{{Kind: format.KindLoad, Count: 1}},
				Windows:  []format.WindowSummary{{Events: 1, First: 3*sec + 1, Last: 3*sec + 1}},
				Activity: format.Activity{Start: 2048 * ms, Width: width, Interactions: []int64{0}, Mutations: []int64{0}},
			},
		},
		{
			"pages, windows and viewports",
			[]format.Event{
				at(0, &format.Meta{URL: "https://a/", Width: 800, Height: 600}),
				at(1*sec, &format.FullSnapshot{}),
				at(2*sec, &format.Meta{URL: "https://a/", Width: math.NaN(), Height: 600}),
				in(7, at(3*sec, &format.Meta{URL: "https://a/", Width: 400, Height: 300})),
				at(4*sec, &format.Navigation{URL: "https://a/#b"}),
				at(5*sec, &format.Navigation{URL: ""}),
				in(7, at(6*sec, &format.Navigation{URL: "https://a/"})),
				at(7*sec, &format.Navigation{URL: "https://a/"}),
			},
			format.Summary{
				Last:      7 * sec,
				Counts:    format.Counts{Events: 8, FullSnapshots: 1},
				Viewports: format.Viewports{First: format.Size{Width: 800, Height: 600}, Last: format.Size{Width: 400, Height: 300}},
				Kinds: []format.KindCount{{Kind: format.KindFullSnapshot, Count: 1}, {Kind: format.KindMeta, Count: 3},
					{Kind: format.KindNavigation, Count: 4}},
				Windows: []format.WindowSummary{{Events: 6, Last: 7 * sec}, {ID: 7, Events: 2, First: 3 * sec, Last: 6 * sec}},
				Pages: []format.PageVisit{{URL: "https://a/"}, {Window: 7, Time: 3 * sec, URL: "https://a/"},
					{Time: 4 * sec, URL: "https://a/#b"}, {Time: 7 * sec, URL: "https://a/"}},
				Activity: format.Activity{Width: width, Interactions: make([]int64, 7), Mutations: make([]int64, 7)},
			},
		},
		{
			"interactions and mutations",
			[]format.Event{
				at(-2*sec, click),
				at(3*sec, &format.Input{}),       // 5 s: active
				at(8*sec+1, &format.Scroll{}),    // more: idle
				at(7*sec, &format.Media{}),       // late
				at(9*sec+1, &format.Selection{}), // no interaction
				in(2, at(10*sec, &format.ViewportResize{Width: 1, Height: 2})),
				at(10*sec, &format.Mutation{Texts: make([]format.TextChange, 1), Attrs: make([]format.AttrChange, 2),
					Removes: make([]format.Removal, 3), Adds: make([]format.Addition, 4)}),
				at(10*sec, &format.MouseInteraction{Action: format.MouseDown}),
			},
			format.Summary{
				First: -2 * sec, Last: 10 * sec, Active: 5*sec + (2*sec - 1),
				Counts: format.Counts{Events: 8, Interactions: 6, Clicks: 1, Inputs: 1, Scrolls: 1,
					Mutations: format.MutationCounts{Adds: 4, Removes: 3, Texts: 1, Attrs: 2}},
				Viewports: format.Viewports{First: format.Size{Width: 1, Height: 2}, Last: format.Size{Width: 1, Height: 2}},
				Kinds: []format.KindCount{{Kind: 16, Count: 1}, {Kind: 18, Count: 2}, {Kind: 19, Count: 1}, {Kind: 20, Count: 1},
					{Kind: 21, Count: 1}, {Kind: 23, Count: 1}, {Kind: 30, Count: 1}},
				Windows: []format.WindowSummary{{Events: 7, First: -2 * sec, Last: 10 * sec},
					{ID: 2, Events: 1, First: 10 * sec, Last: 10 * sec}},
				Activity: format.Activity{Start: -2048 * ms, Width: width, // -2 to 9
					Interactions: buckets(12, 0, 1, 4, 1, 8, 1, 9, 1, 11, 2), Mutations: buckets(12, 11, 1)},
			},
		},
		{
			"tags, plugins, errors and requests",
			[]format.Event{
				at(5, &format.Custom{Tag: "b"}), at(3, &format.Custom{Tag: "b"}), at(4, &format.Custom{Tag: "a"}),
				at(5, console(`{"level":"error","trace":[],"payload":["\"x\""]}`)),
				at(5, console(`{"payload":[{"level":"warn"}],"level":"error"}`)),
				at(5, console(`{"level":"log","payload":["\"level\":\"error\""]}`)),
				at(5, console(`{"level":"***"}`)), at(5, console(`["level","error"]`)), at(5, console(`{"level"`)), at(5, console(``)),
				at(5, &format.Plugin{Plugin: "other", Payload: `{"level":"error"}`}),
				at(5, &format.Failure{}), at(5, &format.Console{Level: "error"}), at(5, &format.Console{Level: "warn"}),
				at(5, &format.Log{Level: "error"}), at(5, &format.Log{Level: "log"}),
				at(5, &format.Request{Status: 399}), at(5, &format.Request{Status: 400}), at(5, &format.Request{Failure: "x"}),
			},
			format.Summary{
				First: 3, Last: 5,
				Counts: format.Counts{Events: 19, Errors: 5, FailedRequests: 2},
				Kinds: []format.KindCount{{Kind: 5, Count: 3}, {Kind: 6, Count: 8}, {Kind: 27, Count: 2}, {Kind: 66, Count: 3},
					{Kind: 67, Count: 2}, {Kind: 68, Count: 1}},
				Windows:  []format.WindowSummary{{Events: 19, First: 3, Last: 5}},
				Tags:     []format.NameCount{{Name: "b", Count: 2, First: 3}, {Name: "a", Count: 1, First: 4}},
				Plugins:  []format.NameCount{{Name: "rrweb/console@1", Count: 7, First: 5}, {Name: "other", Count: 1, First: 5}},
				Activity: format.Activity{Width: width, Interactions: []int64{0}, Mutations: []int64{0}},
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := summarize(t, tt.events...)
			assert.Equal(t, tt.want, got)
			roundTrip(t, got)
		})
	}
}

// buckets returns n buckets of which some, in turn: index and count, are not 0.
func buckets(n int, set ...int64) []int64 {
	b := make([]int64, n)
	for i := 0; i < len(set); i += 2 {
		b[set[i]] += set[i+1]
	}
	return b
}

// roundTrip checks that a summary comes back from an index, and from JSON. In
// an index, times lose what a float64 of milliseconds does not hold, no more.
func roundTrip(t *testing.T, s format.Summary) {
	t.Helper()
	got, err := format.DecodeSummary(format.EncodeSummary(&s), 64<<20)
	require.NoError(t, err)
	require.Equal(t, allHeld(s), got)
	text, err := json.Marshal(s)
	require.NoError(t, err)
	got = format.Summary{}
	require.NoError(t, json.Unmarshal(text, &got))
	require.Equal(t, s, got)
}

// held is what is left of a time: all of it where it is under 2^33 ms or has no
// part of a millisecond, else the whole number of nanoseconds that is nearest
// to the float64 that is nearest to it in milliseconds.
func held(t time.Duration) time.Duration {
	if t > -1<<33*ms && t < 1<<33*ms || t%ms == 0 {
		return t
	}
	f, _ := big.NewRat(int64(t), int64(ms)).Float64()
	exact := new(big.Rat).SetFloat64(f)
	exact.Mul(exact, big.NewRat(int64(ms), 1))
	n, _ := new(big.Int).SetString(exact.FloatString(0), 10) // halves are away from zero
	return time.Duration(n.Int64())
}

func allHeld(s format.Summary) format.Summary {
	s.First, s.Last, s.Active = held(s.First), held(s.Last), held(s.Active)
	s.Activity.Start, s.Activity.Width = held(s.Activity.Start), held(s.Activity.Width)
	s.Windows, s.Pages = slices.Clone(s.Windows), slices.Clone(s.Pages)
	s.Tags, s.Plugins = slices.Clone(s.Tags), slices.Clone(s.Plugins)
	for i := range s.Windows {
		s.Windows[i].First, s.Windows[i].Last = held(s.Windows[i].First), held(s.Windows[i].Last)
	}
	for i := range s.Pages {
		s.Pages[i].Time = held(s.Pages[i].Time)
	}
	for _, names := range [][]format.NameCount{s.Tags, s.Plugins} {
		for i := range names {
			names[i].First = held(names[i].First)
		}
	}
	return s
}

// Times come back to the nanosecond for 99 days, whole milliseconds for ever,
// others to a microsecond.
func TestSummaryHoldsTimes(t *testing.T) {
	const day, most = 24 * time.Hour, 1 << 33 * ms
	rnd := rand.New(rand.NewPCG(1, 2))
	times := []time.Duration{0, 1, 999_999, ms, ms + 1, day - 1, 4335175086375900, most - 1, most, most + 1, most + ms,
		1<<53 - 1, 1 << 53, 1<<53 + 1, 637677640793 * ms, 7466841386381 * ms, math.MaxInt64 - 1000, math.MaxInt64}
	for range 5000 {
		times = append(times, time.Duration(rnd.Int64N(int64(day))), time.Duration(rnd.Int64N(int64(most))),
			49*day+time.Duration(rnd.Int64N(int64(4*day))), time.Duration(rnd.Int64N(math.MaxInt64/int64(ms)))*ms,
			time.Duration(rnd.Int64N(math.MaxInt64)))
	}
	for _, t := range times {
		times = append(times, -t)
	}
	times = append(times, math.MinInt64)
	s := format.Summary{First: math.MinInt64, Last: math.MaxInt64, Active: most - 1}
	for _, t := range times {
		s.Pages = append(s.Pages, format.PageVisit{Time: t})
	}
	got, err := format.DecodeSummary(format.EncodeSummary(&s), 64<<20)
	require.NoError(t, err)
	again, err := format.DecodeSummary(format.EncodeSummary(&got), 64<<20)
	require.NoError(t, err)
	require.True(t, slices.EqualFunc(got.Pages, again.Pages, func(a, b format.PageVisit) bool { return a.Time == b.Time }),
		"nothing more is lost")
	require.Equal(t, []time.Duration{held(s.First), held(s.Last), s.Active}, []time.Duration{got.First, got.Last, got.Active})
	require.Len(t, got.Pages, len(times))
	for i, want := range times {
		have := got.Pages[i].Time
		require.Equal(t, held(want), have, "of %d", want)
		require.LessOrEqual(t, max(have, want)-min(have, want), 977*time.Nanosecond, "of %d", want) // half of 2^-9 ms
	}
}

// A setter is a Visitor that sets the numbers of one record.
type setter struct {
	filler
	to float64
}

func (s *setter) Number(_ format.Spec, v *float64) { *v = s.to }

// What no time can be is the nearest, or none.
func TestSummaryTimeOutOfRange(t *testing.T) {
	for to, want := range map[float64]time.Duration{
		1e300: math.MaxInt64, math.Inf(1): math.MaxInt64, 9223372036854.777: math.MaxInt64, 9223372036854: 9223372036854 * ms,
		-1e300: math.MinInt64, math.Inf(-1): math.MinInt64, -9223372036854.777: math.MinInt64, -9223372036854: -9223372036854 * ms,
		1.0000006: ms + 1, -1.0000006: -ms - 1, 0.0000004: 0, math.NaN(): 0,
	} {
		w := format.WindowSummary{First: 5, Last: -5}
		w.Fields(&setter{to: to})
		assert.Equal(t, want, w.First, "%v ms", to)
		assert.Equal(t, want, w.Last, "%v ms", to)
	}
}

// Every field comes back, whatever it holds, and damage is an error.
func TestSummaryRecord(t *testing.T) {
	var s format.Summary
	(&filler{}).record(&s)
	// Those of fewer bits were filled as ints.
	s.Kinds[0].Kind, s.Windows[1].ID, s.Pages[0].Window = 255, math.MaxUint32, 5
	b := format.EncodeSummary(&s)
	got, err := format.DecodeSummary(b, 1<<20)
	require.NoError(t, err)
	assert.Equal(t, s, got)
	for n := range b {
		_, err := format.DecodeSummary(b[:n], 1<<20)
		require.True(t, errors.Is(err, format.ErrPayload) || errors.Is(err, format.ErrGap), "cut at %d: %v", n, err)
	}
	_, err = format.DecodeSummary(append(slices.Clone(b), 0), 1<<20)
	require.ErrorIs(t, err, format.ErrPayload, "more than a summary")
	enough := 1
	for ; enough < 1<<20; enough += 16 {
		got, err = format.DecodeSummary(b, enough)
		if err == nil {
			break
		}
		require.ErrorIs(t, err, format.ErrLimit, "a budget of %d", enough)
	}
	assert.Equal(t, s, got)
	assert.Greater(t, enough, len(b), "the budget holds")
	assert.Less(t, enough, 1<<16)
	// The names of the JSON are those of the schema.
	text, err := json.Marshal(s)
	require.NoError(t, err)
	for _, name := range []string{"first", "counts", "failedRequests", "leftOut", "interactions", "url", "width"} {
		assert.Contains(t, string(text), `"`+name+`":`)
	}
	assert.NotContains(t, string(text), `"Extra"`)
}

func TestSummarizeError(t *testing.T) {
	broken := errors.New("broken")
	s, err := format.Summarize(func(yield func(format.Event, error) bool) {
		if yield(at(1, &format.Load{}), nil) {
			yield(format.Event{}, broken)
		}
	})
	assert.ErrorIs(t, err, broken)
	assert.EqualValues(t, 1, s.Counts.Events, "what is good is kept")
}

// A summary does not change when more events are added.
func TestSummaryIsCopy(t *testing.T) {
	var z format.Summarizer
	events := []format.Event{
		at(0, &format.Meta{URL: "a", Width: 1, Height: 1}), at(1, &format.Custom{Tag: "t"}), at(1, &format.Plugin{Plugin: "p"}),
		at(2, &format.Input{}), at(3, &format.Mutation{}),
	}
	for i := range events {
		z.Add(&events[i])
	}
	first := z.Summary()
	want := format.EncodeSummary(&first)
	for i := range events {
		events[i].Time = -time.Hour
		z.Add(&events[i])
	}
	assert.Equal(t, want, format.EncodeSummary(&first))
	assert.NotEqual(t, first, z.Summary())
}

// What a writer adds to a tape on its own is not of the session.
func TestSummarySkipsSynthetic(t *testing.T) {
	for k := format.Kind(1); k != 0; k++ {
		events := []format.Event{at(5, format.RawOf(k, ""))}
		if data := format.New(k); data != nil {
			events = append(events, at(5, data))
		}
		synthetic := k == 8 || k == 9 || k == 10 // keyframe, summary, frames
		assert.Equal(t, synthetic, k.Synthetic(), "%v", k)
		for _, e := range events {
			s := summarize(t, e)
			if synthetic {
				assert.Equal(t, format.Summary{}, s, "%v", k)
				continue
			}
			assert.EqualValues(t, 1, s.Counts.Events, "%v", k)
			assert.Equal(t, []format.KindCount{{Kind: k, Count: 1}}, s.Kinds)
		}
	}
	// Nor do they change the summary of the events around them.
	around := []format.Event{at(0, &format.Input{}), at(sec, &format.Mutation{})}
	want := summarize(t, around...)
	between := slices.Insert(slices.Clone(around), 1,
		in(3, at(-time.Hour, &format.Keyframe{})), in(3, at(time.Hour, &want)), in(3, at(time.Hour, format.New(format.KindFrames))))
	assert.Equal(t, want, summarize(t, between...))
}

func TestSummaryBounds(t *testing.T) {
	var many []format.Event
	for i := range 100_000 {
		name := fmt.Sprint(i)
		many = append(many,
			in(format.WindowID(i%1000), at(time.Duration(i)*sec, &format.Meta{URL: "https://a/" + name})),
			at(0, &format.Custom{Tag: name}), at(0, &format.Plugin{Plugin: name}))
	}
	s := summarize(t, many...)
	assert.Len(t, s.Pages, 1000)
	assert.Len(t, s.Tags, 1000)
	assert.Len(t, s.Plugins, 256)
	assert.Len(t, s.Windows, 256)
	assert.Equal(t, format.LeftOut{Pages: 99_000, Tags: 99_000, Plugins: 99_744, Windows: 74_400}, s.LeftOut)
	assert.LessOrEqual(t, len(s.Activity.Interactions), 100)
	roundTrip(t, s)
	assert.Less(t, len(format.EncodeSummary(&s)), 40<<10)

	t.Run("long names", func(t *testing.T) {
		long := strings.Repeat("é", 5000)
		s := summarize(t,
			at(0, &format.Meta{URL: "https://a.b/" + long + "1"}), at(0, &format.Navigation{URL: "https://a.b/" + long + "2"}),
			at(0, &format.Navigation{URL: "x" + long}), at(0, &format.Navigation{URL: strings.Repeat("\x80", 5000)}),
			at(0, &format.Custom{Tag: "t" + long}), at(0, &format.Custom{Tag: "t" + long + "2"}), at(0, &format.Plugin{Plugin: long}))
		require.Len(t, s.Pages, 3, "what is cut off does not count")
		assert.Len(t, s.Pages[0].URL, 2048)
		assert.Len(t, s.Pages[1].URL, 2047)
		assert.True(t, utf8.ValidString(s.Pages[1].URL))
		assert.Len(t, s.Pages[2].URL, 2048)
		assert.Len(t, s.Tags, 1)
		assert.Len(t, s.Tags[0].Name, 255)
		assert.Len(t, s.Plugins[0].Name, 256)
	})
}

func TestSummaryTimes(t *testing.T) {
	scroll := &format.Scroll{}
	for _, tt := range []struct {
		name     string
		times    []time.Duration
		active   time.Duration
		duration time.Duration
		start    time.Duration
		width    time.Duration
		counts   map[int]int64
		n        int
	}{
		{"the narrowest", []time.Duration{0, width - 1, width}, width, width, 0, width, map[int]int64{0: 2, 1: 1}, 2},
		{"negative", []time.Duration{-1, -width, -width - 1}, 0, width, -2 * width, width, map[int]int64{0: 1, 1: 2}, 2},
		{"backward", []time.Duration{100*width - 1, 50 * width, 0}, 0, 100*width - 1, 0, width, map[int]int64{0: 1, 50: 1, 99: 1}, 100},
		{"one more", []time.Duration{100 * width, 0, 99 * width}, 0, 100 * width, 0, 2 * width, map[int]int64{0: 1, 49: 1, 50: 1}, 51},
		{"not from zero", []time.Duration{width, 101*width - 1}, 0, 100*width - 1, width, width, map[int]int64{0: 1, 99: 1}, 100},
		{"odd", []time.Duration{width, 101 * width, 2 * width}, 0, 100 * width, 0, 2 * width, map[int]int64{0: 1, 1: 1, 50: 1}, 51},
		{"around zero", []time.Duration{0, -ms, 100 * width}, 0, 100*width + ms, -2 * width, 2 * width, map[int]int64{0: 1, 1: 1, 51: 1}, 52},
		{"twice as wide, twice", []time.Duration{0, 3 * width, 4 * width, 399 * width}, 4 * width, 399 * width, 0, 4 * width,
			map[int]int64{0: 2, 1: 1, 99: 1}, 100},
		{"years", []time.Duration{0, 50 * 365 * 24 * time.Hour}, 0, 50 * 365 * 24 * time.Hour, 0, 1 << 34 * ms, map[int]int64{0: 1, 91: 1}, 92},
		{"the extremes", []time.Duration{math.MinInt64, 0, math.MaxInt64, math.MinInt64}, 0, math.MaxInt64, -1 << 42 * ms, 1 << 37 * ms,
			map[int]int64{0: 2, 32: 1, 63: 1}, 64},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var events []format.Event
			for _, at := range tt.times {
				events = append(events, format.Event{Time: at, Data: scroll})
			}
			s := summarize(t, events...)
			assert.Equal(t, slices.Min(tt.times), s.First)
			assert.Equal(t, slices.Max(tt.times), s.Last)
			assert.Equal(t, tt.duration, s.Duration())
			assert.Equal(t, tt.active, s.Active)
			want := make([]int64, tt.n)
			for i, n := range tt.counts {
				want[i] = n
			}
			assert.Equal(t, format.Activity{Start: tt.start, Width: tt.width, Interactions: want, Mutations: make([]int64, tt.n)}, s.Activity)
			roundTrip(t, s)
		})
	}
}

// Most events allocate nothing, however far apart they are.
func TestSummaryAllocations(t *testing.T) {
	var z format.Summarizer
	events := []format.Event{
		at(0, &format.Meta{URL: "https://a/", Width: 1, Height: 1}), at(0, &format.Custom{Tag: "t"}), at(0, &format.Mutation{}),
		in(3, at(0, &format.Input{})), at(0, &format.Move{Source: format.KindMouseMove}),
		at(0, &format.Plugin{Plugin: "rrweb/console@1", Payload: `{"level":"error","payload":["1"]}`}),
	}
	for i := range events {
		z.Add(&events[i])
	}
	step := time.Duration(1)
	assert.Zero(t, testing.AllocsPerRun(200, func() {
		for i := range events {
			events[i].Time += step
			z.Add(&events[i])
		}
		step = -step * 5 / 4
	}))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	e := at(0, &format.Input{})
	for i := range 1_000_000 {
		e.Time = time.Duration(i) * 24 * time.Hour
		z.Add(&e)
	}
	runtime.ReadMemStats(&after)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<10))
}

func BenchmarkSummarize(b *testing.B) {
	for _, name := range []string{"form", "list"} {
		b.Run(name, func(b *testing.B) {
			events := sessions.Open(b, name).Events(b)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := format.Summarize(seq(events)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(events)), "ns/event")
		})
	}
}
