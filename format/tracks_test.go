package format

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestTracks(t *testing.T) {
	var w tracks
	w.begin()
	for _, step := range []struct{ id, track, distance int64 }{
		{1, 0, 0},
		{2, 0, 0},
		{10, 0, 7},
		{9, 0, -2},
		{5000, maxTracks, 4990}, // far from all
		{5001, 0, 0},
		{11, 1, 1}, // two after the 9
		{5002, 1, 0},
		{-300, maxTracks, -5303},
		{5003, 1, 0},
		{12, 2, 0},
		{112, 0, 99},
		{212, 0, 99},
		{313, 0, 100},
		{415, maxTracks, 101},
	} {
		track, distance := w.code(step.id)
		assert.Equal(t, step, struct{ id, track, distance int64 }{step.id, track, distance})
	}
	assert.Equal(t, 4, w.n)
}

// What is read is what was written, whatever the ids are.
func TestTracksRandom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		near := rapid.Int64Range(-150, 150)
		starts := rapid.SliceOfN(rapid.Int64Range(-1<<31, 1<<31-1), 1, 12).Draw(t, "starts")
		var w, r tracks
		w.begin()
		r.begin()
		for range rapid.IntRange(0, 200).Draw(t, "ids") {
			i := rapid.IntRange(0, len(starts)-1).Draw(t, "run")
			starts[i] += near.Draw(t, "step")
			track, distance := w.code(starts[i])
			id, ok := r.id(track, distance)
			if !ok || id != starts[i] {
				t.Fatalf("%d was read as %d, %t", starts[i], id, ok)
			}
		}
		assert.Equal(t, w, r)
		for _, track := range []int64{-1, int64(w.n), maxTracks + 1, -1 << 63, 1<<63 - 1} {
			if _, ok := r.id(track, 0); track != maxTracks && ok {
				t.Fatalf("track %d of %d", track, w.n)
			}
		}
	})
}
