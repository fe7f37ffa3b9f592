package format

import "github.com/pagetape/pagetape/snapshot"

// A keyer decides where a tape gets keyframes. It has the page of every window
// as the events have made it.
type keyer struct {
	pages  map[WindowID]*snapshot.Page
	order  []WindowID // the one in front last
	bytes  int        // stored since the last keyframe
	values int        // values since then
	node   float64    // bytes that a node of a keyframe takes, about
	must   bool       // a segment begins
	packer *packer
}

const (
	// keyShare is how many times the bytes of a keyframe come before it:
	// keyframes are a thirteenth of a tape at most.
	keyShare = 12
	// keyValues is how many values come before a keyframe at a full snapshot,
	// which needs next to nothing of the page before it.
	keyValues = 24 << 10
	// What a keyframe takes before any was made.
	keyBytes     = 200
	keyNodeBytes = 1.5
)

// apply does to the pages what the event does.
func (k *keyer) apply(e *Event) {
	p := k.pages[e.Window]
	if p == nil {
		if k.pages == nil {
			k.pages = make(map[WindowID]*snapshot.Page)
		}
		p = &snapshot.Page{}
		k.pages[e.Window] = p
		k.order = append(k.order, e.Window)
	}
	if last := len(k.order) - 1; k.order[last] != e.Window {
		for i, w := range k.order {
			if w == e.Window {
				copy(k.order[i:], k.order[i+1:])
				k.order[last] = w
				break
			}
		}
	}
	_ = e.Data.Apply(p) // damage is the recorder's
}

// wrote counts a frame of events.
func (k *keyer) wrote(bytes, values int) {
	k.bytes += bytes
	k.values += values
}

// cost is about how many bytes a keyframe takes; but is the window whose page
// it needs next to nothing of.
func (k *keyer) cost(but *snapshot.Page) int {
	nodes := 0
	for _, p := range k.pages {
		if p != but {
			nodes += p.Len()
		}
	}
	return keyBytes + int(float64(nodes)*max(k.node, keyNodeBytes))
}

// key writes a keyframe before e, if it is time for one.
func (t *Writer) key(e *Event) {
	k := &t.keys
	if len(k.order) == 0 {
		k.must = false
		return
	}
	full, _ := e.Data.(*FullSnapshot)
	var fresh *snapshot.Page
	if full != nil && full.Node != nil {
		fresh = k.pages[e.Window]
	}
	switch waiting := t.packer.values(); {
	case k.must:
	case fresh != nil:
		if k.values+waiting < keyValues || k.bytes+waiting/4 < keyShare*k.cost(fresh) {
			return
		}
	case waiting > 0 || k.bytes < keyShare*k.cost(nil):
		return
	}
	if t.cut(); t.err != nil {
		return
	}
	if k.packer == nil {
		k.packer = newPacker(t.in)
	}
	k.packer.in = t.in
	k.packer.begin()
	nodes := 0
	from := t.latest
	for _, w := range k.order {
		p := k.pages[w]
		var data *Keyframe
		if fresh == p {
			data = NewKeyframeBefore(p, full, t.events)
			from = max(from, e.Time)
		} else {
			data = NewKeyframe(p, t.events)
			nodes += p.Len()
		}
		k.packer.event(&Event{Time: t.latest, Window: w, Data: data})
	}
	b := t.pack(FrameKey, k.packer)
	if b.Decoded > defaultFrame {
		return
	}
	b.Start, b.End, b.Events = ceil(from), ceil(from), t.events
	t.collect(b)
	k.bytes, k.values, k.must = 0, 0, false
	if nodes > 0 {
		k.node = float64(len(b.stored)) / float64(nodes)
	}
}
