package mask_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/mask"
)

func TestCompileRefuses(t *testing.T) {
	for _, c := range []struct{ name, sel string }{
		{"nothing", ""},
		{"trailing comma", ".a, "},
		{"empty in the middle", ".a,,.b"},
		{"is", ":is(.a, .b)"},
		{"where", ":where(.a)"},
		{"scope", ":scope > a"},
		{"host", ":host"},
		{"part", "x::part(y)"},
		{"slotted", "::slotted(p)"},
		{"root, which a shadow tree has none of", ":root"},
		{"relative has", ":has(> p)"},
		{"nth-child of", ":nth-child(2 of .a)"},
		{"namespace", "svg|a"},
		{"any namespace", "*|a"},
		{"namespace of an attribute", "[xlink|href]"},
		{"hover", "a:hover"},
		{"focus", "input:focus"},
		{"active", "a:active"},
		{"visited", "a:visited"},
		{"checked, which is live state", "input:checked"},
		{"checked attribute", "[checked]"},
		{"live state", "[rr_scrollTop]"},
		{"contains", `p:contains("x")`},
		{"matches", "p:matches(x)"},
		{"jQuery's input", ":input"},
		{"jQuery's operator", `[a!="b"]`},
		{"regexp operator", "[a#=b]"},
		{"upper-case tag", "DIV.a"},
		{"camel-case SVG", "linearGradient"},
		{"upper-case attribute", "[viewBox]"},
		{"flag s", `[a="b" s]`},
		{"pseudo-element", "p::before"},
		{"pseudo-element of old", "p:first-line"},
		{"unclosed bracket", "[a"},
		{"unclosed string", `[a="b]`},
		{"unclosed parenthesis", ":not(.a"},
		{"number", ".1a"},
		{"junk", "a !"},
		{"combinator alone", ">"},
		{"combinator at the end", "a >"},
		{"column", "a || b"},
		{"nesting without end", strings.Repeat(":not(", 40) + "a" + strings.Repeat(")", 40)},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := mask.Compile(mask.Config{Rules: []mask.Rule{rule("p", mask.Mask), rule(c.sel, mask.Mask)}})
			e, ok := errors.AsType[*mask.RuleError](err)
			require.True(t, ok, "%v", err)
			assert.Equal(t, 1, e.Index)
			assert.Equal(t, c.sel, e.Rule.Select)
		})
	}
}

func TestCompileNamesEveryBadRule(t *testing.T) {
	_, err := mask.Compile(mask.Config{Rules: []mask.Rule{
		rule(":is(a)", mask.Mask), rule("p", mask.Mask), rule("x::part(y)", mask.Block), {Select: "p"},
	}})
	joined, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok)
	var at []int
	for _, err := range joined.Unwrap() {
		e, ok := errors.AsType[*mask.RuleError](err)
		require.True(t, ok)
		at = append(at, e.Index)
	}
	assert.Equal(t, []int{0, 2, 3}, at)
}

// A selector, an element and whether a browser matches them.
func TestSelectorsMatchAsInBrowsers(t *testing.T) {
	for _, c := range []struct {
		name, sel, tag string
		attrs          []string
		want           bool
	}{
		{"type", "p", "p", nil, true},
		{"universal", "*", "p", nil, true},
		{"class", ".a", "p", []string{"class", "b a"}, true},
		{"class in tabs", ".a", "p", []string{"class", "b\ta"}, true},
		{"other class", ".a", "p", []string{"class", "ab"}, false},
		{"classes have case", ".a", "p", []string{"class", "A"}, false},
		{"escaped class", `.md\:a`, "p", []string{"class", "md:a"}, true},
		{"id", "#a", "p", []string{"id", "a"}, true},
		{"list", "b, .x, p", "p", nil, true},
		{"compound", "p.a[x]", "p", []string{"class", "a", "x", ""}, true},
		{"compound misses", "p.a[x]", "p", []string{"class", "a"}, false},
		{"attribute of HTML ignores case", "[type=password]", "p", []string{"type", "PassWord"}, true},
		{"autocomplete ignores case", `[autocomplete="cc-number"]`, "p", []string{"autocomplete", "CC-Number"}, true},
		{"other attribute does not", `[data-x="a"]`, "p", []string{"data-x", "A"}, false},
		{"flag i", `[data-x="a" i]`, "p", []string{"data-x", "A"}, true},
		{"word", "[rel~=me]", "p", []string{"rel", "a ME"}, true},
		{"prefix", "[x^=ab]", "p", []string{"x", "abc"}, true},
		{"suffix", "[x$='bc']", "p", []string{"x", "abc"}, true},
		{"substring", "[x*=b]", "p", []string{"x", "abc"}, true},
		{"dash", "[lang|=en]", "p", []string{"lang", "en-GB"}, true},
		{"not", "p:not(.b)", "p", nil, true},
		{"not misses", "p:not(.b, .a)", "p", []string{"class", "a"}, false},
		{"ancestor", "html body p", "p", nil, true},
		{"parent", "body > p", "p", nil, true},
		{"not the parent", "html > p", "p", nil, false},
		{"first child", ":first-child", "p", nil, true},
		{"nth child", "p:nth-child( 2n+1 )", "p", nil, true},
		{"has", "body:has(p)", "p", nil, true}, // the text inherits it
		{"empty", "p:empty", "p", nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := play(t, with(rule(c.sel, mask.Mask)), full(el(4, c.tag, attrs(c.attrs...), text(5, "secret"))))
			assert.Equal(t, c.want, s.page.Text(5) == "***")
		})
	}
}

