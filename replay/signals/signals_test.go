package signals_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/replay/signals"
	"github.com/pagetape/pagetape/snapshot"
)

func TestPagePath(t *testing.T) {
	for address, want := range map[string]string{
		"https://site.example":                    "/",
		"https://site.example/":                   "/",
		"https://site.example?x=1":                "/",
		"https://site.example/a/b/":               "/a/b",
		"https://site.example/users/123/edit?t=":  "/users/:id/edit",
		"https://site.example/users/***/edit":     "/users/:id/edit",
		"/o/550e8400-e29b-41d4-a716-446655440000": "/o/:id",
		"/commit/deadbeef1":                       "/commit/:id",
		"/commit/deadbeef":                        "/commit/deadbeef", // a word as well as a number
		"/reset/eyJhbGciOiJIUzI1NiIsInR5cCI6":     "/reset/:id",
		"/docs/getting-started-with-pagetape":     "/docs/getting-started-with-pagetape",
		"/v2/api":                                 "/v2/api",
		"/posts/2026-11-26-harbour":               "/posts/2026-11-26-harbour",
		"/invoice/INV-20261126":                   "/invoice/:id",
		"/u/kari%40example.no":                    "/u/:id",
		"/cart;jsessionid=1A2B":                   "/cart;jsessionid=1A2B",
		"https://s/app#/users/7?x=1":              "/app#/users/:id",
		"https://s/app#!/users/7":                 "/app#/users/:id",
		"https://s/app#section":                   "/app",
		"about:blank":                             "about:blank",
		"file:///C:/pages/index.html":             "/C:/pages/index.html",
		"":                                        "/",
	} {
		assert.Equal(t, want, signals.PagePath(address), address)
	}
}

// What masking hides of an address is an id here, so that a page has one path.
func TestPagePathMasked(t *testing.T) {
	policy, err := mask.Compile(mask.Default())
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(1, 2))
	parts := []string{"users", "edit", "v2", "2026", "123456", "a1b2", "deadbeef", "0f3c", "Kari", "-", "_", ".", "%20", "9", "abcDEF", "x@y.no"}
	for range 500 {
		address := "https://site.example"
		for range 1 + r.IntN(4) {
			address += "/"
			for range 1 + r.IntN(5) {
				address += parts[r.IntN(len(parts))]
			}
		}
		for e, err := range policy.NewFilter(nil).Events(replay.Events{{Data: &format.Navigation{URL: address}}}.Replay(0, 0)) {
			require.NoError(t, err)
			assert.Equal(t, signals.PagePath(address), signals.PagePath(e.Data.(*format.Navigation).URL), address)
		}
	}
}

func TestVisits(t *testing.T) {
	s := begin(t, page)
	s.click(1000, "b")
	s.at(2000, &format.Visibility{State: "hidden"})
	s.at(5000, &format.Visibility{State: "visible"})
	s.at(6000, &format.Scroll{ID: 1, Y: 250})
	s.at(6500, &format.Scroll{ID: s.find("box"), Y: 9000}) // not the page
	s.at(7000, &format.Navigation{URL: "https://site.example/start?page=2"})
	s.at(8000, &format.Navigation{URL: "https://site.example/users/7"})
	s.click(8500, "b")
	s.at(9000, &format.Visibility{State: "hidden"})
	s.end(10_000)
	r := s.report(t, &signals.Options{Height: func(e *format.Event) float64 {
		if e.Time == millis(6000) {
			return 2100
		}
		return 0
	}})
	require.Len(t, r.Visits, 2, "a query makes no visit")
	v := r.Visits[0]
	assert.Equal(t, []any{"/start", millis(0), millis(8000), millis(3000), 250.0, 1050.0, 50.0, 1},
		[]any{v.Path, v.Start, v.End, v.Hidden, v.ScrollTop, v.ScrollBottom, v.ScrollPercent, v.Clicks})
	v = r.Visits[1]
	assert.Equal(t, []any{"/users/:id", millis(8000), millis(10_000), millis(1000), 0.0, 800.0, 0.0},
		[]any{v.Path, v.Start, v.End, v.Hidden, v.ScrollTop, v.ScrollBottom, v.ScrollPercent})
	// From the click at 1 s to the scroll at 6 s there are 5 s, and 2 s from
	// the last scroll to the second click, of which 1.5 s are on the first page.
	assert.Equal(t, millis(7500), r.Active)
	assert.Equal(t, millis(7000), r.Visits[0].Active)
	assert.Equal(t, millis(500), r.Visits[1].Active)
	assert.Equal(t, []signals.Span{{0, millis(1000), false}, {millis(1000), millis(8500), true}, {millis(8500), millis(10_000), false}}, r.Spans)
	// 500 ms of the 7.5 s were below the first 250 pixels.
	attention := r.Heat[0].Attention
	require.Len(t, attention, 11)
	assert.Equal(t, millis(5000), attention[0])
	assert.Equal(t, millis(500), attention[10])
}

