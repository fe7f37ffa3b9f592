package mask

import "strings"

// isURLAttr says whether an attribute holds an address, or several.
func isURLAttr(tag, name string) bool {
	switch name {
	case "href", "src", "srcset", "imagesrcset", "poster", "action", "formaction", "cite", "ping", "xlink:href",
		"background", "longdesc", "manifest", "icon", "codebase", "classid", "archive", "profile", "lowsrc", "dynsrc",
		"xml:base", "rr_src":
		return true
	case "data":
		return tag == "object"
	case "data-src", "data-href", "data-url", "data-srcset", "data-original", "data-bg", "data-background":
		return true
	}
	return false
}

// isLabel says whether an attribute tells the user what a control is for.
func isLabel(name string) bool {
	switch name {
	case "placeholder", "title", "alt", "label", "aria-label", "aria-description", "aria-placeholder",
		"aria-roledescription", "data-placeholder", "autocomplete", "pattern", "accept":
		return true
	}
	return false
}

// isStyleAttr says whether an attribute is a CSS property of SVG.
func isStyleAttr(name string) bool {
	switch name {
	case "fill", "stroke", "stop-color", "flood-color", "lighting-color", "color", "clip-path", "mask", "filter",
		"marker-start", "marker-mid", "marker-end", "font-family", "font-size", "font-weight", "text-anchor",
		"dominant-baseline", "fill-rule", "clip-rule", "stroke-linecap", "stroke-linejoin", "stroke-dasharray",
		"bgcolor", "sizes", "media":
		return true
	}
	return false
}

// layoutValue says whether an attribute in masked scope can stay as it is: it
// makes the page look or work as it does, and its value is of the form that
// such a value has. For a state of ARIA that is a word or a short number.
func layoutValue(name, v string) bool {
	switch name {
	case "type", "role", "dir", "rel", "target", "method", "enctype", "align", "valign", "scope", "shape", "kind",
		"autocapitalize", "autocorrect", "spellcheck", "inputmode", "enterkeyhint", "wrap", "loading", "decoding",
		"crossorigin", "referrerpolicy", "fetchpriority", "preload", "contenteditable", "draggable", "translate",
		"dirname", "popover", "closedby", "autocomplete", "as", "hidden", "disabled", "readonly", "required",
		"multiple", "checked", "open", "controls", "autoplay", "loop", "muted", "playsinline", "autofocus",
		"novalidate", "async", "defer", "reversed", "inert", "itemscope", "nowrap", "allowfullscreen",
		"data-rr-is-password", "gradientunits", "patternunits", "clippathunits", "preserveaspectratio", "xml:space",
		"focusable":
		return words(v)
	case "lang", "hreflang", "xml:lang":
		primary, _, _ := strings.Cut(v, "-") // BCP 47: "zh-Hant-TW"
		return all(v, "-", 11) && len(primary) <= 3 && digitRun(v) <= 3
	case "xmlns", "xmlns:xlink", "xmlns:svg":
		return strings.HasPrefix(v, "http://www.w3.org/") && all(v, ":/.", 40) && digitRun(v) < longRun
	case "width", "height", "colspan", "rowspan", "span", "cols", "rows", "size", "tabindex", "border", "cellpadding",
		"cellspacing", "maxlength", "minlength", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "ry", "dx",
		"dy", "offset", "opacity", "fill-opacity", "stroke-opacity", "stroke-width", "stroke-miterlimit",
		"stroke-dashoffset", "stop-opacity", "refx", "refy", "markerwidth", "markerheight", "hspace", "vspace",
		"marginwidth", "marginheight", "frameborder", "start", "aria-level", "aria-posinset", "aria-setsize",
		"aria-colcount", "aria-rowcount", "aria-colindex", "aria-rowindex", "aria-colspan", "aria-rowspan":
		return isLength(v)
	}
	return isDrawing(name) && geometry(v) || strings.HasPrefix(name, "aria-") && words(v)
}

// isDrawing says whether an attribute has the numbers of a drawing.
func isDrawing(name string) bool {
	switch name {
	case "viewbox", "points", "d", "transform", "gradienttransform", "patterntransform", "rotate":
		return true
	}
	return false
}

// geometry says whether v is made of numbers and the letters and functions of
// SVG's paths and transforms.
func geometry(v string) bool {
	letters, run, fraction := 0, 0, false
	for i := range len(v) {
		c := v[i]
		switch {
		case isDigit(c):
			if run++; run > longRun && !fraction {
				return false
			}
			letters = 0
			continue
		case isAlpha(c):
			// The longest word is a transform's: translate.
			if letters++; letters > len("translate") || letters > 1 && i > 0 && !inTransform(v[:i+1], letters) {
				return false
			}
		case strings.IndexByte(" \t\r\n,.+-()", c) >= 0:
			letters = 0
		default:
			return false
		}
		run, fraction = 0, c == '.'
	}
	return true
}

