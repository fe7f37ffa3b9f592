package echo

import "unicode/utf8"

// Word appends the places where value stands in text as a word, or as a run of
// words: folded as a Set folds it, and not beside a letter or digit. It is for
// values that are too short to be registered, or not complete yet; what text
// decodes to is not searched.
func Word(dst []Span, text, value string) []Span {
	var array [64]byte
	want := appendStream(array[:0], value, false)
	if len(want) == 0 {
		return dst
	}
	previous := class(0) // of the rune before i
	for i := 0; i < len(text); {
		c, size := text[i], 1
		cl := classes[c]
		begins := alnumFold[c] == want[0]
		if c >= utf8.RuneSelf {
			var r rune
			r, size = utf8.DecodeRuneInString(text[i:])
			p := foldRune(r)
			cl, begins = p.class, p.alnum != "" && p.alnum[0] == want[0]
		}
		if begins && (previous&alnum == 0 || (previous|cl)&wide != 0) {
			if to := matchWord(text, i, want); to > 0 {
				dst = append(dst, Span{From: i, To: to, Form: FormWord})
				i, previous = to, 0
				continue
			}
		}
		if cl&skip == 0 {
			previous = cl
		}
		i += size
	}
	return dst
}

// matchWord returns where the stream want, which begins at text[i:], ends in
// text, or 0 if it is not there or goes on.
func matchWord(text string, i int, want []byte) int {
	var g gap
	last := class(0)
	for len(want) > 0 {
		if i == len(text) {
			return 0
		}
		c, size := text[i], 1
		cl := classes[c]
		stream := ""
		if c >= utf8.RuneSelf {
			var r rune
			r, size = utf8.DecodeRuneInString(text[i:])
			p := foldRune(r)
			cl, stream = p.class, p.alnum
		}
		i += size
		switch c = alnumFold[c]; {
		case cl&alnum == 0:
			if g.pass(cl); g.runes > maxGap {
				return 0
			}
			continue
		case c != 0:
			if c != want[0] {
				return 0
			}
			want = want[1:]
		default:
			if len(want) < len(stream) || string(want[:len(stream)]) != stream {
				return 0
			}
			want = want[len(stream):]
		}
		g.close(true)
		last = cl
	}
	for i < len(text) && text[i] >= utf8.RuneSelf { // the marks of its last letter
		r, size := utf8.DecodeRuneInString(text[i:])
		if foldRune(r).class&skip == 0 {
			break
		}
		i += size
	}
	if last&wide == 0 && new(finder).after(text, i)&alnum != 0 {
		return 0
	}
	return i
}
