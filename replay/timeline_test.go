package replay_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
)

// What a timeline has agrees with the summary of the same events, and is small.
func TestTimelineOfEveryRecording(t *testing.T) {
	for _, s := range sessions.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			events := replay.Events(s.Events(t))
			line, err := replay.NewTimeline(events, nil)
			require.NoError(t, err)
			sum, err := format.Summarize(events.Replay(0, 1<<62))
			require.NoError(t, err)
			assert.Equal(t, sum.First, line.First)
			assert.Equal(t, sum.Last, line.Last)
			assert.Equal(t, sum.Activity, line.Activity)
			active, clicks := time.Duration(0), 0
			for _, span := range line.Spans {
				assert.LessOrEqual(t, span.Start, span.End)
				if span.Kind == replay.SpanActive {
					active += span.End - span.Start
				}
			}
			assert.Equal(t, sum.Active, active)
			for _, m := range line.Markers {
				if m.Kind == replay.MarkerClick {
					clicks += max(m.Count, 1)
				}
			}
			assert.LessOrEqual(t, clicks, int(sum.Counts.Clicks))
			assert.True(t, slices.IsSortedFunc(line.Markers, func(a, b replay.Marker) int { return int(a.Time - b.Time) }))
			text, err := json.Marshal(line)
			require.NoError(t, err)
			assert.Less(t, len(text), 16<<10)
		})
	}
}

// However long a session is, its timeline stays small, and no click is lost.
func TestTimelineIsBounded(t *testing.T) {
	events := page(t, "<button id=go>Go</button>")
	go_ := id(t, events, "go")
	const n = 5000
	for i := range n {
		events = append(events, format.Event{Time: time.Duration(i+1) * 7 * time.Second, Data: &format.MouseInteraction{Action: format.Click, ID: go_}})
	}
	line, err := replay.NewTimeline(events, &replay.TimelineOptions{Limit: 100, Markers: []replay.Marker{{Kind: "rage-click", Time: time.Minute}}})
	require.NoError(t, err)
	assert.LessOrEqual(t, len(line.Markers), 101)
	assert.LessOrEqual(t, len(line.Spans), 301)
	clicks, rage := 0, 0
	for _, m := range line.Markers {
		switch m.Kind {
		case replay.MarkerClick:
			clicks += max(m.Count, 1)
		case "rage-click":
			rage++
		}
	}
	assert.Equal(t, n, clicks)
	assert.Equal(t, 1, rage)
}

func TestTimelineSpans(t *testing.T) {
	const s = time.Second
	events := page(t, "<button id=go>Go</button>")
	click := &format.MouseInteraction{Action: format.Click, ID: id(t, events, "go")}
	events = append(events, replay.Events{
		{Time: 1 * s, Data: click},
		{Time: 5 * s, Data: click},
		{Time: 20 * s, Data: &format.Visibility{State: "hidden"}},
		{Time: 30 * s, Data: &format.Visibility{State: "visible"}},
		{Time: 31 * s, Data: click},
		{Time: 32 * s, Data: &format.Navigation{URL: "https://shop.example/cart"}},
		{Time: 40 * s, Data: &format.Custom{Tag: "bye"}},
	}...)
	line, err := replay.NewTimeline(events, nil)
	require.NoError(t, err)
	var got []string
	for _, x := range line.Spans {
		got = append(got, fmt.Sprint(x.Kind, " ", x.Start, " ", x.End, " ", x.Text))
	}
	assert.Equal(t, []string{
		"active 1s 5s ", "active 31s 31s ", "idle 5s 31s ", "idle 31s 40s ", "hidden 20s 30s ",
		"page 0s 32s https://shop.example/", "page 32s 40s https://shop.example/cart",
	}, got)
	got = nil
	for _, m := range line.Markers {
		got = append(got, fmt.Sprint(m.Time, " ", m.Kind, ": ", m.Text))
	}
	assert.Equal(t, []string{
		`0s load: opened https://shop.example/ "Shop"`, `1s click: clicked button "Go"`, `5s click: clicked button "Go"`,
		`31s click: clicked button "Go"`, `32s navigation: went to https://shop.example/cart`, `40s custom: event bye`,
	}, got)

	line, err = replay.NewTimeline(replay.Events(nil), nil)
	require.NoError(t, err)
	assert.Equal(t, &replay.Timeline{}, line)
	line, err = replay.NewTimeline(failing{events}, nil)
	assert.ErrorIs(t, err, errSource)
	assert.Len(t, line.Markers, 6)
}

func ExampleNewTimeline() {
	line, err := replay.NewTimeline(shopping(), nil)
	if err != nil {
		panic(err)
	}
	for _, s := range line.Spans {
		fmt.Println(s.Kind, s.Start, s.End)
	}
	for _, m := range line.Markers {
		fmt.Println(m.Time, m.Kind, m.Text)
	}
	// Output:
	// active 2s 5s
	// page 0s 5.1s
	// 0s load opened https://shop.example/ "Shop"
	// 2s input typed "Kari" into textbox "Name"
	// 5s click clicked button "Pay"
}
