package replay_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

// told returns a story's lines as text.
func told(t *testing.T, src replay.Source, opts *replay.StoryOptions) []string {
	t.Helper()
	var lines []string
	for l, err := range replay.Story(src, opts) {
		require.NoError(t, err)
		lines = append(lines, l.String())
	}
	return lines
}

// The stories of the recordings in testdata read as their golden files.
func TestStoryGolden(t *testing.T) {
	for _, name := range []string{"form", "list", "table", "editor", "frames", "shadow"} {
		t.Run(name, func(t *testing.T) {
			got := strings.Join(told(t, replay.Events(sessions.Open(t, name).Events(t)), nil), "\n") + "\n"
			file := filepath.Join("testdata", "stories", name+".golden")
			if *update {
				require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o777))
				require.NoError(t, os.WriteFile(file, []byte(got), 0o666))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)
		})
	}
}

// A tape tells the story of its events, and has their timeline.
func TestStoryOfTape(t *testing.T) {
	for _, s := range sessions.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			events := s.Events(t)
			tape := opened(t, taped(t, format.Header{}, &many, events), nil)
			assert.Equal(t, told(t, replay.Events(s.Events(t)), nil), told(t, tape, nil))
			want, err := replay.NewTimeline(replay.Events(events), nil)
			require.NoError(t, err)
			got, err := replay.NewTimeline(tape, nil)
			require.NoError(t, err)
			assert.Equal(t, want, got)
		})
	}
	file := taped(t, format.Header{}, nil, sessions.Open(t, "form").Events(t))
	file[len(file)/2] ^= 0xff
	tape := opened(t, file, nil)
	var failed, want error
	for _, err := range replay.Story(tape, nil) {
		failed = err
	}
	for _, err := range tape.Replay(0, 1<<62) {
		want = err
	}
	require.Error(t, want)
	assert.Equal(t, want, failed)
}

// Of every recording: times ascend, lines are bounded and on one line, every
// word of a text is in the recording, and a second telling is the same.
func TestStoryOfEveryRecording(t *testing.T) {
	for _, s := range sessions.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			src := replay.Events(s.Events(t))
			said := said(src)
			at := time.Duration(-1 << 62)
			n := 0
			for l, err := range replay.Story(src, &replay.StoryOptions{Text: 80}) {
				require.NoError(t, err)
				n++
				assert.GreaterOrEqual(t, l.Time, at)
				at = l.Time
				assert.GreaterOrEqual(t, l.Duration, time.Duration(0))
				assert.LessOrEqual(t, utf8.RuneCountInString(l.Text), 260)
				assert.LessOrEqual(t, len(l.String()), 2000)
				assert.NotContains(t, l.String(), "\n")
				switch l.Kind {
				case replay.LineScroll, replay.LineResize, replay.LineState, replay.LineMedia, replay.LineFill:
					continue
				}
				for word := range strings.FieldsFuncSeq(l.Text+" "+l.Target.Name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
					if !strings.Contains(said, word) {
						t.Errorf("%q of %s is not in the recording", word, l)
					}
				}
			}
			assert.Greater(t, n, 3)
			assert.Equal(t, told(t, src, nil), told(t, src, nil))
		})
	}
}

// said is all text of a recording.
func said(events replay.Events) string {
	var c collector
	for i := range events {
		events[i].Data.Fields(&c)
	}
	return c.b.String() + c.text.String()
}

// A collector is a Visitor that gathers all strings.
type collector struct {
	b    strings.Builder
	text strings.Builder // of text nodes, without separators: words can go on in the next
}

func (c *collector) put(s string) {
	c.b.WriteString(s)
	c.b.WriteByte('\n')
}
func (c *collector) Bool(format.Spec, *bool)          {}
func (c *collector) Int(format.Spec, *int64)          {}
func (c *collector) Number(format.Spec, *float64)     {}
func (c *collector) ID(format.Spec, *snapshot.NodeID) {}
func (c *collector) Ints(format.Spec, *[]int64)       {}
func (c *collector) OptBool(format.Spec, **bool)      {}
func (c *collector) OptNumber(format.Spec, **float64) {}
func (c *collector) String(_ format.Spec, v *string)  { c.put(*v) }
func (c *collector) Raw(_ format.Spec, v *string)     { c.put(*v) }
func (c *collector) Attrs(_ format.Spec, v *[]snapshot.Attr) {
	for _, a := range *v {
		c.put(a.Value)
	}
}

