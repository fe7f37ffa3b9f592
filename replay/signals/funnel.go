package signals

import (
	"fmt"
	"strings"
	"time"

	"github.com/pagetape/pagetape/snapshot"
)

// A Funnel is a way through the site: steps that are to be taken in order, with
// anything between them.
type Funnel struct {
	Name  string `json:"name"`
	Steps []Step `json:"steps"`
}

// A Step is what a user has to do to get on in a funnel: one of the following.
type Step struct {
	// Path is a page to visit: a pattern of Options.Path's paths, in which a
	// segment "*" is any one, and "**" at the end any number of them. One that
	// begins with ":" is that of an id, whatever it is called.
	Path string `json:"path,omitempty"`
	// Click is a CSS selector of what is to be clicked, or something in it.
	Click string `json:"click,omitempty"`
	// Custom is the tag of a Custom event.
	Custom string `json:"custom,omitempty"`
}

// String returns the step as ParseFunnel reads it.
func (s Step) String() string {
	switch {
	case s.Click != "":
		return "click:" + s.Click
	case s.Custom != "":
		return "custom:" + s.Custom
	}
	return s.Path
}

// ParseFunnel reads the steps of a funnel with ">" between them: a path, as
// "/users/:id", "click:" and a selector, or "custom:" and a tag. A selector
// that has a ">" itself is written with "\>" for it.
func ParseFunnel(s string) (Funnel, error) {
	f := Funnel{Name: s}
	const escaped = "\x00"
	for part := range strings.SplitSeq(strings.ReplaceAll(s, `\>`, escaped), ">") {
		part = strings.TrimSpace(strings.ReplaceAll(part, escaped, ">"))
		kind, rest, _ := strings.Cut(part, ":")
		switch {
		case strings.HasPrefix(part, "/"), part == "*", part == "**":
			f.Steps = append(f.Steps, Step{Path: part})
		case kind == "click" && rest != "":
			f.Steps = append(f.Steps, Step{Click: strings.TrimSpace(rest)})
		case kind == "custom" && rest != "":
			f.Steps = append(f.Steps, Step{Custom: strings.TrimSpace(rest)})
		default:
			return Funnel{}, &FunnelError{Name: s, Step: len(f.Steps), Err: fmt.Errorf("neither a path, nor click: or custom: with something after it")}
		}
	}
	_, err := newPassing(f)
	return f, err
}

// A FunnelError says which step of a funnel cannot be, and why.
type FunnelError struct {
	Name string
	Step int // from 0
	Err  error
}

func (e *FunnelError) Error() string {
	return fmt.Sprintf("signals: funnel %q: step %d: %v", e.Name, e.Step+1, e.Err)
}

func (e *FunnelError) Unwrap() error { return e.Err }

// A Passage is how far a session got in a funnel.
type Passage struct {
	Name string `json:"name"`
	// Steps are the funnel's, Reached the times at which the first of them were
	// taken.
	Steps   []string        `json:"steps"`
	Reached []time.Duration `json:"reached"`
}

// Done says whether the session took all steps.
func (p *Passage) Done() bool { return len(p.Reached) == len(p.Steps) }

// A passing is a Passage in the making.
type passing struct {
	funnel  Funnel
	clicks  []matcher // by step
	reached []time.Duration
}

func newPassing(f Funnel) (passing, error) {
	p := passing{funnel: f, clicks: make([]matcher, len(f.Steps))}
	if len(f.Steps) == 0 {
		return p, &FunnelError{Name: f.Name, Err: fmt.Errorf("there is none")}
	}
	for i, s := range f.Steps {
		n := 0
		for _, v := range []string{s.Path, s.Click, s.Custom} {
			if v != "" {
				n++
			}
		}
		if n != 1 {
			return p, &FunnelError{f.Name, i, fmt.Errorf("it needs one of Path, Click and Custom")}
		}
		if s.Click != "" {
			m, err := compile(s.Click)
			if err != nil {
				return p, &FunnelError{f.Name, i, err}
			}
			p.clicks[i] = m
		}
	}
	return p, nil
}

// passage returns how far the session got.
func (p *passing) passage() Passage {
	r := Passage{Name: p.funnel.Name, Reached: list(p.reached)}
	for _, s := range p.funnel.Steps {
		r.Steps = append(r.Steps, s.String())
	}
	return r
}

// step lets every funnel go on whose next step is taken.
func (a *Analyzer) step(taken func(p *passing, i int) bool) {
	for i := range a.passing {
		p := &a.passing[i]
		if n := len(p.reached); n < len(p.funnel.Steps) && taken(p, n) {
			p.reached = append(p.reached, a.now)
		}
	}
}

func (a *Analyzer) stepPath(path string) {
	a.step(func(p *passing, i int) bool {
		return p.funnel.Steps[i].Path != "" && MatchPath(p.funnel.Steps[i].Path, path)
	})
}

func (a *Analyzer) stepClick(w *window, id snapshot.NodeID) {
	a.step(func(p *passing, i int) bool { return p.clicks[i] != nil && clicked(w.page, id, p.clicks[i]) })
}

func (a *Analyzer) stepCustom(tag string) {
	a.step(func(p *passing, i int) bool { return p.funnel.Steps[i].Custom != "" && p.funnel.Steps[i].Custom == tag })
}

// MatchPath says whether a path matches the pattern of a Step.
func MatchPath(pattern, path string) bool {
	want, have := strings.Split(pattern, "/"), strings.Split(path, "/")
	for i, w := range want {
		if w == "**" && i == len(want)-1 {
			return true
		}
		if i == len(have) {
			return false
		}
		if w == have[i] || w == "*" || strings.HasPrefix(w, ":") && have[i] == id {
			continue
		}
		return false
	}
	return len(want) == len(have)
}
