package signals_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/replay/signals"
	"github.com/pagetape/pagetape/snapshot"
)

const page = `<body><button id=b>Go</button> <div id=plain>text</div> <p id=out>0</p> <p id=clock>1</p>
<a id=link href="/other">Other</a> <input id=in> <script id=js>x</script> <div id=box></div></body>`

// Each threshold, just under, at and just over it.
func TestThresholds(t *testing.T) {
	var none []signals.Kind
	dead, rage := signals.DeadClick, signals.RageClick
	for _, tt := range []struct {
		name string
		do   func(s *tape, v float64)
		// What there is just under v, at v, and just over it.
		v               float64
		step            float64
		under, at, over []signals.Kind
	}{
		{"rage: time of three clicks", func(s *tape, v float64) {
			for _, at := range []float64{1000, 1300, 1000 + v} {
				s.click(at, "b")
			}
			s.write(1000+v+10, "out", "1")
		}, 1000, 1, []signals.Kind{rage}, []signals.Kind{rage}, none},
		{"rage: distance", func(s *tape, v float64) {
			s.mouse(1000, format.Click, "b", 10, 10)
			s.mouse(1100, format.Click, "b", 10, 10+v)
			s.mouse(1200, format.Click, "b", 10, 10)
			s.write(1210, "out", "1")
		}, 30, 0.5, []signals.Kind{rage}, []signals.Kind{rage}, none},
		{"rage: number of clicks", func(s *tape, v float64) {
			for i := range int(v) {
				s.click(1000+float64(100*i), "b")
			}
			s.write(1000+100*v, "out", "1")
		}, 3, 1, none, []signals.Kind{rage}, []signals.Kind{rage}},
		{"rage: number on text", func(s *tape, v float64) {
			for i := range int(v) {
				s.click(1000+float64(100*i), "plain")
			}
		}, 4, 1, none, []signals.Kind{rage}, []signals.Kind{rage}},
		{"dead: a change", func(s *tape, v float64) {
			s.click(1000, "b")
			s.write(1000+v, "out", "1")
		}, 2500, 1, none, none, []signals.Kind{dead}},
		{"dead: a scroll", func(s *tape, v float64) {
			s.click(1000, "b")
			s.at(1000+v, &format.Scroll{ID: 1, Y: 100})
		}, 300, 1, none, none, []signals.Kind{dead}},
		{"dead: the session's end", func(s *tape, v float64) {
			s.click(1000, "b")
			s.end(1000 + v)
		}, 2500, 1, none, []signals.Kind{dead}, []signals.Kind{dead}},
		{"error", func(s *tape, v float64) {
			s.click(1000, "b")
			s.write(1001, "out", "1")
			s.at(1000+v, &format.Failure{Message: "x"})
		}, 1000, 1, []signals.Kind{signals.ErrorClick}, []signals.Kind{signals.ErrorClick}, none},
		{"thrashing: turns", func(s *tape, v float64) {
			shake(s, 1000, int(v)+1, 150, 100)
		}, 6, 1, none, []signals.Kind{signals.Thrashing}, []signals.Kind{signals.Thrashing}},
		{"thrashing: distance", func(s *tape, v float64) {
			shake(s, 1000, 8, v/8, 100)
		}, 600, 1, none, []signals.Kind{signals.Thrashing}, []signals.Kind{signals.Thrashing}},
		{"thrashing: time", func(s *tape, v float64) {
			shake(s, 1000, 7, 150, v/6) // from the first turn to the end of the last
		}, 2000, 6, []signals.Kind{signals.Thrashing}, []signals.Kind{signals.Thrashing}, none},
		{"quick back", func(s *tape, v float64) {
			s.at(1000, &format.Navigation{URL: "https://site.example/detail"})
			s.at(1000+v, &format.Navigation{URL: "https://site.example/start"})
		}, 5000, 1, []signals.Kind{signals.QuickBack}, []signals.Kind{signals.QuickBack}, none},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, x := range []struct {
				name string
				v    float64
				want []signals.Kind
			}{{"under", tt.v - tt.step, tt.under}, {"at", tt.v, tt.at}, {"over", tt.v + tt.step, tt.over}} {
				s := begin(t, page)
				tt.do(&s, x.v)
				if tt.name != "dead: the session's end" {
					s.end(20_000)
				}
				assert.ElementsMatch(t, x.want, kinds(s.report(t, nil)), x.name)
			}
		})
	}
}

