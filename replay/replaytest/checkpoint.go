package replaytest

import (
	"slices"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A Page is what a window showed at a checkpoint.
type Page struct {
	Window    format.WindowID
	View      snapshot.View
	Root      *Node
	Focus     snapshot.NodeID // 0 is none, -1 not told by the recording
	Selection []snapshot.Range
	Pointer   snapshot.Pointer
}

// A Node is a node of a page as the DOM has it.
type Node struct {
	ID        snapshot.NodeID
	Kind      snapshot.Kind
	Name      string            `json:",omitempty"`
	Namespace string            `json:",omitempty"` // "svg"
	Text      string            `json:",omitempty"`
	Attrs     map[string]string `json:",omitempty"` // as in the markup, defaults of form controls among them

	Value    *string         `json:",omitempty"` // of a form control
	Checked  *bool           `json:",omitempty"` // of a checkbox or radio button
	Selected *bool           `json:",omitempty"` // of an option
	Media    *snapshot.Media `json:",omitempty"` // of an audio or video element
	Dialog   string          `json:",omitempty"` // "modal" or "non-modal", where it is open
	Scroll   *snapshot.Point `json:",omitempty"` // nil where the recording does not tell it
	Rules    *[]string       `json:",omitempty"` // of the style sheet of a style element
	Adopted  *[][]string     `json:",omitempty"` // rules of adopted style sheets; nil where the recording does not tell

	Children []*Node `json:",omitempty"`
	Shadow   []*Node `json:",omitempty"` // children of the shadow root
	Frame    *Node   `json:",omitempty"` // document
}

// checkpoint looks at the pages.
func (g *generator) checkpoint() {
	n := len(g.out.Events)
	if last := len(g.out.Checkpoints) - 1; last >= 0 && g.out.Checkpoints[last].After == n {
		return
	}
	c := Checkpoint{After: n, Time: g.out.Events[n-1].Time, Front: g.out.Events[n-1].Window}
	for _, w := range g.windows {
		p := Page{
			Window: w.id, View: snapshot.View{URL: w.url, Width: w.width, Height: w.height},
			Root: w.doc.plain(), Selection: slices.Clone(w.selection), Pointer: w.pointer,
		}
		switch {
		case w.focusLost:
			p.Focus = -1
		case w.focus != nil:
			p.Focus = w.focus.id
		}
		c.Pages = append(c.Pages, p)
	}
	g.out.Checkpoints = append(g.out.Checkpoints, c)
}

// plain returns a copy of n for those who judge by it.
func (n *node) plain() *Node {
	p := &Node{ID: n.id, Kind: n.kind, Name: n.name, Namespace: n.ns, Text: n.text}
	for _, a := range n.attrs {
		if p.Attrs == nil {
			p.Attrs = map[string]string{}
		}
		p.Attrs[a.name] = a.value
	}
	switch {
	case n.checkable():
		v := n.checked
		p.Checked = &v
	case n.control():
		v := n.value
		p.Value = &v
	case n.name == "option":
		v := n.selected
		p.Selected = &v
	}
	if n.media != nil {
		m := *n.media
		p.Media = &snapshot.Media{Playing: &m.playing, CurrentTime: &m.time, PlaybackRate: &m.rate, Muted: &m.muted, Loop: &m.loop, Volume: &m.volume}
	}
	if _, open := n.attr("open"); open && n.name == "dialog" {
		p.Dialog = "non-modal"
		if n.modal {
			p.Dialog = "modal"
		}
	}
	if !n.scrollLost {
		s := n.scroll
		p.Scroll = &s
	}
	if n.sheet != nil {
		rules := n.sheet.texts()
		p.Rules = &rules
	}
	if len(n.adopted) == 0 || !n.strayed {
		adopted := [][]string{}
		for _, s := range n.adopted {
			adopted = append(adopted, s.texts())
		}
		p.Adopted = &adopted
	}
	for _, c := range n.children {
		p.Children = append(p.Children, c.plain())
	}
	if n.shadow != nil {
		for _, c := range n.shadow.children {
			p.Shadow = append(p.Shadow, c.plain())
		}
	}
	if n.frame != nil && n.frame.id != 0 {
		p.Frame = n.frame.plain()
	}
	return p
}

func (s *sheet) texts() []string {
	list := []string{}
	for _, r := range s.rules {
		list = append(list, r.css())
	}
	return list
}
