// Memory packs and masks a stream of events of any length, as JSON, and prints
// how much memory that takes at its peak:
//
//	go run ./memory [-bytes 1000000000] [-mask default]
//
// The stream is sessions.Synthetic: a page of 2,100 nodes that goes on
// changing. It is generated, encoded, decoded, masked and stored in one
// process.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/snapshot"
)

func main() {
	size := flag.Int64("bytes", 1e9, "length of the JSON")
	policy := flag.String("mask", "default", "default or none")
	flag.Parse()
	r, err := run(*size, *policy != "none")
	if err != nil {
		fmt.Fprintln(os.Stderr, "memory:", err)
		os.Exit(1)
	}
	fmt.Println(r)
}

// A result is what a run took.
type result struct {
	json, tape int64
	events     int
	took       time.Duration
	heap       uint64 // peak of what is in use, in bytes, beyond what was in use before
	page       uint64 // of the page itself
	resident   string // peak of the process, as the kernel has it
}

func (r result) String() string {
	const mib = 1 << 20
	return fmt.Sprintf("%d events, %.1f MB of JSON in %v (%.0f MB/s), tape %.2f MB\npeak heap %.1f MiB beyond a page of %.1f MiB; peak of the whole process (VmHWM) %s",
		r.events, float64(r.json)/1e6, r.took.Round(time.Second), float64(r.json)/1e6/r.took.Seconds(), float64(r.tape)/1e6,
		float64(r.heap-min(r.heap, r.page))/mib, float64(r.page)/mib, r.resident)
}

// A counter counts the bytes written to it.
type counter struct{ n atomic.Int64 }

func (c *counter) Write(b []byte) (int, error) {
	c.n.Add(int64(len(b)))
	return len(b), nil
}

func run(size int64, masked bool) (result, error) {
	var res result
	res.page = pageSize()
	before := inUse()
	var text, tape counter
	in, out := io.Pipe()
	go func() {
		w := bufio.NewWriterSize(io.MultiWriter(out, &text), 64<<10)
		_, err := rrweb.Encode(w, time.Unix(1_700_000_000, 0), func(yield func(format.Event, error) bool) {
			for e, err := range sessions.Synthetic(1 << 40) {
				if text.n.Load() >= size || !yield(e, err) {
					return
				}
			}
		})
		if err == nil {
			err = w.Flush()
		}
		out.CloseWithError(err)
	}()
	stop, peak := make(chan struct{}), make(chan uint64)
	go watch(stop, peak)
	start := time.Now()
	d := rrweb.NewDecoder(in, nil)
	header, err := d.Header()
	if err != nil {
		return res, err
	}
	events := d.Events()
	if masked {
		p, err := mask.Compile(mask.Default())
		if err != nil {
			return res, err
		}
		events = p.NewFilter(nil).Events(events)
	}
	w := format.NewWriter(&tape, header, nil)
	for e, err := range events {
		if err != nil {
			return res, err
		}
		if err := w.Write(e); err != nil {
			return res, err
		}
		res.events++
	}
	if err := w.Close(); err != nil {
		return res, err
	}
	res.took = time.Since(start)
	close(stop)
	res.heap = <-peak
	res.heap -= min(before, res.heap)
	res.json, res.tape, res.resident = text.n.Load(), tape.n.Load(), resident()
	return res, nil
}

// pageSize is how much memory the synthetic page takes.
func pageSize() uint64 {
	before := inUse()
	var p snapshot.Page
	for e := range sessions.Synthetic(20) {
		_ = e.Data.Apply(&p)
	}
	after := inUse()
	runtime.KeepAlive(&p)
	return after - min(before, after)
}

// inUse is what the heap has in use right after a collection.
func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

// watch sends the peak of the heap in use, garbage among it.
func watch(stop <-chan struct{}, peak chan<- uint64) {
	var most uint64
	for {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		most = max(most, m.HeapInuse)
		select {
		case <-stop:
			peak <- most
			return
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func resident() string {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			return strings.TrimSpace(rest)
		}
	}
	return "unknown"
}
