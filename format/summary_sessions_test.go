package format_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
)

// The summary of every recording is what a recount of its events gives.
func TestSummaryOfSessions(t *testing.T) {
	for _, session := range sessions.All(t) {
		t.Run(session.Name, func(t *testing.T) {
			events := session.Events(t)
			got := summarize(t, events...)
			assert.Equal(t, recount(events), got)
			roundTrip(t, got)
			backward := slices.Clone(events)
			slices.Reverse(backward)
			assert.Equal(t, recount(backward), summarize(t, backward...))
		})
	}
}

// recount makes a summary with one pass for each thing, and lists of all.
func recount(events []format.Event) format.Summary {
	var s format.Summary
	number := func(is func(e format.Event) bool) (n int64) {
		for _, e := range events {
			if is(e) {
				n++
			}
		}
		return n
	}
	of := func(k format.Kind) int64 {
		return number(func(e format.Event) bool { return e.Data.Kind() == k })
	}
	c := &s.Counts
	c.Events, c.FullSnapshots, c.Inputs, c.Scrolls = int64(len(events)), of(3), of(21), of(19)
	c.Interactions = of(17) + of(18) + of(19) + of(20) + of(21) + of(22) + of(23) + of(28) + of(69)
	c.Clicks = number(func(e format.Event) bool { m, ok := e.Data.(*format.MouseInteraction); return ok && m.Action == 2 })
	c.Errors = number(func(e format.Event) bool {
		level := ""
		switch x := e.Data.(type) {
		case *format.Failure:
			return true
		case *format.Console:
			level = x.Level
		case *format.Log:
			level = x.Level
		case *format.Plugin:
			var payload struct {
				Level string `json:"level"`
			}
			if json.Unmarshal([]byte(x.Payload), &payload) == nil && x.Plugin == "rrweb/console@1" {
				level = payload.Level
			}
		}
		return level == "error"
	})
	c.FailedRequests = number(func(e format.Event) bool {
		r, ok := e.Data.(*format.Request)
		return ok && (r.Status > 399 || len(r.Failure) > 0)
	})
	var times, changed, active []time.Duration
	byWindow := map[format.WindowID][]time.Duration{}
	var order []format.WindowID
	url := map[format.WindowID]string{}
	named := func(list *[]format.NameCount, name string, t time.Duration) {
		i := slices.IndexFunc(*list, func(n format.NameCount) bool { return n.Name == name })
		if i < 0 {
			i = len(*list)
			*list = append(*list, format.NameCount{Name: name, First: t})
		}
		(*list)[i].Count++
		(*list)[i].First = min((*list)[i].First, t)
	}
	page := func(e format.Event, to string) {
		if to != "" && url[e.Window] != to {
			s.Pages = append(s.Pages, format.PageVisit{Window: e.Window, Time: e.Time, URL: to})
			url[e.Window] = to
		}
	}
	var sizes []format.Size
	for _, e := range events {
		times = append(times, e.Time)
		if byWindow[e.Window] == nil {
			order = append(order, e.Window)
		}
		byWindow[e.Window] = append(byWindow[e.Window], e.Time)
		if slices.Contains([]format.Kind{17, 18, 19, 20, 21, 22, 23, 28, 69}, e.Data.Kind()) {
			active = append(active, e.Time)
		}
		switch x := e.Data.(type) {
		case *format.Mutation:
			changed = append(changed, e.Time)
			c.Mutations.Adds += int64(len(x.Adds))
			c.Mutations.Removes += int64(len(x.Removes))
			c.Mutations.Texts += int64(len(x.Texts))
			c.Mutations.Attrs += int64(len(x.Attrs))
		case *format.Meta:
			page(e, x.URL)
			sizes = append(sizes, format.Size{Width: x.Width, Height: x.Height})
		case *format.ViewportResize:
			sizes = append(sizes, format.Size{Width: x.Width, Height: x.Height})
		case *format.Navigation:
			page(e, x.URL)
		case *format.Custom:
			named(&s.Tags, x.Tag, e.Time)
		case *format.Plugin:
			named(&s.Plugins, x.Plugin, e.Time)
		}
	}
	for k := range 256 {
		if n := of(format.Kind(k)); n > 0 {
			s.Kinds = append(s.Kinds, format.KindCount{Kind: format.Kind(k), Count: n})
		}
	}
	for _, id := range order {
		w := byWindow[id]
		s.Windows = append(s.Windows, format.WindowSummary{ID: id, Events: int64(len(w)), First: slices.Min(w), Last: slices.Max(w)})
	}
	if len(sizes) > 0 {
		s.Viewports.First, s.Viewports.Last = sizes[0], sizes[len(sizes)-1]
	}
	for i := 1; i < len(active); i++ {
		if gap := active[i] - slices.Max(active[:i]); gap > 0 && gap <= 5*sec {
			s.Active += gap
		}
	}
	if len(times) == 0 {
		return s
	}
	s.First, s.Last = slices.Min(times), slices.Max(times)
	index := func(t, width time.Duration) int { return int(math.Floor(float64(t) / float64(width))) }
	width := 1024 * ms
	for index(s.Last, width)-index(s.First, width) >= 100 {
		width *= 2
	}
	first := index(s.First, width)
	count := func(times []time.Duration) []int64 {
		b := make([]int64, index(s.Last, width)-first+1)
		for _, t := range times {
			b[index(t, width)-first]++
		}
		return b
	}
	s.Activity = format.Activity{Start: time.Duration(first) * width, Width: width, Interactions: count(active), Mutations: count(changed)}
	return s
}
