package snapshot

import "math/rand/v2"

// An ids is a page's nodes by their ids. Those of a page come in runs, so that
// they are kept in blocks of ids that follow each other, and the blocks in a hash
// table with linear probing. Ids come from outside, and can be any; the factor
// that they are multiplied by is random, so that nobody can choose ids that
// collide. A node whose id is far from all others takes a block of its own, with
// its part of the table less than 200 bytes. The zero ids is empty.
type ids struct {
	slots  []idSlot // a power of two, at least half of them free; or none
	blocks int      // slots that are not free
	used   int      // ids
	shift  uint8
	factor uint64     // odd
	spare  []*idBlock // empty, to be used again
	chunk  []idBlock  // not used yet
}

// An idBlock has the nodes of some ids that follow each other; nil is none.
type idBlock [1 << idBits]*node

// An idSlot is free where it has no block. A block stays where it is when the last
// id in it goes: often the next comes soon.
type idSlot struct {
	key   uint32 // of the ids in the block, without the lowest bits
	block *idBlock
}

const (
	idBits     = 4
	minIDSlots = 16
	idChunk    = 63 // blocks; with the header that the allocator puts before them, 8 KB
)

// get returns the node with that id, nil if there is none.
func (t *ids) get(id NodeID) *node {
	if place := t.find(id); place != nil {
		return *place
	}
	return nil
}

// find returns where the node with that id is, nil if there is no block for it.
func (t *ids) find(id NodeID) **node {
	if len(t.slots) == 0 {
		return nil
	}
	key, mask := uint32(id)>>idBits, len(t.slots)-1
	for i := t.home(key); ; i++ {
		s := &t.slots[i&mask]
		if s.block == nil {
			return nil
		}
		if s.key == key {
			return &s.block[id&(1<<idBits-1)]
		}
	}
}

// home is the slot that a block has if that is free.
func (t *ids) home(key uint32) int { return int(uint64(key) * t.factor >> (t.shift & 63)) }

// place returns where the node with that id is, or is to be put; nil for an id
// that names no node. It is good until the next call for another id.
func (t *ids) place(id NodeID) **node {
	if id <= 0 {
		return nil
	}
	if place := t.find(id); place != nil {
		return place
	}
	if 2*(t.blocks+1) > len(t.slots) {
		t.rehash()
	}
	t.put(uint32(id)>>idBits, t.block())
	return t.find(id)
}

// put puts a block into the table, which has room for it.
func (t *ids) put(key uint32, b *idBlock) {
	mask := len(t.slots) - 1
	i := t.home(key) & mask
	for t.slots[i].block != nil {
		i = (i + 1) & mask
	}
	t.slots[i] = idSlot{key, b}
	t.blocks++
}

// block returns an empty block.
func (t *ids) block() *idBlock {
	if last := len(t.spare) - 1; last >= 0 {
		b := t.spare[last]
		t.spare = t.spare[:last]
		return b
	}
	if len(t.chunk) == 0 {
		t.chunk = make([]idBlock, min(max(t.blocks, 2), idChunk))
	}
	b := &t.chunk[0]
	t.chunk = t.chunk[1:]
	return b
}

// set puts n at its place, which is not nil.
func (t *ids) set(place **node, n *node) {
	if *place == nil {
		t.used++
	}
	*place = n
}

// remove takes an id out.
func (t *ids) remove(id NodeID) {
	if place := t.find(id); place != nil && *place != nil {
		*place = nil
		t.used--
	}
}

// rehash makes room for more blocks, and takes the empty ones out.
func (t *ids) rehash() {
	old, full := t.slots, 0
	for i := range old {
		if b := old[i].block; b != nil && *b != (idBlock{}) {
			full++
		}
	}
	t.make(4 * full)
	for i := range old {
		switch s := &old[i]; {
		case s.block == nil:
		case *s.block == idBlock{}:
			t.spare = append(t.spare, s.block)
		default:
			t.put(s.key, s.block)
		}
	}
}

// make makes an empty table of at least so many slots.
func (t *ids) make(slots int) {
	size := minIDSlots
	t.shift = 64 - 4
	for size < slots {
		size *= 2
		t.shift--
	}
	t.slots, t.blocks, t.factor = make([]idSlot, size), 0, rand.Uint64()|1
}

// reset takes all out, to put in so many. The blocks stay for that, unless they
// are many more.
func (t *ids) reset(size int) {
	t.used = 0
	if len(t.slots) > max(minIDSlots, 4*size) {
		*t = ids{}
	}
	if len(t.slots) == 0 {
		blocks := size/(1<<idBits) + 1
		t.make(2 * blocks)
		t.chunk = make([]idBlock, blocks)
	}
	for i := range t.slots {
		if b := t.slots[i].block; b != nil {
			clear(b[:])
		}
	}
}
