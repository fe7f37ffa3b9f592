package format_test

import (
	"fmt"
	"iter"
	"log"
	"time"

	"github.com/pagetape/pagetape/format"
)

// What a list of sessions shows of one.
func ExampleSummarize() {
	var events iter.Seq2[format.Event, error] = func(yield func(format.Event, error) bool) {
		for i, data := range []format.Data{
			&format.Meta{URL: "https://shop.example/cart", Width: 1280, Height: 720},
			&format.MouseInteraction{Action: format.Click},
			&format.Input{Text: "***"},
			&format.Request{URL: "https://shop.example/pay", Status: 502},
			&format.Custom{Tag: "payment failed", Payload: "null"},
		} {
			if !yield(format.Event{Time: time.Duration(i) * 2 * time.Second, Data: data}, nil) {
				return
			}
		}
	}
	s, err := format.Summarize(events)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.Duration(), "of which active", s.Active)
	fmt.Println(s.Pages[0].URL, s.Viewports.First.Width)
	fmt.Println(s.Counts.Clicks, "click,", s.Counts.FailedRequests, "failed request")
	fmt.Println(s.Tags[0].Name, "at", s.Tags[0].First)
	// Output:
	// 8s of which active 2s
	// https://shop.example/cart 1280
	// 1 click, 1 failed request
	// payment failed at 8s
}
