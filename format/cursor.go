package format

import (
	"cmp"
	"io"
	"slices"
	"time"
)

// A Cursor reads the events of a tape one after the other, on demand. It is
// what a player needs that seeks: it tells when the next event is before it
// decodes it, can decode into memory that it uses again, and can be cloned where
// it stands. It is not safe for concurrent use; clones of it are, each by itself.
type Cursor struct {
	p     pass
	from  time.Duration
	begun bool    // it has gone to where it starts
	next  int     // the frame to open next
	end   int     // the one before which the Cursor ends
	keys  []Event // keyframes that come first
	open  bool    // p has a frame open
	err   error   // the first damage, which is told at the end
	over  bool

	all *Decoder // of a tape that is not sealed, which reads it from the first event
}

// Cursor returns a Cursor that stands before the first of the events that
// Replay(from, ...) yields, and reads to the end of the tape.
func (t *Reader) Cursor(from time.Duration) *Cursor {
	if !t.Sealed() {
		return &Cursor{p: pass{t: t}, begun: true, all: t.decoder()}
	}
	c := t.cursor(0, len(t.Frames))
	c.from, c.begun = from, false
	return c
}

// cursor returns a Cursor of the events in the frames from first up to end.
func (t *Reader) cursor(first, end int) *Cursor {
	return &Cursor{p: pass{t: t, u: newUnpacker(t.opts.Limits)}, begun: true, next: first, end: end}
}

// begin goes to the last keyframe before the events to come that can be read.
func (c *Cursor) begin(scan bool) {
	c.begun = true
	for i := c.p.t.keyBefore(c.from, c.end); i >= 0; i = c.p.t.keyBefore(c.from, i) {
		if list, err := c.p.t.patches(i); err == nil {
			c.p.reach(list[0], c.from)
		}
		if c.keyframes(i, scan) {
			return
		}
	}
	c.p.reach(0, c.from)
}

// keyframes reads the KEY frame i, to begin with that; false where it is
// damaged.
func (c *Cursor) keyframes(i int, scan bool) bool {
	err := c.p.openKey(i)
	scan = scan && c.p.u.n == 1 // more would be in the same memory
	for err == nil {
		e, ok, failed := c.p.u.next(scan)
		if err = failed; err == nil && !ok {
			c.next = i + 1
			return true
		}
		c.keys = append(c.keys, e)
	}
	c.keys = nil
	c.err = cmp.Or(c.err, c.p.damage(i, err))
	return false
}

// ready sees to it that there is an event to decode; false where there is none.
func (c *Cursor) ready() bool {
	if len(c.keys) > 0 {
		return true
	}
	for !c.over {
		if c.open && c.p.u.left() {
			return true
		}
		c.open = false
		for c.next < c.end && c.p.t.Frames[c.next].Kind != FrameEvents {
			c.next++
		}
		if c.next >= c.end {
			c.over = true
			break
		}
		err := c.p.open(c.next)
		c.next++
		if c.open = err == nil; err != nil {
			c.fail(err)
		}
	}
	return false
}

// fail notes what is wrong with the frame that was opened last.
func (c *Cursor) fail(err error) {
	c.err = cmp.Or(c.err, c.p.damage(c.next-1, err))
	c.open, c.over = false, !c.p.t.opts.Salvage
}

// Time returns the time of the next event; false at the end of the tape, and
// before an error. It does not decode the event: in a damaged tape that is
// salvaged it can turn out that this one cannot be read, and a later one is next.
func (c *Cursor) Time() (time.Duration, bool) { return c.time(false) }

func (c *Cursor) time(scan bool) (time.Duration, bool) {
	if !c.begun {
		c.begin(scan)
	}
	switch {
	case c.all != nil:
		if !c.all.ready() {
			return 0, false
		}
		return c.all.time(), true
	case !c.ready():
		return 0, false
	case len(c.keys) > 0:
		return c.keys[0].Time, true
	}
	return c.p.u.time(), true
}

// Next returns the next event, which is the caller's. At the end it returns
// io.EOF or, as Replay does, the error that the tape has; and again when it is
// called again.
func (c *Cursor) Next() (Event, error) {
	if e, ok := c.read(always, false); ok {
		return e, nil
	}
	if c.all != nil {
		return Event{}, cmp.Or(c.all.damage, io.EOF)
	}
	return Event{}, cmp.Or(c.err, io.EOF)
}

// Scan returns the next event if its time is not after to; false if it is, and
// where Next has an error. What a *Mutation, *FullSnapshot or *Keyframe refers
// to but for strings is the Cursor's, is read-only, and good until its next call:
// scanning allocates next to nothing.
func (c *Cursor) Scan(to time.Duration) (Event, bool) { return c.read(to, true) }

// always is a time that no event is after.
const always = time.Duration(1<<63 - 1)

func (c *Cursor) read(to time.Duration, scan bool) (Event, bool) {
	for {
		if at, ok := c.time(scan); !ok || at > to {
			return Event{}, false
		}
		switch {
		case c.all != nil:
			if e, ok := c.all.next(scan); ok {
				return e, true
			}
			continue
		case len(c.keys) > 0:
			e := c.keys[0]
			c.keys = c.keys[1:]
			return e, true
		}
		e, _, err := c.p.u.next(scan)
		if err == nil {
			return e, true
		}
		c.fail(err)
	}
}

// Skip lets the Cursor leave out what events of these kinds say: their Data is
// nil, which costs little, and damage in it is not met. They must be kinds whose
// events hold no nodes. It is called before the first event is read.
func (c *Cursor) Skip(kinds ...Kind) {
	set := new(kindSet)
	for _, k := range kinds {
		set[k] = true
	}
	if c.all != nil {
		c.all.bare = set
	} else {
		c.p.u.skip = set
	}
}

// Clone returns a Cursor that stands where c does and reads on by itself.
func (c *Cursor) Clone() *Cursor {
	d := *c
	if c.all != nil {
		d.all = c.all.clone(c.p.t)
		return &d
	}
	d.keys = slices.Clone(c.keys)
	d.p.u = c.p.u.clone()
	return &d
}

// Close gives the memory of the Cursor to others. It is not used again.
func (c *Cursor) Close() {
	if c.all != nil {
		c.all.release()
	} else if c.p.u != nil {
		c.p.u.release()
		c.p.u = nil
	}
}

// rest yields the events that are left, up to the time to, and closes c.
func (c *Cursor) rest(to time.Duration, yield func(Event, error) bool) {
	defer c.Close()
	for {
		e, ok := c.read(to, false)
		if !ok {
			break
		}
		if !yield(e, nil) {
			return
		}
	}
	if _, ok := c.Time(); !ok && c.err != nil {
		yield(Event{}, c.err)
	}
}
