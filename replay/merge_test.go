package replay_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

// part is a tape of the events, whose start is as much after day as it says.
func part(t testing.TB, session string, start time.Duration, events []format.Event, opts *format.WriterOptions) *format.Reader {
	t.Helper()
	var shifted []format.Event
	for _, e := range events {
		e.Time -= start
		shifted = append(shifted, e)
	}
	return opened(t, taped(t, format.Header{Session: session, Start: day.Add(start)}, opts, shifted), nil)
}

// all are the events of a source, and those among them that are no keyframes.
func all(t testing.TB, src replay.Source) (all, events replay.Events) {
	t.Helper()
	for e, err := range src.Replay(-time.Hour, 100*time.Hour) {
		require.NoError(t, err)
		all = append(all, e)
		if e.Data.Kind() != format.KindKeyframe {
			events = append(events, e)
		}
	}
	return all, events
}

// anyWay requires a source to give the same moments from its keyframes as from
// its first event.
func anyWay(t testing.TB, src replay.Source, r *rand.Rand, times int) {
	t.Helper()
	line, events := all(t, src)
	for range times {
		when := events[r.IntN(len(events))].Time + time.Duration(r.IntN(2))*ms
		linear, player := replay.NewPlayer(line), replay.NewPlayer(src)
		want, _ := linear.At(when)
		got, _ := player.At(when)
		same(t, want, got)
		require.Equal(t, standingOf(t, linear), standingOf(t, player), "at %v", when)
		player.Close()
	}
}

var short = format.WriterOptions{Keyframes: 300, Flush: 512}

// A session in files plays as the session in one.
func TestMergeCutSession(t *testing.T) {
	for _, name := range []string{"list", "form", "shadow"} {
		events := sessions.Open(t, name).Events(t)
		r := rand.New(rand.NewPCG(3, 9))
		starts := 0
		for round := range seeds(4) {
			var tapes []replay.Part
			for i := 0; i < len(events); {
				n := min(len(events), i+20+r.IntN(len(events)/2))
				if round == 0 { // at full snapshots, as recorders that are told to do
					for n < len(events) && events[n].Data.Kind() != format.KindMeta {
						n++
					}
				}
				tapes = append(tapes, replay.Tape(part(t, name, events[i].Time, events[i:n], &short)))
				i = n
			}
			require.Greater(t, len(tapes), 1)
			r.Shuffle(len(tapes), func(i, j int) { tapes[i], tapes[j] = tapes[j], tapes[i] })
			m := replay.Merge(tapes...)
			assert.True(t, day.Add(events[0].Time).Equal(m.Start))
			_, got := all(t, m)
			require.Equal(t, len(events), len(got))
			for i := range got {
				require.Equal(t, events[i].Time-events[0].Time, got[i].Time, "event %d", i)
				require.Equal(t, events[i].Data, got[i].Data, "event %d", i)
			}
			anyWay(t, m, r, 6)
			last := got[len(got)-1].Time
			if m.ReplayStart(last) > 0 {
				starts++
			}
			p, q := replay.NewPlayer(m), replay.NewPlayer(replay.Events(events))
			a, err := p.At(last)
			require.NoError(t, err)
			b, err := q.AtEvent(len(events))
			require.NoError(t, err)
			require.Empty(t, snapshot.Compare(b.Snapshot(), a.Snapshot(), 10))
		}
		require.Positive(t, starts)
	}
}

// Sessions that follow each other have windows of their own, and a moment of
// the second one needs next to nothing of the first.
func TestMergeSessions(t *testing.T) {
	list, form := sessions.Open(t, "list").Events(t), sessions.Open(t, "form").Events(t)
	a, b := part(t, "a", 0, list, &short), part(t, "b", 0, form, &short)
	b.Header.Start = day.Add(time.Hour)
	m := replay.Merge(replay.Tape(b), replay.Tape(a), replay.Part{Source: replay.Events{at(0, 5, blank), at(1, 5, blank)}, Start: day.Add(2 * time.Hour), Session: "c"})
	p := replay.NewPlayer(m)
	_, err := p.At(time.Hour + form[len(form)-1].Time)
	require.NoError(t, err)
	assert.Equal(t, format.WindowID(1), p.Front())
	assert.Equal(t, []format.WindowID{0, 1}, p.Windows())
	linear := replay.NewPlayer(replay.Events(form))
	want, _ := linear.AtEvent(len(form))
	same(t, want, p.Page())
	linear = replay.NewPlayer(replay.Events(list))
	want, _ = linear.AtEvent(len(list))
	same(t, want, p.Window(0))
	for _, tt := range []struct {
		w       format.WindowID
		session string
		window  format.WindowID
	}{{0, "a", 0}, {1, "b", 0}, {2, "c", 0}, {3, "c", 1}} {
		session, window, ok := m.Origin(tt.w)
		assert.True(t, ok)
		assert.Equal(t, tt.session, session)
		assert.Equal(t, tt.window, window)
	}
	_, _, ok := m.Origin(9)
	assert.False(t, ok)
	assert.Greater(t, m.ReplayStart(time.Hour+form[len(form)-1].Time), len(list)/2)
	anyWay(t, m, rand.New(rand.NewPCG(1, 1)), 12)
	// From a time in the second part, nothing but the end of the first comes.
	n := 0
	for e, err := range m.Replay(time.Hour+10*time.Second, always) {
		require.NoError(t, err)
		if e.Time < time.Hour && e.Data.Kind() != format.KindKeyframe {
			n++
		}
	}
	assert.Less(t, n, len(list)/2)
}

