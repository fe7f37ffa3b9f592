package replay_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
)

// What Find holds does not grow with the session: it is a page, what matches,
// and a frame.
func TestFindMemory(t *testing.T) {
	events := 100_000
	if testing.Short() {
		events = 44_000
	}
	held := func(events int) (most, matches int) {
		name := filepath.Join(t.TempDir(), "a.tape")
		file, err := os.Create(name)
		require.NoError(t, err)
		w := format.NewWriter(file, format.Header{}, &format.WriterOptions{Level: format.LevelFast, Segment: 1, Flush: 8 << 10})
		for e, err := range sessions.Synthetic(events) {
			require.NoError(t, err)
			require.NoError(t, w.Write(e))
		}
		require.NoError(t, w.Close())
		require.NoError(t, file.Close())
		tape, err := format.OpenReader(name, nil)
		require.NoError(t, err)
		defer tape.Close()
		require.Greater(t, len(tape.Segments()), 4, "a Reader keeps the strings of four")
		w = nil
		every := max(events/100, 200)
		for _, err := range replay.Find(tape, ".row.hot .name, button") {
			require.NoError(t, err)
			if matches++; matches%every == 0 {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				most = max(most, int(m.HeapAlloc))
			}
		}
		return most, matches
	}
	short, few := held(events / 2)
	long, many := held(events)
	require.Greater(t, many, few+few/2)
	t.Logf("%d KiB with %d events, %d KiB with %d", short>>10, events/2, long>>10, events)
	assert.Less(t, long, short+short/4+1<<20)
}

// Find allocates little for what comes and goes: the texts of the matches, mostly.
func TestFindAllocations(t *testing.T) {
	const events = 4000
	tape := synthetic(t, events)
	for sel, most := range map[string]float64{"button": 0.9, "[class]": 2} {
		matches := 0
		allocs := testing.AllocsPerRun(2, func() {
			for range replay.Find(tape, sel) {
				matches++
			}
		})
		require.Positive(t, matches)
		t.Logf("%s: %.2f an event", sel, allocs/events)
		assert.Less(t, allocs/events, most, sel)
	}
}
