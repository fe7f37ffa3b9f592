package mask_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/mask"
)

func TestShapes(t *testing.T) {
	for _, c := range []struct {
		shape       mask.Shape
		glyph       string
		in          string
		text, value string
	}{
		{mask.ShapeFixed, "", " Ada Lovelace\n", " ***\n", "***"},
		{mask.ShapeFixed, "x", "Ada", "xxx", "xxx"},
		{mask.ShapeLength, "", " Ada Lovelace\n", " *** ********\n", " *** ********\n"},
		{mask.ShapeLength, "x", "Ada L.", "xxx xx", "xxx xx"},
		{mask.ShapeLength, "•", "Zoë", "•••", "•••"},
		{mask.ShapeLength, "", "a\xed\xa0\xbdb", "***", "***"}, // a lone surrogate
		{mask.ShapeBucket, "", " Ada\n", " *****\n", "*****"},
		{mask.ShapeBucket, "", "Ada Lovelace", "***** ***** *****", "***************"},
		{mask.ShapeBucket, "x", "12345", "xxxxx", "xxxxx"},
		{mask.ShapeBucket, "x", "123456", "xxxxx xxxxx", "xxxxxxxxxx"},
		{mask.ShapeFixed, "", " \n", " \n", "***"},
		{mask.ShapeBucket, "", " \n", " \n", "*****"},
		{mask.ShapeBucket, "", "", "", ""},
	} {
		p, err := mask.Compile(mask.Config{Shape: c.shape, Glyph: c.glyph})
		require.NoError(t, err)
		assert.Equal(t, c.text, p.TextOf(c.in))
		assert.Equal(t, c.value, p.ValueOf(c.in))
	}
}

// What is masked looks the same masked again, for every shape and glyph, and
// tells of what was there no more than its shape says; no detector finds
// anything in it.
func TestShapesAreIdempotent(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	letters := []rune("ab1@.-/ \n\t\u00a0é中😀xX*•")
	for _, shape := range []mask.Shape{mask.ShapeFixed, mask.ShapeLength, mask.ShapeBucket} {
		for _, glyph := range strings.Split(mask.Glyphs, "") {
			p, err := mask.Compile(mask.Config{Shape: shape, Glyph: glyph, Detect: mask.DetectorNames})
			require.NoError(t, err)
			f := p.NewFilter(nil)
			for range 300 {
				var b strings.Builder
				for range r.IntN(40) {
					b.WriteRune(letters[r.IntN(len(letters))])
				}
				in := b.String()
				text, value := p.TextOf(in), p.ValueOf(in)
				assert.Equal(t, text, p.TextOf(text))
				assert.Equal(t, value, p.ValueOf(value))
				assert.Equal(t, text, f.Hide(text))
				assert.Equal(t, value, f.Hide(value))
				for _, c := range text + value {
					require.True(t, unicode.IsSpace(c) || string(c) == glyph, "%q of %q", c, in)
				}
				n := utf8.RuneCountInString(strings.Join(strings.Fields(in), ""))
				got := strings.Count(text, glyph)
				switch {
				case strings.TrimFunc(in, unicode.IsSpace) == "":
					assert.Equal(t, in, text)
				case shape == mask.ShapeFixed:
					assert.Equal(t, 3, got)
				case shape == mask.ShapeLength:
					assert.Equal(t, n, got)
				default:
					assert.Zero(t, got%5)
					assert.True(t, got >= n && got < n+5, "%d glyphs for %d characters", got, n)
				}
			}
			// A part of a text is masked in the same way, and stays so.
			for _, in := range []string{"Write to jane@example.com now", "card 4111 1111 1111 1111.", "https://jane:secret@shop.example/"} {
				once := f.Hide(in)
				assert.NotEqual(t, in, once)
				assert.Equal(t, once, f.Hide(once))
				assert.Contains(t, once, glyph)
			}
			for _, u := range []string{"/a/jane@example.com?b=c", "/say/DE89370400440532013000/x"} {
				once := f.ShowURL(u)
				assert.Equal(t, once, f.ShowURL(once))
				assert.NotContains(t, once, "jane")
				assert.NotContains(t, once, "3704")
			}
		}
	}
}
