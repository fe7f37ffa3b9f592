package mask_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/mask"
)

// words is a detector of some words.
func words(name string, words ...string) mask.Detector {
	return mask.Detector{Name: name, Find: func(text string, found func(int, int)) {
		for _, w := range words {
			for at := 0; ; {
				i := strings.Index(text[at:], w)
				if i < 0 {
					break
				}
				found(at+i, at+i+len(w))
				at += i + 1
			}
		}
	}}
}

func TestCustomDetector(t *testing.T) {
	p, err := mask.Compile(mask.Config{Keep: []string{"kept"}}, words("colors", "red", "redder", "dered"), words("names", "jane"))
	require.NoError(t, err)
	f := p.NewFilter(nil)
	for in, want := range map[string]string{
		"":                     "",
		"blue":                 "blue",
		"a redder one":         "a *** one",
		"redered":              "***", // two that overlap are one
		"redjane":              "***", // and two that touch
		"red, jane@example.de": "***, ***",
	} {
		assert.Equal(t, want, f.Hide(in))
		assert.Equal(t, want, f.Hide(want))
	}
	assert.Equal(t, "/a/***?b=***", f.ShowURL("/a/red?b=red"))
	assert.Equal(t, `{"a":"***"}`, f.HideJSON(`{"a":"\u0072ed"}`))
	counts := map[string]int{}
	for _, c := range f.Report().Detectors {
		counts[c.Detector] = c.Found
	}
	assert.Positive(t, counts["colors"])
	assert.Positive(t, counts["names"])
	assert.Equal(t, 1, counts["email"])

	// Without those of the config it works alone.
	p, err = mask.Compile(mask.Config{Detect: []string{}}, words("colors", "red"))
	require.NoError(t, err)
	f = p.NewFilter(nil)
	assert.Equal(t, "jane@example.com ***", f.Hide("jane@example.com red"))
	out, err := f.Append(nil, format.Event{Data: full(el(4, "a", attrs("href", "/red", "title", "red"), text(5, "red wine")))})
	require.NoError(t, err)
	b, _ := json.Marshal(out)
	assert.NotContains(t, string(b), "red")

	// One that says nothing sensible does no harm.
	p, err = mask.Compile(mask.Config{}, mask.Detector{Name: "odd", Find: func(text string, found func(int, int)) {
		found(-5, 2)
		found(1, 0)
		found(len(text)+3, len(text)+9)
	}})
	require.NoError(t, err)
	assert.Equal(t, "***", p.NewFilter(nil).Hide("abcdef"), "it finds the beginning of whatever is left")
}

func TestCustomDetectorRefused(t *testing.T) {
	find := func(string, func(int, int)) {}
	for _, c := range []struct {
		name  string
		want  []string
		given []mask.Detector
	}{
		{"no name", nil, []mask.Detector{{Find: find}}},
		{"a name with a blank", nil, []mask.Detector{{Name: "a b", Find: find}}},
		{"no function", nil, []mask.Detector{{Name: "a"}}},
		{"twice", nil, []mask.Detector{{Name: "a", Find: find}, {Name: "a", Find: find}}},
		{"a name that is taken", nil, []mask.Detector{{Name: "email", Find: find}}},
		{"not given", []string{"b"}, []mask.Detector{{Name: "a", Find: find}}},
		{"too many", nil, make([]mask.Detector, 40)},
	} {
		_, err := mask.Compile(mask.Config{Custom: c.want}, c.given...)
		assert.Error(t, err, c.name)
	}
	p, err := mask.Compile(mask.Config{Custom: []string{"b"}}, mask.Detector{Name: "a", Find: find}, mask.Detector{Name: "b", Find: find})
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b"}, p.Config().Custom)
	assert.Contains(t, p.String(), "         b\n")
}
