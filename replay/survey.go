package replay

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/snapshot"
)

// A survey is what a page shows at a moment, as far as a story tells of it.
type survey struct {
	title   string
	pieces  []piece
	dialogs []snapshot.NodeID          // that are open, in document order
	names   map[snapshot.NodeID]Target // of those that were told of
	lists   map[snapshot.NodeID]int
	states  map[snapshot.NodeID]ariaState
	texts   map[string]int  // how often each piece's text is there
	highest snapshot.NodeID // ids above it are of nodes that came later
}

// A piece is a text that stands together: a paragraph, a label, a table's row.
type piece struct {
	text string
	id   snapshot.NodeID // of the element that begins it
	setting
}

// A setting is where on the page something is: in what, 0 is in none.
type setting struct {
	dialog snapshot.NodeID
	list   snapshot.NodeID
	live   snapshot.NodeID // an alert, a status, a log, a tooltip
	edit   snapshot.NodeID // what the user edits (contenteditable)
	row    bool            // its cells are one piece
	hidden bool
}

// ariaState are states that an element's attributes tell (WAI-ARIA 1.2, 6.6).
type ariaState uint16

const (
	stateExpanded ariaState = 1 << iota
	stateCollapsed
	stateChecked
	stateUnchecked
	stateSelected
	statePressed
	stateReleased
	stateInvalid
	stateDisabled
)

// inline has the elements that do not break a piece of text. Those that are true
// can be a part of a word; others are words of their own, as in many a row of
// span elements that only a style sheet parts.
var inline = map[string]bool{
	"b": true, "big": true, "bdi": true, "bdo": true, "code": true, "del": true, "em": true, "font": true, "i": true,
	"ins": true, "kbd": true, "mark": true, "ruby": true, "rt": true, "s": true, "samp": true, "small": true, "strike": true,
	"strong": true, "sub": true, "sup": true, "tt": true, "u": true, "var": true, "wbr": true,

	"a": false, "abbr": false, "acronym": false, "br": false, "cite": false, "data": false, "dfn": false, "img": false,
	"label": false, "q": false, "slot": false, "span": false, "svg": false, "time": false,
}

// unread has the elements whose text is not shown, or is told in another way.
var unread = map[string]bool{
	"head": true, "script": true, "style": true, "noscript": true, "template": true, "noembed": true, "noframes": true,
	"datalist": true, "canvas": true, "video": true, "audio": true, "object": true, "meter": true, "progress": true,
	"rp": true, "defs": true, "desc": true, "metadata": true, "textarea": true, "select": true, "input": true,
}

// A surveyor walks a page.
type surveyor struct {
	survey
	page *snapshot.Page
	up   []level
	text []byte
	at   snapshot.NodeID // element of the text
	from setting         // of the text
	cell bool            // a separator is to be written
}

// A level is an element that the walk is in.
type level struct {
	id snapshot.NodeID
	setting
	block  bool // begins and ends a piece
	apart  bool // begins and ends a word
	closed bool // a details element that is
}

// look surveys a page.
func look(p *snapshot.Page) *survey {
	s := surveyor{page: p}
	s.lists = make(map[snapshot.NodeID]int)
	s.names = make(map[snapshot.NodeID]Target)
	s.states = make(map[snapshot.NodeID]ariaState)
	s.texts = make(map[string]int)
	inTitle := false
	for id, n := range p.All() {
		if id == 0 {
			continue // no recorder leaves a node without one
		}
		s.highest = max(s.highest, id)
		parent := p.Parent(id)
		for len(s.up) > 0 && s.up[len(s.up)-1].id != parent {
			s.leave()
			inTitle = false
		}
		switch n.Type {
		case html.TextNode:
			if inTitle {
				s.title += n.Data
			} else {
				s.words(n.Data)
			}
		case html.ElementNode:
			if n.Data == "title" && n.Namespace == "" && s.title == "" {
				inTitle = true
			}
			s.enter(id, n)
		case html.DocumentNode:
			l := level{id: id, block: true, setting: s.setting()}
			l.row = false // a frame's document in a row
			s.up = append(s.up, l)
		}
	}
	for len(s.up) > 0 {
		s.leave()
	}
	s.title = oneLine(s.title, 4*maxName)
	return &s.survey
}

func (s *surveyor) setting() setting {
	if len(s.up) == 0 {
		return setting{}
	}
	return s.up[len(s.up)-1].setting
}

