package replay

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A plainSurvey is what a surveyor finds who looks at all of the page each time.
type plainSurvey struct {
	title   string
	pieces  []piece
	dialogs []snapshot.NodeID
	states  map[snapshot.NodeID]ariaState
	lists   map[snapshot.NodeID]int
	texts   map[string]int
	highest snapshot.NodeID

	up []level

	text []byte
	from snapshot.NodeID
	in   setting
	cell bool
}

func plainLook(p *snapshot.Page) *plainSurvey {
	s := plainSurvey{lists: make(map[snapshot.NodeID]int), states: make(map[snapshot.NodeID]ariaState), texts: make(map[string]int)}
	inTitle := false
	passed := map[snapshot.NodeID]bool{} // what is in nodes without an id
	for id, n := range p.All() {
		if up := p.Parent(id); id <= 0 || id != p.RootID() && (up <= 0 || passed[up]) {
			passed[id] = true
			continue
		}
		s.highest = max(s.highest, id)
		parent := p.Parent(id)
		for len(s.up) > 0 && s.up[len(s.up)-1].id != parent {
			s.leave()
			inTitle = false
		}
		in := &level{}
		if len(s.up) > 0 {
			in = &s.up[len(s.up)-1]
		}
		switch n.Type {
		case html.TextNode:
			if inTitle {
				s.title += n.Data
			} else if !in.hidden && !in.closed {
				s.words(n.Data, in)
			}
		case html.ElementNode:
			inTitle = inTitle || n.Data == "title" && n.Namespace == "" && s.title == ""
			s.enter(p, id, n, in)
		case html.DocumentNode:
			l := level{id: id, block: true, setting: in.setting}
			l.row = false
			s.up = append(s.up, l)
		}
	}
	for len(s.up) > 0 {
		s.leave()
	}
	s.title = oneLine(s.title, 4*maxName)
	return &s
}

func (s *plainSurvey) enter(p *snapshot.Page, id snapshot.NodeID, n *html.Node, in *level) {
	l, m := measured(p, id, n, in)
	if m.states != 0 {
		s.states[id] = m.states
	}
	switch {
	case m.dialog:
		s.dialogs = append(s.dialogs, id)
	case m.list:
		s.lists[id] = 0
	case m.item && l.list != 0:
		s.lists[l.list]++
	}
	if m.row {
		s.flush()
	}
	switch {
	case m.isCell(&l, n.Data):
		s.cell = len(s.text) > 0
	case l.block && !l.row:
		s.flush()
	case l.apart:
		s.space()
	}
	s.up = append(s.up, l)
}

func (s *plainSurvey) leave() {
	l := s.up[len(s.up)-1]
	s.up = s.up[:len(s.up)-1]
	inRow := len(s.up) > 0 && s.up[len(s.up)-1].row
	switch {
	case l.row && !inRow || l.block && !l.row:
		s.flush()
	case l.apart:
		s.space()
	}
}

// words, space and flush are a surveyor's.
func (s *plainSurvey) words(text string, in *level) {
	w := surveyor{text: s.text, from: s.from, where: s.in, cell: s.cell}
	w.words(text, in)
	s.text, s.from, s.in, s.cell = w.text, w.from, w.where, w.cell
}

func (s *plainSurvey) space() {
	w := surveyor{text: s.text}
	w.space()
	s.text = w.text
}

func (s *plainSurvey) flush() {
	w := surveyor{text: s.text, from: s.from, where: s.in, phrases: make(map[string]*phrase), block: &block{}}
	w.flush()
	s.text, s.cell = nil, false
	for _, x := range w.block.parts {
		s.pieces = append(s.pieces, piece{x.piece.text, x.piece.id, x.piece.setting, nil})
		s.texts[x.piece.text]++
	}
}

// plainSurplus returns the pieces of a whose texts a has more often than b: the
// last ones.
func plainSurplus(a, b *plainSurvey) []piece {
	var list []piece
	left := make(map[string]int)
	for _, p := range slices.Backward(a.pieces) {
		n, ok := left[p.text]
		if !ok {
			n = a.texts[p.text] - b.texts[p.text]
		}
		if n > 0 {
			list = append(list, p)
		}
		left[p.text] = n - 1
	}
	slices.Reverse(list)
	return list
}

func (s *plainSurvey) inList(id snapshot.NodeID) (texts []string) {
	for _, p := range s.pieces {
		if p.list == id {
			texts = append(texts, p.text)
		}
	}
	return texts
}

