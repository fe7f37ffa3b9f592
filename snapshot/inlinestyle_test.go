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
