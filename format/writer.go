package format

import (
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/pagetape/pagetape/internal/wire"
)

// WriterOptions change how a Writer writes. The zero value is the default.
type WriterOptions struct {
	// Live writes the events as they come, each frame with the strings that
	// are new in it, so that a crash loses what was not flushed and no more.
	// Without it the tape is sealed: smaller, and a reader finds any moment in
	// it at once, but what Write was given is only on its way when a segment is
	// full, or Flush or Close is called. Seal makes a sealed tape of a live one.
	Live bool
	// Flush is after about how many values of events (with Live, and bytes of
	// new strings) a frame ends: 64 Ki, 4 Mi at most. Smaller frames lose less in
	// a crash and compress less.
	Flush int
	// FlushEvery is after how long a live tape's events are written although
	// they do not fill a frame: 2 s. It is looked at when Write is called.
	FlushEvery time.Duration
	// Segment is after how many bytes of new strings the tables begin again: 256
	// KiB, 32 MiB at most, but no fewer than three times what the first frame
	// had. It bounds the memory of a Writer, what a Reader reads for one moment,
	// and how much of a live tape a damaged frame takes along.
	Segment int
	// Keyframes is after how many values of events (a position of the pointer
	// is four, an added node three and more) a sealed tape gets a keyframe,
	// whatever it costs. Without it they are where they take a tenth of the tape
	// at most, or a quarter where a page changes much in few bytes.
	Keyframes int
	// Level is how well to compress: LevelFast with Live, else LevelBetter.
	Level Level
	// Key, of KeySize bytes, encrypts every payload. Nil or empty is none.
	Key []byte
	// Batch names what this part of a session came in. A reader takes only
	// the first of several parts of the same name.
	Batch string
}

const (
	defaultFlush      = 64 << 10
	defaultFlushEvery = 2 * time.Second
	defaultSegment    = 256 << 10
	maxSegment        = 4 << 20   // bytes of frames
	heapPage          = 128 << 10 // bytes of strings in one HEAP frame
)

// withDefaults returns the options with every bound kept. o can be nil.
func (o *WriterOptions) withDefaults() WriterOptions {
	var opts WriterOptions
	if o != nil {
		opts = *o
	}
	if opts.Flush <= 0 {
		opts.Flush = defaultFlush
	}
	opts.Flush = min(opts.Flush, 4<<20)
	if opts.FlushEvery <= 0 {
		opts.FlushEvery = defaultFlushEvery
	}
	if opts.Segment <= 0 {
		opts.Segment = defaultSegment
	}
	opts.Segment = min(opts.Segment, defaultStringBytes/2)
	if opts.Level <= LevelDefault || opts.Level > LevelBest {
		if opts.Level = LevelBetter; opts.Live {
			opts.Level = LevelFast
		}
	}
	return opts
}

// A Writer writes a session as a tape. It is not safe for concurrent use.
//
// The first error of the underlying writer sticks. An event that no frame can
// hold is refused with a *LimitError, and the Writer goes on.
type Writer struct {
	w     io.Writer
	err   error
	opts  WriterOptions
	aead  cipher.AEAD
	epoch []byte
	seq   int64
	size  int64 // bytes written

	in     *interner
	base   int // bytes of its strings after the first frame
	packer *packer
	buf    wire.Writer

	frame      Frame     // of the events that wait
	since      time.Time // when the first of them came
	latest     time.Duration
	events     int // written so far, and waiting
	generation int64
	keys       keyer

	heap    []built // the frames of the segment that wait for its end
	segment []built
	waiting int // bytes of segment
	presses chan struct{}
	kept    int // bytes of payloads of all frames, up to shortSession
	list    frameList
	summary summarizer
	out     []byte
}

