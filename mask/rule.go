package mask

import (
	"cmp"
	"errors"
	"strconv"
	"strings"
)

// A Rule says what to do with what it is about, which exactly one of its first
// seven fields names. The order of rules means nothing: of those about one
// thing the strictest wins.
//
// Select, Input and Name are about elements and what is below them: the nearest
// ancestor-or-self that a rule matches decides about a node. See Action for
// what each action does there.
type Rule struct {
	// Select is a CSS selector list. Compile refuses what a recording cannot
	// answer as a browser would.
	Select string `json:"select,omitempty"`
	// Input is the type of form controls: one of HTML's input types, textarea
	// or select, which is about its options too. An input without a type, or
	// of one that HTML does not know, is of type text.
	Input string `json:"input,omitempty"`
	// Name is about form controls whose name, id, autocomplete or aria-label
	// has these words in a row, in any case and however they are joined:
	// "tax id" finds taxId, tax_id and "Your tax ID:". Commas part
	// alternatives. A * at an end of one lets its word go on: "phone*".
	Name string `json:"name,omitempty"`
	// Attr is the name of an attribute, in lower case, or how such names begin,
	// and a *: "data-*".
	Attr string `json:"attr,omitempty"`
	// Param is the name of a parameter in the query of an address, or how such
	// names begin, and a *: "utm_*".
	Param string `json:"param,omitempty"`
	// Tag is the tag of custom events, or how such tags begin, and a *.
	Tag string `json:"tag,omitempty"`
	// Plugin is the name of a recorder's plugin as its events have it
	// ("rrweb/console@1"), or how such names begin, and a *.
	Plugin string `json:"plugin,omitempty"`

	Action Action `json:"action"`
	Why    string `json:"why,omitempty"` // for the reader of a policy or Report
}

// subject returns which of its fields says what the rule is about, and that
// field. The kind is "" unless there is exactly one.
func (r *Rule) subject() (kind, value string) {
	n := 0
	for _, f := range [...]struct{ kind, value string }{
		{"select", r.Select}, {"input", r.Input}, {"name", r.Name}, {"attr", r.Attr}, {"param", r.Param},
		{"tag", r.Tag}, {"plugin", r.Plugin},
	} {
		if f.value != "" {
			n, kind, value = n+1, f.kind, f.value
		}
	}
	if n != 1 {
		return "", value
	}
	return kind, value
}

func compareRules(a, b Rule) int {
	return cmp.Or(cmp.Compare(a.Select, b.Select), cmp.Compare(a.Input, b.Input), cmp.Compare(a.Name, b.Name),
		cmp.Compare(a.Attr, b.Attr), cmp.Compare(a.Param, b.Param), cmp.Compare(a.Tag, b.Tag),
		cmp.Compare(a.Plugin, b.Plugin), cmp.Compare(a.Action, b.Action))
}

// A RuleError says which rule Compile refused, and why.
type RuleError struct {
	Index int // in Config.Rules
	Rule  Rule
	Err   error
}

func (e *RuleError) Error() string {
	kind, value := e.Rule.subject()
	if kind != "" && kind != "select" {
		kind += " "
	} else {
		kind = ""
	}
	return "mask: rule " + strconv.Itoa(e.Index) + " " + kind + strconv.Quote(value) + ": " + e.Err.Error()
}

func (e *RuleError) Unwrap() error { return e.Err }

var (
	errSubject   = errors.New("a rule is about one of select, input, name, attr, param, tag and plugin")
	errNoSubject = errors.New("a rule needs one of select, input, name, attr, param, tag and plugin")
	errThing     = errors.New("only allow, mask and drop are for attributes, parameters, tags and plugins")
	errInput     = errors.New("no type of HTML's form controls")
	errPattern   = errors.New("a * can only stand at the end, after something")
	errWords     = errors.New("words are letters and digits, with a * at most at the ends")
	errAttr      = errors.New("no name that attributes have in a recording: lower case, and not live state")
	errHolds     = errors.New("no rule shows this attribute: what it holds is a control's, or code")
	errLost      = errors.New("names of parameters are letters, digits and _-.$[], without a long number")
)

// patterns finds the rule for a name: an exact one or the beginning of one.
type patterns struct {
	exact    map[string]named
	prefixes []named
}

// A named is a rule as patterns has it.
type named struct {
	prefix string
	action Action
	rule   int // index in Config.Rules, negative for none
}

// add adds a rule. The strictest of several is the one found.
func (p *patterns) add(pattern string, a Action, rule int) error {
	if a != Allow && a != Mask && a != Drop {
		return errThing
	}
	prefix, open := strings.CutSuffix(pattern, "*")
	if prefix == "" || strings.Contains(prefix, "*") {
		return errPattern
	}
	if open {
		p.prefixes = append(p.prefixes, named{prefix, a, rule})
		return nil
	}
	if p.exact == nil {
		p.exact = make(map[string]named)
	}
	if p.exact[pattern].action < a {
		p.exact[pattern] = named{pattern, a, rule}
	}
	return nil
}

// find returns the strictest rule for a name, none with the zero Action.
func (p *patterns) find(name string) named {
	n := p.exact[name]
	for _, x := range p.prefixes {
		if n.action < x.action && strings.HasPrefix(name, x.prefix) {
			n = x
		}
	}
	return n
}

func (p *patterns) empty() bool { return len(p.exact)+len(p.prefixes) == 0 }
