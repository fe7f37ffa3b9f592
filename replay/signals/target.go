package signals

import (
	"math"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/snapshot"
)

// A Target is an element that something happened to.
type Target struct {
	Node     snapshot.NodeID `json:"node"`
	Tag      string          `json:"tag,omitempty"` // in lower case
	Selector string          `json:"selector,omitempty"`
	Role     string          `json:"role,omitempty"` // ARIA
	Name     string          `json:"name,omitempty"` // accessible name, its first 200 bytes
}

// target describes an element of the window's page as it is now.
func (w *window) target(id snapshot.NodeID) Target {
	t := Target{Node: id, Selector: w.selector(id)}
	if n := element(w.page, id); n != nil {
		t.Tag = cut(n.Data, maxSelector)
		t.Role = w.page.Role(id)
		t.Name = cut(w.page.AccessibleName(id), maxName)
	}
	return t
}

// selector returns an element's selector, as it was when it was first asked for.
func (w *window) selector(id snapshot.NodeID) string {
	s, ok := w.names[id]
	if !ok {
		s = cut(w.page.Selector(id), maxSelector)
		if len(w.names) >= maxNames {
			clear(w.names)
		}
		w.names[id] = s
	}
	return s
}

// element returns the element with that id, nil if there is none.
func element(p *snapshot.Page, id snapshot.NodeID) *html.Node {
	if n := p.Node(id); n != nil && n.Type == html.ElementNode {
		return n
	}
	return nil
}

func attr(n *html.Node, name string) (string, bool) {
	for i := range n.Attr {
		if n.Attr[i].Key == name {
			return n.Attr[i].Val, true
		}
	}
	return "", false
}

func has(n *html.Node, name string) bool {
	_, ok := attr(n, name)
	return ok
}

// ancestors calls visit with an element and those that it is in, up to its
// document and out of shadow trees, until one says to stop.
func ancestors(p *snapshot.Page, id snapshot.NodeID, visit func(snapshot.NodeID, *html.Node) bool) {
	for range snapshot.MaxDepth {
		n := p.Node(id)
		if n == nil || n.Type == html.DocumentNode || n.Type == html.ElementNode && !visit(id, n) {
			return
		}
		id = p.Parent(id)
	}
}

// control returns the control that a click on an element is for: the nearest
// that looks clickable by what it is, or else by its cursor. It is 0 where there
// is none.
func (a *Analyzer) control(p *snapshot.Page, id snapshot.NodeID) snapshot.NodeID {
	found := snapshot.NodeID(0)
	ancestors(p, id, func(id snapshot.NodeID, n *html.Node) bool {
		if looksClickable(n) {
			found = id
		}
		return found == 0 && n.Data != "body"
	})
	if found == 0 {
		found = a.hands.control(p, id)
	}
	return found
}

// looksClickable says whether users take an element for one to click on by what
// it is: what HTML makes interactive, what has the role of a widget, a handler,
// the focus by tab, a hand for a cursor of its own, or the class name of a
// button.
func looksClickable(n *html.Node) bool {
	switch n.Data {
	case "button", "a", "area", "summary", "select", "textarea", "option", "label":
		return true
	case "input":
		return !strings.EqualFold(inputType(n), "hidden")
	}
	if role, ok := attr(n, "role"); ok {
		for _, r := range strings.Fields(role) {
			if slices.Contains(widgets[:], strings.ToLower(r)) {
				return true
			}
		}
		return false
	}
	if has(n, "onclick") {
		return true
	}
	if tab, ok := attr(n, "tabindex"); ok && !strings.HasPrefix(tab, "-") {
		return true
	}
	if style, ok := attr(n, "style"); ok && strings.Contains(strings.ReplaceAll(style, " ", ""), "cursor:pointer") {
		return true
	}
	class, _ := attr(n, "class")
	for _, c := range strings.Fields(class) {
		switch strings.ToLower(c) {
		case "btn", "button", "clickable", "link":
			return true
		}
	}
	return false
}

// widgets are the ARIA roles of what is clicked (WAI-ARIA 1.2, section 5.3.2).
var widgets = [...]string{"button", "checkbox", "gridcell", "link", "menuitem", "menuitemcheckbox", "menuitemradio", "option", "radio",
	"slider", "spinbutton", "switch", "tab", "treeitem", "combobox", "searchbox", "textbox"}

// inputType returns the type of an input, in lower case.
func inputType(n *html.Node) string {
	t, _ := attr(n, "type")
	if t = strings.ToLower(strings.TrimSpace(t)); t == "" {
		return "text"
	}
	return t
}

// isTextField says whether an element is one that text is typed in, where
// clicks set the caret and select words.
func isTextField(n *html.Node) bool {
	switch n.Data {
	case "textarea":
		return true
	case "input":
		switch inputType(n) {
		case "button", "submit", "reset", "image", "checkbox", "radio", "range", "color", "file", "hidden":
			return false
		}
		return true
	}
	if v, ok := attr(n, "contenteditable"); ok {
		return !strings.EqualFold(v, "false")
	}
	return false
}

