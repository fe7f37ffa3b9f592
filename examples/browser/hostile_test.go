package browser

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/replay/replaytest"
	"github.com/pagetape/pagetape/snapshot"
)

// A recording that was made to attack its reader does nothing.
func TestHostileRecording(t *testing.T) {
	events := `[{"type":4,"data":{"href":"http://x/","width":800,"height":600},"timestamp":1},
{"type":2,"data":{"node":{"type":0,"id":1,"childNodes":[{"type":2,"tagName":"html","id":2,"attributes":{},"childNodes":[
{"type":2,"tagName":"head","id":3,"attributes":{},"childNodes":[
 {"type":2,"tagName":"script","id":4,"attributes":{"src":"/evil.js"},"childNodes":[{"type":3,"id":5,"textContent":"window.ran=1"}]},
 {"type":2,"tagName":"meta","id":6,"attributes":{"http-equiv":"refresh","content":"0;url=/elsewhere"},"childNodes":[]},
 {"type":2,"tagName":"base","id":7,"attributes":{"href":"http://127.0.0.1:9/"},"childNodes":[]},
 {"type":2,"tagName":"link","id":8,"attributes":{"rel":"stylesheet","href":"/evil.css"},"childNodes":[]},
 {"type":2,"tagName":"style","id":9,"attributes":{"_cssText":"@import '/evil.css'; body{background:url(/evil.png)} </style><script>window.ran=1</script><img src=x onerror=window.ran=1>"},"childNodes":[]}]},
{"type":2,"tagName":"body","id":10,"attributes":{"onload":"window.ran=1","background":"/evil.png"},"childNodes":[
 {"type":2,"tagName":"img","id":11,"attributes":{"src":"/evil.png","srcset":"/evil2.png 2x","onerror":"window.ran=1"},"childNodes":[]},
 {"type":2,"tagName":"p><script>window.ran=1</script>","id":12,"attributes":{"a onclick=window.ran=1 b":"c"},"childNodes":[]},
 {"type":2,"tagName":"svg","isSVG":true,"id":13,"attributes":{"onload":"window.ran=1"},"childNodes":[{"type":2,"tagName":"style","isSVG":true,"id":14,"attributes":{},"childNodes":[{"type":3,"id":15,"textContent":"<img src=x onerror=window.ran=1>"}]},
  {"type":2,"tagName":"use","isSVG":true,"id":16,"attributes":{"href":"/evil.svg#x"},"childNodes":[]},
  {"type":2,"tagName":"animate","isSVG":true,"id":17,"attributes":{"attributeName":"href","values":"javascript:window.ran=1"},"childNodes":[]}]},
 {"type":2,"tagName":"iframe","id":18,"attributes":{"srcdoc":"<script>parent.ran=1</script>","rr_src":"/evil.html"},"childNodes":[]},
 {"type":2,"tagName":"object","id":19,"attributes":{"data":"/evil.swf"},"childNodes":[]},
 {"type":2,"tagName":"video","id":20,"attributes":{"src":"/evil.mp4","poster":"/evil.png","autoplay":""},"childNodes":[]},
 {"type":2,"tagName":"plaintext","id":21,"attributes":{},"childNodes":[{"type":3,"id":22,"textContent":"plain"}]},
 {"type":2,"tagName":"textarea","id":23,"attributes":{"value":"</textarea><script>window.ran=1</script>"},"childNodes":[]},
 {"type":2,"tagName":"div","id":24,"attributes":{"style":"background:url('/evil.png')"},"childNodes":[{"type":3,"id":25,"textContent":"the end"}]}]}]}]},
 "initialOffset":{"left":0,"top":0}},"timestamp":2}]`
	var source replay.Events
	for e, err := range rrweb.NewDecoder(strings.NewReader(events), nil).Events() {
		require.NoError(t, err)
		source = append(source, e)
	}
	page, err := replay.NewPlayer(source).AtEvent(len(source))
	require.NoError(t, err)
	var html bytes.Buffer
	require.NoError(t, snapshot.Render(&html, page, nil))
	v := newSite(t, chromium(t)).visit(t, html.Bytes(), 800, 600)
	assert.False(t, v.Ran)
	assert.Zero(t, v.Scripts)
	assert.Empty(t, v.requests)
	assert.Contains(t, v.Text, "plain")
	assert.Contains(t, v.Text, "the end")
}

//go:embed hostile.js
var hostileScript string

// hostile is how many recordings the gate attacks Chromium with;
// PAGETAPE_HOSTILE asks for another number.
const hostile = 300

