package mask_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/snapshot"
)

// attr makes attributes of name, value, name, value.
func attrs(pairs ...string) []snapshot.Attr {
	out := []snapshot.Attr{}
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, snapshot.Attr{Name: pairs[i], Value: pairs[i+1]})
	}
	return out
}

func el(id snapshot.NodeID, name string, a []snapshot.Attr, children ...*snapshot.Node) *snapshot.Node {
	return &snapshot.Node{ID: id, Kind: snapshot.KindElement, Name: name, Attrs: a, Children: children}
}

func text(id snapshot.NodeID, s string) *snapshot.Node {
	return &snapshot.Node{ID: id, Kind: snapshot.KindText, Text: s}
}

// full makes a full snapshot of a document (1) with an html element (2) and a
// body (3) around the children.
func full(children ...*snapshot.Node) *format.FullSnapshot {
	return &format.FullSnapshot{Node: &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
		el(2, "html", nil, el(3, "body", nil, children...)),
	}}}
}

func setText(id snapshot.NodeID, s string) *format.Mutation {
	return &format.Mutation{Texts: []format.TextChange{{ID: id, Value: &s}}}
}

func setAttrs(id snapshot.NodeID, pairs ...string) *format.Mutation {
	return &format.Mutation{Attrs: []format.AttrChange{{ID: id, Attrs: attrs(pairs...)}}}
}

func add(parent, next snapshot.NodeID, n *snapshot.Node) *format.Mutation {
	return &format.Mutation{Adds: []format.Addition{{Parent: parent, Next: next, Node: n}}}
}

func with(rules ...mask.Rule) mask.Config {
	c := mask.Default()
	c.Rules = append(c.Rules, rules...)
	return c
}

func rule(sel string, a mask.Action) mask.Rule { return mask.Rule{Select: sel, Action: a} }

// A session is what came out of a filter.
type session struct {
	filter *mask.Filter
	events []format.Event
	page   *snapshot.Page
	json   string // all of it
}

// play masks events, one a second, and replays what comes out, which must not
// name what is not there.
func play(t testing.TB, c mask.Config, data ...format.Data) session {
	t.Helper()
	p, err := mask.Compile(c)
	require.NoError(t, err)
	s := session{filter: p.NewFilter(nil), page: &snapshot.Page{}}
	for i, d := range data {
		before := len(s.events)
		s.events, err = s.filter.Append(s.events, format.Event{Time: time.Duration(i) * time.Second, Data: d})
		require.NoError(t, err)
		for _, e := range s.events[before:] {
			require.Equal(t, time.Duration(i)*time.Second, e.Time)
			require.NoError(t, e.Data.Apply(s.page))
		}
	}
	s.json = s.text()
	return s
}

// body returns the masked page's body as text.
func (s session) body() string {
	var b strings.Builder
	var walk func(n *snapshot.Node)
	walk = func(n *snapshot.Node) {
		switch n.Kind {
		case snapshot.KindText, snapshot.KindCDATA:
			b.WriteString(n.Text)
		case snapshot.KindComment:
			b.WriteString("<!--" + n.Text + "-->")
		case snapshot.KindElement:
			b.WriteString("<" + n.Name)
			for _, a := range n.RecordedAttrs() {
				b.WriteString(" " + a.Name)
				if a.Value != "" {
					b.WriteString("=" + a.Value)
				}
			}
			b.WriteString(">")
		}
		for _, c := range n.Children {
			if c.IsShadow {
				b.WriteString("#")
			}
			walk(c)
		}
		if n.Kind == snapshot.KindElement {
			b.WriteString("</" + n.Name + ">")
		}
	}
	root := s.page.Snapshot()
	for n := range root.All() {
		if n.ID == 3 {
			for _, c := range n.Children {
				walk(c)
			}
		}
	}
	return b.String()
}

// text returns the events as rrweb's JSON.
func (s session) text() string {
	var b []byte
	for _, e := range s.events {
		b, _ = rrweb.AppendEvent(b, start, e)
		b = append(b, '\n')
	}
	return string(b)
}
