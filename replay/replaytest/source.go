package replaytest

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

// TestSource tests whether a source keeps what replay.Source promises:
//
//   - Replay can be called again, also while an earlier one is under way, and
//     yields the same events each time, whatever was done with them;
//   - events are the caller's: none changes after it was yielded;
//   - a loop can break off at any event;
//   - an error comes once, last, without an event;
//   - Replay(from, to) yields the events of the whole session from some point
//     on, in order and without a gap, up to the last that happened by the time
//     to, and no more;
//   - what comes before makes the pages as they were at the time from, in every
//     window: all events, or *format.Keyframes, one a window, that say truly how
//     many events they stand for;
//   - a replay.Player finds the same pages by time, by number of events, and
//     step by step.
//
// The error joins what is wrong, the first of each kind, and tells where. A
// source that ends in an error of its own has that joined. TestSource reads the
// source many times, and has all its events in memory.
func TestSource(src replay.Source) error {
	t := sourceTest{src: src, seed: maphash.MakeSeed(), seen: map[string]bool{}}
	t.linear()
	t.breaks()
	t.interleaved()
	t.moments()
	t.player()
	return errors.Join(t.errs...)
}

// TestConcurrent tests whether a source can be replayed by several goroutines
// at once, for those that say so. It is for tests that are run with -race.
func TestConcurrent(src replay.Source) error {
	t := sourceTest{src: src, seed: maphash.MakeSeed(), seen: map[string]bool{}}
	t.linear()
	random := rand.New(rand.NewPCG(3, 4))
	found := make([]error, 6)
	var all sync.WaitGroup
	for i := range found {
		from := never
		if i%2 == 1 && len(t.marks) > 0 {
			from = t.marks[random.IntN(len(t.marks))].now
		}
		all.Go(func() {
			own := sourceTest{src: t.src, seed: t.seed, marks: t.marks, seen: map[string]bool{}}
			own.replay(from, always)
			found[i] = errors.Join(own.errs...)
		})
	}
	all.Wait()
	for _, err := range found {
		if err != nil {
			return errors.Join(append(t.errs, fmt.Errorf("by several goroutines at once: %w", err))...)
		}
	}
	return errors.Join(t.errs...)
}

const (
	always = time.Duration(1<<63 - 1)
	never  = -always - 1
)

type sourceTest struct {
	src   replay.Source
	seed  maphash.Seed
	marks []mark // of the events from first to last
	pages pages  // at their end
	own   error  // that the source ends in
	errs  []error
	seen  map[string]bool
}

// A mark is what is kept of an event.
type mark struct {
	print uint64
	time  time.Duration
	now   time.Duration // latest time so far
}

type pages map[format.WindowID]*snapshot.Page

func (p pages) apply(e *format.Event) {
	if p[e.Window] == nil {
		p[e.Window] = &snapshot.Page{}
	}
	_ = e.Data.Apply(p[e.Window]) // damage is the session's
}

// fail notes something that is wrong, unless something of the kind was.
func (t *sourceTest) fail(kind, format string, args ...any) {
	if !t.seen[kind] {
		t.seen[kind] = true
		t.errs = append(t.errs, fmt.Errorf("replaytest: "+format, args...))
	}
}

// print returns a number that tells events apart.
func (t *sourceTest) print(e *format.Event) uint64 {
	b, err := json.Marshal(e)
	if err != nil { // numbers that JSON does not have
		b = fmt.Appendf(nil, "%v %d %v %+v", e.Time, e.Window, e.Extra, e.Data)
	}
	return maphash.Bytes(t.seed, fmt.Appendf(b, "%T", e.Data))
}

// events yields the events of a Replay as they should come.
func (t *sourceTest) events(from, to time.Duration, yield func(*format.Event) bool) {
	call := fmt.Sprintf("Replay(%s, %s)", when(from), when(to))
	n, ended, stopped := 0, false, false
	t.src.Replay(from, to)(func(e format.Event, err error) bool {
		n++
		switch {
		case stopped:
			t.fail("break", "%s goes on after its loop has ended", call)
			return false
		case ended:
			t.fail("last", "%s goes on after an error", call)
			return false
		case err != nil:
			ended = true
			if !reflect.ValueOf(e).IsZero() {
				t.fail("zero", "%s: an event comes with the error", call)
			}
			if t.own == nil {
				t.own = err
				t.errs = append(t.errs, fmt.Errorf("replaytest: %s: the source ends in an error: %w", call, err))
			}
			return true
		case e.Data == nil:
			t.fail("nil", "%s: event %d has no data", call, n-1)
			return true
		}
		stopped = !yield(&e)
		return !stopped
	})
}

