package format_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

func TestStyleEdits(t *testing.T) {
	assert.Equal(t, []snapshot.StyleEdit{
		{Name: "left", Value: "1px"}, {Name: "top", Remove: true}, {Name: "color", Value: "red", Priority: "important"}, {Name: `--"`, Value: "ø"},
	}, format.StyleEdits(`{"left":"1px","top":false,"color":["red","important"],"--\"":"ø"}`))
}

// A diff is read alike with and without the shortcut, however it is written.
func TestStyleEditsOfRandomDiffs(t *testing.T) {
	parts := []string{"{", "}", `"left"`, `"a\u00e9"`, `"b"`, `"ø"`, "\"\xff\"", `""`, ":", ":", ":", ",", ",", "[", "]", "false", "fals", "true", "null", "1", " ", `"`, "\x01"}
	value := []string{`"1px"`, "false", `["red","important"]`, `["red"]`, `["red",1]`, `["a","b","c"]`, "[]", "null", "1", "{}", `"\n"`, ` "x"`, "falsey", `"x" `, "[\"a\",\"b\" ]"}
	plain := 0
	for seed := range uint64(20_000) {
		r := rand.New(rand.NewPCG(seed, 5))
		diff := "{"
		for i := range r.IntN(5) {
			if i > 0 {
				diff += ","
			}
			diff += parts[2+r.IntN(4)] + ":" + value[r.IntN(1+r.IntN(len(value)))]
		}
		diff += "}"
		if r.IntN(3) == 0 {
			i := r.IntN(len(diff) + 1)
			diff = diff[:i] + parts[r.IntN(len(parts))] + diff[min(len(diff), i+r.IntN(3)):]
		}
		want := format.ScanStyleEdits(diff)
		require.Equal(t, want, format.StyleEdits(diff), "%s", diff)
		plain += len(want)
	}
	require.Greater(t, plain, 10_000)
}
