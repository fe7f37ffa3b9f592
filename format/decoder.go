package format

import (
	"cmp"
	"errors"
	"io"
	"iter"
	"maps"
	"time"
)

// ReaderOptions change how a Reader or Decoder reads. The zero value is the
// default.
type ReaderOptions struct {
	Limits Limits
	// Salvage goes on after damage with the next frame that is whole. The
	// first damage is still the error at the end. Events of a part whose HEAD
	// is lost count their time from the start of the part before.
	Salvage bool
	// Key decrypts what a Writer with that key wrote. Nothing else is read then.
	Key []byte
}

// A Decoder reads a tape front to back: from a pipe, or one that is still
// being written. It never seeks. It is not safe for concurrent use.
type Decoder struct {
	scan   scanner
	header Header
	err    error
	begun  bool
	headed bool          // header is one that was read
	shift  time.Duration // of the present part's times
	closed bool

	unpacker *unpacker // nil before the first event
	bare     *kindSet  // what of events it leaves out; nil is nothing
	events   *Frame    // that it has open; nil is none
	damage   error     // the first, which is told at the end
	over     bool
	heap     *heap
	tables   tablesID // of heap
	batches  map[string]bool
	epoch    string // of the present part
	skip     bool   // it was there before
}

// tablesID tells one generation of tables from every other.
type tablesID struct {
	epoch      string
	generation int64
}

// NewDecoder returns a Decoder that reads from r.
func NewDecoder(r io.Reader, opts *ReaderOptions) *Decoder {
	d := &Decoder{}
	if opts != nil {
		d.scan.opts = *opts
	}
	d.scan.opts.Limits = d.scan.opts.Limits.withDefaults()
	d.scan.src.r = r
	d.scan.aead, d.err = newAEAD(d.scan.opts.Key)
	return d
}

// Header returns the header of the session. It reads as far as that. Called
// again it returns the same; an error is as those of Events.
func (d *Decoder) Header() (Header, error) {
	if d.begun || d.err != nil {
		return d.header, d.err
	}
	d.begun = true
	f, payload, err := d.scan.next()
	switch {
	case err == io.EOF:
		d.err = &CorruptError{0, "head", ErrTruncated}
	case err != nil:
		d.err = err
	case f.Kind != FrameHead:
		d.err = d.fail(f, "head", ErrFormat)
	default:
		if d.header, err = decodeHeader(payload, d.scan.opts.Limits.Memory); err != nil {
			d.err = d.fail(f, "head", err)
		} else {
			d.headed = true
			d.part(f, d.header)
		}
	}
	return d.header, d.err
}

// anyHeader returns the first header that can be read, where the tape does not
// begin with one.
func (d *Decoder) anyHeader() Header {
	for !d.headed {
		f, payload, err := d.scan.next()
		if err == io.EOF {
			break
		}
		if err == nil && f.Kind == FrameHead {
			if h, err := decodeHeader(payload, d.scan.opts.Limits.Memory); err == nil {
				d.header, d.headed = h, true
			}
		}
	}
	return d.header
}

// Closed reports whether the last part read so far ended in a foot. A tape
// that does not is still being written, or lost its end at a frame's border.
func (d *Decoder) Closed() bool { return d.closed }

// Events yields the events in file order. It can be used once. Events of a
// second part (a tape appended to another) have times since the first part's
// start. The error, if any, comes last: a *CorruptError where the tape is
// damaged, after all events before the damage, or, with Salvage, after all
// that can still be read.
func (d *Decoder) Events() iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		defer d.release()
		for d.ready() {
			if e, ok := d.next(false); ok && !yield(e, nil) {
				return
			}
		}
		if d.damage != nil {
			yield(Event{}, d.damage)
		}
	}
}

// ready sees to it that there is an event to decode; false where there is none.
func (d *Decoder) ready() bool {
	if d.unpacker == nil {
		d.unpacker = newUnpacker(d.scan.opts.Limits)
		d.unpacker.skip = d.bare
		if _, d.damage = d.Header(); d.damage != nil {
			d.over = !d.scan.opts.Salvage || errors.Is(d.damage, ErrVersion)
		}
	}
	for !d.over {
		if d.events != nil && d.unpacker.left() {
			return true
		}
		d.events = nil
		f, payload, err := d.scan.next()
		switch {
		case err == io.EOF:
			d.damage, d.over = cmp.Or(d.damage, d.scan.gap), true
		case err != nil:
			d.note(err, false)
		default:
			if err := d.frame(f, payload); err != nil {
				d.note(err, errors.Is(err, ErrVersion))
			}
		}
	}
	return false
}

