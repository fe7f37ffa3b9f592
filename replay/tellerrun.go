package replay

import (
	"math"
	"strings"
	"time"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// pause is after how long the run is over.
func (r *run) pause() time.Duration {
	switch r.Kind {
	case LineClick, LineDoubleClick, LineScroll, LineResize:
		return clickPause
	}
	return pause
}

// done completes the line of a run that is over. It reports whether there is
// something to tell.
func (r *run) done() bool {
	r.Duration = after(r.Time, r.last)
	switch r.Kind {
	case LineScroll, LineSelect:
		return r.Text != ""
	case LineClick, LineDoubleClick:
		if r.Count < 2 || r.Kind == LineDoubleClick {
			r.Count = 0
		}
	}
	return true
}

// fold goes on with the run of that kind on the node, or begins one.
func (t *teller) fold(s *scene, kind LineKind, id snapshot.NodeID, change func(r *run)) {
	r := t.run
	if r == nil || r.Kind != kind || r.Target.ID != id || r.Window != s.id {
		r = t.begin(s, kind, Target{ID: id})
	}
	r.last = t.now
	change(r)
}

// begin begins a run.
func (t *teller) begin(s *scene, kind LineKind, target Target) *run {
	t.close()
	t.rest(true)
	s.acted()
	s.used = true
	if kind != LineScroll {
		s.target = target.ID
	}
	t.run = &run{Line: Line{Time: t.now, Window: s.id, Kind: kind, Target: target}, last: t.now}
	return t.run
}

// complete names the target of a run that was not on the page when it began.
func (t *teller) complete(r *run) {
	s := t.windows[r.Window]
	if s != nil && s.page.Kind(r.Target.ID) != 0 {
		r.Target, r.pending = t.describe(&s.page, r.Target.ID), false
	}
}

func (t *teller) mouse(s *scene, d *format.MouseInteraction) {
	r := t.run
	clicked := r != nil && r.Kind == LineClick && r.Window == s.id
	switch d.Action {
	case format.MouseDown, format.TouchStart:
		t.down = d.ID
	case format.Focus:
		s.used = true
	case format.Click:
		id, control := pointed(&s.page, d.ID)
		n := s.page.Node(d.ID)
		switch {
		case clicked && r.Target.ID == id && id != 0:
			r.Count++
			r.last = t.now
			return
		case clicked && r.label && after(r.last, t.now) <= labelPause:
			// The browser clicks the control of a label that was clicked.
			r.Target, r.last, r.label = t.point(&s.page, id, control), t.now, false
			return
		}
		r = t.begin(s, LineClick, t.point(&s.page, id, control))
		r.Count = 1
		r.label = n != nil && (n.Data == "label" || inLabel(&s.page, d.ID))
	case format.DoubleClick:
		id, control := pointed(&s.page, d.ID)
		if clicked && r.Target.ID == id {
			r.Kind, r.last = LineDoubleClick, t.now
			return
		}
		t.begin(s, LineDoubleClick, t.point(&s.page, id, control))
	case format.ContextMenu:
		id, control := pointed(&s.page, d.ID)
		t.begin(s, LineContextMenu, t.point(&s.page, id, control))
	}
}

// inLabel says whether a node is in a label, near.
func inLabel(p *snapshot.Page, id snapshot.NodeID) bool {
	for levels := 0; id != 0 && levels < 4; id, levels = p.Parent(id), levels+1 {
		if n := p.Node(id); n != nil && n.Data == "label" {
			return true
		}
	}
	return false
}

func (t *teller) drag(s *scene, d *format.Move) {
	id := t.down
	if id == 0 || s.page.Kind(id) == 0 {
		id = d.Positions[0].ID
	}
	if r := t.run; r != nil && r.Kind == LineDrag && r.Window == s.id {
		r.last = t.now
		return
	}
	id, control := pointed(&s.page, id)
	t.begin(s, LineDrag, t.point(&s.page, id, control))
}

func (t *teller) scroll(s *scene, d *format.Scroll) {
	n := s.page.Node(d.ID)
	if n == nil || n.Data == "input" || n.Data == "textarea" {
		return // typing moves what is in them
	}
	old := snapshot.Point{}
	if state := s.page.State(d.ID); state != nil && state.Scroll != nil {
		old = *state.Scroll
	}
	r := t.run
	if r != nil && r.Window == s.id && after(r.last, t.now) < quiet && (r.Kind == LineType || r.Kind == LineChoose) {
		return // the browser brings what is typed into view
	}
	if r == nil || r.Kind != LineScroll || r.Target.ID != d.ID && (r.Target != Target{} || n.Type != html.DocumentNode) || r.Window != s.id {
		if math.Abs(d.X-old.X) < minScroll && math.Abs(d.Y-old.Y) < minScroll {
			return
		}
		target := Target{}
		if n.Type == html.ElementNode && n.Data != "html" && n.Data != "body" {
			target = t.describe(&s.page, d.ID)
		}
		r = t.begin(s, LineScroll, target)
		r.x, r.y = old.X, old.Y
	}
	r.last = t.now
	dx, dy := d.X-r.x, d.Y-r.y
	switch {
	case math.Abs(dx) < minScroll && math.Abs(dy) < minScroll:
		r.Text = ""
	case math.Abs(dy) >= math.Abs(dx) && dy > 0:
		r.Text = "down to " + number(d.Y) + " px"
	case math.Abs(dy) >= math.Abs(dx):
		r.Text = "up to " + number(d.Y) + " px"
	case dx > 0:
		r.Text = "right to " + number(d.X) + " px"
	default:
		r.Text = "left to " + number(d.X) + " px"
	}
}

// value tells what a form control holds.
func (t *teller) value(s *scene, d *format.Input) {
	kind, text := LineType, d.Text
	n := s.page.Node(d.ID)
	if n != nil {
		switch inputType := strings.ToLower(attr(n, "type")); {
		case n.Data == "select":
			kind, text = LineChoose, optionText(&s.page, d.ID, d.Text)
		case n.Data != "input":
		case inputType == "checkbox", inputType == "radio":
			if kind = LineCheck; !d.Checked {
				kind = LineUncheck
			}
			text = ""
			if inputType == "radio" && !d.Checked {
				return // another one was checked
			}
		case inputType == "hidden":
			return
		case inputType == "file":
			kind, text = LineChoose, strings.TrimPrefix(d.Text, `C:\fakepath\`)
		}
	}
	text = oneLine(text, t.opts.Text)
	r := t.run
	same := r != nil && r.Target.ID == d.ID && r.Window == s.id
	switch {
	case same && r.Kind == kind && kind != LineCheck && kind != LineUncheck && r.goesOn(text, t.now):
		if r.emptied = text == "" && characters(r.Text) > 1; !r.emptied {
			r.Text = text
		}
		r.last = t.now
		if r.pending {
			t.complete(r)
		}
		return
	case same && (r.Kind == LineClick || r.Kind == LineDoubleClick):
		// The click into the control is part of it.
		r.Kind, r.Text, r.last = kind, text, t.now
		t.typed = d.ID
		return
	}
	target := Target{ID: d.ID}
	if n != nil {
		target = t.describe(&s.page, d.ID)
	}
	if kind != LineCheck && kind != LineUncheck && n != nil && !d.UserTriggered && !t.typing(s, d.ID) {
		if target.Name != "" || text != "" {
			t.tell(s, Line{Kind: LineSet, Target: target, Text: text})
		}
		return
	}
	r = t.begin(s, kind, target)
	r.Text, r.pending = text, n == nil
	t.typed = d.ID
}

// goesOn says whether a value is part of what is being typed. A field that is
// empty at once has been emptied by the page, as where a message was sent; what
// is typed then is told anew, and so is what the user empties later.
func (r *run) goesOn(text string, now time.Duration) bool {
	return !r.emptied && (text != "" || r.Text == "" || after(r.last, now) <= quiet)
}

// typing says whether it can be the user who changes a text field: the focus is
// in it. Where that is not known, it is the user from the first thing on that
// the user does.
func (t *teller) typing(s *scene, id snapshot.NodeID) bool {
	if s.page.Focus != 0 {
		return within(&s.page, id, s.page.Focus)
	}
	return s.used
}

// within says whether a node is below another, or the other way round, as in a
// shadow tree.
func within(p *snapshot.Page, a, b snapshot.NodeID) bool {
	for up := a; up != 0; up = p.Parent(up) {
		if up == b {
			return true
		}
	}
	for up := b; up != 0; up = p.Parent(up) {
		if up == a {
			return true
		}
	}
	return false
}

// attr returns an attribute of an element.
func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

// optionText returns the text of the option with that value.
func optionText(p *snapshot.Page, id snapshot.NodeID, value string) string {
	for option, n := range p.Subtree(id) {
		if n.Type == html.ElementNode && n.Data == "option" && attr(n, "value") == value {
			if text := oneLine(p.Text(option), maxName); text != "" {
				return text
			}
		}
	}
	return value
}

// field tells what a recorder without values says of a form.
func (t *teller) field(s *scene, d *format.Field) {
	switch d.Action {
	case "submit":
		t.begin(s, LineSubmit, t.describe(&s.page, d.ID))
	case "fill", "refill", "clear":
		if t.typed != d.ID {
			t.fold(s, LineFill, d.ID, func(r *run) {
				if r.Text == "" {
					r.Target = t.describe(&s.page, d.ID)
				}
				r.Text = d.Action + "ed"
			})
		}
	}
}

// selection tells what text the user selected.
func (t *teller) selection(s *scene, d *format.Selection) {
	text := oneLine(selected(&s.page, d.Ranges), t.opts.Text)
	r := t.run
	folds := r != nil && r.Kind == LineSelect && r.Window == s.id
	switch {
	case folds && (text != "" || after(r.last, t.now) < quiet):
		r.Text, r.last = text, t.now
	case characters(text) < 2, r != nil && r.Kind == LineDoubleClick:
	default:
		r = t.begin(s, LineSelect, Target{})
		r.Text = text
	}
}

// selected returns the text in the first range, but not what is selected in
// what the user edits.
func selected(p *snapshot.Page, ranges []format.Range) string {
	if len(ranges) == 0 {
		return ""
	}
	r := ranges[0]
	for up := r.Start; up != 0; up = p.Parent(up) {
		if n := p.Node(up); n != nil && (n.Data == "input" || n.Data == "textarea" || attr(n, "contenteditable") != "") {
			return ""
		}
	}
	if r.Start == r.End {
		if p.Kind(r.Start) != snapshot.KindText {
			return ""
		}
		return units(p.Node(r.Start).Data, r.StartOffset, r.EndOffset)
	}
	var b strings.Builder
	inside := false
	for id, n := range p.All() {
		if n.Type != html.TextNode {
			if id == r.End {
				break
			}
			inside = inside || id == r.Start
			continue
		}
		switch {
		case id == r.Start:
			inside = true
			b.WriteString(units(n.Data, r.StartOffset, math.MaxInt64))
		case id == r.End:
			b.WriteString(units(n.Data, 0, r.EndOffset))
			return b.String()
		case inside:
			b.WriteString(n.Data)
		}
		if b.Len() > maxPiece {
			break
		}
	}
	return b.String()
}

// units is the part of text between two offsets in UTF-16 code units.
func units(s string, from, to int64) string {
	var b strings.Builder
	at := int64(0)
	for _, r := range s {
		if at >= to {
			break
		}
		if at >= from {
			b.WriteRune(r)
		}
		if at++; r > 0xFFFF {
			at++
		}
	}
	return b.String()
}
