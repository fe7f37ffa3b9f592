package snapshot

import (
	"math"
	"strconv"
	"strings"
)

// image draws an image whose bytes are in the recording: an ImageBitmap of a
// Blob of an ArrayBuffer, or an element with a data URL.
func (p *painter) image(args []any) {
	u := imageOf(args[0])
	var n []float64
	for _, a := range args[1:] {
		f, ok := a.(float64)
		if !ok || math.Abs(f) > maxOverlay {
			return
		}
		n = append(n, f)
	}
	if u == "" || p.quiet || len(p.out)+len(u) > maxPainting {
		return
	}
	d := drawing{buf: p.out}
	d.str("<g transform='").matrix(p.m).str("'")
	if p.alpha != 1 {
		d.str(" opacity='" + strconv.FormatFloat(p.alpha, 'f', 3, 64) + "'")
	}
	d.str(">")
	size := func(n []float64) {
		d.str("x='").num(n[0]).str("' y='").num(n[1]).str("'")
		if len(n) > 2 {
			d.str(" width='").num(n[2]).str("' height='").num(n[3]).str("'")
		}
	}
	tail := ""
	switch len(n) {
	case 2, 4:
		d.str("<image ")
		size(n)
	case 8: // a part of the image: only in its own pixels is that known
		d.str("<svg ")
		size(n[4:])
		d.str(" preserveAspectRatio='none' viewBox='").num(n[0]).str(" ").num(n[1]).str(" ").num(n[2]).str(" ").num(n[3]).str("'><image")
		tail = "</svg>"
	default:
		return
	}
	d.str(" preserveAspectRatio='none' href='" + u + "'/>" + tail + "</g>")
	p.out = d.buf
}

// imageOf returns the data URL of a recorded argument that is an image, "" for
// another. It has no character that would end an attribute.
func imageOf(arg any) string {
	m, _ := arg.(map[string]any)
	for range 4 {
		switch m["rr_type"] {
		case "ImageBitmap":
			m = member(m["args"])
		case "Blob":
			kind, _ := m["type"].(string)
			data, _ := member(m["data"])["base64"].(string)
			if kind == "" {
				kind = "image/png"
			}
			return plainImageURL("data:" + kind + ";base64," + data)
		case "HTMLImageElement":
			src, _ := m["src"].(string)
			return plainImageURL(src)
		default:
			return ""
		}
	}
	return ""
}

// member returns the object that is first in a list.
func member(list any) map[string]any {
	l, _ := list.([]any)
	if len(l) == 0 {
		return nil
	}
	m, _ := l[0].(map[string]any)
	return m
}

// plainImageURL returns u if it is the data URL of a bitmap, in characters that
// have no meaning in XML.
func plainImageURL(u string) string {
	head, data, ok := strings.Cut(u, ",")
	if !ok || !strings.HasSuffix(head, ";base64") {
		return ""
	}
	switch strings.TrimSuffix(head, ";base64") {
	case "data:image/png", "data:image/jpeg", "data:image/webp", "data:image/gif", "data:image/avif", "data:image/bmp":
	default:
		return ""
	}
	for i := range len(data) {
		c := data[i]
		if nameTable[c]&(nameTag|nameAttr) == 0 && c != '+' && c != '/' && c != '=' {
			return ""
		}
	}
	return u
}