const always = time.Duration(1<<63 - 1)

// Tabs that were recorded apart are interleaved by time, as format.Seal does.
func TestMergeTabs(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	events := wild(r, 2500)
	var tabs [3]replay.Events
	for _, e := range events {
		tabs[e.Window] = append(tabs[e.Window], e)
	}
	var parts []replay.Part
	var tapes []*format.Reader
	for _, tab := range tabs {
		tapes = append(tapes, part(t, "s", 0, tab, &short))
		parts = append(parts, replay.Tape(tapes[len(tapes)-1]))
	}
	m := replay.Merge(parts...)
	_, got := all(t, m)
	require.Len(t, got, len(events))
	var sealed bytes.Buffer
	require.NoError(t, format.Seal(&sealed, nil, tapes...))
	_, want := all(t, opened(t, sealed.Bytes(), nil))
	require.Equal(t, want, got)
	assert.Greater(t, m.ReplayStart(events[len(events)-1].Time), len(events)/2)
	anyWay(t, m, r, 12)
}

func TestMergeEdges(t *testing.T) {
	events := wild(rand.New(rand.NewPCG(2, 2)), 1200)
	half := len(events) / 2
	first, second := part(t, "s", 0, events[:half+60], &short), part(t, "s", 0, events[half:], &short)
	t.Run("overlap", func(t *testing.T) { // 60 events are in both: both are played, in order of time
		m := replay.Merge(replay.Tape(first), replay.Tape(second))
		_, got := all(t, m)
		require.Len(t, got, len(events)+60)
		for i := 1; i < len(got); i++ {
			require.LessOrEqual(t, got[i-1].Time, got[i].Time)
		}
		anyWay(t, m, rand.New(rand.NewPCG(1, 1)), 8)
	})
	t.Run("batch", func(t *testing.T) {
		one := part(t, "s", 0, events[:half], &format.WriterOptions{Batch: "1"})
		two := part(t, "s", 0, events[half:], &format.WriterOptions{Batch: "2", Live: true})
		m := replay.Merge(replay.Tape(one), replay.Tape(two), replay.Tape(one), replay.Tape(two))
		_, got := all(t, m)
		require.Equal(t, fmt.Sprint(len(events)), fmt.Sprint(len(got)))
		anyWay(t, m, rand.New(rand.NewPCG(1, 1)), 4)
	})
	t.Run("gap", func(t *testing.T) {
		m := replay.Merge(
			replay.Part{Source: events[:half], Start: day},
			replay.Part{Source: events[half:], Start: day.Add(100 * time.Hour)},
		)
		p := replay.NewPlayer(m)
		_, err := p.At(50 * time.Hour)
		require.NoError(t, err)
		n, _ := p.Position()
		assert.Equal(t, half, n)
	})
	t.Run("error", func(t *testing.T) {
		m := replay.Merge(replay.Part{Source: failing{events[:half]}}, replay.Part{Source: events[half:]})
		n, failed := 0, 0
		for e, err := range m.Replay(0, always) {
			if err != nil {
				require.ErrorIs(t, err, errSource)
				failed++
			} else if e.Data.Kind() != format.KindKeyframe {
				require.Zero(t, failed)
				n++
			}
		}
		assert.Equal(t, len(events), n)
		assert.Equal(t, 1, failed)
		for range m.Replay(0, always) { // breaking off is safe
			break
		}
	})
	t.Run("none", func(t *testing.T) {
		m := replay.Merge()
		_, got := all(t, m)
		assert.Empty(t, got)
		page, err := replay.NewPlayer(replay.Merge(replay.Part{Source: replay.Events{}})).At(0)
		require.NoError(t, err)
		assert.Nil(t, page.Root())
	})
}