// Products tell of routes in events of their own.
func TestProductRoutes(t *testing.T) {
	s := begin(t, page)
	s.click(1000, "b")
	s.at(1500, &format.Custom{Tag: "$url_changed", Payload: `{"href":"https://site.example/a?x=1"}`})
	s.at(2000, &format.Custom{Tag: "$pageview", Payload: `{"href":"https://site.example/a"}`})
	s.at(3000, &format.Custom{Tag: "breadcrumb", Payload: `{"category":"navigation","data":{"from":"/a","to":"/b/7"}}`})
	s.at(4000, &format.Custom{Tag: "breadcrumb", Payload: `{"category":"ui.click","data":{"to":"/c"}}`})
	s.at(5000, &format.Custom{Tag: "Navigate", Payload: `"https://site.example/d"`})
	s.at(6000, &format.Custom{Tag: "Navigate", Payload: `"home"`})
	s.at(7000, &format.Custom{Tag: "breadcrumb", Payload: `[`})
	r := s.report(t, nil)
	paths := []string{}
	for _, v := range r.Visits {
		paths = append(paths, v.Path)
	}
	assert.Equal(t, []string{"/start", "/a", "/b/:id", "/d"}, paths)
	assert.Empty(t, r.Moments, "a route answers the click")
}

// Time that is not active is idle, from 5 s on.
func TestIdle(t *testing.T) {
	for _, gap := range []float64{4999, 5000, 5001} {
		s := begin(t, page)
		s.click(1000, "b")
		s.click(1000+gap, "b")
		r := s.report(t, nil)
		if gap <= 5000 {
			assert.Equal(t, millis(gap), r.Active)
			assert.Len(t, r.Spans, 2)
		} else {
			assert.Zero(t, r.Active)
			assert.Len(t, r.Spans, 4)
		}
	}
}

const form = `<body><form id=f><input id=a><input id=b><input type=radio name=r id=r1><input type=radio name=r id=r2>
<button id=send>Send</button></form><input id=free></body>`

func TestForms(t *testing.T) {
	s := begin(t, form)
	s.focus(1000, "b")
	s.input(1500, "b", "x")
	s.input(1600, "b", "xy")
	s.input(1700, "b", "x")
	s.input(1800, "b", "")
	s.input(1900, "b", "z")
	s.blur(2000, "b")
	s.focus(2000, "a")
	s.blur(2500, "a")
	s.focus(3000, "b")
	s.blur(3100, "b")
	s.focus(3200, "b")
	s.input(3300, "b", "zz")
	s.input(3400, "a", "by a script")
	s.blur(3500, "b")
	s.at(4000, &format.Input{ID: s.find("r2"), Text: "on", Checked: true})
	s.at(4000, &format.Input{ID: s.find("r1"), Text: "on"})
	s.focus(5000, "free")
	s.input(5100, "free", "x")
	s.end(6000)
	r := s.report(t, nil)
	require.Len(t, r.Forms, 2)
	f := &r.Forms[0]
	assert.True(t, f.Abandoned)
	require.Len(t, f.Fields, 3)
	assert.Equal(t, 2, f.LastField, "the radio buttons")
	b, a, radio := &f.Fields[0], &f.Fields[1], &f.Fields[2]
	assert.Equal(t, s.find("b"), b.Node)
	assert.Equal(t, []any{3, 6, 1, 1, 0, millis(1400)}, []any{b.Focuses, b.Inputs, b.Refills, b.Corrections, b.Scripted, b.Time})
	assert.Equal(t, millis(500), *b.Hesitation)
	assert.Equal(t, []any{1, 0, 0, 1, millis(500)}, []any{a.Focuses, a.Inputs, a.Refills, a.Scripted, a.Time})
	assert.Nil(t, a.Hesitation)
	assert.Equal(t, 1, radio.Inputs)
	assert.False(t, r.Forms[1].Abandoned, "it is in no form")
	assert.Equal(t, millis(1000), r.Forms[1].Fields[0].Time, "until the end")

	s.click(7000, "send")
	s.end(9000)
	f = &s.report(t, nil).Forms[0]
	assert.False(t, f.Abandoned)
	assert.Equal(t, 1, f.Submits)
	assert.Equal(t, millis(7000), *f.Submitted)

	s.input(9100, "b", "again")
	s.focus(9050, "b")
	s.input(9200, "b", "")
	f = &s.report(t, nil).Forms[0]
	assert.True(t, f.Abandoned, "filled after it was submitted")
	assert.True(t, f.Fields[0].Empty)
}

