package replay

import (
	"strings"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/internal/css"
	"github.com/pagetape/pagetape/snapshot"
)

// A survey is what a page shows at a moment, as far as a story tells of it.
type survey struct {
	title   string
	root    *block
	dialogs []snapshot.NodeID          // that are open, in document order
	names   map[snapshot.NodeID]Target // of those that were told of
}

func (s *survey) name(dialog snapshot.NodeID, t Target) {
	if s.names == nil {
		s.names = make(map[snapshot.NodeID]Target)
	}
	s.names[dialog] = t
}

// A piece is a text that stands together: a paragraph, a label, a table's row.
type piece struct {
	text string
	id   snapshot.NodeID // of the element that begins it
	setting
	phrase *phrase // its text, with how often that is there
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
//
// It is not what snapshot.Page.VisibleText and package mask take to be in a line,
// and cannot be: a button or an unknown element is a thing of its own to a story,
// but stands in the line for innerText; to masking br ends what a value can go
// over, and a custom element does not.
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

// A level is an element that the walk is in.
type level struct {
	id snapshot.NodeID
	setting
	block  bool // begins and ends a piece
	apart  bool // begins and ends a word
	closed bool // a details element that is
}

// A measure is what an element is to a story, beside its level.
type measure struct {
	role   string
	states ariaState
	roles  // nothing of what is hidden
}

// roles are what an element is to what is in it or around it.
type roles struct {
	dialog, list, item, row bool
}

// reads says whether an attribute has a say in measured; so do those of a
// dialog's state.
func reads(attr string) bool {
	switch attr {
	case "role", "open", "rr_open_mode", "hidden", "slot", "style", "contenteditable", "disabled":
		return true
	}
	return strings.HasPrefix(attr, "aria-")
}

// measured returns what an element in a level is.
func measured(p *snapshot.Page, id snapshot.NodeID, n *html.Node, in *level) (level, measure) {
	l := level{id: id, setting: in.setting}
	if in.closed && n.Data != "summary" {
		l.hidden = true
	}
	var m measure
	open := false
	for i := range n.Attr {
		a := &n.Attr[i]
		on := a.Val != "false" && a.Val != ""
		switch a.Key {
		case "role":
			m.role, _, _ = strings.Cut(a.Val, " ")
		case "open":
			open = true
		case "hidden":
			l.hidden = true
		case "slot":
			l.apart = true // it is shown somewhere else than its neighbours
		case "aria-hidden":
			l.hidden = l.hidden || a.Val == "true"
		case "style":
			display, visibility := css.Hides(a.Val)
			l.hidden = l.hidden || display || visibility
		case "contenteditable":
			if !strings.EqualFold(a.Val, "false") && l.edit == 0 {
				l.edit = id
			}
		case "aria-expanded":
			m.states |= choose(on, stateExpanded, stateCollapsed)
		case "aria-checked":
			m.states |= choose(on, stateChecked, stateUnchecked)
		case "aria-selected":
			m.states |= choose(on, stateSelected, 0)
		case "aria-pressed":
			m.states |= choose(on, statePressed, stateReleased)
		case "aria-invalid":
			m.states |= choose(on, stateInvalid, 0)
		case "aria-disabled":
			m.states |= choose(on, stateDisabled, 0)
		case "disabled":
			m.states |= stateDisabled
		}
	}
	switch n.Data {
	case "dialog", "details":
		if state := p.State(id); state != nil && state.Dialog != "" {
			open = true
		}
		if n.Data == "dialog" {
			l.hidden = l.hidden || !open
			m.role = "dialog"
			break
		}
		l.closed = !open
		m.states |= choose(open, stateExpanded, stateCollapsed)
	}
	if l.hidden {
		m.states = 0
	} else {
		m.roles = l.take(m.role, n.Data)
	}
	l.hidden = l.hidden || unread[n.Data]
	within, isInline := inline[n.Data]
	l.block, l.apart = !isInline, l.apart || !within
	return l, m
}

// isCell says whether an element is a cell of the row that it is in.
func (m *measure) isCell(l *level, name string) bool {
	return l.row && (name == "td" || name == "th" || m.role == "cell" || m.role == "gridcell" || m.role == "columnheader")
}

func choose[T any](b bool, yes, no T) T {
	if b {
		return yes
	}
	return no
}

// take notes what an element with that role and name is to what is in it.
func (l *level) take(role, name string) (r roles) {
	switch role {
	case "dialog", "alertdialog":
		l.dialog, r.dialog = l.id, true
	case "alert", "status", "log", "tooltip":
		l.live = l.id
	case "list", "listbox", "rowgroup", "tree", "menu", "feed":
		l.list, r.list = l.id, true
	case "listitem", "option", "treeitem", "menuitem", "article":
		r.item = true
	case "row":
		r.item, r.row, l.row = true, true, true
	case "":
		switch name {
		case "ul", "ol", "tbody":
			l.list, r.list = l.id, true
		case "li":
			r.item = true
		case "tr":
			r.item, r.row, l.row = true, true, true
		case "output":
			l.live = l.id
		}
	}
	return r
}