func (c *collector) Node(_ format.Spec, v **snapshot.Node) {
	if *v == nil {
		return
	}
	for n := range (*v).All() {
		c.put(n.Text)
		c.text.WriteString(n.Text)
		c.put(n.Name)
		c.Attrs(format.Spec{}, &n.Attrs)
	}
}

func (c *collector) OptString(_ format.Spec, v **string) {
	if *v != nil {
		c.put(**v)
	}
}

func (c *collector) List(_ format.Spec, l format.List) {
	for i := range l.Len() {
		l.At(i).Fields(c)
	}
}

func (c *collector) One(_ format.Spec, o format.One) {
	if r := o.Get(); r != nil {
		r.Fields(c)
	}
}

// page returns the first events of a session: a document of that body.
func page(t testing.TB, body string) replay.Events {
	t.Helper()
	root, err := snapshot.Parse(strings.NewReader("<!doctype html><html><head><title>Shop</title></head><body>" + body + "</body></html>"))
	require.NoError(t, err)
	return replay.Events{
		{Data: &format.Meta{URL: "https://shop.example/", Width: 1000, Height: 700}},
		{Data: &format.FullSnapshot{Node: root}},
	}
}

// id returns the id of the element with that value of its id attribute.
func id(t testing.TB, events replay.Events, name string) snapshot.NodeID {
	t.Helper()
	for n := range events[1].Data.(*format.FullSnapshot).Node.All() {
		if v, _ := n.Attr("id"); v == name {
			return n.ID
		}
	}
	t.Fatalf("no element %s", name)
	return 0
}

