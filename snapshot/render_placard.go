package snapshot

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	// hatch is the background of what a recording has no content for.
	hatch = "repeating-linear-gradient(135deg,#8883 0 1px,#0000 1px 9px)"
	// blank is how what was left out on purpose looks.
	blank = "background:#8883;outline:1px dashed #8886;outline-offset:-1px"

	// The style sheets below are in the first layer there is: they give way to
	// any rule of the page (CSS Cascade 5, section 6.4).

	// modalCSS shows a modal dialog where the top layer would: without a script
	// a dialog can only be open.
	modalCSS = "@layer pagetape{:where([data-pagetape=modal]){position:fixed;inset:0;z-index:2147483646;box-shadow:0 0 0 100vmax #0002}}"

	// maskedCSS shows what a mask has put in place of text: on a grey ground
	// where it is all, underlined where it is a part. It takes no room.
	maskedCSS = "@layer pagetape{:where([data-pagetape-masked=all]){box-shadow:inset 0 0 0 100vmax #8883;border-radius:2px}" +
		":where([data-pagetape-masked=part]){text-decoration:underline dotted #888}}"

	// linkCSS has a link without an address look like one (HTML, "phrasing
	// content" in the style sheet of its section on rendering); the selectors of
	// the page are made to match it too, see cssFilter.
	linkCSS = "@layer pagetape{:where(a,area):where([data-pagetape-href]){color:LinkText;text-decoration:underline;cursor:pointer}}"
)

// placard returns declarations that make the background of what was not
// recorded: hatched, with a text that is part of an image and not of the page.
// The text has no characters that XML has a use for.
func placard(text string) string {
	width := strconv.Itoa(7*utf8.RuneCountInString(text) + 12)
	svg := "<svg xmlns='http://www.w3.org/2000/svg' width='" + width + "' height='18'><rect width='100%' height='100%' rx='3' fill='#fff' fill-opacity='.75'/>" +
		"<text x='50%' y='13' text-anchor='middle' font-family='sans-serif' font-size='11' fill='#555'>" + text + "</text></svg>"
	return string(appendCSSString([]byte("background-image:url("), dataSVG(svg))) + ")," + hatch + ";background-position:center,0 0;background-repeat:no-repeat,repeat"
}

// sizeText returns the size of a canvas as it is said on its placard.
func sizeText(width, height float64) string {
	return FormatNumber(width) + " x " + FormatNumber(height)
}

// A maskedPart says how much of an element's own text a mask has replaced.
type maskedPart uint8

const (
	maskedNone maskedPart = iota
	maskedSome
	maskedAll
)

func (m maskedPart) String() string { return [...]string{"", "part", "all"}[m] }

// maskRuns are what masks write: three or more of a character that texts have
// one of at most.
var maskRuns = [...]string{"***", "•••", "●●●", "███", "▪▪▪"}

func maskedIn(s string) maskedPart {
	runs := maskRuns[:]
	if strings.IndexByte(s, runs[1][0]) < 0 { // all but the star begin with the same byte
		runs = runs[:1]
	}
	for _, run := range runs {
		if !strings.Contains(s, run) {
			continue
		}
		if strings.Trim(s, run[:utf8.RuneLen([]rune(run)[0])]+" \t\n\f\r\u00a0") == "" {
			return maskedAll
		}
		return maskedSome
	}
	return maskedNone
}

// masked returns how much of an element's own text, or of what is in it as a
// form control, a mask has replaced.
func (n *node) masked() maskedPart {
	switch n.Data {
	case "input":
		if n.inputType() == "password" {
			return maskedNone // dots, masked or not
		}
		return maskedIn(n.inputText())
	case "textarea":
		if v := n.live().Value; v != nil {
			return maskedIn(*v)
		}
	case "style", "script", "title", "svg":
		return maskedNone
	}
	most, texts := maskedNone, 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		k := own(c)
		if k.kind != KindText {
			continue
		}
		m := maskedIn(k.Data)
		if m == maskedNone && strings.TrimSpace(k.Data) == "" {
			continue
		}
		texts++
		if m != maskedNone && (texts > 1 || most == maskedNone) {
			most = m
		}
		if texts > 1 && most != maskedNone {
			most = maskedSome
		}
	}
	return most
}

// A need says what style sheets of ours a tree needs.
type need struct{ scroll, masked, link bool }

// needs looks for what is below n in the same tree.
func (n *node) needs(found *need) {
	for c := n.FirstChild; c != nil && *found != (need{true, true, true}); c = c.NextSibling {
		k := own(c)
		if k.kind != KindElement {
			continue
		}
		found.scroll = found.scroll || k.more != nil && k.elementScroll() != nil
		found.masked = found.masked || k.masked() != maskedNone
		found.link = found.link || (k.Data == "a" || k.Data == "area") && k.hasAttr("href")
		k.needs(found)
	}
}

// css returns those style sheets.
func (n need) css() string {
	css := ""
	if n.scroll {
		css = scrollCSS
	}
	if n.masked {
		css += maskedCSS
	}
	if n.link {
		css += linkCSS
	}
	return css
}
