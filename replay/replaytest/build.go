package replaytest

import (
	"strconv"

	"github.com/pagetape/pagetape/snapshot"
)

// document makes a document with a page in it.
func (g *generator) document() *node {
	doc := &node{kind: snapshot.KindDocument}
	if !g.chance(1, 8) {
		doc.add(&node{kind: snapshot.KindDoctype, name: "html"})
	}
	head := element("head").add(element("title").add(textNode(g.word())))
	if g.chance(1, 2) && !g.opts.NoStyles {
		head.add(g.style())
	}
	body := element("body")
	for range g.IntN(5) {
		body.add(g.tree(0))
	}
	return doc.add(element("html", attr{"lang", "en"}).add(head, body))
}

func (g *generator) style() *node {
	n := element("style").add(g.cssText())
	if g.chance(1, 6) {
		n.add(g.cssText())
	}
	return n
}

func (g *generator) cssText() *node {
	n := textNode(g.css())
	n.pinned = true
	return n
}

// tree makes an element, text or comment with what is in it.
func (g *generator) tree(depth int) *node {
	switch g.IntN(14) {
	case 0:
		return textNode(g.sentence())
	case 1:
		return &node{kind: snapshot.KindComment, text: g.word()}
	case 2:
		return g.field()
	case 3:
		return g.widget(depth)
	}
	n := element(pick(g, containers))
	for range g.IntN(3) {
		if a := g.attribute(n); n.name != "" {
			if _, ok := n.attr(a.name); !ok {
				n.attrs = append(n.attrs, a)
			}
		}
	}
	if depth < 4 {
		for range g.IntN(4) {
			n.add(g.tree(depth + 1))
		}
	}
	return n
}

func (g *generator) attribute(n *node) attr {
	name := pick(g, attrNames)
	switch name {
	case "class":
		return attr{name, pick(g, classes)}
	case "hidden":
		return attr{name, ""}
	case "href":
		return attr{name, "https://site.example/" + strconv.Itoa(g.IntN(100))}
	case "style":
		return attr{name, declCSS(g.decls(1 + g.IntN(4)))}
	}
	return attr{name, g.word()}
}

// field makes a form control.
func (g *generator) field() *node {
	switch g.IntN(5) {
	case 0:
		n := element("input")
		if g.chance(1, 2) {
			n.attrs = append(n.attrs, attr{"type", pick(g, []string{"text", "search", "tel"})})
		}
		if g.chance(1, 3) {
			n.value = g.word()
			n.attrs = append(n.attrs, attr{"value", n.value})
		}
		return n
	case 1:
		n := element("input", attr{"type", "checkbox"})
		if n.checked = g.chance(1, 3); n.checked {
			n.attrs = append(n.attrs, attr{"checked", ""})
		}
		return n
	case 2:
		n := element("textarea")
		if g.chance(1, 2) {
			n.value = g.sentence()
			c := textNode(n.value)
			c.pinned = true
			n.add(c)
		}
		return n
	case 3:
		n := element("select")
		for i := range 1 + g.IntN(3) {
			c := textNode(g.word())
			c.pinned = true
			o := element("option", attr{"value", c.text}).add(c)
			o.pinned = true
			if i == 0 {
				n.value, o.selected = c.text, true
			}
			n.add(o)
		}
		return n
	}
	n := element("fieldset")
	g.words++
	name := "r" + strconv.Itoa(g.words)
	for range 2 + g.IntN(2) {
		c := element("input", attr{"type", "radio"}, attr{"name", name}, attr{"value", g.word()})
		c.pinned = true
		n.add(c)
	}
	return n
}

// widget makes something of a kind of its own.
func (g *generator) widget(depth int) *node {
	switch g.IntN(6) {
	case 0:
		if !g.opts.NoShadow && depth < 4 {
			n := element(pick(g, customs))
			n.shadow = &node{host: n}
			for range 1 + g.IntN(3) {
				n.shadow.add(g.tree(depth + 1))
			}
			if g.chance(1, 2) {
				n.shadow.add(element("slot"))
			}
			for range g.IntN(3) {
				n.add(g.tree(depth + 1))
			}
			return n
		}
	case 1:
		if !g.opts.NoFrames && depth < 4 {
			return element("iframe", attr{"title", g.word()})
		}
	case 2:
		n := element(pick(g, []string{"video", "audio"}))
		n.media = &media{rate: 1, volume: 1}
		return n
	case 3:
		svg := func(name string, attrs ...attr) *node {
			n := element(name, attrs...)
			n.ns = "svg"
			return n
		}
		return svg("svg", attr{"viewBox", "0 0 9 9"}).add(svg("g").add(svg("circle", attr{"r", "3"})))
	case 4:
		if !g.opts.NoStyles {
			return g.style()
		}
	case 5:
		return element("dialog").add(textNode(g.word()))
	}
	return element("table").add(element("tbody").add(element("tr").add(element("td").add(textNode(g.word())))))
}
