package css_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/internal/css"
)

var kinds = map[css.Kind]string{
	css.Space: "space", css.Comment: "comment", css.String: "string", css.BadString: "bad-string", css.URL: "url", css.BadURL: "bad-url",
	css.Function: "function", css.Ident: "ident", css.Hash: "hash", css.At: "at", css.Number: "number", css.CDO: "CDO", css.CDC: "CDC",
}

// tokens returns the tokens of text but white space, each with its kind unless
// it is a byte that stands for itself.
func tokens(text string) []string {
	var out []string
	for c := (css.Scanner{Text: text}); c.Next(); {
		switch kind, named := kinds[c.Kind]; {
		case c.Kind == css.Space:
		case named:
			out = append(out, kind+" "+text[c.Start:c.End])
		default:
			out = append(out, text[c.Start:c.End])
		}
	}
	return out
}

func TestTokens(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want []string
	}{
		{"a{b:c}", []string{"ident a", "{", "ident b", ":", "ident c", "}"}},
		{"a /**/ b/* c", []string{"ident a", "comment /**/", "ident b", "comment /* c"}},
		{"/*/ */", []string{"comment /*/ */"}},
		{`"a'b\"c" 'd`, []string{`string "a'b\"c"`, "string 'd"}},
		{"'a\nb 'a\\\nb'", []string{"bad-string 'a", "ident b", "string 'a\\\nb'"}},
		{"url(a) URL( b ) url(a b) url(a(b) url(a", []string{"url url(a)", "url URL( b )", "bad-url url(a b)", "bad-url url(a(b)", "url url(a"}},
		{`url("a") u\72 l(b) url( 'c')`, []string{"function url(", `string "a"`, ")", `url u\72 l(b)`, "function url(", "string 'c'", ")"}},
		{"f(1px) --x(", []string{"function f(", "number 1px", ")", "function --x("}},
		{"+1.5e-3em -.5% 1.a 1e5", []string{"number +1.5e-3em", "number -.5%", "number 1", ".", "ident a", "number 1e5"}},
		{"1url(x) 1-2url(x) 1%url(x)", []string{"number 1url", "(", "ident x", ")", "number 1", "number -2url", "(", "ident x", ")", "number 1%", "url url(x)"}},
		{"#url(x) @url(x) @-( @--x", []string{"hash #url", "(", "ident x", ")", "at @url", "(", "ident x", ")", "@", "-", "(", "at @--x"}},
		{"<!--url(x)-->y", []string{"CDO <!--", "url url(x)", "CDC -->", "ident y"}},
		{`\62 c \` + "\n" + `\`, []string{`ident \62 c`, `\`, `ident \`}},
		{"é\x00-1 -é", []string{"ident é\x00-1", "ident -é"}},
		{"[a~=b i]", []string{"[", "ident a", "~", "=", "ident b", "ident i", "]"}},
	} {
		assert.Equal(t, tt.want, tokens(tt.in), "%q", tt.in)
	}
}

func TestUnescape(t *testing.T) {
	for in, want := range map[string]string{
		"abc": "abc", `a\62 c`: "abc", `\000061b`: "ab", `\0000611`: "a1", `\"\'`: `"'`, `\0`: "\uFFFD", `\d800 x`: "\uFFFDx", `\110000`: "\uFFFD",
		"a\\\nb\\\r\nc": "abc", `a\`: "a\uFFFD", "\\61\r\nb": "ab", `\é`: "é", `\g`: "g",
	} {
		assert.Equal(t, want, css.Unescape(in), "%q", in)
	}
}

func TestQuoted(t *testing.T) {
	for in, want := range map[string]string{`"a"`: "a", `"a`: "a", `'a\'`: `a\'`, `'a\''`: `a\'`, `"`: "", `""`: "", `"\\"`: `\\`} {
		assert.Equal(t, want, css.Quoted(in), "%q", in)
	}
}

func TestAddress(t *testing.T) {
	for in, want := range map[string]string{
		"url(a)": "a", "url( a\t)": "a", "url(a": "a", `url(a\)`: `a\)`, `url(a\ )`: `a\ `, `url(a\) )`: `a\)`, "url()": "", "url(": "", "URL(a b)": "a b",
	} {
		assert.Equal(t, want, css.Address(in), "%q", in)
	}
}

// What the end of the text has closed is closed.
func TestCut(t *testing.T) {
	for in, want := range map[string]string{
		`{"a`: `{"a"}`, "{/* a": "{/* a*/}", "{url(a": "{url(a)}", `{[(a\`: "{[(a\uFFFD)]}", "{a}b": "{a}", `{'a\`: "{'a'}",
	} {
		c := css.Scanner{Text: in}
		require.True(t, c.Next())
		c.Skip()
		assert.Equal(t, want, c.Cut(0, c.End), "%q", in)
	}
}

// skimmed says whether Skim stops at tokens of the kind.
func skimmed(k css.Kind) bool {
	switch k {
	case css.Comment, css.String, css.BadString, css.URL, css.BadURL, css.Function, css.At, '[':
		return true
	}
	return false
}

// Tokens are the text, and Skim finds those of Next, from wherever it begins.
func checkSkim(t *testing.T, text string) {
	end := 0
	var next, skim css.Scanner
	next.Text, skim.Text = text, text
	for more := true; more; {
		if more = next.Next(); more {
			require.Equal(t, end, next.Start, "%q", text)
			require.Greater(t, next.End, next.Start)
			end = next.End
		}
		if more && !skimmed(next.Kind) {
			if next.End%3 == 0 { // begun here Skim finds the same
				skim.Go(next.End)
			}
			continue
		}
		require.Equal(t, more, skim.Skim(), "%q", text)
		if more {
			require.Equal(t, next.Start, skim.Start, "%q", text)
			require.Equal(t, next.End, skim.End, "%q", text)
			require.Equal(t, next.Kind, skim.Kind, "%q", text)
			require.Equal(t, next.Unclosed, skim.Unclosed, "%q", text)
		}
	}
	require.Equal(t, len(text), end)
	require.Equal(t, len(text), skim.End)
}

var pieces = strings.Split(`( ) url( URL(a b) \75 rl( \( \" \ # @ @import @-a - -- <!-- --> . 1 1e5 + % a é "x" "x ' /* */ /**/ / [ ] { } : ; u url`+" \n \x00 \\\n \r\n", " ")

func TestSkim(t *testing.T) {
	for _, a := range pieces {
		for _, b := range pieces {
			for _, c := range pieces {
				checkSkim(t, a+b+c)
				checkSkim(t, "<!"+a+b+"url("+c+")")
				checkSkim(t, a+" "+b+c+"(/*x*/")
			}
		}
	}
}

func FuzzSkim(f *testing.F) {
	f.Add(`@import "x?y"; a[b="c"]{--d: 'e'; content:"\f101" url(f?g) /* h */; width:1.5e3px}<!--url(x`)
	for _, p := range pieces {
		f.Add(p + "url(a)" + p)
	}
	f.Fuzz(checkSkim)
}

func FuzzUnescape(f *testing.F) {
	f.Add(`\"a\62 \`)
	f.Fuzz(func(t *testing.T, s string) {
		css.Unescape(s)
		assert.LessOrEqual(t, len(css.Quoted(`"`+s)), len(s))
		for c := (css.Scanner{Text: s}); c.Next(); {
			if c.Kind == css.URL {
				assert.NotContains(t, strings.ReplaceAll(css.Address(s[c.Start:c.End]), `\)`, ""), ")")
			}
		}
	})
}

func BenchmarkScan(b *testing.B) {
	text := strings.Repeat(".btn-primary:hover>a.active,.md\\:flex{margin:0 1.5rem;color:rgba(0,0,0,.5);background:var(--bs-body-bg)}\n", 1<<13)
	for name, f := range map[string]func(*css.Scanner) bool{"next": (*css.Scanner).Next, "skim": (*css.Scanner).Skim} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				c := css.Scanner{Text: text}
				for f(&c) {
				}
			}
		})
	}
}
