package format_test

import (
	"bytes"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
)

// Many goroutines read one Reader at once, in all segments, and break off.
func TestReaderAtOnce(t *testing.T) {
	events := busy(1500)
	last := events[len(events)-1].Time
	key := bytes.Repeat([]byte{3}, format.KeySize)
	tape := write(t, format.Header{Start: start},
		&format.WriterOptions{Level: format.LevelFast, Segment: 2 << 10, Flush: 1 << 10, Key: key, Keyframes: 2000}, events...)
	r := open(t, tape, &format.ReaderOptions{Key: key})
	require.True(t, r.Indexed())
	require.Greater(t, r.Frames[len(r.Frames)-3].Generation(), int64(2))
	summary, err := r.Summary()
	require.NoError(t, err)
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			random := rand.New(rand.NewPCG(uint64(n), 1))
			for range 6 {
				from := time.Duration(random.Int64N(int64(last)))
				at, stop := r.ReplayStart(from), 1+random.IntN(400)
				for e, err := range r.Replay(from, 1<<62) {
					if !assert.NoError(t, err) {
						return
					}
					if e.Data.Kind() == format.KindKeyframe {
						continue
					}
					if !assert.True(t, format.Same(events[at:at+1], []format.Event{e}), "event %d", at) {
						return
					}
					if at++; stop == 0 {
						break
					}
					stop--
				}
			}
			if n < 2 {
				got, err := collect(r.Events())
				assert.NoError(t, err)
				assert.Len(t, got, len(events))
			}
			again, err := r.Summary()
			assert.NoError(t, err)
			assert.Equal(t, summary, again)
		})
	}
	all.Wait()
}

// A Cursor and clones of it go on at once, in a live tape too, whose strings they
// have in common up to where they part.
func TestClonesAtOnce(t *testing.T) {
	events := busy(1500)
	for _, live := range []bool{false, true} {
		r := open(t, write(t, format.Header{Start: start}, &format.WriterOptions{Live: live, Flush: 1 << 10}, events...), nil)
		c, at := r.Cursor(-1), 0
		var all sync.WaitGroup
		for at < len(events) {
			d, from := c.Clone(), at
			all.Go(func() {
				defer d.Close()
				for _, want := range events[from:min(from+400, len(events))] {
					e, ok := d.Scan(want.Time)
					if !assert.True(t, ok) || !assert.True(t, format.Same([]format.Event{want}, []format.Event{e})) {
						return
					}
				}
			})
			for range 130 {
				_, _ = c.Scan(1 << 62)
				at++
			}
		}
		all.Wait()
		c.Close()
	}
}
