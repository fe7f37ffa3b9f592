package snapshot

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// Selector returns a short CSS selector that matches, in the document or
// shadow root that it is in, the element with that id and nothing else. It is
// "" where there is no such element.
//
// What is likely to be the same in another session and another release comes
// first: an id that no tool looks to have made, a test id (data-testid and the
// like), a name, then classes, first on their own and then below such an
// ancestor. Where all that is not enough, it is a path of child steps with
// :nth-of-type(). Ids and classes that look generated are not used, nor are
// classes that tell a state, attributes with live state, and text.
func (p *Page) Selector(id NodeID) string {
	n := p.lookup(id)
	if n == nil || n.kind != KindElement {
		return ""
	}
	s := newSelecting(n)
	s.census = p.censusOf(own(s.top))
	return s.selector()
}

// anchors is how many of the nearest ancestors a selector may begin at, beside
// the topmost.
const anchors = 24

// A selecting is the search for the selector of the last element of path.
type selecting struct {
	top    *html.Node // the document or shadow root, or what has no parent
	path   []*node    // from the topmost element down
	census *census    // of the tree; nil for none
	own    []*candidate
	alone  []*candidate // of own: of which no other match was found yet
	level  int          // of the element in path in which they were looked for, with all that is in it
}

// A candidate is a compound selector that matches an element of the path.
type candidate struct {
	level int // of the element in the path
	tag   string
	conds []condition
	cost  int
	// near is the level of the nearest element in the path with another match in
	// it; outside is the whole tree.
	near int
}

const (
	outside = -1
	nowhere = -2
)

// A condition is what a compound selector asks for, beside the tag. Class and
// id are told apart by their attribute.
type condition struct{ attr, value string }

func newSelecting(n *node) *selecting {
	s := &selecting{}
	for e := n; ; e = own(e.Parent) {
		s.path = append(s.path, e)
		s.top = &e.Node
		if e.Parent == nil {
			break
		}
		s.top = e.Parent
		if own(e.Parent).kind != KindElement {
			break
		}
	}
	slices.Reverse(s.path)
	s.level = len(s.path)
	s.own = s.candidates(s.level - 1)
	s.alone = slices.Clone(s.own)
	return s
}

// selector returns the cheapest selector that is known to match one element.
func (s *selecting) selector() string {
	last := len(s.path) - 1
	for _, c := range s.own {
		if s.isUnique(c) {
			return c.String()
		}
	}
	best, bestCost := "", 0
	var nearest *candidate
	for level := last - 1; level >= 0; level-- {
		if level < last-anchors && level > 0 {
			continue
		}
		s.search(level)
		first := slices.IndexFunc(s.own, func(c *candidate) bool { return c.near < level }) // that matches nothing else in it
		if first < 0 && nearest != nil {
			break // nor further up
		}
		for _, a := range s.candidates(level) {
			if nearest != nil && first < 0 || !s.isUnique(a) {
				continue
			}
			if nearest == nil {
				nearest = a
			}
			if first < 0 {
				continue
			}
			c := s.own[first]
			if cost := a.cost + c.cost + (last-level)/4; best == "" || cost < bestCost {
				best, bestCost = a.String()+" "+c.String(), cost
			}
		}
	}
	if best != "" {
		return best
	}
	from := 0
	var b strings.Builder
	if nearest != nil {
		b.WriteString(nearest.String())
		from = nearest.level + 1
	} else {
		b.WriteString(s.step(0) + ":not(* > *)") // the topmost, not one further down
		from = 1
	}
	for level := from; level <= last; level++ {
		b.WriteString(" > ")
		b.WriteString(s.step(level))
	}
	return b.String()
}

// isUnique reports whether nothing else in the tree matches a candidate.
func (s *selecting) isUnique(c *candidate) bool {
	if s.census != nil && len(c.conds) < 2 {
		return s.census.of(c.feature(c.conds)) == 1
	}
	if c.level == len(s.path)-1 {
		s.search(outside)
		return c.near == nowhere
	}
	rarest, left := c, math.MaxInt // what of it the fewest have, and how many were not met
	if s.census != nil {
		for i := range c.conds {
			part := &candidate{tag: c.tag, conds: c.conds[i : i+1]}
			if n := s.census.of(c.feature(part.conds)); n < left {
				rarest, left = part, n
			}
		}
	}
	one := 0
	var count func(n *html.Node)
	count = func(n *html.Node) {
		if n.Type == html.ElementNode && rarest.matches(own(n)) {
			if left--; rarest == c || c.matches(own(n)) {
				one++
			}
		}
		for k := n.FirstChild; k != nil && one < 2 && left > 0; k = k.NextSibling {
			count(k)
		}
	}
	count(s.top)
	return one < 2
}

