package mask

import (
	"strings"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/snapshot"
)

// address returns an address in a payload as it may be seen. It is false for
// what is none for sure: one that is relative begins with a slash or dot.
func (f *Filter) address(u string) (string, bool) {
	if isPayloadWord(u) || u == "" {
		return u, true
	}
	if strings.ContainsFunc(u, func(r rune) bool { return r <= ' ' || r == 0x7F || strings.ContainsRune("<>\"{}|^`\\", r) }) {
		return "", false
	}
	rest, absolute := strings.CutPrefix(u[len(schemeOf(u)):], "://")
	switch {
	case schemeOf(u) == "data": // pixels, of which nothing is known
		return stars, true
	case absolute && schemeOf(u) != "" && rest != "":
	case u[0] == '/', u[0] == '?', strings.HasPrefix(u, "./"), strings.HasPrefix(u, "../"):
	case u == "about:blank", u == "about:srcdoc":
	default:
		return "", false
	}
	if f.base() == levelMask {
		return hideURL(u), true
	}
	return f.url(u), true
}

// frame returns one frame of a stack trace: the function's name, the script's
// address, the line and column. "f (url:1:2)", "at f (url:1:2)", "f@url:1:2"
// and "url:1:2" are how browsers write it.
func (m *payload) frame(s string) string {
	text := strings.TrimSpace(s)
	before, url, after := "", text, ""
	if open := strings.LastIndexByte(text, '('); open >= 0 && strings.HasSuffix(text, ")") {
		before, url, after = text[:open+1], text[open+1:len(text)-1], ")"
	} else if at := strings.IndexByte(text, '@'); at >= 0 && strings.Contains(text[at:], ":") {
		before, url = text[:at+1], text[at+1:]
	} else if rest, ok := strings.CutPrefix(text, "at "); ok {
		before, url = "at ", rest
	}
	url, place := cutPlace(url)
	u, ok := m.f.address(url)
	function := strings.TrimRight(before, "(@ ")
	if !ok || !all(function, " .$_<>[]/#-", 128) && function != "" || digitRun(function) >= longRun {
		return m.show(s)
	}
	return m.f.hide(before) + u + m.f.hide(place) + after
}

// cutPlace cuts the line and column off an address, ":1:2".
func cutPlace(u string) (before, place string) {
	before = u
	for range 2 {
		i := strings.LastIndexByte(before, ':')
		if i < 0 || i == len(before)-1 || countDigits(before[i+1:]) != len(before)-i-1 || len(before)-i > 9 {
			break
		}
		before = before[:i]
	}
	return before, u[len(before):]
}

// htmlForm says whether s looks like HTML: there is a tag in it.
func htmlForm(s string) bool {
	for i := 0; ; i++ {
		n := strings.IndexByte(s[i:], '<')
		if n < 0 {
			return false
		}
		if i += n; i+1 < len(s) && (isAlpha(s[i+1]) || s[i+1] == '/' || s[i+1] == '!' || s[i+1] == '?') {
			return true
		}
	}
}

// html returns HTML in a string of a payload as it may be seen: attributes and
// text as those of the page, of which it is not known where in it they are.
// From an element on that a rule masks or the user writes in, all is masked.
func (m *payload) html(s string) string {
	z := html.NewTokenizer(strings.NewReader(s))
	z.SetMaxBuf(0)
	level := m.f.policy.base()
	var b strings.Builder
	raw := "" // the element of which the content comes, where that has no tags
	for {
		if z.Next() == html.ErrorToken { // the end, or a tag that has none
			return b.String()
		}
		t := z.Token()
		switch t.Type {
		case html.TextToken:
			switch raw {
			case "":
				t.Data = m.htmlText(level, t.Data)
			case "textarea", "title":
				t.Data = m.f.policy.look.text(t.Data)
			default: // code, CSS, and what is not shown
				t.Data = ""
			}
			b.WriteString(t.String())
			continue
		case html.StartTagToken, html.SelfClosingTagToken:
			raw = m.htmlTag(&t, &level)
		case html.EndTagToken:
			raw = ""
			if !isTagName(t.Data) || m.f.hide(t.Data) != t.Data {
				continue
			}
		case html.DoctypeToken:
			t.Data = "html"
		default: // comments
			continue
		}
		if t.Data != "" {
			b.WriteString(t.String())
		}
	}
}

func (m *payload) htmlText(l level, v string) string {
	if l.base() > levelClear {
		return m.f.policy.look.text(v)
	}
	return m.plain(v)
}

// htmlTag masks a tag, and raises the level of what comes after it. It returns
// the element's name where its content is text to the end tag.
func (m *payload) htmlTag(t *html.Token, l *level) (raw string) {
	if !isTagName(t.Data) || m.f.hide(t.Data) != t.Data {
		t.Data = ""
		return ""
	}
	n := &html.Node{Type: html.ElementNode, Data: t.Data, DataAtom: t.DataAtom, Attr: t.Attr}
	own, _ := m.f.policy.match(n, nil)
	e := element{tag: t.Data, own: own &^ ownAllow, level: l.join((own &^ ownAllow).under(*l)), node: n}
	list := make([]snapshot.Attr, 0, len(t.Attr))
	for _, a := range t.Attr {
		if secretKey(a.Key) && a.Val != "" {
			a.Val = stars
		}
		list = append(list, snapshot.Attr{Name: a.Key, Value: a.Val})
	}
	attr := make([]html.Attribute, 0, len(list))
	for _, a := range m.f.attrs(&e, list) {
		attr = append(attr, html.Attribute{Key: a.Name, Val: hideAssigned(a.Value)})
	}
	t.Attr = attr
	switch t.Data {
	case "script", "style", "noscript", "iframe", "noembed", "noframes", "xmp", "plaintext", "textarea", "title":
		return t.Data
	case "input", "img", "br", "hr", "meta", "link", "source", "area", "base", "col", "embed", "param", "track", "wbr":
		return "" // there is nothing in it
	}
	*l = e.level
	return ""
}
