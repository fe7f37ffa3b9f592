package main

import (
	"fmt"
	"io"
	"time"
)

// A progress shows how far long work is, on a terminal.
type progress struct {
	w     io.Writer
	next  time.Time
	shown bool
}

func newProgress(env *environment) *progress {
	p := &progress{next: time.Now().Add(time.Second)}
	if env.terminal {
		p.w = env.err
	}
	return p
}

func (p *progress) events(n int) {
	if p.w == nil || n%256 != 0 {
		return
	}
	if now := time.Now(); now.After(p.next) {
		p.next, p.shown = now.Add(200*time.Millisecond), true
		fmt.Fprintf(p.w, "\r%d events", n)
	}
}

func (p *progress) done() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
