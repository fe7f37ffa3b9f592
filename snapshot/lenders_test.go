package snapshot_test

import (
	"math/rand/v2"
	"reflect"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/snapshot"
)

// sharing makes equal attributes of a tree's nodes one slice, as they are in a
// tree that a tape was scanned for, and returns how many nodes have those of
// another.
func sharing(root *snapshot.Node) int {
	lists, shared := map[string][]snapshot.Attr{}, 0
	for n := range root.All() {
		key := ""
		for _, a := range n.Attrs {
			key += a.Name + "=" + strconv.Itoa(int(a.Type)) + a.Value + "\n"
		}
		if list, ok := lists[key]; ok && len(list) > 0 {
			n.Attrs = list
			shared++
		}
		lists[key] = n.Attrs
	}
	return shared
}

// wild returns recorded attributes of all kinds.
func wild(r *rand.Rand) []snapshot.Attr {
	all := []snapshot.Attr{
		{Name: "class", Value: "c"}, {Name: "id", Value: "x"}, {Name: "class", Value: "twice"}, {Name: "style", Value: "top: 1px"},
		{Name: "value", Value: "v"}, {Name: "checked", Value: ""}, {Name: "checked", Type: snapshot.AttrTrue}, {Name: "type", Value: "radio"},
		{Name: "selected", Type: snapshot.AttrTrue}, {Name: "rr_scrollTop", Type: snapshot.AttrNumber, Value: "4"}, {Name: "_cssText", Value: "a{}"},
		{Name: "rr_what", Value: "w"}, {Name: "n", Type: snapshot.AttrNumber, Value: "1"}, {Name: "gone", Type: snapshot.AttrNull}, {Name: "hidden", Type: snapshot.AttrTrue},
	}
	list := all[:1+r.IntN(4)]
	if r.IntN(3) == 0 {
		from := r.IntN(len(all))
		list = all[from : from+1+r.IntN(len(all)-from)]
	}
	return append([]snapshot.Attr{}, list...)
}

// wildPage returns a tree of elements with wild attributes.
func wildPage(r *rand.Rand) *snapshot.Node {
	names := []string{"div", "p", "input", "option", "textarea", "select", "style"}
	body := &snapshot.Node{ID: 2, Kind: snapshot.KindElement, Name: "body"}
	for id := snapshot.NodeID(3); id < 60; id++ {
		up := body
		if k := len(body.Children); k > 0 && r.IntN(2) == 0 {
			up = body.Children[k-1]
		}
		up.Children = append(up.Children, &snapshot.Node{ID: id, Kind: snapshot.KindElement, Name: names[r.IntN(len(names))], Attrs: wild(r)})
	}
	return &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{body}}
}

// change changes attributes of a page at random, in each of the ways there are.
func change(p *snapshot.Page, r *rand.Rand) {
	id, value := snapshot.NodeID(3+r.IntN(60)), strconv.Itoa(r.IntN(100))
	element := &snapshot.Node{ID: id, Kind: snapshot.KindElement, Name: "div", Attrs: []snapshot.Attr{{Name: "class", Value: value}}}
	switch r.IntN(8) {
	case 0:
		_ = p.SetAttr(id, snapshot.Attr{Name: "class", Value: value})
	case 1:
		_ = p.SetAttr(id, snapshot.Attr{Name: "a" + value, Value: value})
	case 2:
		_ = p.SetAttr(id, snapshot.Attr{Name: "class", Type: snapshot.AttrNull})
	case 3:
		_ = p.EditStyle(id, []snapshot.StyleEdit{{Name: "top", Value: value + "px"}})
	case 4:
		_ = p.Remove(id)
	case 5: // there already, or not
		_ = p.Insert(2, 0, element)
	case 6: // there already: what it has is replaced
		if p.Kind(id) != 0 {
			element.Name = p.Node(id).Data
			p.Reuse()
			_ = p.Insert(2, 0, element)
		}
	case 7:
		p.Settle()
	}
}

