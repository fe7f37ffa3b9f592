package replay

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// What a story tells of one change of a page.
const (
	maxStates = 3 // states of controls
	maxGone   = 3 // pieces that went, where others came
	minGrowth = 3 // items that make a list grow
)

// A comparison tells what became of a page.
type comparison struct {
	page        *snapshot.Page
	was, is     *survey
	differ      *difference
	limit       int // characters of a line's text
	time        time.Duration
	window      format.WindowID
	lines       []Line
	ticks       *ticks
	acted       snapshot.NodeID   // what the user did something to last
	came, went  []*piece          // that are not told of yet
	newer       []*piece          // the first that came
	changedText []snapshot.NodeID // elements that have another text, in order
}

// maxNewer is how many of the pieces that came are compared with those that went.
const maxNewer = 32

// compare returns the lines that tell what changed from one survey to another.
// The selectors of targets are left out where they are those of now.
func (c *comparison) compare() []Line {
	c.came = c.ticks.drop(c.differ.surplus(true))
	c.went = c.differ.surplus(false)
	c.went = slices.DeleteFunc(c.went, func(p *piece) bool { return c.ticks.has(p.text) })
	if len(c.went) > 0 {
		c.newer = slices.Clone(c.came[:min(len(c.came), maxNewer)])
		for _, p := range c.came {
			c.changedText = append(c.changedText, p.id)
		}
		slices.Sort(c.changedText)
	}
	if c.is.title != c.was.title && c.is.title != "" {
		c.add(LineTitle, Target{}).Text = oneLine(c.is.title, c.limit)
	}
	c.dialogs()
	c.edits()
	c.lists()
	c.states()
	c.lives()
	if len(c.came) > 0 {
		c.say(c.add(LineShow, Target{}), c.came)
	}
	c.gone()
	return c.lines
}

func (c *comparison) add(kind LineKind, target Target) *Line {
	c.lines = append(c.lines, Line{Time: c.time, Window: c.window, Kind: kind, Target: target})
	return &c.lines[len(c.lines)-1]
}

// say sets the text of a line to that of pieces.
func (c *comparison) say(l *Line, pieces []*piece) {
	room := c.limit
	var b []byte
	for i, p := range pieces {
		if i > 0 && room < 8 {
			l.More = len(pieces) - i
			break
		}
		if i > 0 {
			b = append(b, " · "...)
		}
		from := len(b)
		b = appendLine(b, p.text, min(room, max(40, c.limit/2)))
		room -= utf8.RuneCount(b[from:]) + 3
	}
	l.Text = string(b)
}

// take returns the pieces that came for which is is true, and leaves the
// others.
func (c *comparison) take(is func(p *piece) bool) []*piece { return take(&c.came, is) }

func take(list *[]*piece, is func(p *piece) bool) []*piece {
	var taken []*piece
	rest := (*list)[:0]
	for _, p := range *list {
		if is(p) {
			taken = append(taken, p)
		} else {
			rest = append(rest, p)
		}
	}
	*list = rest
	return taken
}

func (c *comparison) dialogs() {
	for _, id := range c.is.dialogs {
		if slices.Contains(c.was.dialogs, id) {
			c.is.name(id, c.was.names[id])
			continue
		}
		target := named(c.page, id)
		target.Selector = c.page.Selector(id)
		c.is.name(id, target)
		l := c.add(LineDialog, target)
		c.say(l, c.take(func(p *piece) bool { return p.dialog == id }))
	}
	for _, id := range c.was.dialogs {
		if slices.Contains(c.is.dialogs, id) {
			continue
		}
		t := c.was.names[id]
		if t == (Target{}) {
			t = Target{ID: id, Role: "dialog"} // open when the page was loaded
		}
		c.add(LineClosed, t)
		take(&c.went, func(p *piece) bool { return p.dialog == id })
	}
}

// edits tells what was written into what the user edits.
func (c *comparison) edits() {
	var ids []snapshot.NodeID
	for _, list := range [][]*piece{c.came, c.went} {
		for _, p := range list {
			if p.edit != 0 && !slices.Contains(ids, p.edit) {
				ids = append(ids, p.edit)
			}
		}
	}
	for _, id := range ids {
		is := func(p *piece) bool { return p.edit == id }
		came := c.take(is)
		take(&c.went, is)
		if c.page.Kind(id) != 0 {
			c.say(c.add(LineEdit, named(c.page, id)), came)
		}
	}
}