// time returns the time of the next event, where ready says that there is one.
func (d *Decoder) time() time.Duration { return d.unpacker.time() + d.shift }

// next returns the next event, where ready says that there is one; false where it
// cannot be read, nor what is behind it in the frame. With scan it is as
// unpacker.next says.
func (d *Decoder) next(scan bool) (Event, bool) {
	e, _, err := d.unpacker.next(scan)
	if err != nil {
		d.note(d.fail(d.events, "events", err), errors.Is(err, ErrVersion))
		d.events = nil
		return Event{}, false
	}
	e.Time += d.shift
	return e, true
}

// note notes damage. newer says that the tape is, and not a frame of it.
func (d *Decoder) note(err error, newer bool) {
	d.damage, d.over = cmp.Or(d.damage, d.scan.gap, err), newer || !d.scan.opts.Salvage
}

// release gives the memory that the Decoder reads into to others.
func (d *Decoder) release() {
	if d.unpacker != nil {
		d.unpacker.release()
		d.unpacker, d.events = nil, nil
	}
}

// clone returns a Decoder of the tape t that stands where d does, which is one of
// t, and reads on by itself.
func (d *Decoder) clone(t *Reader) *Decoder {
	c := *d
	at := d.scan.pos
	c.scan.src = window{r: io.NewSectionReader(t, at, t.size-at), base: at}
	c.scan.buf, c.scan.raw = nil, nil
	c.batches, c.heap = maps.Clone(d.batches), d.heap.clone()
	if d.unpacker != nil {
		c.unpacker = d.unpacker.clone()
		c.unpacker.heap = c.heap
	}
	return &c
}

// frame takes what is in a frame, or opens it if it has events. It returns what
// is wrong with it.
func (d *Decoder) frame(f *Frame, payload []byte) error {
	d.closed = f.Kind == FrameFoot
	switch f.Kind {
	case FrameHead:
		h, err := decodeHeader(payload, d.scan.opts.Limits.Memory)
		if err != nil {
			return d.fail(f, "head", err)
		}
		if !d.headed { // the first one was damaged
			d.header, d.headed = h, true
		}
		d.part(f, h)
	case FrameHeap:
		if d.skip && f.epoch == d.epoch {
			return nil
		}
		if err := d.unpacker.sections(d.tablesOf(f), payload, false); err != nil {
			return d.fail(f, "heap", err)
		}
	case FrameEvents:
		if d.skip && f.epoch == d.epoch {
			return nil
		}
		if err := d.unpacker.open(d.tablesOf(f), payload); err != nil {
			return d.fail(f, "events", err)
		}
		d.events = f
	case FrameKey, FrameFoot:
	default:
		if !f.Kind.ancillary() {
			return d.fail(f, "frame", ErrVersion)
		}
	}
	return nil
}

// fail is the error for what is wrong with the frame.
func (d *Decoder) fail(f *Frame, section string, err error) error {
	return &CorruptError{d.scan.base + f.Offset, section, err}
}

// part begins a part of the tape. It has tables of its own, those of the same
// tape a second time too.
func (d *Decoder) part(f *Frame, h Header) {
	d.heap, d.epoch = nil, f.epoch
	d.shift = h.Start.Sub(d.header.Start)
	d.skip = f.batch != "" && d.batches[f.batch]
	if f.batch != "" && !d.skip {
		if d.batches == nil {
			d.batches = make(map[string]bool)
		}
		d.batches[f.batch] = true
	}
}

// tablesOf returns the heap of the frame's generation of tables.
func (d *Decoder) tablesOf(f *Frame) *heap {
	id := tablesID{f.epoch, f.generation}
	if d.heap == nil || id != d.tables {
		d.heap, d.tables = &heap{limits: d.scan.opts.Limits}, id
	}
	return d.heap
}
