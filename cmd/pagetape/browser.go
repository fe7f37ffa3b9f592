package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// A browser takes pictures of pages.
type browser struct {
	name      string // "" is one that is in PATH
	noSandbox bool
}

// browsers are the names that Chromium and its kin have.
var browsers = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"}

const (
	maxShot  = 10000 // CSS pixels of the height of a picture
	shotTime = 30 * time.Second
)

// picture takes a picture of an HTML page. The browser runs headless, in a
// profile of its own that is thrown away, with every host name unknown and a
// proxy that is not there: nothing is loaded. That the page has no script is
// Render's to see to, and its Content-Security-Policy's.
func (b *browser) picture(html []byte, width, height int) (image.Image, error) {
	program, err := b.find()
	if err != nil {
		return nil, err
	}
	if os.Geteuid() == 0 && !b.noSandbox {
		return nil, errors.New("a browser has no sandbox as root; -nosandbox runs it without")
	}
	dir, err := os.MkdirTemp("", "pagetape-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	page, shot := filepath.Join(dir, "page.html"), filepath.Join(dir, "page.png")
	if err := os.WriteFile(page, html, 0o600); err != nil {
		return nil, err
	}
	args := []string{
		"--headless", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-extensions", "--disable-sync",
		"--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=socks5://127.0.0.1:9",
		"--user-data-dir=" + filepath.Join(dir, "profile"), fmt.Sprintf("--window-size=%d,%d", width, height), "--screenshot=" + shot,
	}
	if b.noSandbox {
		args = append(args, "--no-sandbox")
	}
	ctx, cancel := context.WithTimeout(context.Background(), shotTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, append(args, "file://"+filepath.ToSlash(page))...)
	cmd.WaitDelay = time.Second
	err = cmd.Run()
	if ctx.Err() != nil {
		return nil, fmt.Errorf("%s took more than %s", filepath.Base(program), shotTime)
	}
	b2, readErr := os.ReadFile(shot)
	if readErr != nil {
		if err == nil {
			err = errors.New("made no picture")
		}
		return nil, fmt.Errorf("%s: %w", filepath.Base(program), err)
	}
	return png.Decode(bytes.NewReader(b2))
}

// find returns the program.
func (b *browser) find() (string, error) {
	if b.name != "" {
		path, err := exec.LookPath(b.name)
		if err != nil {
			return "", fmt.Errorf("-browser: no program %q", b.name)
		}
		return path, nil
	}
	for _, name := range browsers {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no Chromium in PATH; -browser names one")
}
