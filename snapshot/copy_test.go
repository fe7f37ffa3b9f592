package snapshot_test

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/snapshot"
)

// full is a page with a bit of all that a page can have.
func full(t *testing.T) *snapshot.Page {
	t.Helper()
	el := func(id snapshot.NodeID, name string, kids ...*snapshot.Node) *snapshot.Node {
		return &snapshot.Node{ID: id, Kind: snapshot.KindElement, Name: name, Children: kids}
	}
	text := func(id snapshot.NodeID, s string) *snapshot.Node {
		return &snapshot.Node{ID: id, Kind: snapshot.KindText, Text: s}
	}
	inShadow := el(31, "b", text(32, "shadow"))
	inShadow.IsShadow = true
	host := el(30, "x-y", inShadow)
	host.IsHost = true
	host.Extra = []snapshot.Member{{Name: "a", Value: "1"}}
	div := el(10, "div", text(11, "one"), el(-1, "i"), text(12, "two"))
	div.Attrs = []snapshot.Attr{{Name: "class", Value: "c"}, {Name: "style", Value: "top: 1px"}}
	input := el(13, "input")
	input.Attrs = []snapshot.Attr{{Name: "value", Value: "v"}, {Name: "rr_what", Value: "x"}}
	var p snapshot.Page
	require.NoError(t, p.Load(&snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
		{ID: 2, Kind: snapshot.KindDoctype, Name: "html"},
		el(3, "html", el(4, "body", div, input, host, el(14, "style", text(15, "a{b:c} d{e:f}")), el(16, "canvas"), el(17, "video"),
			el(18, "select", el(19, "option", text(20, "o"))), el(21, "iframe", &snapshot.Node{ID: 22, Kind: snapshot.KindDocument, Children: []*snapshot.Node{el(23, "html")}}))),
		{ID: 5, Kind: snapshot.KindComment, Text: "c"},
	}}))
	p.View = snapshot.View{URL: "u", Width: 1}
	p.Selection = []snapshot.Range{{Start: 11}}
	p.Fonts = []snapshot.Font{{Family: "f"}}
	p.Define("x-y")
	require.NoError(t, p.SetScroll(10, 1, 2))
	require.NoError(t, p.SetMedia(17, snapshot.Media{Muted: new(true)}))
	require.NoError(t, p.Draw(16, snapshot.CanvasOp{Property: "x"}))
	require.NoError(t, p.EditStyle(10, []snapshot.StyleEdit{{Name: "left", Value: "1px"}}))
	require.NoError(t, p.Construct(1).Insert([]int{0}, "g{h:i}"))
	require.NoError(t, p.Adopt(30, []snapshot.StyleID{1}))
	s, err := p.Sheet(14)
	require.NoError(t, err)
	require.NoError(t, s.SetProperty([]int{0}, "b", "d", ""))
	p.Settle()
	return &p
}

