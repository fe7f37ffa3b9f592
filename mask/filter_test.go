package mask_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/snapshot"
)

// One element in the page, and how it shows.
func TestElements(t *testing.T) {
	type node = *snapshot.Node
	state := func(n node, s snapshot.State) node { n.State = &s; return n }
	value := "jane"
	for _, c := range []struct {
		name  string
		node  node
		clear string // by Default
		want  string // under a mask rule
	}{
		{"text", el(4, "p", nil, text(5, "hello")), "<p>hello</p>", "<p>***</p>"},
		{"white space around text", el(4, "p", nil, text(5, " \n a b\t")), "<p> \n a b\t</p>", "<p> \n ***\t</p>"},
		{"white space alone", el(4, "p", nil, text(5, " \n ")), "<p> \n </p>", "<p> \n </p>"},
		{"CDATA", el(4, "p", nil, &snapshot.Node{ID: 5, Kind: snapshot.KindCDATA, Text: "a"}), "<p>a</p>", "<p>***</p>"},
		{"comment", el(4, "p", nil, &snapshot.Node{ID: 5, Kind: snapshot.KindComment, Text: "jane"}), "<p><!----></p>", "<p><!----></p>"},
		{"script", el(4, "script", attrs("src", "/a.js?u=1"), text(5, "jane()")), "<script src=/a.js?u=***></script>", "<script src=***></script>"},
		{"JSON in a script", el(4, "script", attrs("type", "application/ld+json"), text(5, "{}")), "<script type=application/ld+json></script>", "<script type=***></script>"},
		{"noscript", el(4, "noscript", nil, text(5, "<img src=x?u=jane>")), "<noscript></noscript>", "<noscript></noscript>"},
		{"element in noscript", el(4, "noscript", nil, el(5, "p", nil, text(6, "jane"))), "<noscript><p></p></noscript>", "<noscript><p></p></noscript>"},
		{"style", el(4, "style", nil, text(5, "a{/*x*/content:'jane'}")), "<style _cssText=a{/**/content:'jane'}></style>", "<style _cssText=a{/**/content:'***'}></style>"},
		{"svg text", &snapshot.Node{ID: 4, Kind: snapshot.KindElement, Name: "text", Namespace: "svg", Attrs: attrs("x", "10"), Children: []node{text(5, "jane")}},
			"<text x=10>jane</text>", "<text x=10>***</text>"},

		{"input", el(4, "input", attrs("value", "jane")), "<input value=***>", "<input value=***>"},
		{"input of unknown type", el(4, "input", attrs("type", "x-y", "value", "jane")), "<input type=*** value=***>", "<input type=*** value=***>"},
		{"empty input", el(4, "input", attrs("value", "")), "<input value>", "<input value>"},
		{"input of spaces", el(4, "input", attrs("value", "   ")), "<input value=***>", "<input value=***>"},
		{"hidden", el(4, "input", attrs("type", "HIDDEN", "value", "jane")), "<input type=HIDDEN value=***>", "<input type=HIDDEN value=***>"},
		{"file", el(4, "input", attrs("type", "file", "value", `C:\fakepath\jane.pdf`)), "<input type=file value=***>", "<input type=file value=***>"},
		{"image button", el(4, "input", attrs("type", "image", "value", "jane", "src", "/go.png?u=1")), "<input type=image value=*** src=/go.png?u=***>", "<input type=image value=*** src=***>"},
		{"submit", el(4, "input", attrs("type", "submit", "value", "Send")), "<input type=submit value=Send>", "<input type=submit value=***>"},
		{"reset", el(4, "input", attrs("type", "Reset", "value", "Clear")), "<input type=Reset value=Clear>", "<input type=Reset value=***>"},
		{"button", el(4, "button", attrs("value", "7"), text(5, "Send")), "<button value=7>Send</button>", "<button value=***>***</button>"},
		{"labels of a control", el(4, "input", attrs("placeholder", "Name", "title", "Your name", "aria-label", "Name")),
			"<input placeholder=Name title=Your name aria-label=Name>", "<input placeholder=*** title=*** aria-label=***>"},
		{"what mirrors a value", el(4, "input", attrs("data-value", "jane", "aria-valuetext", "jane")), "<input data-value=*** aria-valuetext=***>", "<input data-value=*** aria-valuetext=***>"},
		{"text in a textarea", el(4, "textarea", nil, text(5, "jane")), "<textarea>***</textarea>", "<textarea>***</textarea>"},
		{"live value", state(el(4, "textarea", nil), snapshot.State{Value: &value}), "<textarea value=***></textarea>", "<textarea value=***></textarea>"},
		{"select", el(4, "select", attrs("value", "b"), el(5, "optgroup", attrs("label", "G"), el(6, "option", attrs("value", "b", "label", "B", "selected", ""), text(7, "Bee")))),
			"<select value=***><optgroup label=***><option value=*** label=***>***</option></optgroup></select>",
			"<select value=***><optgroup label=***><option value=*** label=***>***</option></optgroup></select>"},
		{"datalist", el(4, "datalist", nil, el(5, "option", attrs("value", "jane"))), "<datalist><option value=***></option></datalist>", "<datalist><option value=***></option></datalist>"},
		{"output", el(4, "output", nil, text(5, "42")), "<output>***</output>", "<output>***</output>"},
		{"meter", el(4, "meter", attrs("value", "0.7"), text(5, "70%")), "<meter value=***>***</meter>", "<meter value=***>***</meter>"},
		{"progress", el(4, "progress", attrs("value", "0.7")), "<progress value=***></progress>", "<progress value=***></progress>"},
		{"custom element's value", el(4, "my-field", attrs("value", "jane"), text(5, "label")), "<my-field value=***>label</my-field>", "<my-field value=***>***</my-field>"},
		{"list item's value", el(4, "li", attrs("value", "3")), "<li value=3></li>", "<li value=***></li>"},
		{"editor", el(4, "div", attrs("contenteditable", "", "title", "Body"), el(5, "a", attrs("href", "/u/jane", "title", "jane"), text(6, "jane"))),
			"<div contenteditable title=Body><a href=*** title=***>***</a></div>", "<div contenteditable title=***><a href=*** title=***>***</a></div>"},
		{"no editor", el(4, "div", attrs("contenteditable", "false"), text(5, "hello")), "<div contenteditable=false>hello</div>", "<div contenteditable=false>***</div>"},
		{"role", el(4, "div", attrs("role", "x TextBox"), text(5, "jane")), "<div role=***>***</div>", "<div role=***>***</div>"},

		{"link", el(4, "a", attrs("href", "/a?u=jane#x"), text(5, "go")), "<a href=/a?u=***>go</a>", "<a href=***>***</a>"},
		{"link into the page", el(4, "a", attrs("href", "#top")), "<a href=#top></a>", "<a href=#top></a>"},
		{"route in a fragment", el(4, "a", attrs("href", "#/users/jane")), "<a href=#></a>", "<a href=#></a>"},
		{"javascript", el(4, "a", attrs("href", "javascript:go('jane')", "onclick", "go('jane')")), "<a href onclick></a>", "<a href=*** onclick></a>"},
		{"mail", el(4, "a", attrs("href", "mailto:jane@x.com")), "<a href=mailto:***></a>", "<a href=***></a>"},
		{"sprite", el(4, "use", attrs("xlink:href", "/s.svg#icon")), "<use xlink:href=/s.svg#icon></use>", "<use xlink:href=***></use>"},
		{"ping", el(4, "a", attrs("ping", "/a?b=c /d?e=f")), "<a ping=/a?b=*** /d?e=***></a>", "<a ping=*** ***></a>"},
		{"image", el(4, "img", attrs("src", "/a.png?u=1", "srcset", "/b.png?u=1 2x", "alt", "Ada", "width", "10")), "<img src=/a.png?u=*** srcset=/b.png?u=*** 2x alt=Ada width=10>", "<img src=*** srcset=*** 2x alt=*** width=10>"},
		{"data image", el(4, "img", attrs("src", "data:image/png;base64,AA")), "<img src=data:image/png;base64,AA>", "<img src=***>"},
		{"pixels", el(4, "canvas", attrs("rr_dataURL", "data:image/png;base64,AA")), "<canvas rr_dataURL=data:image/png;base64,AA></canvas>", "<canvas></canvas>"},
		{"srcdoc", el(4, "iframe", attrs("srcdoc", "<p>jane")), "<iframe></iframe>", "<iframe></iframe>"},
		{"description", el(4, "meta", attrs("name", "description", "content", "jane")), "<meta name=description content>", "<meta name=description content>"},
		{"viewport", el(4, "meta", attrs("name", "viewport", "content", "width=device-width, initial-scale=1")), "<meta name=viewport content=width=device-width, initial-scale=1>", "<meta name=viewport content=width=device-width, initial-scale=1>"},
		{"inline style", el(4, "p", attrs("style", "color:red;--u:'jane'/*x*/")), "<p style=color:red;--u:'jane'/**/></p>", "<p style=color:red;--u:***></p>"},
		{"own attribute", el(4, "p", attrs("data-user", "jane", "class", "a b", "id", "c")), "<p data-user=jane class=a b id=c></p>", "<p data-user=*** class=a b id=c></p>"},
		{"address in own attribute", el(4, "p", attrs("data-x", "https://a:b@c/d?e=f")), "<p data-x=https://c/d?e=***></p>", "<p data-x=***></p>"},
		{"numbers in class and id", el(4, "p", attrs("class", "a user-84172039", "id", "jane@x.com")), "<p class=a *** id=***></p>", "<p class=a *** id=***></p>"},
		{"states of ARIA", el(4, "p", attrs("aria-expanded", "true", "aria-label", "Jane", "aria-level", "2")), "<p aria-expanded=true aria-label=Jane aria-level=2></p>", "<p aria-expanded=true aria-label=*** aria-level=2></p>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			check := func(want string, c mask.Config, wrap bool, n node) {
				n = copyNode(n)
				if wrap {
					n = el(90, "div", attrs("class", "rr-mask"), n)
				}
				trim := func(s session) string {
					body := s.body()
					for _, void := range []string{"</input>", "</img>", "</meta>"} {
						if len(body) > len(void) && body[len(body)-len(void):] == void {
							body = body[:len(body)-len(void)]
						}
					}
					return body
				}
				if wrap {
					want = "<div class=rr-mask>" + want
					for _, v := range []string{"input", "img", "meta"} {
						if n.Children[0].Name == v {
							want += "</" + v + ">"
						}
					}
					want += "</div>"
				}
				// The same node in a snapshot, and added to the page later.
				assert.Equal(t, want, trim(play(t, c, full(copyNode(n)))))
				assert.Equal(t, want, trim(play(t, c, full(), add(3, 0, copyNode(n)))))
				// What comes out comes out the same again.
				first := play(t, c, full(n))
				again := play(t, c, first.events[0].Data.(*format.FullSnapshot))
				assert.Equal(t, want, trim(again), "idempotent")
			}
			check(c.clear, mask.Default(), false, c.node)
			check(c.want, mask.Default(), true, c.node)
		})
	}
}

