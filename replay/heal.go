package replay

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// HealOptions change how Heal works. The zero value is the default.
type HealOptions struct {
	// Fixed is called with each fault as it is healed, in each Replay.
	Fixed func(Fault)
}

// Heal returns a source of the events of src, each once and in their order, as
// far as that can be known:
//
//   - A Duplicate is dropped. What users and scripts do twice at one time, as
//     clicks, is none, but where it comes in a run of duplicates.
//   - Events that are Disordered are put in order of time, with all of their
//     window that lies among them, where the page then takes no more damage than
//     in file order; and those of one time that name nodes are put behind the one
//     that brings these. That is done over 256 events and 10 s at most: what
//     comes later still stays where it is.
//
// It does not bring back what is missing: from there to the next full snapshot
// of the window the page is doubtful (Verification.Doubtful), and right from then
// on, as it is without Heal.
//
// To know the pages it replays src from the first event, whatever the time is
// that is asked for, and passes over its keyframes, which are of the pages as they
// were damaged. Who seeks in it writes its events to a tape (format.Writer).
func Heal(src Source, opts *HealOptions) Source {
	h := healed{src: src}
	if opts != nil {
		h.opts = *opts
	}
	return h
}

type healed struct {
	src  Source
	opts HealOptions
}

// Replay yields the events up to the time to, from the first.
func (s healed) Replay(_, to time.Duration) iter.Seq2[format.Event, error] {
	return func(yield func(format.Event, error) bool) {
		h := healer{
			fixed: s.opts.Fixed, duplicates: newDuplicates(),
			lanes: make(map[format.WindowID]*lane), pages: make(map[format.WindowID]*snapshot.Page),
		}
		out := func(e format.Event) bool { return e.Time <= to && yield(e, nil) }
		for e, err := range s.src.Replay(never, always) {
			switch {
			case err != nil:
				if h.flush(0, out) {
					yield(format.Event{}, err)
				}
				return
			case e.Data.Kind() == format.KindKeyframe: // of a Merged
				if !h.flush(0, out) || !out(e) {
					return
				}
				_ = e.Data.Apply(h.page(e.Window))
				continue
			}
			h.add(e)
			if !h.flush(maxLane, out) {
				return
			}
		}
		h.flush(0, out)
	}
}

// A healer is a healed source that is being replayed.
type healer struct {
	fixed      func(Fault)
	duplicates *duplicates
	lanes      map[format.WindowID]*lane
	pages      map[format.WindowID]*snapshot.Page // before the first of ahead
	ahead      []format.Event
	gone       int // how many were ahead before
	read       int
}

func (h *healer) page(w format.WindowID) *snapshot.Page {
	p := h.pages[w]
	if p == nil {
		p = &snapshot.Page{}
		h.pages[w] = p
	}
	return p
}

func (h *healer) fix(f Fault) {
	if f.Healed = true; h.fixed != nil {
		h.fixed(f)
	}
}

// add takes an event of the source.
func (h *healer) add(e format.Event) {
	index := h.read
	h.read++
	kind := e.Data.Kind()
	if of, repeated := h.duplicates.add(&e); repeated {
		h.fix(Fault{Kind: Duplicate, Event: index, Time: e.Time, Window: e.Window, Data: kind, Of: of})
		return
	}
	if stamped(kind) {
		l := h.lanes[e.Window]
		if l == nil {
			l = &lane{}
			h.lanes[e.Window] = l
		}
		l.add(car{event: index, time: e.Time, kind: kind, slot: h.gone + len(h.ahead)})
	}
	h.ahead = append(h.ahead, e)
}

// flush hands on events until no more than keep are ahead; false where nobody
// wants more.
func (h *healer) flush(keep int, out func(format.Event) bool) bool {
	for len(h.ahead) > keep {
		w := h.ahead[0].Window
		if l := h.lanes[w]; l != nil && len(l.cars) > 0 && l.cars[0].slot == h.gone {
			if !l.cars[0].known {
				h.order(w, l)
			}
			l.drop(1)
		}
		e := h.ahead[0]
		h.ahead = h.ahead[1:]
		h.gone++
		_ = e.Data.Apply(h.page(w))
		if !out(e) {
			return false
		}
	}
	return true
}

