package replay_test

import (
	"io"
	"iter"
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

const ms = time.Millisecond

// player is a page with a video, as a recorder's full snapshot.
func player(attrs ...snapshot.Attr) *format.FullSnapshot {
	return &format.FullSnapshot{Node: &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
		{ID: 2, Kind: snapshot.KindElement, Name: "html", Children: []*snapshot.Node{
			{ID: 3, Kind: snapshot.KindElement, Name: "video", Attrs: attrs},
			{ID: 4, Kind: snapshot.KindElement, Name: "button"},
		}},
	}}}
}

func click(id snapshot.NodeID, x, y float64) *format.MouseInteraction {
	return &format.MouseInteraction{Action: format.Click, ID: id, X: &x, Y: &y}
}

func move(at ...[2]float64) *format.Move { // offset in ms, x
	m := &format.Move{Source: format.KindMouseMove}
	for _, p := range at {
		m.Positions = append(m.Positions, format.Position{TimeOffset: p[0], X: p[1], ID: 4})
	}
	return m
}

func at(window format.WindowID, t time.Duration, data format.Data) format.Event {
	return format.Event{Time: t, Window: window, Data: data}
}

var blank = &format.Mutation{}

func TestFront(t *testing.T) {
	visible, hidden := &format.Visibility{State: "visible"}, &format.Visibility{State: "hidden"}
	for _, tt := range []struct {
		name   string
		events replay.Events
		want   format.WindowID
	}{
		{"none", nil, 0},
		{"only one", replay.Events{at(7, 0, blank)}, 7},
		{"a new window", replay.Events{at(1, 0, player()), at(2, 1, player())}, 2},
		{"one in the background changes", replay.Events{at(1, 0, player()), at(2, 1, player()), at(1, 2, blank)}, 2},
		{"one in the background loads", replay.Events{at(1, 0, player()), at(2, 1, player()), at(1, 2, &format.Meta{}), at(1, 2, player())}, 2},
		{"one in the background plays", replay.Events{at(1, 0, player()), at(2, 1, player()), at(1, 2, &format.Media{ID: 3})}, 2},
		{"a click", replay.Events{at(1, 0, player()), at(2, 1, player()), at(1, 2, click(4, 1, 1))}, 1},
		{"focus", replay.Events{at(1, 0, player()), at(2, 1, player()), at(1, 2, &format.MouseInteraction{Action: format.Focus, ID: 4})}, 1},
		{"blur", replay.Events{at(1, 0, player()), at(2, 1, player()), at(1, 2, &format.MouseInteraction{Action: format.Blur, ID: 4})}, 2},
		{"scroll", replay.Events{at(1, 0, player()), at(2, 1, player()), at(1, 2, &format.Scroll{ID: 1})}, 1},
		{"a script fills a field", replay.Events{at(1, 0, player()), at(2, 1, player()), at(1, 2, &format.Input{ID: 4})}, 2},
		{"the user fills a field", replay.Events{at(1, 0, player()), at(2, 1, player()), at(1, 2, &format.Input{ID: 4, UserTriggered: true})}, 1},
		{"form analytics", replay.Events{at(1, 0, player()), at(2, 1, player()), at(1, 2, &format.Field{ID: 4})}, 1},
		{"moves", replay.Events{at(1, 0, player()), at(2, 1, player()), at(1, 500*ms, move([2]float64{-400, 1}, [2]float64{0, 2}))}, 1},
		{"moves told late", replay.Events{at(1, 0, player()), at(2, 100*ms, player()), at(2, 400*ms, click(4, 1, 1)), at(1, 500*ms, move([2]float64{-450, 1}, [2]float64{-200, 2}))}, 2},
		{"moves of none", replay.Events{at(1, 0, player()), at(2, 1, player()), at(1, 2, move())}, 2},
		{"shown again", replay.Events{at(1, 0, player()), at(2, 1, player()), at(1, 2, visible)}, 1},
		{"hidden", replay.Events{at(1, 0, player()), at(2, 1, player()), at(2, 2, hidden)}, 1},
		{"all hidden", replay.Events{at(1, 0, player()), at(2, 1, player()), at(2, 2, hidden), at(1, 3, hidden)}, 1},
		{"hidden, and moves from before", replay.Events{at(1, 0, player()), at(2, 100*ms, player()), at(2, 300*ms, hidden), at(2, 500*ms, move([2]float64{-250, 2}))}, 1},
		{"hidden, and a click after", replay.Events{at(1, 0, player()), at(2, 1, player()), at(2, 2, hidden), at(2, 3, click(4, 1, 1))}, 2},
		{"at one time, the last", replay.Events{at(1, 0, player()), at(2, 0, player()), at(2, 5, click(4, 1, 1)), at(1, 5, click(4, 1, 1))}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := replay.NewPlayer(tt.events)
			page, err := p.AtEvent(len(tt.events))
			require.NoError(t, err)
			assert.Equal(t, tt.want, p.Front())
			if len(tt.events) > 0 {
				assert.Same(t, p.Window(tt.want), page)
			}
		})
	}
}