func TestConfigJSON(t *testing.T) {
	for _, c := range []mask.Config{mask.Default(), mask.Strict(), {},
		{Name: "x", Shape: mask.ShapeLength, Keep: []string{"a"}, Plugins: []string{"b"}, Rules: []mask.Rule{
			{Select: "a", Action: mask.Allow}, {Select: "b", Action: mask.Final, Why: "w"}, {Select: "c", Action: mask.Block}}},
	} {
		b, err := json.Marshal(c)
		require.NoError(t, err)
		back, err := mask.ParseConfig(strings.NewReader(string(b)))
		require.NoError(t, err)
		assert.Equal(t, c, back)
	}
	for _, bad := range []string{
		``, `[]`, `{"rulez": []}`, `{"rules":[{"select":"a","action":"show"}]}`, `{"text":"none"}`, `{"shape":1}`,
		`{"rules":[{"select":"a","action":"mask","because":"x"}]}`, `{} {}`,
	} {
		_, err := mask.ParseConfig(strings.NewReader(bad))
		assert.Error(t, err, bad)
	}
	_, err := json.Marshal(mask.Rule{Select: "a"})
	assert.Error(t, err)
}

func TestPresetsAreFresh(t *testing.T) {
	a := mask.Default()
	a.Rules[0].Select = "changed"
	assert.NotEqual(t, a.Rules[0], mask.Default().Rules[0])
	for _, c := range []mask.Config{mask.Default(), mask.Strict()} {
		p, err := mask.Compile(c)
		require.NoError(t, err)
		assert.Equal(t, c.Name, p.Name())
		c.Rules[0].Action = mask.Allow // the policy has its own
	}
}

func TestPolicyIsShared(t *testing.T) {
	p, err := mask.Compile(with(rule("p + p, :has(b)", mask.Mask)))
	require.NoError(t, err)
	for range 4 {
		t.Run("filter", func(t *testing.T) {
			t.Parallel()
			f := p.NewFilter(nil)
			for range 20 {
				_, err := f.Append(nil, format.Event{Data: full(el(4, "p", attrs("class", "rr-mask"), text(5, "a")))})
				require.NoError(t, err)
			}
		})
	}
}

func TestReport(t *testing.T) {
	s := play(t, with(mask.Rule{Select: ".x", Action: mask.Block, Why: "because"}),
		full(el(4, "p", attrs("class", "x"), text(5, "secret")), el(6, "input", attrs("value", "jane")), text(7, "hello")))
	r := s.filter.Report()
	assert.Equal(t, "default", r.Policy)
	assert.Equal(t, 1, r.Events)
	require.Len(t, r.Rules, 1)
	assert.Equal(t, mask.RuleCount{Index: len(mask.Default().Rules), Rule: mask.Rule{Select: ".x", Action: mask.Block, Why: "because"}, Matched: 1}, r.Rules[0])
	counts := map[string]mask.ChannelCount{}
	for _, c := range r.Channels {
		counts[c.Channel] = c
	}
	assert.Equal(t, 1, counts["input"].Masked)
	assert.Equal(t, 1, counts["text"].Kept)
	assert.Equal(t, 1, counts["node"].Blocked)
	b, err := json.Marshal(r)
	require.NoError(t, err)
	assert.NotContains(t, string(b), "jane")
	assert.NotContains(t, string(b), "secret")
}
