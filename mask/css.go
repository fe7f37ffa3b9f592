package mask

import (
	"strings"
	"unicode/utf8"
)

// splitMark is what rrweb writes between the text nodes of a style sheet.
const splitMark = "/* rr_split */"

// cleanCSS returns style sheet text, or a part of it, without comments and
// with its addresses cleaned. In masked scope strings, custom properties'
// values, values in attribute selectors and long numbers are masked too. Plain
// identifiers stay: they are the page's own words, and without them nothing
// would look as it did.
//
// It is no parser: it knows the tokens of css-syntax-3 and copies what it
// needs not look into.
func cleanCSS(text string, masked bool) string {
	if !masked && !strings.Contains(text, "/*") && !strings.ContainsAny(text, `(@"'`) {
		return text
	}
	c := cssCleaner{in: text, masked: masked}
	c.out.Grow(len(text))
	for c.i < len(c.in) {
		c.token()
	}
	return c.out.String()
}

type cssCleaner struct {
	in     string
	i      int
	out    strings.Builder
	masked bool

	last     byte   // the last character written that is not white space
	function string // the identifier before the last parenthesis that opened
	rule     string // the at-rule that the prelude is of
	attr     string // in an attribute selector: its attribute, once it is known
	bracket  bool
}

func (c *cssCleaner) token() {
	s, b := c.in[c.i:], c.in[c.i]
	switch {
	case strings.HasPrefix(s, "/*"):
		c.comment(s)
	case b == '"' || b == '\'':
		c.quoted(b)
	case b == '@':
		c.i++
		name := c.ident()
		c.rule = strings.ToLower(name)
		if c.masked && !isAtRule(c.rule) {
			name = "x"
		}
		c.write("@" + name)
	case b == '#':
		c.i++
		name := c.ident()
		if c.masked && !isHex(name) && !plainIdent(name) {
			name = "x"
		}
		c.write("#" + name)
	case isDigit(b):
		c.number()
	case isIdentByte(b) || b == '\\':
		c.word()
	default:
		c.delim(b)
	}
}

func (c *cssCleaner) write(s string) {
	c.out.WriteString(s)
	for i := len(s) - 1; i >= 0; i-- {
		if !isSpace(rune(s[i])) {
			c.last = s[i]
			return
		}
	}
}

func (c *cssCleaner) delim(b byte) {
	switch b {
	case ';', '{', '}':
		c.rule, c.bracket = "", false
	case '[':
		c.bracket, c.attr = true, ""
	case ']':
		c.bracket = false
	case '(', ')':
		c.function = ""
	}
	c.i++
	c.write(string(rune(b)))
}

func (c *cssCleaner) comment(s string) {
	// What is in a comment stands for nothing, but that it is there parts the
	// tokens around it. It is not the last character: nothing is declared by it.
	end := strings.Index(s[2:], "*/")
	switch {
	case end < 0:
		c.i = len(c.in)
		c.out.WriteString("/**/")
	case s[:end+4] == splitMark:
		c.i += end + 4
		c.out.WriteString(splitMark)
	default:
		c.i += end + 4
		c.out.WriteString("/**/")
	}
}

// ident reads name characters and escapes.
func (c *cssCleaner) ident() string {
	from := c.i
	for c.i < len(c.in) {
		switch b := c.in[c.i]; {
		case b == '\\' && c.i+1 < len(c.in) && c.in[c.i+1] != '\n':
			c.i += 2
		case isIdentByte(b) || isDigit(b):
			c.i++
		default:
			return c.in[from:c.i]
		}
	}
	return c.in[from:c.i]
}

func isIdentByte(b byte) bool { return isAlpha(b) || b == '-' || b == '_' || b >= 0x80 }

