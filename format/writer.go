package format

import (
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
	// Flush is how many bytes of encoded events make a frame: 64 KiB. Smaller
	// frames lose less in a crash and compress less.
	Flush int
}

const defaultFlush = 64 << 10

// A Writer writes a session as a tape: frames that are each readable as soon
// as they are written, one Write call a frame. It is not safe for concurrent
// use.
//
// The first error of the underlying writer sticks. An event that no frame can
// hold is refused with a *LimitError, and the Writer goes on.
type Writer struct {
	w     io.Writer
	err   error
	opts  WriterOptions
	zstd  *zstd.Encoder
	epoch []byte
	seq   int64
	size  int64 // bytes written

	payload wire.Writer // the events of the frame to come
	one     wire.Writer // the event being encoded
	events  int
	start   time.Duration // of the frame's events
	end     time.Duration
	flags   int64
	windows []WindowID
	out     []byte
}

// NewWriter returns a Writer that writes a session with that header to w, and
// writes the header. An error of either comes from the first call of Write,
// Flush or Close.
func NewWriter(w io.Writer, h Header, opts *WriterOptions) *Writer {
	t := &Writer{w: w, epoch: make([]byte, 8)}
	if opts != nil {
		t.opts = *opts
	}
	if t.opts.Flush <= 0 {
		t.opts.Flush = defaultFlush
	}
	_, _ = rand.Read(t.epoch) // never fails
	if t.zstd, t.err = newCompressor(); t.err != nil {
		return t
	}
	if t.err = h.Validate(); t.err != nil {
		return t
	}
	var head, payload wire.Writer
	head.Map(2)
	t.place(&head)
	h.encode(&payload)
	t.frame(FrameHead, head.Bytes(), payload.Bytes())
	return t
}

// place writes the pairs of a frame's header that say where it belongs.
func (t *Writer) place(head *wire.Writer) {
	head.Int(frameEpoch)
	head.Bin(t.epoch)
	head.Int(frameSeq)
	head.Int(t.seq)
	t.seq++
}

// frame writes a frame, compressed if that makes it smaller.
func (t *Writer) frame(kind FrameKind, header, payload []byte) {
	codec, stored := uint8(codecRaw), payload
	if z := t.zstd.EncodeAll(payload, nil); len(z) < len(payload) {
		codec, stored = codecZstd, z
	}
	t.out = appendFrame(t.out[:0], kind, codec, len(payload), header, stored)
	t.write()
}

func (t *Writer) write() {
	var n int
	n, t.err = t.w.Write(t.out)
	t.size += int64(n)
}

// Write adds an event. It does not keep e.
func (t *Writer) Write(e Event) error {
	switch {
	case t.err != nil:
		return t.err
	case e.Data == nil:
		return errors.New("format: event without data")
	}
	t.one.Reset()
	enc := encoder{w: &t.one}
	enc.event(&e)
	if t.one.Len() > defaultFrame {
		return &LimitError{"event", defaultFrame}
	}
	if t.events > 0 && t.payload.Len()+t.one.Len() > max(t.opts.Flush, defaultFlush) {
		if err := t.Flush(); err != nil {
			return err
		}
	}
	t.payload.Raw(t.one.Bytes())
	if t.events == 0 {
		t.start, t.end, t.flags, t.windows = e.Time, e.Time, 0, t.windows[:0]
	}
	t.events++
	t.start, t.end = min(t.start, e.Time), max(t.end, e.Time)
	if e.Data.Kind() == KindFullSnapshot {
		t.flags |= flagSnapshot
	}
	if !slices.Contains(t.windows, e.Window) && len(t.windows) < 64 {
		t.windows = append(t.windows, e.Window)
	}
	if t.payload.Len() >= t.opts.Flush {
		return t.Flush()
	}
	return nil
}

// Flush writes the events that wait for a frame to fill up.
func (t *Writer) Flush() error {
	if t.err != nil || t.events == 0 {
		return t.err
	}
	start := t.start.Truncate(time.Millisecond)
	if start > t.start {
		start -= time.Millisecond
	}
	var head wire.Writer
	head.Map(7)
	t.place(&head)
	head.Int(frameStart)
	head.Int(start.Milliseconds())
	head.Int(frameSpan)
	head.Int((t.end - start).Milliseconds())
	head.Int(frameEvents)
	head.Int(int64(t.events))
	head.Int(frameFlags)
	head.Int(t.flags)
	head.Int(frameWindow)
	head.Array(len(t.windows))
	for _, w := range t.windows {
		head.Int(int64(w))
	}
	t.frame(FrameEvents, head.Bytes(), t.payload.Bytes())
	t.payload.Reset()
	t.events = 0
	return t.err
}

// Close flushes and writes the foot, which says that the tape is whole. It
// does not close the underlying writer. Later calls return ErrClosed.
func (t *Writer) Close() error {
	if err := t.Flush(); err != nil {
		return err
	}
	t.out = appendFoot(t.out[:0], t.size)
	if t.write(); t.err != nil {
		return t.err
	}
	t.err = ErrClosed
	return nil
}