// A recorder that does not tell the focus, one that tells who made an input,
// and one that tells of fields itself.
func TestFormSources(t *testing.T) {
	s := begin(t, form)
	s.input(1000, "a", "x")
	s.click(2000, "send")
	f := s.report(t, nil).Forms[0]
	assert.Equal(t, []any{1, 0, 1}, []any{f.Fields[0].Inputs, f.Fields[0].Scripted, f.Submits})

	s = begin(t, form)
	s.at(1000, &format.Input{ID: s.find("a"), Text: "x", UserTriggered: true})
	s.at(1100, &format.Input{ID: s.find("a"), Text: "X"})
	f = s.report(t, nil).Forms[0]
	assert.Equal(t, []any{1, 1}, []any{f.Fields[0].Inputs, f.Fields[0].Scripted})

	s = begin(t, form)
	field := func(ms float64, action string, spent float64) {
		s.at(ms, &format.Field{ID: s.find("a"), Action: action, Time: spent})
	}
	field(1000, "focus", 0)
	field(1400, "fill", 400)
	field(2000, "blur", 1000)
	field(3000, "focus", 0)
	field(3100, "refill", 1100)
	field(3200, "clear", 1200)
	field(4000, "blur", 2000)
	s.at(5000, &format.Field{ID: s.find("a"), Action: "submit"})
	f = s.report(t, nil).Forms[0]
	a := f.Fields[0]
	assert.Equal(t, []any{2, 3, 1, true, millis(2000), 1, false}, []any{a.Focuses, a.Inputs, a.Refills, a.Empty, a.Time, f.Submits, f.Abandoned})
	assert.Equal(t, millis(400), *a.Hesitation)
}

// Another page's form has the same ids, and is another form; a snapshot that
// the recorder takes in passing is of the same.
func TestFormsOfPages(t *testing.T) {
	for _, tt := range []struct {
		name, html, url string
		loaded          bool
		forms           int
	}{
		{"in passing", form, "https://site.example/start", false, 1},
		{"in passing, on another route", form, "https://site.example/next", false, 1},
		{"another page", form + "<p>more", "https://site.example/next", false, 2},
		{"other elements", "<body><p>first</p>" + form, "https://site.example/start", false, 2},
		{"reloaded", form, "https://site.example/start", true, 2},
	} {
		s := begin(t, form)
		s.input(1000, "a", "x")
		s.click(2000, "send")
		if tt.loaded {
			s.at(3000, &format.DOMContentLoaded{})
		}
		next := begin(t, tt.html)
		next[0].Data.(*format.Meta).URL = tt.url
		if tt.forms == 1 { // as the recorder takes it, with what was typed
			root := next[1].Data.(*format.FullSnapshot).Node
			for n := range root.All() {
				if v, _ := n.Attr("id"); v == "a" {
					n.Attrs = append(n.Attrs, snapshot.Attr{Name: "value", Value: "x"})
				}
			}
		}
		s.at(3000, next[0].Data)
		s.at(3000, next[1].Data)
		s.at(4000, &format.Input{ID: next.find("a"), Text: "y"})
		r := s.report(t, nil)
		require.Len(t, r.Forms, tt.forms, tt.name)
		assert.True(t, r.Forms[tt.forms-1].Abandoned, tt.name)
		assert.Equal(t, tt.forms == 1, r.Forms[0].Abandoned, tt.name)
	}
}

