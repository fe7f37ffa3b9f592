package snapshot

import (
	"strings"

	"github.com/pagetape/pagetape/internal/css"
)

// A cssFilter copies style sheets and declarations token by token and leaves
// out what would load something or run code. What it writes means the same
// whether an HTML parser reads it as raw text or as markup: a style element is
// raw text in HTML, but not in SVG, in a select or where a parser moved it. So
// "<" is never followed by what could begin a tag, and "&" by what could
// begin a character reference.
type cssFilter struct {
	url  func(url string) (string, bool)
	dst  []byte
	open []cssBlock
	last css.Kind // of the token before
}

// A cssBlock is a block or function that is open.
type cssBlock struct {
	end byte // its closing bracket
	set bool // strings in it are URLs: it is in an image-set()
}

// appendCSS appends text, a style sheet or a list of declarations, to dst. It
// closes what text leaves open, so that declarations can follow.
func (r *renderer) appendCSS(dst []byte, text string) []byte {
	f := &r.filter
	f.dst, f.open, f.last = dst, f.open[:0], css.Space
	f.copy(text)
	for i := len(f.open) - 1; i >= 0; i-- {
		f.dst = append(f.dst, f.open[i].end)
	}
	dst, f.dst = f.dst, nil
	return dst
}

func (f *cssFilter) copy(s string) {
	namespace := false // in an @namespace rule, whose URL is a mere name
	for i := 0; i < len(s); {
		kind, end := css.Lex(s, i)
		tok := s[i:end]
		switch kind {
		case css.Space:
			f.raw(tok)
		case css.Comment, css.CDO, css.CDC:
			f.gap()
		case css.String, css.BadString:
			if f.inSet() {
				f.writeURL(css.Unescape(css.Quoted(tok)))
			} else {
				f.string(tok)
			}
		case css.Ident:
			switch cssWordOf(tok) {
			case wordBehavior:
				if j := skipGaps(s, end); j < len(s) && s[j] == ':' && (i == 0 || s[i-1] != '.') {
					end = skipStatement(s, j)
					f.gap()
				} else {
					f.raw(tok)
				}
			case wordDefined:
				// Nothing defines custom elements in a rendered page, and pages hide
				// :not(:defined); the list has the specificity that :defined has.
				if i > 0 && s[i-1] == ':' {
					f.dst = append(f.dst, "is(*,._)"...)
				} else {
					f.raw(tok)
				}
			case wordLink:
				// A link whose address was dropped is one still. The list has the
				// specificity that the pseudo-class has.
				if i > 0 && s[i-1] == ':' && (i == 1 || s[i-2] != ':') {
					f.dst = append(f.dst, "is(:any-link,[data-pagetape-href])"...)
				} else {
					f.raw(tok)
				}
			default:
				f.raw(tok)
			}
		case css.Function:
			end = f.function(s, i, end, namespace && len(f.open) == 0)
		case css.URL:
			v := css.Unescape(css.Address(tok))
			if namespace && len(f.open) == 0 {
				f.quote(v)
			} else {
				f.writeURL(v)
			}
		case css.BadURL:
			f.writeURL("")
		case css.At:
			// See function for why the name may end at what is not ASCII.
			name, _, _ := strings.Cut(tok[1:], "\x00")
			if t := strings.IndexFunc(name, func(c rune) bool { return c >= 0x80 }); t >= 0 {
				name = name[:t]
			}
			switch cssWordOf(name) {
			case wordImport:
				end = skipStatement(s, end)
				f.gap()
			case wordNamespace:
				namespace = len(f.open) == 0
				f.raw(tok)
			default:
				f.name(tok, s[end:])
			}
		case css.Hash, css.Number:
			f.name(tok, s[end:])
		default:
			if tok == ";" || tok == "{" {
				namespace = false
			}
			f.delim(tok[0], s[end:])
		}
		f.last, i = kind, end
	}
}

// function writes the function whose name and bracket are s[i:end] and returns
// where to go on.
func (f *cssFilter) function(s string, i, end int, namespace bool) int {
	name := s[i : end-1]
	switch word := cssWordOf(name); {
	case word == wordURL:
		j := skipGaps(s, end)
		v := ""
		if j < len(s) {
			if kind, e := css.Lex(s, j); kind == css.String || kind == css.BadString {
				v, j = css.Unescape(css.Quoted(s[j:e])), e
			}
		}
		if namespace {
			f.quote(v)
		} else {
			f.writeURL(v)
		}
		return skipBlock(s, j) // URL modifiers go
	case word == wordLoad:
		f.writeURL("")
		return skipBlock(s, end)
	case word == wordExpression:
		f.gap()
		return skipBlock(s, end)
	case word == wordImageSet:
		f.raw(s[i:end])
		f.open = append(f.open, cssBlock{')', true})
		return end
	case f.inSet() && word != wordInert:
		// var(), attr() and whatever comes to be could bring a URL as a string.
		f.writeURL("")
		return skipBlock(s, end)
	}
	// CSS Syntax once took every character from U+0080 for one of a name, its
	// newer drafts do not: what follows such a character must not be a name
	// with a meaning of its own.
	if t := strings.LastIndexFunc(name, func(c rune) bool { return c >= 0x80 || c == 0 }); t >= 0 {
		for t++; t < len(name) && name[t]&0xC0 == 0x80; t++ {
		}
		if cssWordOf(name[t:]) != wordNone {
			f.raw(name[:t])
			f.dst = append(f.dst, '-')
			i += t
		}
	}
	f.raw(s[i:end])
	f.open = append(f.open, cssBlock{')', false})
	return end
}

