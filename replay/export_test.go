package replay

import (
	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A Continuity tells a page that goes on from another one.
type Continuity struct{ c continuity }

// See is continuity.see.
func (c *Continuity) See(p *snapshot.Page, e *format.Event) bool { return c.c.see(p, e) }

// MayHold says of each segment of a tape whether a selector can match in it.
func MayHold(tape *format.Reader, sel string) []bool {
	list, err := parseSelector(sel)
	if err != nil {
		panic(err)
	}
	s := searching{segments: tape.Segments(), needs: selectorNeeds(list)}
	var out []bool
	for i := range s.segments {
		out = append(out, s.mayHold(&s.segments[i]))
	}
	return out
}

// MayShow is MayHold for a text.
func MayShow(tape *format.Reader, text string) []bool {
	s := searching{segments: tape.Segments(), needs: []need{newTextNeed(text)}}
	var out []bool
	for i := range s.segments {
		out = append(out, s.mayHold(&s.segments[i]))
	}
	return out
}

// Looks returns how often Find asks whether an element matches.
func Looks(src Source, sel string) (looks int) {
	list, err := parseSelector(sel)
	if err != nil {
		panic(err)
	}
	f := finder{
		yield: func(Match, error) bool { return true },
		new:   func() judge { return counting{&selecting{list: list}, &looks} },
	}
	f.run(src, selectorNeeds(list))
	return looks
}

// IsCollapsed is isCollapsed.
func IsCollapsed(s string) bool { return isCollapsed(s) }

// A counting is a judge that counts what it is asked.
type counting struct {
	judge
	looks *int
}

func (c counting) match(p *snapshot.Page, x element) bool {
	*c.looks++
	return c.judge.match(p, x)
}

// Kept returns how many checkpoints the Player has, how many nodes are in them,
// and how often it has made or used one.
func (p *Player) Kept() (checkpoints, nodes, uses int) {
	for _, c := range p.kept.list {
		nodes += c.nodes
	}
	return len(p.kept.list), nodes, p.kept.uses
}

// Begun returns how many events lie before the place where the replay began that
// made the pages.
func (p *Player) Begun() int { return p.begun }

// What a Player keeps at most.
const (
	MaxCheckpoints     = maxCheckpoints
	MaxCheckpointNodes = maxCheckpointNodes
)