func when(t time.Duration) string {
	switch t {
	case never:
		return "start"
	case always:
		return "end"
	}
	return t.String()
}

// linear reads the source from start to end, twice.
func (t *sourceTest) linear() {
	t.pages = pages{}
	var held []format.Event
	now := never
	t.events(never, always, func(e *format.Event) bool {
		if k, ok := e.Data.(*format.Keyframe); ok {
			if int(k.Events) != len(t.marks) {
				t.fail("count", "Replay(start, end): a keyframe after %d events says %d", len(t.marks), k.Events)
			}
		} else {
			now = max(now, e.Time)
			t.marks = append(t.marks, mark{t.print(e), e.Time, now})
			held = append(held, *e)
		}
		t.pages.apply(e)
		return true
	})
	for i := range held {
		if t.print(&held[i]) != t.marks[i].print {
			t.fail("changed", "event %d changes after it was yielded", i)
		}
	}
	t.replay(never, always)
}

// count returns how many events happened by a time.
func (t *sourceTest) count(at time.Duration) int {
	n := slices.IndexFunc(t.marks, func(m mark) bool { return m.time > at })
	if n < 0 {
		return len(t.marks)
	}
	return n
}

// replay reads from one time to another, compares the events with those of the
// whole session, and returns the pages.
func (t *sourceTest) replay(from, to time.Duration) pages {
	call := fmt.Sprintf("Replay(%s, %s)", when(from), when(to))
	made := pages{}
	at, keys := 0, map[format.WindowID]bool{}
	begun := t.count(from)
	t.events(from, to, func(e *format.Event) bool {
		made.apply(e)
		k, ok := e.Data.(*format.Keyframe)
		if !ok {
			keys = nil
			switch {
			case at >= len(t.marks):
				t.fail("more", "%s yields more than the %d events of the session", call, len(t.marks))
			case t.marks[at].print != t.print(e):
				t.fail("other", "%s: event %d is not that of the whole session", call, at)
			case e.Time > to:
				t.fail("to", "%s: event %d is at %v", call, at, e.Time)
			}
			at++
			return true
		}
		switch n := int(k.Events); {
		case keys[e.Window]:
			t.fail("twice", "%s: two keyframes of window %d", call, e.Window)
		case n < at || n > len(t.marks) || n > begun && n > at:
			t.fail("count", "%s: a keyframe after %d events says %d; %d are before that time", call, at, n, begun)
		default:
			at = n
		}
		if keys != nil { // the first ones
			keys[e.Window] = true
			if e.Time > from && k.Events > 0 {
				t.fail("time", "%s: a keyframe at %v", call, e.Time)
			}
		}
		return true
	})
	if want := t.count(to); at < want && t.own == nil {
		t.fail("end", "%s ends after event %d, of %d", call, at, want)
	}
	if src, ok := t.src.(interface{ ReplayStart(time.Duration) int }); ok {
		if n := src.ReplayStart(from); n < 0 || n > begun {
			t.fail("start", "ReplayStart(%s) is %d; %d events are before that time", when(from), n, begun)
		}
	}
	return made
}

// breaks breaks off at the first events, in the middle and before the end, and
// reads again.
func (t *sourceTest) breaks() {
	for _, stop := range []int{1, 2, 1 + len(t.marks)/2, len(t.marks)} {
		n := 0
		t.events(never, always, func(e *format.Event) bool {
			n++
			return n < stop
		})
	}
	t.replay(never, always)
}

// interleaved reads from two places at once.
func (t *sourceTest) interleaved() {
	if len(t.marks) == 0 {
		return
	}
	from := t.marks[len(t.marks)/2].now
	n := 0
	t.events(never, always, func(e *format.Event) bool {
		if _, ok := e.Data.(*format.Keyframe); ok {
			return true
		}
		if n%(1+len(t.marks)/3) == 0 {
			t.replay(from, always)
		}
		if n < len(t.marks) && t.print(e) != t.marks[n].print {
			t.fail("between", "Replay(start, end): event %d is another after a Replay(%s, end) meanwhile", n, when(from))
		}
		n++
		return n < len(t.marks)
	})
	if n < len(t.marks) && t.own == nil {
		t.fail("between", "Replay(start, end) ends at event %d after a Replay(%s, end) meanwhile", n, when(from))
	}
}

