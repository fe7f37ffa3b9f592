package snapshot

import (
	"strings"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/internal/css"
)

// AccessibleName returns the name of the element with that id as a screen
// reader would say it (Accessible Name and Description Computation 1.2, with
// the sources of names of HTML-AAM 1.0), on one line: what aria-labelledby
// refers to, aria-label, a label, alt, caption or legend, the text of a button
// input, the content where the role is named by it, the title, the
// placeholder.
//
// A page has no layout: hidden is what the attributes hidden, aria-hidden and
// style say, a closed details or dialog, and what the recorder left out. Style
// sheets and their generated content have no say. A name that comes from more
// than some thousand nodes is cut off there.
func (p *Page) AccessibleName(id NodeID) string {
	n := p.lookup(id)
	if n == nil || n.kind != KindElement {
		return ""
	}
	return new(naming).name(n)
}

// maxNaming is how many nodes are looked at for one name. It keeps names of
// elements around each other, as those of a tree's items are, from taking the
// page's size squared.
const maxNaming = 4096

// A naming computes names. It keeps an index of the trees that it was asked
// about, so the page must not change meanwhile.
type naming struct {
	trees map[*node]*nameIndex
	of    *node // the element that is named
	left  int   // nodes that may still be looked at
}

// A nameIndex is what names of a tree's elements refer to.
type nameIndex struct {
	ids    map[string]*node
	labels map[string][]*node // by the id they are for
}

// A nameWay is how the computation came to a node.
type nameWay struct {
	referenced bool // by aria-labelledby: hidden content counts
	labelled   bool // aria-labelledby is not followed again
	content    bool // as part of the content of another
	native     bool // by a label: an embedded control tells its value
}

// name returns the accessible name of an element.
func (c *naming) name(n *node) string {
	c.of, c.left = n, maxNaming
	w := nameWriter{}
	c.compute(&w, n, nameWay{})
	return w.String()
}

// index returns the index of the tree that n is in.
func (c *naming) index(n *node) *nameIndex {
	for n.Parent != nil {
		n = own(n.Parent)
	}
	if x := c.trees[n]; x != nil {
		return x
	}
	x := &nameIndex{ids: map[string]*node{}, labels: map[string][]*node{}}
	for d := range n.Descendants() {
		if d.Type != html.ElementNode {
			continue
		}
		k := own(d)
		if id := attrOf(k, "id"); id != "" && x.ids[id] == nil {
			x.ids[id] = k
		}
		if d.Data == "label" {
			if id := attrOf(k, "for"); id != "" {
				x.labels[id] = append(x.labels[id], k)
			}
		}
	}
	if c.trees == nil {
		c.trees = map[*node]*nameIndex{}
	}
	c.trees[n] = x
	return x
}

// A nameWriter gathers a name, with white space collapsed.
type nameWriter struct {
	out   []byte
	space bool
}

func (w *nameWriter) gap() { w.space = true }

func (w *nameWriter) text(s string) {
	for i := range len(s) {
		switch b := s[i]; b {
		case ' ', '\t', '\n', '\f', '\r':
			w.space = true
		default:
			if w.space && len(w.out) > 0 {
				w.out = append(w.out, ' ')
			}
			w.space = false
			w.out = append(w.out, b)
		}
	}
}

func (w *nameWriter) String() string { return string(w.out) }

// part writes s as words of their own, and reports whether it has any.
func (w *nameWriter) part(s string) bool {
	if strings.TrimSpace(s) == "" {
		return false
	}
	w.gap()
	w.text(s)
	w.gap()
	return true
}

// compute writes the text alternative of a node (accname-1.2, section 4.3.2)
// and reports whether there is one. The letters are those of the steps.
func (c *naming) compute(w *nameWriter, n *node, way nameWay) bool {
	if c.left--; c.left < 0 {
		return false
	}
	if n.kind == KindText || n.kind == KindCDATA { // 2G
		w.text(n.Data)
		return strings.TrimSpace(n.Data) != ""
	}
	if n.kind != KindElement || n == c.of && way.native {
		return false // a control's value is not part of its own label
	}
	// 2A. Of what is referenced though it is hidden, all that is in it counts.
	if !way.referenced && (n.isSilent() || !way.content && !way.native && n.inSilence()) {
		return false
	}
	// 2B
	if refs := attrOf(n, "aria-labelledby"); refs != "" && !way.labelled {
		start := len(w.out)
		index := c.index(n)
		for ref := range strings.FieldsFuncSeq(refs, isSpaceRune) {
			if target := index.ids[ref]; target != nil && c.left > 0 {
				w.gap()
				c.compute(w, target, nameWay{referenced: target.isSilent() || target.inSilence(), labelled: true, content: true})
				w.gap()
			}
		}
		if len(w.out) > start {
			return true
		}
	}
	role := n.role()
	// 2C
	if way.content || way.native {
		if s, is := n.embedded(role); is {
			return w.part(s)
		}
	}
	// 2D
	if s := attrOf(n, "aria-label"); strings.TrimSpace(s) != "" {
		if way.content {
			return w.part(s)
		}
		w.text(s)
		return true
	}
	// 2E
	if c.native(w, n, role, way) {
		return true
	}
	// 2F
	start := len(w.out)
	if way.content || way.native || roles[role]&roleContent != 0 {
		c.content(w, n, way)
		if len(w.out) > start {
			return true
		}
	}
	// 2I
	return w.part(n.tooltip())
}

