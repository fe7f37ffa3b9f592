// Package wire reads and writes MessagePack through the primitive calls of
// vmihailenco/msgpack. Its reader is for bytes that nobody vouches for: every
// length is checked against the bytes left and a budget before anything is
// allocated, depth is counted, and the first error sticks.
package wire

import (
	"bytes"

	"github.com/vmihailenco/msgpack/v5"
)

// A Writer appends MessagePack to a buffer. The zero Writer is ready to use.
// It is not safe for concurrent use.
type Writer struct {
	buf bytes.Buffer
	enc *msgpack.Encoder
}

// Writes to a bytes.Buffer do not fail, so none of the calls below returns an
// error.

func (w *Writer) e() *msgpack.Encoder {
	if w.enc == nil {
		w.enc = msgpack.NewEncoder(&w.buf)
	}
	return w.enc
}

// Len returns how many bytes are in the buffer.
func (w *Writer) Len() int { return w.buf.Len() }

// Bytes returns the buffer's content, which is valid until the next call.
func (w *Writer) Bytes() []byte { return w.buf.Bytes() }

// Reset empties the buffer.
func (w *Writer) Reset() { w.buf.Reset() }

// Nil writes nil.
func (w *Writer) Nil() { _ = w.e().EncodeNil() }

// Bool writes a boolean.
func (w *Writer) Bool(v bool) { _ = w.e().EncodeBool(v) }

// Int writes an integer in its shortest form.
func (w *Writer) Int(v int64) { _ = w.e().EncodeInt(v) }

// Float writes v as an integer where it is one, else as float64. Negative
// zero stays a float64.
func (w *Writer) Float(v float64) {
	if i := int64(v); float64(i) == v && i > -1<<53 && i < 1<<53 && (v != 0 || 1/v > 0) {
		w.Int(i)
		return
	}
	_ = w.e().EncodeFloat64(v)
}

// String writes a string.
func (w *Writer) String(v string) { _ = w.e().EncodeString(v) }

// Bin writes bytes.
func (w *Writer) Bin(v []byte) { _ = w.e().EncodeBytes(v) }

// Array writes the head of an array of n elements.
func (w *Writer) Array(n int) { _ = w.e().EncodeArrayLen(n) }

// Map writes the head of a map of n pairs.
func (w *Writer) Map(n int) { _ = w.e().EncodeMapLen(n) }

// Uint64 writes v in the fixed width of nine bytes.
func (w *Writer) Uint64(v uint64) { _ = w.e().EncodeUint64(v) }

// Uint32 writes v in the fixed width of five bytes.
func (w *Writer) Uint32(v uint32) { _ = w.e().EncodeUint32(v) }

// Raw appends bytes that are MessagePack already.
func (w *Writer) Raw(b []byte) { w.buf.Write(b) }

// maxOpen is how many elements an array can have whose length is not known
// when it begins.
const maxOpen = 15

// Open begins an array whose length Close writes. It can have 15 elements.
func (w *Writer) Open() int {
	w.buf.WriteByte(0x90)
	return w.buf.Len() - 1
}

// Close ends the array that began at mark, with n elements.
func (w *Writer) Close(mark, n int) {
	if n > maxOpen {
		panic("wire: open array of more than 15 elements")
	}
	w.buf.Bytes()[mark] = 0x90 | byte(n)
}
