package replay_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/replay"
)

// What is collapsed is fields with a space between them, whatever the white space
// is.
func TestIsCollapsed(t *testing.T) {
	pieces := []string{"a", "word", " ", " ", "\t", "\n", "\v", "\f", "\r", "\x1c", "\u0085", "\u00a0", "\u3000", "é", "\xff", "\xed\xa0\x80"}
	r := rand.New(rand.NewPCG(1, 1))
	collapsed := 0
	for range 20_000 {
		s := ""
		for range r.IntN(6) {
			s += pieces[r.IntN(len(pieces))]
		}
		if replay.IsCollapsed(s) {
			require.Equal(t, strings.Join(strings.Fields(s), " "), s)
			collapsed++
		}
	}
	require.Greater(t, collapsed, 1000)
	require.True(t, replay.IsCollapsed("two words"))
	require.True(t, replay.IsCollapsed(""))
}