// isSilent reports whether n itself is kept from being read out.
func (n *node) isSilent() bool {
	if n.isHidden() || lower(attrOf(n, "aria-hidden")) == "true" {
		return true
	}
	if _, invisible := css.Hides(attrOf(n, "style")); invisible {
		return true
	}
	switch n.Data {
	case "head", "script", "style", "noscript", "template", "noembed", "noframes", "datalist", "rp", "link", "meta":
		return n.Namespace == ""
	case "title", "desc", "defs", "metadata":
		return true // what they say is part of their parent's name
	case "input":
		return n.inputType() == "hidden"
	}
	if up := n.parentElement(); up != nil && up.Data == "details" && !up.hasAttr("open") {
		return !n.isFirstSummary()
	}
	return false
}

// isFirstSummary reports whether a child of a details is what it shows when it
// is closed.
func (n *node) isFirstSummary() bool {
	if n.Data != "summary" {
		return false
	}
	for k := n.PrevSibling; k != nil; k = k.PrevSibling {
		if k.Data == "summary" && own(k).kind == KindElement {
			return false
		}
	}
	return true
}

// inSilence reports whether an ancestor keeps n from being read out.
func (n *node) inSilence() bool {
	for up := n.parent(); up != nil; up = up.parent() {
		if up.kind == KindElement && up.isSilent() {
			return true
		}
	}
	return false
}

// embedded returns what a form control tells in the name of another element,
// and whether it is such a control (2C).
func (n *node) embedded(role string) (string, bool) {
	switch role {
	case "textbox", "searchbox":
		return n.editText(), true
	case "combobox", "listbox":
		if n.Data == "select" {
			return n.chosenText(), true
		}
		if n.Data == "input" {
			return n.editText(), true
		}
		return "", role == "combobox"
	case "slider", "spinbutton", "scrollbar", "meter", "progressbar":
		return n.rangeText(), true
	}
	return "", false
}

// editText returns what is in a text box.
func (n *node) editText() string {
	if v := n.live().Value; v != nil {
		return *v
	}
	switch n.Data {
	case "input":
		return attrOf(n, "value")
	case "textarea":
		return n.textContent()
	}
	w := nameWriter{}
	c := naming{left: maxNaming}
	c.content(&w, n, nameWay{content: true, labelled: true})
	return w.String()
}

// rangeText returns where a slider, spin button, meter or the like stands.
func (n *node) rangeText() string {
	if v := attrOf(n, "aria-valuetext"); v != "" {
		return v
	}
	if v := attrOf(n, "aria-valuenow"); v != "" {
		return v
	}
	if v := n.live().Value; v != nil {
		return *v
	}
	return attrOf(n, "value")
}

// chosenText returns the options of a select that are chosen.
func (n *node) chosenText() string {
	chosen := shownChoice(n)
	w := nameWriter{}
	for d := range n.Descendants() {
		if o := own(d); o.kind == KindElement && o.Data == "option" && chosen.selected(o) {
			w.part(o.optionText())
		}
	}
	return w.String()
}

// optionText returns the text of an option: its label or what is in it.
func (n *node) optionText() string {
	if l := attrOf(n, "label"); l != "" {
		return l
	}
	return n.textContent()
}

// native writes the name that HTML and SVG give an element (2E).
func (c *naming) native(w *nameWriter, n *node, role string, way nameWay) bool {
	part := func(s string) bool {
		if way.content {
			return w.part(s)
		}
		if strings.TrimSpace(s) == "" {
			return false
		}
		w.text(s)
		return true
	}
	if n.Namespace == "svg" {
		if t := n.childElement("title"); t != nil {
			return part(t.textContent())
		}
		return false
	}
	switch n.Data {
	case "img", "area":
		return part(attrOf(n, "alt"))
	case "input":
		if c.label(w, n, way) {
			return true
		}
		switch kind := n.inputType(); kind {
		case "submit", "reset", "button":
			if v := n.live().Value; v != nil && *v != "" {
				return part(*v)
			}
			if v := attrOf(n, "value"); v != "" || n.hasAttr("value") || kind == "button" {
				return part(v)
			}
			return part(map[string]string{"submit": "Submit", "reset": "Reset"}[kind])
		case "image":
			if alt := attrOf(n, "alt"); alt != "" {
				return part(alt)
			}
			if title := attrOf(n, "title"); title != "" {
				return part(title)
			}
			return part("Submit")
		}
		return false
	case "button", "select", "textarea", "meter", "output", "progress":
		return c.label(w, n, way)
	case "fieldset":
		return c.child(w, n, "legend", way)
	case "table":
		return c.child(w, n, "caption", way)
	case "figure":
		return c.child(w, n, "figcaption", way)
	case "optgroup":
		return part(attrOf(n, "label"))
	case "option":
		return part(attrOf(n, "label"))
	}
	if strings.Contains(n.Data, "-") { // a form-associated custom element
		return c.label(w, n, way)
	}
	return false
}

