package snapshot

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func put(name, value string) StyleEdit { return StyleEdit{Name: name, Value: value} }

func cut(names ...string) []StyleEdit {
	var out []StyleEdit
	for _, n := range names {
		out = append(out, StyleEdit{Name: n, Remove: true})
	}
	return out
}

func TestSetDeclarations(t *testing.T) {
	for _, tt := range []struct {
		name, style string
		edits       []StyleEdit
		want        string
	}{
		{"add", "", []StyleEdit{put("color", "red")}, "color: red;"},
		{"in place", "a: b; color: red; c: d", []StyleEdit{put("color", "blue")}, "a: b; color: blue; c: d;"},
		{"priority", "", []StyleEdit{{Name: "color", Value: "red", Priority: "important"}}, "color: red !important;"},
		{"bad priority", "a: b", []StyleEdit{{Name: "color", Value: "red", Priority: "x"}}, "a: b"},
		{"remove", "a: b; c: d;", cut("a"), "c: d;"},
		{"remove nothing", " a:b;;", cut("c"), " a:b;;"},
		{"empty value removes", "a: b; c: d;", []StyleEdit{put("a", "")}, "c: d;"},
		{"names fold", "COLOR: red", []StyleEdit{put("Color", "blue")}, "color: blue;"},
		{"escaped name", `c\6flor: red`, []StyleEdit{put("color", "blue")}, "color: blue;"},
		{"custom names do not fold", "--A: 1", []StyleEdit{put("--a", "2")}, "--A: 1; --a: 2;"},
		{"custom value", "", []StyleEdit{put("--a", "x {;} y"), put("--b", " ")}, "--a: x {;} y; --b: ;"},
		{"url with semicolon", "background: url(data:x;y,z{); a: b", cut("a"), "background: url(data:x;y,z{);"},
		{"string", `content: ";}"; a: b`, cut("a"), `content: ";}";`},
		{"escaped newline in string", "content: \"a\\\r\nb;\"; a: b", cut("a"), "content: \"a\\\r\nb;\";"},
		{"not a declaration", "a b c; d: e; {x:y}; f: g", []StyleEdit{put("h", "i")}, "d: e; f: g; h: i;"},
		{"value that breaks out", "a: b", []StyleEdit{put("c", "d; e: f"), put("g", "h } i"), put("j", "k !important"), put("l", "{m}")}, "a: b"},
		{"name that breaks out", "a: b", []StyleEdit{put("c:d;e", "f"), put("", "g")}, "a: b"},
		{"value that ends open", "", []StyleEdit{put("a", `"b`), put("c", `url(d`), put("e", "f("), put("g", `h\`), put("i", `"j\`), put("k", "l/*")}, `a: "b"; c: url(d); e: f(); g: h` + "\uFFFD" + `; i: "j"; k: l;`},
		{"fallbacks stay", "display: -webkit-box; display: flex", []StyleEdit{put("a", "b")}, "display: -webkit-box; display: flex; a: b;"},
		{"fallbacks go", "display: -webkit-box; a: b; display: flex", []StyleEdit{put("display", "none")}, "a: b; display: none;"},
		{"vendor's alias", "-webkit-transform: a; transform: b", []StyleEdit{put("transform", "c")}, "transform: c;"},
		{"longhand after shorthand", "margin: 1px", []StyleEdit{put("margin-top", "2px")}, "margin: 1px; margin-top: 2px;"},
		{"hidden longhand moves", "margin-top: 3px; margin: 1px", []StyleEdit{put("margin-top", "2px")}, "margin: 1px; margin-top: 2px;"},
		{"logical longhand moves", "margin-top: 3px; margin-block: 1px", []StyleEdit{put("margin-top", "2px")}, "margin-block: 1px; margin-top: 2px;"},
		{"physical longhand stays", "margin-top: 3px; margin-left: 1px", []StyleEdit{put("margin-top", "2px")}, "margin-top: 2px; margin-left: 1px;"},
		{"important shorthand gives way", "margin: 1px !important", []StyleEdit{put("margin-top", "2px")}, "margin-right: 1px !important; margin-bottom: 1px !important; margin-left: 1px !important; margin-top: 2px;"},
		{"shorthand takes longhands", "margin-top: 2px; a: b", []StyleEdit{put("margin", "0")}, "a: b; margin: 0;"},
		{"shorthand takes shorthands", "border-top: 2px; border-color: red; a: b", []StyleEdit{put("border", "0")}, "a: b; border: 0;"},
		{"side of a box", "margin: 1px 2px 3px", cut("margin-left"), "margin-top: 1px; margin-right: 2px; margin-bottom: 3px;"},
		{"box keeps its place", "margin: 1px; margin-left: 5px; a: b", cut("margin-top"), "margin-right: 1px; margin-bottom: 1px; margin-left: 1px; margin-left: 5px; a: b;"},
		{"axis", "overflow: hidden", cut("overflow-x"), "overflow-y: hidden;"},
		{"line", "border-top: solid red", cut("border-top-style"), "border-top-width: initial; border-top-color: red;"},
		{"side of border", "outline: 0; border: 1px solid rgb(0 0 0 / 1)", cut("border-image", "border-top", "border-left", "border-right", "border-bottom-color"), "outline: 0; border-bottom-width: 1px; border-bottom-style: solid;"},
		{"radius", "border-radius: 1px 2px / 3px", cut("border-top-left-radius", "border-bottom-left-radius"), "border-top-right-radius: 2px 3px; border-bottom-right-radius: 1px 3px;"},
		{"flex", "flex: 1", cut("flex-grow"), "flex-shrink: 1; flex-basis: 0%;"},
		{"white-space", "white-space: nowrap", cut("white-space-collapse"), "text-wrap-mode: nowrap;"},
		{"text-decoration", "text-decoration: underline overline red", cut("text-decoration-line", "text-decoration-thickness"), "text-decoration-style: initial; text-decoration-color: red;"},
		{"list-style", "list-style: none", cut("list-style-position"), "list-style-image: none; list-style-type: none;"},
		{"keyword", "font: inherit", cut("font-style", "font-weight", "font-size", "font-stretch"), "line-height: inherit; font-family: inherit;" + func() string {
			var s string
			for _, n := range shorthands["font"].more[1:] {
				s += " " + n + ": inherit;"
			}
			return s
		}()},
		{"all sides", "padding: 1px", cut("padding-top", "padding-right", "padding-bottom", "padding-left"), ""},
		{"all of var()", "padding: var(--p)", cut("padding-top", "padding-right", "padding-bottom", "padding-left"), ""},
		{"part of var()", "padding: calc(1px * var(--p))", cut("padding-top"), "padding: calc(1px * var(--p)); padding-top: revert-layer;"},
		{"all of transition", "transition: a 1s", cut("transition-property", "transition-duration", "transition-timing-function", "transition-delay"), ""},
		{"part of background", "background: red url(x)", cut("background-color"), "background: red url(x); background-color: revert-layer;"},
		{"part, then the rest", "grid-row: 1 / 2; grid-row-start: revert-layer", cut("grid-row-end"), ""},
		{"part and set", "grid-row: 1 / 2", []StyleEdit{{Name: "grid-row-start", Remove: true}, put("grid-row-start", "3")}, "grid-row: 1 / 2; grid-row-start: 3;"},
		{"part of all", "all: unset; --x: y", cut("color", "--x"), "all: unset; color: revert-layer;"},
		{"set all", "color: red; --x: y; direction: rtl", []StyleEdit{put("all", "unset")}, "--x: y; direction: rtl; all: unset;"},
		{"shorthand removed", "margin: 1px; margin-top: 2px", cut("margin"), ""},
		{"important in text", "a: b ! IMPORTANT; c: d", cut("c"), "a: b !important;"},
		{"bang in text", "a: b !x; c: d; e: f ! important g; h: !important", []StyleEdit{put("i", "j")}, "c: d; i: j;"},
		{"unterminated", "a: calc(1px", []StyleEdit{put("b", "c")}, "a: calc(1px); b: c;"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := setDeclarations(tt.style, tt.edits)
			assert.Equal(t, tt.want, got)
			if got != tt.style {
				again := append([]StyleEdit{put("--zz", "z")}, cut("--zz")...)
				assert.Equal(t, got, setDeclarations(got, again), "what it writes it reads")
			}
		})
	}
}

func TestSetThenRemoveDeclaration(t *testing.T) {
	for _, style := range []string{"", "a: b;", "margin: 1px; color: red !important;", "--x: {a}; background: url(x;y);"} {
		for _, name := range []string{"zoom", "--y", "top"} {
			assert.Equal(t, style, removeDeclaration(setDeclaration(style, name, "1", "important"), name))
		}
	}
}

// TestLongDeclarations finds that the index says what the list says.
func TestLongDeclarations(t *testing.T) {
	var edits []StyleEdit
	want := make(map[string]string)
	for i := range 1000 {
		n := "--" + strconv.Itoa(i*7919%300)
		if i%3 == 0 {
			delete(want, n)
			edits = append(edits, cut(n)...)
		} else {
			want[n] = strconv.Itoa(i)
			edits = append(edits, put(n, want[n]))
		}
	}
	got := setDeclarations("", edits)
	assert.Equal(t, len(want), strings.Count(got, ";"))
	for n, v := range want {
		assert.Contains(t, got, n+": "+v+";")
	}
}

func TestSetDeclarationsTakesLinearTime(t *testing.T) {
	const n = 50_000
	var style strings.Builder
	var edits []StyleEdit
	for i := range n {
		style.WriteString("--a" + strconv.Itoa(i) + ":x;")
		edits = append(edits, put("--b"+strconv.Itoa(i), "y"), StyleEdit{Name: "--a" + strconv.Itoa(i), Remove: true})
	}
	start := time.Now()
	setDeclarations(style.String(), edits)
	assert.Less(t, time.Since(start), 3*time.Second)
}

func FuzzSetDeclarations(f *testing.F) {
	f.Add("a: b; margin: 1px 2px", "margin-top", "3px")
	f.Add("a: url(", "--x", "{;}")
	f.Add("border: 1px solid red !important", "border-top-color", `"\`)
	f.Add("flex: var(--x); all: unset", "flex-grow", "")
	f.Fuzz(func(t *testing.T, style, name, value string) {
		once := setDeclarations(style, []StyleEdit{put("--zz", "z"), put(name, value)})
		// An escape at a value's end may take the space that is put after it.
		again := func(s string) string { return setDeclarations(s, []StyleEdit{put("--yy", "y"), put("--yy", "")}) }
		assert.Equal(t, again(once), again(again(once)), "stable")
		gone := removeDeclaration(once, name)
		assert.Equal(t, gone, removeDeclaration(gone, name), "removed once and for all")
	})
}

func BenchmarkSetDeclarations(b *testing.B) {
	for b.Loop() {
		setDeclarations("position: absolute; top: 1px; left: 2px; transform: none;", []StyleEdit{put("transform", "translate(1px, 2px)")})
	}
}
