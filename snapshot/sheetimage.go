package snapshot

// A SheetImage is a style sheet as plain data, exact to the place of each rule
// and declaration. The text of an edited sheet does not tell all of them:
// declarations that were inserted as a rule of their own would be read as part
// of the rule around them.
type SheetImage struct {
	Text string // where no edit has changed the sheet
	// Rules are those of an edited sheet, each before the rules in it; nil
	// says that Text is the sheet.
	Rules []RuleImage
}

// A RuleImage is one rule: Text where no edit has changed it, else Head,
// Declarations and how many rules are in it.
type RuleImage struct {
	Text         string
	Head         string // what stands before the {; "" is CSSNestedDeclarations
	Declarations []Declaration
	Rules        int // of the RuleImages that follow, those in them not counted
}

// A Declaration is one CSS property with its value as it was written.
type Declaration struct {
	Name, Value string
	Important   bool
}

func (s *Sheet) image() SheetImage {
	if !s.edited {
		return SheetImage{Text: s.text}
	}
	return SheetImage{Rules: appendRules(make([]RuleImage, 0, len(s.rules)), s.rules)}
}

func appendRules(dst []RuleImage, rules []rule) []RuleImage {
	for i := range rules {
		b := rules[i].block
		if b == nil || !b.dirty { // the block is what its text says
			dst = append(dst, RuleImage{Text: rules[i].text})
			continue
		}
		img := RuleImage{Head: b.head, Rules: len(b.rules)}
		for _, d := range b.style.list {
			if d.key != "" {
				img.Declarations = append(img.Declarations, Declaration{d.name, d.value, d.important})
			}
		}
		dst = appendRules(append(dst, img), b.rules)
	}
	return dst
}

// sheet returns the sheet that img is of. It is false where parts of a damaged
// image had to be left out.
func (img *SheetImage) sheet() (*Sheet, bool) {
	if img.Rules == nil {
		return NewSheet(img.Text), true
	}
	s := &Sheet{parsed: true, edited: true}
	r := ruleReader{left: img.Rules}
	for len(r.left) > 0 {
		s.rules = append(s.rules, r.rule(inSheet, 1))
	}
	return s, !r.bad
}

// A ruleReader takes rules from the front of a list.
type ruleReader struct {
	left []RuleImage
	bad  bool // something was left out
}

// rule takes the first rule and those in it. The place of the rule's list is
// depth numbers long.
func (r *ruleReader) rule(ctx context, depth int) rule {
	img := &r.left[0]
	r.left = r.left[1:]
	if img.Text != "" {
		r.bad = r.bad || img.Head != "" || len(img.Declarations) > 0 || img.Rules != 0
		return rule{text: img.Text}
	}
	b := &block{kind: kindNested, dirty: true, head: img.Head}
	if b.head != "" {
		b.kind, b.inner = headKind(b.head, ctx)
	}
	for _, d := range img.Declarations {
		if d.Name == "" || !b.kind.hasStyle() {
			r.bad = true
			break
		}
		b.style.add(declaration{name: d.Name, value: d.Value, important: d.Important})
	}
	if img.Rules != 0 && (!b.kind.hasRules() || depth > MaxRuleDepth || img.Rules < 0 || img.Rules > len(r.left)) {
		r.bad = true
		return rule{block: b}
	}
	for range img.Rules {
		if len(r.left) == 0 { // taken by the rules before
			r.bad = true
			break
		}
		b.rules = append(b.rules, r.rule(b.inner, depth+1))
	}
	return rule{block: b}
}
