package browser

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

// liveFacts returns the facts of the live page at a checkpoint. A dump of it has
// no ids: they are those that the nodes in the same places of our page have. It
// has no style sheets either: they are those of the full snapshot that the
// recorder took of the same moment.
func (b *bench) liveFacts(t *testing.T, dom json.RawMessage, page *snapshot.Page, events []format.Event, after int) facts {
	t.Helper()
	d, err := live(dom)
	require.NoError(t, err)
	align(d.Kids, page.Snapshot(), false)
	f := factsOf(d)
	b.sheets(t, f, recorded(t, events, after))
	return f
}

// recorded returns the page of the full snapshot that comes after the first n
// events, behind a Meta: with the documents of frames and the adopted style
// sheets, which follow it.
func recorded(t *testing.T, events []format.Event, n int) *snapshot.Page {
	t.Helper()
	require.Equal(t, format.KindFullSnapshot, events[n+1].Data.Kind())
	for n += 2; n < len(events); n++ {
		m, ok := events[n].Data.(*format.Mutation)
		if (!ok || !m.Frame) && events[n].Data.Kind() != format.KindAdoptedSheets {
			break
		}
	}
	page, err := replay.NewPlayer(replay.Events(events)).AtEvent(n)
	require.NoError(t, err)
	return page
}

// sheets sets the style sheets among the facts to those of the page.
func (b *bench) sheets(t *testing.T, f facts, page *snapshot.Page) {
	t.Helper()
	rules := func(id snapshot.NodeID, what string, css ...string) {
		if len(css) > 0 {
			f.set(id, what, joinSheets(eval[[][]string](t, b.rrweb, "sheetRules(%s)", jsonText(t, css))))
		}
	}
	var walk func(n, parent *snapshot.Node)
	walk = func(n, parent *snapshot.Node) {
		switch {
		case n.Kind == snapshot.KindDocument && parent == nil:
			rules(0, "adopted rules", page.AdoptedCSS(n.ID)...)
		case n.Kind == snapshot.KindDocument:
			rules(parent.ID, "frame adopted rules", page.AdoptedCSS(n.ID)...)
		case n.IsHost:
			rules(n.ID, "shadow adopted rules", page.AdoptedCSS(n.ID)...)
		case n.Name == "style", n.Name == "link":
			if css := page.CSS(n.ID); css != "" {
				rules(n.ID, "rules", css)
			}
		}
		for _, c := range n.Children {
			walk(c, n)
		}
	}
	walk(page.Snapshot(), nil)
}

// pageFacts returns the facts of our page as it is before it is rendered, but
// for its style sheets.
func pageFacts(page *snapshot.Page) facts {
	return factsOf(&dump{Kids: pageList(page.Snapshot(), false)})
}

// pageList returns the children of a node, or those in its shadow root.
func pageList(parent *snapshot.Node, shadow bool) (out []*dumped) {
	for _, n := range parent.Children {
		if n.IsShadow != shadow {
			continue
		}
		switch n.Kind {
		case snapshot.KindText, snapshot.KindCDATA:
			out = append(out, &dumped{Text: &n.Text})
		case snapshot.KindDoctype:
			out = append(out, &dumped{Tag: "!doctype", Name: n.Name})
		case snapshot.KindElement:
			d := &dumped{ID: n.ID, Tag: n.Name, Attrs: map[string]string{}, Kids: pageList(n, false)}
			for _, a := range n.Attrs {
				d.Attrs[a.Name] = a.Value
			}
			if n.State != nil {
				d.Value, d.Checked = n.State.Value, n.State.Checked
			}
			if n.IsHost {
				d.Shadow = &dump{Kids: pageList(n, true)}
			}
			for _, c := range n.Children {
				if c.Kind == snapshot.KindDocument {
					d.Frame = &dump{Kids: pageList(c, false)}
				}
			}
			out = append(out, d)
		}
	}
	return out
}

// live returns the dump of the live page of a checkpoint. It has no ids.
func live(text json.RawMessage) (*dump, error) {
	var v []any
	if err := json.Unmarshal(text, &v); err != nil {
		return nil, err
	}
	return &dump{Kids: liveList(v[1])}, nil
}

func liveList(v any) []*dumped {
	var out []*dumped
	for _, c := range v.([]any) {
		out = append(out, liveNode(c.([]any)))
	}
	return out
}

func liveNode(v []any) *dumped {
	switch tag := v[0].(string); tag {
	case "#t", "#cd":
		text := v[1].(string)
		return &dumped{Text: &text}
	case "#c":
		return &dumped{Comment: true}
	case "#dt":
		return &dumped{Tag: "!doctype", Name: v[1].(string)}
	default:
		n := &dumped{Tag: tag, Attrs: make(map[string]string), Kids: liveList(v[2])}
		for name, v := range v[1].(map[string]any) {
			n.Attrs[name] = v.(string)
		}
		if len(v) < 4 {
			return n
		}
		state := v[3].(map[string]any)
		if s, ok := state["shadow"]; ok {
			n.Shadow = &dump{Kids: liveList(s)}
		}
		if d, ok := state["doc"].([]any); ok {
			n.Frame = &dump{Kids: liveList(d[1])}
		}
		if v, ok := state["value"].(string); ok {
			n.Value = &v
		}
		if v, ok := state["checked"].(bool); ok {
			n.Checked = &v
		}
		if v, ok := state["scroll"].([]any); ok {
			n.Scroll = []float64{v[0].(float64), v[1].(float64)}
		}
		return n
	}
}

// align gives the elements in kids the ids that those of the same place have in
// the tree below n, as far as the trees are the same.
func align(kids []*dumped, n *snapshot.Node, shadow bool) {
	at := 0
	for _, c := range n.Children {
		if c.IsShadow != shadow || c.Kind != snapshot.KindElement {
			continue
		}
		for at < len(kids) && (kids[at].Tag == "" || kids[at].Tag[0] == '!') {
			at++
		}
		if at == len(kids) || !strings.EqualFold(kids[at].Tag, c.Name) {
			return
		}
		k := kids[at]
		at++
		k.ID = c.ID
		align(k.Kids, c, false)
		if k.Shadow != nil {
			align(k.Shadow.Kids, c, true)
		}
		for _, doc := range c.Children {
			if doc.Kind == snapshot.KindDocument && k.Frame != nil {
				align(k.Frame.Kids, doc, false)
			}
		}
	}
}
