package snapshot

import "github.com/pagetape/pagetape/internal/css"

// A scanner parses CSS (CSS Syntax 3 § 5): its tokens are those of package css.
type scanner struct{ css.Scanner }

func scan(text string) scanner { return scanner{css.Scanner{Text: text}} }

// lower returns s with its ASCII letters in lower case.
func lower(s string) string {
	for i := range len(s) {
		if 'A' <= s[i] && s[i] <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if 'A' <= b[i] && b[i] <= 'Z' {
					b[i] |= 0x20
				}
			}
			return string(b)
		}
	}
	return s
}
