package signals

import (
	"cmp"
	"slices"
	"time"
)

// Totals add up the reports of many sessions: how many had which moments, what
// pages and forms did, and where funnels lose their users. The zero Totals is
// empty and ready. It is not safe for concurrent use.
type Totals struct {
	Sessions int           `json:"sessions"`
	Duration time.Duration `json:"duration"` // of all, in sum
	Active   time.Duration `json:"active"`
	Moments  []KindTotal   `json:"moments"` // by kind, in alphabetical order
	Pages    []PageTotal   `json:"pages"`   // most visits first
	Targets  []TargetTotal `json:"targets"` // what moments were about, most first
	Forms    []FormTotal   `json:"forms"`   // most users first
	Funnels  []FunnelTotal `json:"funnels"` // in the order in which they came
	// LeftOut is how many pages, targets, forms and funnels there are beyond the
	// first 10,000 of each, counted each time.
	LeftOut int64 `json:"leftOut"`
}

// A KindTotal is how often there was one kind of moment, and in how many
// sessions.
type KindTotal struct {
	Kind     Kind `json:"kind"`
	Count    int  `json:"count"`
	Sessions int  `json:"sessions"`
}

// A PageTotal is what happened on one page. Times are sums, so that Time
// divided by Visits is the mean time on page.
type PageTotal struct {
	Path     string        `json:"path"`
	Visits   int           `json:"visits"`
	Sessions int           `json:"sessions"`
	Entries  int           `json:"entries"` // sessions that began with it
	Exits    int           `json:"exits"`   // sessions that ended with it
	Time     time.Duration `json:"time"`
	Active   time.Duration `json:"active"`
	Clicks   int           `json:"clicks"`
	// ScrollBottom is the sum of those of the visits, ScrollPercent of those of
	// ScrollKnown visits, whose height is known.
	ScrollBottom  float64 `json:"scrollBottom"`
	ScrollPercent float64 `json:"scrollPercent"`
	ScrollKnown   int     `json:"scrollKnown"`
}

// A TargetTotal is how often there was one kind of moment about one element of
// one page.
type TargetTotal struct {
	Kind     Kind   `json:"kind"`
	Path     string `json:"path"`
	Selector string `json:"selector"`
	Name     string `json:"name,omitempty"` // as it was at first
	Count    int    `json:"count"`
	Sessions int    `json:"sessions"`
}

// A FormTotal is what users did in one form of one page.
type FormTotal struct {
	Path      string       `json:"path"`
	Selector  string       `json:"selector"`
	Name      string       `json:"name,omitempty"`
	Users     int          `json:"users"` // of it, a session several times where it was loaded anew
	Submitted int          `json:"submitted"`
	Abandoned int          `json:"abandoned"`
	Fields    []FieldTotal `json:"fields"` // in the order in which they came
}

// A FieldTotal is what users did in one field. Times and counts are sums.
type FieldTotal struct {
	Selector   string        `json:"selector"`
	Name       string        `json:"name,omitempty"`
	Users      int           `json:"users"`
	Time       time.Duration `json:"time"`
	Hesitation time.Duration `json:"hesitation"`
	Hesitated  int           `json:"hesitated"` // users whose Hesitation is known
	Refills    int           `json:"refills"`
	Empty      int           `json:"empty"`     // users who left it empty
	Abandoned  int           `json:"abandoned"` // users who abandoned the form with it
}

// A FunnelTotal is how many sessions got how far in a funnel.
type FunnelTotal struct {
	Name  string      `json:"name"`
	Steps []StepTotal `json:"steps"`
}

// A StepTotal is how many sessions took a step, and for how long in sum they
// were on the way to it from the one before.
type StepTotal struct {
	Step     string        `json:"step"`
	Sessions int           `json:"sessions"`
	Time     time.Duration `json:"time"`
}

const maxTotals = 10_000

