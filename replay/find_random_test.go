package replay_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

// A chaos is a session of changes at random, made on a page of its own.
type chaos struct {
	*rand.Rand
	page   snapshot.Page
	next   snapshot.NodeID
	body   snapshot.NodeID
	events []format.Event
}

func newChaos(seed uint64, n int) []format.Event {
	w := &chaos{Rand: rand.New(rand.NewPCG(seed, 1))}
	w.load()
	for len(w.events) < n {
		w.step()
	}
	return w.events
}

func (w *chaos) add(d format.Data) {
	e := format.Event{Time: time.Duration(len(w.events)) * time.Millisecond, Data: d}
	w.events = append(w.events, e)
	_ = d.Apply(&w.page)
}

func (w *chaos) id() snapshot.NodeID { w.next++; return w.next }

func (w *chaos) pick(list string) string {
	words := strings.Fields(list)
	return words[w.IntN(len(words))]
}

// load makes another page, whose ids begin again.
func (w *chaos) load() {
	w.next = 0
	w.add(&format.Meta{URL: "https://a.example/" + fmt.Sprint(len(w.events)), Width: 1, Height: 1})
	w.add(&format.Load{})
	doc, html, body := w.id(), w.id(), w.id()
	w.body = body
	top := &snapshot.Node{ID: body, Kind: snapshot.KindElement, Name: "body"}
	for range 1 + w.IntN(5) {
		top.Children = append(top.Children, w.node(3))
	}
	w.add(&format.FullSnapshot{Node: &snapshot.Node{ID: doc, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
		{ID: html, Kind: snapshot.KindElement, Name: "html", Children: []*snapshot.Node{top}},
	}}})
}

// node makes a tree of at most so many levels.
func (w *chaos) node(depth int) *snapshot.Node {
	if w.IntN(4) == 0 {
		return &snapshot.Node{ID: w.id(), Kind: snapshot.KindText, Text: w.text()}
	}
	n := &snapshot.Node{ID: w.id(), Kind: snapshot.KindElement, Name: w.pick("div div div p span li b input details summary fieldset legend select option slot td tr")}
	for range w.IntN(3) {
		n.Attrs = append(n.Attrs, w.attr())
	}
	if depth > 0 {
		for range w.IntN(4) {
			c := w.node(depth - 1)
			n.Children = append(n.Children, c)
		}
		if n.Name == "div" && w.IntN(3) == 0 {
			slots := &snapshot.Node{ID: w.id(), Kind: snapshot.KindElement, Name: w.pick("p span"), IsShadow: true}
			for range 1 + w.IntN(2) {
				slot := &snapshot.Node{ID: w.id(), Kind: snapshot.KindElement, Name: "slot"}
				if w.IntN(2) == 0 {
					slot.Attrs = []snapshot.Attr{{Name: "name", Value: w.pick("s t")}}
				}
				slots.Children = append(slots.Children, slot)
			}
			n.IsHost, n.Children = true, append(n.Children, slots)
		}
	}
	return n
}

func (w *chaos) text() string {
	if w.IntN(5) == 0 {
		return ""
	}
	var b strings.Builder
	for range w.IntN(4) {
		b.WriteString(w.pick("he llo hello wor ld world a b") + []string{"", " ", "\n ", "\u00a0"}[w.IntN(4)])
	}
	return b.String()
}

func (w *chaos) attr() snapshot.Attr {
	switch w.IntN(10) {
	case 0:
		return snapshot.Attr{Name: "id", Value: w.pick("i j")}
	case 1:
		return snapshot.Attr{Name: "data-x", Value: w.pick("one two TWO one-more")}
	case 2:
		return snapshot.Attr{Name: w.pick("hidden disabled open checked selected href")}
	case 3:
		return snapshot.Attr{Name: "type", Value: w.pick("checkbox radio text TEXT")}
	case 4:
		return snapshot.Attr{Name: w.pick("slot name"), Value: w.pick("s t")}
	case 5:
		return snapshot.Attr{Name: "style", Value: w.pick("display:none color:red")}
	case 6:
		return snapshot.Attr{Name: "value", Value: w.pick("hello world")}
	}
	return snapshot.Attr{Name: "class", Value: w.pick("a b c") + []string{" ", "\t"}[w.IntN(2)] + w.pick("a b c")}
}

