package echo

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf8"
)

// A Set holds private values as keyed hashes. Find, Contains, Extends, Len, Full
// and AppendBinary may be called by several goroutines at once, but not while
// another method runs.
type Set struct {
	k       keyed
	limit   int
	values  map[uint64]*value // by name
	ids     map[ID]uint64
	lastID  ID
	entries []entry
	free    []int32 // entries that are none
	streams [2]stream
	longest int  // as long as the longest form that was linked
	odd     bool // a form was linked, or may have been, that is loose or raw and not ASCII
}

// An ID names a registered value within its Set. It means nothing to another.
type ID uint32

// A value is one that was registered, without its text.
type value struct {
	id       ID
	kind     Kind
	raw      bool // named after its raw stream
	strength Strength
	length   int // bytes of its stream
	refs     int // Adds that were not dropped
	entries  []int32
}

// An entry is one form that values have.
type entry struct {
	print
	refs int // values that have it
}

// A print is what is kept of a form.
type print struct {
	tag    uint64
	anchor uint64 // the mix of its last bytes
	check  uint16 // a quick hash, which spares most tags
	length uint16 // in bytes
	flags  flags
	form   Form
}

// flags are the conditions of a form.
type flags uint8

const (
	bound  flags = 1 << iota // not beside a letter or digit
	digits                   // of digits alone: see finder.fits
	amount                   // digits that commas may group
	edges                    // not beside a digit
	solid                    // nothing between its runes
	secret                   // of a secret
	raws                     // in the raw stream
	loose                    // with gaps of more than maxGap
)

// A stream is what one of the two streams is searched for.
type stream struct {
	domain byte
	count  int
	fold   *[256]uint32     // see alnumStep
	heads  map[uint64][]ref // the entries of an anchor, in order
	bits   []uint64         // see mark; nil while there is no entry
	shift  uint             // of a product, to the number of its bit
	steps  *[256]step
	set    int // bits that were set since bits was made
}

// A ref is the place of an entry, behind its length and quick hash.
type ref uint64

func makeRef(length int, check uint16, entry int32) ref {
	return ref(length)<<48 | ref(check)<<32 | ref(entry)
}

func (r ref) length() int  { return int(r >> 48) }
func (r ref) entry() int32 { return int32(r & (1<<32 - 1)) }

// A bitmap has bitsPerAnchor bits for every anchor, between 2^bitmapMin and
// 2^bitmapMax in all: up to 128 KiB, which is more than the first cache has but
// seldom waited for.
const (
	bitsPerAnchor = 128
	bitmapMin     = 14
	bitmapMax     = 20
)

// defaultLimit is how many values a Set holds if the caller does not say.
const defaultLimit = 2000

// New returns an empty Set that holds up to limit values, 2,000 if it is 0.
func New(key Key, limit int) *Set {
	if limit <= 0 {
		limit = defaultLimit
	}
	return &Set{k: keyed{key: key}, limit: limit}
}

// prepare is done before the first value is inserted: many Sets stay empty.
func (s *Set) prepare() {
	s.k.prepare()
	s.values, s.ids = map[uint64]*value{}, map[ID]uint64{}
	s.streams[0] = stream{domain: domainAlnum, fold: &alnumStep, heads: map[uint64][]ref{}}
	s.streams[0].steps = makeSteps(&s.k, &alnumStep) // encodings are looked for with it
	s.streams[1] = stream{domain: domainRaw, fold: &rawStep, heads: map[uint64][]ref{}}
}

// Len returns the number of values.
func (s *Set) Len() int { return len(s.values) }

// Full reports whether the Set holds as many values as it may.
func (s *Set) Full() bool { return len(s.values) >= s.limit }

// Add registers a value and returns its strength; None says that it was not
// registered, and why is in [Strength]. ok is false if the Set is full.
//
// Of a value that is longer than 65,536 letters and digits, those are
// registered. Text longer than 256 is found in parts of that length.
//
// A value that was added before, as the same kind, counts once and keeps its
// ID; it is forgotten when it was dropped as often as it was added.
func (s *Set) Add(text string, k Kind) (id ID, st Strength, ok bool) {
	p := parse(text, k)
	if p.strength == None {
		return 0, None, true
	}
	name := s.name(p.kind, p.stream)
	v := s.values[name]
	if v == nil {
		if s.Full() {
			return 0, p.strength, false
		}
		v = s.insert(name, &value{kind: p.kind, raw: p.raw, strength: p.strength, length: len(p.stream)})
		for _, n := range p.needles() {
			s.link(v, s.print(n))
			s.odd = s.odd || n.flags&raws != 0 && !isASCII(n.stream)
		}
	}
	v.refs++
	return v.id, v.strength, true
}

// name returns what a value is known by: the HMAC of its kind and stream.
func (s *Set) name(k Kind, stream []byte) uint64 {
	if s.values != nil && len(stream) < maxNeedle {
		var b block
		b[message] = byte(k)
		copy(b[message+1:], stream)
		return s.k.tag(domainValue, &b, 1+len(stream))
	}
	return binary.LittleEndian.Uint64(s.k.sum(domainValue, []byte{byte(k)}, stream))
}

func (s *Set) insert(name uint64, v *value) *value {
	if s.values == nil {
		s.prepare()
	}
	s.lastID++
	v.id = s.lastID
	s.values[name] = v
	s.ids[v.id] = name
	return v
}

// Drop takes back one Add of a value. An id that the Set does not know, or no
// longer, changes nothing.
func (s *Set) Drop(id ID) {
	name, ok := s.ids[id]
	if !ok {
		return
	}
	v := s.values[name]
	if v.refs > 0 {
		v.refs--
	}
	if v.refs > 0 {
		return
	}
	for _, i := range v.entries {
		if s.entries[i].refs--; s.entries[i].refs == 0 {
			s.unlink(i)
		}
	}
	delete(s.values, name)
	delete(s.ids, id)
}

