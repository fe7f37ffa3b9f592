package mask_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/snapshot"
)

// An element under rules of every kind, and how it shows.
func TestRuleKinds(t *testing.T) {
	type rules = []mask.Rule
	allow := func(r mask.Rule) rules { r.Action = mask.Allow; return rules{r} }
	masks := func(r mask.Rule) rules { r.Action = mask.Mask; return rules{r} }
	drops := func(r mask.Rule) rules { r.Action = mask.Drop; return rules{r} }
	input := func(pairs ...string) *snapshot.Node { return el(4, "input", attrs(pairs...)) }
	choice := func(pairs ...string) *snapshot.Node {
		return el(4, "select", attrs(pairs...), el(5, "optgroup", attrs("label", "Cities"), el(6, "option", attrs("value", "b"), text(7, "Bonn"))))
	}
	strict := func(r rules) mask.Config { return mask.Config{Rules: r, Text: mask.TextMask, Labels: mask.TextMask} }
	clear := func(r rules) mask.Config { return mask.Config{Rules: r} }
	for _, c := range []struct {
		name   string
		config mask.Config
		node   *snapshot.Node
		want   string
	}{
		{"input type", clear(allow(mask.Rule{Input: "tel"})), input("type", "TEL", "value", "12345"), "<input type=TEL value=12345>"},
		{"input type in upper case", clear(allow(mask.Rule{Input: "Tel"})), input("type", "tel", "value", "12345"), "<input type=tel value=12345>"},
		{"another input type", clear(allow(mask.Rule{Input: "tel"})), input("type", "text", "value", "12345"), "<input type=text value=***>"},
		{"no type is text", clear(allow(mask.Rule{Input: "text"})), input("value", "a"), "<input value=a>"},
		{"unknown type is text", clear(allow(mask.Rule{Input: "text"})), input("type", "x", "value", "a"), "<input type=x value=a>"},
		{"a type with a blank is text", clear(allow(mask.Rule{Input: "tel"})), input("type", " tel", "value", "a"), "<input type= tel value=***>"},
		{"textarea", clear(allow(mask.Rule{Input: "textarea"})), el(4, "textarea", nil, text(5, "a")), "<textarea>a</textarea>"},
		{"select with its options", clear(allow(mask.Rule{Input: "select"})), choice(),
			"<select><optgroup label=Cities><option value=b>Bonn</option></optgroup></select>"},
		{"options of a datalist are of no select", clear(allow(mask.Rule{Input: "select"})), el(4, "datalist", nil, el(5, "option", nil, text(6, "a"))),
			"<datalist><option>***</option></datalist>"},
		{"button by type", clear(masks(mask.Rule{Input: "submit"})), input("type", "submit", "value", "Send"), "<input type=submit value=***>"},
		{"input type blocked", clear(rules{{Input: "tel", Action: mask.Block}}), input("type", "tel", "class", "a", "value", "1"), "<input class=a>"},

		{"name", clear(allow(mask.Rule{Name: "coupon"})), input("name", "order[couponCode]", "value", "a"), "<input name=order[couponCode] value=a>"},
		{"name in words", clear(allow(mask.Rule{Name: "Tax ID"})), input("id", "taxId", "value", "a"), "<input id=taxId value=a>"},
		{"name in a label", clear(allow(mask.Rule{Name: "tax id"})), input("aria-label", "Your tax ID:", "value", "a"), "<input aria-label=Your tax ID: value=a>"},
		{"name in autocomplete", clear(allow(mask.Rule{Name: "country"})), input("autocomplete", "shipping country", "value", "a"), "<input autocomplete=shipping country value=a>"},
		{"part of a word", clear(allow(mask.Rule{Name: "age"})), input("name", "message", "value", "a"), "<input name=message value=***>"},
		{"beginning of a word", clear(allow(mask.Rule{Name: "mess*"})), input("name", "message", "value", "a"), "<input name=message value=a>"},
		{"end of a word", clear(allow(mask.Rule{Name: "*sage"})), input("name", "message", "value", "a"), "<input name=message value=a>"},
		{"alternatives", clear(allow(mask.Rule{Name: "zip, postal code"})), input("name", "postal_code", "value", "a"), "<input name=postal_code value=a>"},
		{"name in another script", clear(allow(mask.Rule{Name: "ort"})), input("aria-label", "Straße, Ort", "value", "a"), "<input aria-label=Straße, Ort value=a>"},
		{"umlauts are letters", clear(allow(mask.Rule{Name: "rte"})), input("aria-label", "Kärte", "value", "a"), "<input aria-label=Kärte value=***>"},
		{"select by name, with its options", clear(allow(mask.Rule{Name: "city"})), choice("name", "city"),
			"<select name=city><optgroup label=Cities><option value=b>Bonn</option></optgroup></select>"},
		{"name of no control", clear(masks(mask.Rule{Name: "city"})), el(4, "p", attrs("id", "city"), text(5, "Bonn")), "<p id=city>Bonn</p>"},
		{"a secret by any name", clear(allow(mask.Rule{Name: "password"})), input("name", "password", "value", "a"), "<input name=password value=***>"},
		{"a secret by its type", clear(allow(mask.Rule{Input: "password"})), input("type", "password", "value", "a"), "<input type=password value=***>"},

		{"attribute allowed", strict(allow(mask.Rule{Attr: "data-page"})), el(4, "p", attrs("data-page", "home", "data-x", "home"), text(5, "a")), "<p data-page=home data-x=***>***</p>"},
		{"attributes allowed", strict(allow(mask.Rule{Attr: "data-*"})), el(4, "p", attrs("data-page", "home", "title", "home")), "<p data-page=home title=***></p>"},
		{"detectors search what is allowed", strict(allow(mask.Rule{Attr: "data-*"})), el(4, "p", attrs("data-page", "of jane@example.com")), "<p data-page=of ***></p>"},
		{"address allowed", strict(allow(mask.Rule{Attr: "href"})), el(4, "a", attrs("href", "/a?b=c#d")), "<a href=/a?b=***></a>"},
		{"style allowed", strict(allow(mask.Rule{Attr: "style"})), el(4, "p", attrs("style", "--a:'jane'")), "<p style=--a:'jane'></p>"},
		{"meta content allowed", strict(allow(mask.Rule{Attr: "content"})), el(4, "meta", attrs("content", "A shop")), "<meta content=A shop>"},
		{"attribute masked", clear(masks(mask.Rule{Attr: "data-user"})), el(4, "p", attrs("data-user", "jane", "data-x", "a")), "<p data-user=*** data-x=a></p>"},
		{"attribute masked in upper case", clear(masks(mask.Rule{Attr: "viewbox"})), el(4, "svg", attrs("viewBox", "0 0 1 1")), "<svg viewBox=***></svg>"},
		{"style masked stays CSS", clear(masks(mask.Rule{Attr: "style"})), el(4, "p", attrs("style", "color:red;--a:'jane'")), "<p style=color:red;--a:***></p>"},
		{"attribute dropped", clear(drops(mask.Rule{Attr: "data-*"})), el(4, "p", attrs("data-user", "jane", "title", "a")), "<p title=a></p>"},
		{"address beside the attribute", clear(drops(mask.Rule{Attr: "src"})), el(4, "iframe", attrs("rr_src", "/jane")), "<iframe></iframe>"},
		{"address beside the attribute, masked", clear(masks(mask.Rule{Attr: "src"})), el(4, "iframe", attrs("rr_src", "/jane")), "<iframe rr_src=***></iframe>"},
		{"the strictest of several", clear(rules{{Attr: "data-a", Action: mask.Allow}, {Attr: "data-*", Action: mask.Mask}}), el(4, "p", attrs("data-a", "b")), "<p data-a=***></p>"},
		{"attribute allowed on what is final", clear(append(allow(mask.Rule{Attr: "title"}), rule("p", mask.Final))), el(4, "p", attrs("title", "a")), "<p title=***></p>"},
		{"attribute allowed in a box", clear(append(allow(mask.Rule{Attr: "title"}), rule("p", mask.Block))), el(4, "p", attrs("title", "a")), "<p></p>"},
		{"values are not among data-*", clear(allow(mask.Rule{Attr: "v*"})), input("value", "a"), "<input value=***>"},

		{"parameter allowed", clear(allow(mask.Rule{Param: "page"})), el(4, "a", attrs("href", "/a?page=2&q=jane")), "<a href=/a?page=2&q=***></a>"},
		{"parameters allowed", clear(allow(mask.Rule{Param: "utm_*"})), el(4, "a", attrs("href", "/a?utm_source=x&q=jane")), "<a href=/a?utm_source=x&q=***></a>"},
		{"detectors search parameters", clear(allow(mask.Rule{Param: "page"})), el(4, "a", attrs("href", "/a?page=jane@example.com")), "<a href=/a?page=***></a>"},
		{"parameter masked", clear(rules{{Param: "q", Action: mask.Mask}, {Param: "q", Action: mask.Allow}}), el(4, "a", attrs("href", "/a?q=jane")), "<a href=/a?q=***></a>"},
		{"parameter dropped", clear(drops(mask.Rule{Param: "sid"})), el(4, "a", attrs("href", "/a?b=1&sid=7&c=2")), "<a href=/a?b=***&c=***></a>"},
		{"the only parameter dropped", clear(drops(mask.Rule{Param: "sid"})), el(4, "a", attrs("href", "/a?sid=7#x")), "<a href=/a></a>"},
		{"parameter in masked scope", strict(allow(mask.Rule{Param: "page"})), el(4, "a", attrs("href", "/a?page=2")), "<a href=***></a>"},
		{"paths shown", mask.Config{Paths: true}, el(4, "a", attrs("href", "/u/84172039")), "<a href=/u/84172039></a>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			trim := strings.NewReplacer("</input>", "", "</meta>", "")
			got := func(data ...format.Data) string { return trim.Replace(play(t, c.config, data...).body()) }
			assert.Equal(t, c.want, got(full(copyNode(c.node))))
			assert.Equal(t, c.want, got(full(), add(3, 0, copyNode(c.node))), "added")
			assert.Equal(t, c.want, got(play(t, c.config, full(c.node)).events[0].Data), "idempotent")
		})
	}
}