// some returns the id of a node of that kind, 0 for any.
func (w *chaos) some(kind snapshot.Kind) snapshot.NodeID {
	var ids []snapshot.NodeID
	for id := range w.page.All() {
		if id > 3 && id != w.body && id != w.page.Parent(w.body) && (kind == 0 || w.page.Kind(id) == kind) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return w.body
	}
	return ids[w.IntN(len(ids))]
}

// control returns the id of a form control, if there is one.
func (w *chaos) control() snapshot.NodeID {
	for range 20 {
		id := w.some(snapshot.KindElement)
		switch w.page.Node(id).Data {
		case "input", "select", "option":
			return id
		}
	}
	return w.body
}

func (w *chaos) step() {
	switch w.IntN(50) {
	case 0:
		w.load()
		return
	case 1, 2:
		w.add(&format.FullSnapshot{Node: w.page.Snapshot()})
		return
	case 3, 4:
		w.add(&format.MouseInteraction{Action: format.Focus, ID: w.some(snapshot.KindElement)})
		return
	case 5:
		w.add(&format.MouseInteraction{Action: format.Blur, ID: w.page.Focus})
		return
	case 6, 7, 8:
		if id := w.control(); id != w.body {
			w.add(&format.Input{ID: id, Text: w.text(), Checked: w.IntN(2) == 0})
		}
		return
	case 9:
		frame := &snapshot.Node{ID: w.id(), Kind: snapshot.KindElement, Name: "iframe"}
		w.add(&format.Mutation{Adds: []format.Addition{{Parent: w.body, Node: frame}}})
		w.frame(frame.ID)
		return
	case 10: // another document in a frame, or a frame in what is none
		w.frame(w.some(snapshot.KindElement))
		return
	case 11, 12: // what no selector sees, whatever comes with it
		w.inert()
		return
	case 13: // a full snapshot that is not right behind what is before it
		w.add(&format.Meta{URL: "https://a.example/" + w.pick("x y"), Width: 1, Height: 1})
		w.inert()
		w.add(&format.FullSnapshot{Node: w.page.Snapshot()})
		return
	case 14: // document.open
		w.body = w.id()
		w.add(&format.Mutation{Adds: []format.Addition{{Parent: 1, Node: &snapshot.Node{
			ID: w.id(), Kind: snapshot.KindElement, Name: "html", Children: []*snapshot.Node{
				{ID: w.body, Kind: snapshot.KindElement, Name: "body", Children: []*snapshot.Node{w.node(2), w.node(2)}},
			},
		}}}})
		return
	}
	m := &format.Mutation{}
	for range 1 + w.IntN(3) {
		switch w.IntN(6) {
		case 0:
			id := w.some(0)
			if id == w.body {
				continue
			}
			m.Removes = append(m.Removes, format.Removal{Parent: w.page.Parent(id), ID: id})
		case 1:
			parent := w.some(snapshot.KindElement)
			n := w.node(2)
			n.IsShadow = w.page.Shadow(parent) != nil && w.IntN(2) == 0
			m.Adds = append(m.Adds, format.Addition{Parent: parent, Next: w.childOf(parent), Node: n})
		case 2: // it moves
			id := w.some(snapshot.KindElement)
			if id == w.body {
				continue
			}
			n := &snapshot.Node{ID: id, Kind: snapshot.KindElement, Name: w.page.Node(id).Data}
			if w.IntN(3) == 0 { // with other children
				n.Children = append(n.Children, w.node(1), w.node(1))
			}
			for _, a := range w.page.Node(id).Attr {
				n.Attrs = append(n.Attrs, snapshot.Attr{Name: a.Key, Value: a.Val})
			}
			if w.IntN(3) > 0 { // as recorders tell it
				m.Removes = append(m.Removes, format.Removal{Parent: w.page.Parent(id), ID: id})
			}
			m.Adds = append(m.Adds, format.Addition{Parent: w.some(snapshot.KindElement), Node: n})
		case 3:
			text := w.text()
			m.Texts = append(m.Texts, format.TextChange{ID: w.some(snapshot.KindText), Value: &text})
		default:
			a := w.attr()
			if w.IntN(3) == 0 {
				a.Type, a.Value = snapshot.AttrNull, ""
			}
			m.Attrs = append(m.Attrs, format.AttrChange{ID: w.some(snapshot.KindElement), Attrs: []snapshot.Attr{a}})
		}
	}
	w.add(m)
}

