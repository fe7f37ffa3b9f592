package mask_test

import (
	"encoding/json"
	"iter"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/mask"
)

const console, network = "rrweb/console@1", "rrweb/network@1"

// payloadOf is what becomes of the payload of a plugin or custom event of that
// name.
func payloadOf(t testing.TB, c mask.Config, name, payload string) string {
	t.Helper()
	f := filterFor(t, c)
	var data format.Data = &format.Custom{Tag: name, Payload: payload}
	if strings.Contains(name, "@") {
		data = &format.Plugin{Plugin: name, Payload: payload}
	}
	events, err := f.Append(nil, format.Event{Data: data})
	require.NoError(t, err)
	require.Len(t, events, 1)
	if p, ok := events[0].Data.(*format.Plugin); ok {
		return p.Payload
	}
	return events[0].Data.(*format.Custom).Payload
}

// keeping returns the default policy with that plugin or tag kept.
func keeping(name string) mask.Config {
	c := mask.Default()
	c.Keep, c.Plugins = []string{name}, []string{name}
	return c
}

func TestPlugins(t *testing.T) {
	for _, c := range []struct{ name, plugin, in, want, kept string }{
		{"console", console, `{"level":"error","trace":["b.onclick (http://a.example/ph?u=jane:2:744)"],"payload":["\"failed for jane@x.example\"","{\"pin\":1234,\"n\":[7,\"jane\"]}","undefined"],"more":"jane"}`,
			`{"level":"error","trace":["***"],"payload":["\"***\"","{\"pin\":0,\"n\":[7,\"***\"]}","\"***\""],"more":"***"}`,
			`{"level":"error","trace":["b.onclick (http://a.example/ph?u=***:2:744)"],"payload":["\"failed for ***\"","{\"pin\":0,\"n\":[7,\"jane\"]}","undefined"],"more":"jane"}`},
		{"console of a level of its own", console, `{"level":"jane","payload":[]}`, `{"level":"***","payload":[]}`, `{"level":"jane","payload":[]}`},
		{"network", network, `{"requests":[{"name":"https://a:b@c.example/d?token=e#f","entryType":"resource","initiatorType":"fetch","startTime":1234.5678,"timestamp":1795356162188,"transferSize":6997376,"method":"POST","status":201,"statusText":"jane",` +
			`"requestHeaders":{"content-type":"application/json; charset=utf-8","Content-Length":"1234567","Authorization":"Bearer abc","x-user":"jane","cookie":"a=b"},"requestBody":"{\"a\":\"jane\"}","responseBody":{"jane":1},"responseHeaders":[{"name":"Content-Type","value":"text/html"},{"value":"jane","name":"Set-Cookie"},{"name":"jane","value":"jane"},{"value":"text/html","name":"Content-Type"}],"isInitial":true,"user":"jane","account":84172039}],"isInitial":true}`,
			`{"requests":[{"name":"https://c.example/d?token=***","entryType":"resource","initiatorType":"fetch","startTime":1234.5678,"timestamp":1795356162188,"transferSize":6997376,"method":"POST","status":201,"statusText":"***",` +
				`"requestHeaders":{"content-type":"application/json; charset=utf-8","Content-Length":"1234567","Authorization":"***","x-user":"***","cookie":"***"},"requestBody":null,"responseBody":null,"responseHeaders":[{"name":"Content-Type","value":"text/html"},{"value":"***","name":"Set-Cookie"},{"name":"***","value":"***"},{"value":"***","name":"Content-Type"}],"isInitial":true,"user":"***","account":0}],"isInitial":true}`,
			`{"requests":[{"name":"https://c.example/d?token=***","entryType":"resource","initiatorType":"fetch","startTime":1234.5678,"timestamp":1795356162188,"transferSize":6997376,"method":"POST","status":201,"statusText":"jane",` +
				`"requestHeaders":{"content-type":"application/json; charset=utf-8","Content-Length":"1234567","Authorization":"***","x-user":"***","cookie":"***"},"requestBody":null,"responseBody":null,"responseHeaders":[{"name":"Content-Type","value":"text/html"},{"value":"***","name":"Set-Cookie"},{"name":"***","value":"***"},{"value":"***","name":"Content-Type"}],"isInitial":true,"user":"jane","account":84172039}],"isInitial":true}`},
		{"header called as a list's name", network, `{"requests":[{"requestHeaders":{"key":"jane","value":"jane","name":"jane"}}]}`,
			`{"requests":[{"requestHeaders":{"key":"***","value":"***","name":"***"}}]}`, `{"requests":[{"requestHeaders":{"key":"***","value":"***","name":"***"}}]}`},
		{"values of safe headers that do not look it", network, `{"requests":[{"requestHeaders":{"content-type":"to jane@x.example","content-length":1234,"etag":1234,"vary":["Origin","x 123456"],"date":{"a":"jane doe!"}}}]}`,
			`{"requests":[{"requestHeaders":{"content-type":"***","content-length":1234,"etag":0,"vary":["Origin","***"],"date":{"a":"***"}}}]}`,
			`{"requests":[{"requestHeaders":{"content-type":"***","content-length":1234,"etag":0,"vary":["Origin","***"],"date":{"a":"***"}}}]}`},
		{"paint", network, `{"requests":[{"name":"first-contentful-paint","entryType":"paint","duration":0},{"name":"jane","url":"data:image/png;base64,AAAA"}]}`,
			`{"requests":[{"name":"first-contentful-paint","entryType":"paint","duration":0},{"name":"***","url":"***"}]}`,
			`{"requests":[{"name":"first-contentful-paint","entryType":"paint","duration":0},{"name":"jane","url":"***"}]}`},
		{"breadcrumb", "breadcrumb", `{"timestamp":1795356179.176,"type":"default","category":"ui.input","message":"body > input#e[name=\"jane\"]","data":{"nodeId":15,"node":{"id":15,"tagName":"input","textContent":"jane","attributes":{"id":"jane","jane@x":"a"}},"arguments":["jane"],"key":"j","url":"/a?b=c","status_code":404,"from":"jane"}}`,
			`{"timestamp":1795356179.176,"type":"default","category":"ui.input","message":"***","data":{"nodeId":15,"node":{"id":15,"tagName":"input","textContent":"***","attributes":{"id":"***","***":"***"}},"arguments":["***"],"key":"***","url":"/a?b=***","status_code":404,"from":"***"}}`,
			`{"timestamp":1795356179.176,"type":"default","category":"ui.input","message":"body > input#e[name=\"jane\"]","data":{"nodeId":15,"node":{"id":15,"tagName":"input","textContent":"***","attributes":{"id":"***","***":"***"}},"arguments":["jane"],"key":"***","url":"/a?b=***","status_code":404,"from":"jane"}}`},
		{"span", "performanceSpan", `{"op":"resource.fetch","description":"/api/pay?email=jane%40x.example","startTimestamp":1795356181.1845,"endTimestamp":1795356181.2138,"data":{"method":"POST","statusCode":200,"request":{"headers":{"x":"jane"},"size":1234567,"body":{"email":"jane"}},"response":{"headers":{"content-length":"12"},"size":12,"body":{"status":1}},"user":12345678}}`,
			`{"op":"resource.fetch","description":"/api/pay?email=***","startTimestamp":1795356181.1845,"endTimestamp":1795356181.2138,"data":{"method":"POST","statusCode":200,"request":{"headers":{"x":"***"},"size":1234567,"body":null},"response":{"headers":{"content-length":"12"},"size":12,"body":null},"user":0}}`,
			`{"op":"resource.fetch","description":"/api/pay?email=***","startTimestamp":1795356181.1845,"endTimestamp":1795356181.2138,"data":{"method":"POST","statusCode":200,"request":{"headers":{"x":"***"},"size":1234567,"body":null},"response":{"headers":{"content-length":"12"},"size":12,"body":null},"user":12345678}}`},
		{"memory", "performanceSpan", `{"op":"memory","description":"memory","data":{"memory":{"jsHeapSizeLimit":4395630592,"other":4395630592}}}`,
			`{"op":"memory","description":"memory","data":{"memory":{"jsHeapSizeLimit":4395630592,"other":0}}}`,
			`{"op":"memory","description":"memory","data":{"memory":{"jsHeapSizeLimit":4395630592,"other":4395630592}}}`},
		{"options", "options", `{"sessionSampleRate":1,"maskAllText":false,"big":1234567,"x":"jane"}`, `{"sessionSampleRate":1,"maskAllText":false,"big":1234567,"x":"***"}`, `{"sessionSampleRate":1,"maskAllText":false,"big":1234567,"x":"jane"}`},
		{"page view", "$pageview", `{"href":"https://a.example/b?c=jane#d"}`, `{"href":"https://a.example/b?c=***"}`, `{"href":"https://a.example/b?c=***"}`},
		{"session", "$session_id_change", `{"sessionId":"01a2-jane","windowId":"jane","changeReason":{"noSessionId":true}}`, `{"sessionId":"***","windowId":"***","changeReason":{"noSessionId":true}}`, `{"sessionId":"***","windowId":"***","changeReason":{"noSessionId":true}}`},
		{"config", "$posthog_config", `{"config":{"api_host":"http://jane","token":"phc_test","autocapture":true,"properties_string_max_length":655350,"session":{"id":1234567}}}`,
			`{"config":{"api_host":"***","token":"***","autocapture":true,"properties_string_max_length":655350,"session":{"***":0}}}`,
			`{"config":{"api_host":"http://jane","token":"***","autocapture":true,"properties_string_max_length":655350,"session":{"***":0}}}`},
		{"idle", "sessionIdle", `{"eventTimestamp":1795356162188,"threshold":300000,"sessionId":"jane","x":1795356162188}`, `{"eventTimestamp":1795356162188,"threshold":300000,"sessionId":"***","x":0}`, `{"eventTimestamp":1795356162188,"threshold":300000,"sessionId":"***","x":1795356162188}`},
		{"no known tag", "cart", `{"user":"jane","cvv":123,"n":123,"credit":{"pin":{"a":1,"b":["x",2,true,null]}}}`, `{"user":"***","cvv":0,"n":123,"credit":{"pin":{"***":0,"***2":["***",0,true,null]}}}`, `{"user":"jane","cvv":0,"n":123,"credit":{"pin":{"***":0,"***2":["***",0,true,null]}}}`},
		{"name twice", "cart", `{"a":1,"a":2}`, `null`, `null`},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, mode := range []struct {
				config mask.Config
				want   string
			}{{mask.Default(), c.want}, {keeping(c.plugin), c.kept}} {
				got := payloadOf(t, mode.config, c.plugin, c.in)
				assert.Equal(t, mode.want, got)
				assert.Equal(t, got, payloadOf(t, mode.config, c.plugin, got), "idempotent")
			}
		})
	}
}

