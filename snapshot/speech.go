package snapshot

import (
	"strconv"
	"strings"
)

// AccessibleText returns the page as a screen reader would go through it: a
// line for each thing, with its role, name, value and states, those in it
// indented below.
//
//	document "Checkout"
//	  heading 1 "Your order"
//	  list with 2 items
//	    listitem "Tea"
//	    listitem "Milk"
//	  textbox "Name" required value "Ada"
//	  checkbox "Gift" not checked
//	  button "Pay" disabled
//	  text "Thank you"
//
// Roles and names are those of Role and AccessibleName, what is hidden is left
// out as there, values and states are as they are now. Shadow trees are in
// place of their host's children, frames hold their documents. Texts are Go
// string literals. The form is for people, tests and programs that read: it
// is stable, but gains words for states that it does not tell yet.
func (p *Page) AccessibleText() string {
	if p.root == nil {
		return ""
	}
	s := &speaker{page: p, fresh: true}
	s.document(p.root)
	return string(s.out)
}

// A speaker writes the accessible text of a page.
type speaker struct {
	page   *Page
	names  naming
	out    []byte
	text   nameWriter // text since the last line
	fresh  bool       // nothing was said yet
	indent int
	depth  int
	quiet  int    // how many elements that have said their text are around
	chosen choice // in the list of options that is being written
}

const (
	// maxQuiet is how many names a text is in: a link in a heading in a cell.
	maxQuiet = 4
	// maxSimple is how many nodes an element can have and be told in one line.
	maxSimple = 64
	// maxSpeech is how deep the flat tree is read.
	maxSpeech = 2 * MaxDepth
)

// line begins a line; the words of it are added to what it returns.
func (s *speaker) line(words ...string) {
	s.flush()
	s.newline()
	for i, w := range words {
		if i > 0 {
			s.out = append(s.out, ' ')
		}
		s.out = append(s.out, w...)
	}
}

func (s *speaker) newline() {
	if !s.fresh {
		s.out = append(s.out, '\n')
	}
	s.fresh = false
	for range s.indent {
		s.out = append(s.out, ' ', ' ')
	}
}

func (s *speaker) word(w string) { s.out = append(append(s.out, ' '), w...) }

func (s *speaker) quote(v string) { s.out = strconv.AppendQuote(append(s.out, ' '), v) }

// flush writes the text that came since the last line as one of its own.
func (s *speaker) flush() {
	if len(s.text.out) > 0 && s.quiet == 0 {
		text := string(s.text.out)
		s.text = nameWriter{}
		s.newline()
		s.out = append(s.out, "text"...)
		s.quote(text)
	}
	s.text = nameWriter{}
}

func (s *speaker) document(doc *node) {
	s.line("document")
	if head := doc.childElement("html"); head != nil {
		if head = head.childElement("head"); head != nil {
			if title := head.childElement("title"); title != nil {
				w := nameWriter{}
				w.text(title.textContent())
				if len(w.out) > 0 {
					s.quote(w.String())
				}
			}
		}
	}
	s.inside(func() { s.children(doc, nil) })
}

// inside runs f with what it writes indented.
func (s *speaker) inside(f func()) {
	s.flush()
	s.indent++
	f()
	s.flush()
	s.indent--
}

func (s *speaker) children(n *node, scope *textScope) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		s.node(own(c), scope)
	}
}

func (s *speaker) node(n *node, scope *textScope) {
	switch n.kind {
	case KindText, KindCDATA:
		if s.quiet == 0 {
			s.text.text(n.Data)
		}
	case KindElement:
		if s.depth >= maxSpeech {
			return
		}
		s.depth++
		if n.isBlocked() {
			s.line("not recorded")
		} else if !n.isSilent() {
			s.element(n, scope)
		}
		s.depth--
	}
}

// spokenInline are roles of parts of a text.
var spokenInline = map[string]bool{
	"code": true, "deletion": true, "emphasis": true, "insertion": true, "mark": true, "paragraph": true, "rowgroup": true,
	"strong": true, "subscript": true, "superscript": true, "suggestion": true, "time": true, "document": true,
}