// Extends reports whether longer begins with the value of that id and goes on,
// in their streams.
func (s *Set) Extends(id ID, longer string) bool {
	name, ok := s.ids[id]
	if !ok {
		return false
	}
	v := s.values[name]
	b := appendStream(nil, longer, v.raw)
	return len(b) > v.length && s.name(v.kind, b[:v.length]) == name
}

func isASCII(b []byte) bool {
	return !slices.ContainsFunc(b, func(c byte) bool { return c >= utf8.RuneSelf })
}

// print hashes a form. The bytes are hashed from the last to the first, as the
// search meets them.
func (s *Set) print(n needle) print {
	p := print{length: uint16(len(n.stream)), flags: n.flags, form: n.form}
	domain := byte(domainAlnum)
	if n.flags&raws != 0 {
		domain = domainRaw
	}
	var b block
	var quick, w uint64
	for i := range n.stream {
		c := n.stream[len(n.stream)-1-i]
		b[message+i] = c
		quick = quick*s.k.poly + uint64(c) + 1
	}
	p.tag = s.k.tag(domain, &b, len(n.stream))
	p.check = uint16(s.k.mix(quick) >> 48)
	size := anchorSize
	if len(n.stream) < size {
		size = shortSize
	}
	for _, c := range n.stream[len(n.stream)-size:] {
		w = w<<8 | uint64(c)
	}
	p.anchor = s.k.mix(s.k.first(w, size))
	return p
}

const (
	anchorSize = 6 // the last bytes of a form that are its anchor
	shortSize  = 4 // those of a form of less than six, which ends where a word does
	minNeedle  = 4 // the bytes that a form has at least
	longGram   = 5 // the bytes of an anchor that are looked up first
	shortGram  = 3 // those of one of four
)

// link gives a value the entry of p, which it may share.
func (s *Set) link(v *value, p print) {
	st := &s.streams[0]
	if p.flags&raws != 0 {
		st = &s.streams[1]
	}
	group := st.heads[p.anchor]
	at, _ := slices.BinarySearch(group, makeRef(int(p.length), p.check, 0))
	for ; at < len(group) && group[at]>>32 == makeRef(int(p.length), p.check, 0)>>32; at++ {
		if i := group[at].entry(); s.entries[i].print == p {
			if !slices.Contains(v.entries, i) {
				s.entries[i].refs++
				v.entries = append(v.entries, i)
			}
			return
		}
	}
	i := int32(len(s.entries))
	if n := len(s.free); n > 0 {
		i, s.free = s.free[n-1], s.free[:n-1]
	} else {
		s.entries = append(s.entries, entry{})
	}
	s.entries[i] = entry{print: p, refs: 1}
	v.entries = append(v.entries, i)
	s.longest = max(s.longest, int(p.length))
	s.odd = s.odd || p.flags&loose != 0
	r := makeRef(int(p.length), p.check, i)
	at, _ = slices.BinarySearch(group, r)
	st.heads[p.anchor] = slices.Insert(group, at, r)
	if st.steps == nil {
		st.steps = makeSteps(&s.k, st.fold)
	}
	if st.set++; st.bits == nil || st.set*bitsPerAnchor > len(st.bits)*64 && len(st.bits)*64 < 1<<bitmapMax {
		st.rebuild(&s.k)
	} else {
		st.mark(&s.k, p.anchor, p.length < anchorSize)
	}
	st.count++
}

// unlink forgets an entry. Its bit in the bitmap stays until that is made
// anew: it costs a look-up where it is met.
func (s *Set) unlink(i int32) {
	e := &s.entries[i]
	st := &s.streams[0]
	if e.flags&raws != 0 {
		st = &s.streams[1]
	}
	group := st.heads[e.anchor]
	at, _ := slices.BinarySearch(group, makeRef(int(e.length), e.check, i))
	if group = slices.Delete(group, at, at+1); len(group) > 0 {
		st.heads[e.anchor] = group
	} else {
		delete(st.heads, e.anchor)
	}
	if st.count--; st.count == 0 {
		st.bits, st.set = nil, 0
	} else if st.set > 2*len(st.heads)+1<<10 {
		st.rebuild(&s.k)
	}
	*e = entry{}
	s.free = append(s.free, i)
}

// rebuild makes the bitmap anew, twice as large as the anchors need.
func (st *stream) rebuild(k *keyed) {
	size := uint(bitmapMin)
	for size < bitmapMax && 1<<size < 2*bitsPerAnchor*len(st.heads) {
		size++
	}
	st.bits, st.shift, st.set = make([]uint64, 1<<(size-6)), 64-size, len(st.heads)
	for anchor, group := range st.heads { // in order of their lengths
		if group[0].length() < anchorSize {
			st.mark(k, anchor, true)
		}
		if group[len(group)-1].length() >= anchorSize {
			st.mark(k, anchor, false)
		}
	}
}

// mark sets three bits for an anchor: one that stands for it, and one for each
// place at which bytes of it are looked up, of which the search sees every
// other.
func (st *stream) mark(k *keyed, anchor uint64, short bool) {
	size, gram := anchorSize, longGram
	if short {
		size, gram = shortSize, shortGram
	}
	first := k.unmix(anchor)
	st.set1(first)
	w := bits.ReverseBytes64(k.bytes(first, size) << (64 - 8*size)) // the first byte lowest, as in a block
	st.set1(k.first(w, gram))
	st.set1(k.first(w>>8, gram))
}

func (st *stream) set1(product uint64) {
	at := product >> st.shift
	st.bits[at>>6] |= 1 << (at & 63)
}
