package snapshot

import (
	"slices"
	"strings"
)

// A declaration is one property of a block with its value.
type declaration struct {
	name, value string
	important   bool
}

// declarations are a declaration block (CSSOM § 6.6), in order.
type declarations struct {
	list    []declaration
	changed bool // since the owner last looked
	// partly are the longhands that were removed from a shorthand that is not
	// taken apart, by the shorthand's name, until settle.
	partly map[string][]string
}

func (d *declarations) len() int { return len(d.list) }

func (d *declarations) clone() declarations { return declarations{list: slices.Clone(d.list)} }

func (d *declarations) index(name string) int {
	return slices.IndexFunc(d.list, func(x declaration) bool { return x.name == name })
}

// add appends a declaration that the text has. Of two of one name the last
// counts, unless only the first is important.
func (d *declarations) add(x declaration) {
	if i := d.index(x.name); i >= 0 {
		if d.list[i].important && !x.important {
			return
		}
		d.list = slices.Delete(d.list, i, i+1)
	}
	d.list = append(d.list, x)
}

// write writes the block as CSSOM § 6.6.4 does, but for values, which stay as
// they were written.
func (d *declarations) write(b *strings.Builder) {
	for i, x := range d.list {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(x.name)
		b.WriteString(": ")
		b.WriteString(x.value)
		if x.important {
			b.WriteString(" !important")
		}
		b.WriteByte(';')
	}
}

// parseDeclarations reads the text of a style attribute (CSS Style Attributes
// § 4). What is no declaration is left out.
func parseDeclarations(style string) declarations {
	var d declarations
	c := scanner{s: style}
	for c.next() {
		switch c.tok {
		case tokSpace, tokComment, ';':
			continue
		case tokIdent:
			start := c.start
			if it, ok := c.declaration(); ok {
				d.add(it.decl)
				continue
			}
			c.stack, c.end = c.stack[:0], start
			c.next()
		}
		for ok := true; ok && c.tok != ';'; ok = c.next() {
			if c.opens() {
				c.skip()
			}
		}
	}
	return d
}

// setDeclarations applies the edits to the text of a style attribute.
func setDeclarations(style string, edits []StyleEdit) string {
	d := parseDeclarations(style)
	for _, e := range edits {
		d.edit(e)
	}
	d.settle()
	var b strings.Builder
	d.write(&b)
	return b.String()
}

// edit does what setProperty or removeProperty does (CSSOM § 6.6.1). It
// reports false, and does nothing, for what is no declaration.
func (d *declarations) edit(e StyleEdit) bool {
	name := e.Name
	if !strings.HasPrefix(name, "--") {
		name = lower(name)
	}
	if e.Remove || strings.TrimSpace(e.Value) == "" {
		d.remove(name)
		return true
	}
	x, ok := parseDeclaration(name, e.Value)
	if !ok || e.Priority != "" && lower(e.Priority) != "important" {
		return false
	}
	x.important = e.Priority != ""
	for _, long := range shorthands[name] {
		if i := d.index(long); i >= 0 {
			d.list = slices.Delete(d.list, i, i+1)
		}
	}
	d.changed = true
	if i := d.index(name); i >= 0 {
		// It stays in its place, unless a shorthand behind it would hide it.
		if !slices.ContainsFunc(d.list[i+1:], func(s declaration) bool { return slices.Contains(shorthands[s.name], name) }) {
			d.list[i] = x
			return true
		}
		d.list = slices.Delete(d.list, i, i+1)
	}
	d.list = append(d.list, x)
	return true
}

// parseDeclaration returns the declaration of that name and value, if a value
// is all that the text is.
func parseDeclaration(name, value string) (declaration, bool) {
	c := scanner{s: name + ":" + value}
	if !c.next() || c.tok != tokIdent || c.end != len(name) {
		return declaration{}, false
	}
	it, ok := c.declaration()
	return it.decl, ok && !it.decl.important && c.end == len(c.s) && c.tok != ';'
}

