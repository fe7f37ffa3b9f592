package snapshot

import (
	"io"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// RenderOptions are the ways in which a page can be rendered. The zero value
// is the safest: a page that loads nothing.
type RenderOptions struct {
	// URL says what to write for a URL: attr is "src", "href", "srcset",
	// "poster", "cite", "longdesc", "xlink:href", or "url()" for one in CSS. The
	// URL is dropped where URL is nil or returns false. It is not asked about
	// fragments and data URLs (images and, in CSS, fonts are kept), nor about
	// scripts, frames, media and form targets, which never have one; it cannot
	// return what runs as script. What it returns is loaded only if CSP lets it.
	URL func(attr, url string) (string, bool)

	// IDs writes the id of each node as the attribute data-pagetape-id of its
	// element.
	IDs bool

	// CSP has directives for the page's Content-Security-Policy, in place of
	// the default's of the same name. The default allows inline style, and
	// images, fonts and media in data URLs; it is all that "" leaves.
	CSP string

	// Overlay is drawn above the page; nil is nothing.
	Overlay *Overlay
}

const (
	// defaultCSP is what a rendered page may do. Scripts, frames from
	// elsewhere, connections and plug-ins fall under default-src.
	defaultCSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; " +
		"media-src data:; form-action 'none'; base-uri 'none'"

	// maxFrames is how deep frames are rendered. Each level escapes what it
	// holds once more.
	maxFrames = 16

	renderChunk = 32 << 10
)

// Render writes the page as it is now as an HTML document that stands alone
// and is safe to open: it has no scripts or event handlers, loads nothing that
// opts does not ask for, sends nothing and cannot leave its frame's sandbox.
// Style sheets are written with the rules that scripts inserted, form controls
// with their live values, shadow roots as declarative ones and frames as
// srcdoc. Elements that must not be there leave an empty template behind, so
// that :nth-child() counts as it did.
//
// What was scrolled stands as it did, in browsers that know CSS's
// scroll-initial-target, but for form controls; the offsets are attributes,
// data-pagetape-left and data-pagetape-top, as well.
//
// A canvas shows its pixels and what was drawn on it since, as far as 2D
// commands are recorded and known. What has no content in a recording is
// hatched and says what it is: canvases, videos, frames of other sites,
// plug-ins. What was blocked is a grey box of its size; texts in which a mask
// stands are marked. Links without an address look like links.
//
// Nothing that a page says is trusted, its names included. The selection is
// not part of the document. Errors are those of w. A nil opts is the zero
// RenderOptions.
func Render(w io.Writer, p *Page, opts *RenderOptions) error {
	r := &renderer{w: w, page: p, buf: make([]byte, 0, renderChunk+renderChunk/4)}
	if opts != nil {
		r.opts = *opts
	}
	r.policy = mergeCSP(r.opts.CSP)
	r.filter.url = func(u string) (string, bool) { return r.url("url()", u, useCSS) }
	r.document(p.root)
	if r.err == nil && len(r.buf) > 0 {
		_, r.err = w.Write(r.buf)
	}
	return r.err
}

// mergeCSP returns the default policy with the directives of csp in place of
// its own: of two directives with one name a browser takes the first.
func mergeCSP(csp string) string {
	var out []string
	seen := ""
	for _, list := range []string{csp, defaultCSP} {
		for d := range strings.SplitSeq(list, ";") {
			f := strings.Fields(d)
			if len(f) == 0 {
				continue
			}
			key := ";" + strings.ToLower(f[0]) + ";"
			if !strings.Contains(seen, key) {
				seen += key
				out = append(out, strings.Join(f, " "))
			}
		}
	}
	return strings.Join(out, "; ")
}

// A renderer writes one page. It appends to buf, which goes to w now and then,
// but not while buf holds a frame's document that is to be escaped.
type renderer struct {
	w      io.Writer
	page   *Page
	opts   RenderOptions
	policy string
	err    error

	buf    []byte
	frames int      // how many documents are around this one
	spare  [][]byte // a buffer for each depth of frames
	css    []byte   // scratch
	filter cssFilter
	depth  int
	chosen choice // in the select that is being written
	noSets bool   // sources of this picture have no srcset
	masks  bool   // there are masked parts in the tree that is being written
}

// A tagRule says how an element is written.
type tagRule uint8

const (
	tagPlain    tagRule = iota
	tagNone             // an empty template stands in
	tagVoid             // no content, no end tag
	tagNeutral          // as span
	tagRoot             // html, head or body where there should be none
	tagBox              // a box of its size
	tagFrame            //
	tagStyle            //
	tagLink             //
	tagMeta             //
	tagText             // nothing but text
	tagTextarea         //
	tagPre              // a newline at the start counts, if doubled
	tagSelect           //
	tagPicture          //
	tagSource           //
	tagCanvas           //
	tagMedia            //
	tagAnimate          //
)

// tagRules has the elements that are not tagPlain, whatever namespace they are
// in: a parser may see them in another one.
var tagRules = map[string]tagRule{
	"script": tagNone, "noscript": tagNone, "template": tagNone, "base": tagNone, "noembed": tagNone,
	"noframes": tagNone, "param": tagNone, "bgsound": tagNone, "basefont": tagNone, "track": tagNone,
	"handler": tagNone, "listener": tagNone, "discard": tagNone,

	"area": tagVoid, "br": tagVoid, "col": tagVoid, "hr": tagVoid, "img": tagVoid, "input": tagVoid,
	"wbr": tagVoid,

	"image": tagNeutral, "isindex": tagNeutral, "keygen": tagNeutral, "permission": tagNeutral,
	"geolocation": tagNeutral, "usermedia": tagNeutral, "nextid": tagNeutral, "command": tagNeutral,

	"html": tagRoot, "head": tagRoot, "body": tagRoot,

	"object": tagBox, "embed": tagBox, "applet": tagBox, "frame": tagBox, "frameset": tagBox,
	"portal": tagBox, "fencedframe": tagBox, "webview": tagBox, "controlledframe": tagBox, "model": tagBox,

	"iframe": tagFrame, "style": tagStyle, "link": tagLink, "meta": tagMeta, "title": tagText,
	"textarea": tagTextarea, "pre": tagPre, "listing": tagPre, "xmp": tagPre, "plaintext": tagPre,
	"select": tagSelect, "picture": tagPicture, "source": tagSource, "canvas": tagCanvas,
	"video": tagMedia, "audio": tagMedia,
	"animate": tagAnimate, "set": tagAnimate, "animatemotion": tagAnimate, "animatetransform": tagAnimate,
	"animatecolor": tagAnimate,
}

func (r *renderer) str(s string) { r.buf = append(r.buf, s...) }

func (r *renderer) text(s string) { r.buf = appendEscaped(r.buf, s) }

// flush writes what is there, if it is much and final.
func (r *renderer) flush() {
	if len(r.buf) >= renderChunk && r.frames == 0 && r.err == nil {
		_, r.err = r.w.Write(r.buf)
		r.buf = r.buf[:0]
	}
}

// document writes a document, or an empty one where doc is nil. The metas come
// first in its head, before anything that they must have an effect on.
func (r *renderer) document(doc *node) {
	var root, head *node
	if doc == nil || doc.more == nil || doc.more.compat != "BackCompat" {
		r.str("<!DOCTYPE html>\n")
	}
	if doc != nil {
		root = doc.childElement("html")
	}
	var view *Point
	var want need
	drawn := r.overlayOf(doc) != nil
	if doc != nil {
		view = doc.viewScroll()
		want.scroll = view.isScroll()
		doc.needs(&want)
	}
	outer := r.masks
	r.masks = want.masked
	defer func() { r.masks = outer }()
	r.str("<html")
	if root != nil {
		head = root.childElement("head")
		r.id(root)
		if !root.isBlocked() {
			r.attrs(root, "", "")
		}
	}
	r.scroll(view)
	r.str("><head")
	shown := ""
	if drawn {
		shown = "display:contents!important" // the overlay is in it
	}
	switch {
	case head != nil:
		r.id(head)
		r.attrs(head, "", shown)
	case drawn:
		r.attr("style", shown)
	}
	r.str(`><meta http-equiv="Content-Security-Policy"`)
	r.attr("content", r.policy)
	r.str(`><meta charset="utf-8"><meta name="referrer" content="no-referrer"><style>` + modalCSS + `</style>`)
	r.ownStyle(want)
	r.overlay(doc)
	if head != nil {
		for c := head.FirstChild; c != nil; c = c.NextSibling {
			r.headChild(own(c))
		}
	}
	if doc != nil {
		r.adopted(doc)
	}
	r.str("</head>")
	switch {
	case root != nil && !root.isBlocked():
		r.rootChildren(root, head)
	case root == nil && doc != nil:
		r.str("<body>")
		r.children(doc)
		r.str("</body>")
	}
	r.str("</html>")
}

// headChild writes a child of a head. What a parser would end the head at is
// not shown there anyway.
func (r *renderer) headChild(n *node) {
	if n.kind != KindElement {
		return
	}
	switch rule := tagRules[n.Data]; {
	case rule == tagStyle, rule == tagLink, rule == tagMeta, rule == tagText && !n.isBlocked():
		r.element(n)
	default:
		r.standIn(n)
	}
}

func (r *renderer) rootChildren(root, head *node) {
	var body *node
	for c := root.FirstChild; c != nil; c = c.NextSibling {
		n := own(c)
		switch {
		case n == head:
		case body == nil && n.kind == KindElement && (n.Data == "body" || n.Data == "frameset"):
			body = n
			r.str("<body")
			r.id(n)
			r.attrs(n, "", "")
			r.str(">")
			if !n.isBlocked() {
				r.children(n)
			}
			r.str("</body>")
		default:
			r.node(n)
		}
	}
}

// childElement returns the first child of n that is an HTML element with that
// name, nil if there is none.
func (n *node) childElement(name string) *node {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if k := own(c); k.kind == KindElement && c.Data == name {
			return k
		}
	}
	return nil
}

