package replay_test

import (
	"errors"
	"iter"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

// A script is a session told in short: each step is an event, a second after
// the one before.
type script struct {
	t      *testing.T
	events replay.Events
}

func (s *script) add(d format.Data) {
	s.events = append(s.events, format.Event{Time: time.Duration(len(s.events)) * time.Second, Data: d})
}

// page is a full snapshot of an HTML body, with ids in document order: 1 is the
// document, 4 the body.
func (s *script) page(url, body string) {
	root, err := snapshot.Parse(strings.NewReader("<html><head></head><body>" + body))
	require.NoError(s.t, err)
	s.add(&format.Meta{URL: url, Width: 800, Height: 600})
	s.add(&format.FullSnapshot{Node: root})
}

func (s *script) attr(id snapshot.NodeID, name, value string) {
	s.add(&format.Mutation{Attrs: []format.AttrChange{{ID: id, Attrs: []snapshot.Attr{{Name: name, Value: value}}}}})
}

func (s *script) click(id snapshot.NodeID, x, y float64) {
	s.add(&format.MouseInteraction{Action: format.Click, ID: id, X: &x, Y: &y})
}

func (s *script) insert(parent, next snapshot.NodeID, n *snapshot.Node) {
	s.add(&format.Mutation{Adds: []format.Addition{{Parent: parent, Next: next, Node: n}}})
}

func (s *script) remove(parent, id snapshot.NodeID) {
	s.add(&format.Mutation{Removes: []format.Removal{{Parent: parent, ID: id}}})
}

func element(id snapshot.NodeID, name string, children ...*snapshot.Node) *snapshot.Node {
	return &snapshot.Node{ID: id, Kind: snapshot.KindElement, Name: name, Children: children}
}

func text(id snapshot.NodeID, s string) *snapshot.Node {
	return &snapshot.Node{ID: id, Kind: snapshot.KindText, Text: s}
}

// gather returns what an iterator yields, and the error that comes last.
func gather[T any](seq iter.Seq2[T, error]) (list []T, err error) {
	for x, err := range seq {
		if err != nil {
			return list, err
		}
		list = append(list, x)
	}
	return list, nil
}

func TestFindSpans(t *testing.T) {
	s := script{t: t}
	s.page("https://a.example/", `<ul><li class=a>one</li><li>two</li></ul>`) // ul 5, li 6, text 7, li 8, text 9
	s.attr(8, "class", "b a")                                                 // 2 s
	s.insert(5, 0, &snapshot.Node{ID: 20, Kind: snapshot.KindElement, Name: "li", Attrs: []snapshot.Attr{{Name: "class", Value: "a"}}})
	s.attr(6, "class", "A") // 4 s
	s.remove(5, 20)         // 5 s
	s.page("https://a.example/", `<ul><li class=A>one</li><li class="b a">two</li></ul>`)
	s.page("https://a.example/other", `<p class=a>three</p>`) // p 5
	s.add(&format.Custom{Tag: "end"})

	got, err := gather(replay.Find(s.events, ".a"))
	require.NoError(t, err)
	assert.Equal(t, []replay.Match{
		{ID: 6, Start: 1 * time.Second, End: 4 * time.Second, First: 1, Last: 4, Why: replay.EndChanged, Tag: "li", Text: "one"},
		{ID: 20, Start: 3 * time.Second, End: 5 * time.Second, First: 3, Last: 5, Why: replay.EndRemoved, Tag: "li"},
		{ID: 8, Start: 2 * time.Second, End: 9 * time.Second, First: 2, Last: 9, Why: replay.EndPage, Tag: "li", Text: "two"},
		{ID: 5, Start: 9 * time.Second, End: 10 * time.Second, First: 9, Last: 11, Why: replay.EndSession, Tag: "p", Text: "three"},
	}, got)
	for range replay.Find(s.events, ".a") {
		break // is safe
	}
}

func TestFindTextSpans(t *testing.T) {
	s := script{t: t}
	s.page("https://a.example/", `<p>Your <b>or</b>der &nbsp; is <i>late</i></p><p hidden>order is here</p>`) // p 5, b 7, text 8, p 12
	said := "b"
	s.add(&format.Mutation{Texts: []format.TextChange{{ID: 8, Value: &said}}})
	s.add(&format.Mutation{Attrs: []format.AttrChange{{ID: 12, Attrs: []snapshot.Attr{{Name: "hidden", Type: snapshot.AttrNull}}}}})
	got, err := gather(replay.FindText(s.events, " order\tis "))
	require.NoError(t, err)
	require.Len(t, got, 2)
	assert.Equal(t, replay.Match{
		ID: 5, Start: time.Second, End: 2 * time.Second, First: 1, Last: 2, Why: replay.EndChanged, Tag: "p", Text: "Your order is late",
	}, got[0])
	assert.Equal(t, snapshot.NodeID(12), got[1].ID)
	assert.Equal(t, 3*time.Second, got[1].Start)

	got, err = gather(replay.FindPattern(s.events, regexp.MustCompile(`is \w+e$`)))
	require.NoError(t, err)
	require.Len(t, got, 2)
	_, err = gather(replay.FindText(s.events, " \n"))
	assert.ErrorContains(t, err, "no text")
}

func TestSelectorErrors(t *testing.T) {
	for _, c := range []struct {
		sel    string
		offset int
		reason string
	}{
		{"div::before", 4, "pseudo-elements"}, {"a, ", 3, "empty selector"}, {"p:contains(x)", 10, "do not look for text"},
		{":checked > p", 10, "last element"}, {"p:not(:focus)", 12, "last element"}, {"a:hover", 7, "not on a recorded page"}, {"", 0, "empty selector"},
	} {
		got, err := gather(replay.Find(replay.Events(nil), c.sel))
		wrong, ok := errors.AsType[*replay.SelectorError](err)
		require.True(t, ok, c.sel)
		assert.Empty(t, got)
		assert.Equal(t, c.offset, wrong.Offset, c.sel)
		assert.ErrorContains(t, wrong, c.reason)
		_, err = gather(replay.Clicks(replay.Events(nil), c.sel, nil))
		assert.ErrorAs(t, err, &wrong)
	}
}

// The source's error comes last, after what was found.
func TestFindDamaged(t *testing.T) {
	events := sessions.Open(t, "form").Events(t)
	tape := written(t, events, &format.WriterOptions{Flush: 400})
	whole, err := gather(replay.Find(opened(t, tape, nil), "input"))
	require.NoError(t, err)
	require.NotEmpty(t, whole)
	tape[len(tape)*3/4] ^= 1
	_, err = gather(replay.Find(opened(t, tape, nil), "input"))
	assert.ErrorAs(t, err, new(*format.CorruptError))
}

func TestClicks(t *testing.T) {
	s := script{t: t}
	s.page("https://a.example/", `<form><label>Name <input></label><button class=submit><b>Send</b> it</button></form><p></p>`)
	// form 5, label 6, text 7, input 8, button 9, b 10, text 11, text 12, p 13
	s.click(10, 3, 4)                           // 2 s
	s.insert(13, 0, text(20, "Name is needed")) // 3 s
	s.attr(9, "class", "")
	s.click(10, 5, 6)
	s.attr(9, "class", "submit")
	s.click(9, 7, 8) // 7 s
	s.page("https://a.example/thanks", `<h1>Thank you</h1>`)

	got, err := gather(replay.Clicks(s.events, ".submit", nil))
	require.NoError(t, err)
	require.Len(t, got, 2)
	assert.Equal(t, replay.ClickMatch{
		Time: 2 * time.Second, Event: 2, ID: 9, Target: 10, Point: &snapshot.Point{X: 3, Y: 4},
		Path: "button.submit", Role: "button", Name: "Send it", Text: "Send it", Near: "Name Send it", Answer: []string{"Name is needed"},
	}, got[0])
	assert.Equal(t, 7*time.Second, got[1].Time)
	assert.Empty(t, got[1].Answer, "the page came later")

	got, err = gather(replay.Clicks(s.events, ".submit", &replay.ClicksOptions{Answer: 3 * time.Second}))
	require.NoError(t, err)
	assert.Equal(t, []string{"Thank you"}, got[1].Answer)
	got, err = gather(replay.Clicks(s.events, "form", &replay.ClicksOptions{Answer: -1}))
	require.NoError(t, err)
	require.Len(t, got, 3)
	assert.Nil(t, got[0].Answer)
}

// What comes and goes while the answer is waited for is part of it.
func TestClicksAnswer(t *testing.T) {
	s := script{t: t}
	s.page("https://a.example/", `<button>Send</button><p>old</p><p></p>`)
	// button 5, text 6, p 7, text 8, p 9
	s.click(5, 3, 4)                       // 2 s
	s.insert(9, 0, text(20, "Wait"))       // 3 s
	s.insert(9, 0, text(21, " a little"))  // 4 s
	s.remove(9, 20)                        // 5 s
	s.insert(7, 0, text(22, " and older")) // 6 s
	for answer, want := range map[time.Duration][]string{
		0:               {"Wait"},
		1:               nil,
		3 * time.Second: {"Wait", "Wait a little", "a little"},
		6 * time.Second: {"Wait", "a little", "old and older"},
	} {
		got, err := gather(replay.Clicks(s.events, "button", &replay.ClicksOptions{Answer: answer}))
		require.NoError(t, err)
		require.Len(t, got, 1)
		assert.Equal(t, want, got[0].Answer, answer)
	}
}

func TestDiff(t *testing.T) {
	s := script{t: t}
	s.page("https://a.example/", `<h1 id=title style="color: red; width: 1px">One</h1><ul><li>a</li><li>b</li><li>c</li></ul><input id=in>`)
	// h1 5, text 6, ul 7, li 8 9, li 10 11, li 12 13, input 14
	said := "Two"
	s.add(&format.Mutation{Texts: []format.TextChange{{ID: 6, Value: &said}}})
	s.attr(5, "style", "color:red;height:2px")
	s.remove(7, 8)
	s.insert(7, 10, element(12, "li")) // c before b
	s.insert(7, 0, element(20, "li", text(21, "new")))
	s.add(&format.Input{ID: 14, Text: "x"})
	s.add(&format.Scroll{ID: 1, Y: 40})
	s.add(&format.ViewportResize{Width: 700, Height: 600})
	s.add(&format.MouseInteraction{Action: format.Focus, ID: 14})
	at := func(n int) time.Duration { return time.Duration(n) * time.Second }
	end := at(len(s.events))

	got, err := replay.Diff(s.events, at(1), end)
	require.NoError(t, err)
	assert.Equal(t, `view width: "800" -> "700"
removed 8 ul > li:nth-of-type(1): - "li a"
scroll y 1 #document: "0" -> "40"
style height 5 #title: + "2px"
style width 5 #title: - "1px"
text 6 #title #text: "One" -> "Two"
moved 12 ul > li:nth-of-type(1)
added 20 ul > li:nth-of-type(3): + "li new"
value 14 #in: + "x"
focus gained 14 #in
`, got.String())
	back, err := replay.Diff(s.events, end, at(1))
	require.NoError(t, err)
	assert.Len(t, back, len(got))
	assert.Contains(t, back.String(), `text 6 #title #text: "Two" -> "One"`)
	same, err := replay.Diff(s.events, at(4), at(4))
	require.NoError(t, err)
	assert.Empty(t, same)

	s.page("https://a.example/next", `<h1>Two</h1><p>next</p>`)
	got, err = replay.Diff(s.events, at(1), at(len(s.events)))
	require.NoError(t, err)
	assert.Contains(t, got.String(), "page: \"https://a.example/\" -> \"https://a.example/next\"\n")
	assert.Contains(t, got.String(), "line: - \"b\"\n")
	assert.Contains(t, got.String(), "line: + \"next\"\n")
	assert.NotContains(t, got.String(), "Four")
}

// Every recording differs from itself in nothing, and the differences between
// two moments are those that its pages tell.
func TestDiffSessions(t *testing.T) {
	for _, s := range sessions.All(t) {
		events := s.Events(t)
		last := events[len(events)-1].Time
		for _, at := range []time.Duration{last / 3, last} {
			got, err := replay.Diff(replay.Events(events), at, at)
			if err != nil {
				require.ErrorAs(t, err, new(*replay.DamageError))
			}
			require.Empty(t, got, s.Name)
		}
		got, _ := replay.Diff(replay.Events(events), last/3, last)
		again, _ := replay.Diff(replay.Events(events), last/3, last)
		require.Equal(t, got, again)
	}
}

func TestHistory(t *testing.T) {
	s := script{t: t}
	s.page("https://a.example/", `<div id=one></div><div id=two></div>`) // 5, 6
	s.insert(5, 0, element(20, "input"))
	s.click(20, 1, 2)
	s.add(&format.MouseInteraction{Action: format.Focus, ID: 20})
	s.add(&format.Input{ID: 20, Text: "a"})
	s.add(&format.Input{ID: 20, Text: "a"})
	s.attr(20, "class", "x")
	s.add(&format.Mutation{
		Removes: []format.Removal{{Parent: 5, ID: 20}},
		Adds:    []format.Addition{{Parent: 6, Node: &snapshot.Node{ID: 20, Kind: snapshot.KindElement, Name: "input", Attrs: []snapshot.Attr{{Name: "class", Value: "x"}, {Name: "value", Value: "a"}}}}},
	})
	s.remove(4, 6)
	s.insert(5, 0, element(20, "input"))
	s.page("https://a.example/next", `<p>next`)
	got, err := gather(replay.History(s.events, 0, 20))
	require.NoError(t, err)
	var lines []string
	for _, m := range got {
		lines = append(lines, m.Time.String()+" "+m.Change.String())
	}
	assert.Equal(t, []string{
		`2s added 20 input: + "input"`, `3s action click 20 input`, `4s focus gained 20 input`, `5s value 20 input: + "a"`,
		`7s attribute class 20 input: + "x"`, `8s moved 20 input.x: "#one" -> "#two"`, `8s attribute value 20 input.x: + "a"`, `8s focus lost 20 input.x`,
		`9s removed 20 input.x: - "input a"`, `10s added 20 input: + "input"`, `12s page 20 input: + "https://a.example/next"`,
	}, lines)
}
