package format

import (
	"slices"

	"github.com/klauspost/compress/zstd"

	"github.com/pagetape/pagetape/internal/wire"
)

// A built is a frame but for its place in the tape.
type built struct {
	Frame
	stored   []byte
	payload  []byte         // what stored is or will be of, where it is not done yet
	pressing *pressing      // that is under way
	tables   [tables]uint32 // of a HEAP: numbers given up to its end
}

// A pressing is a payload being compressed, in a goroutine of its own.
type pressing struct {
	done   chan struct{}
	stored []byte
	err    error
}

// pressings is how many payloads a Writer compresses at one time. An encoder
// takes megabytes.
const pressings = 2

// build makes a frame of a payload, compressed at that level.
func (t *Writer) build(kind FrameKind, payload []byte, level zstd.EncoderLevel) built {
	b := built{Frame: Frame{Kind: kind, Decoded: len(payload), generation: t.generation}}
	t.compress(&b, payload, level)
	if b.codec == codecRaw {
		b.stored = slices.Clone(payload)
	}
	return b
}

// compress stores the payload compressed, if that is smaller than what is
// stored.
func (t *Writer) compress(b *built, payload []byte, level zstd.EncoderLevel) {
	z, err := compress(level, payload)
	t.take(b, z, err, len(payload))
}

// take takes what compressing a payload of n bytes gave.
func (t *Writer) take(b *built, z []byte, err error, n int) {
	if err != nil && t.err == nil {
		t.err = err
	}
	if err == nil && (len(z) < len(b.stored) || b.stored == nil && len(z) < n) {
		b.codec, b.stored = codecZstd, z
	}
}

// press begins to compress the payload that the frame has kept.
func (t *Writer) press(b *built, level zstd.EncoderLevel) {
	p := &pressing{done: make(chan struct{})}
	payload := b.payload
	b.pressing = p
	go func() {
		t.presses <- struct{}{}
		p.stored, p.err = compress(level, payload)
		<-t.presses
		close(p.done)
	}()
}

// settle waits until the frame is compressed.
func (t *Writer) settle(b *built) {
	if p := b.pressing; p != nil {
		<-p.done
		t.take(b, p.stored, p.err, len(b.payload))
		b.pressing = nil
	}
	if b.stored == nil {
		b.stored = b.payload
	}
	b.payload = nil
}

// keep says whether a payload is compressed at the end of the segment, better
// than the level says: those of a short session are. The zstd encoder for that
// takes 35 MB, and a time that is for neither long sessions nor long payloads;
// with short ones it saves nothing.
func (t *Writer) keep(payload []byte) bool {
	if t.opts.Level != LevelBetter || t.kept > shortSession {
		return false
	}
	if t.kept += len(payload); t.kept <= shortSession {
		return len(payload) >= minBest && len(payload) <= maxBest
	}
	for _, list := range [][]built{t.heap, t.segment} {
		for i := range list {
			switch b := &list[i]; {
			case b.pressing != nil:
			case b.stored == nil:
				t.press(b, t.opts.Level.zstd())
			default:
				b.payload = nil
			}
		}
	}
	return false
}

const (
	// shortSession is how many bytes of payload the frames of a short session
	// have, minBest and maxBest how many a payload has that is kept.
	shortSession = 512 << 10
	minBest      = 4 << 10
	maxBest      = 128 << 10
)

// write writes a frame in its place.
func (t *Writer) write(b built) {
	if t.err != nil {
		return
	}
	var nonce []byte
	if t.aead != nil {
		nonce = newNonce()
	}
	header := t.header(&b.Frame, nonce)
	if nonce != nil {
		b.stored = t.aead.Seal(nil, nonce, b.stored, additional(b.Kind, b.codec, header))
	}
	t.out = appendFrame(t.out[:0], b.Kind, b.codec, b.Decoded, header, b.stored)
	b.Size = int64(len(t.out))
	if b.Kind != FrameIndex {
		t.list.add(&b.Frame, &b.tables)
	}
	t.flush()
}

