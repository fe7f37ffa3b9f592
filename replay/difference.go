package replay

import (
	"maps"
	"slices"

	"github.com/pagetape/pagetape/snapshot"
)

// A difference is what differs between two surveys of a page: what is in blocks
// of the one alone.
type difference struct {
	number     int32 // of the second survey
	was, is    *block
	highest    snapshot.NodeID // in the first; nodes with an id above it came later
	came, went []*piece        // of those blocks
	phrases    []*phrase       // of these pieces
	states     map[snapshot.NodeID]*changedState
	lists      map[snapshot.NodeID]*listed // that came or went, or of which items did
	all        map[snapshot.NodeID]*listed // the surveyor's
}

// A changedState is a state of a control that differs, or can.
type changedState struct {
	was, is     ariaState
	hadOne, has bool // there was one, there is one
}

// A listed is a list with the number of its items.
type listed struct {
	is, was tally
	changed int32 // number of the survey whose difference has it
}

type tally struct {
	there bool
	items int
}

// discount takes a block that is not part of the survey any more from what the
// surveyor keeps.
func (s *surveyor) discount(d *difference, b *block) {
	if s.known[b.id] == b {
		delete(s.known, b.id)
	}
	s.gone = append(s.gone, b)
	for i := range b.parts {
		switch x := &b.parts[i]; {
		case x.block != nil:
			if x.block.kept != s.number {
				s.discount(d, x.block)
			}
		case x.piece.phrase != nil:
			d.went = append(d.went, x.piece)
			p := d.phrase(x.piece)
			p.went++
			p.count--
		}
	}
	if b.found == nil {
		return
	}
	for _, x := range b.found.states {
		c := d.state(x.id)
		c.was, c.hadOne = x.state, true
	}
	for _, id := range b.found.lists {
		s.list(d, id).is.there = false
	}
	for _, id := range b.found.items {
		s.list(d, id).is.items--
	}
}

// count adds what is in blocks that are new.
func (s *surveyor) count(d *difference, b *block) {
	for i := range b.parts {
		switch x := &b.parts[i]; {
		case x.block != nil:
			if x.block.made == s.number {
				s.count(d, x.block)
			}
		case x.piece.phrase != nil:
			d.came = append(d.came, x.piece)
			p := d.phrase(x.piece)
			p.came++
			p.count++
		}
	}
	if b.found == nil {
		return
	}
	for _, x := range b.found.states {
		c := d.state(x.id)
		c.is, c.has = x.state, true
	}
	for _, id := range b.found.lists {
		s.list(d, id).is.there = true
	}
	for _, id := range b.found.items {
		s.list(d, id).is.items++
	}
}

// forget lets go of what is on the page no more.
func (s *surveyor) forget(d *difference) {
	for _, p := range d.phrases {
		if p.count == 0 {
			delete(s.phrases, p.text)
		}
	}
	for id, l := range d.lists {
		if l.is == (tally{}) {
			delete(s.lists, id)
		}
	}
}

func (d *difference) phrase(x *piece) *phrase {
	p := x.phrase
	if p.changed != d.number {
		p.changed, p.came, p.went = d.number, 0, 0
		d.phrases = append(d.phrases, p)
	}
	return p
}

func (d *difference) state(id snapshot.NodeID) *changedState {
	c := d.states[id]
	if c == nil {
		if d.states == nil {
			d.states = make(map[snapshot.NodeID]*changedState)
		}
		c = &changedState{}
		d.states[id] = c
	}
	return c
}

func (s *surveyor) list(d *difference, id snapshot.NodeID) *listed {
	l := s.lists[id]
	if l == nil {
		l = &listed{}
		s.lists[id] = l
	}
	if l.changed != d.number {
		l.changed, l.was = d.number, l.is
		if d.lists == nil {
			d.lists = make(map[snapshot.NodeID]*listed)
		}
		d.lists[id] = l
	}
	return l
}

// surplus returns the pieces of the second survey whose texts it has more often
// than the first, or those of the first: the last ones.
func (d *difference) surplus(second bool) []*piece {
	total, changed := 0, true // all are in blocks that changed
	for _, p := range d.phrases {
		more, all, own := p.came-p.went, p.count, p.came
		if !second {
			more, all, own = p.went-p.came, p.count+p.went-p.came, p.went
		}
		p.remaining = max(more, 0)
		total += p.remaining
		if more > 0 && all != own {
			changed = false
		}
	}
	if total == 0 {
		return nil
	}
	pieces, root := d.came, d.is
	if !second {
		pieces, root = d.went, d.was
	}
	if !changed {
		pieces = root.pieces(nil)
	}
	list := make([]*piece, 0, total)
	for _, x := range slices.Backward(pieces) {
		if x.phrase.changed == d.number && x.phrase.remaining > 0 {
			x.phrase.remaining--
			list = append(list, x)
		}
	}
	slices.Reverse(list)
	return list
}

// pieces appends the pieces in the block.
func (b *block) pieces(list []*piece) []*piece {
	for i := range b.parts {
		switch x := &b.parts[i]; {
		case x.block != nil:
			list = x.block.pieces(list)
		case x.piece.phrase != nil:
			list = append(list, x.piece)
		}
	}
	return list
}

// changedLists returns the lists in which anything came or went, in order.
func (d *difference) changedLists() []snapshot.NodeID {
	ids := slices.Collect(maps.Keys(d.lists))
	for _, pieces := range [][]*piece{d.came, d.went} {
		for _, p := range pieces {
			if p.list != 0 {
				ids = append(ids, p.list)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// list returns how many items a list has and had.
func (d *difference) list(id snapshot.NodeID) (is, was tally) {
	l := d.all[id]
	if l == nil {
		l = d.lists[id] // that is gone
	}
	switch {
	case l == nil:
		return tally{}, tally{}
	case l.changed != d.number:
		return l.is, l.is
	}
	return l.is, l.was
}

// texts returns the texts of the pieces in each of some lists, in order.
func (b *block) texts(lists []snapshot.NodeID) map[snapshot.NodeID][]string {
	texts := make(map[snapshot.NodeID][]string)
	for _, p := range b.pieces(nil) {
		if _, found := slices.BinarySearch(lists, p.list); found {
			texts[p.list] = append(texts[p.list], p.text)
		}
	}
	return texts
}
