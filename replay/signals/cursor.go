package signals

import (
	"strings"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/internal/css"
	"github.com/pagetape/pagetape/snapshot"
)

// hands finds what style sheets give a hand for a cursor, which tells users
// that they can click. Which of several rules wins is not decided: one that says
// so is enough. The zero hands is ready.
type hands struct {
	sheets map[string][]matcher // by text; its rules with a hand
	bytes  int                  // of the texts
}

const (
	maxHandText  = 4 << 20 // bytes of a sheet that is looked into
	maxHandTexts = 4 * maxHandText
	maxHandRules = 1000 // of a sheet
)

// control returns the nearest of an element and those that it is in that has a
// hand, 0 for none.
func (h *hands) control(p *snapshot.Page, id snapshot.NodeID) snapshot.NodeID {
	found := snapshot.NodeID(0)
	trees := make(map[*html.Node][]matcher)
	ancestors(p, id, func(id snapshot.NodeID, n *html.Node) bool {
		if n.Data == "body" || n.Data == "html" {
			return true // a page that is all hands tells nothing
		}
		root := n
		for root.Parent != nil {
			root = root.Parent
		}
		rules, ok := trees[root]
		if !ok {
			rules = h.tree(p, root, n)
			trees[root] = rules
		}
		for _, m := range rules {
			if m(n) {
				found = id
				return false
			}
		}
		return true
	})
	return found
}

// tree returns the rules with a hand of the style sheets of a tree, which n is
// in.
func (h *hands) tree(p *snapshot.Page, root, n *html.Node) []matcher {
	var rules []matcher
	for c := range root.Descendants() {
		if c.Type == html.ElementNode && (c.Data == "style" || c.Data == "link") {
			rules = append(rules, h.sheet(p.CSS(snapshot.ID(c)))...)
		}
	}
	owner := snapshot.ID(root)
	for up := snapshot.ID(n); owner == 0 && up != 0; up = p.Parent(up) { // a shadow root
		if p.Shadow(up) == root {
			owner = up
		}
	}
	for _, text := range p.AdoptedCSS(owner) {
		rules = append(rules, h.sheet(text)...)
	}
	return rules
}

// sheet returns the rules with a hand of one style sheet.
func (h *hands) sheet(text string) []matcher {
	if len(text) > maxHandText || !strings.Contains(text, "cursor") {
		return nil
	}
	if rules, ok := h.sheets[text]; ok {
		return rules
	}
	var rules []matcher
	for _, s := range handSelectors(text) {
		if m, err := compile(s); err == nil && len(rules) < maxHandRules {
			rules = append(rules, m) // a selector that cannot be matched is passed over
		}
	}
	if h.bytes += len(text); h.sheets == nil || h.bytes > maxHandTexts {
		h.sheets, h.bytes = make(map[string][]matcher), len(text)
	}
	h.sheets[text] = rules
	return rules
}

// handSelectors returns the selectors of the rules of a style sheet that say
// "cursor: pointer", each on its own. Rules in other style rules are left out.
func handSelectors(text string) []string {
	var (
		list   []string
		blocks []bool // of the open ones: a style rule's
		parts  []string
		start  int
		inside = 0    // style rules around
		name   string // of the declaration
	)
	c := css.Scanner{Text: text}
	part := func() {
		parts = append(parts, strings.TrimSpace(text[start:c.Start]))
		start = c.End
	}
	for c.Next() {
		switch c.Kind {
		case '{':
			part()
			style := !strings.HasPrefix(parts[0], "@")
			blocks = append(blocks, style)
			if style {
				inside++
			} else {
				parts = nil
			}
			start, name = c.End, ""
		case '}':
			if n := len(blocks); n > 0 {
				if blocks[n-1] {
					inside--
				}
				blocks = blocks[:n-1]
			}
			parts, start, name = nil, c.End, ""
		case ';':
			if inside == 0 {
				parts = nil
			}
			start, name = c.End, ""
		case ',':
			if inside == 0 {
				part()
			}
		case css.Ident:
			switch word := strings.ToLower(text[c.Start:c.End]); {
			case inside != 1 || len(blocks) == 0 || !blocks[len(blocks)-1]:
			case name == "":
				name = word
			case name == "cursor" && word == "pointer":
				list = append(list, parts...)
				name = "done"
			}
		default:
			if inside == 0 && c.Opens() {
				c.Skip() // commas in :is() part nothing
			}
		}
	}
	return list
}
