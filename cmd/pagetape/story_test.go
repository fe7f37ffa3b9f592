package main

import (
	"bytes"
	"encoding/json"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/replay"
)

func TestStory(t *testing.T) {
	tape := packed(t, "form", "none")
	status, stdout, stderr := pagetape("", "story", tape)
	require.Zero(t, status, stderr)
	golden, err := os.ReadFile("../../replay/testdata/stories/form.golden")
	require.NoError(t, err)
	assert.Equal(t, string(golden), stdout)

	status, stdout, stderr = pagetape("", "story", "-json", "-text", "20", tape)
	require.Zero(t, status, stderr)
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	assert.Len(t, lines, strings.Count(string(golden), "\n"))
	for _, line := range lines {
		var l struct {
			replay.Line
			Sentence string `json:"line"`
		}
		require.NoError(t, json.Unmarshal([]byte(line), &l))
		assert.Equal(t, l.Sentence, l.String())
	}

	// What is masked in the tape is masked in the story.
	status, stdout, stderr = pagetape("", "story", packed(t, "form", "default"))
	require.Zero(t, status, stderr)
	assert.Contains(t, stdout, `into textbox "E-post"`)
	for _, secret := range []string{"Kari", "Ødegård", "odegard", "hemmelig", "4929", "737", "12345678901", "730518"} {
		assert.NotContains(t, stdout, secret)
	}

	status, _, _ = pagetape("", "story", "-json", tape, tape)
	assert.Equal(t, 2, status)
	status, _, stderr = pagetape("", "story", "main.go")
	assert.Equal(t, 1, status)
	assert.Equal(t, 1, strings.Count(stderr, "\n"))
}

func TestTimeline(t *testing.T) {
	tape, dir := packed(t, "table", "none"), t.TempDir()
	status, stdout, stderr := pagetape("", "timeline", tape)
	require.Zero(t, status, stderr)
	var line replay.Timeline
	require.NoError(t, json.Unmarshal([]byte(stdout), &line))
	assert.NotEmpty(t, line.Spans)
	assert.NotEmpty(t, line.Markers)
	assert.Less(t, len(stdout), 8<<10)

	out := filepath.Join(dir, "t.png")
	status, stdout, stderr = pagetape("", "timeline", "-o", out, "-width", "700", tape)
	require.Zero(t, status, stderr)
	assert.Empty(t, stdout)
	text, err := os.ReadFile(out)
	require.NoError(t, err)
	img, err := png.Decode(bytes.NewReader(text))
	require.NoError(t, err)
	assert.Equal(t, 700, img.Bounds().Dx())

	status, stdout, stderr = pagetape("", "timeline", "-as", "svg", tape)
	require.Zero(t, status, stderr)
	assert.True(t, strings.HasPrefix(stdout, "<svg "))
	for _, args := range [][]string{{"-as", "gif", tape}, {"-width", "-1", tape}, {"-o", tape, tape}, {}} {
		status, _, _ = pagetape("", append([]string{"timeline"}, args...)...)
		assert.Equal(t, 2, status, "%v", args)
	}
}

func TestHeatmap(t *testing.T) {
	form, table, dir := packed(t, "form", "none"), packed(t, "table", "none"), t.TempDir()
	status, stdout, stderr := pagetape("", "heatmap", "-page", "/form.html", "-browser", "none", "-as", "svg", form, form, table)
	require.Zero(t, status, stderr)
	assert.Contains(t, stdout, "36 clicks in 3 sessions, page not drawn")
	assert.Empty(t, stderr)

	status, stdout, stderr = pagetape("", "heatmap", "-t", "2", "-what", "moves", form)
	require.Zero(t, status, stderr)
	assert.True(t, strings.HasPrefix(stdout, "<!DOCTYPE html>"))
	assert.Contains(t, stdout, "Kari", "it is the page as it was then")
	assert.NotContains(t, stdout, "<script")

	// A browser that is not there is said, and the heat is drawn all the same.
	out := filepath.Join(dir, "h.png")
	status, _, stderr = pagetape("", "heatmap", "-page", "/form.html", "-browser", "no-such-browser", "-o", out, form)
	require.Zero(t, status, stderr)
	assert.Contains(t, stderr, `the page is not drawn: -browser: no program "no-such-browser"`)
	text, err := os.ReadFile(out)
	require.NoError(t, err)
	_, err = png.Decode(bytes.NewReader(text))
	require.NoError(t, err)

	for _, args := range [][]string{
		{form}, {"-page", "/form.html"}, {"-page", "/", "-as", "json", form}, {"-page", "/", "-what", "dreams", form},
		{"-t", "x", form}, {"-page", "/", "-bandwidth", "-1", form}, {"-page", "/", "-o", form, form},
	} {
		status, _, _ = pagetape("", append([]string{"heatmap"}, args...)...)
		assert.Equal(t, 2, status, "%v", args)
	}
	status, _, stderr = pagetape("", "heatmap", "-page", "/nowhere", form)
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, "no tape shows that page")
}

// A real browser draws the page, where there is one.
func TestHeatmapWithBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes seconds")
	}
	b := browser{noSandbox: os.Geteuid() == 0}
	if _, err := b.find(); err != nil {
		t.Skip(err)
	}
	img, err := b.picture([]byte(`<!doctype html><body style="margin:0;background:#00f"><img src="http://127.0.0.1:1/x.png">`), 300, 200)
	require.NoError(t, err)
	assert.Equal(t, 300, img.Bounds().Dx())
	assert.Equal(t, 200, img.Bounds().Dy())
	r, g, bl, _ := img.At(150, 150).RGBA()
	assert.Equal(t, [3]uint32{0, 0, 0xFFFF}, [3]uint32{r, g, bl})
}
