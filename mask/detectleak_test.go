package mask_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/snapshot"
)

// One of each kind, and the part of it that must not come out.
var plants = []struct{ detector, value, secret string }{
	{"card", "4111 1111 1111 1111", "1111 1111"},
	{"credentials", "postgres://ada:hunter2@db.example", "hunter2"},
	{"email", "ada@leak.example", "ada@"},
	{"iban", "DE89370400440532013000", "37040044"},
	{"ip", "203.0.113.77", "0.113.77"},
	{"jwt", jwtToken, "eyJzdWIi"},
	{"key", "sk_live_" + abc[:24], abc[:24]},
	{"pem", "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC", "MIIEvQIB"},
	{"phone", "+1 415 555 0132", "555 0132"},
	{"ssn", "536-90-4399", "90-4399"},
}

// everywhere returns events that show v in every place that is clear.
func everywhere(v string) []format.Data {
	quoted, _ := json.Marshal(v)
	q := string(quoted)
	s := "see " + v
	image, live := "/i/"+strings.ReplaceAll(v, " ", "%20")+"/x.png", s
	trace := image
	if strings.Contains(v, "\n") {
		trace = "/x.png" // a block has lines
	}
	css := `a::after{content:` + q + `;--x: ` + v + `}`
	button := el(30, "input", attrs("type", "submit", "value", s))
	canvas := el(31, "canvas", nil)
	canvas.State = &snapshot.State{Canvas: []snapshot.CanvasOp{{Property: "fillText", Args: `[` + q + `,1,2]`}}}
	allowed := el(32, "input", attrs("class", "shown", "value", s))
	allowed.State = &snapshot.State{Value: &live}
	return []format.Data{
		full(el(4, "title", nil, text(5, s)), el(6, "p", attrs("title", s, "data-x", s, "alt", v, "style", "--x:"+q), text(7, s)),
			el(8, "img", attrs("src", image, "srcset", image+" 2x")), el(9, "style", nil, text(10, css)), el(11, "link", attrs("_cssText", css)),
			el(12, "a", attrs("href", "https://x.example"+image, "data-y", "https://x.example"+image), text(13, "x")),
			el(14, "input", attrs("placeholder", s, "aria-label", v)), button, canvas, allowed),
		&format.Meta{URL: "https://shop.example" + image},
		setText(7, v), setText(5, s), setAttrs(6, "title", v, "data-z", s), add(3, 0, el(40, "p", nil, text(41, s))),
		&format.Input{ID: 32, Text: v},
		&format.Custom{Tag: "kept", Payload: `{"a":[` + q + `,{"b":` + q + `}],"nested":"{\"c\":1} ` + s2(v) + `"}`},
		&format.Plugin{Plugin: "rrweb/console@1", Payload: `{"payload":[` + q + `],"trace":["at f (https://x.example` + trace + `)"]}`},
		&format.Canvas{ID: 31, Property: "fillText", Args: `[` + q + `,1,2]`},
		&format.Mutation{Attrs: []format.AttrChange{{ID: 6, Attrs: []snapshot.Attr{{Name: "style", Type: snapshot.AttrJSON, Value: `{"--y":` + q + `}`}}}}},
	}
}

// s2 is v within a string of JSON.
func s2(v string) string {
	quoted, _ := json.Marshal(v)
	return string(quoted[1 : len(quoted)-1])
}

// Wherever a value of each kind is shown, it is gone; that of a detector which
// is off is all there, so the test would see it.
func TestDetectorsWork(t *testing.T) {
	for _, p := range plants {
		for _, base := range []mask.Config{mask.Default(), mask.Strict()} {
			t.Run(p.detector+"/"+base.Name, func(t *testing.T) {
				c := base
				c.Keep, c.Plugins = []string{"kept"}, []string{"rrweb/console@1"}
				c.Rules = append(c.Rules, rule(".shown, html", mask.Allow))
				for _, on := range []bool{true, false} {
					if c.Detect = []string{p.detector}; !on {
						c.Detect = []string{}
					}
					s := play(t, c, everywhere(p.value)...)
					out := collect(s.events)
					places := 0
					for line := range strings.Lines(out) {
						if strings.Contains(line, p.secret) || strings.Contains(line, strings.ReplaceAll(p.secret, " ", "%20")) {
							places++
							assert.False(t, on, line)
						}
					}
					r := s.filter.Report()
					if !on {
						assert.Greater(t, places, 12)
						assert.Empty(t, r.Detectors)
						continue
					}
					require.Len(t, r.Detectors, 1)
					assert.Equal(t, p.detector, r.Detectors[0].Detector)
					assert.Greater(t, r.Detectors[0].Found, 12)
					b, err := json.Marshal(r)
					require.NoError(t, err)
					assert.NotContains(t, string(b), p.secret)
					for _, e := range s.events {
						switch d := e.Data.(type) {
						case *format.Custom:
							assert.True(t, json.Valid([]byte(d.Payload)), d.Payload)
						case *format.Plugin:
							assert.True(t, json.Valid([]byte(d.Payload)), d.Payload)
						}
					}
					// Masked once more, nothing changes.
					again := filterFor(t, c)
					var twice []format.Event
					for e, err := range again.Events(decode(s.json)) {
						require.NoError(t, err)
						twice = append(twice, e)
					}
					assert.Equal(t, s.json, session{events: twice}.text())
				}
			})
		}
	}
}

