package replay

import (
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// Changes are what two moments diffing in.
type Changes []Change

// String returns the changes, one a line. Those of windows other than the first
// one among them say which they are of.
func (c Changes) String() string {
	var b strings.Builder
	for _, x := range c {
		if x.Window != c[0].Window {
			b.WriteString("window " + strconv.FormatUint(uint64(x.Window), 10) + " ")
		}
		b.WriteString(x.String() + "\n")
	}
	return b.String()
}

// Diff returns what the pages at the time to diffing in from those at the time
// from, with all events at either applied; to may be the earlier one. The
// changes come by window, in ascending order. Of a page they are first those of
// its view; then what went, in document order; then what came or changed, in
// document order. What is in a node that came or went is not told on its own.
// Of the children that stand in another order the fewest are told to have moved
// that explain it.
//
// Where another page has come between the two moments, ids mean nothing: the
// ChangePage is followed by the lines of visible text (ChangeLine) that only the
// one and only the other page has. It is the same with a window that was not
// there.
//
// The error joins the *DamageErrors on the way, as with Player.At; the changes
// are good then. Any other is the source's.
func Diff(src Source, from, to time.Duration) (Changes, error) {
	p := NewPlayer(src)
	defer p.Close()
	_, _ = p.At(min(from, to))
	if failed(p) {
		return nil, p.Err()
	}
	first := make(map[format.WindowID]*snapshot.Page)
	for w, page := range p.pages {
		first[w] = page.Clone()
	}
	ids := make(map[format.WindowID]*continuity)
	other := make(map[format.WindowID]bool)
	for {
		e, ok := p.Peek()
		if !ok || e.Time > max(from, to) {
			break
		}
		c := ids[e.Window]
		if c == nil {
			c = &continuity{}
			if page := p.pages[e.Window]; page != nil {
				c.shown, c.snapped = page.View.URL, page.View.URL
			}
			ids[e.Window] = c
		}
		if !c.see(p.pages[e.Window], e) {
			other[e.Window] = true
		}
		_, _ = p.Step()
	}
	if failed(p) {
		return nil, p.Err()
	}
	var d diffing
	for _, w := range p.Windows() {
		d.window, d.a, d.b = w, first[w], p.pages[w]
		if d.a == nil {
			d.a = &snapshot.Page{}
		}
		if from > to {
			d.a, d.b = d.b, d.a
		}
		if other[w] || d.a.Root() == nil || d.b.Root() == nil {
			d.pages()
		} else {
			d.nodes()
		}
	}
	return d.list, p.Err()
}

// failed says whether the source ended in an error.
func failed(p *Player) bool { return p.err != nil && !errors.Is(p.err, io.EOF) }

// A diffing compares the pages of one window.
type diffing struct {
	list   Changes
	window format.WindowID
	a, b   *snapshot.Page
	at     snapshot.NodeID // the node that changes are of
	path   string
}

func (d *diffing) put(kind ChangeKind, name string, old, new *string) {
	if d.at != 0 && d.path == "" {
		d.path = pathOf(d.b, d.at)
	}
	d.list = append(d.list, Change{
		Window: d.window, Kind: kind, ID: d.at, Path: d.path, Name: name, Old: shortened(old), New: shortened(new),
	})
}

// on is what the changes to come are of.
func (d *diffing) on(id snapshot.NodeID, path string) { d.at, d.path = id, path }

// view tells of the view.
func (d *diffing) view(kind ChangeKind) {
	d.on(0, "")
	a, b := d.a.View, d.b.View
	if a.URL != b.URL || kind == ChangePage {
		d.put(ChangePage, "", address(d.a), address(d.b))
	}
	for _, v := range []struct {
		name string
		a, b float64
	}{{"width", a.Width, b.Width}, {"height", a.Height, b.Height}} {
		if v.a != v.b {
			old, new := snapshot.FormatNumber(v.a), snapshot.FormatNumber(v.b)
			d.put(ChangeView, v.name, &old, &new)
		}
	}
}

// address returns the address of a page; nil for none.
func address(p *snapshot.Page) *string {
	if p.Root() == nil && p.View.URL == "" {
		return nil
	}
	return &p.View.URL
}

// pages tells of two pages that have nothing to do with each other.
func (d *diffing) pages() {
	if d.a.Root() == nil && d.b.Root() == nil {
		return
	}
	d.view(ChangePage)
	had, has := linesOf(d.a), linesOf(d.b)
	only := func(p *snapshot.Page, other map[string]int, put func(*string)) {
		for line := range strings.SplitSeq(p.VisibleText(), "\n") {
			if other[line]--; other[line] < 0 && strings.TrimSpace(line) != "" {
				put(&line)
			}
		}
	}
	only(d.a, has, func(line *string) { d.put(ChangeLine, "", line, nil) })
	only(d.b, had, func(line *string) { d.put(ChangeLine, "", nil, line) })
}

// nodes tells of a page that went on.
func (d *diffing) nodes() {
	d.view(ChangeView)
	for id := range d.a.All() {
		if id > 0 && d.b.Kind(id) == 0 && d.b.Kind(d.a.Parent(id)) != 0 {
			d.on(id, pathOf(d.a, id))
			d.put(ChangeRemoved, "", sketch(d.a, id), nil)
		}
	}
	shifted := make(map[snapshot.NodeID]bool)
	for id, n := range d.b.All() {
		if id <= 0 {
			continue
		}
		d.order(id, n, shifted)
		d.on(id, "")
		if d.a.Kind(id) == 0 {
			if d.a.Kind(d.b.Parent(id)) != 0 {
				d.put(ChangeAdded, "", nil, sketch(d.b, id))
			}
			continue
		}
		was, is := portraitOf(d.a, id, true), portraitOf(d.b, id, true)
		if was.parent != is.parent {
			old, new := pathOf(d.a, was.parent), pathOf(d.b, is.parent)
			d.put(ChangeMoved, "", &old, &new)
		} else if shifted[id] {
			d.put(ChangeMoved, "", nil, nil)
		}
		contrast(was, is, d.put)
	}
}

// order notes which children of a node have moved among those that stayed: all
// but a longest run of them that is in the order in which they were.
func (d *diffing) order(id snapshot.NodeID, n *html.Node, shifted map[snapshot.NodeID]bool) {
	old := d.a.Node(id)
	if old == nil {
		return
	}
	for _, roots := range [][2]*html.Node{{old, n}, {d.a.Shadow(id), d.b.Shadow(id)}} {
		if roots[0] == nil || roots[1] == nil {
			continue
		}
		place, at := make(map[snapshot.NodeID]int), 0
		for c := range roots[0].ChildNodes() {
			place[snapshot.ID(c)] = at
			at++
		}
		var ids []snapshot.NodeID
		var places []int
		for c := range roots[1].ChildNodes() {
			if x, ok := place[snapshot.ID(c)]; ok {
				ids, places = append(ids, snapshot.ID(c)), append(places, x)
			}
		}
		for i, stays := range ascending(places) {
			if !stays {
				shifted[ids[i]] = true
			}
		}
	}
}

// ascending marks the elements of a longest ascending subsequence.
func ascending(list []int) []bool {
	var ends []int // by length less one: the place of the least last element
	before := make([]int, len(list))
	for i, v := range list {
		n, _ := slices.BinarySearchFunc(ends, v, func(at, v int) int { return list[at] - v })
		if before[i] = -1; n > 0 {
			before[i] = ends[n-1]
		}
		if n == len(ends) {
			ends = append(ends, i)
		} else {
			ends[n] = i
		}
	}
	marks := make([]bool, len(list))
	if len(ends) > 0 {
		for i := ends[len(ends)-1]; i >= 0; i = before[i] {
			marks[i] = true
		}
	}
	return marks
}
