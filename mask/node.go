package mask

import (
	"strings"

	"github.com/pagetape/pagetape/snapshot"
)

// A scope is what a node of a record is masked by: what it is under, in the
// record and on the page.
type scope struct {
	parent snapshot.NodeID
	tag    string // of the parent
	lost   bool   // the page does not have the parent as the record has it
	inert  bool
	depth  int
}

// node masks a tree of a record in place. Levels are the page's, by id. A node
// that the page does not have where the record has it (it is damaged, or an id
// is used twice) is masked whole with all that is below it. It is false for
// what is no node.
func (f *Filter) node(w *window, n *snapshot.Node, sc scope) bool {
	if n.Kind < snapshot.KindDocument || n.Kind > snapshot.KindComment {
		f.tally.add(chUnknown, droppedOut)
		return false
	}
	in := w.info(n.ID)
	lost := sc.lost || in == nil || w.page.Kind(n.ID) != n.Kind || w.page.Parent(n.ID) != sc.parent ||
		w.marked(n.ID, markSeen) ||
		n.Kind == snapshot.KindElement && !strings.EqualFold(w.page.Node(n.ID).Data, n.Name)
	l := unknown
	switch {
	case !lost:
		l = f.memory.least(in.level)
		w.mark(n.ID, markSeen)
	case in != nil:
		l = l.join(in.level)
	}
	if sc.inert {
		l |= flagInert
	}
	f.about = n.ID
	n.Extra = f.members(n.Extra, isNodeMember)
	f.plain(n)
	box := false
	switch n.Kind {
	case snapshot.KindElement:
		e := element{tag: strings.ToLower(n.Name), own: ownMatched, level: l}
		if e.rec = n; !lost {
			e.own, e.node = in.own, w.page.Node(n.ID)
		}
		box = l.base() == levelBlock
		n.Attrs = f.attrs(&e, n.Attrs)
		if n.State = f.state(&e, n.State); box {
			f.tally.add(chNode, blocked)
			n.NeedsBlock, n.IsHost, n.State, n.Children = true, false, boxState(n.State), nil
		}
		sc.inert = sc.inert || e.tag == "script" || e.tag == "noscript"
		sc.tag = e.tag
	case snapshot.KindText, snapshot.KindCDATA, snapshot.KindComment:
		n.Text = f.text(w, n.ID, sc.tag, n.Kind, l, n.Text)
		n.State, n.Children = nil, nil
	case snapshot.KindDocument:
		n.State = f.state(&element{level: l, own: ownMatched}, n.State)
		sc.tag = ""
	default:
		n.State, n.Children = nil, nil
	}
	if sc.depth++; sc.depth >= snapshot.MaxDepth {
		n.Children = nil
	}
	sc.parent, sc.lost = n.ID, lost
	children := n.Children[:0]
	for _, c := range n.Children {
		if c != nil && f.node(w, c, sc) {
			children = append(children, c)
		}
	}
	clear(n.Children[len(children):])
	n.Children = children
	return true
}

// plain cleans the fields of a node that are words of the schema, and empties
// those that its kind has not.
func (f *Filter) plain(n *snapshot.Node) {
	if n.Namespace != "svg" && n.Namespace != "math" {
		n.Namespace = ""
	}
	if n.CompatMode != "BackCompat" || n.Kind != snapshot.KindDocument {
		n.CompatMode = ""
	}
	switch n.Kind {
	case snapshot.KindElement:
		if !isTagName(n.Name) {
			n.Name = f.tally.note(chName, n.Name, "x-masked")
		}
		n.Text = ""
	case snapshot.KindDoctype:
		if n.Name != "html" && n.Name != "svg" {
			n.Name = f.tally.note(chName, n.Name, "html")
		}
		n.Text = ""
	case snapshot.KindDocument:
		n.Name, n.Text = "", ""
	default:
		n.Name = ""
	}
	if n.Kind != snapshot.KindElement {
		n.Attrs = nil
	}
	if n.Kind != snapshot.KindDoctype || !doctypeID(n.PublicID, "-//W3C//DTD ") {
		n.PublicID = ""
	}
	if n.Kind != snapshot.KindDoctype || !doctypeID(n.SystemID, "http://www.w3.org/") && n.SystemID != "about:legacy-compat" {
		n.SystemID = ""
	}
}