func TestFunnel(t *testing.T) {
	funnel, err := signals.ParseFunnel(`/start > click:div\>#b, #plain > custom:done > /users/:user/**`)
	require.NoError(t, err)
	assert.Equal(t, []signals.Step{{Path: "/start"}, {Click: "div>#b, #plain"}, {Custom: "done"}, {Path: "/users/:user/**"}}, funnel.Steps)
	s := begin(t, page)
	s.at(500, &format.Custom{Tag: "done"}) // too early
	s.click(1000, "b")                     // another
	s.click(2000, "plain")
	s.at(3000, &format.Custom{Tag: "done"})
	s.at(4000, &format.Navigation{URL: "https://site.example/users/12/edit/name"})
	r := s.report(t, &signals.Options{Funnels: []signals.Funnel{funnel}})
	assert.Equal(t, []time.Duration{0, millis(2000), millis(3000), millis(4000)}, r.Funnels[0].Reached)
	assert.True(t, r.Funnels[0].Done())

	for _, bad := range []string{"", "/a>", "click:", "click:p:hover", "x", "/a>click:[", "custom:"} {
		_, err := signals.ParseFunnel(bad)
		var e *signals.FunnelError
		assert.ErrorAs(t, err, &e, bad)
	}
	_, err = signals.Of(s2(), &signals.Options{Funnels: []signals.Funnel{{Steps: []signals.Step{{Path: "/a", Custom: "b"}}}}})
	assert.Error(t, err)
	for _, tt := range []struct {
		pattern, path string
		want          bool
	}{
		{"/a", "/a", true}, {"/a", "/a/b", false}, {"/a/*", "/a/b", true}, {"/a/*", "/a", false}, {"/a/**", "/a/b/c", true},
		{"/a/**", "/b", false}, {"/a/:x", "/a/:id", true}, {"/a/:x", "/a/b", false}, {"/*/b", "/a/b", true}, {"/", "/", true},
	} {
		assert.Equal(t, tt.want, signals.MatchPath(tt.pattern, tt.path), "%s %s", tt.pattern, tt.path)
	}
}

func s2() replay.Events { return nil }

func TestHeat(t *testing.T) {
	s := begin(t, page)
	move := func(ms float64, name string, x, y float64) {
		s.at(ms, &format.Move{Source: format.KindMouseMove, Positions: []format.Position{{X: x, Y: y, ID: s.find(name)}}})
	}
	move(1000, "b", 5, 5)
	move(1400, "b", 15, 5)
	move(1500, "plain", 105, 5)
	s.mouse(2000, format.Click, "b", 10, 20)
	s.at(2100, &format.Scroll{ID: 1, Y: 100})
	s.mouse(2200, format.Click, "b", 10, 20)
	move(9000, "plain", 105, 5) // after a pause
	r := s.report(t, nil)
	require.Len(t, r.Heat, 1)
	h := &r.Heat[0]
	require.Len(t, h.Elements, 1, "the other was passed over")
	assert.Equal(t, []any{2, 2, millis(500)}, []any{h.Elements[0].Clicks, h.Elements[0].Moves, h.Elements[0].Hover})
	move(9199, "plain", 105, 5)
	assert.Len(t, s.report(t, nil).Heat[0].Elements, 1)
	move(9200, "plain", 105, 5)
	e := s.report(t, nil).Heat[0].Elements
	require.Len(t, e, 2)
	assert.Equal(t, []any{0, 4, millis(200)}, []any{e[1].Clicks, e[1].Moves, e[1].Hover})
	assert.Equal(t, []float64{20, 120}, []float64{h.Clicks[0].Y, h.Clicks[1].Y})
	assert.Equal(t, []signals.MoveCell{{0, 0, 2, millis(500)}, {100, 0, 1, 0}, {100, 100, 1, 0}}, h.Moves)
	assert.Equal(t, []snapshot.HeatPoint{{Point: snapshot.Point{X: 10, Y: 10}, Weight: .5}, {Point: snapshot.Point{X: 110, Y: 10}}, {Point: snapshot.Point{X: 110, Y: 110}}}, h.MovePoints())
	assert.Equal(t, snapshot.HeatPoint{Point: snapshot.Point{X: 10, Y: 120}, Weight: 1}, h.ClickPoints()[1])
}

