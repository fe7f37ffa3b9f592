package replaytest_test

import (
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/replay/replaytest"
)

// Events in memory, tapes with many keyframes and with none, and tapes that
// are merged are all good sources.
func TestSources(t *testing.T) {
	test := func(t *testing.T, events replay.Events) {
		t.Helper()
		require.NoError(t, replaytest.TestSource(events))
		for _, opts := range []*format.WriterOptions{nil, {Keyframes: 500, Flush: 1 << 10}, {Live: true}} {
			tape, err := packed(events, opts)
			require.NoError(t, err)
			require.NoError(t, replaytest.TestSource(tape))
			require.NoError(t, replaytest.TestConcurrent(tape))
		}
	}
	for _, s := range sessions.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			if testing.Short() && s.Name != "frames" {
				t.Skip("short")
			}
			test(t, s.Events(t))
		})
	}
	t.Run("generated", func(t *testing.T) {
		for seed := range uint64(3) {
			test(t, replaytest.Generate(seeded(seed), nil).Events)
		}
	})
	t.Run("empty", func(t *testing.T) { test(t, nil) })
}

// A faulty source is a good one with a fault.
type faulty func(from, to time.Duration) iter.Seq2[format.Event, error]

func (f faulty) Replay(from, to time.Duration) iter.Seq2[format.Event, error] { return f(from, to) }

type lying struct {
	replay.Source
	start int
}

func (l lying) ReplayStart(time.Duration) int { return l.start }

// each makes a source that shows every event of src, with its place and whether
// an event came before that is no keyframe, to f, which says whether to yield
// it.
func each(src replay.Source, f func(i int, past bool, e *format.Event) bool) faulty {
	return func(from, to time.Duration) iter.Seq2[format.Event, error] {
		return func(yield func(format.Event, error) bool) {
			i, past := 0, false
			for e, err := range src.Replay(from, to) {
				if k, ok := e.Data.(*format.Keyframe); ok {
					c := *k
					e.Data = &c
				}
				if f(i, past, &e) && !yield(e, err) {
					return
				}
				i++
				past = past || e.Data.Kind() != format.KindKeyframe
			}
		}
	}
}

// twoWindows returns a recording with two windows.
func twoWindows() replay.Events {
	for seed := uint64(0); ; seed++ {
		r := replaytest.Generate(seeded(seed), &replaytest.Options{Steps: 150, Windows: 2})
		if len(r.Checkpoints[len(r.Checkpoints)-1].Pages) == 2 && len(r.Events) > 60 {
			return r.Events
		}
	}
}

var errOwn = errors.New("the disk is full")