// What a kept payload's strings may hold.
func TestKeptStrings(t *testing.T) {
	config := keeping("kept")
	for in, want := range map[string]string{
		"hello world":                      "hello world",
		"":                                 "",
		"password=hunter2&a=b":             "password=***&a=b",
		"a=b&user%5Bpassword%5D=hunter2;c": "a=b&user%5Bpassword%5D=***;c",
		"https://a.example/?access_token=abc&x=y#z":               "https://a.example/?access_token=***&x=y#z",
		"experience=1&compass=2&tokenizer=3":                      "experience=1&compass=2&tokenizer=3",
		"Cookie: a=b; c=d\nAccept: x":                             "Cookie: ***\nAccept: x",
		"Authorization=Bearer abc":                                "Authorization=***",
		`login({password: "hun\"ter2", user: "ann"})`:             `login({password: "***", user: "ann"})`,
		`login({password: 'hunter2`:                               `login({password: '***`,
		"data=%7B%22password%22%3A%22hunter2%22%7D&x=y":           "***",
		"next=%2Fa%3Fb%3Dc&x=100":                                 "next=%2Fa%3Fb%3Dc&x=100",
		"Your PIN: is required":                                   "Your PIN: is required",
		`{"password":"hunter2","a":"b"}`:                          `{"password":"***","a":"b"}`,
		`{"pin":1234,"a":[{"otp":"1"}]} and more`:                 `{"pin":***,"a":[{"otp":"***"}]} and more`,
		`{"a":"x","password":"hunt`:                               `{"a":"x","password":"***`,
		`{"a":"x","b":"\u0068unt`:                                 `***`,
		`{"secret":{"a":"hunter2"},"x`:                            `{"secret":***`,
		`{"a":1,"a":2}`:                                           `***`,
		`{"a":"{\"a\":1,\"a\":2}"}`:                               `{"a":"***"}`,
		` [ "jane@x.example" , {"token":1} ] `:                    `["***",{"token":0}]`,
		`"jane@\u0078.example"`:                                   `"***"`,
		`{"query":"mutation","variables":{"password":"x","n":1}}`: `{"query":"mutation","variables":{"password":"***","n":1}}`,
		`[{"name":"X-Api-Key","value":"abc"},{"value":"abc","name":"cookie"},{"values":["abc"],"key":"otp"},{"name":"city","value":"abc"}]`: `[{"name":"X-Api-Key","value":"***"},{"value":"***","name":"cookie"},{"values":[],"key":"otp"},{"name":"city","value":"abc"}]`,
		`{"a":"{\"b\":\"{\\\"pin\\\":\\\"1\\\"}\"}"}`:                                            `{"a":"{\"b\":\"{\\\"pin\\\":\\\"***\\\"}\"}"}`,
		`[["cookie","abc"],["x",["token",1,"b"],{"a":1}]]`:                                       `[["cookie","***"],["x",["token",0,"***"],{"a":1}]]`,
		`[["cookie",{"a":1}],["city","token"]]`:                                                  `[["cookie",{"***":0}],["city","token"]]`,
		`<p class="a">to jane@x.example</p><!-- x --><input value="hunter2"><script>x</script>y`: `<p class="a">to ***</p><input value="***"><script></script>y`,
		`<div class="rr-mask" title="x">jane</div> doe`:                                          `<div class="rr-mask" title="***">***</div> ***`,
		`<textarea>hunter2</textarea>`:                                                           `<textarea>***</textarea>`,
		`<a data-token="abc" href="/a?b=c" onclick="x">y</a>`:                                    `<a data-token="***" href="/a?b=***" onclick="">y</a>`,
		`<input value="hunt`:                                                                     ``,
		"1 < 2 and 3 > 2":                                                                        "1 < 2 and 3 > 2",
		"jane <jane@x.example>":                                                                  "jane ",
	} {
		quoted, err := json.Marshal(in)
		require.NoError(t, err)
		payload := payloadOf(t, config, "kept", `{"x":`+string(quoted)+`}`)
		var got struct{ X string }
		require.NoError(t, json.Unmarshal([]byte(payload), &got))
		assert.Equal(t, want, got.X, in)
		assert.Equal(t, payload, payloadOf(t, config, "kept", payload), "idempotent")
	}
}

