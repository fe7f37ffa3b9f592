package echo

import (
	"cmp"
	"encoding/binary"
	"slices"
	"unicode/utf8"
)

// A Span is a part of a text that holds an echo: bytes From to To. It begins
// and ends between runes, and holds whole escapes of what encodes the echo.
type Span struct {
	From, To int
	Form     Form
	Secret   bool // an echo of a Secret
}

// Find appends the parts of text that are echoes to dst: in order, and none
// overlaps another. The text may be put together from several; what stands
// between them is then as near as in the text.
//
// If text needs more work than its length allows, all of it is one Span, an
// FormOverrun.
func (s *Set) Find(dst []Span, text string) []Span {
	if len(s.values) == 0 || len(text) < blockSize && s.clear(text) {
		return dst
	}
	n := len(dst)
	f := finder{set: s, spans: dst, budget: budget(text)}
	f.view(text, 0)
	if f.budget < 0 {
		return append(f.spans[:n], Span{To: len(text), Form: FormOverrun})
	}
	return f.spans[:n+merge(f.spans[n:])]
}

// Contains reports whether text holds an echo.
func (s *Set) Contains(text string) bool {
	if len(s.values) == 0 || len(text) < blockSize && s.clear(text) {
		return false
	}
	f := finder{set: s, budget: budget(text), one: true}
	f.view(text, 0)
	return f.budget < 0 || f.found
}

// clear reports whether it is seen at a glance that text, of less than a block,
// holds no echo, as most short strings: it is ASCII, nothing in it is encoded, no
// anchor is in it.
func (s *Set) clear(text string) bool {
	if len(text) < minNeedle {
		return true
	}
	var b block64
	st := &s.streams[0]
	special := byte(0)
	for i := range len(text) {
		special |= specials[text[i]]
	}
	n, ones := fillASCII(&b, &alnumStep, text)
	if special != 0 || st.bits != nil && st.sift(&s.k, &b, firstGram, n) >= 0 {
		return false
	}
	if runs := ones & (ones >> 1); runs != 0 {
		runs &= runs >> 2
		if runs &= runs >> 4; runs != 0 && mayBeEncoded(text) {
			return false
		}
	}
	if st = &s.streams[1]; st.bits != nil {
		n, _ = fillASCII(&b, &rawStep, text)
		return st.sift(&s.k, &b, firstGram, n) < 0
	}
	return true
}

// specials are not 0 for what escapes begin with and what is not ASCII.
var specials [256]byte

func init() {
	for c := range specials {
		if escapes[c] || c >= utf8.RuneSelf {
			specials[c] = 1
		}
	}
}

// budget is the work that a text may cause where its anchors are met: bytes to
// walk back over, lengths to compare, and tags.
func budget(text string) int { return 8*len(text) + 1<<14 }

const (
	lengthCost = 4
	tagCost    = 64
)

// merge sorts spans, joins those that overlap, and returns how many are left.
func merge(spans []Span) int {
	if len(spans) < 2 {
		return len(spans)
	}
	slices.SortFunc(spans, func(a, b Span) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(b.To, a.To), cmp.Compare(a.Form, b.Form))
	})
	n := 0
	for _, next := range spans[1:] {
		last := &spans[n]
		if next.From < last.To {
			last.To = max(last.To, next.To)
			last.Secret = last.Secret || next.Secret
			continue
		}
		n++
		spans[n] = next
	}
	return n + 1
}

// A finder is one search.
type finder struct {
	set    *Set
	spans  []Span
	budget int
	latin  bool // what is searched was decoded
	one    bool // the first echo is enough: it is not a span
	found  bool
	seen   [16]struct{ quick, tag uint64 } // tags that were computed
}

// maxDepth is how many layers of encoding are taken off.
const maxDepth = 3

func (f *finder) done() bool {
	return f.budget < 0 || f.one && f.found
}

// view appends the echoes in text, which was decoded depth times.
func (f *finder) view(text string, depth int) {
	f.latin = depth > 0
	encoded := &runs{depth: depth}
	if depth >= maxDepth {
		encoded = nil
	}
	for from := 0; from < len(text) && !f.done(); {
		to, next := len(text), len(text)
		if len(text)-from >= minMedia {
			to, next = media(text, from)
		}
		f.scan(&f.set.streams[0], text, from, to, encoded)
		if f.set.streams[1].bits != nil && !f.done() {
			f.scan(&f.set.streams[1], text, from, to, nil)
		}
		from = next
	}
	if depth < maxDepth && !f.done() {
		f.unescape(text, depth)
	}
	f.latin = depth > 1 // as it is around this view
}

