package format

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"reflect"
	"slices"
	"time"

	"github.com/pagetape/pagetape/internal/wire"
)

// A Walked is one frame as it lies in the tape, with what is in it; or, where
// Kind is 0, a stretch of bytes that is no frame.
type Walked struct {
	Frame
	// Events are the events of an EVENTS frame, or the Keyframes of a KEY
	// frame. Their times count from the start of the tape's first part, those
	// in Frame from the start of their own. Where the frame is damaged they are
	// those before the damage.
	Events []Event
	// Lost is how many frames of the same writer are missing before this one.
	Lost int
	// Repeated says that the part has the batch name of an earlier one, so that
	// Reader.Events leaves it out.
	Repeated bool
	// Damage is what is wrong here, as *CorruptErrors: nil is nothing.
	Damage []error
}

// Walk reads the whole tape frame by frame, without its index, and goes on
// after damage with the next frame that is whole. It decodes everything and
// checks all that a tape says twice: checksums, the numbers of frames, what the
// header of a frame says of its events, what the index says of the frames, and
// the summary. Whether a Keyframe is the page of the events before it is for
// package replay to find out. A tape of a newer version ends the walk. It can
// be used again.
func (t *Reader) Walk() iter.Seq[*Walked] {
	return func(yield func(*Walked) bool) {
		w := walker{d: t.decoder()}
		w.d.unpacker = newUnpacker(t.opts.Limits)
		defer w.d.unpacker.release()
		w.d.scan.opts.Salvage, w.d.scan.all = true, true
		for {
			x, more := w.next()
			if x == nil || !yield(x) || !more {
				return
			}
		}
	}
}

// A walker is a Walk under way. What it keeps is of the present part.
type walker struct {
	d     *Decoder
	begun bool // there was a HEAD
	whole bool // nothing was wrong in the part so far

	epoch   string
	seq     int64
	damaged bool // the last thing was no frame

	list    frameList
	summary summarizer
	index   int64 // size of the INDEX, if it was the last frame
	events  int
	latest  time.Duration
	key     *Frame // whose time is later than that of all events before it
}

func (w *walker) next() (x *Walked, more bool) {
	at := w.d.scan.pos
	f, payload, err := w.d.scan.next()
	if err == io.EOF {
		return nil, false
	}
	if f == nil {
		w.damaged, w.whole, w.key = true, false, nil
		x = &Walked{Frame: Frame{Offset: at, Size: w.d.scan.pos - at}, Damage: []error{err}}
		return x, true
	}
	x = &Walked{Frame: *f}
	w.place(x)
	if err != nil {
		x.Damage = append(x.Damage, err)
	} else if err := w.read(x, payload); err != nil {
		x.Damage = append(x.Damage, err)
		more = f.Kind != FrameHead || !errors.Is(err, ErrVersion)
		w.whole = false
		return x, more
	}
	if len(x.Damage) > 0 {
		w.whole = false
	}
	return x, true
}

// place finds out how many frames are missing before x. That some are is
// damage of its own, unless there were bytes that are no frame.
func (w *walker) place(x *Walked) {
	after := w.damaged
	w.damaged = false
	switch {
	case x.Kind == FrameFoot || x.epoch == "":
		return
	case x.Kind == FrameHead && x.seq == 0: // also that of a part that came twice
		w.epoch, w.seq = x.epoch, 0
		return
	case x.epoch == w.epoch:
		x.Lost = int(max(0, x.seq-w.seq-1))
	default:
		x.Lost = int(x.seq)
	}
	ok := x.Lost == 0 && x.epoch == w.epoch && x.seq > w.seq
	if w.epoch, w.seq = x.epoch, x.seq; !ok {
		w.whole = false
		if !after {
			x.Damage = append(x.Damage, &CorruptError{x.Offset, "frame", ErrGap})
		}
	}
}

