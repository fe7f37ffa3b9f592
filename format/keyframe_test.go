package format_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/snapshot"
)

// taped returns the event as it comes back from the payload of a frame.
func taped[T format.Data](t testing.TB, data T) T {
	t.Helper()
	got, err := format.Recode(format.Event{Data: data})
	require.NoError(t, err)
	require.Len(t, got, 1)
	return got[0].Data.(T)
}

// keyed returns a new page made by the keyframe of p, which went through a tape.
func keyed(t testing.TB, p *snapshot.Page) *snapshot.Page {
	t.Helper()
	k := format.NewKeyframe(p, 17)
	got := taped(t, k)
	if !reflect.DeepEqual(k, got) {
		require.Equal(t, k, got)
	}
	require.EqualValues(t, 17, got.Events)
	var q snapshot.Page
	require.NoError(t, got.Apply(&q))
	overwrite(reflect.ValueOf(got))
	same(t, p, &q, "at the keyframe")
	return &q
}

// same holds that two pages have nothing that tells them apart.
func same(t testing.TB, p, q *snapshot.Page, where string, args ...any) {
	t.Helper()
	args = append([]any{where}, args...)
	if a, b := p.Image(), q.Image(); !reflect.DeepEqual(a, b) {
		require.Equal(t, a, b, args...)
	}
	require.True(t, reflect.DeepEqual(p.Snapshot(), q.Snapshot()), args...)
	require.Equal(t, []any{p.View, p.Pointer, p.Focus, p.Selection, p.Fonts, p.Defined, p.Len()},
		[]any{q.View, q.Pointer, q.Focus, q.Selection, q.Fonts, q.Defined, q.Len()}, args...)
	var a, b strings.Builder
	require.NoError(t, snapshot.Render(&a, p, nil))
	require.NoError(t, snapshot.Render(&b, q, nil))
	require.Equal(t, a.String(), b.String(), args...)
}

// both applies the event to two pages, which it does the same to, and from q's
// copy of it no more than strings are kept.
func both(t testing.TB, data format.Data, p, q *snapshot.Page) {
	t.Helper()
	other := taped(t, data)
	require.Equal(t, data.Apply(p), other.Apply(q))
	overwrite(reflect.ValueOf(other))
}

// A page that begins at a keyframe, anywhere in a recording, is at every later
// event the page that began at the first.
func TestKeyframesOfRecordings(t *testing.T) {
	const branches = 7
	for _, s := range sessions.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			events := s.Events(t)
			pages := map[format.WindowID]*snapshot.Page{}
			others := map[format.WindowID][]*snapshot.Page{} // begun at keyframes
			every := max(1, len(events)/branches)
			for i, e := range events {
				p := pages[e.Window]
				if p == nil {
					p = &snapshot.Page{}
					pages[e.Window] = p
				}
				if i%every == every/2 {
					others[e.Window] = append(others[e.Window], keyed(t, p))
					if root := p.Snapshot(); root != nil {
						before(t, p, taped(t, &format.FullSnapshot{Node: root, Offset: &format.Offset{Top: 3}}))
					}
				}
				if full, ok := e.Data.(*format.FullSnapshot); ok {
					before(t, p, full)
				}
				err := e.Data.Apply(p)
				for _, q := range others[e.Window] {
					require.Equal(t, err, e.Data.Apply(q), "event %d", i)
				}
				if i%every == 0 || i == len(events)-1 {
					for w, list := range others {
						for _, q := range list {
							same(t, pages[w], q, "after event %d", i)
						}
					}
				}
			}
		})
	}
}

// before holds that full makes of the keyframe before it what it makes of p.
func before(t testing.TB, p *snapshot.Page, full *format.FullSnapshot) {
	t.Helper()
	was := p.Image()
	k := taped(t, format.NewKeyframeBefore(p, full, 1))
	require.True(t, reflect.DeepEqual(was, p.Image()), "the page is not changed")
	var q snapshot.Page
	require.NoError(t, k.Apply(&q))
	both(t, full, p.Clone(), &q)
	c := p.Clone()
	_ = full.Apply(c)
	same(t, c, &q, "after the full snapshot")
}

