package echo

import (
	"crypto/hmac"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
)

var (
	// ErrKey is returned for a state that another key made.
	ErrKey = errors.New("echo: the state is of another key")
	// ErrState is returned for what is no state, or is damaged.
	ErrState = errors.New("echo: not a state")
)

// A state is, in little-endian order: the version (1 byte), the key's name (8),
// the number of values (4), the values by their names, and the seal (16), an
// HMAC of what is before it. A value is its name (8), its kind, flags and
// strength (1 each), how often it was added (4), the bytes of its stream (4), the
// number of its forms (2) and the forms in order. A form is its tag (8), its length (2), form and flags
// (1 each), its anchor (8) and quick hash (2); the last two are xored with an
// HMAC of the first four, since they are less than a cryptographic hash.
const (
	stateVersion = 1
	headSize     = 1 + 8 + 4
	valueSize    = 8 + 1 + 1 + 1 + 4 + 4 + 2
	formSize     = 8 + 2 + 1 + 1 + 8 + 2
	sealSize     = 16
	maxForms     = 1 << 10
)

// AppendBinary appends the state of s to b: neither a value nor the key can be
// read out of it without the key. With the key, values can be guessed: seal it
// all the same. Equal sets have equal states.
func (s *Set) AppendBinary(b []byte) ([]byte, error) {
	n := len(b)
	b = append(b, stateVersion)
	b = append(b, s.k.sum(domainID)[:8]...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(s.values)))
	for _, name := range slices.Sorted(maps.Keys(s.values)) {
		v := s.values[name]
		b = binary.LittleEndian.AppendUint64(b, name)
		var raw byte
		if v.raw {
			raw = 1
		}
		b = append(b, byte(v.kind), raw, byte(v.strength))
		b = binary.LittleEndian.AppendUint32(b, uint32(v.refs))
		b = binary.LittleEndian.AppendUint32(b, uint32(v.length))
		b = binary.LittleEndian.AppendUint16(b, uint16(len(v.entries)))
		prints := make([]print, len(v.entries))
		for i, e := range v.entries {
			prints[i] = s.entries[e].print
		}
		slices.SortFunc(prints, print.compare)
		for _, p := range prints {
			at := len(b)
			b = binary.LittleEndian.AppendUint64(b, p.tag)
			b = binary.LittleEndian.AppendUint16(b, p.length)
			b = append(b, byte(p.form), byte(p.flags))
			b = binary.LittleEndian.AppendUint64(b, p.anchor)
			b = binary.LittleEndian.AppendUint16(b, p.check)
			s.pad(b[at:])
		}
	}
	return append(b, s.k.sum(domainSeal, b[n:])[:sealSize]...), nil
}

// pad hides what of a form's state is no cryptographic hash, or shows it again.
func (s *Set) pad(form []byte) {
	for i, c := range s.k.sum(domainPad, form[:12])[:10] {
		form[12+i] ^= c
	}
}

func (p print) compare(q print) int {
	order := func(p print) [3]uint64 {
		return [3]uint64{p.tag, uint64(p.length), uint64(p.form)<<8 | uint64(p.flags)}
	}
	a, b := order(p), order(q)
	return slices.Compare(a[:], b[:])
}

// Merge adds what state holds to s: the union, in whatever order states are
// merged, and however often. A value of both counts as added as often as in the
// one where that was more. They count, and s may hold more than its limit by them.
//
// It returns ErrKey for a state of another key and ErrState for what is none;
// s is then as it was.
func (s *Set) Merge(state []byte) error {
	if len(state) < headSize+sealSize || state[0] != stateVersion {
		return ErrState
	}
	if !hmac.Equal(state[1:9], s.k.sum(domainID)[:8]) {
		return ErrKey
	}
	body, seal := state[:len(state)-sealSize], state[len(state)-sealSize:]
	if !hmac.Equal(seal, s.k.sum(domainSeal, body)[:sealSize]) {
		return fmt.Errorf("%w: its seal is broken", ErrState)
	}
	type read struct {
		name uint64
		value
		prints []print
	}
	var all []read
	count := binary.LittleEndian.Uint32(body[9:])
	b := body[headSize:]
	for ; count > 0; count-- {
		if len(b) < valueSize {
			return ErrState
		}
		r := read{name: binary.LittleEndian.Uint64(b)}
		r.kind, r.raw, r.strength = Kind(b[8]), b[9] != 0, Strength(b[10])
		r.refs = int(binary.LittleEndian.Uint32(b[11:]))
		r.length = int(binary.LittleEndian.Uint32(b[15:]))
		n := int(binary.LittleEndian.Uint16(b[19:]))
		if b = b[valueSize:]; n > maxForms || len(b) < n*formSize || r.length > maxValue || r.strength > Strong {
			return ErrState
		}
		for range n {
			form := slices.Clone(b[:formSize])
			b = b[formSize:]
			s.pad(form)
			p := print{
				tag:    binary.LittleEndian.Uint64(form),
				length: binary.LittleEndian.Uint16(form[8:]),
				form:   Form(form[10]),
				flags:  flags(form[11]),
				anchor: binary.LittleEndian.Uint64(form[12:]),
				check:  binary.LittleEndian.Uint16(form[20:]),
			}
			if p.length < minNeedle || p.length > maxNeedle || p.form >= forms {
				return ErrState
			}
			r.prints = append(r.prints, p)
		}
		all = append(all, r)
	}
	if len(b) > 0 {
		return ErrState
	}
	for _, r := range all {
		v := s.values[r.name]
		if v == nil {
			v = s.insert(r.name, &value{kind: r.kind, raw: r.raw, strength: r.strength, length: r.length})
			for _, p := range r.prints {
				s.link(v, p)
				s.odd = s.odd || p.flags&raws != 0
			}
		}
		v.refs = max(v.refs, r.refs)
	}
	return nil
}
