package snapshot_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/snapshot"
)

// A recorder writes the attribute checked as a string, and true over it where
// the control is checked: a string alone is a default that the user took off.
func TestCheckedDefault(t *testing.T) {
	for _, tt := range []struct {
		name string
		attr snapshot.Attr
		want bool
	}{
		{"checked", snapshot.Attr{Name: "checked", Type: snapshot.AttrTrue}, true},
		{"unchecked by the user", snapshot.Attr{Name: "checked"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var p snapshot.Page
			require.NoError(t, p.Load(&snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
				{ID: 2, Kind: snapshot.KindElement, Name: "input", Attrs: []snapshot.Attr{{Name: "type", Value: "checkbox"}, tt.attr}},
			}}))
			require.NotNil(t, p.State(2).Checked)
			assert.Equal(t, tt.want, *p.State(2).Checked)
			var b strings.Builder
			require.NoError(t, snapshot.Render(&b, &p, nil))
			assert.Equal(t, tt.want, strings.Contains(b.String(), " checked"))
		})
	}
}
