package wire

import (
	"bytes"
	"errors"
	"io"
	"math"
	"unsafe"

	"github.com/vmihailenco/msgpack/v5"
	"github.com/vmihailenco/msgpack/v5/msgpcode"
)

// The reasons why a read fails.
var (
	ErrSyntax = errors.New("not the MessagePack value that belongs here")
	ErrBudget = errors.New("over the memory budget")
	ErrDepth  = errors.New("nested too deep")
)

// A Reader reads primitives from a bounded payload. The first error sticks;
// reads after it return zero values. It is not safe for concurrent use.
type Reader struct {
	Err    error
	Budget int // bytes of memory that reads may still allocate

	src bytes.Reader
	dec *msgpack.Decoder
	len int
}

// NewReader returns a Reader of b that allocates no more than budget bytes.
func NewReader(b []byte, budget int) *Reader {
	r := &Reader{Budget: budget, len: len(b)}
	r.src.Reset(b)
	r.dec = msgpack.NewDecoder(&r.src)
	return r
}

// Offset returns how many bytes have been read.
func (r *Reader) Offset() int { return r.len - r.src.Len() }

// Left returns how many bytes are left.
func (r *Reader) Left() int { return r.src.Len() }

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

// check takes the error of a primitive call. The library's own errors are not
// kept: some of them quote what they read.
func (r *Reader) check(err error) bool {
	if err == nil {
		return r.Err == nil
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		r.Fail(io.ErrUnexpectedEOF)
	} else {
		r.Fail(ErrSyntax)
	}
	return false
}

func (r *Reader) peek() byte {
	if r.Err != nil {
		return 0
	}
	c, err := r.dec.PeekCode()
	if !r.check(err) {
		return 0
	}
	return c
}

// Nil reports whether a nil is next, and reads it if so.
func (r *Reader) Nil() bool {
	if r.peek() != msgpcode.Nil || r.Err != nil {
		return false
	}
	return r.check(r.dec.DecodeNil())
}

// Bool reads a boolean.
func (r *Reader) Bool() bool {
	switch r.peek() {
	case msgpcode.True, msgpcode.False:
		v, err := r.dec.DecodeBool()
		return r.check(err) && v
	}
	r.Fail(ErrSyntax)
	return false
}

func isInt(c byte) bool {
	return msgpcode.IsFixedNum(c) || c >= msgpcode.Uint8 && c <= msgpcode.Uint64 || c >= msgpcode.Int8 && c <= msgpcode.Int64
}

// Int reads an integer that fits an int64.
func (r *Reader) Int() int64 {
	c := r.peek()
	if r.Err != nil {
		return 0
	}
	if !isInt(c) {
		r.Fail(ErrSyntax)
		return 0
	}
	if c == msgpcode.Uint64 {
		if v := r.Uint(); v <= math.MaxInt64 {
			return int64(v)
		}
		r.Fail(ErrSyntax)
		return 0
	}
	v, err := r.dec.DecodeInt64()
	if !r.check(err) {
		return 0
	}
	return v
}

// Uint reads an integer that is not negative.
func (r *Reader) Uint() uint64 {
	c := r.peek()
	if r.Err != nil {
		return 0
	}
	switch {
	case c <= msgpcode.PosFixedNumHigh, c >= msgpcode.Uint8 && c <= msgpcode.Uint64:
		v, err := r.dec.DecodeUint64()
		if r.check(err) {
			return v
		}
	case isInt(c):
		if v := r.Int(); v >= 0 {
			return uint64(v)
		}
		r.Fail(ErrSyntax)
	default:
		r.Fail(ErrSyntax)
	}
	return 0
}

// Float reads a float64 or an integer.
func (r *Reader) Float() float64 {
	c := r.peek()
	if r.Err != nil {
		return 0
	}
	if c == msgpcode.Double {
		v, err := r.dec.DecodeFloat64()
		if r.check(err) {
			return v
		}
		return 0
	}
	return float64(r.Int())
}

func isString(c byte) bool {
	return msgpcode.IsFixedString(c) || c >= msgpcode.Str8 && c <= msgpcode.Str32
}

func isBin(c byte) bool { return c >= msgpcode.Bin8 && c <= msgpcode.Bin32 }