// isBlocked reports whether the recorder left out what n holds and told its
// size instead.
func (n *node) isBlocked() bool {
	st := n.live()
	return n.flags.has(nodeBlock) || st.Width != "" || st.Height != ""
}

func (r *renderer) node(n *node) {
	switch n.kind {
	case KindElement:
		r.element(n)
	case KindText, KindCDATA:
		r.text(n.Data)
	}
	r.flush()
}

// children writes what is below n: its shadow tree and its children.
func (r *renderer) children(n *node) {
	if r.depth >= MaxDepth {
		return
	}
	r.depth++
	if n.more != nil && n.more.shadow != nil {
		if !canHost(n) {
			// A declarative shadow root would stay a template here.
			n = n.more.shadow
		} else {
			var want need
			n.more.shadow.needs(&want)
			masks := r.masks
			r.masks = want.masked
			r.str(`<template shadowrootmode="open">`)
			r.children(n.more.shadow)
			r.adopted(n)
			r.ownStyle(want)
			r.masks = masks
			r.str("</template>")
		}
	}
	for c := n.FirstChild; c != nil && r.err == nil; c = c.NextSibling {
		r.node(own(c))
	}
	r.depth--
}

func (r *renderer) adopted(n *node) {
	for _, id := range n.live().Adopted {
		if sheet := r.page.sheets[id]; sheet != nil {
			r.str("<style>")
			r.buf = r.appendCSS(r.buf, sheet.Text())
			r.str("</style>")
			r.flush()
		}
	}
}