// shake moves the pointer to and fro: so many movements of so many pixels, each
// in so many milliseconds.
func shake(s *tape, ms float64, legs int, width, each float64) {
	for i := range legs + 1 {
		p := format.Position{X: 100 + float64(i%2)*width, Y: 50, ID: s.find("body")}
		s.at(ms+float64(i)*each, &format.Move{Source: format.KindMouseMove, Positions: []format.Position{p}})
	}
}

// What is an answer to a click, and what is not.
func TestAnswers(t *testing.T) {
	input := func(s *tape) { s.at(1200, &format.Input{ID: s.find("in"), Text: "x"}) }
	for _, tt := range []struct {
		name string
		dead bool
		do   func(s *tape) // after a click at 1 s
	}{
		{"nothing", true, func(*tape) {}},
		{"text", false, func(s *tape) { s.write(1500, "out", "1") }},
		{"attribute", false, func(s *tape) { s.attr(1500, "b", "aria-expanded", "true") }},
		{"class", false, func(s *tape) { s.attr(1500, "b", "class", "open") }},
		{"focus class", true, func(s *tape) { s.attr(1010, "b", "class", "focus-visible") }},
		{"hover attribute", true, func(s *tape) { s.attr(1010, "b", "data-hovered", "") }},
		{"tabindex", true, func(s *tape) { s.attr(1010, "b", "tabindex", "0") }},
		{"focus", true, func(s *tape) { s.focus(1010, "b"); s.blur(1500, "b") }},
		{"added element", false, func(s *tape) { s.add(1500, "box", "div", "") }},
		{"ripple", true, func(s *tape) { s.add(1020, "b", "span", "mat-ripple-element") }},
		{"script", true, func(s *tape) { s.add(1500, "box", "script", "") }},
		{"in a script", true, func(s *tape) { s.write(1500, "js", "y") }},
		{"blank text", true, func(s *tape) {
			s.at(1500, &format.Mutation{Adds: []format.Addition{{Parent: s.find("box"), Node: &snapshot.Node{ID: 901, Kind: snapshot.KindText, Text: "\n"}}}})
		}},
		{"comment", true, func(s *tape) {
			s.at(1500, &format.Mutation{Adds: []format.Addition{{Parent: s.find("box"), Node: &snapshot.Node{ID: 901, Kind: snapshot.KindComment, Text: "x"}}}})
		}},
		{"removed element", false, func(s *tape) {
			s.at(1500, &format.Mutation{Removes: []format.Removal{{Parent: s.find("body"), ID: s.find("out")}}})
		}},
		{"navigation", false, func(s *tape) { s.at(1500, &format.Navigation{URL: "https://site.example/x"}) }},
		{"page load", false, func(s *tape) { s.at(1500, &format.Meta{URL: "https://site.example/x", Width: 1000, Height: 800}) }},
		{"reload", false, func(s *tape) { s.at(1500, &format.DOMContentLoaded{}) }},
		{"snapshot of a recorder", true, func(s *tape) {
			s.at(1500, &format.Meta{URL: "https://site.example/start", Width: 1000, Height: 800})
			s.at(1500, (*s)[1].Data)
		}},
		{"request", false, func(s *tape) { s.at(1500, &format.Request{URL: "/api", Method: "POST"}) }},
		{"network plugin", false, func(s *tape) { s.at(1500, &format.Plugin{Plugin: "rrweb/network@1", Payload: "{}"}) }},
		{"console", true, func(s *tape) { s.at(1500, &format.Console{Level: "log"}) }},
		{"custom event", true, func(s *tape) { s.at(1500, &format.Custom{Tag: "x", Payload: "{}"}) }},
		{"media", false, func(s *tape) { s.at(1500, &format.Media{Action: format.Play, ID: s.find("b")}) }},
		{"input", false, input},
		{"selection", false, func(s *tape) {
			s.at(1100, &format.Selection{Ranges: []format.Range{{Range: snapshot.Range{Start: s.text("out"), End: s.text("out"), EndOffset: 1}}}})
		}},
		{"caret", true, func(s *tape) {
			s.at(1100, &format.Selection{Ranges: []format.Range{{Range: snapshot.Range{Start: s.text("out"), End: s.text("out")}}}})
		}},
		{"hidden", false, func(s *tape) { s.at(1500, &format.Visibility{State: "hidden"}) }},
		{"new window", false, func(s *tape) {
			*s = append(*s, format.Event{Time: 1500 * time.Millisecond, Window: 1, Data: &format.Meta{URL: "https://site.example/w"}})
		}},
		{"style sheet", false, func(s *tape) { s.at(1500, &format.SheetRules{ID: s.find("b")}) }},
		{"canvas", false, func(s *tape) { s.at(1500, &format.Canvas{ID: s.find("b")}) }},
		{"resize", false, func(s *tape) { s.at(1500, &format.ViewportResize{Width: 500, Height: 800}) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := begin(t, page)
			s.click(1000, "b")
			tt.do(&s)
			s.end(10_000)
			found := slices.DeleteFunc(kinds(s.report(t, nil)), func(k signals.Kind) bool { return k == signals.Selected })
			if tt.dead {
				assert.Equal(t, []signals.Kind{signals.DeadClick}, found)
			} else {
				assert.Empty(t, found)
			}
		})
	}
}

