package snapshot

import (
	"slices"
	"strings"

	"github.com/pagetape/pagetape/internal/css"
)

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
	c := scan(text)
	if c.Next() && c.Kind == css.At {
		return lower(css.Unescape(text[1:c.End]))
	}
	return ""
}

// headKind returns the kind of the rule in ctx that begins with text, and what
// its rules are in.
func headKind(text string, ctx context) (ruleKind, context) {
	if name := atName(text); name != "" {
		return atKind(name, ctx)
	}
	if ctx == inKeyframes {
		return kindKeyframe, inStyle
	}
	return kindStyle, inStyle
}

// open looks into the rule, which is in ctx.
func (r *rule) open(ctx context) *block {
	if r.block != nil {
		return r.block
	}
	b := &block{}
	r.block = b
	b.kind, b.inner = headKind(r.text, ctx)
	c := scan(r.text)
	head := 0
	for c.Next() && c.Kind != '{' {
		if c.Opens() {
			c.Skip()
		}
		if c.Kind != css.Space && c.Kind != css.Comment {
			head = c.End
		}
	}
	if c.Kind != '{' || c.End == len(r.text) { // a statement, or what only a damaged image has
		b.kind = kindOpaque
		return b
	}
	b.head = r.text[:head]
	if b.kind != kindOpaque {
		b.fill(r.text[c.End : len(r.text)-1])
	}
	return b
}

// fill takes what stands between the { and } of a rule. Declarations after a
// nested rule are a rule too, CSSNestedDeclarations, as they are in browsers
// since 2024 (Chrome 130); those before count their style rule's own.
func (b *block) fill(text string) {
	var run *declarations // the CSSNestedDeclarations that b.rules ends with
	c := scan(text)
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
	c := scan(css)
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
	c := scan(text)
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
	for c.Next() {
		switch {
		case c.Kind == css.Space, c.Kind == css.Comment,
			c.Kind == ';' && ctx != inSheet,
			ctx == inSheet && (c.Kind == css.CDO || c.Kind == css.CDC):
			continue
		case c.Kind == css.At:
			return c.atRule(ctx), true
		case c.Kind == css.Ident && ctx != inSheet:
			start := c.Start
			if it, ok := c.declaration(); ok {
				return it, true
			}
			c.Go(start)
			c.Next()
		}
		return c.qualified(ctx), true
	}
	return item{}, false
}

// atRule consumes an at-rule whose name has been read (CSS Syntax 3 § 5.5.2).
// One that is unknown counts as a rule: newer browsers may know it.
func (c *scanner) atRule(ctx context) item {
	start, head, good := c.Start, c.End, true
	name := lower(css.Unescape(c.Text[start+1 : c.End]))
	kind, _ := atKind(name, ctx)
	switch {
	case ctx == inKeyframes, name == "charset", // not in cssRules (CSSOM § 6.4)
		ctx != inSheet && (name == "import" || name == "namespace"):
		good = false
	}
	for c.Next() {
		switch c.Kind {
		case css.Space, css.Comment:
			continue
		case ';':
			good = good && (kind == kindOpaque || name == "layer")
			return c.rule(good, start, c.End)
		case '{':
			c.Skip()
			return c.rule(good && name != "import" && name != "namespace", start, c.End)
		case ')', ']', '}', '\\', css.BadString, css.BadURL:
			good = false
		case '(', '[', css.Function:
			c.Skip()
		}
		head = c.End
	}
	it := c.rule(good && (kind == kindOpaque || name == "layer"), start, head)
	it.text += ";"
	return it
}

// qualified consumes a qualified rule whose first token has been read (CSS
// Syntax 3 § 5.5.3). Selectors are looked at only as far as to tell that no
// browser would take them.
func (c *scanner) qualified(ctx context) item {
	start, good, n := c.Start, ctx != inPage, 0
	var last css.Kind
	for ok := true; ok; ok = c.Next() {
		t := c.Kind
		switch t {
		case css.Space, css.Comment:
			continue
		case '{':
			switch last {
			case 0, ',', '>', '+', '~', ':', '.':
				good = false
			}
			c.Skip()
			return c.rule(good, start, c.End)
		case ';':
			if ctx != inSheet {
				return item{}
			}
			good = false
		case '[', css.Function:
			c.Skip()
		case '>', '+', '~':
			good = good && (last != 0 || ctx == inStyle)
		case ',':
			good = good && last != 0 && last != ','
		case ':': // --x:hover {} is a bad custom property
			good = good && (n != 1 || !strings.HasPrefix(c.Text[start:], "--"))
		case css.Number:
			good = good && ctx == inKeyframes
		case css.Ident, css.Hash, '*', '.', '|', '&':
		case '(':
			c.Skip()
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
	return item{kind: itemRule, text: c.Cut(start, end)}
}
