package format_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
)

// cursorTapes are a session's tape in all the forms that a Cursor meets.
func cursorTapes(t *testing.T, events []format.Event) map[string]*format.Reader {
	h := format.Header{Start: start}
	sealed := write(t, h, nil, events...)
	segments := write(t, h, &format.WriterOptions{Segment: 1 << 10, Flush: 256}, events...)
	live := write(t, h, &format.WriterOptions{Live: true, Flush: 256, Segment: 4 << 10, Batch: "b"}, events...)
	other := write(t, format.Header{Start: start.Add(-time.Second)}, &format.WriterOptions{Batch: "c"}, events[:min(9, len(events))]...)
	parts := slices.Concat(live, live, other, sealed, other)
	salvage := &format.ReaderOptions{Salvage: true}
	return map[string]*format.Reader{
		"sealed":         open(t, sealed, nil),
		"keyframes":      open(t, write(t, h, &format.WriterOptions{Keyframes: 500}, events...), nil),
		"segments":       open(t, segments, nil),
		"damaged":        open(t, brokenTwice(t, segments), nil),
		"salvaged":       open(t, brokenTwice(t, segments), salvage),
		"live":           open(t, live, nil),
		"live, cut":      open(t, live[:len(live)*2/3], nil),
		"live, damaged":  open(t, brokenTwice(t, live), nil),
		"live, salvaged": open(t, brokenTwice(t, live), salvage),
		"headless":       open(t, live[60:], salvage),
		"parts":          open(t, parts, nil),
		"parts salvaged": open(t, brokenTwice(t, parts), salvage),
	}
}

// brokenTwice returns a tape with two frames that cannot be read.
func brokenTwice(t *testing.T, tape []byte) []byte {
	frames := open(t, tape, nil).Frames
	broken := bytes.Clone(tape)
	for _, i := range []int{len(frames) / 3, len(frames) / 2} {
		f := frames[i]
		broken[f.Offset+f.Size-1] ^= 1
	}
	return broken
}

// remain checks that c yields the events and then fails so. Each event is read by
// Scan or by Next.
func remain(t *testing.T, want []format.Event, failed error, c *format.Cursor, scan func() bool) {
	t.Helper()
	for i := range want {
		if i%7 == 0 {
			at, ok := c.Time()
			require.True(t, ok)
			require.True(t, failed != io.EOF || at == want[i].Time)
			_, ok = c.Scan(want[i].Time - 1)
			require.False(t, ok, "it is later")
		}
		e, ok := format.Event{}, true
		if scan() {
			to := want[i].Time
			if failed != io.EOF {
				to = 1 << 62 // one before it that cannot be read may be later
			}
			e, ok = c.Scan(to)
		} else {
			var err error
			e, err = c.Next()
			require.NoError(t, err)
		}
		require.True(t, ok)
		require.Equal(t, want[i], e, "event %d", i)
	}
	for range 2 { // the end stays
		_, err := c.Next()
		_, ok := c.Time()
		require.False(t, ok)
		var want, got *format.CorruptError
		if !errors.As(failed, &want) {
			require.Equal(t, failed, err)
			continue
		}
		require.ErrorAs(t, err, &got)
		require.Equal(t, want.Offset, got.Offset)
	}
	c.Close()
}

// A Cursor reads what Replay yields, in memory of its own or of the events, and
// so does a clone of it, whoever goes on first.
func TestCursor(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	always, never := func() bool { return true }, func() bool { return false }
	sometimes := func() bool { return random.IntN(2) == 0 }
	for _, s := range sessions.All(t) {
		events := s.Events(t)
		most := 200
		if testing.Short() {
			most = 60
		}
		events = events[:min(len(events), most)]
		for form, r := range cursorTapes(t, events) {
			t.Log(s.Name, form)
			for _, from := range []time.Duration{events[0].Time, events[len(events)/2].Time, events[len(events)-1].Time + 1} {
				want, failed := collect(r.Replay(from, 1<<62))
				if failed == nil {
					failed = io.EOF
				}
				for _, scan := range []func() bool{always, never, sometimes} {
					remain(t, want, failed, r.Cursor(from), scan)
				}
				for rest, c := want, r.Cursor(from); c != nil; {
					d := c.Clone()
					if sometimes() { // it is the same which of them is the clone
						c, d = d, c
					}
					n := random.IntN(1 + len(rest)/2)
					for _, w := range rest[:n] {
						e, ok := d.Scan(1 << 62)
						require.True(t, ok)
						require.Equal(t, w, e)
					}
					remain(t, rest, failed, c, sometimes)
					if rest, c = rest[n:], d; n == 0 {
						remain(t, rest, failed, c, always)
						c = nil
					}
				}
			}
		}
	}
}

