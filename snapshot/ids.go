package snapshot

import "math/rand/v2"

// An ids is a page's nodes by their ids: a hash table with linear probing, for
// what is asked of a page most. Ids come from outside, and can be any; the
// factor that they are multiplied by is random, so that nobody can choose ids
// that collide. The zero ids is empty.
type ids struct {
	slots  []idSlot // a power of two, at least half of them free; or none
	used   int
	shift  uint8
	factor uint64 // odd
}

// An idSlot is free where its id is 0.
type idSlot struct {
	id NodeID
	n  *node
}

const minIDs = 64

// home is the slot that an id has if that is free.
func (t *ids) home(id NodeID) int { return int(uint64(uint32(id)) * t.factor >> t.shift) }

// get returns the node with that id, nil if there is none.
func (t *ids) get(id NodeID) *node {
	if len(t.slots) == 0 || id == 0 {
		return nil
	}
	mask := len(t.slots) - 1
	for i := t.home(id); ; i = (i + 1) & mask {
		switch s := &t.slots[i&mask]; s.id {
		case id:
			return s.n
		case 0:
			return nil
		}
	}
}

// set makes n the node with that id, which is not 0.
func (t *ids) set(id NodeID, n *node) {
	if 2*(t.used+1) > len(t.slots) {
		t.resize(2 * len(t.slots))
	}
	mask := len(t.slots) - 1
	for i := t.home(id); ; i = (i + 1) & mask {
		switch s := &t.slots[i&mask]; s.id {
		case 0:
			t.used++
			fallthrough
		case id:
			s.id, s.n = id, n
			return
		}
	}
}

// remove takes an id out.
func (t *ids) remove(id NodeID) {
	if len(t.slots) == 0 || id == 0 {
		return
	}
	mask := len(t.slots) - 1
	free := t.home(id)
	for t.slots[free].id != id {
		if t.slots[free].id == 0 {
			return
		}
		free = (free + 1) & mask
	}
	t.used--
	// What comes after it moves up, unless that is before its home.
	for i := free; ; {
		i = (i + 1) & mask
		s := t.slots[i]
		if s.id == 0 {
			break
		}
		if (i-t.home(s.id))&mask >= (i-free)&mask {
			t.slots[free], free = s, i
		}
	}
	t.slots[free] = idSlot{}
}

// reset takes all out, and makes room for so many.
func (t *ids) reset(size int) {
	t.used = 0
	if need := roomFor(size); need > len(t.slots) || len(t.slots) > 8*need {
		t.slots = nil
		t.resize(need)
		return
	}
	clear(t.slots)
}

// roomFor returns how many slots so many ids need.
func roomFor(size int) int {
	slots := minIDs
	for slots < 2*size {
		slots *= 2
	}
	return slots
}

// resize moves all to a table of so many slots.
func (t *ids) resize(slots int) {
	old := t.slots
	slots = max(slots, minIDs)
	t.slots, t.used, t.factor, t.shift = make([]idSlot, slots), 0, rand.Uint64()|1, 64
	for n := slots; n > 1; n /= 2 {
		t.shift--
	}
	for i := range old {
		if s := &old[i]; s.id != 0 {
			t.set(s.id, s.n)
		}
	}
}
