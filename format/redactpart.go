package format

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"io"
	"slices"

	"github.com/pagetape/pagetape/internal/wire"
)

// A redactPart is a part of a tape that is written again.
type redactPart struct {
	*redaction
	info    *partInfo
	out     *Writer // nil: nothing is written
	secret  bool    // the part was encrypted
	summary *Summary
	counts  RedactReport
	gaps    bool // in the numbers of its tables
	rebased bool // what patches are of is lost, or another now
	numbers map[tablesID]int64

	check *unpacker // of what would be written
	after *heap
}

// rewrite writes the tape to w; where that is nil, it checks what it would
// write.
func (r *redaction) rewrite(w io.Writer) (RedactReport, error) {
	var total RedactReport
	s := r.scanner()
	parts := r.parts
	var p *redactPart
	end := func() error {
		if p == nil {
			return nil
		}
		err := p.end()
		total.add(&p.counts)
		p = nil
		return err
	}
	begin := func(f *Frame, payload []byte) error {
		p = r.newPart(parts[0], w)
		parts = parts[1:]
		return p.begin(f, payload)
	}
	for {
		f, payload, err := s.next()
		if err == io.EOF {
			return total, end()
		}
		foot := f != nil && f.Kind == FrameFoot
		bad := err != nil || r.lost[f.Offset]
		if bad && p != nil && f != nil && f.Kind == FrameKey {
			p.rebased = true
		}
		switch {
		case !bad && f.Kind == FrameHead:
			if err := end(); err != nil {
				return total, err
			}
			if err := begin(f, payload); err != nil {
				return total, err
			}
			continue
		case bad && p == nil:
			total.Frames++
			continue
		case p == nil: // its HEAD is lost
			if err := begin(nil, nil); err != nil {
				return total, err
			}
		}
		switch {
		case bad && !foot:
			p.counts.Frames++
		case foot:
			if err := end(); err != nil {
				return total, err
			}
		default:
			if err := p.frame(f, payload, s.raw); err != nil {
				return total, err
			}
		}
	}
}

// newPart begins a part. w is nil where nothing is written.
func (r *redaction) newPart(info *partInfo, w io.Writer) *redactPart {
	p := &redactPart{redaction: r, info: info, numbers: make(map[tablesID]int64)}
	r.x.counts = &p.counts
	if w == nil {
		p.check = newUnpacker(r.tape.opts.Limits)
		return p
	}
	p.out = &Writer{w: w, epoch: make([]byte, epochSize), aead: r.key}
	_, _ = rand.Read(p.out.epoch) // never fails
	if p.out.opts.Level = LevelBetter; !info.sealed {
		p.out.opts.Live, p.out.opts.Level = info.live || !info.indexed, LevelFast
	}
	p.out.list.Live = p.out.opts.Live
	return p
}

// begin writes the HEAD. f is nil where that is lost; the header is the tape's
// then.
func (p *redactPart) begin(f *Frame, payload []byte) error {
	if f == nil {
		var w wire.Writer
		p.tape.Header.encode(&w)
		f, payload = &Frame{Kind: FrameHead, Decoded: -1, epoch: "none"}, w.Bytes()
		p.secret = p.tape.aead != nil
	}
	head, err := p.head(payload)
	if err != nil {
		return &CorruptError{f.Offset, "head", err}
	}
	batch, err := p.batch(f.batch)
	if err != nil {
		return err
	}
	if batch != f.batch {
		p.counts.Labels++
	}
	if p.out != nil {
		p.out.list.Head, p.out.opts.Batch = string(head), batch
	}
	return p.emit(f, head, nil, nil)
}

