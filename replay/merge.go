package replay

import (
	"errors"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/pagetape/pagetape/format"
)

// A Part is one of several sources that are played as one.
type Part struct {
	Source Source
	Start  time.Time // what its times count from
	// Session is what parts of one session have in common: in them a window id
	// names one window. Windows of different sessions are different ones.
	Session string
	// Batch names the part; "" does not. Of parts of a session with one name the
	// first that Merge is given is taken.
	Batch string
}

// Tape returns a tape as a Part: with the start and the session that its header
// tells, and its batch name.
func Tape(t *format.Reader) Part {
	part := Part{Source: t, Start: t.Header.Start, Session: t.Header.Session}
	heads := 0
	for i := range t.Frames {
		if t.Frames[i].Kind == format.FrameHead {
			heads++
		}
	}
	if heads == 1 {
		for w := range t.Walk() { // an index does not tell it
			part.Batch = w.Batch()
			break
		}
	}
	return part
}

// A Merged is a Source of several parts: a session that was cut into files,
// sessions that follow each other, windows that were recorded apart. It is safe
// for concurrent use if its parts are.
//
// Times count from Start. Events are in order of their time, as a Player counts
// it; those of one part stay in their order; at one time parts are in the order
// of their starts and, where these are equal, in the order in which Merge was
// given them (as format.Seal has it). So parts that overlap are interleaved, and
// between parts with a gap nothing happens: the pages stay. The windows of a
// session that is over stay too.
//
// Windows of the session that starts first keep their ids, those of others too
// unless the id is taken: Origin tells which one a window is.
//
// Where a part goes on in a window of an earlier one, its first full snapshot of
// the window begins the page anew, as if there had been no page before: what a
// page keeps over a full snapshot of its recorder is not kept from part to part.
// A *format.Keyframe before the snapshot says so. It is what lets Replay start at
// the keyframes of a part, which know nothing of earlier ones: it starts at those
// of the last part that has them, and at those of earlier parts for the windows
// that the last one does not have. A part whose keyframe comes before its first
// full snapshot, and parts of one window that overlap in time, are read from
// their beginning. Events that are in two parts are played twice: Heal drops
// them. An error of a part comes after all events.
type Merged struct {
	Start time.Time // the earliest start of a part

	parts   []*part
	origins map[format.WindowID]origin
}

// An origin is a window of one session.
type origin struct {
	session string
	window  format.WindowID
}

// A part is a Part with what Merge found in it.
type part struct {
	Part
	shift       time.Duration // of its times
	count       int           // of its events
	first, last time.Duration // the earliest and the latest time, with the shift
	windows     map[format.WindowID]format.WindowID
	// continued are the windows, by their new ids, that an earlier part has too;
	// apart says that it does not overlap in time with the parts that share a
	// window with it.
	continued map[format.WindowID]bool
	apart     bool

	mu   sync.Mutex
	keys map[int]keys // by how many events lie before
}

// keys are the windows of keyframes that lie at one place.
type keys struct {
	windows []format.WindowID
	alone   bool // they need no earlier part
}

// Merge returns the parts as one source. Of tapes with an index it reads no
// more than that; the events of other sources are read once. An error of those
// shows when the Merged is replayed.
func Merge(parts ...Part) *Merged {
	m := &Merged{origins: make(map[format.WindowID]origin)}
	batches := make(map[[2]string]bool)
	for _, in := range parts {
		if id := [2]string{in.Session, in.Batch}; in.Batch != "" {
			if batches[id] {
				continue
			}
			batches[id] = true
		}
		m.parts = append(m.parts, &part{Part: in, keys: make(map[int]keys)})
	}
	slices.SortStableFunc(m.parts, func(a, b *part) int { return a.Part.Start.Compare(b.Part.Start) })
	if len(m.parts) > 0 {
		m.Start = m.parts[0].Part.Start
	}
	ids := make(map[origin]format.WindowID)
	free := format.WindowID(0)
	for i, p := range m.parts {
		p.shift = p.Part.Start.Sub(m.Start)
		windows := p.survey()
		p.windows, p.continued = make(map[format.WindowID]format.WindowID), make(map[format.WindowID]bool)
		for _, w := range windows {
			o := origin{p.Session, w}
			id, known := ids[o]
			if !known {
				if _, taken := m.origins[w]; !taken {
					id = w
				} else {
					for id = free; ; id++ {
						if _, taken := m.origins[id]; !taken {
							break
						}
					}
					free = id + 1
				}
				ids[o], m.origins[id] = id, o
			}
			p.windows[w] = id
			p.continued[id] = known
		}
		maps.DeleteFunc(p.continued, func(_ format.WindowID, known bool) bool { return !known })
		p.apart = true
		for _, q := range m.parts[:i] {
			if q.last > p.first && p.shares(q) {
				p.apart, q.apart = false, false
			}
		}
	}
	return m
}

// Origin returns the session that a window is of, and its id there; false where
// there is no such window.
func (m *Merged) Origin(w format.WindowID) (session string, window format.WindowID, ok bool) {
	o, ok := m.origins[w]
	return o.session, o.window, ok
}

