package format

import (
	"errors"
	"slices"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// A Level says how much time compressing may take.
type Level int

// The levels. A live tape is written at LevelFast, a sealed one at LevelBetter,
// unless told otherwise.
const (
	LevelDefault Level = iota
	LevelFast
	LevelBetter
	LevelBest
)

// zstd returns the level of the zstd encoder.
func (l Level) zstd() zstd.EncoderLevel {
	if l == LevelFast {
		return zstd.SpeedDefault
	}
	return zstd.SpeedBestCompression
}

// blobLevel is the level of byte strings, which are images for the most part:
// trying hard takes ten times as long and saves nothing.
const blobLevel = zstd.SpeedBetterCompression

// compressors keeps the zstd encoders that no Writer uses, by their level:
// making one takes longer than storing a short session. It is a cache and holds
// no state.
var compressors [zstd.SpeedBestCompression + 1]sync.Pool

// compress returns b compressed. A small window and one goroutine keep an
// encoder small; a frame is rarely longer than the window.
func compress(l zstd.EncoderLevel, b []byte) ([]byte, error) {
	e, ok := compressors[l].Get().(*zstd.Encoder)
	if !ok {
		var err error
		if e, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(l), zstd.WithEncoderConcurrency(1),
			zstd.WithWindowSize(windowSize), zstd.WithEncoderCRC(false), zstd.WithLowerEncoderMem(true)); err != nil {
			return nil, err
		}
	}
	defer compressors[l].Put(e)
	return e.EncodeAll(b, nil), nil
}

const windowSize = 512 << 10

// newDecompressor returns a zstd decoder that allocates no more than a frame
// may have.
func newDecompressor(l Limits) (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(1),
		zstd.WithDecoderMaxMemory(uint64(l.Frame)), zstd.WithDecoderMaxWindow(8<<20))
}

// decompress returns the decoded payload of a frame, in buf where it has room.
func (f *Frame) decompress(stored []byte, z *zstd.Decoder, buf []byte) ([]byte, error) {
	switch f.codec {
	case codecRaw:
		if f.Decoded != len(stored) {
			return nil, ErrPayload
		}
		return stored, nil
	case codecZstd:
		out, err := z.DecodeAll(stored, slices.Grow(buf[:0], f.Decoded))
		switch {
		case errors.Is(err, zstd.ErrDecoderSizeExceeded), errors.Is(err, zstd.ErrWindowSizeExceeded):
			return nil, &LimitError{"decoded payload", f.Decoded}
		case err != nil, len(out) != f.Decoded:
			return nil, ErrPayload
		}
		return out, nil
	}
	return nil, ErrVersion
}
