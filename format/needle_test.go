package format_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
)

func TestFind(t *testing.T) {
	for _, tt := range []struct {
		s, value string
		fold     bool
		found    []string
	}{
		{"xx", "y", false, nil},
		{"anna and anna", "anna", false, []string{"anna", "anna"}},
		{"aaa", "aa", false, []string{"aaa"}},
		{"q=a%20b&r=a+b", "a b", false, []string{"a%20b", "a+b"}},
		{"q=a+b%20c", "a+b c", false, []string{"a+b%20c"}},
		{`C:\Users\nina%20x`, `C:\Users\nina x`, false, []string{`C:\Users\nina%20x`}},
		{`\ud83d\ude00!`, "😀!", false, []string{`\ud83d\ude00!`}},
		{`\u{1F600}\x21`, "😀!", false, []string{`\u{1F600}\x21`}},
		{"%2525", "%", false, []string{"%2525"}},
		{"100%25 sure", "100%", false, []string{"100%25"}},
		{"STRASSE İX", "strasse", true, []string{"STRASSE"}},
		{"İİ Åsa", "åSA", true, []string{"Åsa"}},
		{"\u212Aim", "kim", true, []string{"\u212Aim"}},
		{"&#x41;nna &Amacr", "Anna", false, []string{"&#x41;nna"}},
		{"data:;base64,aGkgQW5uYQ==", "Anna", false, []string{"aGkgQW5uYQ=="}},
		{"%", "a", false, nil}, {`\`, "a", false, nil}, {"&", "a", false, nil}, {"%zz%4", "a", false, nil},
	} {
		assert.Equal(t, tt.found, format.Find(tt.s, tt.fold, tt.value), tt.s)
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range forms {
		f.Add(s, "Neil")
	}
	f.Fuzz(func(t *testing.T, s, value string) {
		if !utf8.ValidString(value) || value == "" {
			return
		}
		for _, fold := range []bool{false, true} {
			if found := format.Find(s, fold, value); strings.Contains(s, value) {
				require.NotEmpty(t, found)
			}
		}
	})
}