// name writes a token that ends in a name; rest is what follows. A name that
// is not plain is kept off a bracket, see function; so is that of a hash, which
// is no function but would look like one.
func (f *cssFilter) name(tok, rest string) {
	f.raw(tok)
	if rest != "" && rest[0] == '(' {
		if tok[0] == '#' {
			f.dst = append(f.dst, "/**/"...)
			return
		}
		for i := range len(tok) {
			if tok[i] >= 0x80 || tok[i] == 0 {
				f.dst = append(f.dst, "/**/"...)
				return
			}
		}
	}
}

func (f *cssFilter) delim(c byte, rest string) {
	switch c {
	case '(', '[', '{':
		end := c + 2
		if c == '(' {
			end = ')'
		}
		f.open = append(f.open, cssBlock{end, f.inSet()})
	case ')', ']', '}':
		if n := len(f.open); n > 0 && f.open[n-1].end == c {
			f.open = f.open[:n-1]
		}
	case '\\': // before a newline, which is an error
		c = ' '
	case '<':
		// As in the range syntax of media queries; no tag begins with these.
		if rest == "" || !strings.ContainsRune("= \t\n0123456789", rune(rest[0])) {
			f.dst = append(f.dst, '<', ' ')
			return
		}
	case '&':
		// The nesting selector; a comment parts it from what would make it a
		// character reference and, unlike a space, is no combinator.
		if rest != "" && (rest[0] == '#' || css.IsNameStart(rest[0]) || css.IsDigit(rest[0])) {
			f.dst = append(f.dst, "&/**/"...)
			return
		}
	}
	f.dst = append(f.dst, c)
}

func (f *cssFilter) inSet() bool { return len(f.open) > 0 && f.open[len(f.open)-1].set }

// gap writes what parts two tokens and means nothing, unless the one before
// stands off anyway. That the last byte is a space would not do to tell: an
// escape takes the space behind it in.
func (f *cssFilter) gap() {
	switch f.last {
	case css.Space, css.Comment, css.CDO, css.CDC:
		return
	}
	f.dst = append(f.dst, "/**/"...)
}

// writeURL writes what is to stand for a URL.
func (f *cssFilter) writeURL(u string) {
	u, ok := f.url(u)
	if !ok {
		u = "" // an invalid URL (CSS Values 4, "empty URLs"), which loads nothing
	}
	f.dst = append(f.dst, "url("...)
	f.quote(u)
	f.dst = append(f.dst, ')')
}

// quote writes v as a string.
func (f *cssFilter) quote(v string) { f.dst = appendCSSString(f.dst, v) }

func appendCSSString(dst []byte, v string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(v); {
		sub, n := "", 1
		switch c := v[i]; {
		case c == '"':
			sub = `\"`
		case c == '\\':
			sub = `\\`
		case c == '<':
			sub = `\3c `
		case c == '&':
			sub = `\26 `
		case c == '\n':
			sub = `\a `
		case c == '\r':
			sub = `\d `
		case c == '\f':
			sub = `\c `
		case c == 0:
			sub = "\uFFFD"
		case c >= 0x80:
			sub, n = repair(v[i:])
		}
		if sub != "" {
			dst = append(append(dst, v[start:i]...), sub...)
			start = i + n
		}
		i += n
	}
	return append(append(dst, v[start:]...), '"')
}

// string writes a string token, and the end that it may lack.
func (f *cssFilter) string(tok string) {
	q := tok[0]
	f.dst = append(f.dst, q)
	f.raw(css.Quoted(tok))
	f.dst = append(f.dst, q)
}

// raw writes part of a token as it is, but for what HTML would read
// otherwise.
func (f *cssFilter) raw(s string) {
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if !cssCare[c] {
			i++
			continue
		}
		sub, n := "", 1
		switch {
		case c == '<':
			sub = `\3c `
		case c == '&':
			sub = `\26 `
		case c == 0:
			sub = "\uFFFD"
		case c == '\r' || c == '\f':
			sub = "\n"
			if strings.HasPrefix(s[i:], "\r\n") {
				n = 2
			}
		case c >= 0x80:
			sub, n = repair(s[i:])
		case i+1 == len(s): // c is a backslash, here and below
			sub = `\fffd `
		default:
			switch s[i+1] {
			case '<', '&', 0:
				i++ // the character alone will do, or is written as an escape
				f.dst = append(f.dst, s[start:i-1]...)
				start = i
				continue
			case '\r', '\n', '\f': // a string goes on in the next line
				n = css.SkipEscape(s, i) - i
				f.dst = append(f.dst, s[start:i]...)
				i += n
				start = i
				continue
			}
			if s[i+1] >= 0x80 {
				n = 1
			} else {
				n = 2
			}
		}
		if sub != "" {
			f.dst = append(append(f.dst, s[start:i]...), sub...)
			start = i + n
		}
		i += n
	}
	f.dst = append(f.dst, s[start:]...)
}
