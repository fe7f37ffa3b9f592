package format_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/snapshot"
)

// site is a small document.
func site(text string) *snapshot.Node {
	return &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
		{ID: 2, Kind: snapshot.KindElement, Name: "p", Attrs: []snapshot.Attr{{Name: "class", Value: text}},
			Children: []*snapshot.Node{{ID: 3, Kind: snapshot.KindText, Text: text}}},
	}}
}

// brief is a session as short as one can be that has something of everything.
func brief() []format.Event {
	text := "second"
	all := []format.Data{
		&format.Meta{URL: "https://a.example/", Width: 800, Height: 600}, &format.FullSnapshot{Node: site("first")},
		&format.Scroll{ID: 1, Y: 12.25}, &format.Input{ID: 2, Text: "typed"},
		&format.Mutation{Texts: []format.TextChange{{ID: 3, Value: &text}}}, &format.Custom{Tag: "mark", Payload: `{"a":1}`},
		&format.FullSnapshot{Node: site("third")}, &format.Scroll{ID: 2, Y: 3},
	}
	var events []format.Event
	for i, data := range all {
		events = append(events, format.Event{Time: time.Duration(i) * 1500 * time.Microsecond, Window: format.WindowID(i / 6), Data: data})
	}
	return events
}

// A subject is a tape that is damaged in every way.
type subject struct {
	name   string
	tape   []byte
	events []format.Event
	key    []byte
	from   int // where damage begins
	every  int // how many bytes there are between two where it does
	// The events as they are without the first HEAD: their times count from
	// the start of the next part.
	headless []format.Event
}

func subjects(t testing.TB) []subject {
	key := bytes.Repeat([]byte{7}, format.KeySize)
	h := format.Header{Start: start, Session: "s"}
	later := format.Header{Start: start.Add(time.Second)}
	events := brief()
	long := append([]format.Event{padding()}, events...)
	listed := write(t, h, &format.WriterOptions{Segment: 32, Flush: 32}, long...)
	twice := append([]format.Event{}, events...)
	for _, e := range events {
		e.Time += time.Second
		twice = append(twice, e)
	}
	headless := append(append([]format.Event{}, events...), events...)
	many := &format.WriterOptions{Segment: 32, Flush: 32}
	live := write(t, h, &format.WriterOptions{Live: true, Flush: 32, Segment: 64}, events...)
	return []subject{
		{name: "sealed", tape: write(t, h, nil, events...), events: events},
		{name: "live", tape: live, events: events},
		{name: "segments", tape: write(t, h, many, events...), events: events},
		{name: "listed", tape: listed, events: long, from: bytes.Index(listed, []byte("\x89rr\n\x02")) - 40, every: 16},
		{name: "concatenated", tape: append(write(t, h, nil, events...), write(t, later, many, events...)...), events: twice, headless: headless},
		{name: "live and sealed", tape: append(bytes.Clone(live[:len(live)-41]), write(t, later, nil, events...)...), events: twice, headless: headless},
		{name: "encrypted", tape: write(t, h, &format.WriterOptions{Key: key, Segment: 64, Flush: 32}, events...), events: events, key: key},
	}
}

// prefix requires events to be the first of those.
func prefix(t testing.TB, want, got []format.Event) {
	t.Helper()
	require.LessOrEqual(t, len(got), len(want))
	for i := range got {
		if !reflect.DeepEqual(want[i], got[i]) {
			require.Fail(t, "wrong event", "%d is another, a %v", i, got[i].Data.Kind())
		}
	}
}

// among says whether events are some of those, in order.
func among(want, got []format.Event) bool {
	at := 0
	for i := range got {
		for at < len(want) && !reflect.DeepEqual(want[at], got[i]) {
			at++
		}
		if at++; at > len(want) {
			return false
		}
	}
	return true
}

// among requires events to be some of the tape's, in order.
func (s *subject) among(t testing.TB, got []format.Event) {
	t.Helper()
	require.True(t, among(s.events, got) || among(s.headless, got), "an event is none of the tape's")
}