// search looks for other matches of the element's own candidates in all of the
// element at that level of the path, or in the whole tree.
func (s *selecting) search(level int) {
	for s.level > level && len(s.alone) > 0 {
		s.level--
		var in, below *node // below was searched, but itself
		if s.level+1 < len(s.path) {
			below = s.path[s.level+1]
			if s.level+1 < len(s.path)-1 {
				s.matched(below)
			}
		}
		switch {
		case s.level >= 0:
			in = s.path[s.level]
		case s.top.Type == html.DocumentNode:
			in = own(s.top)
		default:
			continue // there is nothing above the topmost
		}
		for c := in.FirstChild; c != nil && len(s.alone) > 0; c = c.NextSibling {
			if own(c) != below {
				s.all(own(c))
			}
		}
	}
}

// all looks at n and what is below it.
func (s *selecting) all(n *node) {
	if n.kind != KindElement {
		return
	}
	s.matched(n)
	for c := n.FirstChild; c != nil && len(s.alone) > 0; c = c.NextSibling {
		s.all(own(c))
	}
}

// matched takes the candidates that match n from those that are alone.
func (s *selecting) matched(n *node) {
	kept := s.alone[:0]
	for _, c := range s.alone {
		if c.matches(n) {
			c.near = s.level
			continue
		}
		kept = append(kept, c)
	}
	s.alone = kept
}

func (c *candidate) matches(n *node) bool {
	if c.tag != "" && c.tag != n.Data {
		return false
	}
	for _, want := range c.conds {
		if !want.matches(n) {
			return false
		}
	}
	return true
}

// matches compares ids and classes as a page in quirks mode does.
func (c condition) matches(n *node) bool {
	for i := range n.Attr {
		a := &n.Attr[i]
		if a.Key != c.attr {
			continue
		}
		if c.attr == "class" {
			return hasClass(a.Val, c.value)
		}
		return len(a.Val) == len(c.value) && strings.EqualFold(a.Val, c.value)
	}
	return false
}

func hasClass(list, class string) bool {
	for i := 0; i+len(class) <= len(list); i++ {
		if i > 0 && !isSpaceRune(rune(list[i-1])) {
			continue
		}
		end := i + len(class)
		if (end == len(list) || isSpaceRune(rune(list[end]))) && strings.EqualFold(list[i:end], class) {
			return true
		}
	}
	return false
}

func isSpaceRune(r rune) bool {
	return r == ' ' || r == '\t' || r == '\n' || r == '\f' || r == '\r'
}

func (c *candidate) String() string {
	var b strings.Builder
	b.WriteString(c.tag)
	for _, want := range c.conds {
		switch want.attr {
		case "id":
			b.WriteString("#" + want.value)
		case "class":
			b.WriteString("." + want.value)
		default:
			b.WriteString("[" + want.attr + `="` + quoteEscape.Replace(want.value) + `"]`)
		}
	}
	return b.String()
}

