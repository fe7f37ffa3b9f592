package css

import "strings"

// Hides says what the declarations of a style attribute hide an element by:
// "display: none", and "visibility: hidden" or "collapse". It looks at no more
// than these names, and takes a semicolon in a string for one.
func Hides(style string) (display, visibility bool) {
	var important [2]bool
	for d := range strings.SplitSeq(style, ";") {
		name, value, ok := strings.Cut(d, ":")
		if !ok {
			continue
		}
		name = strings.TrimSpace(name)
		i := 0
		switch {
		case same(name, "display"):
		case same(name, "visibility"):
			i = 1
		default:
			continue
		}
		value, priority, _ := strings.Cut(value, "!")
		now := same(strings.TrimSpace(priority), "important")
		if important[i] && !now {
			continue
		}
		important[i] = now
		if value = strings.TrimSpace(value); i == 0 {
			display = same(value, "none")
		} else {
			visibility = same(value, "hidden") || same(value, "collapse")
		}
	}
	return display, visibility
}

// same says whether s is an ASCII word, in any case.
func same(s, word string) bool { return len(s) == len(word) && strings.EqualFold(s, word) }