// Between two runs of positions the pointer is where it was then.
func TestPointer(t *testing.T) {
	events := replay.Events{
		at(1, 0, player()),
		at(1, 500*ms, move([2]float64{-400, 10}, [2]float64{-200, 20}, [2]float64{-50, 30})), // 100, 300, 450
		at(1, 600*ms, click(4, 99, 5)),
		at(2, 700*ms, move([2]float64{-100, 70})),
		at(1, 1000*ms, move([2]float64{-450, 40}, [2]float64{-250, 50}, [2]float64{-100, 60})), // 550, 750, 900
	}
	p := replay.NewPlayer(events)
	for _, tt := range []struct {
		t time.Duration
		x float64
	}{{50 * ms, 0}, {100 * ms, 10}, {299 * ms, 10}, {300 * ms, 20}, {460 * ms, 30}, {500 * ms, 30}, {549 * ms, 30}, {551 * ms, 40}, {599 * ms, 40}, {600 * ms, 99}, {749 * ms, 99}, {800 * ms, 50}, {time.Second, 60}, {time.Hour, 60}} {
		_, err := p.At(tt.t)
		require.NoError(t, err)
		assert.Equal(t, tt.x, p.Pointer(1).X, "at %v", tt.t)
		at, _ := p.Position()
		n := 0
		for n < len(events) && events[n].Time <= tt.t {
			n++
		}
		assert.Equal(t, n, at)
	}
	assert.Equal(t, snapshot.Pointer{}, p.Pointer(3))
	trail, err := p.Trail(1, 300*ms, 750*ms)
	require.NoError(t, err)
	var xs []float64
	for i, s := range trail {
		xs = append(xs, s.X)
		if i > 0 {
			assert.LessOrEqual(t, trail[i-1].Time, s.Time)
		}
	}
	assert.Equal(t, []float64{20, 30, 40, 99, 50}, xs)
	clicks, err := p.Clicks(1, 0, time.Hour)
	require.NoError(t, err)
	assert.Equal(t, []replay.PointerSample{{Time: 600 * ms, Source: format.KindMouseInteraction, Action: format.Click, Node: 4, Point: snapshot.Point{X: 99, Y: 5}}}, clicks)
	_, err = replay.NewPlayer(failing{events}).Trail(1, 0, time.Hour)
	require.ErrorIs(t, err, errSource)
}

func number(name, value string) snapshot.Attr {
	return snapshot.Attr{Name: name, Type: snapshot.AttrNumber, Value: value}
}

// A video plays on between the events that tell of it.
func TestMedia(t *testing.T) {
	f := func(v float64) *float64 { return &v }
	p := replay.NewPlayer(replay.Events{
		at(1, 0, player(snapshot.Attr{Name: "rr_mediaState", Value: "played"}, number("rr_mediaCurrentTime", "5"), number("rr_mediaPlaybackRate", "2"))),
		at(1, 2*time.Second, &format.Media{ID: 3, Action: format.RateChange, PlaybackRate: f(1)}), // at 9
		at(1, 3*time.Second, &format.Media{ID: 3, Action: format.Pause, CurrentTime: f(10.25)}),
		at(1, 10*time.Second, &format.Media{ID: 3, Action: format.Seeked, CurrentTime: f(3)}),
		at(1, 12*time.Second, &format.Media{ID: 3, Action: format.Play}),
	})
	for _, tt := range []struct {
		t    time.Duration
		want float64
	}{{0, 5}, {time.Second, 7}, {2 * time.Second, 9}, {2500 * ms, 9.5}, {3 * time.Second, 10.25}, {9 * time.Second, 10.25}, {11 * time.Second, 3}, {15 * time.Second, 6}, {time.Second, 7}} {
		_, err := p.At(tt.t)
		require.NoError(t, err)
		list := p.Media(1)
		require.Len(t, list, 1)
		assert.Equal(t, snapshot.NodeID(3), list[0].ID)
		assert.InDelta(t, tt.want, *list[0].CurrentTime, 1e-9, "at %v", tt.t)
	}
	assert.Nil(t, p.Media(2))
	unknown := replay.NewPlayer(replay.Events{at(0, 0, player()), at(0, 1, &format.Media{ID: 3, Action: format.Play})})
	_, err := unknown.At(time.Minute)
	require.NoError(t, err)
	assert.Nil(t, unknown.Media(0)[0].CurrentTime)
}