// scan looks for the anchors of a stream in text[from:to].
func (f *finder) scan(st *stream, text string, from, to int, encoded *runs) {
	text = text[:to] // nothing is found that reaches into a picture
	k := &f.set.k
	l := loop{steps: st.steps, bits: st.bits, shift: st.shift, mask: k.mask, long: never}
	if st.bits == nil {
		l.bits, l.shift = noBits[:], 64-noBitsLog
	}
	if encoded != nil {
		l.long = minRun
	}
	for l.i = from; ; {
		l.run(text)
		i := l.i
		switch {
		case l.at == anchor:
			if f.look(st, text, i, 0, k.mix(k.first(l.w, anchorSize))); f.done() {
				return
			}
			continue
		case l.at == wordEnd || i == len(text):
			if h := k.first(l.w, shortSize); l.test(h) {
				f.look(st, text, i, 0, k.mix(h))
			}
			if i == len(text) || f.done() {
				return
			}
			s := &l.steps[text[i]]
			l.i, l.n = i+1, (l.n+s.length)&s.keep
			continue
		case text[i] == '=':
			// The padding, as it may be, is read again.
			f.run(encoded, text, i-int(l.n))
			l.n = 0
		case text[i] < utf8.RuneSelf:
			f.run(encoded, text, i-int(l.n))
			l.n = -never
		default:
			for ; i < len(text) && text[i] >= utf8.RuneSelf && !f.done(); i = l.i {
				p, size := f.next(text, i)
				if p.class&skip == 0 && (p.class&alnum == 0 || p.class&wide != 0) {
					if h := k.first(l.w, shortSize); l.test(h) {
						f.look(st, text, i, 0, k.mix(h))
					}
				}
				l.i = i + size
				stream := p.alnum
				if st.domain == domainRaw {
					stream = p.raw
				}
				for n := range len(stream) {
					l.w = l.w<<8 | uint64(stream[n])
					if h := k.first(l.w, anchorSize); l.test(h) {
						f.look(st, text, l.i, len(stream)-1-n, k.mix(h))
					}
				}
			}
			l.n = 0
		}
		if f.done() {
			return
		}
	}
}

// never is no length of a run at all.
const never = 1 << 29

// A loop is the innermost of a search.
type loop struct {
	steps *[256]step
	bits  []uint64
	shift uint
	mask  uint64
	long  int32  // runs of base64's characters are stopped in when they are this long
	i     int    // what is read next
	n     int32  // the length of the open run
	w     uint64 // the stream before i, its last bytes in the low ones
	at    stop
}

// A step is what a byte of the text does to w, n and the bitmap's index. A byte
// that is not of the stream leaves w as it is, ends the run, and asks for the
// anchor of four bytes.
type step struct {
	mul, add uint64
	hash     uint64
	length   int32
	keep     int32 // -1, or 0 where the run ends
}

func makeSteps(k *keyed, fold *[256]uint32) *[256]step {
	var steps [256]step
	for c := range steps {
		s := &steps[c]
		switch b := byte(fold[c]); {
		case c >= utf8.RuneSelf:
			*s = step{mul: 1, length: 2*never - 1}
		case b == 0:
			*s = step{mul: 1, hash: k.m1 << (64 - 8*shortSize)}
		default:
			*s = step{mul: 1 << 8, add: uint64(b), hash: k.m1 << (64 - 8*anchorSize)}
		}
		if base64Value[c] != 0xFF {
			s.length, s.keep = 1, -1
		}
	}
	steps['='].length = 2
	return &steps
}

// A stop is why the loop stopped.
type stop uint8

const (
	elsewhere stop = iota // before what is not ASCII, in a long run, at the end of the text
	anchor                // behind the six bytes of an anchor
	wordEnd               // before what ends a word, behind an anchor of four bytes
)

// run reads on. It takes no branch that depends on where words end: that cannot
// be predicted, and would be most of its time.
func (l *loop) run(text string) {
	steps, bits, shift, mask, long := l.steps, l.bits, l.shift&63, l.mask, l.long
	i, n, w := l.i, l.n, l.w
	l.at = elsewhere
	for ; i < len(text); i++ {
		s := &steps[text[i]]
		next := n + s.length
		if next >= long {
			break
		}
		w = w*s.mul + s.add
		h := (w*s.hash + mask) >> shift
		if bits[h>>6]>>(h&63)&1 != 0 {
			if l.at = wordEnd; s.mul > 1 {
				l.at = anchor
				i++
				n = next
			}
			break
		}
		n = next & s.keep
	}
	l.i, l.n, l.w = i, n, w
}

