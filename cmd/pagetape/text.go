package main

import (
	"fmt"
	"strconv"
	"time"
)

// plural is a number of things.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// short is a time to the microsecond.
func short(t time.Duration) string { return t.Round(time.Microsecond).String() }

// quote is a string on one line, cut.
func quote(s string) string {
	n := 0
	for i := range s {
		if n == maxText {
			return strconv.Quote(s[:i]) + "…" + strconv.Itoa(len(s)) + " bytes"
		}
		n++
	}
	return strconv.Quote(s)
}

// line is text of a session on one line, as it is if it is plain.
func line(s string) string {
	for _, r := range s {
		if r < ' ' || r == 0x7F || r == 0xFFFD || r >= 0x80 && r < 0xA0 || r >= 0x2028 && r <= 0x202E || r >= 0x2066 && r <= 0x2069 {
			return fmt.Sprintf("%q", s)
		}
	}
	return s
}

// millis is a time to the millisecond.
func millis(d time.Duration) time.Duration { return d.Round(time.Millisecond) }
