// Package ahead lets what yields events run ahead of who takes them, on another
// core.
package ahead

import (
	"iter"

	"github.com/pagetape/pagetape/format"
)

// Events go over in batches: a channel costs more than most events do. Who has
// nothing to do gets a small one.
const (
	batchSize = 128
	idle      = 8
	batches   = 4 // that can wait
)

type batch struct {
	events []format.Event
	err    error
	panics any // what the sequence panicked with
}

// Of yields what in yields, which runs in a goroutine of its own and is up to
// 768 events ahead. The goroutine has ended when the loop over the result has,
// however that ends; a panic of in is one of the loop. An error ends it, as in
// every sequence of events.
func Of(in iter.Seq2[format.Event, error]) iter.Seq2[format.Event, error] {
	return func(yield func(format.Event, error) bool) {
		full := make(chan batch, batches)
		stop := make(chan struct{})
		go func() {
			var b batch
			defer func() {
				b.panics = recover()
				select {
				case full <- b:
				case <-stop:
				}
				close(full)
			}()
			for e, err := range in {
				if b.err = err; err != nil {
					return
				}
				if b.events = append(b.events, e); len(b.events) < batchSize && (len(b.events) < idle || len(full) > 0) {
					continue
				}
				select {
				case full <- b:
					b = batch{events: make([]format.Event, 0, batchSize)}
				case <-stop:
					b = batch{}
					return
				}
			}
		}()
		defer func() {
			close(stop)
			for range full { // until it has ended
			}
		}()
		for b := range full {
			for _, e := range b.events {
				if !yield(e, nil) {
					return
				}
			}
			if b.panics != nil {
				panic(b.panics)
			}
			if b.err != nil {
				yield(format.Event{}, b.err)
				return
			}
		}
	}
}