// ownStyle writes the style sheets that a tree needs of us.
func (r *renderer) ownStyle(want need) {
	if css := want.css(); css != "" {
		r.str("<style>" + css + "</style>")
	}
}

func canHost(n *node) bool { return isHostName(n.Data, n.Namespace) }

// isHostName reports whether an element of that name can have a shadow root
// (DOM, "attach a shadow root").
func isHostName(name, namespace string) bool {
	if namespace != "" {
		return false
	}
	switch name {
	case "article", "aside", "blockquote", "body", "div", "footer", "h1", "h2", "h3", "h4", "h5", "h6",
		"header", "main", "nav", "p", "section", "span":
		return true
	case "annotation-xml", "color-profile", "font-face", "font-face-src", "font-face-uri",
		"font-face-format", "font-face-name", "missing-glyph":
		return false
	}
	return strings.Contains(name, "-") && isTag(name)
}

// id writes the node's id, if that is asked for.
func (r *renderer) id(n *node) {
	if r.opts.IDs && n.id > 0 {
		r.str(` data-pagetape-id="`)
		r.buf = strconv.AppendInt(r.buf, int64(n.id), 10)
		r.str(`"`)
	}
}

// standIn writes what stands for an element that must not be there.
func (r *renderer) standIn(n *node) {
	r.str("<template")
	r.id(n)
	r.str("></template>")
}

