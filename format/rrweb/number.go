package rrweb

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/pagetape/pagetape/internal/jsonscan"
	"github.com/pagetape/pagetape/snapshot"
)

// integer reads a JSON number that is an integer in canonical form: without a
// fraction, an exponent, -0.
func integer(v []byte) (int64, bool) {
	digits := v
	if len(v) > 0 && v[0] == '-' {
		digits = v[1:]
	}
	switch n := len(digits); {
	case n == 0 || digits[0] == '0' && len(v) > 1:
		return 0, false
	case n > 18: // int64 may not hold it
		i, err := strconv.ParseInt(string(v), 10, 64)
		return i, err == nil
	}
	var i int64
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		i = 10*i + int64(c-'0')
	}
	if len(digits) < len(v) {
		i = -i
	}
	return i, true
}

// number reads a JSON number, and whether it is in the form in which
// JSON.stringify writes it. It is 0 for what is none.
func number(v []byte) (float64, bool) {
	if jsonscan.KindOf(v) != '0' {
		return 0, false
	}
	if n, ok := short(v); ok {
		return n, true
	}
	n, err := strconv.ParseFloat(string(v), 64)
	if err != nil {
		return 0, false
	}
	if abs := math.Abs(n); abs >= 1e-6 && abs < 1e21 { // as FormatNumber, which makes a string
		return n, string(strconv.AppendFloat(make([]byte, 0, 32), n, 'f', -1, 64)) == string(v)
	}
	return n, snapshot.FormatNumber(n) == string(v)
}

// short reads a number that is a decimal of at most 15 digits, no exponent, and
// in JSON.stringify's form. All such decimals are different float64s, so that
// it is the shortest one that its float64 can be told by; and it is a quotient
// of two integers that float64 has exactly, which division rounds correctly.
func short(v []byte) (float64, bool) {
	digits := v
	if v[0] == '-' {
		digits = v[1:]
	}
	if len(digits) > 16 {
		return 0, false
	}
	var i int64
	point := -1
	for at, c := range digits {
		switch {
		case c >= '0' && c <= '9':
			i = 10*i + int64(c-'0')
		case c == '.':
			point = at
		default: // an exponent
			return 0, false
		}
	}
	n := float64(i)
	switch {
	case len(v) == 1:
		return n, true
	case i == 0: // with more than one character
		return 0, false
	case point < 0:
		if len(digits) > 15 {
			return 0, false
		}
	case digits[len(digits)-1] == '0':
		return 0, false
	default:
		if n /= tens[len(digits)-1-point]; n < 1e-6 { // which is written with an exponent
			return 0, false
		}
	}
	if len(digits) < len(v) {
		n = -n
	}
	return n, true
}

var tens = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// A stamp is the timestamp of an event.
type stamp struct {
	ns    int64  // since 1970
	known bool   // it could be read
	exact bool   // ns says it, as String writes it
	text  string // JSON text, where it does not
}

// stampOf reads a timestamp, a decimal number of milliseconds. It leaves text
// to the caller.
func stampOf(v []byte) stamp {
	whole, fraction := v, []byte(nil)
	for i, c := range v {
		if c == '.' {
			whole, fraction = v[:i], v[i+1:]
			break
		}
	}
	digits := whole
	if len(whole) > 0 && whole[0] == '-' {
		digits = whole[1:]
	}
	if len(whole) > 13 || len(fraction) > 6 || len(digits) == 0 {
		return stamp{}
	}
	var n uint64 // 19 digits at most
	for _, part := range [...][]byte{digits, fraction} {
		for _, c := range part {
			if c < '0' || c > '9' {
				return stamp{}
			}
			n = 10*n + uint64(c-'0')
		}
	}
	for range 6 - len(fraction) {
		n *= 10
	}
	if n > math.MaxInt64 {
		return stamp{}
	}
	ns := int64(n)
	s := stamp{ns: ns, known: true, exact: len(fraction) == 0 || fraction[len(fraction)-1] != '0'}
	if len(digits) < len(whole) {
		s.ns, s.exact = -ns, s.exact && ns != 0
	}
	return s
}

// String returns the timestamp as JSON text, "" where there is none.
func (s stamp) String() string {
	if !s.exact {
		return s.text
	}
	return milliseconds(s.ns)
}

// timestamp returns the time t after start as JSON text.
func timestamp(start time.Time, t time.Duration) string {
	return milliseconds(start.UnixNano() + int64(t))
}

// milliseconds writes nanoseconds as a decimal number of milliseconds.
func milliseconds(ns int64) string {
	sign := ""
	if ns < 0 {
		sign, ns = "-", -ns
	}
	s := sign + strconv.FormatInt(ns/1e6, 10)
	if f := ns % 1e6; f != 0 {
		s += "." + strings.TrimRight(strconv.FormatInt(f+1e6, 10)[1:], "0")
	}
	return s
}
