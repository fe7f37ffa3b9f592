package format_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
)

// appendTo appends events to what is in the file, and returns what is then.
func appendTo(t testing.TB, name string, tape []byte, h format.Header, events ...format.Event) []byte {
	t.Helper()
	require.NoError(t, os.WriteFile(name, tape, 0o600))
	w, f, err := format.Append(name, h, nil)
	require.NoError(t, err)
	for _, e := range events {
		require.NoError(t, w.Write(e))
	}
	require.NoError(t, w.Close())
	require.NoError(t, f.Close())
	all, err := os.ReadFile(name)
	require.NoError(t, err)
	return all
}

// sealed returns the events of what Seal makes of tapes.
func sealed(t testing.TB, tapes ...[]byte) []format.Event {
	t.Helper()
	var readers []*format.Reader
	for _, tape := range tapes {
		readers = append(readers, open(t, tape, nil))
	}
	var b bytes.Buffer
	require.NoError(t, format.Seal(&b, nil, readers...))
	events, err := collect(open(t, b.Bytes(), nil).Events())
	require.NoError(t, err)
	return events
}

// After a crash anywhere, what was whole is kept and appended to.
func TestAppendAfterCut(t *testing.T) {
	events := brief()
	tape := write(t, format.Header{Start: start}, &format.WriterOptions{Live: true, Flush: 32, Segment: 64}, events...)
	name := filepath.Join(t.TempDir(), "tape")
	late := format.Event{Time: time.Minute, Data: &format.Scroll{ID: 2, Y: 5}}
	for cut := 0; cut <= len(tape); cut++ {
		before, _ := read(tape[:cut], nil)
		want := append(before, late)
		for _, tail := range []string{"", "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"} {
			if tail != "" && len(before) == 0 {
				continue // it may be no tape at all
			}
			all := appendTo(t, name, append(bytes.Clone(tape[:cut]), tail...), format.Header{Start: start}, late)
			got, err := read(all, nil)
			require.NoError(t, err, "cut at %d", cut)
			require.Len(t, got, len(want), "cut at %d", cut)
			prefix(t, want, got)
			if cut%8 == 0 {
				got := sealed(t, all)
				require.Len(t, got, len(want))
				prefix(t, want, got)
			}
		}
	}
}

// What is damaged in the middle is not cut off: good frames come after it.
func TestAppendToDamage(t *testing.T) {
	tape := write(t, format.Header{Start: start}, &format.WriterOptions{Live: true, Flush: 32}, brief()...)
	name := filepath.Join(t.TempDir(), "tape")
	frames := open(t, tape, nil).Frames
	for _, f := range frames[:len(frames)-1] {
		for _, at := range []int64{f.Offset, f.Offset + 8, f.Offset + f.Size - 1} {
			bad := bytes.Clone(tape)
			bad[at] ^= 1
			require.NoError(t, os.WriteFile(name, bad, 0o600))
			_, _, err := format.Append(name, format.Header{Start: start}, nil)
			typed(t, err)
			assert.Error(t, err, "%v", f.Kind)
			now, err := os.ReadFile(name)
			require.NoError(t, err)
			assert.True(t, bytes.Equal(bad, now), "the file is as it was")
		}
	}
	require.NoError(t, os.WriteFile(name, []byte("<html>"), 0o600))
	_, _, err := format.Append(name, format.Header{}, nil)
	require.ErrorIs(t, err, format.ErrFormat)
	_, _, err = format.Append(filepath.Join(name, "x"), format.Header{}, nil)
	require.Error(t, err)
}

// chunks counts calls of Write.
type chunks struct {
	bytes.Buffer
	sizes []int
}

func (c *chunks) Write(p []byte) (int, error) {
	c.sizes = append(c.sizes, len(p))
	return c.Buffer.Write(p)
}

// A live tape is written a frame at a time, and can be read after each.
func TestLiveWrites(t *testing.T) {
	events := sessions.Open(t, "list").Events(t)
	var c chunks
	w := format.NewWriter(&c, format.Header{Start: start}, &format.WriterOptions{Live: true, Flush: 1 << 10})
	seen := 0
	for i, e := range events {
		before := len(c.sizes)
		require.NoError(t, w.Write(e))
		if len(c.sizes) > before {
			require.LessOrEqual(t, len(c.sizes), before+2)
			got, err := read(c.Bytes(), nil)
			require.NoError(t, err)
			require.GreaterOrEqual(t, len(got), i, "all but the last event are there")
			seen++
		}
	}
	require.Greater(t, seen, 5)
	require.NoError(t, w.Flush())
	got, err := read(c.Bytes(), nil)
	require.NoError(t, err)
	require.Len(t, got, len(events))
	require.NoError(t, w.Close())
	for _, f := range open(t, c.Bytes(), nil).Frames {
		require.Equal(t, int(f.Size), c.sizes[0])
		c.sizes = c.sizes[1:]
	}
	require.Empty(t, c.sizes)
}

// FlushEvery is kept when Write is called.
func TestFlushEvery(t *testing.T) {
	var c chunks
	w := format.NewWriter(&c, format.Header{Start: start}, &format.WriterOptions{Live: true, FlushEvery: time.Millisecond})
	require.NoError(t, w.Write(format.Event{Data: &format.Scroll{ID: 1}}))
	time.Sleep(2 * time.Millisecond)
	require.NoError(t, w.Write(format.Event{Data: &format.Scroll{ID: 2}}))
	got, err := read(c.Bytes(), nil)
	require.NoError(t, err)
	require.Len(t, got, 2)
}

// A damaged frame takes along no more than its generation of tables.
func TestGenerations(t *testing.T) {
	var events []format.Event
	for i := range 400 {
		events = append(events, format.Event{Time: time.Duration(i) * time.Millisecond,
			Data: &format.Custom{Tag: string(rune('a'+i%20)) + "-tag", Payload: `"` + time.Duration(i).String() + `"`}})
	}
	tape := write(t, format.Header{Start: start}, &format.WriterOptions{Live: true, Flush: 64, Segment: 512}, events...)
	frames := open(t, tape, nil).Frames
	last := frames[len(frames)-3].Generation()
	require.Greater(t, last, int64(2))
	bad := bytes.Clone(tape)
	bad[frames[1].Offset+frames[1].Size-1] ^= 1
	rest := 0
	for _, f := range frames {
		if f.Generation() > frames[1].Generation() {
			rest += f.Events
		}
	}
	got, err := read(bad, &format.ReaderOptions{Salvage: true})
	require.ErrorIs(t, err, format.ErrChecksum)
	require.GreaterOrEqual(t, len(got), rest)
	require.True(t, among(events, got))
	prefix(t, events[len(events)-rest:], got[len(got)-rest:])
}
