package replay_test

import (
	"bytes"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
)

// A counter counts reads.
type counter struct {
	*bytes.Reader
	reads, bytes atomic.Int64
}

func (c *counter) ReadAt(p []byte, at int64) (int, error) {
	c.reads.Add(1)
	c.bytes.Add(int64(len(p)))
	return c.Reader.ReadAt(p, at)
}

// rounds are a session 40 times, a minute each, in other words each time: a
// tape of them is longer than a megabyte.
func rounds(t testing.TB) (events []format.Event) {
	once := sessions.Open(t, "table").Events(t)
	for round := range 40 {
		for _, e := range once {
			e.Time += time.Duration(round) * time.Minute
			events = append(events, e, format.Event{Time: e.Time, Data: &format.Custom{Tag: "a", Payload: noise(round, len(events))}})
		}
	}
	return events
}

// A player reads the end of a tape, and then what a page is made of, at once.
func TestReadsOfPlayer(t *testing.T) {
	tape := written(t, rounds(t), &format.WriterOptions{Level: format.LevelFast, Segment: 256 << 10})
	require.Greater(t, len(tape), 1<<20)
	for _, at := range []time.Duration{0, 7 * time.Minute, 21*time.Minute + time.Second, 39 * time.Minute} {
		c := &counter{Reader: bytes.NewReader(tape)}
		r, err := format.NewReader(c, int64(len(tape)), nil)
		require.NoError(t, err)
		require.EqualValues(t, 1, c.reads.Swap(0))
		p := replay.NewPlayer(r)
		page, _ := p.At(at)
		require.NotNil(t, page)
		assert.LessOrEqual(t, c.reads.Swap(0), int64(3), "cold, at %v", at)
		_, _ = p.At(at)
		assert.Zero(t, c.reads.Swap(0), "the same again")
		p.Close()
	}
}

// noise is text that does not compress.
func noise(a, b int) string {
	x, text := uint64(a)<<32|uint64(b)|1, make([]byte, 600)
	for i := range text {
		x = x*6364136223846793005 + 1442695040888963407
		text[i] = '!' + byte(x>>58)
	}
	return string(text)
}
