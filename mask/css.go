package mask

import (
	"strings"
	"unicode/utf8"

	"github.com/pagetape/pagetape/internal/css"
)

// splitMark is what rrweb writes between the text nodes of a style sheet.
const splitMark = "/* rr_split */"

// cleanCSS returns style sheet text, or a part of it, without comments and
// with its addresses cleaned. What a selector asks of the value of a control is
// masked: a sheet that has [value="secret"] tells what it knows, and who asks
// for every letter learns what was typed. In masked scope strings, custom
// properties' values, all values in attribute selectors and long numbers are
// masked too. Plain identifiers stay: they are the page's own words, and
// without them nothing would look as it did.
//
// It goes by the tokens of CSS Syntax 3 and leaves all others as they are
// written. Text in which there is nothing to do is returned as it is.
func cleanCSS(text string, masked bool) string {
	c := cssCleaner{Scanner: css.Scanner{Text: text}, masked: masked}
	if masked {
		for c.Next() {
			c.hide()
		}
	} else {
		for c.show() {
		}
	}
	if c.done == 0 {
		return text
	}
	c.out.WriteString(text[c.done:])
	return c.out.String()
}

// A cssCleaner is one run of cleanCSS.
type cssCleaner struct {
	css.Scanner
	out    strings.Builder
	done   int // how far the text is written
	masked bool
	open   int // brackets since the one whose strings are addresses

	// In masked scope:
	last     css.Kind // the last token that is no white space or comment
	function string   // the one that the last bracket opened
	attr     string   // in an attribute selector: its attribute, once it is known
	bracket  bool
}

// put writes s in place of the token.
func (c *cssCleaner) put(s string) { c.replace(c.Start, c.End, s) }

func (c *cssCleaner) replace(from, to int, s string) {
	if c.Text[from:to] == s {
		return
	}
	if c.done == 0 {
		c.out.Grow(len(c.Text))
	}
	c.out.WriteString(c.Text[c.done:from])
	c.out.WriteString(s)
	c.done = to
}

func (c *cssCleaner) token() string { return c.Text[c.Start:c.End] }

// show goes on to the next token that is looked at in clear scope, and says
// whether there was one.
func (c *cssCleaner) show() bool {
	if c.open == 0 && !c.Skim() || c.open > 0 && !c.Next() {
		return false
	}
	switch c.Kind {
	case css.Comment:
		c.comment()
	case css.String, css.BadString:
		if c.open > 0 || looksLikeURL(css.Quoted(c.token())) {
			c.address()
		}
	case css.URL, css.BadURL:
		c.url()
	case css.Function:
		switch name := c.Text[c.Start : c.End-1]; {
		case css.IsURL(name):
			c.link()
			if c.open > 0 {
				c.open++
			}
		case c.open > 0 || takesURL(name):
			c.open++
		}
	case css.At:
		if isImport(c.token()) {
			c.imported()
		}
	case '[':
		if c.open > 0 {
			c.open++
		}
		c.selector()
	case '(', '{':
		c.open++
	case ')', ']', '}':
		c.open--
	}
	return true
}

// comment empties a comment. What is in it stands for nothing, but that it is
// there parts the tokens around it.
func (c *cssCleaner) comment() {
	if c.token() != splitMark {
		c.put("/**/")
	}
}

// address cleans a string that is an address.
func (c *cssCleaner) address() {
	token := c.token()
	value := css.Quoted(token)
	if is := cleanCSSURL(value, c.masked); is != value {
		c.put(token[:1] + is + token[1+len(value):])
	}
}