// wild is a session of several windows in which much happens at once.
func wild(r *rand.Rand, n int) replay.Events {
	var events replay.Events
	now := time.Duration(0)
	for range n {
		w := format.WindowID(r.IntN(3))
		var data format.Data
		x := float64(r.IntN(1000))
		switch k := r.IntN(100); {
		case len(events) < 3:
			w, data = format.WindowID(len(events)), player(snapshot.Attr{Name: "rr_mediaState", Value: "played"}, number("rr_mediaCurrentTime", "1"))
		case k < 1:
			data = player()
		case k < 2:
			data = &format.Media{ID: 3, Action: format.MediaAction(r.IntN(3)), CurrentTime: &x}
		case k < 3:
			data = &format.Media{ID: 3, Action: format.MediaAction(r.IntN(5))}
		case k < 5:
			data = &format.Visibility{State: []string{"hidden", "visible"}[r.IntN(2)]}
		case k < 10:
			data = move([2]float64{-float64(r.IntN(900)), x}, [2]float64{-float64(r.IntN(300)), x + 1})
		case k < 12:
			data = click(4, x, x)
		default:
			value := string(rune('a' + r.IntN(26)))
			data = &format.Mutation{Attrs: []format.AttrChange{{ID: 4, Attrs: []snapshot.Attr{{Name: "title", Value: value}}}}}
		}
		events = append(events, at(w, now, data))
		if r.IntN(3) > 0 {
			now += time.Duration(r.IntN(120)) * ms
		}
	}
	return events
}

// standing is all that a Player says.
type standing struct {
	Events       int
	Now, Time    time.Duration
	Front        format.WindowID
	Windows      []format.WindowID
	Pointers     []snapshot.Pointer
	Media        [][]replay.Playback
	Pages        []*snapshot.Node
	Trail, Click []replay.PointerSample
}

func standingOf(t testing.TB, p *replay.Player) standing {
	t.Helper()
	var m standing
	m.Front = p.Front()
	m.Events, m.Now = p.Position()
	m.Time, m.Windows = p.Time(), p.Windows()
	for _, w := range m.Windows {
		m.Pointers = append(m.Pointers, p.Pointer(w))
		m.Media = append(m.Media, p.Media(w))
		m.Pages = append(m.Pages, p.Window(w).Snapshot())
	}
	var err error
	m.Trail, err = p.Trail(m.Front, m.Time-time.Second, m.Time)
	require.NoError(t, err)
	m.Click, err = p.Clicks(m.Front, m.Time-time.Minute, m.Time)
	require.NoError(t, err)
	return m
}

// Whatever a Player says of a moment is the same from a keyframe, by frames, by
// a clone and from the first event.
func TestMomentAnyWay(t *testing.T) {
	deep := 0
	for seed := range uint64(seeds(3)) {
		r := rand.New(rand.NewPCG(seed, 5))
		events := wild(r, 1500)
		last := events[len(events)-1].Time
		for _, opts := range []*format.WriterOptions{{Keyframes: 300, Flush: 256}, {Keyframes: 2000}, {Live: true}} {
			tape := opened(t, written(t, events, opts), nil)
			var times []time.Duration
			for range 12 {
				times = append(times, events[r.IntN(len(events))].Time+time.Duration(r.IntN(3)-1)*ms*7)
			}
			times = append(times, -time.Second, last+time.Hour)
			player, walker := replay.NewPlayer(tape), replay.NewPlayer(tape)
			linear := make(map[time.Duration]standing)
			for _, at := range times {
				p := replay.NewPlayer(events)
				_, err := p.At(at)
				require.NoError(t, err)
				linear[at] = standingOf(t, p)
				_, err = player.At(at)
				require.NoError(t, err)
				if tape.ReplayStart(at) > 0 {
					deep++
				}
				require.Equal(t, linear[at], standingOf(t, player), "seed %d at %v", seed, at)

				// A clone goes on as the player does, whichever goes first.
				clone := player.Clone()
				for range 5 {
					a, erra := clone.Step()
					b, errb := player.Step()
					for erra == nil && a.Data.Kind() == format.KindKeyframe {
						a, erra = clone.Step()
					}
					for errb == nil && b.Data.Kind() == format.KindKeyframe {
						b, errb = player.Step()
					}
					require.Equal(t, errb, erra)
					require.Equal(t, b, a)
					require.Equal(t, standingOf(t, player), standingOf(t, clone))
				}
				clone.Close()
			}
			slices.Sort(times)
			n := 0
			for f, err := range walker.Frames(slices.Values(times)) {
				require.NoError(t, err)
				require.NoError(t, f.Damage)
				want := linear[times[n]]
				require.Equal(t, times[n], f.Time)
				require.Equal(t, want.Events, f.Events)
				require.Equal(t, want.Front, f.Window)
				require.Equal(t, want, standingOf(t, walker))
				n++
			}
			require.Len(t, times, n)
		}
	}
	require.Greater(t, deep, 20*seeds(3), "times that a keyframe was used")
}