func TestStory(t *testing.T) {
	const ms, s = time.Millisecond, time.Second
	click := func(id snapshot.NodeID) format.Data { return &format.MouseInteraction{Action: format.Click, ID: id} }
	input := func(id snapshot.NodeID, text string) format.Data { return &format.Input{ID: id, Text: text} }
	focus := func(id snapshot.NodeID) format.Data { return &format.MouseInteraction{Action: format.Focus, ID: id} }
	addText := func(parent, id snapshot.NodeID, text string) format.Data {
		return &format.Mutation{Adds: []format.Addition{{Parent: parent, Node: &snapshot.Node{ID: id, Kind: snapshot.KindElement, Name: "p", Children: []*snapshot.Node{{ID: id + 1, Kind: snapshot.KindText, Text: text}}}}}}
	}
	type step = func(id func(string) snapshot.NodeID) format.Event
	at := func(t time.Duration, d func(id func(string) snapshot.NodeID) format.Data) step {
		return func(id func(string) snapshot.NodeID) format.Event { return format.Event{Time: t, Data: d(id)} }
	}
	just := func(t time.Duration, d format.Data) step {
		return at(t, func(func(string) snapshot.NodeID) format.Data { return d })
	}
	on := func(t time.Duration, name string, d func(snapshot.NodeID) format.Data) step {
		return at(t, func(id func(string) snapshot.NodeID) format.Data { return d(id(name)) })
	}
	typed := func(t time.Duration, name, text string) step {
		return on(t, name, func(id snapshot.NodeID) format.Data { return input(id, text) })
	}
	clicked := func(t time.Duration, name string) step { return on(t, name, click) }
	attr := func(id snapshot.NodeID, name, value string) format.Data {
		return &format.Mutation{Attrs: []format.AttrChange{{ID: id, Attrs: []snapshot.Attr{{Name: name, Value: value}}}}}
	}
	const form = `<label>Name <input id=a></label><label>City <input id=b></label><button id=go><b id=in>Go</b></button><div id=box role=status></div><ul id=list aria-label=Cart><li>one</li></ul>
		<label id=l><input type=checkbox id=c> Gift</label>
		<label>Size <select id=s><option value=1>Small</option><option value=2>Large</option></select></label>
		<dialog id=d aria-label=Sure><p>Really?</p></dialog><button id=more aria-expanded=false>More</button>
		<div id=note contenteditable aria-label=Note><p id=np>old words</p></div><p id=sel>One two three</p>`
	for _, test := range []struct {
		name  string
		steps []step
		want  []string
	}{
		{"keys are one line", []step{on(s, "a", focus), typed(s, "a", "K"), typed(1100*ms, "a", "Ka"), typed(1200*ms, "a", "Kari")},
			[]string{`0:01.0  typed "Kari" into textbox "Name"`}},
		{"a click into a field is part of typing", []step{clicked(s, "a"), on(s, "a", focus), typed(1500*ms, "a", "K")},
			[]string{`0:01.0  typed "K" into textbox "Name"`}},
		{"a pause begins a new line", []step{on(s, "a", focus), typed(s, "a", "K"), typed(5*s, "a", "Kari")},
			[]string{`0:01.0  typed "K" into textbox "Name"`, `0:05.0  typed "Kari" into textbox "Name"`}},
		{"a field that the page empties", []step{on(s, "a", focus), typed(s, "a", "hello"), typed(1100*ms, "a", "")},
			[]string{`0:01.0  typed "hello" into textbox "Name"`}},
		{"a field that the user empties", []step{on(s, "a", focus), typed(s, "a", "hello"), typed(2*s, "a", "")},
			[]string{`0:01.0  typed "hello" into textbox "Name"`, `0:02.0  cleared textbox "Name"`}},
		{"a script fills another field", []step{on(s, "a", focus), typed(s, "a", "Bergen"), typed(1100*ms, "b", "5003")},
			[]string{`0:01.0  typed "Bergen" into textbox "Name"`, `0:01.1  textbox "City" was set to "5003"`}},
		{"clicks on one control are one line", []step{clicked(s, "in"), clicked(1200*ms, "go"), clicked(1400*ms, "in")},
			[]string{`0:01.0  clicked button "Go" 3 times`}},
		{"slow clicks are not", []step{clicked(s, "go"), clicked(3*s, "go")},
			[]string{`0:01.0  clicked button "Go"`, `0:03.0  clicked button "Go"`}},
		{"a label's control", []step{clicked(s, "l"), clicked(1010*ms, "c"), on(1010*ms, "c", func(id snapshot.NodeID) format.Data { return &format.Input{ID: id, Text: "on", Checked: true} })},
			[]string{`0:01.0  checked checkbox "Gift"`}},
		{"text in a status", []step{clicked(s, "go"), on(1300*ms, "box", func(id snapshot.NodeID) format.Data { return addText(id, 900, "Saved.") })},
			[]string{`0:01.0  clicked button "Go"`, `0:01.3  page showed in a status: "Saved."`}},
		{"text that comes and goes within a burst", []step{on(s, "box", func(id snapshot.NodeID) format.Data { return addText(id, 900, "Wait") }),
			on(1200*ms, "box", func(id snapshot.NodeID) format.Data {
				return &format.Mutation{Removes: []format.Removal{{Parent: id, ID: 900}}}
			})}, nil},
		{"a list that grows", []step{clicked(s, "go"), on(1100*ms, "list", func(id snapshot.NodeID) format.Data {
			m := &format.Mutation{}
			for i := range snapshot.NodeID(5) {
				m.Adds = append(m.Adds, format.Addition{Parent: id, Node: &snapshot.Node{ID: 900 + 2*i, Kind: snapshot.KindElement, Name: "li", Children: []*snapshot.Node{{ID: 901 + 2*i, Kind: snapshot.KindText, Text: "item " + string(rune('a'+i))}}}})
			}
			return m
		})}, []string{`0:01.0  clicked button "Go"`, `0:01.1  list "Cart" got 5 more items: "item a · item b · item c · item d · item e"`}},
		{"a clock is told twice", func() []step {
			var list []step
			for i := range 10 {
				list = append(list, on(time.Duration(i+1)*s, "box", func(id snapshot.NodeID) format.Data {
					m := addText(id, snapshot.NodeID(900+2*i), "0:0"+string(rune('0'+i))).(*format.Mutation)
					if i > 0 {
						m.Removes = []format.Removal{{Parent: id, ID: snapshot.NodeID(898 + 2*i)}}
					}
					return m
				}))
			}
			return list
		}(), []string{`0:01.0  page showed in a status: "0:00"`, `0:02.0  page showed in a status: "0:01"`}},
		{"a clock is known from then on", func() []step {
			var list []step
			for i := range 12 {
				list = append(list, on(time.Duration(i+1)*s, "box", func(id snapshot.NodeID) format.Data {
					m := addText(id, snapshot.NodeID(900+2*i), "It is "+strconv.Itoa(i)).(*format.Mutation)
					if i > 0 {
						m.Removes = []format.Removal{{Parent: id, ID: snapshot.NodeID(898 + 2*i)}}
					}
					return m
				}))
				if i%4 == 3 {
					list = append(list, clicked(time.Duration(i+1)*s+900*ms, "go"))
				}
			}
			return list
		}(), []string{`0:01.0  page showed in a status: "It is 0"`, `0:02.0  page showed in a status: "It is 1"`,
			`0:04.9  clicked button "Go"`, `0:08.9  clicked button "Go"`, `0:12.9  clicked button "Go"`}},
		{"idle", []step{clicked(s, "go"), clicked(91*s, "go")},
			[]string{`0:01.0  clicked button "Go"`, `1:31.0  came back after 1m30s without input`, `1:31.0  clicked button "Go"`}},
		{"tab", []step{just(s, &format.Visibility{State: "hidden"}), just(6*s, &format.Visibility{State: "visible"})},
			[]string{`0:01.0  left the tab`, `0:06.0  came back to the tab after 5s`}},
		{"errors and requests", []step{just(s, &format.Failure{Message: "x is not a function"}), just(2*s, &format.Console{Level: "error", Args: `["bad", {"a":1}]`}),
			just(3*s, &format.Console{Level: "log", Args: `["fine"]`}), just(4*s, &format.Request{Method: "POST", URL: "/pay", Status: 500}), just(5*s, &format.Request{URL: "/ok", Status: 200}),
			just(6*s, &format.Plugin{Plugin: "rrweb/console@1", Payload: `{"level":"error","payload":["\"no\""]}`}),
			just(7*s, &format.Plugin{Plugin: "rrweb/network@1", Payload: `{"requests":[{"name":"/api","method":"GET","responseStatus":404},{"name":"/b","status":200}]}`})},
			[]string{`0:01.0  error: x is not a function`, `0:02.0  console error: bad {"a":1}`, `0:04.0  request failed: POST /pay 500`, `0:06.0  console error: no`, `0:07.0  request failed: GET /api 404`}},
		{"a line in the middle of typing", []step{on(s, "a", focus), typed(s, "a", "K"), just(1050*ms, &format.Custom{Tag: "mark"}), typed(1100*ms, "a", "Ka")},
			[]string{`0:01.0  typed "Ka" into textbox "Name"`, `0:01.0  event mark`}},
		{"route", []step{just(s, &format.Navigation{URL: "https://shop.example/cart", Type: "push"})},
			[]string{`0:01.0  went to https://shop.example/cart`}},
		{"a node that is gone", []step{just(s, click(4711))}, []string{`0:01.0  clicked element that is gone`}},
		{"moves are left out", []step{just(s, &format.Move{Source: format.KindMouseMove, Positions: []format.Position{{X: 1, Y: 2}}})}, nil},
		{"an option", []step{on(s, "s", focus), typed(s, "s", "2")}, []string{`0:01.0  chose "Large" in combobox "Size"`}},
		{"a dialog", []step{clicked(s, "go"), on(1100*ms, "d", func(id snapshot.NodeID) format.Data { return attr(id, "open", "") }),
			clicked(3*s, "go"), on(3100*ms, "d", func(id snapshot.NodeID) format.Data {
				return &format.Mutation{Attrs: []format.AttrChange{{ID: id, Attrs: []snapshot.Attr{{Name: "open", Type: snapshot.AttrNull}}}}}
			})},
			[]string{`0:01.0  clicked button "Go"`, `0:01.1  dialog "Sure" opened: "Really?"`, `0:03.0  clicked button "Go"`, `0:03.1  dialog "Sure" closed`}},
		{"a state", []step{clicked(s, "more"), on(1100*ms, "more", func(id snapshot.NodeID) format.Data { return attr(id, "aria-expanded", "true") })},
			[]string{`0:01.0  clicked button "More"`, `0:01.1  button "More" became expanded`}},
		{"a text that is edited in place", []step{clicked(s, "np"), at(1100*ms, func(id func(string) snapshot.NodeID) format.Data {
			text := "new words"
			return &format.Mutation{Texts: []format.TextChange{{ID: id("np") + 1, Value: &text}}}
		})}, []string{`0:01.0  clicked paragraph "old words"`, `0:01.1  text in div "Note" became "new words"`}},
		{"selected text", []step{on(s, "sel", func(id snapshot.NodeID) format.Data {
			return &format.Selection{Ranges: []format.Range{{Range: snapshot.Range{Start: id + 1, StartOffset: 4, End: id + 1, EndOffset: 7}}}}
		})}, []string{`0:01.0  selected the text "two"`}},
		{"a double click", []step{clicked(s, "go"), clicked(1100*ms, "go"), on(1100*ms, "go", func(id snapshot.NodeID) format.Data {
			return &format.MouseInteraction{Action: format.DoubleClick, ID: id}
		})}, []string{`0:01.0  double-clicked button "Go"`}},
		{"fields without values", []step{on(s, "a", func(id snapshot.NodeID) format.Data { return &format.Field{ID: id, Action: "fill"} }),
			on(2*s, "go", func(id snapshot.NodeID) format.Data { return &format.Field{ID: id, Action: "submit"} })},
			[]string{`0:01.0  filled textbox "Name"`, `0:02.0  submitted the form of button "Go"`}},
		{"scrolling", []step{just(s, &format.Scroll{ID: 1, Y: 300}), just(1100*ms, &format.Scroll{ID: 1, Y: 900}), just(3*s, &format.Scroll{ID: 1, Y: 100}), just(5*s, &format.Scroll{ID: 1, Y: 110})},
			[]string{`0:01.0  scrolled down to 900 px`, `0:03.0  scrolled up to 100 px`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			events := page(t, form)
			for _, make := range test.steps {
				events = append(events, make(func(name string) snapshot.NodeID { return id(t, events, name) }))
			}
			lines := told(t, events, nil)
			require.GreaterOrEqual(t, len(lines), 2)
			assert.Equal(t, `0:00.0  opened https://shop.example/ "Shop"`, lines[0])
			assert.Contains(t, lines[len(lines)-1], "end, after")
			var middle []string
			middle = append(middle, lines[1:len(lines)-1]...)
			assert.Equal(t, test.want, middle)
		})
	}
}

