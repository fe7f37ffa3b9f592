package snapshot

import "golang.org/x/net/html"

// Checked reports whether the element with that id is checked now, as the
// pseudo-class :checked has it (HTML, "Pseudo-classes"): a check box or radio
// button that is on, or an option that is chosen.
func (p *Page) Checked(id NodeID) bool {
	n := p.lookup(id)
	if n == nil || n.kind != KindElement {
		return false
	}
	switch n.Data {
	case "input":
		switch lower(attrOf(n, "type")) {
		case "checkbox", "radio":
			if c := n.live().Checked; c != nil {
				return *c
			}
			return n.hasAttr("checked")
		}
	case "option":
		for up := n.Parent; up != nil; up = up.Parent {
			if up.Type == html.ElementNode && up.Data == "select" {
				return shownChoice(own(up)).selected(n)
			}
		}
		return choice{}.selected(n)
	}
	return false
}
