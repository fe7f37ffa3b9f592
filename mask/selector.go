package mask

import (
	"errors"
	"strings"
)

// The selectors that rules may use are the part of CSS that cascadia honours
// on a recorded page. What it parses and then never matches, matches by
// content, or matches other than a browser would, is refused here; a rule that
// silently matches nothing is a leak.
var (
	errSyntax    = errors.New("not a CSS selector")
	errComma     = errors.New("an empty selector in the list")
	errUpperTag  = errors.New("write tag names in lower case; nothing matches the upper-case letter")
	errUpperAttr = errors.New("write attribute names in lower case; nothing matches the upper-case letter")
	errNamespace = errors.New("namespaces are not supported")
	errState     = errors.New("this state is not on a recorded page")
	errText      = errors.New("a rule must not depend on text, which it decides about")
	errPseudo    = errors.New("this pseudo-class is not supported; write the rule out")
	errElement   = errors.New("pseudo-elements have no node")
	errRelative  = errors.New("a combinator at the start of :has is not supported")
	errLive      = errors.New("this attribute holds live state in a recording, which selectors do not see")
	errOperator  = errors.New("not an operator of CSS")
	errFlag      = errors.New("the flag s is not supported")
)

// A traits is what a selector reads beside the element that it is about.
type traits struct {
	descendant bool            // ancestors (and, for the walk, what is below a change)
	sibling    bool            // siblings before
	structural bool            // its place among its siblings
	empty      bool            // whether it has content
	has        bool            // what is below it
	spread     bool            // the place, or the siblings before, of an ancestor
	reads      map[string]bool // attribute names
}

// A complexSelector is one selector of a list: its text for cascadia, and what
// an element must have for it to match, where that is known.
type complexSelector struct {
	text string
	key  bucketKey
}

// A bucketKey is the class, id, attribute or tag that the last compound of a
// selector asks for.
type bucketKey struct {
	kind byte // '.', '#', '[', 't', or 0: anything can match
	name string
}

// A scanner reads a selector list. It reads only what is known to be honoured.
type scanner struct {
	s      string
	i      int
	out    *traits
	places int // what depends on a place, so far
}

// scanSelector checks a selector list and returns its selectors, rewritten so
// that they match as they would in a browser. It adds what they read to t.
func scanSelector(s string, t *traits) ([]complexSelector, error) {
	sc := scanner{s: s, out: t}
	list, err := sc.list(0)
	if err != nil {
		return nil, err
	}
	if sc.i < len(sc.s) {
		return nil, errSyntax
	}
	return list, nil
}

const maxNesting = 8

func (s *scanner) list(depth int) ([]complexSelector, error) {
	if depth > maxNesting {
		return nil, errSyntax
	}
	var list []complexSelector
	for {
		s.space()
		if c := s.peek(); c == 0 || c == ',' || c == ')' {
			return nil, errComma
		}
		c, err := s.complex(depth)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
		if s.peek() != ',' {
			return list, nil
		}
		s.i++
	}
}

func (s *scanner) peek() byte {
	if s.i < len(s.s) {
		return s.s[s.i]
	}
	return 0
}

// space skips white space and reports whether there was any.
func (s *scanner) space() bool {
	from := s.i
	for s.i < len(s.s) && strings.IndexByte(" \t\r\n\f", s.s[s.i]) >= 0 {
		s.i++
	}
	return s.i > from
}

func (s *scanner) complex(depth int) (complexSelector, error) {
	var b strings.Builder
	if c := s.peek(); c == '>' || c == '+' || c == '~' {
		if depth > 0 {
			return complexSelector{}, errRelative
		}
		return complexSelector{}, errSyntax
	}
	places := s.places
	for {
		key, err := s.compound(&b, depth)
		if err != nil {
			return complexSelector{}, err
		}
		spaced := s.space()
		switch c := s.peek(); {
		case c == 0 || c == ',' || c == ')':
			return complexSelector{b.String(), key}, nil
		case c == '>':
			s.descend(places)
			b.WriteString(" > ")
			s.i++
		case c == '+' || c == '~':
			s.out.sibling = true
			s.places++
			b.WriteString(" " + string(c) + " ")
			s.i++
		case spaced:
			s.descend(places)
			b.WriteByte(' ')
		default:
			return complexSelector{}, errSyntax
		}
		s.space()
	}
}

