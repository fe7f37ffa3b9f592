package replay_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

// shopping is a short session: a name is typed, a button clicked, and the page
// answers.
func shopping() replay.Source {
	root, err := snapshot.Parse(strings.NewReader(`<!doctype html><title>Shop</title><label>Name <input></label><button>Pay</button><p role=alert></p>`))
	if err != nil {
		panic(err)
	}
	ids := make(map[string]snapshot.NodeID)
	for n := range root.All() {
		ids[n.Name] = n.ID
	}
	x, y := 120.0, 200.0
	said := &snapshot.Node{ID: 100, Kind: snapshot.KindText, Text: "The card was refused."}
	return replay.Events{
		{Data: &format.Meta{URL: "https://shop.example/", Width: 800, Height: 600}},
		{Data: &format.FullSnapshot{Node: root}},
		{Time: 2 * time.Second, Data: &format.MouseInteraction{Action: format.Focus, ID: ids["input"]}},
		{Time: 2 * time.Second, Data: &format.Input{ID: ids["input"], Text: "K"}},
		{Time: 3 * time.Second, Data: &format.Input{ID: ids["input"], Text: "Kari"}},
		{Time: 5 * time.Second, Data: &format.MouseInteraction{Action: format.Click, ID: ids["button"], X: &x, Y: &y}},
		{Time: 5100 * time.Millisecond, Data: &format.Mutation{Adds: []format.Addition{{Parent: ids["p"], Node: said}}}},
	}
}

func ExampleStory() {
	for line, err := range replay.Story(shopping(), nil) {
		if err != nil {
			panic(err)
		}
		fmt.Println(line)
	}
	// Output:
	// 0:00.0  opened https://shop.example/ "Shop"
	// 0:02.0  typed "Kari" into textbox "Name"
	// 0:05.0  clicked button "Pay"
	// 0:05.1  page showed in an alert: "The card was refused."
	// 0:05.1  end, after 5.1s
}
