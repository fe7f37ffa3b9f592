package snapshot

import "math"

// scrollCSS scrolls what has the attributes data-pagetape-left and -top, in
// browsers that know scroll-initial-target (CSS Scroll Snap 2; Chromium from
// 133 on): to a box without content that begins where the scrolled view does.
// In others all is where it is without scrolling.
//
// The box takes no part in the layout, so its containing block must be what is
// scrolled: will-change makes it one (CSS Will Change 1, section 3) for
// absolute positions, not for fixed ones, and leaves its own position alone.
// Of important declarations those of the first layer are the strongest.
const scrollCSS = "@layer pagetape{@supports (scroll-initial-target:nearest) and (top:attr(x px)){" +
	":is([data-pagetape-top],#_){scroll-padding:0!important}" +
	":is([data-pagetape-top]:not(:root),#_){will-change:position!important}" +
	":is([data-pagetape-top],#_)::before{all:initial!important;content:\"\"!important;position:absolute!important;" +
	"left:attr(data-pagetape-left px)!important;top:attr(data-pagetape-top px)!important;width:100%!important;height:100%!important;" +
	"pointer-events:none!important;scroll-initial-target:nearest!important}" +
	":is([data-pagetape-top]:root,#_)::before{height:100vh!important}}}"

// maxScroll is the largest scroll offset that is written. Browsers' layout
// ends at about 33 million pixels.
const maxScroll = 1 << 25

// isScroll reports whether at is an offset that is worth writing.
func (at *Point) isScroll() bool {
	return at != nil && (at.X != 0 || at.Y != 0) && math.Abs(at.X) <= maxScroll && math.Abs(at.Y) <= maxScroll
}

// viewScroll returns how far a document's view is scrolled, nil where that is
// not known. A recorder's snapshot has it with the element that scrolls the
// view, a scroll event with the document.
func (n *node) viewScroll() *Point {
	if at := n.live().Scroll; at != nil {
		return at
	}
	if n.more != nil && n.more.compat == "BackCompat" {
		if body := n.body(); body != nil && body.live().Scroll != nil {
			return body.live().Scroll
		}
	}
	if root := n.childElement("html"); root != nil {
		return root.live().Scroll
	}
	return nil
}

// body returns the body of a document.
func (n *node) body() *node {
	if root := n.childElement("html"); root != nil {
		return root.childElement("body")
	}
	return nil
}

// elementScroll returns how far an element's content is scrolled, nil for not
// at all. The elements that scroll a document's view have none of their own.
func (n *node) elementScroll() *Point {
	at := n.live().Scroll
	if !at.isScroll() || n.Parent == nil {
		return nil
	}
	switch up := own(n.Parent); {
	case n.Data == "html" && up.kind == KindDocument:
		return nil
	case n.Data == "body" && up.Data == "html" && up.Parent != nil:
		if doc := own(up.Parent); doc.more != nil && doc.more.compat == "BackCompat" {
			return nil
		}
	}
	return at
}

// scroll writes a scroll offset, for scrollCSS and for scripts around the page.
func (r *renderer) scroll(at *Point) {
	if at.isScroll() {
		r.attr("data-pagetape-left", FormatNumber(at.X))
		r.attr("data-pagetape-top", FormatNumber(at.Y))
	}
}