// descend notes a combinator that leads down; places is how many things that
// depend on a place there were before the selector.
func (s *scanner) descend(places int) {
	s.out.descendant = true
	s.out.spread = s.out.spread || s.places > places
}

// place notes something that depends on an element's place among its siblings.
func (s *scanner) place() {
	s.out.structural = true
	s.places++
}

// compound reads a run of simple selectors.
func (s *scanner) compound(b *strings.Builder, depth int) (bucketKey, error) {
	var key bucketKey
	better := func(kind byte, name string) {
		rank := func(k byte) int { return strings.IndexByte("t[.#", k) }
		if (key.kind == 0 || rank(kind) > rank(key.kind)) && strings.IndexByte(name, '\\') < 0 {
			key = bucketKey{kind, name}
		}
	}
	from := s.i
	if s.peek() == '*' {
		s.i++
		b.WriteByte('*')
	} else if name := s.ident(); name != "" {
		if name != strings.ToLower(name) {
			return key, errUpperTag
		}
		b.WriteString(name)
		better('t', name)
	}
	for {
		switch c := s.peek(); c {
		case '|':
			return key, errNamespace
		case '#', '.':
			s.i++
			name := s.ident()
			if name == "" {
				return key, errSyntax
			}
			attr := "class"
			if c == '#' {
				attr = "id"
			}
			s.read(attr)
			b.WriteString(string(c) + name)
			better(c, name)
		case '[':
			name, err := s.attribute(b)
			if err != nil {
				return key, err
			}
			better('[', name)
		case ':':
			if err := s.pseudo(b, depth); err != nil {
				return key, err
			}
		default:
			if s.i == from {
				return key, errSyntax
			}
			return key, nil
		}
	}
}

func (s *scanner) read(attr string) {
	if s.out.reads == nil {
		s.out.reads = make(map[string]bool)
	}
	s.out.reads[attr] = true
}

// ident reads an identifier as it is written, escapes and all; "" where there
// is none.
func (s *scanner) ident() string {
	from := s.i
	for s.i < len(s.s) {
		c := s.s[s.i]
		switch {
		case c == '\\' && s.i+1 < len(s.s) && s.s[s.i+1] != '\n':
			s.i += 2
		case c == '-' || c == '_' || c >= 0x80 || isAlpha(c), isDigit(c) && s.i > from:
			s.i++
		default:
			return s.s[from:s.i]
		}
	}
	return s.s[from:s.i]
}

// attribute reads an attribute selector and returns the attribute's name.
func (s *scanner) attribute(b *strings.Builder) (string, error) {
	s.i++
	s.space()
	name := s.ident()
	switch {
	case name == "":
		return "", errSyntax
	case name != strings.ToLower(name):
		return "", errUpperAttr
	case name == "checked", name == "selected", name == "_csstext", strings.HasPrefix(name, "rr_"):
		return "", errLive
	}
	s.read(name)
	s.space()
	if s.peek() == ']' {
		s.i++
		b.WriteString("[" + name + "]")
		return name, nil
	}
	op := s.s[s.i:min(s.i+2, len(s.s))]
	switch {
	case strings.HasPrefix(op, "="):
		op = "="
	case op == "~=", op == "|=", op == "^=", op == "$=", op == "*=":
	case strings.HasPrefix(op, "|"):
		return "", errNamespace
	default:
		return "", errOperator
	}
	s.i += len(op)
	s.space()
	value, err := s.value()
	if err != nil {
		return "", err
	}
	s.space()
	insensitive := caseInsensitive(name)
	switch flag := s.peek(); flag {
	case 'i', 'I':
		insensitive = true
		s.i++
		s.space()
	case 's', 'S':
		return "", errFlag
	}
	if s.peek() != ']' {
		return "", errSyntax
	}
	s.i++
	b.WriteString("[" + name + op + value)
	if insensitive {
		b.WriteString(" i")
	}
	b.WriteByte(']')
	return name, nil
}

