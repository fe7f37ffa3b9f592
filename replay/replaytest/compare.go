package replaytest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pagetape/pagetape/snapshot"
)

// Diff returns the places at which a rebuilt page is not this one, at most
// limit: as "html/body/div (node 7): attribute class is missing". It quotes what
// differs.
func (p *Page) Diff(page *snapshot.Page, limit int) []string {
	d := differ{page: page, limit: limit}
	if page == nil || page.Root() == nil {
		return []string{"no page"}
	}
	if p.View != page.View {
		d.note("view: %v, %v rebuilt", p.View, page.View)
	}
	if p.Pointer != page.Pointer {
		d.note("pointer: %v, %v rebuilt", p.Pointer, page.Pointer)
	}
	if p.Focus != page.Focus && p.Focus >= 0 {
		d.note("focus: %d, %d rebuilt", p.Focus, page.Focus)
	}
	if !slices.Equal(p.Selection, page.Selection) {
		d.note("selection: %v, %v rebuilt", p.Selection, page.Selection)
	}
	d.node(p.Root, page.Snapshot(), "")
	return d.found
}

type differ struct {
	page  *snapshot.Page
	limit int
	found []string
}

func (d *differ) note(format string, args ...any) {
	if len(d.found) < d.limit {
		d.found = append(d.found, fmt.Sprintf(format, args...))
	}
}

func (d *differ) node(want *Node, got *snapshot.Node, path string) {
	path = strings.TrimPrefix(path+"/"+want.Name, "/")
	at := fmt.Sprintf("%s (node %d)", path, want.ID)
	if want.ID != got.ID || want.Kind != got.Kind || want.Name != got.Name || want.Namespace != got.Namespace {
		d.note("%s: %v %q, rebuilt node %d, %v %q", at, want.Kind, want.Name, got.ID, got.Kind, got.Name)
		return
	}
	state := got.State
	if state == nil {
		state = &snapshot.State{}
	}
	if want.Kind == snapshot.KindElement {
		d.attrs(want, got, at)
		d.state(want, state, at)
	}
	if want.Scroll != nil && *want.Scroll != deref(state.Scroll) {
		d.note("%s: scroll %v, %v rebuilt", at, *want.Scroll, deref(state.Scroll))
	}
	d.sheets(want, at)
	var children, shadow []*snapshot.Node
	var frame *snapshot.Node
	for _, c := range got.Children {
		switch {
		case c.Kind == snapshot.KindDocument:
			frame = c
		case c.IsShadow:
			shadow = append(shadow, c)
		default:
			children = append(children, c)
		}
	}
	switch {
	case want.Name == "textarea": // recorders write its value alone
	case want.Rules != nil: // its texts are the sheet's
		for _, c := range want.Children {
			if d.page.Kind(c.ID) != c.Kind || d.page.Parent(c.ID) != want.ID {
				d.note("%s: no text %d", at, c.ID)
			}
		}
	default:
		d.list(want.Children, children, path, at)
	}
	d.list(want.Shadow, shadow, path+"/#shadow", at)
	switch {
	case (want.Frame == nil) != (frame == nil):
		d.note("%s: document in the frame: %t, %t rebuilt", at, want.Frame != nil, frame != nil)
	case frame != nil:
		d.node(want.Frame, frame, path+"/#frame")
	}
	if want.Text != got.Text && want.Kind != snapshot.KindElement {
		d.note("%s: text %q, %q rebuilt", at, want.Text, got.Text)
	}
}

func (d *differ) list(want []*Node, got []*snapshot.Node, path, at string) {
	if len(want) != len(got) {
		d.note("%s: children %v, %v rebuilt", at, ids(want, func(n *Node) snapshot.NodeID { return n.ID }), ids(got, func(n *snapshot.Node) snapshot.NodeID { return n.ID }))
		return
	}
	for i := range want {
		if len(d.found) >= d.limit {
			return
		}
		if want[i].Kind == snapshot.KindText && got[i].Kind == snapshot.KindText && want[i].ID == got[i].ID && strings.HasSuffix(path, "style") {
			continue
		}
		d.node(want[i], got[i], path)
	}
}

