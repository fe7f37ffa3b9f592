package wire

import (
	"encoding/binary"
	"math"
	"slices"
)

// A Writer appends MessagePack to a buffer. The zero Writer is ready to use,
// and Reset makes it ready to be used again. Lengths in MessagePack have 32
// bits; that no string or list is longer is the caller's to see to. It is not
// safe for concurrent use.
type Writer struct {
	b []byte
}

// Len returns how many bytes are in the buffer.
func (w *Writer) Len() int { return len(w.b) }

// Bytes returns the buffer's content, which is valid until the next call.
func (w *Writer) Bytes() []byte { return w.b }

// Reset empties the buffer and keeps its memory.
func (w *Writer) Reset() { w.b = w.b[:0] }

// Grow makes room for n more bytes.
func (w *Writer) Grow(n int) { w.b = slices.Grow(w.b, n) }

// Truncate drops all but the first n bytes. It panics if there are fewer.
func (w *Writer) Truncate(n int) {
	if n > len(w.b) {
		panic("wire: truncation to more bytes than there are")
	}
	w.b = w.b[:n]
}

// Nil writes nil.
func (w *Writer) Nil() { w.b = append(w.b, codeNil) }

// Bool writes a boolean.
func (w *Writer) Bool(v bool) {
	c := byte(codeFalse)
	if v {
		c = codeTrue
	}
	w.b = append(w.b, c)
}

// Int writes an integer in its shortest form.
func (w *Writer) Int(v int64) {
	if uint64(v-minFixInt) <= maxFixInt-minFixInt {
		w.b = append(w.b, byte(v))
		return
	}
	w.long(v)
}

// long writes an integer of more than one byte.
func (w *Writer) long(v int64) {
	switch {
	case v >= 0 && v <= math.MaxUint8:
		w.b = append(w.b, codeUint8, byte(v))
	case v >= 0 && v <= math.MaxUint16:
		w.b = append(w.b, codeUint16, byte(v>>8), byte(v))
	case v >= 0 && v <= math.MaxUint32:
		w.Uint32(uint32(v))
	case v >= 0:
		w.Uint64(uint64(v))
	case v >= math.MinInt8:
		w.b = append(w.b, codeInt8, byte(v))
	case v >= math.MinInt16:
		w.b = append(w.b, codeInt16, byte(v>>8), byte(v))
	case v >= math.MinInt32:
		w.four(codeInt32, uint32(v))
	default:
		w.eight(codeInt64, uint64(v))
	}
}

func (w *Writer) four(code byte, v uint32) {
	w.b = append(w.b, code, byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
}

func (w *Writer) eight(code byte, v uint64) {
	w.b = binary.BigEndian.AppendUint64(append(w.b, code), v)
}

// Float writes v as an integer where it is one, else as float64. Negative
// zero stays a float64.
func (w *Writer) Float(v float64) {
	if i := int64(v); float64(i) == v && i > -1<<53 && i < 1<<53 && (v != 0 || 1/v > 0) {
		w.Int(i)
		return
	}
	w.eight(codeFloat64, math.Float64bits(v))
}

// String writes a string.
func (w *Writer) String(v string) {
	w.StringHead(len(v))
	w.b = append(w.b, v...)
}

// StringHead writes the head of a string. Its n bytes are for the caller to
// append with Raw.
func (w *Writer) StringHead(n int) {
	switch {
	case n <= maxFixStr:
		w.b = append(w.b, codeFixStr|byte(n))
	case n <= math.MaxUint8:
		w.b = append(w.b, codeStr8, byte(n))
	default:
		w.length(codeStr16, n)
	}
}

// Bin writes bytes. A nil slice is written as nil, an empty one is not.
func (w *Writer) Bin(v []byte) {
	if v == nil {
		w.Nil()
		return
	}
	w.BinHead(len(v))
	w.b = append(w.b, v...)
}

// BinHead writes the head of a bin. Its n bytes are for the caller to append
// with Raw.
func (w *Writer) BinHead(n int) {
	if n <= math.MaxUint8 {
		w.b = append(w.b, codeBin8, byte(n))
		return
	}
	w.length(codeBin16, n)
}

// Array writes the head of an array of n elements.
func (w *Writer) Array(n int) { w.list(codeFixArray, codeArray16, n) }

// Map writes the head of a map of n pairs.
func (w *Writer) Map(n int) { w.list(codeFixMap, codeMap16, n) }

func (w *Writer) list(fix, code16 byte, n int) {
	if n <= maxFixList {
		w.b = append(w.b, fix|byte(n))
		return
	}
	w.length(code16, n)
}

// length writes the code for 16 bits, or the one for 32 that follows it, and n.
func (w *Writer) length(code16 byte, n int) {
	if n <= math.MaxUint16 {
		w.b = append(w.b, code16, byte(n>>8), byte(n))
		return
	}
	w.four(code16+1, uint32(n))
}

// Uint64 writes v in the fixed width of nine bytes.
func (w *Writer) Uint64(v uint64) { w.eight(codeUint64, v) }

// Uint32 writes v in the fixed width of five bytes.
func (w *Writer) Uint32(v uint32) { w.four(codeUint32, v) }

// Raw appends bytes that are MessagePack already, or belong to the last head.
func (w *Writer) Raw(b []byte) { w.b = append(w.b, b...) }

// Open begins an array whose length Close writes. It can have 15 elements.
func (w *Writer) Open() int {
	w.b = append(w.b, codeFixArray)
	return len(w.b) - 1
}

// Close ends the array that began at mark, with n elements.
func (w *Writer) Close(mark, n int) {
	if n > maxFixList {
		panic("wire: open array of more than 15 elements")
	}
	w.b[mark] = codeFixArray | byte(n)
}
