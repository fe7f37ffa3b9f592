package wire_test

import (
	"io"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/internal/wire"
)

// plainInts is what Ints does, one integer after the other.
func plainInts(r *wire.Reader, dst []int64, n int) []int64 {
	switch {
	case r.Err != nil || n <= 0:
		return dst
	case n > r.Left():
		r.Fail(io.ErrUnexpectedEOF)
		return dst
	case n > cap(dst)-len(dst) && n > r.Budget/8:
		r.Fail(wire.ErrBudget)
		return dst
	case n > cap(dst)-len(dst):
		r.Budget -= 8 * n
	}
	for range n {
		next := *r
		v := next.Int()
		if next.Err == wire.ErrSyntax { // it is left where it is
			break
		}
		if *r = next; r.Err != nil {
			break
		}
		dst = append(dst, v)
	}
	return dst
}

// FuzzInts reads integers, and what is none, all at once and one by one.
func FuzzInts(f *testing.F) {
	values := [][]byte{ // one byte values are the most, as in a tape
		{0}, {1}, {0x7f}, {0xff}, {0xe0}, {5}, {0xe1}, {0x40}, {0x60}, {0xcc, 0x80}, {0xcd, 1, 0}, {0xd0, 0x80}, {0xd1, 0x80, 0},
		{0xce, 0x80, 0, 0, 0}, {0xd2, 0x80, 0, 0, 0}, {0xcf, 0, 0, 0, 0, 0x80, 0, 0, 0}, {0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0},
		{0xcf, 0x80, 0, 0, 0, 0, 0, 0, 0}, {0xc0}, {0x80}, {0xa0}, {0xc1}, {0xdf},
	}
	random := rand.New(rand.NewPCG(1, 1))
	for wide := range len(values) {
		for _, run := range []int{1, 8, 9, 30} {
			var b []byte
			for range 40 {
				v := values[random.IntN(9)]
				if random.IntN(run) == 0 {
					v = values[random.IntN(wide+1)]
				}
				b = append(b, v...)
			}
			f.Add(b, uint8(40), uint8(random.IntN(50)))
			f.Add(b[:random.IntN(len(b))], uint8(random.IntN(40)), uint8(40))
		}
	}
	for _, v := range values {
		for cut := range v {
			f.Add(append(make([]byte, 10), v[:cut+1]...), uint8(11), uint8(40))
		}
	}
	f.Add(append([]byte{0xcd, 1, 0}, make([]byte, 14)...), uint8(16), uint8(40)) // less than eight bytes for eight
	f.Fuzz(func(t *testing.T, b []byte, n, room uint8) {
		keep := append([]byte{}, b...)
		ours, plain := wire.NewReader(b, 400), wire.NewReader(b, 400)
		for at := -1; ours.Err == nil && ours.Offset() > at; {
			at = ours.Offset()
			got := ours.Ints(make([]int64, 1, 1+int(room)), int(n))
			require.Equal(t, plainInts(plain, make([]int64, 1, 1+int(room)), int(n)), got)
			require.Equal(t, plain, ours)
			if ours.Left() > 0 && len(got) <= int(n) {
				ours.Skip(1) // what is none
				plain.Skip(1)
			}
		}
		require.Equal(t, keep, append([]byte{}, b...))
	})
}
