package signals

import "time"

const (
	// ticks is how many changes make a place one that changes by itself.
	ticks = 3
	// task is how long after a click its handlers' own changes come at most.
	task = 20 * time.Millisecond
)

// A ticker learns whether something changes by itself: a clock, an animation, a
// feed. It is on once there were three changes that the user did not prompt,
// and off when none has come for long: three times the longest time between two,
// and no less than what a click waits for.
type ticker struct {
	times       [ticks]time.Duration // of the last ones that nobody prompted
	n           int
	on          bool
	last        time.Duration // of the last change
	short, long time.Duration // between two of them
}

// change takes a change at the time now. Since is how long ago the user last
// did something, always for never; what happens in the time after it is
// prompted. It returns whether the change tells nothing of the user.
//
// Timers come late and then in a rush, so what a place does that is on tells
// nothing, whenever it does it; but for a change at once with a click and out
// of turn: less than three quarters of the shortest time between two after the
// one before.
func (t *ticker) change(now, since, prompted, within time.Duration) bool {
	gap := now - t.last
	if t.on && gap > max(3*t.long, prompted) {
		*t = ticker{}
	}
	if t.on {
		if since <= task && gap < t.short-t.short/4 {
			return false
		}
		t.last, t.long = now, max(t.long, gap)
		return true
	}
	if since <= prompted {
		return false
	}
	if t.n == ticks {
		copy(t.times[:], t.times[1:])
		t.n--
	}
	t.times[t.n] = now
	t.n++
	if t.n == ticks && now-t.times[0] <= within {
		t.on, t.last = true, now
		t.short, t.long = t.times[1]-t.times[0], t.times[1]-t.times[0]
		for i := 2; i < ticks; i++ {
			t.short = min(t.short, t.times[i]-t.times[i-1])
			t.long = max(t.long, t.times[i]-t.times[i-1])
		}
	}
	return false
}
