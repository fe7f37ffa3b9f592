package snapshot

import (
	"maps"
	"slices"
	"strings"

	"github.com/pagetape/pagetape/internal/css"
)

// setDeclaration returns style, the text of a style attribute or rule, with
// one property set as CSSStyleDeclaration.setProperty does (CSSOM § 6.6.1).
func setDeclaration(style, name, value, priority string) string {
	return setDeclarations(style, []StyleEdit{{Name: name, Value: value, Priority: priority}})
}

// removeDeclaration returns style without one property
// (CSSStyleDeclaration.removeProperty).
func removeDeclaration(style, name string) string {
	return setDeclarations(style, []StyleEdit{{Name: name, Remove: true}})
}

// setDeclarations returns style with all edits made in order, as one edit: a
// recorder enumerates longhands, and a shorthand all of whose longhands are
// removed goes. Edits that setProperty ignores are ignored.
func setDeclarations(style string, edits []StyleEdit) string {
	l := inlineStyle{}
	l.set(style, edits)
	return l.text
}

// An inlineStyle is the text of a style attribute with what it was parsed to:
// one that is edited is edited again and again.
type inlineStyle struct {
	text   string
	parsed declarations
}

// set makes the edits in style, as setDeclarations does.
func (s *inlineStyle) set(style string, edits []StyleEdit) {
	if s.text != style {
		*s = inlineStyle{style, parseDeclarations(style)}
	} else if s.parsed.dropped > 0 {
		s.parsed.compact(nil)
	}
	l := &s.parsed
	for _, e := range edits {
		l.edit(e)
	}
	l.settle()
	if !l.changed {
		return
	}
	var b strings.Builder
	b.Grow(len(style) + 32)
	l.write(&b)
	s.text = b.String()
	l.gone, l.changed = nil, false
}

// parseDeclarations reads the text of a style attribute (CSS Style Attributes
// § 4). What is no declaration is left out.
func parseDeclarations(style string) declarations {
	l := declarations{list: make([]declaration, 0, min(strings.Count(style, ";")+2, 2*indexAt))}
	c := scan(style)
	for {
		it, ok := c.item(inStyle)
		if !ok {
			return l
		}
		if it.kind == itemDeclaration {
			l.add(it.decl)
		}
	}
}

// A declaration is one property with its value as it was written.
type declaration struct {
	name, value string
	important   bool
	key         string     // the name without a vendor's prefix; "" once dropped
	short       *shorthand // nil for a longhand
	prev        int        // with an index: the place before with that key, or -1
}

// declarations is a declaration block (CSSOM § 6.6). It keeps several
// declarations of one property, of which CSSOM keeps the last valid one: which
// that is only a browser knows. The first edit of the property leaves one.
//
// Dropped declarations stay in list until compact, so that places hold.
type declarations struct {
	list    []declaration
	dropped int
	index   map[string]int // the last place of each key, once the list is long
	short   []presence     // the shorthands that were ever in list
	gone    map[string]bool
	changed bool
}

// A presence is a shorthand by the name it has in the table.
type presence struct {
	key string
	*shorthand
}

// indexAt is the length from which on a declarations has an index: the time of
// many edits must not be the product of their number and the list's length.
const indexAt = 32

func (l *declarations) len() int { return len(l.list) - l.dropped }

func (l *declarations) clone() declarations {
	c := declarations{list: l.list, dropped: l.dropped}
	c.compact(nil)
	return c
}

func (l *declarations) write(b *strings.Builder) {
	sep := ""
	for i := range l.list {
		d := &l.list[i]
		if d.key == "" {
			continue
		}
		b.WriteString(sep)
		b.WriteString(d.name)
		b.WriteString(": ")
		b.WriteString(d.value)
		if d.important {
			b.WriteString(" !important")
		}
		b.WriteByte(';')
		sep = " "
	}
}

// last returns the last place of a key, -1 if it has none.
func (l *declarations) last(key string) int {
	if l.index != nil {
		if i, ok := l.index[key]; ok {
			return i
		}
		return -1
	}
	for i := len(l.list) - 1; i >= 0; i-- {
		if l.list[i].key == key {
			return i
		}
	}
	return -1
}

// add appends a declaration.
func (l *declarations) add(d declaration) {
	d.key = canonical(d.name)
	if d.short = shorthands[d.key]; d.short != nil && !slices.Contains(l.short, presence{d.key, d.short}) {
		l.short = append(l.short, presence{d.key, d.short})
	}
	if l.index == nil && len(l.list) >= indexAt {
		l.index = make(map[string]int, 2*len(l.list))
		for i := range l.list {
			l.enter(i)
		}
	}
	l.list = append(l.list, d)
	l.enter(len(l.list) - 1)
}

