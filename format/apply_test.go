package format_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

func ptr[T any](v T) *T { return &v }

// page is a small page.
func page(t *testing.T) *snapshot.Page {
	t.Helper()
	root, err := snapshot.Parse(strings.NewReader(`<!doctype html><body><p></p></body>`))
	require.NoError(t, err)
	var p snapshot.Page
	require.NoError(t, (&format.FullSnapshot{Node: root}).Apply(&p))
	return &p
}

// What every kind of event does to a page that it cannot fit: damage that
// names the ids, or nothing, and never more.
func TestApplyToUnknownNodes(t *testing.T) {
	for _, tt := range []struct {
		name string
		data format.Data
		ids  []snapshot.NodeID // that the damage names; nil is no damage
	}{
		{"input", &format.Input{ID: 90}, nil},
		{"input before the node", &format.Input{ID: -1}, nil},
		{"scroll", &format.Scroll{ID: 90}, nil},
		{"media", &format.Media{ID: 90}, nil},
		{"click", &format.MouseInteraction{ID: 90, Action: format.Click}, nil},
		{"focus", &format.MouseInteraction{ID: 90, Action: format.Focus}, nil},
		{"move", &format.Move{Positions: []format.Position{{ID: 90}}}, nil},
		{"selection", &format.Selection{Ranges: []format.Range{{}}}, nil},
		{"canvas", &format.Canvas{ID: 90, Property: "x"}, []snapshot.NodeID{90}},
		{"sheet rules", &format.SheetRules{ID: 90}, []snapshot.NodeID{90}},
		{"constructed sheet", &format.SheetRules{Style: 9}, []snapshot.NodeID{9}},
		{"declaration", &format.SheetDeclaration{ID: 90}, []snapshot.NodeID{90}},
		{"adopted sheets", &format.AdoptedSheets{ID: 90}, []snapshot.NodeID{90}},
		{"snapshot without a tree", &format.FullSnapshot{}, []snapshot.NodeID{0}},
		{"snapshot of an element", &format.FullSnapshot{Node: &snapshot.Node{ID: 5, Kind: snapshot.KindElement}}, []snapshot.NodeID{5}},
		{"mutation", &format.Mutation{
			Texts: []format.TextChange{{ID: 91, Value: ptr("secret")}}, Attrs: []format.AttrChange{{ID: 92, Attrs: []snapshot.Attr{{Name: "a", Value: "secret"}}}},
			Removes: []format.Removal{{ID: 93}}, Adds: []format.Addition{{Parent: 94, Node: &snapshot.Node{ID: 95, Kind: snapshot.KindText, Text: "secret"}}, {Parent: 96}},
		}, []snapshot.NodeID{93, 96, 94, 91, 92}},
		{"additions in a circle", &format.Mutation{Adds: []format.Addition{
			{Parent: 81, Node: &snapshot.Node{ID: 80, Kind: snapshot.KindElement, Name: "p"}},
			{Parent: 80, Node: &snapshot.Node{ID: 81, Kind: snapshot.KindElement, Name: "p"}},
		}}, []snapshot.NodeID{81, 80}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := page(t)
			err := tt.data.Apply(p)
			if tt.ids == nil {
				require.NoError(t, err)
				return
			}
			damage, ok := errors.AsType[*format.DamageError](err)
			require.True(t, ok, "%T", err)
			assert.Equal(t, tt.data.Kind(), damage.Kind)
			assert.Equal(t, tt.ids, damage.IDs())
			assert.NotContains(t, err.Error(), "secret")
			assert.NotNil(t, p.Root(), "the page stays usable")
		})
	}
}

// Additions in the worst order take linear time and no deep stack.
func TestManyAdditionsInReverse(t *testing.T) {
	const n = 200_000
	m := &format.Mutation{}
	for i := range n {
		a := format.Addition{Parent: 100, Next: snapshot.NodeID(101 + i + 1), Node: &snapshot.Node{ID: snapshot.NodeID(101 + i), Kind: snapshot.KindText}}
		if i == n-1 {
			a.Next = 0
		}
		m.Adds = append(m.Adds, a)
	}
	m.Adds = append(m.Adds, format.Addition{Parent: 5, Node: &snapshot.Node{ID: 100, Kind: snapshot.KindElement, Name: "div"}})
	p := page(t)
	require.NoError(t, m.Apply(p))
	count, last := 0, snapshot.NodeID(100)
	for id := range p.Subtree(100) {
		if id != 100 {
			require.Equal(t, last+1, id)
			last = id
			count++
		}
	}
	require.Equal(t, n, count)

	// All wait for what never comes.
	for i := range m.Adds[:n] {
		m.Adds[i].Next = 99
	}
	p = page(t)
	before := p.Len()
	require.Error(t, m.Apply(p))
	require.Equal(t, before+n+1, p.Len(), "each is put last under its parent")
}
