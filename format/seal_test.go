package format_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
)

// marks are custom events at these times, in milliseconds, whose tags say
// which they are.
func marks(name string, times ...int) []format.Event {
	var events []format.Event
	for i, at := range times {
		events = append(events, format.Event{Time: time.Duration(at) * time.Millisecond,
			Data: &format.Custom{Tag: name + string(rune('0'+i)), Payload: "1"}})
	}
	return events
}

// tags are the tags of custom events, one after the other.
func tags(events []format.Event) (all string) {
	for _, e := range events {
		all += e.Data.(*format.Custom).Tag + " "
	}
	return all
}

// Parts of one session are merged by time; each keeps its order, and at one
// time they go in the order in which they are given.
func TestSealMerges(t *testing.T) {
	live := func(h format.Header, batch string, events []format.Event) []byte {
		return write(t, h, &format.WriterOptions{Live: true, Batch: batch, Flush: 16}, events...)
	}
	h := format.Header{Start: start}
	later := format.Header{Start: start.Add(10 * time.Millisecond)}
	a := live(h, "a", marks("a", 0, 10, 20, 20, 30))
	for _, tt := range []struct {
		name  string
		tapes [][]byte
		want  string
	}{
		{"two workers", [][]byte{a, live(h, "b", marks("b", 5, 15, 25, 35))}, "a0 b0 a1 b1 a2 a3 b2 a4 b3 "},
		{"equal times", [][]byte{a, live(h, "b", marks("b", 0, 20, 20, 30))}, "a0 b0 a1 a2 a3 b1 b2 a4 b3 "},
		{"equal times, the other way round", [][]byte{live(h, "b", marks("b", 0, 20, 20, 30)), a}, "b0 a0 a1 b1 b2 a2 a3 b3 a4 "},
		{"three", [][]byte{a, live(h, "b", marks("b", 10)), live(h, "c", marks("c", 10))}, "a0 a1 b0 c0 a2 a3 a4 "},
		{"out of order within a part", [][]byte{live(h, "", marks("x", 10, 5, 30)), live(h, "", marks("y", 7, 20))}, "y0 x0 x1 y1 x2 "},
		{"a later start", [][]byte{a, live(later, "b", marks("b", 0, 10, 15))}, "a0 a1 b0 a2 a3 b1 b2 a4 "},
		{"an earlier start", [][]byte{live(later, "b", marks("b", 0, 10, 15)), a}, "a0 b0 a1 b1 a2 a3 b2 a4 "},
		{"a batch twice", [][]byte{a, a}, "a0 a1 a2 a3 a4 "},
		{"a batch twice in a file", [][]byte{append(bytes.Clone(a), a...)}, "a0 a1 a2 a3 a4 "},
		{"a file of two", [][]byte{append(live(h, "", marks("b", 5, 15)), a...)}, "a0 b0 a1 b1 a2 a3 a4 "},
		{"a part without end", [][]byte{append(open(t, a, nil).Before(format.FrameIndex), live(h, "", marks("b", 25))...)}, "a0 a1 a2 a3 b0 a4 "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, tags(sealed(t, tt.tapes...)))
		})
	}
	twice := append(bytes.Clone(a), a...)
	got, err := read(twice, nil)
	require.NoError(t, err)
	assert.Len(t, got, 5, "a Decoder takes a batch once")
	got, err = collect(open(t, twice, nil).Events())
	require.NoError(t, err)
	assert.Len(t, got, 5, "a Reader too")
	other := live(h, "", marks("a", 0, 10))
	got, err = read(append(bytes.Clone(other), other...), nil)
	require.NoError(t, err)
	assert.Len(t, got, 4, "the same part twice, without a batch")
}

// payloads are what a tape says, but for what is random in it.
func payloads(t testing.TB, tape []byte) (all []string) {
	for _, f := range open(t, tape, nil).Frames {
		b := bytes.Clone(tape[f.Offset : f.Offset+f.Size])
		all = append(all, f.Kind.String()+string(b[int(f.Size)-f.Stored:]))
	}
	return all
}

// A sealed tape sealed again is the same, and so is a live one cut at a frame.
func TestSealAgain(t *testing.T) {
	for _, s := range sessions.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			events := s.Events(t)
			h := format.Header{Start: start, Session: s.Name}
			for _, opts := range []*format.WriterOptions{nil, {Segment: 16 << 10, Flush: 2 << 10}} {
				direct := write(t, h, opts, events...)
				live := write(t, h, &format.WriterOptions{Live: true, Flush: 4 << 10}, events...)
				var a, b bytes.Buffer
				require.NoError(t, format.Seal(&a, opts, open(t, live, nil)))
				require.NoError(t, format.Seal(&b, opts, open(t, a.Bytes(), nil)))
				want := payloads(t, direct)
				require.True(t, assert.ObjectsAreEqual(want, payloads(t, a.Bytes())), "sealed from a live tape")
				require.True(t, assert.ObjectsAreEqual(want, payloads(t, b.Bytes())), "sealed again")
			}
		})
	}
}

// Seal writes what a damaged tape has, and says so.
func TestSealDamaged(t *testing.T) {
	events := marks("m", 0, 1, 2, 3, 4, 5, 6, 7)
	tape := write(t, format.Header{Start: start}, &format.WriterOptions{Live: true, Flush: 16}, events...)
	frames := open(t, tape, nil).Frames
	bad := bytes.Clone(tape)
	bad[frames[3].Offset+frames[3].Size-1] ^= 1
	for _, salvage := range []bool{false, true} {
		var b bytes.Buffer
		err := format.Seal(&b, nil, open(t, bad, &format.ReaderOptions{Salvage: salvage}))
		require.ErrorIs(t, err, format.ErrChecksum)
		typed(t, err)
		r := open(t, b.Bytes(), nil)
		require.True(t, r.Closed && r.Indexed())
		got, err := collect(r.Events())
		require.NoError(t, err)
		if salvage {
			require.True(t, among(events, got))
			require.Greater(t, len(got), frames[1].Events+frames[2].Events)
		} else {
			require.Len(t, got, frames[1].Events+frames[2].Events)
		}
	}
	require.Error(t, format.Seal(new(bytes.Buffer), nil))
	// The place is one in the file, not in the part.
	err := format.Seal(new(bytes.Buffer), nil, open(t, append(bytes.Clone(tape), head+plain(format.FrameEvents, mp(list{}))...), nil))
	corrupt, ok := errors.AsType[*format.CorruptError](err)
	require.True(t, ok)
	require.Equal(t, int64(len(tape)+len(head)), corrupt.Offset)
}
