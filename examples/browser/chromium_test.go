// Package browser opens rendered pages in headless Chromium: it compares what a
// reader sees with what the live page showed, and the page with the one that
// rrweb's Replayer makes of the same events.
package browser

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
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
		missing(t, "CHROMIUM")
	}
	opts := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate("about:blank"))) // starts it
	return ctx
}

// missing skips the test for want of a tool, or fails it where all must run.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("PAGETAPE_BROWSER") == "required" {
		t.Fatalf("no %s, and PAGETAPE_BROWSER is required", what)
	}
	t.Skipf("NO %s FOUND: THIS BROWSER TEST DID NOT RUN", what)
}

// A site is a server of pages that tests put there, and a tab to open them in.
type site struct {
	*httptest.Server
	ctx context.Context

	mu       sync.Mutex
	files    map[string][]byte
	requests []string // what the browser asked for since the last look, but what is in files
}

// newSite starts a server and opens a tab.
func newSite(t *testing.T, browser context.Context) *site {
	t.Helper()
	s := &site{files: make(map[string][]byte)}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		file, ok := s.files[r.URL.Path]
		s.mu.Unlock()
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(file)
	}))
	t.Cleanup(s.Close)
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	s.ctx = ctx
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate("about:blank")))
	require.NoError(t, chromedp.Listen(ctx, s.see))
	require.NoError(t, chromedp.Do(ctx, func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, network.Enable, network.EnableParams{})
		return chromedp.Void{}, err
	}))
	return s
}

// see notes the requests that leave the page.
func (s *site) see(event any) {
	r, ok := event.(*network.EventRequestWillBeSent)
	if !ok {
		return
	}
	url := r.Request.URL
	s.mu.Lock()
	defer s.mu.Unlock()
	for path := range s.files {
		if url == s.URL+path {
			return
		}
	}
	if len(url) < 5 || url[:5] != "data:" && url != "about:srcdoc" {
		s.requests = append(s.requests, url)
	}
}

// leaks returns the requests since the last call.
func (s *site) leaks() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.requests
	s.requests = nil
	return r
}

// put makes file what the path has and returns its URL.
func (s *site) put(path string, file []byte) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[path] = file
	return s.URL + path
}

// show opens the file, as it is put there, with that viewport.
func (s *site) show(t *testing.T, file []byte, width, height float64) {
	t.Helper()
	require.NoError(t, s.do(
		chromedp.EmulateViewport(int64(max(width, 1)), int64(max(height, 1))),
		chromedp.Navigate(s.put("/page", file))))
}

// do runs actions in the site's tab, for at most a minute.
func (s *site) do(actions ...chromedp.Action[chromedp.Void]) error {
	ctx, stop := context.WithTimeout(s.ctx, time.Minute)
	defer stop()
	return chromedp.Do(ctx, actions...)
}

// eval returns what a script in the site's tab comes to.
func eval[T any](t *testing.T, s *site, format string, args ...any) T {
	t.Helper()
	ctx, stop := context.WithTimeout(s.ctx, time.Minute)
	defer stop()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](fmt.Sprintf(format, args...), chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	return v
}
