package mask_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/snapshot"
)

// A filter does not keep what it knew of nodes that are gone, however many
// come and go.
func TestFilterForgets(t *testing.T) {
	p, err := mask.Compile(mask.Default())
	require.NoError(t, err)
	f := p.NewFilter(nil)
	most := 0
	for e, err := range f.Events(sessions.Synthetic(60000)) {
		require.NoError(t, err)
		_ = e
		most = max(most, f.Known())
	}
	assert.Less(t, most, 30000, "of the 84,000 nodes that came")
}

// A node that was private stays so when it comes again long after.
func TestFilterRemembersPrivate(t *testing.T) {
	config := mask.Default()
	config.Rules = append(config.Rules, mask.Rule{Select: ".secret", Action: mask.Mask, Why: "test"})
	p, err := mask.Compile(config)
	require.NoError(t, err)
	f := p.NewFilter(nil)
	div := func(class, text string) *snapshot.Node {
		return &snapshot.Node{ID: 5_000_000, Kind: snapshot.KindElement, Name: "div", Attrs: []snapshot.Attr{{Name: "class", Value: class}},
			Children: []*snapshot.Node{{ID: 5_000_001, Kind: snapshot.KindText, Text: text}}}
	}
	mutate := func(m *format.Mutation) []format.Event {
		out, err := f.Append(nil, format.Event{Data: m})
		require.NoError(t, err)
		return out
	}
	n := 0
	for e := range sessions.Synthetic(100000) {
		_, err := f.Append(nil, e)
		require.NoError(t, err)
		switch n++; n {
		case 10:
			mutate(&format.Mutation{Adds: []format.Addition{{Parent: 9, Node: div("secret", "Ada")}}})
			mutate(&format.Mutation{Removes: []format.Removal{{Parent: 9, ID: 5_000_000}}})
		case 99990:
			out := mutate(&format.Mutation{Adds: []format.Addition{{Parent: 9, Node: div("plain", "Lovelace")}}})
			require.Len(t, out, 1)
			text := out[0].Data.(*format.Mutation).Adds[0].Node.Children[0].Text
			assert.NotContains(t, text, "Lovelace")
		}
	}
}
