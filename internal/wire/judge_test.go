package wire_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"runtime/metrics"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/vmihailenco/msgpack/v5"
	"github.com/vmihailenco/msgpack/v5/msgpcode"

	"github.com/pagetape/pagetape/internal/wire"
)

// A pair writes the same values with this package and with vmihailenco's,
// which is the judge, and keeps how to read each of them back.
type pair struct {
	ours   wire.Writer
	judge  bytes.Buffer
	enc    *msgpack.Encoder
	checks []check
}

// A check reads one value with both.
type check func(t *testing.T, r *wire.Reader, d *msgpack.Decoder)

func newPair() *pair {
	p := &pair{}
	p.enc = msgpack.NewEncoder(&p.judge)
	return p
}

func (p *pair) add(err error, c check) {
	if err != nil { // a bytes.Buffer takes everything
		panic(err)
	}
	p.checks = append(p.checks, c)
}

// both makes a check of how the judge and we read a value.
func both[T any](want T, judge func(*msgpack.Decoder) (T, error), ours func(*wire.Reader) T) check {
	return func(t *testing.T, r *wire.Reader, d *msgpack.Decoder) {
		v, err := judge(d)
		require.NoError(t, err)
		require.Equal(t, want, v, "the judge")
		require.Equal(t, want, ours(r), "ours")
	}
}

func (p *pair) int(v int64) {
	p.ours.Int(v)
	p.add(p.enc.EncodeInt(v), both(v, (*msgpack.Decoder).DecodeInt64, (*wire.Reader).Int))
}

func (p *pair) uint64(v uint64) {
	p.ours.Uint64(v)
	p.add(p.enc.EncodeUint64(v), both(v, (*msgpack.Decoder).DecodeUint64, (*wire.Reader).Uint))
}

func (p *pair) uint32(v uint32) {
	p.ours.Uint32(v)
	p.add(p.enc.EncodeUint32(v), both(v, (*msgpack.Decoder).DecodeUint32,
		func(r *wire.Reader) uint32 { return uint32(r.Uint()) }))
}

// float compares bits, which tell negative zero and NaN apart.
func (p *pair) float(v float64) {
	p.ours.Float(v)
	err := p.enc.EncodeFloat64(v)
	if i := int64(v); float64(i) == v && math.Abs(v) < 1<<53 && math.Float64bits(v) != 1<<63 {
		p.judge.Truncate(p.judge.Len() - 9)
		err = p.enc.EncodeInt(i)
	}
	p.add(err, both(math.Float64bits(v), func(d *msgpack.Decoder) (uint64, error) {
		f, err := d.DecodeFloat64()
		return math.Float64bits(f), err
	}, func(r *wire.Reader) uint64 { return math.Float64bits(r.Float()) }))
}

func (p *pair) string(v string, whole bool) {
	if whole {
		p.ours.String(v)
	} else {
		p.ours.StringHead(len(v))
		p.ours.Raw([]byte(v[:len(v)/2]))
		p.ours.Raw([]byte(v[len(v)/2:]))
	}
	p.add(p.enc.EncodeString(v), both(v, (*msgpack.Decoder).DecodeString, (*wire.Reader).String))
}

func (p *pair) bin(v []byte, whole bool) {
	if whole {
		p.ours.Bin(v)
	} else {
		p.ours.BinHead(len(v))
		p.ours.Raw(v)
	}
	p.add(p.enc.EncodeBytes(v), both(v, (*msgpack.Decoder).DecodeBytes, (*wire.Reader).Bin))
}

func (p *pair) bool(v bool) {
	p.ours.Bool(v)
	p.add(p.enc.EncodeBool(v), both(v, (*msgpack.Decoder).DecodeBool, (*wire.Reader).Bool))
}

func (p *pair) nil() {
	p.ours.Nil()
	p.add(p.enc.EncodeNil(), both(true, func(d *msgpack.Decoder) (bool, error) { return true, d.DecodeNil() }, (*wire.Reader).Nil))
}

