package format

import (
	"bytes"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/pagetape/pagetape/internal/wire"
)

// A patch makes of its base what it was made for, and is short where they are
// alike.
func TestPatch(t *testing.T) {
	limits := Limits{}.withDefaults()
	base := bytes.Repeat([]byte("The quick brown fox jumps over the lazy dog. 0123456789"), 20)
	for i := range base {
		base[i] += byte(i / 55)
	}
	for _, tt := range []struct {
		name    string
		payload []byte
		most    int
	}{
		{"the same", base, 25},
		{"nothing", nil, 12},
		{"something replaced", append(append(bytes.Clone(base[:300]), "HARE"...), base[304:]...), 35},
		{"something put in", append(append(bytes.Clone(base[:300]), "HARE"...), base[300:]...), 35},
		{"something left out", append(bytes.Clone(base[:300]), base[400:]...), 35},
		{"halves swapped", append(bytes.Clone(base[500:]), base[:500]...), 35},
		{"all else", bytes.Repeat([]byte{1, 2, 3}, 50), 170},
	} {
		t.Run(tt.name, func(t *testing.T) {
			patch := PatchOf(base, tt.payload)
			got, err := applyPatch(nil, base, patch, limits)
			require.NoError(t, err)
			assert.Equal(t, string(tt.payload), string(got))
			assert.LessOrEqual(t, len(patch), tt.most)
			_, err = applyPatch(nil, base[1:], patch, limits)
			if len(tt.payload) > 0 && tt.name != "all else" {
				require.Error(t, err, "of another base")
			}
		})
	}
	got, err := applyPatch(nil, nil, PatchOf(nil, base), limits)
	require.NoError(t, err)
	assert.Equal(t, base, got)
	_, err = applyPatch(nil, base, PatchOf(base, base), Limits{Frame: len(base) - 1})
	assert.ErrorIs(t, err, ErrLimit)
	_, err = applyPatch(nil, append(bytes.Clone(base[:700]), append([]byte("x"), base[701:]...)...), PatchOf(base, base), limits)
	assert.ErrorIs(t, err, ErrChecksum)
}

func TestPatchRandom(t *testing.T) {
	limits := Limits{}.withDefaults()
	few := rapid.SliceOfN(rapid.ByteRange(0, 3), 0, 60)
	rapid.Check(t, func(t *rapid.T) {
		base := few.Draw(t, "base")
		payload := few.Draw(t, "payload")
		for range rapid.IntRange(0, 4).Draw(t, "stretches") {
			from := rapid.IntRange(0, len(base)).Draw(t, "from")
			to := rapid.IntRange(from, len(base)).Draw(t, "to")
			payload = append(append(payload, base[from:to]...), few.Draw(t, "between")...)
		}
		got, err := applyPatch(nil, base, PatchOf(base, payload), limits)
		if err != nil || !bytes.Equal(payload, got) {
			t.Fatalf("%v instead of %v: %v", got, payload, err)
		}
	})
}

func TestHostilePatches(t *testing.T) {
	base := []byte("0123456789")
	patch := func(size, sum int64, literals string, copies ...int64) []byte {
		var w wire.Writer
		w.Array(4)
		w.Int(size)
		w.Int(sum)
		w.Bin([]byte(literals))
		w.Array(len(copies))
		for _, n := range copies {
			w.Int(n)
		}
		return w.Bytes()
	}
	for _, tt := range []struct {
		name  string
		patch []byte
		want  error
	}{
		{"empty", nil, ErrPayload},
		{"no array", []byte("\xc0"), ErrPayload},
		{"three elements", []byte("\x93\x00\x00\xc4\x00"), ErrPayload},
		{"something behind it", append(patch(0, 0, ""), 0), ErrPayload},
		{"a length below none", patch(-1, 0, ""), ErrPayload},
		{"too long", patch(1<<40, 0, ""), ErrLimit},
		{"shorter", patch(2, 0, "x"), ErrPayload},
		{"longer", patch(0, 0, "x"), ErrPayload},
		{"another checksum", patch(1, 1, "x"), ErrChecksum},
		{"a checksum of 64 bits", patch(0, math.MinInt64, ""), ErrChecksum},
		{"half a copy", patch(10, 0, "", 0, 0), ErrPayload},
		{"text among copies", []byte("\x94\x01\x00\xc4\x00\x93\x00\x00\xa1x"), ErrPayload},
		{"behind the base", patch(10, 0, "", 0, 1, 10), ErrPayload},
		{"before the base", patch(1, 0, "", 0, -1, 1), ErrPayload},
		{"beyond numbers", patch(1, 0, "x", 1, math.MaxInt64, 1), ErrPayload},
		{"longer than numbers", patch(1, 0, "", 0, 1, math.MaxInt64), ErrPayload},
		{"fewer than none", patch(1, 0, "", 0, 5, -1), ErrPayload},
		{"literals that are not there", patch(2, 0, "x", 2, 0, 1), ErrPayload},
		{"literals below none", patch(2, 0, "x", -1, 0, 1), ErrPayload},
		{"copies over the length", patch(12, 0, "", 0, 0, 10, 0, -10, 10), ErrPayload},
	} {
		_, err := applyPatch(nil, base, tt.patch, Limits{}.withDefaults())
		assert.ErrorIs(t, err, tt.want, tt.name)
	}
	got, err := applyPatch(nil, base, patch(0, 0, ""), Limits{}.withDefaults())
	require.NoError(t, err)
	assert.Empty(t, got)
}

func FuzzPatch(f *testing.F) {
	base := []byte("a base of a few words, and 0123456789 again")
	f.Add(base, PatchOf(base, []byte("a base of other words, and 0123456789")))
	f.Add(base, []byte("\x94\x0a\x00\xc4\x01x\x93\x00\x00\x09"))
	limits := Limits{Frame: 1 << 16}.withDefaults()
	f.Fuzz(func(t *testing.T, base, patch []byte) {
		got, err := applyPatch(nil, base, patch, limits)
		require.LessOrEqual(t, len(got), limits.Frame)
		if err == nil {
			back, err := applyPatch(nil, base, PatchOf(base, got), limits)
			require.NoError(t, err)
			require.Equal(t, string(got), string(back))
		}
	})
}