// test reports whether the bit of an anchor is set.
func (l *loop) test(first uint64) bool {
	at := first >> l.shift
	return l.bits[at>>6]>>(at&63)&1 != 0
}

// noBits is the bitmap of a stream that nothing is in.
var noBits [1]uint64

const noBitsLog = 6

// look checks the forms of an anchor, if there are any.
func (f *finder) look(st *stream, text string, end, cut int, anchor uint64) {
	if group := st.heads[anchor]; len(group) > 0 {
		f.check(st, text, end, cut, group)
	}
}

// A block is a short text's stream, behind tailSize bytes, and room for what its
// last lookup reads. The text is of less than blockSize bytes.
const (
	blockSize = 64
	tailSize  = 8
	firstGram = tailSize - anchorSize + 1 // where the first lookup is
)

type block64 [256 + 8]byte

// fillASCII fills block and returns where the stream ends in it, notASCII or more
// if that is not, and a bit for each byte of b that may be of base64, the last in
// the lowest.
func fillASCII(block *block64, fold *[256]uint32, b string) (n int, ones uint64) {
	_, _ = block[0], fold[0]
	at := uint32(tailSize)
	for i := range len(b) {
		c := b[i]
		e := fold[c]
		block[at&0xFF] = byte(e)
		at += e >> 8
		ones = ones<<1 | uint64(base64Bit[c])
	}
	return int(at), ones
}

// sift returns the first of g, g+2, ... where an anchor may be around, or -1.
// Of any six bytes of the stream, five are looked up, of any four, three.
func (st *stream) sift(k *keyed, block *block64, g, n int) int {
	bits, shift, mask := st.bits, st.shift&63, k.mask
	five, three := k.m1<<(64-8*longGram), k.m1<<(64-8*shortGram)
	for ; g <= n-shortGram; g += 2 {
		w := binary.LittleEndian.Uint64(block[g&0xFF:])
		h := (w*five + mask) >> shift
		if bits[h>>6]>>(h&63)&1 != 0 {
			return g
		}
		h = (w*three + mask) >> shift
		if bits[h>>6]>>(h&63)&1 != 0 {
			return g
		}
	}
	return -1
}

// next returns the rune at text[i:], which is not ASCII, and its size. A byte
// that is not UTF-8 in what was decoded is taken for one of Latin-1.
func (f *finder) next(text string, i int) (*folded, int) {
	r, size := utf8.DecodeRuneInString(text[i:])
	if size == 1 && f.latin {
		r = rune(text[i])
	}
	return foldRune(r), size
}

// previous is next for the rune that ends at text[:i].
func (f *finder) previous(text string, i int) (*folded, int) {
	r, size := utf8.DecodeLastRuneInString(text[:i])
	if size == 1 && f.latin {
		r = rune(text[i-1])
	}
	return foldRune(r), size
}

// check appends the longest form of group, which have one anchor, that ends at
// text[:end] but for the last cut bytes of what the rune before is folded to.
func (f *finder) check(st *stream, text string, end, cut int, group []ref) {
	k := &f.set.k
	raw := st.domain == domainRaw
	var b block
	var quick uint64
	var g gap
	n, from := 0, -1
	found := Span{}
	last := class(0) // of the rune that the form ends with
	i, work := end, end
	for i > 0 {
		c, size, stream := text[i-1], 1, ""
		var cl class
		if c < utf8.RuneSelf {
			cl = classes[c]
			if c = byte(st.fold[c]); c == 0 {
				if !g.pass(cl) {
					break
				}
				i--
				continue
			}
		} else {
			var p *folded
			p, size = f.previous(text, i)
			cl, stream = p.class, p.alnum
			if raw {
				stream = p.raw
			}
			if stream == "" {
				if !g.pass(cl) {
					break
				}
				i -= size
				continue
			}
		}
		i -= size
		if n == 0 {
			if g.runes > 0 { // the end of this word was looked at where it is
				break
			}
			last, end = cl, i+size
		}
		g.close(n > 0)
		for j := max(len(stream), 1) - 1 - cut; j >= 0; j-- {
			if stream != "" {
				c = stream[j]
			}
			cut = 0
			b[message+n] = c
			n++
			quick = quick*k.poly + uint64(c) + 1
			if n < group[0].length() {
				continue
			}
			f.budget -= lengthCost
			want := makeRef(n, uint16(k.mix(quick)>>48), 0)
			at, _ := slices.BinarySearch(group, want)
			for ; at < len(group) && group[at]>>32 == want>>32; at++ {
				e := &f.set.entries[group[at].entry()]
				if !f.fits(e, text, i, end, cl, last, &g, n) {
					continue
				}
				seen := &f.seen[quick>>60]
				if key := quick + uint64(st.domain); seen.quick != key {
					f.budget -= tagCost
					seen.quick, seen.tag = key, k.tag(st.domain, &b, n)
				}
				if seen.tag == e.tag {
					from = i
					found.Form = e.form
					found.Secret = found.Secret || e.flags&secret != 0
				}
			}
			at, _ = slices.BinarySearch(group, makeRef(n+1, 0, 0))
			if group = group[at:]; len(group) == 0 {
				break
			}
		}
		if len(group) == 0 {
			break
		}
	}
	f.budget -= work - i
	if from < 0 {
		return
	}
	f.found = true
	if f.one {
		return
	}
	found.From, found.To = from, end
	for found.To < len(text) && text[found.To] >= utf8.RuneSelf { // the marks of its last letter
		p, size := f.next(text, found.To)
		if p.class&skip == 0 {
			break
		}
		found.To += size
	}
	f.spans = append(f.spans, found)
}

