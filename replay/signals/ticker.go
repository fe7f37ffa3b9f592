package signals

import "time"

// ticks is how many changes in a row make a place one that changes by itself.
const ticks = 3

// A ticker learns whether something changes by itself: a clock, an animation, a
// feed. It is on once there were three changes that the user did not prompt,
// and off when they fail to come.
type ticker struct {
	times       [ticks]time.Duration // of the last ones that nobody prompted
	n           int
	on          bool
	last        time.Duration // of the last change that was due
	short, long time.Duration // between two of them
}

// change takes a change at the time now. Prompted says that the user did
// something just before. It returns whether the change was due, and so tells
// nothing of the user.
//
// A change is due when it comes no sooner after the one before than three
// quarters of the shortest time between the three: a page that answers a click
// in the same place does so at any time.
func (t *ticker) change(now time.Duration, prompted bool, within time.Duration) bool {
	gap := now - t.last
	if t.on && gap > 3*t.long {
		*t = ticker{}
	}
	if t.on {
		if gap < t.short-t.short/4 {
			return false
		}
		t.last = now
		return true
	}
	if prompted {
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
