package format

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/pagetape/pagetape/internal/wire"
)

// A tape is a sequence of frames (SPEC.md, "Frame"):
//
//	offset 0  4  sync 89 72 72 0A
//	       4  1  kind; bit 7 set: a reader that does not know it skips it
//	       5  1  codec of the payload
//	       6  2  length of the header
//	       8  4  stored length of the payload
//	      12  4  decoded length of the payload
//	      16  4  CRC-32C of bytes 0 to 15 and the header
//	      20  4  CRC-32C of the stored payload
//	      24     header, a MessagePack map; then the payload
//
// Integers are big-endian, as in MessagePack.
const (
	sync        = "\x89rr\n"
	headSize    = 24
	maxHeader   = 4096
	offKind     = 4
	offCodec    = 5
	offHeader   = 6
	offStored   = 8
	offDecoded  = 12
	offHeadCRC  = 16
	offStoreCRC = 20
)

// FrameKind is the kind of a frame.
type FrameKind uint8

// The kinds of frame. KEY, HEAP, BLOB, INDEX, META, SIDE and REDACT have their
// numbers and are not written yet.
const (
	FrameHead   FrameKind = 0x01
	FrameEvents FrameKind = 0x02
	FrameKey    FrameKind = 0x03
	FrameHeap   FrameKind = 0x04
	FrameBlob   FrameKind = 0x05
	FrameIndex  FrameKind = 0x86
	FrameFoot   FrameKind = 0x87
	FrameMeta   FrameKind = 0x88
	FrameSide   FrameKind = 0x89
	FrameRedact FrameKind = 0x8A
)

func (k FrameKind) ancillary() bool { return k&0x80 != 0 }

// The codecs of a payload.
const (
	codecRaw  = 0
	codecZstd = 1
)

// Keys of a frame's header.
const (
	frameEpoch  = 1
	frameSeq    = 2
	frameStart  = 3 // ms
	frameSpan   = 4 // ms
	frameEvents = 5
	frameFlags  = 9
	frameWindow = 10
)

// flagSnapshot is the flag of a frame that holds a full snapshot.
const flagSnapshot = 2

// A Frame is the head of one frame of a tape: where it is and what it says of
// its payload.
type Frame struct {
	Kind     FrameKind
	Offset   int64         // in bytes, in the tape
	Size     int64         // of the whole frame, in bytes
	Stored   int           // bytes of the payload as stored
	Decoded  int           // bytes of the payload decoded
	Start    time.Duration // the earliest event, in whole milliseconds since Header.Start
	End      time.Duration // the latest
	Events   int
	Snapshot bool // a full snapshot is among them
	Windows  []WindowID

	codec    uint8
	epoch    string
	seq      int64
	storeCRC uint32
	partSize int64 // of a foot: bytes of the part, its own among them
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// appendFrame appends a whole frame to dst. The payload is stored as it is.
func appendFrame(dst []byte, kind FrameKind, codec uint8, decoded int, header, payload []byte) []byte {
	at := len(dst)
	dst = append(dst, sync...)
	dst = append(dst, byte(kind), codec)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(header)))
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(payload)))
	dst = binary.BigEndian.AppendUint32(dst, uint32(decoded))
	crc := crc32.Update(crc32.Checksum(dst[at:], castagnoli), castagnoli, header)
	dst = binary.BigEndian.AppendUint32(dst, crc)
	dst = binary.BigEndian.AppendUint32(dst, crc32.Checksum(payload, castagnoli))
	dst = append(dst, header...)
	return append(dst, payload...)
}

// frameLengths returns the lengths of the header and the stored payload that
// the first 24 bytes of a frame tell, before any checksum is known.
func frameLengths(head []byte, l Limits) (header, stored int, err error) {
	if string(head[:4]) != sync {
		return 0, 0, ErrFormat
	}
	header = int(binary.BigEndian.Uint16(head[offHeader:]))
	stored = int(binary.BigEndian.Uint32(head[offStored:]))
	decoded := int(binary.BigEndian.Uint32(head[offDecoded:]))
	switch {
	case header > maxHeader:
		return 0, 0, &LimitError{"frame header", maxHeader}
	case stored > l.Frame:
		return 0, 0, &LimitError{"stored payload", l.Frame}
	case decoded > l.Frame:
		return 0, 0, &LimitError{"decoded payload", l.Frame}
	}
	return header, stored, nil
}

