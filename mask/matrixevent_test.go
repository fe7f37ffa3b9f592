package mask_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/snapshot"
)

// latin1 writes bytes as a JSON string with a character for each, as recorders
// pack events.
func latin1(b []byte) string {
	var s strings.Builder
	for _, c := range b {
		s.WriteRune(rune(c))
	}
	text, _ := json.Marshal(s.String())
	return string(text)
}

func zlibbed(text string) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.Bytes()
}

func gzipped(text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.Bytes()
}

// eventRows are the rows about events other than what is on a page, and about
// the order of events.
func eventRows() []leakRow {
	type node = *snapshot.Node
	masked := func(children ...node) node { return el(90, "div", attrs("class", "rr-mask"), children...) }
	label := func() node { return el(80, "label", nil, text(81, "Full name")) }
	query := "?q=" + url.QueryEscape(who)
	keep := func(tags ...string) mask.Config { c := mask.Default(); c.Keep = tags; return c }
	final := with(rule("*", mask.Allow))
	mutation := func(m format.Mutation) format.Data { return &m }
	move := func(parent snapshot.NodeID, id, from snapshot.NodeID, n node) format.Data {
		return mutation(format.Mutation{Removes: []format.Removal{{Parent: from, ID: id}}, Adds: []format.Addition{{Parent: parent, Node: n}}})
	}
	return []leakRow{
		{row: 20, place: "addresses of windows", secrets: []string{who, street, "oakhurst"}, keep: []string{"shop.example", "/cart"}, data: cat(
			&format.Meta{URL: "https://oakhurst@shop.example/cart" + query + "#" + url.PathEscape(street)},
			&format.Navigation{URL: "/cart" + query, Referrer: "https://shop.example/" + query})},
		{row: 20, place: "addresses of PostHog", secrets: []string{who, street}, data: cat(
			&format.Custom{Tag: "$url_changed", Payload: `{"href":"https://shop.example/` + query + `"}`},
			&format.Custom{Tag: "$pageview", Payload: `{"href":"https://shop.example/` + query + `","title":"` + street + `"}`})},
		{row: 20, place: "addresses in events that are kept", config: keep("$pageview"), secrets: []string{who}, keep: []string{"shop.example"}, data: cat(
			&format.Custom{Tag: "$pageview", Payload: `{"href":"https://shop.example/` + query + `"}`})},

		{row: 25, place: "texts under a rule", secrets: []string{who}, keep: []string{"Full name"}, data: cat(full(label(), masked(text(5, "x"))), setText(5, who))},
		{row: 25, place: "texts of no node", secrets: []string{who}, data: cat(full(label()), setText(500, who), setText(-1, who))},
		{row: 25, place: "texts before any page", secrets: []string{who}, data: cat(setText(5, who))},
		{row: 26, place: "attributes of every type", secrets: []string{who, "84172039"}, keep: []string{"Full name"}, data: cat(
			full(label(), masked(el(4, "input", nil), el(5, "my-el", nil))),
			mutation(format.Mutation{Attrs: []format.AttrChange{{ID: 4, Attrs: []snapshot.Attr{{Name: "value", Value: who}, {Name: "value", Type: snapshot.AttrNumber, Value: "84172039"},
				{Name: "checked", Type: snapshot.AttrTrue}, {Name: "disabled", Type: snapshot.AttrNull}}},
				{ID: 5, Attrs: []snapshot.Attr{{Name: "data-n", Type: snapshot.AttrNumber, Value: "84172039"}, {Name: "x", Type: snapshot.AttrJSON, Value: `["` + who + `"]`}}}}}))},
		{row: 26, place: "attributes of no node", secrets: []string{who}, data: cat(full(), setAttrs(500, "title", who, "value", who, "data-x", who))},
		{row: 27, place: "style diff", secrets: []string{who, street}, keep: []string{"color", "red"}, data: cat(full(masked(el(4, "p", nil))),
			mutation(format.Mutation{Attrs: []format.AttrChange{{ID: 4, Attrs: []snapshot.Attr{{Name: "style", Type: snapshot.AttrJSON,
				Value: `{"--x":["\"` + who + `\"","important"],"content":"'` + street + `'","color":"red","top":false}`}}}}}))},
		{row: 28, place: "subtree added under a rule", secrets: []string{who, street}, data: cat(full(masked(el(4, "p", nil))),
			add(4, 0, el(5, "p", attrs("title", street), el(6, "b", nil, text(7, who)))))},
		{row: 28, place: "parents out of order", secrets: []string{who, street}, keep: []string{"Full name"}, data: cat(full(label(), masked()),
			mutation(format.Mutation{Adds: []format.Addition{{Parent: 6, Node: text(7, who)}, {Parent: 90, Next: 6, Node: el(5, "p", nil, text(8, street))},
				{Parent: 90, Node: el(6, "p", nil)}}}))},
		{row: 28, place: "previous sibling told", secrets: []string{who}, data: cat(full(masked(el(4, "p", nil))),
			mutation(format.Mutation{Adds: []format.Addition{{Parent: 90, Previous: 4, Node: el(5, "p", nil, text(6, who))}}}))},
		{row: 28, place: "rule comes with the subtree", secrets: []string{who}, keep: []string{"Full name"}, data: cat(full(label()),
			mutation(format.Mutation{Adds: []format.Addition{{Parent: 5, Node: text(6, who)}, {Parent: 3, Node: el(5, "p", attrs("class", "rr-mask"))}}}))},
		{row: 28, place: "subtree for no parent", secrets: []string{who}, data: cat(full(), add(500, 0, el(5, "p", nil, text(6, who))))},

		{row: 29, place: "moved out of masked scope", secrets: []string{who, street}, data: cat(full(masked(el(4, "b", nil, text(5, who)))),
			move(3, 4, 90, el(4, "b", nil, text(5, who))), setText(5, street))},
		{row: 29, place: "cloned out of masked scope", secrets: []string{who}, keep: []string{"Signed in as"}, data: cat(full(masked(text(5, who))),
			add(3, 0, el(6, "p", nil, text(7, "Signed in as "+who))))},
		{row: 30, place: "moved into masked scope", later: time.Second, secrets: []string{who, street}, data: cat(full(masked(), el(4, "b", nil, text(5, who))),
			move(90, 4, 3, el(4, "b", nil, text(5, who))), setText(5, street))},
		{row: 30, place: "moved in without a removal", later: 2 * time.Second, secrets: []string{who}, data: cat(full(masked(), el(4, "b", nil, text(5, who))),
			mutation(format.Mutation{Adds: []format.Addition{{Parent: 90, Node: el(4, "b", nil)}}}), setText(5, who))},
		{row: 30, place: "moved into masked scope, before as well", storedOnly: true, secrets: []string{who}, data: cat(full(masked(), el(4, "b", nil, text(5, who))),
			move(90, 4, 3, el(4, "b", nil, text(5, who))))},
		{row: 31, place: "class comes later", later: time.Second, secrets: []string{who, street}, keep: []string{"Full name"}, data: cat(
			full(label(), el(4, "p", attrs("title", street), el(5, "b", nil, text(6, who)))), setAttrs(4, "class", "rr-mask"), setText(6, who), setAttrs(4, "title", street))},
		{row: 31, place: "block comes later", later: time.Second, secrets: []string{who, street}, keep: []string{"Full name"}, data: cat(
			full(label(), el(4, "p", attrs("title", street), el(5, "b", nil, text(6, who)))), setAttrs(4, "class", "rr-block"), setText(6, who), setAttrs(5, "title", street))},
		{row: 31, place: "class comes later, before as well", storedOnly: true, secrets: []string{who}, keep: []string{"Full name"}, data: cat(
			full(label(), el(4, "p", nil, text(6, who))), setAttrs(4, "class", "rr-mask"))},
		{row: 32, place: "class goes", secrets: []string{who, street}, data: cat(full(masked(text(5, who))), setAttrs(90, "class", ""),
			setText(5, street), add(90, 0, text(6, street)), setAttrs(90, "title", street))},
		{row: 32, place: "class goes with the text", secrets: []string{who}, data: cat(full(masked(text(5, "x"))),
			mutation(format.Mutation{Texts: []format.TextChange{{ID: 5, Value: str(who)}}, Attrs: []format.AttrChange{{ID: 90, Attrs: attrs("class", "")}}}))},

		{row: 33, place: "password is shown, then typed", config: final, secrets: []string{who}, data: cat(full(el(4, "input", attrs("type", "password"))),
			setAttrs(4, "type", "text"), &format.Input{ID: 4, Text: who})},
		{row: 33, place: "password is typed, then shown", config: final, secrets: []string{who}, data: cat(full(el(4, "input", attrs("type", "password"))),
			&format.Input{ID: 4, Text: who}, setAttrs(4, "type", "text", "value", who))},
		{row: 33, place: "value is set before the type", config: final, secrets: []string{who}, data: cat(full(el(4, "input", attrs("type", "password"))),
			setAttrs(4, "value", who, "type", "text"))},
		{row: 33, place: "two records of one event", config: final, secrets: []string{who}, data: cat(full(el(4, "input", nil)),
			mutation(format.Mutation{Attrs: []format.AttrChange{{ID: 4, Attrs: attrs("value", who)}, {ID: 4, Attrs: attrs("type", "password")}}}))},
		{row: 33, place: "element is replaced", config: final, secrets: []string{who, street}, data: cat(full(el(5, "p", nil, el(4, "input", attrs("type", "password", "name", "x")))),
			move(5, 4, 5, el(6, "input", attrs("type", "text", "name", "x", "value", who))), &format.Input{ID: 6, Text: street})},
		{row: 33, place: "element without a name is replaced", config: final, secrets: []string{who}, data: cat(full(el(5, "p", nil, el(4, "input", attrs("type", "password")))),
			move(5, 4, 5, el(6, "input", attrs("type", "text", "value", who))))},
		{row: 33, place: "element is replaced elsewhere", config: final, secrets: []string{who}, data: cat(full(el(5, "p", nil, el(4, "input", attrs("type", "password"))), el(7, "p", nil)),
			enter(4, who, false), mutation(format.Mutation{Removes: []format.Removal{{Parent: 5, ID: 4}}}), add(7, 0, el(6, "input", attrs("type", "text", "value", who))))},
		{row: 33, place: "the recorder's mark", config: final, secrets: []string{who}, data: cat(full(el(4, "input", attrs("type", "text", "data-rr-is-password", "true", "value", who))))},
		{row: 33, place: "shown as text beside the field", config: final, secrets: []string{"correct horse battery"}, keep: []string{"Your password is"}, data: cat(
			full(el(4, "input", attrs("type", "password")), el(5, "p", nil, text(6, ""))), enter(4, "correct horse battery", false), setText(6, "Your password is correct horse battery"))},
		{row: 34, place: "secret fields by name", config: final, secrets: []string{who}, keep: []string{"Full name"}, data: cat(full(label(),
			el(4, "input", attrs("name", "password", "value", who)), el(5, "input", attrs("id", "newPasswd", "value", who)), el(6, "input", attrs("aria-label", "Card number", "value", who)),
			el(7, "input", attrs("autocomplete", "section-pay billing cc-number", "value", who)), el(8, "input", attrs("autocomplete", "ONE-TIME-CODE", "value", who)),
			el(9, "input", attrs("name", "cardCvc", "value", who))))},
		{row: 35, place: "input event", secrets: []string{who}, keep: []string{"Full name"}, data: cat(full(label(), el(4, "input", nil)),
			&format.Input{ID: 4, Text: who, Checked: true, UserTriggered: true}), check: func(out []format.Event) string {
			in, ok := only[*format.Input](out, 0)
			if !ok || !in.Checked || !in.UserTriggered {
				return "flags are gone"
			}
			return ""
		}},
		{row: 35, place: "input event of no node", secrets: []string{who}, data: cat(&format.Input{ID: 4, Text: who}, full(), &format.Input{ID: 500, Text: who}, &format.Input{ID: -1, Text: who})},
		{row: 36, place: "lengths of what is typed", secrets: []string{who}, data: cat(full(el(4, "input", nil)), enter(4, who, true)), check: func(out []format.Event) string {
			for _, e := range out {
				if in, ok := e.Data.(*format.Input); ok && in.Text != "***" {
					return "an input event tells a length"
				}
			}
			return ""
		}},
		{row: 36, place: "length of a password", config: func() mask.Config { c := mask.Default(); c.Shape = mask.ShapeLength; return c }(), secrets: []string{who},
			data: cat(full(el(4, "input", attrs("type", "password", "value", who))), enter(4, who, true)), check: func(out []format.Event) string {
				for _, e := range out {
					if in, ok := e.Data.(*format.Input); ok && in.Text != "***" {
						return "an input event tells a length"
					}
				}
				return attrIs("4", "value", "***")(out)
			}},
		{row: 37, place: "value set by a script", secrets: []string{who, street}, data: cat(full(el(4, "input", nil)), &format.Input{ID: 4, Text: who}, setAttrs(4, "value", street))},

		{row: 43, place: "selection in masked scope", data: cat(full(masked(text(5, who)), el(6, "p", nil, text(7, "Welcome"))),
			&format.Selection{Ranges: []format.Range{{Range: snapshot.Range{Start: 5, StartOffset: 0, End: 5, EndOffset: int64(len(who))}}}},
			&format.Selection{Ranges: []format.Range{{Range: snapshot.Range{Start: 7, StartOffset: 0, End: 7, EndOffset: 4}}}}), secrets: []string{who}, keep: []string{"Welcome"},
			check: func(out []format.Event) string {
				if s, ok := only[*format.Selection](out, 0); ok && len(s.Ranges) == 1 && s.Ranges[0].Start == 5 && s.Ranges[0].EndOffset == int64(len(who)) {
					return "the selection tells a length"
				}
				s, ok := only[*format.Selection](out, 1)
				if !ok || len(s.Ranges) != 1 || s.Ranges[0].EndOffset != 4 {
					return "the selection of public text is gone"
				}
				return ""
			}},
		{row: 44, place: "targets in blocked scope", data: cat(full(el(4, "div", attrs("class", "rr-block"), el(5, "button", nil, text(6, "7"))), el(7, "p", nil)),
			&format.MouseInteraction{Action: format.Click, ID: 5, X: num(311), Y: num(223)},
			&format.Move{Source: format.KindMouseMove, Positions: []format.Position{{X: 312, Y: 224, ID: 5}}},
			&format.Move{Source: format.KindTouchMove, Positions: []format.Position{{X: 313, Y: 225, ID: 5}}},
			&format.MouseInteraction{Action: format.Focus, ID: 5}, &format.Scroll{ID: 5, Y: 314},
			&format.MouseInteraction{Action: format.Click, ID: 7, X: num(41), Y: num(43)}),
			check: func(out []format.Event) string {
				text := encodeAll(out)
				for _, n := range []string{"311", "312", "313", "314", "223", "224", "225"} {
					if strings.Contains(text, n) {
						return "a position inside of the box is told"
					}
				}
				if strings.Contains(text, `"id":5`) {
					return "a node inside of the box is told"
				}
				if !strings.Contains(text, `"x":41`) {
					return "a click beside the box is gone"
				}
				return ""
			}},
		{row: 45, place: "console plugin", secrets: []string{who, street, "7736.12"}, keep: []string{`"level":"log"`}, data: cat(&format.Plugin{Plugin: "rrweb/console@1",
			Payload: `{"level":"log","trace":["greet (https://shop.example/a.js?u=` + url.QueryEscape(who) + `)"],"payload":["\"` + who + `\"","{\"a\":{\"b\":\"` + street + `\"}}","<p title=\"` + who + `\">"]}`},
			&format.Plugin{Plugin: "rrweb/console@1", Payload: `{"level":"error","payload":["\"7736.12\""]}`})},
		{row: 45, place: "log of older recorders", secrets: []string{who, street}, keep: []string{"warn"}, data: cat(
			&format.Log{Level: "warn", Payload: `["\"` + who + `\""]`, Trace: `["at ` + street + `"]`})},
		{row: 45, place: "console", secrets: []string{who, street}, keep: []string{"error"}, data: cat(&format.Console{Level: "error", Args: `["` + who + `",{"a":"` + who + `"}]`, Trace: "greet@" + street})},
		{row: 46, place: "network plugin", secrets: []string{who, street, "84172039"}, data: cat(&format.Plugin{Plugin: "rrweb/network@1",
			Payload: `{"requests":[{"name":"https://shop.example/api` + query + `","method":"POST","status":200,"statusText":"hi ` + who + `","requestHeaders":{"authorization":"Bearer ` + street + `","x-user":84172039},` +
				`"requestBody":"{\"query\":\"q\",\"variables\":{\"name\":\"` + who + `\"}}","responseBody":"<p>` + street + `"}]}`},
			&format.Plugin{Plugin: "posthog/network@1", Payload: `{"requests":[{"name":"/` + query + `","messages":["` + who + `"]}]}`})},
		{row: 46, place: "request", secrets: []string{who, street}, keep: []string{"shop.example/api", "POST"}, data: cat(
			&format.Request{URL: "https://shop.example/api" + query, Method: "POST", Failure: "no " + street},
			&format.Request{URL: "/a", Method: who, Initiator: street})},
		{row: 47, place: "custom event", secrets: []string{who, mail, street, "84172039"}, keep: []string{"order", "total"}, data: cat(
			&format.Custom{Tag: "order", Payload: `{"total":42,"name":"` + who + `","` + mail + `":1,"list":[84172039,{"a b":"` + street + `"}]}`},
			&format.Custom{Tag: "user " + mail, Payload: `"` + who + `"`},
			&format.Custom{Tag: "$posthog_config", Payload: `{"token":"` + who + `"}`}, &format.Custom{Tag: "options", Payload: `{"user":"` + who + `"}`},
			&format.Custom{Tag: "breadcrumb", Payload: `{"type":"default","category":"ui.click","message":"body > button[aria-label=\"` + who + `\"]","data":{"node":{"id":5,"textContent":"` + street + `"}}}`},
			&format.Custom{Tag: "performanceSpan", Payload: `{"description":"https://shop.example/` + query + `"}`})},
		{row: 47, place: "custom event that is kept", config: keep("order"), secrets: []string{mail, card}, keep: []string{"order", `"total":42`}, data: cat(
			&format.Custom{Tag: "order", Payload: `{"total":42,"email":"` + mail + `","card":"` + card + `","` + mail + `":4929123456789015}`})},
		{row: 48, place: "canvas", secrets: []string{who, street, "Oakhurst"}, keep: []string{"#ff0000", "fillRect"}, data: cat(full(masked(el(4, "canvas", nil))),
			&format.Canvas{ID: 4, Commands: []format.CanvasCommand{{Property: "fillText", Args: `["` + who + `",1,2]`}, {Property: "strokeText", Args: `["` + street + `",1,2]`}, {Property: "fillText", Args: `["Oakhurst"]`}, {Property: "strokeText", Args: `["Oakhurst"]`},
				{Property: "measureText", Args: `["` + who + `"]`}, {Property: "drawImage", Args: `[{"rr_type":"HTMLImageElement","src":"` + who + `"}]`},
				{Property: "putImageData", Args: `[{"rr_type":"ImageData","args":[{"rr_type":"ArrayBuffer","base64":"` + base64.StdEncoding.EncodeToString([]byte(who)) + `"}]}]`},
				{Property: "font", Args: `["12px '` + who + `'"]`, Setter: true}, {Property: "fillStyle", Args: `["#ff0000"]`, Setter: true}, {Property: "fillRect", Args: `[1,2,3,4]`}}},
			&format.Canvas{ID: 4, Property: "fillText", Args: `["` + street + `"]`}, &format.Canvas{ID: 500, Property: "fillText", Args: `["` + street + `"]`})},
		{row: 49, place: "font", secrets: []string{who, "84172039", street}, data: cat(full(), &format.Font{Family: "f-84172039", Source: `url("https://fonts.example/a.woff2` + query + `")`, Descriptors: `{"a":"` + street + `"}`},
			&format.Font{Family: "g", Source: `url(/b.woff?u=` + url.QueryEscape(street) + `)`}), keep: []string{"fonts.example/a.woff2"}},
		{row: 50, place: "rules of style sheets in masked scope", secrets: []string{who, street}, keep: []string{"color:red"}, data: cat(full(masked(el(4, "style", nil, text(5, "a{}"))), el(6, "style", nil, text(7, "a{}"))),
			&format.SheetRules{ID: 4, Adds: []format.RuleAddition{{Rule: `a::after{color:red;content:"` + who + `"}`, Index: []int64{0}}}},
			&format.SheetRules{ID: 4, Replace: str(`b::after{content:"` + who + `"}`)}, &format.SheetRules{ID: 4, ReplaceSync: str(`b::after{content:"` + street + `"}`)},
			&format.SheetDeclaration{ID: 4, Index: []int64{0}, Set: &format.Declaration{Property: "--name", Value: str(who)}},
			&format.SheetRules{ID: 6, Adds: []format.RuleAddition{{Rule: `/* ` + who + ` */a{background:url(/x` + query + `)}`, Index: []int64{0}}}})},
		{row: 50, place: "adopted style sheets in masked scope", secrets: []string{who, street}, keep: []string{"color:red"}, data: cat(full(func() node {
			n := el(4, "my-el", attrs("class", "rr-mask"), &snapshot.Node{ID: 5, Kind: snapshot.KindElement, Name: "p", IsShadow: true})
			n.IsHost = true
			return n
		}()), &format.AdoptedSheets{ID: 4, IDs: []int64{1}, Styles: []format.NewSheet{{Style: 1, Rules: []format.RuleAddition{{Rule: `p::after{color:red;content:"` + who + `"}`}}}}},
			&format.SheetRules{Style: 1, Adds: []format.RuleAddition{{Rule: `p::before{content:"` + street + `"}`, Index: []int64{0}}}})},
		{row: 51, place: "frame inherits", secrets: []string{who, street}, data: cat(full(masked(el(4, "iframe", nil))), mutation(format.Mutation{Frame: true, Adds: []format.Addition{{Parent: 4,
			Node: &snapshot.Node{ID: 10, Kind: snapshot.KindDocument, Children: []node{func() node { n := el(11, "html", nil, text(12, who)); n.RootID = 10; return n }()}}}}}), setText(12, street),
			add(11, 0, el(13, "p", attrs("title", street), text(14, who))))},
		{row: 51, place: "selector in a frame", config: with(rule(".name", mask.Mask)), secrets: []string{who}, keep: []string{"Full name"}, data: cat(full(label(), el(4, "iframe", nil)),
			mutation(format.Mutation{Frame: true, Adds: []format.Addition{{Parent: 4, Node: &snapshot.Node{ID: 10, Kind: snapshot.KindDocument,
				Children: []node{el(11, "html", nil, el(12, "p", attrs("class", "name"), text(13, who)))}}}}}))},
		{row: 52, place: "shadow tree inherits", secrets: []string{who, street}, keep: []string{"Full name"}, data: cat(full(label(), func() node {
			n := el(4, "my-el", attrs("class", "rr-mask"), &snapshot.Node{ID: 5, Kind: snapshot.KindElement, Name: "p", IsShadow: true, Children: []node{text(6, who)}})
			n.IsHost = true
			return n
		}()), setText(6, street), add(5, 0, el(7, "b", attrs("title", street), text(8, who))))},
		{row: 52, place: "shadow tree of a field", secrets: []string{who}, keep: []string{"Full name"}, data: cat(full(label(), func() node {
			n := el(4, "my-field", nil, &snapshot.Node{ID: 5, Kind: snapshot.KindElement, Name: "input", Attrs: attrs("value", who), IsShadow: true})
			n.IsHost = true
			return n
		}()), &format.Input{ID: 5, Text: who})},

		{row: 53, place: "from the middle on", secrets: []string{who, street}, keep: []string{"Full name"}, data: cat(
			setText(6, who), setAttrs(4, "title", who), add(3, 0, text(9, street)), &format.Input{ID: 4, Text: who}, full(label()))},
		{row: 54, place: "id is used again", secrets: []string{who}, keep: []string{"Welcome", "Full name"}, data: cat(full(masked(text(5, who))),
			&format.Load{}, full(label(), el(4, "div", nil, el(90, "p", nil, el(6, "b", nil, text(5, "Welcome"))))))},
		{row: 54, place: "id is used for a field", secrets: []string{who}, keep: []string{"Welcome"}, data: cat(full(el(4, "p", nil, text(5, "Welcome"))),
			full(el(6, "ul", nil, el(7, "li", nil, el(8, "b", nil))), el(4, "input", nil)), &format.Input{ID: 4, Text: who})},
		{row: 54, place: "checkout keeps what is sticky", secrets: []string{who, street}, data: cat(full(masked(text(5, who))), setAttrs(90, "class", ""),
			full(el(90, "div", attrs("class", ""), text(5, who))), setText(5, street))},
		{row: 54, place: "windows are apart", secrets: []string{who}, keep: []string{"Welcome"}, events: []format.Event{
			{Window: 1, Data: full(el(4, "p", nil, text(5, "x")))}, {Window: 2, Data: full(masked(text(5, "y")))},
			{Window: 1, Data: setText(5, "Welcome")}, {Window: 2, Data: setText(5, who)}, {Window: 3, Data: setText(5, who)}}},

		{row: 55, place: "packed events", secrets: []string{who}, json: "[" + latin1(zlibbed(`{"type":3,"timestamp":1,"v":"v1","data":{"source":5,"id":4,"text":"`+who+`","isChecked":false}}`)) + "]"},
		{row: 55, place: "compressed fields", absent: true, secrets: []string{who}, json: `[{"type":2,"timestamp":1,"cv":"2024-10","data":` + latin1(gzipped(`{"node":{"type":3,"id":1,"textContent":"`+who+`"}}`)) + `},` +
			`{"type":3,"timestamp":2,"cv":"2024-10","data":{"source":0,"texts":` + latin1(gzipped(`[{"id":5,"value":"`+who+`"}]`)) + `,"attributes":[],"removes":[],"adds":[]}}]`,
			check: func(out []format.Event) string {
				if strings.Contains(encodeAll(out), "\x1f") || strings.Contains(encodeAll(out), `\u001f`) {
					return "compressed bytes come out"
				}
				return ""
			}},
		{row: 56, place: "unknown types and sources", secrets: []string{who, street, "84172039"}, json: `[{"type":42,"timestamp":1,"data":{"a":"` + who + `"}},{"type":3,"timestamp":2,"data":{"source":77,"text":"` + who + `"}},` +
			`{"type":3,"timestamp":3,"data":"` + who + `"},{"type":"` + who + `","timestamp":4,"data":1},{"type":3,"timestamp":5,"data":{"source":5,"id":4,"text":"x","isChecked":false,"more":"` + who + `","n":84172039}},` +
			`{"type":5,"timestamp":6,"data":{"tag":"a","payload":84172039},"extra":"` + street + `"},{"type":3,"timestamp":7,"data":{"source":5,"id":"` + who + `","text":84172039,"isChecked":"` + street + `"}}]`},
		{row: 56, place: "keys twice, deep nesting", secrets: []string{who}, json: `[{"type":5,"timestamp":1,"data":{"tag":"a","payload":{"k":"` + who + `","k":"x"}}},` +
			`{"type":5,"timestamp":2,"data":{"tag":"a","payload":` + strings.Repeat(`[`, 400) + `"` + who + `"` + strings.Repeat(`]`, 400) + `}}]`},
		{row: 56, place: "unknown members of nodes", secrets: []string{who, "84172039"}, json: `[{"type":2,"timestamp":1,"data":{"node":{"type":0,"id":1,"x":"` + who + `","childNodes":[{"type":2,"id":2,"tagName":"html","attributes":{"a":{"b":"` + who + `"}},` +
			`"childNodes":[{"type":77,"id":3,"textContent":"` + who + `"},{"type":3,"id":4,"textContent":84172039}],"n":84172039}]},"initialOffset":{"left":0,"top":0,"z":"` + who + `"}}}]`},
		{row: 58, place: "base, definitions, numbers", secrets: []string{who, "84172039", street}, keep: []string{"https://shop.example/app/", "my-card"}, check: func(out []format.Event) string {
			if s, ok := only[*format.Scroll](out, 0); !ok || s.Y != 1273 {
				return "the scroll is gone"
			}
			return ""
		}, data: cat(
			full(el(4, "base", attrs("href", "https://"+"user:pw@shop.example/app/?u="+url.QueryEscape(who))), el(5, "video", nil)),
			&format.CustomElement{Define: &format.Definition{Name: "my-card"}}, &format.CustomElement{Define: &format.Definition{Name: "x-84172039"}},
			&format.CustomElement{Define: &format.Definition{Name: who}},
			&format.Scroll{ID: 3, Y: 1273, Extra: format.Extra{{Name: "why", Value: `"` + street + `"`}}},
			&format.ViewportResize{Width: 800, Extra: format.Extra{{Name: "why", Value: `"` + street + `"`}}},
			&format.Media{ID: 5, CurrentTime: num(12), Extra: format.Extra{{Name: "src", Value: `"` + street + `"`}}},
			&format.Move{Source: format.KindDrag, Positions: []format.Position{{X: 1, Y: 2, ID: 5, Extra: format.Extra{{Name: "files", Value: `["` + street + `"]`}}}}})},
	}
}

func encodeAll(events []format.Event) string { return session{events: events}.text() }
