package wire_test

import (
	"io"
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

func TestWriterPieces(t *testing.T) {
	var w wire.Writer
	w.Grow(100)
	w.Array(2)
	w.Int(1)
	mark := w.Len()
	w.String("away")
	w.Truncate(mark)
	w.StringHead(4)
	w.Raw([]byte("he"))
	w.Raw([]byte("ap"))
	assert.Equal(t, "\x92\x01\xa4heap", string(w.Bytes()))
	assert.Panics(t, func() { w.Truncate(w.Len() + 1) })
	assert.Panics(t, func() { w.Close(w.Open(), 16) })
	w.Reset()
	assert.Zero(t, w.Len())
	assert.Zero(t, testing.AllocsPerRun(10, func() {
		w.Reset()
		w.String("no memory that is not there already")
		w.Int(1 << 40)
		w.Float(1.5)
	}))
}

func TestView(t *testing.T) {
	payload := []byte("\xa2ab\xc4\x02cd\x01")
	r := wire.NewReader(payload, 0)
	v := r.View()
	assert.Equal(t, "ab", string(v))
	assert.Equal(t, "cd", string(r.View()))
	assert.Equal(t, 2, cap(v), "an append must not write into the payload")
	assert.Equal(t, "\x01", string(r.Rest()))
	require.NoError(t, r.Err)
	assert.Nil(t, r.View())
	assert.ErrorIs(t, r.Err, wire.ErrSyntax)
	r.Reset([]byte("\xa3ab"), 0)
	assert.Nil(t, r.View())
	assert.ErrorIs(t, r.Err, io.ErrUnexpectedEOF)
}

func TestInts(t *testing.T) {
	var w wire.Writer
	want := []int64{0, -1, 127, 128, 255, 256, 65535, 65536, -32, -33, -128, -129, 1 << 40, math.MinInt64}
	for _, v := range want {
		w.Int(v)
	}
	good := w.Len()
	w.Nil()
	r := wire.NewReader(w.Bytes(), 8*len(want))
	got := r.Ints(nil, len(want))
	assert.Equal(t, want, got)
	assert.Zero(t, r.Budget)

	r.Reset(w.Bytes(), 0)
	assert.Equal(t, want, r.Ints(got[:0], len(want)), "what dst has room for is free")
	require.NoError(t, r.Err)
	r.Reset(w.Bytes(), 1<<10)
	assert.Equal(t, want, r.Ints(nil, len(want)+1))
	require.NoError(t, r.Err, "what is no integer is left to the caller")
	assert.Equal(t, good, r.Offset())
	r.Reset(w.Bytes(), 8*len(want)-1)
	assert.Empty(t, r.Ints(nil, len(want)))
	require.ErrorIs(t, r.Err, wire.ErrBudget)
	r.Reset(w.Bytes(), 1<<20)
	assert.Empty(t, r.Ints(nil, w.Len()+1))
	require.ErrorIs(t, r.Err, io.ErrUnexpectedEOF)
	for cut := range good {
		r.Reset(w.Bytes()[:cut], 1<<20)
		for range want {
			r.Int()
		}
		require.ErrorIs(t, r.Err, io.ErrUnexpectedEOF)
		assert.Len(t, r.Rest(), r.Left())
	}
	r.Reset([]byte("\xcd\x01\x00\xcd"), 1<<10)
	assert.Equal(t, []int64{256}, r.Ints(nil, 2))
	require.ErrorIs(t, r.Err, io.ErrUnexpectedEOF)
}

func TestSkipDepth(t *testing.T) {
	for depth := range 40 {
		payload := []byte(strings.Repeat("\x92", depth) + "\x90" + strings.Repeat("\x01", depth))
		r := wire.NewReader(payload, 0)
		r.Skip(depth)
		require.NoError(t, r.Err, "an empty array nests nothing")
		assert.Zero(t, r.Left())
		if depth > 0 {
			r.Reset(payload, 0)
			r.Skip(depth - 1)
			require.ErrorIs(t, r.Err, wire.ErrDepth)
		}
		if depth <= 16 {
			assert.Zero(t, testing.AllocsPerRun(5, func() { r.Reset(payload, 0); r.Skip(64) }))
		}
	}
}