// url cleans a URL token. One that is no address spoils what it is in and does
// so without its text.
func (c *cssCleaner) url() {
	if c.Kind == css.BadURL {
		c.put("url(()")
		return
	}
	value := css.Address(c.token())
	is := cleanCSSURL(value, c.masked)
	if is == value {
		return
	}
	for i := range len(is) {
		if b := is[i]; b <= ' ' || b == '"' || b == '\'' || b == '(' || b == ')' || b == '\\' || b == 0x7F {
			is = `"` + strings.NewReplacer(`"`, "%22", `\`, "%5C").Replace(is) + `"`
			break
		}
	}
	if is = "url(" + is; !c.Unclosed {
		is += ")"
	}
	c.put(is)
}

// link cleans the string of a url(), which is a function then.
func (c *cssCleaner) link() {
	from := c.Start
	if c.Next(); c.Kind == css.Space {
		c.Next()
	}
	token := c.token()
	value := css.Quoted(token)
	is := cleanCSSURL(value, c.masked)
	if is == value {
		return
	}
	to := c.End
	for to < len(c.Text) && css.IsSpace(c.Text[to]) {
		to++
	}
	if to == len(c.Text) || c.Text[to] != ')' {
		to = c.End
	}
	c.replace(from, to, "url("+token[:1]+is+token[1+len(value):])
	c.End = to
}

// imported cleans the address after @import, unless it is a url().
func (c *cssCleaner) imported() {
	for c.Next() {
		switch c.Kind {
		case css.Space:
		case css.Comment:
			c.comment()
		case css.String, css.BadString:
			c.address()
			return
		default:
			c.End = c.Start
			return
		}
	}
}

// selector reads what a [ begins and, if that is an attribute selector that
// asks for the value of a control, masks what it asks for.
func (c *cssCleaner) selector() {
	attr := ""
	for c.Next() {
		switch c.Kind {
		case css.Space:
		case css.Comment:
			c.comment()
		case css.Ident:
			attr = c.token()
		case '|', '*', '~', '^', '$':
		case '=':
			if strings.EqualFold(css.Unescape(attr), "value") {
				c.asked()
			}
			return
		default:
			c.End = c.Start
			return
		}
	}
}

// asked masks what an attribute selector has after its =, but for its modifier.
func (c *cssCleaner) asked() {
	mask, modified := `"***"`, false
	for c.Next() {
		token := c.token()
		switch c.Kind {
		case css.Space:
			continue
		case css.Comment:
			c.comment()
			continue
		case ']', '{', '}', ';':
			c.End = c.Start
			return
		case css.String:
			if v := css.Quoted(token); mask != "" && !c.Unclosed && (v == "" || v == stars) {
				mask = ""
				continue
			}
		case css.Ident:
			if mask == "" && !modified && len(token) == 1 && (token[0]|0x20 == 'i' || token[0]|0x20 == 's') {
				modified = true
				continue
			}
		}
		c.put(mask)
		mask = ""
	}
}

// hide is about a token in masked scope.
func (c *cssCleaner) hide() {
	kind := c.Kind
	switch kind {
	case css.Space:
		return
	case css.Comment:
		c.comment() // nothing is declared by it
		return
	case css.String, css.BadString:
		c.quoted()
	case css.URL, css.BadURL:
		c.url()
	case css.Function:
		c.called()
	case css.Ident:
		c.word()
	case css.Hash:
		if name := c.Text[c.Start+1 : c.End]; !isHex(name) && !plainIdent(name) {
			c.put("#x")
		}
	case css.At:
		if !isAtRule(strings.ToLower(c.Text[c.Start+1 : c.End])) {
			c.put("@x")
		}
	case css.Number:
		c.number()
	case ';', '{', '}':
		c.bracket = false
	case '[':
		c.bracket, c.attr = true, ""
	case ']':
		c.bracket = false
	case '(', ')':
		c.function = ""
	}
	c.last = kind
}

// quoted masks a string.
func (c *cssCleaner) quoted() {
	token := c.token()
	value := css.Quoted(token)
	switch {
	case c.bracket:
		value = maskSelectorValue(c.attr, value, stars)
	case !c.plainString(value):
		value = stars
	}
	c.put(token[:1] + value + token[:1])
}

// called is about the name of a function.
func (c *cssCleaner) called() {
	name := c.Text[c.Start : c.End-1]
	if css.IsURL(name) {
		c.link()
		return
	}
	if !plainIdent(name) {
		c.put("x(")
	}
	c.function = strings.ToLower(name)
}

// word is about an identifier.
func (c *cssCleaner) word() {
	name := c.token()
	is := name
	switch {
	case c.bracket && c.last == '=':
		is = maskSelectorValue(c.attr, name, `"***"`)
	case !plainIdent(name):
		is = "x"
	}
	c.put(is)
	switch declares := c.last == 0 || c.last == '{' || c.last == ';' || c.last == '}'; {
	case c.bracket:
		if c.last != '=' {
			c.attr = strings.ToLower(css.Unescape(name))
		}
	case declares && strings.HasPrefix(css.Unescape(name), "--"):
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
		for i := range len(v) {
			if !css.IsHex(v[i]) {
				return false
			}
		}
		return true
	}
	return false
}

// number cuts a number that is too long to be a length or an index:
// identifiers of people have that form.
func (c *cssCleaner) number() {
	if c.End-c.Start <= longRun {
		return
	}
	v, unit := css.Dimension(c.token())
	is := ""
	for i := 0; i < len(v); {
		end := i
		for end < len(v) && css.IsDigit(v[end]) {
			end++
		}
		switch fraction := i > 0 && v[i-1] == '.'; {
		case end == i:
			end++
			is += v[i:end]
		case end-i <= longRun:
			is += v[i:end]
		case fraction:
			is += v[i : i+longRun]
		default:
			is += "999999"
		}
		i = end
	}
	if unit != "" && !plainIdent(unit) {
		unit = "x"
	}
	c.put(is + unit)
}

// plainString says whether a string in masked scope can stay: a single
// character or escape, as icon fonts have it, or the name of a font format.
func (c *cssCleaner) plainString(v string) bool {
	if v == "" || c.last == css.Function && (c.function == "format" || c.function == "tech") && all(v, "-", 20) {
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
// is a plain word of an attribute that holds no content.
func maskSelectorValue(attr, v, otherwise string) string {
	switch attr {
	case "value", "title", "alt", "placeholder", "content", "label", "aria-label", "href", "src", "data-value":
		if v == "" {
			return ""
		}
	default:
		if v == "" || all(v, "_-", 40) && digitRun(v) < longRun {
			return v
		}
	}
	return otherwise
}

// custom looks at the value of the custom property whose name was read, and
// masks it unless it can only be a length, a color or the like.
func (c *cssCleaner) custom() {
	name := c.End
	defer func(written int) {
		if c.done == written {
			c.End = name // what follows is looked at as all else is
		}
	}(c.done)
	between := false
	for c.Next() && (c.Kind == css.Space || c.Kind == css.Comment) {
		between = between || c.Kind == css.Comment
	}
	if c.Kind != ':' {
		return
	}
	colon, end, depth := c.Start, len(c.Text), 0
	for c.Next() {
		switch c.Kind {
		case css.Function, '(', '[', '{':
			depth++
			continue
		case ')', ']', '}':
			if depth > 0 {
				depth--
				continue
			}
		}
		if depth == 0 && (c.Kind == ';' || c.Kind == '}') {
			end = c.Start
			break
		}
	}
	value := strings.TrimFunc(c.Text[colon+1:end], isSpace)
	if value == "" || value == stars || plainValue(value) {
		return
	}
	gap := c.Text[name:colon]
	if between {
		gap = ""
	}
	c.replace(name, end, gap+":"+stars)
	c.End = end
}

// takesURL says whether a function takes a string for an address.
func takesURL(name string) bool {
	switch len(name) {
	case len("src"), len("image"), len("image-set"), len("-webkit-image-set"):
	default:
		if strings.IndexByte(name, '\\') < 0 {
			return false
		}
	}
	switch strings.ToLower(css.Unescape(name)) {
	case "src", "image", "image-set", "-webkit-image-set":
		return true
	}
	return false
}

func isImport(token string) bool {
	return strings.EqualFold(css.Unescape(token), "@import")
}

// cleanCSSURL cleans an address in a style sheet, as it is written there. The
// fragment of one that points into the page, or at a part of an image, stays.
func cleanCSSURL(v string, masked bool) string {
	u := css.Unescape(v)
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
	return cssQuoter.Replace(clean)
}

// cssQuoter writes what can be in a string of CSS, and in an address, without
// escapes of CSS.
var cssQuoter = strings.NewReplacer("\n", "", "\r", "", "\f", "%0C", `"`, "%22", "'", "%27", `\`, "%5C")

func isHexDigit(c byte) bool { return css.IsHex(c) }

// looksLikeURL says whether a string that is not known to be an address is one.
func looksLikeURL(v string) bool {
	return strings.Contains(v, "://") || strings.HasPrefix(v, "//") || strings.HasPrefix(v, `\/\/`)
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
