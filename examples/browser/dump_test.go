package browser

import (
	"fmt"
	"strings"

	"github.com/pagetape/pagetape/snapshot"
)

// A dump is a document or shadow root as dump.js has it.
type dump struct {
	Mode    string
	Kids    []*dumped
	Adopted [][]string // rules of the adopted style sheets
}

// A dumped is one node of a dump.
type dumped struct {
	Text    *string
	Comment bool
	ID      snapshot.NodeID
	Tag     string // "!doctype" for one
	Name    string // of a doctype
	Space   string
	Attrs   map[string]string
	Kids    []*dumped
	Rules   []string // of a style sheet
	Shadow  *dump
	Frame   *dump
	Value   *string
	Checked *bool
	Scroll  []float64
}

// Facts are what there is to say about each element of a page, by its id and
// what it is about. Those of the document are under 0, those of a shadow root or
// frame under the element that has it.
type facts map[snapshot.NodeID]map[string]string

const none = "none" // of what is not there; what is begins with a quote

func (f facts) set(id snapshot.NodeID, what, value string) {
	if f[id] == nil {
		f[id] = make(map[string]string)
	}
	f[id][what] = "'" + value
}

func (f facts) get(id snapshot.NodeID, what string) string {
	if v, ok := f[id][what]; ok {
		return v
	}
	return none
}

// factsOf returns the facts of a document and all in it, none where d is nil.
func factsOf(d *dump) facts {
	f := make(facts)
	if d != nil {
		f.root(0, "", d)
	}
	return f
}

func (f facts) root(id snapshot.NodeID, where string, d *dump) {
	if where == "shadow " {
		f.set(id, where+"root", "yes")
	} else {
		f.set(id, where+"mode", d.Mode)
	}
	if len(d.Adopted) > 0 {
		f.set(id, where+"adopted rules", joinSheets(d.Adopted))
	}
	f.list(id, where, d.Kids)
}

func joinSheets(sheets [][]string) string {
	var text []string
	for _, rules := range sheets {
		text = append(text, strings.Join(rules, "\n"))
	}
	return strings.Join(text, "\n--\n")
}

// list tells the children of a node, and of each what there is to tell.
func (f facts) list(id snapshot.NodeID, where string, kids []*dumped) {
	var children, content strings.Builder
	for _, n := range kids {
		switch {
		case n.Text != nil:
			content.WriteString(*n.Text)
		case n.Tag == "!doctype":
			fmt.Fprintf(&children, " !%s", n.Name)
		case n.ID != 0:
			fmt.Fprintf(&children, " #%d", n.ID)
			fmt.Fprintf(&content, "<#%d>", n.ID)
			f.element(n)
		}
	}
	f.set(id, where+"children", children.String())
	if content.Len() > 0 {
		f.set(id, where+"text", content.String())
	}
}

func (f facts) element(n *dumped) {
	f.set(n.ID, "tag", n.Tag)
	f.set(n.ID, "namespace", n.Space)
	for name, v := range n.Attrs {
		f.set(n.ID, "attribute "+name, v)
	}
	if n.Value != nil {
		f.set(n.ID, "value", *n.Value)
	}
	if n.Checked != nil {
		f.set(n.ID, "checked", fmt.Sprint(*n.Checked))
	}
	if n.Scroll != nil {
		f.set(n.ID, "scroll", fmt.Sprint(n.Scroll))
	}
	if n.Shadow != nil {
		f.root(n.ID, "shadow ", n.Shadow)
	}
	if n.Frame != nil {
		f.root(n.ID, "frame ", n.Frame)
	}
	switch {
	case n.Rules != nil:
		f.set(n.ID, "rules", strings.Join(n.Rules, "\n"))
	case n.Tag == "textarea": // its text is the value or the default of it
	default:
		f.list(n.ID, "", n.Kids)
	}
}