// A closed player goes on where it stands.
func TestCloseAndGoOn(t *testing.T) {
	events := replay.Events(sessions.Open(t, "list").Events(t))
	for _, src := range []replay.Source{events, opened(t, written(t, events, &many), nil)} {
		p := replay.NewPlayer(src)
		_, err := p.At(events[len(events)/2].Time)
		require.NoError(t, err)
		n, _ := p.Position()
		for ; ; n++ {
			e, err := p.Step()
			if err == io.EOF {
				break
			}
			require.NoError(t, err)
			require.Equal(t, events[n].Time, e.Time)
			p.Close()
		}
		require.Len(t, events, n)
		_, ok := p.Peek()
		require.False(t, ok)
		require.NoError(t, p.Err())
	}
}

// Frames end in the source's error, once.
func TestFramesError(t *testing.T) {
	events := sessions.Open(t, "list").Events(t)
	frames, failed := 0, 0
	p := replay.NewPlayer(failing{events[:40]})
	for _, err := range p.Frames(slices.Values([]time.Duration{0, events[20].Time, time.Hour, 2 * time.Hour})) {
		if err != nil {
			require.ErrorIs(t, err, errSource)
			failed++
			continue
		}
		require.Zero(t, failed)
		frames++
	}
	assert.Equal(t, 2, frames)
	assert.Equal(t, 1, failed)
	for range p.Frames(slices.Values([]time.Duration{0, 1})) {
		break
	}
}

func TestPeek(t *testing.T) {
	events := replay.Events(sessions.Open(t, "list").Events(t))
	p := replay.NewPlayer(events)
	for i := range events {
		e, ok := p.Peek()
		require.True(t, ok)
		require.Equal(t, events[i], *e)
		n, _ := p.Position()
		require.Equal(t, i, n)
		got, err := p.Step()
		require.NoError(t, err)
		require.Equal(t, events[i], got)
	}
	_, ok := p.Peek()
	require.False(t, ok)
}

// seeds is n, 1 where tests are to be short.
func seeds(n int) int {
	if testing.Short() {
		return 1
	}
	return n
}

// How far a video has come is the same from a keyframe, and however often it was
// asked for, whatever the events that tell of it leave out.
func TestMediaAnyWay(t *testing.T) {
	told := 0
	for seed := range uint64(10 * seeds(3)) {
		r := rand.New(rand.NewPCG(seed, 15))
		events := wild(r, 400)
		for i := range events {
			if _, ok := events[i].Data.(*format.Mutation); !ok || r.IntN(4) > 0 {
				continue
			}
			x := float64(r.IntN(1000))
			m := &format.Media{ID: 3, Action: format.MediaAction(r.IntN(5))}
			if r.IntN(2) == 0 {
				m.CurrentTime = &x
			}
			if r.IntN(3) == 0 {
				m.PlaybackRate = new(x / 300)
			}
			events[i].Data = m
		}
		tape := opened(t, written(t, events, &format.WriterOptions{Keyframes: 100, Flush: 128}), nil)
		seeks := replay.NewPlayer(tape)
		for range 8 {
			at := events[r.IntN(len(events))].Time + time.Duration(r.IntN(900))*ms
			_, _ = seeks.At(at)
			linear, asked := replay.NewPlayer(events), replay.NewPlayer(events)
			_, _ = linear.At(at)
			for e, ok := asked.Peek(); ok && e.Time <= at; e, ok = asked.Peek() {
				_, _ = asked.Step()
				if r.IntN(20) == 0 {
					asked.Media(e.Window)
				}
			}
			_, _ = asked.At(at)
			for _, w := range linear.Windows() {
				want := linear.Media(w)
				require.Equal(t, want, seeks.Media(w))
				require.Equal(t, want, asked.Media(w))
				told += len(want)
			}
		}
	}
	require.Positive(t, told)
}

// A counted source counts how often it is read from.
type counted struct {
	replay.Events
	replays int
}

func (c *counted) Replay(from, to time.Duration) iter.Seq2[format.Event, error] {
	c.replays++
	return c.Events.Replay(from, to)
}

func TestFramesReadOnce(t *testing.T) {
	src := &counted{Events: sessions.Open(t, "list").Events(t)}
	p := replay.NewPlayer(src)
	n := 0
	for f, err := range p.Frames(func(yield func(time.Duration) bool) {
		for at := time.Duration(0); at < 5*time.Second && yield(at); at += 40 * ms {
		}
	}) {
		require.NoError(t, err)
		require.Same(t, p.Page(), f.Page)
		p.Pointer(f.Window)
		n++
	}
	assert.Equal(t, 125, n)
	assert.Equal(t, 1, src.replays)
}
