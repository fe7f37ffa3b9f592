package format

import (
	"slices"

	"github.com/pagetape/pagetape/internal/wire"
	"github.com/pagetape/pagetape/snapshot"
)

// A keyer decides where a tape gets keyframes. It has the page of every window
// as the events have made it, when it is asked for: most sessions are too short
// for a keyframe.
type keyer struct {
	later  []Event // that the pages still lack
	pages  map[WindowID]*snapshot.Page
	order  []WindowID // the one in front last
	bytes  int        // stored since the last keyframe
	values int        // values since then
	ratio  int        // values in a byte of the last frame
	spent  int        // bytes of all keyframes
	held   int        // nodes in them
	must   bool       // a segment begins
	every  int        // values after which one comes, whatever it costs; 0 is none
	packer *packer
	base   []byte // the payload of the last KEY of the segment that patches can be of
	made   int    // patches since the last one that is none
}

const (
	// keyShare is how many times the bytes of a keyframe come before it:
	// keyframes are a tenth of a tape at most, but for restless pages.
	keyShare = 9
	// After restlessValues the share is restlessShare: a page that draws the same
	// again and again takes few bytes, but time to replay, which follows values.
	// The first keyframe of a segment, which is no patch, comes after restlessBytes
	// then, or for its share: short tapes are to be small.
	restlessValues = 18 << 10
	restlessShare  = 1
	restlessBytes  = 5 << 10
	// keyValues is how many values come before a keyframe at a full snapshot,
	// which needs next to nothing of the page before it.
	keyValues = 24 << 10
	// valuesPerByte is how many values make a byte of a frame before one was
	// made. Too many makes frames that are too long, too few keyframes too early.
	valuesPerByte = 8
	// minValues is how many values a frame has before it ends for a keyframe.
	minValues = 8 << 10
	// What a keyframe takes before any was made.
	keyBytes     = 200
	keyNodeBytes = 1
)

// catchUp does to the pages what the events did that they lack.
func (k *keyer) catchUp() {
	for i := range k.later {
		k.apply(&k.later[i])
	}
	clear(k.later)
	k.later = k.later[:0]
}

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
		i := slices.Index(k.order, e.Window)
		copy(k.order[i:], k.order[i+1:])
		k.order[last] = e.Window
	}
	_ = e.Data.Apply(p) // damage is the recorder's
}

// wrote counts a frame of events.
func (k *keyer) wrote(bytes, values int) {
	k.bytes += bytes
	k.values += values
	k.ratio = max(values/max(bytes, 1), 1)
}

// size is about how many bytes that many values take in a frame.
func (k *keyer) size(values int) int {
	if k.ratio == 0 {
		return values / valuesPerByte
	}
	return values / k.ratio
}

// cost is about how many bytes a keyframe takes; but is the window whose page
// it needs next to nothing of.
func (k *keyer) cost(but *snapshot.Page) int {
	each := float64(keyNodeBytes)
	if k.held > 0 {
		each = float64(k.spent) / float64(k.held)
	}
	return keyBytes + int(float64(k.nodes(but))*each)
}

// nodes is how many nodes the pages have but for that one.
func (k *keyer) nodes(but *snapshot.Page) int {
	n := 0
	for _, p := range k.pages {
		if p != but {
			n += p.Len()
		}
	}
	return n
}

// due says whether it is time for a keyframe, with the values that wait.
func (k *keyer) due(waiting int) bool {
	if k.every > 0 {
		return k.values+waiting >= k.every
	}
	return waiting >= minValues && k.worth(k.bytes+k.size(waiting), k.share(waiting), 0, false)
}

// share is how many times the bytes of a keyframe come before it, with the values
// that wait.
func (k *keyer) share(waiting int) int {
	if k.values+waiting < restlessValues || k.base == nil && k.bytes+k.size(waiting) < restlessBytes {
		return keyShare
	}
	return restlessShare
}

// worth says whether a keyframe pays after that many bytes, of which it may
// take one in share. With fresh, it needs next to nothing of the page of window
// w.
func (k *keyer) worth(bytes, share int, w WindowID, fresh bool) bool {
	if bytes < share*keyBytes { // whatever the pages are
		return false
	}
	k.catchUp()
	var but *snapshot.Page
	if fresh {
		but = k.pages[w]
	}
	return bytes >= share*k.cost(but)
}

// maxKeyNodes is how many nodes the pages of a keyframe have at most: a reader
// has memory for twice as many. One that is not made is not tried at the next
// event.
const maxKeyNodes = 512 << 10

// key writes a keyframe before e, if it is time for one.
func (t *Writer) key(e *Event) {
	k := &t.keys
	if len(k.order)+len(k.later) == 0 {
		k.must = false
		return
	}
	full, _ := e.Data.(*FullSnapshot)
	whole := full != nil && full.Node != nil
	switch waiting := t.packer.values(); {
	case k.must:
	case k.every > 0:
		if k.values+waiting < k.every {
			return
		}
	case whole:
		if k.values+waiting < keyValues || !k.worth(k.bytes+k.size(waiting), keyShare/2, e.Window, true) {
			return
		}
	case waiting > 0 || !k.worth(k.bytes, k.share(0), 0, false):
		return
	}
	if t.cut(false); t.err != nil {
		return
	}
	k.bytes, k.values, k.must = 0, 0, false
	k.catchUp()
	if k.nodes(nil) > maxKeyNodes {
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
		if whole && w == e.Window {
			data = NewKeyframeBefore(p, full, t.events)
			from = max(from, e.Time)
		} else {
			data = NewKeyframe(p, t.events)
			nodes += p.Len()
		}
		k.packer.event(&Event{Time: t.latest, Window: w, Data: data})
	}
	t.buf.Reset()
	k.packer.write(&t.buf, false)
	if t.buf.Len() > defaultFrame {
		return
	}
	b := t.keyframe(t.buf.Bytes(), whole)
	b.Start, b.End, b.Events = ceil(from), ceil(from), t.events
	t.collect(b)
	if nodes > 0 {
		k.spent, k.held = k.spent+b.size(), k.held+nodes
	}
}

// keyframe makes a KEY frame of a payload: a patch of the last one, if that is
// much shorter. Before a full snapshot there is hardly anything in it: it is set
// aside.
func (t *Writer) keyframe(payload []byte, aside bool) built {
	k := &t.keys
	if aside {
		b := t.store(FrameKey, payload, true)
		b.aside = true
		return b
	}
	base := k.base
	k.base = slices.Clone(payload)
	if base != nil && k.made < usualPatches {
		var w wire.Writer
		if appendPatch(&w, base, payload); w.Len() <= len(payload)/2 {
			k.made++
			b := t.store(FrameKey, w.Bytes(), true)
			b.patch = true
			return b
		}
	}
	k.made = 0
	return t.store(FrameKey, payload, true)
}
