package snapshot

// unmoved begins the style of an element of ours that a page's own rules can
// do nothing about: declarations of a style attribute that are important win
// over those of every sheet.
const unmoved = "all:initial!important;display:block!important;position:absolute!important;left:0!important;top:0!important;" +
	"pointer-events:none!important;"

// overlay writes what is to be drawn above doc. It is an element in the head,
// which no rule of a page counts and which is before every other, as the
// background of which the drawing is an image: nothing in it runs, is styled
// by the page or is part of its text.
func (r *renderer) overlay(doc *node) {
	o := r.overlayOf(doc)
	if o == nil {
		return
	}
	reach := Point{}
	if doc.host == nil { // of a frame's viewport nothing is known
		reach = Point{r.page.View.Width, r.page.View.Height}
		if at := doc.viewScroll(); at != nil {
			reach.X, reach.Y = reach.X+at.X, reach.Y+at.Y
		}
	}
	svg, width, height := o.draw(reach)
	if svg == "" {
		return
	}
	style := []byte(unmoved + "z-index:2147483647!important;print-color-adjust:exact!important;forced-color-adjust:none!important;width:")
	style = append(append(style, FormatNumber(width)...), "px!important;height:"...)
	style = append(append(style, FormatNumber(height)...), "px!important;background:0 0 no-repeat url("...)
	style = append(appendCSSString(style, dataSVG(svg)), ")!important"...)
	r.str(`<template data-pagetape="overlay"`)
	r.attr("style", string(style))
	r.str("></template>")
}

// overlayOf returns what is to be drawn above doc, nil for nothing.
func (r *renderer) overlayOf(doc *node) *Overlay {
	switch o := r.opts.Overlay; {
	case o == nil || doc == nil:
		return nil
	case doc == r.page.root:
		return o
	default:
		return o.Frames[doc.id]
	}
}

// dataSVG returns the data URL of a SVG document in which no character is
// beyond ASCII.
func dataSVG(svg string) string {
	out := append(make([]byte, 0, len(svg)*5/4), "data:image/svg+xml,"...)
	for i := range len(svg) {
		switch c := svg[i]; c {
		case '<', '>', '#', '%', '"':
			const hex = "0123456789ABCDEF"
			out = append(out, '%', hex[c>>4], hex[c&15])
		default:
			out = append(out, c)
		}
	}
	return string(out)
}
