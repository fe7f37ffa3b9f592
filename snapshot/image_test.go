package snapshot_test

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/snapshot"
)

// restored returns a new page that is what p is.
func restored(t testing.TB, p *snapshot.Page) *snapshot.Page {
	t.Helper()
	var q snapshot.Page
	require.NoError(t, q.Restore(p.Image()))
	return &q
}

// same holds that two pages have nothing that tells them apart.
func same(t testing.TB, p, q *snapshot.Page, where string, args ...any) {
	t.Helper()
	if a, b := p.Image(), q.Image(); !reflect.DeepEqual(a, b) {
		require.Equal(t, a, b, append([]any{where}, args...)...)
	}
	require.True(t, reflect.DeepEqual(p.Snapshot(), q.Snapshot()), where)
	require.Equal(t, p.Len(), q.Len())
	require.Equal(t, rendered(t, p), rendered(t, q))
	for id := range p.All() {
		require.Equal(t, p.CSS(id), q.CSS(id))
		require.Equal(t, p.AdoptedCSS(id), q.AdoptedCSS(id))
	}
}

func rendered(t testing.TB, p *snapshot.Page) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, snapshot.Render(&b, p, nil))
	return b.String()
}

func program(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// recorded returns a tree as a recorder would have written it.
func recorded(n *snapshot.Node) *snapshot.Node {
	c := *n
	c.Attrs, c.State, c.Children = n.RecordedAttrs(), nil, nil
	for _, k := range n.Children {
		c.Children = append(c.Children, recorded(k))
	}
	return &c
}

// Pages that random operations made go on, from their image, as they do.
func TestImageOfRandomPages(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 7))
		p := build(program(r, 50+r.IntN(600)))
		p.Settle()
		image := p.Image()
		before := rendered(t, p)
		q := restored(t, p)
		same(t, p, q, "seed %d", seed)
		again := &snapshot.Page{}
		for range 6 {
			more := program(r, 5+r.IntN(200))
			run(p, more)
			run(q, more)
			p.Settle()
			q.Settle()
			same(t, p, q, "seed %d", seed)
		}
		require.NoError(t, again.Restore(image), "an image is not changed by what comes after it")
		require.Equal(t, before, rendered(t, again))
		require.True(t, reflect.DeepEqual(image, again.Image()))

		// A snapshot of a page like this one, and of this one.
		full := p.Clone()
		if r.IntN(3) > 0 {
			run(full, program(r, 10+r.IntN(100)))
		}
		root := recorded(full.Snapshot())
		var small snapshot.Page
		require.NoError(t, small.Restore(p.ImageBefore(root)))
		mine := p.Image()
		_ = p.Load(root)
		_ = small.Load(root)
		same(t, p, &small, "seed %d: before a snapshot", seed)
		require.True(t, reflect.DeepEqual(mine, func() *snapshot.Image { _ = again.Restore(mine); return again.Image() }()))
	}
}

// What is removed in an event is forgotten at its end.
func TestNothingInLimbo(t *testing.T) {
	for _, s := range sessions.All(t) {
		pages := map[any]*snapshot.Page{}
		for i, e := range s.Events(t) {
			p := pages[e.Window]
			if p == nil {
				p = &snapshot.Page{}
				pages[e.Window] = p
			}
			_ = e.Data.Apply(p)
			require.Zero(t, p.Limbo(), "%s: event %d, %v", s.Name, i, e.Data.Kind())
		}
	}
}

var ruleTexts = []string{
	"a{color:red}", "b { margin: 1px; & c { x: y } d: e }", "@media print { a{} b{color:blue} }", "@keyframes k { from{top:0} 50%{} }",
	"e: f", "margin: 3px; padding: 1px", "@supports (a:b) { @media screen { c{font: 1px x} } }", "& g { h: i }",
	"@page { margin: 1px; @top-left { content: 'x' } }", "@font-face { font-family: x }", "from { left: 1px }",
	"@import url(x.css)", "@layer a, b;", "a:is(b,c) > d::before { all: unset; --x: {}; }", "@scope (a) { b{} top: 1px }", "nope",
}

