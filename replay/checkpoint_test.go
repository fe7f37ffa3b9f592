package replay_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/replay/replaytest"
	"github.com/pagetape/pagetape/snapshot"
)

// A throw is one call of a Player that is thrown about.
type throw struct {
	call int
	to   float64 // of the session's length, a bit before and a bit after it too
	near bool    // from where the Player stands
}

// thrown throws a Player about, and compares what it says each time with a new
// Player. It returns how often a checkpoint was made or used.
func thrown(t tester, src replay.Source, broken bool, events []format.Event, throws []throw) (uses int) {
	first, last := events[0].Time, events[len(events)-1].Time
	p := replay.NewPlayer(src)
	defer func() { p.Close() }()
	for i, th := range throws {
		where := fmt.Sprintf("throw %d: %+v", i, th)
		at := first + time.Duration((th.to*1.1-0.05)*float64(last-first))
		n := int(th.to * float64(len(events)+1))
		if have, now := p.Position(); th.near {
			at, n = now+time.Duration((th.to-0.5)*float64(2*time.Second)), max(0, have+int((th.to-0.5)*80))
		}
		byEvent := false
		switch th.call {
		default:
			_, _ = p.At(at)
		case 5:
			_, _ = p.AtEvent(n)
			byEvent = true
		case 6:
			if _, more := p.Peek(); !more {
				continue // it stands at the time that At was asked for
			}
			for range 1 + n%19 {
				_, _ = p.Step()
			}
			byEvent = true
		case 7:
			_, _ = p.At(at)
			c := p.Clone()
			p.Close()
			_, _ = p.At(last) // what p does is nothing to c
			p.Close()
			p = c
		case 8:
			checkpoints, _, _ := p.Kept()
			i, times := 0, []time.Duration{at - time.Second, at, at + time.Second, at}
			for range p.Frames(slices.Values(times)) { // an error, which is the last, is of a time too
				at = times[i]
				i++
			}
			after, _, _ := p.Kept()
			require.Equal(t, checkpoints, after, "Frames make none")
		case 9:
			p.Close()
			_, _ = p.At(at)
		}
		if byEvent {
			n, _ = p.Position()
			at = never
		}
		fresh, alike := begunAs(p, src, n, at)
		want, got := saying(fresh), saying(p)
		if byEvent { // that stands at a time that At was not asked for
			want.Time, got.Time = 0, 0
		}
		if alike || !broken { // where something is broken, not all beginnings lead to all places
			require.Equal(t, want, got, where)
			for _, w := range fresh.Windows() {
				require.Equal(t, fresh.Window(w).Image(), p.Window(w).Image(), where)
			}
		}
		if _, _ = p.Peek(); alike {
			_, _ = fresh.Peek() // both have met the end, if it is there
			require.Equal(t, fmt.Sprint(fresh.Err()), fmt.Sprint(p.Err()), where)
		}
		checkpoints, nodes, used := p.Kept()
		require.LessOrEqual(t, checkpoints, replay.MaxCheckpoints)
		require.LessOrEqual(t, nodes, replay.MaxCheckpointNodes)
		uses = max(uses, used)
		fresh.Close()
	}
	return uses
}

// begunAs returns a new Player at a moment, by events where at is never. If it
// can, it begins where the replay of p has begun: where a new one begins for the
// time, or one that comes back to it.
func begunAs(p *replay.Player, src replay.Source, n int, at time.Duration) (fresh *replay.Player, alike bool) {
	fresh = replay.NewPlayer(src)
	if at == never {
		_, _ = fresh.AtEvent(n)
		return fresh, p.Begun() == 0
	}
	if _, _ = fresh.At(at); p.Begun() == fresh.Begun() {
		return fresh, true
	}
	_, _ = fresh.At(at + time.Hour)
	_, _ = fresh.At(at)
	return fresh, p.Begun() == fresh.Begun()
}

const never = time.Duration(-1 << 63)

// saying is standingOf, but for the pages, of a source that may fail.
func saying(p *replay.Player) standing {
	m := standing{Front: p.Front()}
	m.Events, m.Now = p.Position()
	m.Time, m.Windows = p.Time(), p.Windows()
	for _, w := range m.Windows {
		m.Pointers = append(m.Pointers, p.Pointer(w))
		m.Media = append(m.Media, p.Media(w))
	}
	m.Trail, _ = p.Trail(m.Front, m.Time-time.Second, m.Time)
	m.Click, _ = p.Clicks(m.Front, m.Time-time.Minute, m.Time)
	return m
}

// throws makes throws at random.
func throws(r *rand.Rand, n int) []throw {
	list := make([]throw, n)
	for i := range list {
		list[i] = throw{r.IntN(12), r.Float64(), r.IntN(2) == 0}
	}
	return list
}