func attr(name, value string) snapshot.Attr { return snapshot.Attr{Name: name, Value: value} }

func el(id snapshot.NodeID, name string, attrs []snapshot.Attr, kids ...*snapshot.Node) *snapshot.Node {
	return &snapshot.Node{ID: id, Kind: snapshot.KindElement, Name: name, Attrs: attrs, Children: kids}
}

func text(id snapshot.NodeID, s string) *snapshot.Node {
	return &snapshot.Node{ID: id, Kind: snapshot.KindText, Text: s}
}

func shadow(n *snapshot.Node) *snapshot.Node { n.IsShadow = true; return n }

// document is a page with one of everything that has live state.
func document() *format.FullSnapshot {
	no := snapshot.Attr{Name: "checked", Type: snapshot.AttrFalse}
	return &format.FullSnapshot{Node: &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, CompatMode: "BackCompat", Children: []*snapshot.Node{
		{ID: 2, Kind: snapshot.KindDoctype, Name: "html", PublicID: "p", SystemID: "s"},
		el(3, "html", nil,
			el(4, "input", []snapshot.Attr{attr("type", "text"), attr("value", "v")}),
			el(5, "input", []snapshot.Attr{attr("type", "checkbox"), no}),
			el(6, "select", nil, el(7, "option", []snapshot.Attr{attr("value", "a")}), el(8, "option", []snapshot.Attr{attr("value", "b"), {Name: "selected", Type: snapshot.AttrTrue}})),
			el(9, "style", []snapshot.Attr{attr("_cssText", "a{color:red}/* rr_split */b{}")}, text(10, ""), text(11, "")),
			el(12, "link", []snapshot.Attr{attr("rel", "stylesheet"), attr("_cssText", "@media x { c{} }")}),
			el(13, "video", nil), el(14, "dialog", nil), el(15, "canvas", []snapshot.Attr{attr("rr_dataURL", "data:image/png;base64,AA==")}),
			el(16, "iframe", []snapshot.Attr{attr("rr_src", "https://x/")}, &snapshot.Node{ID: 17, Kind: snapshot.KindDocument, RootID: 17, Children: []*snapshot.Node{
				{ID: 18, Kind: snapshot.KindElement, Name: "html", RootID: 17, Children: []*snapshot.Node{{ID: 19, Kind: snapshot.KindElement, Name: "textarea", RootID: 17}}}}}),
			&snapshot.Node{ID: 20, Kind: snapshot.KindElement, Name: "x-y", IsHost: true, IsCustom: true, Children: []*snapshot.Node{
				shadow(el(21, "slot", nil)), text(22, "light"), shadow(el(23, "style", nil, text(24, "d{}")))}},
			&snapshot.Node{ID: 25, Kind: snapshot.KindElement, Name: "svg", Namespace: "svg", NeedsBlock: true,
				Attrs: []snapshot.Attr{attr("rr_width", "1px"), attr("rr_height", "2px"), attr("rr_new", "n")}, Extra: []snapshot.Member{{Name: "q", Value: "1"}}},
			el(-1, "div", []snapshot.Attr{{Name: "rr_scrollTop", Type: snapshot.AttrNumber, Value: "5"}}), el(-1, "p", nil), el(0, "style", []snapshot.Attr{attr("_cssText", "z{}")}, text(0, "")),
			&snapshot.Node{ID: 1 << 30, Kind: snapshot.KindCDATA, Text: "x"}, &snapshot.Node{ID: 26, Kind: snapshot.KindComment, Text: "c"},
		),
	}}}
}

func change(id snapshot.NodeID, attrs ...snapshot.Attr) *format.Mutation {
	return &format.Mutation{Attrs: []format.AttrChange{{ID: id, Attrs: attrs}}}
}

