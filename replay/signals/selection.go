package signals

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// selected takes what is selected on the page. A selection grows while the
// pointer is dragged, event by event: it is one moment, as it was at the end.
func (a *Analyzer) selected(w *window) {
	var first *snapshot.Range
	length := 0
	for i := range w.page.Selection {
		r := &w.page.Selection[i]
		if r.Start == r.End && r.StartOffset == r.EndOffset {
			continue
		}
		if first == nil {
			first = r
		}
		length += selectedLength(w.page, r)
	}
	if first == nil {
		a.endSelection(w)
		return
	}
	in := first.Start
	if element(w.page, in) == nil {
		in = w.page.Parent(in)
	}
	if m := w.selection; m != nil && (w.selectionOf.Start == first.Start || w.selectionOf.End == first.End) {
		m.End, m.Length, m.Target = a.now, length, w.target(in)
	} else {
		a.endSelection(w)
		w.selection = &Moment{
			Kind: Selected, Time: a.now, End: a.now, Window: w.id, Visit: w.visit, Path: a.path(w), Target: w.target(in), Length: length,
		}
	}
	w.selectionOf = *first
}

// endSelection adds the moment of a selection that is made.
func (a *Analyzer) endSelection(w *window) {
	m := w.selection
	w.selection = nil
	if m != nil && (m.Length == 0 || m.Length >= a.opts.SelectLength) {
		add(&a.r.Moments, *m, maxMoments, &a.r.LeftOut.Moments)
	}
}

// maxSelected is how many nodes are looked at for the length of a selection.
const maxSelected = 100_000

// selectedLength returns the length of the text in a range, in UTF-16 code
// units.
func selectedLength(p *snapshot.Page, r *snapshot.Range) int {
	start, end := p.Node(r.Start), p.Node(r.End)
	if start == nil || end == nil {
		return 0
	}
	root := start
	for root.Parent != nil {
		root = root.Parent
	}
	length, seen, inside, over := 0, 0, false, false
	var visit func(n *html.Node)
	visit = func(n *html.Node) {
		if seen++; over || seen > maxSelected {
			over = true
			return
		}
		if n.Type == html.TextNode {
			from, to := 0, utf16Length(n.Data)
			if n == start {
				from, inside = min(max(int(r.StartOffset), 0), to), true
			}
			if n == end {
				to, over = min(max(int(r.EndOffset), 0), to), true
			}
			if inside && to > from && strings.TrimSpace(n.Data) != "" {
				length += to - from
			}
			return
		}
		if n.Type == html.ElementNode && isUnseen(n.Data) || n.Data == "style" && n.Type == html.ElementNode {
			return
		}
		i := int64(0)
		for c := n.FirstChild; ; c = c.NextSibling {
			inside = inside || n == start && (i == r.StartOffset || c == nil)
			if n == end && (i == r.EndOffset || c == nil) {
				over = true
			}
			if c == nil || over {
				return
			}
			visit(c)
			i++
		}
	}
	visit(root)
	return length
}

// utf16Length returns the length of a text in UTF-16 code units.
func utf16Length(s string) int {
	n := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 && i+3 <= len(s) && s[i] == 0xED {
			size = 3 // a lone surrogate
		}
		if n++; r > 0xFFFF {
			n++
		}
		i += size
	}
	return n
}

// custom takes an event of the page's own code, or of a product.
func (a *Analyzer) custom(w *window, e *format.Custom) {
	a.visit(w, address(e, w.page.View.URL))
	if slices.ContainsFunc(a.opts.CopyTags, func(tag string) bool { return strings.EqualFold(tag, e.Tag) }) {
		var payload struct{ Length float64 }
		m := Moment{Kind: Copied, Time: a.now, End: a.now}
		if json.Unmarshal([]byte(e.Payload), &payload) == nil {
			m.Length = int(min(max(0, payload.Length), 1e9))
		}
		if f := w.page.Focus; element(w.page, f) != nil {
			m.Target = w.target(f)
		}
		a.moment(w, m)
	}
	a.stepCustom(e.Tag)
}

// clampTime keeps a time so small that the difference of two can be told.
func clampTime(t time.Duration) time.Duration {
	const most = time.Duration(1) << 61
	return min(max(t, -most), most)
}