// tapesOf returns the tapes of the events, sealed and live, and of each that has
// frames enough one with a frame in its second half that cannot be read.
func tapesOf(t tester, events []format.Event, opts *format.WriterOptions) (whole, broken []replay.Source) {
	t.Helper()
	live := format.WriterOptions{Live: true}
	if opts != nil {
		live.Flush, live.Segment = opts.Flush, 4*opts.Flush
	}
	for _, opts := range []*format.WriterOptions{opts, &live} {
		tape := written(t, events, opts)
		r := opened(t, tape, nil)
		whole = append(whole, r)
		var frames []format.Frame
		for _, f := range r.Frames {
			if f.Kind == format.FrameEvents {
				frames = append(frames, f)
			}
		}
		if len(frames) < 3 {
			continue
		}
		f := frames[len(frames)*2/3]
		bad := bytes.Clone(tape)
		bad[f.Offset+f.Size-8]++
		broken = append(broken, opened(t, bad, nil), opened(t, bad, salvage))
	}
	return whole, broken
}

// What a Player says of a moment is the same from a checkpoint as from the first
// event or a keyframe, whatever it did before.
func TestThrownAbout(t *testing.T) {
	uses := 0
	rapid.Check(t, func(t *rapid.T) {
		page := rapid.SliceOfN(rapid.Byte(), 40, 400).Draw(t, "page")
		steps := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 20, 400), 10, 120).Draw(t, "steps")
		choices := append([][]byte{page}, steps...)
		for _, b := range choices {
			for i := range b {
				b[i] *= 167
			}
		}
		events := replaytest.Generate(replaytest.Bytes(choices...), &replaytest.Options{Nodes: 30, Steps: 120}).Events
		whole, broken := tapesOf(t, events, &format.WriterOptions{
			Level:     format.LevelFast,
			Keyframes: rapid.IntRange(100, 5000).Draw(t, "keyframes"),
			Flush:     rapid.IntRange(100, 1<<13).Draw(t, "flush"),
		})
		list := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) throw {
			return throw{rapid.IntRange(0, 11).Draw(t, "call"), rapid.Float64Range(0, 1).Draw(t, "to"), rapid.Bool().Draw(t, "near")}
		}), 1, 20).Draw(t, "throws")
		for _, src := range append(whole, events) {
			uses += thrown(t, src, false, events, list)
		}
		for _, src := range broken {
			uses += thrown(t, src, true, events, list)
		}
	})
	require.Positive(t, uses, "checkpoints")
}

// The same in recordings, and in sessions with several windows in which much
// happens at once.
func TestThrownAboutInRecordings(t *testing.T) {
	all := map[string][]format.Event{}
	for _, s := range sessions.All(t) {
		all[s.Name] = s.Events(t)
	}
	for seed := range uint64(seeds(3)) {
		all[fmt.Sprint("wild ", seed)] = wild(rand.New(rand.NewPCG(seed, 25)), 800)
	}
	uses := 0
	for name, events := range all {
		t.Run(name, func(t *testing.T) {
			for _, opts := range []*format.WriterOptions{nil, {Keyframes: 500, Flush: 2 << 10}} {
				whole, broken := tapesOf(t, events, opts)
				for i, src := range slices.Concat(broken, whole, []replay.Source{replay.Events(events), failing{events}}) {
					n := thrown(t, src, i < len(broken), events, throws(rand.New(rand.NewPCG(uint64(i), 35)), 15))
					uses += n
					if _, ok := src.(failing); ok {
						require.Zero(t, n, "its cursor cannot be cloned")
					}
				}
			}
		})
	}
	require.Greater(t, uses, 100, "checkpoints")
}

// A Player that only goes forward, or steps, makes none.
func TestNoCheckpoints(t *testing.T) {
	events := replay.Events(sessions.Open(t, "list").Events(t))
	last := events[len(events)-1].Time
	whole, broken := tapesOf(t, events, &many)
	for _, src := range append(whole, broken...) {
		p := replay.NewPlayer(src)
		none := func() {
			n, _, uses := p.Kept()
			require.Zero(t, n+uses)
		}
		for at := time.Duration(0); at < last; at += last / 40 {
			_, _ = p.At(at)
			none()
		}
		p.Close()
		for range events {
			_, _ = p.Step()
		}
		none()
		for range p.Frames(slices.Values([]time.Duration{last, 0, last / 2, last / 3})) {
			none()
		}
		_, _ = p.At(0) // now it goes back
		_, _ = p.At(last)
		n, _, _ := p.Kept()
		require.Positive(t, n)
		c := p.Clone()
		n, _, _ = c.Kept()
		require.Zero(t, n, "a clone has its own")
		p.Close()
		none2, _, _ := p.Kept()
		require.Zero(t, none2, "closed")
	}
}

