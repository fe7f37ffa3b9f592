package format

import (
	"math"
	"strconv"
	"strings"

	"github.com/pagetape/pagetape/internal/wire"
)

// A column collects the values of one field over all records of a frame. In
// the tape it is nil where every value is 0, else an array (SPEC.md,
// "Columns").
type column struct {
	vals []int64
	odd  []odd // what vals has only markOdd for, in turn
	some bool  // a value is not 0
}

// Marks stand in a column for what is no integer.
const (
	markNil = math.MinInt64
	markOdd = math.MinInt64 + 1
)

// An odd value is a number that is no small integer: m·10^-scale where scale
// is over 0, the integer m where it is 0, the float f where it is under 0.
type odd struct {
	f     float64
	m     int64
	scale int
}

func (c *column) reset() { c.vals, c.odd, c.some = c.vals[:0], c.odd[:0], false }

func (c *column) put(v int64) {
	c.vals = append(c.vals, v)
	if v != 0 {
		c.some = true
	}
}

// putInt adds any integer, those that look like marks too.
func (c *column) putInt(v int64) {
	if v == markNil || v == markOdd {
		c.odd = append(c.odd, odd{m: v})
		v = markOdd
	}
	c.put(v)
}

func (c *column) putBool(v bool) {
	if v {
		c.put(1)
	} else {
		c.put(0)
	}
}

// maxExact is above every integer that a float64 holds with its neighbours.
const maxExact = 1 << 53

// A number is the last number of a column: itself, and its whole part.
type number struct {
	f     float64
	whole int64
}

func (n *number) set(f float64) {
	n.f = f
	if f > -maxExact && f < maxExact {
		n.whole = int64(f)
	}
}

// whole says whether f is an integer that columns have as one: not -0.
func whole(f float64) bool {
	i := int64(f)
	return float64(i) == f && i > -maxExact && i < maxExact && (f != 0 || !math.Signbit(f))
}

// putNumber adds a number: 0 is the last one again, an integer its distance
// from the whole part of the last one; a short decimal is its digits and scale,
// another number itself.
func (c *column) putNumber(v float64, last *number) {
	from := *last
	last.set(v)
	if math.Float64bits(v) == math.Float64bits(from.f) {
		c.put(0)
		return
	}
	if whole(v) {
		i := int64(v)
		if i == from.whole {
			c.odd = append(c.odd, odd{m: i})
			c.put(markOdd)
		} else {
			c.put(i - from.whole)
		}
		return
	}
	c.odd = append(c.odd, decimal(v))
	c.put(markOdd)
}

// decimal takes a float apart where that is shorter than the float.
func decimal(v float64) odd {
	var buf [32]byte
	text := strconv.AppendFloat(buf[:0], v, 'f', -1, 64)
	if len(text) <= 12 {
		whole, part, ok := strings.Cut(string(text), ".")
		if m, err := strconv.ParseInt(whole+part, 10, 32); ok && err == nil && scaled(m, len(part)) == v {
			return odd{m: m, scale: len(part)}
		}
	}
	return odd{f: v, scale: -1}
}

// scaled returns the float64 nearest to m·10^-scale.
func scaled(m int64, scale int) float64 {
	f, _ := strconv.ParseFloat(strconv.FormatInt(m, 10)+"e-"+strconv.Itoa(scale), 64)
	return f
}

// writeAll writes the column as an array whatever its values are.
func (c *column) writeAll(w *wire.Writer) {
	w.Array(len(c.vals))
	rest := c.odd
	for _, v := range c.vals {
		switch v {
		case markNil:
			w.Nil()
		case markOdd:
			rest[0].write(w)
			rest = rest[1:]
		default:
			w.Int(v)
		}
	}
}

func (c *column) write(w *wire.Writer) {
	if !c.some {
		w.Nil()
		return
	}
	c.writeAll(w)
}

func (o *odd) write(w *wire.Writer) {
	switch {
	case o.scale < 0:
		w.Float(o.f)
	case o.scale == 0:
		w.Array(1)
		w.Int(o.m)
	default:
		w.Array(2)
		w.Int(o.m)
		w.Int(int64(o.scale))
	}
}

// A cursor reads the values of a column in turn.
type cursor struct {
	vals  []int64 // nil: every value is 0
	odd   []odd
	short bool // a value was read that the column does not have
}

// used says whether the column had just the values that were read.
func (c *cursor) used() bool { return len(c.vals) == 0 && !c.short }