func TestSecretKeys(t *testing.T) {
	for _, key := range []string{
		"password", "Authorization", "proxy-authorization", "cookie", "Set-Cookie", "X-Api-Key", "apiKey", "token", "access_token",
		"refreshToken", "session", "session_id", "PHPSESSID", "connect.sid", "csrf", "X-XSRF-TOKEN", "csrfmiddlewaretoken", "cvv",
		"cvc", "pin", "otp", "ssn", "iban", "card", "cardNumber", "user[session]", "clientSecret", "jwt",
	} {
		assert.True(t, mask.SecretKey(key), key)
	}
	for _, key := range []string{
		"", "experience", "compass", "tokenizer", "sessionSampleRate", "obsession", "author", "authorName", "spin", "discard",
		"cookieConsent", "message", "name", "content-type", "maxTokensUsed",
	} {
		assert.False(t, mask.SecretKey(key), key)
	}
}

func TestKeptKeys(t *testing.T) {
	for in, want := range map[string]string{
		`{"***":1,"a@x.example":2,"b@x.example":3,"***2":4}`: `{"***":1,"***2":2,"***3":3,"***24":4}`,
		`{"a@x.example":{"a@x.example":1},"b":2}`:            `{"***":{"***":1},"b":2}`,
	} {
		got := payloadOf(t, keeping("kept"), "kept", in)
		assert.Equal(t, want, got)
		assert.Equal(t, got, payloadOf(t, keeping("kept"), "kept", got), "idempotent")
	}
}