// add adds an element to another.
func (t *tape) add(ms float64, parent, name, class string) {
	n := &snapshot.Node{ID: 900, Kind: snapshot.KindElement, Name: name, Attrs: []snapshot.Attr{{Name: "class", Value: class}}}
	t.at(ms, &format.Mutation{Adds: []format.Addition{{Parent: t.find(parent), Node: n}}})
}

// A clock's tick is no answer; a counter that the click moves is, also where
// the user clicks as regularly as a clock.
func TestClock(t *testing.T) {
	s := begin(t, page)
	for i := range 20 {
		s.write(float64(1000*(i+1)), "clock", string(rune('a'+i)))
		if i == 8 {
			s.click(9500, "b")
		}
	}
	assert.Equal(t, []signals.Kind{signals.DeadClick}, kinds(s.report(t, nil)))

	s = begin(t, page)
	for i := range 10 {
		s.click(float64(1000*(i+1)), "b")
		s.write(float64(1000*(i+1)+5), "out", string(rune('a'+i)))
	}
	s.end(20_000)
	assert.Empty(t, kinds(s.report(t, nil)))

	// A click that sets the clock is answered, out of turn.
	s = begin(t, page)
	for i := range 20 {
		s.write(float64(1000*(i+1)), "clock", string(rune('a'+i)))
		if i == 8 {
			s.click(9500, "b")
			s.write(9505, "clock", "0")
		}
	}
	assert.Empty(t, kinds(s.report(t, nil)))

	// An animation that went on before and is over is begun anew by the click.
	s = begin(t, page)
	for i := range 30 {
		s.attr(float64(1000+16*i), "box", "style", "left:"+string(rune('a'+i)))
	}
	s.click(6000, "b")
	for i := range 30 {
		s.attr(float64(6040+16*i), "box", "style", "left:"+string(rune('a'+i)))
	}
	s.end(20_000)
	assert.Empty(t, kinds(s.report(t, nil)))
}

// Rage that the page answers each time is none, unless it is asked for.
func TestRageAnswered(t *testing.T) {
	s := begin(t, page)
	for i := range 5 {
		s.click(float64(1000+150*i), "b")
		s.write(float64(1010+150*i), "out", string(rune('a'+i)))
	}
	s.end(9000)
	assert.Empty(t, kinds(s.report(t, nil)))
	r := s.report(t, &signals.Options{RageAnswered: true})
	assert.Equal(t, []signals.Kind{signals.RageClick}, kinds(r))
	assert.Equal(t, 5, r.Moments[0].Answered)
	assert.Equal(t, 5, r.Moments[0].Clicks)
}

