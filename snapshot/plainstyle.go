package snapshot

import (
	"slices"
	"strings"

	"github.com/pagetape/pagetape/internal/css"
)

// editPlain returns style with the edit made as setDeclarations makes it, if
// that is plain to see from the text: all of it is as setDeclarations writes
// it and needs no scanner, and the property has to do with no other that is
// there. So are most styles that scripts edit.
func editPlain(style string, e *StyleEdit) (string, bool) {
	name, value := e.Name, e.Value
	if e.Remove {
		value = ""
	} else if e.Priority != "" {
		return "", false
	}
	property := properties[name]
	if n := nameLen(name); n == 0 || n < len(name) || canonical(name) != name || property.isShort || valueLen(value) < len(value) {
		return "", false
	}
	from, to := -1, 0 // of the property's declaration, with its semicolon
	for i := 0; i < len(style); i++ {
		start := i
		i += nameLen(style[i:])
		key := canonical(style[start:i])
		if key == "" || !strings.HasPrefix(style[i:], ": ") {
			return "", false
		}
		i += len(": ")
		n := valueLen(style[i:])
		if i += n; n == 0 || i == len(style) || style[i] != ';' {
			return "", false
		}
		if i++; i < len(style) && (style[i] != ' ' || i+1 == len(style)) {
			return "", false
		}
		switch {
		case key == name:
			if from >= 0 || !strings.HasPrefix(style[start:], name) {
				return "", false
			}
			from, to = start, i
		case key == "all" || slices.Contains(property.short, key) || from >= 0 && opposed(key, name):
			return "", false
		}
	}
	switch {
	case value == "" && from < 0:
		return style, true
	case value == "" && from > 0:
		return style[:from-1] + style[to:], true
	case value == "":
		return strings.TrimPrefix(style[to:], " "), true
	case from >= 0:
		return style[:from+len(name)] + ": " + value + style[to-1:], true
	case style == "":
		return name + ": " + value + ";", true
	}
	return style + " " + name + ": " + value + ";", true
}

// opposed says whether one of two properties is physical and the other
// flow-relative, of one group.
func opposed(a, b string) bool {
	if a[0] != b[0] && !hasOwnName(a) && !hasOwnName(b) {
		return false
	}
	g, logical := mapping(a)
	if g == "" {
		return false
	}
	h, other := mapping(b)
	return g == h && logical != other
}

// hasOwnName says whether a flow-relative property can be named otherwise than
// the physical ones of its group.
func hasOwnName(key string) bool {
	return strings.HasPrefix(key, "inset") || strings.HasPrefix(key, "inline") || strings.HasPrefix(key, "block")
}

// nameLen returns the length of the name of a property that text begins with, 0
// if there is none that is as propertyName returns it.
func nameLen(text string) int {
	i, class := 0, uint8(inName)
	switch {
	case strings.HasPrefix(text, "--"):
		i, class = len("--"), inCustom
	case text != "" && text[0] == '-':
		i = 1
	}
	if class == inName && (i == len(text) || text[i] < 'a' || text[i] > 'z') {
		return 0
	}
	for i < len(text) && plain[text[i]]&class != 0 {
		i++
	}
	return i
}

// valueLen returns the length of the value of a property that text begins with,
// if it is of words, numbers, strings and functions with spaces, commas and
// slashes between them; else it can return less.
func valueLen(text string) int {
	depth, i := 0, 0
	for ; i < len(text) && plain[text[i]]&inValue != 0; i++ {
		if plain[text[i]]&special == 0 {
			continue
		}
		next := byte(0)
		if i+1 < len(text) {
			next = text[i+1]
		}
		switch text[i] {
		case '(':
			if i > 0 && text[i-1]|0x20 == 'l' && next != '"' { // perhaps url(
				return 0
			}
			depth++
		case ')':
			if depth--; depth < 0 {
				return 0
			}
		case '/':
			if next == '*' {
				return 0
			}
		case '"':
			n := strings.IndexByte(text[i+1:], '"')
			if n < 0 || strings.ContainsAny(text[i+1:i+1+n], "\\\n\r\f\x00") {
				return 0
			}
			i += 1 + n
		}
	}
	if depth > 0 || i > 0 && (text[0] == ' ' || text[i-1] == ' ') {
		return 0
	}
	return i
}

// What a byte can be in a style that is plain.
const (
	inName   = 1 << iota // part of a name after its first
	inCustom             // of the name of a custom property
	inValue
	special // is looked at in values
)

var plain = func() (t [256]uint8) {
	for c := range t {
		b := byte(c)
		if b == '-' || 'a' <= b && b <= 'z' || css.IsDigit(b) {
			t[c] |= inName
		}
		if b != 0 && css.IsNameByte(b) {
			t[c] |= inCustom | inValue
		}
		switch b {
		case ' ', '.', ',', '%', '#', '+':
			t[c] |= inValue
		case '(', ')', '/', '"':
			t[c] |= inValue | special
		}
	}
	return t
}()

// A property is what shorthands have to do with one.
type property struct {
	isShort bool
	short   []string // the shorthands that set it, but for all
}

// properties are the properties that are shorthands or set by one.
var properties = func() map[string]property {
	t := map[string]property{}
	for key, short := range shorthands {
		p := t[key]
		p.isShort = true
		t[key] = p
		for n := range short.all() {
			p := t[n]
			p.short = append(p.short, key)
			t[n] = p
		}
	}
	return t
}()
