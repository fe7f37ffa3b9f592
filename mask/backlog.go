package mask

import (
	"iter"

	"github.com/pagetape/pagetape/format"
)

// A backlog keeps events in order.
type backlog struct {
	limit int
	list  []format.Event
}

func (b *backlog) add(e format.Event) error {
	b.list = append(b.list, e)
	return nil
}

func (b *backlog) events() iter.Seq2[format.Event, error] {
	return func(yield func(format.Event, error) bool) {
		for i, e := range b.list {
			b.list[i] = format.Event{} // it is the caller's from here on
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (b *backlog) close() {}
