package rrweb

// A slab is memory that slices are cut from, so that many small ones take few
// allocations. A slab lives no longer than the event it is for: what is kept of
// the event keeps the slabs it is in.
type slab[T any] struct {
	free  []T
	taken int
}

const maxSlab = 64

// take returns n zero elements, without room for more.
func (s *slab[T]) take(n int) []T {
	if n > len(s.free) {
		if n > maxSlab/4 {
			return make([]T, n)
		}
		s.free = make([]T, max(n, min(s.taken/2, maxSlab))) // little of it is left over
	}
	s.taken += n
	t := s.free[:n:n]
	s.free = s.free[n:]
	return t
}

// cut returns a copy of list, nil for an empty one.
func (s *slab[T]) cut(list []T) []T {
	if len(list) == 0 {
		return nil
	}
	t := s.take(len(list))
	copy(t, list)
	return t
}
