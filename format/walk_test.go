package format_test

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
)

// walk returns the events that a walk finds, the kinds of the frames, and the
// damage.
func walk(t testing.TB, tape []byte, opts *format.ReaderOptions) (events []format.Event, kinds []format.FrameKind, damage []error) {
	t.Helper()
	o := format.ReaderOptions{Salvage: true}
	if opts != nil {
		o.Key = opts.Key
	}
	r := open(t, tape, &o)
	at := int64(0)
	for w := range r.Walk() {
		require.Equal(t, at, w.Offset, "every byte is in one frame or stretch")
		at += w.Size
		kinds, damage = append(kinds, w.Kind), append(damage, w.Damage...)
		if w.Kind == format.FrameEvents && !w.Repeated {
			events = append(events, w.Events...)
		}
	}
	require.Equal(t, int64(len(tape)), at)
	return events, kinds, damage
}

// shapes are ways to write a short session, most of them in many frames.
var shapes = []*format.WriterOptions{
	nil, {Keyframes: 500, Flush: 1 << 10}, {Segment: 32 << 10, Flush: 4 << 10}, {Live: true, Flush: 1 << 10, Segment: 8 << 10},
	{Flush: 1 << 10, Key: bytes.Repeat([]byte("k"), format.KeySize)},
}

// A walk gives the events of a tape, and finds nothing wrong with what a Writer
// wrote.
func TestWalk(t *testing.T) {
	keys := 0
	for _, s := range sessions.All(t) {
		events := s.Events(t)
		for _, opts := range shapes {
			var key format.ReaderOptions
			if opts != nil {
				key.Key = opts.Key
			}
			tape := write(t, format.Header{Start: start}, opts, events...)
			got, kinds, damage := walk(t, tape, &key)
			require.Empty(t, damage, "%s %+v", s.Name, opts)
			require.True(t, reflect.DeepEqual(events, got), s.Name)
			for _, k := range kinds {
				if k == format.FrameKey {
					keys++
				}
			}
			if len(key.Key) == 0 {
				later := write(t, format.Header{Start: start.Add(time.Hour)}, opts, events...)
				got, _, damage = walk(t, append(tape, later...), nil)
				require.Empty(t, damage)
				require.Len(t, got, 2*len(events))
				assert.Equal(t, got[0].Time+time.Hour, got[len(events)].Time)
				got, _, damage = walk(t, append(bytes.Clone(later), later...), nil)
				require.Empty(t, damage)
				require.Len(t, got, 2*len(events))
				again, err := read(append(bytes.Clone(later), later...), nil)
				require.NoError(t, err)
				require.Len(t, again, 2*len(events))
			}
		}
	}
	assert.Greater(t, keys, 10)
	_, kinds, damage := walk(t, write(t, format.Header{}, nil), nil)
	assert.Empty(t, damage)
	assert.Equal(t, []format.FrameKind{format.FrameHead, format.FrameIndex, format.FrameFoot}, kinds)
}

// What a tape says twice, and not the same, is found, though all checksums are
// right.
func TestWalkMismatch(t *testing.T) {
	events := sessions.Open(t, "list").Events(t)
	for _, tt := range []struct {
		name, section string
		live          bool
		before, after func(w *format.Writer) // the last event was flushed
	}{
		{"kind", "index", false, nil, func(w *format.Writer) { w.List().Kinds[2]++ }},
		{"size", "index", false, nil, func(w *format.Writer) { w.List().Sizes[1]++; w.List().Sizes[2]-- }},
		{"start", "index", false, nil, func(w *format.Writer) { w.List().Starts[2]++ }},
		{"span", "index", false, nil, func(w *format.Writer) { w.List().Spans[2]++ }},
		{"events", "index", false, nil, func(w *format.Writer) { w.List().Events[2]++ }},
		{"flags", "index", false, nil, func(w *format.Writer) { w.List().Flags[2] ^= 2 }},
		{"tables", "index", false, nil, func(w *format.Writer) { w.List().Tables[1]++; w.List().Tables[2]++ }},
		{"counts", "index", false, nil, func(w *format.Writer) { w.List().Counts[3]++ }},
		{"head", "index", false, nil, func(w *format.Writer) {
			w.List().Head = string(format.HeadOf(format.Header{Start: start, Session: "other"}))
		}},
		{"live", "index", false, nil, func(w *format.Writer) { w.List().Live = true }},
		{"summary", "index", false, nil, func(w *format.Writer) { w.Count(&format.Event{Data: &format.Scroll{}}) }},
		{"summary of a live tape", "index", true, nil, func(w *format.Writer) { w.Count(&format.Event{Data: &format.Scroll{}}) }},
		{"number of events", "events", false, func(w *format.Writer) { w.Next().Events++ }, nil},
		{"earliest", "events", false, func(w *format.Writer) { w.Next().Start -= time.Second }, nil},
		{"latest", "events", false, func(w *format.Writer) { w.Next().End += time.Second }, nil},
		{"snapshot", "events", false, func(w *format.Writer) { w.Next().Snapshot = !w.Next().Snapshot }, nil},
		{"windows", "events", false, func(w *format.Writer) { w.Next().Windows = []format.WindowID{0, 1} }, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			w := format.NewWriter(&b, format.Header{Start: start}, &format.WriterOptions{Flush: 2 << 10, Live: tt.live})
			long := len(events) - 1
			for range 6 { // more than a reader has in memory at once
				for _, e := range events[:long] {
					require.NoError(t, w.Write(e))
				}
				require.NoError(t, w.Flush())
			}
			require.NoError(t, w.Write(events[long]))
			if tt.before != nil {
				tt.before(w)
			}
			require.NoError(t, w.Flush())
			if tt.after != nil {
				tt.after(w)
			}
			require.NoError(t, w.Close())
			_, _, damage := walk(t, b.Bytes(), nil)
			require.NotEmpty(t, damage)
			var corrupt *format.CorruptError
			require.ErrorAs(t, damage[0], &corrupt)
			assert.Equal(t, tt.section, corrupt.Section)
			assert.ErrorIs(t, corrupt, format.ErrMismatch)
		})
	}
}

