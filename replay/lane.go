package replay

import (
	"slices"
	"time"

	"github.com/pagetape/pagetape/format"
)

// A lane is the events of one window that recorders make in order, the last
// ones: enough of them to tell which came too early or too late.
type lane struct {
	cars []car
	max  time.Duration // of all so far, but for those before a step of the clock
	late int           // cars whose time is before that of one ahead of them
}

// A car is an event in a lane.
type car struct {
	event int // index in file order
	time  time.Duration
	step  bool          // the clock went back here, or the event is far too late
	back  time.Duration // by so much
	kind  format.Kind
	url   string // of the page
	fault *Fault // Missing, if the event is in its place
	slot  int    // of a healer
	known bool   // its place is
	late  bool
}

const (
	// maxLane is how many events are looked at to find those that are out of
	// order, of all windows.
	maxLane = 256
	// maxLate is how much too late an event can come: what is later shows that
	// the clock was set, or is lost.
	maxLate = 10 * time.Second
)

// add puts an event into the lane.
func (l *lane) add(c car) {
	if len(l.cars) == 0 && l.max == 0 {
		l.max = c.time
	}
	if c.late = c.time < l.max; c.late {
		l.late++
	}
	if minus(l.max, c.time) > maxLate {
		c.step, c.back, l.max = true, minus(l.max, c.time), c.time
	}
	l.max = max(l.max, c.time)
	l.cars = append(l.cars, c)
}

// segment returns the first cars, as few as possible, that can be put in order
// of time by themselves: one where the first is in its place.
func (l *lane) segment() []car {
	if l.late == 0 {
		return l.cars[:1]
	}
	end := len(l.cars)
	for i := 1; i < end; i++ {
		if l.cars[i].step {
			end = i
		}
	}
	least := make([]time.Duration, end+1) // of those from i on
	least[end] = always
	for i := end - 1; i >= 0; i-- {
		least[i] = min(least[i+1], l.cars[i].time)
	}
	most := l.cars[0].time
	for i := range end {
		if most = max(most, l.cars[i].time); most <= least[i+1] {
			return l.cars[:i+1]
		}
	}
	return l.cars[:end]
}

// drop takes the first n cars out.
func (l *lane) drop(n int) {
	for i := range n {
		if l.cars[i].late {
			l.late--
		}
	}
	l.cars = l.cars[n:]
}

// strays returns the places of the fewest cars that have to be moved to put all
// in order: those that are not in the longest run whose times ascend. Of two
// they are the later one.
func strays(cars []car) []int {
	length, before, best := make([]int, len(cars)), make([]int, len(cars)), 0
	for i := range cars {
		before[i] = -1
		for j := range i {
			if cars[j].time <= cars[i].time && length[j] >= length[i] {
				length[i], before[i] = length[j]+1, j
			}
		}
		if length[i] > length[best] {
			best = i
		}
	}
	kept := make([]bool, len(cars))
	for i := best; i >= 0; i = before[i] {
		kept[i] = true
	}
	var list []int
	for i := range cars {
		if !kept[i] {
			list = append(list, i)
		}
	}
	return list
}

// late returns how much too late the car i comes, below zero how much too early,
// by those of the others that stay.
func late(cars []car, strays []int, i int) time.Duration {
	before, after := cars[i].time, cars[i].time
	for j := range cars {
		if slices.Contains(strays, j) {
			continue
		}
		if j < i {
			before = max(before, cars[j].time)
		} else {
			after = min(after, cars[j].time)
		}
	}
	if before > cars[i].time {
		return minus(before, cars[i].time)
	}
	return minus(after, cars[i].time)
}
