package wire

import (
	"encoding/binary"
	"io"
	"math"
)

// A Reader reads primitives from a bounded payload, which it does not change.
// The first error sticks; reads after it return zero values. It is not safe
// for concurrent use.
type Reader struct {
	Err    error
	Budget int // bytes of memory that reads may still allocate

	b   []byte
	off int // where the next value begins, or the one that could not be read
}

// NewReader returns a Reader of b that allocates no more than budget bytes.
func NewReader(b []byte, budget int) *Reader { return &Reader{Budget: budget, b: b} }

// Reset makes r the Reader that NewReader returns.
func (r *Reader) Reset(b []byte, budget int) { *r = Reader{Budget: budget, b: b} }

// Offset returns how many bytes have been read.
func (r *Reader) Offset() int { return r.off }

// Left returns how many bytes are left.
func (r *Reader) Left() int { return len(r.b) - r.off }

// Rest returns the bytes that have not been read. They are the payload's own.
func (r *Reader) Rest() []byte { return r.b[r.off:len(r.b):len(r.b)] }

// Fail makes err the reader's error, if it has none.
func (r *Reader) Fail(err error) {
	if r.Err == nil && err != nil {
		r.Err = err
	}
}

// Charge takes n bytes off the budget. It reports whether they were there.
func (r *Reader) Charge(n int) bool {
	if r.Err != nil {
		return false
	}
	if n < 0 || n > r.Budget {
		r.Fail(ErrBudget)
		return false
	}
	r.Budget -= n
	return true
}

// Peek returns the first byte of the next value without reading it, or 0 after
// an error. That there is no next value is an error.
func (r *Reader) Peek() byte {
	if r.Err != nil {
		return 0
	}
	if r.off >= len(r.b) {
		r.Err = io.ErrUnexpectedEOF
		return 0
	}
	return r.b[r.off]
}

// Type returns the type of the next value without reading it.
func (r *Reader) Type() Type {
	c := r.Peek()
	if r.Err != nil {
		return TypeNone
	}
	return codes[c].typ
}

// Nil reports whether a nil is next, and reads it if so.
func (r *Reader) Nil() bool {
	if r.Peek() != codeNil {
		return false
	}
	r.off++
	return true
}

// Bool reads a boolean.
func (r *Reader) Bool() bool {
	c := r.Peek()
	if c != codeFalse && c != codeTrue {
		r.Fail(ErrSyntax)
		return false
	}
	r.off++
	return c == codeTrue
}

// Int reads an integer that fits an int64.
func (r *Reader) Int() int64 {
	if r.Err == nil && r.off < len(r.b) {
		if c := int8(r.b[r.off]); c >= minFixInt {
			r.off++
			return int64(c)
		}
	}
	return r.long()
}

// long reads an integer of any size.
func (r *Reader) long() int64 {
	if r.Peek(); r.Err != nil {
		return 0
	}
	v, size, err := integer(r.b[r.off:])
	r.Fail(err)
	r.off += size
	return v
}

// integer returns the integer at the beginning of b, which is not empty, and
// how many bytes it takes: none if there is an error.
func integer(b []byte) (v int64, size int, err error) {
	switch c := b[0]; c {
	case codeUint8:
		if len(b) >= 2 {
			return int64(b[1]), 2, nil
		}
	case codeUint16:
		if len(b) >= 3 {
			return int64(binary.BigEndian.Uint16(b[1:])), 3, nil
		}
	case codeUint32:
		if len(b) >= 5 {
			return int64(binary.BigEndian.Uint32(b[1:])), 5, nil
		}
	case codeUint64:
		if len(b) >= 9 {
			if v := binary.BigEndian.Uint64(b[1:]); v <= math.MaxInt64 {
				return int64(v), 9, nil
			}
			return 0, 0, ErrSyntax
		}
	case codeInt8:
		if len(b) >= 2 {
			return int64(int8(b[1])), 2, nil
		}
	case codeInt16:
		if len(b) >= 3 {
			return int64(int16(binary.BigEndian.Uint16(b[1:]))), 3, nil
		}
	case codeInt32:
		if len(b) >= 5 {
			return int64(int32(binary.BigEndian.Uint32(b[1:]))), 5, nil
		}
	case codeInt64:
		if len(b) >= 9 {
			return int64(binary.BigEndian.Uint64(b[1:])), 9, nil
		}
	default:
		if int8(c) < minFixInt {
			return 0, 0, ErrSyntax
		}
		return int64(int8(c)), 1, nil
	}
	return 0, 0, io.ErrUnexpectedEOF
}

// Uint reads an integer that is not negative.
func (r *Reader) Uint() uint64 {
	if r.Peek() == codeUint64 && r.Left() >= 9 {
		v := binary.BigEndian.Uint64(r.b[r.off+1:])
		r.off += 9
		return v
	}
	v := r.Int()
	if v < 0 {
		r.Fail(ErrSyntax)
		return 0
	}
	return uint64(v)
}

