package format

import (
	"errors"
	"slices"

	"github.com/klauspost/compress/zstd"
)

// A Level says how much time compressing may take.
type Level int

// The levels. A live tape is written at LevelFast, a sealed one at LevelBetter,
// unless told otherwise. LevelBest takes twice the time of LevelBetter and 35
// MB, or twice that where two frames are compressed at a time. A short session
// has that at LevelBetter, too.
const (
	LevelDefault Level = iota
	LevelFast
	LevelBetter
	LevelBest
)

// zstd returns the level of the zstd encoder.
func (l Level) zstd() zstd.EncoderLevel {
	switch l {
	case LevelBetter:
		return zstd.SpeedBetterCompression
	case LevelBest:
		return zstd.SpeedBestCompression
	}
	return zstd.SpeedDefault
}

// blobLevel is the level of byte strings, which are images for the most part:
// trying harder takes four times as long and saves a thirtieth.
const blobLevel = zstd.SpeedDefault

// tinyPayload is how long a payload is for which no encoder is better than that
// of the default level: the tables of the others, megabytes that are in no cache,
// are all that it pays for.
const tinyPayload = 1 << 10

// An idle keeps what nobody uses at the moment, as much as its channel has room
// for: things that take longer to make than to use. It is a cache and holds no
// state. A sync.Pool would lose them at every collection, and they are large.
type idle[T any] chan T

// take returns one; false if there is none.
func (l idle[T]) take() (v T, ok bool) {
	select {
	case v = <-l:
		return v, true
	default:
		return v, false
	}
}

// put keeps one, if there is room.
func (l idle[T]) put(v T) {
	select {
	case l <- v:
	default:
	}
}

// compressors keeps the zstd encoders that no Writer uses, by their level:
// making one takes longer than storing a short session.
var compressors = func() (list [zstd.SpeedBestCompression + 1]idle[*zstd.Encoder]) {
	for i := range list {
		list[i] = make(idle[*zstd.Encoder], 2)
	}
	return list
}()

// compress returns b compressed. A small window and one goroutine keep an
// encoder small; a frame is rarely longer than the window.
func compress(l zstd.EncoderLevel, b []byte) ([]byte, error) {
	if len(b) < tinyPayload {
		l = zstd.SpeedDefault
	}
	e, ok := compressors[l].take()
	if !ok {
		var err error
		if e, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(l), zstd.WithEncoderConcurrency(1),
			zstd.WithWindowSize(windowSize), zstd.WithEncoderCRC(false), zstd.WithLowerEncoderMem(true)); err != nil {
			return nil, err
		}
	}
	out := e.EncodeAll(b, nil)
	compressors[l].put(e)
	return out, nil
}

const windowSize = 512 << 10

// decompressors keeps the zstd decoders that no Reader uses.
var decompressors = make(idle[*zstd.Decoder], 4)

// slack is how much room behind what it decodes a decoder wants: it copies in
// larger steps then.
const slack = 16

// decompress decodes a payload of n bytes into buf, which is made larger where
// it must be. It allocates no more than that, and a window.
func decompress(stored []byte, n, window int, buf *[]byte) ([]byte, error) {
	var h zstd.Header
	if err := h.Decode(stored); err != nil {
		return nil, ErrPayload
	}
	if h.WindowSize > uint64(window) && !h.SingleSegment {
		return nil, &LimitError{"zstd window", window}
	}
	z, ok := decompressors.take()
	if !ok {
		var err error
		if z, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecodeAllCapLimit(true),
			zstd.WithDecoderMaxMemory(1<<32), zstd.WithDecoderMaxWindow(maxWindow)); err != nil {
			return nil, err
		}
	}
	defer decompressors.put(z)
	room := n
	if h.HasFCS && h.FrameContentSize == uint64(n) { // what it has must not be more
		room += slack
	}
	*buf = slices.Grow((*buf)[:0], room)
	out, err := z.DecodeAll(stored, (*buf)[:0:room])
	switch {
	case errors.Is(err, zstd.ErrDecoderSizeExceeded), errors.Is(err, zstd.ErrWindowSizeExceeded), len(out) > n:
		return nil, &LimitError{"decoded payload", n}
	case err != nil, len(out) != n:
		return nil, ErrPayload
	}
	return out, nil
}

// decompress returns the decoded payload of a frame: stored itself, or in buf.
func (f *Frame) decompress(stored []byte, window int, buf *[]byte) ([]byte, error) {
	switch f.codec {
	case codecRaw:
		if f.Decoded != len(stored) {
			return nil, ErrPayload
		}
		return stored, nil
	case codecZstd:
		return decompress(stored, f.Decoded, window, buf)
	}
	return nil, ErrVersion
}
