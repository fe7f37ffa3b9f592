package mask

import (
	"iter"
	"slices"

	"github.com/pagetape/pagetape/snapshot"
)

// A table keeps a nodeInfo by node id, in runs of ids.
type table struct {
	dense  []*run // by id / runLength, where ids are dense
	sparse map[snapshot.NodeID]*nodeInfo
	count  int // infos that were made and not dropped
	swept  int // count after the last sweep
}

const runLength = 256

type run [runLength]nodeInfo

// get returns the info of the node with that id; nil, or a zero one, if none was
// made.
func (t *table) get(id snapshot.NodeID) *nodeInfo {
	if i := int(id) / runLength; id > 0 && i < len(t.dense) && t.dense[i] != nil {
		return &t.dense[i][id%runLength]
	}
	return t.sparse[id]
}

// at returns the info of the node with that id, making it. The pointer is good
// until the next call of at, which can move what was sparse, or of sweep.
func (t *table) at(id snapshot.NodeID) *nodeInfo {
	in := t.get(id)
	if in == nil {
		in = t.make(id)
	}
	if !in.made {
		in.made = true
		t.count++
	}
	return in
}

func (t *table) make(id snapshot.NodeID) *nodeInfo {
	// Ids come from outside: the slice, which takes 1/32 of a byte an id, and
	// the runs grow only as fast as the page does.
	i := int(id) / runLength
	if id > 0 && i < max(1<<12, t.count) {
		if i >= len(t.dense) {
			t.dense = slices.Grow(t.dense, i+1-len(t.dense))[:i+1]
		}
		r := &run{}
		for j := range r {
			if in := t.sparse[snapshot.NodeID(i*runLength+j)]; in != nil {
				r[j] = *in
				delete(t.sparse, snapshot.NodeID(i*runLength+j))
			}
		}
		t.dense[i] = r
		return &r[id%runLength]
	}
	if t.sparse == nil {
		t.sparse = make(map[snapshot.NodeID]*nodeInfo)
	}
	in := &nodeInfo{}
	t.sparse[id] = in
	return in
}

// minSweep is how many infos more than the last time are worth a sweep.
const minSweep = 1 << 14

// sweep drops what is known of nodes that are gone, when there is much of it.
// Nothing is lost by it: a node that was never more private than the page is
// judged anew if its id comes again, and one that was keeps its level.
func (t *table) sweep(gone func(snapshot.NodeID) bool) {
	if t.count < 2*t.swept+minSweep {
		return
	}
	drop := func(id snapshot.NodeID, in *nodeInfo) bool {
		if !in.made || in.level != levelClear || !gone(id) {
			return false
		}
		t.count--
		*in = nodeInfo{}
		return true
	}
	for i, r := range t.dense {
		if r == nil {
			continue
		}
		for j := range r {
			drop(snapshot.NodeID(i*runLength+j), &r[j])
		}
		if *r == (run{}) {
			t.dense[i] = nil
		}
	}
	for id, in := range t.sparse {
		if drop(id, in) {
			delete(t.sparse, id)
		}
	}
	t.swept = t.count
}

// all yields what was made, in no order.
func (t *table) all() iter.Seq2[snapshot.NodeID, *nodeInfo] {
	return func(yield func(snapshot.NodeID, *nodeInfo) bool) {
		for i, r := range t.dense {
			if r == nil {
				continue
			}
			for j := range r {
				if r[j].made && !yield(snapshot.NodeID(i*runLength+j), &r[j]) {
					return
				}
			}
		}
		for id, in := range t.sparse {
			if in.made && !yield(id, in) {
				return
			}
		}
	}
}

// forget drops all marks.
func (t *table) forget() {
	for _, r := range t.dense {
		if r != nil {
			for j := range r {
				r[j].epoch = 0
			}
		}
	}
	for _, in := range t.sparse {
		in.epoch = 0
	}
}

func (t *table) reset() { *t = table{} }
