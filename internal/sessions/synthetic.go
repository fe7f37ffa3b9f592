package sessions

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// Synthetic yields a session of that many events: a page of 300 rows that come
// and go and change, and a user who moves the pointer, clicks, scrolls and
// types. However long it is, the page stays as large as it is. The same number
// gives the same session.
func Synthetic(events int) iter.Seq2[format.Event, error] {
	return func(yield func(format.Event, error) bool) {
		p := page{random: rand.New(rand.NewPCG(7, 7)), id: 20}
		now := time.Duration(0)
		for i := range events {
			if !yield(format.Event{Time: now, Data: p.event(i)}, nil) {
				return
			}
			now += time.Duration(10+p.random.IntN(60)) * time.Millisecond
		}
	}
}

const rows = 300

// A page is the state of the synthetic one.
type page struct {
	random *rand.Rand
	id     snapshot.NodeID // the highest given
	rows   []snapshot.NodeID
	x, y   float64
	typed  string
}

const css = `.row{display:flex;padding:4px 8px;border-bottom:1px solid #ddd}.row.hot{background:#fee;font-weight:600}
.name{flex:1;color:#123}.value{width:80px;text-align:right;font-variant-numeric:tabular-nums}button{border:0;background:none}`

func element(id snapshot.NodeID, name, class string, children ...*snapshot.Node) *snapshot.Node {
	n := &snapshot.Node{ID: id, Kind: snapshot.KindElement, Name: name, Children: children}
	if class != "" {
		n.Attrs = []snapshot.Attr{{Name: "class", Value: class}}
	}
	return n
}

func text(id snapshot.NodeID, s string) *snapshot.Node {
	return &snapshot.Node{ID: id, Kind: snapshot.KindText, Text: s}
}

// row makes a row of seven nodes: the row, name, its text, value, its text,
// button, its text.
func (p *page) row() *snapshot.Node {
	id := p.id + 1
	p.id += 7
	p.rows = append(p.rows, id)
	return element(id, "div", "row",
		element(id+1, "span", "name", text(id+2, p.words(3))),
		element(id+3, "span", "value", text(id+4, fmt.Sprint(p.random.IntN(100000)))),
		element(id+5, "button", "", text(id+6, "Open")))
}

var words = []string{"order", "invoice", "north", "delta", "seven", "paper", "green", "river", "late", "open", "client", "stock", "unit", "price"}

func (p *page) words(n int) string {
	s := ""
	for range n {
		s += words[p.random.IntN(len(words))] + " "
	}
	return s + fmt.Sprint(p.random.IntN(1000))
}

func (p *page) event(i int) format.Data {
	switch i {
	case 0:
		return &format.Meta{URL: "https://synthetic.example/list", Width: 1280, Height: 800}
	case 1:
		list := element(9, "div", "list")
		for range rows {
			list.Children = append(list.Children, p.row())
		}
		return &format.FullSnapshot{Offset: &format.Offset{}, Node: &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
			element(2, "html", "", element(3, "head", "", element(4, "style", "", text(5, css))),
				element(6, "body", "", element(7, "input", "search"), list)),
		}}}
	}
	row := p.rows[p.random.IntN(len(p.rows))]
	switch k := p.random.IntN(20); {
	case k < 7:
		m := &format.Move{Source: format.KindMouseMove}
		for j := range 10 {
			p.x = min(max(p.x+float64(p.random.IntN(41)-20), 0), 1280)
			p.y = min(max(p.y+float64(p.random.IntN(41)-20), 0), 800)
			m.Positions = append(m.Positions, format.Position{X: p.x, Y: p.y, ID: row + 1, TimeOffset: float64(50*j - 450)})
		}
		return m
	case k < 11:
		old := p.rows[0]
		p.rows = p.rows[1:]
		return &format.Mutation{
			Texts: []format.TextChange{}, Attrs: []format.AttrChange{},
			Removes: []format.Removal{{Parent: 9, ID: old}},
			Adds:    []format.Addition{{Parent: 9, Node: p.row()}},
		}
	case k < 14:
		s := fmt.Sprint(p.random.IntN(100000))
		return &format.Mutation{Texts: []format.TextChange{{ID: row + 4, Value: &s}}, Attrs: []format.AttrChange{}, Removes: []format.Removal{}, Adds: []format.Addition{}}
	case k < 16:
		class := []string{"row", "row hot"}[p.random.IntN(2)]
		return &format.Mutation{
			Texts: []format.TextChange{}, Removes: []format.Removal{}, Adds: []format.Addition{},
			Attrs: []format.AttrChange{{ID: row, Attrs: []snapshot.Attr{{Name: "class", Value: class}}}},
		}
	case k < 17:
		return &format.Scroll{ID: 1, Y: float64(p.random.IntN(4000))}
	case k < 18:
		x, y, pointer := p.x, p.y, 0.0
		return &format.MouseInteraction{Action: format.Click, ID: row + 5, X: &x, Y: &y, Pointer: &pointer}
	case k < 19:
		if p.typed += words[i%len(words)][:1]; len(p.typed) > 20 {
			p.typed = ""
		}
		return &format.Input{ID: 7, Text: p.typed}
	default:
		return &format.Plugin{Plugin: "rrweb/console@1", Payload: fmt.Sprintf(`{"level":"log","trace":[],"payload":["\"tick %d\""]}`, i)}
	}
}
