package format

import (
	"cmp"
	"errors"
	"io"
	"iter"
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

	unpacker *unpacker
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
		d.unpacker = newUnpacker(d.scan.opts.Limits)
		defer d.unpacker.release()
		var first error
		if _, err := d.Header(); err != nil {
			if !d.scan.opts.Salvage || errors.Is(err, ErrVersion) {
				yield(Event{}, err)
				return
			}
			first = err
		}
		for {
			f, payload, err := d.scan.next()
			if err == io.EOF {
				break
			}
			newer := false // the tape is, not a frame
			if err == nil {
				var more bool
				if more, err = d.frame(f, payload, yield); !more {
					return
				}
				newer = errors.Is(err, ErrVersion)
			}
			if err != nil {
				first = cmp.Or(first, d.scan.gap, err)
				if !d.scan.opts.Salvage || newer {
					break
				}
			}
		}
		if first = cmp.Or(first, d.scan.gap); first != nil {
			yield(Event{}, first)
		}
	}
}

// frame yields the events of one frame. It returns whether to go on, and what
// is wrong with the frame.
func (d *Decoder) frame(f *Frame, payload []byte, yield func(Event, error) bool) (bool, error) {
	d.closed = f.Kind == FrameFoot
	switch f.Kind {
	case FrameHead:
		h, err := decodeHeader(payload, d.scan.opts.Limits.Memory)
		if err != nil {
			return true, d.fail(f, "head", err)
		}
		if !d.headed { // the first one was damaged
			d.header, d.headed = h, true
		}
		d.part(f, h)
	case FrameHeap:
		if d.skip && f.epoch == d.epoch {
			return true, nil
		}
		if err := d.unpacker.sections(d.tablesOf(f), payload, false); err != nil {
			return true, d.fail(f, "heap", err)
		}
	case FrameEvents:
		if d.skip && f.epoch == d.epoch {
			return true, nil
		}
		more, err := d.unpacker.each(d.tablesOf(f), payload, func(e Event) bool {
			e.Time += d.shift
			return yield(e, nil)
		})
		if err != nil {
			return true, d.fail(f, "events", err)
		}
		return more, nil
	case FrameKey, FrameFoot:
	default:
		if !f.Kind.ancillary() {
			return true, d.fail(f, "frame", ErrVersion)
		}
	}
	return true, nil
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
