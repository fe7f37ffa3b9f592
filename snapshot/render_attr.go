package snapshot

import "strings"

// An attrRule says how an attribute is written.
type attrRule uint8

const (
	attrPlain    attrRule = iota
	attrDrop              // never written
	attrStyle             // declarations
	attrPaint             // SVG presentation attribute that can hold a url()
	attrHref              //
	attrSrc               //
	attrSrcset            //
	attrPoster            //
	attrCite              // a URL that nothing loads
	attrMap               // a fragment
	attrValue             // live state of form controls, here and below
	attrChecked           //
	attrSelected          //
)

// attrRules has the attributes, in lower case, that are not attrPlain. Those
// whose name begins with "on", "shadowroot", "xmlns", "xlink:" or
// "data-pagetape" are dropped too.
var attrRules = map[string]attrRule{
	"style": attrStyle, "href": attrHref, "xlink:href": attrHref, "src": attrSrc, "srcset": attrSrcset,
	"poster": attrPoster, "cite": attrCite, "longdesc": attrCite, "usemap": attrMap,
	"value": attrValue, "checked": attrChecked, "selected": attrSelected,

	"clip-path": attrPaint, "color-profile": attrPaint, "cursor": attrPaint, "fill": attrPaint,
	"filter": attrPaint, "marker": attrPaint, "marker-end": attrPaint, "marker-mid": attrPaint,
	"marker-start": attrPaint, "mask": attrPaint, "stroke": attrPaint,
	"by": attrPaint, "from": attrPaint, "to": attrPaint, "values": attrPaint, // of animations

	"srcdoc": attrDrop, "formaction": attrDrop, "formmethod": attrDrop, "formenctype": attrDrop,
	"formtarget": attrDrop, "ping": attrDrop, "action": attrDrop, "method": attrDrop, "enctype": attrDrop,
	"manifest": attrDrop, "background": attrDrop, "http-equiv": attrDrop, "target": attrDrop,
	"download": attrDrop, "autofocus": attrDrop, "contenteditable": attrDrop, "autoplay": attrDrop,
	"controls": attrDrop, "preload": attrDrop, "data": attrDrop, "codebase": attrDrop, "classid": attrDrop,
	"archive": attrDrop, "code": attrDrop, "object": attrDrop, "profile": attrDrop, "lowsrc": attrDrop,
	"dynsrc": attrDrop, "icon": attrDrop, "imagesrcset": attrDrop, "imagesizes": attrDrop,
	"attributionsrc": attrDrop, "nonce": attrDrop, "integrity": attrDrop, "crossorigin": attrDrop,
	"referrerpolicy": attrDrop, "sandbox": attrDrop, "allow": attrDrop, "allowfullscreen": attrDrop,
	"csp": attrDrop, "credentialless": attrDrop, "xml:base": attrDrop, "blocking": attrDrop,
	"is": attrDrop, "accesskey": attrDrop,
}

func attrRuleOf(name string) attrRule {
	rule, ok := attrRules[name]
	if !ok && len(name) > 1 {
		switch name[0] {
		case 'o':
			if name[1] == 'n' {
				return attrDrop
			}
		case 's':
			if strings.HasPrefix(name, "shadowroot") {
				return attrDrop
			}
		case 'x':
			if strings.HasPrefix(name, "xmlns") || strings.HasPrefix(name, "xlink:") {
				return attrDrop
			}
		case 'd':
			if strings.HasPrefix(name, "data-pagetape") {
				return attrDrop
			}
		}
	}
	return rule
}

// Bytes that names of tags and attributes are made of. HTML's own rules let
// much more be an attribute's name; no page needs that to look as it did.
const (
	nameTagStart = 1 << iota
	nameTag
	nameAttrStart
	nameAttr
)

var nameTable = func() (t [256]uint8) {
	for c := range t {
		switch b := byte(c); {
		case 'a' <= b && b <= 'z':
			t[c] = nameTagStart | nameTag | nameAttrStart | nameAttr
		case 'A' <= b && b <= 'Z' || b == ':':
			t[c] = nameAttrStart | nameAttr
		case b == '_':
			t[c] = nameTag | nameAttrStart | nameAttr
		case '0' <= b && b <= '9' || b == '-' || b == '.':
			t[c] = nameTag | nameAttr
		}
	}
	return t
}()

func isSpelled(s string, start, rest uint8) bool {
	if s == "" || nameTable[s[0]]&start == 0 {
		return false
	}
	for i := 1; i < len(s); i++ {
		if nameTable[s[i]]&rest == 0 {
			return false
		}
	}
	return true
}