// Pages whose nodes share attributes are those whose nodes do not, whatever
// happens to them and their copies, and change nothing of what they were made of.
func TestSharedAttributes(t *testing.T) {
	total := 0
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 5))
		tree := func() *snapshot.Node { return wildPage(rand.New(rand.NewPCG(seed, 6))) }
		plain, shared := tree(), tree()
		total += sharing(shared)
		var pages [6]snapshot.Page
		if err := pages[0].Load(plain); err != nil {
			require.EqualError(t, pages[1].Load(shared), err.Error())
		} else {
			require.NoError(t, pages[1].Load(shared))
		}
		require.Equal(t, tree(), shared)
		first, image := pages[0].Image(), pages[0].Image()
		total += sharing(image.Root)
		require.Equal(t, pages[0].Image(), image)
		require.NoError(t, pages[2].Restore(pages[0].Image()))
		require.NoError(t, pages[3].Restore(image))
		pages[3].CloneInto(&pages[4])
		pages[4].CloneInto(&pages[5])
		for range 20 {
			steps := r.Uint64()
			for _, i := range r.Perm(len(pages)) { // they share with each other, too
				r := rand.New(rand.NewPCG(seed, steps))
				for range 10 {
					change(&pages[i], r)
				}
				pages[i].Settle()
			}
			want := pages[0].Image()
			for i := range pages[1:] {
				require.True(t, reflect.DeepEqual(want, pages[1+i].Image()), "seed %d, page %d", seed, 1+i)
			}
			if r.IntN(10) == 0 {
				pages[3].CloneInto(&pages[4])
			}
		}
		require.Equal(t, tree(), shared)
		require.NoError(t, pages[5].Restore(image))
		require.NoError(t, pages[4].Load(plain))
		require.Equal(t, first, pages[5].Image(), "the image has not changed")
		same(t, &pages[0], &pages[1], "seed %d", seed)
		same(t, &pages[0], &pages[3], "seed %d", seed)
	}
	assert.Greater(t, total, 5_000)
}

// An error is told for each node that has the attribute, and the last value of
// one that comes twice is the one that it has.
func TestSharedAttributesOfADamagedImage(t *testing.T) {
	bad := []snapshot.Attr{{Name: "a", Value: "1"}, {Name: "b", Type: snapshot.AttrTrue}, {Name: "c", Value: "2"}, {Name: "a", Value: "3"}}
	many := make([]snapshot.Attr, snapshot.MaxAttrs+5)
	for i := range many {
		many[i] = snapshot.Attr{Name: strconv.Itoa(i)}
	}
	root := &snapshot.Node{ID: 1, Kind: snapshot.KindDocument}
	for _, attrs := range [][]snapshot.Attr{bad, bad[:1], bad[:3], append(bad[:1:1], bad[2:]...), many} {
		for range 2 {
			id := snapshot.NodeID(2 + len(root.Children))
			root.Children = append(root.Children, &snapshot.Node{ID: id, Kind: snapshot.KindElement, Name: "p", Attrs: attrs})
		}
	}
	var p snapshot.Page
	err := p.Restore(&snapshot.Image{Root: root})
	require.ErrorIs(t, err, snapshot.ErrWrongKind)
	assert.Len(t, err.(interface{ Unwrap() []error }).Unwrap(), 6)
	for id := snapshot.NodeID(2); id < 12; id++ {
		_ = p.SetAttr(id, snapshot.Attr{Name: "d", Value: strconv.Itoa(int(id))})
	}
	for i, want := range []string{"a3 c2 d2 ", "a3 c2 d3 ", "a1 d4 ", "a1 d5 ", "a1 c2 d6 ", "a1 c2 d7 ", "a3 c2 d8 ", "a3 c2 d9 ", "0 1 2 3 ", "0 1 2 3 "} {
		var text string
		list := p.Node(snapshot.NodeID(2 + i)).Attr
		for _, a := range list[:min(len(list), 4)] {
			text += a.Key + a.Val + " "
		}
		assert.Equal(t, want, text)
	}
	assert.Len(t, p.Node(11).Attr, snapshot.MaxAttrs)
}

// A node whose attributes have changed has its own from then on.
func TestAttributesAreCopiedOnce(t *testing.T) {
	list := []snapshot.Attr{{Name: "class", Value: "c"}, {Name: "id", Value: "x"}}
	root := &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{{ID: 2, Kind: snapshot.KindElement, Name: "p"}}}
	for id := snapshot.NodeID(3); id < 1003; id++ {
		root.Children[0].Children = append(root.Children[0].Children, &snapshot.Node{ID: id, Kind: snapshot.KindElement, Name: "b", Attrs: list})
	}
	var p, q snapshot.Page
	require.NoError(t, p.Restore(&snapshot.Image{Root: root}))
	p.CloneInto(&q)
	assert.Zero(t, testing.AllocsPerRun(5, func() { p.CloneInto(&q) }))
	assert.Same(t, &p.Node(3).Attr[0], &q.Node(1002).Attr[0])
	set := func() { _ = p.SetAttr(5, snapshot.Attr{Name: "class", Value: "d"}) }
	set()
	assert.Zero(t, testing.AllocsPerRun(5, set))
	assert.Same(t, &p.Node(3).Attr[0], &p.Node(1002).Attr[0])
}
