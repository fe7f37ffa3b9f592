package format

import (
	"errors"
	"io"
	"iter"
	"maps"
	"time"
)

// Seal writes the events of tapes of one session as one sealed tape to w: live
// ones, parts that several workers wrote, tapes one after the other in a file.
// Events are merged by time; those of one part stay in their order, and at one
// time parts go in the order in which they are given. Of parts with one batch
// name the first is taken. Times count from the start of the first tape.
//
// What a damaged tape has up to the damage is written; with Salvage in its
// ReaderOptions, all that can be read. The tape is whole then, and the error
// says what was wrong.
func Seal(w io.Writer, opts *WriterOptions, tapes ...*Reader) error {
	if len(tapes) == 0 {
		return errors.New("format: no tape to seal")
	}
	h := tapes[0].Header
	var o WriterOptions
	if opts != nil {
		o = *opts
	}
	o.Live = false
	out := NewWriter(w, h, &o)
	m := merge{batches: make(map[string]bool)}
	defer m.close()
	for _, t := range tapes {
		m.add(t, t.Header.Start.Sub(h.Start))
	}
	for {
		e, ok := m.next()
		if !ok {
			break
		}
		if err := out.Write(e); err != nil {
			if errors.Is(err, ErrLimit) {
				m.errs = append(m.errs, err)
				continue
			}
			return err
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	return errors.Join(m.errs...)
}

// A merge yields the events of several parts by time.
type merge struct {
	parts   []*source
	batches map[string]bool
	errs    []error
}

// A source is a part that is being merged.
type source struct {
	next  func() (Event, error, bool)
	stop  func()
	head  Event
	at    time.Duration // of head, or of an event before it, if that is later
	shift time.Duration
}

// add adds the parts of a tape.
func (m *merge) add(t *Reader, shift time.Duration) {
	d := t.decoder()
	d.batches = m.batches
	for _, part := range d.parts(t) {
		s := &source{shift: shift, at: -1 << 63}
		s.next, s.stop = iter.Pull2(part)
		if m.advance(s) {
			m.parts = append(m.parts, s)
		}
	}
}

// advance reads the next event of a source; false at its end.
func (m *merge) advance(s *source) bool {
	e, err, ok := s.next()
	if err != nil {
		m.errs = append(m.errs, err)
	}
	if !ok || err != nil {
		s.stop()
		return false
	}
	e.Time += s.shift
	s.head, s.at = e, max(s.at, e.Time)
	return true
}

func (m *merge) next() (Event, bool) {
	first := -1
	for i, s := range m.parts {
		if first < 0 || s.at < m.parts[first].at {
			first = i
		}
	}
	if first < 0 {
		return Event{}, false
	}
	e := m.parts[first].head
	if !m.advance(m.parts[first]) {
		m.parts = append(m.parts[:first], m.parts[first+1:]...)
	}
	return e, true
}

func (m *merge) close() {
	for _, s := range m.parts {
		s.stop()
	}
}

// parts returns the events of each part of a tape, with times since the start
// of the first. Parts whose batch was there before are left out. Where the parts
// cannot be told apart, all are one, in file order.
func (d *Decoder) parts(t *Reader) []iter.Seq2[Event, error] {
	var starts []int64
	for i := range t.Frames {
		if t.Frames[i].Kind == FrameHead {
			starts = append(starts, t.Frames[i].Offset)
		}
	}
	if len(starts) < 2 || t.damage != nil {
		return []iter.Seq2[Event, error]{d.Events()}
	}
	var all []iter.Seq2[Event, error]
	batches := maps.Clone(d.batches)
	for i, from := range starts {
		to := t.size
		if i+1 < len(starts) {
			to = starts[i+1]
		}
		p := NewDecoder(io.NewSectionReader(t.r, from, to-from), &t.opts)
		p.batches, p.scan.base = d.batches, from
		h, err := p.Header()
		if err != nil { // nobody knows where its time begins
			clear(d.batches)
			maps.Copy(d.batches, batches)
			return []iter.Seq2[Event, error]{d.Events()}
		}
		p.shift = h.Start.Sub(t.Header.Start)
		all = append(all, p.Events())
	}
	return all
}
