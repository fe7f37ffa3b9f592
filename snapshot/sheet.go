package snapshot

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// MaxRuleDepth is how deep a path into a Sheet may go. A rule that is nested
// deeper is part of its parent's text.
const MaxRuleDepth = 64

// The reasons in a RuleError.
var (
	ErrNoRule     = errors.New("no such rule")
	ErrBadRule    = errors.New("not one valid rule")
	ErrNoStyle    = errors.New("rule has no declarations")
	ErrBadDeclare = errors.New("invalid declaration")
)

// A RuleError says which rule an operation on a Sheet failed at, and why. It
// holds no text of the sheet.
type RuleError struct {
	Op   string
	Path []int
	Err  error // ErrNoRule, ErrBadRule, ErrNoStyle or ErrBadDeclare
}

func (e *RuleError) Error() string {
	return fmt.Sprintf("snapshot: %s rule %v: %v", e.Op, e.Path, e.Err)
}

// Unwrap returns the reason.
func (e *RuleError) Unwrap() error { return e.Err }

// A Sheet is a style sheet as the CSSOM holds it: text until a script edits
// it, from then on a list of rules that are addressed by their place. What is
// a rule is decided by syntax (CSS Syntax 3 § 5): a recorder's browser lists
// only the rules that it knows, but also wrote the text that way.
//
// The zero Sheet is empty and ready. A Sheet is not for concurrent use, and it
// keeps the strings it is given. Errors are of type *RuleError, and the sheet
// is then as it was before.
type Sheet struct {
	text   string
	rules  []rule
	parsed bool // rules are those of text
	edited bool // rules are the sheet, text is out of date
}

// A rule is one entry of a cssRules list. Its text is a part of the sheet's,
// and is looked into only when an edit goes through it or to its declarations.
type rule struct {
	text  string // one complete rule, with all that it opens closed
	block *block // nil until looked into
}

// A block is what an edit needs of a rule: the rule's text in its parts.
type block struct {
	kind  ruleKind
	inner context
	dirty bool         // the rule's text is out of date
	head  string       // what stands before the {
	style declarations // of the rule itself: CSSStyleRule.style
	rules []rule       // cssRules
}

// NewSheet returns the sheet with that text. The text is parsed by the first
// call that needs its rules.
func NewSheet(css string) *Sheet { return &Sheet{text: css} }

// Text returns the text that the sheet was made of or, once it was edited, its
// rules, one a line.
func (s *Sheet) Text() string {
	if !s.edited {
		return s.text
	}
	n := 0
	for i := range s.rules {
		n += len(s.rules[i].text) + 1
	}
	var b strings.Builder
	b.Grow(n)
	for i := range s.rules {
		if i > 0 {
			b.WriteByte('\n')
		}
		s.rules[i].write(&b)
	}
	return b.String()
}

// Replace makes css the sheet's text. As in CSSStyleSheet.replace (CSSOM
// § 6.1.2, "replace a CSSStyleSheet") @import rules are left out: a sheet that
// scripts build loads nothing.
func (s *Sheet) Replace(css string) {
	*s = Sheet{text: css}
	if !strings.Contains(css, "@") {
		return
	}
	s.load()
	n := len(s.rules)
	s.rules = slices.DeleteFunc(s.rules, func(r rule) bool { return atName(r.text) == "import" })
	s.edited = len(s.rules) < n
}

// Len returns how many rules the sheet has, those in other rules not counted.
func (s *Sheet) Len() int {
	s.load()
	return len(s.rules)
}

// Insert puts a rule into the list that path leads to: all but its last number
// are places of rules with rules in them, the last is the place in the list
// (CSSOM § 6.4, "insert a CSS rule"). A place after the end means the end, as
// it does to rrweb's replayer.
//
// Text that is not exactly one rule is an error; where declarations may stand
// between rules they make one (CSS Nesting 1 § 4.2, CSSNestedDeclarations).
func (s *Sheet) Insert(path []int, text string) error {
	list, ctx, err := s.list("insert", path)
	if err != nil {
		return err
	}
	i := path[len(path)-1]
	if i < 0 {
		return ruleError("insert", path, ErrNoRule)
	}
	r, ok := parseRule(text, ctx)
	if !ok {
		return ruleError("insert", path, ErrBadRule)
	}
	*list = slices.Insert(*list, min(i, len(*list)), r)
	s.touch(path[:len(path)-1])
	return nil
}

