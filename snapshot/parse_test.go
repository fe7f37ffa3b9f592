package snapshot_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/snapshot"
)

func ExampleParse() {
	doc, err := snapshot.Parse(strings.NewReader(`<!DOCTYPE html><p>Hello <b>you</b>`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for n := range doc.All() {
		fmt.Printf("%d %v %q\n", n.ID, n.Kind, n.Name+n.Text)
	}
	// Output:
	// 1 document ""
	// 2 doctype "html"
	// 3 element "html"
	// 4 element "head"
	// 5 element "body"
	// 6 element "p"
	// 7 text "Hello "
	// 8 element "b"
	// 9 text "you"
}

// outline writes a tree one node a line, marks and attributes included.
func outline(root *snapshot.Node) string {
	var b strings.Builder
	var write func(n *snapshot.Node, indent string)
	write = func(n *snapshot.Node, indent string) {
		fmt.Fprintf(&b, "%s%d ", indent, n.ID)
		switch n.Kind {
		case snapshot.KindElement:
			b.WriteString(n.Name)
		case snapshot.KindText, snapshot.KindComment:
			fmt.Fprintf(&b, "%q", n.Text)
		default:
			b.WriteString(n.Kind.String())
		}
		for _, m := range []struct {
			on   bool
			name string
		}{
			{n.Namespace != "", " ns=" + n.Namespace}, {n.CompatMode != "", " " + n.CompatMode},
			{n.IsHost, " host"}, {n.IsShadow, " shadow"}, {n.RootID != 0, fmt.Sprint(" in=", n.RootID)},
		} {
			if m.on {
				b.WriteString(m.name)
			}
		}
		for _, a := range n.Attrs {
			if a.Type == snapshot.AttrTrue {
				a.Value = "TRUE"
			}
			fmt.Fprintf(&b, " %s=%s", a.Name, a.Value)
		}
		b.WriteByte('\n')
		for _, c := range n.Children {
			write(c, indent+" ")
		}
	}
	write(root, "")
	return b.String()
}

func TestParse(t *testing.T) {
	tests := []struct {
		name, html string
		want       []string // lines that the outline has, in order
	}{
		{"quirks", `<p>x`, []string{"1 document BackCompat\n", `5 p`, `6 "x"`}},
		{"standards", `<!DOCTYPE html><p>x`, []string{"1 document\n", "2 doctype"}},
		{"comment before doctype", `<!--c--><!DOCTYPE html>`, []string{"1 document\n", `2 "c"`, "3 doctype"}},
		{"empty", ``, []string{"1 document BackCompat\n", "2 html", "3 head", "4 body"}},
		{"svg", `<svg viewBox="0 0 1 1"><linearGradient/><use xlink:href=#a></svg>`,
			[]string{"svg ns=svg viewBox=0 0 1 1", "lineargradient ns=svg", "use ns=svg xlink:href=#a"}},
		{"math", `<math><mi>x</math>`, []string{"math ns=math", "mi ns=math"}},
		{"textarea", "<textarea class=a>\nx &lt; y</textarea>z", []string{"textarea class=a value=x < y\n", `"z"`}},
		{"input", `<input type=checkbox checked><input value=v>`, []string{"type=checkbox checked=TRUE", "input value=v"}},
		{"option", `<select><option selected>a`, []string{"option selected=TRUE"}},
		{"template", `<template><b>x</b></template>`, []string{"4 template\n  5 body"}},
		{"shadow", `<div><template shadowrootmode=OPEN><i>s</i></template>light</div>`,
			[]string{"5 div host\n", "6 \"light\"\n", "7 i shadow\n", "8 \"s\"\n"}},
		{"closed shadow of a custom element", `<x-a><template shadowrootmode=closed>s</template></x-a>`,
			[]string{"5 x-a host\n", "6 \"s\" shadow\n"}},
		{"second shadow", `<div><template shadowrootmode=open>a</template><template shadowrootmode=open>b</template></div>`,
			[]string{"5 div host\n", "6 template shadowrootmode=open\n", "7 \"a\" shadow\n"}},
		{"no host", `<ul><template shadowrootmode=open>a</template></ul>`, []string{"5 ul\n", "6 template"}},
		{"frame", `<!DOCTYPE html><iframe srcdoc="<i>x</i>"></iframe><b>y`,
			[]string{"6 iframe srcdoc=<i>x</i>\n", "7 document\n", "8 html in=7\n", "11 i in=7\n", "12 \"x\" in=7\n", "13 b\n"}},
		{"empty frame document", `<iframe srcdoc></iframe>`, []string{"5 iframe srcdoc=\n", "6 document\n"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc, err := snapshot.Parse(strings.NewReader(tt.html))
			require.NoError(t, err)
			got := outline(doc)
			rest := got
			for _, want := range tt.want {
				_, after, found := strings.Cut(rest, want)
				require.True(t, found, "%q in order in\n%s", want, got)
				rest = after
			}
			p := new(snapshot.Page)
			require.NoError(t, p.Load(doc))
			assert.Equal(t, doc.RootID, p.Snapshot().RootID)
			// The page has the ids where Parse put them.
			next := snapshot.NodeID(1)
			for id := range p.All() {
				assert.Equal(t, next, id)
				next++
			}
		})
	}
}

func TestParseDoctype(t *testing.T) {
	doc, err := snapshot.Parse(strings.NewReader(`<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd"><p>`))
	require.NoError(t, err)
	d := doc.Children[0]
	assert.Equal(t, snapshot.KindDoctype, d.Kind)
	assert.Equal(t, "html", d.Name)
	assert.Equal(t, "-//W3C//DTD XHTML 1.0 Strict//EN", d.PublicID)
	assert.Equal(t, "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd", d.SystemID)
}

func TestParseErrors(t *testing.T) {
	deep := strings.Repeat("<div>", 5000)
	nested := ""
	for range 9 {
		nested = `<iframe srcdoc="` + strings.NewReplacer("&", "&amp;", `"`, "&#34;").Replace(strings.Repeat("<b>", 200)+nested) + `">`
	}
	for _, tt := range []struct{ name, html string }{{"elements", deep}, {"frames", nested}} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := snapshot.Parse(strings.NewReader(tt.html))
			var nodeErr *snapshot.NodeError
			require.ErrorAs(t, err, &nodeErr)
			assert.ErrorIs(t, err, snapshot.ErrDepth)
		})
	}
	broken := errors.New("broken")
	_, err := snapshot.Parse(iotest.ErrReader(broken))
	assert.ErrorIs(t, err, broken)
}
