package mask

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// A controlRule is a rule about form controls: by input type or by name.
type controlRule struct {
	rule  int // index in Config.Rules
	own   own
	kind  string   // the input type, "" for a rule by name
	names []string // patterns as nameWords writes names
}

func (p *Policy) addInput(i int, r Rule) error {
	kind := strings.ToLower(r.Input)
	if kind != "textarea" && kind != "select" && !isInputType(kind) {
		return errInput
	}
	p.controls = append(p.controls, controlRule{rule: i, own: ownOf(r.Action), kind: kind})
	return nil
}

func (p *Policy) addName(i int, r Rule) error {
	c := controlRule{rule: i, own: ownOf(r.Action)}
	for name := range strings.SplitSeq(r.Name, ",") {
		name = strings.TrimSpace(name)
		words, before := strings.CutPrefix(name, "*")
		words, after := strings.CutSuffix(words, "*")
		pattern := nameWords(words)
		if pattern == "-" || strings.Contains(words, "*") {
			return errWords
		}
		if before {
			pattern = strings.TrimPrefix(pattern, "-")
		}
		if after {
			pattern = strings.TrimSuffix(pattern, "-")
		}
		c.names = append(c.names, pattern)
	}
	p.controls = append(p.controls, c)
	// An option goes by the name of the select that it is in.
	p.traits.Descendant = p.traits.Descendant || r.Action == Allow
	return nil
}

// match says whether the rule is about an element, of which nature is what
// natureOf says.
func (c *controlRule) match(n *html.Node, nature own) bool {
	if n.Data == "option" || n.Data == "optgroup" {
		if n = selectOf(n); n == nil {
			return false
		}
	}
	if c.kind != "" {
		return controlType(n) == c.kind
	}
	if nature&ownControl == 0 {
		return false
	}
	for i := range n.Attr {
		switch a := &n.Attr[i]; a.Key {
		case "name", "id", "autocomplete", "aria-label":
			if c.named(a.Val) {
				return true
			}
		}
	}
	return false
}

// maxName is how many bytes of a name or label are looked at.
const maxName = 256

func (c *controlRule) named(v string) bool {
	if v == "" {
		return false
	}
	words := nameWords(v[:min(len(v), maxName)])
	for _, name := range c.names {
		if strings.Contains(words, name) {
			return true
		}
	}
	return false
}

// selectOf returns the select element that an option or a group of options is
// of, nil for none.
func selectOf(n *html.Node) *html.Node {
	for up := n.Parent; up != nil && up.Type == html.ElementNode; up = up.Parent {
		switch up.Data {
		case "select":
			return up
		case "optgroup":
		default:
			return nil
		}
	}
	return nil
}

// controlType returns the type of a form control as rules name it, "" for what
// is none. Of an input it is the state of its type attribute: text where that
// is missing or none of HTML's (HTML, 4.10.5 and 2.3.3).
func controlType(n *html.Node) string {
	switch n.Data {
	case "textarea", "select":
		return n.Data
	case "input":
		if kind := strings.ToLower(attrOf(n, "type")); isInputType(kind) {
			return kind
		}
		return "text"
	}
	return ""
}

func isInputType(v string) bool {
	switch v {
	case "hidden", "text", "search", "tel", "url", "email", "password", "date", "month", "week", "time",
		"datetime-local", "number", "range", "color", "checkbox", "radio", "file", "submit", "image", "reset", "button":
		return true
	}
	return false
}

// nameWords returns the words of a name or label in lower case with a dash
// before, between and after them: "-first-name-" of firstName and "First name:".
// Words end at what is no letter or digit, between letters and digits, and
// where camelCase has its humps.
func nameWords(v string) string {
	buf := make([]byte, 1, 64)
	buf[0] = '-'
	var last rune
	for _, r := range v {
		letter, digit := unicode.IsLetter(r), unicode.IsDigit(r)
		if !letter && !digit && !unicode.IsMark(r) || last == 0 && unicode.IsMark(r) {
			if last != 0 {
				buf = append(buf, '-')
			}
			last = 0
			continue
		}
		if last != 0 && (digit != unicode.IsDigit(last) || unicode.IsUpper(r) && unicode.IsLower(last)) {
			buf = append(buf, '-')
		}
		buf = utf8.AppendRune(buf, unicode.ToLower(r))
		last = r
	}
	if last != 0 {
		buf = append(buf, '-')
	}
	return string(buf)
}