// order puts the first events of a lane in order, as many as have to be.
func (h *healer) order(w format.WindowID, l *lane) {
	cars := l.segment()
	page := h.page(w)
	disordered := len(cars) > 1
	if !disordered { // it can still need one of the same time
		for len(cars) < len(l.cars) && !l.cars[len(cars)].step && l.cars[len(cars)].time == cars[0].time {
			cars = l.cars[:len(cars)+1]
		}
		if len(cars) == 1 || len(needs(&h.ahead[0], page)) == 0 {
			l.cars[0].known = true
			return
		}
	}
	// What else is of the window among them goes with its time.
	var file []format.Event
	var slots, places []int
	for i := cars[0].slot - h.gone; i <= cars[len(cars)-1].slot-h.gone; i++ {
		if h.ahead[i].Window == w {
			places = append(places, len(file))
			file, slots = append(file, h.ahead[i]), append(slots, i)
		}
	}
	for i := range cars {
		cars[i].known = true
	}
	slices.SortStableFunc(places, func(a, b int) int { return cmp.Compare(file[a].Time, file[b].Time) })
	better := arrange(page.Clone(), file, places)
	worse := 0
	for i, p := 0, page.Clone(); i < len(file); i++ {
		worse += damaged(file[i].Data.Apply(p))
	}
	if better > worse || better == worse && !disordered {
		return
	}
	if disordered {
		out := strays(cars)
		for _, i := range out {
			h.disordered(w, &cars[i], late(cars, out, i))
		}
	}
	for i := range cars {
		at := slices.Index(slots, cars[i].slot-h.gone)
		if !disordered && slices.Index(places, at) < at {
			h.disordered(w, &cars[i], 0)
		}
	}
	for i, from := range places {
		h.ahead[slots[i]] = file[from]
	}
}

func (h *healer) disordered(w format.WindowID, c *car, late time.Duration) {
	h.fix(Fault{Kind: Disordered, Event: c.event, Time: c.time, Window: w, Data: c.kind, Late: late})
}

// arrange applies events to a page in the order of places, and changes that where
// one of several events of one time names nodes that a later one of them brings.
// It returns how much damage that did.
func arrange(page *snapshot.Page, events []format.Event, places []int) (damage int) {
	for i := range places {
		e := &events[places[i]]
		if ids := needs(e, page); len(ids) > 0 {
			for j := i + 1; j < len(places) && events[places[j]].Time == e.Time; j++ {
				if brings(&events[places[j]], ids) {
					at := places[j]
					copy(places[i+1:j+1], places[i:j])
					places[i], e = at, &events[at]
					break
				}
			}
		}
		damage += damaged(e.Data.Apply(page))
	}
	return damage
}

// damaged is how much damage an error tells of.
func damaged(err error) int {
	if d, ok := err.(*format.DamageError); ok {
		return len(d.Errs)
	}
	return 0
}

// needs returns the nodes that an event names and that are not on the page.
func needs(e *format.Event, page *snapshot.Page) []snapshot.NodeID {
	var ids []snapshot.NodeID
	own := make(map[snapshot.NodeID]bool)
	need := func(id snapshot.NodeID) {
		if id > 0 && !own[id] && page.Kind(id) == 0 {
			ids = append(ids, id)
		}
	}
	switch d := e.Data.(type) {
	case *format.Mutation:
		for i := range d.Adds {
			if d.Adds[i].Node != nil {
				for n := range d.Adds[i].Node.All() {
					if n != nil {
						own[n.ID] = true
					}
				}
			}
		}
		for i := range d.Adds {
			need(d.Adds[i].Parent)
			need(d.Adds[i].Next)
		}
		for i := range d.Removes {
			need(d.Removes[i].ID)
			own[d.Removes[i].ID] = true
		}
		for i := range d.Texts {
			need(d.Texts[i].ID)
		}
		for i := range d.Attrs {
			need(d.Attrs[i].ID)
		}
	case *format.Input:
		need(d.ID)
	case *format.Scroll:
		need(d.ID)
	case *format.Media:
		need(d.ID)
	case *format.AdoptedSheets:
		need(d.ID)
	case *format.SheetRules:
		need(d.ID)
	case *format.SheetDeclaration:
		need(d.ID)
	}
	return ids
}

// brings says whether an event puts one of the nodes on the page.
func brings(e *format.Event, ids []snapshot.NodeID) bool {
	in := func(root *snapshot.Node) bool {
		if root == nil {
			return false
		}
		for n := range root.All() {
			if n != nil && slices.Contains(ids, n.ID) {
				return true
			}
		}
		return false
	}
	switch d := e.Data.(type) {
	case *format.FullSnapshot:
		return in(d.Node)
	case *format.Mutation:
		return slices.ContainsFunc(d.Adds, func(a format.Addition) bool { return in(a.Node) })
	}
	return false
}
