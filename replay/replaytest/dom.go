package replaytest

import (
	"slices"

	"github.com/pagetape/pagetape/snapshot"
)

// A node is one node of the model's page: a document, a shadow root (of kind
// 0), or what the DOM has in them. The model shares no code with
// snapshot.Page, so that it can judge it.
type node struct {
	id     snapshot.NodeID // the recorder's; 0 until it has seen the node
	mapped bool            // the recorder can find the node by its id
	kind   snapshot.Kind
	name   string
	ns     string
	text   string
	attrs  []attr

	parent   *node
	children []*node
	host     *node // of a shadow root, or of the document in a frame
	shadow   *node
	frame    *node

	value      string // live state of form controls
	dirty      bool   // the user or a script has set it
	stale      bool   // nobody tells whether that is so since the control came back
	checked    bool
	selected   bool
	media      *media
	modal      bool // an open dialog is
	scroll     snapshot.Point
	scrollLost bool // nobody tells how far the node is scrolled since it moved
	sheet      *sheet
	adopted    []*sheet
	from       *node // the root of the tree that it was last taken out of
	strayed    bool  // it came from another tree: nobody tells what it still adopts
	edited     bool  // rules of the style element were changed one by one

	observers []*observer // that watch the tree from here down
	pinned    bool        // part of a control, never moved alone
}

type attr struct{ name, value string }

// A media is the playback state of an audio or video element.
type media struct {
	playing, muted, loop bool
	time, rate, volume   float64
}

func (n *node) attr(name string) (string, bool) {
	for _, a := range n.attrs {
		if a.name == name {
			return a.value, true
		}
	}
	return "", false
}

// up returns the parent in the composed tree.
func (n *node) up() *node {
	if n.parent != nil {
		return n.parent
	}
	return n.host
}

// owner returns the element or document that stands for n as a parent: the
// host of a shadow root, else n.
func (n *node) owner() *node {
	if n.kind == 0 {
		return n.host
	}
	return n
}

// within says whether n is top or below it in the composed tree.
func (n *node) within(top *node) bool {
	for ; n != nil; n = n.up() {
		if n == top {
			return true
		}
	}
	return false
}

// walk visits n and all below it: children, shadow tree, frame. Shadow roots
// are visited, too.
func (n *node) walk(visit func(*node)) {
	visit(n)
	for _, c := range n.children {
		c.walk(visit)
	}
	if n.shadow != nil {
		n.shadow.walk(visit)
	}
	if n.frame != nil {
		n.frame.walk(visit)
	}
}

func (n *node) depth() int {
	d := 0
	for a := n.up(); a != nil; a = a.up() {
		d++
	}
	return d
}

// next returns the next sibling, nil if there is none.
func (n *node) next() *node {
	if n.parent == nil {
		return nil
	}
	if i := slices.Index(n.parent.children, n); i+1 < len(n.parent.children) {
		return n.parent.children[i+1]
	}
	return nil
}

// document returns the document that n is in, nil if it is in none.
func (n *node) document() *node {
	for ; n != nil; n = n.up() {
		if n.kind == snapshot.KindDocument {
			return n
		}
	}
	return nil
}

func (n *node) add(children ...*node) *node {
	for _, c := range children {
		c.parent = n
		n.children = append(n.children, c)
	}
	return n
}

func element(name string, attrs ...attr) *node {
	return &node{kind: snapshot.KindElement, name: name, attrs: attrs}
}

func textNode(s string) *node { return &node{kind: snapshot.KindText, text: s} }

// attachShadow gives n a shadow root (DOM, attachShadow).
func (w *window) attachShadow(n *node) *node {
	n.shadow = &node{host: n}
	if w.connected(n) && w.recording {
		w.observe(n.shadow)
	}
	return n.shadow
}

func (w *window) connected(n *node) bool { return n.within(w.doc) }