// A masked session still tells how many errors there were.
func TestConsoleErrors(t *testing.T) {
	f := filterFor(t, mask.Strict())
	var out []format.Event
	for _, level := range []string{"error", "log", "error", "jane"} {
		var err error
		out, err = f.Append(out, format.Event{Data: &format.Plugin{Plugin: console, Payload: `{"level":"` + level + `","payload":["\"x\""],"trace":[]}`}})
		require.NoError(t, err)
	}
	s, err := format.Summarize(iter.Seq2[format.Event, error](func(yield func(format.Event, error) bool) {
		for _, e := range out {
			if !yield(e, nil) {
				return
			}
		}
	}))
	require.NoError(t, err)
	assert.EqualValues(t, 2, s.Counts.Errors)
}

func TestUnknownMembersAreCounted(t *testing.T) {
	f := filterFor(t, mask.Default())
	_, err := f.Append(nil, format.Event{Data: &format.Plugin{Plugin: network, Payload: `{"requests":[{"who":"jane","requestBody":"x"}],"why":"jane"}`}})
	require.NoError(t, err)
	channels := f.Report().Channels
	assert.Contains(t, channels, mask.ChannelCount{Channel: "unknown", Masked: 2})
	assert.Contains(t, channels, mask.ChannelCount{Channel: "network", Dropped: 1})
}

