package replay_test

import (
	"bytes"
	"cmp"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/selector"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

// A brute finds spans by looking at every element after every event.
type brute struct {
	matches func(*snapshot.Page, snapshot.NodeID, *html.Node) bool
	text    func(*snapshot.Page, snapshot.NodeID) string
	same    map[format.WindowID]*replay.Continuity
	open    map[format.WindowID]map[snapshot.NodeID]*replay.Match
	found   []replay.Match
}

func (b *brute) find(events []format.Event) []replay.Match {
	b.same, b.open = make(map[format.WindowID]*replay.Continuity), make(map[format.WindowID]map[snapshot.NodeID]*replay.Match)
	p := replay.NewPlayer(replay.Events(events))
	defer p.Close()
	for i := range events {
		w := events[i].Window
		if b.same[w] == nil {
			b.same[w], b.open[w] = &replay.Continuity{}, make(map[snapshot.NodeID]*replay.Match)
		}
		goesOn := b.same[w].See(p.Window(w), &events[i])
		_, _ = p.Step()
		_, now := p.Position()
		b.look(w, p.Window(w), goesOn, now, i)
	}
	_, now := p.Position()
	for _, open := range b.open {
		for _, m := range open {
			b.end(m, replay.EndSession, now, len(events))
		}
	}
	slices.SortFunc(b.found, order)
	return b.found
}

func (b *brute) look(w format.WindowID, p *snapshot.Page, goesOn bool, now time.Duration, i int) {
	open := b.open[w]
	for id, m := range open {
		switch {
		case !goesOn:
			b.end(m, replay.EndPage, now, i)
		case p.Node(id) == nil:
			b.end(m, replay.EndRemoved, now, i)
		case !b.matches(p, id, p.Node(id)):
			b.end(m, replay.EndChanged, now, i)
		default:
			continue
		}
		delete(open, id)
	}
	for id, n := range p.All() {
		if n.Type == html.ElementNode && id > 0 && open[id] == nil && b.matches(p, id, n) {
			open[id] = &replay.Match{Window: w, ID: id, Start: now, First: i, Tag: n.Data, Text: oneLine(b.text(p, id))}
		}
	}
}

// oneLine is a text on one line, of 200 characters at most.
func oneLine(s string) string {
	runes := []rune(strings.Join(strings.Fields(s), " "))
	if len(runes) > 200 {
		return string(runes[:200]) + "…"
	}
	return string(runes)
}

func (b *brute) end(m *replay.Match, why replay.End, now time.Duration, i int) {
	m.End, m.Last, m.Why = now, i, why
	b.found = append(b.found, *m)
}

func order(a, b replay.Match) int {
	return cmp.Or(a.Last-b.Last, cmp.Compare(a.Window, b.Window), a.First-b.First, int(a.ID-b.ID))
}

// found are the matches of a search, in order of their ends.
func found(t testing.TB, seq iter.Seq2[replay.Match, error]) []replay.Match {
	t.Helper()
	var list []replay.Match
	last := 0
	for m, err := range seq {
		require.NoError(t, err)
		require.GreaterOrEqual(t, m.Last, last, "in the order of the ends")
		last = m.Last
		list = append(list, m)
	}
	slices.SortFunc(list, order)
	return list
}

// bySelector is what a brute finds by a selector list.
func bySelector(t testing.TB, events []format.Event, sel string) []replay.Match {
	t.Helper()
	list, err := selector.Parse(sel, &selector.Options{Live: true})
	require.NoError(t, err, sel)
	b := brute{
		matches: func(p *snapshot.Page, _ snapshot.NodeID, n *html.Node) bool { return list.Match(p, n) },
		text:    func(p *snapshot.Page, id snapshot.NodeID) string { return p.TextOf(id, 800) },
	}
	return b.find(events)
}

// byText is what a brute finds by a text.
func byText(events []format.Event, text string) []replay.Match {
	line := func(p *snapshot.Page, id snapshot.NodeID) string {
		for line := range strings.SplitSeq(p.OwnLines(id), "\n") {
			if strings.Contains(strings.Join(strings.Fields(line), " "), text) {
				return line
			}
		}
		return ""
	}
	b := brute{
		matches: func(p *snapshot.Page, id snapshot.NodeID, _ *html.Node) bool { return line(p, id) != "" },
		text:    line,
	}
	return b.find(events)
}

// segmented is a tape with a segment after every so many events.
func segmented(t testing.TB, events []format.Event, every int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := format.NewWriter(&b, format.Header{}, &format.WriterOptions{Level: format.LevelFast})
	for i, e := range events {
		require.NoError(t, w.Write(e))
		if i%every == every-1 {
			require.NoError(t, w.Flush())
		}
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

// tapes are the events as tapes with many segments, and with few.
func tapes(t testing.TB, events []format.Event) map[string]replay.Source {
	return map[string]replay.Source{
		"events":   replay.Events(events),
		"tape":     opened(t, written(t, events, nil), nil),
		"segments": opened(t, segmented(t, events, len(events)/6+1), nil),
		"live":     opened(t, written(t, events, &format.WriterOptions{Live: true}), nil),
	}
}

// What Find finds is what matches after every event, in every recording.
func TestFindSessions(t *testing.T) {
	selectors := []string{
		"button", ".active", "input:checked", ":focus", "li:nth-child(2)", "p, h1 + *", "[role=alert]", "div > span", ":empty", "*",
		"tr:has(input)", "body :not(div):not([class])", "no-such", ".no-such .at-all", "[open]", "[style*=none]", "option:checked", "[href^='#']",
		"form:focus-within", ":disabled",
	}
	for i, s := range sessions.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			events := s.Events(t)
			if testing.Short() {
				events = events[:min(len(events), 80)]
			}
			sources := tapes(t, events)
			for j, sel := range selectors {
				if (i+j)%4 != 0 {
					continue
				}
				want := bySelector(t, events, sel)
				for name, src := range sources {
					assert.Equal(t, want, found(t, replay.Find(src, sel)), "%s in %s", sel, name)
				}
			}
			for _, text := range textsOf(events, 3) {
				want := byText(events, text)
				for name, src := range sources {
					assert.Equal(t, want, found(t, replay.FindText(src, text)), "%q in %s", text, name)
				}
			}
		})
	}
}