func TestSelection(t *testing.T) {
	s := begin(t, `<body><p id=one>Ærlig 👍 talt</p> <p id=two>second</p><script>no</script><p id=three>third</p></body>`)
	selected := func(ms float64, from, to snapshot.NodeID, a, b int64) {
		s.at(ms, &format.Selection{Ranges: []format.Range{{Range: snapshot.Range{Start: from, StartOffset: a, End: to, EndOffset: b}}}})
	}
	one, three := s.text("one"), s.text("three")
	selected(1000, one, one, 0, 0) // a caret
	selected(1100, one, one, 0, 3)
	selected(1200, one, one, 0, 9)
	selected(1300, one, three, 0, 2)
	s.at(1400, &format.Selection{})
	selected(9000, s.find("two"), s.find("two"), 0, 1)
	r := s.report(t, nil)
	require.Equal(t, []signals.Kind{signals.Selected, signals.Selected}, kinds(r))
	assert.Equal(t, []any{millis(1100), millis(1300), 13 + 6 + 2, s.find("one")}, []any{r.Moments[0].Time, r.Moments[0].End, r.Moments[0].Length, r.Moments[0].Target.Node})
	assert.Equal(t, 6, r.Moments[1].Length)
	assert.Len(t, s.report(t, &signals.Options{SelectLength: 7}).Moments, 1)

	s = begin(t, page)
	s.at(1000, &format.Custom{Tag: "Copy", Payload: `{"length":5}`})
	s.at(2000, &format.Custom{Tag: "clipboard", Payload: `"x"`})
	r = s.report(t, nil)
	require.Equal(t, []signals.Kind{signals.Copied, signals.Copied}, kinds(r))
	assert.Equal(t, []int{5, 0}, []int{r.Moments[0].Length, r.Moments[1].Length})
}

func TestTotals(t *testing.T) {
	funnel, err := signals.ParseFunnel("/signals.html>/users/*/edit>custom:copy")
	require.NoError(t, err)
	opts := &signals.Options{Funnels: []signals.Funnel{funnel}}
	var totals signals.Totals
	for _, name := range []string{"clicks", "journey", "journey"} {
		events, _ := labelled(t, name)
		totals.Add(tape(events).report(t, opts))
	}
	assert.Equal(t, 3, totals.Sessions)
	assert.Contains(t, totals.Moments, signals.KindTotal{Kind: signals.ErrorClick, Count: 4, Sessions: 1})
	assert.Contains(t, totals.Moments, signals.KindTotal{Kind: signals.QuickBack, Count: 2, Sessions: 2})
	assert.Equal(t, "/signals.html", totals.Pages[0].Path)
	assert.Equal(t, []int{5, 3, 3, 3}, []int{totals.Pages[0].Visits, totals.Pages[0].Sessions, totals.Pages[0].Entries, totals.Pages[0].Exits})
	assert.Equal(t, []int{3, 2, 0}, []int{totals.Forms[0].Users, totals.Forms[0].Submitted, totals.Forms[0].Abandoned}, totals.Forms[0].Selector)
	assert.Equal(t, []int{2, 0, 2}, []int{totals.Forms[1].Users, totals.Forms[1].Submitted, totals.Forms[1].Abandoned}, totals.Forms[1].Selector)
	assert.Equal(t, 2, totals.Forms[1].Fields[1].Abandoned)
	assert.Equal(t, []int{3, 2, 2}, []int{totals.Funnels[0].Steps[0].Sessions, totals.Funnels[0].Steps[1].Sessions, totals.Funnels[0].Steps[2].Sessions})
	assert.Equal(t, "#dead", totals.Targets[0].Selector)
	assert.Zero(t, totals.LeftOut)
}