// What an action leaves of an element, and of later events about it.
func TestActions(t *testing.T) {
	page := func() *format.FullSnapshot {
		return full(el(4, "div", attrs("class", "x", "title", "Jane", "style", "width:9px;--n:'jane'", "width", "9", "id", "i"),
			text(5, "jane"), el(6, "b", attrs("class", "public"), text(7, "open")), el(8, "input", attrs("value", "ha", "title", "Name"))),
			el(9, "p", nil, text(10, "hello")))
	}
	for _, c := range []struct {
		action mask.Action
		want   string
		later  string
	}{
		{mask.Allow, "<div class=x title=Jane style=width:9px;--n:'jane' width=9 id=i>jane<b class=public>open</b><input value=*** title=Name></input></div>",
			"<div class=x title=Ann style=width:9px;--n:'jane' width=9 id=i>ann<b class=public>open</b><input value=*** title=Name></input></div>"},
		{mask.MaskText, "<div class=x title=Jane style=width:9px;--n:'jane' width=9 id=i>***<b class=public>open</b><input value=*** title=Name></input></div>",
			"<div class=x title=Ann style=width:9px;--n:'jane' width=9 id=i>***<b class=public>open</b><input value=*** title=Name></input></div>"},
		{mask.MaskValue, "<div class=x title=Jane style=width:9px;--n:*** width=9 id=i>***<b class=public>open</b><input value=*** title=Name></input></div>",
			"<div class=x title=Ann style=width:9px;--n:*** width=9 id=i>***<b class=public>open</b><input value=*** title=Name></input></div>"},
		{mask.Mask, "<div class=x title=*** style=width:9px;--n:*** width=9 id=i>***<b class=public>open</b><input value=*** title=***></input></div>",
			"<div class=x title=*** style=width:9px;--n:*** width=9 id=i>***<b class=public>open</b><input value=*** title=***></input></div>"},
		{mask.Private, "<div class=x title=*** style=width:9px;--n:*** width=9 id=i>***<b class=public>open</b><input value=*** title=***></input></div>",
			"<div class=x title=*** style=width:9px;--n:*** width=9 id=i>***<b class=public>open</b><input value=*** title=***></input></div>"},
		{mask.Final, "<div class=x title=*** style=width:9px;--n:*** width=9 id=i>***<b class=public>***</b><input value=*** title=***></input></div>",
			"<div class=x title=*** style=width:9px;--n:*** width=9 id=i>***<b class=public>***</b><input value=*** title=***></input></div>"},
		{mask.Placeholder, "<div class=x style=width:9px;--n:*** width=9></div>", "<div class=x style=width:9px;--n:*** width=9></div>"},
		{mask.Block, "<div class=x width=9></div>", "<div class=x width=9></div>"},
		{mask.Drop, "<div style=display:none></div>", "<div style=display:none></div>"},
	} {
		t.Run(c.action.String(), func(t *testing.T) {
			config := mask.Config{Rules: []mask.Rule{rule(".x", c.action), rule(".public", mask.Allow)}}
			const rest = "<p>hello</p>"
			s := play(t, config, page())
			assert.Equal(t, c.want+rest, s.body())
			assert.Equal(t, c.want+rest, play(t, config, s.events[0].Data).body(), "idempotent")
			// What comes later of it is as private, and can be replayed.
			later := func() []format.Data {
				return []format.Data{setText(5, "ann"), setAttrs(4, "title", "Ann"), &format.Input{ID: 8, Text: "ann"}}
			}
			assert.Equal(t, c.later+rest, play(t, config, append([]format.Data{page()}, later()...)...).body())
			// An element that the rule finds only later is as private from then on.
			bare := page()
			bare.Node.Children[0].Children[0].Children[0].Attrs[0].Value = "y"
			s = play(t, config, append([]format.Data{bare, setAttrs(4, "class", "x")}, later()...)...)
			assert.Equal(t, c.later+rest, strings.Replace(s.body(), "<input title=Name value=***>", "<input value=*** title=Name>", 1))
			// Neighbors come and go beside it.
			s = play(t, config, page(), add(3, 4, el(20, "i", nil, text(21, "new"))), add(4, 6, el(22, "u", nil, text(23, "jane"))),
				&format.Mutation{Removes: []format.Removal{{Parent: 3, ID: 4}}})
			assert.Equal(t, "<i>new</i>"+rest, s.body())
		})
	}
}

