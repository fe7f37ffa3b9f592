package snapshot

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// splitMark stands in a captured style sheet's text where one text node of the
// style element ends and the next begins.
const splitMark = "/* rr_split */"

// setCaptured makes css the text of a style or link element. A recorder writes
// it beside text nodes that it leaves blank.
func (n *node) setCaptured(css string) {
	d := n.details()
	d.css, d.sheet = &css, nil
}

// settleCSS moves captured text to the element's text nodes, if it has any, so
// that a change of one of them leaves the others' text.
func (n *node) settleCSS() {
	if n.more == nil || n.more.css == nil {
		return
	}
	var texts []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			texts = append(texts, c)
		}
	}
	if len(texts) == 0 {
		return
	}
	parts := strings.SplitN(*n.more.css, splitMark, len(texts))
	for i, t := range texts {
		t.Data = ""
		if i < len(parts) {
			t.Data = unsplitCSS(parts[i])
		}
	}
	n.more.css = nil
}

// resetSheet drops edits of the rules: a style element whose text changes has
// a new sheet (HTML, "update a style block").
func (n *node) resetSheet() {
	if n.more != nil {
		n.more.sheet = nil
		n.more.css = nil
	}
}

// captured returns the text of the style sheet of n in the form in which it is
// recorded beside blank text nodes, if n is a style or link element with one.
func (n *node) captured() (string, bool) {
	if n.kind != KindElement || n.Data != "style" && n.Data != "link" {
		return "", false
	}
	if n.more != nil && n.more.sheet != nil {
		return n.more.sheet.Text(), true
	}
	if n.more != nil && n.more.css != nil {
		return *n.more.css, true
	}
	var parts []string
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			parts = append(parts, c.Data)
		}
	}
	css := strings.Join(parts, splitMark)
	return css, len(css) > len(splitMark)*max(len(parts)-1, 0)
}

// CSS returns the rules of the style sheet of the style or link element with
// that id as text, as they are now: inserted rules are in it. It is "" where
// there is no sheet, or none was recorded.
func (p *Page) CSS(id NodeID) string {
	n := p.lookup(id)
	if n == nil {
		return ""
	}
	css, _ := n.captured()
	return unsplitCSS(css)
}

// unsplitCSS returns captured text without the marks in it.
func unsplitCSS(css string) string { return strings.ReplaceAll(css, splitMark, "") }

// Sheet returns the style sheet of the style or link element with that id, for
// editing. It stays the element's until the element's text changes.
func (p *Page) Sheet(id NodeID) (*Sheet, error) {
	n, err := p.element("edit style sheet of", id)
	if err != nil {
		return nil, err
	}
	if n.Data != "style" && n.Data != "link" {
		return nil, &NodeError{"edit style sheet of", id, ErrWrongKind}
	}
	d := n.details()
	if d.sheet == nil {
		d.sheet = NewSheet(p.CSS(id))
	}
	return d.sheet, nil
}

// Constructed returns the constructed style sheet with that id, for editing.
func (p *Page) Constructed(id StyleID) (*Sheet, error) {
	if s := p.sheets[id]; s != nil {
		return s, nil
	}
	return nil, &NodeError{"edit constructed style sheet", NodeID(id), ErrUnknownSheet}
}

// Construct makes an empty constructed style sheet, in place of one with the
// same id.
func (p *Page) Construct(id StyleID) *Sheet {
	s := &Sheet{}
	p.setSheet(id, s)
	return s
}

func (p *Page) setSheet(id StyleID, s *Sheet) {
	if p.sheets == nil {
		p.sheets = make(map[StyleID]*Sheet)
	}
	p.sheets[id] = s
}

// Adopt makes ids the adopted style sheets of a document, or of the shadow
// root of an element, which is made if there is none. Sheets that are not
// there are left out, and the error names the first.
func (p *Page) Adopt(id NodeID, ids []StyleID) error {
	n := p.lookup(id)
	if n == nil {
		return &NodeError{"adopt style sheets in", id, ErrUnknownNode}
	}
	switch n.kind {
	case KindDocument:
	case KindElement:
		n.attachShadow()
	default:
		return &NodeError{"adopt style sheets in", id, ErrWrongKind}
	}
	var err error
	known := slices.DeleteFunc(slices.Clone(ids), func(id StyleID) bool {
		_, missing := p.Constructed(id)
		if missing != nil && err == nil {
			err = missing
		}
		return missing != nil
	})
	n.state().Adopted = known
	return err
}

// AdoptedCSS returns the text of the style sheets that the document or shadow
// host with that id adopts, in order.
func (p *Page) AdoptedCSS(id NodeID) []string {
	var out []string
	if s := p.State(id); s != nil {
		for _, id := range s.Adopted {
			if sheet := p.sheets[id]; sheet != nil {
				out = append(out, sheet.Text())
			}
		}
	}
	return out
}
