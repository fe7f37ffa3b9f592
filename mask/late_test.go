package mask_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/mask/masktest"
	"github.com/pagetape/pagetape/snapshot"
)

// A feed gives events to a filter as a stream does.
type feed struct {
	testing.TB
	*mask.Filter
	out []format.Event
	at  time.Duration
}

func newFeed(t testing.TB, opts mask.FilterOptions) *feed {
	t.Helper()
	p, err := mask.Compile(mask.Default())
	require.NoError(t, err)
	opts.Key = master
	return &feed{TB: t, Filter: p.NewFilter(&opts)}
}

// give gives events, one a second, and returns how many came out.
func (f *feed) give(data ...format.Data) int {
	f.Helper()
	return f.giveTo(0, data...)
}

func (f *feed) giveTo(w format.WindowID, data ...format.Data) int {
	f.Helper()
	n := len(f.out)
	for _, d := range data {
		f.giveAt(f.at, w, d)
		f.at += time.Second
	}
	return len(f.out) - n
}

func (f *feed) giveAt(at time.Duration, w format.WindowID, d format.Data) {
	f.Helper()
	var err error
	f.out, err = f.Append(f.out, format.Event{Time: at, Window: w, Data: d})
	require.NoError(f, err)
}

func (f *feed) flush() { f.out = f.Flush(f.out) }

// shown is the page as it is after all that came out.
func (f *feed) shown(w format.WindowID) *snapshot.Page {
	f.Helper()
	pages, damage := pagesOf(all(f, tapeOf(f, f.out)))
	require.Zero(f, damage)
	if pages[w] == nil {
		return &snapshot.Page{}
	}
	return pages[w]
}

// clean requires that no event has one of the secrets.
func (f *feed) clean(secrets ...string) {
	f.Helper()
	leaks, err := masktest.Find(tapeOf(f, f.out).Events(), secrets...)
	require.NoError(f, err)
	assert.Empty(f, leaks)
}

func blur(id snapshot.NodeID) format.Data {
	return &format.MouseInteraction{Action: format.Blur, ID: id}
}

func typeIn(id snapshot.NodeID, v string) format.Data {
	return &format.Input{ID: id, Text: v, UserTriggered: true}
}

// welcome is a page that shows a name in a text and in an attribute, and has a
// field for one.
func welcome() *format.FullSnapshot {
	return full(
		el(4, "input", attrs("name", "fullname")),
		el(5, "p", attrs("title", "for "+who), text(6, "Welcome "+who+", hello")),
		el(7, "p", nil, text(8, "Other text")),
	)
}

// What has been shown with a value that becomes known later is patched at the
// next event that ends the typing, and not before.
func TestLateIsPatched(t *testing.T) {
	for name, settle := range map[string]format.Data{
		"blur":       blur(4),
		"focus":      &format.MouseInteraction{Action: format.Focus, ID: 7},
		"click":      &format.MouseInteraction{Action: format.Click, ID: 7},
		"touch":      &format.MouseInteraction{Action: format.TouchEnd, ID: 7},
		"double":     &format.MouseInteraction{Action: format.DoubleClick, ID: 7},
		"meta":       &format.Meta{URL: "https://shop.example/"},
		"navigation": &format.Navigation{URL: "https://shop.example/"},
		"custom":     &format.Custom{Tag: "order", Payload: `{}`},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFeed(t, mask.FilterOptions{})
			f.give(welcome())
			for i := range who {
				require.Equal(t, 1, f.give(typeIn(4, who[:i+1])), "nothing is patched while it is typed")
			}
			require.Contains(t, f.shown(0).Text(6), who)
			require.Zero(t, f.Report().Late)
			require.Equal(t, 1, f.give(&format.Scroll{ID: 1}), "a scroll ends no typing")
			require.Equal(t, 2, f.give(settle))
			page := f.shown(0)
			assert.Equal(t, "Welcome ***, hello", page.Text(6))
			assert.NotContains(t, fmt.Sprint(page.Node(5).Attr), "Marguerite")
			assert.Equal(t, "Other text", page.Text(8))
			assert.Equal(t, 2, f.Report().Late)
			last := f.out[len(f.out)-1].Data.(*format.Mutation)
			assert.Len(t, last.Texts, 1)
			assert.Len(t, last.Attrs, 1)
			assert.Equal(t, f.out[len(f.out)-2].Time, f.out[len(f.out)-1].Time)
			assert.Equal(t, 1, f.give(blur(4)), "once")
			assert.Equal(t, 2, f.Report().Late)
		})
	}
}

