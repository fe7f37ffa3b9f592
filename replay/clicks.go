package replay

import (
	"iter"
	"maps"
	"strings"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/selector"
	"github.com/pagetape/pagetape/snapshot"
)

// A ClickMatch is a click on something that matched at the time.
type ClickMatch struct {
	Window format.WindowID `json:"window"`
	Time   time.Duration   `json:"time"`
	Event  int             `json:"event"` // index in file order
	// ID is the element that matched: Target, which was clicked, or the nearest
	// one above it.
	ID     snapshot.NodeID `json:"id"`
	Target snapshot.NodeID `json:"target"`
	// Point is where, in CSS pixels of the viewport of the element's document;
	// nil where the recorder does not tell.
	Point *snapshot.Point `json:"point,omitempty"`
	// Path is a short selector of the element (snapshot.Page.Selector), Role its
	// ARIA role and Name its accessible name. Text is what it showed, on one
	// line.
	Path string `json:"path"`
	Role string `json:"role,omitempty"`
	Name string `json:"name,omitempty"`
	Text string `json:"text,omitempty"`
	// Near is what the page said around it: the text of the nearest element
	// above it that shows more than it does itself, on one line.
	Near string `json:"near,omitempty"`
	// Answer is what the page said then: lines of visible text that it did not
	// have when it was clicked and had after a quarter, a half, three quarters or
	// all of ClicksOptions.Answer, in the order in which they were seen, the first
	// ten.
	Answer []string `json:"answer,omitempty"`
}

// ClicksOptions change what Clicks tells. The zero value is the default.
type ClicksOptions struct {
	// Answer is how long after a click the page's answer is read: 1 s; negative
	// is not at all. A page that comes meanwhile is an answer, too.
	Answer time.Duration
}

const (
	defaultAnswer = time.Second
	maxAnswer     = 10
	looks         = 4 // at the page while an answer is waited for
)

// Clicks yields the clicks on what matched the selector list at the time: on an
// element that matched, or on something in one, as Element.closest has it, but
// also from a shadow tree to its host and from a document to its frame. They
// come in file order. Selectors and errors are as with Find, and so is how a
// tape is read.
func Clicks(src Source, sel string, opts *ClicksOptions) iter.Seq2[ClickMatch, error] {
	after := defaultAnswer
	if opts != nil && opts.Answer != 0 {
		after = opts.Answer
	}
	return func(yield func(ClickMatch, error) bool) {
		list, err := parseSelector(sel)
		if err != nil {
			yield(ClickMatch{}, err)
			return
		}
		c := clicking{list: list, after: after, yield: yield}
		c.run(src)
	}
}

// A clicking is a Clicks under way.
type clicking struct {
	list    *selector.List
	after   time.Duration
	yield   func(ClickMatch, error) bool
	rerun   rerun
	waiting []clicked
}

// A clicked is a click whose answer is waited for.
type clicked struct {
	ClickMatch
	lines map[string]int // that the page had or has answered
	next  time.Duration  // when it is looked at next
	due   time.Duration
}

func (c *clicking) run(src Source) {
	c.rerun = newRerun()
	var failed error
	for e, err := range searched(src, selectorNeeds(c.list), func() bool { return len(c.waiting) > 0 }) {
		if failed = err; err != nil {
			break
		}
		at := c.rerun.spot(&e)
		if !c.answered(at.time) {
			return
		}
		if m, ok := e.Data.(*format.MouseInteraction); ok && m.Action == format.Click && c.rerun.pages[e.Window] != nil {
			c.click(c.rerun.pages[e.Window], e.Window, m, spot{max(at.time, 0), at.index})
			if c.after < 0 && !c.answered(always) {
				return
			}
		}
		if inert(e.Data) {
			c.rerun.pass(&e)
		} else {
			c.rerun.apply(&e)
		}
	}
	if c.answered(always) && failed != nil {
		c.yield(ClickMatch{}, failed)
	}
}

// click looks at a click before it happens.
func (c *clicking) click(p *snapshot.Page, window format.WindowID, m *format.MouseInteraction, at spot) {
	for id := m.ID; id > 0; id = p.Parent(id) {
		n := p.Node(id)
		if n == nil || !c.list.Match(p, n) {
			continue
		}
		x := element{id, n}
		click := clicked{ClickMatch: ClickMatch{
			Window: window, Time: at.time, Event: at.index, ID: id, Target: m.ID,
			Path: p.Selector(id), Role: p.Role(id), Name: cut(p.AccessibleName(id), maxText), Text: says(p, x),
		}}
		if m.X != nil && m.Y != nil {
			click.Point = &snapshot.Point{X: *m.X, Y: *m.Y}
		}
		click.Near = near(p, id, click.Text)
		if c.after >= 0 {
			click.lines, click.next, click.due = linesOf(p), at.time+c.after/looks, at.time+c.after
		}
		c.waiting = append(c.waiting, click)
		return
	}
}

// near returns what is said around an element that says text.
func near(p *snapshot.Page, id snapshot.NodeID, text string) string {
	for up := p.Parent(id); up > 0; up = p.Parent(up) {
		if n := p.Node(up); p.Kind(up) == snapshot.KindElement && n.Data != "body" && n.Data != "html" {
			if s := says(p, element{up, n}); s != text && s != "" {
				return s
			}
		}
	}
	return ""
}

// linesOf counts the lines that a page shows.
func linesOf(p *snapshot.Page) map[string]int {
	lines := make(map[string]int)
	for line := range strings.SplitSeq(p.VisibleText(), "\n") {
		lines[line]++
	}
	return lines
}

// answered looks at the pages for the answers to clicks, before what happens at a
// time, and yields the clicks whose answer is there.
func (c *clicking) answered(now time.Duration) bool {
	for i := range c.waiting {
		if click := &c.waiting[i]; c.after >= 0 && (click.next < now || now == always) {
			click.look(c.rerun.pages[click.Window])
			for step := max(c.after/looks, 1); click.next < min(now, click.due); {
				click.next = min(click.next+step, click.due)
			}
		}
	}
	for len(c.waiting) > 0 && (c.waiting[0].due < now || now == always) {
		click := c.waiting[0]
		c.waiting = c.waiting[1:]
		if !c.yield(click.ClickMatch, nil) {
			return false
		}
	}
	return true
}

// look adds to the answer the lines of a page that are new.
func (c *clicked) look(p *snapshot.Page) {
	known := maps.Clone(c.lines)
	for line := range strings.SplitSeq(p.VisibleText(), "\n") {
		if known[line]--; known[line] >= 0 || line == "" || len(c.Answer) == maxAnswer {
			continue
		}
		c.lines[line]++
		c.Answer = append(c.Answer, cut(collapse(line), maxText))
	}
}
