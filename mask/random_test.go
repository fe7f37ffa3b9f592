package mask_test

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/snapshot"
)

// A wanderer makes random mutations of a page.
type wanderer struct {
	*rand.Rand
	next snapshot.NodeID
	page *snapshot.Page // as it was recorded
}

func (w *wanderer) pick(kind snapshot.Kind) snapshot.NodeID {
	var ids []snapshot.NodeID
	for id := range w.page.All() {
		if id > 2 && w.page.Kind(id) == kind {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return 3
	}
	return ids[w.IntN(len(ids))]
}

func (w *wanderer) attrs() []snapshot.Attr {
	var a []snapshot.Attr
	if w.IntN(2) == 0 {
		a = attrs("class", strings.Join([]string{"", "a", "b", "a b", "c"}[w.IntN(5):][:1], ""))
	}
	if w.IntN(4) == 0 {
		a = append(a, attrs("x", "1")...)
	}
	return a
}

func (w *wanderer) text() *snapshot.Node {
	w.next++
	return text(w.next, "s"+strconv.Itoa(int(w.next)))
}

func (w *wanderer) element(depth int) *snapshot.Node {
	w.next++
	n := el(w.next, []string{"p", "div", "i", "b"}[w.IntN(4)], w.attrs())
	for range w.IntN(3) {
		if depth < 3 && w.IntN(2) == 0 {
			n.Children = append(n.Children, w.element(depth+1))
		} else {
			n.Children = append(n.Children, w.text())
		}
	}
	if len(n.Children) > 0 && w.IntN(6) == 0 {
		n.IsHost = true
		for _, c := range n.Children {
			c.IsShadow = true
		}
	}
	return n
}

func (w *wanderer) child(parent snapshot.NodeID) snapshot.NodeID {
	var ids []snapshot.NodeID
	for id, n := range w.page.Subtree(parent) {
		if n.Parent == w.page.Node(parent) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 || w.IntN(2) == 0 {
		return 0
	}
	return ids[w.IntN(len(ids))]
}

func (w *wanderer) mutation() *format.Mutation {
	m := &format.Mutation{}
	for range 1 + w.IntN(2) {
		switch w.IntN(6) {
		case 0:
			up := w.pick(snapshot.KindElement)
			m.Adds = append(m.Adds, format.Addition{Parent: up, Next: w.child(up), Node: w.element(0)})
		case 1:
			up := w.pick(snapshot.KindElement)
			m.Adds = append(m.Adds, format.Addition{Parent: up, Next: w.child(up), Node: w.text()})
		case 2:
			if id := w.pick(snapshot.KindElement); id != 3 {
				m.Removes = append(m.Removes, format.Removal{Parent: w.page.Parent(id), ID: id})
			}
		case 3:
			a := w.attrs()
			if len(a) == 0 {
				a = []snapshot.Attr{{Name: "class", Type: snapshot.AttrNull}}
			}
			m.Attrs = append(m.Attrs, format.AttrChange{ID: w.pick(snapshot.KindElement), Attrs: a})
		case 4:
			if id := w.pick(snapshot.KindText); id != 3 {
				v := "s" + strconv.Itoa(int(id))
				if w.IntN(3) == 0 {
					v = ""
				}
				m.Texts = append(m.Texts, format.TextChange{ID: id, Value: &v})
			}
		case 5: // a move that the recorder does not tell as a removal
			id, up := w.pick(snapshot.KindElement), w.pick(snapshot.KindElement)
			if id == 3 {
				break
			}
			n := el(id, w.page.Node(id).Data, nil)
			for _, a := range w.page.Node(id).Attr {
				n.Attrs = append(n.Attrs, snapshot.Attr{Name: a.Key, Value: a.Val})
			}
			m.Adds = append(m.Adds, format.Addition{Parent: up, Node: n})
		}
	}
	return m
}

func cloneMutation(m *format.Mutation) *format.Mutation {
	c := *m
	c.Adds = append([]format.Addition(nil), m.Adds...)
	for i := range c.Adds {
		c.Adds[i].Node = copyNode(m.Adds[i].Node)
	}
	c.Attrs = append([]format.AttrChange(nil), m.Attrs...)
	for i := range c.Attrs {
		c.Attrs[i].Attrs = append([]snapshot.Attr(nil), m.Attrs[i].Attrs...)
	}
	c.Texts = append([]format.TextChange(nil), m.Texts...)
	c.Removes = append([]format.Removal(nil), m.Removes...)
	return &c
}

// After any mutations, what a filter that begins now would mask is masked on
// the page that came out of the one that saw all: whatever the selectors look
// at, no change escapes it. And what comes out can be replayed.
func TestNoChangeEscapes(t *testing.T) {
	for _, c := range []struct {
		name  string
		rules []mask.Rule
	}{
		{"simple", []mask.Rule{rule(".a", mask.Mask), rule(".b", mask.Block), rule(".c", mask.Allow)}},
		{"descendant", []mask.Rule{rule(".a p", mask.Mask), rule("div .b i", mask.Block)}},
		{"child", []mask.Rule{rule(".a > p", mask.Mask), rule("div:not(.b > div) > i", mask.Mask)}},
		{"sibling", []mask.Rule{rule(".a + *", mask.Mask), rule(".b ~ i", mask.Block)}},
		{"sibling and descendant", []mask.Rule{rule(".a ~ div p", mask.Mask), rule("b + i > b", mask.Mask)}},
		{"place", []mask.Rule{rule("p:first-child", mask.Mask), rule("i:nth-child(2n)", mask.Mask), rule("b:last-of-type", mask.Mask)}},
		{"place and descendant", []mask.Rule{rule("div:last-child p", mask.Mask), rule("p:only-child i", mask.Block)}},
		{"empty", []mask.Rule{rule("p:empty + *", mask.Mask), rule("div:not(:empty) > b", mask.Mask)}},
		{"has", []mask.Rule{rule("div:has(.a)", mask.Mask), rule("p:has(i + b) ~ p", mask.Mask)}},
		{"actions", []mask.Rule{rule(".a", mask.MaskText), rule(".b", mask.Drop), rule(".c", mask.Placeholder), rule("[x]", mask.Allow)}},
		{"boxes", []mask.Rule{rule(".a", mask.Placeholder), rule(".b", mask.Block), rule("[x]", mask.Drop), rule(".c", mask.MaskValue)}},
		{"attribute", []mask.Rule{rule("[x]", mask.Mask), rule("[x] [class=a]", mask.Block)}},
	} {
		for seed := range uint64(40) {
			t.Run(c.name+"/"+strconv.Itoa(int(seed)), func(t *testing.T) {
				p, err := mask.Compile(mask.Config{Rules: c.rules})
				require.NoError(t, err)
				w := &wanderer{Rand: rand.New(rand.NewPCG(seed, 1)), next: 3, page: &snapshot.Page{}}
				first := full(w.element(0), w.element(0), w.element(0))
				require.NoError(t, (&format.FullSnapshot{Node: copyNode(first.Node)}).Apply(w.page))
				f, shown := p.NewFilter(nil), &snapshot.Page{}
				show := func(data format.Data, clean bool) {
					events, err := f.Append(nil, format.Event{Data: data})
					require.NoError(t, err)
					for _, e := range events {
						err := e.Data.Apply(shown)
						if clean {
							require.NoError(t, err)
						}
					}
				}
				show(first, true)
				for step := range 25 {
					m := w.mutation()
					clean := cloneMutation(m).Apply(w.page) == nil
					show(m, clean)
					compare(t, p, w.page, shown, step)
				}
			})
		}
	}
}

// compare checks that all text that a fresh filter masks on the page is masked
// on the page shown, and that both have the same nodes but for those in boxes.
func compare(t *testing.T, p *mask.Policy, page, shown *snapshot.Page, step int) {
	t.Helper()
	events, err := p.NewFilter(nil).Append(nil, format.Event{Data: &format.FullSnapshot{Node: page.Snapshot()}})
	require.NoError(t, err)
	fresh := &snapshot.Page{}
	require.NoError(t, events[0].Data.Apply(fresh))
	boxes := map[snapshot.NodeID]bool{}
	for n := range shown.Snapshot().All() {
		require.Equal(t, page.Kind(n.ID), n.Kind, "step %d: node %d", step, n.ID)
		require.Equal(t, page.Parent(n.ID), shown.Parent(n.ID), "step %d: parent of %d", step, n.ID)
		boxes[n.ID] = n.NeedsBlock
	}
	for id := range page.All() {
		if shown.Kind(id) == 0 {
			// It must be in a box, or be the first of what is.
			inBox := false
			for up := page.Parent(id); up != 0; up = page.Parent(up) {
				inBox = inBox || boxes[up]
			}
			require.True(t, inBox, "step %d: node %d is lost", step, id)
			continue
		}
		if page.Kind(id) != snapshot.KindText {
			continue
		}
		if fresh.Kind(id) == 0 || fresh.Text(id) != page.Text(id) {
			require.NotEqual(t, "s"+strconv.Itoa(int(id)), shown.Text(id), "step %d: text %d is shown", step, id)
		}
	}
}
