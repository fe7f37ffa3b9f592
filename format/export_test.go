package format

import (
	"bytes"

	"github.com/pagetape/pagetape/internal/wire"
)

// What the tests of package format_test see of the inside of summaries.
type Summarizer struct{ z summarizer }

func (s *Summarizer) Add(e *Event)     { s.z.add(e) }
func (s *Summarizer) Summary() Summary { return s.z.summary() }

func UnknownOf(k Kind) *Unknown { return &Unknown{kind: k} }

// Recode writes events as the payload of a live frame and reads them again,
// keyframes too, which a Writer takes from nobody.
func Recode(events ...Event) ([]Event, error) {
	in := newInterner()
	p := newPacker(in)
	for i := range events {
		if _, err := measure(&events[i]); err != nil {
			return nil, err
		}
		p.event(&events[i])
	}
	var w wire.Writer
	p.write(&w, true)
	return Unpack(w.Bytes(), Limits{})
}

// Pack returns the payload of a live frame with the events.
func Pack(events ...Event) []byte {
	p := newPacker(newInterner())
	for i := range events {
		p.event(&events[i])
	}
	var w wire.Writer
	p.write(&w, true)
	return w.Bytes()
}

// Same says whether events are equal to the bit: NaN is NaN.
func Same(a, b []Event) bool { return bytes.Equal(Pack(a...), Pack(b...)) }

// Unpack reads the payload of a frame.
func Unpack(payload []byte, l Limits) (events []Event, err error) {
	u := newUnpacker(l.withDefaults())
	if err := u.open(&heap{limits: l.withDefaults()}, payload); err != nil {
		return nil, err
	}
	for {
		e, ok, err := u.next()
		if !ok || err != nil {
			return events, err
		}
		events = append(events, e)
	}
}

// EncodeSummary and DecodeSummary are the way of a summary through an INDEX.
func EncodeSummary(s *Summary) []byte { return Pack(Event{Data: s}) }

func DecodeSummary(b []byte, budget int) (Summary, error) {
	events, err := Unpack(b, Limits{Memory: budget})
	if err != nil || len(events) != 1 {
		return Summary{}, err
	}
	return *events[0].Data.(*Summary), nil
}

// FrameList is the list of frames in an INDEX.
type FrameList = frameList

// IndexOf returns the payload of an INDEX with that list.
func IndexOf(list *FrameList) []byte {
	var w wire.Writer
	(&index{list: *list}).encode(&w)
	return w.Bytes()
}

// FootOf returns the FOOT of a part that is that long without it.
func FootOf(part int64, indexSize int) []byte { return appendFoot(nil, part, indexSize) }

// Generation and Seq are what the header of a frame says.
func (f *Frame) Generation() int64 { return f.generation }
func (f *Frame) Seq() int64        { return f.seq }

// StaticStrings is how many strings of a role every tape has.
func StaticStrings(r Role) int { return int(staticCount(int(r))) }

// ElementSize is what an element of a List is charged at.
const ElementSize = elementSize