// Delete removes the rule at path (CSSOM § 6.4, "remove a CSS rule").
func (s *Sheet) Delete(path []int) error {
	list, _, err := s.list("delete", path)
	if err != nil {
		return err
	}
	i := path[len(path)-1]
	if i < 0 || i >= len(*list) {
		return ruleError("delete", path, ErrNoRule)
	}
	*list = slices.Delete(*list, i, i+1)
	s.touch(path[:len(path)-1])
	return nil
}

// SetProperty sets one declaration of the rule at path, with priority
// "important" or "" (CSSOM § 6.6.1, setProperty). The value "" removes it.
func (s *Sheet) SetProperty(path []int, name, value, priority string) error {
	return s.declare("set property of", path, StyleEdit{Name: name, Value: value, Priority: priority})
}

// RemoveProperty removes one declaration of the rule at path (CSSOM § 6.6.1,
// removeProperty). That there is none is no error.
func (s *Sheet) RemoveProperty(path []int, name string) error {
	return s.declare("remove property of", path, StyleEdit{Name: name, Remove: true})
}

func (s *Sheet) declare(op string, path []int, e StyleEdit) error {
	list, ctx, err := s.list(op, path)
	if err != nil {
		return err
	}
	i := path[len(path)-1]
	if i < 0 || i >= len(*list) {
		return ruleError(op, path, ErrNoRule)
	}
	b := (*list)[i].open(ctx)
	if !b.kind.hasStyle() {
		return ruleError(op, path, ErrNoStyle)
	}
	if !b.style.edit(e) {
		return ruleError(op, path, ErrBadDeclare)
	}
	b.style.settle()
	if b.style.changed {
		b.style.changed = false
		s.touch(path)
	}
	return nil
}

// Clone returns a copy that shares nothing that either can change.
func (s *Sheet) Clone() *Sheet {
	if !s.edited {
		return NewSheet(s.text)
	}
	return &Sheet{rules: cloneRules(s.rules), parsed: true, edited: true}
}

func cloneRules(rules []rule) []rule {
	out := slices.Clone(rules)
	for i := range out {
		if b := out[i].block; b != nil {
			c := *b
			c.style = b.style.clone()
			c.rules = cloneRules(b.rules)
			out[i].block = &c
		}
	}
	return out
}

func (s *Sheet) load() {
	if !s.parsed {
		s.parsed = true
		s.rules = parseRules(s.text)
	}
}

// list returns the list that the last number of path is a place in.
func (s *Sheet) list(op string, path []int) (*[]rule, context, error) {
	if len(path) == 0 || len(path) > MaxRuleDepth {
		return nil, 0, ruleError(op, path[:min(len(path), MaxRuleDepth)], ErrNoRule)
	}
	s.load()
	list, ctx := &s.rules, inSheet
	for _, i := range path[:len(path)-1] {
		if i < 0 || i >= len(*list) {
			return nil, 0, ruleError(op, path, ErrNoRule)
		}
		b := (*list)[i].open(ctx)
		if !b.kind.hasRules() {
			return nil, 0, ruleError(op, path, ErrNoRule)
		}
		list, ctx = &b.rules, b.inner
	}
	return list, ctx, nil
}

// touch marks the text of the sheet and of the rules on path, which list has
// been along, as out of date.
func (s *Sheet) touch(path []int) {
	s.edited, s.text = true, ""
	list := s.rules
	for _, i := range path {
		list[i].block.dirty = true
		list = list[i].block.rules
	}
}

func ruleError(op string, path []int, err error) error {
	return &RuleError{op, slices.Clone(path), err}
}

// write appends the rule's text, in the form of CSSOM § 6.4.2 ("serialize a
// CSS rule") where an edit has changed it.
func (r *rule) write(b *strings.Builder) {
	k := r.block
	switch {
	case k == nil || !k.dirty:
		b.WriteString(r.text)
		return
	case k.kind == kindNested:
		k.style.write(b)
		return
	}
	b.WriteString(k.head)
	b.WriteString(" {")
	sep, end := " ", " }"
	if len(k.rules) > 0 {
		sep, end = "\n  ", "\n}"
	}
	if k.style.len() > 0 {
		b.WriteString(sep)
		k.style.write(b)
	}
	for i := range k.rules {
		b.WriteString(sep)
		k.rules[i].write(b)
	}
	b.WriteString(end)
}

