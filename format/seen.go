package format

import "slices"

// nodeSame is the code of a node whose template is the one that it had the
// last time. Higher numbers stand for the number before.
const nodeSame = 3

// seen is what a frame has told of nodes so far. Recorders take snapshots of
// pages that they have told of before.
type seen struct {
	runs      []*seenRun // by id / seenLength, nil where there is none
	made      int        // runs that there are
	sparse    map[int64]*seenNode
	count     int
	frame     uint32 // what nodes of an earlier frame do not have
	last, max int64  // ids
	before    *seenNode
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
	next     int64 // id of the node that came after it
	frame    uint32
}

func (s *seen) begin() {
	s.frame++
	if s.frame == 0 || s.made > minRuns { // ids have moved on: what was made for others is in the way
		clear(s.runs)
		s.made, s.frame = 0, 1
	}
	clear(s.sparse)
	s.count, s.last, s.max, s.before = 0, 0, 0, nil
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
	if s.before != nil {
		s.before.next = id
	}
	s.before = n
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
	c.runs = slices.Clone(s.runs)
	if s.sparse != nil {
		c.sparse = make(map[int64]*seenNode, len(s.sparse))
		for id, n := range s.sparse {
			c.sparse[id] = new(*n)
		}
	}
	if s.before != nil {
		s.before, c.before = s.again(), c.again()
	}
}

// again returns the node before, which is the one with the last id.
func (s *seen) again() *seenNode {
	if i := uint64(s.last) / seenLength; i < uint64(len(s.runs)) && s.runs[i] != nil {
		return &s.own(i).nodes[s.last%seenLength]
	}
	return s.sparse[s.last]
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
		s.runs[i] = &seenRun{owner: s}
		s.made++
		for j := range s.runs[i].nodes {
			k := int64(i)*seenLength + int64(j)
			n := s.sparse[k]
			if n == nil {
				continue
			}
			r := &s.runs[i].nodes[j]
			if *r = *n; s.before == n {
				s.before = r
			}
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

// guess is the id that comes next, if all is as it was.
func (s *seen) guess() int64 {
	if s.before != nil && s.before.next != 0 {
		return s.before.next
	}
	return s.last + 1
}

// code returns the code of the next id: 0 is the guess, 1 one more than the
// highest, else the distance from one more than the last, which is one more
// where it is over 0.
func (s *seen) code(id int64) int64 {
	guess, d, top := s.guess(), id-s.last-1, s.max+1
	s.last, s.max = id, max(s.max, id)
	switch {
	case id == guess:
		return 0
	case id == top:
		return 1
	case d >= 0:
		return d + 2
	default:
		return d
	}
}

// id returns what code was given.
func (s *seen) id(code int64) int64 {
	switch {
	case code == 0:
		s.last = s.guess()
	case code == 1:
		s.last = s.max + 1
	case code > 1:
		s.last += code - 1
	default:
		s.last += code + 1
	}
	s.max = max(s.max, s.last)
	return s.last
}