func (l *declarations) enter(i int) {
	if d := &l.list[i]; l.index != nil && d.key != "" {
		d.prev = l.last(d.key)
		l.index[d.key] = i
	}
}

// drop removes all declarations of a key.
func (l *declarations) drop(key string) {
	for i := l.last(key); i >= 0; i = l.last(key) {
		d := &l.list[i]
		switch {
		case l.index == nil:
		case d.prev >= 0:
			l.index[key] = d.prev
		default:
			delete(l.index, key)
		}
		*d = declaration{}
		l.dropped++
		l.changed = true
	}
}

// compact makes the list anew, of what f adds for each declaration.
func (l *declarations) compact(f func(declaration)) {
	if f == nil {
		f = l.add
	}
	old := l.list
	l.list, l.index, l.short = make([]declaration, 0, len(old)-l.dropped), nil, nil
	l.dropped = 0
	for _, d := range old {
		if d.key != "" {
			f(d)
		}
	}
}

// edit makes one edit, and says whether it was one that CSSOM does not ignore.
func (l *declarations) edit(e StyleEdit) bool {
	c := scan(e.Name)
	if !c.Next() || c.Kind != css.Ident || c.End < len(c.Text) || c.Unclosed {
		return false
	}
	name := propertyName(e.Name)
	if e.Remove || e.Value == "" {
		l.remove(canonical(name))
		return true
	}
	important := strings.EqualFold(e.Priority, "important")
	if !important && e.Priority != "" {
		return false
	}
	c = scan(e.Value)
	v := c.value(strings.HasPrefix(name, "--"))
	if v.bad || v.bang || v.mixed || v.ended {
		return false
	}
	l.set(declaration{name: name, value: c.Cut(v.start, v.end), important: important})
	return true
}

// set sets a property (CSSOM § 6.6.1, "set a CSS declaration"): in its place,
// unless a declaration after it would then win where the new one has to.
func (l *declarations) set(d declaration) {
	d.key = canonical(d.name)
	d.short = shorthands[d.key]
	delete(l.gone, d.key)
	if d.short != nil {
		for n := range d.short.all() {
			delete(l.gone, n)
		}
	}
	if !d.important && l.split(d.key, d.short, true) {
		d.important = true // else what could not be split would win
	}
	l.dropParts(d.key, d.short)
	at := l.last(d.key)
	if at >= 0 && l.wins(d.key, d.short, at) {
		l.drop(d.key)
		l.list[at] = d
		l.dropped--
		l.enter(at)
	} else {
		l.drop(d.key)
		l.add(d)
	}
	l.changed = true
}

// wins says whether no declaration after at sets what key sets: a shorthand or
// the other of a logical and a physical property (CSS Logical 1 § 4).
func (l *declarations) wins(key string, short *shorthand, at int) bool {
	for _, p := range l.short {
		if p.key != key && p.meets(key, short) && l.last(p.key) > at {
			return false
		}
	}
	group, logical := mapping(key)
	if group == "" {
		return true
	}
	return !slices.ContainsFunc(l.list[at+1:], func(d declaration) bool {
		g, other := mapping(d.key)
		return g == group && other != logical
	})
}

func (l *declarations) remove(key string) {
	short := shorthands[key]
	l.drop(key)
	l.dropParts(key, short)
	if !l.split(key, short, false) {
		return
	}
	if l.gone == nil {
		l.gone = make(map[string]bool)
	}
	if short == nil {
		l.gone[key] = true
		return
	}
	for n := range short.all() {
		l.gone[n] = true
	}
}

// dropParts drops what a shorthand is short for.
func (l *declarations) dropParts(key string, short *shorthand) {
	switch {
	case short == nil:
	case short.every:
		l.compact(func(d declaration) {
			if d.key == key || !short.has(d.key) {
				l.add(d)
			} else {
				l.changed = true
			}
		})
	default:
		for n := range short.all() {
			l.drop(n)
		}
		for _, p := range slices.Clone(l.short) {
			if p.key != key && short.includes(p.shorthand) {
				l.drop(p.key)
			}
		}
	}
}

// split replaces each shorthand that sets more than key by its longhands, key
// left out. It says whether there was one that it could not split.
func (l *declarations) split(key string, short *shorthand, importantOnly bool) (stays bool) {
	affected := func(d *declaration) bool {
		return d.short != nil && d.key != key && d.short.meets(key, short) &&
			(short == nil || !short.includes(d.short)) && (d.important || !importantOnly)
	}
	some := false
	for _, p := range l.short {
		if i := l.last(p.key); i >= 0 && affected(&l.list[i]) {
			some = some || !p.every
			stays = stays || p.every
		}
	}
	if !some {
		return stays
	}
	l.compact(func(d declaration) {
		if !affected(&d) || d.short.every {
			l.add(d)
			return
		}
		values, ok := d.longhands()
		if !ok {
			stays = true
			l.add(d)
			return
		}
		for n := range d.short.all() {
			if n != key && (short == nil || !short.has(n)) {
				l.add(declaration{name: n, value: values[0], important: d.important})
			}
			values = values[1:]
		}
		l.changed = true
	})
	return stays
}

