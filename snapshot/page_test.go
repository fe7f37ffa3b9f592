package snapshot_test

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/snapshot"
)

// build makes a page by the bytes of program.
func build(program []byte) *snapshot.Page {
	var p snapshot.Page
	_ = p.Load(&snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
		{ID: 2, Kind: snapshot.KindElement, Name: "html", Children: []*snapshot.Node{{ID: 3, Kind: snapshot.KindElement, Name: "body"}}},
	}})
	run(&p, program)
	return &p
}

// run changes a page by the bytes of program: each op is a few bytes that pick
// nodes and what happens to them.
func run(p *snapshot.Page, program []byte) {
	next := func() int {
		if len(program) == 0 {
			return 0
		}
		b := program[0]
		program = program[1:]
		return int(b)
	}
	names := []string{"div", "style", "textarea", "select", "option", "input", "iframe", "x-y", "dialog", "link"}
	attrs := []snapshot.Attr{
		{Name: "class", Value: "c"}, {Name: "value", Value: "v"}, {Name: "checked", Type: snapshot.AttrTrue}, {Name: "_cssText", Value: "a{}/* rr_split */b{}"},
		{Name: "rr_scrollTop", Type: snapshot.AttrNumber, Value: "4"}, {Name: "type", Value: "radio"}, {Name: "value", Type: snapshot.AttrNull},
		{Name: "rr_mediaMuted", Type: snapshot.AttrTrue}, {Name: "rr_what", Value: "x"}, {Name: "selected", Type: snapshot.AttrTrue}, {Name: "open", Value: ""},
	}
	for ops := 0; len(program) > 0 && ops < 500; ops++ {
		id := snapshot.NodeID(next() % 64)
		switch next() % 13 {
		case 0, 1, 2:
			n := &snapshot.Node{ID: snapshot.NodeID(next()%64 + 1), Kind: snapshot.KindElement, Name: names[next()%len(names)], IsShadow: next()%5 == 0}
			n.Attrs = attrs[:next()%len(attrs)]
			_ = p.Insert(id, snapshot.NodeID(next()%64), n)
		case 3, 4:
			_ = p.Insert(id, 0, &snapshot.Node{ID: snapshot.NodeID(next() % 64), Kind: snapshot.KindText, Text: "t"[:next()%2], IsShadow: next()%5 == 0})
		case 5:
			_ = p.Insert(id, 0, &snapshot.Node{ID: snapshot.NodeID(next() % 64), Kind: snapshot.KindDocument, Children: []*snapshot.Node{{ID: snapshot.NodeID(next()), Kind: snapshot.KindText, Text: "d"}}})
		case 6:
			_ = p.Remove(id)
		case 7:
			_ = p.SetText(id, "new")
		case 8:
			_ = p.SetAttr(id, attrs[next()%len(attrs)])
		case 9:
			_ = p.SetInput(id, "in", next()%2 == 0)
		case 10:
			if s, err := p.Sheet(id); err == nil {
				_ = s.Insert([]int{next() % 3}, "c{d:e}")
			}
			_ = p.Draw(id, snapshot.CanvasOp{Property: "x"})
		case 11:
			p.Construct(1)
			_ = p.Adopt(id, []snapshot.StyleID{1, 2})
			_ = p.EditStyle(id, []snapshot.StyleEdit{{Name: "a", Value: "b"}})
			if next()%4 == 0 {
				p.Settle()
			}
		case 12: // a checkout
			_ = p.Load(p.Snapshot())
		}
	}
}

func asJSON(t *testing.T, n *snapshot.Node) string {
	t.Helper()
	text, err := json.Marshal(n)
	require.NoError(t, err)
	return string(text)
}

// check holds what is true of every page.
func check(t *testing.T, p *snapshot.Page) {
	t.Helper()
	seen := map[snapshot.NodeID]bool{}
	for id, n := range p.All() {
		if id <= 0 {
			continue
		}
		require.False(t, seen[id], "node %d twice", id)
		seen[id] = true
		require.Same(t, n, p.Node(id))
	}
	require.Equal(t, len(seen), p.Len(), "ids of nodes that are not on the page")
	once := p.Snapshot()
	want := asJSON(t, once)
	require.Equal(t, want, asJSON(t, p.Clone().Snapshot()), "clone")
	var q snapshot.Page
	_ = q.Load(once)
	require.Equal(t, want, asJSON(t, q.Snapshot()), "a loaded snapshot gives itself")
	require.Equal(t, want, asJSON(t, p.Snapshot()), "a snapshot changes nothing")
	require.True(t, reflect.DeepEqual(p.Image(), restored(t, p).Image()), "a restored image gives itself")
}

