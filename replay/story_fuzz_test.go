package replay_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

// A disorder makes events that no recorder would, and some that one would.
type disorder struct {
	*rand.Rand
	text string
}

func (c disorder) id() snapshot.NodeID { return snapshot.NodeID(c.IntN(60)) }

func (c disorder) number() float64 {
	odd := []float64{0, -1, 1e300, math.NaN(), math.Inf(1), math.Inf(-1), 1 << 40}
	if n := c.IntN(40); n < len(odd) {
		return odd[n]
	}
	return c.Float64() * 2000
}

func (c disorder) time() time.Duration {
	odd := []time.Duration{math.MinInt64, math.MaxInt64, -time.Hour}
	if n := c.IntN(100); n < len(odd) {
		return odd[n]
	}
	return time.Duration(c.IntN(100_000)) * time.Millisecond
}

func (c disorder) word() string {
	from := c.IntN(len(c.text) + 1)
	return c.text[from:min(len(c.text), from+c.IntN(80))]
}

func (c disorder) attrs() []snapshot.Attr {
	names := []string{"role", "aria-label", "hidden", "style", "contenteditable", "open", "aria-expanded", "disabled", "type", "id", "slot", "title", "rr_open_mode"}
	values := []string{"", "true", "false", "dialog", "list", "listitem", "row", "alert", "display:none", "checkbox", "radio", c.word()}
	var list []snapshot.Attr
	for range c.IntN(3) {
		list = append(list, snapshot.Attr{Name: names[c.IntN(len(names))], Value: values[c.IntN(len(values))]})
	}
	return list
}

func (c disorder) node(depth int) *snapshot.Node {
	n := &snapshot.Node{ID: c.id(), Kind: snapshot.KindElement}
	names := []string{"div", "p", "ul", "li", "table", "tr", "td", "button", "input", "select", "option", "textarea", "label", "dialog", "details", "summary", "span", "title", "iframe"}
	switch k := c.IntN(10); {
	case k < 4:
		n.Kind, n.Text = snapshot.KindText, c.word()
		return n
	case k == 4:
		n.Kind, n.Text = snapshot.KindComment, c.word()
		return n
	}
	n.Name, n.Attrs, n.IsHost = names[c.IntN(len(names))], c.attrs(), c.IntN(20) == 0
	for range c.IntN(4) {
		if depth < 5 {
			child := c.node(depth + 1)
			child.IsShadow = n.IsHost && c.IntN(2) == 0
			n.Children = append(n.Children, child)
		}
	}
	return n
}