// Sheets that random edits parted from their text have the same rules, at the
// same places and with the same text, on a restored page, whatever follows.
func TestImageOfEditedSheets(t *testing.T) {
	for seed := range uint64(600) {
		r := rand.New(rand.NewPCG(seed, 3))
		var p snapshot.Page
		p.Construct(1).Replace(strings.Join([]string{ruleTexts[r.IntN(4)], ruleTexts[r.IntN(len(ruleTexts))], ruleTexts[6]}, " /* c */ "))
		names := []string{"margin", "margin-top", "margin-left", "color", "font", "font-size", "all", "--x", "padding", "inset-inline-start", "left"}
		edit := func(p *snapshot.Page, r *rand.Rand) error {
			s, err := p.Constructed(1)
			require.NoError(t, err)
			path := make([]int, 1+r.IntN(4))
			for i := range path {
				path[i] = r.IntN(3)
			}
			name := names[r.IntN(len(names))]
			switch r.IntN(6) {
			case 0, 1:
				return s.Insert(path, ruleTexts[r.IntN(len(ruleTexts))])
			case 2:
				if r.IntN(3) > 0 {
					return nil
				}
				return s.Delete(path)
			case 3, 4:
				return s.SetProperty(path, name, strconv.Itoa(r.IntN(9))+"px", []string{"", "", "important"}[r.IntN(3)])
			default:
				return s.RemoveProperty(path, name)
			}
		}
		pages := []*snapshot.Page{&p}
		for step := range 60 {
			if step%15 == 7 {
				pages = append(pages, restored(t, &p))
			}
			var want string
			for i, q := range pages {
				err := edit(q, rand.New(rand.NewPCG(seed, uint64(step))))
				s, _ := q.Constructed(1)
				got := s.Text()
				if err != nil {
					got += err.Error()
				}
				if i == 0 {
					want = got
				}
				require.Equal(t, want, got, "seed %d, step %d, page %d", seed, step, i)
			}
		}
		for _, q := range pages {
			require.Equal(t, p.Image(), q.Image(), "seed %d", seed)
		}
	}
}

// How deep a page once was decides on moves of subtrees that are too large to
// measure.
func TestImageOfAPageThatWasDeep(t *testing.T) {
	el := func(id snapshot.NodeID) *snapshot.Node {
		return &snapshot.Node{ID: id, Kind: snapshot.KindElement, Name: "div"}
	}
	var p snapshot.Page
	require.NoError(t, p.Load(&snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{el(2)}}))
	for id := snapshot.NodeID(2); id < 600; id++ {
		require.NoError(t, p.Insert(id, 0, el(id+1)))
	}
	require.NoError(t, p.Insert(2, 0, el(9000)))
	for id := snapshot.NodeID(10_000); id < 15_000; id++ {
		require.NoError(t, p.Insert(9000, 0, el(id)))
	}
	require.NoError(t, p.Remove(500))
	p.Settle()
	q := restored(t, &p)
	require.ErrorIs(t, p.Insert(499, 0, el(9000)), snapshot.ErrDepth)
	require.ErrorIs(t, q.Insert(499, 0, el(9000)), snapshot.ErrDepth)
	same(t, &p, q, "")
}

func TestImageOfAnEmptyPage(t *testing.T) {
	var none *snapshot.Page
	var p snapshot.Page
	assert.Equal(t, &snapshot.Image{}, p.Image())
	assert.Equal(t, &snapshot.Image{}, none.Image())
	q := build([]byte("\x03\x00\x04\x00\x01"))
	require.NoError(t, q.Restore(p.Image()))
	assert.Equal(t, &p.View, &q.View)
	assert.Nil(t, q.Root())
	assert.Zero(t, q.Len())
	p.View.URL = "http://x/"
	assert.Equal(t, p.Image(), restored(t, &p).Image())
	assert.Equal(t, p.Image(), p.ImageBefore(&snapshot.Node{Kind: snapshot.KindDocument}))
}

// A page that nobody touched leaves next to nothing to a snapshot; a touched
// control and an edited style element leave themselves.
func TestImageBefore(t *testing.T) {
	root := &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
		{ID: 2, Kind: snapshot.KindElement, Name: "html", Children: []*snapshot.Node{
			{ID: 3, Kind: snapshot.KindElement, Name: "input"},
			{ID: 4, Kind: snapshot.KindElement, Name: "style", Children: []*snapshot.Node{{ID: 5, Kind: snapshot.KindText, Text: "a{}"}}},
			{ID: 6, Kind: snapshot.KindElement, Name: "input"},
		}},
	}}
	var p snapshot.Page
	require.NoError(t, p.Load(root))
	p.Focus, p.Pointer, p.Selection, p.Defined = 3, snapshot.Pointer{Node: 3, Point: snapshot.Point{X: 1}, Down: true}, []snapshot.Range{{Start: 2}}, []string{"x-y"}
	p.Construct(1)
	document := &snapshot.Node{ID: 1, Kind: snapshot.KindDocument}
	assert.Equal(t, &snapshot.Image{Pointer: snapshot.Pointer{Point: snapshot.Point{X: 1}}, Root: document}, p.ImageBefore(root))

	require.NoError(t, p.SetInput(3, "typed", false))
	require.NoError(t, p.SetInput(6, "gone", false))
	s, err := p.Sheet(4)
	require.NoError(t, err)
	require.NoError(t, s.Insert([]int{0}, "b{}"))
	want := recorded(p.Snapshot())
	want.Children[0].Children = want.Children[0].Children[:2]
	img := p.ImageBefore(want)
	require.Len(t, img.Root.Children, 2)
	require.Len(t, img.States, 1)
	require.Len(t, img.Styles, 1)
	var q snapshot.Page
	require.NoError(t, q.Restore(img))
	require.NoError(t, q.Load(want))
	require.NoError(t, p.Load(want))
	same(t, &p, &q, "")
	require.NoError(t, q.SetAttr(3, snapshot.Attr{Name: "value", Value: "default"}))
	assert.Equal(t, "typed", *q.State(3).Value)
	assert.Equal(t, "a{}", q.Text(4))
	assert.Equal(t, "b{}\na{}", q.CSS(4))

	assert.Equal(t, p.Image(), p.ImageBefore(nil), "what Load refuses changes nothing")
	assert.Equal(t, p.Image(), p.ImageBefore(&snapshot.Node{Kind: snapshot.KindElement}))
}