// Of the actions on one element the strictest wins, whatever their order.
func TestStrictestWins(t *testing.T) {
	actions := []mask.Action{mask.Allow, mask.MaskText, mask.MaskValue, mask.Mask, mask.Private, mask.Final, mask.Placeholder, mask.Block, mask.Drop}
	node := func() *snapshot.Node {
		return el(4, "p", attrs("title", "a", "style", "color:red", "class", "b"), text(5, "jane"), el(6, "b", nil, text(7, "c")), el(8, "input", attrs("value", "d")))
	}
	for i, a := range actions {
		alone := play(t, mask.Config{Rules: []mask.Rule{rule("p", a), rule("b", mask.Allow)}}, full(node())).body()
		for _, weaker := range actions[:i] {
			for _, rules := range [][]mask.Rule{{rule("p", a), rule("p", weaker)}, {rule("p", weaker), rule(".b", a)}} {
				got := play(t, mask.Config{Rules: append(rules, rule("b", mask.Allow))}, full(node())).body()
				assert.Equal(t, alone, got, "%v and %v", a, weaker)
			}
		}
	}
}

// An allowed control whose name changes is not what was allowed.
func TestRuleFollowsTheName(t *testing.T) {
	config := mask.Config{Rules: []mask.Rule{{Name: "city", Action: mask.Allow}, {Input: "tel", Action: mask.Mask}}}
	s := play(t, config, full(el(4, "select", attrs("name", "city"), el(5, "option", nil, text(6, "Bonn")))), setAttrs(4, "name", "friend"))
	assert.Equal(t, "<select name=friend><option>***</option></select>", s.body())
	s = play(t, config, full(el(4, "input", attrs("title", "Call"))), setAttrs(4, "type", "tel"))
	assert.Equal(t, "<input title=*** type=tel></input>", s.body())
}

