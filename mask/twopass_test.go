package mask_test

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/mask/masktest"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

// seconds makes events of data, one a second.
func seconds(data ...format.Data) []format.Event {
	var events []format.Event
	for i, d := range data {
		events = append(events, format.Event{Time: time.Duration(i) * time.Second, Data: d})
	}
	return events
}

// twice masks events in two passes.
func twice(t testing.TB, f *mask.Filter, in iter.Seq2[format.Event, error]) ([]format.Event, error) {
	t.Helper()
	var out []format.Event
	var failed error
	for e, err := range f.Events(in) {
		require.NoError(t, failed, "an error is last")
		if failed = err; err == nil {
			out = append(out, e)
		} else {
			require.Equal(t, format.Event{}, e)
		}
	}
	return out, failed
}

func defaultFilter(t testing.TB, opts mask.FilterOptions) *mask.Filter {
	t.Helper()
	p, err := mask.Compile(mask.Default())
	require.NoError(t, err)
	if opts.Key == nil {
		opts.Key = master
	}
	return p.NewFilter(&opts)
}

// What is typed last is not in the first snapshot, and nothing is patched.
func TestTwoPasses(t *testing.T) {
	f := defaultFilter(t, mask.FilterOptions{})
	in := seconds(cat(welcome(), setText(8, "in "+who+"'s account"), enter(4, who, true))...)
	n := len(in)
	out, err := twice(t, f, sequence(in))
	require.NoError(t, err)
	assert.Len(t, out, n)
	leaks, err := masktest.Find(sequence(out), who)
	require.NoError(t, err)
	assert.Empty(t, leaks)
	r := f.Report()
	assert.Zero(t, r.Late)
	assert.Zero(t, r.Patches)
	assert.Equal(t, n, r.Events)
	first := out[0].Data.(*format.FullSnapshot)
	assert.Contains(t, collect([]format.Event{{Data: first}}), "Welcome ***, hello")
}

// A class that comes later masks from the beginning, over a checkout too, and
// not on another page that has the same ids.
func TestTwoPassesClass(t *testing.T) {
	page := func() *format.FullSnapshot {
		return full(el(4, "p", nil, text(5, "the first words")), el(6, "p", nil, text(7, "the other words")))
	}
	other := full(el(20, "h1", nil, text(21, "another page")), el(22, "div", nil, el(4, "ul", nil, el(5, "li", nil, text(24, "the list")))))
	for class, config := range map[string]mask.Config{"rr-mask": mask.Default(), "rr-block": mask.Default()} {
		p, err := mask.Compile(config)
		require.NoError(t, err)
		f := p.NewFilter(nil)
		out, err := twice(t, f, sequence(seconds(page(), &format.Scroll{ID: 1}, page(), setAttrs(4, "class", class), setText(5, "more words"), other)))
		require.NoError(t, err)
		assert.Len(t, out, map[string]int{"rr-mask": 6, "rr-block": 6}[class])
		assert.Zero(t, f.Report().Patches)
		shown := collect(out)
		assert.NotContains(t, shown, "the first words")
		assert.NotContains(t, shown, "more words")
		assert.Contains(t, shown, "the other words")
		assert.Contains(t, shown, "the list", "%s", class)
		_, damage := pagesOf(out)
		assert.Zero(t, damage)
	}
}

// An error of the input comes last, and what came before it, masked.
func TestTwoPassesError(t *testing.T) {
	for name, fail := range map[string]error{"of the input": errors.New("no more"), "of an event": nil} {
		for _, memory := range []int{0, 1} {
			f := defaultFilter(t, mask.FilterOptions{Memory: memory})
			out, err := twice(t, f, func(yield func(format.Event, error) bool) {
				for _, e := range seconds(cat(welcome(), enter(4, who, false))...) {
					if !yield(e, nil) {
						return
					}
				}
				if more := yield(format.Event{}, fail); fail != nil {
					assert.False(t, more, "it goes on")
				}
			})
			require.Error(t, err, name)
			if fail != nil {
				assert.ErrorIs(t, err, fail)
			}
			assert.Len(t, out, 4)
			leaks, err := masktest.Find(sequence(out), who)
			require.NoError(t, err)
			assert.Empty(t, leaks)
		}
	}
}

