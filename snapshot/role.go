package snapshot

import (
	"strings"

	"golang.org/x/net/html"
)

// Role returns the ARIA role of the element with that id: the first role in
// its role attribute that WAI-ARIA 1.2 has, or else that of its tag (HTML-AAM
// 1.0). It is "" for what has none and for what means nothing of its own:
// generic, none and presentation. Layout and style sheets have no say.
func (p *Page) Role(id NodeID) string {
	n := p.lookup(id)
	if n == nil || n.kind != KindElement {
		return ""
	}
	return n.role()
}

// A roleRule says what a role means for names.
type roleRule uint8

const (
	roleKnown   roleRule = 1 << iota
	roleContent          // named from its content
	roleLeaf             // what is in it is only its name (ARIA, "children presentational")
)

// roles has the roles of WAI-ARIA 1.2 that are not abstract.
var roles = map[string]roleRule{
	"alert": roleKnown, "alertdialog": roleKnown, "application": roleKnown, "article": roleKnown,
	"banner": roleKnown, "blockquote": roleKnown, "button": roleKnown | roleContent | roleLeaf, "caption": roleKnown,
	"cell": roleKnown | roleContent, "checkbox": roleKnown | roleContent | roleLeaf, "code": roleKnown,
	"columnheader": roleKnown | roleContent, "combobox": roleKnown, "complementary": roleKnown,
	"contentinfo": roleKnown, "definition": roleKnown, "deletion": roleKnown, "dialog": roleKnown,
	"directory": roleKnown, "document": roleKnown, "emphasis": roleKnown, "feed": roleKnown, "figure": roleKnown,
	"form": roleKnown, "generic": roleKnown, "grid": roleKnown, "gridcell": roleKnown | roleContent,
	"group": roleKnown, "heading": roleKnown | roleContent, "img": roleKnown | roleLeaf, "image": roleKnown | roleLeaf,
	"insertion": roleKnown, "link": roleKnown | roleContent, "list": roleKnown, "listbox": roleKnown,
	"listitem": roleKnown, "log": roleKnown, "main": roleKnown, "mark": roleKnown, "marquee": roleKnown,
	"math": roleKnown, "menu": roleKnown, "menubar": roleKnown, "menuitem": roleKnown | roleContent,
	"menuitemcheckbox": roleKnown | roleContent | roleLeaf, "menuitemradio": roleKnown | roleContent | roleLeaf,
	"meter": roleKnown | roleLeaf, "navigation": roleKnown, "none": roleKnown, "note": roleKnown,
	"option": roleKnown | roleContent | roleLeaf, "paragraph": roleKnown, "presentation": roleKnown,
	"progressbar": roleKnown | roleLeaf, "radio": roleKnown | roleContent | roleLeaf, "radiogroup": roleKnown,
	"region": roleKnown, "row": roleKnown | roleContent, "rowgroup": roleKnown, "rowheader": roleKnown | roleContent,
	"scrollbar": roleKnown | roleLeaf, "search": roleKnown, "searchbox": roleKnown, "separator": roleKnown | roleLeaf,
	"slider": roleKnown | roleLeaf, "spinbutton": roleKnown, "status": roleKnown, "strong": roleKnown,
	"subscript": roleKnown, "suggestion": roleKnown, "superscript": roleKnown, "switch": roleKnown | roleContent | roleLeaf,
	"tab": roleKnown | roleContent | roleLeaf, "table": roleKnown, "tablist": roleKnown, "tabpanel": roleKnown,
	"term": roleKnown, "textbox": roleKnown, "time": roleKnown, "timer": roleKnown, "toolbar": roleKnown,
	"tooltip": roleKnown | roleContent, "tree": roleKnown, "treegrid": roleKnown, "treeitem": roleKnown | roleContent,
}

// tagRoles has the roles of HTML elements that are the same wherever they are
// and whatever attributes they have.
var tagRoles = map[string]string{
	"address": "group", "article": "article", "blockquote": "blockquote", "button": "button", "caption": "caption",
	"code": "code", "datalist": "listbox", "dd": "definition", "del": "deletion", "details": "group", "dfn": "term",
	"dialog": "dialog", "dt": "term", "em": "emphasis", "fieldset": "group", "figure": "figure", "form": "form",
	"h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "h5": "heading", "h6": "heading",
	"hgroup": "group", "hr": "separator", "html": "document", "ins": "insertion", "li": "listitem", "main": "main",
	"mark": "mark", "math": "math", "menu": "list", "meter": "meter", "nav": "navigation", "ol": "list",
	"optgroup": "group", "option": "option", "output": "status", "p": "paragraph", "progress": "progressbar",
	"s": "deletion", "search": "search", "strong": "strong", "sub": "subscript", "summary": "button",
	"sup": "superscript", "table": "table", "tbody": "rowgroup", "textarea": "textbox", "tfoot": "rowgroup",
	"thead": "rowgroup", "time": "time", "tr": "row", "ul": "list",
}

// inputRoles has the roles of inputs by their type; others are text boxes.
var inputRoles = map[string]string{
	"button": "button", "checkbox": "checkbox", "image": "button", "number": "spinbutton", "radio": "radio",
	"range": "slider", "reset": "button", "search": "searchbox", "submit": "button", "hidden": "",
	"color": "", "file": "button", "date": "", "datetime-local": "", "month": "", "time": "", "week": "",
}

