package mask

import (
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A value can be split over text nodes that are shown in one line: they are
// searched together, and each is masked for its part of what is found.

// maxJoined is how many bytes of text are searched together.
const maxJoined = 1 << 16

// A line is text nodes that are shown one behind the other.
type line []*html.Node

// join searches the lines that an event changed.
func (f *Filter) join(w *window, data format.Data) {
	clear(w.parts)
	w.again = w.again[:0]
	if f.memory.values.Len() == 0 && len(f.memory.codes) == 0 && len(w.previews) == 0 && len(w.shows) == 0 {
		return
	}
	switch e := data.(type) {
	case *format.FullSnapshot:
		if root := w.page.Root(); root != nil && e.Node != nil && e.Node.ID == w.page.RootID() {
			for id, n := range w.page.All() { // a shadow root's and a frame's too
				if n.Type == html.ElementNode && !isInline(n) {
					f.lines(w, n, nil)
				}
				if root := w.page.Shadow(id); root != nil {
					f.lines(w, root, nil)
				}
			}
		}
	case *format.Mutation:
		blocks := make(map[*html.Node]bool)
		touch := func(id snapshot.NodeID) {
			if n := w.page.Node(id); n != nil {
				blocks[block(n)] = true
			}
		}
		sent := make(map[*html.Node]bool)
		for i := range e.Adds {
			if n := e.Adds[i].Node; n != nil {
				touch(n.ID)
				for id, n := range w.page.Subtree(n.ID) {
					if n.Type == html.TextNode {
						sent[n] = true
						touch(id)
					}
				}
			}
		}
		for i := range e.Removes {
			if r := &e.Removes[i]; r.Shadow && w.page.Shadow(r.Parent) != nil {
				blocks[w.page.Shadow(r.Parent)] = true
			} else {
				touch(r.Parent)
			}
		}
		for i := range e.Texts {
			if n := w.page.Node(e.Texts[i].ID); n != nil {
				sent[n] = true
				touch(e.Texts[i].ID)
			}
		}
		for b := range blocks {
			f.lines(w, b, sent)
		}
		slices.Sort(w.again)
	}
}

// block returns the nearest ancestor-or-self that begins a line, or the root of
// the tree.
func block(n *html.Node) *html.Node {
	for n.Parent != nil && (n.Type != html.ElementNode || isInline(n)) {
		n = n.Parent
	}
	return n
}

// lines searches the lines of a block: the text in it that no other block parts.
// Where but one node of a line is not blank nothing goes over nodes. Nodes outside
// of sent have been shown already; with a nil sent none has.
func (f *Filter) lines(w *window, b *html.Node, sent map[*html.Node]bool) {
	var l line
	size, written := 0, 0
	end := func() {
		if written > 1 {
			f.line(w, l, sent)
		}
		l, size, written = l[:0], 0, 0
	}
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.Type == html.TextNode:
				id := snapshot.ID(c)
				if in := w.info(id); in == nil || in.level.base() > levelClear || in.level&flagInert != 0 || size+len(c.Data) > maxJoined {
					end()
					continue
				}
				l, size = append(l, c), size+len(c.Data)
				if strings.TrimLeftFunc(c.Data, isSpace) != "" {
					written++
				}
			case c.Type == html.ElementNode && isInline(c) && depth < snapshot.MaxDepth:
				walk(c, depth+1)
			case c.Type == html.ElementNode:
				end()
			}
		}
	}
	walk(b, 0)
	end()
}

// line notes for every node of a line which part of it is one of something
// found that goes over nodes.
func (f *Filter) line(w *window, l line, sent map[*html.Node]bool) {
	var b strings.Builder
	nodes := make([]snapshot.NodeID, len(l))
	for i, n := range l {
		b.WriteString(n.Data)
		nodes[i] = snapshot.ID(n)
	}
	text := b.String()
	found := f.preview(text, nodes...)
	if !f.silent.has(text, f.memory.version) {
		n := len(found)
		if found = f.registered(found, text); len(found) == n {
			f.silent.add(text)
		}
	}
	found = merge(found, f.memory.codesIn(w, nodes[0], text))
	if len(found) == 0 {
		return
	}
	from := 0
	for _, n := range l {
		to := from + len(n.Data)
		for _, s := range found {
			if s.from < to && s.to > from && (s.from < from || s.to > to) {
				id := snapshot.ID(n)
				part := s
				part.from, part.to = max(s.from, from)-from, min(s.to, to)-from
				if w.parts == nil {
					w.parts = make(map[snapshot.NodeID][]span)
				}
				w.parts[id] = append(w.parts[id], part)
				if sent != nil && !sent[n] && !slices.Contains(w.again, id) {
					w.again = append(w.again, id)
				}
			}
		}
		from = to
	}
}

// isInline says whether an element is shown in the line that it is in.
func isInline(n *html.Node) bool {
	switch n.Data {
	case "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
		"kbd", "label", "mark", "q", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt",
		"u", "var", "wbr", "tspan":
		return true
	}
	return strings.Contains(n.Data, "-") // a custom element is, unless its page says otherwise
}
