package mask

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// email finds an e-mail address around an at sign of w bytes at i, "@" or
// "%40": an addr-spec of RFC 5322 with a dot-atom of the characters that
// mailboxes have, and a domain name of two labels or more that ends in letters
// or in punycode. Letters beyond ASCII (RFC 6531) are those of alphabets up to
// U+07FF: scripts that write no spaces would make an address of the sentence.
//
// Names of files have the form too: a top-level domain that is none, but ends
// the names of files, is refused, and so is a version. So is git's user in an address of a
// repository.
func (f *finder) email(i, w int) find {
	s := f.s
	to, top := f.domain(i + w)
	if to == 0 || f.release(i+w) || isFileType(s[top:to]) {
		return find{}
	}
	from := i
	for from > f.floor {
		c := s[from-1]
		switch {
		case isAlnum(c), c == '.', c == '_', c == '+', c == '-':
		case c == '%' && !strings.HasPrefix(s[from-1:], "%40"):
		case c == '\'' && from-1 > f.floor && isAlpha(s[from-2]) && from < i && isAlpha(s[from]): // O'Neil
		case c >= 0x80 && c < 0xC0 && from-1 > f.floor:
			if r, n := utf8.DecodeRuneInString(s[from-2:]); n == 2 && unicode.IsLetter(r) {
				from -= 2
				continue
			}
			goto found
		default:
			goto found
		}
		from--
	}
found:
	for from < i && (s[from] == '.' || s[from] == '-' || s[from] == '+' || s[from] == '%') {
		from++
	}
	if from == i || s[from:i] == "git" && f.at(to) == ':' {
		return find{}
	}
	return find{from, to}
}

// domain returns the end of the domain name that begins at i, and where its
// last label does; 0 if there is none.
func (f *finder) domain(i int) (end, top int) {
	s := f.s
	for first := true; ; first = false {
		from, letters, all := i, 0, 0 // all: the end of the letters that the label begins with
		for i < len(s) {
			c, n := s[i], 1
			switch {
			case isAlpha(c):
				letters++
			case c >= 0xC3 && c < 0xE0:
				var r rune
				if r, n = utf8.DecodeRuneInString(s[i:]); n != 2 || !unicode.IsLetter(r) {
					n = 0
				}
				letters++
			case (isDigit(c) || c == '-') && (c != '-' || i > from):
				if all == 0 {
					all = i
				}
			default:
				n = 0
			}
			if n == 0 {
				break
			}
			i += n
		}
		if i == from {
			return end, top
		}
		if all == 0 {
			all = i
		}
		switch {
		case first:
		case i-from > 5 && strings.EqualFold(s[from:from+4], "xn--"):
			end, top = i, from
		case letters >= 2 && all-from >= 2 && (all == i || s[all] == '-'):
			end, top = all, from
		}
		if i >= len(s) || s[i] != '.' {
			return end, top
		}
		i++
	}
}

// release says whether what is at i begins as a version does: v0.1, 2.3.
func (f *finder) release(i int) bool {
	if f.at(i) == 'v' {
		i++
	}
	from := i
	for i-from < 4 && isDigit(f.at(i)) {
		i++
	}
	return i > from && f.at(i) == '.' && isDigit(f.at(i+1))
}

// isFileType says whether v ends the names of files, and is no top-level domain.
func isFileType(v string) bool {
	switch strings.ToLower(v) {
	case "png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "bmp", "tif", "tiff", "css", "scss", "less", "sass",
		"js", "mjs", "cjs", "jsx", "ts", "tsx", "vue", "json", "map", "html", "htm", "php", "asp", "aspx", "jsp", "xml",
		"txt", "csv", "pdf", "doc", "docx", "xls", "xlsx", "woff", "ttf", "otf", "eot", "webm", "yaml", "yml", "lock",
		"exe", "dll", "tar", "gz", "tgz":
		return true
	}
	return false
}
