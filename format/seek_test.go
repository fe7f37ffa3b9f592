package format_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
)

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