// shares says whether two parts have a window in common.
func (p *part) shares(q *part) bool {
	for _, id := range p.windows {
		for _, other := range q.windows {
			if id == other {
				return true
			}
		}
	}
	return false
}

// survey finds what is in the part and returns its windows, in order of their
// first events.
func (p *part) survey() []format.WindowID {
	var windows []format.WindowID
	if t := tapeOf(p.Source); t != nil && t.Indexed() {
		if s, err := t.Summary(); err == nil && s.LeftOut.Windows == 0 {
			p.count, p.first, p.last = int(s.Counts.Events), plus(s.First, p.shift), plus(s.Last, p.shift)
			for i := range s.Windows {
				windows = append(windows, s.Windows[i].ID)
			}
			return windows
		}
	}
	seen := make(map[format.WindowID]bool)
	p.first, p.last = always, never
	for e, err := range p.Source.Replay(never, always) {
		if err != nil {
			break
		}
		if !seen[e.Window] {
			seen[e.Window] = true
			windows = append(windows, e.Window)
		}
		if _, key := e.Data.(*format.Keyframe); !key {
			p.count++
			at := plus(e.Time, p.shift)
			p.first, p.last = min(p.first, at), max(p.last, at)
		}
	}
	return windows
}

// plus adds durations; what is too large is the largest that there is.
func plus(a, b time.Duration) time.Duration {
	switch c := a + b; {
	case a > 0 && b > 0 && c < 0:
		return always
	case a < 0 && b < 0 && c >= 0:
		return never
	default:
		return c
	}
}

// minus subtracts durations, as plus adds them.
func minus(a, b time.Duration) time.Duration {
	if b == never {
		return plus(plus(a, always), 1)
	}
	return plus(a, -b)
}

// A plan says where each part begins for a time.
type plan struct {
	skip []int  // events of each part that are left out
	none []bool // all of the part is
}

// plan finds where the parts begin to make the pages at a time.
func (m *Merged) plan(from time.Duration) plan {
	pl := plan{make([]int, len(m.parts)), make([]bool, len(m.parts))}
	covered := make(map[format.WindowID]bool)
	for i := len(m.parts) - 1; i >= 0; i-- {
		p := m.parts[i]
		if p.count == 0 || p.first > from {
			continue
		}
		needed := false
		for _, w := range p.windows {
			needed = needed || !covered[w]
		}
		if !needed {
			pl.skip[i], pl.none[i] = p.count, true
			continue
		}
		src, ok := p.Source.(keyed)
		if !ok || !p.apart {
			continue
		}
		start := src.ReplayStart(minus(from, p.shift))
		if start == 0 {
			continue
		}
		if len(p.continued) == 0 {
			pl.skip[i] = start
			continue
		}
		if k := p.keysAt(start, from); k.alone {
			pl.skip[i] = start
			for _, w := range k.windows {
				covered[w] = true
			}
		}
	}
	return pl
}

// keysAt returns what the keyframes from which the part begins for a time are.
func (p *part) keysAt(start int, from time.Duration) keys {
	p.mu.Lock()
	defer p.mu.Unlock()
	k, ok := p.keys[start]
	if ok {
		return k
	}
	k.alone = true
	for e, err := range p.Source.Replay(minus(from, p.shift), always) {
		data, key := e.Data.(*format.Keyframe)
		if err != nil || !key {
			break
		}
		w := p.windows[e.Window]
		k.windows = append(k.windows, w)
		k.alone = k.alone && (data.Node != nil || !p.continued[w])
	}
	p.keys[start] = k
	return k
}

// ReplayStart returns how many events are left out where Replay begins for the
// time from.
func (m *Merged) ReplayStart(from time.Duration) int {
	n := 0
	for _, skip := range m.plan(from).skip {
		n += skip
	}
	return n
}

// Replay yields the events that make the pages at the time from, and those that
// follow up to the time to. It can be used again.
func (m *Merged) Replay(from, to time.Duration) iter.Seq2[format.Event, error] {
	return func(yield func(format.Event, error) bool) {
		pl := m.plan(from)
		n := 0
		var streams []*stream
		defer func() {
			for _, s := range streams {
				s.stop()
			}
		}()
		var errs []error
		for i, p := range m.parts {
			if pl.none[i] {
				n += pl.skip[i]
				continue
			}
			start := never
			if pl.skip[i] > 0 {
				start = minus(from, p.shift)
			}
			s := p.stream(start)
			if s.advance(&errs) {
				streams = append(streams, s)
			}
		}
		for {
			first := -1
			for i, s := range streams {
				if first < 0 || s.at < streams[first].at {
					first = i
				}
			}
			if first < 0 || streams[first].head.Time > to {
				break
			}
			s := streams[first]
			for e := range s.events(&n) {
				if !yield(e, nil) {
					return
				}
			}
			if !s.advance(&errs) {
				streams = slices.Delete(streams, first, first+1)
			}
		}
		if err := errors.Join(errs...); err != nil {
			yield(format.Event{}, err)
		}
	}
}
