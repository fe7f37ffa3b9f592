package browser

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/replay"
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
