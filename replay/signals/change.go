package signals

import (
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// react takes an event that has not been applied yet for what it is to the
// clicks before it: an answer of the page, or none.
func (a *Analyzer) react(w *window, e *format.Event) {
	switch x := e.Data.(type) {
	case *format.Mutation:
		a.mutation(w, x)
	case *format.Meta:
		if x.URL != w.page.View.URL || x.Width != w.page.View.Width || x.Height != w.page.View.Height {
			a.answer(w, 0)
		}
		w.moved = w.moved || x.URL != w.page.View.URL
	case *format.FullSnapshot:
		a.snapshotted(w, x)
	case *format.Navigation, *format.DOMContentLoaded, *format.Load, *format.ViewportResize, *format.Media, *format.Request:
		a.answer(w, 0)
	case *format.Plugin:
		if strings.HasPrefix(x.Plugin, "rrweb/network@") {
			a.answer(w, 0)
		}
	case *format.Visibility:
		if x.State == "hidden" {
			for _, other := range a.windows {
				a.answer(other, 0) // the click opened something in front
			}
		}
	case *format.Scroll, *format.Input:
		a.answer(w, a.opts.DeadScroll)
	case *format.Selection:
		if !collapsed(x) {
			a.answer(w, a.opts.DeadScroll)
		}
	case *format.SheetRules:
		a.change(w, place{x.ID, "rules", x.Style})
	case *format.SheetDeclaration:
		a.change(w, place{x.ID, "rules", x.Style})
	case *format.AdoptedSheets:
		a.change(w, place{x.ID, "sheets", 0})
	case *format.Canvas:
		a.change(w, place{x.ID, "canvas", 0})
	}
}

// A place is a part of a page that changes: an attribute of a node, what is in
// it, or its style sheet.
type place struct {
	node  snapshot.NodeID
	what  string
	style snapshot.StyleID
}

// content is the place of the text and children of a node. No attribute has
// that name.
const content = "#content"

const (
	maxPlaces = 4096 // of a window
	maxSeen   = 64   // in a map that is used again
)

// mutation takes changes to the document.
func (a *Analyzer) mutation(w *window, m *format.Mutation) {
	if len(a.seen) > maxSeen {
		a.seen = make(map[place]bool) // to clear a large one takes long
	}
	clear(a.seen)
	change := func(p place) {
		if !a.seen[p] { // a place changes once an event
			a.seen[p] = true
			a.change(w, p)
		}
	}
	for i := range m.Removes {
		r := &m.Removes[i]
		if n := w.page.Node(r.ID); n != nil && shows(n) && !isEffect(classOf(n)) && rendered(w.page, r.Parent) {
			change(place{r.Parent, content, 0})
		}
	}
	for i := range m.Adds {
		d := &m.Adds[i]
		if d.Node != nil && showsNew(d.Node) && rendered(w.page, d.Parent) {
			change(place{d.Parent, content, 0})
		}
	}
	for i := range m.Texts {
		if up := w.page.Parent(m.Texts[i].ID); w.page.Kind(m.Texts[i].ID) == snapshot.KindText && rendered(w.page, up) {
			change(place{up, content, 0})
		}
	}
	for i := range m.Attrs {
		c := &m.Attrs[i]
		n := element(w.page, c.ID)
		if n == nil || !shows(n) || !rendered(w.page, c.ID) {
			continue
		}
		for _, at := range c.Attrs {
			if !isFocusNoise(n, &at) {
				change(place{c.ID, at.Name, 0})
			}
		}
	}
}

// change takes a change of a place. It is an answer unless the place changes
// by itself all the time and was due to.
func (a *Analyzer) change(w *window, p place) {
	t := w.ticks[p]
	if t == nil {
		if len(w.ticks) >= maxPlaces {
			clear(w.ticks) // what is a clock will show anew
		}
		t = &ticker{}
		w.ticks[p] = t
	}
	if !t.change(a.now, w.since(a.now), a.opts.DeadAfter, a.opts.Recurring) {
		a.answer(w, 0)
	}
}

// rendered says whether changes in a node can be seen at all.
func rendered(p *snapshot.Page, id snapshot.NodeID) bool {
	if p.Kind(id) == 0 {
		return false // it is new itself, and was seen where it came in
	}
	seen := true
	ancestors(p, id, func(_ snapshot.NodeID, n *html.Node) bool {
		seen = n.Data == "style" || !isUnseen(n.Data)
		return seen
	})
	return seen
}

// isUnseen says whether an element of that name, with what is in it, is never
// seen, nor changes how others look.
func isUnseen(name string) bool {
	switch name {
	case "script", "noscript", "meta", "base", "title", "template":
		return true
	}
	return false
}

// shows says whether a node that is there is anything to see.
func shows(n *html.Node) bool {
	switch n.Type {
	case html.TextNode:
		return strings.TrimSpace(n.Data) != ""
	case html.ElementNode:
		width, _ := attr(n, "width")
		height, _ := attr(n, "height")
		style, _ := attr(n, "style")
		return !isUnseen(n.Data) && !isPixel(width, height, style)
	}
	return false
}

// showsNew says the same of one that comes.
func showsNew(n *snapshot.Node) bool {
	switch n.Kind {
	case snapshot.KindText:
		return strings.TrimSpace(n.Text) != ""
	case snapshot.KindElement:
		if isUnseen(n.Name) || isEffect(value(n, "class")) {
			return false
		}
		for _, a := range n.Attrs {
			if a.Name == "hidden" {
				return false
			}
		}
		return !isPixel(value(n, "width"), value(n, "height"), value(n, "style"))
	}
	return n.Kind == snapshot.KindDocument // of a frame
}

func value(n *snapshot.Node, name string) string {
	v, _ := n.Attr(name)
	return v
}

// isPixel says whether an element is one that is there to send a request.
func isPixel(width, height, style string) bool {
	small := func(s string) bool { return s == "0" || s == "1" || s == "0px" || s == "1px" }
	style = strings.ReplaceAll(style, " ", "")
	return small(width) && small(height) || strings.Contains(style, "display:none")
}

func classOf(n *html.Node) string {
	class, _ := attr(n, "class")
	return class
}

// effects are words in class names and attributes for how an element looks
// while it has the focus, or is hovered or pressed.
var effects = [...]string{"focus", "hover", "ripple", "pressed"}

// isEffect says whether a class is that of such a look.
func isEffect(class string) bool {
	class = strings.ToLower(class)
	return slices.ContainsFunc(effects[:], func(word string) bool { return strings.Contains(class, word) })
}

// isFocusNoise says whether a change of an attribute is about the focus or the
// look of an element that is pointed at, and no more: browsers and pages answer
// every click with it.
func isFocusNoise(n *html.Node, a *snapshot.Attr) bool {
	name := strings.ToLower(a.Name)
	switch {
	case name == "tabindex" || name == "aria-activedescendant":
		return true
	case name == "aria-pressed":
		return false
	case name == "class":
		old := strings.Fields(classOf(n))
		now := strings.Fields(a.Value)
		for _, c := range old {
			if !slices.Contains(now, c) && !isEffect(c) {
				return false
			}
		}
		for _, c := range now {
			if !slices.Contains(old, c) && !isEffect(c) {
				return false
			}
		}
		return true
	}
	return isEffect(name)
}

// collapsed says whether nothing is selected.
func collapsed(s *format.Selection) bool {
	for i := range s.Ranges {
		r := &s.Ranges[i]
		if r.Start != r.End || r.StartOffset != r.EndOffset {
			return false
		}
	}
	return true
}