// textsOf are some lines that the pages show.
func textsOf(events []format.Event, n int) []string {
	list := []string{"no such text"}
	p := replay.NewPlayer(replay.Events(events))
	defer p.Close()
	for i := range n {
		page, _ := p.AtEvent((i + 1) * len(events) / n)
		lines := strings.Split(page.VisibleText(), "\n")
		words := strings.Fields(lines[len(lines)*(i+1)/(n+1)])
		if len(words) > 0 {
			list = append(list, strings.Join(words[:min(len(words), i+1)], " "))
		}
	}
	return list
}

// Segments that have nothing of what is looked for are not read, but those into
// which a span goes.
func TestFindPasses(t *testing.T) {
	s := script{t: t}
	s.page("https://a.example/", "<p id=p></p>")
	for i := range 60 {
		s.attr(5, "title", strings.Repeat("x", i))
		switch i {
		case 22:
			s.attr(5, "class", "first needle") // in the third of seven segments
		case 44:
			s.attr(5, "class", "other") // in the fifth
		case 45:
			s.insert(5, 0, element(30, "b", text(31, "he")))
			s.insert(5, 0, element(32, "i", text(33, "llo")))
		}
	}
	tape := segmented(t, s.events, 10)
	r := opened(t, tape, nil)
	require.Len(t, r.Segments(), 7)
	assert.Equal(t, []bool{false, false, true, true, true, false, false}, replay.MayHold(r, ".needle"))
	assert.Equal(t, []bool{false, false, true, true, true, false, false}, replay.MayHold(r, "p.needle"))
	assert.Equal(t, make([]bool, 7), replay.MayHold(r, ".needles"))
	assert.Equal(t, make([]bool, 7), replay.MayHold(r, "p.needle i.other[data-no], .absent"))
	assert.Equal(t, []bool{true, true, true, true, true, true, true}, replay.MayHold(r, "article, :not(.absent)"))
	assert.Equal(t, []bool{false, false, false, false, false, true, true}, replay.MayShow(r, "hello"))
	assert.Equal(t, make([]bool, 7), replay.MayShow(r, "hello world"))
	want := bySelector(t, s.events, ".needle")
	require.Len(t, want, 1)
	require.Equal(t, want, found(t, replay.Find(r, ".needle")))

	// What is not read is not missed.
	for _, f := range r.Frames {
		if f.Kind == format.FrameEvents && (f.Start > 50*time.Second || f.End < 15*time.Second) {
			tape[f.Offset+f.Size-1] ^= 1
		}
	}
	assert.Equal(t, want, found(t, replay.Find(opened(t, tape, nil), ".needle")))
}

// Right behind a keyframe a full snapshot is of its page, for that need not have
// all nodes. With anything between, it is looked at.
func TestFindKeyframe(t *testing.T) {
	for _, between := range []format.Data{nil, &format.Meta{URL: "https://a.example/"}, &format.Move{Source: format.KindMouseMove}, &format.Load{}} {
		body := "<p class=a></p><i></i><i></i><i></i><b></b>"
		s := script{t: t}
		s.page("https://a.example/", body)
		for id := range snapshot.NodeID(3) {
			s.remove(4, 6+id)
		}
		var page snapshot.Page
		for i := range s.events {
			require.NoError(t, s.events[i].Data.Apply(&page))
		}
		s.add(format.NewKeyframe(&page, len(s.events)))
		if between != nil {
			s.add(between)
		}
		s.page("https://a.example/", body) // of another page, by its ids
		s.events = slices.Delete(s.events, len(s.events)-2, len(s.events)-1)
		got := found(t, replay.Find(s.events, ".a"))
		require.NotEmpty(t, got)
		want := replay.EndSession
		if between != nil && between.Kind() != format.KindMeta {
			want = replay.EndPage
		}
		assert.Equal(t, want, got[0].Why, "%T", between)
	}
}