// held returns the open files of this process in dir, deleted or not.
func held(t *testing.T, dir string) (open []string) {
	t.Helper()
	if runtime.GOOS != "linux" {
		return nil
	}
	fds, err := os.ReadDir("/proc/self/fd")
	require.NoError(t, err)
	for _, fd := range fds {
		name, err := os.Readlink("/proc/self/fd/" + fd.Name())
		if err == nil && len(name) > len(dir) && name[:len(dir)] == dir {
			open = append(open, "/proc/self/fd/"+fd.Name())
		}
	}
	return open
}

// Who stops early, at whatever event, leaves no file, open or not. Nothing of
// the session can be read in the file while it is there.
func TestBacklogFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	in := func() []format.Event {
		return seconds(cat(welcome(), enter(4, who, false), &format.Custom{Tag: "order", Payload: `{"email":"` + mail + `"}`})...)
	}
	for stop := range len(in()) + 1 {
		f := defaultFilter(t, mask.FilterOptions{Memory: 1})
		n := 0
		for _, err := range f.Events(sequence(in())) {
			require.NoError(t, err)
			if runtime.GOOS == "linux" {
				open := held(t, dir)
				require.Len(t, open, 1, "it is small enough for memory")
				b, err := os.ReadFile(open[0])
				require.NoError(t, err)
				require.NotEmpty(t, b)
				for _, s := range []string{"Marguerite", "Oakhurst", "marguerite", "Welcome", "Other text", "fullname"} {
					require.NotContains(t, string(b), s)
				}
			}
			left, err := filepath.Glob(filepath.Join(dir, "*"))
			require.NoError(t, err)
			if runtime.GOOS != "windows" {
				require.Empty(t, left, "others can see it")
			}
			if n++; n > stop {
				break
			}
		}
		assert.Empty(t, held(t, dir), "stopped after %d", stop)
		left, err := filepath.Glob(filepath.Join(dir, "*"))
		require.NoError(t, err)
		assert.Empty(t, left)
	}
}

// Without a place for the file it is an error.
func TestBacklogNoFile(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	if runtime.GOOS == "windows" {
		t.Skip("TMPDIR is not looked at")
	}
	f := defaultFilter(t, mask.FilterOptions{Memory: 1})
	out, err := twice(t, f, sequence(seconds(cat(welcome(), enter(4, who, false))...)))
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "Marguerite")
	assert.LessOrEqual(t, len(out), 1)
}

// With hardly any memory the same comes out, of all recordings.
func TestBacklogSpills(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	for _, s := range sessions.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			want, err := twice(t, defaultFilter(t, mask.FilterOptions{}), sequence(s.Events(t)))
			require.NoError(t, err)
			f := defaultFilter(t, mask.FilterOptions{Memory: 1})
			got, err := twice(t, f, sequence(s.Events(t)))
			require.NoError(t, err)
			require.Len(t, got, len(want))
			for i := range want {
				require.Equal(t, encodeAll(want[i:i+1]), encodeAll(got[i:i+1]), "event %d", i)
			}
			assert.Equal(t, len(s.Events(t)), f.Report().Events)
			left, err := filepath.Glob(filepath.Join(dir, "*"))
			require.NoError(t, err)
			assert.Empty(t, left)
			assert.Empty(t, held(t, dir))
		})
	}
}

// Times, windows and kinds that recorders do not write make no difference either.
func TestBacklogOddEvents(t *testing.T) {
	in := func() []format.Event {
		return []format.Event{
			{Time: -time.Second, Data: welcome()},
			{Time: 0, Data: format.NewUnknown(`{"type":99,"who":"` + who + `"}`)},
			{Time: 1 << 60, Window: 1 << 20, Data: welcome()},
			{Time: time.Second, Extra: []snapshot.Member{{Name: "delay", Value: "5"}, {Name: "x", Value: `"y"`}}, Data: &format.Scroll{ID: 1}},
			{Time: 2 * time.Second, Data: typeIn(4, who)},
		}
	}
	want, wanted := twice(t, defaultFilter(t, mask.FilterOptions{}), sequence(in()))
	got, err := twice(t, defaultFilter(t, mask.FilterOptions{Memory: 1}), sequence(in()))
	require.NoError(t, wanted)
	require.NoError(t, err)
	assert.Equal(t, encodeAll(want), encodeAll(got))
	for i := range want {
		assert.Equal(t, want[i].Window, got[i].Window)
		assert.Equal(t, want[i].Time, got[i].Time)
	}
	assert.NotContains(t, collect(got), "Marguerite")
}

