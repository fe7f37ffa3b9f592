package mask

import (
	"net/url"
	"strings"
)

// A urlCleaner is what a policy says about addresses.
type urlCleaner struct {
	params *patterns // nil for none
	paths  bool      // segments of paths are shown whatever they look like
	count  []int     // of the rules that matched
}

// cleanURL cleans an address by no rules.
func cleanURL(u string) string { return (&urlCleaner{}).clean(u) }

// cleanURL cleans an address by the policy's rules.
func (f *Filter) cleanURL(u string) string {
	p := f.policy
	return (&urlCleaner{&p.params, p.config.Paths, f.tally.rules}).clean(u)
}

// clean returns an address without what it says of its user: no userinfo, no
// fragment, values of the query masked and their names kept but for what rules
// say, segments of the path masked that look like someone's name, number or
// token. Nothing is resolved: what is relative stays so. An address with a scheme that holds a
// person or content (mailto, tel, blob) keeps the scheme alone; one that holds
// code, or data other than an image or a font, is "".
//
// It reads the address as browsers do rather than as net/url does, since what
// net/url refuses is followed all the same. Cleaned once more it is the same.
func (c *urlCleaner) clean(u string) string {
	return strings.TrimRightFunc(c.rewrite(trimURL(u)), isBlank)
}