var quoteEscape = strings.NewReplacer(`"`, `\"`, `\`, `\\`)

// testAttrs are attributes that are there to find an element by.
var testAttrs = []string{"data-testid", "data-test-id", "data-test", "data-cy", "data-qa"}

// plainAttrs are attributes that tell what an element is for.
var plainAttrs = []string{"name", "for", "part", "role"}

// candidates returns the compound selectors for an element of the path, the
// best first.
func (s *selecting) candidates(level int) []*candidate {
	n := s.path[level]
	var out []*candidate
	add := func(cost int, tag string, conds ...condition) {
		if !isType(tag) && (tag != "" || len(conds) == 0) {
			return // a name that only a recorder can make
		}
		out = append(out, &candidate{level: level, tag: tag, conds: conds, cost: cost, near: nowhere})
	}
	if v := attrOf(n, "id"); isStableName(v) {
		add(0, "", condition{"id", v})
	}
	for _, name := range testAttrs {
		if v := attrOf(n, name); isStableValue(v) {
			add(1, "", condition{name, v})
		}
	}
	for _, name := range plainAttrs {
		if v := attrOf(n, name); isStableValue(v) {
			add(2, n.Data, condition{name, v})
		}
	}
	classes := stableClasses(n)
	for _, c := range classes {
		add(3, n.Data, condition{"class", c})
	}
	for i, c := range classes {
		for _, d := range classes[i+1:] {
			add(4, n.Data, condition{"class", c}, condition{"class", d})
		}
	}
	add(4, n.Data)
	return out
}

// stableClasses returns up to four classes of n that say what it is.
func stableClasses(n *node) []string {
	var out []string
	for c := range strings.FieldsFuncSeq(attrOf(n, "class"), isSpaceRune) {
		if len(out) == 4 {
			break
		}
		if isStableName(c) && !isStateClass(c) && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// step returns a compound selector that matches one element only among the
// siblings of an element of the path.
func (s *selecting) step(level int) string {
	n := s.path[level]
	if n.Parent == nil {
		return "*"
	}
	nth, same, all := 0, 0, 0 // place among those of its name, how many they are, place among all
	pure := true              // none of that name is of another namespace
	classes := stableClasses(n)
	taken, left := make([]bool, len(classes)), len(classes)
	seen := false
	for c := n.Parent.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		k := own(c)
		if !seen {
			all++
		}
		if k.Data == n.Data {
			same++
			pure = pure && k.Namespace == n.Namespace
			if !seen {
				nth++
			}
			if k != n && left > 0 {
				for i := range classes {
					if !taken[i] && hasClass(attrOf(k, "class"), classes[i]) {
						taken[i] = true
						left--
					}
				}
			}
		}
		seen = seen || k == n
	}
	switch i := slices.Index(taken, false); {
	case !isType(n.Data) || !pure:
		return ":nth-child(" + strconv.Itoa(all) + ")"
	case same == 1:
		return n.Data
	case i >= 0:
		return n.Data + "." + classes[i]
	}
	return n.Data + ":nth-of-type(" + strconv.Itoa(nth) + ")"
}

// isType reports whether a tag name is a type selector as it is.
func isType(tag string) bool { return isTag(tag) && strings.IndexByte(tag, '.') < 0 }

// isStableValue reports whether an attribute's value can stand in a selector
// and looks as if somebody wrote it.
func isStableValue(v string) bool {
	if v == "" || len(v) > 64 {
		return false
	}
	for i := range len(v) {
		if v[i] < ' ' || v[i] >= 0x7f {
			return false
		}
	}
	return !looksGenerated(v)
}

// isStableName reports whether an id or class can be written as it is and
// looks as if somebody chose it.
func isStableName(v string) bool {
	if v == "" || len(v) > 64 || v[0]|0x20 < 'a' || v[0]|0x20 > 'z' {
		return false
	}
	for i := range len(v) {
		if c := v[i]; c != '-' && nameTable[c]&nameTag == 0 && (c < 'A' || c > 'Z') || c == '.' {
			return false
		}
	}
	return !looksGenerated(v)
}

// isStateClass reports whether a class tells how an element is for the moment.
func isStateClass(c string) bool {
	c = lower(c)
	for _, p := range [...]string{"is-", "has-", "ng-", "js-focus", "was-"} {
		if strings.HasPrefix(c, p) {
			return true
		}
	}
	for w := range strings.SplitSeq(strings.ReplaceAll(c, "_", "-"), "-") {
		switch w {
		case "active", "inactive", "hover", "hovered", "focus", "focused", "selected", "open", "opened", "opening",
			"closed", "closing", "show", "shown", "showing", "hide", "hidden", "visible", "invisible", "disabled", "enabled",
			"loading", "loaded", "checked", "unchecked", "expanded", "collapsed", "collapsing", "dragging", "pressed",
			"entering", "leaving", "enter", "leave", "valid", "invalid", "error", "dirty", "pristine", "touched", "untouched",
			"current", "even", "odd":
			return true
		}
	}
	return false
}

// looksGenerated reports whether a name seems to be made by a tool: a counter
// or hash in it is another one in the next session or release.
func looksGenerated(v string) bool {
	if strings.ContainsAny(v, ":") {
		return true // useId of React
	}
	for _, p := range [...]string{"radix-", "headlessui-", "ember", "ext-gen", "yui_", "mui-", "css-", "sc-", "jss", "emotion-",
		"react-select-", "_ngcontent", "data-v-", "mantine-", "svelte-", "tippy-", "popover-", "select2-", "cdk-", "mat-input-"} {
		if rest, ok := strings.CutPrefix(v, p); ok && hasDigit(rest) {
			return true
		}
	}
	start := 0
	for i := 0; i <= len(v); i++ {
		if i == len(v) || v[i] == '-' || v[i] == '_' || v[i] == ' ' || v[i] == '.' || v[i] == '[' || v[i] == ']' {
			if oddWord(v[start:i]) {
				return true
			}
			start = i + 1
		}
	}
	return false
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

// oddWord reports whether a word has many digits, digits within, capitals here
// and there, or no vowel.
func oddWord(w string) bool {
	digits, turns, humps, vowels, letters := 0, 0, 0, 0, 0
	for i := range len(w) {
		c := w[i]
		digit := '0' <= c && c <= '9'
		if digit {
			digits++
		} else {
			letters++
			if strings.IndexByte("aeiouyAEIOUY", c) >= 0 {
				vowels++
			}
		}
		if i == 0 {
			continue
		}
		before := w[i-1]
		if digit != ('0' <= before && before <= '9') {
			turns++
		}
		// Two capitals no further apart than two letters, as in bdVaJa.
		if isCapital(c) && !isCapital(before) && (i < 3 || isCapital(w[i-2])) {
			humps++
		}
	}
	return digits > 2 || turns > 1 || digits > 0 && turns > 0 && w[0] <= '9' || humps > 1 || letters > 4 && vowels == 0
}

func isCapital(c byte) bool { return 'A' <= c && c <= 'Z' }