// child writes the content of the first child with that name.
func (c *naming) child(w *nameWriter, n *node, name string, way nameWay) bool {
	k := n.childElement(name)
	if k == nil {
		return false
	}
	start := len(w.out)
	way.content, way.native = true, true
	c.compute(w, k, way)
	return len(w.out) > start
}

// label writes the labels of a form control: those for its id, and the one
// around it.
func (c *naming) label(w *nameWriter, n *node, way nameWay) bool {
	if way.native || way.content { // a label's own text names nothing in it
		return false
	}
	start := len(w.out)
	one := func(l *node) {
		w.gap()
		c.compute(w, l, nameWay{native: true, labelled: way.labelled, referenced: l.isSilent() || l.inSilence()})
		w.gap()
	}
	var around *node
	for up := n.parentElement(); up != nil; up = up.parentElement() {
		if up.Data == "label" {
			if !up.hasAttr("for") && up.firstControl() == n {
				around = up
			}
			break
		}
	}
	if around != nil {
		one(around)
	}
	if id := attrOf(n, "id"); id != "" {
		if index := c.index(n); index.ids[id] == n {
			for _, l := range index.labels[id] {
				one(l)
			}
		}
	}
	return len(w.out) > start
}

// firstControl returns the control that a label around it labels (HTML, "the
// label element").
func (n *node) firstControl() *node {
	for d := range n.Descendants() {
		if k := own(d); k.kind == KindElement {
			switch k.Data {
			case "input":
				if k.inputType() == "hidden" {
					continue
				}
				return k
			case "button", "meter", "output", "progress", "select", "textarea":
				return k
			}
			if strings.Contains(k.Data, "-") && k.flags.has(nodeCustom) {
				return k
			}
		}
	}
	return nil
}

// tooltip returns what names an element that nothing else does.
func (n *node) tooltip() string {
	if t := attrOf(n, "title"); strings.TrimSpace(t) != "" {
		return t
	}
	if n.Data == "input" || n.Data == "textarea" {
		if t := attrOf(n, "placeholder"); strings.TrimSpace(t) != "" {
			return t
		}
	}
	return attrOf(n, "aria-placeholder")
}

// content writes the names of what is in n (2F), as the flat tree has it:
// shadow trees in place of their host's children, which are where their slots
// are.
func (c *naming) content(w *nameWriter, n *node, way nameWay) {
	way.content = true
	if n.Data == "br" {
		w.gap()
		return
	}
	switch {
	case n.Data == "iframe" || n.Data == "frame":
		return
	case n.Data == "details" && !n.hasAttr("open"):
		if k := n.childElement("summary"); k != nil {
			c.item(w, k, way)
		}
		return
	case n.more != nil && n.more.shadow != nil:
		n = n.more.shadow
	case n.Data == "slot":
		if host := n.slotHost(); host != nil {
			assigned := false
			name := attrOf(n, "name")
			for k := host.FirstChild; k != nil && c.left > 0; k = k.NextSibling {
				if c.left--; own(k).isAssigned(name) {
					assigned = true
					c.item(w, own(k), way)
				}
			}
			if assigned {
				return
			}
		}
	}
	for k := n.FirstChild; k != nil && c.left > 0; k = k.NextSibling {
		c.item(w, own(k), way)
	}
}

// item writes the name of a node that is part of another's. Blocks are words
// of their own.
func (c *naming) item(w *nameWriter, k *node, way nameWay) {
	block := false
	if k.kind == KindElement {
		switch textRules[k.Data] {
		case textBlock, textBreak, textPre, textRow, textCell, textArea, textSelect, textInput, textDetails:
			block = true
		}
	}
	if block {
		w.gap()
	}
	c.compute(w, k, way)
	if block {
		w.gap()
	}
}

// slotHost returns the host of the shadow tree that n is in, nil if it is in
// none.
func (n *node) slotHost() *node {
	top := n
	for top.Parent != nil {
		top = own(top.Parent)
	}
	if top.kind == 0 {
		return top.host
	}
	return nil
}

// isAssigned reports whether a host's child wants the slot with that name.
func (n *node) isAssigned(name string) bool {
	switch n.kind {
	case KindText, KindCDATA:
		return name == ""
	case KindElement:
		return attrOf(n, "slot") == name
	}
	return false
}
