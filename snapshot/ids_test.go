package snapshot

import (
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The nodes by their ids are what a map of them is.
func TestIDs(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		var list ids
		for range 3 {
			want := map[NodeID]*node{}
			span := []int32{8, 100, 1 << 12, 1<<31 - 1}[random.IntN(4)]
			id := NodeID(1)
			for range random.IntN(3000) {
				if random.IntN(4) == 0 || id == 1<<31-1 {
					id = NodeID(1 + random.Int32N(span))
				} else {
					id++
				}
				switch random.IntN(5) {
				case 0, 1, 2:
					n := &node{id: id}
					place := list.place(id)
					require.True(t, *place == want[id])
					if list.set(place, n); random.IntN(2) == 0 {
						list.set(list.place(id), n)
					}
					want[id] = n
				case 3:
					list.remove(id)
					delete(want, id)
				case 4:
					require.True(t, *list.place(id) == want[id])
				}
				require.Equal(t, len(want), list.used)
				require.True(t, list.get(id) == want[id])
				require.LessOrEqual(t, 2*list.blocks, len(list.slots))
			}
			for id, n := range want {
				require.True(t, list.get(id) == n)
			}
			for _, id := range []NodeID{0, -1, -1 << 31} {
				require.Nil(t, list.get(id))
				require.Nil(t, list.place(id))
				list.remove(id)
			}
			list.reset(random.IntN(1000))
			for id := range want {
				require.Nil(t, list.get(id))
			}
			require.Zero(t, list.used)
		}
	}
}

// bytes returns how much memory the table takes.
func (t *ids) bytes() int {
	return len(t.slots)*int(unsafe.Sizeof(idSlot{})) + (t.blocks+len(t.spare)+len(t.chunk))*int(unsafe.Sizeof(idBlock{}))
}

// Ids that are far from each other take little memory, and ids that come and go
// none that grows.
func TestIDsMemory(t *testing.T) {
	var list ids
	nobody := &node{}
	for i := range NodeID(10_000) {
		list.set(list.place(1+i*100_003), nobody)
		assert.LessOrEqual(t, list.bytes(), 200*list.used+idChunk*int(unsafe.Sizeof(idBlock{})))
	}
	list.reset(100)
	assert.LessOrEqual(t, list.bytes(), 64*100)
	for i := range NodeID(1_000_000) {
		list.set(list.place(1+i), nobody)
		list.remove(1 + i - 100)
	}
	assert.Equal(t, 100, list.used)
	assert.LessOrEqual(t, list.bytes(), 64*100)
	id := NodeID(1_000_000)
	assert.LessOrEqual(t, testing.AllocsPerRun(5, func() {
		for range 10_000 {
			id++
			list.set(list.place(id), nobody)
			list.remove(id - 100)
		}
	}), 80.0, "tables, and no blocks")
}
