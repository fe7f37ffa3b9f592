package selector

import "strings"

// A scanner reads a selector list. It reads only what is known to be honoured.
type scanner struct {
	s      string
	i      int
	out    *Traits
	live   bool
	places int // what depends on a place, so far
}

// A complexSelector is one selector of a list as it is read.
type complexSelector struct {
	Selector
	deps []dep
}

// A compound is a run of simple selectors as it is read.
type compound struct {
	key   Key
	needs []Need
	live  []Live
	deps  []dep
}

// dep notes that the compound depends on something.
func (c *compound) dep(d dep) { c.deps = append(c.deps, d) }

const maxNesting = 8

func (s *scanner) list(depth int) ([]complexSelector, error) {
	if depth > maxNesting {
		return nil, ErrSyntax
	}
	var list []complexSelector
	for {
		s.space()
		if c := s.peek(); c == 0 || c == ',' || c == ')' {
			return nil, ErrComma
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
			return complexSelector{}, ErrRelative
		}
		return complexSelector{}, ErrSyntax
	}
	places := s.places
	var out complexSelector
	for {
		last, err := s.compound(&b, depth)
		if err != nil {
			return complexSelector{}, err
		}
		out.Needs = append(out.Needs, last.needs...)
		spaced := s.space()
		reach, before, text := Below, depAttr, ""
		switch c := s.peek(); {
		case c == 0 || c == ',' || c == ')':
			out.deps = append(out.deps, last.deps...)
			out.Text, out.Key, out.Live = b.String(), last.key, last.live
			return out, nil
		case c == '>':
			s.descend(places)
			b.WriteString(" > ")
			s.i++
		case c == '+' || c == '~':
			s.out.Sibling = true
			s.places++
			text = b.String()
			b.WriteString(" " + string(c) + " ")
			s.i++
			if reach, before = Siblings, depBefore; c == '+' {
				before = depNext
			}
		case spaced:
			s.descend(places)
			b.WriteByte(' ')
		default:
			return complexSelector{}, ErrSyntax
		}
		if last.live != nil {
			return complexSelector{}, ErrLiveLast
		}
		out.deps = under(append(out.deps, last.deps...), reach)
		if before != depAttr {
			out.deps = append(out.deps, dep{kind: before, text: text})
		}
		s.space()
	}
}

// descend notes a combinator that leads down; places is how many things that
// depend on a place there were before the selector.
func (s *scanner) descend(places int) {
	s.out.Descendant = true
	s.out.Spread = s.out.Spread || s.places > places
}

// place notes something that depends on an element's place among its siblings.
func (s *scanner) place() {
	s.out.Structural = true
	s.places++
}

// compound reads a run of simple selectors.
func (s *scanner) compound(b *strings.Builder, depth int) (c compound, err error) {
	better := func(kind byte, name string) {
		rank := func(k byte) int { return strings.IndexByte("t[.#", k) }
		if strings.IndexByte(name, '\\') >= 0 {
			return
		}
		if c.key.Kind == 0 || rank(kind) > rank(c.key.Kind) {
			c.key = Key{kind, name}
		}
		if kind != '[' {
			c.needs = append(c.needs, Need{Kind: kind, Name: name})
		}
	}
	from, empty := s.i, b.Len()
	if s.peek() == '*' {
		s.i++
		b.WriteByte('*')
	} else if name := s.ident(); name != "" {
		if name != strings.ToLower(name) {
			return c, ErrUpperTag
		}
		b.WriteString(name)
		better('t', name)
	}
	for {
		switch ch := s.peek(); ch {
		case '|':
			return c, ErrNamespace
		case '#', '.':
			s.i++
			name := s.ident()
			if name == "" {
				return c, ErrSyntax
			}
			attr := "class"
			if ch == '#' {
				attr = "id"
			}
			s.read(attr)
			b.WriteString(string(ch) + name)
			c.dep(dep{attr: attr, text: string(ch) + name})
			better(ch, name)
		case '[':
			name, err := s.attribute(b, &c)
			if err != nil {
				return c, err
			}
			better('[', name)
		case ':':
			if err := s.pseudo(b, &c, depth); err != nil {
				return c, err
			}
		default:
			if s.i == from {
				return c, ErrSyntax
			}
			if b.Len() == empty { // all of it is live state
				b.WriteByte('*')
			}
			return c, nil
		}
	}
}