// Pages rendered from recordings that were spoilt at random have no script,
// handler or address in them when Chromium has parsed them, and when it has
// loaded them nothing runs, no request leaves and nothing goes elsewhere: with
// their policy, and for all but clicks without it.
func TestHostileRecordings(t *testing.T) {
	n := hostile
	if s := os.Getenv("PAGETAPE_HOSTILE"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	s := newAttacked(t)
	const batch = 50
	for first := 0; first < n; first += batch {
		var pages []string
		for seed := first; seed < min(first+batch, n); seed++ {
			pages = append(pages, spoilt(t, uint64(seed)))
		}
		report, leaks := s.attack(t, pages)
		for _, r := range report {
			t.Errorf("seed %d: %.2000q", first+r.Page, r.Found)
		}
		assert.Empty(t, leaks, "seeds from %d", first)
		if t.Failed() {
			return
		}
	}
}

// A reported is a page that hostile.js found something about.
type reported struct {
	Page  int
	Found []string
}

// newAttacked opens a page with hostile.js.
func newAttacked(t *testing.T) *site {
	t.Helper()
	s := newSite(t, chromium(t))
	s.put("/attack", []byte(hostileScript))
	s.put("/pages", nil)
	s.show(t, []byte("<!DOCTYPE html><link rel=icon href=data:,><body><script src=/attack></script>"), 800, 600)
	s.leaks()
	return s
}

// attack returns what the pages did, and the requests that left.
func (s *site) attack(t *testing.T, pages []string) (report []reported, leaks []string) {
	t.Helper()
	s.put("/pages", jsonText(t, pages))
	report = eval[[]reported](t, s, `fetch('/pages').then(r => r.json()).then(attack)`)
	return report, s.leaks()
}

// The judge of TestHostileRecordings sees what pages do that are not safe.
func TestHostileJudge(t *testing.T) {
	pages := []string{
		"<p>safe</p>",
		"<script>top.ran=1</script>",
		"<img src=data:,x onerror=top.ran=1>",
		"<img src=/elsewhere>",
		"<style>*{background:url(/elsewhere2)}</style>",
		"<style>@import '/elsewhere3';</style>",
		"<p style=\"background:url('/elsewhere4')\">",
		"<meta http-equiv=refresh content='0;url=about:blank'>",
		"<iframe srcdoc='safe'></iframe>",
		"<iframe sandbox srcdoc='<a href=javascript:x>'></iframe>",
		"<div><template shadowrootmode=open><a href=//elsewhere></a></template></div>",
		"<svg><a xlink:href='java&#10;script:x'></a></svg>",
		"<a href=javascript:top.ran=1>x</a>",
	}
	s := newAttacked(t)
	report, leaks := s.attack(t, pages)
	for _, path := range []string{"/elsewhere", "/elsewhere2", "/elsewhere3", "/elsewhere4"} {
		assert.Contains(t, leaks, s.URL+path)
	}
	var seen []int
	for _, r := range report {
		seen = append(seen, r.Page)
	}
	slices.Sort(seen)
	assert.Equal(t, []int{-1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, seen, "%v", report)
}

// spoilt returns a rendered page of a generated recording in which names, values
// and texts were replaced at random.
func spoilt(t *testing.T, seed uint64) string {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 9))
	r := replaytest.Generate(random, &replaytest.Options{Windows: 1, Steps: 20, Nodes: 40})
	var text bytes.Buffer
	_, err := rrweb.Encode(&text, time.UnixMilli(1.7e12), r.Events.Replay(0, 1<<62))
	require.NoError(t, err)
	var events []any
	require.NoError(t, json.Unmarshal(text.Bytes(), &events))
	for _, e := range events {
		spoil(random, e.(map[string]any)["data"])
	}
	var source replay.Events
	for e, err := range rrweb.NewDecoder(bytes.NewReader(jsonText(t, events)), nil).Events() {
		require.NoError(t, err)
		source = append(source, e)
	}
	page, _ := replay.NewPlayer(source).AtEvent(len(source)) // as damaged as it is
	var html bytes.Buffer
	require.NoError(t, snapshot.Render(&html, page, &snapshot.RenderOptions{IDs: random.IntN(2) == 0}))
	return html.String()
}

// spoil replaces some of the strings in a value of a recording.
func spoil(random *rand.Rand, v any) {
	some := func(list []string) string {
		s := list[random.IntN(len(list))]
		for random.IntN(3) == 0 {
			s += list[random.IntN(len(list))]
		}
		return s
	}
	switch v := v.(type) {
	case []any:
		for _, c := range v {
			spoil(random, c)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			switch c := v[key].(type) {
			case string:
				if random.IntN(4) != 0 {
					break
				}
				switch key {
				case "tagName":
					v[key] = some(hostileTags)
				case "textContent", "value", "text", "rule":
					v[key] = some(hostileTexts)
				}
			case map[string]any:
				if key == "attributes" {
					for range random.IntN(3) {
						c[some(hostileAttrs)] = some(append(hostileValues, hostileTexts...))
					}
					if random.IntN(20) == 0 {
						v["isSVG"] = true
					}
				}
				spoil(random, c)
			default:
				spoil(random, c)
			}
		}
	}
}

