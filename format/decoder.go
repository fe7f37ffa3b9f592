package format

import (
	"bytes"
	"cmp"
	"crypto/cipher"
	"errors"
	"hash/crc32"
	"io"
	"iter"
	"time"

	"github.com/pagetape/pagetape/internal/wire"
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

// Header returns the header of the session. It reads as far as that.
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
		if err := d.unpacker.open(d.tablesOf(f), payload); err != nil {
			return true, d.fail(f, "events", err)
		}
		for {
			e, ok, err := d.unpacker.next()
			if err != nil {
				return true, d.fail(f, "events", err)
			}
			if !ok {
				break
			}
			e.Time += d.shift
			if !yield(e, nil) {
				return false, nil
			}
		}
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

// reason translates an error of the wire package.
func reason(err error, l Limits) error {
	switch err {
	case wire.ErrBudget:
		return &LimitError{"memory of a frame", l.Memory}
	case wire.ErrDepth:
		return &LimitError{"depth", maxNesting}
	case errStrings:
		return &LimitError{"strings", l.Strings}
	case errStringBytes:
		return &LimitError{"bytes of strings", l.StringBytes}
	case errValues:
		return &LimitError{"values of a frame", l.Values}
	}
	return ErrPayload
}

// A scanner finds and checks the frames of a tape.
type scanner struct {
	opts ReaderOptions
	src  window
	pos  int64 // of the next frame
	aead cipher.AEAD
	buf  []byte // of the payload
	raw  []byte // the payload as stored, but decrypted

	epoch  string
	seq    int64 // of the last frame of the epoch
	part   int64 // where the part began
	base   int64 // where the stream begins in the tape
	heads  bool  // payloads are not asked for
	all    bool  // those of KEY, INDEX and REDACT are asked for too
	failed bool  // reading did, which was told
	gap    error // the first one, when salvaging: no reason to leave out the frame behind it
	waste  int64 // bytes of payloads that were read and had another checksum
}

// freeWaste is how much may be read in vain before a damaged frame is believed
// to be as long as it says. Frames in the payload of a damaged one are looked
// for, as bytes may be missing; a tape made of frames in frames must not take
// quadratic time.
const freeWaste = 64 << 20

// next returns the next frame with its decoded payload, which is valid until
// the call after. At a clean end it returns io.EOF. After another error the
// scanner stands at the next sync mark, if it is to salvage.
func (s *scanner) next() (*Frame, []byte, error) {
	at := s.pos
	f, payload, err := s.read(at)
	if err == nil || err == io.EOF {
		return f, payload, err
	}
	if f != nil && s.pos > at { // only the frame's place or content is wrong
		return f, payload, err
	}
	s.resync(at + 1)
	return nil, nil, err
}

func (s *scanner) read(at int64) (*Frame, []byte, error) {
	s.src.release(at)
	head, err := s.src.at(at, headSize)
	if len(head) == 0 && (err == io.EOF || err != nil && s.failed) {
		return nil, nil, io.EOF
	}
	fail := func(section string, err error) error { return &CorruptError{s.base + at, section, err} }
	if err != nil {
		s.failed = err != io.EOF // and there is no more to come
		if !bytes.HasPrefix([]byte(syncMark), head[:min(4, len(head))]) {
			return nil, nil, fail("frame", ErrFormat)
		}
		return nil, nil, fail("frame", cut(err))
	}
	hlen, stored, err := frameLengths(head, s.opts.Limits)
	if err != nil {
		return nil, nil, fail("frame", err)
	}
	head, err = s.src.at(at, headSize+hlen)
	if err != nil {
		return nil, nil, fail("frame", cut(err))
	}
	f, err := parseFrame(head, at)
	if err != nil {
		return nil, nil, fail("frame", err)
	}
	all, err := s.src.at(at, headSize+hlen+stored)
	if err != nil {
		return nil, nil, fail("frame", cut(err))
	}
	payload := all[headSize+hlen:]
	if crc32.Checksum(payload, castagnoli) != f.storeCRC {
		if s.waste += int64(stored); s.waste > max(freeWaste, 4*at) {
			s.pos = at + f.Size
		}
		return f, nil, fail("frame", ErrChecksum)
	}
	s.pos = at + f.Size
	if err := s.place(f); err != nil {
		return f, nil, fail("frame", err)
	}
	switch {
	case s.heads:
	case f.Kind == FrameHead, f.Kind == FrameEvents, f.Kind == FrameHeap,
		s.all && (f.Kind == FrameKey || f.Kind == FrameIndex || f.Kind == FrameRedact):
		if payload, err = s.payload(f, payload); err != nil {
			return f, nil, fail("frame", err)
		}
		return f, payload, nil
	}
	return f, nil, nil
}

// payload returns the payload of a frame, decrypted and decoded.
func (s *scanner) payload(f *Frame, stored []byte) ([]byte, error) {
	stored, err := f.open(stored, s.aead)
	if err != nil {
		return nil, err
	}
	s.raw = stored
	return f.decode(stored, &s.buf)
}

// cut is the error for a frame that the tape ends in.
func cut(err error) error {
	if err == io.EOF {
		return ErrTruncated
	}
	return err
}

// place checks that the frame follows the one before: frames of an epoch are
// numbered, and a foot knows how long its part is.
func (s *scanner) place(f *Frame) error {
	switch {
	case f.Kind == FrameFoot:
		want := s.part
		s.part = f.Offset + f.Size
		if f.partSize != f.Offset+f.Size-want {
			return ErrGap
		}
		return nil
	case f.Kind == FrameHead:
		s.epoch, s.seq, s.part = f.epoch, f.seq, f.Offset
		return nil
	case f.epoch == "":
		return nil
	}
	last := s.seq
	ok := f.epoch == s.epoch && f.seq == last+1
	s.epoch, s.seq = f.epoch, f.seq
	if !ok && !f.Kind.ancillary() {
		if s.opts.Salvage {
			s.gap = cmp.Or(s.gap, error(&CorruptError{s.base + f.Offset, "frame", ErrGap}))
			return nil
		}
		return ErrGap
	}
	return nil
}

// resync moves on to the next sync mark at or after pos, or to the end.
func (s *scanner) resync(pos int64) {
	const step = 64 << 10
	for {
		s.src.release(pos)
		b, err := s.src.at(pos, step)
		if i := bytes.Index(b, []byte(syncMark)); i >= 0 {
			s.pos = pos + int64(i)
			return
		}
		if err != nil {
			s.pos = pos + int64(len(b))
			return
		}
		pos += int64(len(b) - len(syncMark) + 1)
	}
}

// A window is the part of a stream that is in memory.
type window struct {
	r    io.Reader
	base int64 // offset of buf in the stream
	used int   // bytes of buf that were released
	buf  []byte
	err  error
}

// at returns the n bytes at offset off, which is not before the last release.
// Where the stream ends before, it returns what there is, and the error.
func (w *window) at(off int64, n int) ([]byte, error) {
	for w.err == nil && w.base+int64(len(w.buf)) < off+int64(n) {
		// What a frame claims to be long is read in steps: no more is
		// allocated than twice what really comes.
		want := min(int(off+int64(n)-w.base)-len(w.buf), 1<<20)
		if cap(w.buf)-len(w.buf) < want {
			w.makeRoom(want)
		}
		var m int
		m, w.err = w.r.Read(w.buf[len(w.buf):cap(w.buf)])
		w.buf = w.buf[:len(w.buf)+m]
	}
	from := min(int(off-w.base), len(w.buf))
	if len(w.buf)-from >= n {
		return w.buf[from : from+n : from+n], nil
	}
	return w.buf[from:], w.err
}

// makeRoom drops what was released, and makes room for n bytes.
func (w *window) makeRoom(n int) {
	kept := w.buf[w.used:]
	if size := len(kept) + n; size > cap(w.buf) || w.used < cap(w.buf)/2 {
		w.buf = make([]byte, 0, max(size, min(2*len(kept), len(kept)+4<<20), 64<<10))
	}
	w.buf = append(w.buf[:0], kept...)
	w.base += int64(w.used)
	w.used = 0
}

// release forgets what is before off.
func (w *window) release(off int64) {
	w.used = max(w.used, min(int(off-w.base), len(w.buf)))
}
