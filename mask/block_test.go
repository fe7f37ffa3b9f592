package mask_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/snapshot"
)

// blockedPage has an element (4) that is blocked, with all sorts of nodes in it.
func blockedPage() *format.FullSnapshot {
	return full(
		el(4, "div", attrs("class", "a ph-no-capture", "title", "jane", "style", "width:9px", "rr_width", "10px", "rr_height", "20.5px"),
			el(5, "p", nil, text(6, "jane")), el(7, "input", attrs("value", "jane")), el(8, "canvas", nil), el(9, "style", nil, text(10, "a{}"))),
		el(11, "p", nil, text(12, "hello")))
}

const (
	box  = "<div class=a ph-no-capture rr_width=10px rr_height=20.5px></div>"
	rest = "<p>hello</p>"
)

func TestBlock(t *testing.T) {
	removal := func(parent, id snapshot.NodeID) format.Removal { return format.Removal{Parent: parent, ID: id} }
	for _, c := range []struct {
		name   string
		events []format.Data
		want   string
		count  int // events after the snapshot
	}{
		{"box", nil, box + rest, 0},
		{"text inside", []format.Data{setText(6, "jane")}, box + rest, 1},
		{"attributes inside", []format.Data{setAttrs(7, "title", "jane")}, box + rest, 1},
		{"attributes of the box", []format.Data{setAttrs(4, "title", "jane", "class", "b ph-no-capture", "rr_width", "jane")},
			"<div class=b ph-no-capture rr_width=10px rr_height=20.5px></div>" + rest, 1},
		{"input inside", []format.Data{&format.Input{ID: 7, Text: "jane"}}, box + rest, 0},
		{"scroll inside and of the box", []format.Data{&format.Scroll{ID: 5, Y: 3}, &format.Scroll{ID: 4, Y: 3}}, box + rest, 0},
		{"media inside", []format.Data{&format.Media{ID: 5}}, box + rest, 0},
		{"canvas inside", []format.Data{&format.Canvas{ID: 8, Property: "fillText", Args: `["jane"]`}}, box + rest, 0},
		{"rules inside", []format.Data{&format.SheetRules{ID: 9, Adds: []format.RuleAddition{{Rule: "jane{}"}}},
			&format.SheetDeclaration{ID: 9, Index: []int64{0}, Remove: &format.PropertyName{Property: "a"}}}, box + rest, 0},
		{"added inside", []format.Data{add(4, 5, el(20, "b", nil, text(21, "jane"))), add(5, 0, text(22, "jane"))}, box + rest, 2},
		{"removed inside", []format.Data{&format.Mutation{Removes: []format.Removal{removal(4, 5), removal(5, 6)}}}, box + rest, 1},
		{"box removed", []format.Data{&format.Mutation{Removes: []format.Removal{removal(3, 4)}}}, rest, 1},
		{"moved inside, told", []format.Data{&format.Mutation{Removes: []format.Removal{removal(3, 11)}, Adds: []format.Addition{{Parent: 5, Node: el(11, "p", nil)}}}}, box, 1},
		{"moved inside, not told", []format.Data{&format.Mutation{Adds: []format.Addition{{Parent: 5, Node: el(11, "p", nil)}}}}, box, 2},
		{"moved out", []format.Data{&format.Mutation{Removes: []format.Removal{removal(4, 5)}, Adds: []format.Addition{{Parent: 3, Next: 11, Node: el(5, "p", attrs("title", "jane"), text(6, "jane"))}}},
			setText(6, "jane")}, box + "<p></p>" + rest, 2},
		{"text moved out", []format.Data{&format.Mutation{Removes: []format.Removal{removal(5, 6)}, Adds: []format.Addition{{Parent: 11, Node: text(6, "jane")}}}},
			box + "<p>hello***</p>", 1},
		{"new box", []format.Data{add(3, 11, el(20, "b", attrs("class", "rr-block"), text(21, "jane"))), setText(21, "jane")}, box + "<b class=rr-block></b>" + rest, 2},
		{"lowered", []format.Data{setAttrs(4, "class", "a"), setText(6, "jane"), add(4, 0, text(22, "jane"))},
			"<div class=a rr_width=10px rr_height=20.5px></div>" + rest, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := play(t, mask.Default(), append([]format.Data{blockedPage()}, c.events...)...)
			assert.Equal(t, c.want, s.body())
			assert.Len(t, s.events, c.count+1)
			assert.NotContains(t, s.json, "jane")
		})
	}
}