// Rules about events: which stay, and with what.
func TestEventRules(t *testing.T) {
	config := mask.Config{Rules: []mask.Rule{
		{Tag: "cart.*", Action: mask.Allow}, {Tag: "cart.user", Action: mask.Mask}, {Tag: "debug", Action: mask.Drop},
		{Plugin: "app/a@1", Action: mask.Allow}, {Plugin: "rrweb/*", Action: mask.Drop},
	}}
	custom := func(tag string) *format.Custom { return &format.Custom{Tag: tag, Payload: `{"a":"jane"}`} }
	plugin := func(name string) *format.Plugin { return &format.Plugin{Plugin: name, Payload: `["jane"]`} }
	for _, c := range []struct {
		in   format.Data
		want string // payload, "" for none
	}{
		{custom("cart.add"), `{"a":"jane"}`}, {custom("cart.user"), `{"a":"***"}`}, {custom("debug"), ""}, {custom("debug2"), `{"a":"***"}`},
		{plugin("app/a@1"), `["jane"]`}, {plugin("app/b@1"), `["***"]`}, {plugin("rrweb/console@1"), ""},
	} {
		s := play(t, config, c.in)
		if c.want == "" {
			assert.Empty(t, s.events)
			continue
		}
		require.Len(t, s.events, 1)
		switch e := s.events[0].Data.(type) {
		case *format.Custom:
			assert.Equal(t, c.want, e.Payload)
		case *format.Plugin:
			assert.Equal(t, c.want, e.Payload)
		}
	}
	s := play(t, config, custom("debug"), custom("cart.add"))
	rules := s.filter.Report().Rules
	require.Len(t, rules, 2)
	assert.Equal(t, mask.RuleCount{Index: 0, Rule: config.Rules[0], Matched: 1}, rules[0])
	assert.Equal(t, mask.RuleCount{Index: 2, Rule: config.Rules[2], Matched: 1}, rules[1])
}

