package replaytest

import (
	"slices"
	"strings"
)

// A sheet is a style sheet of the model.
type sheet struct {
	rules []*rule
	id    int // of a constructed one, once the recorder has seen it
}

// A rule is a style rule, or a group of rules where its head begins with @.
type rule struct {
	head  string
	decls []decl
	rules []*rule
}

type decl struct {
	name, value string
	important   bool
}

func (r *rule) group() bool { return strings.HasPrefix(r.head, "@") }

// css writes the rule as a browser's cssText.
func (r *rule) css() string {
	if r.group() {
		s := r.head + " {"
		for _, c := range r.rules {
			s += "\n  " + c.css()
		}
		return s + "\n}"
	}
	if len(r.decls) == 0 {
		return r.head + " { }"
	}
	return r.head + " { " + declCSS(r.decls) + " }"
}

func declCSS(list []decl) string {
	var parts []string
	for _, d := range list {
		s := d.name + ": " + d.value
		if d.important {
			s += " !important"
		}
		parts = append(parts, s+";")
	}
	return strings.Join(parts, " ")
}

func (s *sheet) css() string {
	text := ""
	for _, r := range s.rules {
		text += r.css()
	}
	return text
}

// parseSheet reads what css writes, and rules that end in a declaration
// without a semicolon. It is no CSS parser: the model's style sheets have no
// strings, comments, escapes or nested style rules.
func parseSheet(text string) *sheet {
	s := &sheet{}
	s.rules, _ = parseRules(text)
	return s
}

func parseRules(text string) ([]*rule, string) {
	var list []*rule
	for {
		text = strings.TrimSpace(text)
		if text == "" || text[0] == '}' {
			return list, strings.TrimPrefix(text, "}")
		}
		head, rest, _ := strings.Cut(text, "{")
		r := &rule{head: strings.TrimSpace(head)}
		if r.group() {
			r.rules, text = parseRules(rest)
		} else {
			var body string
			body, text, _ = strings.Cut(rest, "}")
			r.decls = parseDecls(body)
		}
		list = append(list, r)
	}
}

func parseDecls(text string) []decl {
	var list []decl
	for part := range strings.SplitSeq(text, ";") {
		name, value, ok := strings.Cut(part, ":")
		if !ok {
			continue
		}
		value, important := strings.CutSuffix(strings.TrimSpace(value), " !important")
		list = setDecl(list, decl{strings.TrimSpace(name), value, important})
	}
	return list
}

// setDecl is setProperty (CSSOM § 6.6.1): a property that is there keeps its
// place.
func setDecl(list []decl, d decl) []decl {
	if i := declIndex(list, d.name); i >= 0 {
		list[i] = d
		return list
	}
	return append(list, d)
}

func declIndex(list []decl, name string) int {
	return slices.IndexFunc(list, func(d decl) bool { return d.name == name })
}

func removeDecl(list []decl, name string) []decl {
	return slices.DeleteFunc(list, func(d decl) bool { return d.name == name })
}

// squeeze brings rule text to a form in which white space and a last semicolon
// make no difference.
func squeeze(text string) string {
	text = strings.Join(strings.Fields(text), "")
	return strings.ReplaceAll(text, ";}", "}")
}