// inTextField says the same of an element and what it is in.
func inTextField(p *snapshot.Page, id snapshot.NodeID) bool {
	found := false
	ancestors(p, id, func(_ snapshot.NodeID, n *html.Node) bool {
		found = isTextField(n)
		return !found
	})
	return found
}

// isQuiet says whether a click on a control can do what it should without
// anything that a recorder sees: what the browser itself answers.
func (a *Analyzer) isQuiet(p *snapshot.Page, id snapshot.NodeID) bool {
	quiet := false
	ancestors(p, id, func(id snapshot.NodeID, n *html.Node) bool {
		switch n.Data {
		case "select", "option", "label", "canvas", "iframe", "object", "embed":
			quiet = true
		case "video", "audio":
			quiet = has(n, "controls")
		case "input":
			switch t := inputType(n); t {
			case "button", "checkbox":
			case "submit", "image":
				quiet = a.validates(p, id)
			default:
				quiet = true
			}
		case "button":
			quiet = has(n, "popovertarget") || has(n, "commandfor") || isSubmit(n) && a.validates(p, id)
			if t, _ := attr(n, "type"); strings.EqualFold(t, "reset") {
				quiet = true
			}
		case "a", "area":
			href, ok := attr(n, "href")
			quiet = ok && !a.opts.DeadLinks && leadsElsewhere(href, p.View.URL)
		default:
			quiet = isTextField(n)
		}
		return !quiet
	})
	return quiet
}

// leadsElsewhere says whether a link is to another document than the one at an
// address. Recorders make links absolute.
func leadsElsewhere(href, address string) bool {
	href, _, _ = strings.Cut(strings.TrimSpace(href), "#")
	address, _, _ = strings.Cut(address, "#")
	return href != "" && href != address && !strings.HasPrefix(strings.ToLower(href), "javascript:")
}

// isSubmit says whether an element submits its form.
func isSubmit(n *html.Node) bool {
	t, ok := attr(n, "type")
	switch n.Data {
	case "button":
		return !ok || t == "" || strings.EqualFold(t, "submit")
	case "input":
		t = strings.ToLower(t)
		return t == "submit" || t == "image"
	}
	return false
}

// validates says whether the browser can refuse to submit the form of a
// control, and say so in a bubble that no recorder sees (HTML, section 4.10.20,
// "interactively validate the constraints").
func (a *Analyzer) validates(p *snapshot.Page, id snapshot.NodeID) bool {
	owner := formOwner(p, id)
	form := element(p, owner)
	if form == nil || has(form, "novalidate") || has(element(p, id), "formnovalidate") {
		return false
	}
	for _, n := range p.Subtree(owner) {
		if n.Type != html.ElementNode || n.Data != "input" && n.Data != "select" && n.Data != "textarea" {
			continue
		}
		if has(n, "required") || has(n, "pattern") || has(n, "min") || has(n, "max") || has(n, "minlength") {
			return true
		}
		switch inputType(n) {
		case "email", "url", "number":
			return n.Data == "input"
		}
	}
	return false
}

// formOwner returns the form that a control belongs to, 0 for none.
func formOwner(p *snapshot.Page, id snapshot.NodeID) snapshot.NodeID {
	if n := element(p, id); n != nil {
		if name, ok := attr(n, "form"); ok {
			for id, f := range p.All() {
				if v, _ := attr(f, "id"); f.Type == html.ElementNode && f.Data == "form" && v == name {
					return id
				}
			}
			return 0
		}
	}
	owner := snapshot.NodeID(0)
	ancestors(p, id, func(id snapshot.NodeID, n *html.Node) bool {
		if n.Data == "form" {
			owner = id
		}
		return owner == 0
	})
	return owner
}

// top says whether an element is in the page's own document, not in one of a
// frame.
func top(p *snapshot.Page, id snapshot.NodeID) bool {
	for range snapshot.MaxDepth {
		up := p.Parent(id)
		if up == 0 {
			return id == p.RootID()
		}
		if p.Kind(id) == snapshot.KindDocument {
			return false
		}
		id = up
	}
	return false
}

// scrolled returns how far the window's document is scrolled.
func (w *window) scrolled() snapshot.Point {
	if s := w.page.State(w.page.RootID()); s != nil && s.Scroll != nil {
		return snapshot.Point{X: finite(s.Scroll.X), Y: finite(s.Scroll.Y)}
	}
	return snapshot.Point{}
}

// finite returns f, 0 for what is no number, and at most a size that no page
// has.
func finite(f float64) float64 {
	const most = 1e8
	if math.IsNaN(f) {
		return 0
	}
	return min(max(f, -most), most)
}