// A dialog that was open when the page was loaded closes without a selector, and
// texts that differ in numbers alone are told where they come at once.
func TestStoryOfDialogOpenAtFirst(t *testing.T) {
	events := page(t, `<dialog id=d open><p>Hello</p></dialog><div id=box></div>`)
	closes := &format.Mutation{Attrs: []format.AttrChange{{ID: id(t, events, "d"), Attrs: []snapshot.Attr{{Name: "open", Type: snapshot.AttrNull}}}}}
	shows := &format.Mutation{}
	for i := range snapshot.NodeID(4) {
		item := element(900+2*i, "p", text(901+2*i, "Item "+strconv.Itoa(int(i))))
		shows.Adds = append(shows.Adds, format.Addition{Parent: id(t, events, "box"), Node: item})
	}
	events = append(events, format.Event{Time: time.Second, Data: closes}, format.Event{Time: 3 * time.Second, Data: shows})
	assert.Equal(t, []string{
		`0:00.0  opened https://shop.example/ "Shop"`,
		`0:01.0  dialog that is gone closed`,
		`0:03.0  page showed: "Item 0 · Item 1 · Item 2 · Item 3"`,
		`0:03.0  end, after 3s`,
	}, told(t, events, nil))
}

// Of what rrweb's console plugin records errors and failed assertions are told,
// however their level is written.
func TestStoryOfConsolePlugin(t *testing.T) {
	events := page(t, "")
	for _, level := range []string{"log", "error", "assert", `err\u006fr`} {
		events = append(events, format.Event{Data: &format.Plugin{Plugin: "rrweb/console@1", Payload: `{"level":"` + level + `","payload":["x"]}`}})
	}
	assert.Equal(t, []string{
		`0:00.0  opened https://shop.example/ "Shop"`,
		`0:00.0  console error: x`, `0:00.0  console error: x`, `0:00.0  console error: x`,
		`0:00.0  end, after 0s`,
	}, told(t, events, nil))
}

