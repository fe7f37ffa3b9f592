package snapshot_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/snapshot"
)

// A page that uses nodes again is one that does not.
func TestUnseenPage(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 11))
		var p, q, lent snapshot.Page
		for step := range 8 {
			if step%4 == 0 {
				first := build(program(r, 300)).Snapshot()
				_, _, _ = p.Load(first), q.Load(first), lent.Load(first)
			}
			require.NotNil(t, q.Root(), "from now on it uses nothing again")
			require.NotNil(t, lent.Root())
			lent.Reuse()
			more := program(r, 50+r.IntN(300))
			for _, p := range []*snapshot.Page{&q, &p, &lent} {
				run(p, more)
				p.Settle()
				require.Equal(t, q.Image(), p.Image(), "seed %d", seed)
				require.Equal(t, rendered(t, &q), rendered(t, p), "seed %d", seed)
			}
		}
		same(t, &p, &q, "seed %d", seed)
		same(t, &lent, &q, "seed %d", seed)
	}
}

// fill adds that many children to an element of the page, with an attribute and a
// text each; empty removes them.
func fill(t testing.TB, p *snapshot.Page, first snapshot.NodeID, n int) {
	t.Helper()
	for i := range n {
		id := first + snapshot.NodeID(2*i)
		require.NoError(t, p.Insert(2, 0, &snapshot.Node{ID: id, Kind: snapshot.KindElement, Name: "p", Attrs: []snapshot.Attr{{Name: "class", Value: "c"}}}))
		require.NoError(t, p.Insert(id, 0, &snapshot.Node{ID: id + 1, Kind: snapshot.KindText, Text: "t"}))
	}
	p.Settle()
}

func empty(t testing.TB, p *snapshot.Page, first snapshot.NodeID, n int) {
	t.Helper()
	for i := range n {
		require.NoError(t, p.Remove(first+snapshot.NodeID(2*i)))
	}
	p.Settle()
}

var small = &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{{ID: 2, Kind: snapshot.KindElement, Name: "html"}}}

// A node that was seen, or can be reached from one, stays what it is.
func TestSeenNodesStay(t *testing.T) {
	for _, see := range []func(*snapshot.Page) *html.Node{
		(*snapshot.Page).Root,
		func(p *snapshot.Page) *html.Node { return p.Node(1) },
		func(p *snapshot.Page) (n *html.Node) {
			for _, n = range p.All() {
				break
			}
			return n
		},
		func(p *snapshot.Page) (n *html.Node) {
			for _, n = range p.Subtree(1) {
				break
			}
			return n
		},
	} {
		var p snapshot.Page
		require.NoError(t, p.Load(small))
		root := see(&p)
		fill(t, &p, 10, 100)
		var held []*html.Node
		for n := range root.Descendants() {
			held = append(held, n)
		}
		empty(t, &p, 10, 100)
		for id := snapshot.NodeID(1000); id < 1300; id++ {
			require.NoError(t, p.Insert(2, 0, &snapshot.Node{ID: id, Kind: snapshot.KindElement, Name: "b"}))
		}
		require.Len(t, held, 201)
		for i, n := range held[1:] {
			assert.Equal(t, snapshot.NodeID(10+i), snapshot.ID(n))
			assert.Equal(t, []string{"p", "t"}[i%2], n.Data)
		}
	}
}

// What comes and goes unseen takes no memory, and additions that are
// announced take few allocations.
func TestApplyAllocations(t *testing.T) {
	var p snapshot.Page
	require.NoError(t, p.Load(small))
	churn := func() {
		p.Grow(200, 100)
		for i := range 100 {
			id := snapshot.NodeID(10 + 2*i)
			_ = p.Insert(2, 0, &snapshot.Node{ID: id, Kind: snapshot.KindElement, Name: "p"})
			_ = p.Insert(id, 0, &snapshot.Node{ID: id + 1, Kind: snapshot.KindText, Text: "t"})
		}
		for i := range 100 {
			_ = p.Remove(snapshot.NodeID(10 + 2*i))
		}
		p.Settle()
	}
	assert.LessOrEqual(t, testing.AllocsPerRun(20, churn), 2.0)
	require.NotNil(t, p.Root())
	assert.LessOrEqual(t, testing.AllocsPerRun(20, churn), 8.0)
	lend := func() {
		require.NotNil(t, p.Root())
		p.Reuse()
		churn()
	}
	assert.LessOrEqual(t, testing.AllocsPerRun(20, lend), 2.0)
}

// How deep a node is changes with what is above it.
func TestDepthAfterMoves(t *testing.T) {
	div := func(id snapshot.NodeID) *snapshot.Node {
		return &snapshot.Node{ID: id, Kind: snapshot.KindElement, Name: "div"}
	}
	var p snapshot.Page
	require.NoError(t, p.Load(small))
	for _, step := range []struct{ parent, id snapshot.NodeID }{{2, 3}, {2, 10}, {10, 11}, {3, 4}, {4, 5}, {10, 12}, {5, 10}, {10, 13}} {
		require.NoError(t, p.Insert(step.parent, 0, div(step.id)))
	}
	assert.Equal(t, 7, p.Image().Depth)
	require.NoError(t, p.Insert(13, 0, div(14)))
	require.NoError(t, p.Insert(2, 0, div(10)))
	require.NoError(t, p.Insert(13, 0, div(15)))
	require.NoError(t, p.Insert(15, 0, div(16)))
	assert.Equal(t, 8, p.Image().Depth)
}
