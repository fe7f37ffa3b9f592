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
		if f.blocks == nil {
			f.blocks = make(map[*html.Node]bool)
		}
		var last *html.Node
		touch := func(n *html.Node) {
			if b := block(n); b != last {
				f.blocks[b], last = true, b
			}
		}
		for i := range e.Adds {
			if e.Adds[i].Node == nil {
				continue
			}
			id := e.Adds[i].Node.ID
			if n := w.page.Node(id); n != nil {
				touch(n)
			}
			for _, n := range w.page.Subtree(id) {
				if n.Type == html.TextNode {
					touch(n)
				}
			}
		}
		for i := range e.Removes {
			r := &e.Removes[i]
			if r.Shadow {
				if root := w.page.Shadow(r.Parent); root != nil {
					f.blocks[root] = true
					continue
				}
			}
			if n := w.page.Node(r.Parent); n != nil {
				touch(n)
			}
		}
		for i := range e.Texts {
			if n := w.page.Node(e.Texts[i].ID); n != nil {
				touch(n)
			}
		}
		s := sent{event: e}
		for b := range f.blocks {
			f.lines(w, b, &s)
		}
		clear(f.blocks)
		slices.Sort(w.again)
	}
}

// A sent is the text nodes that an event brings, or their text.
type sent struct {
	event *format.Mutation
	nodes map[*html.Node]bool // made when it is needed
}

func (s *sent) has(w *window, n *html.Node) bool {
	if s.nodes != nil {
		return s.nodes[n]
	}
	s.nodes = make(map[*html.Node]bool)
	for i := range s.event.Adds {
		if n := s.event.Adds[i].Node; n != nil {
			for _, n := range w.page.Subtree(n.ID) {
				s.nodes[n] = true
			}
		}
	}
	for i := range s.event.Texts {
		if n := w.page.Node(s.event.Texts[i].ID); n != nil {
			s.nodes[n] = true
		}
	}
	return s.nodes[n]
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
// of s have been shown already; with a nil s none has.
func (f *Filter) lines(w *window, b *html.Node, s *sent) {
	l := f.line[:0]
	size, written := 0, 0
	end := func() {
		if written > 1 {
			f.joined(w, l, s)
		}
		clear(l)
		l, size, written = l[:0], 0, 0
	}
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.Type == html.TextNode:
				id := snapshot.ID(c)
				if in := w.known(id); in == nil || in.level.base() > levelClear || in.level&flagInert != 0 || size+len(c.Data) > maxJoined {
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
	f.line = l
}

// joined notes for every node of a line which part of it is one of something
// found that goes over nodes.
func (f *Filter) joined(w *window, l line, s *sent) {
	f.lineText, f.lineNodes = f.lineText[:0], f.lineNodes[:0]
	for _, n := range l {
		f.lineText = append(f.lineText, n.Data...)
		f.lineNodes = append(f.lineNodes, snapshot.ID(n))
	}
	text := string(f.lineText)
	found := f.preview(text, f.lineNodes...)
	values, ok := f.lined.get(text, f.memory.version)
	if !ok {
		values = f.registered(nil, text)
		f.lined.add(text, values)
	}
	if found = append(found, values...); len(found) == 0 && len(f.memory.codes) == 0 {
		return
	}
	found = merge(found, f.memory.codesIn(w, f.lineNodes[0], text))
	if len(found) == 0 {
		return
	}
	from := 0
	for _, n := range l {
		to := from + len(n.Data)
		for _, x := range found {
			if x.from < to && x.to > from && (x.from < from || x.to > to) {
				id := snapshot.ID(n)
				part := x
				part.from, part.to = max(x.from, from)-from, min(x.to, to)-from
				if w.parts == nil {
					w.parts = make(map[snapshot.NodeID][]span)
				}
				w.parts[id] = append(w.parts[id], part)
				if s != nil && !s.has(w, n) && !slices.Contains(w.again, id) {
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