func rule(id snapshot.NodeID, style snapshot.StyleID, text string, index ...int64) *format.SheetRules {
	return &format.SheetRules{ID: id, Style: style, Adds: []format.RuleAddition{{Rule: text, Index: index}}}
}

// Every kind of live state, and what it does to later events.
func TestKeyframeOfLiveState(t *testing.T) {
	for _, tt := range []struct {
		name          string
		first, second []format.Data
	}{
		{"nothing", nil, nil},
		{"view", []format.Data{&format.Meta{URL: "https://x/", Width: 3.5, Height: 4}}, []format.Data{&format.ViewportResize{Width: 1}}},
		{"a default moves what is not dirty", nil, []format.Data{change(4, attr("value", "new")), change(5, attr("checked", ""))}},
		{"dirty value", []format.Data{&format.Input{ID: 4, Text: "typed"}}, []format.Data{change(4, attr("value", "new"))}},
		{"dirty and empty", []format.Data{&format.Input{ID: 4}}, []format.Data{change(4, attr("value", "new"))}},
		{"dirty checked", []format.Data{&format.Input{ID: 5, Checked: true}, &format.Input{ID: 5}}, []format.Data{change(5, attr("checked", ""))}},
		{"unchecked by the attribute", []format.Data{change(5, snapshot.Attr{Name: "checked", Type: snapshot.AttrNull})}, []format.Data{change(5, attr("checked", ""))}},
		{"moved while dirty", []format.Data{&format.Input{ID: 4, Text: "typed"}}, []format.Data{
			&format.Mutation{Removes: []format.Removal{{Parent: 3, ID: 4}}, Adds: []format.Addition{{Parent: 3, Node: el(4, "input", []snapshot.Attr{attr("value", "typed")})}}},
			change(4, attr("value", "new"))}},
		{"option", []format.Data{&format.Input{ID: 6, Text: "a"}}, []format.Data{&format.Input{ID: 6, Text: "b"}, change(8, snapshot.Attr{Name: "selected", Type: snapshot.AttrNull})}},
		{"scroll", []format.Data{&format.Scroll{ID: 1, X: 1.5, Y: -2}, &format.Scroll{ID: 20}, &format.Scroll{ID: 22, Y: 1}}, []format.Data{change(20, snapshot.Attr{Name: "rr_scrollTop", Type: snapshot.AttrNumber, Value: "9"})}},
		{"media", []format.Data{&format.Media{ID: 13, Action: format.Pause, CurrentTime: ptr(1.25), Muted: ptr(false)}}, []format.Data{&format.Media{ID: 13, Volume: ptr(0.0)}}},
		{"dialog", []format.Data{change(14, attr("open", ""), attr("rr_open_mode", "modal"))}, []format.Data{change(14, snapshot.Attr{Name: "open", Type: snapshot.AttrNull})}},
		{"canvas", []format.Data{&format.Canvas{ID: 15, Property: "fillRect", Args: "[1]"}, &format.Canvas{ID: 15, Context: 2, Commands: []format.CanvasCommand{{Property: "x", Args: "[]", Setter: true}}}},
			[]format.Data{&format.Canvas{ID: 15, Property: "stroke", Args: "[]"}}},
		{"attributes of newer recorders", []format.Data{change(13, snapshot.Attr{Name: "rr_x", Type: snapshot.AttrJSON, Value: "{}"}, attr("rr_y", "1"))},
			[]format.Data{change(13, snapshot.Attr{Name: "rr_x", Type: snapshot.AttrNull}, snapshot.Attr{Name: "rr_y", Type: snapshot.AttrNull})}},
		{"attributes of newer recorders that went", []format.Data{change(13, attr("rr_y", "1")), change(13, snapshot.Attr{Name: "rr_y", Type: snapshot.AttrNull})}, nil},
		{"adopted by two", []format.Data{
			&format.AdoptedSheets{ID: 20, IDs: []int64{1, 2}, Styles: []format.NewSheet{{Style: 1, Rules: []format.RuleAddition{{Rule: "a{}"}}}, {Style: 2}}},
			&format.AdoptedSheets{ID: 1, IDs: []int64{2, 1}}, &format.AdoptedSheets{ID: 17}, rule(0, 1, "@media x { b{} }", 1)},
			[]format.Data{rule(0, 1, "c{}", 1, 0), rule(0, 2, "d{}", 0), &format.SheetRules{Style: 2, ReplaceSync: ptr("@import 'x'; e{}")}, rule(0, 2, "f{}")}},
		{"replaced with imports", []format.Data{
			&format.AdoptedSheets{ID: 1, IDs: []int64{1}, Styles: []format.NewSheet{{Style: 1}}}, &format.SheetRules{Style: 1, Replace: ptr("@import 'x';")}},
			[]format.Data{rule(0, 1, "@import 'y';")}},
		{"nested rules", []format.Data{rule(12, 0, "e{color:red; & f{}}", 0, 0), &format.SheetDeclaration{ID: 12, Index: []int64{0, 0}, Set: &format.Declaration{Property: "margin", Value: ptr("1px")}}},
			[]format.Data{rule(12, 0, "g{}", 0, 0, 0), &format.SheetDeclaration{ID: 12, Index: []int64{0, 0}, Remove: &format.PropertyName{Property: "margin-top"}}, &format.SheetRules{ID: 12, Removes: []format.RuleRemoval{{Index: []int64{0, 1}}}}}},
		{"declarations as rules", []format.Data{rule(9, 0, "a: b", 0, 0), rule(9, 0, "c: d", 0, 0)}, []format.Data{
			&format.SheetDeclaration{ID: 9, Index: []int64{0, 1}, Set: &format.Declaration{Property: "x", Value: ptr("y")}}, &format.SheetRules{ID: 9, Removes: []format.RuleRemoval{{Index: []int64{0, 0}}}}}},
		{"captured text, one part changed", nil, []format.Data{&format.Mutation{Texts: []format.TextChange{{ID: 11, Value: ptr("c{}")}}}}},
		{"edited, then one part changed", []format.Data{rule(9, 0, "q{}", 1)}, []format.Data{&format.Mutation{Texts: []format.TextChange{{ID: 11, Value: ptr("c{}")}}}}},
		{"edited, then recorded anew", []format.Data{rule(23, 0, "q{}", 1)}, []format.Data{document(), &format.Mutation{Texts: []format.TextChange{{ID: 24, Value: ptr("")}}}}},
		{"looked into in vain", []format.Data{rule(9, 0, "no rule", 0)}, []format.Data{rule(9, 0, "q{}", 0)}},
		{"selection", []format.Data{&format.Selection{Ranges: []format.Range{{Range: snapshot.Range{Start: 22, StartOffset: 1, End: 999, EndOffset: 1 << 40}}}}}, []format.Data{&format.Selection{}}},
		{"no selection", []format.Data{&format.Selection{}}, nil},
		{"focus", []format.Data{&format.MouseInteraction{ID: 4, Action: format.Focus}}, []format.Data{&format.Mutation{Removes: []format.Removal{{Parent: 3, ID: 4}}}}},
		{"pointer", []format.Data{&format.MouseInteraction{ID: 4, Action: format.MouseDown, X: ptr(1.0), Y: ptr(2.5)}}, []format.Data{&format.MouseInteraction{ID: 4, Action: format.MouseUp}}},
		{"fonts", []format.Data{&format.Font{Family: "F", Source: "url(x)", Descriptors: `{"weight":"1"}`}, &format.Font{Family: "G", Source: "[1]", Buffer: true}}, []format.Data{&format.Font{Family: "H"}}},
		{"defined", []format.Data{&format.CustomElement{Define: &format.Definition{Name: "x-y"}}}, []format.Data{&format.CustomElement{Define: &format.Definition{Name: "x-y"}}, &format.CustomElement{Define: &format.Definition{Name: "x-z"}}}},
		{"a frame loads again", []format.Data{&format.Input{ID: 19, Text: "typed"}}, []format.Data{&format.Mutation{Frame: true, Adds: []format.Addition{{Parent: 16, Node: &snapshot.Node{ID: 40, Kind: snapshot.KindDocument}}}}}},
		{"a snapshot of typed text", []format.Data{&format.Input{ID: 4, Text: "v"}, &format.Input{ID: 5}}, []format.Data{document(), change(4, attr("value", "new")), change(5, attr("checked", ""))}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var p snapshot.Page
			require.NoError(t, document().Apply(&p))
			for _, data := range tt.first {
				_ = data.Apply(&p)
			}
			q := keyed(t, &p)
			before(t, &p, document())
			before(t, &p, taped(t, &format.FullSnapshot{Node: p.Snapshot()}))
			for _, data := range append(tt.second, document()) {
				both(t, data, &p, q)
				same(t, &p, q, "after %v", data.Kind())
			}
		})
	}
}