// What is on a keyframe's page is found from the keyframe on, though nothing else
// happens in its window.
func TestFindKeyframesOnly(t *testing.T) {
	with := func(body string) *snapshot.Page {
		s := script{t: t}
		s.page("https://a.example/", body)
		var page snapshot.Page
		for i := range s.events {
			require.NoError(t, s.events[i].Data.Apply(&page))
		}
		return &page
	}
	here, gone := with("<p class=a></p>"), with("<p></p>") // p 5
	events := replay.Events{
		{Time: 1 * time.Second, Window: 1, Data: format.NewKeyframe(here, 100)},
		{Time: 1 * time.Second, Window: 2, Data: format.NewKeyframe(here, 100)},
		{Time: 2 * time.Second, Data: &format.Custom{Tag: "other"}},
		{Time: 3 * time.Second, Window: 1, Data: format.NewKeyframe(gone, 150)},
		{Time: 4 * time.Second, Window: 1, Data: &format.Custom{Tag: "next"}},
		{Time: 5 * time.Second, Data: &format.Custom{Tag: "other"}},
	}
	assert.Equal(t, []replay.Match{
		{Window: 1, ID: 5, Start: 1 * time.Second, End: 4 * time.Second, First: 100, Last: 150, Why: replay.EndChanged, Tag: "p"},
		{Window: 2, ID: 5, Start: 1 * time.Second, End: 5 * time.Second, First: 100, Last: 152, Why: replay.EndSession, Tag: "p"},
	}, found(t, replay.Find(events, ".a")))
}

// What has the id of an element and is none ends its span.
func TestFindOtherKind(t *testing.T) {
	for _, full := range []bool{false, true} {
		s := script{t: t}
		s.page("https://a.example/", "<p class=a></p><b></b>") // p 5, b 6
		if full {
			s.page("https://a.example/", "x<b></b>")
		} else {
			s.insert(4, 6, text(5, "x"))
		}
		got := found(t, replay.Find(s.events, ".a"))
		require.Len(t, got, 1)
		assert.Equal(t, replay.EndRemoved, got[0].Why)
		assert.Equal(t, len(s.events)-1, got[0].Last, "full: %v", full)
	}
}

// What is in the first legend of a disabled fieldset is enabled.
func TestFindLegends(t *testing.T) {
	s := script{t: t}
	s.page("https://a.example/", `<fieldset disabled><legend><input></legend></fieldset>`) // fieldset 5, legend 6, input 7
	s.insert(5, 6, element(20, "legend"))                                                  // 2 s
	s.remove(5, 20)
	s.insert(5, 0, element(21, "p"))
	want := bySelector(t, s.events, "input:disabled")
	require.Len(t, want, 1)
	assert.Equal(t, 2, want[0].First)
	assert.Equal(t, 3, want[0].Last)
	assert.Equal(t, want, found(t, replay.Find(s.events, "input:disabled")))
}

// What follows a sibling that goes together with the one behind it.
func TestFindFollowing(t *testing.T) {
	s := script{t: t}
	s.page("https://a.example/", `<p class=a></p><i></i><b></b><b></b>`) // p 5, i 6, b 7, b 8
	s.add(&format.Mutation{Removes: []format.Removal{{Parent: 4, ID: 5}, {Parent: 4, ID: 6}}})
	want := bySelector(t, s.events, ".a ~ b")
	require.Len(t, want, 2)
	assert.Equal(t, replay.EndChanged, want[1].Why)
	assert.Equal(t, want, found(t, replay.Find(s.events, ".a ~ b")))
}

// An element that goes makes Find look at what comes after it once, not once for
// each before that.
func TestFindLooks(t *testing.T) {
	const n = 100
	s := script{t: t}
	s.page("https://a.example/", "<p class=a></p>"+strings.Repeat("<p class=b><i></i></p>", n)) // p 5
	before := s.events
	s.remove(4, 5)
	for _, sel := range []string{".a ~ p", ".a ~ p i", ".a ~ .b ~ p", ".a ~ .b ~ p i", ".a ~ .b ~ p:nth-child(2)"} {
		assert.Equal(t, bySelector(t, s.events, sel), found(t, replay.Find(s.events, sel)), sel)
		looks := replay.Looks(s.events, sel) - replay.Looks(before, sel)
		assert.Less(t, looks, 4*n, sel)
	}
}

// Parts of a session make one: a span goes on from one to the next.
func TestFindMerged(t *testing.T) {
	events := sessions.Open(t, "list").Events(t)
	cut := 0
	for i, e := range events {
		if e.Data.Kind() == format.KindMeta && i > len(events)/3 {
			cut = i
			break
		}
	}
	require.Positive(t, cut)
	src := replay.Merge(
		replay.Part{Source: opened(t, written(t, events[:cut], nil), nil), Session: "a"},
		replay.Part{Source: opened(t, written(t, events[cut:], nil), nil), Session: "a"})
	for _, sel := range []string{"li", ".item:first-child", "ul > :nth-child(3)"} {
		assert.Equal(t, bySelector(t, events, sel), found(t, replay.Find(src, sel)), sel)
	}
}