// enter begins an element.
func (s *surveyor) enter(id snapshot.NodeID, n *html.Node) {
	l := level{id: id, setting: s.setting()}
	if len(s.up) > 0 && s.up[len(s.up)-1].closed && n.Data != "summary" {
		l.hidden = true
	}
	state := s.page.State(id)
	open := state != nil && state.Dialog != ""
	role := ""
	var aria ariaState
	for _, a := range n.Attr {
		on := a.Val != "false" && a.Val != ""
		switch a.Key {
		case "role":
			role, _, _ = strings.Cut(a.Val, " ")
		case "open":
			open = true
		case "hidden":
			l.hidden = true
		case "slot":
			l.apart = true // it is shown somewhere else than its neighbours
		case "aria-hidden":
			l.hidden = l.hidden || a.Val == "true"
		case "style":
			l.hidden = l.hidden || hiddenStyle(a.Val)
		case "contenteditable":
			if !strings.EqualFold(a.Val, "false") && l.edit == 0 {
				l.edit = id
			}
		case "aria-expanded":
			aria |= choose(on, stateExpanded, stateCollapsed)
		case "aria-checked":
			aria |= choose(on, stateChecked, stateUnchecked)
		case "aria-selected":
			aria |= choose(on, stateSelected, 0)
		case "aria-pressed":
			aria |= choose(on, statePressed, stateReleased)
		case "aria-invalid":
			aria |= choose(on, stateInvalid, 0)
		case "aria-disabled":
			aria |= choose(on, stateDisabled, 0)
		case "disabled":
			aria |= stateDisabled
		}
	}
	switch n.Data {
	case "dialog":
		l.hidden = l.hidden || !open
		role = "dialog"
	case "details":
		l.closed = !open
		aria |= choose(open, stateExpanded, stateCollapsed)
	}
	if !l.hidden {
		if aria != 0 {
			s.states[id] = aria
		}
		s.roles(&l, id, n, role)
	}
	l.hidden = l.hidden || unread[n.Data]
	within, isInline := inline[n.Data]
	l.block, l.apart = !isInline, l.apart || !within
	cell := l.row && (n.Data == "td" || n.Data == "th" || role == "cell" || role == "gridcell" || role == "columnheader")
	switch {
	case cell:
		s.cell = len(s.text) > 0
	case l.block && !l.row:
		s.flush()
	case l.apart:
		s.space()
	}
	s.up = append(s.up, l)
}

func choose[T any](b bool, yes, no T) T {
	if b {
		return yes
	}
	return no
}

// roles notes what an element is to what is in it.
func (s *surveyor) roles(l *level, id snapshot.NodeID, n *html.Node, role string) {
	switch role {
	case "dialog", "alertdialog":
		s.dialogs = append(s.dialogs, id)
		l.dialog = id
		return
	case "alert", "status", "log", "tooltip":
		l.live = id
		return
	case "list", "listbox", "rowgroup", "tree", "menu", "feed":
		l.list = id
		s.lists[id] = 0
		return
	case "listitem", "option", "treeitem", "menuitem", "article":
		s.item(l)
		return
	case "row":
		s.item(l)
		s.flush()
		l.row = true
		return
	case "":
	default:
		return
	}
	switch n.Data {
	case "ul", "ol", "tbody":
		l.list = id
		s.lists[id] = 0
	case "li":
		s.item(l)
	case "tr":
		s.item(l)
		s.flush()
		l.row = true
	case "output":
		l.live = id
	}
}

// item counts an item of the list around it.
func (s *surveyor) item(l *level) {
	if l.list != 0 {
		s.lists[l.list]++
	}
}

func (s *surveyor) leave() {
	l := s.up[len(s.up)-1]
	s.up = s.up[:len(s.up)-1]
	switch {
	case l.row && !s.setting().row || l.block && !l.row:
		s.flush()
	case l.apart:
		s.space()
	}
}

// words adds text to the piece.
func (s *surveyor) words(text string) {
	at := s.setting()
	if len(s.up) == 0 || at.hidden || s.up[len(s.up)-1].closed {
		return
	}
	for _, r := range text {
		if unicode.IsSpace(r) {
			s.space()
			continue
		}
		if len(s.text) == 0 {
			s.from = at
			s.at = s.up[len(s.up)-1].id
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
	text := strings.TrimSpace(string(s.text))
	s.text, s.cell = s.text[:0], false
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '*' || r == '•' }) {
		return
	}
	s.pieces = append(s.pieces, piece{text, s.at, s.from})
	s.texts[text]++
}

// hiddenStyle says whether a style attribute hides the element.
func hiddenStyle(style string) bool {
	if !strings.Contains(style, "none") && !strings.Contains(style, "hidden") {
		return false
	}
	hidden := false
	for d := range strings.SplitSeq(style, ";") {
		name, value, _ := strings.Cut(d, ":")
		value = strings.ToLower(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "!important")))
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "display":
			hidden = value == "none"
		case "visibility":
			hidden = hidden || value == "hidden"
		}
	}
	return hidden
}
