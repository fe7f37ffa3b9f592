package snapshot

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// The nodes by their ids are what a map of them is.
func TestIDs(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var list ids
		want := map[NodeID]*node{}
		span := []int32{8, 100, 1 << 12, 1<<31 - 1}[random.IntN(4)]
		for range random.IntN(3000) {
			id := NodeID(1 + random.Int32N(span))
			switch random.IntN(5) {
			case 0, 1, 2:
				n := &node{id: id}
				list.set(id, n)
				want[id] = n
			case 3:
				list.remove(id)
				delete(want, id)
			}
			require.Equal(t, len(want), list.used)
			require.True(t, list.get(id) == want[id])
		}
		for id, n := range want {
			require.True(t, list.get(id) == n)
		}
		require.LessOrEqual(t, 2*list.used, len(list.slots))
		for _, id := range []NodeID{0, -1, -1 << 31} {
			require.Nil(t, list.get(id))
			list.remove(id)
		}
		list.reset(random.IntN(100))
		for id := range want {
			require.Nil(t, list.get(id))
		}
		require.Zero(t, list.used)
	}
}