func FuzzPage(f *testing.F) {
	f.Add([]byte("\x03\x00\x04\x00\x01\x05\x00\x03\x03\x07\x01\x01\x07\x08\x06"))
	f.Add([]byte(strings.Repeat("\x03\x00\x09\x01\x01\x04\x00\x09\x03\x0a\x00\x01\x09\x0a\x01", 5)))
	f.Add([]byte("\x03\x01\x09\x06\x01\x02\x00\x09\x05\x0c\x0d\x09\x05\x0c\x0e\x0c\x06"))
	f.Fuzz(func(t *testing.T, program []byte) { check(t, build(program)) })
}

// Ids come from outside: a huge one takes no memory of its own.
func TestSparseIDs(t *testing.T) {
	var p snapshot.Page
	require.NoError(t, p.Load(&snapshot.Node{ID: 1 << 30, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
		{ID: 1<<31 - 1, Kind: snapshot.KindElement, Name: "html"}, {ID: -2, Kind: snapshot.KindComment},
	}}))
	check(t, &p)
	assert.Equal(t, snapshot.NodeID(1<<30), p.Parent(1<<31-1))
	require.NoError(t, p.Remove(1<<31-1))
	assert.Nil(t, p.Node(1<<31-1))
	assert.Nil(t, p.Node(-2))
	check(t, &p)
}

func TestDepth(t *testing.T) {
	var p snapshot.Page
	require.NoError(t, p.Load(&snapshot.Node{ID: 1, Kind: snapshot.KindDocument}))
	var err error
	id := snapshot.NodeID(1)
	for ; err == nil && id < 5000; id++ {
		err = p.Insert(id, 0, &snapshot.Node{ID: id + 1, Kind: snapshot.KindElement, Name: "div"})
	}
	require.ErrorIs(t, err, snapshot.ErrDepth)
	assert.LessOrEqual(t, int(id), snapshot.MaxDepth+1)

	deep := &snapshot.Node{ID: 9999, Kind: snapshot.KindElement, Name: "p"}
	for i := range 3000 {
		deep = &snapshot.Node{ID: snapshot.NodeID(10000 + i), Kind: snapshot.KindElement, Name: "p", Children: []*snapshot.Node{deep}}
	}
	err = p.Load(&snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{deep}})
	require.ErrorIs(t, err, snapshot.ErrDepth)
	check(t, &p)
}

// A move takes the depth of what moves into account, however often it is done.
func TestDepthOfMoves(t *testing.T) {
	var p snapshot.Page
	require.NoError(t, p.Load(&snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
		{ID: 2, Kind: snapshot.KindElement, Name: "html"},
	}}))
	el := func(id snapshot.NodeID) *snapshot.Node {
		return &snapshot.Node{ID: id, Kind: snapshot.KindElement, Name: "div"}
	}
	for _, first := range []snapshot.NodeID{1000, 2000} {
		up := snapshot.NodeID(2)
		for id := first; id < first+600; id++ {
			require.NoError(t, p.Insert(up, 0, el(id)))
			up = id
		}
	}
	require.ErrorIs(t, p.Insert(1599, 0, el(2000)), snapshot.ErrDepth)
	require.NoError(t, p.Insert(1300, 0, el(2000)))
	for range 100 {
		require.NoError(t, p.Insert(1010, 0, el(2000)))
		require.NoError(t, p.Insert(1300, 0, el(2000)))
	}
	require.ErrorIs(t, p.Insert(1500, 0, el(2000)), snapshot.ErrDepth)
	check(t, &p)
}

// A frame has one document: of a second one nothing is on the page.
func TestTwoDocumentsInAFrame(t *testing.T) {
	document := func(id snapshot.NodeID) *snapshot.Node {
		return &snapshot.Node{ID: id, Kind: snapshot.KindDocument, Children: []*snapshot.Node{{ID: id + 1, Kind: snapshot.KindElement, Name: "html"}}}
	}
	var p snapshot.Page
	err := p.Load(&snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
		{ID: 2, Kind: snapshot.KindElement, Name: "iframe", Children: []*snapshot.Node{document(10), document(20)}},
	}})
	require.ErrorIs(t, err, snapshot.ErrFrames)
	check(t, &p)
	assert.NotNil(t, p.Node(11))
	assert.Nil(t, p.Node(21))
}

// A node that was moved has its own state again, and no other's.
func TestMoveWithoutID(t *testing.T) {
	el := func(id snapshot.NodeID, kids ...*snapshot.Node) *snapshot.Node {
		return &snapshot.Node{ID: id, Kind: snapshot.KindElement, Name: "div", Children: kids}
	}
	scrolled := el(-1)
	scrolled.Attrs = []snapshot.Attr{{Name: "rr_scrollTop", Type: snapshot.AttrNumber, Value: "5"}}
	var p snapshot.Page
	require.NoError(t, p.Load(&snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{el(2, el(3, scrolled), el(4))}}))
	require.NoError(t, p.Remove(3))
	require.NoError(t, p.Insert(4, 0, el(5, el(-1))))
	for n := range p.Snapshot().All() {
		assert.Nil(t, n.State)
	}
}

