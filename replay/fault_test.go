package replay_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

func TestFaults(t *testing.T) {
	base := replay.Events{at(0, 0, &format.Meta{URL: "http://a/b?c#d"}), at(0, 0, player())}
	sec := time.Second
	for _, tt := range []struct {
		name     string
		events   []format.Event
		faults   string
		doubtful string
	}{
		{"none", []format.Event{at(0, 1*ms, add(10, 2))}, "", ""},
		{"missing", []format.Event{at(0, 1*ms, blank), at(0, 5*ms, title(10, "x")), at(0, 6*ms, title(11, "x")), at(0, 9*ms, player())},
			"event 3 at 5ms (mutation): names what is not on the page: nodes 10; event 4 at 6ms (mutation): names what is not on the page: nodes 11",
			"0: 1ms-9ms false missing"},
		{"missing to the end", []format.Event{at(0, 5*ms, title(10, "x")), at(0, 50*ms, blank)},
			"event 2 at 5ms (mutation): names what is not on the page: nodes 10", "0: 0s-50ms true missing"},
		{"a missing sheet", []format.Event{at(0, 5*ms, &format.SheetRules{Style: 3, Adds: []format.RuleAddition{{Rule: "a{}"}}})},
			"event 2 at 5ms (sheet-rules): names what is not on the page", "0: 0s-5ms true missing"},
		{"a scroll of what is gone is none", []format.Event{at(0, 5*ms, &format.Scroll{ID: 77})}, "", ""},
		{"swapped", []format.Event{at(0, 5*ms, title(10, "x")), at(0, 4*ms, add(10, 2)), at(0, 8*ms, player())},
			"event 3 at 4ms (mutation): comes 1ms too late", "0: 4ms-8ms false disordered"},
		{"twice", []format.Event{at(0, 5*ms, add(10, 2)), at(0, 5*ms, add(10, 2))}, "event 3 at 5ms (mutation): the same as event 2", ""},
		{"twice, and in vain", []format.Event{at(0, 5*ms, &format.Mutation{Removes: []format.Removal{{Parent: 2, ID: 4}}}), at(0, 5*ms, &format.Mutation{Removes: []format.Removal{{Parent: 2, ID: 4}}})},
			"event 3 at 5ms (mutation): the same as event 2", ""},
		{"the clock was set", []format.Event{at(0, 60*sec, blank), at(0, 20*sec, blank), at(0, 21*sec, blank)}, "event 3 at 20s (mutation): comes 40s too late", "0: 20s-1m0s true disordered"},
		{"one of another window", []format.Event{at(1, 5*ms, player()), at(0, 1*ms, add(10, 2)), at(1, 6*ms, blank)}, "", ""},
		{"what pages tell can be late", []format.Event{at(0, 5*ms, blank), at(0, 1*ms, &format.Request{}), at(0, 2*ms, &format.Custom{})}, "", ""},
		{"lost between two snapshots", []format.Event{at(0, 7*ms, add(10, 2)), at(0, 9*ms, player())}, "", "0: 0s-9ms false fault-0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v, err := replay.Verify(append(base[:2:2], tt.events...))
			require.NoError(t, err)
			var faults, doubtful []string
			for _, f := range v.Faults {
				faults = append(faults, f.String())
			}
			for _, d := range v.Doubtful {
				doubtful = append(doubtful, fmt.Sprintf("%d: %v-%v %t %v", d.Window, d.From, d.To, d.Open, d.Why))
			}
			assert.Equal(t, tt.faults, strings.Join(faults, "; "))
			assert.Equal(t, tt.doubtful, strings.Join(doubtful, "; "))
			assert.Equal(t, len(tt.faults) > 0 || len(v.Drift) > 0, v.Checks().Bad())
			for _, p := range v.Pages {
				assert.Contains(t, []string{"http://a/b", ""}, p.URL)
			}
		})
	}
	text, err := json.Marshal(replay.Missing)
	require.NoError(t, err)
	assert.Equal(t, `"missing"`, string(text))
}

// Lists are bounded, counts are not.
func TestFaultsBounded(t *testing.T) {
	events := replay.Events{at(0, 0, player())}
	for i := range 2000 {
		events = append(events, at(0, time.Duration(i)*ms, &format.Meta{URL: fmt.Sprint("http://a/", i)}), at(0, time.Duration(i)*ms, title(99, fmt.Sprint(i))))
	}
	v, err := replay.Verify(events)
	require.NoError(t, err)
	assert.Len(t, v.Faults, 256)
	assert.Equal(t, 2000, v.Checks().Missing)
	assert.Equal(t, 2000, v.Checks().Damaged)
	assert.Equal(t, len(events), v.Checks().Events)
	assert.LessOrEqual(t, len(v.Pages), 257)
	assert.Len(t, v.Doubtful, 1)
}