// What was masked when it came is not patched.
func TestLateLeavesMasked(t *testing.T) {
	f := newFeed(t, mask.FilterOptions{})
	f.give(full(el(4, "input", attrs("name", "fullname")), el(5, "p", nil, text(6, "Welcome")), el(7, "p", attrs("class", "rr-mask"), text(8, who))))
	f.give(typeIn(4, who), setText(6, "Welcome "+who), add(3, 0, el(9, "p", attrs("title", who), text(10, who))))
	require.Equal(t, 1, f.give(blur(4)))
	assert.Zero(t, f.Report().Late)
	assert.Zero(t, f.Report().Patches)
	f.clean(who)
}

// Values that the caller names while the session goes on are no other.
func TestLateRegister(t *testing.T) {
	f := newFeed(t, mask.FilterOptions{})
	f.give(welcome())
	f.Register(who)
	require.Equal(t, 2, f.give(blur(4)))
	assert.Equal(t, "Welcome ***, hello", f.shown(0).Text(6))
	assert.Equal(t, 2, f.Report().Late)
}

// More values than are noted one by one are looked for as well.
func TestLateMany(t *testing.T) {
	f := newFeed(t, mask.FilterOptions{})
	f.give(welcome())
	var fields []*snapshot.Node
	for i := range 400 {
		fields = append(fields, el(snapshot.NodeID(100+i), "input", attrs("value", fmt.Sprintf("plimvek%dzor", i))))
	}
	fields = append(fields, el(900, "input", attrs("value", who)))
	f.give(add(3, 0, el(99, "form", nil, fields...)), blur(4))
	assert.Equal(t, "Welcome ***, hello", f.shown(0).Text(6))
	assert.Equal(t, "Other text", f.shown(0).Text(8))
}

// What became known in one window is stripped in all.
func TestLateWindows(t *testing.T) {
	for _, hold := range []time.Duration{0, time.Minute} {
		f := newFeed(t, mask.FilterOptions{Hold: hold})
		f.giveTo(1, welcome())
		f.giveTo(2, welcome())
		f.giveTo(2, typeIn(4, who), blur(4))
		f.giveTo(3, full(el(4, "p", nil, text(5, "third "+who))))
		f.flush()
		for w := range format.WindowID(2) {
			assert.Equal(t, "Welcome ***, hello", f.shown(w+1).Text(6))
		}
		assert.Equal(t, "third ***", f.shown(3).Text(5))
		if hold > 0 {
			f.clean(who)
			assert.Zero(t, f.Report().Late)
		} else {
			assert.Equal(t, 4, f.Report().Late)
		}
		patches := map[format.WindowID]int{}
		for _, e := range f.out {
			if _, ok := e.Data.(*format.Mutation); ok {
				patches[e.Window]++
			}
		}
		if hold > 0 {
			assert.Empty(t, patches)
		} else {
			assert.Equal(t, map[format.WindowID]int{1: 1, 2: 1}, patches)
		}
	}
}

// Values that become known within the hold never leave, and nothing has to be
// patched.
func TestHold(t *testing.T) {
	f := newFeed(t, mask.FilterOptions{Hold: 10 * time.Second})
	require.Zero(t, f.give(welcome()))
	require.Zero(t, f.give(enter(4, who, false)...))
	require.Zero(t, f.give(&format.Scroll{ID: 1}, &format.Scroll{ID: 1}))
	f.at = time.Minute
	require.Equal(t, 6, f.give(blur(4)))
	f.flush()
	require.Len(t, f.out, 7)
	f.clean(who)
	assert.Equal(t, "Welcome ***, hello", f.shown(0).Text(6))
	assert.Zero(t, f.Report().Late)
	assert.Zero(t, f.Report().Patches)

	// And after it, as without.
	f.give(setText(8, "Bartholomew Quill is here"))
	f.at += time.Minute
	f.give(&format.Scroll{ID: 1})
	require.Contains(t, f.shown(0).Text(8), "Bartholomew")
	f.give(enter(4, "Bartholomew Quill", false)...)
	f.flush()
	assert.Equal(t, "*** is here", f.shown(0).Text(8))
	assert.Equal(t, "Welcome ***, hello", f.shown(0).Text(6))
	assert.Equal(t, 1, f.Report().Late)
}

// Events that come out of order leave in the order that they came, and none is
// lost.
func TestHoldOutOfOrder(t *testing.T) {
	f := newFeed(t, mask.FilterOptions{Hold: 10 * time.Second})
	times := []time.Duration{5, 3, 12, 1, 14, 13, 30, 2, 31, 29, 60}
	f.giveAt(4*time.Second, 0, welcome())
	for i, s := range times {
		switch i {
		case 3:
			f.giveAt(s*time.Second, 0, typeIn(4, who))
		case 5:
			f.giveAt(s*time.Second, 0, blur(4))
		default:
			f.giveAt(s*time.Second, 0, &format.Scroll{ID: 1, X: float64(i)})
		}
	}
	require.Less(t, len(f.out), len(times)+1)
	f.flush()
	require.Len(t, f.out, len(times)+1)
	for i, s := range times {
		assert.Equal(t, s*time.Second, f.out[i+1].Time)
	}
	f.clean(who)
	before := len(f.out)
	f.flush()
	assert.Len(t, f.out, before)
}

