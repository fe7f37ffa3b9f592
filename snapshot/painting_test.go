package snapshot_test

import (
	"html"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/snapshot"
)

// painted returns what is in the SVG that stands for a canvas of 100 by 50 with
// those commands, each "name args" or "name=value", and all of the canvas.
func painted(t testing.TB, commands ...string) (svg, canvas string) {
	t.Helper()
	p := load(t, `<canvas width=100 height=50></canvas>`)
	for _, c := range commands {
		op := snapshot.CanvasOp{}
		if name, value, is := strings.Cut(c, "="); is && !strings.Contains(name, " ") {
			op = snapshot.CanvasOp{Property: name, Args: "[" + value + "]", Setter: true}
		} else {
			name, args, _ := strings.Cut(c, " ")
			op = snapshot.CanvasOp{Property: name, Args: "[" + args + "]"}
		}
		require.NoError(t, p.Draw(find(t, p, "canvas"), op))
	}
	all, _, body := render(t, p, nil)
	assert.Empty(t, unsafeHTML(all, map[string]bool{}))
	_, data, found := strings.Cut(html.UnescapeString(body), "data:image/svg+xml,")
	if !found || strings.Contains(body, "opaque") {
		return "", body
	}
	data, _, _ = strings.Cut(data, `"`)
	svg, err := url.PathUnescape(strings.ReplaceAll(data, `\26 `, "&"))
	require.NoError(t, err)
	const head = `<svg xmlns='http://www.w3.org/2000/svg' preserveAspectRatio='none' viewBox='0 0 100 50'>`
	require.True(t, strings.HasPrefix(svg, head), svg)
	return strings.TrimSuffix(strings.TrimPrefix(svg, head), "</svg>"), body
}

func TestPainting(t *testing.T) {
	const bitmap = `{"rr_type":"ImageBitmap","args":[{"rr_type":"Blob","data":[{"rr_type":"ArrayBuffer","base64":"iVBO+/="}],"type":"image/webp"}]}`
	tests := []struct {
		name     string
		commands []string
		want     string
	}{
		{"frame", []string{`fillRect 1,2,3,4`, `clearRect 0,0,100,50`, `drawImage ` + bitmap + `,0,0`},
			`<g transform='matrix(1.0000 0.0000 0.0000 1.0000 0.0000 0.0000)'><image x='0' y='0' preserveAspectRatio='none' href='data:image/webp;base64,iVBO+/='/></g>`},
		{"rectangle", []string{`fillStyle="rgb(1, 2, 3)"`, `fillRect 1,2,3,4`}, `<path d='M1 2L4 2L4 6L1 6Z' fill='rgb(1, 2, 3)'/>`},
		{"gradient", []string{`fillStyle={"rr_type":"CanvasGradient","index":0}`, `fillRect 1,2,3,4`}, `<path d='M1 2L4 2L4 6L1 6Z' fill='#888'/>`},
		{"path", []string{`lineWidth=2`, `lineCap="round"`, `beginPath `, `moveTo 1,2`, `lineTo 3,4`, `quadraticCurveTo 5,6,7,8`, `bezierCurveTo 1,1,2,2,3,3`, `closePath `, `stroke `},
			`<path d='M1 2L3 4Q5 6 7 8C1 1 2 2 3 3Z' fill='none' stroke='#000' stroke-width='2' stroke-linecap='round'/>`},
		{"path without a move", []string{`lineTo 3,4`, `fill "evenodd"`}, `<path d='M3 4L3 4' fill='#000' fill-rule='evenodd'/>`},
		{"half a circle", []string{`arc 10,10,10,0,3.141592653589793`, `fill `}, `<path d='M20 10C20 15.52 15.52 20 10 20C4.48 20 0 15.52 0 10' fill='#000'/>`},
		{"transforms hold for what comes after", []string{`save `, `translate 10,0`, `scale 2,2`, `fillRect 0,0,1,1`, `restore `, `fillRect 0,0,1,1`},
			`<path d='M10 0L12 0L12 2L10 2Z' fill='#000'/><path d='M0 0L1 0L1 1L0 1Z' fill='#000'/>`},
		{"state from before it was cleared", []string{`fillStyle="red"`, `translate 1,1`, `fillRect 0,0,9,9`, `clearRect 0,0,100,50`, `fillRect 0,0,1,1`}, `<path d='M1 1L2 1L2 2L1 2Z' fill='red'/>`},
		{"transparent", []string{`globalAlpha=0.5`, `fillRect 0,0,1,1`}, `<path d='M0 0L1 0L1 1L0 1Z' fill='#000' opacity='0.500'/>`},
		{"hole", []string{`fillRect 0,0,2,2`, `clearRect 0,0,1,1`, `fillRect 3,3,1,1`},
			`<mask id='hole1' maskUnits='userSpaceOnUse'><rect width='100%' height='100%' fill='#fff'/><path d='M0 0L1 0L1 1L0 1Z'/></mask>` +
				`<g mask='url(#hole1)'><path d='M0 0L2 0L2 2L0 2Z' fill='#000'/></g><path d='M3 3L4 3L4 4L3 4Z' fill='#000'/>`},
		{"text", []string{`font="bold 12px \"Some Sans\", serif"`, `textAlign="center"`, `fillText "<a> & é\u0001",1,2`},
			`<text transform='matrix(1.0000 0.0000 0.0000 1.0000 0.0000 0.0000)' x='1' y='2' style='font:bold 12px Some Sans, serif;white-space:pre' fill='#000' text-anchor='middle'>&#60;a&#62; &#38; &#233;&#65533;</text>`},
		{"evil values", []string{`fillStyle="url(//evil)"`, `font="x;y:url(//evil)"`, `fillText "x",0,0`},
			`<text transform='matrix(1.0000 0.0000 0.0000 1.0000 0.0000 0.0000)' x='0' y='0' style='font:10px sans-serif;white-space:pre' fill='#888'>x</text>`},
		{"nothing to tell", []string{`putImageData 1`, `drawImage {"rr_type":"HTMLImageElement","src":"https://evil/x.png"},0,0`, `drawImage {"rr_type":"HTMLImageElement","src":"data:image/svg+xml,x"},0,0`, `fillRect 1`, `fillRect x`, `fill `, `fillRect 1e300,0,1,1`, `toString `}, ``},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			svg, canvas := painted(t, tt.commands...)
			assert.Equal(t, tt.want, svg)
			assert.Equal(t, tt.want == "", strings.Contains(canvas, "opaque"))
		})
	}
}

