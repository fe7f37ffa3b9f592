package replay

import (
	"errors"
	"iter"
	"regexp"
	"strings"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

var (
	errFindText = errors.New("selectors do not look for text")
	errNoText   = errors.New("replay: no text to look for")
)

// FindText yields the spans of time in which a page showed a text, in the order
// in which they end. What a page shows is what snapshot.Page.VisibleText tells;
// the text may go over the borders of inline elements, and must stand in one
// line. A run of white space, no-break spaces too, is one space in both.
//
// A Match is of the block whose line it is: the innermost of the elements that
// break lines. Its Text is the first line with the text in it, when the span
// began. The span goes on while a line of the block has the text, whatever else
// becomes of it. The rest is as with Find.
func FindText(src Source, text string) iter.Seq2[Match, error] {
	text = collapse(text)
	first, _, _ := strings.Cut(text, " ")
	return findText(src, text, func(line string) bool {
		return strings.Contains(line, first) && strings.Contains(collapse(line), text)
	})
}

// FindPattern is FindText for what a regular expression matches in a line.
// Parts of a tape are passed over only where the expression begins with a
// literal text.
func FindPattern(src Source, re *regexp.Regexp) iter.Seq2[Match, error] {
	prefix, _ := re.LiteralPrefix()
	if prefix == "" {
		prefix = " "
	}
	return findText(src, prefix, func(line string) bool { return re.MatchString(collapse(line)) })
}

func findText(src Source, text string, has func(line string) bool) iter.Seq2[Match, error] {
	return func(yield func(Match, error) bool) {
		if text == "" {
			yield(Match{}, errNoText)
			return
		}
		f := finder{yield: yield, new: func() judge { return &reading{has: has} }}
		f.run(src, []need{newTextNeed(text)})
	}
}

// A reading is the judge of a text. It looks at blocks.
type reading struct {
	has    func(line string) bool
	blocks []snapshot.NodeID // of what changes
	hiding map[snapshot.NodeID]bool
	whole  map[snapshot.NodeID]bool // of all of which it is
	noted  map[snapshot.NodeID]bool
}

func (r *reading) match(p *snapshot.Page, x element) bool { return r.line(p, x) != "" }

func (r *reading) text(p *snapshot.Page, x element) string {
	return cut(collapse(r.line(p, x)), maxText)
}

// line returns the first line of a block that has the text.
func (r *reading) line(p *snapshot.Page, x element) string {
	for line := range strings.SplitSeq(p.OwnLines(x.id), "\n") {
		if line != "" && r.has(line) {
			return line
		}
	}
	return ""
}

func (r *reading) all(p *snapshot.Page, again again) {
	for id, n := range p.All() {
		again(element{id, n})
	}
}

func (r *reading) before(p *snapshot.Page, e *format.Mutation) {
	r.begin()
	for i := range e.Removes {
		r.note(p, p.Parent(e.Removes[i].ID))
		r.cast(p, e.Removes[i].ID)
	}
	for i := range e.Adds {
		if n := e.Adds[i].Node; n != nil && p.Kind(n.ID) != 0 { // it moves
			r.note(p, p.Parent(n.ID))
			r.cast(p, n.ID)
		}
	}
	for i := range e.Attrs {
		c := &e.Attrs[i]
		for _, a := range c.Attrs {
			switch a.Name {
			case "style", "hidden", "open", "rr_open_mode":
				if r.hiding == nil {
					r.hiding = make(map[snapshot.NodeID]bool)
				}
				r.hiding[c.ID] = p.IsHidden(c.ID)
			case "slot", "name":
				r.cast(p, c.ID)
			}
		}
	}
}

// begin forgets what was noted.
func (r *reading) begin() {
	r.blocks, r.hiding, r.whole, r.noted = r.blocks[:0], nil, nil, nil
}

// note notes that the text of a node's block changes: of a select all, for what
// becomes of one option can show another.
func (r *reading) note(p *snapshot.Page, id snapshot.NodeID) {
	for up := p.Node(id); up != nil; up = up.Parent {
		if up.Type == html.ElementNode && up.Data == "select" {
			r.wholly(snapshot.ID(up))
		}
	}
	if id = p.BlockOf(id); id == 0 || r.noted[id] {
		return
	}
	if r.noted == nil {
		r.noted = make(map[snapshot.NodeID]bool)
	}
	r.noted[id] = true
	r.blocks = append(r.blocks, id)
}

// cast notes the outermost shadow tree that a node has a part in, as what is in
// it or as what its slots show: what is where in it can change with the node.
func (r *reading) cast(p *snapshot.Page, id snapshot.NodeID) {
	host := snapshot.NodeID(0)
	for up := p.Parent(id); up > 0; up = p.Parent(up) {
		if p.Shadow(up) != nil && p.Node(up).FirstChild != nil {
			host = up
		}
	}
	if host > 0 {
		r.wholly(host)
	}
}

// wholly notes that the text of all that is below a node can change.
func (r *reading) wholly(id snapshot.NodeID) {
	if r.whole == nil {
		r.whole = make(map[snapshot.NodeID]bool)
	}
	r.whole[id] = true
}

func (r *reading) after(p *snapshot.Page, e *format.Event, again again) {
	switch data := e.Data.(type) {
	case *format.Input:
		r.begin()
		r.note(p, data.ID)
		r.look(p, again)
	case *format.Mutation:
		r.mutation(p, data, again)
	}
}

func (r *reading) mutation(p *snapshot.Page, e *format.Mutation, again again) {
	var added map[snapshot.NodeID]bool
	if len(e.Adds) > 1 {
		added = make(map[snapshot.NodeID]bool, len(e.Adds))
		for i := range e.Adds {
			if n := e.Adds[i].Node; n != nil {
				added[n.ID] = true
			}
		}
	}
	for i := range e.Adds {
		n := e.Adds[i].Node
		if n == nil {
			continue
		}
		r.note(p, e.Adds[i].Parent)
		r.cast(p, n.ID)
		if added[e.Adds[i].Parent] && p.Parent(n.ID) == e.Adds[i].Parent {
			continue // it is below another one
		}
		r.below(p, n.ID, again)
	}
	for i := range e.Texts {
		r.note(p, e.Texts[i].ID)
	}
	for i := range e.Attrs {
		c := &e.Attrs[i]
		was, asked := r.hiding[c.ID]
		for _, a := range c.Attrs {
			switch a.Name {
			case "hidden", "style", "rr_open_mode", "open":
				if a.Name == "open" || asked && was != p.IsHidden(c.ID) {
					r.note(p, p.Parent(c.ID))
					r.cast(p, c.ID)
					r.below(p, c.ID, again)
				}
			case "type", "value", "selected", "multiple", "disabled":
				r.note(p, c.ID)
			case "slot", "name":
				r.cast(p, c.ID)
			}
		}
	}
	r.look(p, again)
}

// look looks again at what was noted.
func (r *reading) look(p *snapshot.Page, again again) {
	for id := range r.whole {
		r.below(p, id, again)
		if id = p.BlockOf(id); id > 0 {
			again(element{id, p.Node(id)})
		}
	}
	for _, id := range r.blocks {
		if n := p.Node(id); n != nil {
			again(element{id, n})
		}
	}
}

// below looks again at a node and all that is below it.
func (r *reading) below(p *snapshot.Page, id snapshot.NodeID, again again) {
	for id, n := range p.Subtree(id) {
		again(element{id, n})
	}
}

// A textNeed is a text of which every word must be in the strings of a segment:
// in one, or in several in which its pieces stand at the ends, for a word can
// go over the borders of elements.
type textNeed struct {
	words []word
	left  int
}

// A word is what is known of one.
type word struct {
	text   string
	found  bool
	heads  []bool // by length: a string ends in the first so many bytes
	tails  []bool // by place: a string begins with what is from there on
	middle map[[2]int]bool
}

func newTextNeed(text string) *textNeed {
	n := &textNeed{}
	for _, w := range strings.Fields(text) {
		n.words = append(n.words, word{text: w})
	}
	return n
}

func (n *textNeed) reset() {
	n.left = len(n.words)
	for i := range n.words {
		w := &n.words[i]
		*w = word{text: w.text, heads: make([]bool, len(w.text)), tails: make([]bool, len(w.text)), middle: make(map[[2]int]bool)}
	}
}

func (n *textNeed) done() bool { return n.left == 0 }

func (n *textNeed) see(role format.Role, s string) {
	switch role {
	case format.RoleText, format.RoleInput, format.RoleAttr:
	default:
		return
	}
	if s == "" {
		return
	}
	for i := range n.words {
		if w := &n.words[i]; !w.found && w.see(s) {
			w.found = true
			n.left--
		}
	}
}

// see takes a string. It returns true when the word can be made of what came.
func (w *word) see(s string) bool {
	if strings.Contains(s, w.text) {
		return true
	}
	changed := false
	mark := func(b *bool) { changed = changed || !*b; *b = true }
	n := len(w.text)
	for k := 1; k < n; k++ {
		if w.text[k-1] == s[len(s)-1] && strings.HasSuffix(s, w.text[:k]) {
			mark(&w.heads[k])
		}
		if w.text[k] == s[0] {
			if strings.HasPrefix(s, w.text[k:]) {
				mark(&w.tails[k])
			}
			if end := k + len(s); end < n && w.text[k:end] == s && !w.middle[[2]int{k, end}] {
				w.middle[[2]int{k, end}] = true
				changed = true
			}
		}
	}
	return changed && w.joined()
}

// joined says whether pieces lead from the beginning to the end.
func (w *word) joined() bool {
	reached := make([]bool, len(w.text)+1)
	copy(reached, w.heads)
	for k := 1; k < len(w.text); k++ {
		if !reached[k] {
			continue
		}
		if w.tails[k] {
			return true
		}
		for end := k + 1; end < len(w.text); end++ {
			reached[end] = reached[end] || w.middle[[2]int{k, end}]
		}
	}
	return false
}
