package format

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"strconv"
	"time"

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
	syncMark    = "\x89rr\n"
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

// The kinds of frame. BLOB, META and SIDE have their numbers and are not
// written yet.
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

// String returns the name of the kind in SPEC.md, or "kind-" and the number of
// one that is not known.
func (k FrameKind) String() string {
	switch k {
	case FrameHead:
		return "HEAD"
	case FrameEvents:
		return "EVENTS"
	case FrameKey:
		return "KEY"
	case FrameHeap:
		return "HEAP"
	case FrameBlob:
		return "BLOB"
	case FrameIndex:
		return "INDEX"
	case FrameFoot:
		return "FOOT"
	case FrameMeta:
		return "META"
	case FrameSide:
		return "SIDE"
	case FrameRedact:
		return "REDACT"
	}
	return "kind-" + strconv.Itoa(int(k))
}

func (k FrameKind) ancillary() bool { return k&0x80 != 0 }

// The codecs of a payload.
const (
	codecRaw  = 0
	codecZstd = 1
)

// Keys of a frame's header.
const (
	frameEpoch      = 1
	frameSeq        = 2
	frameStart      = 3 // ms
	frameSpan       = 4 // ms
	frameEvents     = 5
	frameGeneration = 7
	frameFlags      = 9
	frameWindow     = 10
	frameNonce      = 12
	frameBatch      = 13
)

// The flags of a frame.
const (
	flagSnapshot = 2 // EVENTS: it holds a full snapshot
	flagPatch    = 4 // KEY: the payload is a patch
	flagAside    = 8 // KEY: no patch is of it
)

// A Frame is the head of one frame of a tape: where it is and what it says of
// its payload.
type Frame struct {
	Kind    FrameKind
	Offset  int64 // in bytes, in the tape
	Size    int64 // of the whole frame, in bytes
	Stored  int   // bytes of the payload as stored; 0 where only an index tells of the frame
	Decoded int   // bytes of the payload decoded; likewise
	// Start and End are the times of the earliest and the latest event of an
	// EVENTS frame, in whole milliseconds since Header.Start of its part. Those
	// of a KEY frame are equal: from then on its page is the right one.
	Start, End time.Duration
	// Events is how many events an EVENTS frame has, or how many of the part lie
	// before a KEY frame.
	Events   int
	Snapshot bool       // a full snapshot is among them
	Windows  []WindowID // of the events, the first 64; nil for window 0 alone, and where only an index tells of the frame

	codec      uint8
	header     []byte
	epoch      string
	seq        int64
	generation int64 // of the tables that it refers to
	patch      bool
	aside      bool
	nonce      []byte
	batch      string
	storeCRC   uint32
	partSize   int64 // of a foot: bytes of the part, its own among them
	indexSize  int64 // of a foot: bytes of the INDEX before it, 0 where there is none
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// appendFrame appends a whole frame to dst. The payload is stored as it is.
func appendFrame(dst []byte, kind FrameKind, codec uint8, decoded int, header, payload []byte) []byte {
	at := len(dst)
	dst = append(dst, syncMark...)
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
	if string(head[:4]) != syncMark {
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
	span := int64(0)
	for range r.Map() {
		switch r.Int() {
		case frameEpoch:
			f.epoch = string(r.Bin())
		case frameSeq:
			f.seq = r.Int()
		case frameStart:
			f.Start = milliseconds(r.Int())
		case frameSpan:
			span = r.Int()
		case frameEvents:
			f.Events = int(r.Int())
		case frameGeneration:
			f.generation = r.Int()
		case frameNonce:
			f.nonce = r.Bin()
		case frameBatch:
			f.batch = r.String()
		case frameFlags:
			f.setFlags(r.Int())
		case frameWindow:
			n := r.Array(4)
			for range n {
				f.Windows = append(f.Windows, WindowID(r.Int()))
			}
		default:
			r.Skip(maxNesting)
		}
	}
	if r.Err != nil || f.Events < 0 || f.seq < 0 || r.Left() > 0 {
		return nil, ErrPayload
	}
	f.End = f.Start + milliseconds(span) // left out where it is 0
	if f.nonce != nil {
		f.header = bytes.Clone(b[headSize:])
	}
	return f, nil
}

// flags are the flags of the frame.
func (f *Frame) flags() (flags int64) {
	if f.Snapshot {
		flags |= flagSnapshot
	}
	if f.patch {
		flags |= flagPatch
	}
	if f.aside {
		flags |= flagAside
	}
	return flags
}

func (f *Frame) setFlags(flags int64) {
	f.Snapshot, f.patch, f.aside = flags&flagSnapshot != 0, flags&flagPatch != 0, flags&flagAside != 0
}

// payloadOf returns the stored payload of the frame that b is.
func (f *Frame) payloadOf(b []byte) ([]byte, error) {
	if int64(len(b)) < f.Size {
		return nil, ErrTruncated
	}
	stored := b[f.Size-int64(f.Stored) : f.Size]
	if crc32.Checksum(stored, castagnoli) != f.storeCRC {
		return nil, ErrChecksum
	}
	return stored, nil
}

// The header of a FOOT is a map in fixed widths, so that the frame is always 41
// bytes: the length of the INDEX frame right before it, 0 where there is none,
// and the length of the part.
const (
	footIndexSize = 2
	footPartSize  = 4
	footSize      = headSize + 17
)

func appendFoot(dst []byte, partSize int64, indexSize int) []byte {
	var w wire.Writer
	w.Map(2)
	w.Int(footIndexSize)
	w.Uint32(uint32(indexSize))
	w.Int(footPartSize)
	w.Uint64(uint64(partSize) + footSize)
	return appendFrame(dst, FrameFoot, codecRaw, 0, w.Bytes(), nil)
}

func (f *Frame) parseFoot(r *wire.Reader) error {
	for range r.Map() {
		switch r.Int() {
		case footPartSize:
			f.partSize = int64(r.Uint())
		case footIndexSize:
			f.indexSize = int64(r.Uint())
		default:
			r.Skip(maxNesting)
		}
	}
	if r.Err != nil || r.Left() > 0 || f.partSize < 0 || f.indexSize < 0 {
		return ErrPayload
	}
	return nil
}

// Codec returns the name of the codec of the payload: "raw", "zstd", or
// "codec-" and the number of one that is not known. It is "raw" where only an
// index tells of the frame.
func (f *Frame) Codec() string {
	switch f.codec {
	case codecRaw:
		return "raw"
	case codecZstd:
		return "zstd"
	}
	return "codec-" + strconv.Itoa(int(f.codec))
}

// Epoch returns what the frames of one writer have in common, in hexadecimal;
// "" where only an index tells of the frame.
func (f *Frame) Epoch() string { return hex.EncodeToString([]byte(f.epoch)) }

// Seq returns the number of the frame in its epoch; 0 where only an index
// tells of it.
func (f *Frame) Seq() int64 { return f.seq }

// Generation returns the number of the tables of strings that the frame refers
// to. Tables are numbered from 0 in each part.
func (f *Frame) Generation() int64 { return f.generation }

// Patch says whether the payload of a KEY frame is a patch of that of an earlier
// one.
func (f *Frame) Patch() bool { return f.patch }

// Encrypted says whether the payload is; false where only an index tells of the
// frame.
func (f *Frame) Encrypted() bool { return f.nonce != nil }

// Batch returns the batch name in a HEAD; "" where it has none, and where only
// an index tells of the frame.
func (f *Frame) Batch() string { return f.batch }