// Deep nesting in strings ends, masked.
func TestNestedText(t *testing.T) {
	text := `"jane@x.example"`
	for range 8 {
		q, err := json.Marshal(`{"a":` + text + `}`)
		require.NoError(t, err)
		text = string(q)
	}
	got := payloadOf(t, keeping("kept"), "kept", text)
	assert.NotContains(t, got, "jane")
	assert.Contains(t, got, `***`)
}

func FuzzPlugin(f *testing.F) {
	names := []string{console, network, "breadcrumb", "performanceSpan", "options", "$pageview", "$posthog_config", "sessionIdle", "other"}
	for i := range names {
		f.Add(uint8(i), `{"level":"error","payload":["{\"a\":\"<b c=d>\"}"],"requests":[{"name":"/a?b","requestHeaders":{"vary":"x"}}],"data":{"node":{"id":1}}}`, "https://x/?a=b")
		f.Add(uint8(i), `{"x@y.example":{"name":"pin","value":[1]},"***":"password=\"x"}`, "at f (http://x/y:1:2)")
	}
	type mode struct{ kept, strict *mask.Policy }
	var modes []mode
	for _, name := range names {
		kept, err := mask.Compile(keeping(name))
		require.NoError(f, err)
		strict, err := mask.Compile(mask.Strict())
		require.NoError(f, err)
		modes = append(modes, mode{kept, strict})
	}
	const secret = "qzxw7hunterqzxw"
	f.Fuzz(func(t *testing.T, which uint8, payload, text string) {
		i := int(which) % len(names)
		if !json.Valid([]byte(payload)) {
			payload = "null"
		}
		q, err := json.Marshal(text)
		require.NoError(t, err)
		s, err := json.Marshal(secret)
		require.NoError(t, err)
		inner, err := json.Marshal(`{"password":"` + secret + `","x":` + string(q) + `}`)
		require.NoError(t, err)
		// The secret is where it must never be seen; the rest is what comes.
		payload = `{"payload":[` + string(inner) + `,` + string(q) + `],"any":` + payload + `,"message":` + string(q) +
			`,"trace":[` + string(q) + `],"access_token":[{"` + secret + `":` + string(s) + `}],"list":[{"value":` + string(s) +
			`,"name":"Set-Cookie"},{"name":"otp","value":` + string(s) + `}],"requests":[{"name":` + string(q) +
			`,"requestBody":` + string(s) + `,"responseBody":{"` + secret + `":1},"requestHeaders":{"x-y":` + string(s) + `},"any":` + payload +
			`}],"data":{"node":{"textContent":` + string(s) + `,"attributes":{"a":` + string(s) + `}},"request":{"cookie":` + string(s) + `}}}`
		for _, p := range []*mask.Policy{modes[i].kept, modes[i].strict} {
			is := through(t, p, names[i], payload)
			require.True(t, json.Valid([]byte(is)), "%q", is)
			// Of other payloads nothing but the keys is known.
			gone := is
			if names[i] != "breadcrumb" && p == modes[i].kept {
				gone = strings.NewReplacer(`"textContent":`+string(s), "", `"attributes":{"a":`+string(s)+"}", "").Replace(gone)
			}
			if names[i] != network && p == modes[i].kept {
				gone = strings.NewReplacer(`"requestBody":`+string(s), "", `"responseBody":{"`+secret+`":1}`, "", `"requestHeaders":{"x-y":`+string(s)+"}", "").Replace(gone)
			}
			if p == modes[i].strict { // keys that look like keys
				gone = strings.ReplaceAll(gone, `"responseBody":{"`+secret+`":1}`, "")
			}
			require.NotContains(t, gone, secret)
			require.Equal(t, is, through(t, p, names[i], is), "idempotent: %q", is)
		}
	})
}

