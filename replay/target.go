package replay

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/snapshot"
)

// maxName is how many characters of a target's name are kept.
const maxName = 60

// controls are the roles of elements that act as one: who clicks on the icon in
// a button has clicked the button.
var controls = map[string]bool{
	"button": true, "link": true, "checkbox": true, "radio": true, "switch": true, "tab": true, "menuitem": true,
	"menuitemcheckbox": true, "menuitemradio": true, "option": true, "treeitem": true, "textbox": true, "searchbox": true,
	"combobox": true, "spinbutton": true, "slider": true, "columnheader": true,
}

// String names the target for people: its role and name, or its selector where
// it has no name.
func (t Target) String() string {
	role := t.Role
	if role == "generic" || role == "" {
		role = "element"
	}
	switch {
	case t == Target{}:
		return "the page"
	case t.Name != "":
		return role + " " + quoted(t.Name)
	case t.Selector != "":
		return role + " " + t.Selector
	}
	return role + " that is gone"
}

// describe returns the target that an element is, as far as it is told.
func (t *teller) describe(p *snapshot.Page, id snapshot.NodeID) Target {
	return t.locate(p, named(p, id))
}

// point is describe for what a pointer points at, which if it is no control is
// named by its text where it has no name.
func (t *teller) point(p *snapshot.Page, id snapshot.NodeID, control bool) Target {
	x := named(p, id)
	if x.Name == "" && !control && p.Kind(id) != 0 {
		x.Name = textName(p, id)
	}
	return t.locate(p, x)
}

// locate adds the selector to a target, unless the name is all that is told.
func (t *teller) locate(p *snapshot.Page, x Target) Target {
	if !t.deeds || x.Name == "" {
		x.Selector = p.Selector(x.ID)
	}
	return x
}

// named returns the target that an element is, without the selector, which takes
// longest to find.
func named(p *snapshot.Page, id snapshot.NodeID) Target {
	n := p.Node(id)
	if n == nil || n.Type != html.ElementNode {
		return Target{ID: id}
	}
	t := Target{ID: id, Role: p.Role(id), Name: oneLine(p.AccessibleName(id), maxName)}
	if t.Role == "" || t.Role == "generic" || t.Role == "none" || t.Role == "presentation" {
		t.Role = n.Data
	}
	return t
}

// pointed returns what a pointer over a node points at: the control that the
// node is in, or else the node itself; 0 is the page.
func pointed(p *snapshot.Page, id snapshot.NodeID) (target snapshot.NodeID, control bool) {
	if p.Kind(id) == snapshot.KindText {
		id = p.Parent(id)
	}
	n := p.Node(id)
	if n == nil {
		return id, false
	}
	if n.Type == html.DocumentNode || n.Data == "html" || n.Data == "body" {
		return 0, false
	}
	for up, levels := id, 0; up != 0 && levels < 12; up, levels = p.Parent(up), levels+1 {
		if n := p.Node(up); n != nil && (controls[p.Role(up)] || n.Data == "summary") {
			return up, true
		}
	}
	return id, false
}

// textName is the text of an element as its name; "" where it is a text of its
// own, which names nothing.
func textName(p *snapshot.Page, id snapshot.NodeID) string {
	text := strings.TrimSpace(p.Text(id))
	if len(text) > 4*maxName {
		return ""
	}
	return oneLine(text, maxName)
}

// oneLine returns text in one line of at most n characters: white space is
// collapsed, what moves the cursor or turns the direction of text is left out.
func oneLine(s string, n int) string {
	var most [256]byte
	return string(appendLine(most[:0], s, n))
}

// appendLine appends text as oneLine returns it.
func appendLine(b []byte, s string, n int) []byte {
	from, space := len(b), false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = len(b) > from
			continue
		case r < ' ' || r == 0x7F || r >= 0x80 && r < 0xA0 || r >= 0x200B && r <= 0x200F || r >= 0x2028 && r <= 0x202E ||
			r >= 0x2066 && r <= 0x2069 || r == 0xFEFF:
			continue
		}
		if space {
			b = append(b, ' ')
			space = false
			n--
		}
		if n--; n < 0 {
			if len(b) > from && b[len(b)-1] == ' ' {
				b = b[:len(b)-1]
			}
			return append(b, "…"...)
		}
		b = utf8.AppendRune(b, r) // U+FFFD for what is no UTF-8
	}
	return b
}

// quoted puts text in quotation marks. Text of a Line has no line breaks, so
// they need no escapes; what the text quotes itself stays readable.
func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, `'`) + `"` }

// characters counts them.
func characters(s string) int { return utf8.RuneCountInString(s) }