func TestCompileRefusesRules(t *testing.T) {
	for _, c := range []struct {
		name string
		rule mask.Rule
		want string
	}{
		{"nothing", mask.Rule{Action: mask.Mask}, `mask: rule 1 "": a rule needs`},
		{"two subjects", mask.Rule{Select: "a", Input: "tel", Action: mask.Mask}, "is about one of"},
		{"no action", mask.Rule{Input: "tel"}, `mask: rule 1 input "tel": no such action`},
		{"an action too many", mask.Rule{Select: "a", Action: mask.Drop + 1}, "no such action"},
		{"no input type", mask.Rule{Input: "phone", Action: mask.Mask}, `mask: rule 1 input "phone": no type`},
		{"words without letters", mask.Rule{Name: "a, -", Action: mask.Mask}, "words are"},
		{"a star in the middle", mask.Rule{Name: "a*b", Action: mask.Mask}, "words are"},
		{"a star alone", mask.Rule{Name: "*", Action: mask.Mask}, "words are"},
		{"blocked attribute", mask.Rule{Attr: "title", Action: mask.Block}, "only allow, mask and drop"},
		{"attribute in upper case", mask.Rule{Attr: "Title", Action: mask.Mask}, "lower case"},
		{"live state", mask.Rule{Attr: "rr_src", Action: mask.Mask}, "live state"},
		{"every attribute", mask.Rule{Attr: "*", Action: mask.Allow}, "no name"},
		{"value shown", mask.Rule{Attr: "value", Action: mask.Allow}, "no rule shows"},
		{"handler shown", mask.Rule{Attr: "onclick", Action: mask.Allow}, "no rule shows"},
		{"srcdoc shown", mask.Rule{Attr: "srcdoc", Action: mask.Allow}, "no rule shows"},
		{"parameter that is no name", mask.Rule{Param: "a b", Action: mask.Allow}, "names of parameters"},
		{"every parameter", mask.Rule{Param: "*", Action: mask.Allow}, "names of parameters"},
		{"final parameter", mask.Rule{Param: "a", Action: mask.Final}, "only allow, mask and drop"},
		{"every tag", mask.Rule{Tag: "*", Action: mask.Allow}, "at the end"},
		{"a star in a plugin", mask.Rule{Plugin: "a*b", Action: mask.Drop}, "at the end"},
		{"text of a tag", mask.Rule{Tag: "a", Action: mask.MaskText}, "only allow, mask and drop"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := mask.Compile(mask.Config{Rules: []mask.Rule{rule("p", mask.Mask), c.rule}})
			e, ok := errors.AsType[*mask.RuleError](err)
			require.True(t, ok, "%v", err)
			assert.Equal(t, 1, e.Index)
			assert.Equal(t, c.rule, e.Rule)
			assert.Contains(t, err.Error(), c.want)
		})
	}
	for _, c := range []mask.Config{{Glyph: "7"}, {Glyph: "ab"}, {Glyph: "#"}, {Shape: 3}, {Keep: []string{"*"}}, {Plugins: []string{""}}, {Custom: []string{"x"}}} {
		_, err := mask.Compile(c)
		assert.Error(t, err, "%+v", c)
	}
}

