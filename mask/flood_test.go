package mask_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/mask/masktest"
	"github.com/pagetape/pagetape/snapshot"
)

// value returns the n-th of many values that have nothing in common.
func value(n int) string {
	syllables := []string{"qua", "vek", "zor", "plim", "drux", "thob", "yaf", "wug", "brisk", "mol"}
	var b strings.Builder
	for i := range 5 {
		b.WriteString(syllables[(n+i)%10])
		n /= 10
	}
	return b.String()
}

// With more values than it may have, a filter masks all text from there on: that
// of the page too, in whatever event it comes again.
func TestFlood(t *testing.T) {
	page := func() *format.FullSnapshot {
		return full(el(4, "input", attrs("name", "note")), el(5, "p", attrs("title", "Public title"), text(6, "Public words")), el(7, "p", nil, text(8, "More words")))
	}
	f := newFeed(t, mask.FilterOptions{MaxValues: 3})
	f.give(page())
	for i := range 3 {
		f.give(typeIn(4, value(1000*i)))
	}
	f.give(setText(6, "Public words again"))
	require.False(t, f.Report().Flooded)
	require.Equal(t, "Public words again", f.shown(0).Text(6))
	f.give(typeIn(4, value(9999)))
	require.True(t, f.Report().Flooded)
	n := len(f.out)
	f.give(
		setText(6, "Public words now"), setAttrs(5, "title", "Public now"), add(3, 0, el(20, "p", nil, text(21, "Public new"))),
		page(), full(el(40, "h1", nil, text(41, "Public page"))),
		&format.Console{Level: "log", Args: `["Public log"]`}, &format.Meta{URL: "https://shop.example/public?q=public"},
		&format.SheetRules{ID: 2, Adds: []format.RuleAddition{{Rule: `a::after{content:"Public rule"}`, Index: []int64{0}}}}, // that the page does not have
	)
	f.giveTo(7, full(el(4, "p", nil, text(5, "Public window"))))
	f.give(typeIn(4, "")) // no way back
	f.give(setText(41, "Public end "+value(9999)))
	shown := collect(f.out[n:])
	assert.NotContains(t, shown, "Public")
	assert.NotContains(t, shown, "public")
	assert.NotContains(t, shown, "words")
	leaks, err := masktest.Find(tapeOf(t, f.out[n:]).Events(), value(0), value(9999))
	require.NoError(t, err)
	assert.Empty(t, leaks)
	assert.True(t, f.Report().Flooded)

	// Where it goes on elsewhere it is still so.
	state, err := f.Export()
	require.NoError(t, err)
	p, err := mask.Compile(mask.Default())
	require.NoError(t, err)
	next, err := p.Import(&mask.FilterOptions{Key: master, MaxValues: 100}, state)
	require.NoError(t, err)
	out, err := next.Append(nil, format.Event{Data: page()})
	require.NoError(t, err)
	assert.NotContains(t, collect(out), "Public")
}

// In two passes all is masked, from the first event on.
func TestFloodTwoPasses(t *testing.T) {
	in := cat(welcome())
	for i := range 4 {
		in = append(in, typeIn(4, value(1000*i)))
	}
	f := defaultFilter(t, mask.FilterOptions{MaxValues: 3})
	out, err := twice(t, f, sequence(seconds(in...)))
	require.NoError(t, err)
	assert.True(t, f.Report().Flooded)
	for _, s := range []string{"Welcome", "Other", "Marguerite", value(3000)} {
		assert.NotContains(t, collect(out), s)
	}
	// Values of the caller's are values.
	f = defaultFilter(t, mask.FilterOptions{MaxValues: 2, Values: []string{value(0), value(1000), value(2000)}})
	out, err = f.Append(nil, format.Event{Data: welcome()})
	require.NoError(t, err)
	assert.True(t, f.Report().Flooded)
	assert.NotContains(t, collect(out), "Welcome")
}

// However small MaxValues is, no string is shown that is masked with more.
func TestFloodMasksMore(t *testing.T) {
	policies := scenePolicies(t)
	for seed := range 40 {
		s := newScene(sceneBytes(seed))
		p := oneOf(s, policies)
		tape := tapeOf(t, s.play(true))
		for _, limit := range []int{1, 2, 3} {
			out, err := twice(t, p.NewFilter(&mask.FilterOptions{Key: master, MaxValues: limit}), sequence(all(t, tape)))
			require.NoError(t, err)
			leaks, err := masktest.Find(tapeOf(t, out).Events(), s.secrets...)
			require.NoError(t, err)
			require.Empty(t, leaks, "scene %d, %d values", seed, limit)
			require.LessOrEqual(t, damaged(t, out), damaged(t, all(t, tape)), "scene %d", seed)
		}
	}
}

// flood is a session of n values that are typed one after the other into a page
// that shows some of them.
func flood(n int) []format.Event {
	rows := []*snapshot.Node{el(4, "input", attrs("name", "note"))}
	for i := range 300 {
		rows = append(rows, el(snapshot.NodeID(10+2*i), "p", nil, text(snapshot.NodeID(11+2*i), "row of "+value(i))))
	}
	data := []format.Data{full(rows...)}
	for i := range n {
		data = append(data, typeIn(4, value(i)), setText(11, "now "+value(i)+" and "+value(n-i)))
	}
	return seconds(append(data, blur(4))...)
}

// As many values as there may be, and more, take time that grows with the session,
// and not with its square. What takes least of three is
// compared, with a wide margin.
func TestFloodTime(t *testing.T) {
	if testing.Short() {
		t.Skip("takes time")
	}
	least := func(n int, run func(in []format.Event)) time.Duration {
		best := time.Duration(1 << 62)
		for range 3 {
			in := flood(n)
			from := time.Now()
			run(in)
			best = min(best, time.Since(from))
		}
		return best
	}
	for name, run := range map[string]func(in []format.Event){
		"stored": func(in []format.Event) {
			f := defaultFilter(t, mask.FilterOptions{})
			for _, err := range f.Events(sequence(in)) {
				require.NoError(t, err)
			}
		},
		"stream": func(in []format.Event) { appendAll(t, defaultFilter(t, mask.FilterOptions{}), in) },
		"held":   func(in []format.Event) { appendAll(t, defaultFilter(t, mask.FilterOptions{Hold: time.Minute}), in) },
		"flooded": func(in []format.Event) {
			f := defaultFilter(t, mask.FilterOptions{MaxValues: 10})
			appendAll(t, f, in)
			require.True(t, f.Report().Flooded)
		},
	} {
		t.Run(name, func(t *testing.T) {
			short, long := least(500, run), least(2500, run)
			t.Logf("%v, and %v of 5 times as much", short, long)
			assert.Less(t, long, 15*short, fmt.Sprintf("%v, and %v of 5 times as much", short, long))
		})
	}
}
