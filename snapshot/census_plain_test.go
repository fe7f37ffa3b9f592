package snapshot

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// PlainSelector is Page.Selector by looking at all of the tree for each
// candidate.
func PlainSelector(p *Page, id NodeID) string {
	n := p.lookup(id)
	if n == nil || n.kind != KindElement {
		return ""
	}
	s := newSelecting(n)
	last := len(s.path) - 1
	count := func(c *candidate, in *html.Node) (matches int) {
		for d := range in.Descendants() {
			if d.Type == html.ElementNode && c.matches(own(d)) {
				matches++
			}
		}
		return matches
	}
	unique := func(c *candidate) bool { return count(c, s.top) == 1 }
	if s.top.Type != html.DocumentNode {
		panic("a tree that is not on a page")
	}
	if i := slices.IndexFunc(s.own, unique); i >= 0 {
		return s.own[i].String()
	}
	var above []*candidate
	for level := last - 1; level >= 0; level-- {
		if level >= last-anchors || level == 0 {
			above = append(above, s.candidates(level)...)
		}
	}
	best, bestCost := "", 0
	var nearest *candidate
	for _, a := range above {
		if !unique(a) {
			continue
		}
		if nearest == nil {
			nearest = a
		}
		for _, c := range s.own {
			if count(c, &s.path[a.level].Node) != 1 {
				continue
			}
			if cost := a.cost + c.cost + (last-a.level)/4; best == "" || cost < bestCost {
				best, bestCost = a.String()+" "+c.String(), cost
			}
			break
		}
	}
	if best != "" {
		return best
	}
	steps := []string{s.step(0) + ":not(* > *)"}
	from := 1
	if nearest != nil {
		steps, from = []string{nearest.String()}, nearest.level+1
	}
	for level := from; level <= last; level++ {
		steps = append(steps, s.step(level))
	}
	return strings.Join(steps, " > ")
}

// Censuses returns how many trees are looked after for selectors, and how many
// of them are counted.
func (p *Page) Censuses() (trees, counted int) {
	for _, c := range p.censuses {
		if trees++; c.names != nil {
			counted++
		}
	}
	return trees, counted
}
