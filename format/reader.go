package format

import (
	"errors"
	"io"
	"iter"
	"os"
	"time"
)

// A Reader reads a tape that it can seek in. Its methods are safe for
// concurrent use, if the underlying io.ReaderAt is.
type Reader struct {
	// Header is the header of the session.
	Header Header
	// Frames are the frames of the tape that have a whole head, in order.
	Frames []Frame
	// Closed says that the tape ends in a foot. One that does not is still
	// being written, or lost its end.
	Closed bool

	r      io.ReaderAt
	size   int64
	opts   ReaderOptions
	damage error
}

// NewReader opens the tape of that size in r. It reads the heads of the
// frames, not their payloads. A tape that is damaged behind its header opens:
// Damage says where.
func NewReader(r io.ReaderAt, size int64, opts *ReaderOptions) (*Reader, error) {
	t := &Reader{r: r, size: size}
	if opts != nil {
		t.opts = *opts
	}
	t.opts.Limits = t.opts.Limits.withDefaults()
	d := t.decoder()
	var err error
	if t.Header, err = d.Header(); err != nil && !t.opts.Salvage {
		return nil, err
	}
	t.scan()
	return t, nil
}

func (t *Reader) decoder() *Decoder {
	return NewDecoder(io.NewSectionReader(t.r, 0, t.size), &t.opts)
}

// maxFrames is how many frames a Reader lists: 64 GiB of full ones.
const maxFrames = 1 << 20

// scan collects the frames by their heads alone.
func (t *Reader) scan() {
	head := make([]byte, headSize+maxHeader)
	for at := int64(0); at < t.size; {
		n, err := t.r.ReadAt(head[:min(int64(len(head)), t.size-at)], at)
		if err != nil && err != io.EOF {
			t.damage = &CorruptError{at, "frame", err}
			return
		}
		f, err := frameAt(head[:n], at, t.opts.Limits)
		switch {
		case err != nil:
		case at+f.Size > t.size:
			err = ErrTruncated
		case len(t.Frames) >= maxFrames:
			err = &LimitError{"frames", maxFrames}
		}
		if err != nil {
			t.damage = &CorruptError{at, "frame", err}
			return
		}
		t.Frames = append(t.Frames, *f)
		t.Closed = f.Kind == FrameFoot
		at += f.Size
	}
}

func frameAt(b []byte, at int64, l Limits) (*Frame, error) {
	if len(b) < headSize {
		return nil, ErrTruncated
	}
	hlen, _, err := frameLengths(b, l)
	if err != nil {
		return nil, err
	}
	if len(b) < headSize+hlen {
		return nil, ErrTruncated
	}
	return parseFrame(b[:headSize+hlen], at)
}

// Size returns the size of the tape in bytes.
func (t *Reader) Size() int64 { return t.size }

// Damage returns the damage that shows in the heads of the frames, nil if
// there is none. Damage inside a frame shows when its events are read.
func (t *Reader) Damage() error { return t.damage }

// Events yields all events in file order. It can be used again. The error, if
// any, comes last; see Decoder.Events.
func (t *Reader) Events() iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) { t.decoder().Events()(yield) }
}

// Replay yields the events that make the page at from and go on to the time
// to, in file order. An event whose time is before that of an earlier one
// counts as happening with it. It can be used again.
func (t *Reader) Replay(_, to time.Duration) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for e, err := range t.Events() {
			if err == nil && e.Time > to {
				return
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// A ReadCloser is a Reader of a file.
type ReadCloser struct {
	Reader
	f *os.File
}

// Close closes the file.
func (t *ReadCloser) Close() error { return t.f.Close() }

// OpenReader opens the tape in the file with that name.
func OpenReader(name string, opts *ReaderOptions) (*ReadCloser, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	r, err := NewReader(f, info.Size(), opts)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &ReadCloser{*r, f}, nil
}
