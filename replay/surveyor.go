package replay

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A block is an element that begins and ends a piece of text, or a document,
// as a surveyor found it, with what is in it but not in a block further down.
// What can have changed is found again as another block; one that has not is
// part of one survey after the other.
type block struct {
	node    *html.Node
	found   *found // nil for most
	in      around
	id      snapshot.NodeID // 0 for what an empty page has in place of one
	highest snapshot.NodeID
	at      int32 // in the parts of the block around
	made    int32 // number of the survey that it is from
	kept    int32 // of the last one that it is part of
	dialogs bool  // there are open ones in it, or further down
	stale   bool  // something in it has changed
	free    bool  // it can be written over
	parts   []blockPart
	// spare is the block that this one came in the place of: once no survey has
	// it, what comes in the place of this one is written over it.
	spare *block
}

// around is what of a page has a say in what a block is, beside the block.
type around struct {
	setting
	closed  bool // in a details element that is
	titled  bool // the page's title was found
	inTitle bool
}

// A blockPart is a piece, a block in it, or an open dialog: a piece with no
// phrase.
type blockPart struct {
	piece *piece
	block *block
}

// found is what else there is in a block.
type found struct {
	states []stateOf
	lists  []snapshot.NodeID
	items  []snapshot.NodeID // for each item the list that it is of
	title  string            // that, or part of it
}

type stateOf struct {
	id    snapshot.NodeID
	state ariaState
}

func (b *block) more() *found {
	if b.found == nil {
		b.found = &found{}
	}
	return b.found
}

// A phrase is a text of pieces.
type phrase struct {
	text  string
	count int // of the pieces with it in the last survey

	changed   int32 // number of the survey whose difference has it
	came      int   // of the pieces with it in blocks that are new
	went      int   // and in those that are not there any more
	remaining int   // that are to be found by surplus
}

// A surveyor surveys a page again and again. It is told what changes, and looks
// at that alone. What it keeps is of what the page has. The zero surveyor has
// seen none.
type surveyor struct {
	page    *snapshot.Page
	number  int32 // of the survey
	last    *block
	known   map[snapshot.NodeID]*block // of the last survey
	phrases map[string]*phrase
	lists   map[snapshot.NodeID]*listed
	gone    []*block          // what only the survey before the last had
	went    []*piece          // likewise
	spare   []*block          // that can be written over
	pieces  []*piece          // likewise
	moved   []snapshot.NodeID // by the mutation that is being applied

	// Of the walk:
	block  *block // that it is in
	was    *block // what that was before
	next   int    // part of was that is expected next
	title  string
	titled bool // the walk is in the title
	text   []byte
	from   snapshot.NodeID // element of the text
	where  setting         // of the text
	cell   bool            // a separator is to be written
}

// before is told of a mutation that is to come.
func (s *surveyor) before(p *snapshot.Page, e *format.Mutation) {
	if s.last == nil {
		return
	}
	for i := range e.Removes {
		s.change(p, p.Parent(e.Removes[i].ID))
	}
	for i := range e.Adds {
		if n := e.Adds[i].Node; n != nil && p.Kind(n.ID) != 0 {
			s.change(p, p.Parent(n.ID))
			s.moved = append(s.moved, n.ID)
		}
	}
}

// after is told that it was applied.
func (s *surveyor) after(p *snapshot.Page, e *format.Mutation) {
	if s.last == nil {
		return
	}
	for _, id := range s.moved { // frames in it have lost their documents
		for id := range p.Subtree(id) {
			if b := s.known[id]; b != nil {
				b.stale = true
			}
		}
	}
	s.moved = s.moved[:0]
	for i := range e.Adds {
		s.change(p, e.Adds[i].Parent)
	}
	for i := range e.Texts {
		s.change(p, p.Parent(e.Texts[i].ID))
	}
	for i := range e.Attrs {
		c := &e.Attrs[i]
		for j := range c.Attrs {
			if reads(c.Attrs[j].Name) {
				s.change(p, c.ID)
				break
			}
		}
	}
}

// change notes that something in a node has changed. What is around a block
// that is stale is stale too.
func (s *surveyor) change(p *snapshot.Page, id snapshot.NodeID) {
	for ; id > 0; id = p.Parent(id) {
		if b := s.known[id]; b != nil && b.node == p.Node(id) {
			if b.stale {
				return
			}
			b.stale = true
		}
	}
}

