package signals_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/replay/signals"
	"github.com/pagetape/pagetape/snapshot"
)

// A tape is a session in the making: what happens, with times in milliseconds.
type tape []format.Event

// at adds an event.
func (t *tape) at(ms float64, d format.Data) {
	*t = append(*t, format.Event{Time: millis(ms), Data: d})
}

func millis(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }

// begin returns a session at an address, of a page with that body. Nodes have
// ids from 1 in document order; find names them.
func begin(t *testing.T, html string) tape {
	t.Helper()
	root, err := snapshot.Parse(strings.NewReader(html))
	require.NoError(t, err)
	var s tape
	s.at(0, &format.Meta{URL: "https://site.example/start", Width: 1000, Height: 800})
	s.at(0, &format.FullSnapshot{Node: root, Offset: &format.Offset{}})
	return s
}

// find returns the id of the element with that id attribute, or of the body.
func (t tape) find(name string) snapshot.NodeID {
	for n := range t[1].Data.(*format.FullSnapshot).Node.All() {
		if v, _ := n.Attr("id"); v == name && n.Kind == snapshot.KindElement || n.Name == name {
			return n.ID
		}
	}
	panic("no element " + name)
}

// text returns the id of the first text in the element with that name.
func (t tape) text(name string) snapshot.NodeID {
	id := t.find(name)
	for n := range t[1].Data.(*format.FullSnapshot).Node.All() {
		if n.ID == id {
			return n.Children[0].ID
		}
	}
	panic("no text")
}

func (t *tape) mouse(ms float64, a format.Action, name string, x, y float64) {
	t.at(ms, &format.MouseInteraction{Action: a, ID: t.find(name), X: &x, Y: &y})
}

func (t *tape) click(ms float64, name string) { t.mouse(ms, format.Click, name, 10, 10) }

func (t *tape) focus(ms float64, name string) {
	t.at(ms, &format.MouseInteraction{Action: format.Focus, ID: t.find(name)})
}

func (t *tape) blur(ms float64, name string) {
	t.at(ms, &format.MouseInteraction{Action: format.Blur, ID: t.find(name)})
}

func (t *tape) input(ms float64, name, value string) {
	t.at(ms, &format.Input{ID: t.find(name), Text: value})
}

// write gives the text in an element new content.
func (t *tape) write(ms float64, name, text string) {
	t.at(ms, &format.Mutation{Texts: []format.TextChange{{ID: t.text(name), Value: &text}}})
}

// attr changes an attribute.
func (t *tape) attr(ms float64, name, attr, value string) {
	t.at(ms, &format.Mutation{Attrs: []format.AttrChange{{ID: t.find(name), Attrs: []snapshot.Attr{{Name: attr, Value: value}}}}})
}

// end adds an event that tells nothing.
func (t *tape) end(ms float64) { t.at(ms, &format.Custom{Tag: "end", Payload: "{}"}) }

// report returns the signals.
func (t tape) report(tb testing.TB, opts *signals.Options) *signals.Report {
	tb.Helper()
	r, err := signals.Of(replay.Events(t), opts)
	require.NoError(tb, err)
	return r
}

// kinds returns the kinds of the moments.
func kinds(r *signals.Report) []signals.Kind {
	list := []signals.Kind{}
	for _, m := range r.Moments {
		list = append(list, m.Kind)
	}
	return list
}