// frame writes a frame that is not the HEAD and not the FOOT. stored is its
// payload as it was stored.
func (p *redactPart) frame(f *Frame, payload, stored []byte) error {
	var edits []edit
	var h *heap
	switch f.Kind {
	case FrameHeap:
		h = p.tables(f)
		if err := p.u.sections(h, payload, false); err != nil {
			return &CorruptError{f.Offset, "heap", err}
		}
		edits = p.sections(h, payload, span{0, len(payload)})
	case FrameEvents, FrameKey:
		h = p.tables(f)
		if err := p.u.open(h, payload); err != nil {
			return &CorruptError{f.Offset, "events", err}
		}
		edits = append(p.sections(h, payload, p.u.own), p.strays(payload, p.u.own, p.u.rows)...)
	case FrameRedact:
		edits = p.strays(payload, span{}, nil)
	case FrameIndex:
		x, err := decodeIndex(payload, p.u)
		if err != nil {
			return &CorruptError{f.Offset, "index", err}
		}
		p.summary = &x.summary
		p.secret = p.secret || f.nonce != nil
		return nil
	default:
		p.counts.Frames++
		return nil
	}
	slices.SortFunc(edits, func(a, b edit) int { return cmp.Compare(a.at.from, b.at.from) })
	out := splice(payload, edits)
	if len(edits) > 0 {
		stored = nil
	}
	if f.Kind == FrameKey {
		if stored, p.rebased = p.keep(f, stored); stored == nil {
			f.patch = false
		}
	}
	return p.emit(f, out, stored, h)
}

// keep returns how a KEY frame is stored, nil where it cannot stay as it is, and
// whether later ones that are patches cannot either.
func (p *redactPart) keep(f *Frame, stored []byte) ([]byte, bool) {
	if f.patch && p.rebased {
		stored = nil
	}
	if f.aside {
		return stored, p.rebased
	}
	return stored, stored == nil
}

// emit writes a frame with that payload. stored is the payload as it was
// stored, nil where it is another one now. h is the heap that the frame added
// to.
func (p *redactPart) emit(f *Frame, payload, stored []byte, h *heap) error {
	p.secret = p.secret || f.nonce != nil
	if most := max(defaultFrame, f.Decoded); len(payload) > most {
		return &LimitError{"decoded payload", most}
	}
	number := int64(0)
	if h != nil {
		id := tablesID{f.epoch, f.generation}
		n, ok := p.numbers[id]
		if !ok {
			n = int64(len(p.numbers))
			p.numbers[id] = n
			p.after = &heap{limits: p.tape.opts.Limits}
		}
		number = n
	}
	if p.out == nil {
		return p.verify(f, payload)
	}
	b := built{Frame: *f, stored: stored}
	if stored == nil {
		level := p.out.opts.Level.zstd()
		if f.Kind == FrameHeap && onlyBytes(payload) {
			level = blobLevel
		}
		z := p.out.build(f.Kind, payload, level)
		b.codec, b.Decoded, b.stored = z.codec, z.Decoded, z.stored
	}
	if b.generation = number; f.Kind == FrameHeap {
		var whole bool
		if b.tables, whole = h.ends(); !whole {
			p.gaps = true
		}
	}
	p.encrypt()
	p.out.write(b)
	return p.out.err
}

// verify reads what would be written.
func (p *redactPart) verify(f *Frame, payload []byte) error {
	switch f.Kind {
	case FrameHeap:
		return p.check.sections(p.after, payload, false)
	case FrameEvents, FrameKey:
		return p.check.open(p.after, payload)
	}
	return nil
}

// encrypt sees to it that what is written next is encrypted, if it was.
func (p *redactPart) encrypt() {
	if p.out.aead = p.key; p.key == nil && p.secret {
		p.out.aead = p.tape.aead
	}
}

// end ends the part.
func (p *redactPart) end() error {
	if p.info.lost {
		s := p.info.events.summary()
		p.summary = &s
	}
	closed := p.info.foot || p.info.lost && p.info.sealed
	if !closed || !p.info.indexed && !p.info.lost {
		p.summary = nil
	}
	if p.summary != nil {
		summaryRedactor{p.x}.record(p.summary)
	}
	t := p.out
	if t == nil {
		return nil
	}
	p.encrypt()
	if !p.counts.none() {
		t.write(t.build(FrameRedact, p.encode(&p.counts), t.opts.Level.zstd()))
	}
	switch {
	case p.summary != nil:
		t.finish(*p.summary, !p.info.lost && !p.gaps)
	case closed:
		t.foot(0)
	}
	return t.err
}

