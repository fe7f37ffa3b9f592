package format_test

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
)

// open returns the Reader of a tape.
func open(t testing.TB, tape []byte, opts *format.ReaderOptions) *format.Reader {
	t.Helper()
	r, err := format.NewReader(bytes.NewReader(tape), int64(len(tape)), opts)
	require.NoError(t, err)
	return r
}

// collect returns the events of a sequence, and the error at its end.
func collect(seq func(func(format.Event, error) bool)) (events []format.Event, err error) {
	for e, err := range seq {
		if err != nil {
			return events, err
		}
		events = append(events, e)
	}
	return events, nil
}

// recorded is what Replay yields of these events but for the keyframes, which it
// takes off.
func recorded(events []format.Event) []format.Event {
	for len(events) > 0 && events[0].Data.Kind() == format.KindKeyframe {
		events = events[1:]
	}
	return events
}

// padding makes a tape so long that its index lists the frames.
func padding() format.Event {
	b := make([]byte, 40<<10)
	x := uint32(1)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = 'a' + byte(x>>24)%26
	}
	return format.Event{Data: &format.Custom{Tag: "padding", Payload: `"` + string(b) + `"`}}
}

// Replay finds its events at any time, in segments that end within a
// millisecond too.
func TestReplayWithinMilliseconds(t *testing.T) {
	events := []format.Event{padding()}
	for i, e := range sessions.Open(t, "list").Events(t) {
		e.Time = time.Duration(i) * 37 * time.Microsecond
		events = append(events, e)
	}
	for _, opts := range []*format.WriterOptions{nil, {Segment: 256, Flush: 64}} {
		r := open(t, write(t, format.Header{Start: start}, opts, events...), nil)
		require.True(t, r.Indexed())
		for i := 0; i < len(events); i += 7 {
			from := events[i].Time
			got, err := collect(r.Replay(from, 1<<62))
			require.NoError(t, err, "from %v", from)
			n := r.ReplayStart(from)
			require.LessOrEqual(t, n, i)
			got = recorded(got)
			require.Len(t, got, len(events)-n)
			require.True(t, reflect.DeepEqual(events[n:], got), "from %v", from)
		}
	}
}