func copyNode(n *snapshot.Node) *snapshot.Node {
	c := *n
	c.Attrs = append([]snapshot.Attr(nil), n.Attrs...)
	c.Children = nil
	for _, k := range n.Children {
		c.Children = append(c.Children, copyNode(k))
	}
	return &c
}

// A page, what happens to it, and how its body looks then.
func TestSessions(t *testing.T) {
	str := func(s string) *string { return &s }
	private := el(4, "p", attrs("class", "rr-mask"), text(5, "Ada"))
	for _, c := range []struct {
		name   string
		config mask.Config
		events []format.Data
		want   string
	}{
		{"text of a masked node changes", mask.Default(), []format.Data{full(private), setText(5, "Bob")}, "<p class=rr-mask>***</p>"},
		{"text of an unknown node", mask.Default(), []format.Data{full(private)}, "<p class=rr-mask>***</p>"},
		{"script added and changed", mask.Default(), []format.Data{
			full(), add(3, 0, el(4, "script", nil, text(5, "a()"))), setText(5, "jane()")}, "<script></script>"},
		{"comment changed", mask.Default(), []format.Data{full(&snapshot.Node{ID: 4, Kind: snapshot.KindComment}), setText(4, "jane")}, "<!---->"},
		{"attributes of a control change", mask.Default(), []format.Data{
			full(el(4, "input", attrs("type", "checkbox"))), setAttrs(4, "value", "jane", "placeholder", "Name", "checked", "")},
			"<input type=checkbox value=*** placeholder=Name checked></input>"},
		{"text of a textarea changes", mask.Default(), []format.Data{full(el(4, "textarea", nil, text(5, ""))), setText(5, "jane")}, "<textarea>***</textarea>"},
		{"editor is typed in", mask.Default(), []format.Data{
			full(el(4, "div", attrs("contenteditable", "true"), text(5, ""))), setText(5, "jane"), add(4, 0, el(6, "b", nil, text(7, "doe")))},
			"<div contenteditable=true>***<b>***</b></div>"},
		{"input is typed in", mask.Default(), []format.Data{
			full(el(4, "input", nil)), &format.Input{ID: 4, Text: "jane"}}, "<input value=***></input>"},
		{"button's label is set", mask.Default(), []format.Data{
			full(el(4, "input", attrs("type", "submit"))), setAttrs(4, "value", "Send"), &format.Input{ID: 4, Text: "Send"}}, "<input type=submit value=Send></input>"},
		{"checkbox is checked", mask.Default(), []format.Data{
			full(el(4, "input", attrs("type", "checkbox", "value", "yes"))), &format.Input{ID: 4, Text: "yes", Checked: true}},
			"<input type=checkbox value=*** checked></input>"},
		{"style diff", mask.Default(), []format.Data{full(private), &format.Mutation{Attrs: []format.AttrChange{{ID: 4, Attrs: []snapshot.Attr{
			{Name: "style", Type: snapshot.AttrJSON, Value: `{"color":"red","--u":"'jane'","x@y":"z","background":["url(/a?b=c)","important"],"top":false}`}}}}}},
			"<p class=rr-mask style=color: red; --u: ***; background: url(***) !important;>***</p>"},

		// Levels
		{"nearest rule decides", with(rule(".shown", mask.Allow)), []format.Data{
			full(el(4, "div", attrs("class", "rr-mask"), el(5, "p", attrs("class", "shown"), text(6, "a"), el(7, "i", attrs("class", "rr-mask"), text(8, "b"))), text(9, "c")))},
			"<div class=rr-mask><p class=shown>a<i class=rr-mask>***</i></p>***</div>"},
		{"stricter rule wins on one element", with(rule(".both", mask.Allow), rule(".both", mask.Mask)), []format.Data{
			full(el(4, "p", attrs("class", "both"), text(5, "a")))}, "<p class=both>***</p>"},
		{"page cannot unmask itself", mask.Default(), []format.Data{
			full(el(4, "p", attrs("class", "rr-mask"), el(5, "b", attrs("class", "fs-unmask dd-privacy-allow", "data-hj-allow", ""), text(6, "a"))))},
			"<p class=rr-mask><b class=fs-unmask dd-privacy-allow data-hj-allow>***</b></p>"},
		{"control is allowed", with(rule("input.shown", mask.Allow)), []format.Data{
			full(el(4, "input", attrs("class", "shown", "value", "a"))), &format.Input{ID: 4, Text: "b"}}, "<input class=shown value=b></input>"},
		{"what is around a control is allowed", with(rule(".shown", mask.Allow)), []format.Data{
			full(el(4, "p", attrs("class", "shown"), el(5, "input", attrs("value", "a"))))}, "<p class=shown><input value=***></input></p>"},
		{"final is not lifted", with(rule(".private", mask.Final), rule("*", mask.Allow)), []format.Data{
			full(el(4, "p", attrs("class", "private"), el(5, "b", nil, text(6, "a"))))}, "<p class=private><b>***</b></p>"},
		{"password is final", with(rule("*", mask.Allow)), []format.Data{
			full(el(4, "input", attrs("type", "PASSWORD", "value", "a")), el(5, "input", attrs("name", "cardNumber", "value", "a")),
				el(6, "input", attrs("autocomplete", "section-pay billing CC-Number", "value", "a")),
				el(7, "input", attrs("data-rr-is-password", "true", "value", "a")), el(8, "input", attrs("name", "city", "value", "a")))},
			"<input type=PASSWORD value=***></input><input name=cardNumber value=***></input><input autocomplete=section-pay billing CC-Number value=***></input>" +
				"<input data-rr-is-password=true value=***></input><input name=city value=a></input>"},
		{"secret has no length", mask.Config{Shape: mask.ShapeLength}, []format.Data{
			full(el(4, "input", attrs("type", "password", "value", "secret")), el(5, "input", attrs("value", "jane doe")))},
			"<input type=password value=***></input><input value=**** ***></input>"},
		{"length of other text", mask.Config{Text: mask.TextMask, Shape: mask.ShapeLength}, []format.Data{full(text(4, " Ada  Löwe "))}, " ***  **** "},
		{"strict", mask.Strict(), []format.Data{full(el(4, "p", attrs("title", "x"), text(5, "a")), el(6, "input", attrs("placeholder", "Name", "type", "submit", "value", "Go")))},
			"<p title=***>***</p><input placeholder=*** type=submit value=***></input>"},

		// Trees in trees
		{"host masks its shadow tree", mask.Default(), []format.Data{
			full(func() *snapshot.Node {
				n := el(4, "my-el", attrs("class", "rr-mask"), &snapshot.Node{ID: 5, Kind: snapshot.KindElement, Name: "p", IsShadow: true, Children: []*snapshot.Node{text(6, "a")}})
				n.IsHost = true
				return n
			}()), setText(6, "b")}, "<my-el class=rr-mask>#<p>***</p></my-el>"},
		{"frame element masks its document", mask.Default(), []format.Data{
			full(el(4, "iframe", attrs("class", "rr-mask"))),
			&format.Mutation{Frame: true, Adds: []format.Addition{{Parent: 4, Node: &snapshot.Node{ID: 10, Kind: snapshot.KindDocument, Children: []*snapshot.Node{el(11, "html", nil, text(12, "a"))}}}}},
			setText(12, "b")}, "<iframe class=rr-mask><html>***</html></iframe>"},

		// Moves and changes
		{"class brings text under a rule", mask.Default(), []format.Data{
			full(el(4, "p", attrs("class", "a", "title", "Ada"), text(5, "Ada"), el(6, "b", nil, text(7, "Lovelace")))), setAttrs(4, "class", "a rr-mask")},
			"<p class=a rr-mask title=***>***<b>***</b></p>"},
		{"class is taken away", mask.Default(), []format.Data{full(private), setAttrs(4, "class", ""), setText(5, "Bob")}, "<p class>***</p>"},
		{"text comes after the class went", mask.Default(), []format.Data{full(private), setAttrs(4, "class", ""), add(4, 0, text(6, "Bob"))}, "<p class>******</p>"},
		{"class and text in one event", mask.Default(), []format.Data{full(el(4, "p", nil, text(5, "a"))),
			&format.Mutation{Texts: []format.TextChange{{ID: 5, Value: str("Ada")}}, Attrs: []format.AttrChange{{ID: 4, Attrs: attrs("class", "rr-mask")}}}},
			"<p class=rr-mask>***</p>"},
		{"class goes as text comes", mask.Default(), []format.Data{full(private),
			&format.Mutation{Texts: []format.TextChange{{ID: 5, Value: str("Bob")}}, Attrs: []format.AttrChange{{ID: 4, Attrs: attrs("class", "")}}}},
			"<p class>***</p>"},
		{"moved out", mask.Default(), []format.Data{full(private),
			&format.Mutation{Removes: []format.Removal{{Parent: 4, ID: 5}}, Adds: []format.Addition{{Parent: 3, Node: text(5, "Ada")}}}, setText(5, "Bob")},
			"<p class=rr-mask></p>***"},
		{"moved in", mask.Default(), []format.Data{full(private, el(6, "b", nil, text(7, "Bob"))),
			&format.Mutation{Adds: []format.Addition{{Parent: 4, Node: el(6, "b", nil)}}}}, "<p class=rr-mask>***<b>***</b></p>"},
		{"typed value comes under a rule", with(rule(".shown", mask.Allow)), []format.Data{
			full(el(4, "input", attrs("class", "shown"))), &format.Input{ID: 4, Text: "jane"}, setAttrs(4, "class", "")}, "<input class value=***></input>"},
		{"field becomes a password", with(rule("*", mask.Allow)), []format.Data{
			full(el(4, "input", attrs("type", "text", "value", "a"))), setAttrs(4, "type", "password"), &format.Input{ID: 4, Text: "b"}}, "<input type=password value=***></input>"},
		{"password is shown", with(rule("*", mask.Allow)), []format.Data{
			full(el(4, "input", attrs("type", "password"))), setAttrs(4, "type", "text"), &format.Input{ID: 4, Text: "b"}, setAttrs(4, "value", "c")}, "<input type=text value=***></input>"},
		{"password is shown and typed in one event", with(rule("*", mask.Allow)), []format.Data{
			full(el(4, "input", attrs("type", "password"))), setAttrs(4, "value", "c", "type", "text")}, "<input type=text value=***></input>"},
		{"password is replaced", with(rule("*", mask.Allow)), []format.Data{
			full(el(4, "input", attrs("type", "password", "name", "x"))),
			&format.Mutation{Removes: []format.Removal{{Parent: 3, ID: 4}}, Adds: []format.Addition{{Parent: 3, Node: el(5, "input", attrs("type", "text", "value", "c"))}}},
			&format.Input{ID: 5, Text: "d"}}, "<input type=text value=***></input>"},
		{"text field becomes a button", mask.Default(), []format.Data{
			full(el(4, "input", attrs("value", "a"))), setAttrs(4, "type", "submit", "value", "b")}, "<input value=*** type=submit></input>"},
		{"checkout keeps what is sticky", mask.Default(), []format.Data{full(private), setAttrs(4, "class", ""), full(el(4, "p", attrs("class", ""), text(5, "Ada")))}, "<p class>***</p>"},
		{"new page forgets it", mask.Default(), []format.Data{full(private), full(el(4, "div", nil, el(5, "b", nil, el(6, "i", nil, text(7, "a")))))},
			"<div><b><i>a</i></b></div>"},

		// Selectors that look around
		{"sibling comes before", with(rule(".k + p", mask.Mask)), []format.Data{
			full(el(4, "i", nil), el(5, "p", nil, text(6, "a"))), setAttrs(4, "class", "k")}, "<i class=k></i><p>***</p>"},
		{"ancestor changes", with(rule(".k p", mask.Mask)), []format.Data{
			full(el(4, "div", nil, el(5, "p", nil, text(6, "a")))), setAttrs(4, "class", "k")}, "<div class=k><p>***</p></div>"},
		{"sibling is inserted", with(rule("p:nth-child(2)", mask.Mask)), []format.Data{
			full(el(4, "p", nil, text(5, "a"))), add(3, 4, el(6, "i", nil))}, "<i></i><p>***</p>"},
		{"sibling is removed", with(rule("p:first-child", mask.Mask)), []format.Data{
			full(el(6, "i", nil), el(4, "p", nil, text(5, "a"))), &format.Mutation{Removes: []format.Removal{{Parent: 3, ID: 6}}}}, "<p>***</p>"},
		{"descendant is added", with(rule("div:has(.k)", mask.Mask)), []format.Data{
			full(el(4, "div", nil, text(5, "a"), el(6, "p", nil))), add(6, 0, el(7, "b", attrs("class", "k")))}, "<div>***<p><b class=k></b></p></div>"},
		{"element is emptied", with(rule("i:empty ~ p", mask.Mask)), []format.Data{
			full(el(4, "i", nil, text(5, "x")), el(6, "p", nil, text(7, "a"))), setText(5, "")}, "<i></i><p>***</p>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, play(t, c.config, c.events...).body())
		})
	}
}