func TestKeyframeOfAnEmptyPage(t *testing.T) {
	var p snapshot.Page
	assert.Equal(t, &format.Keyframe{}, format.NewKeyframe(&p, 0))
	p.View.URL = "https://x/"
	q := keyed(t, &p)
	require.NoError(t, document().Apply(&p))
	require.NoError(t, document().Apply(q))
	same(t, &p, q, "")
}

// Of a page that nobody touched, a full snapshot leaves a document alone.
func TestKeyframeBefore(t *testing.T) {
	var p snapshot.Page
	require.NoError(t, document().Apply(&p))
	assert.Equal(t, &format.Keyframe{Events: 3, Node: &snapshot.Node{ID: 1, Kind: snapshot.KindDocument}}, format.NewKeyframeBefore(&p, document(), 3))
	before(t, &p, &format.FullSnapshot{})
	before(t, &p, &format.FullSnapshot{Node: el(3, "p", nil), Offset: &format.Offset{Top: 1}})
}

// A keyframe that no page made is damage, and leaves a page.
func TestDamagedKeyframes(t *testing.T) {
	var p snapshot.Page
	require.NoError(t, document().Apply(&p))
	require.NoError(t, rule(9, 0, "@media x { a{} }", 0).Apply(&p))
	require.NoError(t, rule(9, 0, "b{}", 0, 0).Apply(&p))
	for _, tt := range []struct {
		name   string
		damage func(*format.Keyframe)
	}{
		{"no tree", func(k *format.Keyframe) { k.Node = nil }},
		{"an element", func(k *format.Keyframe) { k.Node = k.Node.Children[1] }},
		{"an id twice", func(k *format.Keyframe) { k.Node.Children[1].ID = 1 }},
		{"a node without kind", func(k *format.Keyframe) { k.Node.Children[1].Children[0] = &snapshot.Node{} }},
		{"a nil node", func(k *format.Keyframe) { k.Node.Children[1].Children[0] = nil }},
		{"state of a node before the first", func(k *format.Keyframe) { k.States[0].At = -1 << 63 }},
		{"state of a node after the last", func(k *format.Keyframe) { k.States[0].At = 1<<63 - 1 }},
		{"states out of order", func(k *format.Keyframe) { k.States[0], k.States[1] = k.States[1], k.States[0] }},
		{"sheets out of order", func(k *format.Keyframe) { k.Styles[0], k.Styles[1] = k.Styles[1], k.Styles[0] }},
		{"too many rules", func(k *format.Keyframe) { k.Styles[0].Sheet.Rules[0].Rules = 1<<63 - 1 }},
		{"fewer than no rules", func(k *format.Keyframe) { k.Styles[0].Sheet.Rules[0].Rules = -1 }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := format.NewKeyframe(&p, 1)
			tt.damage(k)
			var q snapshot.Page
			err := k.Apply(&q)
			d, ok := errors.AsType[*format.DamageError](err)
			require.True(t, ok, "%v", err)
			assert.Equal(t, format.KindKeyframe, d.Kind)
			same(t, &q, q.Clone(), "")
			require.NoError(t, document().Apply(&q))
		})
	}
}