// What was recorded as pixels is below what was drawn since, until that covers
// it.
func TestPaintingOverPixels(t *testing.T) {
	p := load(t, `<canvas width=10 height=10></canvas>`)
	id := find(t, p, "canvas")
	require.NoError(t, p.SetAttr(id, snapshot.Attr{Name: "rr_dataURL", Value: "data:image/png;base64,AA=="}))
	require.NoError(t, p.Draw(id, snapshot.CanvasOp{Property: "fillRect", Args: "[0,0,1,1]"}))
	_, _, body := render(t, p, nil)
	assert.Contains(t, body, `&#34;),url(&#34;data:image/png;base64,AA==&#34;);background-size:100% 100%`)
	require.NoError(t, p.Draw(id, snapshot.CanvasOp{Property: "clearRect", Args: "[0,0,10,10]"}, snapshot.CanvasOp{Property: "fillRect", Args: "[0,0,1,1]"}))
	_, _, body = render(t, p, nil)
	assert.NotContains(t, body, "image/png")
}

func TestPaintingIsBounded(t *testing.T) {
	p := load(t, `<canvas></canvas>`)
	var ops []snapshot.CanvasOp
	for range 60_000 {
		ops = append(ops, snapshot.CanvasOp{Property: "lineTo", Args: "[1,2]"}, snapshot.CanvasOp{Property: "stroke", Args: "[]"}, snapshot.CanvasOp{Property: "clearRect", Args: "[0,0,1,1]"})
	}
	require.NoError(t, p.Draw(find(t, p, "canvas"), ops...))
	start := time.Now()
	all, _, _ := render(t, p, nil)
	assert.Less(t, len(all), 32<<20)
	assert.Less(t, time.Since(start), 30*time.Second)
}
