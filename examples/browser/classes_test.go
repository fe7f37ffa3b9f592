package browser

import (
	"maps"
	"slices"
	"strings"

	"github.com/pagetape/pagetape/snapshot"
)

// A difference is one fact that two pages do not share.
type difference struct {
	id                 snapshot.NodeID
	tag, what          string // the element's name in rrweb's Replayer, and the fact
	ours, theirs, live string
	page               string // ours before it was rendered
	inHead             bool
}

// compare returns the differences of our page and that of rrweb's Replayer, each
// with what the live page and our page before it was rendered have.
func compare(ours facts, page *snapshot.Page, theirs, live facts) []difference {
	before := pageFacts(page)
	var found []difference
	if len(theirs) == 0 {
		return append(found, difference{what: "page", ours: there(ours[0]), theirs: none, live: there(live[0])})
	}
	for _, id := range union(ours, theirs) {
		a, b := ours[id], theirs[id]
		d := difference{id: id, tag: strings.TrimPrefix(b["tag"], "'"), inHead: inHead(page, id)}
		if a == nil || b == nil {
			d.what, d.ours, d.theirs, d.live, d.page = "element", there(a), there(b), there(live[id]), there(before[id])
			found = append(found, d)
			continue
		}
		for _, what := range union(a, b) {
			d.what, d.ours, d.theirs = what, ours.get(id, what), theirs.get(id, what)
			d.live, d.page = live.get(id, what), before.get(id, what)
			if d.ours != d.theirs {
				found = append(found, d)
			}
		}
	}
	return found
}

// inHead reports whether the node is the head of a document or in one.
func inHead(page *snapshot.Page, id snapshot.NodeID) bool {
	for ; id != 0; id = page.Parent(id) {
		if n := page.Node(id); n != nil && n.Data == "head" {
			return true
		}
	}
	return false
}

func there(f map[string]string) string {
	if f == nil {
		return none
	}
	return "'yes"
}

// union returns the keys of both, in order.
func union[K interface{ ~int32 | ~string }, V any](a, b map[K]V) []K {
	keys := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(keys)
	return slices.Compact(keys)
}

// right says which page has it as the live page had: "ours", "rrweb", "neither".
func (d difference) right() string {
	switch d.live {
	case d.ours:
		return "ours"
	case d.theirs:
		return "rrweb"
	}
	return "neither"
}

// A class is a kind of difference, which docs/fidelity.md explains under its
// name.
type class struct {
	name  string
	right string // what right may say of it, of several any
	is    func(d difference) bool
}

// The attributes that Render leaves out for what they make a page do.
var unrendered = []string{"contenteditable", "controls", "method", "action", "target", "download", "autofocus", "accesskey", "autoplay", "preload"}