// NewWriter returns a Writer that writes a session with that header to w, and
// writes the header. An error of either comes from the first call of Write,
// Flush or Close.
func NewWriter(w io.Writer, h Header, opts *WriterOptions) *Writer {
	t := &Writer{w: w, opts: opts.withDefaults(), epoch: make([]byte, epochSize), latest: -1 << 63, presses: make(chan struct{}, pressings)}
	_, _ = rand.Read(t.epoch) // never fails
	if t.aead, t.err = newAEAD(t.opts.Key); t.err != nil {
		return t
	}
	t.opts.Key = nil
	if t.err = h.Validate(); t.err != nil {
		return t
	}
	t.list.Live = t.opts.Live
	t.keys.every = t.opts.Keyframes
	t.tables()
	h.encode(&t.buf)
	t.list.Head = string(t.buf.Bytes())
	t.write(t.build(FrameHead, t.buf.Bytes(), t.opts.Level.zstd()))
	return t
}

const epochSize = 4

// tables begins a new generation of tables.
func (t *Writer) tables() {
	t.in, t.base = newInterner(), 0
	if t.packer == nil {
		t.packer = newPacker(t.in)
		return
	}
	t.packer.in = t.in
	t.packer.begin()
}

// Write adds an event, which is the Writer's from then on: it is kept for a
// while, and must not change. Events of a synthetic kind are passed over: the
// Writer makes its own.
func (t *Writer) Write(e Event) error {
	switch {
	case t.err != nil:
		return t.err
	case e.Data == nil:
		return errors.New("format: event without data")
	}
	if e.Data.Kind().Synthetic() { // the Writer makes its own
		return nil
	}
	more, err := measure(&e)
	if err != nil {
		return err
	}
	if t.packer.n > 0 && t.full(more) {
		t.cut(false)
	}
	if t.in.over(more) {
		if t.cut(false); t.in.n > 0 {
			t.renew()
		}
	}
	if !t.opts.Live {
		if t.in.waiting()+more.bytes > defaultFrame/2 {
			t.page()
		}
		t.key(&e)
	}
	if t.err != nil {
		return t.err
	}
	t.add(&e)
	if t.full(size{}) {
		t.cut(false)
	} else if !t.opts.Live && t.keys.due(t.packer.values()) {
		t.cut(false)
		t.keys.must = true
	} else if t.opts.Live && time.Since(t.since) >= t.opts.FlushEvery {
		t.cut(false)
	}
	return t.err
}

// full says whether the frame that is being filled has no room for more.
func (t *Writer) full(more size) bool {
	n := t.packer.values()
	if t.opts.Live {
		n += t.in.waiting() + more.bytes
	}
	if more.values > 0 {
		return n+9*more.values > max(t.opts.Flush, defaultFrame/4)
	}
	return n >= t.opts.Flush
}

// add adds an event to the frame that is being filled.
func (t *Writer) add(e *Event) {
	if t.packer.n == 0 {
		t.frame = Frame{Start: e.Time, End: e.Time, Windows: t.frame.Windows[:0]}
		if t.opts.Live {
			t.since = time.Now()
		}
	}
	t.packer.event(e)
	t.summary.add(e)
	t.events++
	f := &t.frame
	f.Events++
	f.Start, f.End = min(f.Start, e.Time), max(f.End, e.Time)
	t.latest = max(t.latest, e.Time)
	if e.Data.Kind() == KindFullSnapshot {
		f.Snapshot = true
	}
	if !slices.Contains(f.Windows, e.Window) && len(f.Windows) < 64 {
		f.Windows = append(f.Windows, e.Window)
	}
	if !t.opts.Live {
		t.keys.later = append(t.keys.later, *e)
	}
}

