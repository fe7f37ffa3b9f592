package format

import (
	"crypto/cipher"
	"errors"
	"io"
	"iter"
	"os"
	"slices"
	"sync"
)

// A Reader reads a tape that it can seek in. Its methods are safe for
// concurrent use, if the underlying io.ReaderAt is.
type Reader struct {
	// Header is the header of the session.
	Header Header
	// Frames are the frames of the tape that have a whole head, in order, up to
	// the first damage that shows in the heads. They must not be changed: Replay
	// goes by them.
	Frames []Frame
	// Closed says that the tape ends in a foot. One that does not is still
	// being written, or lost its end.
	Closed bool

	r      io.ReaderAt
	size   int64
	opts   ReaderOptions
	aead   cipher.AEAD
	damage error
	tail   []byte // what was read when it was opened: the end of the tape
	index  *index // nil where it has none, or one that is damaged; without the summary
	said   []byte // the payload of that

	mu     sync.Mutex
	heaps  map[int64]*segment // by generation, the last ones used
	recent []int64
}

// tailSize is how many bytes a Reader reads first: foot, index, and all of a
// small tape.
const tailSize = 64 << 10

// NewReader opens the tape of that size in r. Of a tape that was closed it
// reads the end: once, and once more where the index is longer than 64 KiB. Of
// another, or where the end is damaged, it reads the heads of all frames. A
// tape that is damaged behind its header opens: Damage says where. With Salvage
// one without a header that can be read opens too; Header is zero then.
func NewReader(r io.ReaderAt, size int64, opts *ReaderOptions) (*Reader, error) {
	t := &Reader{r: r, size: size, heaps: make(map[int64]*segment)}
	if opts != nil {
		t.opts = *opts
	}
	t.opts.Limits = t.opts.Limits.withDefaults()
	var err error
	if t.aead, err = newAEAD(t.opts.Key); err != nil {
		return nil, err
	}
	if err := t.open(); err == nil {
		return t, nil
	} else if errors.Is(err, ErrKey) {
		return nil, err
	}
	t.Frames, t.damage = nil, nil
	d := t.decoder()
	if t.Header, err = d.Header(); err != nil && !t.opts.Salvage {
		return nil, err
	}
	if err != nil {
		t.Header = d.anyHeader()
	}
	t.scan()
	return t, nil
}

// open reads the tape's index from its end.
func (t *Reader) open() error {
	t.tail = make([]byte, min(t.size, tailSize))
	if n, err := t.r.ReadAt(t.tail, t.size-int64(len(t.tail))); n < len(t.tail) {
		t.tail = nil
		return err
	}
	if len(t.tail) < footSize {
		return ErrTruncated
	}
	at := t.size - footSize
	foot, err := frameAt(t.tail[len(t.tail)-footSize:], at, t.opts.Limits)
	switch {
	case err != nil:
		return err
	case foot.Kind != FrameFoot, foot.partSize != t.size, foot.indexSize < headSize,
		foot.indexSize > int64(headSize+maxHeader+t.opts.Limits.Frame), foot.indexSize > at:
		return ErrFormat
	}
	at -= foot.indexSize
	if missing := t.size - int64(len(t.tail)) - at; missing > 0 {
		more := make([]byte, int(missing)+len(t.tail))
		if n, err := t.r.ReadAt(more[:missing], at); n < int(missing) {
			return err
		}
		copy(more[missing:], t.tail)
		t.tail = more
	}
	f, payload, err := t.frame(at, foot.indexSize)
	if err != nil {
		return &CorruptError{at, "index", err}
	}
	if f.Kind != FrameIndex {
		return ErrFormat
	}
	u := newUnpacker(t.opts.Limits)
	defer u.release()
	u.skip = &kindSet{KindSummary: true}
	x, err := decodeIndex(payload, u)
	if err != nil {
		return err
	}
	t.said = payload
	if x.list.Kinds == nil {
		if t.scan(); t.damage != nil || !t.Closed || !onePart(t.Frames) {
			return ErrFormat
		}
	} else {
		frames := x.list.frames(t.opts.Limits)
		if n := len(frames); n == 0 || frames[n-1].Offset+frames[n-1].Size != at || !onePart(frames) {
			return ErrFormat
		}
		f.Size, foot.Size = foot.indexSize, footSize
		t.Frames = append(frames, *f, *foot)
	}
	head := []byte(x.list.Head)
	if len(head) == 0 {
		if _, head, err = t.frame(0, t.Frames[0].Size); err != nil {
			return err
		}
	}
	if t.Header, err = decodeHeader(head, t.opts.Limits.Memory); err != nil {
		return err
	}
	t.index, t.Closed = x, true
	return nil
}

