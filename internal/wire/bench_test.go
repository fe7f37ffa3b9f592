package wire_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/vmihailenco/msgpack/v5"

	"github.com/pagetape/pagetape/internal/wire"
)

// versus runs ours and the judge's way of doing the same in turn, and reports
// how many times faster ours is. Time per operation is that of ours.
func versus(b *testing.B, size int, ours, judge func()) {
	const batch = 8
	b.SetBytes(int64(size))
	b.ReportAllocs()
	var mine, theirs time.Duration
	n := 0
	for b.Loop() {
		start := time.Now()
		ours()
		mine += time.Since(start)
		if n++; n%batch == 0 {
			b.StopTimer()
			judge() // as warm as ours
			start = time.Now()
			judge()
			theirs += batch * time.Since(start)
			b.StartTimer()
		}
	}
	if n >= batch {
		b.ReportMetric(float64(theirs)/float64(mine), "x-vmihailenco")
	}
}

// column returns integers as columns have them: nine in ten take a byte.
func column() []int64 {
	vs := make([]int64, 20_000)
	seed := uint32(1)
	for i := range vs {
		seed = seed*1664525 + 1013904223
		switch vs[i] = int64(seed >> 25); {
		case seed>>8%10 == 0:
			vs[i] = int64(seed >> 16)
		case seed>>8%100 == 1:
			vs[i] = -int64(seed)
		}
	}
	return vs
}

func BenchmarkInts(b *testing.B) {
	vs := column()
	var w wire.Writer
	var buf bytes.Buffer
	enc := msgpack.NewEncoder(&buf)
	write := func() {
		w.Reset()
		for _, v := range vs {
			w.Int(v)
		}
	}
	write()
	payload := bytes.Clone(w.Bytes())
	b.Run("write", func(b *testing.B) {
		versus(b, len(payload), write, func() {
			buf.Reset()
			for _, v := range vs {
				_ = enc.EncodeInt(v)
			}
		})
	})
	src := bytes.NewReader(payload)
	dec := msgpack.NewDecoder(src)
	judge := func() {
		src.Reset(payload)
		for i := range vs {
			vs[i], _ = dec.DecodeInt64()
		}
	}
	var r wire.Reader
	b.Run("Int", func(b *testing.B) {
		versus(b, len(payload), func() {
			r.Reset(payload, 0)
			for i := range vs {
				vs[i] = r.Int()
			}
		}, judge)
	})
	b.Run("Ints", func(b *testing.B) {
		versus(b, len(payload), func() {
			r.Reset(payload, 0)
			vs = r.Ints(vs[:0], len(vs))
		}, judge)
	})
	if r.Err != nil {
		b.Fatal(r.Err)
	}
}

func BenchmarkStrings(b *testing.B) {
	words := []string{"div", "class", "", "https://example.com/a/path?with=query", "px-4 py-2 text-sm font-medium rounded", "x", "data-testid"}
	const rounds = 1000
	var w wire.Writer
	var buf bytes.Buffer
	enc := msgpack.NewEncoder(&buf)
	write := func() {
		w.Reset()
		for range rounds {
			for _, s := range words {
				w.String(s)
			}
		}
	}
	write()
	payload := bytes.Clone(w.Bytes())
	b.Run("write", func(b *testing.B) {
		versus(b, len(payload), write, func() {
			buf.Reset()
			for range rounds {
				for _, s := range words {
					_ = enc.EncodeString(s)
				}
			}
		})
	})
	src := bytes.NewReader(payload)
	dec := msgpack.NewDecoder(src)
	judge := func() {
		src.Reset(payload)
		for range rounds * len(words) {
			_, _ = dec.DecodeString()
		}
	}
	var r wire.Reader
	b.Run("String", func(b *testing.B) {
		versus(b, len(payload), func() {
			r.Reset(payload, 1<<30)
			for range rounds * len(words) {
				_ = r.String()
			}
		}, judge)
	})
	b.Run("View", func(b *testing.B) {
		versus(b, len(payload), func() {
			r.Reset(payload, 0)
			for range rounds * len(words) {
				_ = r.View()
			}
		}, judge)
	})
	if r.Err != nil {
		b.Fatal(r.Err)
	}
}

func BenchmarkSkip(b *testing.B) {
	var w wire.Writer
	w.Array(1000)
	for i := range 1000 {
		w.Array(5)
		w.Int(int64(i))
		w.String("the text of a node")
		w.Nil()
		w.Map(1)
		w.Int(7)
		w.Float(1.5)
		w.Array(3)
		w.Int(1)
		w.Int(2)
		w.Bool(true)
	}
	payload, src := w.Bytes(), bytes.NewReader(nil)
	dec := msgpack.NewDecoder(src)
	var r wire.Reader
	versus(b, len(payload), func() {
		r.Reset(payload, 0)
		r.Skip(16)
	}, func() {
		src.Reset(payload)
		_ = dec.Skip()
	})
	if r.Err != nil || r.Left() > 0 {
		b.Fatal(r.Err)
	}
}
