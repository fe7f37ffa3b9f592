package mask_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/snapshot"
)

// A flood masks all text, and is not remembered as what nodes are: those that are
// gone are forgotten as before.
func TestFloodForgets(t *testing.T) {
	p, err := mask.Compile(mask.Default())
	require.NoError(t, err)
	f := p.NewFilter(&mask.FilterOptions{MaxValues: 1})
	_, err = f.Append(nil, format.Event{Data: full(el(4, "input", nil), el(5, "p", nil))})
	require.NoError(t, err)
	for i := range 3 {
		_, err = f.Append(nil, format.Event{Data: &format.Input{ID: 4, Text: fmt.Sprintf("Margueriteoakhurst %d", 48151623+i)}})
		require.NoError(t, err)
	}
	require.True(t, f.Report().Flooded)
	n := 100_000
	if testing.Short() {
		n = 40_000
	}
	for i := range n {
		m := add(5, 0, text(10+2*snapshot.NodeID(i), "words"))
		if i > 0 {
			m.Removes = []format.Removal{{Parent: 5, ID: 10 + 2*snapshot.NodeID(i-1)}}
		}
		out, err := f.Append(nil, format.Event{Data: m})
		require.NoError(t, err)
		require.NotContains(t, collect(out), "words")
	}
	require.Less(t, f.Known(), 20_000)
}
