package snapshot

import (
	"strings"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/internal/css"
)

// VisibleText returns the page's text as a reader sees it, much as
// HTMLElement.innerText does, but without layout: style sheets have no say.
//
// Not shown are: head, scripts, styles, templates and fallback content;
// elements with the attribute hidden or with "display: none" in their style
// attribute; all of a closed details but its first summary; a closed dialog;
// what the recorder blocked. Shadow trees are shown in place of their host's
// children, which stand at the slots that they are assigned to; a slot without
// any shows its own content. A frame shows its document. Of form controls the
// text in them is shown: the value of an input unless it is a check box,
// slider or the like, the value of a textarea, the chosen options of a select.
//
// Block elements and br break lines, table cells are parted by tabs. White
// space is collapsed but in pre and textarea. There are no empty lines but
// those of br, pre and textarea, and no white space around the text. The text
// is WTF-8, as the nodes' is.
func (p *Page) VisibleText() string {
	if p.root == nil {
		return ""
	}
	t := &textWriter{fresh: true}
	t.node(p.root, nil)
	return strings.Trim(string(t.out), " \t\n\f\r")
}

// A textWriter gathers visible text. What parts two pieces of text is written
// with the second.
type textWriter struct {
	out    []byte
	lines  int  // newlines to be written
	space  bool // a space to be written
	fresh  bool // the line or table cell is empty as yet
	row    bool // something of the table row was written
	pre    bool
	own    bool   // without the blocks that are in the element
	most   int    // bytes to stop after; 0 is no bound
	chosen choice // in the select that is being written
}

// A textScope is the shadow tree that is being written.
type textScope struct {
	outer *textScope
	slots map[string][]*node // the host's children by the slot they want
}

type textRule uint8

const (
	textInline textRule = iota
	textNone
	textBlock
	textBreak
	textPre
	textRow
	textCell
	textInput
	textArea
	textSelect
	textOption
	textDetails
	textSlot
)

// textRules has the elements that are not textInline.
var textRules = map[string]textRule{
	"head": textNone, "script": textNone, "style": textNone, "noscript": textNone, "template": textNone,
	"title": textNone, "link": textNone, "meta": textNone, "noembed": textNone, "noframes": textNone,
	"datalist": textNone, "canvas": textNone, "video": textNone, "audio": textNone, "object": textNone,
	"meter": textNone, "progress": textNone, "rp": textNone, "defs": textNone, "desc": textNone,
	"metadata": textNone, "embed": textNone, "applet": textNone,

	"address": textBlock, "article": textBlock, "aside": textBlock, "blockquote": textBlock,
	"body": textBlock, "caption": textBlock, "center": textBlock, "dd": textBlock, "dir": textBlock,
	"div": textBlock, "dl": textBlock, "dt": textBlock, "fieldset": textBlock, "figcaption": textBlock,
	"figure": textBlock, "footer": textBlock, "form": textBlock, "frame": textBlock, "frameset": textBlock,
	"h1": textBlock, "h2": textBlock, "h3": textBlock, "h4": textBlock, "h5": textBlock, "h6": textBlock,
	"header": textBlock, "hgroup": textBlock, "hr": textBlock, "html": textBlock, "iframe": textBlock,
	"legend": textBlock, "li": textBlock, "main": textBlock, "menu": textBlock, "nav": textBlock,
	"ol": textBlock, "p": textBlock, "search": textBlock, "section": textBlock, "summary": textBlock,
	"table": textBlock, "tbody": textBlock, "text": textBlock, "tfoot": textBlock, "thead": textBlock,
	"tr": textRow, "ul": textBlock,

	"br": textBreak, "pre": textPre, "listing": textPre, "xmp": textPre, "plaintext": textPre,
	"td": textCell, "th": textCell, "input": textInput, "textarea": textArea, "select": textSelect,
	"option": textOption, "details": textDetails, "dialog": textBlock, "slot": textSlot,
}

// block makes the text that follows begin a line.
func (t *textWriter) block() {
	t.space = false
	if !t.fresh && t.lines == 0 {
		t.lines = 1
	}
}

// piece writes text as it is, and before it what is due.
func (t *textWriter) piece(s string) {
	switch {
	case len(t.out) == 0:
	case t.lines > 0:
		for ; t.lines > 0; t.lines-- {
			t.out = append(t.out, '\n')
		}
	case t.space && !t.fresh:
		t.out = append(t.out, ' ')
	}
	t.lines, t.space, t.fresh, t.row = 0, false, false, true
	t.out = append(t.out, s...)
}

// text writes the text of a node.
func (t *textWriter) text(s string) {
	if t.pre {
		if s != "" {
			t.piece(s)
		}
		return
	}
	for s != "" {
		if css.IsSpace(s[0]) {
			t.space = true
			s = s[1:]
			continue
		}
		end := 1
		for end < len(s) && !css.IsSpace(s[end]) {
			end++
		}
		t.piece(s[:end])
		s = s[end:]
	}
}

// control writes the text in a form control.
func (t *textWriter) control(s string) {
	if s != "" {
		t.space = true
		t.piece(s)
	}
	t.space = true
}

func (t *textWriter) children(n *node, scope *textScope) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		t.node(own(c), scope)
	}
}

func (t *textWriter) node(n *node, scope *textScope) {
	if t.most > 0 && len(t.out) > t.most {
		return
	}
	switch n.kind {
	case KindDocument:
		t.children(n, scope)
	case KindText, KindCDATA:
		t.text(n.Data)
	case KindElement:
		switch {
		case n.isHidden():
		case t.own && n.isBlock():
			t.block()
		default:
			t.element(n, scope)
		}
	}
}