// What was copied of a page stays as it was.
func TestCopiesStay(t *testing.T) {
	var p snapshot.Page
	require.NoError(t, p.Load(&snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{{ID: 2, Kind: snapshot.KindElement, Name: "div"}}}))
	require.NoError(t, p.SetScroll(2, 1, 2))
	c, s, i := p.Clone(), p.Snapshot(), p.Image()
	require.NoError(t, p.SetAttr(2, snapshot.Attr{Name: "rr_scrollTop", Type: snapshot.AttrNumber, Value: "9"}))
	want := snapshot.Point{X: 1, Y: 2}
	assert.Equal(t, want, *c.State(2).Scroll)
	assert.Equal(t, want, *s.Children[0].State.Scroll)
	assert.Equal(t, want, *i.States[0].State.Scroll)
	assert.Equal(t, snapshot.Point{X: 1, Y: 9}, *p.State(2).Scroll)
}

// Nodes of one batch share their room; what a clone adds has its own.
func TestCloneInTheMiddleOfABatch(t *testing.T) {
	element := func(id snapshot.NodeID, class string) *snapshot.Node {
		return &snapshot.Node{ID: id, Kind: snapshot.KindElement, Name: "p", Attrs: []snapshot.Attr{{Name: "class", Value: class}}}
	}
	p := build(nil)
	for id := snapshot.NodeID(10); id < 15; id++ {
		require.NoError(t, p.Insert(3, 0, element(id, "both")))
	}
	c := p.Clone()
	require.NoError(t, p.Insert(3, 0, element(15, "first")))
	require.NoError(t, c.Insert(3, 0, element(15, "second")))
	assert.Equal(t, "first", p.Node(15).Attr[0].Val)
	assert.Equal(t, "second", c.Node(15).Attr[0].Val)
	assert.Equal(t, "both", p.Node(14).Attr[0].Val)
}

// An element takes no more attributes than a page needs.
func TestManyAttributes(t *testing.T) {
	var attrs []snapshot.Attr
	for i := range 200_000 {
		attrs = append(attrs, snapshot.Attr{Name: strconv.Itoa(i)})
	}
	var p snapshot.Page
	err := p.Load(&snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
		{ID: 2, Kind: snapshot.KindElement, Name: "html", Attrs: attrs},
	}})
	require.ErrorIs(t, err, snapshot.ErrAttrs)
	require.ErrorIs(t, p.SetAttr(2, snapshot.Attr{Name: "another"}), snapshot.ErrAttrs)
	require.ErrorIs(t, p.EditStyle(2, []snapshot.StyleEdit{{Name: "a", Value: "b"}}), snapshot.ErrAttrs)
	require.NoError(t, p.SetAttr(2, snapshot.Attr{Name: "5", Value: "x"}))
	require.NoError(t, p.SetAttr(2, snapshot.Attr{Name: "5", Type: snapshot.AttrNull}))
	require.NoError(t, p.SetAttr(2, snapshot.Attr{Name: "another"}))
}

func TestCompare(t *testing.T) {
	el := func(attrs ...snapshot.Attr) *snapshot.Node {
		return &snapshot.Node{ID: 2, Kind: snapshot.KindElement, Name: "div", Attrs: attrs}
	}
	text := func(s string) *snapshot.Node { return &snapshot.Node{ID: 3, Kind: snapshot.KindText, Text: s} }
	parent := func(kids ...*snapshot.Node) *snapshot.Node {
		return &snapshot.Node{ID: 1, Kind: snapshot.KindElement, Name: "body", Children: kids}
	}
	for _, tt := range []struct {
		name string
		a, b *snapshot.Node
		want string
	}{
		{"same", el(), el(), ""},
		{"attribute", el(snapshot.Attr{Name: "a", Value: "secret"}), el(), "/div (node 2): attribute a"},
		{"style order", el(snapshot.Attr{Name: "style", Value: "a:b;c:d"}), el(snapshot.Attr{Name: "style", Value: "c: d; a: b;"}), ""},
		{"style sides", el(snapshot.Attr{Name: "style", Value: "margin: 1px"}), el(snapshot.Attr{Name: "style", Value: "margin-top: 1px; margin-right:1px; margin-bottom:1px; margin-left:1px"}), ""},
		{"style value", el(snapshot.Attr{Name: "style", Value: "a:b"}), el(snapshot.Attr{Name: "style", Value: "a:c"}), "/div (node 2): attribute style a"},
		{"text", parent(text("secret")), parent(text("other")), "/body (text node 3): text"},
		{"children", parent(text("x")), parent(), "/body (node 1): children: 1 recorded, 0 rebuilt"},
		{"kind", parent(text("x")), parent(el()), "/body (text node 3): kind"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			for _, d := range snapshot.Compare(tt.a, tt.b, 4) {
				got += d.String()
			}
			assert.Equal(t, tt.want, got)
			assert.NotContains(t, got, "secret")
		})
	}
}
