package snapshot

import (
	"strings"

	"golang.org/x/net/html"
)

// sheet writes a style element, or a link whose style sheet was recorded.
func (r *renderer) sheet(n *node) {
	css, ok := n.captured()
	if n.Data == "link" {
		rel := lower(attrOf(n, "rel"))
		if !ok || n.hasAttr("disabled") || strings.Contains(rel, "alternate") {
			r.standIn(n)
			return
		}
	}
	r.str("<style")
	r.id(n)
	for _, name := range []string{"id", "class", "media", "type", "slot"} {
		if v := attrOf(n, name); v != "" && !isScriptURL(v) {
			r.attr(name, v)
		}
	}
	r.str(">")
	r.buf = r.appendCSS(r.buf, unsplitCSS(css))
	r.str("</style>")
	r.flush()
}

// meta writes a meta element that says how the page is laid out; others might
// redirect it.
func (r *renderer) meta(n *node) {
	name := lower(attrOf(n, "name"))
	content := attrOf(n, "content")
	if name != "viewport" && name != "color-scheme" || isScriptURL(content) {
		r.standIn(n)
		return
	}
	r.str("<meta")
	r.id(n)
	r.attr("name", name)
	r.attr("content", content)
	r.str(">")
}

// sized returns declarations for a width and height. Each is a CSS length in
// pixels or, from an attribute, a number or percentage.
func sized(width, height string) string {
	out := ""
	for i, v := range [...]string{width, height} {
		v = strings.Trim(v, " \t\n\f\r")
		if isNumber(v) {
			v += "px"
		}
		if pc, ok := strings.CutSuffix(v, "%"); !isLength(v) && !(ok && isNumber(pc)) {
			continue
		}
		out += [...]string{"width:", "height:"}[i] + v + ";"
	}
	return out
}

// keep writes those attributes of n that say where a stand-in belongs.
func (r *renderer) keep(n *node, style string) {
	r.id(n)
	for _, name := range []string{"class", "slot"} {
		if v := attrOf(n, name); v != "" && !isScriptURL(v) {
			r.attr(name, v)
		}
	}
	r.style(style, "", "")
}

// blocked writes an element that the recorder left out as a box of its size,
// which is that of its border box. The tag stays where it brings nothing of its
// own to show. Elsewhere it is a span: unlike a div it leaves a p open.
func (r *renderer) blocked(n *node, rule tagRule) {
	name, style := n.Data, "display:inline-block;box-sizing:border-box;"
	switch rule {
	case tagPlain, tagPre:
		switch name {
		case "pre", "listing", "xmp", "plaintext":
			name = "pre"
		case "tr", "td", "th", "tbody", "thead", "tfoot", "caption", "colgroup":
			style = "" // a table part must stay one
		case "option", "optgroup", "button", "meter", "progress", "dialog", "details":
			name = "span"
		}
	case tagVoid:
		if name != "img" {
			name = "span"
		}
	case tagRoot:
		name = "div"
	default:
		name = "span"
	}
	if name == n.Data && style != "" && (textRules[name] == textBlock || name == "pre") {
		style = "box-sizing:border-box;" // it stays a block, or what the page makes of one
	}
	st := n.live()
	width, height := st.Width, st.Height
	if !isLength(width) {
		width = ""
	}
	if !isLength(height) {
		height = ""
	}
	r.buf = append(append(r.buf, '<'), name...)
	r.keep(n, style+sized(width, height)+blank)
	r.str(` data-pagetape="blocked">`)
	if name != "img" {
		r.end(name)
	}
}

// box writes an element that shows what no rendered page may load as a box of
// its size, which is that of a replaced element (CSS 2, section 10.3.2) unless
// the page has a say in it.
func (r *renderer) box(n *node) {
	size := sized(attrOf(n, "width"), attrOf(n, "height"))
	style := attrOf(n, "style")
	if size == "" && style == "" && attrOf(n, "class") == "" && n.Data != "frameset" {
		size = "width:300px;height:150px;"
	}
	r.str("<span")
	r.id(n)
	for _, name := range []string{"id", "class", "slot"} {
		if v := attrOf(n, name); v != "" && !isScriptURL(v) {
			r.attr(name, v)
		}
	}
	r.style("display:inline-block;"+size+placard(n.Data), style, "")
	r.str(` data-pagetape="opaque">`)
	if n.Data == "frameset" {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if own(c).kind == KindElement && r.depth < MaxDepth {
				r.depth++
				r.element(own(c))
				r.depth--
			}
		}
	}
	r.end("span")
}