// word reads an identifier, with the argument if it is url(.
func (c *cssCleaner) word() {
	declares := c.last == 0 || c.last == '{' || c.last == ';' || c.last == '}'
	name := c.ident()
	if name == "" { // a lone backslash
		c.delim(c.in[c.i])
		return
	}
	called := c.i < len(c.in) && c.in[c.i] == '('
	if called && strings.EqualFold(strings.ReplaceAll(name, `\`, ""), "url") {
		c.i++
		c.url()
		return
	}
	switch {
	case !c.masked:
	case c.bracket && c.last == '=':
		name = maskSelectorValue(c.attr, name, `"`+stars+`"`)
	case !plainIdent(name):
		name = "x"
	}
	if c.bracket && c.attr == "" {
		c.attr = strings.ToLower(name)
	}
	c.write(name)
	if called {
		c.i++
		c.write("(")
		c.function = strings.ToLower(name)
		return
	}
	if c.masked && declares && strings.HasPrefix(name, "--") {
		c.custom()
	}
}

// plainIdent says whether an identifier in masked scope is a word of a sheet's
// author.
func plainIdent(v string) bool {
	return all(v, `-_\:./%`, 64) && digitRun(v) < longRun
}

func isHex(v string) bool {
	switch len(v) {
	case 3, 4, 6, 8:
		return strings.Trim(strings.ToLower(v), "0123456789abcdef") == ""
	}
	return false
}

// number reads a number. In masked scope one that is too long to be a length
// or an index is cut: identifiers of people have that form.
func (c *cssCleaner) number() {
	from := c.i
	for c.i < len(c.in) && isDigit(c.in[c.i]) {
		c.i++
	}
	v := c.in[from:c.i]
	fraction := c.last == '.' && from > 0 && c.in[from-1] == '.'
	if c.masked && len(v) > longRun {
		if v = "999999"; fraction {
			v = c.in[from : from+longRun]
		}
	}
	c.write(v)
}

// quoted reads a string.
func (c *cssCleaner) quoted(quote byte) {
	value, closed := c.scanString(quote)
	switch {
	case c.masked && c.bracket:
		value = maskSelectorValue(c.attr, value, stars)
	case c.masked:
		if !c.plainString(value) {
			value = stars
		}
	case c.rule == "import" || c.function == "image-set" || c.function == "-webkit-image-set" || looksLikeURL(value):
		value = cleanCSSURL(value, false)
	}
	q := string(rune(quote))
	if c.out.WriteString(q + value); closed || c.masked {
		c.out.WriteString(q)
	}
	c.last = quote
}

// scanString reads a string and returns what is between its quotes. Like a
// browser it ends a string that is not closed at the end of the line.
func (c *cssCleaner) scanString(quote byte) (value string, closed bool) {
	c.i++
	from := c.i
	for c.i < len(c.in) {
		switch b := c.in[c.i]; b {
		case '\\':
			c.i += 2
			continue
		case '\n':
			return c.in[from:c.i], false
		case quote:
			c.i++
			return c.in[from : c.i-1], true
		}
		c.i++
	}
	c.i = len(c.in)
	return c.in[min(from, len(c.in)):], false
}

// plainString says whether a string in masked scope can stay: a single
// character or escape, as icon fonts have it, or the name of a font format.
func (c *cssCleaner) plainString(v string) bool {
	if v == "" || c.last == '(' && (c.function == "format" || c.function == "tech") && all(v, "-", 20) {
		return true
	}
	if v[0] == '\\' {
		hex := strings.TrimSpace(v[1:])
		return len(hex) <= 6 && len(hex) > 0 && strings.Trim(strings.ToLower(hex), "0123456789abcdef") == "" &&
			digitRun(hex) < longRun
	}
	r, n := utf8.DecodeRuneInString(v)
	return n == len(v) && (r >= 0x80 || !isAlpha(v[0]) && !isDigit(v[0]))
}

// maskSelectorValue returns a value in an attribute selector, masked unless it
// is a plain word of an attribute that holds no content: a sheet that asks for
// [value="secret"] tells what it knows.
func maskSelectorValue(attr, v, otherwise string) string {
	switch attr {
	case "value", "title", "alt", "placeholder", "content", "label", "aria-label", "href", "src", "data-value":
	default:
		if all(v, "_-", 40) && digitRun(v) < longRun {
			return v
		}
	}
	return otherwise
}

// url reads the argument of url( and the parenthesis after it.
func (c *cssCleaner) url() {
	for c.i < len(c.in) && isSpace(rune(c.in[c.i])) {
		c.i++
	}
	var v, quote string
	if c.i < len(c.in) && (c.in[c.i] == '"' || c.in[c.i] == '\'') {
		quote = c.in[c.i : c.i+1]
		v, _ = c.scanString(c.in[c.i])
		if end := strings.IndexByte(c.in[c.i:], ')'); end >= 0 {
			c.i += end
		} else {
			c.i = len(c.in)
		}
	} else {
		from := c.i
		for c.i < len(c.in) && c.in[c.i] != ')' {
			if c.in[c.i] == '\\' {
				c.i++
			}
			c.i++
		}
		c.i = min(c.i, len(c.in))
		v = strings.TrimFunc(c.in[from:c.i], isSpace)
	}
	if clean := cleanCSSURL(v, c.masked); clean != v {
		v = clean
		if quote == "" && strings.ContainsAny(v, " \"'()\\") {
			quote, v = `"`, strings.NewReplacer(`"`, "%22", `\`, "%5C").Replace(v)
		}
	}
	c.write("url(" + quote + v + quote)
	if c.i < len(c.in) {
		c.i++
		c.write(")")
	}
}

// cleanCSSURL cleans an address in a style sheet, as it is written there. The
// fragment of one that points into the page, or at a part of an image, stays.
func cleanCSSURL(v string, masked bool) string {
	u := unescapeCSS(v)
	base, fragment, ok := strings.Cut(u, "#")
	keep := ok && isName(fragment)
	switch {
	case keep && base == "":
		return v
	case masked:
		if v == "" {
			return ""
		}
		return stars
	}
	clean := cleanURL(u)
	if keep && !strings.HasPrefix(clean, "data:") && clean != "" {
		clean += "#" + fragment
	}
	if clean == u {
		return v
	}
	return strings.NewReplacer("\n", "", "\r", "", `"`, "%22", "'", "%27", `\`, "%5C").Replace(clean)
}

func unescapeCSS(v string) string {
	if strings.IndexByte(v, '\\') < 0 {
		return v
	}
	var b strings.Builder
	for i := 0; i < len(v); i++ {
		if v[i] != '\\' {
			b.WriteByte(v[i])
			continue
		}
		var r rune
		digits := 0
		for i+1 < len(v) && digits < 6 && isHexDigit(v[i+1]) {
			i++
			digits++
			d := v[i]
			switch {
			case isDigit(d):
				d -= '0'
			default:
				d = d | 0x20 - 'a' + 10
			}
			r = r<<4 | rune(d)
		}
		switch {
		case digits > 0:
			b.WriteRune(r)
			if i+1 < len(v) && isSpace(rune(v[i+1])) {
				i++
			}
		case i+1 < len(v):
			i++
			b.WriteByte(v[i])
		}
	}
	return b.String()
}

func isHexDigit(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

// looksLikeURL says whether a string that is not known to be an address is one.
func looksLikeURL(v string) bool {
	return strings.Contains(v, "://") || strings.HasPrefix(v, "//") || strings.HasPrefix(v, `\/\/`)
}

// custom looks at the value of the custom property whose name was read, and
// masks it unless it can only be a length, a color or the like.
func (c *cssCleaner) custom() {
	i := c.i
	for i < len(c.in) && isSpace(rune(c.in[i])) {
		i++
	}
	if i >= len(c.in) || c.in[i] != ':' {
		return
	}
	i++
	end := i
	for depth := 0; end < len(c.in); end++ {
		switch b := c.in[end]; {
		case b == '\\':
			end++
		case b == '"' || b == '\'':
			sub := cssCleaner{in: c.in, i: end}
			sub.scanString(b)
			end = sub.i - 1
		case b == '(' || b == '[' || b == '{':
			depth++
		case depth > 0 && (b == ')' || b == ']' || b == '}'):
			depth--
			continue
		case depth == 0 && (b == ';' || b == '}'):
			goto found
		}
	}
	end = len(c.in)
found:
	value := strings.TrimFunc(c.in[i:end], isSpace)
	if value == "" || value == stars || plainValue(value) {
		return
	}
	c.write(c.in[c.i:i] + stars)
	c.i = end
}

func isAtRule(name string) bool {
	switch name {
	case "media", "supports", "import", "font-face", "keyframes", "-webkit-keyframes", "-moz-keyframes", "layer",
		"container", "page", "charset", "namespace", "property", "counter-style", "font-feature-values",
		"font-palette-values", "scope", "starting-style", "view-transition", "position-try", "-ms-viewport",
		"viewport", "document", "-moz-document":
		return true
	}
	return false
}
