package pagetape_test

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/snapshot"
)

// Benchmarks over the recordings; docs/benchmarks.md has the numbers. All are
// in bytes of the recording's JSON, so that they stand beside json.Valid and
// json.Unmarshal.

func each(b *testing.B, f func(b *testing.B, text []byte)) {
	for _, s := range sessions.All(b) {
		text := s.JSON(b)
		b.Run(s.Name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			f(b, text)
		})
	}
}

func BenchmarkJSONValid(b *testing.B) {
	each(b, func(b *testing.B, text []byte) {
		for b.Loop() {
			json.Valid(text)
		}
	})
}

func BenchmarkJSONUnmarshalAny(b *testing.B) {
	each(b, func(b *testing.B, text []byte) {
		for b.Loop() {
			var v any
			_ = json.Unmarshal(text, &v)
		}
	})
}

func decode(b *testing.B, text []byte) (events []format.Event, h format.Header) {
	d := rrweb.NewDecoder(bytes.NewReader(text), nil)
	for e, err := range d.Events() {
		if err != nil {
			b.Fatal(err)
		}
		events = append(events, e)
	}
	h, _ = d.Header()
	return events, h
}

func BenchmarkDecodeRRWeb(b *testing.B) {
	each(b, func(b *testing.B, text []byte) {
		for b.Loop() {
			decode(b, text)
		}
	})
}

func BenchmarkEncodeRRWeb(b *testing.B) {
	each(b, func(b *testing.B, text []byte) {
		events, h := decode(b, text)
		for b.Loop() {
			_, _ = rrweb.Encode(io.Discard, h.Start, func(yield func(format.Event, error) bool) {
				for _, e := range events {
					if !yield(e, nil) {
						return
					}
				}
			})
		}
	})
}

func BenchmarkApply(b *testing.B) {
	each(b, func(b *testing.B, text []byte) {
		events, _ := decode(b, text)
		for b.Loop() {
			var p snapshot.Page
			for i := range events {
				_ = events[i].Data.Apply(&p)
			}
		}
	})
}

// BenchmarkDecodeAndMask is DecodeRRWeb and the default policy: a filter takes
// its events over, so each pass needs fresh ones.
func BenchmarkDecodeAndMask(b *testing.B) {
	policy, err := mask.Compile(mask.Default())
	if err != nil {
		b.Fatal(err)
	}
	each(b, func(b *testing.B, text []byte) {
		for b.Loop() {
			for _, err := range policy.NewFilter().Events(rrweb.NewDecoder(bytes.NewReader(text), nil).Events()) {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

func tape(b *testing.B, h format.Header, events []format.Event) []byte {
	var out bytes.Buffer
	w := format.NewWriter(&out, h, nil)
	for i := range events {
		if err := w.Write(events[i]); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

func BenchmarkTapeWrite(b *testing.B) {
	each(b, func(b *testing.B, text []byte) {
		events, h := decode(b, text)
		n := 0
		for b.Loop() {
			n = len(tape(b, h, events))
		}
		b.ReportMetric(float64(n)/float64(len(text)), "tape/json")
	})
}

func BenchmarkTapeRead(b *testing.B) {
	each(b, func(b *testing.B, text []byte) {
		events, h := decode(b, text)
		file := tape(b, h, events)
		for b.Loop() {
			for _, err := range format.NewDecoder(bytes.NewReader(file), nil).Events() {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
