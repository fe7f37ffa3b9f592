package masktest

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"iter"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

func events(data ...format.Data) iter.Seq2[format.Event, error] {
	return func(yield func(format.Event, error) bool) {
		for i, d := range data {
			if !yield(format.Event{Time: time.Duration(i) * time.Second, Data: d}, nil) {
				return
			}
		}
	}
}

func text(id snapshot.NodeID, s string) *snapshot.Node {
	return &snapshot.Node{ID: id, Kind: snapshot.KindText, Text: s}
}

func el(id snapshot.NodeID, name string, children ...*snapshot.Node) *snapshot.Node {
	return &snapshot.Node{ID: id, Kind: snapshot.KindElement, Name: name, Attrs: []snapshot.Attr{}, Children: children}
}

func full(children ...*snapshot.Node) *format.FullSnapshot {
	return &format.FullSnapshot{Node: &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
		el(2, "html", el(3, "body", children...)),
	}}}
}

func hexOf[T ~[16]byte | ~[20]byte | ~[32]byte](sum T) string { return fmt.Sprintf("%x", sum) }

// Every way to write a value is found, and said to be that way.
func TestViews(t *testing.T) {
	const mail = "Ada.Holt+x@example.org"
	quote := func(v string) string { b, _ := json.Marshal(v); return string(b) }
	escape := func(v string) string { // every character
		var b strings.Builder
		for _, r := range v {
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		return b.String()
	}
	for _, c := range []struct{ name, secret, there, view string }{
		{"as it is", mail, "to " + mail + "!", "raw"},
		{"in a longer word", "Holt", "Holtsville", "raw"},
		{"case", mail, strings.ToUpper(mail), "folded"},
		{"accents", "José Löwe", "jose lowe", "folded"},
		{"decomposed", "José Löwe", "Jose\u0301 Lo\u0308we", "folded"},
		{"accents in the haystack", "Jose Lowe", "José Löwe", "folded"},
		{"letters that are two", "Weißenfels", "WEISSENFELS", "folded"},
		{"width", "Ada Holt", "Ａｄａ　Ｈｏｌｔ", "folded"},
		{"no-break space", "Ada Holt", "Ada\u00a0\u2009Holt", "folded"},
		{"what does not show", "Ada Holt", "A\u200bda\u00ad Ho\u2060lt", "folded"},
		{"dashes and quotes", "O'Hara-Holt", "O’Hara‑Holt", "folded"},
		{"slug", "Ada Marguerite Holt", "/u/ada-marguerite-holt.html", "alnum"},
		{"no separators", "Ada Marguerite Holt", "x AdaMargueriteHolt y", "alnum"},
		{"phone", "1234567890", "(123) 456-7890", "alnum"},
		{"phone beside letters", "1234567890", "sure that (123) 456-7890 is", "alnum"},
		{"phone without its country", "+47 123 45 678 90", "call 1 2345-67890", "digits"},
		{"phone with a trunk zero", "020 7946 0958", "+44 (20) 7946-0958", "digits"},
		{"phone with 00", "0047 123 45 678 90", "12345 678 90", "digits"},
		{"other digits", "4929 1234 5678 9015", "٤٩٢٩ ١٢٣٤ ٥٦٧٨ ٩٠١٥", "folded"},
		{"card", "4929 1234 5678 9015", "4929-12345678-9015", "alnum"},
		{"number in text", "123 45 678 ", "a 1 b 123 (45) 678 c", "alnum"},
		{"short", "737", "cvc: 737.", "word"},
		{"short in other case", "Bo", "hi BO", "word"},
		{"percent", mail, "/u?m=" + url.QueryEscape(mail), "percent+raw"},
		{"percent twice", mail, url.QueryEscape(url.QueryEscape(mail)), "percent+percent+raw"},
		{"plus", "Ada Holt", "q=Ada+Holt", "alnum"},
		{"percent, all of it", "Holt", "%48%6f%6C%74", "percent+raw"},
		{"escape()", "Löwe", "L%u00f6we", "percent+raw"},
		{"HTML", `Ada "the" <Holt>`, html.EscapeString(`Ada "the" <Holt>`), "html+raw"},
		{"HTML, all of it", "Holt", "&#72;&#x6f;&#108;&#116;", "html+raw"},
		{"HTML twice", "Holt&Sons", "Holt&amp;amp;Sons", "html+html+raw"},
		{"over tags", "Holt", "<b>Ho</b>lt", "html+raw"},
		{"over tags in an attribute", "Ada Holt", `<p title="Ada Holt">`, "raw"},
		{"JSON", `a"b\c<dé`, quote(`a"b\c<dé`), "json+raw"},
		{"JSON, all of it", "Löwe", `{"a":"` + escape("Löwe") + `"}`, "json+raw"},
		{"JSON outside the BMP", "Löwe😀", `["L\u00f6we\ud83d\ude00"]`, "json+raw"},
		{"JSON in JSON", `say "hi"`, quote(`{"a":` + quote(`say "hi"`) + `}`), "json+json+raw"},
		{"key", mail, `{"` + mail + `":1}`, "raw"},
		{"number", "12345678", `{"a":[1,12345678]}`, "raw"},
		{"split in JSON", "AdaHolt", `["Ada","Holt"]`, "alnum"},
		{"script", "Löwe", `f('L\xf6we')`, "json+raw"},
		{"script, not JSON", "Löwe", `{f('L\u00f6we')}`, "json+raw"},
		{"CSS", "Löwe", `content:"L\f6 we"`, "json+raw"},
		{"base64", mail, base64.StdEncoding.EncodeToString([]byte(mail)), "base64+raw"},
		{"base64 of more", mail, "Basic " + base64.StdEncoding.EncodeToString([]byte("user:"+mail+":x")), "base64+raw"},
		{"base64 without padding", mail, base64.RawURLEncoding.EncodeToString([]byte("??>" + mail)), "base64+raw"},
		{"base64 behind letters", mail, "abc" + base64.StdEncoding.EncodeToString([]byte(mail)), "base64+raw"},
		{"base64 in percent", mail, url.QueryEscape(base64.StdEncoding.EncodeToString([]byte("   " + mail + ">>?"))), "base64+raw"},
		{"JSON in base64", "Löwe", base64.StdEncoding.EncodeToString([]byte(`{"a":"` + escape("Löwe") + `"}`)), "base64+json+raw"},
		{"hex", mail, hex.EncodeToString([]byte(mail)), "hex+raw"},
		{"hex in upper case behind a digit", mail, "1" + strings.ToUpper(hex.EncodeToString([]byte(mail))), "hex+raw"},
		{"md5", mail, "https://gravatar.example/" + hexOf(md5.Sum([]byte(strings.ToLower(mail)))), "md5"},
		{"md5 as written", mail, hexOf(md5.Sum([]byte(mail))), "md5"},
		{"sha1", mail, hexOf(sha1.Sum([]byte(strings.ToLower(mail)))), "sha1"},
		{"sha256 in upper case", mail, strings.ToUpper(hexOf(sha256.Sum256([]byte(strings.ToLower(mail))))), "sha256"},
	} {
		t.Run(c.name, func(t *testing.T) {
			leaks, err := Find(events(&format.Console{Level: c.there}), "not there", c.secret)
			require.NoError(t, err)
			assert.Equal(t, []Leak{{Secret: 1, Kind: format.KindConsole, Field: "level", View: c.view}}, leaks)
		})
	}
}

// What is near to a secret is not it.
func TestNoLeak(t *testing.T) {
	for _, c := range []struct{ name, secret, there string }{
		{"short in a word", "Bo", "Bob and Booth"},
		{"short in a number", "737", "17375 7370"},
		{"masked", "Ada Holt", "*** *** Ada ***"},
		{"letters over words", "toad", "not a dog"},
		{"digits far apart", "12345678", "1234 apples and 5678 pears"},
		{"part", "4929 1234 5678 9015", "ends in 9015"},
		{"digits of a street", "Baker Street 221123", "221123"},
		{"damaged escapes", "Holt", "%4 %zz &#; \\u12 {\"a\": \\"},
	} {
		t.Run(c.name, func(t *testing.T) {
			leaks, err := Find(events(&format.Console{Level: c.there}), c.secret)
			require.NoError(t, err)
			assert.Empty(t, leaks)
		})
	}
}

const secret = "Marguerite Holt"

// Every place is looked into, and named.
func TestPlaces(t *testing.T) {
	value := secret
	node := func(n snapshot.Node) *format.FullSnapshot { n.ID = 4; return full(&n) }
	const at = "node.childNodes[0].childNodes[0].childNodes[0]."
	element := func(a ...snapshot.Attr) snapshot.Node {
		return snapshot.Node{Kind: snapshot.KindElement, Name: "p", Attrs: a}
	}
	state := func(s snapshot.State) *format.FullSnapshot { n := element(); n.State = &s; return node(n) }
	for _, c := range []struct {
		data  format.Data
		field string
	}{
		{node(snapshot.Node{Kind: snapshot.KindText, Text: secret}), at + "textContent"},
		{node(snapshot.Node{Kind: snapshot.KindComment, Text: secret}), at + "textContent"},
		{node(snapshot.Node{Kind: snapshot.KindElement, Name: secret}), at + "tagName"},
		{node(snapshot.Node{Kind: snapshot.KindDoctype, Name: "html", PublicID: secret}), at + "publicId"},
		{node(snapshot.Node{Kind: snapshot.KindDoctype, Name: "html", SystemID: secret}), at + "systemId"},
		{node(element(snapshot.Attr{Name: "title", Value: secret})), at + "attributes.title"},
		{node(element(snapshot.Attr{Name: "x"}, snapshot.Attr{Name: secret, Value: "1"})), at + "attributes[1] (name)"},
		{node(element(snapshot.Attr{Name: "style", Type: snapshot.AttrJSON, Value: `{"--x":"` + secret + `"}`})), at + "attributes.style"},
		{node(snapshot.Node{Kind: snapshot.KindElement, Name: "p", Extra: []snapshot.Member{{Name: "x", Value: `"` + secret + `"`}}}), at + "rest.x"},
		{node(snapshot.Node{Kind: snapshot.KindElement, Name: "p", Extra: []snapshot.Member{{Name: secret, Value: "1"}}}), at + "rest[0] (name)"},
		{state(snapshot.State{Value: &value}), at + "state.value"},
		{state(snapshot.State{CSS: &value}), at + "state._cssText"},
		{state(snapshot.State{Src: secret}), at + "state.rr_src"},
		{state(snapshot.State{Canvas: []snapshot.CanvasOp{{Property: "fillText", Args: `["` + secret + `"]`}}}), at + "canvas[0].args"},
		{state(snapshot.State{Other: []snapshot.Attr{{Name: "rr_x", Value: secret}}}), at + "state.rr_x"},
		{&format.Mutation{Texts: []format.TextChange{{ID: 5, Value: &value}}}, "texts[0].value"},
		{&format.Mutation{Attrs: []format.AttrChange{{ID: 5}, {ID: 5, Attrs: []snapshot.Attr{{Name: "alt", Value: secret}}}}}, "attributes[1].attributes.alt"},
		{&format.Mutation{Adds: []format.Addition{{Parent: 3, Node: text(9, secret)}}}, "adds[0].node.textContent"},
		{&format.Meta{URL: secret}, "href"},
		{&format.Input{Text: secret}, "text"},
		{&format.Custom{Tag: secret}, "tag"},
		{&format.Custom{Payload: `{"a":"` + secret + `"}`}, "payload"},
		{&format.Request{Failure: secret}, "failure"},
		{&format.SheetRules{Replace: &value}, "replace"},
		{&format.CustomElement{Define: &format.Definition{Name: secret}}, "define.name"},
		{format.NewUnknown(`{"type":99,"x":"` + secret + `"}`), "raw"},
		{&format.Input{Extra: format.Extra{{Name: "x", Value: `"` + secret + `"`}}}, "rest.x"},
	} {
		t.Run(c.data.Kind().String()+" "+c.field, func(t *testing.T) {
			leaks, err := Find(events(&format.Load{}, c.data), secret)
			require.NoError(t, err)
			require.NotEmpty(t, leaks)
			fields := make([]string, len(leaks))
			for i, l := range leaks {
				assert.Equal(t, 1, l.Event)
				assert.Equal(t, c.data.Kind(), l.Kind)
				assert.NotContains(t, l.String(), secret)
				fields[i] = l.Field
			}
			assert.Contains(t, fields, c.field)
		})
	}
	leaks, err := Find(func(yield func(format.Event, error) bool) {
		yield(format.Event{Data: &format.Load{}, Extra: []snapshot.Member{{Name: "by", Value: `"` + secret + `"`}}}, nil)
	}, secret)
	require.NoError(t, err)
	require.Len(t, leaks, 1)
	assert.Equal(t, "event.by", leaks[0].Field)
}

// A number is found where it is one.
func TestNumbers(t *testing.T) {
	for _, data := range []format.Data{
		&format.Scroll{ID: 3, X: 12345678},
		&format.Request{Status: 12345678},
		&format.Scroll{ID: 12345678},
		&format.SheetRules{ID: 3, Removes: []format.RuleRemoval{{Index: []int64{1, 12345678}}}},
		&format.Media{ID: 3, Volume: func() *float64 { v := 12345678.0; return &v }()},
		full(&snapshot.Node{ID: 4, Kind: snapshot.KindElement, Name: "p", Attrs: []snapshot.Attr{{Name: "a", Type: snapshot.AttrNumber, Value: "12345678"}}}),
	} {
		leaks, err := Find(events(data), "123-456-78")
		require.NoError(t, err)
		require.NotEmpty(t, leaks, data.Kind())
		assert.Equal(t, "alnum", leaks[0].View)
	}
	leaks, err := Find(events(&format.Scroll{ID: 737, X: 737}, &format.Custom{Tag: "a", Payload: "737"}), "737")
	require.NoError(t, err)
	require.Len(t, leaks, 1, "places and ids are no values")
	assert.Equal(t, "payload", leaks[0].Field)
}

// Text that is split over nodes is found when it comes to stand in a row.
func TestBlocks(t *testing.T) {
	str := func(s string) *string { return &s }
	page := full(el(4, "p", text(5, "Hi Marg"), el(6, "b", el(7, "my-name", text(8, "uer")), text(9, "ite")), text(10, " Holt!")))
	plain := func() *format.FullSnapshot {
		return full(el(4, "p", text(5, "Marg"), el(6, "b", text(7, "x")), text(8, "Holt")), el(9, "p"))
	}
	for _, c := range []struct {
		name string
		data []format.Data
		at   int // event
	}{
		{"in the snapshot", []format.Data{page}, 0},
		{"by a text", []format.Data{plain(), &format.Mutation{Texts: []format.TextChange{{ID: 7, Value: str("uerite ")}}}}, 1},
		{"by an addition", []format.Data{plain(), &format.Mutation{Adds: []format.Addition{{Parent: 6, Next: 7, Node: text(20, "uerite ")}},
			Texts: []format.TextChange{{ID: 7, Value: str("")}}}}, 1},
		{"by a removal", []format.Data{full(el(4, "p", text(5, "Marguerite"), el(6, "i", text(7, "x")), text(8, "Holt"))),
			&format.Mutation{Removes: []format.Removal{{Parent: 4, ID: 6}}}}, 1},
		{"in a frame", []format.Data{full(el(4, "iframe")), &format.Mutation{Frame: true, Adds: []format.Addition{{Parent: 4, Node: &snapshot.Node{
			ID: 10, Kind: snapshot.KindDocument, Children: []*snapshot.Node{el(11, "html", el(12, "i", text(13, "Marguerite"), el(14, "b", text(15, "Holt"))))}}}}}}, 1},
		{"in a shadow tree", []format.Data{full(&snapshot.Node{ID: 4, Kind: snapshot.KindElement, Name: "x-y", IsHost: true, Children: []*snapshot.Node{
			{ID: 5, Kind: snapshot.KindElement, Name: "i", IsShadow: true, Children: []*snapshot.Node{text(6, "Marguerite")}},
			{ID: 7, Kind: snapshot.KindText, Text: "Holt", IsShadow: true}}})}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			leaks, err := Find(events(c.data...), secret)
			require.NoError(t, err)
			require.NotEmpty(t, leaks)
			assert.Equal(t, c.at, leaks[0].Event)
			assert.Contains(t, leaks[0].Field, "block of ")
		})
	}
	for _, apart := range []format.Data{
		full(el(4, "p", text(5, "Marguerite")), el(6, "p", text(7, "Holt"))),
		full(el(4, "p", text(5, "Marguerite"), el(6, "div", text(7, "and")), text(8, "Holt"))),
	} {
		leaks, err := Find(events(apart), "Margueriteholtby", "Margueritean")
		require.NoError(t, err)
		assert.Empty(t, leaks)
	}
	// Windows have pages of their own.
	leaks, err := Find(func(yield func(format.Event, error) bool) {
		_ = yield(format.Event{Window: 1, Data: page}, nil) && yield(format.Event{Window: 2, Data: plain()}, nil) &&
			yield(format.Event{Window: 2, Data: &format.Mutation{Texts: []format.TextChange{{ID: 7, Value: str("uerite ")}}}}, nil)
	}, secret)
	require.NoError(t, err)
	require.Len(t, leaks, 2)
	assert.Equal(t, 2, leaks[1].Event)
}