// parseFrame reads a frame's head and header, b, whose lengths frameLengths
// has found good.
func parseFrame(b []byte, offset int64) (*Frame, error) {
	crc := crc32.Update(crc32.Checksum(b[:offHeadCRC], castagnoli), castagnoli, b[headSize:])
	if crc != binary.BigEndian.Uint32(b[offHeadCRC:]) {
		return nil, ErrChecksum
	}
	f := &Frame{
		Kind: FrameKind(b[offKind]), codec: b[offCodec], Offset: offset,
		Stored:   int(binary.BigEndian.Uint32(b[offStored:])),
		Decoded:  int(binary.BigEndian.Uint32(b[offDecoded:])),
		storeCRC: binary.BigEndian.Uint32(b[offStoreCRC:]),
	}
	f.Size = int64(len(b) + f.Stored)
	r := wire.NewReader(b[headSize:], 1<<16)
	if f.Kind == FrameFoot {
		return f, f.parseFoot(r)
	}
	for range r.Map() {
		switch r.Int() {
		case frameEpoch:
			f.epoch = string(r.Bin())
		case frameSeq:
			f.seq = r.Int()
		case frameStart:
			f.Start = milliseconds(r.Int())
		case frameSpan:
			f.End = f.Start + milliseconds(r.Int())
		case frameEvents:
			f.Events = int(r.Int())
		case frameFlags:
			f.Snapshot = r.Int()&flagSnapshot != 0
		case frameWindow:
			n := r.Array(4)
			for range n {
				f.Windows = append(f.Windows, WindowID(r.Int()))
			}
		default:
			r.Skip(maxNesting)
		}
	}
	if r.Err != nil {
		return nil, ErrPayload
	}
	return f, nil
}

// milliseconds returns n ms, or the nearest time that a Duration can hold.
func milliseconds(n int64) time.Duration {
	const most = int64(1<<63-1) / int64(time.Millisecond)
	return time.Duration(max(-most, min(most, n))) * time.Millisecond
}

// The header of a FOOT is a map in fixed widths, so that the frame is always
// 61 bytes: distance back to the INDEX and its length, distance back to the
// HEAP, length of the part. This version writes no INDEX and no HEAP: 0.
const (
	footIndexBack = 1
	footIndexSize = 2
	footHeapBack  = 3
	footPartSize  = 4
	footSize      = headSize + 37
)

func appendFoot(dst []byte, partSize int64) []byte {
	var w wire.Writer
	w.Map(4)
	w.Int(footIndexBack)
	w.Uint64(0)
	w.Int(footIndexSize)
	w.Uint32(0)
	w.Int(footHeapBack)
	w.Uint64(0)
	w.Int(footPartSize)
	w.Uint64(uint64(partSize) + footSize)
	return appendFrame(dst, FrameFoot, codecRaw, 0, w.Bytes(), nil)
}

func (f *Frame) parseFoot(r *wire.Reader) error {
	for range r.Map() {
		switch r.Int() {
		case footPartSize:
			f.partSize = int64(r.Uint())
		default:
			r.Skip(maxNesting)
		}
	}
	if r.Err != nil {
		return ErrPayload
	}
	return nil
}

// newCompressor returns the zstd encoder of a Writer. A small window and one
// goroutine keep it under 3 MB; a frame is rarely longer than the window.
func newCompressor() (*zstd.Encoder, error) {
	return zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(256<<10))
}

// newDecompressor returns a zstd decoder that allocates no more than a frame
// may have.
func newDecompressor(l Limits) (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(1),
		zstd.WithDecoderMaxMemory(uint64(l.Frame)), zstd.WithDecoderMaxWindow(8<<20))
}

// decompress returns the decoded payload of a frame.
func (f *Frame) decompress(stored []byte, z *zstd.Decoder) ([]byte, error) {
	switch f.codec {
	case codecRaw:
		if f.Decoded != len(stored) {
			return nil, ErrPayload
		}
		return stored, nil
	case codecZstd:
		out, err := z.DecodeAll(stored, make([]byte, 0, f.Decoded))
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
