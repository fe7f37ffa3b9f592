package replay_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/replay/replaytest"
	"github.com/pagetape/pagetape/snapshot"
)

// What a surveyor finds by what has changed is what there is on the page, and
// what it says differs is all that does.
func TestSurveysOfEveryRecording(t *testing.T) {
	for _, s := range sessions.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			assert.Positive(t, replay.CheckSurveys(t, s.Events(t), rand.New(rand.NewPCG(1, 1)), 5))
		})
	}
}

func TestSurveysOfGenerated(t *testing.T) {
	seeds := uint64(200)
	if testing.Short() {
		seeds = 20
	}
	for seed := range seeds {
		random := rand.New(rand.NewPCG(seed, 1))
		events := replaytest.Generate(random, &replaytest.Options{Steps: 120, Nodes: 200}).Events
		assert.Positive(t, replay.CheckSurveys(t, events, random, 1+int(seed%7)))
	}
}

// Events that no recorder would make: nodes that move about, roles and states
// that come and go.
func TestSurveysOfDisorder(t *testing.T) {
	seeds := uint64(300)
	if testing.Short() {
		seeds = 50
	}
	for seed := range seeds {
		random := rand.New(rand.NewPCG(seed, 2))
		c := disorder{random, "Hello “world” 1 長い one two one"}
		var events []format.Event
		for range 150 {
			if e := (format.Event{Window: format.WindowID(c.IntN(2)), Data: c.data()}); e.Data != nil {
				events = append(events, e)
			}
		}
		assert.Positive(t, replay.CheckSurveys(t, events, random, 1+int(seed%5)))
	}
}

// What was surveyed before is written over: a page of rows of which one changes
// takes the few allocations of what is new in it.
func TestSurveyAllocations(t *testing.T) {
	list := element(4, "div")
	for i := range snapshot.NodeID(300) {
		list.Children = append(list.Children, element(10+2*i, "p", text(11+2*i, "row")))
	}
	root := &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{element(2, "html", element(3, "body", list))}}
	var page snapshot.Page
	require.NoError(t, (&format.FullSnapshot{Node: root}).Apply(&page))
	assert.Less(t, replay.SurveyAllocations(&page, 11+2*150), 16.0)
}