func TestEventsWithoutPage(t *testing.T) {
	for _, c := range []struct {
		name string
		data format.Data
		want string // in the JSON
	}{
		{"text", setText(5, "jane"), `"value":"***"`},
		{"input", &format.Input{ID: 5, Text: "jane"}, `"text":"***"`},
		{"input of no node", &format.Input{ID: -1, Text: "jane"}, `"text":"***"`},
		{"attribute", setAttrs(5, "title", "jane"), `"title":"***"`},
		{"addition", add(5, 0, text(6, "jane")), `"textContent":"***"`},
		{"snapshot that is none", &format.FullSnapshot{Node: el(1, "p", nil, text(2, "jane"))}, `"textContent":"***"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := mask.Compile(mask.Default())
			require.NoError(t, err)
			events, err := p.NewFilter(nil).Append(nil, format.Event{Data: c.data})
			require.NoError(t, err)
			require.Len(t, events, 1)
			out := session{events: events}.text()
			assert.Contains(t, out, c.want)
			assert.NotContains(t, out, "jane")
		})
	}
}

func TestWindowsAreApart(t *testing.T) {
	p, err := mask.Compile(mask.Default())
	require.NoError(t, err)
	f := p.NewFilter(nil)
	var events []format.Event
	for _, e := range []format.Event{
		{Window: 1, Data: full(el(4, "p", nil, text(5, "a")))},
		{Window: 2, Data: full(el(4, "p", attrs("class", "rr-mask"), text(5, "b")))},
		{Window: 1, Data: setText(5, "clear")},
		{Window: 2, Data: setText(5, "jane")},
		{Window: 3, Data: setText(5, "jane")},
	} {
		events, err = f.Append(events, e)
		require.NoError(t, err)
	}
	require.Len(t, events, 5)
	assert.Equal(t, "clear", *events[2].Data.(*format.Mutation).Texts[0].Value)
	assert.Equal(t, "***", *events[3].Data.(*format.Mutation).Texts[0].Value)
	assert.Equal(t, "***", *events[4].Data.(*format.Mutation).Texts[0].Value)
}

func TestEventsEndWithTheirError(t *testing.T) {
	p, err := mask.Compile(mask.Default())
	require.NoError(t, err)
	broken := errors.New("broken")
	in := func(yield func(format.Event, error) bool) {
		_ = yield(format.Event{Data: full()}, nil) && yield(format.Event{}, broken)
	}
	var got []error
	for e, err := range p.NewFilter(nil).Events(in) {
		got = append(got, err)
		if err != nil {
			assert.Equal(t, format.Event{}, e)
		}
	}
	assert.Equal(t, []error{nil, broken}, got)
	for range p.NewFilter(nil).Events(in) {
		break
	}
	_, err = p.NewFilter(nil).Append(nil, format.Event{})
	assert.Error(t, err)
}
