package format

import (
	"bytes"
	"cmp"
	"crypto/cipher"
	"io"
)

// A scanner finds and checks the frames of a tape.
type scanner struct {
	opts ReaderOptions
	src  window
	pos  int64 // of the next frame
	aead cipher.AEAD
	buf  []byte // of the payload
	raw  []byte // the payload as stored, but decrypted

	epoch  string
	seq    int64 // of the last frame of the epoch
	part   int64 // where the part began
	base   int64 // where the stream begins in the tape
	key    keyBase
	heads  bool  // payloads are not asked for
	all    bool  // those of KEY, INDEX and REDACT are asked for too
	failed bool  // reading did, which was told
	gap    error // the first one, when salvaging: no reason to leave out the frame behind it
	waste  int64 // bytes of payloads that were read and had another checksum
}

// freeWaste is how much may be read in vain before a damaged frame is believed
// to be as long as it says. Frames in the payload of a damaged one are looked
// for, as bytes may be missing; a tape made of frames in frames must not take
// quadratic time.
const freeWaste = 64 << 20

// next returns the next frame with its decoded payload, which is valid until
// the call after. At a clean end it returns io.EOF. After another error the
// scanner stands at the next sync mark, if it is to salvage.
func (s *scanner) next() (*Frame, []byte, error) {
	at := s.pos
	f, payload, err := s.read(at)
	if err == nil || err == io.EOF {
		return f, payload, err
	}
	if f != nil && s.pos > at { // only the frame's place or content is wrong
		return f, payload, err
	}
	s.resync(at + 1)
	return nil, nil, err
}

func (s *scanner) read(at int64) (*Frame, []byte, error) {
	s.src.release(at)
	head, err := s.src.at(at, headSize)
	if len(head) == 0 && (err == io.EOF || err != nil && s.failed) {
		return nil, nil, io.EOF
	}
	fail := func(section string, err error) error { return &CorruptError{s.base + at, section, err} }
	if err != nil {
		s.failed = err != io.EOF // and there is no more to come
		if !bytes.HasPrefix([]byte(syncMark), head[:min(4, len(head))]) {
			return nil, nil, fail("frame", ErrFormat)
		}
		return nil, nil, fail("frame", torn(err))
	}
	hlen, stored, err := frameLengths(head, s.opts.Limits)
	if err != nil {
		return nil, nil, fail("frame", err)
	}
	head, err = s.src.at(at, headSize+hlen)
	if err != nil {
		return nil, nil, fail("frame", torn(err))
	}
	f, err := parseFrame(head, at)
	if err != nil {
		return nil, nil, fail("frame", err)
	}
	all, err := s.src.at(at, headSize+hlen+stored)
	if err != nil {
		return nil, nil, fail("frame", torn(err))
	}
	payload, err := f.payloadOf(all)
	if err != nil {
		if s.waste += int64(stored); s.waste > max(freeWaste, 4*at) {
			s.pos = at + f.Size
		}
		return f, nil, fail("frame", err)
	}
	s.pos = at + f.Size
	if err := s.place(f); err != nil {
		return f, nil, fail("frame", err)
	}
	switch {
	case s.heads:
	case f.Kind == FrameHead, f.Kind == FrameEvents, f.Kind == FrameHeap,
		s.all && (f.Kind == FrameKey || f.Kind == FrameIndex || f.Kind == FrameRedact):
		if payload, err = s.payload(f, payload); err != nil {
			return f, nil, fail("frame", err)
		}
		return f, payload, nil
	}
	return f, nil, nil
}

// payload returns the payload of a frame, decrypted and decoded.
func (s *scanner) payload(f *Frame, stored []byte) ([]byte, error) {
	stored, err := f.decrypt(stored, s.aead)
	if err != nil {
		return nil, err
	}
	s.raw = stored
	payload, err := f.decompress(stored, s.opts.Limits.Window, &s.buf)
	if err != nil || f.Kind != FrameKey {
		return payload, err
	}
	return s.key.resolve(f, payload, s.opts.Limits)
}

// torn is the error for a frame that the tape ends in.
func torn(err error) error {
	if err == io.EOF {
		return ErrTruncated
	}
	return err
}

// place checks that the frame follows the one before: frames of an epoch are
// numbered, and a foot knows how long its part is.
func (s *scanner) place(f *Frame) error {
	switch {
	case f.Kind == FrameFoot:
		want := s.part
		s.part = f.Offset + f.Size
		if f.partSize != f.Offset+f.Size-want {
			return ErrGap
		}
		return nil
	case f.Kind == FrameHead:
		s.epoch, s.seq, s.part = f.epoch, f.seq, f.Offset
		return nil
	case f.epoch == "":
		return nil
	}
	last := s.seq
	ok := f.epoch == s.epoch && f.seq == last+1
	s.epoch, s.seq = f.epoch, f.seq
	if !ok && !f.Kind.ancillary() {
		if s.opts.Salvage {
			s.gap = cmp.Or(s.gap, error(&CorruptError{s.base + f.Offset, "frame", ErrGap}))
			return nil
		}
		return ErrGap
	}
	return nil
}

// resync moves on to the next sync mark at or after pos, or to the end.
func (s *scanner) resync(pos int64) {
	const step = 64 << 10
	for {
		s.src.release(pos)
		b, err := s.src.at(pos, step)
		if i := bytes.Index(b, []byte(syncMark)); i >= 0 {
			s.pos = pos + int64(i)
			return
		}
		if err != nil {
			s.pos = pos + int64(len(b))
			return
		}
		pos += int64(len(b) - len(syncMark) + 1)
	}
}

// A window is the part of a stream that is in memory.
type window struct {
	r    io.Reader
	base int64 // offset of buf in the stream
	used int   // bytes of buf that were released
	buf  []byte
	err  error
}

// at returns the n bytes at offset off, which is not before the last release.
// Where the stream ends before, it returns what there is, and the error.
func (w *window) at(off int64, n int) ([]byte, error) {
	for w.err == nil && w.base+int64(len(w.buf)) < off+int64(n) {
		// What a frame claims to be long is read in steps: no more is
		// allocated than twice what really comes.
		want := min(int(off+int64(n)-w.base)-len(w.buf), 1<<20)
		if cap(w.buf)-len(w.buf) < want {
			w.makeRoom(want)
		}
		var m int
		m, w.err = w.r.Read(w.buf[len(w.buf):cap(w.buf)])
		w.buf = w.buf[:len(w.buf)+m]
	}
	from := min(int(off-w.base), len(w.buf))
	if len(w.buf)-from >= n {
		return w.buf[from : from+n : from+n], nil
	}
	return w.buf[from:], w.err
}

// makeRoom drops what was released, and makes room for n bytes.
func (w *window) makeRoom(n int) {
	kept := w.buf[w.used:]
	if size := len(kept) + n; size > cap(w.buf) || w.used < cap(w.buf)/2 {
		w.buf = make([]byte, 0, max(size, min(2*len(kept), len(kept)+4<<20), 64<<10))
	}
	w.buf = append(w.buf[:0], kept...)
	w.base += int64(w.used)
	w.used = 0
}

// release forgets what is before off.
func (w *window) release(off int64) {
	w.used = max(w.used, min(int(off-w.base), len(w.buf)))
}
