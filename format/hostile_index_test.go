package format_test

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
)

// A made frame is one that a sealed tape is built of by hand.
type made struct {
	kind       format.FrameKind
	payload    string
	generation int
	start      int64
	events     int64
	counts     map[int]int64 // of a HEAP: numbers given up to its end, by table
}

// seal builds a sealed tape of frames by hand. lie changes what the index says.
func seal(lie func(*format.FrameList), frames ...made) []byte {
	tape := []byte(head)
	x := format.FrameList{
		Head: "\x82\x01\x01\x02\x01", Kinds: []int64{1}, Sizes: []int64{int64(len(tape))},
		Starts: []int64{0}, Spans: []int64{0}, Events: []int64{0}, Flags: []int64{0}, Tables: []int64{0},
	}
	for _, f := range frames {
		b := frame(byte(f.kind), 0, len(f.payload), "\x81\x07"+mp(f.generation), f.payload)
		tape = append(tape, b...)
		x.Kinds, x.Sizes = append(x.Kinds, int64(f.kind)), append(x.Sizes, int64(len(b)))
		x.Starts, x.Spans = append(x.Starts, f.start), append(x.Spans, 0)
		x.Events, x.Flags = append(x.Events, f.events), append(x.Flags, 0)
		x.Tables = append(x.Tables, int64(f.generation))
		if f.kind == format.FrameHeap {
			for i := range 18 {
				x.Counts = append(x.Counts, f.counts[i])
			}
		}
	}
	if lie != nil {
		lie(&x)
	}
	index := string(format.IndexOf(&x))
	b := frame(byte(format.FrameIndex), 0, len(index), "\x80", index)
	foot := format.FootOf(int64(len(tape)+len(b)), len(b))
	return append(append(tape, b...), foot...)
}

// tagged is the payload of one custom event with that tag.
func tagged(n int) string {
	return events(nil, nil, list{5}, 5, list{nil, list{len(format.StaticStrings(format.RoleCustom)) + n + 2}})
}

// tag is a section of one tag.
func tag(n int, s string) list {
	return list{int(format.RoleCustom), len(format.StaticStrings(format.RoleCustom)) + n, list{len(s)}, s}
}

// chain is the payload of a HEAP whose template has an attribute whose name is
// in another one, which decides in which column its value is.
func chain(n, needs int) string {
	name := len(format.StaticStrings(format.RoleAttrName))
	return mp(list{
		list{int(format.RoleAttrName), name + n, list{1}, "x"},
		chainNode(n, needs),
	})
}

func chainNode(n, needs int) list {
	return list{nodeTable, n + 1, list{}, list{16}, nil, nil, nil, list{1}, list{len(format.StaticStrings(format.RoleAttrName)) + needs + 2}}
}

func chainCounts(n int) map[int]int64 {
	return map[int]int64{int(format.RoleAttrName): int64(n) + 1, nodeTable: int64(n) + 1}
}

// node is the payload of a frame of one snapshot with that template.
func node(template int) string {
	return events(nil, list{list{template + 3}, nil, nil, nil}, list{3}, 3, list{nil})
}