// What looks clickable, and what is left out.
func TestTargets(t *testing.T) {
	const html = `<body><button id=button>x</button><div id=role role=tab>x</div><div id=handler onclick="x()">x</div>
<div id=class class="btn primary">x</div><div id=tab tabindex=0>x</div><div id=hand style="cursor: pointer">x</div>
<a id=nowhere href="#">x</a><a id=bare>x</a><a id=elsewhere href="/x">x</a><p id=text>x</p><p id=paragraph role=paragraph>x</p>
<input id=input><textarea id=area></textarea><select id=select><option>x</option></select>
<input type=checkbox id=check><input type=radio id=radio><label id=label>x</label><canvas id=canvas></canvas>
<div contenteditable id=edit>x</div><button id=popover popovertarget=text>x</button>
<form><input required><button id=refused>x</button></form><form novalidate><input required><button id=novalidate>x</button></form>
<style>.hand, .hot:hover { cursor: pointer }</style><div class=hand id=styled><span id=instyled>x</span></div>
<form><button id=reset type=reset>x</button></form><button id=outer><span id=inner>x</span></button></body>`
	for name, want := range map[string]string{
		"button": "button", "role": "role", "handler": "handler", "class": "class", "tab": "tab", "hand": "hand", "nowhere": "nowhere",
		"bare": "bare", "elsewhere": "", "text": "", "paragraph": "", "input": "", "area": "", "select": "", "check": "check", "radio": "",
		"label": "", "canvas": "", "edit": "", "popover": "", "refused": "", "novalidate": "novalidate", "reset": "", "inner": "outer",
		"instyled": "styled",
	} {
		s := begin(t, html)
		s.click(1000, name)
		s.end(9000)
		r := s.report(t, nil)
		if want == "" {
			assert.Empty(t, r.Moments, name)
			continue
		}
		if assert.Len(t, r.Moments, 1, name) {
			assert.Equal(t, s.find(want), r.Moments[0].Target.Node, name)
		}
	}
	s := begin(t, html)
	s.click(1000, "text")
	s.click(4000, "elsewhere")
	s.end(9000)
	assert.Len(t, s.report(t, &signals.Options{DeadAnywhere: true, DeadLinks: true}).Moments, 2)
}

// What is in a frame or a shadow tree is clicked as well.
func TestFrames(t *testing.T) {
	s := begin(t, `<body><form><iframe srcdoc="<button id=inner>x</button><input id=in>"></iframe></form>
<div><template shadowrootmode=open><style>i { cursor: pointer }</style><i id=shadow>x</i></template></div></body>`)
	s.click(1000, "inner")
	s.click(5000, "shadow")
	s.input(6000, "in", "x")
	s.end(9000)
	r := s.report(t, nil)
	assert.Equal(t, []signals.Kind{signals.DeadClick, signals.DeadClick}, kinds(r))
	assert.Equal(t, []snapshot.NodeID{s.find("inner"), s.find("shadow")}, []snapshot.NodeID{r.Moments[0].Target.Node, r.Moments[1].Target.Node})
	assert.Zero(t, r.Moments[0].X, "frames are somewhere")
	assert.NotZero(t, r.Moments[1].X)
	assert.Len(t, r.Heat[0].Clicks, 1)
	assert.Zero(t, r.Forms[0].Target, "a form does not reach into a frame")
}

// An error is due to the last click before it; errors that come by themselves
// are due to none.
func TestErrorClicks(t *testing.T) {
	s := begin(t, page)
	s.click(1000, "b")
	s.click(1400, "plain")
	s.at(1900, &format.Plugin{Plugin: "rrweb/console@1", Payload: `{"level":"error","payload":[],"trace":[]}`})
	s.at(1950, &format.Console{Level: "warn"})
	s.write(1960, "out", "1")
	s.end(9000)
	r := s.report(t, nil)
	assert.Equal(t, []signals.Kind{signals.ErrorClick}, kinds(r))
	assert.Equal(t, s.find("plain"), r.Moments[0].Target.Node)
	assert.Equal(t, millis(1900), r.Moments[0].End)
	assert.False(t, r.Moments[0].Uncaught)

	s = begin(t, page)
	for i := range 15 {
		s.at(float64(1000*(i+1)), &format.Failure{Message: "poll"})
		if i == 9 {
			s.click(10_500, "b")
			s.write(10_510, "out", "1")
		}
	}
	assert.Empty(t, kinds(s.report(t, nil)))
}