func (d *declarations) remove(name string) {
	drop := func(name string) {
		if i := d.index(name); i >= 0 {
			d.list = slices.Delete(d.list, i, i+1)
			d.changed = true
		}
	}
	drop(name)
	for _, long := range shorthands[name] {
		drop(long)
	}
	for i := 0; i < len(d.list); i++ {
		s := d.list[i]
		longs := shorthands[s.name]
		if !slices.Contains(longs, name) {
			continue
		}
		d.changed = true
		if parts := split(s, longs); parts != nil {
			parts = slices.DeleteFunc(parts, func(p declaration) bool { return p.name == name || d.index(p.name) > i })
			d.list = slices.Replace(d.list, i, i+1, parts...)
			i += len(parts) - 1
			continue
		}
		if d.partly == nil {
			d.partly = make(map[string][]string)
		}
		d.partly[s.name] = append(d.partly[s.name], name)
	}
}

// settle ends a run of edits. A shorthand of which all longhands were removed
// goes; of one that some were removed from, those are given back to the
// cascade: in a style attribute revert-layer means just that.
func (d *declarations) settle() {
	if len(d.partly) == 0 {
		return
	}
	for i := 0; i < len(d.list); i++ {
		s := d.list[i]
		gone := d.partly[s.name]
		if len(gone) == 0 {
			continue
		}
		delete(d.partly, s.name)
		left := slices.ContainsFunc(shorthands[s.name], func(long string) bool {
			return !slices.Contains(gone, long) && d.index(long) < 0
		})
		if !left {
			d.list = slices.Delete(d.list, i, i+1)
			i--
			continue
		}
		for _, long := range gone {
			if d.index(long) < 0 {
				d.list = append(d.list, declaration{long, "revert-layer", s.important})
			}
		}
	}
	d.partly = nil
}

// split returns the longhands of a shorthand whose value is one to as many
// values as it has longhands, in the order of the box's sides; nil where the
// value is of another form.
func split(s declaration, longs []string) []declaration {
	if len(longs) != 4 && len(longs) != 2 || strings.Contains(s.name, "radius") || strings.Contains(s.value, "var(") {
		return nil
	}
	if !boxes[s.name] {
		return nil
	}
	var values []string
	c := scanner{s: s.value}
	for c.next() {
		switch {
		case c.tok == tokSpace, c.tok == tokComment:
			continue
		case c.tok == '/', c.tok == ',':
			return nil
		}
		start := c.start
		if c.opens() {
			c.skip()
		}
		values = append(values, c.s[start:c.end])
	}
	if len(values) == 0 || len(values) > len(longs) {
		return nil
	}
	parts := make([]declaration, len(longs))
	for i, long := range longs {
		v := values[0]
		switch {
		case i < len(values):
			v = values[i]
		case i == 2: // bottom as top
		case i == 3 && len(values) > 1: // left as right
			v = values[1]
		}
		parts[i] = declaration{long, v, s.important}
	}
	return parts
}

func sides(before, after string) []string {
	return []string{before + "top" + after, before + "right" + after, before + "bottom" + after, before + "left" + after}
}

// boxes are the shorthands with one value a side or axis.
var boxes = map[string]bool{
	"margin": true, "padding": true, "inset": true, "border-width": true, "border-style": true,
	"border-color": true, "scroll-margin": true, "scroll-padding": true, "overflow": true, "gap": true,
	"margin-inline": true, "margin-block": true, "padding-inline": true, "padding-block": true,
	"inset-inline": true, "inset-block": true, "overscroll-behavior": true,
}

