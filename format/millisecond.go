package format

import "time"

// milliseconds returns n ms, or the nearest time that a Duration can hold.
func milliseconds(n int64) time.Duration {
	const most = int64(1<<63-1) / int64(time.Millisecond)
	return time.Duration(max(-most, min(most, n))) * time.Millisecond
}

// floor returns t in whole milliseconds, rounded down.
func floor(t time.Duration) time.Duration {
	ms := t.Truncate(time.Millisecond)
	if ms > t {
		ms -= time.Millisecond
	}
	return ms
}

// ceil returns t in whole milliseconds, rounded up.
func ceil(t time.Duration) time.Duration { return -floor(-t) }

// sameTime says whether a, which a frame's header has in whole milliseconds, is
// b.
func sameTime(a, b time.Duration) bool { return a == milliseconds(b.Milliseconds()) }