// What is kept is bounded, however long one seeks in however long a session.
func TestCheckpointsAreBounded(t *testing.T) {
	events, err := gather(sessions.Synthetic(12000))
	require.NoError(t, err)
	p := replay.NewPlayer(opened(t, written(t, events, nil), nil))
	defer p.Close()
	random := rand.New(rand.NewPCG(1, 2))
	most := 0
	for range 150 {
		_, err := p.At(time.Duration(random.Int64N(int64(events[len(events)-1].Time))))
		require.NoError(t, err)
		checkpoints, nodes, _ := p.Kept()
		require.LessOrEqual(t, checkpoints, replay.MaxCheckpoints)
		require.LessOrEqual(t, nodes, replay.MaxCheckpointNodes)
		most = max(most, nodes)
	}
	assert.Greater(t, most, replay.MaxCheckpointNodes*9/10, "there was no need to drop any")
}

// Damage is that of a replay from where a new Player begins, the first 64 of it,
// from a checkpoint too.
func TestCheckpointDamage(t *testing.T) {
	events := replay.Events{at(0, 0, player())}
	for i := range 2000 {
		id := snapshot.NodeID(4)
		if i%5 == 0 && (i < 200 || i > 800) {
			id = 99 // is not there
		}
		events = append(events, at(0, time.Duration(i)*ms, &format.Mutation{Attrs: []format.AttrChange{{ID: id, Attrs: []snapshot.Attr{{Name: "title", Value: fmt.Sprint(i)}}}}}))
	}
	seen := map[int]bool{}
	whole, _ := tapesOf(t, events, &format.WriterOptions{Keyframes: 600, Flush: 256})
	for _, src := range append(whole, events) {
		p := replay.NewPlayer(src)
		for _, to := range []int{1999, 0, 1999, 150, 700, 1900, 60, 1000, 1300, 40, 1999, 500} {
			_, _ = p.At(-time.Second) // so that the next is from a checkpoint, or the beginning
			for range 2 {
				_, got := p.At(time.Duration(to) * ms)
				fresh, alike := begunAs(p, src, 0, time.Duration(to)*ms)
				require.True(t, alike)
				want := fresh.Err()
				require.Equal(t, fmt.Sprint(want), fmt.Sprint(got), "at %d", to)
				if joined, ok := want.(interface{ Unwrap() []error }); ok {
					seen[len(joined.Unwrap())] = true
				}
			}
		}
		_, _, uses := p.Kept()
		require.Greater(t, uses, 5)
	}
	require.True(t, seen[64])
	require.Greater(t, len(seen), 3)
}

// A Player that was closed has events ahead, and no cursor that a checkpoint could
// have a clone of.
func TestNoCheckpointWhileClosed(t *testing.T) {
	events := replay.Events{at(0, 0, player())}
	for i := range 300 {
		events = append(events, at(0, time.Duration(i)*10*ms, blank))
	}
	p := replay.NewPlayer(events)
	_, _ = p.At(time.Hour)
	_, _ = p.At(0)
	p.Pointer(0) // reads ahead
	p.Close()
	for i := range 300 {
		_, err := p.At(time.Duration(i) * 10 * ms)
		require.NoError(t, err)
	}
}

// A tape that was opened from a file is one.
func TestCheckpointsOfFile(t *testing.T) {
	events, err := gather(sessions.Synthetic(3000))
	require.NoError(t, err)
	name := filepath.Join(t.TempDir(), "session.tape")
	require.NoError(t, os.WriteFile(name, written(t, events, nil), 0o600))
	r, err := format.OpenReader(name, nil)
	require.NoError(t, err)
	defer r.Close()
	p := replay.NewPlayer(r)
	defer p.Close()
	for i := range 6 {
		_, err := p.At(events[len(events)-1-i*400].Time)
		require.NoError(t, err)
	}
	kept, _, _ := p.Kept()
	assert.Positive(t, kept)
}

// A Player of a live tape that goes back reads it from a checkpoint on, not from
// the first event, whether the tape is closed or still being written.
func TestCheckpointsOfLiveTape(t *testing.T) {
	tape := written(t, rounds(t), &format.WriterOptions{Live: true})
	require.Greater(t, len(tape), 1<<20)
	for _, size := range []int{len(tape), len(tape) * 9 / 10} {
		c := &counter{Reader: bytes.NewReader(tape[:size])}
		r, err := format.NewReader(c, int64(size), nil)
		require.NoError(t, err)
		p := replay.NewPlayer(r)
		_, _ = p.At(time.Hour)
		_, _ = p.At(0)
		_, _ = p.At(time.Hour)
		c.bytes.Store(0)
		for minute := 30; minute >= 20; minute-- {
			_, _ = p.At(time.Duration(minute) * time.Minute)
		}
		assert.Less(t, c.bytes.Load(), 2*int64(size), "half of the tape and more lies before each of 11 moments")
		p.Close()
	}
}
