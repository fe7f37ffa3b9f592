// Package jsonscan cuts JSON (RFC 8259) into tokens and values as they stream
// in. It is strict, but for what JavaScript lets through: escapes of lone
// surrogates, bytes that are not UTF-8, which stay as they are, and names that
// come twice. Texts that follow each other need nothing between them.
package jsonscan

import (
	"errors"
	"io"
)

// ErrSyntax says that the input is no JSON, or nests deeper than MaxDepth.
var ErrSyntax = errors.New("invalid JSON")

// MaxDepth is how many arrays and objects may be open at a time.
const MaxDepth = 10_000

const (
	firstBuffer = 4 << 10
	fullBuffer  = 32 << 10 // more only for a value that is longer
)

// state is what may come next.
type state uint8

const (
	atTop       state = iota // a value outside of all arrays and objects
	atFirst                  // the first element of an array, or its end
	atNext                   // a comma and an element, or the end
	atFirstName              // the first name in an object, or its end
	atNextName               // a comma and a name, or the end
	atValue                  // a colon and the value of a member
)

// What comes before the next value or name, what else can come instead, and the
// state after it, by state.
var (
	delimiters = [...]byte{atNext: ',', atNextName: ',', atValue: ':'}
	closers    = [...]byte{atFirst: ']', atNext: ']', atFirstName: '}', atNextName: '}', atValue: 0}
	after      = [...]state{atTop: atTop, atFirst: atNext, atNext: atNext, atFirstName: atValue, atNextName: atValue, atValue: atNextName}
)

// A Scanner reads tokens and values from a stream of JSON texts. Time is linear
// in the input, memory in the longest value; nothing recurses.
//
// The first error sticks. It is io.EOF at the end of the input between two
// texts, io.ErrUnexpectedEOF at the end within one, ErrSyntax, or the error of
// the underlying reader.
//
// A Scanner is not safe for concurrent use.
type Scanner struct {
	r    io.Reader // nil: all there is is in buf
	buf  []byte
	base int64 // offset of buf[0] in the input
	keep int   // bytes before are of no use any more
	pos  int   // end of what has been read; can be before buf
	at   int   // start of the next token, where kind is set

	kind  byte // of the next token; 0 is not known yet
	state state
	outer []state // where the arrays and objects around go on
	held  bool    // keep is the start of a value that is being read
	err   error
}

// New returns a Scanner that reads from r.
func New(r io.Reader) *Scanner { return &Scanner{r: r} }

// Of returns a Scanner of text, which must not change.
func Of(text []byte) *Scanner { return &Scanner{buf: text} }

// Valid reports whether text is one JSON text.
func Valid(text []byte) bool {
	s := Of(text)
	if s.Skip() != nil {
		return false
	}
	s.Peek()
	return s.err == io.EOF
}

// KindOf returns the kind of a value as Peek does, 0 for none.
func KindOf(value []byte) byte {
	if len(value) == 0 {
		return 0
	}
	return kinds[value[0]]
}

// kinds are the kinds of value by their first byte.
var kinds = [256]byte{
	'{': '{', '[': '[', '"': '"', 't': 't', 'f': 'f', 'n': 'n', '-': '0',
	'0': '0', '1': '0', '2': '0', '3': '0', '4': '0', '5': '0', '6': '0', '7': '0', '8': '0', '9': '0',
}

// Peek returns the kind of the next token: the first character of it, for a
// number the digit 0. The zero byte is none; reading tells the error.
func (s *Scanner) Peek() byte {
	if s.kind == 0 {
		s.look()
	}
	return s.kind
}

// look finds the next token.
func (s *Scanner) look() {
	if s.err != nil {
		return
	}
	p := s.pos
	if p >= len(s.buf) || s.buf[p] <= ' ' {
		if p = s.space(p); s.err != nil {
			return
		}
	}
	c := s.buf[p]
	switch d := delimiters[s.state]; {
	case c == closers[s.state] && c != 0:
		s.found(p, c)
		return
	case d == 0:
	case d != c:
		s.err = ErrSyntax
		return
	default:
		if p++; p >= len(s.buf) || s.buf[p] <= ' ' {
			if p = s.space(p); s.err != nil {
				return
			}
		}
		c = s.buf[p]
	}
	kind := kinds[c]
	if kind != '"' && (kind == 0 || s.state == atFirstName || s.state == atNextName) {
		s.err = ErrSyntax
		return
	}
	s.found(p, kind)
}

func (s *Scanner) found(p int, kind byte) {
	s.at, s.kind = p, kind
	if !s.held {
		s.keep = p
	}
}

// read says that the token that is next, or the value, ends at p.
func (s *Scanner) read(p int) {
	s.pos, s.kind, s.state = p, 0, after[s.state]
}