// onePart says whether the only HEAD is the first frame.
func onePart(frames []Frame) bool {
	for i := range frames {
		if (frames[i].Kind == FrameHead) != (i == 0) {
			return false
		}
	}
	return true
}

// ReadAt reads bytes of the tape, those at its end from memory (io.ReaderAt).
func (t *Reader) ReadAt(p []byte, at int64) (int, error) {
	if b := t.kept(at, int64(len(p))); b != nil {
		return copy(p, b), nil
	}
	return t.r.ReadAt(p, at)
}

// kept returns n bytes of the end of the tape that is in memory, nil if they are
// not all in it.
func (t *Reader) kept(at, n int64) []byte {
	from := at - (t.size - int64(len(t.tail)))
	if from < 0 || from+n > int64(len(t.tail)) {
		return nil
	}
	return t.tail[from : from+n : from+n]
}

// bytes returns n bytes of the tape, in buf where they have to be copied.
func (t *Reader) bytes(at, n int64, buf *[]byte) ([]byte, error) {
	if b := t.kept(at, n); b != nil {
		return b, nil
	}
	*buf = slices.Grow((*buf)[:0], int(n))
	b := (*buf)[:n]
	if m, err := t.r.ReadAt(b, at); m < len(b) {
		if err == nil || err == io.EOF {
			err = ErrTruncated
		}
		return nil, err
	}
	return b, nil
}

// frame reads a frame of that size.
func (t *Reader) frame(at, size int64) (*Frame, []byte, error) {
	b, err := t.bytes(at, size, new([]byte))
	if err != nil {
		return nil, nil, err
	}
	return t.decode(b, at, new([]byte))
}

// decode reads the one frame that b is, with its payload, in buf where that has
// to be decompressed.
func (t *Reader) decode(b []byte, at int64, buf *[]byte) (*Frame, []byte, error) {
	f, err := frameAt(b, at, t.opts.Limits)
	if err != nil {
		return nil, nil, err
	}
	stored, err := f.payloadOf(b)
	if err != nil {
		return nil, nil, err
	}
	if stored, err = f.decrypt(stored, t.aead); err != nil {
		return nil, nil, err
	}
	payload, err := f.decompress(stored, t.opts.Limits.Window, buf)
	return f, payload, err
}

// decoder returns a Decoder of the tape from its beginning.
func (t *Reader) decoder() *Decoder {
	return NewDecoder(io.NewSectionReader(t, 0, t.size), &t.opts)
}

// scan collects the frames by their heads alone.
func (t *Reader) scan() {
	head := make([]byte, headSize+maxHeader)
	for at := int64(0); at < t.size; {
		n, err := t.ReadAt(head[:min(int64(len(head)), t.size-at)], at)
		if err != nil && err != io.EOF {
			t.damage = &CorruptError{at, "frame", err}
			return
		}
		f, err := frameAt(head[:n], at, t.opts.Limits)
		switch {
		case err != nil:
		case at+f.Size > t.size:
			err = ErrTruncated
		case len(t.Frames) >= t.opts.Limits.Frames:
			err = &LimitError{"frames", t.opts.Limits.Frames}
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

// frameAt reads the head and header of the frame that b begins with.
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

// Summary returns the summary in the tape's index. Where the tape has none that
// can be read, as one that is still being written, the summary is made of its
// events.
func (t *Reader) Summary() (Summary, error) {
	if t.index != nil {
		u := newUnpacker(t.opts.Limits)
		defer u.release()
		if x, err := decodeIndex(t.said, u); err == nil {
			return x.summary, nil
		}
	}
	return Summarize(t.Events())
}

// Indexed says whether the tape has an index: whether Summary needs no event,
// and Replay starts at a keyframe.
func (t *Reader) Indexed() bool { return t.index != nil }

// Events yields all events in file order. It can be used again. The error, if
// any, comes last; see Decoder.Events.
func (t *Reader) Events() iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) { t.decoder().Events()(yield) }
}

// A ReadCloser is a Reader of a file that it closes.
type ReadCloser struct {
	*Reader
	f *os.File
}

// Close closes the file. What the Reader returned stays good.
func (t *ReadCloser) Close() error { return t.f.Close() }

// OpenReader opens the tape in the file with that name, as NewReader does. The
// caller closes it.
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
	return &ReadCloser{r, f}, nil
}
