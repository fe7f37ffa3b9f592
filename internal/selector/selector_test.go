package selector_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

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
	for _, c := range []struct{ sel, features, place, next, content, nths string }{
		{".a", "class self", "", "", "", ""},
		{".a #b", "class below, id self", "", "", "", ""},
		{".a > #b[c]", "class below, id self, c self", "", "", "", ""},
		{".a + #b", "class siblings, id self", "", "self", "", ""},
		{".a ~ p + #b", "class siblings, id self", "", "self", "", "before siblings"},
		{".a + p #b", "class siblings below, id self", "", "below", "", ""},
		{".a p + #b", "class below, id self", "", "self", "", ""},
		{":not(.a) > p", "class below", "", "", "", ""},
		{"p:not(.a #b)", "class below, id self", "", "", "", ""},
		{":has(.a)", "class above", "", "", "above", ""},
		{":has(.a) p", "class tree", "", "", "tree", ""},
		{":has(.a + #b)", "class tree, id above", "", "above", "above", ""},
		{"li:first-child", "", "", "", "", "0n+1 self"},
		{"li:nth-child( 2n + 1 ) p", "", "", "", "", "2n+1 below"},
		{"li:nth-last-of-type(-n+3) ~ p", "", "", "", "", "-1n+3 last of type siblings, before self"},
		{"li:only-of-type", "", "", "", "", "0n+1 of type self, 0n+1 last of type self"},
		{"li:nth-child(even) + p:nth-last-child(4)", "", "", "self", "", "2n+0 siblings, 0n+4 last self"},
		{":empty", "", "", "", "self", ""},
		{":empty + p", "", "", "self", "siblings", ""},
		{":disabled", "disabled self, disabled below, href self", "", "", "", "legend below"},
		{"a:link, .b", "href self, class self", "", "", "", ""},
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
		var nths []string
		for _, n := range l.Nths {
			at := fmt.Sprintf("%dn+%d ", n.A, n.B)
			if n.Last {
				at += "last "
			}
			if n.OfType {
				at += "of type "
			}
			nths = append(nths, at+names[n.Reach])
		}
		for _, b := range l.Befores {
			nths = append(nths, "before "+names[b.Reach])
		}
		if l.Legend != 0 {
			nths = append(nths, "legend "+list(l.Legend))
		}
		assert.Equal(t, c.nths, strings.Join(nths, ", "), c.sel)
	}
}

// The places of an element are those in which cascadia finds it.
func TestNths(t *testing.T) {
	root, err := snapshot.Parse(strings.NewReader(`<p><i></i>a<b></b><i></i><u></u>b<b></b><b></b><i></i></p>`))
	require.NoError(t, err)
	var p snapshot.Page
	require.NoError(t, p.Load(root))
	for _, sel := range []string{
		":first-child", ":last-child", ":nth-child(2)", ":nth-child(0)", ":nth-child(+3)", ":nth-child(9)", ":nth-child(-1)", ":nth-child(n)",
		":nth-child(odd)", ":nth-child( EVEN )", ":nth-child(3n - 1)", ":nth-child(-n+4)", ":nth-child(-2N+5)", ":nth-last-child(2)",
		":nth-last-child(3n+2)", ":first-of-type", ":last-of-type", ":nth-of-type(2)", ":nth-of-type(2n)", ":nth-last-of-type(3)", ":nth-last-of-type(+n+2)",
	} {
		l, err := selector.Parse(sel, nil)
		require.NoError(t, err, sel)
		require.Len(t, l.Nths, 1, sel)
		for _, n := range p.All() {
			in := false
			if n.Type == html.ElementNode && n.Parent != nil && n.Parent.Type == html.ElementNode {
				l.Nths.Each(n.Parent, func(c *html.Node, is uint64) { in = in || c == n && is == 1 })
				assert.Equal(t, l.Match(&p, n), in, sel)
			}
		}
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