// insert puts n under parent, a shadow root among them, before its child
// before or last (DOM, insert). A node that is somewhere else is moved.
func (w *window) insert(parent, before, n *node) {
	if before == n {
		before = n.next()
	}
	if n.parent != nil {
		w.remove(n)
	}
	i := len(parent.children)
	if before != nil {
		i = slices.Index(parent.children, before)
	}
	parent.children = slices.Insert(parent.children, i, n)
	n.parent = parent
	w.record(record{target: parent, added: n})
	w.styleChanged(parent)
	if !w.connected(n) {
		return
	}
	root := n.root()
	n.walk(func(x *node) {
		if x.name == "style" {
			x.sheet, x.edited = parseSheet(x.content()), false
		}
		if x.from != nil && x.from != root {
			x.strayed, x.stale = true, true
		}
	})
}

// root returns the root of n's tree: a document or shadow root, where n is on
// a page.
func (n *node) root() *node {
	for n.parent != nil {
		n = n.parent
	}
	return n
}

// remove takes n out of its parent (DOM, remove).
func (w *window) remove(n *node) {
	up, root := n.parent, n.root()
	w.record(record{target: up, removed: n})
	for a := up; a != nil; a = a.parent { // transient registered observers
		for _, o := range a.observers {
			if !slices.Contains(n.observers, o) {
				n.observers = append(n.observers, o)
				o.transient = append(o.transient, n)
			}
		}
	}
	i := slices.Index(up.children, n)
	up.children = slices.Delete(up.children, i, i+1)
	n.parent = nil
	w.styleChanged(up)
	n.walk(func(x *node) {
		x.from = root
		x.modal = false
		x.sheet, x.edited = nil, false
		if x.scroll != (snapshot.Point{}) {
			x.scrollLost = true
		}
		if x == w.focus {
			w.focus, w.focusLost = nil, false
		}
		if x.frame != nil { // the frame's document is discarded
			x.frame.host = nil
		}
	})
	n.dropFrames()
	w.loading = slices.DeleteFunc(w.loading, func(f *node) bool { return f.within(n) })
}

func (n *node) dropFrames() {
	n.frame = nil
	for _, c := range n.children {
		c.dropFrames()
	}
	if n.shadow != nil {
		n.shadow.dropFrames()
	}
}

// styleChanged makes the sheet of a style element anew, of its text (HTML,
// update a style block).
func (w *window) styleChanged(n *node) {
	if n.name == "style" && w.connected(n) {
		n.sheet, n.edited = parseSheet(n.content()), false
	}
}

// content returns the text of n's children.
func (n *node) content() string {
	s := ""
	for _, c := range n.children {
		s += c.text
	}
	return s
}

func (w *window) setText(n *node, s string) {
	old := n.text
	n.text = s
	w.record(record{target: n, data: true, old: &old})
	if n.parent != nil {
		w.styleChanged(n.parent)
	}
}

// setAttr sets an attribute; nil removes it.
func (w *window) setAttr(n *node, name string, value *string) {
	var old *string
	i := slices.IndexFunc(n.attrs, func(a attr) bool { return a.name == name })
	if i >= 0 {
		v := n.attrs[i].value
		old = &v
	}
	switch {
	case value == nil && i < 0:
		return
	case value == nil:
		n.attrs = slices.Delete(n.attrs, i, i+1)
	case i < 0:
		n.attrs = append(n.attrs, attr{name, *value})
	default:
		n.attrs[i].value = *value
	}
	w.record(record{target: n, attr: name, old: old})
	switch {
	case name == "value" && n.name == "input" && !n.dirty && !n.checkable():
		n.value = ""
		if value != nil {
			n.value = *value
		}
	case name == "checked" && n.checkable() && !n.dirty:
		n.checked = value != nil
	case name == "open" && n.name == "dialog" && value == nil:
		n.modal = false
	}
}

// checkable says whether n is a checkbox or radio button.
func (n *node) checkable() bool {
	t, _ := n.attr("type")
	return n.name == "input" && (t == "checkbox" || t == "radio")
}

func (n *node) control() bool {
	return n.name == "input" || n.name == "textarea" || n.name == "select"
}