// shorthands are the longhands of each shorthand, sides in the order of its
// values (CSS Cascade § 3.1 and the specifications of the properties).
var shorthands = map[string][]string{
	"margin":         sides("margin-", ""),
	"padding":        sides("padding-", ""),
	"inset":          sides("", ""),
	"border-width":   sides("border-", "-width"),
	"border-style":   sides("border-", "-style"),
	"border-color":   sides("border-", "-color"),
	"scroll-margin":  sides("scroll-margin-", ""),
	"scroll-padding": sides("scroll-padding-", ""),
	"border-top":     {"border-top-width", "border-top-style", "border-top-color"},
	"border-right":   {"border-right-width", "border-right-style", "border-right-color"},
	"border-bottom":  {"border-bottom-width", "border-bottom-style", "border-bottom-color"},
	"border-left":    {"border-left-width", "border-left-style", "border-left-color"},
	"border": slices.Concat(sides("border-", "-width"), sides("border-", "-style"), sides("border-", "-color"),
		[]string{"border-image-source", "border-image-slice", "border-image-width", "border-image-outset", "border-image-repeat"}),
	"border-image":        {"border-image-source", "border-image-slice", "border-image-width", "border-image-outset", "border-image-repeat"},
	"border-radius":       {"border-top-left-radius", "border-top-right-radius", "border-bottom-right-radius", "border-bottom-left-radius"},
	"outline":             {"outline-color", "outline-style", "outline-width"},
	"overflow":            {"overflow-x", "overflow-y"},
	"overscroll-behavior": {"overscroll-behavior-x", "overscroll-behavior-y"},
	"gap":                 {"row-gap", "column-gap"},
	"margin-inline":       {"margin-inline-start", "margin-inline-end"},
	"margin-block":        {"margin-block-start", "margin-block-end"},
	"padding-inline":      {"padding-inline-start", "padding-inline-end"},
	"padding-block":       {"padding-block-start", "padding-block-end"},
	"inset-inline":        {"inset-inline-start", "inset-inline-end"},
	"inset-block":         {"inset-block-start", "inset-block-end"},
	"flex":                {"flex-grow", "flex-shrink", "flex-basis"},
	"flex-flow":           {"flex-direction", "flex-wrap"},
	"place-content":       {"align-content", "justify-content"},
	"place-items":         {"align-items", "justify-items"},
	"place-self":          {"align-self", "justify-self"},
	"columns":             {"column-width", "column-count"},
	"column-rule":         {"column-rule-width", "column-rule-style", "column-rule-color"},
	"list-style":          {"list-style-position", "list-style-image", "list-style-type"},
	"text-decoration":     {"text-decoration-line", "text-decoration-thickness", "text-decoration-style", "text-decoration-color"},
	"background": {"background-image", "background-position-x", "background-position-y", "background-size",
		"background-repeat", "background-attachment", "background-origin", "background-clip", "background-color"},
	"background-position": {"background-position-x", "background-position-y"},
	"font": {"font-style", "font-variant-ligatures", "font-variant-caps", "font-variant-numeric", "font-variant-east-asian",
		"font-variant-alternates", "font-variant-position", "font-variant-emoji", "font-size-adjust", "font-kerning",
		"font-optical-sizing", "font-feature-settings", "font-variation-settings", "font-weight", "font-stretch",
		"font-size", "line-height", "font-family"},
	"transition": {"transition-behavior", "transition-duration", "transition-timing-function", "transition-delay", "transition-property"},
	"animation": {"animation-duration", "animation-timing-function", "animation-delay", "animation-iteration-count",
		"animation-direction", "animation-fill-mode", "animation-play-state", "animation-name",
		"animation-timeline", "animation-range-start", "animation-range-end"},
	"grid-area":     {"grid-row-start", "grid-column-start", "grid-row-end", "grid-column-end"},
	"grid-row":      {"grid-row-start", "grid-row-end"},
	"grid-column":   {"grid-column-start", "grid-column-end"},
	"grid-template": {"grid-template-rows", "grid-template-columns", "grid-template-areas"},
	"grid": {"grid-template-rows", "grid-template-columns", "grid-template-areas", "grid-auto-rows",
		"grid-auto-columns", "grid-auto-flow"},
}
