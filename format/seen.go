package format

import "slices"

// nodeSame is the code of a node whose template is the one that it had the
// last time. Higher numbers stand for the number before.
const nodeSame = 3

// seen is what a frame has told of nodes so far. Recorders take snapshots of
// pages that they have told of before.
type seen struct {
	runs   []*seenRun // by id / seenLength, nil where there is none
	made   int        // runs that there are
	spare  []*seenRun // that are not used any more, to be used again
	sparse map[int64]*seenNode
	count  int
	frame  uint32 // what nodes of an earlier frame do not have
}

const (
	seenLength = 256
	minRuns    = 64 // that there may be whatever the nodes are
)

type seenRun struct {
	nodes [seenLength]seenNode
	owner *seen // the one that may change it; nil is nobody
}

type seenNode struct {
	template uint32
	children int32
	frame    uint32
}

func (s *seen) begin() {
	s.frame++
	if s.frame == 0 { // it has been all numbers
		*s = seen{frame: 1}
	}
	if s.made > minRuns { // ids have moved on: what was made for others is in the way
		for i, r := range s.runs {
			if r != nil && r.owner == s {
				s.spare = append(s.spare, r)
			}
			s.runs[i] = nil
		}
		s.made = 0
	}
	clear(s.sparse)
	s.count = 0
}

// at returns what is known of the node with that id.
func (s *seen) at(id int64) *seenNode {
	var n *seenNode
	if i := uint64(id) / seenLength; i < uint64(len(s.runs)) && s.runs[i] != nil {
		n = &s.own(i).nodes[id%seenLength]
	} else {
		n = s.far(id)
	}
	if n.frame != s.frame {
		*n = seenNode{frame: s.frame}
		s.count++
	}
	return n
}

// own returns a run that s may change.
func (s *seen) own(i uint64) *seenRun {
	r := s.runs[i]
	if r.owner != s {
		r = new(*r)
		r.owner = s
		s.runs[i] = r
	}
	return r
}

// share makes c, which is zero, the same as s. The runs are both's, and belong
// to the one that changes them first.
func (s *seen) share(c *seen) {
	for _, r := range s.runs {
		if r != nil && r.owner == s {
			r.owner = nil
		}
	}
	*c = *s
	c.runs, c.spare = slices.Clone(s.runs), nil
	if s.sparse != nil {
		c.sparse = make(map[int64]*seenNode, len(s.sparse))
		for id, n := range s.sparse {
			c.sparse[id] = new(*n)
		}
	}
}

// run returns a run in which no node is of this frame.
func (s *seen) run() *seenRun {
	last := len(s.spare) - 1
	if last < 0 {
		return &seenRun{owner: s}
	}
	r := s.spare[last]
	s.spare = s.spare[:last]
	return r
}

// far returns the node of an id that is in no run. Ids come from outside: there
// are only as many runs as nodes can fill.
func (s *seen) far(id int64) *seenNode {
	if n := s.sparse[id]; n != nil {
		return n
	}
	if i := uint64(id) / seenLength; i < 1<<12 && s.made <= minRuns+s.count/16 {
		if i >= uint64(len(s.runs)) {
			s.runs = slices.Grow(s.runs, int(i)+1-len(s.runs))[:i+1]
		}
		s.runs[i] = s.run()
		s.made++
		for j := range s.runs[i].nodes {
			k := int64(i)*seenLength + int64(j)
			n := s.sparse[k]
			if n == nil {
				continue
			}
			s.runs[i].nodes[j] = *n
			delete(s.sparse, k)
		}
		return &s.runs[i].nodes[id%seenLength]
	}
	if s.sparse == nil {
		s.sparse = make(map[int64]*seenNode)
	}
	n := &seenNode{}
	s.sparse[id] = n
	return n
}