// What drifted shows its two sides only when it is asked for.
func TestDriftDiff(t *testing.T) {
	page := func(text, class string, more ...*snapshot.Node) *format.FullSnapshot {
		return &format.FullSnapshot{Node: &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
			{ID: 2, Kind: snapshot.KindElement, Name: "html", Attrs: []snapshot.Attr{{Name: "class", Value: class}}, Children: append([]*snapshot.Node{
				{ID: 3, Kind: snapshot.KindElement, Name: "p", Children: []*snapshot.Node{{ID: 4, Kind: snapshot.KindText, Text: text}}},
			}, more...)},
		}}}
	}
	events := replay.Events{at(0, 0, page("secret one", "a")), at(0, 1, page("secret two", "b")), at(0, 2, page("secret two", "b", &snapshot.Node{ID: 9, Kind: snapshot.KindElement, Name: "i"}))}
	v, err := replay.Verify(events)
	require.NoError(t, err)
	require.Len(t, v.Drift, 2)
	assert.NotContains(t, fmt.Sprintf("%+v", v), "secret")
	assert.Equal(t, snapshot.KindText, v.Drift[0].Differences[1].Kind)
	v, err = replay.Verifier{Diff: true, Differences: 5}.Verify(events)
	require.NoError(t, err)
	assert.Equal(t, []string{
		"/html (node 2): attribute class", `- class="b"`, `+ class="a"`,
		"/html/p (text node 4): text", `- "secret two"`, `+ "secret one"`,
	}, v.Drift[0].Diff)
	assert.Equal(t, []string{"/html (node 2): children: 2 recorded, 1 rebuilt", "- <i> (node 9)"}, v.Drift[1].Diff)
	v, err = replay.Verifier{Differences: 1}.Verify(events)
	require.NoError(t, err)
	assert.Len(t, v.Drift[0].Differences, 1)
}

// A tally shows which recorder and which page lies.
func TestTally(t *testing.T) {
	good := sessions.Open(t, "list").Events(t)
	var bad replay.Events
	for _, e := range good {
		if m, ok := e.Data.(*format.Mutation); ok {
			lost := *m
			lost.Texts, lost.Attrs = nil, nil
			e.Data = &lost
		}
		bad = append(bad, e)
	}
	var tally replay.Tally
	for _, s := range []struct {
		version string
		events  replay.Events
	}{{"1.0", good}, {"2.0", bad}, {"1.0", good}, {"2.0", good}} {
		v, err := replay.Verify(s.events)
		require.NoError(t, err)
		tally.Add(&format.Header{Recorder: format.Software{Name: "rec", Version: s.version}}, &v)
	}
	rows := replay.Worst(tally.Recorders)
	require.Len(t, rows, 2)
	assert.Equal(t, "rec 2.0", rows[0].Name)
	assert.Equal(t, 2, rows[0].Sessions)
	assert.Equal(t, 1, rows[0].Faulty)
	assert.Positive(t, rows[0].Drifted)
	assert.Zero(t, rows[1].Drifted)
	assert.Equal(t, 4, tally.Total.Sessions)
	assert.Equal(t, 4*len(good), tally.Total.Events)
	assert.Equal(t, rows[0].Drifted, tally.Total.Drifted)
	pages := replay.Worst(tally.Pages)
	require.NotEmpty(t, pages)
	assert.Positive(t, pages[0].Drifted)
}

func ExampleHeal() {
	text := func(t time.Duration, s string) format.Event {
		return format.Event{Time: t, Data: &format.Mutation{Texts: []format.TextChange{{ID: 3, Value: &s}}}}
	}
	events := replay.Events{
		{Data: &format.FullSnapshot{Node: &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
			{ID: 2, Kind: snapshot.KindElement, Name: "p", Children: []*snapshot.Node{{ID: 3, Kind: snapshot.KindText, Text: "one"}}},
		}}}},
		text(3*time.Second, "three"),
		text(2*time.Second, "two"),
		text(2*time.Second, "two"),
	}
	healed := replay.Heal(events, &replay.HealOptions{Fixed: func(f replay.Fault) { fmt.Println(f) }})
	page, _ := replay.NewPlayer(healed).At(time.Minute)
	fmt.Println(page.Text(2))
	// Output:
	// event 3 at 2s (mutation): the same as event 2; healed
	// event 2 at 2s (mutation): comes 1s too late; healed
	// three
}

func ExampleMerge() {
	page := func(text string) format.Event {
		return format.Event{Data: &format.FullSnapshot{Node: &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
			{ID: 2, Kind: snapshot.KindElement, Name: "p", Children: []*snapshot.Node{{ID: 3, Kind: snapshot.KindText, Text: text}}},
		}}}}
	}
	noon := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	player := replay.NewPlayer(replay.Merge(
		replay.Part{Source: replay.Events{page("before noon")}, Start: noon.Add(-time.Minute)},
		replay.Part{Source: replay.Events{page("after noon")}, Start: noon.Add(time.Minute)},
	))
	for _, t := range []time.Duration{time.Minute, 3 * time.Minute} {
		page, err := player.At(t)
		fmt.Println(t, page.Text(2), err)
	}
	// Output:
	// 1m0s before noon <nil>
	// 3m0s after noon <nil>
}