// A clone has what was read at once before it, whatever becomes of the other.
func TestCursorCloneAhead(t *testing.T) {
	var events []format.Event
	source := rand.NewChaCha8([32]byte{})
	for i := range 200 {
		text := make([]byte, 2048)
		_, _ = source.Read(text)
		events = append(events, format.Event{Time: time.Duration(i) * time.Second, Data: &format.Custom{Tag: hex.EncodeToString(text)}})
	}
	r := open(t, write(t, format.Header{Start: start}, &format.WriterOptions{Flush: 1, Segment: 100 << 10}, events...), nil)
	require.Greater(t, r.Size(), int64(3*format.TailSize), "what is at the end is in memory anyway")
	c := r.Cursor(events[20].Time)
	_, err := c.Next()
	require.NoError(t, err)
	d := c.Clone()
	never := func() bool { return false }
	remain(t, events[1:], io.EOF, c, never)
	remain(t, events[1:], io.EOF, d, never)
}

// What is skipped is there without what it says, and the rest is as it was.
func TestCursorSkip(t *testing.T) {
	skip := []format.Kind{format.KindMouseMove, format.KindPlugin, format.KindInput, format.KindScroll}
	for _, s := range sessions.All(t) {
		events := s.Events(t)
		for form, r := range cursorTapes(t, events[:min(len(events), 400)]) {
			list, failed := collect(r.Replay(0, 1<<62))
			if failed != nil { // damage in what is skipped is not met
				continue
			}
			t.Log(s.Name, form)
			bare := 0
			for i := range list {
				if slices.Contains(skip, list[i].Data.Kind()) {
					list[i].Data = nil
					bare++
				}
			}
			require.Positive(t, bare)
			c := r.Cursor(0)
			c.Skip(skip...)
			n := 0
			remain(t, list, io.EOF, c, func() bool { n++; return n%2 == 0 })
			c = r.Cursor(0)
			c.Skip(skip...)
			for range len(list) / 2 {
				_, _ = c.Next()
			}
			d := c.Clone()
			remain(t, list[len(list)/2:], io.EOF, c, func() bool { return true })
			remain(t, list[len(list)/2:], io.EOF, d, func() bool { return false })
		}
	}
}

// Scan has no allocations for mutations, but now and then.
func TestCursorAllocations(t *testing.T) {
	var events []format.Event
	for e, err := range sessions.Synthetic(4000) {
		require.NoError(t, err)
		if k := e.Data.Kind(); k == format.KindMutation || k == format.KindFullSnapshot {
			events = append(events, e)
		}
	}
	r := open(t, write(t, format.Header{Start: start}, nil, events...), nil)
	c := r.Cursor(events[0].Time)
	for range len(events) / 2 {
		_, ok := c.Scan(1 << 62)
		require.True(t, ok)
	}
	allocs := testing.AllocsPerRun(len(events)/4, func() { _, _ = c.Scan(1 << 62) })
	assert.Zero(t, allocs)
}

// What a Cursor read is in no memory that is kept for others.
func TestCursorForgets(t *testing.T) {
	for _, s := range sessions.All(t) {
		events := s.Events(t)
		for _, r := range cursorTapes(t, events) {
			c := r.Cursor(events[len(events)/2].Time)
			for range 50 {
				c.Scan(1 << 62)
			}
			c.Close()
			all, dirty := format.IdleUnpackers()
			require.Positive(t, all)
			require.Zero(t, dirty)
		}
	}
}
