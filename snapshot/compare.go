package snapshot

import (
	"maps"
	"slices"
	"strconv"
)

// A Difference is a place at which two trees differ. It names nodes and what
// of them differs, never their content.
type Difference struct {
	ID   NodeID // in the first tree, where there is one
	Path string // element names from the root, as html/body/div
	What string // "kind", "name", "id", "text", "attribute NAME", "children"
	Kind Kind   // of the node
}

func (d Difference) String() string {
	kind := ""
	if d.Kind != KindElement && d.Kind != 0 {
		kind = d.Kind.String() + " "
	}
	return d.Path + " (" + kind + "node " + strconv.Itoa(int(d.ID)) + "): " + d.What
}

// Compare returns the first differences, at most limit, between a tree that a
// recorder wrote and a rebuilt one: ids, kinds, names, attributes, text, form
// values and shadow trees. It leaves out what a recorder writes in one place
// and not in the other: the text of style sheets, which the browser
// serialises anew, documents in frames, which come after the snapshot, scroll
// offsets, playback positions and canvas pixels; and what changes without a
// recorder noticing: which option is chosen while the value stays the same,
// and whether a frame's document can be seen.
func Compare(want, got *Node, limit int) []Difference {
	c := comparison{limit: limit}
	c.node(want, got, "")
	return c.found
}

type comparison struct {
	found []Difference
	limit int
}

func (c *comparison) differ(n *Node, path, what string) {
	if len(c.found) < c.limit {
		c.found = append(c.found, Difference{n.ID, path, what, n.Kind})
	}
}

func (c *comparison) node(a, b *Node, path string) {
	if len(c.found) >= c.limit {
		return
	}
	if a.Kind == KindElement {
		path += "/" + a.Name
	}
	switch {
	case a.Kind != b.Kind:
		c.differ(a, path, "kind")
		return
	case a.Name != b.Name:
		c.differ(a, path, "name")
		return
	case a.ID != b.ID:
		c.differ(a, path, "id")
		return
	case a.Text != b.Text && a.Kind != KindComment:
		c.differ(a, path, "text")
	case a.IsShadow != b.IsShadow, a.IsHost != b.IsHost:
		c.differ(a, path, "shadow root")
	}
	if a.Kind == KindElement {
		c.attrs(a, b, path)
		if a.Name == "style" || a.Name == "link" {
			return // its text is the sheet's
		}
	}
	x, y := tree(a), tree(b)
	if len(x) != len(y) {
		c.differ(a, path, "children: "+strconv.Itoa(len(x))+" recorded, "+strconv.Itoa(len(y))+" rebuilt")
		return
	}
	for i := range x {
		c.node(x[i], y[i], path)
	}
}

// tree returns the children that are compared.
func tree(n *Node) []*Node {
	list := make([]*Node, 0, len(n.Children))
	for _, c := range n.Children {
		if c.Kind == KindDocument || c.Kind == KindText && c.Text == "" {
			continue
		}
		list = append(list, c)
	}
	return list
}

func (c *comparison) attrs(a, b *Node, path string) {
	x, y := comparable(a), comparable(b)
	for _, name := range slices.Sorted(maps.Keys(x)) {
		if w, ok := y[name]; (!ok || w != x[name]) && w != unsplit && x[name] != unsplit {
			c.differ(a, path, "attribute "+name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(y)) {
		if _, ok := x[name]; !ok && y[name] != unsplit {
			c.differ(a, path, "attribute "+name)
		}
	}
}

// unsplit is the value of a longhand that a shorthand sets in a form that is
// not taken apart.
const unsplit = "\x00"

// styles returns the longhands of a style attribute with their values.
func styles(text string) map[string]string {
	m := make(map[string]string)
	d := parseDeclarations(text)
	for i := range d.list {
		x := &d.list[i]
		suffix := ""
		if x.important {
			suffix = " !important"
		}
		if x.short == nil {
			m[x.name] = x.value + suffix
			continue
		}
		values, ok := x.longhands()
		for n := range x.short.all() {
			if !ok {
				m[n] = unsplit
				continue
			}
			m[n], values = values[0]+suffix, values[1:]
		}
	}
	return m
}

// comparable returns the attributes of n in the form in which two trees have
// the same ones if they look the same.
func comparable(n *Node) map[string]string {
	m := make(map[string]string)
	for _, a := range n.RecordedAttrs() {
		switch a.Name {
		case "rr_scrollLeft", "rr_scrollTop", "rr_dataURL", "rr_mediaCurrentTime", "_cssText", "rr_src", "selected":
			continue
		case "style":
			for name, value := range styles(a.Value) {
				m["style "+name] = value
			}
			continue
		case "checked":
			if a.Type != AttrTrue { // the default says nothing of the live state
				continue
			}
		case "rel", "href":
			if n.Name == "link" { // left out once the sheet's text has loaded
				continue
			}
		}
		switch a.Type {
		case AttrNull, AttrFalse:
		case AttrTrue:
			m[a.Name] = "true"
		default:
			m[a.Name] = a.Value
		}
	}
	if n.Name == "input" || n.Name == "textarea" || n.Name == "select" {
		if m["value"] == "" { // recorders leave an empty value out
			delete(m, "value")
		}
	}
	return m
}
