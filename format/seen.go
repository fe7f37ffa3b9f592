package format

// nodeSame is the code of a node whose template is the one that it had the
// last time. Higher numbers stand for the number before.
const nodeSame = 3

// seen is what a frame has told of nodes so far. Recorders take snapshots of
// pages that they have told of before.
type seen struct {
	nodes     map[int64]*seenNode
	last, max int64 // ids
	before    *seenNode
	slab      []seenNode
}

type seenNode struct {
	template uint32
	children int
	next     int64 // id of the node that came after it
}

func (s *seen) begin() {
	clear(s.nodes)
	s.last, s.max, s.before = 0, 0, nil
}

// at returns what is known of the node with that id.
func (s *seen) at(id int64) *seenNode {
	n := s.nodes[id]
	if n == nil {
		if s.nodes == nil {
			s.nodes = make(map[int64]*seenNode)
		}
		if len(s.slab) == 0 {
			s.slab = make([]seenNode, 64)
		}
		n, s.slab = &s.slab[0], s.slab[1:]
		s.nodes[id] = n
	}
	if s.before != nil {
		s.before.next = id
	}
	s.before = n
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