func doctypeID(v, prefix string) bool {
	return strings.HasPrefix(v, prefix) && all(v, "-/.: ", 100) && digitRun(v) < longRun
}

// isNodeMember says whether a node's record has a member of that name.
func isNodeMember(name string) bool {
	switch name {
	case "type", "id", "rootId", "tagName", "name", "textContent", "publicId", "systemId", "compatMode", "attributes",
		"childNodes", "isSVG", "isShadow", "isShadowHost", "isCustom", "isStyle", "needBlock":
		return true
	}
	return false
}

// members keeps of what a record has no field for what tells how a field was
// written: that it was left out, or was true, false or null.
func (f *Filter) members(ms []snapshot.Member, known func(string) bool) []snapshot.Member {
	if len(ms) == 0 {
		return nil
	}
	out := ms[:0]
	for _, m := range ms {
		switch m.Value {
		case "", "true", "false", "null":
			if known(m.Name) {
				out = append(out, m)
				continue
			}
		}
		f.tally.add(chUnknown, droppedOut)
	}
	clear(ms[len(out):])
	if len(out) == 0 {
		return nil
	}
	return out
}

// text returns the content of a text, CDATA or comment node as it may be seen;
// tag is the parent's.
func (f *Filter) text(w *window, id snapshot.NodeID, tag string, kind snapshot.Kind, l level, v string) string {
	t := f.tally
	switch {
	case kind == snapshot.KindComment:
		return t.note(chComment, v, "")
	case l&flagInert != 0:
		return t.note(chScript, v, "")
	case tag == "style":
		return t.note(chCSS, v, f.css(v, l.base() > levelClear))
	case l.base() > levelClear:
		ch := chText
		if l.base() == levelInput {
			ch = chInput
		}
		return t.note(ch, v, f.shape(l).text(v))
	case tag == "title":
		return t.note(chTitle, v, f.title(v))
	}
	return t.note(chText, v, f.hide(v, append(f.memory.codesIn(w, id, v), w.parts[id]...)...))
}

// textTag returns the tag of the element that the text node with that id is in.
func (w *window) textTag(id snapshot.NodeID) string {
	if n := w.page.Node(id); n != nil && n.Parent != nil {
		return n.Parent.Data
	}
	return ""
}

// state returns live state as it may be seen. What it returns shares nothing
// with s that could change, for the page has s too.
func (f *Filter) state(e *element, s *snapshot.State) *snapshot.State {
	if s == nil {
		return nil
	}
	out := *s
	str := func(name string, p *string) *string {
		if p == nil {
			return nil
		}
		a, ok := f.attr(e, snapshot.Attr{Name: name, Value: *p})
		if !ok {
			return nil
		}
		return &a.Value
	}
	plain := func(name, v string) string {
		if v == "" {
			return ""
		}
		if p := str(name, &v); p != nil {
			return *p
		}
		return ""
	}
	out.Value = str("value", s.Value)
	out.CSS = str("_cssText", s.CSS)
	out.Image = plain("rr_dataURL", s.Image)
	out.Width, out.Height = plain("rr_width", s.Width), plain("rr_height", s.Height)
	out.Src, out.Dialog = plain("rr_src", s.Src), plain("rr_open_mode", s.Dialog)
	if e.level.base() > levelClear {
		out.Selected = nil
	}
	out.Canvas = nil
	for _, op := range s.Canvas {
		if e.level.base() > levelClear {
			args, ok := maskCanvas(op.Property, op.Args)
			if !ok {
				f.tally.add(chCanvas, droppedOut)
				continue
			}
			op.Args = f.tally.note(chCanvas, op.Args, args)
		} else {
			op.Args = f.drawing(op.Property, op.Args)
		}
		if !isMethod(op.Property) {
			f.tally.add(chName, droppedOut)
			continue
		}
		out.Canvas = append(out.Canvas, op)
	}
	out.Other = nil
	for range s.Other {
		f.tally.add(chUnknown, droppedOut)
	}
	return &out
}

// boxState is the state that the box of a blocked element keeps: its size.
func boxState(s *snapshot.State) *snapshot.State {
	if s == nil || s.Width == "" && s.Height == "" {
		return nil
	}
	return &snapshot.State{Width: s.Width, Height: s.Height}
}
