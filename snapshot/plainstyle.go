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
	switch n := nameLen(name); {
	case n == 0, n < len(name), canonical(name) != name, shorthands[name] != nil, valueLen(value) < len(value):
		return "", false
	}
	short := shorthandsOf[name]
	group, logical := mapping(name)
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
		case key == "all" || slices.Contains(short, key):
			return "", false
		case from >= 0 && group != "":
			if g, l := mapping(key); g == group && l != logical {
				return "", false
			}
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

// nameLen returns the length of the name of a property that style begins
// with, 0 if there is none that is as propertyName returns it.
func nameLen(style string) int {
	i, custom := 0, strings.HasPrefix(style, "--")
	switch {
	case custom:
		i = len("--")
	case style != "" && style[0] == '-':
		i = 1
	}
	if !custom && (i == len(style) || !isLower(style[i])) {
		return 0
	}
	for i < len(style) && (isLower(style[i]) || style[i] == '-' || css.IsDigit(style[i]) || custom && css.IsNameByte(style[i])) {
		i++
	}
	return i
}

func isLower(b byte) bool { return 'a' <= b && b <= 'z' }

// valueLen returns the length of the value of a property that style begins
// with, if it is of words, numbers, strings and functions with spaces, commas
// and slashes between them; else it can return less.
func valueLen(style string) int {
	depth, i := 0, 0
	for ; i < len(style) && plainBytes[style[i]]; i++ {
		switch b := style[i]; b {
		case '(':
			if i > 0 && style[i-1]|0x20 == 'l' && at(style, i+1) != '"' { // perhaps url(
				return 0
			}
			depth++
		case ')':
			if depth--; depth < 0 {
				return 0
			}
		case '/':
			if at(style, i+1) == '*' {
				return 0
			}
		case '"':
			n := strings.IndexByte(style[i+1:], '"')
			if n < 0 || strings.ContainsAny(style[i+1:i+1+n], "\\\n\r\f\x00") {
				return 0
			}
			i += 1 + n
		}
	}
	if depth > 0 || i > 0 && (style[0] == ' ' || style[i-1] == ' ') {
		return 0
	}
	return i
}

// at returns the byte of s at i, 0 past its end.
func at(s string, i int) byte {
	if i < len(s) {
		return s[i]
	}
	return 0
}

// plainBytes are the bytes that valueLen knows.
var plainBytes = func() (t [256]bool) {
	for c := range t {
		t[c] = c != 0 && css.IsNameByte(byte(c)) || strings.IndexByte(" .,%#+/()\"", byte(c)) >= 0
	}
	return t
}()

// shorthandsOf are the shorthands that set a longhand, but for all.
var shorthandsOf = func() map[string][]string {
	t := map[string][]string{}
	for key, short := range shorthands {
		for n := range short.all() {
			t[n] = append(t[n], key)
		}
	}
	return t
}()
