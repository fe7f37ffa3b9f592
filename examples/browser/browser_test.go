// Package browser opens rendered pages in headless Chromium and compares what
// a reader sees with what the live page showed.
package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

// chromium starts a browser, or skips the test, loudly, where there is none.
func chromium(t *testing.T) context.Context {
	t.Helper()
	path := os.Getenv("CHROMIUM")
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path == "" {
			path, _ = exec.LookPath(name)
		}
	}
	if path == "" {
		if os.Getenv("PAGETAPE_BROWSER") == "required" {
			t.Fatal("no Chromium, and PAGETAPE_BROWSER is required")
		}
		t.Skip("NO CHROMIUM FOUND: THE BROWSER TESTS DID NOT RUN")
	}
	opts := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate("about:blank"))) // starts it
	return ctx
}

// A visit is what opening a page in the browser gave.
type visit struct {
	text     string
	frames   []string
	composed []string // text nodes, shadow trees before the children of their host
	scripts  int
	ran      bool
	requests []string // beside the page itself
}

// The text of the page, of each frame in order, and whether anything ran.
const probe = `(() => {
  const frames = doc => [...doc.querySelectorAll('iframe')].flatMap(f => {
    const d = f.contentDocument;
    return d && d.body && d.body.children.length + d.body.innerText.length ? [d.body.innerText, ...frames(d)] : [];
  });
  const composed = n => n.nodeType === 3 ? [n.data] : ['SCRIPT', 'STYLE', 'TEXTAREA'].includes(n.nodeName) ? [] :
    [...(n.shadowRoot ? n.shadowRoot.childNodes : []), ...n.childNodes].flatMap(composed);
  return {composed: composed(document.body), text: document.body.innerText, frames: frames(document), scripts: document.scripts.length, ran: 'ran' in window};
})()`

// open shows the page in a new tab with that viewport. Frames are sandboxed,
// which keeps their documents from the page's own code; the probe needs
// same-origin access, so the copy that it sees has that added.
func open(t *testing.T, browser context.Context, page []byte, width, height float64) visit {
	t.Helper()
	page = bytes.ReplaceAll(page, []byte(` sandbox srcdoc=`), []byte(` sandbox=allow-same-origin srcdoc=`))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/page" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(page)
	}))
	defer server.Close()
	ctx, cancel := chromedp.NewContext(browser)
	defer cancel()
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate("about:blank")))
	var v visit
	var mu sync.Mutex
	require.NoError(t, chromedp.Listen(ctx, func(event any) {
		r, ok := event.(*network.EventRequestWillBeSent)
		if !ok {
			return
		}
		url := r.Request.URL
		if url != server.URL+"/page" && !strings.HasPrefix(url, "data:") && url != "about:srcdoc" {
			mu.Lock()
			v.requests = append(v.requests, url)
			mu.Unlock()
		}
	}))
	type seen struct {
		Text     string   `json:"text"`
		Frames   []string `json:"frames"`
		Composed []string `json:"composed"`
		Scripts  int      `json:"scripts"`
		Ran      bool     `json:"ran"`
	}
	enable := func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, network.Enable, network.EnableParams{})
		return chromedp.Void{}, err
	}
	require.NoError(t, chromedp.Do(ctx,
		enable,
		chromedp.EmulateViewport(int64(width), int64(height)),
		chromedp.Navigate(server.URL+"/page"),
		chromedp.Sleep(300*time.Millisecond)))
	got, err := chromedp.Run(ctx, chromedp.Evaluate[seen](probe))
	require.NoError(t, err)
	mu.Lock()
	defer mu.Unlock()
	v.text, v.frames, v.composed, v.scripts, v.ran = got.Text, got.Frames, got.Composed, got.Scripts, got.Ran
	return v
}

// taped returns the events as a tape that was written and opened again.
func taped(t *testing.T, events replay.Events) *format.Reader {
	t.Helper()
	var b bytes.Buffer
	w := format.NewWriter(&b, format.Header{Start: time.Unix(0, 0)}, nil)
	for _, e := range events {
		require.NoError(t, w.Write(e))
	}
	require.NoError(t, w.Close())
	r, err := format.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()), nil)
	require.NoError(t, err)
	return r
}

// The rendered page shows the text of the live page at that moment, no script
// runs, and no request leaves.
func TestRenderedPagesLookAsTheyDid(t *testing.T) {
	browser := chromium(t)
	for _, name := range []string{"form", "list", "table", "editor", "frames", "shadow"} {
		t.Run(name, func(t *testing.T) {
			s := sessions.Open(t, name)
			player := replay.NewPlayer(taped(t, s.Events(t)))
			defer player.Close()
			for _, c := range s.Checkpoints(t) {
				page, err := player.AtEvent(c.After)
				require.NoError(t, err)
				var html bytes.Buffer
				require.NoError(t, snapshot.Render(&html, page, nil))
				v := open(t, browser, html.Bytes(), page.View.Width, page.View.Height)
				assert.Equal(t, lines(c.Text), lines(v.text), c.Label)
				if name == "frames" {
					assert.Equal(t, lines(strings.Join(c.Frames, "\n")), lines(strings.Join(v.frames, "\n")), c.Label)
				}
				if c.Shadow { // innerText has no text of shadow trees
					var dom any
					require.NoError(t, json.Unmarshal(c.DOM, &dom))
					var live []string
					texts(dom, false, &live)
					assert.Equal(t, lines(strings.Join(live, "\n")), lines(strings.Join(v.composed, "\n")), c.Label)
				}
				assert.Zero(t, v.scripts, c.Label)
				assert.Empty(t, v.requests, c.Label)
			}
		})
	}
}

// texts appends the text nodes in the body of a dump of the live DOM: arrays of
// name, attributes, children and state.
func texts(node any, inBody bool, out *[]string) {
	n := node.([]any)
	kids := func(v any) {
		for _, c := range v.([]any) {
			texts(c, inBody, out)
		}
	}
	switch name := n[0].(string); name {
	case "#doc":
		kids(n[1])
	case "#t":
		if inBody {
			*out = append(*out, n[1].(string))
		}
	case "#dt", "#c", "#cd", "script", "style", "noscript", "textarea":
	default:
		inBody = inBody || name == "body"
		if len(n) > 3 {
			if shadow := n[3].(map[string]any)["shadow"]; shadow != nil {
				kids(shadow)
			}
		}
		kids(n[2])
	}
}

// lines returns the lines of a text that say something.
func lines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(strings.ReplaceAll(line, "\u00a0", " ")); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// A recording that was made to attack its reader does nothing.
func TestHostileRecording(t *testing.T) {
	browser := chromium(t)
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
	v := open(t, browser, html.Bytes(), 800, 600)
	assert.False(t, v.ran)
	assert.Zero(t, v.scripts)
	assert.Empty(t, v.requests)
	assert.Contains(t, v.text, "plain")
	assert.Contains(t, v.text, "the end")
}