// look surveys the page, and returns what differs from the survey before.
func (s *surveyor) look(p *snapshot.Page) (*survey, *difference) {
	if s.known == nil {
		s.known, s.phrases = make(map[snapshot.NodeID]*block), make(map[string]*phrase)
		s.lists = make(map[snapshot.NodeID]*listed)
	}
	s.page = p
	s.number++
	s.recycle()
	s.title = ""
	was := s.last
	top := block{}
	s.block, s.was, s.next = &top, nil, 0
	if root := p.Root(); root != nil {
		s.document(root, &level{}, true)
	}
	s.last = &block{}
	if len(top.parts) > 0 {
		s.last = top.parts[0].block
	}
	clear(s.spare)
	s.spare, s.pieces = s.spare[:0], nil
	d := &difference{number: s.number, was: was, is: s.last, all: s.lists}
	if was != nil {
		d.highest = was.highest
	}
	if was != s.last {
		if was != nil {
			s.discount(d, was)
		}
		s.count(d, s.last)
		s.forget(d)
		s.went = d.went
	}
	v := &survey{title: oneLine(s.title, 4*maxName), root: s.last}
	v.dialogs = s.last.openDialogs(nil)
	return v, d
}

// openDialogs appends the dialogs that are open in the block.
func (b *block) openDialogs(list []snapshot.NodeID) []snapshot.NodeID {
	if !b.dialogs {
		return list
	}
	for i := range b.parts {
		switch x := &b.parts[i]; {
		case x.block != nil:
			list = x.block.openDialogs(list)
		case x.piece.phrase == nil:
			list = append(list, x.piece.dialog)
		}
	}
	return list
}

// visit walks a node and what is below it. A node without an id is passed over:
// no recorder leaves one.
func (s *surveyor) visit(n *html.Node, in *level) {
	id := snapshot.ID(n)
	if id <= 0 {
		return
	}
	switch n.Type {
	case html.TextNode:
		s.block.highest = max(s.block.highest, id)
		if s.titled {
			s.title += n.Data
		} else {
			s.words(n.Data, in)
		}
	case html.ElementNode:
		s.element(id, n, in)
	case html.DocumentNode:
		s.document(n, in, false)
	default:
		s.block.highest = max(s.block.highest, id)
	}
}

// below walks what is in an element or document. Most of many children are
// found as they were, one after the other.
func (s *surveyor) below(id snapshot.NodeID, n *html.Node, l *level) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		s.visit(c, l)
		if s.was == nil || len(s.text) > 0 {
			continue
		}
		c = s.same(c, s.around(l))
	}
	if shadow := s.page.Shadow(id); shadow != nil {
		for c := shadow.FirstChild; c != nil; c = c.NextSibling {
			s.visit(c, l)
		}
	}
	if frame := s.page.Frame(id); frame != nil {
		s.visit(frame, l)
	}
}

// same keeps the blocks after a node for as long as they follow one another as
// they did, and returns the node of the last.
func (s *surveyor) same(n *html.Node, about around) *html.Node {
	up, parts, kept := s.block, s.was.parts[min(s.next, len(s.was.parts)):], 0
	for n.NextSibling != nil && kept < len(parts) {
		b := parts[kept].block
		if b == nil || b.node != n.NextSibling || b.stale || b.in != about || b.found != nil {
			break
		}
		b.kept, b.at = s.number, int32(len(up.parts)+kept)
		up.highest = max(up.highest, b.highest)
		up.dialogs = up.dialogs || b.dialogs
		n = n.NextSibling
		kept++
	}
	if kept > 0 {
		up.parts = append(up.parts, parts[:kept]...)
		s.next += kept
		s.titled = false
	}
	return n
}

// document walks one. That of a frame is part of the block that the frame is in.
func (s *surveyor) document(n *html.Node, in *level, whole bool) {
	id := snapshot.ID(n)
	l := level{id: id, block: true, setting: in.setting}
	l.row = false // a frame's document in a row
	if !whole {
		s.block.highest = max(s.block.highest, id)
		s.below(id, n, &l)
		s.flush()
		s.titled = false
		return
	}
	if b := s.unchanged(id, n, around{}); b != nil {
		s.keep(b)
		return
	}
	s.enclosed(id, n, around{}, func() {
		s.below(id, n, &l)
		s.flush()
		s.titled = false
	})
}

// element walks an element, or finds it as it was.
func (s *surveyor) element(id snapshot.NodeID, n *html.Node, in *level) {
	about := s.around(in)
	if b := s.unchanged(id, n, about); b != nil {
		s.flush()
		s.keep(b)
		return
	}
	if n.Data == "title" && n.Namespace == "" && s.title == "" {
		s.titled = true
	}
	l, m := measured(s.page, id, n, in)
	if m.row && !in.row || l.block && !l.row {
		s.flush()
		s.enclosed(id, n, about, func() {
			s.note(id, &l, &m)
			s.below(id, n, &l)
			s.flush()
			s.titled = false
		})
		return
	}
	s.block.highest = max(s.block.highest, id)
	s.note(id, &l, &m)
	if m.row { // of a table in a row
		s.flush()
	}
	switch {
	case m.isCell(&l, n.Data):
		s.cell = len(s.text) > 0
	case l.apart:
		s.space()
	}
	s.below(id, n, &l)
	if l.apart {
		s.space()
	}
	s.titled = false
}

func (s *surveyor) around(in *level) around {
	return around{setting: in.setting, closed: in.closed, titled: s.title != "", inTitle: s.titled}
}