// role returns the role of an element, "" where it says nothing.
func (n *node) role() string {
	for r := range strings.FieldsFuncSeq(lower(attrOf(n, "role")), isSpaceRune) {
		if roles[r] == 0 {
			continue
		}
		switch r {
		case "none", "presentation":
			if n.isFocusable() || n.hasGlobalARIA() { // ARIA 1.2, "presentational roles conflict resolution"
				return n.nativeRole()
			}
			return ""
		case "generic":
			return ""
		case "image":
			return "img"
		}
		return r
	}
	return n.nativeRole()
}

func (n *node) nativeRole() string {
	if n.Namespace != "" {
		switch {
		case n.Namespace == "math" && n.Data == "math":
			return "math"
		case n.Namespace == "svg" && n.Data == "a":
			if n.hasAttr("href") || n.hasAttr("xlink:href") {
				return "link"
			}
		case n.Namespace == "svg" && (n.Data == "svg" || n.childElement("title") != nil):
			// SVG-AAM: shapes without a name are left out.
			if n.childElement("title") != nil || attrOf(n, "aria-label") != "" || attrOf(n, "aria-labelledby") != "" {
				return "img"
			}
		}
		return ""
	}
	switch n.Data {
	case "a", "area":
		if n.hasAttr("href") {
			return "link"
		}
		return ""
	case "aside":
		return "complementary"
	case "header":
		if n.isPageWide() {
			return "banner"
		}
		return ""
	case "footer":
		if n.isPageWide() {
			return "contentinfo"
		}
		return ""
	case "img":
		if n.hasAttr("alt") && strings.TrimSpace(attrOf(n, "alt")) == "" && !n.hasGlobalARIA() && attrOf(n, "title") == "" {
			return ""
		}
		return "img"
	case "input":
		kind := n.inputType()
		role, known := inputRoles[kind]
		if !known {
			role = "textbox"
		}
		if n.hasAttr("list") && (role == "textbox" || role == "searchbox") {
			return "combobox"
		}
		return role
	case "section":
		if attrOf(n, "aria-label") != "" || attrOf(n, "aria-labelledby") != "" || attrOf(n, "title") != "" {
			return "region"
		}
		return ""
	case "select":
		if n.isListbox() {
			return "listbox"
		}
		return "combobox"
	case "summary":
		if up := n.parentElement(); up == nil || up.Data != "details" {
			return ""
		}
	case "td", "th":
		return n.cellRole()
	}
	return tagRoles[n.Data]
}

// inputType returns the type of an input, in lower case.
func (n *node) inputType() string { return lower(strings.TrimSpace(attrOf(n, "type"))) }

// isListbox reports whether a select shows several options at once.
func (n *node) isListbox() bool {
	size := strings.TrimSpace(attrOf(n, "size"))
	return n.hasAttr("multiple") || size != "" && size != "0" && size != "1"
}

// parentElement returns the element that n is a child of, in its own tree.
func (n *node) parentElement() *node {
	if n.Parent == nil || own(n.Parent).kind != KindElement {
		return nil
	}
	return own(n.Parent)
}

// isPageWide reports whether a header or footer is that of the page.
func (n *node) isPageWide() bool {
	for up := n.parentElement(); up != nil; up = up.parentElement() {
		switch up.Data {
		case "article", "aside", "main", "nav", "section":
			return false
		}
	}
	return true
}

// cellRole returns the role of a table cell, by that of the table.
func (n *node) cellRole() string {
	cell := "cell"
	for up := n.parentElement(); up != nil; up = up.parentElement() {
		if up.Data != "table" {
			continue
		}
		switch lower(strings.TrimSpace(attrOf(up, "role"))) {
		case "grid", "treegrid":
			cell = "gridcell"
		case "none", "presentation":
			return ""
		}
		break
	}
	if n.Data == "td" {
		return cell
	}
	switch lower(strings.TrimSpace(attrOf(n, "scope"))) {
	case "row", "rowgroup":
		return "rowheader"
	case "col", "colgroup":
		return "columnheader"
	}
	// Without a scope, a header in a row that has data cells heads the row
	// (HTML, "internal algorithm for scanning and assigning header cells").
	for c, left := n.NextSibling, 16; c != nil && left > 0; c, left = c.NextSibling, left-1 {
		if c.Type == html.ElementNode && c.Data == "td" {
			return "rowheader"
		}
	}
	return "columnheader"
}

// isFocusable reports whether the user can put the focus on an element.
func (n *node) isFocusable() bool {
	if n.hasAttr("tabindex") {
		return true
	}
	if n.hasAttr("disabled") {
		return false
	}
	switch n.Data {
	case "button", "select", "textarea", "summary", "iframe":
		return true
	case "input":
		return n.inputType() != "hidden"
	case "a", "area":
		return n.hasAttr("href")
	}
	return n.isEditable()
}

// isEditable reports whether an element's own attribute makes its content one
// that the user can edit.
func (n *node) isEditable() bool {
	if !n.hasAttr("contenteditable") {
		return false
	}
	v := lower(attrOf(n, "contenteditable"))
	return v == "" || v == "true" || v == "plaintext-only"
}

// hasGlobalARIA reports whether an element has an ARIA attribute that any
// element may have, other than aria-hidden.
func (n *node) hasGlobalARIA() bool {
	for i := range n.Attr {
		switch n.Attr[i].Key {
		case "aria-label", "aria-labelledby", "aria-describedby", "aria-live", "aria-controls", "aria-owns", "aria-current",
			"aria-atomic", "aria-busy", "aria-description", "aria-details", "aria-flowto", "aria-keyshortcuts",
			"aria-relevant", "aria-roledescription":
			if n.Attr[i].Val != "" {
				return true
			}
		}
	}
	return false
}