// A ruleKind says what a rule has in it.
type ruleKind uint8

const (
	kindOpaque    ruleKind = iota // nothing that can be edited
	kindStyle                     // declarations, then rules
	kindKeyframe                  // declarations; so have kindDescribe and kindNested
	kindDescribe                  // @font-face, a margin box, ...
	kindNested                    // CSSNestedDeclarations, which is nothing but them
	kindPage                      // declarations, and margin boxes between them
	kindGroup                     // rules
	kindKeyframes                 // keyframe rules
)

func (k ruleKind) hasStyle() bool { return k >= kindStyle && k <= kindPage }
func (k ruleKind) hasRules() bool { return k == kindStyle || k >= kindPage }

// A context is what a list of rules is in.
type context uint8

const (
	inSheet     context = iota
	inGroup             // @media, ...: rules only
	inStyle             // a style rule, a group in one, or @scope: rules and declarations
	inKeyframes         // keyframe rules
	inPage              // margin boxes and declarations
)

// atKind returns the kind of an at-rule with a block, and what its rules are
// in when the at-rule itself is in ctx.
func atKind(name string, ctx context) (ruleKind, context) {
	switch name {
	case "scope":
		return kindGroup, inStyle
	case "media", "supports", "layer", "container", "starting-style", "document", "-moz-document":
		if ctx == inStyle {
			return kindGroup, inStyle
		}
		return kindGroup, inGroup
	case "page":
		return kindPage, inPage
	case "font-face", "position-try":
		return kindDescribe, inStyle
	}
	switch {
	case ctx == inPage:
		return kindDescribe, inStyle
	case name == "keyframes", strings.HasPrefix(name, "-") && strings.HasSuffix(name, "-keyframes"):
		return kindKeyframes, inKeyframes
	}
	return kindOpaque, inGroup
}

// atName returns the name of the at-rule that text is, "" if it is none.
func atName(text string) string {
	c := scanner{s: text}
	if c.next() && c.tok == tokAt {
		return lower(unescape(text[1:c.end]))
	}
	return ""
}

// open looks into the rule, which is in ctx.
func (r *rule) open(ctx context) *block {
	if r.block != nil {
		return r.block
	}
	b := &block{kind: kindStyle, inner: inStyle}
	r.block = b
	if name := atName(r.text); name != "" {
		b.kind, b.inner = atKind(name, ctx)
	} else if ctx == inKeyframes {
		b.kind = kindKeyframe
	}
	c := scanner{s: r.text}
	head := 0
	for c.next() && c.tok != '{' {
		if c.opens() {
			c.skip()
		}
		if c.tok != tokSpace && c.tok != tokComment {
			head = c.end
		}
	}
	if c.tok != '{' { // a statement
		b.kind = kindOpaque
		return b
	}
	b.head = r.text[:head]
	if b.kind != kindOpaque {
		b.fill(r.text[c.end : len(r.text)-1])
	}
	return b
}

// fill takes what stands between the { and } of a rule. Declarations after a
// nested rule are a rule too, CSSNestedDeclarations, as they are in browsers
// since 2024 (Chrome 130); those before count their style rule's own.
func (b *block) fill(text string) {
	var run *declarations // the CSSNestedDeclarations that b.rules ends with
	c := scanner{s: text}
	for {
		it, ok := c.item(b.inner)
		if !ok {
			return
		}
		switch it.kind {
		case itemDeclaration:
			switch {
			case b.kind.hasStyle() && (len(b.rules) == 0 || b.kind == kindPage):
				b.style.add(it.decl)
			case b.inner == inStyle && b.kind.hasRules():
				if run == nil {
					n := &block{kind: kindNested, dirty: true}
					b.rules = append(b.rules, rule{block: n})
					run = &n.style
				}
				run.add(it.decl)
			}
		case itemRule:
			if b.kind.hasRules() {
				b.rules, run = append(b.rules, rule{text: it.text}), nil
			}
		}
	}
}

// parseRules returns the rules of a sheet (CSS Syntax 3 § 5.4.1). Those that no
// browser would list are left out.
func parseRules(css string) []rule {
	var rules []rule
	c := scanner{s: css}
	for {
		it, ok := c.item(inSheet)
		if !ok {
			return slices.Clip(rules)
		}
		if it.kind == itemRule {
			rules = append(rules, rule{text: it.text})
		}
	}
}

