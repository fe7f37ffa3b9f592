package mask_test

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/snapshot"
)

// form is a page with fields to type in and places in which a page may show
// what was typed.
func form() *format.FullSnapshot {
	return full(
		el(10, "form", nil,
			el(11, "label", nil, text(12, "Full name"), el(13, "input", attrs("name", "fullname", "autocomplete", "name"))),
			el(14, "label", nil, text(15, "Email"), el(16, "input", attrs("type", "email", "name", "email"))),
			el(17, "label", nil, text(18, "Phone"), el(19, "input", attrs("type", "tel", "name", "phone"))),
			el(20, "label", nil, text(21, "Card"), el(22, "input", attrs("name", "cardnumber", "autocomplete", "cc-number"))),
			el(23, "label", nil, text(24, "Born"), el(25, "input", attrs("type", "date", "name", "born", "autocomplete", "bday"))),
			el(26, "label", nil, text(27, "Street"), el(28, "textarea", attrs("name", "street"))),
			el(29, "label", nil, text(30, "Password"), el(31, "input", attrs("type", "password", "name", "pw")))),
		el(40, "p", nil, text(41, "")), el(42, "p", nil), el(43, "img", nil), el(44, "a", nil, text(45, "profile")), el(46, "canvas", nil),
		el(47, "style", nil, text(48, "a{}")), el(49, "div", attrs("contenteditable", ""), text(50, "")))
}

const (
	nameField   = 13
	mailField   = 16
	phoneField  = 19
	cardField   = 22
	bornField   = 25
	streetField = 28
	pwField     = 31
)