// inTransform says whether the last n letters of v begin a transform function
// or are two commands of a path in a row ("zm").
func inTransform(v string, n int) bool {
	word := v[len(v)-n:]
	for _, f := range [...]string{"translate", "matrix", "rotate", "scale", "skewX", "skewY"} {
		if strings.HasPrefix(f, word) {
			return true
		}
	}
	return n == 2 && strings.ToLower(word[:1]) == "z"
}

// words says whether v consists of words that HTML, ARIA and SVG define for
// attributes.
func words(v string) bool {
	for w := range strings.FieldsSeq(strings.ToLower(v)) {
		if !isWord(w) {
			return false
		}
	}
	return true
}

func isWord(w string) bool {
	switch w {
	case "true", "false", "yes", "no", "on", "off", "none", "auto", "mixed", "undefined", "page", "step", "location",
		"date", "time", "both", "inline", "polite", "assertive", "additions", "removals", "text", "all", "copy", "move",
		"ascending", "descending", "other", "horizontal", "vertical", "grid", "listbox", "tree", "dialog", "menu",
		"grammar", "spelling", "manual", "hint", "until-found", "any", "closerequest",
		// input types and modes
		"button", "checkbox", "color", "datetime-local", "email", "file", "hidden", "image", "month", "number",
		"password", "radio", "range", "reset", "search", "submit", "tel", "url", "week", "decimal", "numeric",
		"enter", "done", "go", "next", "previous", "send", "sentences", "characters",
		// autofill of secrets, by which they are known again
		"section", "billing", "shipping", "one-time-code", "current-password", "new-password", "username", "cc-name",
		"cc-given-name", "cc-family-name", "cc-number", "cc-exp", "cc-exp-month", "cc-exp-year", "cc-csc", "cc-type",
		// directions, alignment, forms, resources
		"ltr", "rtl", "left", "right", "center", "justify", "top", "middle", "bottom", "baseline", "start", "end",
		"col", "row", "colgroup", "rowgroup", "get", "post", "_blank", "_self", "_parent", "_top", "noopener",
		"noreferrer", "nofollow", "stylesheet", "preload", "prefetch", "preconnect", "dns-prefetch", "modulepreload",
		"icon", "apple-touch-icon", "alternate", "canonical", "author", "license", "tag", "help", "prev",
		"external", "ugc", "sponsored", "script", "style", "font", "fetch", "lazy", "eager", "async", "sync", "high",
		"low", "anonymous", "use-credentials", "no-referrer", "origin", "same-origin", "strict-origin",
		"strict-origin-when-cross-origin", "metadata", "soft", "hard", "subtitles", "captions", "descriptions",
		"chapters", "default", "rect", "circle", "poly", "module", "text/css", "text/javascript",
		"application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "plaintext-only",
		"userspaceonuse", "objectboundingbox", "xmidymid", "xminymin", "xminymid", "xmaxymax", "meet", "slice",
		"preserve":
		return true
	}
	return isRole(w)
}

func isRole(w string) bool {
	switch w {
	case "alert", "alertdialog", "application", "article", "banner", "blockquote", "caption", "cell", "code",
		"columnheader", "combobox", "complementary", "contentinfo", "definition", "deletion", "directory",
		"document", "emphasis", "feed", "figure", "form", "generic", "graphics-document", "graphics-object",
		"graphics-symbol", "gridcell", "group", "heading", "img", "insertion", "link", "list", "listitem", "log",
		"main", "mark", "marquee", "math", "menubar", "menuitem", "menuitemcheckbox", "menuitemradio", "meter",
		"navigation", "note", "option", "paragraph", "presentation", "progressbar", "radiogroup", "region",
		"rowheader", "scrollbar", "searchbox", "separator", "slider", "spinbutton", "status", "strong",
		"subscript", "superscript", "switch", "tab", "table", "tablist", "tabpanel", "term", "textbox", "timer",
		"toolbar", "tooltip", "treegrid", "treeitem":
		return true
	}
	return false
}

// isTagName says whether v can be the name of an element. In the page's own
// names (custom elements) a long number is none.
func isTagName(v string) bool {
	return all(v, "-_.:", 64) && isAlpha(v[0]) && digitRun(v) < longRun
}
