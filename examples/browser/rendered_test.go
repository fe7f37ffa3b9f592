package browser

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

// A visit is what opening a page in the browser gave.
type visit struct {
	Text     string
	Frames   []string
	Composed []string // text nodes: of a host the shadow tree, then the children, of a frame its document's
	Scripts  int
	Ran      bool
	requests []string // beside the page itself
}

// The text of the page, of each frame in order, and whether anything ran.
const probe = `(() => {
  const frames = doc => [...doc.querySelectorAll('iframe')].flatMap(f => {
    const d = f.contentDocument;
    return d && d.body && d.body.children.length + d.body.innerText.length ? [d.body.innerText, ...frames(d)] : [];
  });
  const composed = n => n.nodeType === 3 ? [n.data] : ['SCRIPT', 'STYLE', 'TEXTAREA', 'VIDEO'].includes(n.nodeName) ? [] :
    [...(n.shadowRoot ? n.shadowRoot.childNodes : []), ...(n.contentDocument?.body ? [n.contentDocument.body] : []), ...n.childNodes].flatMap(composed);
  return {composed: composed(document.body), text: document.body.innerText, frames: frames(document), scripts: document.scripts.length, ran: 'ran' in window};
})()`

// visit opens the page with that viewport and waits for what it may do.
func (s *site) visit(t *testing.T, page []byte, width, height float64) visit {
	t.Helper()
	s.leaks()
	s.show(t, visible(page), width, height)
	require.NoError(t, s.do(chromedp.Sleep(200*time.Millisecond)))
	v := eval[visit](t, s, "%s", probe)
	v.requests = s.leaks()
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

//go:embed rebuild.js
var rebuildScript string

// liveText returns the innerText of the live page at a checkpoint whose truth has
// only the DOM: that of the DOM built anew in the browser, node by node, with the
// style sheets of the full snapshot that the recorder took of the same moment.
func (s *site) liveText(t *testing.T, dom json.RawMessage, page, recorded *snapshot.Page) string {
	t.Helper()
	d, err := live(dom)
	require.NoError(t, err)
	align(d.Kids, page.Snapshot(), false)
	css, adopted := map[snapshot.NodeID]string{}, map[snapshot.NodeID][]string{}
	for n := range recorded.Snapshot().All() {
		switch {
		case n.Name == "style" || n.Name == "link":
			if text := recorded.CSS(n.ID); text != "" {
				css[n.ID] = text
			}
		case n.IsHost:
			adopted[n.ID] = recorded.AdoptedCSS(n.ID)
		}
	}
	adopted[0] = recorded.AdoptedCSS(recorded.RootID())
	s.show(t, []byte("<!DOCTYPE html><title>live</title>"), page.View.Width, page.View.Height)
	return eval[string](t, s, "%s; rebuild(%s, %s, %s)", rebuildScript, jsonText(t, d), jsonText(t, css), jsonText(t, adopted))
}

// lost are the texts that the live page of a recording shows and no replay can,
// because rrweb did not record them: how they begin.
var lost = map[string]string{"corpus-frames": "tick "}

// The rendered page shows the text of the live page at that moment, no script
// runs, and no request leaves.
func TestRenderedPagesLookAsTheyDid(t *testing.T) {
	browser := chromium(t)
	ours, theirs := newSite(t, browser), newSite(t, browser)
	for _, s := range sessions.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			events := s.Events(t)
			player := replay.NewPlayer(taped(t, events))
			defer player.Close()
			for _, c := range s.Checkpoints(t) {
				page, err := player.AtEvent(c.After)
				require.NoError(t, err)
				var html bytes.Buffer
				require.NoError(t, snapshot.Render(&html, page, nil))
				v := ours.visit(t, html.Bytes(), page.View.Width, page.View.Height)
				text := c.Text
				if text == "" {
					text = theirs.liveText(t, c.DOM, page, recorded(t, events, c.After))
				}
				require.NotEmpty(t, lines(text))
				assert.Equal(t, lines(text), lines(v.Text), c.Label)
				if s.Name == "frames" {
					assert.Equal(t, lines(strings.Join(c.Frames, "\n")), lines(strings.Join(v.Frames, "\n")), c.Label)
				}
				// innerText has no text of shadow trees and frames.
				d, err := live(c.DOM)
				require.NoError(t, err)
				want, got := composed(d), v.Composed
				if l := lost[s.Name]; l != "" {
					is := func(text string) bool { return strings.HasPrefix(text, l) }
					want, got = slices.DeleteFunc(want, is), slices.DeleteFunc(got, is)
				}
				assert.Equal(t, lines(strings.Join(want, "")), lines(strings.Join(got, "")), c.Label)
				assert.Zero(t, v.Scripts, c.Label)
				assert.False(t, v.Ran, c.Label)
				assert.Empty(t, v.requests, c.Label)
			}
		})
	}
}

// composed returns the text nodes that can be seen in the body of a document, in the order of
// probe.
func composed(d *dump) (out []string) {
	var list func(kids []*dumped, inBody bool)
	list = func(kids []*dumped, inBody bool) {
		for _, n := range kids {
			switch {
			case n.Text != nil && inBody:
				out = append(out, *n.Text)
			case n.Tag == "script", n.Tag == "style", n.Tag == "noscript", n.Tag == "textarea", n.Tag == "video":
			case n.Tag != "":
				if n.Shadow != nil {
					list(n.Shadow.Kids, true)
				}
				if n.Frame != nil {
					list(n.Frame.Kids, false)
				}
				list(n.Kids, inBody || n.Tag == "body")
			}
		}
	}
	list(d.Kids, false)
	return out
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