func (c *comparison) lists() {
	var texts [2]map[snapshot.NodeID][]string
	ids := c.differ.changedLists()
	for _, id := range ids {
		is, was := c.differ.list(id)
		if !is.there || !was.there {
			continue
		}
		growth := is.items - was.items
		inside := func(p *piece) bool { return p.list == id }
		switch {
		case growth >= minGrowth:
			l := c.add(LineList, namedList(c.page, id))
			l.Count = growth
			c.say(l, c.take(inside))
			take(&c.went, inside)
		case growth <= -minGrowth:
			c.add(LineList, namedList(c.page, id)).Count = growth
			take(&c.went, inside)
		case growth == 0 && is.items > 1 && !slices.ContainsFunc(c.came, func(p *piece) bool { return p.list == id }):
			if texts[0] == nil {
				texts[0], texts[1] = c.differ.was.texts(ids), c.differ.is.texts(ids)
			}
			if a, b := texts[0][id], texts[1][id]; len(a) == len(b) && !slices.Equal(a, b) { // in another order
				c.add(LineList, namedList(c.page, id))
			}
		}
	}
}

// namedList is named for a list; the rows of a table are the table's.
func namedList(p *snapshot.Page, id snapshot.NodeID) Target {
	if p.Role(id) == "rowgroup" {
		for up := p.Parent(id); up != 0; up = p.Parent(up) {
			switch p.Role(up) {
			case "table", "grid", "treegrid":
				return named(p, up)
			}
		}
	}
	return named(p, id)
}

// states tells of controls with a name that have another state: of the one
// that the user did something to alone, if it is among them.
func (c *comparison) states() {
	var lines []Line
	tell := func(id snapshot.NodeID, text string) {
		if text == "" || len(lines) > 8*maxStates {
			return
		}
		l := Line{Time: c.time, Window: c.window, Kind: LineState, Target: named(c.page, id), Text: text}
		if l.Target.Name == "" && id != c.acted {
			return
		}
		for _, other := range lines {
			if other.Text == text && (strings.EqualFold(other.Target.Name, l.Target.Name) || within(c.page, id, other.Target.ID)) {
				return // of one and the same control
			}
		}
		lines = append(lines, l)
	}
	ids := slices.Sorted(maps.Keys(c.differ.states))
	for _, id := range ids {
		if x := c.differ.states[id]; x.has && x.is != x.was && (x.hadOne || id <= c.differ.highest) {
			tell(id, became(x.was, x.is))
		}
	}
	for _, id := range ids {
		if x := c.differ.states[id]; x.was&stateDisabled != 0 && x.is&stateDisabled == 0 && c.page.Kind(id) != 0 {
			tell(id, "enabled")
		}
	}
	if i := slices.IndexFunc(lines, func(l Line) bool { return l.Target.ID == c.acted }); i >= 0 {
		lines = lines[i : i+1]
	}
	c.lines = append(c.lines, lines[:min(len(lines), maxStates)]...)
}

// became says what changed of a state; "" is nothing to tell. What is not
// selected any more is not told: something else is.
func became(before, now ariaState) string {
	var words []string
	for _, s := range []struct {
		bit  ariaState
		word string
	}{
		{stateExpanded, "expanded"}, {stateChecked, "checked"}, {stateUnchecked, "unchecked"}, {stateSelected, "selected"},
		{statePressed, "pressed"}, {stateInvalid, "invalid"}, {stateDisabled, "disabled"},
	} {
		if now&s.bit != 0 && before&s.bit == 0 {
			words = append(words, s.word)
		}
	}
	if now&stateCollapsed != 0 && before&stateExpanded != 0 {
		words = append(words, "collapsed")
	}
	if now&stateReleased != 0 && before&statePressed != 0 {
		words = append(words, "not pressed")
	}
	return strings.Join(words, ", ")
}

// lives tells what alerts and the like say.
func (c *comparison) lives() {
	var ids []snapshot.NodeID
	for _, p := range c.came {
		if p.live != 0 && !slices.Contains(ids, p.live) {
			ids = append(ids, p.live)
		}
	}
	for _, id := range ids {
		l := c.add(LineShow, named(c.page, id))
		c.say(l, c.take(func(p *piece) bool { return p.live == id }))
		if l.Target.Name == l.Text {
			l.Target.Name = "" // it is named by what it says
		}
	}
}

// gone tells of what went and nothing came for.
func (c *comparison) gone() {
	came := len(c.lines) > 0
	gone := take(&c.went, func(p *piece) bool {
		if _, other := slices.BinarySearch(c.changedText, p.id); other {
			return false
		}
		for _, q := range c.newer {
			if alike(p.text, q.text) {
				return false
			}
		}
		return true
	})
	if len(gone) == 0 || came && len(gone) > maxGone {
		return
	}
	c.say(c.add(LineGone, Target{}), gone)
}

// alike says whether one text could have become the other: they begin alike.
func alike(a, b string) bool {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return 2*n > min(len(a), len(b))
}