// parseRule returns the one rule that text is in ctx (CSS Syntax 3 § 5.3.4).
func parseRule(text string, ctx context) (rule, bool) {
	var r rule
	c := scanner{s: text}
	for n := 0; ; n++ {
		it, ok := c.item(ctx)
		switch {
		case !ok:
			return r, n > 0
		case it.kind == itemDeclaration && ctx == inStyle && (n == 0 || r.block != nil):
			if n == 0 {
				r.block = &block{kind: kindNested, dirty: true}
			}
			r.block.style.add(it.decl)
		case it.kind == itemRule && n == 0:
			r.text = it.text
		default:
			return r, false
		}
	}
}

type itemKind uint8

const (
	itemBad itemKind = iota // dropped by the error recovery
	itemRule
	itemDeclaration
)

// An item is one entry of a list of rules or of a block's contents.
type item struct {
	kind itemKind
	text string // of a rule
	decl declaration
}

// item consumes the next item (CSS Syntax 3 § 5.5.1 and § 5.5.5). Each looks
// ahead no further than it reaches, so that all of a text take linear time.
func (c *scanner) item(ctx context) (item, bool) {
	for c.next() {
		switch {
		case c.tok == tokSpace, c.tok == tokComment,
			c.tok == ';' && ctx != inSheet,
			ctx == inSheet && (c.tok == tokCDO || c.tok == tokCDC):
			continue
		case c.tok == tokAt:
			return c.atRule(ctx), true
		case c.tok == tokIdent && ctx != inSheet:
			start := c.start
			if it, ok := c.declaration(); ok {
				return it, true
			}
			c.stack, c.end = c.stack[:0], start
			c.next()
		}
		return c.qualified(ctx), true
	}
	return item{}, false
}

// atRule consumes an at-rule whose name has been read (CSS Syntax 3 § 5.5.2).
// One that is unknown counts as a rule: newer browsers may know it.
func (c *scanner) atRule(ctx context) item {
	start, head, good := c.start, c.end, true
	name := lower(unescape(c.s[start+1 : c.end]))
	kind, _ := atKind(name, ctx)
	switch {
	case ctx == inKeyframes, name == "charset", // not in cssRules (CSSOM § 6.4)
		ctx != inSheet && (name == "import" || name == "namespace"):
		good = false
	}
	for c.next() {
		switch c.tok {
		case tokSpace, tokComment:
			continue
		case ';':
			good = good && (kind == kindOpaque || name == "layer")
			return c.rule(good, start, c.end)
		case '{':
			c.skip()
			return c.rule(good && name != "import" && name != "namespace", start, c.end)
		case ')', ']', '}', tokBadString, tokBadURL:
			good = false
		case '(', '[', tokFunction:
			c.skip()
		}
		head = c.end
	}
	it := c.rule(good && (kind == kindOpaque || name == "layer"), start, head)
	it.text += ";"
	return it
}

// qualified consumes a qualified rule whose first token has been read (CSS
// Syntax 3 § 5.5.3). Selectors are looked at only as far as to tell that no
// browser would take them.
func (c *scanner) qualified(ctx context) item {
	start, good, n := c.start, ctx != inPage, 0
	var last token
	for ok := true; ok; ok = c.next() {
		t := c.tok
		switch t {
		case tokSpace, tokComment:
			continue
		case '{':
			switch last {
			case 0, ',', '>', '+', '~', ':', '.':
				good = false
			}
			c.skip()
			return c.rule(good, start, c.end)
		case ';':
			if ctx != inSheet {
				return item{}
			}
			good = false
		case '[', tokFunction:
			c.skip()
		case '>', '+', '~':
			good = good && (last != 0 || ctx == inStyle)
		case ',':
			good = good && last != 0 && last != ','
		case ':': // --x:hover {} is a bad custom property
			good = good && (n != 1 || !strings.HasPrefix(c.s[start:], "--"))
		case tokNumber:
			good = good && ctx == inKeyframes
		case tokIdent, tokHash, '*', '.', '|', '&':
		case '(':
			c.skip()
			good = false
		default:
			good = false
		}
		last = t
		n++
	}
	return item{}
}

func (c *scanner) rule(good bool, start, end int) item {
	if !good {
		return item{}
	}
	return item{kind: itemRule, text: c.cut(start, end)}
}