// A filter that has seen events goes over what follows twice all the same, and
// patches what it has let go.
func TestTwoPassesAfterAppend(t *testing.T) {
	for hold, late := range map[time.Duration]int{0: 2, 2 * time.Second: 1} { // the second is still held back
		f := newFeed(t, mask.FilterOptions{Hold: hold})
		f.give(welcome(), setText(8, "Bartholomew Quill"))
		f.at += time.Minute
		f.give(typeIn(4, "Bartholomew Quill")) // not settled
		rest := seconds(setText(6, "Hello Wilhelmina Ashdown"), blur(4), typeIn(4, "Wilhelmina Ashdown"),
			add(3, 0, el(30, "input", attrs("value", who))), blur(4))
		out, err := twice(t, f.Filter, sequence(rest))
		require.NoError(t, err)
		leaks, err := masktest.Find(tapeOf(t, out).Events(), "Wilhelmina Ashdown", "Bartholomew Quill", who)
		require.NoError(t, err)
		assert.Empty(t, leaks)
		f.out = append(f.out, out...)
		assert.Equal(t, "Hello ***", f.shown(0).Text(6))
		assert.Equal(t, "***", f.shown(0).Text(8))
		assert.NotContains(t, fmt.Sprint(f.shown(0).Node(5).Attr), "Marguerite")
		assert.Equal(t, late, f.Report().Late)
	}
}

// So does one that goes on from a state.
func TestTwoPassesAfterImport(t *testing.T) {
	first := newFeed(t, mask.FilterOptions{})
	first.give(welcome())
	state, err := first.Export()
	require.NoError(t, err)
	p, err := mask.Compile(mask.Default())
	require.NoError(t, err)
	f, err := p.Import(&mask.FilterOptions{Key: master}, state)
	require.NoError(t, err)
	out, err := twice(t, f, sequence(seconds(setText(6, "Hello Wilhelmina Ashdown"), typeIn(4, "Wilhelmina Ashdown"), blur(4))))
	require.NoError(t, err)
	leaks, err := masktest.Find(tapeOf(t, out).Events(), "Wilhelmina Ashdown")
	require.NoError(t, err)
	assert.Empty(t, leaks)
	assert.Contains(t, collect(out), "Hello ***")
}

// Masked events that are sought in show the page that playing them does.
func TestTwoPassesSeek(t *testing.T) {
	in := seconds(cat(welcome(), enter(4, who, true), setText(8, "ok "+who), full(
		el(4, "input", attrs("name", "fullname", "value", who)),
		el(5, "p", attrs("title", "for "+who), text(6, "Welcome "+who+", hello")),
		el(7, "p", nil, text(8, "ok "+who)),
	), setText(6, "bye "+who), blur(4))...)
	out, err := twice(t, defaultFilter(t, mask.FilterOptions{}), sequence(in))
	require.NoError(t, err)
	v, err := replay.Verify(replay.Events(out))
	require.NoError(t, err)
	assert.Positive(t, v.Checked)
	assert.Empty(t, v.Drift)
}

// damaged counts the events of a recording that its pages cannot do.
func damaged(t testing.TB, in []format.Event) int {
	_, n := pagesOf(all(t, tapeOf(t, in)))
	return n
}

