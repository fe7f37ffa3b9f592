package mask

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// A Policy is a compiled Config. It is immutable and safe for concurrent use.
type Policy struct {
	config Config
	detect detector
	traits traits
	// Selectors by what an element must have for them to match. An element
	// has few classes and attributes, a policy has many rules.
	byClass, byID, byAttr, byTag map[string][]selector
	others                       []selector
}

// A selector is one selector of a rule's list.
type selector struct {
	cascadia.Sel
	rule   int // index in Config.Rules
	own    own
	simple bool // it asks for nothing beyond its bucket's key
}

// Compile checks a Config and makes a Policy of it. The error joins a
// *RuleError for every rule that could not be honoured to the letter: a policy
// is refused as a whole, for a rule left out is a leak. So it is for a detector
// that there is none of. Compile copies what it
// keeps of c.
func Compile(c Config) (*Policy, error) {
	c.Rules = slices.Clone(c.Rules)
	c.Keep = slices.Clone(c.Keep)
	c.Plugins = slices.Clone(c.Plugins)
	c.Detect = slices.Clone(c.Detect)
	p := &Policy{
		config:  c,
		byClass: make(map[string][]selector), byID: make(map[string][]selector),
		byAttr: make(map[string][]selector), byTag: make(map[string][]selector),
	}
	var errs []error
	if c.Text > TextMask || c.Labels > TextMask || c.Shape > ShapeLength {
		errs = append(errs, errMode)
	}
	var err error
	if p.detect, err = detectorSet(c.Detect); err != nil {
		errs = append(errs, err)
	}
	for i, r := range c.Rules {
		if err := p.add(i, r); err != nil {
			errs = append(errs, &RuleError{i, r, err})
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return p, nil
}

// Name returns the name of the Config.
func (p *Policy) Name() string { return p.config.Name }

// Hash returns the SHA-256, 64 lower-case hexadecimal digits, of the Config as
// encoding/json writes it when what does not change how it masks is taken out
// of it: Name, the Why of rules, the order of lists and what is in one twice.
// Detect is the set that it stands for, the default one by its names, and left
// out where that is empty.
// It goes with the name into the tape (format.Header.MaskingHash), to tell
// later how a session was masked.
func (p *Policy) Hash() string {
	c := p.config
	c.Name = ""
	c.Rules = slices.Clone(c.Rules)
	for i := range c.Rules {
		c.Rules[i].Why = ""
	}
	slices.SortFunc(c.Rules, func(a, b Rule) int {
		return cmp.Or(cmp.Compare(a.Select, b.Select), cmp.Compare(a.Action, b.Action))
	})
	c.Rules = slices.Compact(c.Rules)
	c.Keep = slices.Compact(slices.Sorted(slices.Values(c.Keep)))
	c.Plugins = slices.Compact(slices.Sorted(slices.Values(c.Plugins)))
	c.Detect = p.detect.names()
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // Compile has checked what can fail
	}
	return fmt.Sprintf("%x", sha256.Sum256(text))
}

func (p *Policy) add(i int, r Rule) error {
	if r.Action < Allow || r.Action > Block {
		return errAction
	}
	list, err := scanSelector(r.Select, &p.traits)
	if err != nil {
		return err
	}
	for _, c := range list {
		sel, err := cascadia.Parse(c.text)
		if err != nil {
			return errSyntax
		}
		s := selector{Sel: sel, rule: i, own: ownOf(r.Action)}
		switch k := c.key; k.kind {
		case '.':
			s.simple = c.text == "."+k.name
			p.byClass[k.name] = append(p.byClass[k.name], s)
		case '#':
			s.simple = c.text == "#"+k.name
			p.byID[k.name] = append(p.byID[k.name], s)
		case '[':
			s.simple = c.text == "["+k.name+"]"
			p.byAttr[k.name] = append(p.byAttr[k.name], s)
		case 't':
			s.simple = c.text == k.name
			p.byTag[k.name] = append(p.byTag[k.name], s)
		default:
			p.others = append(p.others, s)
		}
	}
	return nil
}

// match returns what the rules and the element's own nature say about n, and
// appends the indexes of the rules that match to hits.
func (p *Policy) match(n *html.Node, hits []int) (own, []int) {
	o := ownMatched | natureOf(n)
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
func (p *Policy) reads(attr string) bool { return p.traits.reads[attr] || natureReads(attr) }

// base is the level of what no rule decides about.
func (p *Policy) base() level {
	if p.config.Text == TextMask {
		return levelMask
	}
	return levelClear
}

// isSpace says whether r is white space as HTML has it.
func isSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\f' }