// cut ends the frame of the events that wait. last says that no keyframe depends
// on how long it is.
func (t *Writer) cut(last bool) {
	if t.packer.n == 0 || t.err != nil {
		return
	}
	f, values := t.frame, t.packer.values()
	f.Start = floor(f.Start)
	f.End = floor(f.End)
	b := t.pack(FrameEvents, t.packer, !last)
	f.Kind, f.Decoded, f.codec, f.generation = b.Kind, b.Decoded, b.codec, b.generation
	f.Windows = slices.Clone(f.Windows)
	b.Frame = f
	t.frame.Events = 0
	t.packer.begin()
	if t.opts.Live {
		t.write(b)
		t.in.cut()
		t.packer.begin()
		if t.spent() {
			t.renew()
		}
		return
	}
	t.keys.wrote(b.size(), values)
	t.collect(b)
	if t.in.waiting() >= heapPage {
		t.page()
	}
	if t.spent() || t.waiting >= maxSegment {
		t.end()
	}
}

// spent says whether the tables have grown enough.
func (t *Writer) spent() bool {
	if t.base == 0 {
		t.base = t.in.size
	}
	return t.in.full(t.base + max(t.opts.Segment, min(3*t.base, defaultStringBytes/4)))
}

// renew begins a new generation of tables, in a sealed tape with a new segment.
func (t *Writer) renew() {
	if !t.opts.Live {
		t.end()
		return
	}
	t.generation++
	t.tables()
}

// collect keeps a frame for the end of the segment.
func (t *Writer) collect(b built) {
	t.segment = append(t.segment, b)
	t.waiting += b.size()
}

// page makes HEAP frames of the strings and templates that wait.
func (t *Writer) page() {
	written := staticCounts()
	if n := len(t.heap); n > 0 {
		written = t.heap[n-1].tables
	}
	t.buf.Reset()
	if t.in.takeBlobs(&t.buf) {
		written[tableBytes] = t.in.count[tableBytes]
		t.hold(true)
		t.heap[len(t.heap)-1].tables = written
		t.buf.Reset()
	}
	if t.in.sections(&t.buf); t.buf.Len() > 1 {
		t.hold(false)
		t.heap[len(t.heap)-1].tables = t.in.count
	}
	t.in.cut()
}

// end writes the segment: first its strings, then its events.
func (t *Writer) end() {
	t.page()
	lists := [][]built{t.heap, t.segment}
	for _, list := range lists {
		for i := range list {
			if b := &list[i]; b.payload != nil && b.pressing == nil {
				t.press(b, zstd.SpeedBestCompression)
			}
		}
	}
	for _, list := range lists {
		for i := range list {
			t.settle(&list[i])
			t.write(list[i])
		}
		clear(list)
	}
	t.heap, t.segment, t.waiting = t.heap[:0], t.segment[:0], 0
	t.generation++
	t.tables()
	t.keys.must, t.keys.base = true, nil
}

// Flush writes the events that wait. In a tape that is not live it ends the
// segment, which costs bytes.
func (t *Writer) Flush() error {
	if t.err != nil {
		return t.err
	}
	t.cut(true)
	if len(t.segment) > 0 && t.err == nil {
		t.end()
	}
	return t.err
}

// Summary returns the summary of the events so far, after Close too.
func (t *Writer) Summary() Summary { return t.summary.summary() }

// Close flushes and writes the index and the foot, which says that the tape is
// whole. It does not close the underlying writer. Later calls return ErrClosed.
func (t *Writer) Close() error {
	if err := t.Flush(); err != nil {
		return err
	}
	if t.finish(t.summary.summary(), true); t.err != nil {
		return t.err
	}
	t.err = ErrClosed
	t.keys, t.in, t.packer = keyer{}, nil, nil
	return nil
}

// finish writes the index and the foot. listed says that the index may list the
// frames.
func (t *Writer) finish(s Summary, listed bool) {
	x := index{t.list, s}
	if !listed || t.size <= tailSize/2 { // a reader has all of it
		x.list = frameList{Live: t.opts.Live}
	}
	t.buf.Reset()
	x.encode(&t.buf)
	before := t.size
	if t.buf.Len() <= defaultFrame {
		t.generation = 0
		t.write(t.build(FrameIndex, t.buf.Bytes(), t.opts.Level.zstd()))
	}
	t.foot(int(t.size - before))
}