// A walk notices every flipped bit and every missing frame, and has the events
// of all frames that are left.
func TestWalkDamage(t *testing.T) {
	events := sessions.Open(t, "shadow").Events(t)[:60]
	for _, opts := range []*format.WriterOptions{{Flush: 1 << 10}, {Flush: 1 << 10, Live: true, Segment: 1 << 10}} {
		tape := write(t, format.Header{Start: start}, opts, events...)
		bad := bytes.Clone(tape)
		for i := range bad {
			bad[i] ^= 1 << (i % 8)
			_, _, damage := walk(t, bad, nil)
			require.NotEmpty(t, damage, "byte %d", i)
			bad[i] ^= 1 << (i % 8)
		}
		r := open(t, tape, nil)
		for i, f := range r.Frames[:len(r.Frames)-1] {
			short := append(bytes.Clone(tape[:f.Offset]), tape[f.Offset+f.Size:]...)
			got, _, damage := walk(t, short, nil)
			require.NotEmpty(t, damage, "frame %d", i)
			if f.Kind == format.FrameEvents && !opts.Live {
				assert.Len(t, got, len(events)-f.Events)
			}
			lost := 0
			r := open(t, short, &format.ReaderOptions{Salvage: true})
			for w := range r.Walk() {
				lost += w.Lost
			}
			if i+2 < len(r.Frames) {
				assert.Equal(t, 1, lost, "frame %d", i)
			}
		}
	}
}

// A tape whose bytes cannot be read is no endless one.
func TestSalvageReadError(t *testing.T) {
	events := sessions.Open(t, "list").Events(t)
	tape := write(t, format.Header{Start: start}, &format.WriterOptions{Live: true, Flush: 1 << 10}, events...)
	for _, n := range []int{0, 10, 120, len(tape) / 2, len(tape)} {
		bad := errors.New("bad disk")
		in := io.MultiReader(bytes.NewReader(tape[:n]), iotest.ErrReader(bad))
		got, err := collect(format.NewDecoder(in, &format.ReaderOptions{Salvage: true}).Events())
		require.ErrorIs(t, err, bad)
		assert.Equal(t, n > 120, len(got) > 0)
	}
}

func FuzzWalk(f *testing.F) {
	f.Add(write(f, format.Header{Start: start}, nil, sample()...))
	events := sessions.Open(f, "frames").Events(f)
	f.Add(write(f, format.Header{Start: start}, &format.WriterOptions{Keyframes: 50, Flush: 256}, events...))
	f.Add(write(f, format.Header{Start: start}, &format.WriterOptions{Live: true, Flush: 256}, events...))
	f.Fuzz(func(t *testing.T, tape []byte) {
		opts := format.ReaderOptions{Salvage: true, Limits: format.Limits{Frame: 1 << 20, Memory: 4 << 20}}
		r, err := format.NewReader(bytes.NewReader(tape), int64(len(tape)), &opts)
		if err != nil {
			return
		}
		at := int64(0)
		for w := range r.Walk() {
			require.Equal(t, at, w.Offset)
			at += w.Size
			for _, err := range w.Damage {
				_, ok := errors.AsType[*format.CorruptError](err)
				require.True(t, ok, "%T", err)
			}
		}
		require.LessOrEqual(t, at, int64(len(tape)))
	})
}
