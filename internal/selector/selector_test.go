package selector_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/internal/selector"
	"github.com/pagetape/pagetape/snapshot"
)

// What a selector depends on, and how far a change of it reaches.
func TestDeps(t *testing.T) {
	names := []string{"self", "siblings", "below", "siblings below", "above", "tree"}
	list := func(r selector.Reaches) string {
		var out []string
		for i, name := range names {
			if r.Has(selector.Reach(i)) {
				out = append(out, name)
			}
		}
		return strings.Join(out, ", ")
	}
	for _, c := range []struct{ sel, features, place, next, content string }{
		{".a", "class self", "", "", ""},
		{".a #b", "class below, id self", "", "", ""},
		{".a > #b[c]", "class below, id self, c self", "", "", ""},
		{".a + #b", "class siblings, id self", "", "self", ""},
		{".a ~ p + #b", "class siblings, id self", "siblings", "self", ""},
		{".a + p #b", "class siblings below, id self", "", "below", ""},
		{".a p + #b", "class below, id self", "", "self", ""},
		{":not(.a) > p", "class below", "", "", ""},
		{"p:not(.a #b)", "class below, id self", "", "", ""},
		{":has(.a)", "class above", "", "", "above"},
		{":has(.a) p", "class tree", "", "", "tree"},
		{":has(.a + #b)", "class tree, id above", "", "above", "above"},
		{"li:first-child", "", "self", "", ""},
		{"li:nth-child(2n+1) p", "", "below", "", ""},
		{":empty", "", "", "", "self"},
		{":empty + p", "", "", "self", "siblings"},
		{":disabled", "disabled self, disabled below, href self", "below", "", ""},
		{"a:link, .b", "href self, class self", "", "", ""},
	} {
		l, err := selector.Parse(c.sel, nil)
		require.NoError(t, err, c.sel)
		var features []string
		for _, f := range l.Features {
			features = append(features, f.Attr+" "+names[f.Reach])
		}
		assert.Equal(t, c.features, strings.Join(features, ", "), c.sel)
		assert.Equal(t, c.place, list(l.Place), c.sel)
		assert.Equal(t, c.next, list(l.Next), c.sel)
		assert.Equal(t, c.content, list(l.Content), c.sel)
	}
}

// What must be among the strings of a page.
func TestNeeds(t *testing.T) {
	type needs = []selector.Need
	for _, c := range []struct {
		sel  string
		want needs
	}{
		{"*", nil},
		{"p.a #b", needs{{Kind: 't', Name: "p"}, {Kind: '.', Name: "a"}, {Kind: '#', Name: "b"}}},
		{`[x] > [y=z] + [y*='z z']`, needs{{Kind: '[', Name: "x"}, {Kind: '[', Name: "y", Value: "z", Whole: true}, {Kind: '[', Name: "y", Value: "z z"}}},
		{`[type=CheckBox]`, needs{{Kind: '[', Name: "type", Value: "CHECKBOX", Whole: true, Fold: true}}},
		{`[x~="K" i]`, needs{{Kind: '[', Name: "x", Value: "K", Fold: true}}},
		{`[style*=red]`, needs{{Kind: '[', Name: "style"}}},
		{`.a\:b, [x="\41"]`, nil},
		{`:not(.a):has(.b):empty`, nil},
	} {
		l, err := selector.Parse(c.sel, nil)
		require.NoError(t, err, c.sel)
		assert.Equal(t, c.want, l.Selectors[0].Needs, c.sel)
	}
	for _, pair := range []string{"K k", "\u212a k", "ſ S", "ẞ ß", "É é"} {
		a, b, _ := strings.Cut(pair, " ")
		assert.Equal(t, selector.FoldCase(a), selector.FoldCase(b), pair)
		assert.True(t, strings.EqualFold(a, b))
	}
}

// The live state of a page.
func TestLive(t *testing.T) {
	root, err := snapshot.Parse(strings.NewReader(
		`<form><input type=checkbox checked><input type=radio><select><option>a<option selected>b<option>c</select></form>`))
	require.NoError(t, err)
	var p snapshot.Page
	require.NoError(t, p.Load(root))
	var ids []snapshot.NodeID // form, check box, radio button, select, options
	for id, n := range p.All() {
		if slices.Contains([]string{"form", "input", "select", "option"}, n.Data) {
			ids = append(ids, id)
		}
	}
	find := func(sel string) (found []int) {
		l, err := selector.Parse(sel, &selector.Options{Live: true})
		require.NoError(t, err, sel)
		for i, id := range ids {
			if l.Match(&p, p.Node(id)) {
				found = append(found, i)
			}
		}
		return found
	}
	assert.Equal(t, []int{1, 5}, find(":checked"))
	assert.Equal(t, []int{5}, find("form option:checked"))
	assert.Empty(t, find(":focus"))
	require.NoError(t, p.SetInput(ids[1], "on", false))
	require.NoError(t, p.SetInput(ids[2], "on", true))
	require.NoError(t, p.SetInput(ids[3], "c", false))
	p.Focus = ids[3]
	assert.Equal(t, []int{2, 6}, find(":checked"))
	assert.Equal(t, []int{0, 3}, find(":focus-within"))
	assert.Equal(t, []int{2, 3}, find("select:focus, input:checked"))

	for _, sel := range []string{":checked p", "p:not(:focus)", ":has(:checked)"} {
		_, err := selector.Parse(sel, &selector.Options{Live: true})
		assert.ErrorIs(t, err, selector.ErrLiveLast, sel)
	}
	_, err = selector.Parse(":checked", nil)
	at, ok := errors.AsType[*selector.Error](err)
	require.True(t, ok)
	assert.ErrorIs(t, at, selector.ErrState)
	assert.Equal(t, 8, at.Offset)
}

// A list compiles or is refused with a place in it.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"a > .b + #c ~ [d='e'i]", ":not(a, b):has(:nth-child(2n+1)) :empty", "a::b", ":checked,", `\`, "[a=\"", "a:is(b)"} {
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, s string, live bool) {
		l, err := selector.Parse(s, &selector.Options{Live: live})
		if err != nil {
			at, ok := errors.AsType[*selector.Error](err)
			require.True(t, ok)
			require.True(t, at.Offset >= 0 && at.Offset <= len(s))
			return
		}
		require.NotEmpty(t, l.Selectors)
		for _, x := range l.Selectors {
			again, err := selector.Parse(x.Text, nil)
			require.NoError(t, err, "%q of %q", x.Text, s)
			require.Equal(t, x.Text, again.Selectors[0].Text)
		}
	})
}