// flush hands t.out to the underlying writer.
func (t *Writer) flush() {
	var n int
	n, t.err = t.w.Write(t.out)
	t.size += int64(n)
}

// header encodes the header of a frame.
func (t *Writer) header(f *Frame, nonce []byte) []byte {
	type pair struct {
		key   int64
		value int64
	}
	start := f.Start.Milliseconds()
	pairs := make([]pair, 0, 8)
	add := func(key, value int64, there bool) {
		if there {
			pairs = append(pairs, pair{key, value})
		}
	}
	span := f.End.Milliseconds() - start
	add(frameStart, start, start != 0)
	add(frameSpan, span, span != 0)
	add(frameEvents, int64(f.Events), f.Events != 0)
	add(frameGeneration, f.generation, f.generation != 0)
	add(frameFlags, f.flags(), f.flags() != 0)
	windows := len(f.Windows) > 1 || len(f.Windows) == 1 && f.Windows[0] != 0
	batch := f.Kind == FrameHead && t.opts.Batch != ""
	n := 2 + len(pairs)
	for _, there := range []bool{windows, nonce != nil, batch} {
		if there {
			n++
		}
	}
	var w wire.Writer
	w.Map(n)
	w.Int(frameEpoch)
	w.Bin(t.epoch)
	w.Int(frameSeq)
	w.Int(t.seq)
	t.seq++
	for _, p := range pairs {
		w.Int(p.key)
		w.Int(p.value)
	}
	if windows {
		w.Int(frameWindow)
		w.Array(len(f.Windows))
		for _, id := range f.Windows {
			w.Int(int64(id))
		}
	}
	if nonce != nil {
		w.Int(frameNonce)
		w.Bin(nonce)
	}
	if batch {
		w.Int(frameBatch)
		w.String(t.opts.Batch)
	}
	return w.Bytes()
}

// pack makes a frame of the events in p. sized says that its size decides
// where the next keyframe comes.
func (t *Writer) pack(kind FrameKind, p *packer, sized bool) built {
	t.buf.Reset()
	p.write(&t.buf, t.opts.Live)
	return t.store(kind, t.buf.Bytes(), sized)
}

// store makes a frame of a payload, which is copied.
func (t *Writer) store(kind FrameKind, payload []byte, sized bool) built {
	if t.opts.Live || !t.keep(payload) {
		return t.build(kind, payload, t.opts.Level.zstd())
	}
	b := built{Frame: Frame{Kind: kind, Decoded: len(payload), generation: t.generation}, payload: slices.Clone(payload)}
	if sized {
		t.compress(&b, payload, t.opts.Level.zstd())
	}
	return b
}

// hold makes a HEAP frame of t.buf and has it compressed while the Writer goes
// on; blobs are so at a level of their own.
func (t *Writer) hold(blobs bool) {
	payload := t.buf.Bytes()
	b := built{Frame: Frame{Kind: FrameHeap, Decoded: len(payload), generation: t.generation}, payload: slices.Clone(payload)}
	level, size := t.opts.Level.zstd(), len(payload)/usualRatio
	if blobs {
		level, size = blobLevel, len(payload)
	}
	if blobs || !t.keep(payload) {
		t.press(&b, level)
	}
	t.waiting += size
	t.heap = append(t.heap, b)
}

// size is how many bytes the payload takes as stored, or about that where it is
// still to be compressed.
func (b *built) size() int {
	if b.stored == nil {
		return b.Decoded / usualRatio
	}
	return len(b.stored)
}

// usualRatio is how much smaller than a payload of columns its compressed form
// is, mostly.
const usualRatio = 6

// foot writes the foot. indexSize is the length of the INDEX right before it.
func (t *Writer) foot(indexSize int) {
	if t.err == nil {
		t.out = appendFoot(t.out[:0], t.size, indexSize)
		t.flush()
	}
}