// frame makes another document for a frame.
func (w *chaos) frame(id snapshot.NodeID) {
	w.add(&format.Mutation{Frame: true, Adds: []format.Addition{{Parent: id, Node: &snapshot.Node{
		ID: w.id(), Kind: snapshot.KindDocument, Children: []*snapshot.Node{{ID: w.id(), Kind: snapshot.KindElement, Name: "html", Children: []*snapshot.Node{w.node(2)}}},
	}}}})
}

// inert makes an event that Find passes over.
func (w *chaos) inert() {
	id := w.some(snapshot.KindElement)
	x := 1.0
	switch w.IntN(6) {
	case 0:
		w.add(&format.Move{Source: format.KindMouseMove, Positions: []format.Position{{X: 1, ID: id}}})
	case 1:
		w.add(&format.Scroll{ID: id, X: 1, Y: 2})
	case 2:
		w.add(&format.MouseInteraction{Action: format.Click, ID: id, X: &x, Y: &x})
	case 3:
		w.add(&format.Plugin{Plugin: "rrweb/console@1", Payload: "{}"})
	case 4:
		w.add(&format.Selection{Ranges: []format.Range{{Range: snapshot.Range{Start: id, End: id}}}})
	default:
		w.add(&format.Canvas{ID: id})
	}
}

// childOf returns the id of a child, or 0.
func (w *chaos) childOf(id snapshot.NodeID) snapshot.NodeID {
	if n := w.page.Node(id); n != nil && n.FirstChild != nil && w.IntN(2) == 0 {
		return snapshot.ID(n.FirstChild)
	}
	return 0
}

// selector makes a selector list at random.
func (w *chaos) selector() string {
	list := w.complex(2, true)
	for w.IntN(5) == 0 {
		list += ", " + w.complex(2, true)
	}
	return list
}

func (w *chaos) complex(depth int, live bool) string {
	s := w.compound(depth)
	for w.IntN(2) == 0 {
		s += []string{" ", " > ", " + ", " ~ "}[w.IntN(4)] + w.compound(depth)
	}
	if live && w.IntN(4) == 0 {
		s += w.pick(":checked :focus :focus-within")
	}
	return s
}

func (w *chaos) compound(depth int) string {
	s := w.pick("div p span li b input input option * * * *")
	for range w.IntN(3) {
		switch k := w.IntN(7); {
		case k < 2:
			s += "." + w.pick("a b c")
		case k == 2:
			s += "#" + w.pick("i j")
		case k == 3:
			s += w.pick("[data-x] [data-x=two] [data-x='two'i] [data-x|=one] [data-x*=o] [data-x^=t] [type=text] [hidden] [class~=a] [style]")
		case k == 4:
			s += w.pick(":first-child :last-child :nth-child(2n+1) :nth-child(2) :nth-last-child(-n+2) :nth-last-of-type(1) :nth-of-type(2) :only-child :only-of-type :empty :disabled :enabled :link")
		case depth > 0 && k == 5:
			s += ":not(" + w.complex(depth-1, false) + ")"
		case depth > 0:
			s += ":has(" + w.complex(depth-1, false) + ")"
		}
	}
	return s
}

// Find finds what matches after every event, whatever the page does and however
// the selector is built.
func TestFindRandom(t *testing.T) {
	runs := 150
	if testing.Short() {
		runs = 8
	}
	matches := 0
	for seed := range uint64(runs) {
		events := newChaos(seed, 120)
		w := &chaos{Rand: rand.New(rand.NewPCG(seed, 2))}
		sources := tapes(t, events)
		for range 12 {
			sel := w.selector()
			want := bySelector(t, events, sel)
			matches += len(want)
			for name, src := range sources {
				require.Equal(t, want, found(t, replay.Find(src, sel)), "seed %d, %s in %s", seed, sel, name)
			}
		}
		for range 10 {
			text := w.pick("hello he llo wor ld a b helloworld hellohello ahe bb")
			if w.IntN(3) == 0 {
				text += []string{"", " "}[w.IntN(2)] + w.pick("a b world hello ld")
			}
			want := byText(events, text)
			matches += len(want)
			for name, src := range sources {
				require.Equal(t, want, found(t, replay.FindText(src, text)), "seed %d, %q in %s", seed, text, name)
			}
		}
	}
	require.Greater(t, matches, 100*runs)
}