// What is done to a copy is not done to the page, and the other way round.
func TestCopiesShareNothing(t *testing.T) {
	sheet := func(p *snapshot.Page) *snapshot.Sheet { s, _ := p.Sheet(14); return s }
	constructed := func(p *snapshot.Page) *snapshot.Sheet { s, _ := p.Constructed(1); return s }
	for name, change := range map[string]func(p *snapshot.Page) error{
		"insert": func(p *snapshot.Page) error {
			return p.Insert(10, 12, &snapshot.Node{ID: 50, Kind: snapshot.KindText, Text: "new"})
		},
		"insert below shadow": func(p *snapshot.Page) error {
			return p.Insert(31, 0, &snapshot.Node{ID: 50, Kind: snapshot.KindElement, Name: "p"})
		},
		"move":   func(p *snapshot.Page) error { return p.Insert(4, 0, &snapshot.Node{ID: 12, Kind: snapshot.KindText}) },
		"remove": func(p *snapshot.Page) error { return p.Remove(10) },
		"remove frame": func(p *snapshot.Page) error {
			return p.Remove(22)
		},
		"text":    func(p *snapshot.Page) error { return p.SetText(11, "other") },
		"comment": func(p *snapshot.Page) error { return p.SetText(5, "other") },
		"attribute": func(p *snapshot.Page) error {
			return p.SetAttr(10, snapshot.Attr{Name: "class", Value: "other"})
		},
		"attribute added": func(p *snapshot.Page) error {
			return p.SetAttr(10, snapshot.Attr{Name: "id", Value: "other"})
		},
		"attribute removed": func(p *snapshot.Page) error {
			return p.SetAttr(10, snapshot.Attr{Name: "class", Type: snapshot.AttrNull})
		},
		"special": func(p *snapshot.Page) error {
			return p.SetAttr(10, snapshot.Attr{Name: "rr_scrollTop", Type: snapshot.AttrNumber, Value: "9"})
		},
		"unknown special": func(p *snapshot.Page) error {
			return p.SetAttr(13, snapshot.Attr{Name: "rr_what", Value: "other"})
		},
		"style": func(p *snapshot.Page) error {
			return p.EditStyle(10, []snapshot.StyleEdit{{Name: "left", Value: "2px"}})
		},
		"input":     func(p *snapshot.Page) error { return p.SetInput(13, "other", true) },
		"choice":    func(p *snapshot.Page) error { return p.SetInput(18, "o", false) },
		"scroll":    func(p *snapshot.Page) error { return p.SetScroll(10, 8, 9) },
		"media":     func(p *snapshot.Page) error { return p.SetMedia(17, snapshot.Media{Muted: new(false)}) },
		"draw":      func(p *snapshot.Page) error { return p.Draw(16, snapshot.CanvasOp{Property: "y"}) },
		"rule":      func(p *snapshot.Page) error { return sheet(p).Insert([]int{0}, "j{k:l}") },
		"rule gone": func(p *snapshot.Page) error { return sheet(p).Delete([]int{1}) },
		"declaration": func(p *snapshot.Page) error {
			return sheet(p).SetProperty([]int{0}, "b", "other", "important")
		},
		"declaration gone":    func(p *snapshot.Page) error { return sheet(p).RemoveProperty([]int{0}, "b") },
		"constructed rule":    func(p *snapshot.Page) error { return constructed(p).Insert([]int{0}, "j{k:l}") },
		"constructed text":    func(p *snapshot.Page) error { constructed(p).Replace("j{k:l}"); return nil },
		"constructed anew":    func(p *snapshot.Page) error { p.Construct(1); return nil },
		"another constructed": func(p *snapshot.Page) error { p.Construct(2); return nil },
		"adopt":               func(p *snapshot.Page) error { return p.Adopt(30, nil) },
		"define":              func(p *snapshot.Page) error { p.Define("z-z"); return nil },
		"selection":           func(p *snapshot.Page) error { p.Selection[0].Start = 12; return nil },
		"font":                func(p *snapshot.Page) error { p.Fonts[0].Family = "other"; return nil },
		"focus":               func(p *snapshot.Page) error { p.Focus = 13; return nil },
		"load":                func(p *snapshot.Page) error { return p.Load(&snapshot.Node{ID: 1, Kind: snapshot.KindDocument}) },
		"restore":             func(p *snapshot.Page) error { return p.Restore(&snapshot.Image{}) },
	} {
		t.Run(name, func(t *testing.T) {
			want := full(t).Image()
			other := full(t)
			require.NoError(t, change(other))
			changed := other.Image()
			again := &snapshot.Page{}
			other.CloneInto(again)
			require.False(t, reflect.DeepEqual(want, changed))
			for how, copied := range map[string]func(p *snapshot.Page) *snapshot.Page{
				"a new one":       (*snapshot.Page).Clone,
				"one used before": func(p *snapshot.Page) *snapshot.Page { p.CloneInto(again); return again },
			} {
				p := full(t)
				c := copied(p)
				check(t, c)
				assert.True(t, reflect.DeepEqual(want, c.Image()), "%s is the same", how)
				require.NoError(t, change(c))
				assert.True(t, reflect.DeepEqual(changed, c.Image()), "%s changes as the page does", how)
				assert.True(t, reflect.DeepEqual(want, p.Image()), "%s changes the page", how)
				check(t, p)

				c = copied(p)
				require.NoError(t, change(p))
				assert.True(t, reflect.DeepEqual(want, c.Image()), "the page changes %s", how)
				check(t, c)
			}
		})
	}
}

// Copies of random pages, each in the place of another, go on as the pages do,
// and leave them alone.
func TestCopiesOfRandomPages(t *testing.T) {
	var kept snapshot.Page
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 11))
		p := build(program(r, 20+r.IntN(600)))
		p.Settle()
		want := p.Image()
		p.CloneInto(&kept)
		check(t, &kept)
		same(t, p, &kept, "seed %d", seed)
		for range 3 {
			c := p.Clone()
			more := program(r, 5+r.IntN(200))
			run(c, more)
			run(&kept, more)
			c.Settle()
			kept.Settle()
			same(t, c, &kept, "seed %d", seed)
			check(t, &kept)
			require.True(t, reflect.DeepEqual(want, p.Image()), "seed %d", seed)
			p.CloneInto(&kept)
		}
		if r.IntN(2) == 0 {
			run(&kept, program(r, r.IntN(100)))
		}
	}
}

// A copy knows the nodes that the page has, and none that it had itself.
func TestCopyOfSparseIDs(t *testing.T) {
	var q snapshot.Page
	for _, id := range []snapshot.NodeID{1 << 30, 7, 1<<30 + 1, 1 << 20} {
		var p snapshot.Page
		require.NoError(t, p.Load(&snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
			{ID: id, Kind: snapshot.KindElement, Name: "html"},
		}}))
		p.CloneInto(&q)
		check(t, &q)
		require.NotNil(t, q.Node(id))
		require.Equal(t, id == 1<<30, q.Node(1<<30) != nil)
		require.Equal(t, id == 7, q.Node(7) != nil)
	}
}

// A copy into a page that was a copy takes the memory that it has.
func TestCopyAgain(t *testing.T) {
	var p, q snapshot.Page
	root := &snapshot.Node{ID: 1, Kind: snapshot.KindDocument}
	body := &snapshot.Node{ID: 2, Kind: snapshot.KindElement, Name: "html"}
	root.Children = []*snapshot.Node{body}
	for id := snapshot.NodeID(3); id < 1000; id++ {
		body.Children = append(body.Children, &snapshot.Node{ID: id, Kind: snapshot.KindElement, Name: "p", Attrs: []snapshot.Attr{{Name: "class", Value: "c"}}})
	}
	require.NoError(t, p.Load(root))
	assert.Less(t, testing.AllocsPerRun(5, func() { p.Clone() }), 10.0)
	p.CloneInto(&q)
	assert.Zero(t, testing.AllocsPerRun(5, func() {
		q.Focus = 5
		p.CloneInto(&q)
	}))
	p.CloneInto(&p)
	check(t, &p)
}