// sections returns the edits of an array of sections.
func (p *redactPart) sections(h *heap, payload []byte, at span) []edit {
	var edits []edit
	_ = eachSection(payload[at.from:at.to], p.tape.opts.Limits.Memory, func(table int, where span, t *stringSection) error {
		where = span{at.from + where.from, at.from + where.to}
		var out *stringSection
		switch {
		case t == nil:
			for _, e := range p.strays(payload[where.from:where.to], span{}, nil) {
				edits = append(edits, edit{span{where.from + e.at.from, where.from + e.at.to}, e.with})
			}
			return nil
		case table == tableBytes:
			out = p.bytes(t)
		default:
			out = p.strings(h, Role(table), t)
		}
		var w wire.Writer
		out.write(&w, table)
		if !bytes.Equal(w.Bytes(), payload[where.from:where.to]) {
			edits = append(edits, edit{where, w.Bytes()})
		}
		return nil
	}) // the heap has read them
	return edits
}

// strings returns what becomes of a section of strings.
func (p *redactPart) strings(h *heap, role Role, t *stringSection) *stringSection {
	out := &stringSection{first: t.first, text: []byte{}} // a nil one would be nil in MessagePack
	text, pieces := t.text, t.pieces
	v := newTextView(role)
	for i, n := range t.lengths {
		size, own := n, []int64(nil)
		if n == pieced {
			size, own, pieces = 0, pieces[0], pieces[1:]
			for _, k := range own {
				size += max(k, 0)
			}
		}
		was := text[:size]
		text = text[size:]
		s, _ := h.str(role, t.first+uint32(i), &v, false) // the heap has read the section
		to := p.x.string(role, s, p.typed[p.id][roleString{role, s}])
		if to != s {
			p.counts.changed(role, s)
			out.lengths, out.text = append(out.lengths, int64(len(to))), append(out.text, to...)
			continue
		}
		out.lengths, out.text = append(out.lengths, n), append(out.text, was...)
		if n == pieced {
			out.pieces = append(out.pieces, own)
		}
	}
	return out
}

// bytes returns what becomes of a section of byte strings: those that no string
// refers to any more are empty.
func (p *redactPart) bytes(t *stringSection) *stringSection {
	out := &stringSection{first: t.first, text: []byte{}} // a nil one would be nil in MessagePack
	text, kept := t.text, p.kept[p.id]
	for i, n := range t.lengths {
		was := text[:max(n, 0)]
		text = text[len(was):]
		if !kept[t.first+uint32(i)] {
			was = nil
		}
		out.lengths, out.text = append(out.lengths, int64(len(was))), append(out.text, was...)
	}
	return out
}

// strays returns the edits of strings that stand where this version has none:
// in records of kinds that it does not know, the rows, and in what a newer
// version has more. Of the sections, own, there are none.
func (p *redactPart) strays(payload []byte, own span, rows []span) []edit {
	var edits []edit
	in := wire.NewReader(payload, p.tape.opts.Limits.Memory)
	texts(in, 2*maxNesting, func(at span, text []byte, _ bool) {
		for len(rows) > 0 && rows[0].to <= at.from {
			rows = rows[1:]
		}
		if at.from >= own.from && at.to <= own.to {
			return
		}
		if n := len(edits); n > 0 && at.from < edits[n-1].at.to || !p.stray(text) {
			return
		}
		if len(rows) > 0 && at.from >= rows[0].from {
			at = rows[0]
		}
		p.counts.Rows++
		edits = append(edits, edit{at, encodedNil})
	})
	return edits
}

// onlyBytes says whether a HEAP has byte strings and nothing else.
func onlyBytes(payload []byte) bool {
	only := true
	_ = eachSection(payload, 1<<62, func(table int, _ span, _ *stringSection) error {
		only = only && table == tableBytes
		return nil
	})
	return only
}