func ids[T any](list []T, id func(T) snapshot.NodeID) []snapshot.NodeID {
	var out []snapshot.NodeID
	for _, n := range list {
		out = append(out, id(n))
	}
	return out
}

// attrs compares attributes: style by its declarations. Of those that are
// defaults of form controls a recorder writes the live value; State has it.
func (d *differ) attrs(want *Node, got *snapshot.Node, at string) {
	have := map[string]string{}
	for _, a := range got.Attrs {
		have[a.Name] = a.Value
	}
	skip := func(name string) bool {
		switch name {
		case "value":
			return want.Value != nil
		case "checked":
			return want.Checked != nil
		}
		return false
	}
	for name, value := range want.Attrs {
		rebuilt, ok := have[name]
		switch {
		case skip(name):
		case !ok:
			d.note("%s: attribute %s is missing", at, name)
		case name == "style":
			if a, b := sortedDecls(value), sortedDecls(rebuilt); a != b {
				d.note("%s: style %q, %q rebuilt", at, a, b)
			}
		case value != rebuilt:
			d.note("%s: attribute %s %q, %q rebuilt", at, name, value, rebuilt)
		}
	}
	for name := range have {
		if _, ok := want.Attrs[name]; !ok && !skip(name) {
			d.note("%s: attribute %s is not on the page", at, name)
		}
	}
}

func sortedDecls(style string) string {
	list := parseDecls(style)
	slices.SortFunc(list, func(a, b decl) int { return strings.Compare(a.name, b.name) })
	return declCSS(list)
}

func (d *differ) state(want *Node, got *snapshot.State, at string) {
	if want.Value != nil && *want.Value != deref(got.Value) {
		d.note("%s: value %q, %q rebuilt", at, *want.Value, deref(got.Value))
	}
	if want.Checked != nil && *want.Checked != deref(got.Checked) {
		d.note("%s: checked %t, %t rebuilt", at, *want.Checked, deref(got.Checked))
	}
	if want.Selected != nil && *want.Selected != deref(got.Selected) {
		d.note("%s: selected %t, %t rebuilt", at, *want.Selected, deref(got.Selected))
	}
	if want.Dialog != got.Dialog {
		d.note("%s: dialog %q, %q rebuilt", at, want.Dialog, got.Dialog)
	}
	if m := want.Media; m != nil {
		g := deref(got.Media)
		if *m.Playing != deref(g.Playing) || *m.CurrentTime != deref(g.CurrentTime) || *m.PlaybackRate != deref(g.PlaybackRate) ||
			*m.Muted != deref(g.Muted) || *m.Loop != deref(g.Loop) || *m.Volume != deref(g.Volume) {
			d.note("%s: media state", at)
		}
	}
}

// sheets compares the rules of a style element and of adopted style sheets.
func (d *differ) sheets(want *Node, at string) {
	if want.Rules != nil {
		a, b := squeeze(strings.Join(*want.Rules, "")), squeeze(d.page.CSS(want.ID))
		if a != b {
			d.note("%s: rules %q, %q rebuilt", at, a, b)
		}
	}
	if want.Adopted == nil {
		return
	}
	adopted := d.page.AdoptedCSS(want.ID)
	if len(adopted) != len(*want.Adopted) {
		d.note("%s: %d adopted style sheets, %d rebuilt", at, len(*want.Adopted), len(adopted))
		return
	}
	for i, rules := range *want.Adopted {
		if a, b := squeeze(strings.Join(rules, "")), squeeze(adopted[i]); a != b {
			d.note("%s: adopted rules %q, %q rebuilt", at, a, b)
		}
	}
}

func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
