package snapshot_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/snapshot"
)

// pieces are the words of a text by line and table cell, sorted.
func pieces(text string) []string {
	var list []string
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\t' }) {
		if line = strings.Trim(line, " \r\f"); line != "" {
			list = append(list, line)
		}
	}
	slices.Sort(list)
	return list
}

// ownPieces are the pieces of all blocks of a page.
func ownPieces(p *snapshot.Page) string {
	var b strings.Builder
	for id := range p.All() {
		b.WriteString(p.OwnLines(id) + "\n")
	}
	return b.String()
}

// What a page shows is what its blocks show of their own.
func TestOwnLines(t *testing.T) {
	for _, s := range sessions.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			var p snapshot.Page
			events := s.Events(t)
			every := max(1, len(events)/30)
			for i, e := range events {
				_ = e.Data.Apply(&p)
				if i%every == 0 || i == len(events)-1 {
					require.Equal(t, pieces(p.VisibleText()), pieces(ownPieces(&p)), "after event %d", i)
				}
			}
		})
	}
}

func TestTextOf(t *testing.T) {
	for _, c := range []struct {
		name, html string
		want       []string // of what follows the body, in order: TextOf, or = and OwnLines
	}{
		{"inline", `<p>a <b>b</b>c</p>`, []string{"a bc =a bc", "b ="}},
		{"blocks", `<div>a<p>b</p>c</div>`, []string{"a\nb\nc =a\nc", "b =b"}},
		{"hidden", `<div hidden>a<p>b</p></div>`, []string{"a\nb =", "b ="}},
		{"slots", `<div><template shadowrootmode=open><p>x <slot></slot></p><slot name=s>none</slot></template>light</div>`,
			[]string{"x light\nnone =none", "x light =x light", "light =", "none ="}},
		{"second slot of a name", `<div><template shadowrootmode=open><p><slot></slot></p><p><slot>none</slot></p></template>light</div>`,
			[]string{"light\nnone =", "light =light", "light =", "none =none", "none ="}},
		{"closed details", `<details>a<summary>b</summary><p>c</p></details>`, []string{"b =", "b =b", "c ="}},
		{"row", `<table><tr><td>a<td><div>b</div></table>`, []string{"a\tb =", "a\tb =", "a\tb =a", "a =", "b =", "b =b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			root, err := snapshot.Parse(strings.NewReader("<body>" + c.html))
			require.NoError(t, err)
			var p snapshot.Page
			require.NoError(t, p.Load(root))
			var got []string
			after := false
			for id, n := range p.All() {
				if after && p.Kind(id) == snapshot.KindElement {
					got = append(got, p.TextOf(id, 0)+" ="+p.OwnLines(id))
				}
				after = after || n.Data == "body"
			}
			assert.Equal(t, c.want, got)
		})
	}
}