func (p *pair) array(n int) {
	p.ours.Array(n)
	p.add(p.enc.EncodeArrayLen(n), both(n, (*msgpack.Decoder).DecodeArrayLen,
		func(r *wire.Reader) int { return r.Array(0) }))
}

func (p *pair) mapOf(n int) {
	p.ours.Map(n)
	p.add(p.enc.EncodeMapLen(n), both(n, (*msgpack.Decoder).DecodeMapLen, (*wire.Reader).Map))
}

// settle holds the two to the same bytes, and both readers to the values.
func (p *pair) settle(t *testing.T) {
	require.Equal(t, p.judge.String(), string(p.ours.Bytes()))
	// Heads in this stream are of lists whose elements are not there.
	payload := append(bytes.Clone(p.ours.Bytes()), make([]byte, 300_000)...)
	r, d := wire.NewReader(payload, 1<<24), msgpack.NewDecoder(bytes.NewReader(payload))
	for _, c := range p.checks {
		c(t, r, d)
		require.NoError(t, r.Err)
	}
	assert.Equal(t, p.ours.Len(), r.Offset())
}

func TestJudge(t *testing.T) {
	p := newPair()
	for bit := range 64 {
		for off := int64(-33); off <= 33; off++ {
			v := int64(uint64(1)<<bit) + off
			p.int(v)
			p.int(-v)
			p.uint64(uint64(v))
			p.uint32(uint32(v))
		}
		f := math.Ldexp(1, bit)
		for _, v := range []float64{f, -f, f + .5, f - 1, -f - 1, 1 / f} {
			p.float(v)
		}
	}
	for _, v := range []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), math.MaxFloat64, math.SmallestNonzeroFloat64} {
		p.float(v)
	}
	for _, n := range []int{0, 1, 15, 16, 31, 32, 33, 127, 128, 255, 256, 257, 65535, 65536, 65537} {
		for _, whole := range []bool{true, false} {
			p.string(strings.Repeat("x", n), whole)
			p.bin(bytes.Repeat([]byte{7}, n), whole)
		}
		p.array(n)
		p.mapOf(n)
	}
	p.bool(true)
	p.bool(false)
	p.nil()
	p.settle(t)

	w, buf := wire.Writer{}, bytes.Buffer{}
	w.Bin(nil)
	require.NoError(t, msgpack.NewEncoder(&buf).EncodeBytes(nil))
	assert.Equal(t, buf.Bytes(), w.Bytes())
}

// Forms that our Writer does not choose are read all the same.
func TestJudgeWidths(t *testing.T) {
	var buf bytes.Buffer
	enc, want := msgpack.NewEncoder(&buf), []int64{}
	for _, v := range []int64{0, 1, -1, 100, math.MaxInt8, math.MinInt8, math.MaxInt16, math.MinInt16, math.MaxInt32, math.MinInt32, math.MaxInt64, math.MinInt64} {
		require.NoError(t, enc.EncodeInt8(int8(v)))
		require.NoError(t, enc.EncodeInt16(int16(v)))
		require.NoError(t, enc.EncodeInt32(int32(v)))
		require.NoError(t, enc.EncodeInt64(v))
		require.NoError(t, enc.EncodeUint8(uint8(v)))
		require.NoError(t, enc.EncodeUint16(uint16(v)))
		require.NoError(t, enc.EncodeUint32(uint32(v)))
		require.NoError(t, enc.EncodeUint64(uint64(v)&math.MaxInt64))
		want = append(want, int64(int8(v)), int64(int16(v)), int64(int32(v)), v,
			int64(uint8(v)), int64(uint16(v)), int64(uint32(v)), v&math.MaxInt64)
	}
	r, ints, skips := wire.NewReader(buf.Bytes(), 0), wire.NewReader(buf.Bytes(), 8*len(want)), wire.NewReader(buf.Bytes(), 0)
	floats, uints := wire.NewReader(buf.Bytes(), 0), wire.NewReader(buf.Bytes(), 0)
	for _, v := range want {
		assert.Equal(t, v, r.Int())
		assert.InDelta(t, float64(v), floats.Float(), 0)
		if v >= 0 {
			assert.Equal(t, uint64(v), uints.Uint())
		} else {
			uints.Skip(0)
		}
		skips.Skip(0)
	}
	assert.Equal(t, want, ints.Ints(nil, len(want)))
	for _, r := range []*wire.Reader{r, ints, floats, uints, skips} {
		require.NoError(t, r.Err)
		assert.Zero(t, r.Left())
		assert.Zero(t, len(r.Rest()))
	}
	over := []byte("\xcf\x80\x00\x00\x00\x00\x00\x00\x00")
	assert.Equal(t, uint64(1)<<63, wire.NewReader(over, 0).Uint())
	r.Reset(over, 0)
	assert.Zero(t, r.Int())
	require.ErrorIs(t, r.Err, wire.ErrSyntax)
	r.Reset([]byte("\xff"), 0)
	assert.Zero(t, r.Uint())
	require.ErrorIs(t, r.Err, wire.ErrSyntax)
}

