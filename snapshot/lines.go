package snapshot

import (
	"strings"

	"golang.org/x/net/html"
)

// textRoom is how many bytes there is room for to begin with: most texts are not
// longer.
const textRoom = 64

// TextOf returns the text that the element with that id shows, as VisibleText
// has it, whether or not what is around it is shown. It stops soon after most
// bytes; 0 is no bound.
func (p *Page) TextOf(id NodeID, most int) string {
	n := p.lookup(id)
	if n == nil {
		return ""
	}
	t := &textWriter{out: make([]byte, 0, textRoom), fresh: true, most: most}
	switch n.kind {
	case KindElement:
		t.element(n, n.scope())
	default:
		t.node(n, n.scope())
	}
	return strings.Trim(string(t.out), " \t\n\f\r")
}

// IsBlock reports whether the element with that id has lines of its own in
// VisibleText: what is in it and in no other such element below it.
func (p *Page) IsBlock(id NodeID) bool {
	n := p.lookup(id)
	return n != nil && n.isBlock()
}

func (n *node) isBlock() bool {
	if n.kind != KindElement {
		return false
	}
	switch textRules[n.Data] {
	case textBlock, textPre, textRow, textDetails, textArea:
		return true
	}
	return false
}

// BlockOf returns the block (IsBlock) in whose lines the text of the node with
// that id stands: the node itself, or the next one above it in the flat tree.
// It is 0 where there is none.
func (p *Page) BlockOf(id NodeID) NodeID {
	for n := p.lookup(id); n != nil; n = n.flatParent() {
		if n.isBlock() {
			return n.id
		}
	}
	return 0
}

// OwnLines returns the lines of VisibleText that the block with that id has of
// its own, joined by newlines: "" where it has none, is no block, or is not
// shown.
func (p *Page) OwnLines(id NodeID) string {
	n := p.lookup(id)
	if n == nil || !n.isBlock() || textRules[n.Data] == textNone {
		return ""
	}
	t := &textWriter{out: make([]byte, 0, textRoom), fresh: true, own: true}
	t.element(n, n.scope())
	lines := strings.Trim(string(t.out), " \t\n\f\r")
	if lines == "" || !n.isShown() {
		return ""
	}
	return lines
}

// IsHidden reports whether the element with that id keeps itself, and all that
// is in it, from being shown in VisibleText.
func (p *Page) IsHidden(id NodeID) bool {
	n := p.lookup(id)
	return n != nil && n.kind == KindElement && n.isHidden()
}

// flatParent returns the parent in the flat tree (CSS Scoping § 3.4), nil for
// what is in none.
func (n *node) flatParent() *node {
	up := n.parent()
	if up == nil {
		return nil
	}
	if up.kind == 0 { // a shadow root
		return up.host
	}
	if up.more != nil && up.more.shadow != nil && n.Parent == &up.Node {
		return up.more.shadow.slotFor(n)
	}
	return up
}

// slotFor returns the slot of a shadow tree that a child of its host is
// assigned to (DOM, "find a slot").
func (root *node) slotFor(n *node) *node {
	name := ""
	if n.kind == KindElement {
		name = attrOf(n, "slot")
	}
	for c := range root.Descendants() {
		if k := own(c); k.kind == KindElement && c.Data == "slot" && attrOf(k, "name") == name {
			return k
		}
	}
	return nil
}

// isShown reports whether VisibleText gets to the element.
func (n *node) isShown() bool {
	for {
		if n.kind == KindElement && (n.isHidden() || textRules[n.Data] == textNone) {
			return false
		}
		light := n.parent()
		if light == nil {
			return n.kind == KindDocument
		}
		up := n.flatParent()
		if up == nil {
			return false
		}
		switch {
		case up.kind != KindElement || light.kind == 0:
		case textRules[up.Data] == textDetails && !up.hasAttr("open") && up.childElement("summary") != n:
			return false
		case (up.Data == "iframe" || up.Data == "frame") && n.kind != KindDocument:
			return false
		case textRules[up.Data] == textSlot && up == light && len(up.assigned()) > 0: // fallback
			return false
		}
		n = up
	}
}

// treeRoot returns the root of the tree that n is in: a document, a shadow root,
// or what has been left without one.
func (n *node) treeRoot() *node {
	for n.Parent != nil {
		n = own(n.Parent)
	}
	return n
}

// assigned returns what is assigned to a slot.
func (n *node) assigned() (list []*node) {
	root := n.treeRoot()
	if root.kind != 0 || root.host == nil {
		return nil
	}
	for c := root.host.FirstChild; c != nil; c = c.NextSibling {
		k := own(c)
		if (c.Type == html.TextNode || k.kind == KindElement) && root.slotFor(k) == n {
			list = append(list, k)
		}
	}
	return list
}

// scope returns the shadow tree that n is in, for a textWriter that starts at n:
// slots that are not in n have what they have.
func (n *node) scope() *textScope {
	root := n.treeRoot()
	if root.kind != 0 || root.host == nil {
		return nil
	}
	s := newTextScope(root.host, root.host.scope())
	for name, list := range s.slots {
		slot := root.slotFor(list[0])
		for slot != nil && slot != n && slot.Parent != nil {
			slot = own(slot.Parent)
		}
		if slot != n {
			s.slots[name] = nil
		}
	}
	return s
}