// classes are tried in this order.
var classes = []class{
	{"exceptions", "ours", func(d difference) bool { return d.what == "page" }},
	{"hover marks", "ours", func(d difference) bool {
		return d.what == "attribute class" && unmarked(d.theirs) == strings.TrimPrefix(strings.TrimPrefix(d.ours, none), "'")
	}},
	{"hover rules", "ours", func(d difference) bool {
		return strings.HasSuffix(d.what, "rules") && unhovered(d.theirs) == d.ours
	}},
	{"autocomplete", "ours", func(d difference) bool { return d.what == "attribute autocomplete" && d.theirs == "'off" }},
	{"dialog mode", "ours", func(d difference) bool { return d.what == "attribute rr_open_mode" }},
	{"adopted sheets", "ours", func(d difference) bool { return strings.HasSuffix(d.what, "adopted rules") }},
	{"blank document in an opaque frame", "ours", func(d difference) bool {
		return d.tag == "iframe" && strings.HasPrefix(d.what, "frame ") && d.ours == none && (d.theirs == "'" || d.what == "frame mode")
	}},
	{"lost document of a frame", "ours neither", func(d difference) bool {
		return d.what == "element" && d.theirs == none ||
			d.tag == "iframe" && (d.what == "frame text" && d.theirs == none || d.what == "frame children" && d.theirs == "'")
	}},

	{"doctype of a frame", "ours", func(d difference) bool {
		return d.what == "frame children" && strings.Replace(d.theirs, " !html", "", 1) == d.ours
	}},
	{"scroll offsets", "ours", func(d difference) bool { return d.what == "scroll" }},

	{"selectors of links", "rrweb neither", func(d difference) bool {
		return strings.HasSuffix(d.what, "rules") && linked(d.ours) == linked(unhovered(d.theirs))
	}},
	{"scripts", "rrweb neither", func(d difference) bool { return d.tag == "noscript" }},
	{"inside the head", "rrweb", func(d difference) bool {
		return d.inHead && d.what != "rules" && (d.tag != "head" || d.what == "text")
	}},
	{"namespace declarations", "rrweb", func(d difference) bool { return strings.HasPrefix(d.what, "attribute xmlns") }},
	{"attributes that act", "rrweb", func(d difference) bool {
		name, ok := strings.CutPrefix(d.what, "attribute ")
		return ok && d.ours == none && slices.Contains(unrendered, name)
	}},
	{"state as attributes", "ours rrweb neither", func(d difference) bool {
		return slices.Contains([]string{"attribute value", "attribute checked", "attribute selected", "attribute loop"}, d.what)
	}},
	{"frame attributes", "rrweb neither", func(d difference) bool {
		return d.tag == "iframe" && (d.what == "attribute sandbox" || d.what == "attribute srcdoc")
	}},
	{"doctype", "rrweb", func(d difference) bool {
		return strings.HasSuffix(d.what, "children") && strings.Replace(d.ours, " !html", "", 1) == d.theirs
	}},
	{"stand-ins", "rrweb", func(d difference) bool {
		return strings.HasPrefix(d.what, "attribute data-pagetape") || strings.Contains(d.ours, "repeating-linear-gradient") ||
			d.tag == "canvas" && strings.Contains(d.ours, "background-image:url") ||
			d.tag == "template" && strings.HasPrefix(d.what, "attribute ")
	}},
	{"fallback content", "rrweb", func(d difference) bool { return (d.tag == "video" || d.tag == "canvas") && d.what == "text" }},
	{"empty style attributes", "rrweb", func(d difference) bool {
		return d.what == "attribute style" && d.ours == none && d.theirs == "'"
	}},
	{"links that are none", "rrweb", func(d difference) bool { return d.what == "attribute href" && d.ours == none }},
	{"nesting", "rrweb neither", func(d difference) bool {
		return (strings.HasSuffix(d.what, "children") || strings.HasSuffix(d.what, "text") || d.what == "element") && d.page == d.live
	}},
	{"attributes of style sheets", "rrweb", func(d difference) bool {
		return d.tag == "style" && strings.HasPrefix(d.what, "attribute ") && d.ours == none
	}},
	{"quotes in url()", "rrweb", func(d difference) bool {
		return strings.ReplaceAll(d.ours, `"`, "") == strings.ReplaceAll(d.theirs, `"`, "")
	}},
	{"rules that scripts change", "ours", func(d difference) bool { return d.what == "rules" }},
	{"scroll without a scroller", "rrweb neither", func(d difference) bool { return d.what == "scroll" }},
	{"lost changes", "ours", func(difference) bool { return true }},
}

// unmarked returns a class attribute without the classes that rrweb's Replayer
// adds.
func unmarked(class string) string {
	var kept []string
	for name := range strings.FieldsSeq(strings.TrimPrefix(class, "'")) {
		if name != ":hover" && name != "rrweb-paused" {
			kept = append(kept, name)
		}
	}
	return strings.Join(kept, " ")
}

// unhovered returns rules without the selectors that rrweb's Replayer adds to
// those with :hover.
func unhovered(rules string) string {
	lines := strings.SplitAfter(rules, "\n")
	for i, line := range lines {
		if head, rest, ok := strings.Cut(line, " {"); ok && strings.Contains(head, `\:hover`) {
			selectors := slices.DeleteFunc(splitSelectors(head), func(s string) bool { return strings.Contains(s, `\:hover`) })
			lines[i] = strings.Join(selectors, ",") + " {" + rest
		}
	}
	return strings.Join(lines, "")
}

// linked returns rules without the selectors that Render writes for links: of
// those that have no address left.
func linked(rules string) string {
	return strings.NewReplacer(":is(:any-link, [data-pagetape-href])", ":link", ":any-link", ":link").Replace(rules)
}

// splitSelectors splits at the commas that are in no brackets.
func splitSelectors(list string) (out []string) {
	depth, start := 0, 0
	for i, c := range list {
		switch c {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case ',':
			if depth == 0 {
				out, start = append(out, list[start:i]), i+1
			}
		}
	}
	return append(out, list[start:])
}

// classOf returns the name of the class of a difference, "" for one that has
// none.
func classOf(d difference) string {
	for _, c := range classes {
		if c.is(d) && strings.Contains(c.right, d.right()) {
			return c.name
		}
	}
	return ""
}
