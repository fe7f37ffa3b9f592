package wire

import (
	"encoding/binary"
	"io"
	"slices"
)

// Ints reads n integers that fit an int64 and appends them to dst, up to the
// first that is not one, which it leaves and which is no error. What dst does
// not have room for is charged, so an array whose elements it reads needs no
// charge of its own. That less than n bytes are left is an error before
// anything is read.
func (r *Reader) Ints(dst []int64, n int) []int64 {
	if r.Err != nil || n <= 0 {
		return dst
	}
	if n > r.Left() {
		r.Fail(io.ErrUnexpectedEOF)
		return dst
	}
	if cap(dst)-len(dst) < n {
		if n > r.Budget/8 {
			r.Fail(ErrBudget)
			return dst
		}
		r.Budget -= 8 * n
		dst = slices.Grow(dst, n)
	}
	from := len(dst)
	n, size, err := ints(dst[from:from+n], r.b[r.off:])
	r.off += size
	r.Fail(err)
	return dst[:from+n]
}

// highs are the highest bits of eight bytes. Of those that are integers by
// themselves, each has that bit and the two below it, or not that bit.
const highs = 0x8080808080808080

// ints fills out with the integers that b begins with, up to the first that is
// not one. It returns how many those are, and the bytes they take.
func ints(out []int64, b []byte) (n, size int, err error) {
	i, at := 0, 0
	for i < len(out) {
		for i+8 <= len(out) && at+8 <= len(b) { // most take a byte: eight of them at once
			v := binary.LittleEndian.Uint64(b[at:])
			if v&highs&^(v<<1&(v<<2)) != 0 {
				break
			}
			to := (*[8]int64)(out[i:])
			to[0], to[1], to[2], to[3] = int64(int8(v)), int64(int8(v>>8)), int64(int8(v>>16)), int64(int8(v>>24))
			to[4], to[5], to[6], to[7] = int64(int8(v>>32)), int64(int8(v>>40)), int64(int8(v>>48)), int64(int8(v>>56))
			i, at = i+8, at+8
		}
		for end := min(i+8, len(out)); i < end; i++ {
			if at >= len(b) {
				return i, at, io.ErrUnexpectedEOF
			}
			switch c := b[at]; {
			case int8(c) >= minFixInt:
				out[i] = int64(int8(c))
				at++
			case c == codeUint8 && at+1 < len(b):
				out[i] = int64(b[at+1])
				at += 2
			case c == codeUint16 && at+2 < len(b):
				out[i] = int64(b[at+1])<<8 | int64(b[at+2])
				at += 3
			default:
				v, size, err := integer(b[at:])
				if err == ErrSyntax {
					return i, at, nil
				}
				if err != nil {
					return i, at, err
				}
				out[i] = v
				at += size
			}
		}
	}
	return i, at, nil
}
