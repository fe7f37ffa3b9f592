package mask

import (
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/echo"
	"github.com/pagetape/pagetape/internal/jsonstr"
	"github.com/pagetape/pagetape/snapshot"
)

// learn registers the private values that an event brings, which the page of
// its window has followed already: what controls hold, text under a rule that
// says private, and personal parameters of addresses and members of payloads.
func (m *memory) learn(w *window, data format.Data) {
	switch e := data.(type) {
	case *format.FullSnapshot:
		if e.Node != nil && e.Node.ID == w.page.RootID() {
			for id, n := range w.page.All() {
				m.node(w, id, n)
			}
		}
	case *format.Mutation:
		for i := range e.Adds {
			if n := e.Adds[i].Node; n != nil {
				for id, n := range w.page.Subtree(n.ID) {
					m.node(w, id, n)
				}
			}
		}
		for i := range e.Texts {
			if n := w.page.Node(e.Texts[i].ID); n != nil {
				m.text(w, e.Texts[i].ID, n)
			}
		}
		for i := range e.Attrs {
			c := &e.Attrs[i]
			if n := w.page.Node(c.ID); n != nil && slices.ContainsFunc(c.Attrs, func(a snapshot.Attr) bool { return a.Name == "value" }) {
				m.node(w, c.ID, n)
			}
		}
		// What was shown before is private from here on.
		for _, r := range w.raised {
			if n := w.page.Node(r.id); n != nil {
				m.node(w, r.id, n)
			}
		}
	case *format.Input:
		if n := w.page.Node(e.ID); n == nil {
			m.fill(w, e.ID, echo.Text, e.Text)
		} else if kind, ok := w.holds(e.ID, n); ok {
			m.fill(w, e.ID, kind, fileName(n, e.Text))
		}
	case *format.MouseInteraction:
		if e.Action == format.Blur {
			m.entered(w, e.ID)
		}
	case *format.Meta:
		m.address(w, e.URL)
	case *format.Navigation:
		m.address(w, e.URL)
	case *format.Console:
		m.payload(w, e.Args, 0)
	case *format.Request:
		m.address(w, e.URL)
	case *format.Custom:
		m.payload(w, e.Payload, 0)
	case *format.Plugin:
		m.payload(w, e.Payload, 0)
	}
}

// node registers what an element or text node of the page holds.
func (m *memory) node(w *window, id snapshot.NodeID, n *html.Node) {
	switch n.Type {
	case html.TextNode:
		m.text(w, id, n)
	case html.ElementNode:
		if n.Data != "input" {
			return // a textarea's text is in its text node
		}
		kind, ok := w.holds(id, n)
		if !ok {
			return
		}
		v := attrOf(n, "value")
		if s := w.page.State(id); s != nil && s.Value != nil {
			v = *s.Value
		}
		if inputType(n) == "hidden" && kind == echo.Text && !personal(v) {
			return // most are the page's own
		}
		m.fill(w, id, kind, fileName(n, v))
	}
}

// personal says whether a value is about a person by its form alone.
func personal(v string) bool {
	return len(v) <= 4096 &&
		detect(v, detectEmail|detectCard|detectIBAN|detectJWT|detectSSN|detectPhone|detectKey) != nil
}

