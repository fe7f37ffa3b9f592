package css

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is skipped by its bytes is what is skipped by its tokens.
func TestSkipPlain(t *testing.T) {
	pieces := []string{
		"{", "}", "[", "]", "(", ")", "a", "color: red;", " ", "\n", `"x"`, `'}'`, `"`, "'", `\`, `\}`, "/", "/*", "*/", "/* } */",
		"url(", "URL(a)", "var(--x)", "calc(1px + (2px))", "fill(", "<!--", "-->", "\x00", "é", `"a\"}"`, "@media x{", "l(", "#", "{}", "{a:b}", "();",
	}
	random := rand.New(rand.NewPCG(1, 2))
	plain := 0
	for range 200000 {
		text := []string{"{", "[", "(", "f(", "url("}[random.IntN(5)]
		for range random.IntN(24) {
			if text += pieces[random.IntN(len(pieces))]; random.IntN(4) == 0 {
				text += []string{"}", "]", ")"}[random.IntN(3)]
			}
		}
		c := Scanner{Text: text}
		c.Next()
		if c.Kind == URL || c.Kind == BadURL {
			continue
		}
		want := c
		want.skipTokens()
		fast := c
		if fast.skipPlain() {
			plain++
		}
		c.Skip()
		require.Equal(t, [3]int{want.Start, want.End, len(want.stack)}, [3]int{c.Start, c.End, len(c.stack)}, "%q", text)
		require.Equal(t, [2]bool{want.Unclosed, want.escape}, [2]bool{c.Unclosed, c.escape}, "%q", text)
		require.Equal(t, want.Kind, c.Kind, "%q", text)
	}
	require.Greater(t, plain, 1000)
}
