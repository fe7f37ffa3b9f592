package wire_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/internal/wire"
)

func TestRoundTrip(t *testing.T) {
	var w wire.Writer
	ints := []int64{0, 1, -1, 127, 128, -32, -33, 255, 256, 65535, 65536, math.MaxInt32, math.MinInt32, math.MaxInt64, math.MinInt64}
	floats := []float64{0, math.Copysign(0, -1), 1.5, -2, 1 << 53, 1e300, math.Inf(1), math.SmallestNonzeroFloat64}
	for _, v := range ints {
		w.Int(v)
	}
	for _, v := range floats {
		w.Float(v)
	}
	w.Nil()
	w.Bool(true)
	w.String(strings.Repeat("é", 300))
	w.Bin([]byte{1, 2})
	mark := w.Open()
	w.Uint64(7)
	w.Uint32(8)
	w.Close(mark, 2)
	w.Map(1)
	w.String("k")
	w.Array(0)

	r := wire.NewReader(w.Bytes(), 1<<20)
	for _, v := range ints {
		assert.Equal(t, v, r.Int())
	}
	for _, v := range floats {
		got := r.Float()
		assert.Equal(t, math.Float64bits(v), math.Float64bits(got))
	}
	assert.True(t, r.Nil())
	assert.True(t, r.Bool())
	assert.Equal(t, strings.Repeat("é", 300), r.String())
	assert.Equal(t, []byte{1, 2}, r.Bin())
	assert.Equal(t, 2, r.Array(0))
	assert.Equal(t, uint64(7), r.Uint())
	assert.Equal(t, int64(8), r.Int())
	assert.Equal(t, 1, r.Map())
	assert.Equal(t, "k", r.String())
	assert.Zero(t, r.Array(0))
	require.NoError(t, r.Err)
	assert.Zero(t, r.Left())
	r.Int()
	require.Error(t, r.Err)

	s := wire.NewReader(w.Bytes(), 1<<20)
	for s.Left() > 0 && s.Err == nil {
		s.Skip(8)
	}
	require.NoError(t, s.Err)
}

// What msgpack's own decoder dies of ends in an error here.
func TestHostile(t *testing.T) {
	for _, tt := range []struct{ name, payload string }{
		{"array32", "\xdd\xff\xff\xff\xff"}, {"map32", "\xdf\x02\x00\x00\x00"}, {"bin32", "\xc6\x40\x00\x00\x00"},
		{"str32", "\xdb\xff\xff\xff\xff"}, {"nested", strings.Repeat("\x91", 2<<20)},
		{"nested wide", strings.Repeat("\xdc\xff\xff", 3000)}, {"ext", "\xd4\x05\x81"}, {"cut", "\xcf\x00"}, {"empty", ""}, {"never used", "\xc1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := wire.NewReader([]byte(tt.payload), 1<<10)
			r.Skip(64)
			assert.Error(t, r.Err)
			for _, read := range []func(*wire.Reader){
				func(r *wire.Reader) { _ = r.String() }, func(r *wire.Reader) { r.Bin() }, func(r *wire.Reader) { r.Array(64) },
				func(r *wire.Reader) { r.Map() }, func(r *wire.Reader) { r.Uint() }, func(r *wire.Reader) { r.Bool() },
			} {
				r := wire.NewReader([]byte(tt.payload), 1<<10)
				if read(r); r.Err == nil { // a good array head
					assert.Less(t, r.Budget, 1<<10)
				}
			}
		})
	}
	r := wire.NewReader([]byte("\xda\x08\x00"+strings.Repeat("x", 2048)), 1<<10)
	_ = r.String()
	assert.ErrorIs(t, r.Err, wire.ErrBudget)
}

func FuzzSkip(f *testing.F) {
	f.Add([]byte("\x93\x01\xa1x\x81\x01\xc0"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := wire.NewReader(b, 1<<16)
		for r.Left() > 0 && r.Err == nil {
			at := r.Offset()
			r.Skip(16)
			require.True(t, r.Err != nil || r.Offset() > at)
		}
		for r := wire.NewReader(b, 1<<16); r.Left() > 0 && r.Err == nil; {
			switch r.Type() {
			case wire.TypeString:
				_ = r.String()
			case wire.TypeBin:
				r.Bin()
			case wire.TypeFloat, wire.TypeInt:
				r.Float()
			default:
				r.Skip(4)
			}
		}
	})
}
