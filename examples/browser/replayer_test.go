package browser

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/snapshot"
)

//go:embed dump.js
var dumpScript string

// replayerScript returns rrweb's Replayer as a script, as package-lock.json pins it.
func replayerScript(t *testing.T) []byte {
	t.Helper()
	name := filepath.FromSlash("node_modules/rrweb/dist/rrweb.umd.min.cjs")
	if !installed() {
		npm, err := exec.LookPath("npm")
		if err != nil {
			missing(t, "NPM")
		}
		out, err := exec.Command(npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts").CombinedOutput()
		require.NoError(t, err, "npm ci: %s", out)
	}
	script, err := os.ReadFile(name)
	require.NoError(t, err)
	return script
}

// installed reports whether node_modules has what package-lock.json asks for.
func installed() bool {
	version := func(name, key string) (v string) {
		text, err := os.ReadFile(name)
		if err != nil {
			return ""
		}
		var file struct {
			Version  string
			Packages map[string]struct{ Version string }
		}
		if json.Unmarshal(text, &file) != nil {
			return ""
		}
		if key != "" {
			return file.Packages[key].Version
		}
		return file.Version
	}
	v := version("node_modules/rrweb/package.json", "")
	return v != "" && v == version("package-lock.json", "node_modules/rrweb")
}

// A replayed is what rrweb's Replayer made of events.
type replayed struct {
	Page     *dump   // nil after an exception
	Took     float64 // ms
	Warnings []string
}

// A bench has rrweb's Replayer open in one tab and our pages in another.
type bench struct {
	rrweb, ours *site
}

func newBench(t *testing.T) *bench {
	t.Helper()
	script := replayerScript(t)
	browser := chromium(t)
	b := &bench{newSite(t, browser), newSite(t, browser)}
	page := "<!DOCTYPE html><meta charset=utf-8><body><script src=/rrweb></script><script src=/dump></script>"
	b.rrweb.put("/rrweb", script)
	b.rrweb.put("/dump", []byte(dumpScript))
	b.rrweb.put("/recording", nil)
	require.NoError(t, b.rrweb.do(chromedp.EmulateViewport(1600, 1200), chromedp.Navigate(b.rrweb.put("/replayer", []byte(page)))))
	return b
}

// load gives the tab of rrweb's Replayer a recording, as JSON.
func (b *bench) load(t *testing.T, recording []byte) {
	t.Helper()
	b.rrweb.put("/recording", recording)
	eval[bool](t, b.rrweb, `fetch('/recording').then(r => r.json()).then(r => { window.events = r.events || r; return true })`)
}

// replay returns what rrweb's Replayer makes of the first events of the
// recording; incremental, as the function of that name has them.
func (b *bench) replay(t *testing.T, events int, incremental bool) replayed {
	t.Helper()
	return eval[replayed](t, b.rrweb, `replayed(events.slice(0, %d), %t)`, events, incremental)
}

// render returns the dump of our rendering of the page.
func (b *bench) render(t *testing.T, page *snapshot.Page) *dump {
	t.Helper()
	var html bytes.Buffer
	require.NoError(t, snapshot.Render(&html, page, &snapshot.RenderOptions{
		IDs: true, URL: func(_, url string) (string, bool) { return url, true },
	}))
	b.ours.show(t, visible(html.Bytes()), page.View.Width, page.View.Height)
	return eval[*dump](t, b.ours, "%s; rendered()", dumpScript)
}

// visible returns the page with its frames open to a script that looks into
// them: their sandbox keeps them from the page's own code.
func visible(page []byte) []byte {
	return bytes.ReplaceAll(page, []byte(` sandbox srcdoc=`), []byte(` sandbox=allow-same-origin srcdoc=`))
}

func jsonText(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return text
}
