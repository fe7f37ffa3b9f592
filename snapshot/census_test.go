package snapshot_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay/replaytest"
	"github.com/pagetape/pagetape/snapshot"
)

// ask asks for some selectors after every few events, and holds them against
// those that are made by looking at all of the tree. It returns how many pages
// had a census then.
func ask(t *testing.T, events []format.Event, random *rand.Rand, seldom int) (counted int) {
	pages := make(map[format.WindowID]*snapshot.Page)
	for i := range events {
		e := &events[i]
		p := pages[e.Window]
		if p == nil {
			p = &snapshot.Page{}
			pages[e.Window] = p
		}
		_ = e.Data.Apply(p)
		if random.IntN(seldom) > 0 {
			continue
		}
		if random.IntN(20) == 0 {
			p = p.Clone() // which is counted anew
			pages[e.Window] = p
		}
		var elements []snapshot.NodeID
		for id := range p.All() {
			if p.Kind(id) == snapshot.KindElement {
				elements = append(elements, id)
			}
		}
		for range min(len(elements), 6) {
			id := elements[random.IntN(len(elements))]
			require.Equal(t, snapshot.PlainSelector(p, id), p.Selector(id))
		}
		if _, n := p.Censuses(); n > 0 {
			counted++
		}
	}
	return counted
}

// While a page changes its selectors are those that it would have without a
// census.
func TestCensusOfRecordings(t *testing.T) {
	for _, s := range sessions.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			events := s.Events(t)
			ask(t, events, rand.New(rand.NewPCG(1, 1)), 1+len(events)/30)
		})
	}
}

func TestCensusOfGenerated(t *testing.T) {
	seeds := uint64(150)
	if testing.Short() {
		seeds = 15
	}
	counted := 0
	for seed := range seeds {
		random := rand.New(rand.NewPCG(seed, 3))
		counted += ask(t, replaytest.Generate(random, &replaytest.Options{Steps: 120, Nodes: 200}).Events, random, 1+int(seed%3))
	}
	assert.Greater(t, counted, 200)
}

// A census of a tree that is gone is gone too, and so is one that nobody asks
// while all changes.
func TestCensusEnds(t *testing.T) {
	p := load(t, `<p id=a></p><div id=b><template shadowrootmode=open><p id=c></p></template></div>`)
	at := func(id string) snapshot.NodeID {
		for n, x := range p.All() {
			for _, a := range x.Attr {
				if a.Key == "id" && a.Val == id {
					return n
				}
			}
		}
		return 0
	}
	for range 20 {
		require.Equal(t, "#a", p.Selector(at("a")))
		require.Equal(t, "#c", p.Selector(at("c")))
	}
	trees, counted := p.Censuses()
	require.Equal(t, []int{2, 2}, []int{trees, counted})
	trees, _ = p.Clone().Censuses()
	require.Zero(t, trees)
	require.NoError(t, p.Remove(at("b")))
	trees, counted = p.Censuses()
	require.Equal(t, []int{1, 1}, []int{trees, counted})
	for i := range 3000 {
		class := "x"
		if i%2 == 0 {
			class = "y"
		}
		require.NoError(t, p.SetAttr(at("a"), snapshot.Attr{Name: "class", Value: class}))
	}
	_, counted = p.Censuses()
	assert.Zero(t, counted)
	assert.Equal(t, "#a", p.Selector(at("a")))
}
