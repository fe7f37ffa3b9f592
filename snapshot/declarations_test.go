package snapshot

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSetDeclarations(t *testing.T) {
	set := func(name, value string) StyleEdit { return StyleEdit{Name: name, Value: value} }
	unset := func(name string) StyleEdit { return StyleEdit{Name: name, Remove: true} }
	for _, tt := range []struct {
		name, style string
		edits       []StyleEdit
		want        string
	}{
		{"add", "", []StyleEdit{set("color", "red")}, "color: red;"},
		{"in place", "a: b; color: red; c: d", []StyleEdit{set("color", "blue")}, "a: b; color: blue; c: d;"},
		{"priority", "", []StyleEdit{{Name: "color", Value: "red", Priority: "important"}}, "color: red !important;"},
		{"bad priority", "a: b;", []StyleEdit{{Name: "color", Value: "red", Priority: "x"}}, "a: b;"},
		{"remove", "a: b; c: d;", []StyleEdit{unset("a")}, "c: d;"},
		{"empty value removes", "a: b; c: d;", []StyleEdit{set("a", "")}, "c: d;"},
		{"names fold", "COLOR: red", []StyleEdit{set("Color", "blue")}, "color: blue;"},
		{"custom names do not", "--A: 1", []StyleEdit{set("--a", "2")}, "--A: 1; --a: 2;"},
		{"url with semicolon", "background: url(data:x;y,z); a: b", []StyleEdit{unset("a")}, "background: url(data:x;y,z);"},
		{"string", `content: ";}"; a: b`, []StyleEdit{unset("a")}, `content: ";}";`},
		{"not a declaration", "a b c; d: e; {x:y}; f: g", []StyleEdit{set("h", "i")}, "d: e; f: g; h: i;"},
		{"value that breaks out", "a: b", []StyleEdit{set("c", "d; e: f"), set("g", "h } i")}, "a: b;"},
		{"later of two", "a: b; a: c", []StyleEdit{set("d", "e")}, "a: c; d: e;"},
		{"longhand after shorthand", "margin: 1px", []StyleEdit{set("margin-top", "2px")}, "margin: 1px; margin-top: 2px;"},
		{"hidden longhand moves", "margin-top: 3px; margin: 1px", []StyleEdit{set("margin-top", "2px")}, "margin: 1px; margin-top: 2px;"},
		{"shorthand takes longhands", "margin-top: 2px; a: b", []StyleEdit{set("margin", "0")}, "a: b; margin: 0;"},
		{"side of a box", "margin: 1px 2px 3px", []StyleEdit{unset("margin-left")}, "margin-top: 1px; margin-right: 2px; margin-bottom: 3px;"},
		{"axis", "overflow: hidden", []StyleEdit{unset("overflow-x")}, "overflow-y: hidden;"},
		{"all sides", "padding: 1px", []StyleEdit{unset("padding-top"), unset("padding-right"), unset("padding-bottom"), unset("padding-left")}, ""},
		{"all of what is not split", "flex: 1", []StyleEdit{unset("flex-grow"), unset("flex-shrink"), unset("flex-basis")}, ""},
		{"part of what is not split", "flex: 1", []StyleEdit{unset("flex-grow")}, "flex: 1; flex-grow: revert-layer;"},
		{"shorthand removed", "margin: 1px; margin-top: 2px", []StyleEdit{unset("margin")}, ""},
		{"important in text", "a: b ! IMPORTANT; c: d", []StyleEdit{unset("c")}, "a: b !important;"},
		{"unterminated", "a: calc(1px", []StyleEdit{set("b", "c")}, "a: calc(1px); b: c;"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := setDeclarations(tt.style, tt.edits)
			assert.Equal(t, tt.want, got)
			assert.Equal(t, got, setDeclarations(got, nil), "what it writes it reads")
		})
	}
}

func FuzzSetDeclarations(f *testing.F) {
	f.Add("a: b; margin: 1px 2px", "margin-top", "3px")
	f.Add("a: url(", "--x", "{;}")
	f.Fuzz(func(t *testing.T, style, name, value string) {
		once := setDeclarations(style, []StyleEdit{{Name: name, Value: value}})
		assert.Equal(t, once, setDeclarations(once, nil))
	})
}