// Indexes and pages that lie end in a typed error within the limits: when the
// tape is opened, in Damage, or when its events are read.
func TestHostileIndex(t *testing.T) {
	one := []made{
		{kind: format.FrameHeap, payload: mp(list{tag(0, "a")}), counts: map[int]int64{int(format.RoleCustom): 1}},
		{kind: format.FrameKey, payload: events(nil, list{list{0}, nil, nil, nil}, list{8}, 8, list{nil})},
		{kind: format.FrameEvents, payload: tagged(0), events: 1},
	}
	heaps := func(n int, needs func(int) int) []made {
		var all []made
		for i := range n {
			all = append(all, made{kind: format.FrameHeap, payload: chain(i, needs(i)), counts: chainCounts(i)})
		}
		return append(all, made{kind: format.FrameEvents, payload: node(n), events: 1})
	}
	with := func(at int, f func(*made)) []made {
		all := slices.Clone(one)
		f(&all[at])
		return all
	}
	apart := slices.Clone(one[:1])
	for range 3 {
		apart = append(apart, made{kind: format.FrameSide, payload: strings.Repeat("x", small.Frame)})
	}
	apart = append(append(apart, one[0]), one[1:]...)
	for _, tt := range []struct {
		name   string
		tape   []byte
		events int // that Replay yields, keyframes among them; -1 for an error
	}{
		{"all well", seal(nil, one...), 2},
		{"a page with more strings", seal(nil, with(0, func(f *made) { f.payload = mp(list{tag(0, "a"), tag(1, "b")}) })...), -1},
		{"a page with fewer strings", seal(nil, with(0, func(f *made) { f.counts = map[int]int64{int(format.RoleCustom): 2} })...), -1},
		{"a page with other strings", seal(nil, with(0, func(f *made) { f.payload = mp(list{tag(7, "a")}) })...), -1},
		{"a page of another table", seal(nil, with(0, func(f *made) { f.payload = mp(list{list{1, len(format.StaticStrings(format.RoleText)), list{1}, "a"}}) })...), -1},
		{"a page of nothing", seal(nil, with(0, func(f *made) { f.payload = mp(nil) })...), -1},
		{"a page that is promised to nobody", seal(nil, with(0, func(f *made) { f.counts = nil })...), -1},
		{"a page that is no HEAP", seal(func(x *format.FrameList) { x.Kinds[1], x.Kinds[3] = int64(format.FrameHeap), 2 },
			with(0, func(f *made) { f.kind = format.FrameRedact; f.counts = nil })...), -1},
		{"counts that go down", seal(nil, append(slices.Clone(one[:1]), append([]made{{kind: format.FrameHeap, payload: mp(nil)}}, one[1:]...)...)...), 2},
		{"counts near 2^30", seal(func(x *format.FrameList) { x.Counts[int(format.RoleCustom)] = 1 << 30 }, one...), -1},
		{"counts under 0", seal(func(x *format.FrameList) { x.Counts[int(format.RoleCustom)] = -1 }, one...), 1},
		{"counts of too few tables", seal(func(x *format.FrameList) { x.Counts = x.Counts[:17] }, one...), 1},
		{"sizes under 0", seal(func(x *format.FrameList) { x.Sizes[1], x.Sizes[2] = -x.Sizes[1], x.Sizes[2]+2*x.Sizes[1] }, one...), 1},
		{"sizes that overflow", seal(func(x *format.FrameList) { x.Sizes[1] = math.MaxInt64 }, one...), 1},
		{"sizes of others", seal(func(x *format.FrameList) { x.Sizes[2]--; x.Sizes[3]++ }, one...), -1},
		{"lists of other lengths", seal(func(x *format.FrameList) { x.Spans = x.Spans[1:] }, one...), 1},
		{"times that overflow", seal(func(x *format.FrameList) { x.Starts[3], x.Spans[3] = math.MaxInt64, math.MaxInt64 }, one...), 2},
		{"events under 0", seal(func(x *format.FrameList) { x.Events[2] = -1 }, one...), 1},
		{"a KEY that is none", seal(func(x *format.FrameList) { x.Kinds[3] = int64(format.FrameKey) }, one...), -1},
		{"a KEY in EVENTS' place", seal(func(x *format.FrameList) { x.Kinds[2] = int64(format.FrameEvents) }, one...), -1},
		{"a generation that is not there", seal(func(x *format.FrameList) { x.Tables[3] = 77 }, one...), -1},
		{"a generation under 0", seal(nil, with(2, func(f *made) { f.generation = -1 })...), -1},
		{"strings in events", seal(nil, with(2, func(f *made) { f.payload = events(list{tag(1, "b")}, nil, list{5}, 5, list{nil}) })...), -1},
		{"pages far apart", seal(nil, apart...), -1},
		{"a second HEAD", seal(nil, append(one, made{kind: format.FrameHead, payload: "\x82\x01\x01\x02\x01"})...), -1},
		{"pages that need those before", seal(nil, heaps(40, func(i int) int { return max(i-1, 0) })...), 1},
		{"pages in a circle", seal(nil, heaps(3, func(i int) int { return (i + 1) % 3 })...), -1},
		{"a page that needs what it promises", seal(nil, made{kind: format.FrameHeap, payload: mp(list{chainNode(0, 0)}), counts: chainCounts(0)},
			made{kind: format.FrameEvents, payload: node(1)}), -1},
		{"pages that need what each other promises", seal(nil,
			made{kind: format.FrameHeap, payload: mp(list{chainNode(0, 1)}), counts: chainCounts(0)},
			made{kind: format.FrameHeap, payload: mp(list{chainNode(1, 0)}), counts: chainCounts(1)},
			made{kind: format.FrameEvents, payload: node(1)}), -1},
		{"900 pages that need those before", seal(nil, heaps(900, func(i int) int { return max(i-1, 0) })...), -1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, salvage := range []bool{false, true} {
				within(t, small, 8, func() {
					opts := &format.ReaderOptions{Limits: small, Salvage: salvage}
					r := open(t, tt.tape, opts)
					var all sync.WaitGroup
					for range 2 { // at once, for the race detector
						all.Go(func() { _, _ = collect(r.Replay(0, 1<<62)) })
					}
					all.Wait()
					r = open(t, tt.tape, opts)
					typed(t, r.Damage())
					events, err := collect(r.Replay(0, 1<<62))
					typed(t, err)
					if tt.events < 0 {
						assert.Error(t, err)
					} else if assert.NoError(t, err) {
						assert.Len(t, events, tt.events)
					}
					_, err = r.Summary()
					typed(t, err)
					typed(t, format.Seal(new(bytes.Buffer), nil, r))
				})
			}
		})
	}
}

// A tape whose summary cannot be read is sought in all the same, and its summary
// is made of its events.
func TestMalformedSummary(t *testing.T) {
	tape := seal(nil, made{kind: format.FrameEvents, payload: events(nil, nil, list{5}, 5, list{nil}), events: 1})
	r := open(t, tape, nil)
	empty, err := r.Summary()
	require.NoError(t, err)
	want, err := format.Summarize(r.Events())
	require.NoError(t, err)
	require.NotEqual(t, want, empty, "the index says nothing")
	at, unreadable := int(r.Frames[len(r.Frames)-2].Offset), 0
	for i := at; i < len(tape); i++ {
		broken := bytes.Clone(tape)
		broken[i] = 0xa0 // a string
		format.Recheck(broken[at:])
		r := open(t, broken, nil)
		if !r.Sealed() {
			continue
		}
		got, err := r.Summary()
		require.NoError(t, err)
		if !assert.ObjectsAreEqual(empty, got) {
			require.Equal(t, want, got)
			unreadable++
		}
	}
	require.Greater(t, unreadable, 5)
}
