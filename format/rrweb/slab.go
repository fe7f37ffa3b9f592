package rrweb

// A slab is memory that slices are cut from, so that many small ones take few
// allocations. A slab lives no longer than the event it is for: what is kept of
// the event keeps the slabs it is in.
type slab[T any] struct {
	free []T
	size int // of the last one
}

const maxSlab = 64

// take returns n zero elements, without room for more.
func (s *slab[T]) take(n int) []T {
	if n > len(s.free) {
		if n > maxSlab/4 {
			return make([]T, n)
		}
		s.size = min(max(2*s.size, n), maxSlab)
		s.free = make([]T, s.size)
	}
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