// An element that is blocked while its content is on the page becomes a box
// from then on, without a trace of its live state.
func TestBlockLater(t *testing.T) {
	for _, c := range []struct {
		name string
		page *format.FullSnapshot
		then []format.Data
		want string
	}{
		{"class", full(el(4, "p", attrs("class", "a", "title", "jane"), text(5, "jane")), text(6, "x")), []format.Data{setAttrs(4, "class", "rr-block"), setText(5, "jane")},
			"<p class=rr-block></p>x"},
		{"two neighbors", full(el(4, "p", nil, text(5, "jane")), el(6, "p", nil, text(7, "jane")), text(8, "x")), []format.Data{
			&format.Mutation{Attrs: []format.AttrChange{{ID: 4, Attrs: attrs("class", "rr-block")}, {ID: 6, Attrs: attrs("class", "rr-block")}}}},
			"<p class=rr-block></p><p class=rr-block></p>x"},
		{"one in the other", full(el(4, "p", nil, el(6, "b", nil, text(7, "jane"))), text(8, "x")), []format.Data{
			&format.Mutation{Attrs: []format.AttrChange{{ID: 6, Attrs: attrs("class", "rr-block")}, {ID: 4, Attrs: attrs("class", "rr-block")}}}},
			"<p class=rr-block></p>x"},
		{"with changes inside", full(el(4, "p", nil, text(5, "jane"))), []format.Data{
			&format.Mutation{Attrs: []format.AttrChange{{ID: 4, Attrs: attrs("class", "rr-block")}}, Texts: []format.TextChange{{ID: 5}},
				Adds: []format.Addition{{Parent: 4, Node: text(9, "jane")}}, Removes: []format.Removal{{Parent: 4, ID: 5}}}},
			"<p class=rr-block></p>"},
		{"scrolled", full(el(4, "p", nil, text(5, "jane"))), []format.Data{&format.Scroll{ID: 4, Y: 9}, setAttrs(4, "class", "rr-block")}, "<p class=rr-block></p>"},
		{"drawn on", full(el(4, "canvas", nil)), []format.Data{&format.Canvas{ID: 4, Property: "fillText", Args: `["jane",1,2]`}, setAttrs(4, "class", "rr-block")},
			"<canvas class=rr-block></canvas>"},
		{"drawn on, then masked", full(el(4, "canvas", nil)), []format.Data{&format.Canvas{ID: 4, Property: "fillText", Args: `["jane",1,2]`}, setAttrs(4, "class", "rr-mask"),
			&format.Canvas{ID: 4, Property: "fillText", Args: `["jane",1,2]`}}, "<canvas class=rr-mask></canvas>"},
		{"in a shadow tree", full(func() *snapshot.Node {
			n := el(4, "my-el", nil, &snapshot.Node{ID: 5, Kind: snapshot.KindElement, Name: "p", IsShadow: true, Children: []*snapshot.Node{text(6, "jane")}})
			n.IsHost = true
			return n
		}()), []format.Data{setAttrs(5, "class", "rr-block")}, "<my-el>#<p class=rr-block></p></my-el>"},
		{"frame", full(el(4, "iframe", nil, &snapshot.Node{ID: 10, Kind: snapshot.KindDocument, Children: []*snapshot.Node{el(11, "html", nil, text(12, "jane"))}})),
			[]format.Data{setAttrs(4, "class", "rr-block"), setText(12, "jane")}, "<iframe class=rr-block></iframe>"},
		{"moved as it is blocked", full(el(4, "p", nil, text(5, "jane")), el(6, "div", nil)), []format.Data{
			&format.Mutation{Adds: []format.Addition{{Parent: 6, Node: el(4, "p", attrs("class", "rr-block"))}}}}, "<div><p class=rr-block></p></div>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := play(t, mask.Default(), append([]format.Data{c.page}, c.then...)...)
			assert.Equal(t, c.want, s.body())
			for n := range s.page.Snapshot().All() {
				if n.ID > 3 && n.State != nil {
					assert.Empty(t, n.State.Canvas)
					assert.Nil(t, n.State.Scroll)
				}
			}
			assert.Positive(t, s.filter.Report().Patches)
		})
	}
}

