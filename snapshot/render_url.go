package snapshot

import "strings"

// A urlUse is what a URL is for, which says what a data URL there may hold.
type urlUse uint8

const (
	useFragment urlUse = iota // nothing but a fragment will do
	useLink                   // somewhere to go, so no data
	useImage                  // an image; what is SVG then runs no script
	useCSS                    // an image or font
)

// hrefUse returns what the href of n is for. SVG's use, gradients and so on
// are left with fragments: what they refer to becomes part of the page.
func hrefUse(n *node) urlUse {
	switch n.Data {
	case "a", "area":
		return useLink
	case "image", "feimage":
		if n.Namespace != "" {
			return useImage
		}
	}
	return useFragment
}

// urlAttr writes an attribute with a URL, if it may be written, and reports
// whether it did.
func (r *renderer) urlAttr(name, value string, use urlUse) bool {
	u, ok := r.url(lower(name), value, use)
	if ok {
		r.attr(name, u)
	}
	return ok
}

// url returns what to write for a URL, if anything.
func (r *renderer) url(attr, u string, use urlUse) (string, bool) {
	u = cleanURL(u)
	switch {
	case u == "" || isScriptURL(u):
		return "", false
	case u[0] == '#':
		// In a frame made of srcdoc a link's fragment is one of the page around
		// it: about:srcdoc takes the base URL of its parent (HTML, "fallback base
		// URL").
		return u, use != useLink || r.frames == 0
	case isDataURL(u):
		return u, use.allowsData(u)
	case use == useFragment || r.opts.URL == nil:
		return "", false
	}
	u, ok := r.opts.URL(attr, u)
	u = cleanURL(u)
	if !ok || u == "" || isScriptURL(u) || isDataURL(u) && !use.allowsData(u) {
		return "", false
	}
	return u, true
}

// cleanURL removes what the URL parser does not see (URL, "basic URL parser":
// C0 controls and spaces around it, tabs and newlines in it).
func cleanURL(u string) string {
	u = strings.TrimFunc(u, func(c rune) bool { return c <= ' ' })
	if strings.ContainsAny(u, "\t\n\r") {
		u = strings.Map(func(c rune) rune {
			if c == '\t' || c == '\n' || c == '\r' {
				return -1
			}
			return c
		}, u)
	}
	return u
}

// hasScheme reports whether the URL parser finds that scheme, a lower-case
// name and its colon, in u.
func hasScheme[T string | []byte](u T, scheme string) bool {
	i := 0
	for i < len(u) && u[i] <= ' ' {
		i++
	}
	for n := 0; n < len(scheme); i++ {
		switch {
		case i == len(u):
			return false
		case u[i] == '\t' || u[i] == '\n' || u[i] == '\r':
		case u[i] == scheme[n], 'A' <= u[i] && u[i] <= 'Z' && u[i]|0x20 == scheme[n]:
			n++
		default:
			return false
		}
	}
	return true
}

func isScriptURL[T string | []byte](u T) bool {
	return hasScheme(u, "javascript:") || hasScheme(u, "vbscript:")
}

func isDataURL(u string) bool  { return hasScheme(u, "data:") }
func isImageURL(u string) bool { return u != "" && isDataURL(u) && useImage.allowsData(cleanURL(u)) }

// allowsData reports whether a data URL may stand where a URL is for use.
func (use urlUse) allowsData(u string) bool {
	if len(u) < len("data:") {
		return false
	}
	mime := u[len("data:"):]
	if i := strings.IndexAny(mime, ",;"); i >= 0 {
		mime = mime[:i]
	}
	if len(mime) > 64 {
		return false
	}
	mime = lower(strings.TrimSpace(mime))
	switch use {
	case useImage:
		return strings.HasPrefix(mime, "image/")
	case useCSS:
		return strings.HasPrefix(mime, "image/") || strings.HasPrefix(mime, "font/") ||
			strings.HasPrefix(mime, "application/") && (strings.Contains(mime, "font") || mime == "application/octet-stream")
	}
	return false
}

// srcset returns the candidates of a srcset whose URLs may be written (HTML,
// "parse a srcset attribute").
func (r *renderer) srcset(v string) string {
	if r.opts.URL == nil && !strings.Contains(lower(v), "data:") {
		return ""
	}
	var out []byte
	for {
		v = strings.TrimLeft(v, ", \t\n\f\r")
		if v == "" {
			return string(out)
		}
		end := strings.IndexAny(v, " \t\n\f\r")
		if end < 0 {
			end = len(v)
		}
		u, desc := v[:end], ""
		v = v[end:]
		if t := strings.TrimRight(u, ","); t != u {
			u = t
		} else {
			desc, v, _ = strings.Cut(v, ",")
			desc = strings.Trim(desc, " \t\n\f\r")
		}
		u, ok := r.url("srcset", u, useImage)
		if !ok || u[0] == '#' || !isDescriptor(desc) {
			continue
		}
		if len(out) > 0 {
			out = append(out, ", "...)
		}
		// A URL from the caller must not end before it ends.
		u = strings.ReplaceAll(u, " ", "%20")
		u = strings.ReplaceAll(u, "\f", "%0C")
		if t := strings.Trim(u, ","); t != u {
			continue
		}
		out = append(out, u...)
		if desc != "" {
			out = append(append(out, ' '), desc...)
		}
	}
}

func isDescriptor(s string) bool {
	if s == "" {
		return true
	}
	if last := s[len(s)-1]; last != 'x' && last != 'w' && last != 'h' {
		return false
	}
	return isNumber(s[:len(s)-1])
}

func isNumber(s string) bool {
	for i := range len(s) {
		if (s[i] < '0' || s[i] > '9') && s[i] != '.' {
			return false
		}
	}
	return s != "" && len(s) <= 16 && s != "." && strings.Count(s, ".") <= 1
}

// isLength reports whether s is a CSS length in pixels.
func isLength(s string) bool {
	n, ok := strings.CutSuffix(s, "px")
	return ok && isNumber(n)
}