// A gap is what stands between the runes of a form, as far as it was read.
type gap struct {
	runes  int  // of the open gap; white space counts as one
	spaced bool // its last was white space
	gaps   int  // that are closed
	not    flags
	open   flags // of the open gap
}

// maxGap is how many runes may stand between two of the stream; maxLoose, where
// the value has more than that itself.
const (
	maxGap   = 3
	maxLoose = 256
)

// pass adds a rune to the open gap; false says that it is too wide for any form.
func (g *gap) pass(c class) bool {
	if c&skip != 0 {
		return true
	}
	if c&space == 0 || !g.spaced {
		g.runes++
	}
	g.spaced = c&space != 0
	g.open |= solid
	if c&line != 0 || c&(joint|group) == 0 || g.runes > 2 {
		g.open |= digits | amount
	} else if c&joint == 0 {
		g.open |= digits
	}
	if g.runes > maxGap {
		g.open |= loose
	}
	return g.runes <= maxLoose
}

// gapsOf returns the gaps of a value in its stream.
func gapsOf(s string, raw bool) (g gap) {
	inside := false
	for _, r := range s {
		if p := foldRune(r); p.alnum == "" && (!raw || p.raw == "") {
			g.pass(p.class)
		} else {
			g.close(inside)
			inside = true
		}
	}
	return g
}

// close ends the open gap, which is one if it is inside the form.
func (g *gap) close(inside bool) {
	if inside && g.runes > 0 {
		g.gaps++
		g.not |= g.open
	}
	g.runes, g.spaced, g.open = 0, false, 0
}

// fits reports whether the form e, of n bytes, may be text[from:end].
//
// Between digits at most two runes stand that group digits, and they group
// them: "1 2 3 4 5 6 7" is a list.
func (f *finder) fits(e *entry, text string, from, end int, first, last class, g *gap, n int) bool {
	fl := e.flags
	if fl&loose == 0 && g.not&loose != 0 {
		return false
	}
	if fl&solid != 0 && g.not&solid != 0 {
		return false
	}
	avoid := class(0)
	if fl&bound != 0 {
		avoid = alnum
	}
	if fl&edges != 0 {
		avoid = digit
	}
	if fl&digits != 0 {
		if fl&amount == 0 && g.not&digits != 0 || fl&amount != 0 && g.not&amount != 0 || g.gaps > n/2 {
			return false
		}
		if n < 9 {
			avoid = digit
		}
	}
	if avoid == 0 {
		return true
	}
	return (first&wide != 0 || f.before(text, from)&avoid == 0) && (last&wide != 0 || f.after(text, end)&avoid == 0)
}

// before returns the class of the rune that ends at text[:i], of which marks
// are part. Where no spaces are written every rune is a word.
func (f *finder) before(text string, i int) class {
	for i > 0 {
		c, size := classes[text[i-1]], 1
		if text[i-1] >= utf8.RuneSelf {
			var p *folded
			p, size = f.previous(text, i)
			c = p.class
		}
		switch {
		case c&wide != 0:
			return 0
		case c&skip == 0:
			return c
		}
		i -= size
	}
	return 0
}

// after is before for the rune at text[i:].
func (f *finder) after(text string, i int) class {
	for i < len(text) {
		c, size := classes[text[i]], 1
		if text[i] >= utf8.RuneSelf {
			var p *folded
			p, size = f.next(text, i)
			c = p.class
		}
		switch {
		case c&wide != 0:
			return 0
		case c&skip == 0:
			return c
		}
		i += size
	}
	return 0
}