// value reads an attribute's value, a string or an identifier.
func (s *scanner) value() (string, error) {
	quote := s.peek()
	if quote != '"' && quote != '\'' {
		if v := s.ident(); v != "" {
			return v, nil
		}
		return "", errSyntax
	}
	from := s.i
	for s.i++; s.i < len(s.s); s.i++ {
		switch s.s[s.i] {
		case '\\':
			s.i++
		case '\n':
			return "", errSyntax
		case quote:
			s.i++
			return s.s[from:s.i], nil
		}
	}
	return "", errSyntax
}

// pseudo reads a pseudo-class.
func (s *scanner) pseudo(b *strings.Builder, depth int) error {
	s.i++
	if s.peek() == ':' {
		return errElement
	}
	name := strings.ToLower(s.ident())
	b.WriteString(":" + name)
	switch name {
	case "not", "has":
		if name == "has" {
			s.out.has = true
		}
		return s.arguments(b, depth)
	case "first-child", "last-child", "only-child", "first-of-type", "last-of-type", "only-of-type":
		s.place()
		return nil
	case "nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type":
		s.place()
		return s.nth(b)
	case "empty":
		s.out.empty = true
		s.place()
		return nil
	case "enabled", "disabled":
		s.place() // the legend of a disabled fieldset
		s.descend(s.places - 1)
		s.read("disabled")
		s.read("href")
		return nil
	case "link":
		s.read("href")
		return nil
	case "hover", "active", "focus", "focus-within", "focus-visible", "visited", "target", "checked",
		"indeterminate", "default", "valid", "invalid", "in-range", "out-of-range", "user-valid", "user-invalid",
		"autofill", "placeholder-shown", "modal", "fullscreen", "playing", "paused":
		return errState
	case "contains", "containsown", "matches", "matchesown":
		return errText
	case "before", "after", "first-line", "first-letter", "placeholder", "selection", "marker", "backdrop", "cue":
		return errElement
	case "":
		return errSyntax
	}
	return errPseudo
}

// arguments reads a selector list in parentheses.
func (s *scanner) arguments(b *strings.Builder, depth int) error {
	if s.peek() != '(' {
		return errSyntax
	}
	s.i++
	list, err := s.list(depth + 1)
	if err != nil {
		return err
	}
	if s.peek() != ')' {
		return errSyntax
	}
	s.i++
	b.WriteByte('(')
	for i := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(list[i].text)
	}
	b.WriteByte(')')
	return nil
}

// nth reads the argument of :nth-child and its like.
func (s *scanner) nth(b *strings.Builder) error {
	end := strings.IndexByte(s.s[s.i:], ')')
	if s.peek() != '(' || end < 0 {
		return errSyntax
	}
	arg := s.s[s.i : s.i+end+1]
	if strings.Trim(strings.ToLower(arg[1:end]), "0123456789+- \tdenov") != "" {
		return errSyntax // "of S" among them
	}
	s.i += end + 1
	b.WriteString(arg)
	return nil
}

// caseInsensitive says whether selectors compare the values of that attribute
// without regard to case, as HTML asks for its own attributes, and ARIA and
// autofill for theirs.
func caseInsensitive(attr string) bool {
	switch attr {
	case "accept", "accept-charset", "align", "alink", "axis", "bgcolor", "charset", "clear", "codetype", "color",
		"compact", "declare", "defer", "dir", "direction", "disabled", "enctype", "face", "frame", "hreflang",
		"http-equiv", "lang", "language", "link", "media", "method", "multiple", "nohref", "noresize", "noshade",
		"nowrap", "readonly", "rel", "rev", "rules", "scope", "scrolling", "shape", "target", "text", "type",
		"valign", "valuetype", "vlink",
		"autocomplete", "contenteditable", "inputmode", "role":
		return true
	}
	return false
}

func isAlpha(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }
