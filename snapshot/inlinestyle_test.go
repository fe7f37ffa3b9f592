package snapshot

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// A style that is edited again and again is what it is where each edit parses
// it anew.
func TestInlineStyle(t *testing.T) {
	names := []string{"color", "margin", "margin-top", "margin-left", "border", "border-top", "border-top-color", "border-color", "overflow", "overflow-x",
		"-webkit-transform", "transform", "background", "background-color", "font", "font-size", "--a", "all", "inset", "top", "left", "width", "flex", "flex-grow"}
	values := []string{"", "red", "1px", "0", "1px 2px 3px", "solid", "1px solid red", `"b`, "url(d", "f(", "k/*", "inherit", "var(--a)", "d; e: f", "12px/1 serif", "hidden"}
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 7))
		pick := func(list []string) string { return list[r.IntN(len(list))] }
		text := ""
		if r.IntN(2) == 0 {
			text = pick(names) + ":" + pick(values) + ";" + pick(names) + ": " + pick(values) + " !important; nothing"
		}
		var s inlineStyle
		for range 30 {
			var edits []StyleEdit
			for range 1 + r.IntN(3) {
				e := StyleEdit{Name: pick(names), Value: pick(values), Remove: r.IntN(4) == 0}
				if r.IntN(5) == 0 {
					e.Priority = "important"
				}
				edits = append(edits, e)
			}
			want := setDeclarations(text, edits)
			s.set(text, edits)
			require.Equal(t, want, s.text, "seed %d: %q %v", seed, text, edits)
			text = want
		}
	}
}

// Edits that are plain to see are made as those that are parsed.
func TestEditPlain(t *testing.T) {
	names := []string{"color", "left", "top", "inset", "inset-inline-start", "inset-inline", "width", "inline-size", "margin", "margin-left", "margin-inline-start", "all",
		"transform", "-webkit-transform", "-webkit-line-clamp", "word-wrap", "overflow-wrap", "overflow", "overflow-block", "border-top-color", "border", "font-size", "--a", "--A", "--", "-x", "Color", `c\6flor`, "x(", "grid-gap", "row-gap", "gap", ""}
	values := []string{"", "red", "1px", "-2.5%", "#fff", "rgb(0, 0, 0)", "url(a b)", "URL(x", `url("a;b")`, `url( "a")`, `"b`, `"b" c`, `"\""`, "calc(1px + (2px * 3))", "f(", ")", "1 / 2", "a /* b */ c", "a/*", " x", "x ", "a!b", "x !important",
		"{}", "[a]", "a\x00b", "\"a\nb\"", "ø", "a:b", "a;b", "-->", "-- >", "progid:x", "''", "a  b", "+", "%", "'a' b"}
	seps := []string{"; ", "; ", "; ", ";", ";;", " ;", ";\n", "; /**/"}
	plain := 0
	for seed := range uint64(20_000) {
		r := rand.New(rand.NewPCG(seed, 9))
		pick := func(list []string) string { return list[r.IntN(len(list))] }
		style := ""
		for range r.IntN(4) {
			colon := ": "
			if r.IntN(20) == 0 {
				colon = pick([]string{":", " : ", ":  ", "", "/**/:"})
			}
			end := "; "
			if r.IntN(20) == 0 {
				end = pick(seps)
			}
			value := pick(values[:11])
			if r.IntN(10) == 0 {
				value = pick(values)
			}
			style += pick(names) + colon + value + end
		}
		if style != "" && r.IntN(20) > 0 {
			style = style[:len(style)-1]
		}
		for range 8 {
			e := StyleEdit{Name: pick(names), Value: pick(values), Remove: r.IntN(4) == 0}
			if r.IntN(10) == 0 {
				e.Priority = pick([]string{"important", "x"})
			}
			want := setDeclarations(style, []StyleEdit{e})
			got, ok := editPlain(style, &e)
			if ok {
				plain++
				require.Equal(t, want, got, "%q %+v", style, e)
			}
			style = want
		}
	}
	require.Greater(t, plain, 10_000, "most are not parsed")
}

// opposed knows without mapping of most properties that they are not.
func TestOpposed(t *testing.T) {
	names := []string{"a", "block", "inline"}
	for n, p := range properties {
		names = append(append(names, n), p.short...)
	}
	for _, n := range []string{"width", "height", "size", "inline-size", "block-size"} {
		names = append(names, n, "min-"+n, "max-"+n, "contain-intrinsic-"+n)
	}
	some := 0
	for _, a := range names {
		for _, b := range names {
			g, logical := mapping(a)
			h, other := mapping(b)
			want := g != "" && g == h && logical != other
			require.Equal(t, want, opposed(a, b), "%s %s", a, b)
			if want {
				some++
			}
		}
	}
	require.Positive(t, some)
}