// unchanged returns the block that was found for a node, if it would be found
// again; nil if not.
func (s *surveyor) unchanged(id snapshot.NodeID, n *html.Node, about around) *block {
	var b *block
	if s.was != nil {
		for s.next < len(s.was.parts) && s.was.parts[s.next].block == nil {
			s.next++
		}
		if s.next < len(s.was.parts) && s.was.parts[s.next].block.node == n {
			b = s.was.parts[s.next].block
			s.next++
		}
	}
	if b == nil {
		if b = s.known[id]; b == nil || b.node != n {
			return nil
		}
		if s.was != nil && int(b.at) < len(s.was.parts) && s.was.parts[b.at].block == b {
			s.next = int(b.at) + 1
		}
	}
	if b.stale || b.in != about {
		return nil
	}
	return b
}

// keep makes a block that was there before part of the one around.
func (s *surveyor) keep(b *block) {
	b.kept = s.number
	if b.found != nil {
		s.title += b.found.title
	}
	s.titled = false
	s.part(b)
}

// enclosed walks a block.
func (s *surveyor) enclosed(id snapshot.NodeID, n *html.Node, about around, walk func()) {
	outer, was, next, title := s.block, s.was, s.next, len(s.title)
	old := s.known[id]
	b := s.successor(old)
	b.id, b.node, b.in, b.highest, b.made, b.kept = id, n, about, id, s.number, s.number
	s.block, s.was, s.next = b, old, 0
	walk()
	if len(s.title) > title {
		b.more().title = s.title[title:]
	}
	s.known[id] = b
	s.block, s.was, s.next = outer, was, next
	s.part(b)
}

// successor returns an empty block to come in the place of one, or of none.
func (s *surveyor) successor(old *block) *block {
	if n := len(s.spare); old == nil && n > 0 {
		b := s.spare[n-1]
		s.spare = s.spare[:n-1]
		b.free = false
		return b
	}
	if old == nil {
		return &block{}
	}
	b := old.spare
	if old.spare = nil; b == nil || !b.free {
		b = &block{parts: make([]blockPart, 0, len(old.parts))}
	}
	b.spare, b.free = old, false
	return b
}

// recycle makes of what is gone what can be written over, which keeps nothing
// of the page.
func (s *surveyor) recycle() {
	for _, b := range s.gone {
		clear(b.parts)
		id := b.id
		*b = block{parts: b.parts[:0], free: true}
		if now := s.known[id]; now == nil || now.spare != b {
			s.spare = append(s.spare, b)
		}
	}
	clear(s.gone)
	s.gone = s.gone[:0]
	for _, p := range s.went {
		*p = piece{}
	}
	s.pieces, s.went = s.went, nil
}

func (s *surveyor) part(b *block) {
	up := s.block
	b.at = int32(len(up.parts))
	up.parts = append(up.parts, blockPart{block: b})
	up.highest = max(up.highest, b.highest)
	up.dialogs = up.dialogs || b.dialogs
}

// note notes what an element is.
func (s *surveyor) note(id snapshot.NodeID, l *level, m *measure) {
	b := s.block
	if m.states != 0 {
		x := b.more()
		x.states = append(x.states, stateOf{id, m.states})
	}
	switch {
	case m.dialog:
		b.parts, b.dialogs = append(b.parts, blockPart{piece: &piece{setting: setting{dialog: id}}}), true
	case m.list:
		x := b.more()
		x.lists = append(x.lists, id)
	case m.item && l.list != 0:
		x := b.more()
		x.items = append(x.items, l.list)
	}
}

// words adds text to the piece.
func (s *surveyor) words(text string, in *level) {
	if in.hidden || in.closed {
		return
	}
	for _, r := range text {
		if unicode.IsSpace(r) {
			s.space()
			continue
		}
		if len(s.text) == 0 {
			s.from, s.where = in.id, in.setting
		}
		if len(s.text) >= maxPiece {
			return
		}
		if s.cell {
			s.text = append(s.text, " | "...)
			s.cell = false
		}
		s.text = utf8.AppendRune(s.text, r)
	}
}

// maxPiece is how many bytes of a piece are kept.
const maxPiece = 2048

func (s *surveyor) space() {
	if n := len(s.text); n > 0 && s.text[n-1] != ' ' {
		s.text = append(s.text, ' ')
	}
}

// flush ends the piece.
func (s *surveyor) flush() {
	if len(s.text) == 0 {
		s.cell = false
		return
	}
	text := strings.TrimSpace(string(s.text))
	s.text, s.cell = s.text[:0], false
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '*' || r == '•' }) {
		return
	}
	x := s.phrases[text]
	if x == nil {
		x = &phrase{text: text}
		s.phrases[text] = x
	}
	var p *piece
	if n := len(s.pieces); n > 0 {
		p = s.pieces[n-1]
		s.pieces = s.pieces[:n-1]
	} else {
		p = &piece{}
	}
	*p = piece{x.text, s.from, s.where, x}
	s.block.parts = append(s.block.parts, blockPart{piece: p})
}
