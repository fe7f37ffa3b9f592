// Package replay rebuilds the pages of a session at any moment.
package replay

import (
	"errors"
	"io"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A Source is a session to replay. Replay yields, in file order, the events
// that make the pages as they were at the time from, and then those up to the
// time to. The first ones can be *format.Keyframes, one a window, in place of
// all events before them. An event whose time is before that of an earlier one
// counts as happening with it. Replay can be called again. format.Reader is a
// Source.
type Source interface {
	Replay(from, to time.Duration) iter.Seq2[format.Event, error]
}

// A keyed Source has keyframes. ReplayStart returns how many events lie before
// the one from which Replay makes the page at a time.
type keyed interface {
	ReplayStart(from time.Duration) int
}

// Events is a Source of events in memory, in file order.
type Events []format.Event

// Replay yields the events up to the time to.
func (s Events) Replay(_, to time.Duration) iter.Seq2[format.Event, error] {
	return func(yield func(format.Event, error) bool) {
		for _, e := range s {
			if e.Time > to || !yield(e, nil) {
				return
			}
		}
	}
}

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
// event. It is not safe for concurrent use.
type Player struct {
	src  Source
	from time.Duration // where next starts
	next func() (format.Event, error, bool)
	stop func()

	pages  map[format.WindowID]*snapshot.Page
	front  format.WindowID
	at     int           // events applied
	now    time.Duration // latest time among them
	ahead  *format.Event // read and not applied yet
	err    error         // of the source; sticks until the Player starts again
	damage []error
}

// NewPlayer returns a Player that stands before the first event of src.
func NewPlayer(src Source) *Player {
	p := &Player{src: src}
	p.rewind(never)
	return p
}

// rewind starts again, so that the page at the time from can be made.
func (p *Player) rewind(from time.Duration) {
	p.Close()
	*p = Player{src: p.src, from: from, pages: make(map[format.WindowID]*snapshot.Page), now: never}
}

// Close releases what the Player holds of its source. It can be used again.
func (p *Player) Close() {
	if p.stop != nil {
		p.stop()
		p.next, p.stop = nil, nil
	}
}

// Peek returns the event that Step will apply, which is read-only and stays as
// it is; false at the end of the source, where Err tells whether it failed.
func (p *Player) Peek() (*format.Event, bool) {
	if p.ahead != nil {
		return p.ahead, true
	}
	if p.err != nil {
		return nil, false
	}
	if p.next == nil {
		p.next, p.stop = iter.Pull2(p.src.Replay(p.from, always))
	}
	e, err, ok := p.next()
	switch {
	case !ok:
		p.err = io.EOF
		return nil, false
	case err != nil:
		p.err = err
		return nil, false
	}
	p.ahead = &e
	return p.ahead, true
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
	p.ahead = nil
	return *e, p.apply(e)
}

// apply does what the next event did.
func (p *Player) apply(e *format.Event) error {
	page := p.pages[e.Window]
	if page == nil {
		page = &snapshot.Page{}
		p.pages[e.Window] = page
	}
	p.front = e.Window
	index := p.at
	if k, ok := e.Data.(*format.Keyframe); ok {
		p.at = int(k.Events)
	} else {
		p.at++
	}
	p.now = max(p.now, e.Time)
	if err := e.Data.Apply(page); err != nil {
		err = &DamageError{index, e.Time, err}
		if len(p.damage) < maxDamage {
			p.damage = append(p.damage, err)
		}
		return err
	}
	return nil
}

// At returns the page of the window in front at the time t, with all events at
// t applied. The page is the Player's: it changes with the next call; Clone it
// to keep it. Before the first event the page is empty.
//
// The error joins the *DamageErrors on the way, of which a Player keeps the
// first 64; the page is usable then. Any other error is the source's, and the
// page is as it was where the source ended.
func (p *Player) At(t time.Duration) (*snapshot.Page, error) {
	if src, ok := p.src.(keyed); t < p.now || ok && src.ReplayStart(t) > p.at {
		p.rewind(t)
	}
	for {
		if e, ok := p.Peek(); !ok || e.Time > t {
			break
		}
		_, _ = p.Step() // kept in damage
	}
	return p.Page(), p.Err()
}

// AtEvent returns the page of the window in front after the first n events in
// file order. Page and error are as those of At; n past the end is the end.
func (p *Player) AtEvent(n int) (*snapshot.Page, error) {
	if n < p.at {
		p.rewind(never)
	}
	for p.at < n {
		if _, ok := p.Peek(); !ok {
			break
		}
		_, _ = p.Step()
	}
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

// Page returns the page of the window in front, which is the one that the last
// event was in.
func (p *Player) Page() *snapshot.Page {
	if page := p.pages[p.front]; page != nil {
		return page
	}
	return &snapshot.Page{}
}

// Window returns the page of a window, nil if it has had no event yet.
func (p *Player) Window(w format.WindowID) *snapshot.Page { return p.pages[w] }

// Front returns the window in front.
func (p *Player) Front() format.WindowID { return p.front }

// Windows returns the windows that have had an event, in order.
func (p *Player) Windows() []format.WindowID {
	ids := make([]format.WindowID, 0, len(p.pages))
	for w := range p.pages {
		ids = append(ids, w)
	}
	slices.Sort(ids)
	return ids
}

// Position returns how many events have been applied, and the latest time
// among them.
func (p *Player) Position() (events int, now time.Duration) {
	return p.at, max(p.now, 0)
}