// isHidden reports whether an element's own attributes or state keep it and
// its content from being shown.
func (n *node) isHidden() bool {
	if n.hasAttr("hidden") || n.isBlocked() {
		return true
	}
	if n.Data == "dialog" && !n.hasAttr("open") && n.live().Dialog == "" {
		return true
	}
	none, _ := css.Hides(attrOf(n, "style"))
	return none
}

func (t *textWriter) element(n *node, scope *textScope) {
	switch textRules[n.Data] {
	case textNone:
	case textBlock:
		t.block()
		t.content(n, scope)
		t.block()
	case textBreak:
		t.space = false
		if len(t.out) > 0 {
			t.lines++
			t.fresh = true
		}
	case textPre:
		t.block()
		outer := t.pre
		t.pre = true
		t.content(n, scope)
		t.pre = outer
		t.endLines()
	case textRow:
		t.block()
		outer := t.row
		t.row = false
		t.content(n, scope)
		t.fresh = t.fresh && !t.row // a last cell may be empty
		t.row = outer || t.row
		t.block()
	case textCell:
		t.cell(n)
		t.content(n, scope)
	case textInput:
		t.control(n.inputText())
	case textArea:
		t.block()
		outer := t.pre
		t.pre = true
		if v := n.live().Value; v != nil {
			t.text(*v)
		} else {
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				if c.Type == html.TextNode {
					t.text(c.Data)
				}
			}
		}
		t.pre = outer
		t.endLines()
	case textSelect:
		outer := t.chosen
		t.chosen = shownChoice(n)
		t.space = true
		t.content(n, scope)
		t.space = true
		t.chosen = outer
	case textOption:
		if t.chosen.selected(n) {
			t.space = true
			t.content(n, scope)
		}
	case textDetails:
		t.block()
		t.details(n, scope)
		t.block()
	case textSlot:
		t.slot(n, scope)
	default:
		t.content(n, scope)
	}
}

// endLines ends a block whose text may end in newlines, the last of which is
// no line of its own.
func (t *textWriter) endLines() {
	if n := len(t.out); n > 0 && t.out[n-1] == '\n' && t.lines == 0 {
		t.out = t.out[:n-1]
	}
	t.block()
}

// content writes what an element shows: its frame's document, its shadow tree
// or its children.
func (t *textWriter) content(n *node, scope *textScope) {
	d := n.more
	switch {
	case n.Data == "iframe" || n.Data == "frame":
		if d != nil && d.frame != nil {
			chosen, pre := t.chosen, t.pre
			t.chosen, t.pre = choice{}, false
			t.node(d.frame, nil)
			t.chosen, t.pre = chosen, pre
		}
	case d != nil && d.shadow != nil:
		inner := newTextScope(n, scope)
		t.children(d.shadow, inner)
	default:
		t.children(n, scope)
	}
}

// newTextScope returns the scope of the shadow tree of host, which is in outer.
func newTextScope(host *node, outer *textScope) *textScope {
	inner := &textScope{outer: outer, slots: make(map[string][]*node)}
	for c := host.FirstChild; c != nil; c = c.NextSibling {
		k := own(c)
		name := ""
		switch k.kind {
		case KindElement:
			name = attrOf(k, "slot")
		case KindText, KindCDATA:
		default:
			continue
		}
		inner.slots[name] = append(inner.slots[name], k)
	}
	return inner
}

// slot writes what is assigned to a slot: the first of a name has it all (DOM,
// "find a slot").
func (t *textWriter) slot(n *node, scope *textScope) {
	if scope == nil {
		t.children(n, scope)
		return
	}
	name := attrOf(n, "name")
	assigned, ok := scope.slots[name]
	switch {
	case !ok:
		t.children(n, scope)
	case assigned != nil:
		scope.slots[name] = nil // to the next slot of that name nothing is assigned
		for _, k := range assigned {
			t.node(k, scope.outer)
		}
	default:
		t.children(n, scope)
	}
}

// cell begins a table cell. The line breaks that blocks in the cell before
// left behind go: a row is a line.
func (t *textWriter) cell(n *node) {
	for c := n.PrevSibling; c != nil; c = c.PrevSibling {
		if k := own(c); k.kind == KindElement && textRules[c.Data] == textCell {
			if t.row {
				t.lines = 0
			}
			t.space = false
			t.piece("\t")
			t.fresh = true
			return
		}
	}
}

func (t *textWriter) details(n *node, scope *textScope) {
	if n.hasAttr("open") {
		t.content(n, scope)
		return
	}
	if s := n.childElement("summary"); s != nil {
		t.node(s, scope)
	}
}

// inputText returns the text that an input shows.
func (n *node) inputText() string {
	switch lower(attrOf(n, "type")) {
	case "hidden", "checkbox", "radio", "file", "image", "range", "color":
		return ""
	}
	if v := n.live().Value; v != nil {
		return *v
	}
	return attrOf(n, "value")
}

// shownChoice is choiceOf, or the first option where nothing tells which one
// is chosen: that is what a closed select shows.
func shownChoice(n *node) choice {
	c := choiceOf(n)
	if c.known || n.hasAttr("multiple") {
		return c
	}
	var first, last *node
	for d := range n.Descendants() {
		o := own(d)
		if o.kind != KindElement || o.Data != "option" {
			continue
		}
		if first == nil && !o.hasAttr("disabled") {
			first = o
		}
		if (choice{}).selected(o) {
			last = o
		}
	}
	if last == nil {
		last = first
	}
	return choice{true, last}
}