// times returns times to look at, ascending.
func (t *sourceTest) times() []time.Duration {
	if len(t.marks) == 0 {
		return []time.Duration{0}
	}
	random := rand.New(rand.NewPCG(1, 2))
	first, last := t.marks[0].now, t.marks[len(t.marks)-1].now
	list := []time.Duration{never, first - 1, first, last, last + time.Hour}
	for range 6 {
		at := t.marks[random.IntN(len(t.marks))].now
		list = append(list, at, at-time.Duration(random.IntN(2)))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// moments compares the pages at times with those of the whole session.
func (t *sourceTest) moments() {
	random := rand.New(rand.NewPCG(5, 6))
	times := t.times()
	straight := pages{}
	n, i := 0, 0
	look := func(next time.Duration) {
		for ; i < len(times) && t.count(times[i]) <= n && times[i] < next; i++ {
			at := times[i]
			t.same(straight, t.replay(at, at), fmt.Sprintf("Replay(%s, %[1]s)", when(at)))
			from := times[random.IntN(i+1)]
			t.same(straight, t.replay(from, at), fmt.Sprintf("Replay(%s, %s)", when(from), when(at)))
		}
	}
	t.events(never, always, func(e *format.Event) bool {
		look(e.Time)
		straight.apply(e)
		if _, ok := e.Data.(*format.Keyframe); !ok {
			n++
		}
		return true
	})
	look(always)
}

// same compares pages, call's with those of the whole session.
func (t *sourceTest) same(want, got pages, call string) {
	if t.own != nil {
		return
	}
	for w := range got {
		if want[w] == nil {
			t.fail("window", "%s: window %d has had no event yet", call, w)
		}
	}
	for w, p := range want {
		switch {
		case got[w] == nil:
			t.fail("window", "%s: window %d is missing", call, w)
		case !reflect.DeepEqual(p.Image(), got[w].Image()):
			t.fail("page", "%s: the page of window %d is another%s", call, w, where(p, got[w]))
		}
	}
}

// where names the first difference of two pages that is in the tree.
func where(want, got *snapshot.Page) string {
	if want.Root() == nil || got.Root() == nil {
		return ""
	}
	if diff := snapshot.Compare(want.Snapshot(), got.Snapshot(), 1); len(diff) > 0 {
		return ": " + diff[0].String()
	}
	return ""
}

// player compares what a Player makes of the source by number of events, by
// time, and step by step.
func (t *sourceTest) player() {
	if t.own != nil || len(t.errs) > 0 {
		return // it would tell the same
	}
	stepping, jumping := replay.NewPlayer(t.src), replay.NewPlayer(t.src)
	defer stepping.Close()
	defer jumping.Close()
	for _, at := range t.times() {
		n := t.count(at)
		for {
			if have, _ := stepping.Position(); have >= n {
				break
			}
			if _, err := stepping.Step(); err != nil && !isDamage(err) {
				t.fail("step", "a Player that steps: %v", err)
				return
			}
		}
		_, _ = jumping.At(at)
		t.alike(stepping, jumping, fmt.Sprintf("At(%s)", when(at)))
		_, _ = jumping.AtEvent(n)
		t.alike(stepping, jumping, fmt.Sprintf("AtEvent(%d)", n))
		_, _ = jumping.AtEvent(n / 2) // and back
	}
}

func isDamage(err error) bool {
	_, ok := errors.AsType[*replay.DamageError](err)
	return ok
}

func (t *sourceTest) alike(want, got *replay.Player, call string) {
	a, _ := want.Position()
	if b, _ := got.Position(); a != b {
		t.fail("position", "%s: a Player stands after %d events, not %d", call, b, a)
	}
	windows := func(p *replay.Player) pages {
		m := pages{}
		for _, w := range p.Windows() {
			m[w] = p.Window(w)
		}
		return m
	}
	t.same(windows(want), windows(got), "a Player's "+call)
}
