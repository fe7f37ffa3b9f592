package replaytest

import (
	"encoding/json"
	"strings"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A serializer writes nodes of the model as a recorder does, and gives ids to
// those that have none.
type serializer struct {
	w     *window
	newly bool // an addition: without what is below the node, and not scrolled
	blank bool // text of a style element that tells it itself
}

func (s serializer) node(n *node) *snapshot.Node {
	w := s.w
	if n.id == 0 {
		w.nextID++
		n.id = w.nextID
	}
	n.mapped = true
	out := &snapshot.Node{ID: n.id, Kind: n.kind, Name: n.name, Namespace: n.ns}
	if doc := n.document(); doc != n && doc.id != 1 {
		out.RootID = doc.id
	}
	switch n.kind {
	case snapshot.KindDocument:
		n.scrollLost = n != w.doc && n.scroll != (snapshot.Point{}) // only the window's own is told
	case snapshot.KindText, snapshot.KindComment:
		if !s.blank {
			out.Text = n.text
		}
	case snapshot.KindElement:
		out.Attrs = s.attrs(n)
		out.IsHost = n.shadow != nil
		out.IsCustom = w.defined[n.name]
	}
	out.IsShadow = n.parent != nil && n.parent.kind == 0
	if n.shadow != nil {
		w.observe(n.shadow)
	}
	if n.name == "iframe" {
		w.wait(n)
	}
	if s.newly || n.name == "textarea" && n.value != "" {
		return out
	}
	if n.name == "style" && n.sheet != nil {
		s.blank = len(n.sheet.rules) > 0
	}
	for _, c := range n.children {
		out.Children = append(out.Children, s.node(c))
	}
	if n.shadow != nil {
		for _, c := range n.shadow.children {
			out.Children = append(out.Children, s.node(c))
		}
	}
	return out
}

func (s serializer) attrs(n *node) []snapshot.Attr {
	list := []snapshot.Attr{}
	set := func(a snapshot.Attr) {
		for i := range list {
			if list[i].Name == a.Name {
				list[i] = a
				return
			}
		}
		list = append(list, a)
	}
	str := func(name, value string) { set(snapshot.Attr{Name: name, Value: value}) }
	num := func(name string, v float64) {
		set(snapshot.Attr{Name: name, Type: snapshot.AttrNumber, Value: snapshot.FormatNumber(v)})
	}
	boolean := func(name string, v bool) {
		t := snapshot.AttrFalse
		if v {
			t = snapshot.AttrTrue
		}
		set(snapshot.Attr{Name: name, Type: t})
	}
	for _, a := range n.attrs {
		str(a.name, a.value)
	}
	switch n.name {
	case "style":
		if css := s.styleText(n); css != "" {
			str("_cssText", css)
		}
	case "input", "textarea", "select":
		if n.checkable() {
			if n.checked {
				boolean("checked", true)
			}
		} else if n.value != "" {
			str("value", n.value)
		}
	case "option":
		if n.selected {
			boolean("selected", true)
		}
	case "dialog":
		if _, open := n.attr("open"); open {
			mode := "non-modal"
			if n.modal {
				mode = "modal"
			}
			str("rr_open_mode", mode)
		}
	case "audio", "video":
		m := n.media
		state := "paused"
		if m.playing {
			state = "played"
		}
		str("rr_mediaState", state)
		num("rr_mediaCurrentTime", m.time)
		num("rr_mediaPlaybackRate", m.rate)
		boolean("rr_mediaMuted", m.muted)
		boolean("rr_mediaLoop", m.loop)
		num("rr_mediaVolume", m.volume)
	}
	if !s.newly {
		n.scrollLost = false
		if n.scroll.X != 0 {
			num("rr_scrollLeft", n.scroll.X)
		}
		if n.scroll.Y != 0 {
			num("rr_scrollTop", n.scroll.Y)
		}
	}
	return list
}

// styleText returns the rules of a style element as text, marked where its
// text nodes part.
func (s serializer) styleText(n *node) string {
	if n.sheet == nil || len(n.sheet.rules) == 0 {
		return ""
	}
	if n.edited || len(n.children) < 2 {
		return n.sheet.css()
	}
	var parts []string
	for _, c := range n.children {
		parts = append(parts, parseSheet(c.text).css())
	}
	return strings.Join(parts, "/* rr_split */")
}

// wait notes that a frame is to be attached once its document has loaded.
func (w *window) wait(frame *node) {
	for _, f := range w.loading {
		if f == frame {
			return
		}
	}
	w.loading = append(w.loading, frame)
}

// attach writes that the document of a frame has loaded.
func (w *window) attach(frame *node) {
	doc := frame.frame
	w.emit(&format.Mutation{
		Adds:    []format.Addition{{Parent: frame.id, Node: serializer{w: w}.node(doc)}},
		Removes: []format.Removal{}, Texts: []format.TextChange{}, Attrs: []format.AttrChange{},
		Frame: true,
	})
	w.observe(doc)
}

// snapshot writes Meta and a full snapshot, and what a recorder writes after
// it: frames and adopted style sheets.
func (w *window) snapshot() {
	w.emit(&format.Meta{URL: w.url, Width: w.width, Height: w.height})
	loading := w.loading
	w.loading = nil
	for _, s := range w.sheets {
		s.id = 0
	}
	w.nextSheet = 0
	w.emit(&format.FullSnapshot{
		Node:   serializer{w: w}.node(w.doc),
		Offset: &format.Offset{Left: w.doc.scroll.X, Top: w.doc.scroll.Y},
	})
	if w.focus != nil {
		w.focusLost = true
	}
	w.selection, w.pointer = nil, snapshot.Pointer{Point: w.pointer.Point}
	w.recording = true
	w.observe(w.doc)
	if len(w.doc.adopted) > 0 {
		w.adopt(w.doc, w.doc.adopted)
	}
	for len(w.loading) > 0 {
		f := w.loading[0]
		w.loading = w.loading[1:]
		if f.frame != nil {
			w.attach(f)
		} else {
			loading = append(loading, f)
		}
	}
	for _, f := range loading {
		if f.frame == nil && w.connected(f) {
			w.wait(f)
		}
	}
	w.doc.walk(func(n *node) {
		if n != w.doc && len(n.adopted) > 0 {
			w.adopt(n, n.adopted)
		}
	})
}

// adopt writes which style sheets a document or a shadow root's host adopts.
func (w *window) adopt(n *node, sheets []*sheet) {
	n.adopted, n.strayed = sheets, false
	e := &format.AdoptedSheets{ID: n.id}
	for _, s := range sheets {
		if s.id == 0 {
			w.nextSheet++
			s.id = w.nextSheet
			added := format.NewSheet{Style: snapshot.StyleID(s.id), Rules: []format.RuleAddition{}}
			for i, r := range s.rules {
				added.Rules = append(added.Rules, format.RuleAddition{Rule: r.css(), Index: []int64{int64(i)}})
			}
			e.Styles = append(e.Styles, added)
		}
		e.IDs = append(e.IDs, int64(s.id))
	}
	w.emit(e)
}

// diffJSON writes a style diff as JSON.
func diffJSON(diff []styleDiff) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, d := range diff {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(quote(d.name) + ":")
		switch {
		case d.removed:
			b.WriteString("false")
		case d.important:
			b.WriteString("[" + quote(d.value) + ",\"important\"]")
		default:
			b.WriteString(quote(d.value))
		}
	}
	b.WriteByte('}')
	return b.String()
}

func quote(s string) string {
	b, _ := json.Marshal(s) // a string has no error
	return string(b)
}
