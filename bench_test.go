package pagetape_test

import (
	"bytes"
	"encoding/json"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/internal/ahead"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/replay"
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

// BenchmarkApply makes the page of events that are in memory. With the first
// passes goes a json.Unmarshal of the recording each, and of-json.Unmarshal is
// the ratio of the quickest of both.
func BenchmarkApply(b *testing.B) {
	each(b, func(b *testing.B, text []byte) {
		events, _ := decode(b, text)
		applied, unmarshaled := time.Hour, time.Hour
		for n := 0; b.Loop(); n++ {
			start := time.Now()
			var p snapshot.Page
			for i := range events {
				_ = events[i].Data.Apply(&p)
			}
			applied = min(applied, time.Since(start))
			if n < 20 {
				b.StopTimer()
				start = time.Now()
				var v any
				_ = json.Unmarshal(text, &v)
				unmarshaled = min(unmarshaled, time.Since(start))
				b.StartTimer()
			}
		}
		b.ReportMetric(applied.Seconds()/unmarshaled.Seconds(), "of-json.Unmarshal")
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
			for _, err := range policy.NewFilter(nil).Events(rrweb.NewDecoder(bytes.NewReader(text), nil).Events()) {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

// BenchmarkJSONToTape is all that pack does: JSON to a sealed tape, masked by
// the default policy in two passes, echoes stripped. With each goes one
// json.Unmarshal of the same, and of-json.Unmarshal is the ratio of their times:
// that of benchmarks minutes apart says little on a shared machine.
func BenchmarkJSONToTape(b *testing.B) {
	policy, err := mask.Compile(mask.Default())
	if err != nil {
		b.Fatal(err)
	}
	pack := func(text []byte) error {
		w := format.NewWriter(io.Discard, format.Header{}, nil)
		for e, err := range ahead.Of(policy.NewFilter(nil).Events(rrweb.NewDecoder(bytes.NewReader(text), nil).Events())) {
			if err == nil {
				err = w.Write(e)
			}
			if err != nil {
				return err
			}
		}
		return w.Close()
	}
	each(b, func(b *testing.B, text []byte) {
		var packed, unmarshaled time.Duration
		for b.Loop() {
			start := time.Now()
			var v any
			if err := json.Unmarshal(text, &v); err != nil {
				b.Fatal(err)
			}
			half := time.Now()
			if err := pack(text); err != nil {
				b.Fatal(err)
			}
			unmarshaled += half.Sub(start)
			packed += time.Since(half)
		}
		b.ReportMetric(packed.Seconds()/unmarshaled.Seconds(), "of-json.Unmarshal")
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

// synthetic returns the tape of a synthetic session, and its length in time.
func synthetic(b *testing.B, events int) ([]byte, time.Duration) {
	var out bytes.Buffer
	w := format.NewWriter(&out, format.Header{}, nil)
	last := time.Duration(0)
	for e := range sessions.Synthetic(events) {
		last = e.Time
		if err := w.Write(e); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return out.Bytes(), last
}

// seek opens the tape and makes the page at a random time, and reports the
// median time of that in milliseconds.
func seek(b *testing.B, file []byte, length time.Duration) {
	random := rand.New(rand.NewPCG(3, 4))
	var times []time.Duration
	for b.Loop() {
		at := time.Duration(random.Int64N(int64(length)))
		start := time.Now()
		r, err := format.NewReader(bytes.NewReader(file), int64(len(file)), nil)
		if err != nil {
			b.Fatal(err)
		}
		p := replay.NewPlayer(r)
		if page, _ := p.At(at); page.Root() == nil && at > time.Second {
			b.Fatal("no page")
		}
		p.Close()
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "median-ms")
}

// BenchmarkSeek is a cold seek: open, index, keyframe, events up to a random
// time, applied.
func BenchmarkSeek(b *testing.B) {
	for _, s := range sessions.All(b) {
		b.Run(s.Name, func(b *testing.B) {
			events, h := decode(b, s.JSON(b))
			first, last := events[0].Time, events[len(events)-1].Time
			seek(b, tape(b, h, events), last-first)
		})
	}
}

// BenchmarkSeekSynthetic is the same on sessions of 1, 10 and 100 times the
// length: 3,000, 30,000 and 300,000 events.
func BenchmarkSeekSynthetic(b *testing.B) {
	for _, n := range []int{3000, 30000, 300000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			file, length := synthetic(b, n)
			b.ReportMetric(float64(len(file)), "bytes")
			seek(b, file, length)
		})
	}
}
