package mask_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/pagetape/pagetape/internal/css"
	"github.com/pagetape/pagetape/mask"
)

func TestURL(t *testing.T) {
	for _, c := range []struct{ name, in, want, hidden string }{
		{"empty", "", "", ""},
		{"plain", "https://shop.example/a/b.html", "https://shop.example/a/b.html", "https://shop.example/***"},
		{"site alone", "https://shop.example/", "https://shop.example/", "https://shop.example/"},
		{"userinfo", "https://jane:pw@shop.example/a", "https://shop.example/a", "https://shop.example/***"},
		{"userinfo with an at sign", "https://jane@x.com:pw@shop.example/", "https://shop.example/", "https://shop.example/"},
		{"query", "https://shop.example/?q=jane&page=2&empty=", "https://shop.example/?q=***&page=***&empty=", "https://shop.example/***"},
		{"query without a name", "/a?jane@x.com", "/a?***", "***"},
		{"number as a name", "/a?4111111111111111=1", "/a?***", "***"},
		{"semicolons", "/a?a=1;b=2", "/a?a=***&b=***", "***"},
		{"second question mark", "/a?a=1?b=2", "/a?a=***", "***"},
		{"fragment", "https://shop.example/a#token=x", "https://shop.example/a", "https://shop.example/***"},
		{"fragment before query", "/a#b?c=d", "/a", "***"},
		{"relative", "a/b?x=1", "a/b?x=***", "***"},
		{"relative to the query", "?x=1", "?x=***", "***"},
		{"no scheme", "//jane@cdn.example/a?x=1", "//cdn.example/a?x=***", "***"},
		{"backslashes", `https:\\jane:pw@shop.example\a`, `https://shop.example\a`, `https://shop.example/***`},
		{"one slash", "https:/jane:pw@shop.example/a", "https://shop.example/a", "https://shop.example/***"},
		{"blanks and breaks", "  https://sh\nop.example/a\t", "https://shop.example/a", "https://shop.example/***"},
		{"upper-case scheme", "HTTPS://shop.example/a", "HTTPS://shop.example/a", "https://shop.example/***"},
		{"address in the path", "/users/jane@x.com/orders", "/users/***/orders", "***"},
		{"encoded address in the path", "/users/jane%40x.com", "/users/***", "***"},
		{"package version in the path", "/npm/react@18.2.0/umd.js", "/npm/react@18.2.0/umd.js", "***"},
		{"session in the path", "/a;jsessionid=12ab/b", "/a;jsessionid=***/b", "***"},
		{"mailto", "mailto:jane@x.com?subject=hi", "mailto:***", "***"},
		{"tel", "tel:+123456789", "tel:***", "***"},
		{"sms", "sms:+123456789?body=x", "sms:***", "***"},
		{"javascript", "java\tscript:alert(1)", "", ""},
		{"javascript after blanks", "  JavaScript:alert(1)", "", ""},
		{"data image", "data:image/png;base64,AAAA", "data:image/png;base64,AAAA", "***"},
		{"data image with an address inside", "data:image/svg+xml,<svg xmlns='http://x/jane'/>", "data:image/svg+xml,<svg xmlns='http://x/jane'/>", "***"},
		{"data text", "data:text/html,jane", "", ""},
		{"blob", "blob:https://x/1-2-3", "blob:***", "***"},
		{"blank", "about:blank", "about:blank", "about:blank"},
		{"other scheme", "slack://user?id=1", "slack://user?id=***", "slack://user/***"},
		{"file", "file:///home/jane/a.html", "file:///home/jane/a.html", "file://***/***"},
		{"port", "http://localhost:8080/a", "http://localhost:8080/a", "http://localhost:8080/***"},
		{"odd host", "http://a b%40c/x", "http://***/x", "http://***/***"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := mask.CleanURL(c.in)
			assert.Equal(t, c.want, got)
			assert.Equal(t, got, mask.CleanURL(got), "idempotent")
			hidden := mask.HideURL(c.in)
			assert.Equal(t, c.hidden, hidden)
			assert.Equal(t, hidden, mask.HideURL(hidden), "idempotent")
		})
	}
}

func FuzzURL(f *testing.F) {
	f.Add("https://jane:pw@shop.example/a;b=c?d=e&f#g")
	f.Add("//a@b/%40?=;&#")
	f.Fuzz(func(t *testing.T, u string) {
		for _, clean := range []func(string) string{mask.CleanURL, mask.HideURL} {
			once := clean(u)
			assert.Equal(t, once, clean(once))
		}
	})
}