// Append goes on after Flush, which is no end.
func TestFlushAndOn(t *testing.T) {
	f := newFeed(t, mask.FilterOptions{Hold: time.Hour})
	f.give(welcome())
	f.flush()
	require.Len(t, f.out, 1)
	require.Contains(t, f.shown(0).Text(6), who)
	require.Zero(t, f.give(setText(8, "again "+who)))
	require.Zero(t, f.give(enter(4, who, true)...))
	f.flush()
	assert.Equal(t, "Welcome ***, hello", f.shown(0).Text(6))
	assert.Equal(t, "again ***", f.shown(0).Text(8))
	for _, e := range f.out[1:] {
		assert.NotContains(t, collect([]format.Event{e}), "Marguerite")
	}
	assert.Equal(t, 2, f.Report().Late, "the text that was never let go is not late")
}

// A filter that goes on from a state holds back and learns as another does.
func TestHoldAfterImport(t *testing.T) {
	first := newFeed(t, mask.FilterOptions{})
	first.give(welcome(), setText(8, "Bartholomew Quill"))
	state, err := first.Export()
	require.NoError(t, err)
	p, err := mask.Compile(mask.Default())
	require.NoError(t, err)
	filter, err := p.Import(&mask.FilterOptions{Key: master, Hold: time.Minute}, state)
	require.NoError(t, err)
	f := &feed{TB: t, Filter: filter, out: first.out}
	before := len(f.out)
	f.give(
		add(5, 0, text(20, "our Wilhelmina Ashdown")),
		add(3, 0, el(21, "form", nil, el(22, "input", attrs("value", "Wilhelmina Ashdown")), el(23, "input", attrs("type", "password")))),
		add(5, 0, text(24, "it is ab12!?cd")),
		typeIn(23, "ab12!?cd"), blur(23), typeIn(4, "Bartholomew Quill"), blur(4))
	f.flush()
	leaks, err := masktest.Find(tapeOf(t, f.out[before:]).Events(), "Wilhelmina Ashdown", "ab12!?cd")
	require.NoError(t, err)
	assert.Empty(t, leaks)
	assert.Equal(t, "***", f.shown(0).Text(8))
}

// What a field held before is patched too, where the next value comes before
// anything settles.
func TestLateReplaced(t *testing.T) {
	f := newFeed(t, mask.FilterOptions{})
	f.give(welcome(), setText(8, "Bartholomew Quill"), typeIn(4, who), typeIn(4, "B"), typeIn(4, "Bartholomew"), typeIn(4, "Bartholomew Quill"))
	require.Equal(t, 2, f.give(blur(4)))
	assert.Equal(t, "Welcome ***, hello", f.shown(0).Text(6))
	assert.Equal(t, "***", f.shown(0).Text(8))
	assert.Equal(t, 3, f.Report().Late)
}

// A password is one with its punctuation, however it is typed.
func TestTypedPunctuation(t *testing.T) {
	for _, v := range []string{"ab12c!", "!?$%&/()=", "abc12??!", "?!#ab12", "!?%&/()"} {
		for _, keys := range []bool{false, true} {
			s := play(t, mask.Default(), cat(
				full(el(4, "input", attrs("type", "password")), el(5, "p", nil, text(6, "hello"))),
				enter(4, v, keys), &format.Scroll{ID: 1}, &format.Scroll{ID: 1}, &format.Scroll{ID: 1}, &format.Scroll{ID: 1},
				setText(6, "It is "+v+" still"))...)
			assert.Equal(t, "It is *** still", s.page.Text(6), "%s, %v", v, keys)
		}
	}
}

// A value that came of correcting a typo is a value: it is not forgotten when
// the form is emptied, or when something else is typed.
func TestTypedCorrection(t *testing.T) {
	for name, after := range map[string][]format.Data{
		"emptied":         {typeIn(4, "")},
		"emptied at once": {blur(4), typeIn(4, "")},
		"replaced":        {typeIn(4, "Bartholomew Quill")},
		"edited later":    {blur(4), typeIn(4, phone[:9]), typeIn(4, phone[:8])},
	} {
		t.Run(name, func(t *testing.T) {
			in := cat(full(el(4, "input", attrs("name", "note")), el(5, "p", nil, text(6, "first "+who))),
				enter(4, who+"t", true)[1:], typeIn(4, who), after,
				setText(6, "last "+who))
			p, err := mask.Compile(mask.Default())
			require.NoError(t, err)
			var events []format.Event
			for i, d := range in {
				events = append(events, format.Event{Time: time.Duration(i) * time.Second, Data: d})
			}
			out, _ := maskStored(t, p, events)
			leaks, err := masktest.Find(sequence(out), who)
			require.NoError(t, err)
			assert.Empty(t, leaks)
		})
	}
}
