package format

// nodeSame is the code of a node whose template is the one that it had the
// last time. Higher numbers stand for the number before.
const nodeSame = 3

// seen is what a frame has told of nodes so far. Recorders take snapshots of
// pages that they have told of before.
type seen struct {
	dense     []seenNode // by id, where ids are dense
	sparse    map[int64]*seenNode
	count     int
	frame     uint32 // what nodes of an earlier frame do not have
	last, max int64  // ids
	before    *seenNode
}

type seenNode struct {
	template uint32
	children int32
	next     int64 // id of the node that came after it
	frame    uint32
}

func (s *seen) begin() {
	if s.frame++; s.frame == 0 {
		clear(s.dense)
		s.frame = 1
	}
	clear(s.sparse)
	s.count, s.last, s.max, s.before = 0, 0, 0, nil
}

// at returns what is known of the node with that id.
func (s *seen) at(id int64) *seenNode {
	var n *seenNode
	if id >= 0 && id < int64(len(s.dense)) {
		n = &s.dense[id]
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

// far returns the node of an id for which there is no room. Ids come from
// outside: the slice grows only as fast as the nodes do.
func (s *seen) far(id int64) *seenNode {
	if id >= 0 && id < int64(max(1<<12, 8*s.count)) {
		dense := make([]seenNode, max(int(id)+1, 2*len(s.dense), 1<<10))
		copy(dense, s.dense)
		for i := range s.dense { // the pointer moves along
			if s.before == &s.dense[i] {
				s.before = &dense[i]
				break
			}
		}
		s.dense = dense
		for id, n := range s.sparse {
			if id >= 0 && id < int64(len(dense)) {
				if dense[id] = *n; s.before == n {
					s.before = &dense[id]
				}
				delete(s.sparse, id)
			}
		}
		return &dense[id]
	}
	n := s.sparse[id]
	if n == nil {
		if s.sparse == nil {
			s.sparse = make(map[int64]*seenNode)
		}
		n = &seenNode{}
		s.sparse[id] = n
	}
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
