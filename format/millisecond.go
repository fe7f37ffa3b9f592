package format

import "time"

// milliseconds returns n ms, or the nearest time that a Duration can hold.
func milliseconds(n int64) time.Duration {
	const most = int64(1<<63-1) / int64(time.Millisecond)
	return time.Duration(max(-most, min(most, n))) * time.Millisecond
}

// floor returns t in whole milliseconds, rounded down, as far as a Duration can
// hold that.
func floor(t time.Duration) time.Duration {
	n := int64(t / time.Millisecond)
	if t%time.Millisecond < 0 {
		n--
	}
	return milliseconds(n)
}

// ceil returns t in whole milliseconds, rounded up, likewise.
func ceil(t time.Duration) time.Duration {
	n := int64(t / time.Millisecond)
	if t%time.Millisecond > 0 {
		n++
	}
	return milliseconds(n)
}

// sameTime says whether a, which a frame's header has in whole milliseconds, is
// b.
func sameTime(a, b time.Duration) bool { return a == milliseconds(b.Milliseconds()) }
