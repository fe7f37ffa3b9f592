package format_test

import (
	"bytes"
	"math/rand/v2"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A counter counts reads, as of an object store.
type counter struct {
	*bytes.Reader
	reads, bytes atomic.Int64
}

func (c *counter) ReadAt(p []byte, at int64) (int, error) {
	c.reads.Add(1)
	c.bytes.Add(int64(len(p)))
	return c.Reader.ReadAt(p, at)
}

// since returns what was read since the last call.
func (c *counter) since() (reads, bytes int64) { return c.reads.Swap(0), c.bytes.Swap(0) }

func counted(t testing.TB, tape []byte) (*counter, *format.Reader) {
	t.Helper()
	c := &counter{Reader: bytes.NewReader(tape)}
	r, err := format.NewReader(c, int64(len(tape)), nil)
	require.NoError(t, err)
	require.True(t, r.Indexed())
	return c, r
}

// seek reads up to the first event after the time.
func seek(t testing.TB, r *format.Reader, from time.Duration) {
	t.Helper()
	for e, err := range r.Replay(from, 1<<62) {
		require.NoError(t, err)
		if e.Time > from {
			return
		}
	}
}

// busy are the events of a long session on a busy page: some 350 bytes of JSON
// each.
func busy(n int) []format.Event {
	random := rand.New(rand.NewPCG(5, 6))
	words := make([]string, 4000)
	for i := range words {
		words[i] = strconv.FormatUint(random.Uint64N(1<<40), 36)
	}
	word := func() string { return words[int(random.ExpFloat64()*400)%len(words)] }
	root := wide(300)
	for i, c := range root.Children {
		c.Children = []*snapshot.Node{{ID: snapshot.NodeID(1000 + i), Kind: snapshot.KindText, Text: word()}}
	}
	events := []format.Event{{Data: &format.FullSnapshot{Node: root}}}
	next := snapshot.NodeID(2000)
	for i := range n {
		m := &format.Mutation{}
		switch i % 3 {
		case 0:
			for range 6 {
				text := strconv.Itoa(random.IntN(1e6))
				for range 10 {
					text += " " + word()
				}
				m.Texts = append(m.Texts, format.TextChange{ID: snapshot.NodeID(1000 + random.IntN(300)), Value: &text})
			}
		case 1:
			m.Adds = []format.Addition{{Parent: 1, Node: &snapshot.Node{ID: next, Kind: snapshot.KindElement, Name: "li",
				Attrs: []snapshot.Attr{{Name: "class", Value: word()}, {Name: "id", Value: word() + strconv.Itoa(i)}}}}}
		default:
			m.Removes = []format.Removal{{Parent: 1, ID: next}}
			next++
		}
		events = append(events, format.Event{Time: time.Duration(i) * 20 * time.Millisecond, Data: m})
	}
	return events
}

// A small tape is read once altogether.
func TestReadsOfSmallTape(t *testing.T) {
	events := brief()
	for _, opts := range []*format.WriterOptions{nil, {Segment: 64, Flush: 64}} {
		c, r := counted(t, write(t, format.Header{Start: start}, opts, events...))
		_, err := collect(r.Events())
		require.NoError(t, err)
		_, err = r.Summary()
		require.NoError(t, err)
		for _, e := range events {
			seek(t, r, e.Time)
		}
		reads, n := c.since()
		assert.EqualValues(t, 1, reads)
		assert.Equal(t, c.Size(), n)
	}
}

// A large tape is opened with one read, a seek takes one or two, later ones in
// its segment one, and neither reads much.
func TestReadsOfLargeTape(t *testing.T) {
	events := busy(60_000)
	tape := write(t, format.Header{Start: start}, &format.WriterOptions{Level: format.LevelFast, Segment: 1 << 20}, events...)
	c, r := counted(t, tape)
	reads, n := c.since()
	require.EqualValues(t, 1, reads, "to open it")
	require.LessOrEqual(t, n, int64(64<<10))
	segments := map[int64]bool{}
	heaps := 0
	for _, f := range r.Frames {
		segments[f.Generation()] = true
		if f.Kind == format.FrameHeap {
			heaps += int(f.Size)
		}
	}
	require.Greater(t, len(segments), 5)
	last := events[len(events)-1].Time
	var worst, sum, most int64
	random := rand.New(rand.NewPCG(7, 8))
	for range 20 {
		c, r := counted(t, tape)
		c.since()
		at := time.Duration(random.Int64N(int64(last)))
		seek(t, r, at)
		reads, n := c.since()
		assert.LessOrEqual(t, reads, int64(2), "a cold seek to %v", at)
		worst, sum, most = max(worst, n), sum+n, max(most, reads)
		seek(t, r, at+10*time.Second)
		seek(t, r, at-10*time.Second)
		reads, n = c.since()
		assert.LessOrEqual(t, reads, int64(4), "two more")
		assert.LessOrEqual(t, n, 2*worst)
	}
	t.Logf("tape %d KiB in %d segments, strings %d KiB; a cold seek %d KiB, %d at most, in %d reads",
		len(tape)>>10, len(segments), heaps>>10, sum/20>>10, worst>>10, most)
	assert.LessOrEqual(t, worst, int64(640<<10))
}