func (s *speaker) element(n *node, scope *textScope) {
	role := n.role()
	switch {
	case n.Data == "iframe" || n.Data == "frame":
		s.frame(n)
		return
	case n.Data == "video" || n.Data == "audio":
		s.media(n)
		return
	case n.Data == "input" && n.Namespace == "" && role == "":
		if kind := n.inputType(); kind != "" && inputRoles[kind] == "" {
			if _, known := inputRoles[kind]; known { // one that ARIA has no role for
				role = kind
			}
		}
	case n.Data == "br":
		s.flush()
		return
	case n.Data == "slot":
		s.slot(n, scope)
		return
	case n.isEditable() && role == "":
		role = "textbox"
	}
	if role == "" || spokenInline[role] {
		s.plain(n, scope)
		return
	}
	s.spoken(n, role, scope)
}

// plain goes through an element that is nothing of its own.
func (s *speaker) plain(n *node, scope *textScope) {
	block := false
	switch textRules[n.Data] {
	case textBlock, textPre, textRow, textCell, textDetails:
		block = true
	case textNone:
		if n.Namespace == "" {
			return
		}
	}
	if block {
		s.flush()
	}
	s.content(n, scope)
	if block {
		s.flush()
	}
}

// content goes through what an element shows.
func (s *speaker) content(n *node, scope *textScope) {
	switch {
	case n.more != nil && n.more.shadow != nil:
		s.children(n.more.shadow, newTextScope(n, scope))
	case n.Data == "details" && !n.hasAttr("open"):
		if k := n.childElement("summary"); k != nil {
			s.node(k, scope)
		}
	default:
		s.children(n, scope)
	}
}

func (s *speaker) slot(n *node, scope *textScope) {
	if scope == nil {
		s.children(n, scope)
		return
	}
	name := attrOf(n, "name")
	assigned := scope.slots[name]
	scope.slots[name] = nil // to the next slot of that name nothing is assigned
	if assigned == nil {
		s.children(n, scope)
	}
	for _, k := range assigned {
		s.node(k, scope.outer)
	}
}

// spoken writes the line of an element that has a role.
func (s *speaker) spoken(n *node, role string, scope *textScope) {
	rule := roles[role]
	simple := false
	switch role {
	case "cell", "gridcell", "columnheader", "rowheader", "listitem", "definition", "term", "treeitem", "caption", "blockquote":
		simple = n.isSimple()
	}
	s.line(role)
	if role == "heading" {
		s.word(n.headingLevel())
	}
	named := false
	switch {
	case simple && rule&roleContent == 0:
		w := nameWriter{}
		s.names.left = maxNaming
		s.names.content(&w, n, nameWay{content: true})
		if named = len(w.out) > 0; named {
			s.quote(w.String())
		}
	case rule&roleContent != 0 && (rule&roleLeaf != 0 || role == "heading" || role == "link" || role == "menuitem" || role == "tooltip" || simple) && s.quiet < maxQuiet:
		name := s.names.name(n)
		if named = name != ""; named {
			s.quote(name)
		}
	case rule&roleContent == 0:
		if name := s.names.name(n); name != "" {
			s.quote(name)
		}
	default: // a row, or a cell with more than text in it
		if name := attrOf(n, "aria-label"); strings.TrimSpace(name) != "" {
			s.quote(name)
		}
	}
	s.states(n, role)
	s.value(n, role)
	s.counts(n, role)
	if text := s.description(n); text != "" {
		s.word("described as")
		s.quote(text)
	}
	switch {
	case rule&roleLeaf != 0 || simple && named:
		s.text = nameWriter{}
		return
	case n.Data == "select":
		if role == "listbox" {
			outer := s.chosen
			s.chosen = shownChoice(n)
			s.inside(func() { s.children(n, scope) })
			s.chosen = outer
		}
		return
	case n.Data == "input" || n.Data == "textarea" || role == "textbox":
		return
	}
	s.inside(func() {
		if named {
			s.quiet++
		}
		s.content(n, scope)
		if named {
			s.quiet--
		}
	})
}

