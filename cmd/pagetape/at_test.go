package main

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// svgs returns the drawings of the overlays in HTML, those of frames among
// them.
func svgs(t *testing.T, page string) []string {
	t.Helper()
	var list []string
	for _, part := range strings.Split(page, "pagetape=")[1:] {
		if !strings.Contains(part[:min(len(part), 16)], "overlay") {
			continue
		}
		_, data, found := strings.Cut(part, "data:image/svg+xml,")
		require.True(t, found)
		data, _, _ = strings.Cut(data, "&")
		svg, err := url.PathUnescape(data)
		require.NoError(t, err)
		list = append(list, svg)
	}
	return list
}

func TestAtOverlay(t *testing.T) {
	tape := packed(t, "editor", "none")
	at := func(args ...string) string {
		t.Helper()
		status, stdout, stderr := pagetape("", append(append([]string{"at"}, args...), tape)...)
		require.Zero(t, status, stderr)
		return stdout
	}
	assert.Empty(t, svgs(t, at("-t", "4.9")))
	list := svgs(t, at("-t", "4.9", "-overlay", "-last", "10s"))
	require.Len(t, list, 1)
	// The page was scrolled after the clicks and before the pointer moved last.
	assert.Contains(t, list[0], "translate(900 540)")
	assert.Equal(t, 17, strings.Count(list[0], "<g opacity="))
	list = svgs(t, at("-t", "4.9", "-overlay", "-last", "10ms"))
	require.Len(t, list, 1)
	assert.Contains(t, list[0], "translate(900 540)")
	assert.NotContains(t, list[0], "<g opacity=")
	assert.NotContains(t, at("-t", "4.9", "-overlay"), "<script")
}

// A position over a frame is one in the frame, wherever that is on the page,
// and moves with what the frame is scrolled by. One in a frame that is gone, or
// on the page before, is not drawn.
func TestAtOverlayInFrames(t *testing.T) {
	const page = `{"type":2,"data":{"node":{"type":0,"id":1,"childNodes":[{"type":2,"tagName":"html","attributes":{},"id":2,"childNodes":[{"type":2,"tagName":"body","attributes":{},"id":3,"childNodes":[{"type":2,"tagName":"iframe","attributes":{},"childNodes":[],"id":4},{"type":2,"tagName":"iframe","attributes":{},"childNodes":[],"id":5}]}]}]},"initialOffset":{"left":0,"top":7}},"timestamp":%[1]d},
		{"type":3,"data":{"source":0,"texts":[],"attributes":[],"removes":[],"isAttachIframe":true,"adds":[{"parentId":4,"nextId":null,"node":{"type":0,"childNodes":[{"type":2,"tagName":"html","attributes":{},"childNodes":[],"rootId":10,"id":11}],"id":10}}]},"timestamp":%[1]d},
		{"type":3,"data":{"source":0,"texts":[],"attributes":[],"removes":[],"isAttachIframe":true,"adds":[{"parentId":5,"nextId":null,"node":{"type":0,"childNodes":[{"type":2,"tagName":"html","attributes":{},"childNodes":[],"rootId":20,"id":21}],"id":20}}]},"timestamp":%[1]d},`
	const click = `{"type":3,"data":{"source":2,"type":2,"id":%d,"x":%d,"y":30},"timestamp":%d}`
	name := filepath.Join(t.TempDir(), "frames.tape")
	status, _, stderr := pagetape("["+
		`{"type":4,"data":{"href":"http://site/a","width":800,"height":600},"timestamp":1000},`+fmt.Sprintf(page, 1000)+
		fmt.Sprintf(click, 3, 100, 1100)+`,`+
		`{"type":4,"data":{"href":"http://site/b","width":800,"height":600},"timestamp":1200},`+fmt.Sprintf(page, 1200)+
		fmt.Sprintf(click, 3, 110, 1300)+`,`+fmt.Sprintf(click, 21, 120, 1310)+`,`+
		`{"type":3,"data":{"source":3,"id":10,"x":0,"y":50},"timestamp":1320},`+
		fmt.Sprintf(click, 11, 130, 1330)+`,`+
		`{"type":3,"data":{"source":0,"texts":[],"attributes":[],"removes":[{"parentId":3,"id":5}],"adds":[]},"timestamp":1400}`+
		"]", "pack", "-mask", "none", "-o", name, "-")
	require.Zero(t, status, stderr)
	status, stdout, stderr := pagetape("", "at", "-t", "0.4", "-overlay", name)
	require.Zero(t, status, stderr)
	list := svgs(t, stdout)
	require.Len(t, list, 2)
	assert.Contains(t, list[0], "cx='110' cy='37'")
	assert.Equal(t, 1, strings.Count(list[0], "<g opacity="))
	assert.NotContains(t, list[0], "translate")
	assert.Contains(t, list[1], "cx='130' cy='80'")
	assert.Contains(t, list[1], "translate(130 80)")
	assert.Equal(t, 1, strings.Count(list[1], "<g opacity="))
}

func TestAtForms(t *testing.T) {
	tape := packed(t, "form", "none")
	for form, want := range map[string]string{
		"html": "<!DOCTYPE html>", "json": `{"type":0,`, "text": "Kasse", "speech": "document \"Kasse – Kari", "dump": "document\n  doctype html\n  comment",
	} {
		status, stdout, stderr := pagetape("", "at", "-n", "20", "-as", form, tape)
		assert.Zero(t, status, stderr)
		assert.Contains(t, stdout[:min(len(stdout), 400)], want, form)
	}
	status, _, stderr := pagetape("", "at", "-n", "20", "-as", "text", "-overlay", tape)
	assert.Equal(t, 2, status)
	assert.Contains(t, stderr, "-overlay is for -as html")
	status, _, _ = pagetape("", "at", "-n", "20", "-overlay", "-last", "-1s", tape)
	assert.Equal(t, 2, status)
}