// What only the tape has is found in its keyframes and strings.
func TestTape(t *testing.T) {
	tape, err := write(events(full(el(4, "p", text(5, secret)))))
	require.NoError(t, err)
	s := newSearch([]string{secret})
	leaks, err := s.tape(tape)
	require.NoError(t, err)
	var fields []string
	for _, l := range leaks {
		fields = append(fields, l.Field)
		assert.NotContains(t, l.String(), secret)
	}
	assert.Contains(t, fields, "tape: node.childNodes[0].childNodes[0].childNodes[0].childNodes[0].textContent")
	assert.Contains(t, fields, "tape's strings of text")
	assert.Equal(t, "secret 0 in the tape's strings of text, as raw", leaks[len(leaks)-1].String())
}

func TestFindErrors(t *testing.T) {
	broken := errors.New("broken")
	leaks, err := Find(func(yield func(format.Event, error) bool) {
		_ = yield(format.Event{Data: &format.Input{Text: secret}}, nil) && yield(format.Event{}, broken)
	}, secret)
	assert.ErrorIs(t, err, broken)
	assert.EqualError(t, err, "masktest: event 1: broken")
	assert.Len(t, leaks, 1)

	_, err = Find(func(yield func(format.Event, error) bool) { yield(format.Event{}, nil) }, secret)
	assert.EqualError(t, err, "masktest: event 0: no data")

	for _, bad := range []string{"", " ", "***", "\u200b"} {
		_, err = Find(events(), secret, bad)
		assert.EqualError(t, err, "masktest: secret 1 has no letter or digit")
	}
}