// settle ends a run of edits: a shorthand that could not be split goes if none
// of its longhands is left, else what was removed is reverted after it. In a
// style attribute revert-layer is as if there were no declaration (CSS Cascade
// 5 § 7.3.5); in a rule it is the nearest that all browsers have.
func (l *declarations) settle() {
	if l.dropped > len(l.list)/2+indexAt {
		l.compact(nil)
	}
	if len(l.gone) == 0 {
		return
	}
	for _, p := range slices.Clone(l.short) {
		i := l.last(p.key)
		if i < 0 || p.every || slices.ContainsFunc(p.names, func(n string) bool { return !l.gone[n] && !l.overridden(n, i) }) {
			continue
		}
		l.drop(p.key)
		for n := range p.all() {
			if j := l.last(n); j >= 0 && l.list[j].value == "revert-layer" && l.above(n) < 0 {
				l.drop(n)
			}
		}
	}
	for _, n := range slices.Sorted(maps.Keys(l.gone)) {
		if i := l.above(n); i >= 0 {
			l.add(declaration{name: n, value: "revert-layer", important: l.list[i].important})
			l.changed = true
		}
	}
	l.gone = nil
}

// above returns the place of a shorthand that sets the longhand n, or -1.
func (l *declarations) above(n string) int {
	at := -1
	for _, p := range l.short {
		if p.has(n) {
			if i := l.last(p.key); i >= 0 && (at < 0 || l.list[i].important) {
				at = i
			}
		}
	}
	return at
}

// overridden says whether the longhand n is set after place at, too.
func (l *declarations) overridden(n string, at int) bool {
	over := func(i int) bool { return i > at && (l.list[i].important || !l.list[at].important) }
	return over(l.last(n)) || slices.ContainsFunc(l.short, func(p presence) bool { return p.has(n) && over(l.last(p.key)) })
}

// declaration consumes a declaration whose name has been read (CSS Syntax 3
// § 5.5.6), unless it is the beginning of a rule.
func (c *scanner) declaration() (item, bool) {
	raw := c.Text[c.Start:c.End]
	for c.Next() && (c.Kind == css.Space || c.Kind == css.Comment) {
	}
	if c.Kind != ':' {
		return item{}, false
	}
	v := c.value(strings.HasPrefix(raw, "--"))
	if v.mixed {
		return item{}, false
	}
	if v.bad {
		return item{}, true
	}
	d := declaration{name: propertyName(raw), value: c.Cut(v.start, v.end), important: v.bang}
	return item{kind: itemDeclaration, decl: d}, true
}

// A span is where a declaration's value is, and what is wrong with it.
type span struct {
	start, end int
	bang       bool // !important follows
	bad        bool // no property takes it
	mixed      bool // there is a {} and more: not a declaration but a rule
	ended      bool // by a ;
}

// value consumes a declaration's value. Only a custom property's may have a {}
// with something beside it.
func (c *scanner) value(custom bool) span {
	v, some, important := span{start: c.End, end: c.End}, false, false
	for c.Next() {
		start := c.Start
		switch c.Kind {
		case css.Space, css.Comment:
			continue
		case ';':
			v.ended = true
		case '!':
			v.bad = v.bad || v.bang
			v.bang = true
			continue
		case '}', ')', ']', '\\', css.BadString, css.BadURL:
			v.bad = true
		case '{':
			if v.mixed = !custom && some; v.mixed {
				return v
			}
			v.bad = v.bad || !custom
			c.Skip()
			for more := !custom; more && c.Next() && c.Kind != ';'; {
				if c.Kind != css.Space && c.Kind != css.Comment {
					v.mixed = true
					return v
				}
			}
			v.ended = !custom && c.Kind == ';'
		case '(', '[', css.Function:
			c.Skip()
		}
		if v.ended {
			break
		}
		if v.bang {
			v.bad = v.bad || important || c.Kind != css.Ident || !strings.EqualFold(c.Text[c.Start:c.End], "important")
			important = true
			continue
		}
		if !some {
			v.start, some = start, true
		}
		v.end = c.End
	}
	if !some {
		v.end = v.start
	}
	v.bad = v.bad || v.bang && !important || !some && !custom
	return v
}