// read reads and checks the payload of a frame.
func (w *walker) read(x *Walked, payload []byte) error {
	d, f := w.d, &x.Frame
	mismatch := func(section string, ok bool) error {
		if ok || !w.whole {
			return nil
		}
		return &CorruptError{f.Offset, section, ErrMismatch}
	}
	if f.Kind == FrameHead {
		return w.head(f, payload)
	}
	if !w.begun {
		w.begun = true
		x.Damage = append(x.Damage, &CorruptError{f.Offset, "head", ErrFormat})
	}
	x.Repeated = d.skip
	index := w.index
	w.index = 0
	var counts [tables]uint32
	switch f.Kind {
	case FrameHeap:
		h := d.tablesOf(f)
		if err := d.unpacker.sections(h, payload, false); err != nil {
			return &CorruptError{f.Offset, "heap", err}
		}
		counts, _ = h.ends()
	case FrameEvents, FrameKey:
		section := "events"
		if f.Kind == FrameKey {
			section = "key"
		}
		var err error
		if x.Events, err = d.unpacker.all(d.tablesOf(f), payload); err != nil {
			return &CorruptError{f.Offset, section, err}
		}
		ok := true
		if f.Kind == FrameEvents {
			if w.key != nil && w.whole && len(x.Events) > 0 && !sameTime(w.key.Start, ceil(max(w.latest, x.Events[0].Time))) {
				at := w.key.Offset
				w.key = nil
				return &CorruptError{at, "key", ErrMismatch}
			}
			w.key = nil
			ok = w.told(f, x.Events)
		} else {
			ok = w.keyed(f, x.Events)
		}
		if err := mismatch(section, ok); err != nil {
			return err
		}
		for i := range x.Events {
			x.Events[i].Time += d.shift
		}
	case FrameIndex:
		w.index = f.Size
		i, err := decodeIndex(payload, d.unpacker)
		if err != nil {
			return &CorruptError{f.Offset, "index", err}
		}
		return mismatch("index", w.key == nil && w.indexed(i))
	case FrameFoot:
		return mismatch("foot", w.key == nil && f.indexSize == index)
	default:
		if !f.Kind.ancillary() {
			return &CorruptError{f.Offset, "frame", ErrVersion}
		}
	}
	w.list.add(f, &counts)
	return nil
}

// head begins a part.
func (w *walker) head(f *Frame, payload []byte) error {
	h, err := decodeHeader(payload, w.d.scan.opts.Limits.Memory)
	w.list, w.summary, w.index, w.events, w.latest, w.key = frameList{}, summarizer{}, 0, 0, -1<<63, nil
	if err != nil {
		return &CorruptError{f.Offset, "head", err}
	}
	if !w.d.headed {
		w.d.header, w.d.headed = h, true
	}
	w.d.part(f, h)
	w.begun, w.whole = true, true
	w.list.Head = string(payload)
	w.list.add(f, nil)
	return nil
}

// told says whether the header of an EVENTS frame is right about its events,
// and counts those.
func (w *walker) told(f *Frame, events []Event) bool {
	var windows []WindowID
	snapshot := false
	first, last := time.Duration(1<<63-1), time.Duration(-1<<63)
	for i := range events {
		e := &events[i]
		w.summary.add(e)
		first, last = min(first, e.Time), max(last, e.Time)
		snapshot = snapshot || e.Data.Kind() == KindFullSnapshot
		if len(windows) < 64 && !slices.Contains(windows, e.Window) {
			windows = append(windows, e.Window)
		}
	}
	w.events += len(events)
	w.latest = max(w.latest, last)
	if len(windows) == 1 && windows[0] == 0 {
		windows = nil
	}
	return len(events) > 0 && len(events) == f.Events && snapshot == f.Snapshot && slices.Equal(windows, f.Windows) &&
		sameTime(f.Start, floor(first)) && sameTime(f.End, floor(last))
}

// keyed says whether a KEY frame stands where it says.
func (w *walker) keyed(f *Frame, events []Event) bool {
	for _, e := range events {
		if k, ok := e.Data.(*Keyframe); !ok || k.Events != int64(f.Events) || e.Time != w.latest {
			return false
		}
	}
	w.key = nil
	if !sameTime(f.Start, ceil(w.latest)) {
		w.key = f // right if the next event is as late
	}
	return len(events) > 0 && f.Events == w.events && f.Start == f.End && f.Start >= ceil(w.latest)
}

// indexed says whether an INDEX is right about the frames before it and about
// their events.
func (w *walker) indexed(x *index) bool {
	have := w.list
	have.Live = x.list.Live
	switch {
	case x.list.Kinds == nil:
		have = frameList{Live: x.list.Live}
	case have.Live:
		if slices.Contains(have.Kinds, int64(FrameHeap)) || slices.Contains(have.Kinds, int64(FrameKey)) {
			return false
		}
	}
	x.list.Extra = nil
	var a, b wire.Writer
	(&index{list: frameList{}, summary: x.summary}).encode(&a)
	(&index{list: frameList{}, summary: w.summary.summary()}).encode(&b)
	return reflect.DeepEqual(x.list, have) && bytes.Equal(a.Bytes(), b.Bytes())
}