var hostileTags = []string{
	"script", "style", "svg", "math", "title", "textarea", "noscript", "template", "iframe", "object", "embed", "base", "link",
	"meta", "a", "form", "input", "button", "img", "image", "video", "audio", "source", "picture", "table", "tr", "td", "select",
	"option", "plaintext", "xmp", "listing", "noembed", "noframes", "frameset", "frame", "body", "html", "head", "foreignObject",
	"desc", "mtext", "mglyph", "annotation-xml", "use", "animate", "set", "feImage", "pattern", "p", "div", "pre", "canvas",
	"x-card", "slot", "dialog", "portal", "fencedframe", "SCRIPT", "script/", "p><script>top.ran=1</script>", "a onclick=top.ran=1",
	"svg:script", "style><script>", "\u212a", "img src=x onerror=top.ran=1",
}

var hostileAttrs = []string{
	"onload", "onerror", "onclick", "onfocus", "ONMOUSEOVER", "onbegin", "ontoggle", "autofocus", "href", "src", "srcset", "xlink:href",
	"style", "srcdoc", "sandbox", "action", "formaction", "method", "target", "poster", "data", "background", "ping", "cite",
	"http-equiv", "content", "name", "rel", "type", "media", "id", "class", "fill", "filter", "mask", "clip-path", "cursor", "values",
	"to", "from", "attributeName", "begin", "is", "shadowrootmode", "xmlns", "xml:base", "usemap", "manifest", "imagesrcset", "open",
	"encoding", "definitionurl", "_cssText", "rr_dataURL", "rr_src", "rr_width", "rr_height", "rr_open_mode", "value", "selected",
	"a onload=top.ran=1 b", "\"><script>top.ran=1</script>", "x=\"", "data-pagetape", "popovertarget", "commandfor", "nonce", "slot",
}

// Addresses are of this machine, where a request is seen and nothing answers.
var hostileValues = []string{
	"javascript:top.ran=1", " java\tscript:top.ran=1", "\u0001javascript:top.ran=1", "JAVASCRIPT:top.ran=1//", "vbscript:x", "top.ran=1",
	"//127.0.0.1:9/a", "http://127.0.0.1:9/b", "/c", "d", "//127.0.0.1:9/e 1x, /f 2x", "data:text/html,<script>top.ran=1</script>",
	"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='top.ran=1'><image href='http://127.0.0.1:9/g'/></svg>",
	"data:image/png;base64,AA==", "refresh", "0;url=http://127.0.0.1:9/h", "stylesheet", "import", "Content-Security-Policy",
	"url(http://127.0.0.1:9/i)", "u\\72l(//127.0.0.1:9/j)", "image-set('http://127.0.0.1:9/k' 1x)", "href", "xlink:href", "onclick",
	"allow-scripts allow-same-origin allow-top-navigation", "_top", "open", "text/html", "<script>parent.ran=top.ran=1</script>",
	"\"><img src=x onerror=top.ran=1>", "'", "\"", "`", "\x00", "\u00a0", "100px", "modal", "#x", "0s", "freeze",
}

var hostileTexts = []string{
	"</style><script>top.ran=1</script>", "</script><script>top.ran=1</script>", "</textarea><img src=/l onerror=top.ran=1>",
	"</title><svg onload=top.ran=1>", "</template><script>top.ran=1</script>", "</iframe><script>top.ran=1</script>", "</noscript><p>",
	"--><script>top.ran=1</script>", "<!--", "<![CDATA[", "]]>", "<img src=/m onerror=top.ran=1>", "&lt;script&gt;", "&#60;script>",
	"@import 'http://127.0.0.1:9/n';", "@import url(//127.0.0.1:9/o);", "@\\69mport '/p';", "*{background:url(http://127.0.0.1:9/q)}",
	"*{background:u\\72l('/r')}", "*{background:image-set('/s' 1x)}", "*{background:-webkit-image-set(url(/t) 1x)}", "*{--x:url(/u);background:var(--x)}",
	"*{cursor:url(/v),auto}", "@font-face{font-family:x;src:url(/w)}*{font-family:x}", "*{content:url(/x)}", "*{list-style:url(/y)}",
	"*{filter:url(/z#a)}", "*{background:url(data:text/html,x)}", "*{background:url(data:image/png,x)}", "*{background:cross-fade(url(/aa),url(/ab),50%)}",
	"*{background:image('/ac')}", "*{background:src('/ad')}", "@namespace url(http://127.0.0.1:9/ae);", "\\", "/*", "*/", "\"", "'", "(", "}", "{", ";",
	"\n", "\r\n", "\f", "\u0000", "x{}", "@media(400px<width){", "&#x22;", "color:red;background:url(/af)", "background:url(\n/ag\n)",
	"background:url('\n/ah'", "--x:url(/ai", "@supports (background:url(/aj)){*{background:url(/ak)}}", "@layer x;@import '/al';",
	"@container (a:url(/am)){", "*{background:attr(x type(<url>))}", "*{mask:url(/an)}", "*{border-image:url(/ao) 1}", "*{shape-outside:url(/ap)}",
	"*{offset-path:url(/aq)}", "*{clip-path:url(/ar#a)}", "<svg><style>", "<math><mtext><table><mglyph><style>",
}