// An element that stood where a style element has text now is not its text.
func TestImageBeforeOfAStyleWithAnElement(t *testing.T) {
	style := func(kid *snapshot.Node, attrs ...snapshot.Attr) *snapshot.Node {
		return &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
			{ID: 2, Kind: snapshot.KindElement, Name: "style", Attrs: attrs, Children: []*snapshot.Node{kid}}}}
	}
	var p, q snapshot.Page
	require.NoError(t, p.Load(style(&snapshot.Node{ID: 3, Kind: snapshot.KindElement, Name: "b"})))
	s, err := p.Sheet(2)
	require.NoError(t, err)
	require.NoError(t, s.Insert([]int{0}, "a{}"))
	full := style(&snapshot.Node{ID: 3, Kind: snapshot.KindText}, snapshot.Attr{Name: "_cssText", Value: "c{}"})
	require.NoError(t, q.Restore(p.ImageBefore(full)))
	require.NoError(t, p.Load(full))
	require.NoError(t, q.Load(full))
	same(t, &p, &q, "")
	assert.Equal(t, "c{}", p.CSS(2))
}

// What no page can be is said by the error, and the page has the rest.
func TestDamagedImages(t *testing.T) {
	doc := func(kids ...*snapshot.Node) *snapshot.Node {
		return &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: kids}
	}
	el := func(id snapshot.NodeID, name string, kids ...*snapshot.Node) *snapshot.Node {
		return &snapshot.Node{ID: id, Kind: snapshot.KindElement, Name: name, Children: kids}
	}
	deep := el(0, "p")
	for range 3000 {
		deep = el(0, "p", deep)
	}
	state := func(at int) snapshot.NodeState {
		return snapshot.NodeState{At: at, State: snapshot.State{Dialog: "modal"}}
	}
	rules := func(r ...snapshot.RuleImage) *snapshot.SheetImage { return &snapshot.SheetImage{Rules: r} }
	var nest []snapshot.RuleImage
	for range 1000 {
		nest = append(nest, snapshot.RuleImage{Head: "@media x", Rules: 1})
	}
	nest = append(nest, snapshot.RuleImage{Text: "a{}"})
	for _, tt := range []struct {
		name string
		img  snapshot.Image
		err  error
		last snapshot.NodeID // a node with a state after the damage; 0 is none
	}{
		{"no document", snapshot.Image{Root: el(1, "p"), States: []snapshot.NodeState{state(0)}}, snapshot.ErrWrongKind, 0},
		{"state without tree", snapshot.Image{States: []snapshot.NodeState{state(0)}}, snapshot.ErrUnknownNode, 0},
		{"nil node", snapshot.Image{Root: doc(nil, el(2, "p")), States: []snapshot.NodeState{state(1)}}, snapshot.ErrWrongKind, 2},
		{"no kind", snapshot.Image{Root: doc(&snapshot.Node{Children: []*snapshot.Node{nil, {}}}, el(2, "p")), States: []snapshot.NodeState{state(3)}}, snapshot.ErrWrongKind, 2},
		{"new kind", snapshot.Image{Root: doc(&snapshot.Node{Kind: 9}, el(2, "p")), States: []snapshot.NodeState{state(2)}}, snapshot.ErrWrongKind, 2},
		{"an id twice", snapshot.Image{Root: doc(el(2, "p", el(2, "q"), el(1, "q", el(4, "r"))), el(3, "p")), States: []snapshot.NodeState{state(2), state(5)}}, snapshot.ErrDuplicate, 3},
		{"two documents", snapshot.Image{Root: doc(el(2, "iframe", &snapshot.Node{ID: 3, Kind: snapshot.KindDocument}, &snapshot.Node{ID: 4, Kind: snapshot.KindDocument}), el(5, "p")), States: []snapshot.NodeState{state(4)}}, snapshot.ErrFrames, 5},
		{"too deep", snapshot.Image{Root: doc(deep, el(2, "p")), States: []snapshot.NodeState{state(2000), state(3002)}}, snapshot.ErrDepth, 2},
		{"unknown places", snapshot.Image{Root: doc(el(2, "p")), States: []snapshot.NodeState{state(-1), state(1), state(1), state(0), state(9)}}, snapshot.ErrUnknownNode, 2},
		{"two states", snapshot.Image{Root: doc(el(2, "p")), States: []snapshot.NodeState{state(1), state(1)}}, snapshot.ErrUnknownNode, 2},
		{"attribute with state", snapshot.Image{Root: doc(&snapshot.Node{ID: 2, Kind: snapshot.KindElement, Name: "p", Attrs: []snapshot.Attr{{Name: "checked", Type: snapshot.AttrTrue}}})}, snapshot.ErrWrongKind, 0},
		{"many attributes", snapshot.Image{Root: doc(&snapshot.Node{ID: 2, Kind: snapshot.KindElement, Name: "p", Attrs: make([]snapshot.Attr, 5000)})}, snapshot.ErrAttrs, 0},
		{"sheet of a paragraph", snapshot.Image{Root: doc(el(2, "p")), Styles: []snapshot.StyleState{{At: 1, Sheet: rules()}}}, snapshot.ErrWrongKind, 0},
		{"sheet of nothing", snapshot.Image{Root: doc(), Styles: []snapshot.StyleState{{At: 1, Sheet: rules()}}}, snapshot.ErrUnknownNode, 0},
		{"two sheets", snapshot.Image{Root: doc(el(2, "style")), Styles: []snapshot.StyleState{{At: 1, Sheet: rules()}, {At: 1, Sheet: rules()}}}, snapshot.ErrUnknownNode, 0},
		{"rules in text", snapshot.Image{Sheets: []snapshot.ConstructedSheet{{ID: 1, Sheet: *rules(snapshot.RuleImage{Text: "a{}", Rules: 1})}}}, snapshot.ErrBadRule, 0},
		{"missing rules", snapshot.Image{Sheets: []snapshot.ConstructedSheet{{ID: 1, Sheet: *rules(snapshot.RuleImage{Head: "@media x", Rules: 1 << 40})}}}, snapshot.ErrBadRule, 0},
		{"less than no rules", snapshot.Image{Sheets: []snapshot.ConstructedSheet{{ID: 1, Sheet: *rules(snapshot.RuleImage{Head: "@media x", Rules: -1})}}}, snapshot.ErrBadRule, 0},
		{"rules in declarations", snapshot.Image{Sheets: []snapshot.ConstructedSheet{{ID: 1, Sheet: *rules(snapshot.RuleImage{Rules: 1}, snapshot.RuleImage{Text: "a{}"})}}}, snapshot.ErrBadRule, 0},
		{"declarations in a group", snapshot.Image{Sheets: []snapshot.ConstructedSheet{{ID: 1, Sheet: *rules(snapshot.RuleImage{Head: "@media x", Declarations: []snapshot.Declaration{{Name: "a"}}})}}}, snapshot.ErrBadRule, 0},
		{"no name", snapshot.Image{Sheets: []snapshot.ConstructedSheet{{ID: 1, Sheet: *rules(snapshot.RuleImage{Head: "a", Declarations: []snapshot.Declaration{{Value: "a"}}})}}}, snapshot.ErrBadRule, 0},
		{"deep rules", snapshot.Image{Sheets: []snapshot.ConstructedSheet{{ID: 1, Sheet: *rules(nest...)}}}, snapshot.ErrBadRule, 0},
		{"rules that are none", snapshot.Image{Depth: 1 << 60, Sheets: []snapshot.ConstructedSheet{{ID: 1, Sheet: *rules(
			snapshot.RuleImage{Text: "a{"}, snapshot.RuleImage{Text: "}"}, snapshot.RuleImage{Text: "@media x{"}, snapshot.RuleImage{Text: "{"}, snapshot.RuleImage{Text: "'"})}}}, nil, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var p snapshot.Page
			err := p.Restore(&tt.img)
			if tt.err != nil {
				require.ErrorIs(t, err, tt.err)
				_, ok := errors.AsType[*snapshot.NodeError](err)
				require.True(t, ok)
			} else {
				require.NoError(t, err)
			}
			if tt.last != 0 {
				assert.NotNil(t, p.State(tt.last))
			}
			if s, err := p.Constructed(1); err == nil {
				for i := range 6 {
					_ = s.SetProperty([]int{i}, "a", "b", "")
					_ = s.Insert([]int{i, 0}, "a{}")
					_ = s.Delete([]int{i, 0, 0})
				}
				_ = s.Text()
			}
			if p.Root() != nil {
				check(t, &p)
			}
			_ = p.Insert(1, 0, el(70, "div"))
			same(t, &p, restored(t, &p), tt.name)
		})
	}
}
