package format

import (
	"cmp"
	"errors"
	"io"

	"github.com/pagetape/pagetape/internal/wire"
	"github.com/pagetape/pagetape/snapshot"
)

// A partInfo is what a survey finds out about a part of a tape.
type partInfo struct {
	sealed  bool // its strings are in HEAP frames
	live    bool // the index says that they are in the frames themselves
	foot    bool
	indexed bool
	lost    bool // something of it is damaged
	events  summarizer
}

// survey reads all of the tape, down to every event, and notes what rewrite has
// to know of it before. damage is the first there is, if the rest can be
// salvaged; err says that nothing is to be written.
func (r *redaction) survey() (damage, err error) {
	s := r.scanner()
	good := 0
	for {
		f, payload, err := s.next()
		if err == io.EOF {
			break
		}
		if err == nil {
			if err = r.look(f, payload); err != nil {
				r.lost[f.Offset] = true
			} else {
				good++
			}
		}
		if err == nil {
			continue
		}
		if !r.tape.opts.Salvage || !errors.As(err, new(*CorruptError)) || errors.Is(err, ErrKey) ||
			f != nil && f.Kind == FrameHead && errors.Is(err, ErrVersion) {
			return nil, err
		}
		if damage == nil {
			damage = err
		}
		if r.present == nil {
			r.ahead = true
			continue
		}
		if r.present.lost = true; f != nil && f.Kind == FrameFoot {
			r.close()
		}
	}
	if r.attributes(); good == 0 {
		return nil, cmp.Or(damage, error(&CorruptError{0, "head", ErrTruncated}))
	}
	return damage, nil
}

// part returns the present part, a new one where none is.
func (r *redaction) part() *partInfo {
	if r.present == nil {
		r.present, r.ahead = &partInfo{lost: r.ahead}, false
		r.parts = append(r.parts, r.present)
	}
	return r.present
}

// close ends the present part, which has a foot.
func (r *redaction) close() {
	r.part().foot = true
	r.present = nil
}

// look looks into one frame.
func (r *redaction) look(f *Frame, payload []byte) error {
	fail := func(section string, err error) error { return &CorruptError{f.Offset, section, err} }
	if f.Kind == FrameHead {
		if _, err := decodeHeader(payload, r.tape.opts.Limits.Memory); err != nil {
			return fail("head", err)
		}
		r.present, r.ahead = nil, false
		r.part()
		_, err := r.batch(f.batch)
		return err
	}
	if r.present == nil && !r.tape.opts.Salvage {
		return fail("head", ErrFormat)
	}
	p := r.part()
	switch f.Kind {
	case FrameHeap:
		h := r.tables(f)
		was := h.mark()
		err := r.u.sections(h, payload, false)
		if err == nil {
			err = r.pieces(h, payload)
		}
		if err != nil {
			h.reset(was)
			return fail("heap", err)
		}
		p.sealed = true
	case FrameEvents, FrameKey:
		h := r.tables(f)
		was := h.mark()
		if err := r.events(p, f, h, payload); err != nil {
			h.reset(was)
			return fail("events", err)
		}
	case FrameIndex:
		x, err := decodeIndex(payload, r.u)
		if err != nil {
			return fail("index", err)
		}
		p.indexed, p.live = true, x.list.Live
	case FrameRedact:
		in := wire.NewReader(payload, r.tape.opts.Limits.Memory)
		if texts(in, maxNesting, func(span, []byte, bool) {}); in.Err != nil || in.Left() > 0 {
			return fail("redact", ErrPayload)
		}
	case FrameFoot:
		r.close()
	default:
		if !f.Kind.ancillary() {
			return fail("frame", ErrVersion)
		}
	}
	return nil
}

// events looks into a frame of events.
func (r *redaction) events(p *partInfo, f *Frame, h *heap, payload []byte) error {
	if err := r.u.open(h, payload); err != nil {
		return err
	}
	if err := r.pieces(h, payload[r.u.own.from:r.u.own.to]); err != nil {
		return err
	}
	for {
		e, ok, err := r.u.next(false)
		if !ok || err != nil {
			return err
		}
		if f.Kind == FrameEvents {
			r.x.truncated(&e)
			if r.tape.opts.Salvage {
				p.events.add(&e)
			}
		}
	}
}

// pieces notes which byte strings the strings of some sections need after the
// redaction: those of strings that do not change.
func (r *redaction) pieces(h *heap, sections []byte) error {
	return eachSection(sections, r.tape.opts.Limits.Memory, func(table int, _ span, t *stringSection) error {
		if t == nil || t.pieces == nil || table == tableBytes {
			return nil
		}
		role, rest := Role(table), t.pieces
		v := newTextView(role)
		for i, n := range t.lengths {
			if n != pieced {
				continue
			}
			s, err := h.str(role, t.first+uint32(i), &v, false)
			if err != nil {
				return err
			}
			if r.x.string(role, s, false) == s {
				if r.kept[r.id] == nil {
					r.kept[r.id] = make(map[uint32]bool)
				}
				for _, p := range rest[0] {
					if p < 0 {
						r.kept[r.id][uint32(-1-p)] = true
					}
				}
			}
			rest = rest[1:]
		}
		return nil
	})
}

// attributes notes which strings of the present generation are values of
// attributes that are numbers or other JSON.
func (r *redaction) attributes() {
	if r.heap == nil {
		return
	}
	for _, page := range r.heap.nodes {
		if list := page.list.Load(); list != nil {
			r.typedOf(list)
		}
	}
}

// typedOf notes which strings are such values of templates.
func (r *redaction) typedOf(page *templateList) {
	var views [roles]textView
	for _, role := range valueRoles {
		views[role] = newTextView(role)
	}
	for i := range len(page.list) - 1 {
		_, attrs := page.rest(uint32(i))
		for ; len(attrs) > 0; attrs = attrs[2:] {
			k := &page.keys[attrs[0]]
			if k.typ != snapshot.AttrNumber && k.typ != snapshot.AttrJSON {
				continue
			}
			value, err := r.heap.str(k.role, attrs[1], &views[k.role], false)
			if err != nil {
				continue // it was lost, and is not in the tape
			}
			if r.typed[r.id] == nil {
				r.typed[r.id] = make(map[roleString]bool)
			}
			r.typed[r.id][roleString{k.role, value}] = true
		}
	}
}

// eachSection calls f with the table of every section of an array of them, or
// of nil, and where it is; t is nil for what has no strings.
func eachSection(b []byte, memory int, f func(table int, at span, t *stringSection) error) error {
	in := wire.NewReader(b, memory)
	if in.Nil() {
		return nil
	}
	for range in.Array(0) {
		from := in.Offset()
		n := in.Array(0)
		table, first := in.Int(), in.Int()
		read := 2
		var t *stringSection
		if table == tableBytes || table >= 0 && table < int64(roles) {
			t = &stringSection{first: uint32(first)}
			t.read(in, nil)
			read = 4
		}
		for ; read < n; read++ {
			in.Skip(maxNesting)
		}
		if in.Err != nil {
			return ErrPayload
		}
		if err := f(int(table), span{from, in.Offset()}, t); err != nil {
			return err
		}
	}
	return nil
}