// fileName is what a file control's value tells.
func fileName(n *html.Node, v string) string {
	if inputType(n) == "file" {
		v = v[strings.LastIndexAny(v, `/\`)+1:]
	}
	return v
}

func inputType(n *html.Node) string {
	if n.Data != "input" {
		return ""
	}
	return strings.ToLower(strings.TrimSpace(attrOf(n, "type")))
}

// text registers the text of a node that a rule, or the control that it is in,
// makes private.
func (m *memory) text(w *window, id snapshot.NodeID, n *html.Node) {
	in := w.known(id)
	if in == nil || n.Type != html.TextNode || in.level.base() == levelClear || in.level&flagInert != 0 {
		return
	}
	v := strings.TrimFunc(n.Data, isSpace)
	if v == "" {
		return
	}
	if in.level&flagPrivate != 0 {
		m.fill(w, id, echo.Text, v)
		return
	}
	for up := n.Parent; up != nil; up = up.Parent {
		if up.Type != html.ElementNode {
			continue
		}
		if in := w.known(snapshot.ID(up)); in != nil && in.own&ownControl == 0 || natureOf(up)&ownControl == 0 {
			continue
		}
		if kind, ok := w.holds(snapshot.ID(up), up); ok {
			m.fill(w, id, kind, v)
		}
		return
	}
}

// holds returns of what kind the value of a control is. It is false for what is
// shown, and for controls whose values are the page's own.
func (w *window) holds(id snapshot.NodeID, n *html.Node) (echo.Kind, bool) {
	if n.Type != html.ElementNode {
		return 0, false
	}
	var o own
	in := w.info(id)
	if in != nil {
		o = in.own // a rule can make a control of it
	} else {
		o = natureOf(n)
	}
	if o&ownControl == 0 || in != nil && in.level.base() == levelClear {
		return 0, false
	}
	switch n.Data {
	case "select", "option", "optgroup", "datalist", "output", "meter", "progress":
		return 0, false
	}
	secret := o&ownSecret != 0 || in != nil && in.level&flagFinal != 0
	kind := kindOfField(n)
	switch inputType(n) {
	case "checkbox", "radio", "range", "color", "submit", "reset", "button", "image":
		return 0, false
	case "password":
		return echo.Secret, true
	case "email":
		kind = echo.Email
	case "tel":
		kind = echo.Phone
	case "date", "datetime-local", "month", "week":
		kind = echo.Date
	case "number":
		kind = echo.Number
	}
	if secret && kind != echo.Card && kind != echo.Name {
		kind = echo.Secret
	}
	return kind, true
}

// kindOfField guesses from what the page calls a control what it is for.
func kindOfField(n *html.Node) echo.Kind {
	for i := range n.Attr {
		switch a := &n.Attr[i]; a.Key {
		case "autocomplete", "name", "id", "aria-label", "placeholder":
			if kind := kindOfName(a.Val); kind != echo.Text {
				return kind
			}
		}
	}
	return echo.Text
}

// kindNames are runs of whole words, as wordsOf puts them, by what they are
// about.
var kindNames = []struct {
	word string
	kind echo.Kind
}{
	{"-cc-name-", echo.Name}, {"-cardholder-", echo.Name}, {"-card-holder-", echo.Name},
	{"-cc-number-", echo.Card}, {"-cardnumber-", echo.Card}, {"-card-number-", echo.Card}, {"-ccnumber-", echo.Card},
	{"-email-", echo.Email}, {"-e-mail-", echo.Email}, {"-mail-", echo.Email},
	{"-tel-", echo.Phone}, {"-phone-", echo.Phone}, {"-telephone-", echo.Phone}, {"-mobile-", echo.Phone}, {"-fax-", echo.Phone},
	{"-phonenumber-", echo.Phone},
	{"-name-", echo.Name}, {"-fullname-", echo.Name}, {"-firstname-", echo.Name}, {"-lastname-", echo.Name},
	{"-surname-", echo.Name}, {"-fname-", echo.Name}, {"-lname-", echo.Name}, {"-nickname-", echo.Name},
	{"-username-", echo.Name}, {"-recipient-", echo.Name}, {"-vorname-", echo.Name}, {"-nachname-", echo.Name},
	{"-street-", echo.Address}, {"-address-", echo.Address}, {"-addr-", echo.Address}, {"-city-", echo.Address},
	{"-zip-", echo.Address}, {"-postal-", echo.Address}, {"-postcode-", echo.Address},
	{"-bday-", echo.Date}, {"-birthday-", echo.Date}, {"-birthdate-", echo.Date}, {"-dob-", echo.Date}, {"-birth-", echo.Date},
}

// kindOfName says what a field, parameter or member with that name holds.
func kindOfName(name string) echo.Kind {
	if name == "" || len(name) > 256 {
		return echo.Text
	}
	if i := kindRuns.first(wordsOf(name)); i >= 0 {
		return kindNames[i].kind
	}
	return echo.Text
}

var kindRuns = func() (r runs) {
	for i := range kindNames {
		r.add(i, kindNames[i].word)
	}
	return r
}()

// kindOfMember is kindOfName for what is not known to be private: false where
// the name does not say so.
func kindOfMember(name string) (echo.Kind, bool) {
	if secretName(name) {
		return echo.Secret, true
	}
	words := wordsOf(name)
	if words == "-name-" { // of anything
		return echo.Text, false
	}
	kind := kindOfName(name)
	return kind, kind != echo.Text
}

// fits says whether a value can be of a kind that a name promises.
func fits(v string, kind echo.Kind) bool {
	switch kind {
	case echo.Name:
		return len(v) <= 100 && !strings.ContainsFunc(v, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) && !unicode.IsSpace(r) && !strings.ContainsRune(".,'’-‐", r)
		})
	case echo.Email:
		return strings.Contains(v, "@")
	case echo.Phone:
		return countDigits(v) >= 7 && len(v) <= 40
	case echo.Card:
		return countDigits(v) >= 12
	case echo.Date:
		return countDigits(v) >= 6 && len(v) <= 40
	case echo.Address:
		return len(v) <= 200 && !strings.Contains(v, "://")
	}
	return true
}

// address registers the personal parameters of an address.
func (m *memory) address(w *window, u string) {
	_, query, ok := strings.Cut(u, "?")
	if !ok || len(query) > 1<<14 {
		return
	}
	query, _, _ = strings.Cut(query, "#")
	for p := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(p, "=")
		v, err := url.QueryUnescape(value)
		if err != nil || v == "" {
			continue
		}
		if kind, ok := kindOfMember(name); ok && fits(v, kind) && echo.Classify(v, kind) == echo.Strong {
			m.learnt(w, v, kind)
		} else if personal(v) {
			m.learnt(w, v, echo.Text)
		}
	}
}

// payload registers the members of JSON text, and of JSON text in its strings,
// whose names say that they are personal.
func (m *memory) payload(w *window, text string, depth int) {
	if len(text) > 1<<20 || depth > maxNestedText {
		return
	}
	dec := jsontext.NewDecoder(strings.NewReader(text), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	kind, named := echo.Text, false
	for {
		is := dec.PeekKind()
		if is != '"' && is != '0' {
			if _, err := dec.ReadToken(); err != nil {
				return
			}
			continue
		}
		in, n := dec.StackIndex(dec.StackDepth())
		literal, err := dec.ReadValue()
		if err != nil {
			return
		}
		v := string(literal)
		if is == '"' {
			v = jsonstr.Unquote(literal)
		}
		switch {
		case in == '{' && n%2 == 0:
			kind, named = kindOfMember(v)
		case named && len(v) <= 512 && fits(v, kind) && echo.Classify(v, kind) == echo.Strong:
			m.learnt(w, v, kind)
		case is == '"':
			if looks, valid := jsonForm(v); looks && valid {
				m.payload(w, v, depth+1)
			}
		}
	}
}
