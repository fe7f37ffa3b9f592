package masktest

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// pages are the pages of a session's windows, rebuilt event by event, to look
// into text that is split over nodes.
type pages struct {
	search  *search
	windows map[format.WindowID]*snapshot.Page
}

func newPages(s *search) *pages {
	return &pages{s, make(map[format.WindowID]*snapshot.Page)}
}

// event applies an event and looks into the blocks whose text it changed.
func (p *pages) event(e format.Event) {
	page := p.windows[e.Window]
	if page == nil {
		page = &snapshot.Page{}
		p.windows[e.Window] = page
	}
	var ids []snapshot.NodeID
	if m, ok := e.Data.(*format.Mutation); ok {
		for _, t := range m.Texts {
			ids = append(ids, t.ID)
		}
		for _, r := range m.Removes {
			ids = append(ids, r.Parent)
		}
		for _, a := range m.Adds {
			ids = append(ids, a.Parent)
			if a.Node != nil {
				for n := range a.Node.All() {
					ids = append(ids, n.ID)
				}
			}
		}
	}
	// What the page cannot do was said by nobody; the rest is done.
	_ = e.Data.Apply(page)
	if _, ok := e.Data.(*format.FullSnapshot); ok {
		for id := range page.All() {
			ids = append(ids, id)
		}
	}
	done := make(map[*html.Node]bool)
	for _, id := range ids {
		n := page.Node(id)
		if n == nil {
			continue
		}
		for !isBlock(n) && n.Parent != nil {
			n = n.Parent
		}
		if !done[n] {
			done[n] = true
			p.search.text("block of "+strconv.Itoa(int(id)), blockText(n))
		}
	}
}

// blockText returns the text in a block, that of blocks inside it left out. That
// of a style sheet or script is one string anyway.
func blockText(block *html.Node) string {
	var b strings.Builder
	if block.Data == "style" || block.Data == "script" {
		return ""
	}
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.Type == html.TextNode:
				b.WriteString(c.Data)
			case isBlock(c):
				b.WriteByte('\n')
			default:
				walk(c)
			}
		}
	}
	walk(block)
	return b.String()
}

// isBlock says whether text does not flow from what is around n into it. There
// is no layout here: what style sheets make a block is not known.
func isBlock(n *html.Node) bool {
	if n.Type != html.ElementNode {
		return n.Type == html.DocumentNode
	}
	switch n.Data {
	case "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "button", "cite", "code", "data", "del", "dfn", "em", "font",
		"i", "img", "input", "ins", "kbd", "label", "mark", "nobr", "output", "q", "rb", "rp", "rt", "ruby", "s", "samp",
		"slot", "small", "span", "strike", "strong", "sub", "sup", "svg", "text", "textPath", "time", "tspan", "tt",
		"u", "var", "wbr":
		return false
	}
	return !strings.Contains(n.Data, "-") // a custom element is inline
}
