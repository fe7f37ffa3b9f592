package replay_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

// clickAt is a click at a position in the viewport.
func clickAt(t time.Duration, id snapshot.NodeID, x, y float64) format.Event {
	return format.Event{Time: t, Data: &format.MouseInteraction{Action: format.Click, ID: id, X: &x, Y: &y}}
}

// Clicks are counted where they were in the document, over several sessions.
func TestHeat(t *testing.T) {
	const s = time.Second
	one := page(t, "<button id=go>Go</button>")
	button := id(t, one, "go")
	one = append(one, clickAt(s, button, 10, 20),
		format.Event{Time: 2 * s, Data: &format.Scroll{ID: 1, Y: 500}}, clickAt(3*s, button, 10, 20), clickAt(4*s, button, 11, 21),
		format.Event{Time: 5 * s, Data: &format.Navigation{URL: "https://shop.example/cart"}}, clickAt(6*s, button, 900, 600),
		clickAt(7*s, button, -5, 600))
	h := replay.NewHeat(&replay.HeatOptions{Page: "https://shop.example/?from=mail#top"})
	best, seen, err := h.Add(one)
	require.NoError(t, err)
	assert.True(t, seen)
	assert.Equal(t, 2*s, best, "it was scrolled")
	best, _, err = replay.NewHeat(nil).Add(append(page(t, "<p>text"), clickAt(s, 1, 1, 1), clickAt(2*s, 1, 1, 1)))
	require.NoError(t, err)
	assert.Equal(t, s, best, "it was used")

	// A little wider, and a telephone.
	two, three := page(t, "<button id=go>Go</button>"), page(t, "<button id=go>Go</button>")
	two[0].Data.(*format.Meta).Width = 1050
	three[0].Data.(*format.Meta).Width = 390
	_, _, err = h.Add(append(two, clickAt(s, button, 10.5, 20), format.Event{Time: 2 * s, Data: &format.MouseInteraction{Action: format.Click, ID: button}}))
	require.NoError(t, err)
	_, _, err = h.Add(append(three, clickAt(s, button, 10, 20)))
	require.NoError(t, err)

	assert.Equal(t, []snapshot.HeatPoint{
		{Point: snapshot.Point{X: 10, Y: 22}, Weight: 2}, {Point: snapshot.Point{X: 10, Y: 522}, Weight: 2},
	}, h.Points())
	assert.Equal(t, 4, h.Events)
	assert.Equal(t, 3, h.Sessions)
	assert.Equal(t, 1, h.OtherWidth)
	assert.Equal(t, 1, h.Nowhere, "without a position")
	assert.Equal(t, 1000.0, h.Width)
	assert.Equal(t, 1200.0, h.Height)
	assert.Equal(t, 700.0, h.Fold)

	_, seen, err = replay.NewHeat(&replay.HeatOptions{Page: "/nowhere"}).Add(one)
	require.NoError(t, err)
	assert.False(t, seen)
	_, _, err = replay.NewHeat(nil).Add(failing{one})
	assert.ErrorIs(t, err, errSource)
}

// What is in a frame has a place that is not recorded.
func TestHeatInFrame(t *testing.T) {
	events := page(t, `<iframe id=f srcdoc="<p id=in>text</p>"></iframe>`)
	h := replay.NewHeat(nil)
	_, _, err := h.Add(append(events, clickAt(time.Second, id(t, events, "in"), 10, 20)))
	require.NoError(t, err)
	assert.Equal(t, 1, h.InFrames)
	assert.Empty(t, h.Points())
}

// A place weighs the time that the pointer was there, a second at most.
func TestHeatOfMoves(t *testing.T) {
	events := page(t, "<p>text</p>")
	events = append(events,
		format.Event{Time: time.Second, Data: &format.Move{Source: format.KindMouseMove, Positions: []format.Position{{X: 10, Y: 10, TimeOffset: -500}, {X: 50, Y: 10, TimeOffset: -250}}}},
		format.Event{Time: 9 * time.Second, Data: &format.Move{Source: format.KindMouseMove, Positions: []format.Position{{X: 90, Y: 10}}}})
	h := replay.NewHeat(&replay.HeatOptions{Kind: replay.HeatMoves})
	_, _, err := h.Add(events)
	require.NoError(t, err)
	assert.Equal(t, []snapshot.HeatPoint{
		{Point: snapshot.Point{X: 10, Y: 10}, Weight: 0.25}, {Point: snapshot.Point{X: 50, Y: 10}, Weight: 1},
	}, h.Points())
}

func TestSamePage(t *testing.T) {
	for _, test := range []struct {
		address, page string
		want          bool
	}{
		{"https://a.example/x?y=1#z", "https://a.example/x", true},
		{"http://A.example/x/", "https://a.example/x", true},
		{"https://a.example/x", "/x", true},
		{"https://a.example/", "/", true},
		{"https://a.example", "/", true},
		{"https://a.example/x", "", true},
		{"https://b.example/x", "https://a.example/x", false},
		{"https://a.example/x/y", "/x", false},
		{"%zz", "/x", false},
	} {
		assert.Equal(t, test.want, replay.SamePage(test.address, test.page), "%q %q", test.address, test.page)
	}
}

func ExampleHeat() {
	h := replay.NewHeat(&replay.HeatOptions{Page: "/"})
	for range 3 { // sessions
		if _, _, err := h.Add(shopping()); err != nil {
			panic(err)
		}
	}
	for _, p := range h.Points() {
		fmt.Printf("%g clicks near (%g, %g)\n", p.Weight, p.X, p.Y)
	}
	// Output:
	// 3 clicks near (122, 202)
}