// space returns the place of the first byte from p on that is no white space.
func (s *Scanner) space(p int) int {
	for {
		for ; p < len(s.buf); p++ {
			if c := s.buf[p]; c != ' ' && c != '\n' && c != '\r' && c != '\t' {
				return p
			}
		}
		if !s.held {
			s.keep = p
		}
		var err error
		if p, err = s.more(p); err != nil {
			if err == io.EOF && len(s.outer) > 0 {
				err = io.ErrUnexpectedEOF
			}
			s.err = err
			return p
		}
	}
}

// Delim reads the { } [ or ] that is next.
func (s *Scanner) Delim() error {
	inner := atFirst
	switch s.Peek() {
	case '{':
		inner = atFirstName
		fallthrough
	case '[':
		if len(s.outer) == MaxDepth {
			return s.fail(ErrSyntax)
		}
		s.read(s.at + 1)
		s.outer = append(s.outer, s.state)
		s.state = inner
	case '}', ']':
		s.read(s.at + 1)
		s.state = s.outer[len(s.outer)-1]
		s.outer = s.outer[:len(s.outer)-1]
	default:
		return s.fail(ErrSyntax)
	}
	return nil
}

// Name reads the name of the next member of an object, as a string literal; nil
// is the end of the object, which has been read then.
func (s *Scanner) Name() ([]byte, error) {
	if s.Peek() == '}' {
		return nil, s.Delim()
	}
	return s.Value()
}

// Value reads the next value, or name of a member, and returns its text, with
// the white space that is in it. The text is valid until the Scanner is used
// again.
func (s *Scanner) Value() ([]byte, error) {
	switch s.Peek() {
	case '"': // mostly without escapes, and in the buffer
		if p := plain(s.buf, s.at+1); p < len(s.buf) && s.buf[p] == '"' {
			s.read(p + 1)
			return s.buf[s.at : p+1 : p+1], nil
		}
	case '{', '[':
		before := s.base + int64(s.pos)
		s.held = true
		err := s.whole()
		s.held = false
		if err != nil {
			s.pos = int(before - s.base) // nothing of it has been read
			return nil, err
		}
		return s.buf[s.keep:s.pos:s.pos], nil
	}
	if err := s.scalar(); err != nil {
		return nil, err
	}
	return s.buf[s.at:s.pos:s.pos], nil
}

// Skip reads the next value, of any length, and forgets it.
func (s *Scanner) Skip() error {
	if k := s.Peek(); k == '{' || k == '[' {
		return s.whole()
	}
	return s.scalar()
}

// whole reads an array or object.
func (s *Scanner) whole() error {
	for depth := len(s.outer); ; {
		var err error
		switch s.Peek() {
		case '{', '[':
			err = s.Delim()
		case '}', ']':
			if err = s.Delim(); len(s.outer) == depth {
				return err
			}
		default:
			err = s.scalar()
		}
		if err != nil {
			return err
		}
	}
}

// scalar reads a string, number, true, false or null.
func (s *Scanner) scalar() error {
	var p int
	var err error
	switch s.Peek() {
	case '"':
		p, err = s.str(s.at + 1)
	case '0':
		p, err = s.number(s.at)
	case 't':
		p, err = s.literal(s.at, "true")
	case 'f':
		p, err = s.literal(s.at, "false")
	case 'n':
		p, err = s.literal(s.at, "null")
	default:
		err = ErrSyntax
	}
	if err != nil {
		return s.fail(err)
	}
	s.read(p)
	return nil
}

// fail makes err the error of all that follows, unless there is one already.
func (s *Scanner) fail(err error) error {
	if s.err == nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		s.err = err
	}
	s.kind = 0
	return s.err
}

// Offset returns how many bytes of the input lie before the end of what was
// read last.
func (s *Scanner) Offset() int64 { return s.base + int64(s.pos) }

// Depth returns how many arrays and objects are open.
func (s *Scanner) Depth() int { return len(s.outer) }

// more reads more input, at least a byte, and returns where the byte at p is
// now. io.EOF is the end.
func (s *Scanner) more(p int) (int, error) {
	if s.r == nil {
		return p, io.EOF
	}
	if k := s.keep; k > 0 {
		s.buf = s.buf[:copy(s.buf, s.buf[k:])]
		s.base += int64(k)
		s.pos, s.at, s.keep, p = s.pos-k, s.at-k, 0, p-k
	}
	if size := cap(s.buf); len(s.buf) >= size/2 || size < fullBuffer && s.base >= int64(size) {
		buf := make([]byte, len(s.buf), max(firstBuffer, 2*size))
		copy(buf, s.buf)
		s.buf = buf
	}
	for range 100 {
		n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
		if n > 0 {
			return p, nil
		}
		if err != nil {
			return p, err
		}
	}
	return p, io.ErrNoProgress
}