// checkPasses masks a scene in two passes with hardly any memory and as a
// stream that goes from worker to worker.
func checkPasses(t testing.TB, policies []*mask.Policy, b []byte) {
	s := newScene(b)
	p := oneOf(s, policies)
	tape := tapeOf(t, s.play(true))
	before := damaged(t, all(t, tape))

	two, err := twice(t, p.NewFilter(&mask.FilterOptions{Key: master, Memory: 1 + s.pick(200)*100}), sequence(all(t, tape)))
	require.NoError(t, err)
	require.LessOrEqual(t, damaged(t, two), before, "scene %x", b)
	leaks, err := masktest.Find(tapeOf(t, two).Events(), s.secrets...)
	require.NoError(t, err)
	require.Empty(t, leaks, "scene %x", b)
	plain, err := twice(t, p.NewFilter(&mask.FilterOptions{Key: master}), sequence(all(t, tape)))
	require.NoError(t, err)
	require.Equal(t, encodeAll(plain), encodeAll(two), "scene %x", b)

	in := all(t, tape)
	var cuts []int
	for i := range in {
		if s.pick(4) == 0 {
			cuts = append(cuts, i)
		}
	}
	out := workers(t, p, in, cuts...)
	require.LessOrEqual(t, damaged(t, out), before, "scene %x", b)

	// All that is held back, the last part in two passes.
	in = all(t, tape)
	f := p.NewFilter(&mask.FilterOptions{Key: master, Hold: time.Duration(s.pick(3)) * time.Second})
	n := s.pick(len(in))
	var mixed []format.Event
	for _, e := range in[:n] {
		mixed, err = f.Append(mixed, e)
		require.NoError(t, err)
	}
	if s.pick(2) == 0 {
		mixed = f.Flush(mixed)
		state, err := f.Export()
		require.NoError(t, err)
		f, err = p.Import(&mask.FilterOptions{Key: master}, state)
		require.NoError(t, err)
	}
	rest, err := twice(t, f, sequence(in[n:]))
	require.NoError(t, err)
	require.LessOrEqual(t, damaged(t, append(mixed, rest...)), before, "scene %x", b)
}

func TestRandomPasses(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	policies := scenePolicies(t)
	for seed := range 60 {
		checkPasses(t, policies, sceneBytes(seed))
	}
}

// Random mutations of random pages, seen in two passes and by workers, replay
// as well as they did.
func TestRandomMutationPasses(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	p, err := mask.Compile(with(rule(".a", mask.Mask), rule(".b", mask.Block), rule("div .c", mask.MaskText)))
	require.NoError(t, err)
	for seed := range uint64(40) {
		w := &wanderer{Rand: rand.New(rand.NewPCG(seed, 9)), next: 3, page: &snapshot.Page{}}
		first := full(w.element(0), w.element(0), w.element(0))
		require.NoError(t, (&format.FullSnapshot{Node: copyNode(first.Node)}).Apply(w.page))
		data := []format.Data{first}
		for range 25 {
			m := w.mutation()
			if cloneMutation(m).Apply(w.page) != nil {
				break // damage is another test's
			}
			data = append(data, m)
		}
		tape := tapeOf(t, seconds(data...))
		out, err := twice(t, p.NewFilter(&mask.FilterOptions{Memory: 1}), sequence(all(t, tape)))
		require.NoError(t, err)
		require.Zero(t, damaged(t, out), "seed %d", seed)
		f := p.NewFilter(&mask.FilterOptions{Key: master})
		n := len(data) / 2
		var mixed []format.Event
		for _, e := range all(t, tape)[:n] {
			mixed, err = f.Append(mixed, e)
			require.NoError(t, err)
		}
		rest, err := twice(t, f, sequence(all(t, tape)[n:]))
		require.NoError(t, err)
		require.Zero(t, damaged(t, append(mixed, rest...)), "seed %d", seed)
		require.Zero(t, damaged(t, workers(t, p, all(t, tape), n/2, n)), "seed %d", seed)
	}
}

func FuzzTwoPasses(f *testing.F) {
	f.Setenv("TMPDIR", f.TempDir())
	policies := scenePolicies(f)
	for _, s := range []string{"", "a", "two passes of it", "\x00\x01\x02\x03\x04\x05\x06\x07", "\xff\xfe\xfd\xfc\xfb\xfa"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 4096 {
			return
		}
		checkPasses(t, policies, bytes.Clone(b))
	})
}