func TestSrcset(t *testing.T) {
	got := mask.CleanSrcset("/a.png?u=jane 1x, https://x:y@z/b.png 2.5x,c.png, data:image/png;base64,AA== 100w", mask.CleanURL)
	assert.Equal(t, "/a.png?u=*** 1x, https://z/b.png 2.5x, c.png, data:image/png;base64,AA== 100w", got)
}

func TestCSS(t *testing.T) {
	for _, c := range []struct{ name, in, clear, masked string }{
		{"plain", "a > .b{color:red;margin:0 1px}", "a > .b{color:red;margin:0 1px}", "a > .b{color:red;margin:0 1px}"},
		{"comment", "a{/* jane */color:red}", "a{/**/color:red}", "a{/**/color:red}"},
		{"open comment", "a{} /* jane", "a{} /**/", "a{} /**/"},
		{"mark of rrweb", "a{}/* rr_split */b{}", "a{}/* rr_split */b{}", "a{}/* rr_split */b{}"},
		{"string", `a::after{content:"jane"}`, `a::after{content:"jane"}`, `a::after{content:"***"}`},
		{"string with a comment", `a{content:"/*x*/"}`, `a{content:"/*x*/"}`, `a{content:"***"}`},
		{"string with an escaped quote", `a{content:"a\"b"}`, `a{content:"a\"b"}`, `a{content:"***"}`},
		{"open string", "a{content:'jane\n}", "a{content:'jane\n}", "a{content:'***'\n}"},
		{"icon", `i{content:"\f101"}`, `i{content:"\f101"}`, `i{content:"\f101"}`},
		{"bullet", `i{content:"•"}`, `i{content:"•"}`, `i{content:"•"}`},
		{"url", "a{background:url(/x.png?u=jane)}", "a{background:url(/x.png?u=***)}", "a{background:url(***)}"},
		{"quoted url", `a{background:url( "/x.png?u=jane" )}`, `a{background:url("/x.png?u=***")}`, `a{background:url("***")}`},
		{"upper-case url", "a{background:URL(/x?u=jane)}", "a{background:url(/x?u=***)}", "a{background:url(***)}"},
		{"escaped url", `a{background:\u\r\l(/x?u=jane)}`, `a{background:url(/x?u=***)}`, `a{background:url(***)}`},
		{"escaped script", `a{background:url(java\73 cript:x)}`, `a{background:url()}`, `a{background:url(***)}`},
		{"data image", "a{background:url(data:image/png;base64,AA==)}", "a{background:url(data:image/png;base64,AA==)}", "a{background:url(***)}"},
		{"fragment", "a{clip-path:url(#clip)}", "a{clip-path:url(#clip)}", "a{clip-path:url(#clip)}"},
		{"import", `@import "a.css?u=jane";`, `@import "a.css?u=***";`, `@import "***";`},
		{"attribute selector", `[value="secret"],[type=text],[data-u="84172039"]{}`, `[value="***"],[type=text],[data-u="84172039"]{}`,
			`[value="***"],[type=text],[data-u="***"]{}`},
		{"keylogger", `input[ svg|VALUE $= 'a' i ]{background:url(//x/a)}`, `input[ svg|VALUE $= "***" i ]{background:url(//x/a)}`, `input[ svg|VALUE $= '***' i ]{background:url(***)}`},
		{"value without quotes", `[value=secret],[va\6cue^=a\"b],[value],[value=""],[value=1x y]{}`, `[value="***"],[va\6cue^="***"],[value],[value=""],[value="***" ]{}`,
			`[value="***"],[va\6cue^="***"],[value],[value=""],[value=1x y]{}`},
		{"other attributes", `[title=jane],[alt="jane doe"],[data-u=jane],[data-u="jane doe"]{}`, `[title=jane],[alt="jane doe"],[data-u=jane],[data-u="jane doe"]{}`,
			`[title="***"],[alt="***"],[data-u=jane],[data-u="***"]{}`},
		{"names of grid lines", "a{grid:[value] 1fr [end]}", "a{grid:[value] 1fr [end]}", "a{grid:[value] 1fr [end]}"},
		{"bad url", "a{b:url(jane doe);c:url(x'y)}", "a{b:url(();c:url(()}", "a{b:url(();c:url(()}"},
		{"no url", "a{b:#url(/*jane*/);c:1url(/*jane*/)}", "a{b:#url(/**/);c:1url(/**/)}", "a{b:#url(/**/);c:1url(/**/)}"},
		{"comment in a url", "a{b:url(/*x*/)}", "a{b:url(/*x*/)}", "a{b:url(***)}"},
		{"image-set", `a{b:image-set("/a?u=j" type("image/png"), linear-gradient("x"),"/b?u=j");c:"/d?u=j"}`,
			`a{b:image-set("/a?u=***" type("image/png"), linear-gradient("x"),"/b?u=***");c:"/d?u=j"}`,
			`a{b:image-set("***" type("***"), linear-gradient("***"),"***");c:"***"}`},
		{"import after a comment", "@\\69mport/*jane*/'a?u=jane' screen;", "@\\69mport/**/'a?u=***' screen;", "@x/**/'***' screen;"},
		{"long custom name", "a{--u-84172039:jane;--b:;--c :jane}", "a{--u-84172039:jane;--b:;--c :jane}", "a{x:***;--b:;--c :***}"},
		{"block in a custom property", "a{--b:{c:jane;d:e};f:g}", "a{--b:{c:jane;d:e};f:g}", "a{--b:***;f:g}"},
		{"numbers", "a{b:+12345678.12345678e12345678px;c:1234567-1}", "a{b:+12345678.12345678e12345678px;c:1234567-1}", "a{b:+999999.123456e999999px;c:999999-1}"},
		{"escaped line break", "a{b:'jane\\\r\ndoe';c:d}", "a{b:'jane\\\r\ndoe';c:d}", "a{b:'***';c:d}"},
		{"custom property", "a{--user: jane doe; --w: calc(1px + 2em); --c:#ff0000}", "a{--user: jane doe; --w: calc(1px + 2em); --c:#ff0000}",
			"a{--user:***; --w: calc(1px + 2em); --c:#ff0000}"},
		{"var", "a{color:var(--c)}", "a{color:var(--c)}", "a{color:var(--c)}"},
		{"long number", "a{z-index:2147483647;width:33.33333333%}", "a{z-index:2147483647;width:33.33333333%}", "a{z-index:999999;width:33.333333%}"},
		{"user in a class", ".user-84172039{}", ".user-84172039{}", ".x{}"},
		{"font format", `@font-face{src:url(a.woff2) format("woff2")}`, `@font-face{src:url(a.woff2) format("woff2")}`, `@font-face{src:url(***) format("woff2")}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.clear, mask.CleanCSS(c.in, false))
			assert.Equal(t, c.masked, mask.CleanCSS(c.in, true))
			assert.Equal(t, c.clear, mask.CleanCSS(c.clear, false), "idempotent")
			assert.Equal(t, c.masked, mask.CleanCSS(c.masked, true), "idempotent")
		})
	}
}

// Style sheets made to be looked at again and again take no longer than others.
func TestCSSIsLinear(t *testing.T) {
	for _, unit := range []string{"a", "(", "a(", "\\(", "a\\", "\\\n", "url(", "url( ", "url('", "image-set(", "image-set('a',", "[", "[value", "[value=", "[value=i ",
		"/*", "/", "'", "'\n", "@import ", "@import /**/", "--a:", ";--a:b", ";--a:{", ";--a:(", "#", "1", "1.", "-", "<!--", "\xff"} {
		long := strings.Repeat(unit, 1+1<<18/len(unit))
		for _, masked := range []bool{false, true} {
			begun := time.Now()
			mask.CleanCSS(long, masked)
			// 256 KiB take some milliseconds; with a loop in a loop, minutes.
			assert.Less(t, time.Since(begun), 2*time.Second, "%q, masked %v", unit, masked)
		}
	}
}

func TestCSSAllocatesNothing(t *testing.T) {
	const sheet = `@media (min-width:1px){a[href="x"]:hover,.md\:b{color:var(--c);background:url("a.png") url(#b) image-set("c" 1x)}}/* rr_split */`
	assert.Equal(t, sheet, mask.CleanCSS(sheet, false))
	assert.Zero(t, testing.AllocsPerRun(10, func() { mask.CleanCSS(sheet, false) }))
}

func FuzzCSS(f *testing.F) {
	f.Add(`@import "x?y"; a[b="c"]{--d: 'e'; content:"\f101" url(f?g) /* h */; width:1.5e3px}`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, masked := range []bool{false, true} {
			once := mask.CleanCSS(text, masked)
			assert.Equal(t, once, mask.CleanCSS(once, masked))
			for c := (css.Scanner{Text: once}); c.Next(); {
				if token := once[c.Start:c.End]; c.Kind == css.Comment {
					assert.Contains(t, []string{"/**/", "/* rr_split */"}, token)
				}
			}
		}
	})
}

func TestPayload(t *testing.T) {
	for _, c := range []struct {
		name, in, want string
		ok             bool
	}{
		{"string", `"jane"`, `"***"`, true},
		{"empty string", `""`, `""`, true},
		{"words of JSON", ` [true , false,null] `, `[true,false,null]`, true},
		{"numbers", `[1,-2.5,12345,123456,1e5,0.123456]`, `[1,-2.5,12345,0,1e5,0]`, true},
		{"keys", `{"user":"jane","$id":1,"data-x":2,"j@x.com":3,"":4,"84172039":5,"two words":6}`,
			`{"user":"***","$id":1,"data-x":2,"***":3,"***2":4,"***3":5,"***4":6}`, true},
		{"nested", `{"a":[{"b":"c"},[]],"d":{}}`, `{"a":[{"b":"***"},[]],"d":{}}`, true},
		{"JSON in a string", `"{\"a\":\"jane\"}"`, `"***"`, true},
		{"lone surrogate", `{"a":"\ud800"}`, `{"a":"***"}`, true},
		{"name twice", `{"a":1,"a":2}`, `null`, false},
		{"name twice, escaped", `{"a":1,"\u0061":2}`, `null`, false},
		{"two values", `{} {}`, `null`, false},
		{"cut short", `{"a":`, `null`, false},
		{"no JSON", `jane`, `null`, false},
		{"nothing", ``, `null`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := mask.MaskPayload(c.in)
			assert.Equal(t, c.want, got)
			assert.Equal(t, c.ok, ok)
			if ok {
				again, _ := mask.MaskPayload(got)
				assert.Equal(t, got, again, "idempotent")
			}
		})
	}
	deep := ""
	for range 1000 {
		deep = "[" + deep + "]"
	}
	got, ok := mask.MaskPayload(deep)
	assert.False(t, ok)
	assert.Equal(t, "null", got)
}

func TestCanvasArguments(t *testing.T) {
	for _, c := range []struct {
		name, property, in, want string
		ok                       bool
	}{
		{"text", "fillText", `["jane",10,20.5]`, `["***",10,20.5]`, true},
		{"a word as text", "strokeText", `["red"]`, `["***"]`, true},
		{"color", "fillStyle", `["#ff0000"]`, `["#ff0000"]`, true},
		{"color function", "fillStyle", `["rgba(1, 2, 3, 0.5)"]`, `["rgba(1, 2, 3, 0.5)"]`, true},
		{"no color", "fillStyle", `["84172039"]`, `["***"]`, true},
		{"font", "font", `["12px \"Jane\""]`, `["12px \"***\""]`, true},
		{"image", "drawImage", `[{"rr_type":"HTMLImageElement","src":"x"}]`, ``, false},
		{"pixels in an argument", "call", `[{"rr_type":"ArrayBuffer","base64":"AA"}]`, `null`, false},
		{"object of the context", "useProgram", `[{"rr_type":"WebGLProgram","index":0}]`, `[{"rr_type":"WebGLProgram","index":0}]`, true},
		{"long number", "lineTo", `[1234567890123,1]`, `[0,1]`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := mask.MaskCanvas(c.property, c.in)
			assert.Equal(t, c.want, got)
			assert.Equal(t, c.ok, ok)
		})
	}
}

func TestSecretNames(t *testing.T) {
	for _, name := range []string{
		"password", "userPassword", "new-password", "passwd2", "pwd", "card", "cardNumber", "card_number", "cardnumber",
		"cc-number", "ccNum", "CVC", "cvv2", "card[cvc]", "csc", "iban", "otp", "otp_1", "pin", "user.pin", "PIN code",
		"secret", "clientSecret", "ssn", "Social Security Number", "Security code", "One-time code",
	} {
		assert.True(t, mask.SecretName(name), name)
	}
	for _, name := range []string{
		"", "email", "name", "spinner", "shipping", "opinion", "compass", "bypass", "discard", "postcard", "cc", "address", "search",
		"option", "secretary", "fiban",
	} {
		assert.False(t, mask.SecretName(name), name)
	}
}

func TestScrub(t *testing.T) {
	for in, want := range map[string]string{
		"":                              "",
		"Shop":                          "Shop",
		"Inbox (3) - jane@x.com - Mail": "Inbox (3) - *** - Mail",
		"Order 123456 | Shop":           "Order *** | Shop",
		"Order  12-34 x":                "Order  *** x",
	} {
		assert.Equal(t, want, mask.Scrub(in))
		assert.Equal(t, want, mask.Scrub(want))
	}
}
