package main

import (
	"context"
	_ "embed"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/chromedp/chromedp"
)

//go:embed seek.js
var script string

// A tab is a page in headless Chromium that has rrweb's Replayer and seek.js.
type tab struct {
	ctx   context.Context
	close func()

	mu   sync.Mutex
	file []byte // what /file has
}

// open starts Chromium.
func open() (*tab, error) {
	replayer, err := replayerScript()
	if err != nil {
		return nil, err
	}
	path := os.Getenv("CHROMIUM")
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path == "" {
			path, _ = exec.LookPath(name)
		}
	}
	t := &tab{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte("<!DOCTYPE html><div id=root></div><script src=rrweb.js></script><script src=seek.js></script>"))
		case "/rrweb.js":
			_, _ = w.Write(replayer)
		case "/seek.js":
			_, _ = w.Write([]byte(script))
		case "/file":
			t.mu.Lock()
			defer t.mu.Unlock()
			_, _ = w.Write(t.file)
		default:
			http.NotFound(w, r)
		}
	}))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"))...)
	ctx, cancel := chromedp.NewContext(alloc)
	t.ctx = ctx
	t.close = func() { cancel(); stop(); server.Close() }
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1600, 1200), chromedp.Navigate(server.URL+"/")); err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

// replayerScript returns rrweb's Replayer as the browser tests' package-lock.json
// pins it.
func replayerScript() ([]byte, error) {
	_, here, _, _ := runtime.Caller(0)
	dir := filepath.Join(filepath.Dir(here), "../../examples/browser")
	name := filepath.Join(dir, "node_modules/rrweb/dist/rrweb.umd.min.cjs")
	if _, err := os.Stat(name); err != nil {
		cmd := exec.Command("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
		cmd.Dir, cmd.Stderr = dir, os.Stderr
		if err := cmd.Run(); err != nil {
			return nil, fmt.Errorf("npm ci: %w", err)
		}
	}
	return os.ReadFile(name)
}

// load makes text the value of a global of the page.
func (t *tab) load(global string, text []byte) error {
	t.mu.Lock()
	t.file = text
	t.mu.Unlock()
	_, err := t.ms("fetch('/file').then(r => r.text()).then(s => { window.%s = s; return 0 })", global)
	return err
}

// ms returns the number that a script comes to.
func (t *tab) ms(format string, args ...any) (float64, error) {
	ctx, stop := context.WithTimeout(t.ctx, 10*time.Minute)
	defer stop()
	return chromedp.Run(ctx, chromedp.Evaluate[float64](fmt.Sprintf(format, args...), chromedp.EvalAwaitPromise))
}
