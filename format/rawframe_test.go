package format

import "slices"

// A RawFrame is a frame of a tape, for tests that change tapes.
type RawFrame struct {
	Kind    FrameKind
	Codec   uint8
	Decoded int
	Header  []byte
	Payload []byte // as stored
}

// Split takes a tape apart.
func Split(tape []byte) (frames []RawFrame) {
	for len(tape) > 0 {
		f, err := frameAt(tape, 0, Limits{}.withDefaults())
		if err != nil {
			panic(err)
		}
		head := int(f.Size) - f.Stored
		frames = append(frames, RawFrame{f.Kind, f.codec, f.Decoded, slices.Clone(tape[headSize:head]), tape[head:f.Size:f.Size]})
		tape = tape[f.Size:]
	}
	return frames
}

// Bytes returns the frame, checksums right.
func (r *RawFrame) Bytes() []byte {
	return appendFrame(nil, r.Kind, r.Codec, r.Decoded, r.Header, r.Payload)
}

// Join makes a tape of frames, with the lengths in each FOOT right.
func Join(frames []RawFrame) []byte {
	var tape []byte
	part, index := 0, 0
	for i := range frames {
		switch f := &frames[i]; f.Kind {
		case FrameFoot:
			tape = appendFoot(tape, int64(len(tape)-part), index)
			part, index = len(tape), 0
		default:
			b := f.Bytes()
			if tape = append(tape, b...); f.Kind == FrameIndex {
				index = len(b)
			}
		}
	}
	return tape
}

// Uncompressed is the tape with every payload stored raw. It is for tapes that
// are short enough to have no list of frames.
func Uncompressed(tape []byte) []byte {
	frames := Split(tape)
	for i := range frames {
		r := &frames[i]
		f := Frame{codec: r.Codec, Decoded: r.Decoded}
		payload, err := f.decompress(r.Payload, maxWindow, new([]byte))
		if err != nil {
			panic(err)
		}
		r.Codec, r.Payload = codecRaw, slices.Clone(payload)
	}
	return Join(frames)
}