// CheckSurveys looks at the pages of a session now and then, and holds that a
// surveyor finds what there is and what differs, and keeps no more than that. It
// returns how many surveys there were.
func CheckSurveys(t testing.TB, events []format.Event, random *rand.Rand, seldom int) (surveys int) {
	type window struct {
		page snapshot.Page
		s    surveyor
		was  *plainSurvey
	}
	windows := make(map[format.WindowID]*window)
	for i := range events {
		e := &events[i]
		if e.Data == nil || e.Data.Kind().Synthetic() {
			continue
		}
		w := windows[e.Window]
		if w == nil {
			w = &window{}
			windows[e.Window] = w
		}
		m, mutates := e.Data.(*format.Mutation)
		if mutates {
			w.s.before(&w.page, m)
		}
		_ = e.Data.Apply(&w.page)
		if mutates {
			w.s.after(&w.page, m)
		}
		if random.IntN(seldom) > 0 && i < len(events)-1 {
			continue
		}
		surveys++
		is := plainLook(&w.page)
		v, d := w.s.look(&w.page)
		require.Equal(t, is.title, v.title)
		require.Equal(t, is.dialogs, v.dialogs)
		require.Equal(t, is.highest, v.root.highest)
		require.Equal(t, is.pieces, bare(v.root.pieces(nil)))
		check(t, &w.s, is)
		if was := w.was; was != nil {
			require.Equal(t, plainSurplus(is, was), bare(d.surplus(true)))
			require.Equal(t, plainSurplus(was, is), bare(d.surplus(false)))
			require.Equal(t, was.highest, d.highest)
			checkStates(t, d, was, is)
			checkLists(t, d, was, is)
		}
		w.was = is
	}
	return surveys
}

// SurveyAllocations returns how many allocations it takes to survey a page again
// of which one text changes.
func SurveyAllocations(page *snapshot.Page, id snapshot.NodeID) float64 {
	var s surveyor
	texts := []string{"one", "two"}
	change := func() {
		m := &format.Mutation{Texts: []format.TextChange{{ID: id, Value: &texts[0]}}}
		s.before(page, m)
		_ = m.Apply(page)
		s.after(page, m)
		s.look(page)
		slices.Reverse(texts)
	}
	change()
	return testing.AllocsPerRun(20, change)
}

func bare(pieces []*piece) (list []piece) {
	for _, p := range pieces {
		list = append(list, piece{p.text, p.id, p.setting, nil})
	}
	return list
}

// check holds that a surveyor keeps what is on the page.
func check(t testing.TB, s *surveyor, is *plainSurvey) {
	blocks := 0
	states := make(map[snapshot.NodeID]ariaState)
	var visit func(b *block)
	visit = func(b *block) {
		blocks++
		require.False(t, b.stale)
		require.Same(t, b, s.known[b.id])
		if b.found != nil {
			for _, x := range b.found.states {
				states[x.id] = x.state
			}
		}
		for _, x := range b.parts {
			if x.block != nil {
				visit(x.block)
			}
		}
	}
	if s.last.node != nil {
		visit(s.last)
	}
	require.Len(t, s.known, blocks)
	require.Equal(t, is.states, states)
	texts, lists := make(map[string]int), make(map[snapshot.NodeID]int)
	for text, x := range s.phrases {
		texts[text] = x.count
	}
	for id, x := range s.lists {
		require.True(t, x.is.there)
		lists[id] = x.is.items
	}
	require.Equal(t, is.texts, texts)
	require.Equal(t, is.lists, lists)
}

// checkStates holds that states which are not told of are as they were.
func checkStates(t testing.TB, d *difference, was, is *plainSurvey) {
	for id := range d.states {
		x := d.states[id]
		old, hadOne := was.states[id]
		now, has := is.states[id]
		require.Equal(t, changedState{old, now, hadOne, has}, *x)
	}
	for _, states := range []map[snapshot.NodeID]ariaState{was.states, is.states} {
		for id := range states {
			if d.states[id] == nil {
				require.Equal(t, was.states[id], is.states[id])
			}
		}
	}
}

// checkLists holds the same of lists.
func checkLists(t testing.TB, d *difference, was, is *plainSurvey) {
	changed := d.changedLists()
	before, after := map[snapshot.NodeID][]string{}, map[snapshot.NodeID][]string{}
	if len(changed) > 0 {
		before, after = d.was.texts(changed), d.is.texts(changed)
	}
	for _, lists := range []map[snapshot.NodeID]int{was.lists, is.lists} {
		for id := range lists {
			if !slices.Contains(changed, id) {
				require.Equal(t, was.lists[id], is.lists[id])
				require.Equal(t, was.inList(id), is.inList(id))
			}
			now, old := d.list(id)
			items, there := is.lists[id]
			require.Equal(t, tally{there, items}, now)
			items, there = was.lists[id]
			require.Equal(t, tally{there, items}, old)
		}
	}
	for _, id := range changed {
		require.Equal(t, strings.Join(was.inList(id), "|"), strings.Join(before[id], "|"))
		require.Equal(t, strings.Join(is.inList(id), "|"), strings.Join(after[id], "|"))
	}
	require.Subset(t, changed, slices.Collect(maps.Keys(d.lists)))
}