// begin writes a start tag with the attributes of n, up to its ">".
func (r *renderer) begin(n *node, name, before, after string) {
	r.buf = append(append(r.buf, '<'), name...)
	r.id(n)
	r.attrs(n, before, after)
}

func (r *renderer) end(name string) {
	r.buf = append(append(append(r.buf, '<', '/'), name...), '>')
}

func (r *renderer) element(n *node) {
	name, rule := n.Data, tagRules[n.Data]
	if rule == tagPlain && !isTag(name) {
		rule = tagNeutral
	}
	switch rule {
	case tagNone:
		r.standIn(n)
		return
	case tagStyle, tagLink:
		r.sheet(n)
		return
	case tagMeta:
		r.meta(n)
		return
	}
	if n.isBlocked() {
		r.blocked(n, rule)
		return
	}
	chosen, noSets := r.chosen, r.noSets
	switch rule {
	case tagVoid:
		r.begin(n, name, "", "")
		if n.Namespace != "" {
			r.str("/")
		}
		r.str(">")
		return
	case tagNeutral:
		if name != "image" || n.Namespace == "" {
			name = "span"
		}
	case tagRoot:
		name = "div"
	case tagBox:
		r.box(n)
		return
	case tagFrame:
		r.frame(n)
		return
	case tagText:
		r.begin(n, name, "", "")
		r.str(">")
		r.childText(n)
		r.end(name)
		return
	case tagTextarea:
		r.textarea(n)
		return
	case tagPre:
		name = "pre"
	case tagSelect:
		r.chosen = choiceOf(n)
	case tagPicture:
		r.noSets = n.hasImage()
	case tagSource:
		if r.noSets || own(n.Parent).Data != "picture" {
			r.standIn(n)
		} else {
			r.begin(n, name, "", "")
			r.str(">")
		}
		return
	case tagCanvas:
		r.canvas(n)
		return
	case tagMedia:
		r.media(n)
		return
	case tagAnimate:
		if !isSafeAnimation(n) {
			r.standIn(n)
			return
		}
	}
	r.begin(n, name, "", "")
	r.str(">")
	if rule == tagPre && n.FirstChild != nil && n.FirstChild.Type == html.TextNode && strings.HasPrefix(n.FirstChild.Data, "\n") {
		r.str("\n") // the parser drops the first one
	}
	r.children(n)
	r.end(name)
	r.chosen, r.noSets = chosen, noSets
}

// childText writes the text nodes right below n.
func (r *renderer) childText(n *node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			r.text(c.Data)
		}
	}
}
