package replaytest

import "strconv"

var words = []string{
	"order", "north", "delta", "paper", "green", "late", "client", "unit", "fjord", "blåbær",
	"łódź", "naïve", "日本", "🌗", "a\u00a0b", "<b>", "&amp;", `"q"`, "x-y", "10 %",
}

func (g *generator) word() string {
	g.words++
	return words[g.IntN(len(words))] + strconv.Itoa(g.words)
}

func (g *generator) sentence() string {
	s := g.word()
	for range g.IntN(3) {
		s += " " + g.word()
	}
	return s
}

var (
	classes    = []string{"a", "b", "c", "row hot", "is-open", "x y z", ""}
	attrNames  = []string{"class", "title", "id", "data-state", "aria-label", "hidden", "lang", "href", "style"}
	properties = []string{"color", "width", "opacity", "z-index", "line-height", "--accent", "visibility"}
	values     = map[string][]string{
		"color":       {"red", "rgb(1, 2, 3)", "navy"},
		"width":       {"10px", "50%", "auto"},
		"opacity":     {"0.5", "1"},
		"z-index":     {"1", "20"},
		"line-height": {"1.5", "20px"},
		"--accent":    {"teal", "1px"},
		"visibility":  {"hidden", "visible"},
	}
	containers = []string{"div", "p", "section", "span", "ul", "li", "article", "b", "a", "h2", "button"}
	customs    = []string{"x-card", "x-list", "x-note"}
	groups     = []string{"@media screen", "@supports (display: grid)", "@layer base"}
)

func (g *generator) decl() decl {
	name := pick(g, properties)
	return decl{name, pick(g, values[name]), g.chance(1, 6)}
}

func (g *generator) decls(n int) []decl {
	var list []decl
	for range n {
		list = setDecl(list, g.decl())
	}
	return list
}

// rule makes a rule, at some depth in groups.
func (g *generator) rule(depth int) *rule {
	if depth < 3 && g.chance(1, 4) {
		r := &rule{head: pick(g, groups)}
		for range g.IntN(3) {
			r.rules = append(r.rules, g.rule(depth+1))
		}
		return r
	}
	g.words++
	return &rule{head: pick(g, []string{".a", "p", "#x", "li > b", ":host"}) + pick(g, []string{"", " .b", ":hover"}), decls: g.decls(1 + g.IntN(3))}
}

func (g *generator) css() string {
	s := ""
	for range 1 + g.IntN(3) {
		s += g.rule(0).css()
	}
	return s
}