// echoRows are the rows about private values that show up elsewhere.
func echoRows() []leakRow {
	type node = *snapshot.Node
	labels := []string{"Full name", "Email", "Phone", "Password", "profile"}
	// shows is a case in which a value is typed and then shown.
	shows := func(row int, place string, field snapshot.NodeID, value string, secrets, keep []string, data ...format.Data) leakRow {
		return leakRow{row: row, place: place, secrets: append([]string{value}, secrets...), keep: append(keep, labels...), data: cat(form(), enter(field, value, true), data)}
	}
	quoted := func(v any) string { b, _ := json.Marshal(v); return string(b) }
	lower := strings.ToLower
	sum := func(v string) [3]string {
		return [3]string{fmt.Sprintf("%x", md5.Sum([]byte(v))), fmt.Sprintf("%x", sha1.Sum([]byte(v))), fmt.Sprintf("%x", sha256.Sum256([]byte(v)))}
	}

	rows := []leakRow{
		shows(9, "echo in the title", nameField, who, nil, []string{"Account of"}, add(3, 40, el(60, "title", nil, text(61, "x"))), setText(61, "Account of "+who)),
		shows(11, "echo in labels", nameField, who, nil, []string{"Portrait of"}, setAttrs(43, "alt", "Portrait of "+who, "title", who, "aria-label", "Photo: "+who, "data-name", who)),
		shows(12, "echo in class, id and selectors", nameField, who, nil, []string{"card"}, setAttrs(42, "class", "card marguerite-oakhurst", "id", "user-marguerite-oakhurst"),
			setText(48, "#user-marguerite-oakhurst{color:red} .marguerite-oakhurst{top:1px}")),
		shows(13, "echo in an attribute's name", nameField, "marguerite-oakhurst", nil, nil, setAttrs(42, "data-marguerite-oakhurst", "1")),
		shows(14, "echo in an inline style", nameField, who, nil, []string{"color:red"}, setAttrs(42, "style", `color:red;--name:"`+who+`"`),
			&format.Mutation{Attrs: []format.AttrChange{{ID: 42, Attrs: []snapshot.Attr{{Name: "style", Type: snapshot.AttrJSON, Value: `{"content":"'` + who + `'"}`}}}}}),
		shows(15, "echo in a style sheet", nameField, who, nil, []string{"color:red"}, setText(48, `a::after{color:red;content:"`+who+`"}`)),
		shows(16, "echo in a path", nameField, who, nil, []string{"/people/"}, setAttrs(44, "href", "/people/"+url.PathEscape(who)+"/orders"), &format.Meta{URL: "https://shop.example/people/marguerite-oakhurst"},
			&format.Request{URL: "/people/Marguerite+Oakhurst.json", Method: "GET"}),
		shows(23, "echo in svg text", nameField, who, nil, []string{"Dear"}, add(42, 0, &snapshot.Node{ID: 60, Kind: snapshot.KindElement, Name: "svg", Namespace: "svg", Attrs: attrs(), Children: []node{
			{ID: 61, Kind: snapshot.KindElement, Name: "text", Namespace: "svg", Attrs: attrs(), Children: []node{text(62, "Dear "), text(63, who)}}}})),
		shows(36, "preview while typing", nameField, who, []string{"Marguerite"}, []string{"Hi "},
			&format.MouseInteraction{Action: format.Focus, ID: nameField}, &format.Input{ID: nameField, Text: "Marguerite Oak", UserTriggered: true}, setText(41, "Hi Marguerite Oak"),
			&format.Input{ID: nameField, Text: who, UserTriggered: true}, setText(41, "Hi "+who)),
		{row: 37, place: "echo of autofill", secrets: []string{who}, keep: []string{"Ship to "}, data: cat(form(), &format.Input{ID: nameField, Text: who}, setText(41, "Ship to "+who))},
		{row: 47, place: "payload seeds values", secrets: []string{mail}, keep: []string{"Hi "}, data: cat(form(), &format.Custom{Tag: "login", Payload: `{"user":{"email":"` + mail + `"}}`}, setText(41, "Hi "+mail))},
		{row: 34, place: "echo of a short code in its form", secrets: []string{"737"}, keep: []string{"Your code ", "is checked"}, data: cat(
			full(el(4, "form", nil, el(5, "input", attrs("name", "cvc", "autocomplete", "cc-csc")), el(6, "p", nil, text(7, "")))), enter(5, "737", true), setText(7, "Your code 737 is checked"))},
		{row: 38, place: "echo before it is typed", storedOnly: true, secrets: []string{who}, keep: []string{"Welcome back, ", "Full name"}, data: cat(form(), setText(41, "Welcome back, "+who), enter(nameField, who, false))},
		{row: 38, place: "echo in the snapshot", storedOnly: true, secrets: []string{who}, keep: []string{"Welcome back, "}, data: cat(
			full(el(4, "p", nil, text(5, "Welcome back, "+who)), el(6, "input", attrs("name", "fullname"))), enter(6, who, false))},
		{row: 38, place: "value that the caller registers", values: []string{who}, secrets: []string{who}, keep: []string{"Welcome back, "}, data: cat(
			full(el(4, "p", nil, text(5, "Welcome back, "+who))))},
		{row: 38, place: "address seeds values", secrets: []string{mail[:10], mail}, keep: []string{"Hi "}, data: cat(
			&format.Meta{URL: "https://shop.example/?email=" + url.QueryEscape(mail)}, full(el(4, "p", nil, text(5, "Hi "+mail))))},
		shows(39, "split over text nodes", nameField, who, nil, []string{"Ship to "}, add(42, 0, text(60, "Ship to Marg")), add(42, 0, text(61, "uerite Oak")), add(42, 0, text(62, "hurst today"))),
		shows(39, "split over inline elements", nameField, who, nil, []string{"Ship to "}, add(42, 0, el(59, "p", nil, text(60, "Ship to "), el(61, "b", nil, text(62, "Margue"), el(63, "i", nil, text(64, "rite "))), el(65, "span", nil, text(66, "Oakhurst"))))),
		{row: 39, place: "split over events, the parts before as well", storedOnly: true, secrets: []string{who, "Marguerite Oak"}, keep: []string{"Ship to "}, data: cat(form(), enter(nameField, who, true),
			add(42, 0, text(60, "Ship to Margue")), add(42, 0, text(61, "rite Oak")), add(42, 0, text(62, "hurst today")))},
		{row: 39, place: "card in four events, the parts before as well", storedOnly: true, secrets: []string{card, "4929 1234 5678"}, keep: []string{"Charging "}, data: cat(form(), enter(cardField, card, true),
			add(3, 42, el(58, "p", nil, text(59, "Charging "), text(60, ""), text(61, ""), text(62, ""), text(63, ""))),
			setText(60, "4929 "), setText(61, "1234 "), setText(62, "5678 "), setText(63, "9015"))},
		shows(39, "split, joined by a text", nameField, who, nil, []string{"Ship to "}, add(42, 0, el(59, "p", nil, text(60, "Ship to Marguerite "), el(61, "b", nil, text(62, "")))), setText(62, "Oakhurst")),
		shows(39, "card in four parts", cardField, card, nil, []string{"Charging "}, add(42, 0, el(59, "p", nil, text(60, "Charging "), text(61, "4929-1234"), text(62, "-5678"), text(63, "-9015")))),
		shows(40, "case", nameField, who, nil, []string{"Receipt: "}, setText(41, "Receipt: "+strings.ToUpper(who))),
		shows(40, "no-break space", nameField, who, nil, []string{"for "}, setText(41, "for Marguerite\u00a0Oakhurst")),
		shows(40, "width", nameField, who, nil, []string{"for "}, setText(41, "for Ｍａｒｇｕｅｒｉｔｅ Ｏａｋｈｕｒｓｔ")),
		shows(40, "decomposed", nameField, "Désirée Lindström", nil, []string{"for "}, setText(41, "for De\u0301sire\u0301e Lindstro\u0308m")),
		shows(40, "without accents", nameField, "Désirée Lindström", nil, []string{"for "}, setText(41, "for Desiree Lindstrom")),
		shows(40, "soft hyphens", nameField, who, nil, []string{"for "}, setText(41, "for Mar\u00adgue\u00adrite Oak\u200bhurst")),
		shows(40, "phone", phoneField, phone, nil, []string{"Are you sure that", "is your phone number?"}, setText(41, "Are you sure that (202) 555-0143 is your phone number?")),
		shows(40, "phone with its country", phoneField, "+1 202 555 0143", []string{phone}, []string{"Call "}, setText(41, "Call (202) 555-0143")),
		shows(40, "phone in digits", phoneField, "(202) 555-0143", []string{phone}, []string{"Call "}, setText(41, "Call 202.555.0143")),
		shows(40, "phone with a trunk zero", phoneField, "020 7946 0958", nil, []string{"Call "}, setText(41, "Call +44 20 7946 0958")),
		shows(40, "card", cardField, card, nil, []string{"Charging "}, setText(41, "Charging 4929-1234-5678-9015")),
		{row: 40, place: "date", secrets: []string{"1985-12-24", "24/12/1985", "12/24/1985", "24 December 1985"}, keep: []string{"Born ", "profile: "}, data: cat(form(),
			enter(bornField, "1985-12-24", false), setText(41, "Born 24/12/1985"), setText(45, "profile: 24 December 1985, 12/24/1985"))},
		shows(40, "words of a name", nameField, who, []string{"Marguerite", "Oakhurst"}, []string{"Hi ", "the basket of Mrs"}, setText(41, "Hi Marguerite"), setText(45, "profile: the basket of Mrs Oakhurst")),
		shows(40, "local part of an e-mail", mailField, mail, []string{"marguerite.oakhurst"}, []string{"Hi "}, setText(41, "Hi marguerite.oakhurst")),
		shows(41, "in a longer word", nameField, "oakhurstmarguerite", nil, []string{"basket"}, setText(41, "oakhurstmarguerite's basket")),
		shows(41, "in a slug", nameField, who, nil, []string{"/u/"}, setAttrs(44, "href", "/u/marguerite-oakhurst-77"), setAttrs(42, "data-slug", "the_marguerite_oakhurst_files")),
		shows(42, "percent-encoded", mailField, mail, nil, []string{"share"}, setAttrs(44, "href", "/share/"+url.QueryEscape(mail)+"/x", "data-next", "/share?u="+url.QueryEscape(url.QueryEscape(mail)))),
		shows(42, "HTML-escaped", nameField, `Oakhurst & "Daughters"`, nil, []string{"template"}, setAttrs(42, "data-html", `<p class="template">`+html.EscapeString(`Oakhurst & "Daughters"`)+`</p>`)),
		shows(42, "JSON-escaped", nameField, "Désirée \"Didi\" Lindström", nil, []string{"user"}, setAttrs(42, "data-props", `{"user":"D\u00e9sir\u00e9e \"Didi\" Lindstr\u00f6m"}`)),
		shows(42, "JSON in JSON", streetField, street+" 12 \"B\"", nil, []string{"props"}, setAttrs(42, "data-props", `{"props":`+quoted(`{"street":`+quoted(street+" 12 \"B\"")+`}`)+`}`)),
		shows(42, "base64", mailField, mail, nil, []string{"for "}, setAttrs(42, "data-x", base64.StdEncoding.EncodeToString([]byte(mail))),
			setText(41, "for "+base64.StdEncoding.EncodeToString([]byte("user:"+mail+":x"))+" "+base64.RawURLEncoding.EncodeToString([]byte("??"+mail)))),
		shows(42, "hex", mailField, mail, nil, nil, setAttrs(42, "data-x", hex.EncodeToString([]byte(mail)))),
		shows(42, "hashes of an e-mail", mailField, "Marguerite.Oakhurst@Mailbox.Example", nil, []string{"gravatar.example"},
			setAttrs(43, "src", "https://gravatar.example/avatar/"+sum(lower(mail))[0]), setAttrs(42, "data-a", sum(lower(mail))[1], "data-b", strings.ToUpper(sum(lower(mail))[2]))),
		shows(42, "hash of an e-mail in a password field", pwField, mail, nil, nil, setAttrs(42, "data-a", sum(mail)[2])),
		shows(42, "hash of a phone as it was typed", phoneField, "+1 202 555 0143", nil, nil, setAttrs(42, "data-a", sum("+1 202 555 0143")[2])),
		shows(42, "hash of a phone", phoneField, phone, nil, nil, setAttrs(42, "data-a", sum(phone)[2])),
		shows(45, "echo in a console that is kept", nameField, who, nil, []string{"hello"}, &format.Plugin{Plugin: "rrweb/console@1", Payload: `{"level":"log","payload":["\"hello ` + who + `\""]}`}),
		shows(47, "echo in an event that is kept", nameField, who, nil, []string{`"total":42`}, &format.Custom{Tag: "order", Payload: `{"total":42,"for":"` + who + `","` + who + `":1}`}),
		shows(47, "number in an event that is kept", phoneField, phone, nil, []string{`"total":42`}, &format.Custom{Tag: "order", Payload: `{"total":42,"phone":` + phone + `}`}),
		shows(48, "echo on a canvas", nameField, who, nil, []string{"fillText", "Dear"}, &format.Canvas{ID: 46, Property: "fillText", Args: `["Dear ` + who + `",1,2]`}),
		shows(50, "echo in a rule", nameField, who, nil, []string{"color:red"}, &format.SheetRules{ID: 47, Adds: []format.RuleAddition{{Rule: `p::after{color:red;content:"` + who + `"}`, Index: []int64{0}}}},
			&format.SheetDeclaration{ID: 47, Index: []int64{0}, Set: &format.Declaration{Property: "content", Value: str(`"` + who + `"`)}}),
		shows(49, "echo in a font", nameField, "Oakhurstmarguerite", nil, nil, &format.Font{Family: "Oakhurstmarguerite Sans", Source: "url(/Oakhurstmarguerite.woff)"}),
		{row: 7, place: "echo of an editor", secrets: []string{street}, keep: []string{"Preview: "}, data: cat(form(), &format.MouseInteraction{Action: format.Focus, ID: 49},
			setText(50, street), &format.MouseInteraction{Action: format.Blur, ID: 49}, setText(41, "Preview: "+street))},
		shows(4, "echo of a textarea", streetField, street, nil, []string{"Ship to "}, setText(41, "Ship to "+street)),
		shows(33, "echo of a password", pwField, "correct horse", nil, []string{"Yours: "}, setText(41, "Yours: correct horse")),
		shows(3, "echo of a hidden e-mail", nameField, who, []string{mail}, []string{"Mail for "}, add(10, 0, el(60, "input", attrs("type", "hidden", "name", "u", "value", mail))), setText(41, "Mail for "+mail)),
		// A rule's words, and what a select holds, are not values of the user.
		{row: 57, place: "nothing is told in reports", secrets: []string{who, mail}, keep: []string{"Full name"}, data: cat(form(), enter(nameField, who, true), enter(mailField, mail, true))},
	}
	for i := range rows {
		// No detector helps, and payloads are shown.
		c := mask.Default()
		c.Detect, c.Keep, c.Plugins = []string{}, []string{"order"}, []string{"rrweb/console@1"}
		rows[i].config = c
	}
	return rows
}

// vocabularyRows are words that the page has of its own, which stay readable
// whatever is typed.
func vocabularyRows() []leakRow {
	words := []string{"Country", "Denmark", "Norway", "Colour", "blue", "Name", "yes", "2026", "a", "7"}
	var rows []leakRow
	for _, w := range words {
		page := full(el(10, "form", nil, el(11, "input", attrs("name", "q")), el(12, "select", nil, el(13, "option", attrs("value", "dk"), text(14, "Denmark")))))
		body := page.Node.Children[0].Children[0]
		r := leakRow{row: 38, place: "vocabulary: " + w}
		for i, other := range words {
			for j := range 5 {
				id := snapshot.NodeID(20 + 20*i + 2*j)
				body.Children = append(body.Children, el(id, "p", nil, text(id+1, fmt.Sprintf("%s is word %c of the page", other, 'A'+j))))
				r.keep = append(r.keep, fmt.Sprintf("%s is word %c of the page", other, 'A'+j))
			}
		}
		r.data = cat(page, enter(11, w, true), &format.Input{ID: 12, Text: "dk"})
		rows = append(rows, r)
	}
	return rows
}