// frame writes an iframe with its document in it, or a hatched one where there
// is none. Its sandbox allows nothing.
func (r *renderer) frame(n *node) {
	var doc *node
	if n.more != nil && r.frames < maxFrames && r.depth < MaxDepth {
		doc = n.more.frame
	}
	style := ""
	if doc == nil {
		text := "frame, not recorded"
		if n.live().Src != "" {
			text = "frame of another site"
		}
		style = placard(text)
	}
	r.begin(n, "iframe", style, "")
	if doc == nil {
		r.str(` data-pagetape="opaque" sandbox></iframe>`)
		return
	}
	r.str(` sandbox srcdoc="`)
	outer := r.buf
	if r.frames == len(r.spare) {
		r.spare = append(r.spare, nil)
	}
	r.buf = r.spare[r.frames][:0]
	chosen, noSets := r.chosen, r.noSets
	r.chosen, r.noSets = choice{}, false
	r.frames++
	r.depth++
	r.document(doc)
	r.depth--
	r.frames--
	r.chosen, r.noSets = chosen, noSets
	inner := r.buf
	r.spare[r.frames] = inner
	for _, c := range inner {
		switch c { // all that has a meaning in a quoted value; the rest is escaped already
		case '&':
			outer = append(outer, "&amp;"...)
		case '"':
			outer = append(outer, "&#34;"...)
		default:
			outer = append(outer, c)
		}
	}
	r.buf = append(outer, `"></iframe>`...)
	r.flush()
}

// textarea writes a text area with what it shows.
func (r *renderer) textarea(n *node) {
	r.begin(n, "textarea", "", "")
	r.str(">")
	if v := n.live().Value; v != nil {
		if strings.HasPrefix(*v, "\n") {
			r.str("\n") // the parser drops the first one
		}
		r.text(*v)
	} else {
		if n.FirstChild != nil && n.FirstChild.Type == html.TextNode && strings.HasPrefix(n.FirstChild.Data, "\n") {
			r.str("\n")
		}
		r.childText(n)
	}
	r.end("textarea")
}

// media writes a video or audio element, which has nothing to play. Where a
// video has no poster, its placard is there.
func (r *renderer) media(n *node) {
	style := ""
	poster := attrOf(n, "poster")
	if n.Data == "video" && !isImageURL(poster) && (poster == "" || r.opts.URL == nil) {
		style = placard("video")
	}
	r.begin(n, n.Data, style, "")
	r.str(">")
	r.end(n.Data)
}

// hasImage reports whether the pixels of an img right below n were recorded.
func (n *node) hasImage() bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Data == "img" && own(c).kind == KindElement && isImageURL(own(c).live().Image) {
			return true
		}
	}
	return false
}

// isSafeAnimation reports whether what a SVG animation element changes is
// nothing that is not plain or a paint.
func isSafeAnimation(n *node) bool {
	for i := range n.Attr {
		if lower(n.Attr[i].Key) != "attributename" {
			continue
		}
		name := lower(strings.Trim(n.Attr[i].Val, " \t\n\f\r"))
		for _, name := range []string{name, name[strings.LastIndexByte(name, ':')+1:]} {
			if rule := attrRuleOf(name); rule != attrPlain && rule != attrPaint {
				return false
			}
		}
	}
	return true
}

// A choice says which option of a select is chosen: that one, if it is known.
// If not, each option tells for itself.
type choice struct {
	known  bool
	option *node
}

func (c choice) selected(n *node) bool {
	if c.known {
		return c.option == n
	}
	if s := n.live().Selected; s != nil {
		return *s
	}
	return n.hasAttr("selected")
}

// choiceOf returns the choice in a select in which but one option is chosen:
// the last that is, or the first with the value that the select has.
func choiceOf(n *node) choice {
	if n.hasAttr("multiple") {
		return choice{}
	}
	value := n.live().Value
	var last, match *node
	for c := range n.Descendants() {
		o := own(c)
		if o.kind != KindElement || o.Data != "option" {
			continue
		}
		if s := o.live().Selected; s != nil && *s {
			last = o
		}
		if value != nil && match == nil && o.optionValue() == *value {
			match = o
		}
	}
	switch {
	case last != nil:
		return choice{true, last}
	case value != nil:
		return choice{true, match}
	}
	return choice{}
}

// optionValue returns the value of an option: its attribute or else its text
// (HTML, "the option element").
func (n *node) optionValue() string {
	if n.hasAttr("value") {
		return attrOf(n, "value")
	}
	return strings.Join(strings.Fields(n.textContent()), " ")
}