// The type of each first byte is what the judge's constants say.
func TestJudgeTypes(t *testing.T) {
	for i := range 256 {
		c, want := byte(i), wire.TypeNone
		switch {
		case c == msgpcode.Nil:
			want = wire.TypeNil
		case c == msgpcode.True, c == msgpcode.False:
			want = wire.TypeBool
		case msgpcode.IsFixedNum(c), c >= msgpcode.Uint8 && c <= msgpcode.Int64:
			want = wire.TypeInt
		case c == msgpcode.Float, c == msgpcode.Double:
			want = wire.TypeFloat
		case msgpcode.IsString(c):
			want = wire.TypeString
		case msgpcode.IsBin(c):
			want = wire.TypeBin
		case msgpcode.IsFixedArray(c), c == msgpcode.Array16, c == msgpcode.Array32:
			want = wire.TypeArray
		case msgpcode.IsFixedMap(c), c == msgpcode.Map16, c == msgpcode.Map32:
			want = wire.TypeMap
		}
		r := wire.NewReader([]byte{c}, 0)
		assert.Equal(t, want, r.Type(), "%#x", c)
		assert.Equal(t, c, r.Peek())
	}
}

// FuzzJudge takes its input as values to write.
func FuzzJudge(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\x00\x01\x02\x03\x04\x05\x06\x07\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c"))
	f.Add([]byte("\x00\xff\xff\xff\xff\xff\xff\xff\x80\x03\x00\x00\x00\x00\x00\x00\x00\x80\x04\x40\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<12 {
			return
		}
		p := newPair()
		for len(b) > 0 {
			op := b[0]
			var arg [8]byte
			n := copy(arg[:], b[1:])
			b = b[1+n:]
			v := binary.LittleEndian.Uint64(arg[:])
			size := int(v & (1<<(v>>58&15+2) - 1)) // up to 17 bits, small ones as likely
			switch op % 11 {
			case 0:
				p.int(int64(v))
			case 1:
				p.int(int64(v) >> (op >> 2)) // short ones
			case 2:
				p.uint64(v)
			case 3:
				p.float(math.Float64frombits(v))
			case 4:
				p.float(float64(int64(v) >> (op >> 2)))
			case 5:
				p.uint32(uint32(v))
			case 6:
				p.string(strings.Repeat(string(rune(op)), size), op&1 == 0)
			case 7:
				p.bin(bytes.Repeat([]byte{op}, size), op&1 == 0)
			case 8:
				p.array(size)
			case 9:
				p.mapOf(size)
			case 10:
				p.bool(v != 0)
				p.nil()
			}
		}
		p.settle(t)
	})
}

// judgeSkips reports where the judge says that the value at the beginning of b
// ends.
func judgeSkips(b []byte) (int, error) {
	src := bytes.NewReader(b)
	err := msgpack.NewDecoder(src).Skip()
	return len(b) - src.Len(), err
}

