package replay_test

import (
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

// shop is a session of a page with a form. What is sent without a name gets a
// message for two seconds.
func shop() replay.Events {
	page, err := snapshot.Parse(strings.NewReader(`<body><form><input name=city><button class=send>Send</button></form><p></p>`))
	if err != nil {
		log.Fatal(err)
	}
	x, y := 40.0, 12.0
	message := &snapshot.Node{ID: 20, Kind: snapshot.KindElement, Name: "b", Attrs: []snapshot.Attr{{Name: "class", Value: "error"}},
		Children: []*snapshot.Node{{ID: 21, Kind: snapshot.KindText, Text: "Where to?"}}}
	return replay.Events{
		{Data: &format.Meta{URL: "https://shop.example/", Width: 800, Height: 600}},
		{Data: &format.FullSnapshot{Node: page}},
		{Time: 3 * time.Second, Data: &format.MouseInteraction{Action: format.Click, ID: 7, X: &x, Y: &y}},
		{Time: 3100 * time.Millisecond, Data: &format.Mutation{Adds: []format.Addition{{Parent: 9, Node: message}}}},
		{Time: 4200 * time.Millisecond, Data: &format.Input{ID: 6, Text: "Oslo"}},
		{Time: 5100 * time.Millisecond, Data: &format.Mutation{Removes: []format.Removal{{Parent: 9, ID: 20}}}},
		{Time: 6 * time.Second, Data: &format.MouseInteraction{Action: format.Click, ID: 7, X: &x, Y: &y}},
	}
}

func ExampleFind() {
	for m, err := range replay.Find(shop(), ".error") {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%v to %v: %d <%s> %q, %v\n", m.Start, m.End, m.ID, m.Tag, m.Text, m.Why)
	}
	// Output: 3.1s to 5.1s: 20 <b> "Where to?", removed
}

func ExampleFindText() {
	for m, err := range replay.FindText(shop(), "where to?") {
		fmt.Println(m.ID, err)
	}
	for m, err := range replay.FindText(shop(), "Where to?") {
		fmt.Println(m.Start, m.End, m.Tag, err)
	}
	// Output: 3.1s 5.1s p <nil>
}

func ExampleClicks() {
	for c, err := range replay.Clicks(shop(), ".send", nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%v %s %q at %v, then %q\n", c.Time, c.Role, c.Name, *c.Point, c.Answer)
	}
	// Output:
	// 3s button "Send" at {40 12}, then ["Where to?"]
	// 6s button "Send" at {40 12}, then []
}

func ExampleDiff() {
	changes, err := replay.Diff(shop(), 2*time.Second, 5*time.Second)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(changes)
	// Output:
	// value 6 input[name="city"]: + "Oslo"
	// added 20 b: + "b Where to?"
}

func ExampleHistory() {
	for m, err := range replay.History(shop(), 0, 20) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(m.Time, m.Change)
	}
	// Output:
	// 3.1s added 20 b: + "b Where to?"
	// 5.1s removed 20 b: - "b Where to?"
}
