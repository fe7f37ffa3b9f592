package mask

import "strings"

// cleanURL returns an address without what it says of its user: no userinfo,
// no fragment, values of the query masked and their names kept. Nothing is
// resolved: what is relative stays so. An address with a scheme that holds a
// person or content (mailto, tel, blob) keeps the scheme alone; one that holds
// code, or data other than an image or a font, is "".
//
// It reads the address as browsers do rather than as net/url does, since what
// net/url refuses is followed all the same. cleanURL(cleanURL(u)) is
// cleanURL(u).
func cleanURL(u string) string {
	return strings.TrimRightFunc(rewriteURL(trimURL(u)), isBlank)
}

func rewriteURL(u string) string {
	if u == "" {
		return ""
	}
	scheme := schemeOf(u)
	rest := u[min(len(scheme)+1, len(u)):]
	switch scheme {
	case "":
		return cleanRelative(u)
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
		return u[:len(scheme)+1] + "///" + cleanPath(strings.TrimLeft(rest, `/\`))
	case "http", "https", "ws", "wss", "ftp":
		// Browsers take any number of slashes, of either kind.
		return u[:len(scheme)+1] + "//" + cleanAuthority(strings.TrimLeft(rest, `/\`))
	default:
		if strings.HasPrefix(rest, "//") {
			return u[:len(scheme)+1] + "//" + cleanAuthority(rest[2:])
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

func cleanRelative(u string) string {
	if len(u) >= 2 && (u[0] == '/' || u[0] == '\\') && (u[1] == '/' || u[1] == '\\') {
		return "//" + cleanAuthority(strings.TrimLeft(u, `/\`))
	}
	return cleanPath(u)
}

// cleanAuthority cleans what follows the slashes of an address with a host.
func cleanAuthority(s string) string {
	end := strings.IndexAny(s, `/\?#`)
	if end < 0 {
		end = len(s)
	}
	host, rest := s[:end], s[end:]
	host = host[strings.LastIndexByte(host, '@')+1:]
	if next := strings.TrimLeft(rest, `/\`); host == "" && next != rest {
		return cleanAuthority(next) // of any number of slashes the last begins the host
	}
	for i := range len(host) {
		if c := host[i]; c < 0x80 && !isAlpha(c) && !isDigit(c) && strings.IndexByte(".-_:[]*", c) < 0 {
			host = stars
			break
		}
	}
	return host + cleanPath(rest)
}

// cleanPath cleans a path with the query and fragment after it.
func cleanPath(s string) string {
	end := strings.IndexAny(s, "?#")
	if end < 0 {
		end = len(s)
	}
	path, rest := s[:end], s[end:]
	if strings.ContainsAny(path, "@;%") {
		var b strings.Builder
		for i, segment := range strings.Split(path, "/") {
			if i > 0 {
				b.WriteByte('/')
			}
			b.WriteString(cleanSegment(segment))
		}
		path = b.String()
	}
	query, ok := strings.CutPrefix(rest, "?")
	if !ok {
		return path
	}
	query, _, _ = strings.Cut(query, "#")
	return path + "?" + cleanQuery(query)
}

// cleanSegment cleans one segment of a path. Patterns other than an address or
// credentials are the detectors'.
func cleanSegment(s string) string {
	s, parameters, ok := strings.Cut(s, ";") // ";jsessionid=..."
	if isEmail(s) || strings.Contains(s, "@") && strings.Contains(s, ":") {
		s = stars
	}
	if !ok {
		return s
	}
	name, _, hasValue := strings.Cut(parameters, "=")
	if !isName(name) {
		return s + ";" + stars
	}
	if hasValue {
		name += "=" + stars
	}
	return s + ";" + name
}

// cleanQuery masks the values of a query. A parameter without a value is a
// value itself.
func cleanQuery(q string) string {
	if q == "" {
		return ""
	}
	var b strings.Builder
	for i, p := range strings.FieldsFunc(q, func(r rune) bool { return r == '&' || r == ';' }) {
		if i > 0 {
			b.WriteByte('&')
		}
		name, value, hasValue := strings.Cut(p, "=")
		switch {
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
