package replay

import (
	"strings"
	"unicode/utf8"

	"github.com/pagetape/pagetape/snapshot"
)

// maxText is how many characters of what an element says are told.
const maxText = 200

// says returns what an element shows, or the value of a form control, on one
// line, cut after maxText characters.
func says(p *snapshot.Page, x element) string {
	s := p.TextOf(x.id, 4*maxText)
	if !isCollapsed(s) {
		s = collapse(s)
	}
	return cut(s, maxText)
}

// collapse returns s with white space collapsed.
func collapse(s string) string { return strings.Join(strings.Fields(s), " ") }

// isCollapsed says whether s is ASCII in which single spaces alone are white
// space, and not at the ends: most texts are.
func isCollapsed(s string) bool {
	after := byte(' ')
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf || isSpace(c) && (c != ' ' || after == ' ') || c == '\v' {
			return false
		}
		after = c
	}
	return after != ' ' || s == ""
}

// cut returns the first characters of s, and … if there are more.
func cut(s string, most int) string {
	if len(s) > most {
		n := 0
		for i := range s {
			if n++; n > most {
				s = s[:i] + "…"
				break
			}
		}
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