// The JSON is an interface of its own: names change with a new test only.
func TestJSON(t *testing.T) {
	s := begin(t, page)
	s.click(1000, "b")
	s.end(4000)
	r := s.report(t, nil)
	r.Heat = nil
	text, err := json.Marshal(r)
	require.NoError(t, err)
	assert.JSONEq(t, `{"first":0,"last":4000000000,"events":4,"active":0,
	"moments":[{"kind":"dead-click","time":1000000000,"end":1000000000,"window":0,"visit":0,"path":"/start",
		"target":{"node":5,"tag":"button","selector":"#b","role":"button","name":"Go"},"x":10,"y":10,"clicks":1}],
	"spans":[{"start":0,"end":1000000000,"active":false},{"start":1000000000,"end":1000000000,"active":true},{"start":1000000000,"end":4000000000,"active":false}],
	"visits":[{"window":0,"start":0,"end":4000000000,"active":0,"hidden":0,"url":"https://site.example/start","path":"/start",
		"scrollTop":0,"scrollBottom":800,"clicks":1,"errors":0}],
	"forms":[],"heat":null,
	"leftOut":{"windows":0,"moments":0,"spans":0,"visits":0,"forms":0,"fields":0,"pages":0,"elements":0,"clicks":0,"cells":0}}`, string(text))
}

// Lists are bounded, and what does not fit is counted.
func TestBounds(t *testing.T) {
	s := begin(t, page)
	for i := range 12_000 {
		s.at(float64(1000+10*i), &format.Navigation{URL: fmt.Sprintf("https://site.example/page-%c%c%c", 'a'+i%26, 'a'+i/26%26, 'a'+i/676)})
		s.at(float64(1000+10*i), &format.Custom{Tag: "copy"})
	}
	for w := range 300 {
		s = append(s, format.Event{Time: time.Hour, Window: format.WindowID(w), Data: &format.Custom{Tag: "copy"}})
	}
	r := s.report(t, nil)
	assert.Len(t, r.Visits, 10_000)
	assert.Len(t, r.Moments, 10_000)
	assert.Len(t, r.Heat, 500)
	assert.EqualValues(t, 2001, r.LeftOut.Visits)
	assert.EqualValues(t, 12_000+256-10_000, r.LeftOut.Moments)
	assert.EqualValues(t, 300-256, r.LeftOut.Windows)

	s = begin(t, page)
	m := &format.Move{Source: format.KindMouseMove}
	for i := range 100_100 {
		m.Positions = append(m.Positions, format.Position{X: float64(i%1000) * 20, Y: float64(i/1000) * 20, ID: s.find("body")})
	}
	s.at(1000, m)
	r = s.report(t, nil)
	assert.Len(t, r.Heat[0].Moves, 100_000)
	assert.EqualValues(t, 100, r.LeftOut.Cells)
}

// Whatever the events are, a report comes of them, its numbers are numbers and
// its times in order.
func FuzzAnalyzer(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8}, `[{"type":4,"data":{"href":"http://s/","width":800,"height":600},"timestamp":1000}]`)
	f.Add([]byte{200, 100, 50}, `{"type":3,"data":{"source":2,"type":2,"id":5,"x":1e300,"y":-1e300},"timestamp":9e15}`)
	f.Fuzz(func(t *testing.T, seed []byte, text string) {
		a, err := signals.NewAnalyzer(nil)
		require.NoError(t, err)
		for _, e := range random(seed) {
			a.Add(e)
		}
		for e, err := range rrweb.NewDecoder(strings.NewReader(text), nil).Events() {
			if err != nil {
				break
			}
			a.Add(e)
		}
		r := a.Report()
		_, err = json.Marshal(r) // NaN and infinities are errors
		require.NoError(t, err)
		for i, m := range r.Moments {
			require.LessOrEqual(t, m.Time, m.End)
			require.True(t, i == 0 || r.Moments[i-1].Time <= m.Time)
			require.Less(t, m.Visit, len(r.Visits))
		}
		active := r.Active
		for _, v := range r.Visits {
			require.LessOrEqual(t, v.Start, v.End)
			require.GreaterOrEqual(t, v.Hidden, time.Duration(0))
			active -= v.Active
		}
		require.GreaterOrEqual(t, active, time.Duration(0))
	})
}