// The text of a style sheet is masked with what is around it, rules that were
// inserted among it.
func TestSheetIsMaskedLater(t *testing.T) {
	page := full(el(4, "div", nil, el(5, "style", nil, text(6, "a{content:'jane'}")), el(7, "style", nil, text(8, "c{content:'jane'}"))))
	s := play(t, mask.Default(), page,
		&format.SheetRules{ID: 5, Adds: []format.RuleAddition{{Rule: "b{content:'jane'}", Index: []int64{1}}}},
		setAttrs(4, "class", "rr-mask"),
		&format.SheetRules{ID: 5, Removes: []format.RuleRemoval{{Index: []int64{1}}}, Adds: []format.RuleAddition{{Rule: "d{content:'jane'}"}}})
	for _, id := range []snapshot.NodeID{5, 7} {
		assert.NotContains(t, s.page.CSS(id), "jane")
		assert.Contains(t, s.page.CSS(id), "***")
	}
}

func TestPointersInABox(t *testing.T) {
	s := play(t, mask.Default(), blockedPage(),
		&format.Move{Source: format.KindMouseMove, Positions: []format.Position{{ID: 6, X: 1}, {ID: 4}, {ID: 12}, {ID: 99}}},
		&format.MouseInteraction{Action: format.Focus, ID: 7},
		&format.Field{ID: 7, Action: "fill"})
	require.Len(t, s.events, 4)
	var ids []snapshot.NodeID
	for _, p := range s.events[1].Data.(*format.Move).Positions {
		ids = append(ids, p.ID)
	}
	assert.Equal(t, []snapshot.NodeID{12, 99}, ids, "where on a box the pointer is tells what is in it")
	assert.Equal(t, snapshot.NodeID(4), s.events[2].Data.(*format.MouseInteraction).ID)
	assert.Equal(t, snapshot.NodeID(4), s.events[3].Data.(*format.Field).ID)
}

// A sheet comes with the first that adopts it; others can adopt it later.
func TestSheetsOfABox(t *testing.T) {
	host := el(4, "my-el", attrs("class", "rr-block"), el(5, "my-el", nil))
	sheet := func(id snapshot.StyleID) []format.NewSheet {
		return []format.NewSheet{{Style: id, Rules: []format.RuleAddition{{Rule: "a{content:'jane'}"}}}}
	}
	s := play(t, mask.Default(), full(host, el(6, "my-el", nil)),
		&format.AdoptedSheets{ID: 1, IDs: []int64{1}, Styles: []format.NewSheet{{Style: 1, Rules: []format.RuleAddition{}}}},
		&format.AdoptedSheets{ID: 5, IDs: []int64{2}, Styles: sheet(2)},
		&format.AdoptedSheets{ID: 5, IDs: []int64{2, 1}},
		&format.SheetRules{Style: 2, Adds: []format.RuleAddition{{Rule: "b{content:'jane'}"}}},
		&format.AdoptedSheets{ID: 6, IDs: []int64{2}})
	assert.NotContains(t, s.json, "jane")
	assert.Len(t, s.page.AdoptedCSS(1), 1)
	assert.Len(t, s.page.AdoptedCSS(6), 1)
	assert.Len(t, s.events, 5)
}

func TestSelections(t *testing.T) {
	r := func(start, end snapshot.NodeID) format.Range {
		return format.Range{Range: snapshot.Range{Start: start, StartOffset: 1, End: end, EndOffset: 2}}
	}
	s := play(t, mask.Default(), full(el(4, "p", attrs("class", "rr-mask"), text(5, "jane")), text(6, "hello"), el(7, "div", attrs("class", "rr-block"), text(8, "x")),
		el(9, "textarea", nil)),
		&format.Selection{Ranges: []format.Range{r(5, 5), r(6, 6), r(6, 5), r(8, 8), r(7, 7), r(99, 6), r(9, 9)}})
	assert.Equal(t, []format.Range{r(6, 6)}, s.events[1].Data.(*format.Selection).Ranges)
	s = play(t, mask.Strict(), full(text(6, "hello")), &format.Selection{Ranges: []format.Range{r(6, 6)}})
	assert.Empty(t, s.events[1].Data.(*format.Selection).Ranges)
}