func TestKeptPayload(t *testing.T) {
	f := filterFor(t, mask.Config{})
	for in, want := range map[string]string{
		` {"a" : "x", "n": 1.50, "e":"\u0041"} `:                    ` {"a" : "x", "n": 1.50, "e":"\u0041"} `,
		`{"a" : "to ada@x.example", "n":4111111111111111, "m":12}`:  `{"a" : "to ***", "n":0, "m":12}`,
		`{"ada@x.example":1,"b@x.example":2,"c":{"d@x.example":3}}`: `{"***":1,"***2":2,"c":{"***3":3}}`,
		`"{\"u\":\"ada\u0040x.example\"}"`:                          `"{\"u\":\"***\"}"`,
		`["a\u0040b.example", "\ud800 a@b.example"]`:                `["***", "\ud800 ***"]`,
		`{"a":"x@y.example"`:                                        `{"a":"***"`,
		`x@y.example`:                                               `***`,
		`{"a":1,"a":"x@y.example"}`:                                 `{"a":1,"a":"***"}`,
		`"a" "x@y.example"`:                                         `"a" "***"`,
	} {
		assert.Equal(t, want, f.HideJSON(in))
		assert.Equal(t, want, f.HideJSON(want))
	}
}

func TestShownURL(t *testing.T) {
	f := filterFor(t, mask.Config{})
	for in, want := range map[string]string{
		"https://shop.example/orders/4111111111111111/x?a=b": "https://shop.example/orders/***/x?a=***",
		"/t/4111%201111%201111%201111/y":                     "/t/***/y",
		"/cb/" + jwtToken:                                    "/cb/***",
		"/a%20b/c":                                           "/a%20b/c",
		"https://cdn.example/@scope/pkg@1.2.3/logo.png":      "https://cdn.example/@scope/pkg@1.2.3/logo.png",
	} {
		assert.Equal(t, want, f.ShowURL(in))
		assert.Equal(t, want, f.ShowURL(want))
	}
}

// typed says whether a string has an address that the recordings' scripts type,
// or a beginning of it: what echoes it is private.
func typed(s string) bool {
	s = strings.ToLower(s)
	return strings.Contains(s, "ada.holt@") || strings.Contains(s, "kari.odegard@")
}

// Of the public text and attributes of the recordings the detectors mask less
// than a hundredth, and all that of what was typed and is whole.
func TestCorpusDetectors(t *testing.T) {
	for _, s := range sessions.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			text := string(s.JSON(t))
			shown := func(detect []string) ([]string, mask.Report) {
				c := mask.Default()
				c.Detect = detect
				f := filterFor(t, c)
				var events []format.Event
				for e, err := range f.Events(decode(text)) {
					require.NoError(t, err)
					events = append(events, e)
				}
				return strings.Split(collect(events), "\n"), f.Report()
			}
			before, _ := shown([]string{})
			after, report := shown(nil)
			require.Len(t, after, len(before))
			all, gone, public := 0, 0, 0
			for i, line := range before {
				switch n := utf8.RuneCountInString(line); {
				case typed(line):
					assert.False(t, strings.Contains(after[i], "ada.holt@example.org") || strings.Contains(after[i], "kari.odegard@example.no"))
				default:
					all += n
					if after[i] != line {
						t.Logf("masked: %.150q", line)
						gone += n // the string, though a part of it is masked
						public++
					}
				}
			}
			assert.Less(t, gone, all/100)
			t.Logf("%d public strings masked, %d of %d characters; %v", public, gone, all, report.Detectors)
			_, optional := shown(mask.DetectorNames)
			t.Logf("with ip and phone: %v", optional.Detectors)
		})
	}
}