// What a private or final element covers is known as private, until a rule
// below it allows.
func TestPrivateCovers(t *testing.T) {
	for a, want := range map[mask.Action][]bool{
		mask.Mask: {false, false, false}, mask.Private: {true, true, false}, mask.Final: {true, true, true}, mask.Block: {false, false, false},
	} {
		s := play(t, mask.Config{Rules: []mask.Rule{rule(".x", a), rule("b", mask.Allow)}},
			full(el(4, "p", attrs("class", "x"), text(5, "jane"), el(6, "b", nil, text(7, "hello"))), text(8, "a")))
		assert.Equal(t, want, []bool{s.filter.Private(4), s.filter.Private(5), s.filter.Private(7)}, "%v", a)
		assert.False(t, s.filter.Private(8))
		// It stays so when the class goes.
		_, err := s.filter.Append(nil, format.Event{Data: setAttrs(4, "class", "y")})
		require.NoError(t, err)
		assert.Equal(t, want[1], s.filter.Private(5), "%v", a)
	}
}

// A box becomes a stricter one, and never the other way round.
func TestBoxesRise(t *testing.T) {
	config := mask.Config{Rules: []mask.Rule{rule(".p", mask.Placeholder), rule(".b", mask.Block), rule(".d", mask.Drop)}}
	page := full(el(4, "div", attrs("class", "p", "style", "color:red"), text(5, "jane")), el(6, "i", nil))
	const rest = "<i></i>"
	var events []format.Data
	for _, c := range []struct{ class, want string }{
		{"p", "<div class=p style=color:red></div>"}, {"b", "<div class=b></div>"}, {"p", "<div class=p></div>"},
		{"d", "<div style=display:none></div>"}, {"b", "<div style=display:none></div>"}, {"", "<div style=display:none></div>"},
	} {
		events = append(events, setAttrs(4, "class", c.class))
		all := []format.Data{&format.FullSnapshot{Node: copyNode(page.Node)}}
		for _, e := range events {
			all = append(all, cloneMutation(e.(*format.Mutation)))
		}
		s := play(t, config, all...)
		assert.Equal(t, c.want+rest, s.body(), "%q", c.class)
		assert.NotContains(t, s.json, "jane")
	}
}