func (s *scanner) read(attr string) {
	if s.out.Reads == nil {
		s.out.Reads = make(map[string]bool)
	}
	s.out.Reads[attr] = true
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
func (s *scanner) attribute(b *strings.Builder, c *compound) (string, error) {
	s.i++
	s.space()
	name := s.ident()
	switch {
	case name == "":
		return "", ErrSyntax
	case name != strings.ToLower(name):
		return "", ErrUpperAttr
	case name == "checked", name == "selected", name == "_csstext", strings.HasPrefix(name, "rr_"):
		return "", ErrLive
	}
	s.read(name)
	s.space()
	if s.peek() == ']' {
		s.i++
		text := "[" + name + "]"
		b.WriteString(text)
		c.dep(dep{attr: name, text: text})
		c.needs = append(c.needs, Need{Kind: '[', Name: name})
		return name, nil
	}
	op := s.s[s.i:min(s.i+2, len(s.s))]
	switch {
	case strings.HasPrefix(op, "="):
		op = "="
	case op == "~=", op == "|=", op == "^=", op == "$=", op == "*=":
	case strings.HasPrefix(op, "|"):
		return "", ErrNamespace
	default:
		return "", ErrOperator
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
		return "", ErrFlag
	}
	if s.peek() != ']' {
		return "", ErrSyntax
	}
	s.i++
	text := "[" + name + op + value
	if insensitive {
		text += " i"
	}
	text += "]"
	b.WriteString(text)
	c.dep(dep{attr: name, text: text})
	c.needs = append(c.needs, attributeNeed(name, value, op == "=", insensitive))
	return name, nil
}

// value reads an attribute's value, a string or an identifier.
func (s *scanner) value() (string, error) {
	quote := s.peek()
	if quote != '"' && quote != '\'' {
		if v := s.ident(); v != "" {
			return v, nil
		}
		return "", ErrSyntax
	}
	from := s.i
	for s.i++; s.i < len(s.s); s.i++ {
		switch s.s[s.i] {
		case '\\':
			s.i++
		case '\n':
			return "", ErrSyntax
		case quote:
			s.i++
			return s.s[from:s.i], nil
		}
	}
	return "", ErrSyntax
}

// pseudo reads a pseudo-class.
func (s *scanner) pseudo(b *strings.Builder, c *compound, depth int) error {
	s.i++
	if s.peek() == ':' {
		return ErrElement
	}
	name := strings.ToLower(s.ident())
	if live, ok := liveNames[name]; ok && s.live {
		if depth > 0 {
			return ErrLiveLast
		}
		c.live = append(c.live, live)
		return nil
	}
	b.WriteString(":" + name)
	switch name {
	case "not", "has":
		if name == "has" {
			s.out.Has = true
		}
		return s.arguments(b, c, depth, name == "has")
	case "first-child", "last-child", "only-child", "first-of-type", "last-of-type", "only-of-type":
		s.place()
		n := Nth{B: 1, OfType: strings.HasSuffix(name, "-of-type")}
		if !strings.HasPrefix(name, "last-") {
			c.dep(dep{kind: depNth, nth: n})
		}
		if n.Last = true; !strings.HasPrefix(name, "first-") {
			c.dep(dep{kind: depNth, nth: n})
		}
		return nil
	case "nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type":
		s.place()
		return s.nth(b, c, Nth{OfType: strings.HasSuffix(name, "-of-type"), Last: strings.HasPrefix(name, "nth-last-")})
	case "empty":
		s.out.Empty = true
		s.place()
		c.dep(dep{kind: depContent, reach: Self})
		return nil
	case "enabled", "disabled":
		s.place() // the legend of a disabled fieldset
		s.descend(s.places - 1)
		s.read("disabled")
		s.read("href")
		c.dep(dep{attr: "disabled", text: "[disabled]"})
		c.dep(dep{attr: "disabled", text: "[disabled]", reach: Below})
		c.dep(dep{attr: "href", text: "[href]"})
		c.dep(dep{kind: depLegend, reach: Below})
		return nil
	case "link":
		s.read("href")
		c.dep(dep{attr: "href", text: "[href]"})
		return nil
	case "hover", "active", "focus", "focus-within", "focus-visible", "visited", "target", "checked",
		"indeterminate", "default", "valid", "invalid", "in-range", "out-of-range", "user-valid", "user-invalid",
		"autofill", "placeholder-shown", "modal", "fullscreen", "playing", "paused":
		return ErrState
	case "contains", "containsown", "matches", "matchesown":
		return ErrText
	case "before", "after", "first-line", "first-letter", "placeholder", "selection", "marker", "backdrop", "cue":
		return ErrElement
	case "":
		return ErrSyntax
	}
	return ErrPseudo
}

// arguments reads a selector list in parentheses.
func (s *scanner) arguments(b *strings.Builder, c *compound, depth int, has bool) error {
	if s.peek() != '(' {
		return ErrSyntax
	}
	s.i++
	list, err := s.list(depth + 1)
	if err != nil {
		return err
	}
	if s.peek() != ')' {
		return ErrSyntax
	}
	s.i++
	b.WriteByte('(')
	for i := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(list[i].Text)
		deps := list[i].deps
		if has {
			deps = under(deps, Above)
		}
		c.deps = append(c.deps, deps...)
	}
	if has {
		c.dep(dep{kind: depContent, reach: Above})
	}
	b.WriteByte(')')
	return nil
}

// nth reads the argument of :nth-child and its like, which ask for the place n.
func (s *scanner) nth(b *strings.Builder, c *compound, n Nth) error {
	end := strings.IndexByte(s.s[s.i:], ')')
	if s.peek() != '(' || end < 0 {
		return ErrSyntax
	}
	arg := s.s[s.i : s.i+end+1]
	if strings.Trim(strings.ToLower(arg[1:end]), "0123456789+- \tdenov") != "" {
		return ErrSyntax // "of S" among them
	}
	s.i += end + 1
	b.WriteString(arg)
	var ok bool
	if n.A, n.B, ok = parseNth(arg[1:end]); ok {
		c.dep(dep{kind: depNth, nth: n})
	} else {
		c.dep(dep{kind: depPlace})
	}
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
