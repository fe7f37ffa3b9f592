package replay_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

func kindOf(e format.Event) format.Kind { return e.Data.Kind() }

// telling says whether two of the event at one time are no recorder's.
func telling(e format.Event) bool {
	switch d := e.Data.(type) {
	case *format.FullSnapshot, *format.Input, *format.Scroll, *format.Move:
		return true
	case *format.Mutation:
		return len(d.Adds)+len(d.Removes)+len(d.Texts)+len(d.Attrs) > 0
	}
	return false
}

// inOrder says whether a recorder makes such an event in order of time.
func inOrder(e format.Event) bool {
	switch kindOf(e) {
	case format.KindMouseMove, format.KindTouchMove, format.KindDrag, format.KindCustom, format.KindPlugin, format.KindLoad, format.KindDOMContentLoaded:
		return false
	}
	return true
}

// equalFrom requires two sources to have the same pages at times from one on.
func equalFrom(t *testing.T, want, got replay.Source, from, to time.Duration, r *rand.Rand) {
	t.Helper()
	a, b := replay.NewPlayer(want), replay.NewPlayer(got)
	times := []time.Duration{from, to}
	for range 8 {
		times = append(times, from+time.Duration(r.Int64N(int64(to-from)+1)))
	}
	slices.Sort(times)
	for _, at := range times {
		x, _ := a.At(at)
		y, _ := b.At(at)
		require.NotNil(t, x.Root())
		require.Empty(t, snapshot.Compare(x.Snapshot(), y.Snapshot(), 4), "at %v", at)
	}
}

// nextSnapshot is the first full snapshot after event i that is not of a time
// before others; -1 is none.
func nextSnapshot(events []format.Event, i int) int {
	for i++; i < len(events); i++ {
		if kindOf(events[i]) == format.KindFullSnapshot {
			return i
		}
	}
	return -1
}

// Events of real recordings that are dropped, doubled and swapped are reported,
// healed where they can be, and the page is right from the next snapshot on.
func TestDamagedRecordings(t *testing.T) {
	named, lost, swapped, doubled := 0, 0, 0, 0
	for _, s := range sessions.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			events := s.Events(t)
			last := events[len(events)-1].Time
			r := rand.New(rand.NewPCG(uint64(len(events)), 4))
			clean, err := replay.Verify(replay.Events(events))
			require.NoError(t, err)
			require.Empty(t, clean.Faults)
			require.Empty(t, clean.Doubtful)
			same := 0
			for e, err := range replay.Heal(replay.Events(events), &replay.HealOptions{Fixed: func(f replay.Fault) { t.Error(f) }}).Replay(0, always) {
				require.NoError(t, err)
				require.Equal(t, events[same], e)
				same++
			}
			require.Len(t, events, same)

			for range seeds(4) {
				// Doubled: it comes once more, right then or somewhat later.
				i := r.IntN(len(events))
				for !telling(events[i]) {
					i = r.IntN(len(events))
				}
				j := min(i+1+r.IntN(20), len(events))
				bad := slices.Insert(slices.Clone(events), j, events[i])
				v, err := replay.Verify(replay.Events(bad))
				require.NoError(t, err)
				require.True(t, slices.ContainsFunc(v.Faults, func(f replay.Fault) bool {
					return f.Kind == replay.Duplicate && f.Event == j && f.Of == i
				}), "%v", v.Faults)
				require.Equal(t, 1, v.Checks().Duplicate)
				var got replay.Events
				for e, err := range replay.Heal(replay.Events(bad), nil).Replay(0, always) {
					require.NoError(t, err)
					got = append(got, e)
				}
				require.Equal(t, replay.Events(events), got)
				doubled++

				// Swapped with another one.
				i = r.IntN(len(events) - 1)
				j = min(i+1+r.IntN(30), len(events)-1)
				if late := events[j].Time - events[i].Time; late > 0 && late < 9*time.Second && inOrder(events[i]) && inOrder(events[j]) {
					bad = slices.Clone(events)
					bad[i], bad[j] = bad[j], bad[i]
					v, err = replay.Verify(replay.Events(bad))
					require.NoError(t, err)
					require.True(t, slices.ContainsFunc(v.Faults, func(f replay.Fault) bool {
						return f.Kind == replay.Disordered && (f.Event == i || f.Event == j)
					}), "%d and %d: %v", i, j, v.Faults)
					assert.NotEmpty(t, v.Doubtful)
					fixed := 0
					healed := replay.Heal(replay.Events(bad), &replay.HealOptions{Fixed: func(f replay.Fault) {
						assert.True(t, f.Healed)
						fixed++
					}})
					equalFrom(t, replay.Events(events), healed, max(events[2].Time, events[i].Time), last, r)
					require.Positive(t, fixed)
					swapped++
				}

				// Dropped.
				i = r.IntN(len(events))
				for kindOf(events[i]) != format.KindMutation {
					i = r.IntN(len(events))
				}
				bad = slices.Delete(slices.Clone(events), i, i+1)
				v, err = replay.Verify(replay.Events(bad))
				require.NoError(t, err)
				lost++
				if v.Checks().Bad() {
					named++
					require.NotEmpty(t, v.Doubtful)
					require.LessOrEqual(t, v.Doubtful[0].From, v.Doubtful[0].To)
				}
				if next := nextSnapshot(events, i); next >= 0 && !frames(events[next:]) {
					equalFrom(t, replay.Events(events), replay.Heal(replay.Events(bad), nil), events[next].Time, last, r)
				}
			}
		})
	}
	t.Logf("%d doubled and %d swapped are named and healed; of %d dropped mutations %d show", doubled, swapped, lost, named)
	assert.GreaterOrEqual(t, named, lost/3)
	assert.Greater(t, swapped, 5)
}

// frames says whether there are documents of frames among the events: one that
// is lost is not in the next snapshot.
func frames(events []format.Event) bool {
	return slices.ContainsFunc(events, func(e format.Event) bool {
		m, ok := e.Data.(*format.Mutation)
		return ok && m.Frame
	})
}

// A batch that comes twice, and two batches in the wrong order.
func TestHealBatches(t *testing.T) {
	for _, name := range []string{"list", "form", "shadow", "table"} {
		events := sessions.Open(t, name).Events(t)
		n := len(events)
		twice := slices.Concat(events[:n/2], events[n/4:n/2], events[n/2:])
		var got replay.Events
		for e, err := range replay.Heal(replay.Events(twice), nil).Replay(0, always) {
			require.NoError(t, err)
			got = append(got, e)
		}
		// All come once but for the first ones of a run that a recorder could have made twice.
		assert.LessOrEqual(t, len(got)-n, 8)
		equalFrom(t, replay.Events(events), got, events[3].Time, events[n-1].Time, rand.New(rand.NewPCG(1, 1)))

		cut := n/2 - n/8
		for events[cut].Time == events[cut-1].Time {
			cut++
		}
		end := cut + 30
		mixed := slices.Concat(events[:cut-20], events[cut:end], events[cut-20:cut], events[end:])
		if events[end].Time-events[cut-20].Time < 9*time.Second {
			v, err := replay.Verify(replay.Events(mixed))
			require.NoError(t, err)
			assert.NotZero(t, v.Checks().Disorder, name)
			equalFrom(t, replay.Events(events), replay.Heal(replay.Events(mixed), nil), events[3].Time, events[n-1].Time, rand.New(rand.NewPCG(1, 1)))
		}
	}
}

func add(id snapshot.NodeID, under snapshot.NodeID) *format.Mutation {
	return &format.Mutation{Adds: []format.Addition{{Parent: under, Node: &snapshot.Node{ID: id, Kind: snapshot.KindElement, Name: "p"}}}}
}

func title(id snapshot.NodeID, value string) *format.Mutation {
	return &format.Mutation{Attrs: []format.AttrChange{{ID: id, Attrs: []snapshot.Attr{{Name: "title", Value: value}}}}}
}

func TestHealEdges(t *testing.T) {
	base := replay.Events{at(0, 0, &format.Meta{URL: "http://a/"}), at(0, 0, player())}
	order := func(events ...format.Event) string {
		s := ""
		var faults []replay.Fault
		for e, err := range replay.Heal(slices.Concat(base, replay.Events(events)), &replay.HealOptions{Fixed: func(f replay.Fault) { faults = append(faults, f) }}).Replay(0, always) {
			require.NoError(t, err)
			s += fmt.Sprint(e.Time.Milliseconds(), " ")
		}
		for _, f := range faults {
			s += "; " + f.String()
		}
		return s
	}
	sec := time.Second
	for _, tt := range []struct {
		name   string
		events []format.Event
		want   string
	}{
		{"as it should be", []format.Event{at(0, 1*ms, add(10, 2)), at(0, 2*ms, title(10, "x"))}, "0 0 1 2 "},
		{"swapped", []format.Event{at(0, 2*ms, title(10, "x")), at(0, 1*ms, add(10, 2))}, "0 0 1 2 ; event 3 at 1ms (mutation): comes 1ms too late; healed"},
		{"too early", []format.Event{at(0, 9*ms, title(10, "x")), at(0, 1*ms, add(10, 2)), at(0, 2*ms, title(10, "y"))}, "0 0 1 2 9 ; event 2 at 9ms (mutation): comes 8ms too early; healed"},
		{"what only time tells", []format.Event{at(0, 2*ms, title(4, "x")), at(0, 1*ms, title(4, "y"))}, "0 0 1 2 ; event 3 at 1ms (mutation): comes 1ms too late; healed"},
		{"other windows are not in the way", []format.Event{at(1, 2*ms, player()), at(0, 1*ms, add(10, 2))}, "0 0 2 1 "},
		{"console and moves can be late", []format.Event{at(0, 2*ms, add(10, 2)), at(0, 1*ms, &format.Custom{Tag: "x"}), at(0, 1*ms, move([2]float64{0, 1}))}, "0 0 2 1 1 "},
		{"the clock was set", []format.Event{at(0, 60*sec, add(10, 2)), at(0, 1*sec, title(10, "x")), at(0, 2*sec, title(10, "y"))}, "0 0 60000 1000 2000 "},
		{"sorted it would be worse", []format.Event{at(0, 5*sec, add(10, 2)), at(0, 1*sec, title(10, "x"))}, "0 0 5000 1000 "},
		{"same time, the wrong way", []format.Event{at(0, 2*ms, title(10, "x")), at(0, 2*ms, add(10, 2))}, "0 0 2 2 ; event 3 at 2ms (mutation): comes 0s too late; healed"},
		{"twice", []format.Event{at(0, 2*ms, add(10, 2)), at(0, 2*ms, add(10, 2))}, "0 0 2 ; event 3 at 2ms (mutation): the same as event 2; healed"},
		{"a click may be double", []format.Event{at(0, 2*ms, click(4, 1, 1)), at(0, 2*ms, click(4, 1, 1))}, "0 0 2 2 "},
		{"but not in a run", []format.Event{at(0, 1*ms, add(10, 2)), at(0, 2*ms, click(4, 1, 1)), at(0, 1*ms, add(10, 2)), at(0, 2*ms, click(4, 1, 1))},
			"0 0 1 2 ; event 4 at 1ms (mutation): the same as event 2; healed; event 5 at 2ms (mouse-interaction): the same as event 3; healed"},
	} {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, order(tt.events...)) })
	}
	t.Run("many events of one window wait for none of another", func(t *testing.T) {
		var events []format.Event
		for i := range 2000 {
			events = append(events, at(format.WindowID(i%2), time.Duration(i)*ms, title(4, fmt.Sprint(i))))
		}
		events[1200], events[1210] = events[1210], events[1200]
		n := time.Duration(-1)
		for e, err := range replay.Heal(replay.Events(events), nil).Replay(0, always) {
			require.NoError(t, err)
			require.Greater(t, e.Time, n)
			n = e.Time
		}
	})
	t.Run("errors, breaks and ends", func(t *testing.T) {
		h := replay.Heal(failing{base}, nil)
		failed := 0
		for _, err := range h.Replay(0, always) {
			if err != nil {
				require.ErrorIs(t, err, errSource)
				failed++
			}
		}
		assert.Equal(t, 1, failed)
		for range h.Replay(0, always) {
			break
		}
		n := 0
		for range replay.Heal(slices.Concat(base, replay.Events{at(0, sec, blank)}), nil).Replay(0, 500*ms) {
			n++
		}
		assert.Equal(t, 2, n)
	})
}

// Whatever the times are, Heal hands on each event once, and nothing waits for
// ever or overflows.
func TestHealKeepsEvents(t *testing.T) {
	extremes := []time.Duration{always, -always - 1, 0, -time.Hour, time.Hour, always - 1}
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 6))
		events := wild(r, 900)
		for range r.IntN(200) {
			i, j := r.IntN(len(events)), r.IntN(len(events))
			switch r.IntN(4) {
			case 0:
				events[i], events[j] = events[j], events[i]
			case 1:
				events[i].Time = extremes[r.IntN(len(extremes))]
			case 2:
				events = slices.Delete(events, i, i+1)
			case 3:
				events = slices.Insert(events, i, events[j])
			}
		}
		in := make(map[format.Data]int)
		for _, e := range events {
			in[e.Data]++
		}
		dropped := 0
		healed := replay.Heal(events, &replay.HealOptions{Fixed: func(f replay.Fault) {
			if f.Kind == replay.Duplicate {
				dropped++
				require.Equal(t, events[f.Of].Time, f.Time)
			}
			require.Equal(t, kindOf(events[f.Event]), f.Data)
		}})
		n := 0
		for e, err := range healed.Replay(0, always) {
			require.NoError(t, err)
			require.Positive(t, in[e.Data])
			in[e.Data]--
			n++
		}
		require.Equal(t, len(events), n+dropped)
		v, err := replay.Verify(events)
		require.NoError(t, err)
		require.Equal(t, dropped, v.Checks().Duplicate)
		require.GreaterOrEqual(t, v.Duration, time.Duration(0))
		p := replay.NewPlayer(events)
		for _, at := range extremes {
			_, _ = p.At(at)
			for _, w := range p.Windows() {
				p.Pointer(w)
				p.Media(w)
			}
			_, err := p.Trail(0, at, always)
			require.NoError(t, err)
		}
	}
}

// What is in two files is played once.
func TestHealOverlap(t *testing.T) {
	events := sessions.Open(t, "list").Events(t)
	n := len(events)
	a, b := part(t, "s", 0, events[:n/2+20], nil), part(t, "s", 0, events[n/2:], nil)
	healed := replay.Heal(replay.Merge(replay.Tape(a), replay.Tape(b)), nil)
	equalFrom(t, replay.Events(events), healed, events[3].Time, events[n-1].Time, rand.New(rand.NewPCG(1, 1)))
	v, err := replay.Verify(replay.Merge(replay.Tape(a), replay.Tape(b)))
	require.NoError(t, err)
	assert.Equal(t, n/2+20+n-n/2, v.Events)
}
