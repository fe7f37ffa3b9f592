package echo

import (
	_ "embed"
	"strings"
	"sync"
)

// The words that everyone uses, one a line: of English, some of German, French
// and Spanish, of user interfaces; months, colours, currencies, countries,
// languages, big cities.
//
//go:embed vocabulary.txt
var vocabularyText string

// The most common words of English, which are no one's name even in a name.
//
//go:embed common.txt
var commonText string

var vocabulary, common = words(&vocabularyText), words(&commonText)

func words(text *string) func() map[string]struct{} {
	return sync.OnceValue(func() map[string]struct{} {
		m := map[string]struct{}{}
		for line := range strings.Lines(*text) {
			m[string(appendStream(nil, line, false))] = struct{}{}
		}
		return m
	})
}

// isCommon reports whether the stream of a word is one of the most common.
func isCommon(stream string) bool {
	_, ok := common()[stream]
	return ok
}

// longPhrase is the number of words from which a text is told by their order,
// as common as each of them may be.
const longPhrase = 8

// isVocabulary reports whether s is made of words that everyone uses, and of
// numbers of up to four digits, six in all.
func isVocabulary(s string) bool {
	n, digits := 0, 0
	for _, w := range wordsOf(s) {
		b := appendStream(nil, w, false)
		if n++; n >= longPhrase {
			return false
		}
		if allDigits(b) && len(b) <= 4 {
			if digits += len(b); digits > 6 {
				return false
			}
			continue
		}
		if _, ok := vocabulary()[string(b)]; !ok && !isCommon(string(b)) {
			return false
		}
	}
	return true
}
