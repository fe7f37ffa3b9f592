// Package replay rebuilds the pages of a session at any moment.
package replay

import (
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A DamageError says that an event could not be applied in full. The page is
// usable.
type DamageError struct {
	Event int           // index in file order
	Time  time.Duration // of the event
	Err   error         // mostly a *format.DamageError
}

func (e *DamageError) Error() string {
	return "replay: event " + strconv.Itoa(e.Event) + " at " + e.Time.String() + ": " + e.Err.Error()
}

func (e *DamageError) Unwrap() error { return e.Err }

// maxDamage is how many errors a Player keeps.
const maxDamage = 64

// always is a time that no event's is after, never one that none is before.
const (
	always = time.Duration(1<<63 - 1)
	never  = -always - 1
)

// A Player rebuilds pages. Going forward a little is cheap; going back, or far,
// starts again at the nearest keyframe, if the source has any, or at the first
// event. It is not safe for concurrent use; a Clone is a Player of its own.
//
// What a Player says of a moment is the same however it got there.
//
// A Player of a tape, or of Events, that At or AtEvent takes back keeps copies of
// its pages from then on, 65,536 nodes at most, and starts at them: going back
// and forth where it has been takes little more than to copy a page. One that
// only goes forward has one page for each window.
type Player struct {
	src  Source
	cur  cursor        // of it; nil before something was read
	from time.Duration // where that starts

	pages  map[format.WindowID]*snapshot.Page
	past   *past
	at     int            // events applied
	now    time.Duration  // latest time among them
	asked  time.Duration  // the time that At was asked for
	ahead  []format.Event // read ahead; those before head are applied
	head   int
	tail   error // what the source ended in, behind ahead
	err    error // the same once nothing is ahead; sticks until the Player starts again
	cloned bool  // the source is to be opened where the Player stands
	damage []error

	kept  checkpoints
	begun int // events before the place where this replay began
	// What was replayed for At since the last checkpoint: from which event on,
	// what it cost, and how much of that makes one, as far as it is known.
	mark, cost, due, space int
}

// NewPlayer returns a Player that stands before the first event of src.
func NewPlayer(src Source) *Player {
	p := &Player{src: src}
	p.rewind(never)
	return p
}

// rewind starts again, so that the page at the time from can be made.
func (p *Player) rewind(from time.Duration) {
	p.leave()
	*p = Player{
		src: p.src, from: from, ahead: p.ahead[:0], pages: make(map[format.WindowID]*snapshot.Page),
		past: newPast(), now: never, asked: never, kept: p.kept, begun: p.startFor(from),
	}
	p.counting(costBegin, spaceFirst)
}

// Close releases what the Player holds of its source. It can be used again,
// and goes on where it stands.
func (p *Player) Close() {
	p.leave()
	p.kept.forget()
}

// leave closes the cursor.
func (p *Player) leave() {
	if p.cur != nil {
		p.cur.Close()
		p.cur, p.cloned = nil, true
	}
}

// Peek returns the event that Step will apply; false at the end of the source,
// where Err tells whether it failed. The event is read-only, and good up to the
// call after that Step.
func (p *Player) Peek() (*format.Event, bool) {
	if p.head == len(p.ahead) && !p.read() {
		p.err = p.tail
		return nil, false
	}
	return &p.ahead[p.head], true
}

// read reads one more event ahead; false at the end of the source.
func (p *Player) read() bool {
	if p.tail != nil {
		return false
	}
	if p.cloned {
		return p.resume()
	}
	e, err := p.cursor().Next()
	if err != nil {
		p.tail = err
		return false
	}
	p.push(e)
	return true
}

// cursor returns the cursor, which is opened where there is none.
func (p *Player) cursor() cursor {
	if p.cur == nil {
		p.cur = open(p.src, p.from)
	}
	return p.cur
}

// scan takes the next event if its time is not after to. What a mutation has in
// it is good up to the next call. Of others false is the end of the source too.
func (p *Player) scan(to time.Duration) (format.Event, bool) {
	if p.head == len(p.ahead) && p.cloned && p.tail == nil {
		p.resume()
	}
	if p.head < len(p.ahead) {
		if p.ahead[p.head].Time > to {
			return format.Event{}, false
		}
		return *p.take(), true
	}
	if p.tail == nil {
		if e, ok := p.cursor().Scan(to); ok {
			return e, true
		}
		if _, more := p.cur.Time(); more {
			return format.Event{}, false
		}
		_, p.tail = p.cur.Next()
	}
	p.err = p.tail
	return format.Event{}, false
}

// push puts an event behind those that are ahead.
func (p *Player) push(e format.Event) {
	if p.head >= len(p.ahead)-p.head { // most are applied
		p.ahead, p.head = append(p.ahead[:0], p.ahead[p.head:]...), 0
	}
	p.ahead = append(p.ahead, e)
}

// take takes the next event, which Peek has returned.
func (p *Player) take() *format.Event {
	p.head++
	return &p.ahead[p.head-1]
}

// Step applies the next event, which after At can be a *format.Keyframe, and
// returns it. At the end it returns io.EOF, or the error that the source ended
// in. A *DamageError says that the event was not applied in full; the Player
// goes on.
func (p *Player) Step() (format.Event, error) {
	e, ok := p.Peek()
	if !ok {
		return format.Event{}, p.err
	}
	p.asked = never
	return *e, p.apply(p.take())
}

// apply does what the next event did.
func (p *Player) apply(e *format.Event) error {
	page := p.pages[e.Window]
	if page == nil {
		page = &snapshot.Page{}
		p.pages[e.Window] = page
	}
	index := p.at
	p.past.event(e)
	p.at, p.now = p.past.at, p.past.now
	if err := e.Data.Apply(page); err != nil {
		err = &DamageError{index, e.Time, err}
		if len(p.damage) < maxDamage {
			p.damage = append(p.damage, err)
		}
		return err
	}
	return nil
}

// jump is how many events ahead a keyframe must be for At to start at it: it
// costs about what so many events do.
const jump = 100

// At returns the page of the window in front at the time t, with all events at
// t applied. The page is the Player's: it changes with the next call; Clone it
// to keep it. Before the first event the page is empty.
//
// The error joins the *DamageErrors on the way, of which a Player keeps the
// first 64; the page is usable then. Any other error is the source's, and the
// page is as it was where the source ended.
func (p *Player) At(t time.Duration) (*snapshot.Page, error) {
	p.kept.wanted = p.kept.wanted || t < p.now
	p.seek(t, p.kept.wanted)
	return p.Page(), p.Err()
}

// seek goes to the time t, and makes checkpoints on the way if keep says so.
func (p *Player) seek(t time.Duration, keep bool) {
	start := p.startFor(t)
	c := p.kept.find(start, func(c *checkpoint) bool { return c.now <= t })
	switch back := t < p.now; {
	case c != nil && (back || p.worth(c)):
		p.restore(c)
	case back || start > p.at+jump:
		p.rewind(t)
	}
	for {
		e, ok := p.scan(t)
		if !ok {
			break
		}
		if _ = p.apply(&e); keep { // damage is kept
			p.keep(&e, false)
		}
	}
	p.asked = t
}

// startFor returns how many events lie before the place where the source begins
// for a time.
func (p *Player) startFor(t time.Duration) int {
	if src, ok := p.src.(keyed); ok && t != never {
		return src.ReplayStart(t)
	}
	return 0
}

// worth says whether to go on to a checkpoint takes less than to apply what lies
// before it.
func (p *Player) worth(c *checkpoint) bool {
	return c.at > p.at+min(c.cost()/costEvent, jump)
}

// AtEvent returns the page of the window in front after the first n events in
// file order. Page and error are as those of At; n past the end is the end.
func (p *Player) AtEvent(n int) (*snapshot.Page, error) {
	c := p.kept.find(0, func(c *checkpoint) bool { return c.at < n })
	back := n < p.at
	p.kept.wanted = p.kept.wanted || back
	switch {
	case c != nil && (back || p.worth(c)):
		p.restore(c)
	case back:
		p.rewind(never)
	}
	for p.at < n {
		e, ok := p.scan(always)
		if !ok {
			break
		}
		if _ = p.apply(&e); p.kept.wanted {
			p.keep(&e, true)
		}
	}
	p.asked = never
	return p.Page(), p.Err()
}

// Err returns the damage that the Player met since its source began, and the
// error that the source ended in; nil if there is neither.
func (p *Player) Err() error {
	errs := p.damage
	if p.err != nil && p.err != io.EOF {
		errs = append(slices.Clip(errs), p.err)
	}
	return errors.Join(errs...)
}

// Page returns the page of the window in front; an empty one before the first
// event.
func (p *Player) Page() *snapshot.Page {
	if page := p.pages[p.Front()]; page != nil {
		return page
	}
	return &snapshot.Page{}
}

// Window returns the page of a window, nil if it has had no event yet.
func (p *Player) Window(w format.WindowID) *snapshot.Page { return p.pages[w] }

// Windows returns the windows that have had an event, in order.
func (p *Player) Windows() []format.WindowID {
	return slices.Sorted(maps.Keys(p.pages))
}

// Position returns how many events have been applied, and the latest time
// among them.
func (p *Player) Position() (events int, now time.Duration) {
	return p.at, max(p.now, 0)
}

// Time returns the moment that the Player stands at: the time that At was asked
// for or, where the Player was moved by events, that of the last one.
func (p *Player) Time() time.Duration {
	if t := max(p.now, p.asked); t != never {
		return t
	}
	return 0
}