func through(t *testing.T, p *mask.Policy, name, payload string) string {
	var data format.Data = &format.Custom{Tag: name, Payload: payload}
	if strings.Contains(name, "@") {
		data = &format.Plugin{Plugin: name, Payload: payload}
	}
	events, err := p.NewFilter(nil).Append(nil, format.Event{Data: data})
	require.NoError(t, err)
	require.Len(t, events, 1)
	if p, ok := events[0].Data.(*format.Plugin); ok {
		return p.Payload
	}
	return events[0].Data.(*format.Custom).Payload
}

// Whatever the pieces come to, what is left of them stays.
func TestKeptFragments(t *testing.T) {
	pieces := []string{
		"<p ", "<input value=", "<script>", "</script>", "<textarea>", "</p>", ">", "<!--", "-->", "title=", "&lt;", "&amp;", "&#34;",
		"<style>", "<title>", "<svg:a b>", "</", "password", "token", "=", ":", " ", "\"", "'", "\\", "\\\"", "{", "}", "[", "]", ",", "&", ";", "?", "#",
		"%22", "%3D", "%", "cookie", "Authorization: ", "\n", "at f (", "http://x.example/a", ":1:2", ")", "@", "ada@x.example",
		"4111111111111111", "\"name\":", "\"value\":", "\"pin\"", "{\"a\":", "\"b\"", "1234", "\\u0041", "`", "data:image/png;base64,", "***", "é", "\x00",
		"class=rr-mask", "href=", "=\"", "(", "/",
	}
	r := rand.New(rand.NewPCG(1, 2))
	kept, err := mask.Compile(keeping(console))
	require.NoError(t, err)
	for range 4_000 {
		var b strings.Builder
		for range 1 + r.IntN(12) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		q, err := json.Marshal(b.String())
		require.NoError(t, err)
		payload := `{"x":` + string(q) + `,` + string(q) + `:{"a":"x"},"l":[[` + string(q) + `,"y"],{"name":` + string(q) + `,"value":"z"},{"value":[1],"key":` + string(q) + `}],"payload":[` + string(q) + `],"trace":[` + string(q) + `]}`
		once := through(t, kept, console, payload)
		require.True(t, json.Valid([]byte(once)), "%s\n%s", payload, once)
		require.Equal(t, once, through(t, kept, console, once), "%s", payload)
	}
}