func (c *cursor) next() int64 {
	if len(c.vals) == 0 {
		c.short = c.vals != nil
		return 0
	}
	v := c.vals[0]
	c.vals = c.vals[1:]
	return v
}

// oddValue returns the value that the mark just read stands for.
func (c *cursor) oddValue() odd {
	if len(c.odd) == 0 { // nobody writes a mark as it is
		return odd{}
	}
	o := c.odd[0]
	c.odd = c.odd[1:]
	return o
}

func (c *cursor) nextInt() int64 {
	v := c.next()
	if v == markOdd {
		return c.oddValue().m
	}
	return v
}

// nextNumber returns the next number and whether there is one.
func (c *cursor) nextNumber(last *number) (float64, bool) {
	switch v := c.next(); v {
	case markNil:
		return 0, false
	case 0:
	case markOdd:
		last.set(c.oddValue().value())
	default:
		last.set(float64(last.whole + v))
	}
	return last.f, true
}

func (o odd) value() float64 {
	switch {
	case o.scale < 0:
		return o.f
	case o.scale == 0:
		return float64(o.m)
	}
	return scaled(o.m, o.scale)
}

// A columnReader reads columns of a payload. The values of all of them share
// one slice.
type columnReader struct {
	r    *wire.Reader
	vals []int64
	most int // values that may still be read
}

// column reads a column of n values. kind says what may stand in it beside
// integers.
func (c *columnReader) column(n int, kind columnKind) cursor {
	if c.r.Nil() {
		return cursor{}
	}
	if got := c.r.Array(0); got != n {
		c.r.Fail(wire.ErrSyntax)
		return cursor{}
	}
	return c.values(n, kind)
}

// all reads a column whose length is not known before.
func (c *columnReader) all(kind columnKind) (cursor, int) {
	n := c.r.Array(0)
	return c.values(n, kind), n
}

// free reads a column of any length, or nil.
func (c *columnReader) free(kind columnKind) cursor {
	if c.r.Nil() {
		return cursor{}
	}
	vals, _ := c.all(kind)
	return vals
}

// columnKind says what a column can hold.
type columnKind uint8

const (
	columnCodes   columnKind = iota // integers that are no marks
	columnInts                      // any integers
	columnNumbers                   // numbers, and nil
)

func (c *columnReader) values(n int, kind columnKind) cursor {
	if n == 0 {
		return cursor{vals: []int64{}}
	}
	if c.r.Err != nil {
		return cursor{}
	}
	if c.most -= n; c.most < 0 {
		c.r.Fail(errValues)
		return cursor{}
	}
	from := len(c.vals)
	var odds []odd
	for len(c.vals)-from < n && c.r.Err == nil {
		c.vals = c.r.Ints(c.vals, n-(len(c.vals)-from))
		if len(c.vals)-from == n {
			break
		}
		o, mark := c.odd(kind)
		if mark == markOdd {
			odds = append(odds, o)
		}
		c.vals = append(c.vals, mark)
	}
	if c.r.Err != nil {
		return cursor{}
	}
	return cursor{vals: c.vals[from:len(c.vals):len(c.vals)], odd: odds}
}

// odd reads what is no integer, and returns its mark.
func (c *columnReader) odd(kind columnKind) (odd, int64) {
	switch t := c.r.Type(); {
	case kind == columnNumbers && t == wire.TypeNil:
		c.r.Nil()
		return odd{}, markNil
	case kind == columnNumbers && t == wire.TypeFloat && c.r.Charge(64):
		f := c.r.Float()
		if whole(f) { // not every language's MessagePack tells it from an integer
			c.r.Fail(wire.ErrSyntax)
		}
		return odd{f: f, scale: -1}, markOdd
	case kind != columnCodes && t == wire.TypeArray:
		o := odd{}
		n := c.r.Array(0)
		if n < 1 || n > 2 || n == 2 && kind != columnNumbers || !c.r.Charge(64) {
			c.r.Fail(wire.ErrSyntax)
			return o, markNil
		}
		o.m = c.r.Int()
		if n == 2 {
			if o.scale = int(c.r.Int()); o.scale < 1 || o.scale > 400 {
				c.r.Fail(wire.ErrSyntax)
			}
		}
		return o, markOdd
	}
	c.r.Fail(wire.ErrSyntax)
	return odd{}, markNil
}
