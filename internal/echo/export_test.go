package echo

// Seal makes b a state of s's key, as far as its head and seal are concerned.
func Seal(s *Set, b []byte) []byte {
	head := append([]byte{stateVersion}, s.k.sum(domainID)[:8]...)
	b = append(head, b...)
	return append(b, s.k.sum(domainSeal, b)[:sealSize]...)
}

// SearchWhole makes s search texts with escapes as a whole.
func SearchWhole(s *Set) { s.longest, s.odd = 1<<40, true }
