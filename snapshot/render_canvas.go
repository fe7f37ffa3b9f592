package snapshot

import (
	"strconv"
	"strings"
)

// canvas writes a canvas with its pixels as the background: those that were
// recorded, and over them what was drawn since, as far as painting.go paints
// it.
func (r *renderer) canvas(n *node) {
	st := n.live()
	width, height := n.canvasSize()
	var layers []string
	if len(st.Canvas) > 0 {
		svg, covers := paint(st.Canvas, width, height)
		if svg != "" {
			layers = append(layers, dataSVG(svg))
		}
		if covers {
			st = &noState
		}
	}
	if isImageURL(st.Image) {
		layers = append(layers, cleanURL(st.Image))
	}
	if len(layers) == 0 {
		r.begin(n, "canvas", "", placard("canvas "+sizeText(width, height)))
		r.str(` data-pagetape="opaque"></canvas>`)
		return
	}
	style := []byte("background-image:")
	for i, u := range layers {
		if i > 0 {
			style = append(style, ',')
		}
		style = append(appendCSSString(append(style, "url("...), u), ')')
	}
	style = append(style, ";background-size:100% 100%;background-repeat:no-repeat;background-origin:content-box"...)
	r.begin(n, "canvas", "", string(style))
	r.str("></canvas>")
}

// canvasSize returns the size of a canvas's bitmap (HTML, "the canvas
// element").
func (n *node) canvasSize() (width, height float64) {
	size := func(name string, none float64) float64 {
		v := strings.TrimSpace(attrOf(n, name))
		if f, err := strconv.ParseFloat(v, 64); err == nil && len(v) < 8 && f >= 0 && f <= 1<<16 {
			return float64(int(f))
		}
		return none
	}
	return size("width", 300), size("height", 150)
}