// damaged checks all that can be read of a tape that is damaged. It returns how
// many events a Decoder found, and whether it, and a Reader, noticed.
func (s *subject) damaged(t testing.TB, bad []byte, whole *format.Reader, everything bool) (n int, decoder, reader bool) {
	t.Helper()
	opts := &format.ReaderOptions{Key: s.key}
	got, err := read(bad, opts)
	typed(t, err)
	prefix(t, s.events, got)
	n, decoder = len(got), err != nil
	salvage := &format.ReaderOptions{Key: s.key, Salvage: true}
	got, err = read(bad, salvage)
	typed(t, err)
	s.among(t, got)
	require.GreaterOrEqual(t, len(got), n)
	require.Equal(t, decoder, err != nil)
	if !everything {
		return n, decoder, true
	}
	for _, opts := range []*format.ReaderOptions{opts, salvage} {
		compare := prefix
		if opts.Salvage {
			compare = func(t testing.TB, want, got []format.Event) {
				t.Helper()
				require.True(t, among(want, got) || among(s.headless, got))
			}
		}
		r, err := format.NewReader(bytes.NewReader(bad), int64(len(bad)), opts)
		if typed(t, err); err != nil {
			reader = true
			continue
		}
		typed(t, r.Damage())
		got, err := collect(r.Events())
		typed(t, err)
		compare(t, s.events, got)
		reader = reader || err != nil || r.Damage() != nil || !r.Closed
		for _, i := range []int{0, len(s.events) / 2, len(s.events) - 1} {
			from := s.events[i].Time
			got, err := collect(r.Replay(from, 1<<62))
			typed(t, err)
			n := r.ReplayStart(from)
			require.True(t, n >= 0 && n <= i+1)
			if len(got) == 0 || got[0].Data.Kind() != format.KindKeyframe {
				compare(t, s.events, got)
				continue
			}
			n = int(got[0].Data.(*format.Keyframe).Events)
			require.LessOrEqual(t, n, i+1)
			compare(t, s.events[n:], recorded(got))
			want, err := collect(whole.Replay(from, 1<<62))
			require.NoError(t, err)
			if want[0].Data.(*format.Keyframe).Events == int64(n) {
				compare(t, want, got)
			}
		}
		if sum, err := r.Summary(); err == nil && len(bad) == len(s.tape) {
			want, err := whole.Summary()
			require.NoError(t, err)
			require.Equal(t, want, sum)
		} else {
			typed(t, err)
		}
		var b bytes.Buffer
		err = format.Seal(&b, nil, r)
		typed(t, err)
		got, err = read(b.Bytes(), nil)
		require.NoError(t, err)
		s.among(t, got)
	}
	return n, decoder, reader
}

// A tape cut anywhere gives a prefix of the events.
func TestCutAnywhere(t *testing.T) {
	for _, s := range subjects(t) {
		t.Run(s.name, func(t *testing.T) {
			whole := open(t, s.tape, &format.ReaderOptions{Key: s.key})
			longest := 0
			for cut := s.from; cut < len(s.tape); cut += max(s.every, 1) {
				n, noticed, reader := s.damaged(t, s.tape[:cut], whole, s.every > 0 || cut%8 == 0)
				require.GreaterOrEqual(t, n, longest, "a longer piece has no fewer events")
				longest = n
				// A tape that ends between two frames is one that is being written, or one of fewer parts.
				border := false
				for _, f := range whole.Frames {
					border = border || int(f.Offset) == cut
				}
				require.Equal(t, !border || cut == 0, noticed, "cut at %d", cut)
				require.True(t, reader || s.name == "concatenated", "cut at %d", cut)
			}
			require.GreaterOrEqual(t, longest, len(s.events)-1)
		})
	}
}

// Every flipped bit is noticed, by a Decoder and by a Reader that reads all,
// and nothing that is wrong comes of it.
func TestFlipEveryBit(t *testing.T) {
	for _, s := range subjects(t) {
		t.Run(s.name, func(t *testing.T) {
			whole := open(t, s.tape, &format.ReaderOptions{Key: s.key})
			bad := bytes.Clone(s.tape)
			for i := s.from; i < len(bad); i += max(s.every, 1) {
				for bit := range 8 {
					main := bit == i/max(s.every, 1)%8
					if !main && (s.every > 0 || len(bad) > 600 && (testing.Short() || os.Getenv("PAGETAPE_CORPUS") == "")) {
						continue
					}
					bad[i] ^= 1 << bit
					_, decoder, reader := s.damaged(t, bad, whole, main && (s.every > 0 || i%8 == 0))
					require.True(t, decoder && reader, "byte %d bit %d: Decoder %v, Reader %v", i, bit, decoder, reader)
					bad[i] ^= 1 << bit
				}
			}
		})
	}
}

// A thousand places of large tapes.
func TestRandomDamage(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	all, places := sessions.All(t), 1000
	if testing.Short() { // as under the race detector
		places = 100
	}
	for _, session := range all {
		events := session.Events(t)
		for _, opts := range []*format.WriterOptions{{Live: true, Flush: 4 << 10}, {Segment: 32 << 10, Flush: 4 << 10}} {
			s := subject{tape: write(t, format.Header{Start: start}, opts, events...), events: events}
			whole := open(t, s.tape, nil)
			for i := range 1 + places/2/len(all) {
				at := random.IntN(len(s.tape))
				bad := bytes.Clone(s.tape)
				if i%2 == 0 {
					bad = bad[:at]
				} else {
					bad[at] ^= 1 << random.IntN(8)
				}
				_, decoder, reader := s.damaged(t, bad, whole, i%16 < 2)
				require.True(t, decoder && reader || i%2 == 0, "%s: byte %d", session.Name, at)
			}
		}
	}
}