// Add adds the report of one session. It keeps nothing of it that changes.
func (t *Totals) Add(r *Report) {
	t.Sessions++
	t.Duration += r.Last - r.First
	t.Active += r.Active
	seen := make(map[any]bool) // what the session has been counted for
	first := func(key any) int {
		if seen[key] {
			return 0
		}
		seen[key] = true
		return 1
	}
	for i := range r.Moments {
		m := &r.Moments[i]
		if k := entry(&t.Moments, &t.LeftOut, func(k *KindTotal) bool { return k.Kind == m.Kind }); k != nil {
			k.Kind = m.Kind
			k.Count++
			k.Sessions += first(m.Kind)
		}
		type key struct {
			kind           Kind
			path, selector string
		}
		at := key{m.Kind, m.Path, m.Target.Selector}
		if x := entry(&t.Targets, &t.LeftOut, func(x *TargetTotal) bool { return key{x.Kind, x.Path, x.Selector} == at }); x != nil {
			if x.Count == 0 {
				x.Kind, x.Path, x.Selector, x.Name = at.kind, at.path, at.selector, m.Target.Name
			}
			x.Count++
			x.Sessions += first(at)
		}
	}
	for i := range r.Visits {
		v := &r.Visits[i]
		p := entry(&t.Pages, &t.LeftOut, func(p *PageTotal) bool { return p.Path == v.Path })
		if p == nil {
			continue
		}
		p.Path = v.Path
		p.Visits++
		p.Sessions += first(v.Path)
		if i == 0 {
			p.Entries++
		}
		if i == len(r.Visits)-1 {
			p.Exits++
		}
		p.Time += v.End - v.Start
		p.Active += v.Active
		p.Clicks += v.Clicks
		p.ScrollBottom += v.ScrollBottom
		if v.Height > 0 {
			p.ScrollPercent += v.ScrollPercent
			p.ScrollKnown++
		}
	}
	for i := range r.Forms {
		t.addForm(&r.Forms[i])
	}
	for i := range r.Funnels {
		t.addPassage(&r.Funnels[i])
	}
	slices.SortStableFunc(t.Moments, func(a, b KindTotal) int { return cmp.Compare(a.Kind, b.Kind) })
	slices.SortStableFunc(t.Pages, func(a, b PageTotal) int { return cmp.Compare(b.Visits, a.Visits) })
	slices.SortStableFunc(t.Targets, func(a, b TargetTotal) int { return cmp.Compare(b.Count, a.Count) })
	slices.SortStableFunc(t.Forms, func(a, b FormTotal) int { return cmp.Compare(b.Users, a.Users) })
}

// addForm adds one form, but for the fields that are in none.
func (t *Totals) addForm(f *Form) {
	if f.Target.Node == 0 {
		return
	}
	x := entry(&t.Forms, &t.LeftOut, func(x *FormTotal) bool { return x.Path == f.Path && x.Selector == f.Target.Selector })
	if x == nil {
		return
	}
	if x.Users == 0 {
		x.Path, x.Selector, x.Name = f.Path, f.Target.Selector, f.Target.Name
	}
	x.Users++
	if f.Submits > 0 && !f.Abandoned {
		x.Submitted++
	}
	if f.Abandoned {
		x.Abandoned++
	}
	for i := range f.Fields {
		d := &f.Fields[i]
		y := entry(&x.Fields, &t.LeftOut, func(y *FieldTotal) bool { return y.Selector == d.Selector })
		if y == nil {
			continue
		}
		if y.Users == 0 {
			y.Selector, y.Name = d.Selector, d.Name
		}
		y.Users++
		y.Time += d.Time
		if d.Hesitation != nil {
			y.Hesitation += *d.Hesitation
			y.Hesitated++
		}
		y.Refills += d.Refills
		if d.Empty {
			y.Empty++
		}
		if f.Abandoned && f.LastField == i {
			y.Abandoned++
		}
	}
}

// addPassage adds how far a session got.
func (t *Totals) addPassage(p *Passage) {
	x := entry(&t.Funnels, &t.LeftOut, func(x *FunnelTotal) bool {
		return x.Name == p.Name && slices.EqualFunc(x.Steps, p.Steps, func(a StepTotal, b string) bool { return a.Step == b })
	})
	if x == nil {
		return
	}
	if x.Steps == nil {
		x.Name, x.Steps = p.Name, make([]StepTotal, len(p.Steps))
		for i, s := range p.Steps {
			x.Steps[i].Step = s
		}
	}
	for i, at := range p.Reached {
		x.Steps[i].Sessions++
		if i > 0 {
			x.Steps[i].Time += at - p.Reached[i-1]
		}
	}
}

// entry returns the element of a list that is meant, a new one if there is
// none, or nil if that is one too many.
func entry[T any](list *[]T, left *int64, meant func(*T) bool) *T {
	for i := range *list {
		if meant(&(*list)[i]) {
			return &(*list)[i]
		}
	}
	var zero T
	if !add(list, zero, maxTotals, left) {
		return nil
	}
	return &(*list)[len(*list)-1]
}
