package replaytest

import (
	"slices"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

func elementNode(n *node) bool { return n.kind == snapshot.KindElement && n.id != 0 }

// user is one act of the user.
func (g *generator) user() {
	switch g.IntN(9) {
	case 0:
		g.fill()
	case 1:
		g.click()
	case 2:
		g.move()
	case 3:
		g.scroll()
	case 4:
		g.selectText()
	case 5:
		g.play()
	case 6:
		w := g.w
		w.width, w.height = float64(300+g.IntN(1000)), float64(300+g.IntN(600))
		g.emit(&format.ViewportResize{Width: w.width, Height: w.height})
	default:
		g.fill()
	}
}

// fill changes a form control.
func (g *generator) fill() {
	n := g.some(func(n *node) bool { return n.control() && n.id != 0 })
	if n == nil {
		return
	}
	e := &format.Input{ID: n.id, UserTriggered: g.chance(1, 2)}
	switch {
	case n.checkable():
		value, _ := n.attr("value")
		if value == "" {
			value = "on"
		}
		radio := n.pinned
		n.stale = false
		n.dirty, n.checked = true, radio || !n.checked
		e.Text, e.Checked = value, n.checked
		g.emit(e)
		if !radio {
			return
		}
		for _, other := range n.parent.children { // the others of its group
			if other != n && other.pinned && other.checkable() && other.id != 0 {
				value, _ := other.attr("value")
				other.dirty, other.stale, other.checked = true, false, false
				g.emit(&format.Input{ID: other.id, Text: value})
			}
		}
		return
	case n.name == "select":
		o := pick(g, n.children)
		for _, c := range n.children {
			c.selected = c == o
		}
		n.value, _ = o.attr("value")
	default:
		n.value = g.word()
		if _, has := n.attr("value"); !has && n.name == "input" && g.chance(1, 4) {
			n.value = "" // with a default, a snapshot would tell that
		}
	}
	n.dirty, n.stale = true, false
	e.Text = n.value
	g.emit(e)
}

func (g *generator) point() (x, y float64) {
	return float64(g.IntN(int(g.w.width))), float64(g.IntN(int(g.w.height)))
}

func (g *generator) click() {
	n := g.some(elementNode)
	if n == nil {
		return
	}
	w := g.w
	x, y := g.point()
	at := func(a format.Action) {
		px, py := x, y
		g.emit(&format.MouseInteraction{Action: a, ID: n.id, X: &px, Y: &py})
	}
	at(format.MouseDown)
	if f := w.focus; f != nil && f != n && !w.focusLost {
		g.emit(&format.MouseInteraction{Action: format.Blur, ID: f.id})
	}
	g.emit(&format.MouseInteraction{Action: format.Focus, ID: n.id})
	w.focus, w.focusLost = n, false
	at(format.MouseUp)
	at(format.Click)
	w.pointer = snapshot.Pointer{Node: n.id, Point: snapshot.Point{X: x, Y: y}}
}

func (g *generator) move() {
	e := &format.Move{Source: pick(g, []format.Kind{format.KindMouseMove, format.KindTouchMove, format.KindDrag})}
	count := 1 + g.IntN(4)
	for i := range count {
		n := g.some(elementNode)
		if n == nil {
			return
		}
		x, y := g.point()
		e.Positions = append(e.Positions, format.Position{X: x, Y: y, ID: n.id, TimeOffset: float64(50 * (i - count + 1))})
		g.w.pointer = snapshot.Pointer{Node: n.id, Point: snapshot.Point{X: x, Y: y}}
	}
	g.emit(e)
}

func (g *generator) scroll() {
	n := g.some(func(n *node) bool {
		return n.id != 0 && (n.kind == snapshot.KindDocument || n.kind == snapshot.KindElement && open(n))
	})
	if n == nil {
		return
	}
	n.scroll = snapshot.Point{X: float64(g.IntN(2) * g.IntN(50)), Y: float64(g.IntN(2000))}
	n.scrollLost = false
	g.emit(&format.Scroll{ID: n.id, X: n.scroll.X, Y: n.scroll.Y})
}

func (g *generator) selectText() {
	list := g.nodes(func(n *node) bool { return n.kind == snapshot.KindText && n.id != 0 })
	e := &format.Selection{Ranges: []format.Range{}}
	g.w.selection = nil
	if len(list) > 0 && !g.chance(1, 4) {
		r := snapshot.Range{Start: pick(g, list).id, StartOffset: int64(g.IntN(3)), End: pick(g, list).id, EndOffset: int64(g.IntN(3))}
		e.Ranges = append(e.Ranges, format.Range{Range: r})
		g.w.selection = []snapshot.Range{r}
	}
	g.emit(e)
}

func (g *generator) play() {
	n := g.some(func(n *node) bool { return n.media != nil && n.id != 0 })
	if n == nil {
		return
	}
	m := n.media
	action := format.MediaAction(g.IntN(5))
	switch action {
	case format.Play:
		m.playing = true
	case format.Pause:
		m.playing = false
	case format.Seeked:
		m.time = float64(g.IntN(1000)) / 10
	case format.VolumeChange:
		m.volume, m.muted = float64(g.IntN(11))/10, g.chance(1, 2)
	case format.RateChange:
		m.rate = 0.5 + float64(g.IntN(4))/2
	}
	c := *m
	g.emit(&format.Media{
		Action: action, ID: n.id, CurrentTime: &c.time, Volume: &c.volume,
		Muted: &c.muted, Loop: &c.loop, PlaybackRate: &c.rate,
	})
}

// restyle changes style sheets as scripts do, rule by rule.
func (g *generator) restyle() {
	w := g.w
	if g.chance(1, 3) {
		g.adopt()
		return
	}
	e := target{}
	if g.chance(1, 2) {
		known := slices.DeleteFunc(slices.Clone(w.sheets), func(s *sheet) bool { return s.id == 0 })
		if len(known) == 0 {
			return
		}
		e.s = pick(g, known)
		e.style = snapshot.StyleID(e.s.id)
		if g.chance(1, 8) {
			text := g.css()
			e.s.rules = parseSheet(text).rules
			if g.chance(1, 2) {
				g.emit(&format.SheetRules{Style: e.style, Replace: &text})
			} else {
				g.emit(&format.SheetRules{Style: e.style, ReplaceSync: &text})
			}
			return
		}
	} else {
		n := g.some(func(n *node) bool { return n.name == "style" && n.id != 0 && n.sheet != nil && len(n.children) == 1 })
		if n == nil {
			return
		}
		e.s, e.id = n.sheet, n.id
		n.edited = true
	}
	for range 1 + g.IntN(3) {
		g.edit(e)
	}
}

// A target is a style sheet as events name it.
type target struct {
	s     *sheet
	id    snapshot.NodeID
	style snapshot.StyleID
}

// edit changes one rule of a sheet.
func (g *generator) edit(t target) {
	list, path := &t.s.rules, []int64{}
	for len(*list) > 0 && g.chance(2, 3) { // into a group
		i := g.IntN(len(*list))
		if !(*list)[i].group() {
			break
		}
		list, path = &(*list)[i].rules, append(path, int64(i))
	}
	switch what := g.IntN(4); {
	case what == 0 || len(*list) == 0:
		i := g.IntN(len(*list) + 1)
		r := g.rule(1 + len(path))
		*list = slices.Insert(*list, i, r)
		g.emit(&format.SheetRules{ID: t.id, Style: t.style, Adds: []format.RuleAddition{{Rule: r.css(), Index: append(path, int64(i))}}})
	case what == 1:
		i := g.IntN(len(*list))
		if len(t.s.rules) == 1 && len(path) == 0 && t.id != 0 {
			return // a snapshot would have the element's text in place of no rules
		}
		*list = slices.Delete(*list, i, i+1)
		g.emit(&format.SheetRules{ID: t.id, Style: t.style, Removes: []format.RuleRemoval{{Index: append(path, int64(i))}}})
	default:
		i := g.IntN(len(*list))
		r := (*list)[i]
		if r.group() {
			return
		}
		e := &format.SheetDeclaration{ID: t.id, Style: t.style, Index: append(path, int64(i))}
		if len(r.decls) > 0 && what == 2 {
			d := pick(g, r.decls)
			r.decls = removeDecl(r.decls, d.name)
			e.Remove = &format.PropertyName{Property: d.name}
		} else {
			d := g.decl()
			r.decls = setDecl(r.decls, d)
			e.Set = &format.Declaration{Property: d.name, Value: &d.value}
			if d.important {
				p := "important"
				e.Set.Priority = &p
			}
		}
		g.emit(e)
	}
}

// adopt gives a document or a shadow root other adopted style sheets.
func (g *generator) adopt() {
	w := g.w
	n := g.some(func(n *node) bool {
		return n.id != 0 && (n.kind == snapshot.KindDocument || n.shadow != nil && len(n.shadow.children) > 0)
	})
	if n == nil {
		return
	}
	for len(w.sheets) == 0 || len(w.sheets) < 4 && g.chance(1, 3) {
		w.sheets = append(w.sheets, parseSheet(g.css()))
	}
	var list []*sheet
	for range 1 + g.IntN(2) {
		if s := pick(g, w.sheets); !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	w.adopt(n, list)
}
