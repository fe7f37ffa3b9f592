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
