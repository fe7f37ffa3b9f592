package format_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A node of any kind keeps all that a node can have, what its kind has no use
// for too.
func TestNodesOfEveryKind(t *testing.T) {
	root := &snapshot.Node{ID: 1}
	for kind := range snapshot.KindComment + 1 {
		for have := range 1 << 6 {
			n := &snapshot.Node{ID: snapshot.NodeID(len(root.Children) + 2), Kind: kind}
			for i, give := range []func(){
				func() { n.Name = "name" },
				func() { n.Text = "text" },
				func() { n.RootID = n.ID / 2 },
				func() { n.PublicID, n.SystemID, n.CompatMode = "public", "system", "mode" },
				func() { n.Extra = []snapshot.Member{{Name: "a", Value: "1"}, {Name: "b", Value: "2"}} },
				func() {
					n.Attrs = []snapshot.Attr{{Name: "own", Value: "1"}, {Name: "own", Value: "1", Type: snapshot.AttrNumber}, {Name: "class", Value: "x"}}
				},
			} {
				if have&(1<<i) != 0 {
					give()
				}
			}
			root.Children = append(root.Children, n)
		}
	}
	events := []format.Event{{Data: &format.FullSnapshot{Node: root}}}
	for _, opts := range []*format.WriterOptions{nil, {Live: true}} {
		got, err := read(write(t, format.Header{}, opts, events...), nil)
		require.NoError(t, err)
		require.Equal(t, events, got)
	}
}
