package replay

import (
	"io"
	"iter"
	"time"

	"github.com/pagetape/pagetape/format"
)

// A cursor reads the events of a source one after the other, from where Replay
// would begin for a time. A format.Cursor has its methods, and what is said there
// holds.
type cursor interface {
	Time() (time.Duration, bool)
	Next() (format.Event, error)
	Scan(to time.Duration) (format.Event, bool)
	Close()
	// clone returns a cursor that stands at the same event and reads on by itself;
	// nil where that would have to read again what lies before.
	clone() cursor
}

// open returns a cursor of the source for a time.
func open(src Source, from time.Duration) cursor {
	if t := tapeOf(src); t != nil {
		return tapeCursor{t.Cursor(from)}
	}
	if events, ok := src.(Events); ok {
		return &eventsCursor{left: events}
	}
	c := &pulledCursor{}
	c.pull, c.stop = iter.Pull2(src.Replay(from, always))
	return c
}

// tapeOf returns the tape that a source is, nil if it is none.
func tapeOf(src Source) *format.Reader {
	switch t := src.(type) {
	case *format.Reader:
		return t
	case *format.ReadCloser:
		return t.Reader
	}
	return nil
}

// A tapeCursor is that of a tape.
type tapeCursor struct{ *format.Cursor }

func (c tapeCursor) clone() cursor { return tapeCursor{c.Cursor.Clone()} }

// An eventsCursor is that of events in memory.
type eventsCursor struct{ left Events }

func (c *eventsCursor) Time() (time.Duration, bool) {
	if len(c.left) == 0 {
		return 0, false
	}
	return c.left[0].Time, true
}

func (c *eventsCursor) Next() (format.Event, error) {
	if e, ok := c.Scan(always); ok {
		return e, nil
	}
	return format.Event{}, io.EOF
}

func (c *eventsCursor) Scan(to time.Duration) (format.Event, bool) {
	if len(c.left) == 0 || c.left[0].Time > to {
		return format.Event{}, false
	}
	e := c.left[0]
	c.left = c.left[1:]
	return e, true
}

func (c *eventsCursor) clone() cursor { return &eventsCursor{c.left} }
func (c *eventsCursor) Close()        {}

// A pulledCursor is that of any source.
type pulledCursor struct {
	pull func() (format.Event, error, bool)
	stop func()
	head format.Event // where there is one
	has  bool
	err  error // that the source ended in
}

func (c *pulledCursor) Time() (time.Duration, bool) {
	if !c.has && c.err == nil {
		e, err, ok := c.pull()
		switch {
		case !ok:
			c.err = io.EOF
		case err != nil:
			c.err = err
		default:
			c.head, c.has = e, true
		}
	}
	return c.head.Time, c.has
}

func (c *pulledCursor) Next() (format.Event, error) {
	if e, ok := c.Scan(always); ok {
		return e, nil
	}
	return format.Event{}, c.err
}

func (c *pulledCursor) Scan(to time.Duration) (format.Event, bool) {
	if at, ok := c.Time(); !ok || at > to {
		return format.Event{}, false
	}
	e := c.head
	c.head, c.has = format.Event{}, false
	return e, true
}

func (c *pulledCursor) clone() cursor { return nil }
func (c *pulledCursor) Close()        { c.stop() }