// Float reads a float64 or an integer.
func (r *Reader) Float() float64 {
	if r.Peek() != codeFloat64 {
		return float64(r.Int())
	}
	if r.Left() < 9 {
		r.Fail(io.ErrUnexpectedEOF)
		return 0
	}
	v := math.Float64frombits(binary.BigEndian.Uint64(r.b[r.off+1:]))
	r.off += 9
	return v
}

// String reads a string.
func (r *Reader) String() string {
	from, to := r.span(TypeString, TypeString)
	if !r.Charge(to - from) {
		return ""
	}
	r.off = to
	return string(r.b[from:to])
}

// Bin reads bytes.
func (r *Reader) Bin() []byte {
	from, to := r.span(TypeBin, TypeBin)
	if !r.Charge(to - from) {
		return nil
	}
	r.off = to
	b := make([]byte, to-from)
	copy(b, r.b[from:to])
	return b
}

// View reads a string or bytes without a copy or a charge: what it returns is
// part of the payload, and valid as long as that is not changed.
func (r *Reader) View() []byte {
	from, to := r.span(TypeString, TypeBin)
	if r.Err != nil {
		return nil
	}
	r.off = to
	return r.b[from:to:to]
}

// span returns where the bytes of the next value are, which must be of one of
// two types.
func (r *Reader) span(one, other Type) (from, to int) {
	c := r.Peek()
	if r.Err != nil {
		return 0, 0
	}
	if t := codes[c].typ; t != one && t != other {
		r.Err = ErrSyntax
		return 0, 0
	}
	n, head := length(r.b[r.off:])
	if head == 0 || uint64(n) > uint64(r.Left()-head) {
		r.Err = io.ErrUnexpectedEOF
		return 0, 0
	}
	from = r.off + head
	return from, from + int(n)
}

// length returns the length that is in the head at the beginning of b, of a
// string, bytes, array or map, and how long that head is: 0 if it is cut.
func length(b []byte) (n uint32, head int) {
	c := b[0]
	head = int(codes[c].head)
	switch {
	case head > len(b):
		return 0, 0
	case head == 2:
		return uint32(b[1]), head
	case head == 3:
		return uint32(binary.BigEndian.Uint16(b[1:])), head
	case head == 5:
		return binary.BigEndian.Uint32(b[1:]), head
	case c >= codeFixStr:
		return uint32(c & maxFixStr), head
	}
	return uint32(c & maxFixList), head
}

// Array reads the head of an array. Its elements take a byte each at least, so
// a length over the bytes left is an error; size is what an element takes in
// memory, and is charged.
func (r *Reader) Array(size int) int { return r.list(TypeArray, 1, size) }

// Map reads the head of a map.
func (r *Reader) Map() int { return r.list(TypeMap, 2, 0) }

// list reads the head of a list whose elements take a number of bytes each at
// least, and size in memory.
func (r *Reader) list(t Type, bytes, size int) int {
	c := r.Peek()
	if r.Err != nil {
		return 0
	}
	if codes[c].typ != t {
		r.Err = ErrSyntax
		return 0
	}
	n, head := length(r.b[r.off:])
	if head == 0 || uint64(n) > uint64((r.Left()-head)/bytes) {
		r.Err = io.ErrUnexpectedEOF
		return 0
	}
	if size != 0 && int(n) > r.Budget/size {
		r.Err = ErrBudget
		return 0
	}
	r.Budget -= int(n) * size
	r.off += head
	return int(n)
}

// Skip reads one value of any kind, nested no deeper than depth. It allocates
// nothing for what is no deeper than 16.
func (r *Reader) Skip(depth int) {
	if r.Err != nil {
		return
	}
	var shallow [16]int
	outer := shallow[:0] // values left at each of the levels around this one
	for left := 1; ; left-- {
		for ; left == 0; outer = outer[:len(outer)-1] {
			if len(outer) == 0 {
				return
			}
			left = outer[len(outer)-1]
		}
		if r.off >= len(r.b) {
			r.Err = io.ErrUnexpectedEOF
			return
		}
		k := codes[r.b[r.off]]
		if k.typ < TypeString {
			switch {
			case k.typ == TypeNone: // extension types are not part of the format
				r.Err = ErrSyntax
				return
			case int(k.head) > r.Left():
				r.Err = io.ErrUnexpectedEOF
				return
			}
			r.off += int(k.head)
			continue
		}
		n := r.skipHead(k)
		if r.Err != nil {
			return
		}
		if n > 0 {
			if len(outer) >= depth {
				r.Err = ErrDepth
				return
			}
			outer = append(outer, left-1)
			left = n + 1 // the loop takes one off
		}
	}
}

// skipHead reads a string or bytes, or the head of an array or map, and
// returns how many values that holds.
func (r *Reader) skipHead(k code) int {
	n, head := length(r.b[r.off:])
	room := r.Left() - head
	if k.typ == TypeMap {
		room /= 2
	}
	if head == 0 || uint64(n) > uint64(room) {
		r.Err = io.ErrUnexpectedEOF
		return 0
	}
	r.off += head
	switch k.typ {
	case TypeArray:
		return int(n)
	case TypeMap:
		return 2 * int(n)
	}
	r.off += int(n)
	return 0
}