// What is in a table's row is one piece, but not the paragraphs of a document in
// a frame there.
func TestStoryOfFrameInRow(t *testing.T) {
	events := page(t, `<table><tr id=row><td>Total</td><td><iframe id=frame></iframe></td></tr></table>`)
	shows := func(now time.Duration, parent string, node *snapshot.Node) {
		events = append(events, format.Event{Time: now, Data: &format.Mutation{Adds: []format.Addition{{Parent: id(t, events, parent), Node: node}}}})
	}
	shows(time.Second, "row", element(900, "td", element(901, "p", text(902, "five")), element(903, "p", text(904, "six"))))
	shows(3*time.Second, "frame", &snapshot.Node{ID: 910, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
		element(911, "html", element(912, "body", element(913, "p", text(914, "one")), element(915, "p", text(916, "two")))),
	}})
	assert.Equal(t, []string{
		`0:00.0  opened https://shop.example/ "Shop"`,
		`0:01.0  page showed: "Total | five six"`,
		`0:03.0  page showed: "Total · one · two · five six"`,
		`0:03.0  end, after 3s`,
	}, told(t, events, nil))
}

// Windows are told apart, and their pages told of in the order of time.
func TestStoryOfTwoWindows(t *testing.T) {
	one, two := page(t, "<button id=go>Go</button>"), page(t, "<button id=go>Stop</button>")
	button := id(t, one, "go")
	for i := range two {
		two[i].Window, two[i].Time = 7, time.Second
	}
	click := func(at time.Duration, w format.WindowID) format.Event {
		return format.Event{Time: at, Window: w, Data: &format.MouseInteraction{Action: format.Click, ID: button}}
	}
	change := func(at time.Duration, w format.WindowID, text string) format.Event {
		return format.Event{Time: at, Window: w, Data: &format.Mutation{Texts: []format.TextChange{{ID: button + 1, Value: &text}}}}
	}
	events := append(append(one, two...), change(2*time.Second, 7, "Halt"), change(2100*time.Millisecond, 0, "Start"), click(3*time.Second, 0), click(3100*time.Millisecond, 7))
	assert.Equal(t, []string{
		`0:00.0  opened https://shop.example/ "Shop"`,
		`0:01.0  [7] opened https://shop.example/ "Shop"`,
		`0:02.0  [7] page showed: "Halt"`,
		`0:02.1  page showed: "Start"`,
		`0:03.0  clicked button "Start"`,
		`0:03.1  [7] clicked button "Halt"`,
		`0:03.1  end, after 3.1s`,
	}, told(t, events, nil))
}

// The error of a source comes last, after the lines before it; break is safe
// at any line.
func TestStoryEnds(t *testing.T) {
	events := page(t, "<button id=go>Go</button>")
	events = append(events, format.Event{Time: time.Second, Data: &format.MouseInteraction{Action: format.Click, ID: id(t, events, "go")}})
	var lines []string
	var last error
	for l, err := range replay.Story(failing{events}, nil) {
		if last = err; err == nil {
			lines = append(lines, l.String())
		} else {
			assert.Zero(t, l)
		}
	}
	assert.ErrorIs(t, last, errSource)
	assert.Equal(t, []string{`0:00.0  opened https://shop.example/ "Shop"`, `0:01.0  clicked button "Go"`}, lines)
	for stop := range 3 {
		n := 0
		for range replay.Story(events, nil) {
			if n++; n > stop {
				break
			}
		}
		assert.Equal(t, stop+1, n)
	}
	assert.Empty(t, told(t, replay.Events(nil), nil))
}
