package echo

// Name returns what a registered value is known by in every Set with the same
// key; 0 for an id that the Set does not know.
func (s *Set) Name(id ID) uint64 { return s.ids[id] }

// Lookup returns the id of the value of that name, and whether there is one.
func (s *Set) Lookup(name uint64) (ID, bool) {
	v, ok := s.values[name]
	if !ok {
		return 0, false
	}
	return v.id, true
}
