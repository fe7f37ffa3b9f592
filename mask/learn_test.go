package mask_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/snapshot"
)

// registers returns how many values data make the default policy register.
func registers(t testing.TB, data ...format.Data) int {
	t.Helper()
	f := defaultFilter(t, mask.FilterOptions{})
	_, err := twice(t, f, sequence(seconds(data...)))
	require.NoError(t, err)
	return f.Report().Values
}

// What controls hold is registered where it is the user's.
func TestLearnControls(t *testing.T) {
	const value = "Tanglewood Xyzzy 99"
	for _, c := range []struct {
		name string
		node *snapshot.Node
		want int
	}{
		{"input", el(4, "input", attrs("value", value)), 1},
		{"text", el(4, "input", attrs("type", "text", "value", value)), 1},
		{"unknown type", el(4, "input", attrs("type", "x-y", "value", value)), 1},
		{"search", el(4, "input", attrs("type", "search", "value", value)), 1},
		{"password", el(4, "input", attrs("type", "password", "value", value)), 1},
		{"in capitals", el(4, "input", attrs("type", " PASSWORD ", "value", value)), 1},
		{"textarea", el(4, "textarea", nil, text(5, value)), 1},
		{"editable", el(4, "div", attrs("contenteditable", ""), text(5, value)), 1},
		{"textbox", el(4, "div", attrs("role", "textbox"), el(6, "p", nil, text(5, value))), 1},
		{"private", el(4, "p", attrs("class", "rr-mask"), text(5, value)), 1},
		{"file", el(4, "input", attrs("type", "file", "value", `C:\fakepath\`+value+`.pdf`)), 1},
		{"select", el(4, "select", attrs("value", value), el(5, "option", attrs("value", value), text(6, value))), 0},
		{"checkbox", el(4, "input", attrs("type", "checkbox", "value", value)), 0},
		{"radio", el(4, "input", attrs("type", "radio", "value", value)), 0},
		{"range", el(4, "input", attrs("type", "range", "value", value)), 0},
		{"color", el(4, "input", attrs("type", "color", "value", "#12ab34ef")), 0},
		{"submit", el(4, "input", attrs("type", "submit", "value", value)), 0},
		{"reset", el(4, "input", attrs("type", "Reset", "value", value)), 0},
		{"button", el(4, "input", attrs("type", "button", "value", value)), 0},
		{"image", el(4, "input", attrs("type", "image", "value", value)), 0},
		{"a button element", el(4, "button", attrs("value", value), text(5, value)), 0},
		{"output", el(4, "output", nil, text(5, value)), 0},
		{"meter", el(4, "meter", attrs("value", "1234567.5"), text(5, value)), 0},
		{"datalist", el(4, "datalist", nil, el(5, "option", attrs("value", value))), 0},
		{"li", el(4, "li", attrs("value", value)), 0},
		{"custom element", el(4, "my-input", attrs("value", value)), 0},
		{"hidden", el(4, "input", attrs("type", "hidden", "name", "view", "value", value)), 0},
		{"hidden token", el(4, "input", attrs("type", "hidden", "name", "state", "value", "dGhpcyBpcyBubyBvbmU")), 0},
		{"hidden e-mail", el(4, "input", attrs("type", "hidden", "name", "x", "value", mail)), 1},
		{"hidden, named", el(4, "input", attrs("type", "hidden", "name", "email", "value", mail)), 1},
		{"hidden card", el(4, "input", attrs("type", "hidden", "value", card)), 1},
		{"hidden password", el(4, "input", attrs("type", "hidden", "name", "password", "value", value)), 1},
		{"empty", el(4, "input", attrs("value", "")), 0},
		{"masked", el(4, "input", attrs("value", "********")), 0},
		{"a word that everyone uses", el(4, "input", attrs("value", "continue")), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, registers(t, full(copyNode(c.node))), "prefilled")
			assert.Equal(t, c.want, registers(t, full(), add(3, 0, copyNode(c.node))), "added")
			if c.node.Name == "input" && c.want == 1 {
				v := attrOf(c.node, "value")
				bare := el(4, "input", withoutValue(c.node.Attrs))
				assert.Equal(t, 1, registers(t, full(bare), setAttrs(4, "value", v)), "set")
				bare = el(4, "input", withoutValue(c.node.Attrs))
				assert.Equal(t, 1, registers(t, full(bare), typeIn(4, v)), "typed")
			}
		})
	}
	// A field that a rule shows is no private one.
	p := compiled(t, with(rule("#shown", mask.Allow)))
	f := p.NewFilter(nil)
	_, err := twice(t, f, sequence(seconds(full(el(4, "input", attrs("id", "shown", "value", value))), typeIn(4, value+"9"))))
	require.NoError(t, err)
	assert.Zero(t, f.Report().Values)
	// What is typed into a node that nobody knows is private.
	assert.Equal(t, 1, registers(t, full(), typeIn(99, value)))
}

func attrOf(n *snapshot.Node, name string) string {
	for _, a := range n.Attrs {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}

func withoutValue(list []snapshot.Attr) (out []snapshot.Attr) {
	for _, a := range list {
		if a.Name != "value" {
			out = append(out, a)
		}
	}
	return out
}

// echoOf types a value into a control and returns what is made of a text that
// comes later.
func echoOf(t testing.TB, control *snapshot.Node, value, text1 string) string {
	t.Helper()
	data := cat(full(control, el(40, "p", nil, text(41, ""))), typeIn(control.ID, value), blur(control.ID))
	for range 5 {
		data = append(data, &format.Scroll{ID: 1})
	}
	return play(t, mask.Default(), append(data, setText(41, text1))...).page.Text(41)
}

// What a control is for says in which forms its value comes again.
func TestLearnKinds(t *testing.T) {
	for _, c := range []struct {
		name               string
		attrs              []string
		value, shown, want string
	}{
		{"a name's words", []string{"name", "firstName"}, "Wilhelmina Ashdown", "Dear Ashdown, hi", "Dear ***, hi"},
		{"by label", []string{"aria-label", "Full name"}, "Wilhelmina Ashdown", "Dear Ashdown, hi", "Dear ***, hi"},
		{"by placeholder", []string{"placeholder", "Nachname"}, "Wilhelmina Ashdown", "Dear Ashdown, hi", "Dear ***, hi"},
		{"by autocomplete", []string{"autocomplete", "shipping name"}, "Wilhelmina Ashdown", "Dear Ashdown, hi", "Dear ***, hi"},
		{"a card's holder", []string{"autocomplete", "cc-name"}, "Wilhelmina Ashdown", "Dear Ashdown, hi", "Dear ***, hi"},
		{"a note has no words", []string{"name", "note"}, "Wilhelmina Ashdown", "Dear Ashdown, hi", "Dear Ashdown, hi"},
		{"an e-mail's local part", []string{"type", "email"}, mail, "Hi marguerite.oakhurst!", "Hi ***!"},
		{"so in a field for anything", []string{"name", "q"}, mail, "Hi marguerite.oakhurst!", "Hi ***!"},
		{"a phone", []string{"type", "tel"}, "+1 202-555-0143", "Call (202) 555 0143", "Call ***"},
		{"a phone in a field for anything", []string{"name", "q"}, "+1 202-555-0143", "Call (202) 555 0143", "Call ***"},
		{"a date", []string{"type", "date"}, "1987-10-24", "born 24.10.1987", "born ***"},
		{"an amount", []string{"type", "number"}, "1234567", "pays 1,234,567 a year", "pays *** a year"},
		{"a street", []string{"name", "streetAddress"}, "Quimbyhollow 12", "to Quimbyhollow", "to ***"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := echoOf(t, el(4, "input", attrs(c.attrs...)), c.value, c.shown)
			if c.name == "a phone" || c.name == "a phone in a field for anything" {
				got = strings.ReplaceAll(got, "(***", "***")
			}
			assert.Equal(t, c.want, got)
		})
	}
}

// Of a file its name tells, and not the folder that browsers make up.
func TestLearnFile(t *testing.T) {
	file := func() *snapshot.Node { return el(4, "input", attrs("type", "file")) }
	assert.Equal(t, "Sent *** today", echoOf(t, file(), `C:\fakepath\oakhurst-divorce.pdf`, "Sent oakhurst-divorce.pdf today"))
	assert.Equal(t, "Sent *** today", echoOf(t, file(), `/home/me/oakhurst-divorce.pdf`, "Sent oakhurst-divorce.pdf today"))
	assert.Equal(t, `In C:\fakepath\ it is`, echoOf(t, file(), `C:\fakepath\oakhurst-divorce.pdf`, `In C:\fakepath\ it is`))
}

// Personal parameters of addresses are values, and others are not.
func TestLearnAddress(t *testing.T) {
	for query, want := range map[string]int{
		"?email=" + mail:                          1,
		"?e_mail=marguerite%2Eoakhurst%40a.test":  1,
		"?x=" + mail:                              1,
		"?firstName=Wilhelmina":                   1,
		"?full_name=Wilhelmina+Ashdown":           1,
		"?phone=%2B1+202+555+0143":                1,
		"?token=abc&password=hemmelig%20ord":      1,
		"?a=1&b=2&dob=1987-10-24&c=3":             1,
		"?page=23&sort=price&q=curtains+and+rugs": 0,
		"?name=Wilhelmina+Ashdown":                0,
		"?phone=12":                               0,
		"?email=yes":                              0,
		"":                                        0,
		"?":                                       0,
		"?email":                                  0,
		"?email=%zz":                              0,
		"#email=" + mail:                          0,
		"?" + strings.Repeat("&", 1<<15):          0,
	} {
		for _, data := range []format.Data{
			&format.Meta{URL: "https://shop.example/a" + query}, &format.Navigation{URL: "/a" + query},
		} {
			assert.Equal(t, want, registers(t, data), "%.40s", query)
		}
	}
}

// Members of payloads are values where their name says so.
func TestLearnPayload(t *testing.T) {
	for payload, want := range map[string]int{
		`{"email":"` + mail + `"}`:                                         1,
		`{"user":{"Email":"` + mail + `","first_name":"Wilhelmina"}}`:      2,
		`[{"phoneNumber":"+1 202 555 0143"}]`:                              1,
		`{"password":"hemmelig ord"}`:                                      1,
		`{"emails":1,"email":["` + mail + `"]}`:                            1,
		`{"\u0065mail":"` + mail + `"}`:                                    1,
		`{"phone":12025550143}`:                                            1,
		`{"cardNumber":4929123456789015,"id":12025550143}`:                 1,
		`{"phone":[12025550143]}`:                                          1,
		`{"phone":{"id":12025550143}}`:                                     0,
		`{"name":"content-type"}`:                                          0,
		`{"name":"content-type","value":"application/json"}`:               0,
		`{"headers":[{"name":"Wilhelmina","value":"Ashdown Wilhelmina"}]}`: 0,
		`{"phone":"none"}`:                                                 0,
		`{"email":"unknown"}`:                                              0,
		`{"email":""}`:                                                     0,
		`{"email":null,"city":true}`:                                       0,
		`{"email":"********"}`:                                             0,
		`{"firstName":"` + strings.Repeat("Wilhelmina ", 50) + `"}`:        0,
		`{"order":"Wilhelmina Ashdown","title":"Tanglewood Crescent"}`:     0,
		`{"addressBar":"https://shop.example/tanglewood"}`:                 0,
		`"email"`:                  0,
		`{"email"`:                 0,
		`{"email":"` + mail:        0,
		``:                         0,
		strings.Repeat(`[`, 20000): 0,
		`{"a":"` + strings.Repeat("x", 1<<20) + `","email":"` + mail + `"}`: 0,
	} {
		assert.Equal(t, want, registers(t, &format.Custom{Tag: "identify", Payload: payload}), "custom %.60s", payload)
		assert.Equal(t, want, registers(t, &format.Plugin{Plugin: "x/y@1", Payload: payload}), "plugin %.60s", payload)
	}
}

// A word that a page has in many places before it is typed is the page's. So it
// is not where it is a secret, where the page shows it because it was typed, or
// where it is a number.
func TestLearnVocabulary(t *testing.T) {
	page := func(control *snapshot.Node, word string, count int) format.Data {
		list := []*snapshot.Node{control}
		for i := range count {
			list = append(list, el(snapshot.NodeID(10+2*i), "li", nil, text(snapshot.NodeID(11+2*i), fmt.Sprintf("Buy %s now", word))))
		}
		return full(list...)
	}
	field := func(a ...string) *snapshot.Node { return el(4, "input", attrs(a...)) }
	for _, c := range []struct {
		name  string
		field *snapshot.Node
		word  string
		count int
		want  int
	}{
		{"in many places", field("name", "q"), "Quimbyware", 4, 0},
		{"in a few", field("name", "q"), "Quimbyware", 3, 1},
		{"as a name", field("name", "firstname"), "Quimby", 4, 0},
		{"a password", field("type", "password"), "Quimbyware", 9, 1},
		{"an e-mail address", field("type", "email"), "quimby@shop.example", 9, 1},
		{"with a number", field("name", "q"), "Quimby 4711 ware", 9, 1},
		{"part of another word", field("name", "q"), "Quimbyware", 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := defaultFilter(t, mask.FilterOptions{})
			word := c.word
			if c.count == 0 {
				word, c.count = "Quimbywares", 9
			}
			out, err := twice(t, f, sequence(seconds(page(copyNode(c.field), word, c.count), typeIn(4, c.word), blur(4))))
			require.NoError(t, err)
			assert.Equal(t, c.want, f.Report().Values)
			assert.Equal(t, 1-c.want, f.Report().Common)
			assert.Equal(t, c.want == 0, strings.Contains(collect(out), word))
		})
	}
	// Because it was typed, or all at once with the field that holds it.
	assert.Equal(t, 1, registers(t, full(field("name", "q"), el(5, "div", nil)), typeIn(4, "Quimbyware"),
		add(5, 0, el(10, "p", nil, text(11, "Quimbyware"), el(12, "p", nil, text(13, "Quimbyware")), el(14, "p", nil, text(15, "Quimbyware")), el(16, "p", nil, text(17, "Quimbyware")))),
		typeIn(4, "Quimbyware "), typeIn(4, "Quimbyware")))
	assert.Equal(t, 1, registers(t, page(field("name", "q", "value", "Quimbyware"), "Quimbyware", 9)))
}
