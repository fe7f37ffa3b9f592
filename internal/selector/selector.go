// Package selector compiles the CSS selectors that a recorded page can answer.
//
// They are the part of CSS that cascadia honours on such a page. What cascadia
// parses and then never matches, matches by content, or matches other than a
// browser would, is rewritten or refused: a selector that silently matches
// nothing is a leak where it says what to mask, and a wrong answer where it
// says what to look for.
package selector

import (
	"errors"
	"strconv"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// The reasons why a selector is refused.
var (
	ErrSyntax    = errors.New("not a CSS selector")
	ErrComma     = errors.New("an empty selector in the list")
	ErrUpperTag  = errors.New("write tag names in lower case; nothing matches the upper-case letter")
	ErrUpperAttr = errors.New("write attribute names in lower case; nothing matches the upper-case letter")
	ErrNamespace = errors.New("namespaces are not supported")
	ErrState     = errors.New("this state is not on a recorded page")
	ErrText      = errors.New("a rule must not depend on text, which it decides about")
	ErrPseudo    = errors.New("this pseudo-class is not supported; write the rule out")
	ErrElement   = errors.New("pseudo-elements have no node")
	ErrRelative  = errors.New("a combinator at the start of :has is not supported")
	ErrLive      = errors.New("this attribute holds live state in a recording, which selectors do not see")
	ErrOperator  = errors.New("not an operator of CSS")
	ErrFlag      = errors.New("the flag s is not supported")
	ErrLiveLast  = errors.New("this state can be asked of the last element of a selector alone, and not inside of :not or :has")
)

// An Error says where in a selector list the reason is that it is refused.
type Error struct {
	Offset int // in bytes
	Err    error
}

func (e *Error) Error() string {
	return "at byte " + strconv.Itoa(e.Offset) + ": " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// A Traits is what a selector reads beside the element that it is about.
type Traits struct {
	Descendant bool            // ancestors (and, for a walk, what is below a change)
	Sibling    bool            // siblings before
	Structural bool            // its place among its siblings
	Empty      bool            // whether it has content
	Has        bool            // what is below it
	Spread     bool            // the place, or the siblings before, of an ancestor
	Reads      map[string]bool // attribute names
}

// Join adds what another selector reads.
func (t *Traits) Join(o *Traits) {
	t.Descendant = t.Descendant || o.Descendant
	t.Sibling = t.Sibling || o.Sibling
	t.Structural = t.Structural || o.Structural
	t.Empty = t.Empty || o.Empty
	t.Has = t.Has || o.Has
	t.Spread = t.Spread || o.Spread
	for attr := range o.Reads {
		if t.Reads == nil {
			t.Reads = make(map[string]bool)
		}
		t.Reads[attr] = true
	}
}

// A Matcher matches elements. It looks at nothing but the tree that the element
// is in.
type Matcher interface{ Match(*html.Node) bool }

// A Selector is one selector of a list.
type Selector struct {
	Matcher
	Text  string // as cascadia reads it, without Live
	Key   Key    // what the element must have
	Needs []Need // what it and the elements around it must have
	Live  []Live // what its state must be
}

// A Key is the class, id, attribute or tag that the last compound of a selector
// asks for.
type Key struct {
	Kind byte // '.', '#', '[', 't', or 0: anything can match
	Name string
}

// A List is a selector list.
type List struct {
	Selectors []Selector
	Traits
	Deps
}

// Options change what Parse takes.
type Options struct {
	// Live allows the pseudo-classes of live state, see Live.
	Live bool
}

// Parse compiles a selector list. Its errors are of type *Error.
func Parse(s string, o *Options) (*List, error) {
	l := &List{}
	sc := scanner{s: s, out: &l.Traits, live: o != nil && o.Live}
	list, err := sc.list(0)
	if err == nil && sc.i < len(sc.s) {
		err = ErrSyntax
	}
	if err != nil {
		return nil, &Error{min(sc.i, len(s)), err}
	}
	for _, c := range list {
		if c.Matcher, err = cascadia.Parse(c.Text); err != nil {
			return nil, &Error{0, ErrSyntax}
		}
		l.Selectors = append(l.Selectors, c.Selector)
		if err := l.add(c.deps); err != nil {
			return nil, &Error{0, err}
		}
	}
	return l, nil
}

// A Live is a pseudo-class of live state, which no attribute holds.
type Live uint8

// The states that a recording tells.
const (
	Checked Live = iota
	Focus
	FocusWithin
)

var liveNames = map[string]Live{"checked": Checked, "focus": Focus, "focus-within": FocusWithin}

// A Need is what must be among the strings of a page for a selector to match.
type Need struct {
	Kind byte   // '.', '#', 't' or '['
	Name string // class, id, tag, or attribute
	// Value is what the value of the attribute must have in it, or be if Whole;
	// folded if Fold. Any will do where it is "".
	Value       string
	Whole, Fold bool
}

// attributeNeed is the Need of an attribute with a value as it is written.
func attributeNeed(name, value string, whole, fold bool) Need {
	n := Need{Kind: '[', Name: name}
	if v := value; v != "" && (v[0] == '"' || v[0] == '\'') {
		value = v[1 : len(v)-1]
	}
	if strings.IndexByte(value, '\\') >= 0 || name == "style" { // edits make styles that no string is
		return n
	}
	if n.Value, n.Whole, n.Fold = value, whole, fold; fold {
		n.Value = FoldCase(value)
	}
	return n
}