// frame writes a frame and the document in it.
func (s *speaker) frame(n *node) {
	s.line("frame")
	if name := strings.TrimSpace(s.names.name(n)); name != "" {
		s.quote(name)
	}
	if n.more == nil || n.more.frame == nil {
		s.word("not recorded")
		return
	}
	doc := n.more.frame
	s.inside(func() {
		quiet := s.quiet
		s.quiet = 0
		s.document(doc)
		s.quiet = quiet
	})
}

// media writes a video or audio element.
func (s *speaker) media(n *node) {
	s.line(n.Data)
	if name := s.names.name(n); name != "" {
		s.quote(name)
	}
	m := n.live().Media
	if m == nil {
		return
	}
	if m.Playing != nil {
		s.word(either(*m.Playing, "playing", "paused"))
	}
	if m.CurrentTime != nil {
		s.word("at " + FormatNumber(*m.CurrentTime) + " s")
	}
	if m.Muted != nil && *m.Muted {
		s.word("muted")
	}
}

func either(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

// isSimple reports whether an element holds nothing but a little text.
func (n *node) isSimple() bool {
	if n.more != nil && n.more.shadow != nil {
		return false
	}
	left := maxSimple
	for d := range n.Descendants() {
		if left--; left < 0 {
			return false
		}
		k := own(d)
		if k.kind != KindElement {
			continue
		}
		switch textRules[k.Data] {
		case textInline, textBlock, textBreak:
		default:
			return false
		}
		if k.more != nil || k.isEditable() {
			return false
		}
		if role := k.role(); role != "" && !spokenInline[role] || k.Data == "iframe" {
			return false
		}
	}
	return true
}

// headingLevel returns the level of a heading, 2 where nothing tells it.
func (n *node) headingLevel() string {
	if v := strings.TrimSpace(attrOf(n, "aria-level")); v != "" && len(v) <= 4 && isNumber(v) {
		return v
	}
	if len(n.Data) == 2 && n.Data[0] == 'h' && '1' <= n.Data[1] && n.Data[1] <= '6' {
		return n.Data[1:]
	}
	return "2"
}

// description returns what further tells of an element (accname-1.2, section
// 4.2).
func (s *speaker) description(n *node) string {
	if refs := attrOf(n, "aria-describedby"); refs != "" {
		w := nameWriter{}
		s.names.left = maxNaming
		index := s.names.index(n)
		for ref := range strings.FieldsFuncSeq(refs, isSpaceRune) {
			if target := index.ids[ref]; target != nil && s.names.left > 0 {
				w.gap()
				s.names.compute(&w, target, nameWay{referenced: target.isSilent() || target.inSilence(), labelled: true, content: true})
			}
		}
		if len(w.out) > 0 {
			return w.String()
		}
	}
	return strings.TrimSpace(attrOf(n, "aria-description"))
}

// counts says how many things are in a list or table.
func (s *speaker) counts(n *node, role string) {
	count := func(want string) int {
		k := 0
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if e := own(c); e.kind == KindElement && e.role() == want && !e.isSilent() {
				k++
			}
		}
		return k
	}
	plural := func(k int, one string) string {
		if k == 1 {
			return "with 1 " + one
		}
		return "with " + strconv.Itoa(k) + " " + one + "s"
	}
	switch role {
	case "list":
		if k := count("listitem"); k > 0 {
			s.word(plural(k, "item"))
		}
	case "table", "grid", "treegrid":
		k := count("row")
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if group := own(c); group.kind == KindElement && group.role() == "rowgroup" && !group.isSilent() {
				for r := group.FirstChild; r != nil; r = r.NextSibling {
					if e := own(r); e.kind == KindElement && e.role() == "row" && !e.isSilent() {
						k++
					}
				}
			}
		}
		if k > 0 {
			s.word(plural(k, "row"))
		}
	}
}
