package replay

import (
	"maps"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A checkpoint is what a Player was at one place. It is never changed: who goes
// on from it takes a copy.
//
// It stands for a replay that began where a new Player would begin for the times
// that it serves, and tells the same: of damage too.
type checkpoint struct {
	start  int // events before the place where the replay began
	at     int
	now    time.Duration
	pages  map[format.WindowID]*snapshot.Page
	past   *past
	damage []error
	cur    cursor
	nodes  int // of all pages
	used   int // when it was last
}

// checkpoints are those of a Player. It has none before it first goes back: who
// seeks once, or goes forward, pays nothing for them.
type checkpoints struct {
	wanted bool
	list   []*checkpoint
	uses   int
}

// How much is kept. A node takes some 200 bytes, so that is 13 MB; where pages
// are small, what a checkpoint has of the source counts, some 10 to 100 KB.
const (
	maxCheckpoints     = 64
	maxCheckpointNodes = 1 << 16
)

// What takes how long, in times that it takes to copy a node (20 to 50 ns).
const (
	costEvent      = 25  // to read and apply an event
	costChange     = 8   // and for each node that it changes
	costCheckpoint = 200 // to go to a checkpoint, beside its nodes
	costBegin      = 600 // to open the source
)

// A checkpoint is made after what takes so many times as long as to go to it:
// spaceFirst where the Player has come from a checkpoint or a keyframe, and
// spaceNext from there on, where it may never come again. To make one takes some
// times as long as to go to it, since it needs memory.
const (
	spaceFirst = 4
	spaceNext  = 16
)

// cost returns about how long an event takes. page is that of its window, after
// it.
func cost(e *format.Event, page *snapshot.Page) int {
	switch d := e.Data.(type) {
	case *format.Mutation:
		n := len(d.Texts) + len(d.Attrs) + len(d.Removes)
		for i := range d.Adds {
			n += size(d.Adds[i].Node)
		}
		return costEvent + costChange*n
	case *format.FullSnapshot, *format.Keyframe:
		return costEvent + costChange*page.Len()
	}
	return costEvent
}

// size returns how many nodes are in a tree.
func size(n *snapshot.Node) int {
	total := 1
	for _, c := range n.Children {
		total += size(c)
	}
	return total
}

// cost is how long it takes to go to the checkpoint.
func (c *checkpoint) cost() int { return c.nodes + costCheckpoint }

// find returns the last of the checkpoints with that start that serve; nil is
// none.
func (k *checkpoints) find(start int, serves func(*checkpoint) bool) *checkpoint {
	var best *checkpoint
	for _, c := range k.list {
		if c.start == start && serves(c) && (best == nil || c.at > best.at) {
			best = c
		}
	}
	return best
}

// drop takes the checkpoint out that has not been used for longest.
func (k *checkpoints) drop() *checkpoint {
	oldest := 0
	for i, c := range k.list {
		if c.used < k.list[oldest].used {
			oldest = i
		}
	}
	c := k.list[oldest]
	last := len(k.list) - 1
	k.list[oldest], k.list[last] = k.list[last], nil
	k.list = k.list[:last]
	c.cur.Close()
	return c
}

// room drops checkpoints until there is room for one of so many nodes, and
// returns the last of them, whose memory can be used again; nil is none.
func (k *checkpoints) room(nodes int) *checkpoint {
	var spare *checkpoint
	for _, c := range k.list {
		nodes += c.nodes
	}
	for len(k.list) > 0 && (len(k.list) >= maxCheckpoints || nodes > maxCheckpointNodes) {
		spare = k.drop()
		nodes -= spare.nodes
	}
	return spare
}

// forget drops all.
func (k *checkpoints) forget() {
	for len(k.list) > 0 {
		k.drop()
	}
}

// keep makes a checkpoint where it pays, after an event that was applied: one
// that serves At or, where the replay is byEvent, AtEvent.
func (p *Player) keep(e *format.Event, byEvent bool) {
	if p.cost += cost(e, p.pages[e.Window]); p.cost < p.due || p.head < len(p.ahead) || p.cur == nil {
		return
	}
	nodes := 0
	for _, page := range p.pages {
		nodes += page.Len()
	}
	if p.due = p.space * (nodes + costCheckpoint); p.cost < p.due {
		return
	}
	serves := p.begun == 0 && byEvent || p.begun == p.startFor(p.now)
	between := func(c *checkpoint) bool { return p.mark < c.at && c.at <= p.at }
	if serves && p.kept.find(p.begun, between) == nil && nodes <= maxCheckpointNodes {
		cur := p.cur.clone()
		if cur == nil {
			p.kept.wanted = false // of this source there never are any
			return
		}
		c := p.kept.room(nodes)
		if c == nil {
			c = &checkpoint{pages: make(map[format.WindowID]*snapshot.Page, len(p.pages))}
		}
		copyPages(c.pages, p.pages)
		p.kept.uses++
		*c = checkpoint{
			start: p.begun, at: p.at, now: p.now, pages: c.pages, past: p.past.clone(), damage: p.damage[:len(p.damage):len(p.damage)],
			cur: cur, nodes: nodes, used: p.kept.uses,
		}
		p.kept.list = append(p.kept.list, c)
	}
	p.counting(0, spaceNext)
}

// counting has what it takes to the next checkpoint count from here.
func (p *Player) counting(cost, space int) {
	p.mark, p.cost, p.due, p.space = p.at, cost, 0, space
}

// restore goes to a checkpoint.
func (p *Player) restore(c *checkpoint) {
	p.leave()
	copyPages(p.pages, c.pages)
	p.kept.uses++
	c.used = p.kept.uses
	p.past, p.damage, p.cur = c.past.clone(), c.damage, c.cur.clone()
	p.begun, p.at, p.now, p.asked = c.start, c.at, c.now, never
	p.ahead, p.head = p.ahead[:0], 0
	p.tail, p.err, p.cloned = nil, nil, false
	p.counting(0, spaceFirst)
}

// copyPages makes to a copy of the pages, in the memory that it has.
func copyPages(to, pages map[format.WindowID]*snapshot.Page) {
	maps.DeleteFunc(to, func(w format.WindowID, _ *snapshot.Page) bool { return pages[w] == nil })
	for w, page := range pages {
		if to[w] == nil {
			to[w] = &snapshot.Page{}
		}
		page.CloneInto(to[w])
	}
}