// random returns events of all kinds that concern signals, by a seed.
func random(seed []byte) []format.Event {
	root, _ := snapshot.Parse(strings.NewReader(page + form))
	events := []format.Event{{Data: &format.Meta{URL: "http://s/", Width: 800, Height: 600}}, {Data: &format.FullSnapshot{Node: root}}}
	var now time.Duration
	r := rand.New(rand.NewPCG(uint64(len(seed)), 1))
	numbers := []float64{0, 1, -1, 10, 500, 1e9, math.NaN(), math.Inf(1), math.Inf(-1), -1e300}
	for _, b := range seed {
		now += time.Duration(b) * 10 * time.Millisecond
		if b == 255 {
			now = time.Duration(r.Int64())
		}
		id := snapshot.NodeID(r.IntN(40))
		x, y := numbers[r.IntN(len(numbers))], numbers[r.IntN(len(numbers))]
		text := string(seed[:r.IntN(len(seed))])
		all := []format.Data{
			&format.MouseInteraction{Action: format.Click, ID: id, X: &x, Y: &y},
			&format.MouseInteraction{Action: format.Action(r.IntN(11)), ID: id},
			&format.Move{Source: format.KindMouseMove, Positions: []format.Position{{X: x, Y: y, ID: id, TimeOffset: x}, {X: y, Y: x, ID: id, TimeOffset: -y}}},
			&format.Scroll{ID: id, X: x, Y: y},
			&format.ViewportResize{Width: x, Height: y},
			&format.Input{ID: id, Text: text, Checked: b%2 == 0},
			&format.Field{ID: id, Action: []string{"focus", "fill", "refill", "clear", "blur", "submit", ""}[r.IntN(7)], Time: x},
			&format.Mutation{Texts: []format.TextChange{{ID: id}}, Attrs: []format.AttrChange{{ID: id, Attrs: []snapshot.Attr{{Name: "class", Value: text}}}}},
			&format.Mutation{Removes: []format.Removal{{Parent: id, ID: id + 1}}, Adds: []format.Addition{{Parent: id}, {Parent: id, Node: &snapshot.Node{ID: id + 50, Kind: snapshot.KindElement, Name: "input"}}}},
			&format.Selection{Ranges: []format.Range{{Range: snapshot.Range{Start: id, StartOffset: int64(b) - 9, End: id + 3, EndOffset: int64(x)}}}},
			&format.Navigation{URL: text},
			&format.Meta{URL: text, Width: x, Height: y},
			&format.Visibility{State: []string{"hidden", "visible"}[b%2]},
			&format.Failure{}, &format.Custom{Tag: "copy", Payload: text}, &format.FullSnapshot{}, &format.Keyframe{}, nil,
		}
		events = append(events, format.Event{Time: now, Window: format.WindowID(r.IntN(3)), Data: all[r.IntN(len(all))]})
	}
	return events
}

func ExampleOf() {
	const recording = `
{"type":4,"data":{"href":"http://site/cart/42","width":800,"height":600},"timestamp":1000}
{"type":2,"data":{"node":{"type":0,"id":1,"childNodes":[{"type":2,"tagName":"html","attributes":{},"id":2,"childNodes":[
  {"type":2,"tagName":"button","attributes":{"id":"pay"},"id":3,"childNodes":[{"type":3,"textContent":"Pay","id":4}]}]}]},
  "initialOffset":{"left":0,"top":0}},"timestamp":1000}
{"type":3,"data":{"source":2,"type":2,"id":3,"x":20,"y":10},"timestamp":3000}
{"type":3,"data":{"source":2,"type":2,"id":3,"x":21,"y":10},"timestamp":3200}
{"type":3,"data":{"source":2,"type":2,"id":3,"x":20,"y":11},"timestamp":3400}
{"type":3,"data":{"source":1,"positions":[{"x":300,"y":200,"id":2,"timeOffset":0}]},"timestamp":9000}`
	var events replay.Events
	for e, err := range rrweb.NewDecoder(strings.NewReader(recording), nil).Events() {
		if err != nil {
			fmt.Println(err)
			return
		}
		events = append(events, e)
	}
	r, err := signals.Of(events, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range r.Moments {
		fmt.Printf("%v %s on %s: %s %q, %d clicks\n", m.Time, m.Kind, m.Path, m.Target.Role, m.Target.Name, m.Clicks)
	}
	// Output:
	// 2s dead-click on /cart/:id: button "Pay", 3 clicks
	// 2s rage-click on /cart/:id: button "Pay", 3 clicks
}