func (c disorder) data() format.Data {
	x, y := c.number(), c.number()
	switch c.IntN(18) {
	case 0:
		return &format.FullSnapshot{Node: &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{c.node(0), c.node(0)}}}
	case 1:
		return &format.Meta{URL: c.word(), Width: x, Height: y}
	case 2, 3, 4:
		m := &format.Mutation{}
		for range c.IntN(5) {
			m.Adds = append(m.Adds, format.Addition{Parent: c.id(), Next: c.id(), Node: c.node(0)})
		}
		for range c.IntN(3) {
			m.Removes = append(m.Removes, format.Removal{Parent: c.id(), ID: c.id()})
			text := c.word()
			m.Texts = append(m.Texts, format.TextChange{ID: c.id(), Value: &text})
			m.Attrs = append(m.Attrs, format.AttrChange{ID: c.id(), Attrs: c.attrs()})
		}
		return m
	case 5, 6:
		return &format.MouseInteraction{Action: format.Action(c.IntN(12)), ID: c.id(), X: &x, Y: &y}
	case 7, 8:
		return &format.Input{ID: c.id(), Text: c.word(), Checked: c.IntN(2) == 0, UserTriggered: c.IntN(2) == 0}
	case 9:
		return &format.Scroll{ID: c.id(), X: x, Y: y}
	case 10:
		return &format.Move{Source: []format.Kind{format.KindMouseMove, format.KindDrag}[c.IntN(2)], Positions: []format.Position{{X: x, Y: y, ID: c.id(), TimeOffset: c.number()}}}
	case 11:
		return &format.Selection{Ranges: []format.Range{{Range: snapshot.Range{Start: c.id(), StartOffset: int64(c.IntN(9)) - 1, End: c.id(), EndOffset: c.Int64()}}}}
	case 12:
		return &format.ViewportResize{Width: x, Height: y}
	case 13:
		return &format.Media{Action: format.MediaAction(c.IntN(6)), ID: c.id(), CurrentTime: &x}
	case 14:
		return &format.Field{ID: c.id(), Action: []string{"fill", "clear", "submit", c.word()}[c.IntN(4)]}
	case 15:
		return &format.Plugin{Plugin: []string{"rrweb/console@1", "rrweb/network@1"}[c.IntN(2)], Payload: []string{`{"level":"error","payload":[1,"\"a\"",null]}`, `{"requests":[{"status":500}]}`, `[`, c.word()}[c.IntN(4)]}
	case 16:
		return &format.Visibility{State: []string{"hidden", "visible", c.word()}[c.IntN(3)]}
	}
	return []format.Data{&format.Custom{Tag: c.word(), Payload: c.word()}, &format.Failure{Message: c.word()}, &format.Navigation{URL: c.word()},
		&format.Request{URL: c.word(), Failure: c.word()}, &format.Console{Level: "error", Args: c.word()}, &format.Load{}, nil}[c.IntN(7)]
}

// Whatever the events are, a story's lines are bounded, in order and the same
// each time, and a timeline and a heat map can be made.
func FuzzStory(f *testing.F) {
	seeds := uint64(200)
	if testing.Short() {
		seeds = 30
	}
	for seed := range seeds {
		f.Add(seed, "Hello “world”\n\x00\u202e 1\xed\xa0\x80 C:\\fakepath\\x 長い 🎁🎁 ***")
	}
	f.Fuzz(func(t *testing.T, seed uint64, text string) {
		c := disorder{rand.New(rand.NewPCG(seed, 0)), text}
		var events replay.Events
		for range 120 {
			e := format.Event{Time: c.time(), Window: format.WindowID(c.IntN(2)), Data: c.data()}
			if e.Data == nil {
				continue
			}
			events = append(events, e)
		}
		at := time.Duration(math.MinInt64)
		var first, second strings.Builder
		for l, err := range replay.Story(events, nil) {
			require.NoError(t, err)
			require.GreaterOrEqual(t, l.Time, at, "%s", l)
			at = l.Time
			require.GreaterOrEqual(t, l.Duration, time.Duration(0), "%s", l)
			require.LessOrEqual(t, utf8.RuneCountInString(l.Text), 460)
			s := l.String()
			require.LessOrEqual(t, len(s), 4000)
			require.False(t, strings.ContainsAny(s, "\n\r\x00\u202e"), "%q", s)
			require.True(t, utf8.ValidString(s))
			first.WriteString(s)
		}
		for l := range replay.Story(events, nil) {
			second.WriteString(l.String())
		}
		require.Equal(t, first.String(), second.String())
		line, err := replay.NewTimeline(events, &replay.TimelineOptions{Limit: 20})
		require.NoError(t, err)
		assert.LessOrEqual(t, len(line.Markers), 20)
		assert.LessOrEqual(t, len(line.Spans), 100)
		for _, kind := range []replay.HeatKind{replay.HeatClicks, replay.HeatMoves} {
			h := replay.NewHeat(&replay.HeatOptions{Kind: kind})
			_, _, err = h.Add(events)
			require.NoError(t, err)
			for _, p := range h.Points() {
				require.True(t, p.X >= 0 && p.Y >= 0 && p.Weight > 0 && p.Weight < 1e6)
			}
		}
	})
}
