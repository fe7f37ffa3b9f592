package mask

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"

	syntax "github.com/pagetape/pagetape/internal/selector"
)

// A Policy is a compiled Config. It is immutable and safe for concurrent use.
type Policy struct {
	config Config
	detect detector
	custom []Detector
	traits syntax.Traits // of the selectors of all rules
	look   look          // of masked text and values
	final  look          // of what is final
	// Selectors by what an element must have for them to match. An element
	// has few classes and attributes, a policy has many rules.
	byClass, byID, byAttr, byTag map[string][]selector
	others                       []selector
	controls                     []controlRule
	attrs, params, tags, plugins patterns
}

// A selector is one selector of a rule's list.
type selector struct {
	syntax.Matcher
	rule   int // index in Config.Rules
	own    own
	simple bool // it asks for nothing beyond its bucket's key
}

// Compile checks a Config and makes a Policy of it, which finds what is private
// by its form with the detectors that the Config names and those given. The
// error joins a *RuleError for every rule that could not be honoured to the
// letter: a policy is refused as a whole, for a rule left out is a leak. So it
// is for a detector that there is none of. Compile copies what it keeps of c.
func Compile(c Config, custom ...Detector) (*Policy, error) {
	c = c.clone()
	p := &Policy{
		config: c, custom: slices.Clone(custom),
		byClass: make(map[string][]selector), byID: make(map[string][]selector),
		byAttr: make(map[string][]selector), byTag: make(map[string][]selector),
	}
	var errs []error
	if c.Text > TextMask || c.Labels > TextMask || int(c.Shape) >= len(shapeNames) {
		errs = append(errs, errMode)
	}
	glyph, err := c.glyph()
	if err != nil {
		errs = append(errs, err)
	}
	p.look, p.final = newLook(c.Shape, glyph), newLook(ShapeFixed, glyph)
	if p.detect, err = detectorSet(c.Detect); err != nil {
		errs = append(errs, err)
	}
	if p.config.Custom, err = customNames(c.Custom, custom); err != nil {
		errs = append(errs, err)
	}
	for i, r := range c.Rules {
		if err := p.add(i, r); err != nil {
			errs = append(errs, &RuleError{i, r, err})
		}
	}
	for _, tag := range c.Keep {
		if err := p.tags.add(tag, Allow, -1); err != nil {
			errs = append(errs, fmt.Errorf("mask: keep %q: %w", tag, err))
		}
	}
	for _, name := range c.Plugins {
		if err := p.plugins.add(name, Allow, -1); err != nil {
			errs = append(errs, fmt.Errorf("mask: plugin %q: %w", name, err))
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return p, nil
}

// Name returns the name of the Config.
func (p *Policy) Name() string { return p.config.Name }

// Config returns a copy of the Config, with the detectors named that it has by
// default: Compile makes the same policy of it.
func (p *Policy) Config() Config {
	c := p.config.clone()
	if c.Detect = p.detect.names(); c.Detect == nil {
		c.Detect = []string{} // none, where nil is the default
	}
	return c
}

// Hash returns the SHA-256, 64 lower-case hexadecimal digits, of the Config as
// encoding/json writes it when what does not change how it masks is taken out
// of it: Name, the Why of rules, the order of lists and what is in one twice.
// Detect is the set that it stands for, the default one by its names, and left
// out where that is empty; Keep and Plugins are the rules that they are short
// for, Glyph is left out where it is the default. Of the detectors given to
// Compile it has the names.
// It goes with the name into the tape (format.Header.MaskingHash), to tell
// later how a session was masked.
func (p *Policy) Hash() string {
	c := p.config.clone()
	c.Name = ""
	for _, tag := range c.Keep {
		c.Rules = append(c.Rules, Rule{Tag: tag, Action: Allow})
	}
	for _, name := range c.Plugins {
		c.Rules = append(c.Rules, Rule{Plugin: name, Action: Allow})
	}
	c.Keep, c.Plugins = nil, nil
	for i := range c.Rules {
		c.Rules[i].Why = ""
	}
	slices.SortFunc(c.Rules, compareRules)
	c.Rules = slices.Compact(c.Rules)
	if c.Glyph == "*" {
		c.Glyph = ""
	}
	c.Detect = p.detect.names()
	slices.Sort(c.Custom)
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // Compile has checked what can fail
	}
	return fmt.Sprintf("%x", sha256.Sum256(text))
}

// add compiles one rule.
func (p *Policy) add(i int, r Rule) error {
	kind, value := r.subject()
	if kind == "" {
		if value == "" {
			return errNoSubject
		}
		return errSubject
	}
	if !r.Action.valid() {
		return errAction
	}
	switch kind {
	case "select":
		return p.addSelector(i, r)
	case "input":
		return p.addInput(i, r)
	case "name":
		return p.addName(i, r)
	case "attr":
		if err := checkAttr(value, r.Action); err != nil {
			return err
		}
		return p.attrs.add(value, r.Action, i)
	case "param":
		if !isName(strings.TrimSuffix(value, "*")) {
			return errLost
		}
		return p.params.add(value, r.Action, i)
	case "tag":
		return p.tags.add(value, r.Action, i)
	}
	return p.plugins.add(value, r.Action, i)
}

func (p *Policy) addSelector(i int, r Rule) error {
	// A rule that silently matches nothing is a leak, so that what cannot be
	// honoured is an error.
	list, err := syntax.Parse(r.Select, nil)
	if err != nil {
		return errors.Unwrap(err)
	}
	p.traits.Join(&list.Traits)
	for _, c := range list.Selectors {
		s := selector{Matcher: c.Matcher, rule: i, own: ownOf(r.Action)}
		switch k := c.Key; k.Kind {
		case '.':
			s.simple = c.Text == "."+k.Name
			p.byClass[k.Name] = append(p.byClass[k.Name], s)
		case '#':
			s.simple = c.Text == "#"+k.Name
			p.byID[k.Name] = append(p.byID[k.Name], s)
		case '[':
			s.simple = c.Text == "["+k.Name+"]"
			p.byAttr[k.Name] = append(p.byAttr[k.Name], s)
		case 't':
			s.simple = c.Text == k.Name
			p.byTag[k.Name] = append(p.byTag[k.Name], s)
		default:
			p.others = append(p.others, s)
		}
	}
	return nil
}

// match returns what the rules and the element's own nature say about n, and
// appends the indexes of the rules that match to hits.
func (p *Policy) match(n *html.Node, hits []int) (own, []int) {
	nature := natureOf(n)
	o := ownMatched | nature
	try := func(list []selector) {
		for i := range list {
			s := &list[i]
			if s.simple || s.Match(n) {
				o |= s.own
				if !slices.Contains(hits, s.rule) {
					hits = append(hits, s.rule)
				}
			}
		}
	}
	for i := range p.controls {
		if c := &p.controls[i]; c.match(n, nature) {
			o |= c.own
			if !slices.Contains(hits, c.rule) {
				hits = append(hits, c.rule)
			}
		}
	}
	try(p.others)
	try(p.byTag[n.Data])
	for i := range n.Attr {
		a := &n.Attr[i]
		try(p.byAttr[a.Key])
		switch a.Key {
		case "class":
			for c := range strings.FieldsFuncSeq(a.Val, isSpace) {
				try(p.byClass[c])
			}
		case "id":
			try(p.byID[a.Val])
		}
	}
	return o, hits
}

// reads says whether a change of that attribute can change what match returns.
func (p *Policy) reads(attr string) bool { return p.traits.Reads[attr] || natureReads(attr) }

// base is the level of what no rule decides about.
func (p *Policy) base() level {
	if p.config.Text == TextMask {
		return levelMask
	}
	return levelClear
}

// isSpace says whether r is white space as HTML has it.
func isSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\f' }