// FuzzSkip holds Skip to the judge: both find the same end, or there is none.
// The judge knows extension types, which a tape does not have.
func FuzzSkip(f *testing.F) {
	for _, s := range []string{
		"\x93\x01\xa1x\x81\x01\xc0", "\xdc\x00\x02\xcb12345678\xd9\x03abc", "\xde\x00\x01\xc4\x01x\xcf12345678", "\x92\xd4\x01\x02\x03",
		"\xca1234", "\xdf\x00\x00\x00\x01\xc2\xc3", "\xc1", "\x91\x91\x91\x91\x90", "\x92\x92\x01\x02\x92\x03\x04", "\xdb\x00\x00\x00\x02xx", "\x90", "\xc6\x00\x00\x01",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<16 { // the judge recurses
			return
		}
		r := wire.NewReader(b, 0)
		for r.Left() > 0 {
			at := r.Offset()
			r.Skip(16)
			n, err := judgeSkips(b[at:])
			switch {
			case r.Err == nil:
				require.NoError(t, err)
				require.Equal(t, at+n, r.Offset())
				continue
			case r.Err == wire.ErrDepth:
			case r.Err == wire.ErrSyntax:
				c := r.Rest()[0]
				require.True(t, c == 0xc1 && err != nil || c >= msgpcode.FixExt1 && c <= msgpcode.FixExt16 || c >= msgpcode.Ext8 && c <= msgpcode.Ext32)
			default:
				require.ErrorIs(t, r.Err, io.ErrUnexpectedEOF)
				require.Error(t, err)
			}
			return
		}
	})
}

// allocated returns how many bytes were ever allocated, but for a few that the
// runtime has not counted yet.
func allocated() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

// FuzzRead reads any bytes in any way. ops has the calls.
func FuzzRead(f *testing.F) {
	f.Add([]byte("\x93\x01\xa1x\x81\x01\xc0"), []byte("\x08\x02\x05\x09\x02\x00"))
	f.Add([]byte("\xdd\xff\xff\xff\xff"), []byte("\x08"))
	f.Add([]byte("\xdb\x7f\xff\xff\xff12"), []byte("\x05"))
	f.Add(append([]byte("\xdc\x40\x00"), make([]byte, 1<<14)...), []byte("\x18\x0b\x0b"))
	f.Fuzz(func(t *testing.T, b, ops []byte) {
		if len(b) > 1<<16 {
			return
		}
		const budget = 4 << 10
		keep := bytes.Clone(b)
		r := wire.NewReader(b, budget)
		size, list := 0, []int64(nil)
		before := allocated()
		for _, op := range ops {
			at, had, failed := r.Offset(), r.Budget, r.Err
			switch op % 13 {
			case 0:
				r.Nil()
			case 1:
				r.Bool()
			case 2:
				r.Int()
			case 3:
				r.Uint()
			case 4:
				r.Float()
			case 5:
				size += len(r.String())
			case 6:
				size += len(r.Bin())
			case 7:
				_ = r.View()
			case 8:
				size += r.Array(int(op/13)) * int(op/13)
			case 9:
				r.Map()
			case 10:
				r.Skip(int(op / 13)) // up to 19 deep
			case 11:
				old := cap(list)
				if list = r.Ints(list[:0], 1<<(op/13)); cap(list) != old {
					size += 8 * len(list)
				}
			case 12:
				r.Type()
			}
			if r.Offset() < at || r.Left() < 0 || r.Budget > had || r.Budget < 0 || failed != nil && (r.Err != failed || r.Offset() != at) {
				t.Fatal("a read went back, or went on after an error")
			}
		}
		after := allocated()
		require.LessOrEqual(t, size, budget-r.Budget)
		require.Equal(t, keep, append([]byte{}, b...))
		// Size classes and growth add to what was asked for, and the fuzzer's
		// own goroutines allocate.
		require.Less(t, after-before, uint64(256<<10))
	})
}