// String reads a string.
func (r *Reader) String() string {
	c := r.peek()
	if r.Err == nil && !isString(c) {
		r.Fail(ErrSyntax)
	}
	b := r.bytes() // fresh, and nobody else's
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// Bin reads bytes.
func (r *Reader) Bin() []byte {
	c := r.peek()
	if r.Err == nil && !isBin(c) {
		r.Fail(ErrSyntax)
	}
	return r.bytes()
}

func (r *Reader) bytes() []byte {
	if r.Err != nil {
		return nil
	}
	n, err := r.dec.DecodeBytesLen()
	if !r.check(err) {
		return nil
	}
	if n < 0 || n > r.Left() {
		r.Fail(io.ErrUnexpectedEOF)
		return nil
	}
	if !r.Charge(n) {
		return nil
	}
	b := make([]byte, n)
	if !r.check(r.dec.ReadFull(b)) {
		return nil
	}
	return b
}

// Array reads the head of an array. Its elements take a byte each at least, so
// a length over the bytes left is an error; size is what an element takes in
// memory, and is charged.
func (r *Reader) Array(size int) int {
	c := r.peek()
	if r.Err != nil {
		return 0
	}
	if !msgpcode.IsFixedArray(c) && c != msgpcode.Array16 && c != msgpcode.Array32 {
		r.Fail(ErrSyntax)
		return 0
	}
	n, err := r.dec.DecodeArrayLen()
	return r.length(n, err, 1, size)
}

// Map reads the head of a map.
func (r *Reader) Map() int {
	c := r.peek()
	if r.Err != nil {
		return 0
	}
	if !msgpcode.IsFixedMap(c) && c != msgpcode.Map16 && c != msgpcode.Map32 {
		r.Fail(ErrSyntax)
		return 0
	}
	n, err := r.dec.DecodeMapLen()
	return r.length(n, err, 2, 0)
}

func (r *Reader) length(n int, err error, bytes, size int) int {
	if !r.check(err) {
		return 0
	}
	if n < 0 || n > r.Left()/bytes {
		r.Fail(io.ErrUnexpectedEOF)
		return 0
	}
	if !r.Charge(n * size) {
		return 0
	}
	return n
}

// Skip reads one value of any kind, nested no deeper than depth.
func (r *Reader) Skip(depth int) {
	// left counts the values still to be skipped at each level.
	stack := []int{1}
	for len(stack) > 0 && r.Err == nil {
		top := len(stack) - 1
		if stack[top] == 0 {
			stack = stack[:top]
			continue
		}
		stack[top]--
		if n := r.skipOne(); n > 0 {
			if len(stack) > depth {
				r.Fail(ErrDepth)
				return
			}
			stack = append(stack, n)
		}
	}
}

// skipOne reads a scalar, or the head of an array or map, and returns how many
// values that holds.
func (r *Reader) skipOne() int {
	c := r.peek()
	if r.Err != nil {
		return 0
	}
	switch {
	case msgpcode.IsFixedArray(c), c == msgpcode.Array16, c == msgpcode.Array32:
		return r.Array(0)
	case msgpcode.IsFixedMap(c), c == msgpcode.Map16, c == msgpcode.Map32:
		return 2 * r.Map()
	case isString(c), isBin(c):
		n, err := r.dec.DecodeBytesLen()
		if !r.check(err) {
			return 0
		}
		if n < 0 || n > r.Left() {
			r.Fail(io.ErrUnexpectedEOF)
			return 0
		}
		_, err = r.src.Seek(int64(n), io.SeekCurrent)
		r.check(err)
	case isInt(c):
		if c == msgpcode.Uint64 {
			r.Uint()
		} else {
			r.Int()
		}
	case c == msgpcode.Double:
		r.Float()
	case c == msgpcode.Float:
		_, err := r.dec.DecodeFloat32()
		r.check(err)
	case c == msgpcode.True, c == msgpcode.False:
		r.Bool()
	case c == msgpcode.Nil:
		r.Nil()
	default: // extension types are not part of the format
		r.Fail(ErrSyntax)
	}
	return 0
}

// Type is the type of a value in MessagePack.
type Type uint8

// The types, as far as the format uses them.
const (
	TypeNone Type = iota // nothing that belongs in a tape
	TypeNil
	TypeBool
	TypeInt
	TypeFloat
	TypeString
	TypeBin
	TypeArray
	TypeMap
)

// Type returns the type of the next value without reading it.
func (r *Reader) Type() Type {
	c := r.peek()
	switch {
	case r.Err != nil:
		return TypeNone
	case c == msgpcode.Nil:
		return TypeNil
	case c == msgpcode.True, c == msgpcode.False:
		return TypeBool
	case isInt(c):
		return TypeInt
	case c == msgpcode.Double, c == msgpcode.Float:
		return TypeFloat
	case isString(c):
		return TypeString
	case isBin(c):
		return TypeBin
	case msgpcode.IsFixedArray(c), c == msgpcode.Array16, c == msgpcode.Array32:
		return TypeArray
	case msgpcode.IsFixedMap(c), c == msgpcode.Map16, c == msgpcode.Map32:
		return TypeMap
	}
	return TypeNone
}