func isTag(s string) bool { return isSpelled(s, nameTagStart, nameTag) }

// attrs writes the attributes of n that a safe page may have. The declarations
// before and after go around those of its style attribute.
func (r *renderer) attrs(n *node, before, after string) {
	st := n.live()
	replaced := n.Data == "img" && isImageURL(st.Image)
	styled := before == "" && after == ""
	for i := range n.Attr {
		a := &n.Attr[i]
		name := lower(a.Key)
		if !isSpelled(name, nameAttrStart, nameAttr) {
			continue
		}
		switch attrRuleOf(name) {
		case attrPlain:
			if !isScriptURL(a.Val) {
				r.attr(a.Key, a.Val)
			}
		case attrStyle:
			if a.Val != "" || !styled {
				r.style(before, a.Val, after)
				before, after, styled = "", "", true
			}
		case attrPaint:
			v := a.Val
			if strings.ContainsAny(v, `(\`) {
				r.css = r.appendCSS(r.css[:0], v)
				v = string(r.css)
			}
			if !isScriptURL(v) {
				r.attr(a.Key, v)
			}
		case attrHref:
			use := hrefUse(n)
			if !r.urlAttr(a.Key, a.Val, use) && use == useLink {
				r.attr("data-pagetape-href", "")
			}
		case attrSrc:
			if (n.Data == "img" || n.Data == "input") && !replaced {
				r.urlAttr(a.Key, a.Val, useImage)
			}
		case attrPoster:
			if n.Data == "video" {
				r.urlAttr(a.Key, a.Val, useImage)
			}
		case attrSrcset:
			if (n.Data == "img" || n.Data == "source") && !replaced {
				if v := r.srcset(a.Val); v != "" {
					r.attr(a.Key, v)
				}
			}
		case attrCite:
			r.urlAttr(a.Key, a.Val, useLink)
		case attrMap:
			r.urlAttr(a.Key, a.Val, useFragment)
		case attrValue:
			if n.Data != "input" || st.Value == nil && lower(attrOf(n, "type")) != "file" {
				r.attr(a.Key, a.Val)
			}
		case attrChecked:
			if n.Data != "input" || st.Checked == nil {
				r.attr(a.Key, "")
			}
		case attrSelected:
			if n.Data != "option" {
				r.attr(a.Key, "")
			}
		}
	}
	if !styled {
		r.style(before, "", after)
	}
	r.liveAttrs(n, st)
}

// liveAttrs writes the state of n that attributes of HTML hold.
func (r *renderer) liveAttrs(n *node, st *State) {
	if st.Scroll != nil {
		r.scroll(n.elementScroll())
	}
	if r.masks {
		if m := n.masked(); m != maskedNone {
			r.attr("data-pagetape-masked", m.String())
		}
	}
	switch n.Data {
	case "input":
		if st.Value != nil && lower(attrOf(n, "type")) != "file" {
			r.attr("value", *st.Value)
		}
		if st.Checked != nil && *st.Checked {
			r.attr("checked", "")
		}
	case "option":
		if r.chosen.selected(n) {
			r.attr("selected", "")
		}
	case "dialog":
		if st.Dialog != "" {
			if !n.hasAttr("open") {
				r.attr("open", "")
			}
			if st.Dialog == "modal" {
				r.attr("data-pagetape", "modal")
			}
		}
	case "img":
		if isImageURL(st.Image) {
			r.attr("src", cleanURL(st.Image))
		}
	}
}

var noState State // for nodes without one; never written

// live returns the state of n, which is read-only and not nil.
func (n *node) live() *State {
	if n.more != nil && n.more.state != nil {
		return n.more.state
	}
	return &noState
}

// attr writes one attribute. The name must be legal.
func (r *renderer) attr(name, value string) {
	r.buf = append(append(r.buf, ' '), name...)
	if value != "" {
		r.buf = append(appendEscaped(append(r.buf, '=', '"'), value), '"')
	}
}

func (r *renderer) style(before, css, after string) {
	c := append(r.css[:0], before...)
	if css != "" {
		if before != "" {
			c = append(c, ';')
		}
		c = r.appendCSS(c, css)
	}
	if after != "" {
		if len(c) > 0 {
			c = append(c, ';')
		}
		c = append(c, after...)
	}
	r.css = c
	if isScriptURL(c) { // a property of that name, but no attribute begins so
		return
	}
	r.buf = append(r.buf, ` style="`...)
	r.buf = append(appendEscaped(r.buf, c), '"')
}
