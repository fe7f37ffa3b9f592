package replaytest

import (
	"slices"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// act does one thing. The first is nothing, so that a recording shrinks.
func (g *generator) act() {
	switch n := g.IntN(32); {
	case n == 0:
	case n < 15:
		g.script()
	case n < 21:
		g.user()
	case n < 25 && !g.opts.NoStyles:
		g.restyle()
	case n < 27 && !g.opts.NoFrames:
		g.frame()
	case n < 28:
		g.emit(g.note())
	case n < 29:
		g.w.snapshot() // a recorder takes one now and then
	case n < 30:
		g.turn()
	default:
		g.script()
	}
}

func (g *generator) emit(d format.Data) { g.w.emit(d) }

// nodes returns the nodes on the page that are so.
func (g *generator) nodes(is func(*node) bool) []*node {
	var list []*node
	g.w.doc.walk(func(n *node) {
		if is(n) {
			list = append(list, n)
		}
	})
	return list
}

// some returns one of the nodes that are so, nil if there is none.
func (g *generator) some(is func(*node) bool) *node {
	if list := g.nodes(is); len(list) > 0 {
		return pick(g, list)
	}
	return nil
}

// open says whether n is a node that scripts put things into.
func open(n *node) bool {
	return n.kind == 0 || n.name == "body" || n.name == "fieldset" || n.name == "slot" || n.name == "td" || n.name == "dialog" ||
		slices.Contains(containers, n.name) || slices.Contains(customs, n.name)
}

// movable says whether scripts take n to another place.
func movable(n *node) bool {
	return n.parent != nil && !n.pinned && n.kind != snapshot.KindDoctype && n.ns == "" &&
		n.name != "html" && n.name != "head" && n.name != "body" && n.name != "title"
}

// place puts n somewhere under parent.
func (g *generator) place(parent, n *node) {
	w := g.w
	i := g.IntN(len(parent.children) + 1)
	if i == 0 {
		w.insert(parent, nil, n)
		return
	}
	w.insert(parent, parent.children[i-1], n)
}

// fits says whether n can go under parent.
func fits(parent, n *node) bool {
	return open(parent) && !parent.within(n) && parent.depth() < 24 && !(n.hasFrame() && parent.depth() > 12)
}

func (n *node) hasFrame() bool {
	found := false
	n.walk(func(x *node) { found = found || x.name == "iframe" })
	return found
}

// script is a task of the page: one to four changes of the DOM that the
// recorder sees together.
func (g *generator) script() {
	for range 1 + g.IntN(4) {
		g.change()
	}
}

func (g *generator) change() {
	w := g.w
	size := len(g.nodes(func(*node) bool { return true }))
	what := g.IntN(16)
	if size > g.opts.Nodes && what < 2 {
		what = 3
	}
	switch what {
	case 0, 1: // insert
		g.place(g.some(open), g.tree(0))
	case 2:
		if n := g.some(func(n *node) bool { return n.kind == snapshot.KindText }); n != nil {
			g.retext(n)
		}
	case 3: // remove, for ever or for a while
		if n := g.some(movable); n != nil && (size > 12 || g.chance(1, 4)) {
			w.remove(n)
			if g.chance(1, 2) {
				w.kept = append(w.kept, n)
			}
		}
	case 4: // put back what was removed
		if len(w.kept) > 0 {
			i := g.IntN(len(w.kept))
			n := w.kept[i]
			w.kept = slices.Delete(w.kept, i, i+1)
			if p := g.some(open); fits(p, n) {
				g.place(p, n)
			}
		}
	case 5, 6: // move, to another tree perhaps
		if n := g.some(movable); n != nil {
			if p := g.some(func(p *node) bool { return fits(p, n) }); p != nil {
				g.place(p, n)
			}
		}
	case 7: // sort
		if p := g.some(func(n *node) bool { return open(n) && len(n.children) > 1 && n.name != "fieldset" }); p != nil {
			for _, n := range slices.Clone(p.children) {
				if movable(n) && g.chance(1, 2) {
					g.place(p, n)
				}
			}
		}
	case 8: // replace
		if n := g.some(movable); n != nil {
			parent, next := n.parent, n.next()
			w.remove(n)
			w.insert(parent, next, g.tree(2))
		}
	case 9: // nest
		if n := g.some(movable); n != nil && n.depth() < 24 {
			box := element(pick(g, containers))
			if g.chance(1, 2) {
				w.insert(n.parent, n, box)
				w.insert(box, nil, n)
			} else {
				parent, next := n.parent, n.next()
				w.insert(box, nil, n)
				w.insert(parent, next, box)
			}
		}
	case 10: // unwrap
		if n := g.some(func(n *node) bool { return movable(n) && slices.Contains(containers, n.name) && n.shadow == nil }); n != nil {
			for _, c := range slices.Clone(n.children) {
				w.insert(n.parent, n, c)
			}
			w.remove(n)
		}
	case 11: // write the content anew
		if n := g.some(func(n *node) bool { return open(n) && n.name != "body" && n.name != "fieldset" }); n != nil {
			for _, c := range slices.Clone(n.children) {
				w.remove(c)
			}
			for range g.IntN(3) {
				w.insert(n, nil, g.tree(2))
			}
		}
	case 12:
		g.attach()
	default:
		g.reattribute()
	}
}

// retext changes a text.
func (g *generator) retext(n *node) {
	text := g.sentence()
	switch up := n.parent; up.name {
	case "textarea":
		if up.stale || up.dirty && up.value == "" {
			return
		}
		if !up.dirty {
			up.value = text
		}
	case "option":
		return
	case "style":
		switch g.IntN(4) {
		case 2:
			g.w.insert(up, nil, g.cssText())
			return
		case 3:
			g.w.remove(n)
			return
		}
		text = g.css()
	}
	g.w.setText(n, text)
}

// attach gives an element a shadow root.
func (g *generator) attach() {
	n := g.some(func(n *node) bool {
		return n.shadow == nil && (n.name == "div" || n.name == "section" || n.name == "span") && n.depth() < 20
	})
	if n == nil || g.opts.NoShadow {
		return
	}
	root := g.w.attachShadow(n)
	for range 1 + g.IntN(2) {
		g.w.insert(root, nil, g.tree(2))
	}
}

// reattribute changes an attribute.
func (g *generator) reattribute() {
	w := g.w
	n := g.some(func(n *node) bool { return n.kind == snapshot.KindElement && n.ns == "" && n.name != "head" })
	if n == nil {
		return
	}
	set := func(name, value string) { w.setAttr(n, name, &value) }
	if n.name == "dialog" {
		if _, is := n.attr("open"); is {
			w.setAttr(n, "open", nil)
		} else {
			n.modal = g.chance(1, 2)
			set("open", "")
		}
		return
	}
	if n.name == "input" && !n.stale && g.chance(1, 2) {
		switch {
		case n.checkable() && !n.pinned:
			if _, is := n.attr("checked"); is {
				w.setAttr(n, "checked", nil)
			} else {
				set("checked", "")
			}
		case !n.checkable() && (!n.dirty || n.value != ""):
			set("value", g.word())
		}
		return
	}
	if style, ok := n.attr("style"); ok && g.chance(2, 3) {
		list := parseDecls(style)
		for range 1 + g.IntN(2) {
			if len(list) > 0 && g.chance(1, 3) {
				list = removeDecl(list, pick(g, list).name)
			} else {
				list = setDecl(list, g.decl())
			}
		}
		set("style", declCSS(list))
		return
	}
	if len(n.attrs) > 0 && g.chance(1, 4) {
		switch name := pick(g, n.attrs).name; name {
		case "type", "name", "value", "checked", "open":
		default:
			w.setAttr(n, name, nil)
		}
		return
	}
	a := g.attribute(n)
	set(a.name, a.value)
}

// frame loads a frame's document: one that waits for it, or another in its
// place.
func (g *generator) frame() {
	w := g.w
	if len(w.loading) == 0 {
		if f := g.some(func(n *node) bool { return n.frame != nil }); f != nil {
			w.loading = append(w.loading, f)
		}
	}
	for len(w.loading) > 0 && !g.chance(1, 6) {
		f := w.loading[0]
		w.loading = w.loading[1:]
		switch g.IntN(5) {
		case 3: // the blank document that frames begin with
			w.enter(f, (&node{kind: snapshot.KindDocument}).add(element("html").add(element("head"), element("body"))))
		case 4: // a document that is attached while it is still being read
			w.enter(f, &node{kind: snapshot.KindDocument})
			doc := g.document()
			for _, c := range doc.children {
				f.frame.add(c)
			}
			w.settle(f)
			continue
		}
		w.enter(f, g.document())
		if g.chance(1, 6) {
			w.attach(f) // recorders hear of it twice
		}
	}
}

// enter puts a document into a frame.
func (w *window) enter(f, doc *node) {
	if f.frame != nil {
		if w.focus != nil && w.focus.within(f.frame) {
			w.focus, w.focusLost = nil, false
		}
		f.frame.host = nil
	}
	f.frame, doc.host = doc, f
	w.settle(f)
}

func (w *window) settle(f *node) {
	f.frame.walk(func(n *node) {
		if n.name == "style" {
			n.sheet = parseSheet(n.content())
		}
	})
	w.attach(f)
}

// note makes an event that changes no page.
func (g *generator) note() format.Data {
	switch g.IntN(3) {
	case 0:
		return &format.Custom{Tag: "note", Payload: quote(g.word())}
	case 1:
		return &format.Plugin{Plugin: "rrweb/console@1", Payload: `{"level":"log","trace":[],"payload":[` + quote(quote(g.word())) + `]}`}
	}
	name := pick(g, customs)
	g.w.defined[name] = true
	return &format.CustomElement{Define: &format.Definition{Name: name}}
}

// turn goes to another window, or to another page.
func (g *generator) turn() {
	switch g.IntN(3) {
	case 0:
		g.load()
	case 1:
		if len(g.windows) < g.opts.Windows {
			g.open()
			return
		}
		fallthrough
	default:
		g.w = pick(g, g.windows)
		if g.chance(1, 3) && g.now > 5*time.Millisecond {
			g.now -= 3 * time.Millisecond // what another window's recorder sent late
		}
	}
}
