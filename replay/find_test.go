package replay_test

import (
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
			open[id] = &replay.Match{Window: w, ID: id, Start: now, First: i, Tag: n.Data}
		}
	}
}

func (b *brute) end(m *replay.Match, why replay.End, now time.Duration, i int) {
	m.End, m.Last, m.Why = now, i, why
	b.found = append(b.found, *m)
}

func order(a, b replay.Match) int {
	return cmp.Or(a.Last-b.Last, cmp.Compare(a.Window, b.Window), a.First-b.First, int(a.ID-b.ID))
}

// found are the matches of a search, without their texts, in order of their
// ends.
func found(t testing.TB, seq iter.Seq2[replay.Match, error]) []replay.Match {
	t.Helper()
	var list []replay.Match
	last := 0
	for m, err := range seq {
		require.NoError(t, err)
		require.GreaterOrEqual(t, m.Last, last, "in the order of the ends")
		last = m.Last
		m.Text = ""
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
	b := brute{matches: func(p *snapshot.Page, _ snapshot.NodeID, n *html.Node) bool { return list.Match(p, n) }}
	return b.find(events)
}

// byText is what a brute finds by a text.
func byText(events []format.Event, text string) []replay.Match {
	b := brute{matches: func(p *snapshot.Page, id snapshot.NodeID, _ *html.Node) bool {
		for line := range strings.SplitSeq(p.OwnLines(id), "\n") {
			if strings.Contains(strings.Join(strings.Fields(line), " "), text) {
				return true
			}
		}
		return false
	}}
	return b.find(events)
}

// tapes are the events as tapes with many segments, and with few.
func tapes(t testing.TB, events []format.Event) map[string]replay.Source {
	return map[string]replay.Source{
		"events":   replay.Events(events),
		"tape":     opened(t, written(t, events, nil), nil),
		"segments": opened(t, written(t, events, &format.WriterOptions{Segment: 1, Flush: 400, Keyframes: 2000}), nil),
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
				events = events[:min(len(events), 150)]
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