// Each source is broken in one way, which TestSource finds.
func TestFaultySources(t *testing.T) {
	recording := twoWindows()
	tape, err := packed(recording, &format.WriterOptions{Keyframes: 500, Flush: 1 << 10})
	require.NoError(t, err)
	last := recording[len(recording)-1].Time
	require.NoError(t, replaytest.TestSource(tape))
	good := each(tape, func(int, bool, *format.Event) bool { return true })
	require.NoError(t, replaytest.TestSource(good))

	used := false
	calls := 0
	for _, c := range []struct {
		name string
		src  replay.Source
		want string
	}{
		{"used once", faulty(func(from, to time.Duration) iter.Seq2[format.Event, error] {
			if used {
				return func(func(format.Event, error) bool) {}
			}
			used = true
			return tape.Replay(from, to)
		}), "ends after event 0"},
		{"goes on after a break", faulty(func(from, to time.Duration) iter.Seq2[format.Event, error] {
			return func(yield func(format.Event, error) bool) {
				tape.Replay(from, to)(func(e format.Event, err error) bool { yield(e, err); return true })
			}
		}), "goes on after its loop has ended"},
		{"an error of its own", faulty(func(from, to time.Duration) iter.Seq2[format.Event, error] {
			return func(yield func(format.Event, error) bool) { yield(format.Event{}, errOwn) }
		}), errOwn.Error()},
		{"an event with an error", faulty(func(from, to time.Duration) iter.Seq2[format.Event, error] {
			return func(yield func(format.Event, error) bool) { yield(recording[0], errOwn) }
		}), "an event comes with the error"},
		{"goes on after an error", faulty(func(from, to time.Duration) iter.Seq2[format.Event, error] {
			return func(yield func(format.Event, error) bool) {
				if yield(format.Event{}, errOwn) {
					yield(format.Event{}, errOwn)
				}
			}
		}), "goes on after an error"},
		{"no data", each(tape, func(i int, _ bool, e *format.Event) bool {
			if i == 5 {
				e.Data = nil
			}
			return true
		}), "has no data"},
		{"ends before to", faulty(func(from, to time.Duration) iter.Seq2[format.Event, error] { return tape.Replay(from, to-1) }), "ends after event"},
		{"does not end at to", faulty(func(from, _ time.Duration) iter.Seq2[format.Event, error] { return tape.Replay(from, last) }), "is at"},
		{"begins after from", faulty(func(from, to time.Duration) iter.Seq2[format.Event, error] {
			return tape.Replay(max(from, from+10*time.Second), to)
		}), "a keyframe after 0 events says"},
		{"an event is missing", each(tape, func(_ int, past bool, e *format.Event) bool {
			return past || e.Data.Kind() == format.KindKeyframe || e.Time == recording[0].Time
		}), "is not that of the whole session"},
		{"a window is missing", each(tape, func(_ int, _ bool, e *format.Event) bool {
			return e.Data.Kind() != format.KindKeyframe || e.Window != 0
		}), "the page of window 0 is another"},
		{"another window too", faulty(func(from, to time.Duration) iter.Seq2[format.Event, error] {
			return func(yield func(format.Event, error) bool) {
				for e, err := range tape.Replay(from, to) {
					if !yield(e, err) {
						return
					}
				}
				if from == to {
					yield(format.Event{Window: 9, Time: from, Data: &format.Meta{}}, nil)
				}
			}
		}), "window 9 has had no event yet"},
		{"a keyframe twice", faulty(func(from, to time.Duration) iter.Seq2[format.Event, error] {
			return func(yield func(format.Event, error) bool) {
				for e, err := range tape.Replay(from, to) {
					if !yield(e, err) || e.Data.Kind() == format.KindKeyframe && !yield(e, err) {
						return
					}
				}
			}
		}), "two keyframes of window"},
		{"a wrong count", each(tape, func(_ int, _ bool, e *format.Event) bool {
			if k, ok := e.Data.(*format.Keyframe); ok {
				k.Events--
			}
			return true
		}), "is not that of the whole session"},
		{"a wrong page", each(tape, func(_ int, _ bool, e *format.Event) bool {
			if k, ok := e.Data.(*format.Keyframe); ok {
				v := *k.View
				v.Width++
				k.View = &v
			}
			return true
		}), "is another"},
		{"a late keyframe", each(tape, func(_ int, _ bool, e *format.Event) bool {
			if e.Data.Kind() == format.KindKeyframe {
				e.Time += time.Hour
			}
			return true
		}), "a keyframe at"},
		{"events out of order", faulty(func(from, to time.Duration) iter.Seq2[format.Event, error] {
			events := slices.Clone(recording)
			if from == to {
				slices.Reverse(events)
			}
			return events.Replay(from, to)
		}), "is not that of the whole session"},
		{"others each time", each(tape, func(i int, _ bool, e *format.Event) bool {
			if i == 0 {
				calls++
			}
			if i == 7 {
				e.Time += time.Duration(calls)
			}
			return true
		}), "is not that of the whole session"},
		{"one cursor", func() faulty {
			at := 0
			return func(_, to time.Duration) iter.Seq2[format.Event, error] {
				return func(yield func(format.Event, error) bool) {
					for at = 0; at < len(recording) && recording[at].Time <= to; at++ {
						if !yield(recording[at], nil) {
							return
						}
					}
				}
			}
		}(), "meanwhile"},
		{"memory used again", func() faulty {
			return func(from, to time.Duration) iter.Seq2[format.Event, error] {
				return func(yield func(format.Event, error) bool) {
					var buf format.Mutation
					for e, err := range recording.Replay(from, to) {
						if m, ok := e.Data.(*format.Mutation); ok {
							buf = *m
							e.Data = &buf
						}
						if !yield(e, err) {
							return
						}
					}
				}
			}
		}(), "changes after it was yielded"},
		{"a start that lies", lying{tape, len(recording)}, "ReplayStart(start) is"},
		{"a negative start", lying{tape, -1}, "ReplayStart(start) is -1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := replaytest.TestSource(c.src)
			require.Error(t, err)
			assert.ErrorContains(t, err, c.want)
			for line := range strings.Lines(err.Error()) {
				assert.Less(t, len(line), 300)
			}
		})
	}
}

// A source that is not for several goroutines is found out.
func TestConcurrentFault(t *testing.T) {
	recording := replaytest.Generate(seeded(3), nil).Events
	require.NoError(t, replaytest.TestConcurrent(recording))
	calls := make(chan int, 100)
	src := faulty(func(from, to time.Duration) iter.Seq2[format.Event, error] {
		select {
		case calls <- 1:
		default:
		}
		if len(calls) > 4 {
			return recording[:1].Replay(from, to)
		}
		return recording.Replay(from, to)
	})
	assert.ErrorContains(t, replaytest.TestConcurrent(src), "by several goroutines at once")
}

func ExampleTestSource() {
	var src replay.Source = replay.Events{}
	if err := replaytest.TestSource(src); err != nil {
		panic(err)
	}
	// Output:
}