func (c *urlCleaner) rewrite(u string) string {
	if u == "" {
		return ""
	}
	scheme := schemeOf(u)
	rest := u[min(len(scheme)+1, len(u)):]
	switch scheme {
	case "":
		return c.relative(u)
	case "javascript", "vbscript":
		return ""
	case "data":
		if isPicture(rest) {
			return u
		}
		return ""
	case "about":
		if rest == "blank" || rest == "srcdoc" {
			return u
		}
	case "file":
		return u[:len(scheme)+1] + "///" + c.path(strings.TrimLeft(rest, `/\`))
	case "http", "https", "ws", "wss", "ftp":
		// Browsers take any number of slashes, of either kind.
		return u[:len(scheme)+1] + "//" + c.authority(strings.TrimLeft(rest, `/\`))
	default:
		if strings.HasPrefix(rest, "//") {
			return u[:len(scheme)+1] + "//" + c.authority(rest[2:])
		}
	}
	if rest == "" {
		return u
	}
	return u[:len(scheme)+1] + stars
}

// hideURL returns an address of which only the site is shown, "***" for one
// that names none.
func hideURL(u string) string {
	c := cleanURL(u)
	scheme := schemeOf(c)
	rest, ok := strings.CutPrefix(c[len(scheme):], "://")
	if !ok || scheme == "" {
		if c == "" || c == "about:blank" || c == "about:srcdoc" {
			return c
		}
		return stars
	}
	host, path := rest, ""
	if end := strings.IndexAny(rest, `/\?`); end >= 0 {
		host, path = rest[:end], rest[end+1:]
	}
	if host == "" || digitRun(host) >= longRun {
		host = stars
	}
	if path != "" {
		path = stars
	}
	return scheme + "://" + host + "/" + path
}

// trimURL takes off what browsers skip in an address.
func trimURL(u string) string {
	u = strings.TrimFunc(u, isBlank)
	if strings.ContainsAny(u, "\t\r\n") {
		u = strings.NewReplacer("\t", "", "\r", "", "\n", "").Replace(u)
	}
	return u
}

func isBlank(r rune) bool { return r <= ' ' }

// schemeOf returns the scheme that u begins with, in lower case.
func schemeOf(u string) string {
	for i := range len(u) {
		switch c := u[i]; {
		case isAlpha(c):
		case i > 0 && (isDigit(c) || c == '+' || c == '-' || c == '.'):
		case i > 0 && c == ':':
			return strings.ToLower(u[:i])
		default:
			return ""
		}
	}
	return ""
}

// isPicture says whether a data URL's content is an image or a font.
func isPicture(data string) bool {
	data = strings.ToLower(data[:min(len(data), 32)])
	return strings.HasPrefix(data, "image/") || strings.HasPrefix(data, "font/") ||
		strings.HasPrefix(data, "application/font") || strings.HasPrefix(data, "application/x-font")
}

func (c *urlCleaner) relative(u string) string {
	if len(u) >= 2 && (u[0] == '/' || u[0] == '\\') && (u[1] == '/' || u[1] == '\\') {
		return "//" + c.authority(strings.TrimLeft(u, `/\`))
	}
	return c.path(u)
}

// authority cleans what follows the slashes of an address with a host.
func (c *urlCleaner) authority(s string) string {
	end := strings.IndexAny(s, `/\?#`)
	if end < 0 {
		end = len(s)
	}
	host, rest := s[:end], s[end:]
	host = host[strings.LastIndexByte(host, '@')+1:]
	if next := strings.TrimLeft(rest, `/\`); host == "" && next != rest {
		return c.authority(next) // of any number of slashes the last begins the host
	}
	for i := range len(host) {
		if b := host[i]; b < 0x80 && !isAlpha(b) && !isDigit(b) && strings.IndexByte(".-_:[]*", b) < 0 {
			host = stars
			break
		}
	}
	return host + c.path(rest)
}

// path cleans a path with the query and fragment after it.
func (c *urlCleaner) path(s string) string {
	end := strings.IndexAny(s, "?#")
	if end < 0 {
		end = len(s)
	}
	path, rest := c.segments(s[:end]), s[end:]
	query, ok := strings.CutPrefix(rest, "?")
	if !ok {
		return path
	}
	query, _, _ = strings.Cut(query, "#")
	if clean := c.query(query); clean != "" || query == "" {
		return path + "?" + clean
	}
	return path // all parameters were dropped
}

// segments cleans the segments of a path. Those of a path to code, a style
// sheet or a font are the site's: with them the page would lose its looks.
func (c *urlCleaner) segments(path string) string {
	name := path[strings.LastIndexByte(path, '/')+1:]
	site := c.paths || isSiteFile(name)
	var b strings.Builder
	done := 0
	for i := 0; i <= len(path); i++ {
		end := i + strings.IndexByte(path[i:], '/')
		if end < i {
			end = len(path)
		}
		segment := path[i:end]
		clean := cleanSegment(segment, site || end == len(path) && isImageFile(segment))
		if clean != segment {
			b.WriteString(path[done:i])
			b.WriteString(clean)
			done = end
		}
		i = end
	}
	if done == 0 && b.Len() == 0 {
		return path
	}
	return b.String() + path[done:]
}

// isPersonal says whether a segment of a path looks like someone's or
// something's name: a UUID, a number of some length, a token.
func isPersonal(s string) bool {
	if len(s) < longRun {
		return false
	}
	if strings.IndexByte(s, '%') >= 0 {
		if plain, err := url.PathUnescape(s); err == nil {
			s = plain
		}
	}
	if digitRun(s) >= longRun {
		return true
	}
	return len(s) >= tokenLength && (hasUUID(s) || hasToken(s))
}

const (
	tokenLength  = 20 // of a segment with a token in it, in bytes
	tokenWord    = 16 // of letters and digits in a row, in the token
	tokenChanges = 5  // between letters and digits, of one in shorter words
)

// hasToken says whether s has letters and digits mixed as no words with a
// number in them have.
func hasToken(s string) bool {
	length, letters, digits, changes := 0, 0, 0, 0
	for i := range len(s) {
		alpha, digit := isAlpha(s[i]), isDigit(s[i])
		if !alpha && !digit {
			length, letters, digits = 0, 0, 0
			continue
		}
		if length > 0 && digit != isDigit(s[i-1]) {
			changes++
		}
		if length++; alpha {
			letters++
		} else {
			digits++
		}
		if length >= tokenWord && letters >= 2 && digits >= 2 || changes >= tokenChanges {
			return true
		}
	}
	return false
}

// hasUUID says whether s has a UUID in it (RFC 9562, section 4).
func hasUUID(s string) bool {
	const form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
next:
	for i := 0; i+len(form) <= len(s); i++ {
		for j := range len(form) {
			if c := s[i+j]; form[j] == '-' && c != '-' || form[j] == 'x' && !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f') {
				continue next
			}
		}
		return true
	}
	return false
}

// isSiteFile says whether a path's last segment is a file of a site's looks or
// code by its extension.
func isSiteFile(name string) bool {
	switch extension(name) {
	case "css", "js", "mjs", "cjs", "wasm", "woff", "woff2", "ttf", "otf", "eot":
		return true
	}
	return false
}

// isImageFile says the same of images and the like. What is in their names is
// a hash of the content or its number.
func isImageFile(name string) bool {
	switch extension(name) {
	case "png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "bmp", "mp4", "webm", "m4v", "mov", "mp3", "ogg", "m3u8", "ts":
		return true
	}
	return false
}

func extension(name string) string {
	name, _, _ = strings.Cut(name, ";")
	if dot := strings.LastIndexByte(name, '.'); dot > 0 && len(name)-dot <= 6 {
		return strings.ToLower(name[dot+1:])
	}
	return ""
}

// cleanSegment masks a segment of a path that is an address or credentials or,
// unless it is known to be a name, looks like someone's; and the values of its
// parameters.
func cleanSegment(s string, name bool) string {
	s, parameters, ok := strings.Cut(s, ";") // ";jsessionid=..."
	if isEmail(s) || strings.Contains(s, "@") && strings.Contains(s, ":") || !name && isPersonal(s) {
		s = stars
	}
	if !ok {
		return s
	}
	parameter, _, hasValue := strings.Cut(parameters, "=")
	if !isName(parameter) {
		return s + ";" + stars
	}
	if hasValue {
		parameter += "=" + stars
	}
	return s + ";" + parameter
}

// query masks the values of a query but for what rules say. A parameter
// without a value is a value itself.
func (c *urlCleaner) query(q string) string {
	if q == "" {
		return ""
	}
	var b strings.Builder
	for _, p := range strings.FieldsFunc(q, func(r rune) bool { return r == '&' || r == ';' }) {
		name, value, hasValue := strings.Cut(p, "=")
		action := c.param(name)
		if action == Drop {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		switch {
		case action == Allow:
			b.WriteString(p)
		case !hasValue || !isName(name):
			b.WriteString(stars)
		case value == "":
			b.WriteString(name + "=")
		default:
			b.WriteString(name + "=" + stars)
		}
	}
	return b.String()
}

// param returns what the rules say about a parameter, and counts it.
func (c *urlCleaner) param(name string) Action {
	if c.params == nil || c.params.empty() || !isName(name) {
		return 0
	}
	n := c.params.find(name)
	if n.action != 0 {
		c.count[n.rule]++
	}
	return n.action
}

// cleanSrcset cleans the addresses of a srcset attribute, by f.
func cleanSrcset(v string, f func(string) string) string {
	var b strings.Builder
	for v != "" {
		v = strings.TrimLeft(v, ", \t\r\n\f")
		end := strings.IndexFunc(v, isSpace)
		if end < 0 {
			end = len(v)
		}
		u, rest := v[:end], v[end:]
		v = rest
		descriptor := ""
		if trimmed := strings.TrimRight(u, ","); trimmed != u {
			u = trimmed
		} else {
			descriptor, v, _ = strings.Cut(rest, ",")
		}
		if u == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		// A comma or blank would make a candidate of its own.
		u = f(u)
		if strings.ContainsAny(u, " \t") {
			u = stars
		}
		b.WriteString(strings.TrimRight(u, ","))
		if descriptor = strings.TrimFunc(descriptor, isSpace); all(descriptor, ".", 10) && digitRun(descriptor) < longRun {
			b.WriteString(" " + descriptor)
		}
	}
	return b.String()
}
