package mask

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/snapshot"
)

// An element is what attr needs to know of the element that an attribute is
// on: as the page has it, or as its record does where the page has not.
type element struct {
	tag   string
	own   own
	level level
	node  *html.Node
	rec   *snapshot.Node
}

func (e *element) attr(name string) string {
	if e.node != nil {
		return attrOf(e.node, name)
	}
	if e.rec != nil {
		v, _ := e.rec.Attr(name)
		return v
	}
	return ""
}

// attrs masks the attributes of one record, in place, and returns those that
// stay.
func (f *Filter) attrs(e *element, list []snapshot.Attr) []snapshot.Attr {
	if e.level.box() == levelDrop {
		f.tally.channels[chAttribute][blocked] += len(list)
		return []snapshot.Attr{{Name: "style", Value: "display:none"}}
	}
	out := list[:0]
	for _, a := range list {
		if a, ok := f.attr(e, a); ok {
			out = append(out, a)
		}
	}
	if len(out) == 0 && list != nil {
		return []snapshot.Attr{}
	}
	return out
}

// attr returns an attribute as it may be seen. It is the one way out for
// attributes of every record: snapshots, additions, changes and live state.
func (f *Filter) attr(e *element, a snapshot.Attr) (snapshot.Attr, bool) {
	l := e.level.base()
	name := a.Name
	lower := strings.ToLower(name)
	if l == levelBlock && !boxAttr(e.level.box(), lower) {
		f.tally.add(chAttribute, blocked)
		return a, false
	}
	rule := f.ruled(e, lower)
	switch {
	case rule == Drop:
		f.tally.add(chAttribute, droppedOut)
		return a, false
	case !isAttrName(name, l > levelText), f.find(name) != nil:
		f.tally.add(chName, droppedOut)
		return a, false
	case lower == "srcdoc", lower == "nonce":
		f.tally.add(chAttribute, droppedOut)
		return a, false
	case strings.HasPrefix(lower, "on"):
		if a.Type != snapshot.AttrNull {
			f.tally.note(chScript, a.Value, "")
			a.Type, a.Value = snapshot.AttrString, ""
		}
		return a, true
	case lower == "selected" && l > levelClear && a.Type != snapshot.AttrNull:
		// Which option was chosen is the value of a select.
		f.tally.add(chInput, droppedOut)
		return a, false
	}
	switch a.Type {
	case snapshot.AttrTrue, snapshot.AttrFalse, snapshot.AttrNull:
		a.Value = ""
		return a, true
	case snapshot.AttrJSON:
		if name != "style" {
			f.tally.add(chUnknown, droppedOut)
			return a, false
		}
		private := l > levelText
		if rule != 0 {
			private = rule == Mask
		}
		a.Value = f.tally.note(chCSS, a.Value, f.styleDiff(a.Value, private))
		return a, true
	case snapshot.AttrNumber:
		return f.number(e, rule, a)
	case snapshot.AttrString:
	default:
		f.tally.add(chUnknown, droppedOut)
		return a, false
	}
	if strings.HasPrefix(name, "rr_") {
		return f.special(e, rule, a)
	}
	ch, v := f.ruledValue(e, rule, name, a.Value)
	a.Value = f.tally.note(ch, a.Value, v)
	return a, true
}

// ruledValue is attrValue where a rule is about the attribute.
func (f *Filter) ruledValue(e *element, rule Action, name, v string) (channel, string) {
	switch rule {
	case Allow:
		// As in clear scope, where also the content of a meta element shows.
		shown := *e
		shown.level = levelClear | e.level&^levelBits
		if e.tag == "meta" && !isURLAttr(e.tag, name) && !looksLikeURL(v) {
			return chMeta, f.hide(v)
		}
		return f.attrValue(&shown, name, v)
	case Mask:
		if strings.EqualFold(name, "style") {
			return chCSS, f.css(v, true)
		}
		return chAttribute, f.shape(e.level).value(v)
	}
	return f.attrValue(e, name, v)
}

// attrValue returns the value of a string attribute as it may be seen.
func (f *Filter) attrValue(e *element, name, v string) (channel, string) {
	l := e.level.base()
	lower := strings.ToLower(name)
	switch {
	case v == "":
		return chAttribute, ""
	case lower == "_csstext":
		return chCSS, f.css(v, l > levelClear)
	case lower == "style":
		return chCSS, f.css(v, l > levelText)
	case lower == "value":
		return f.valueAttr(e, v)
	case e.tag == "meta":
		return chMeta, f.metaAttr(e, lower, v)
	case isURLAttr(e.tag, lower):
		return chURL, f.urlAttr(e, lower, v)
	case lower == "class" || lower == "id" || lower == "for" || lower == "slot" || lower == "part" || lower == "is" ||
		lower == "headers" || lower == "list" || lower == "form" || lower == "usemap" ||
		lower == "aria-labelledby" || lower == "aria-describedby" || lower == "aria-controls" || lower == "aria-owns" ||
		lower == "name" && (e.own&ownControl != 0 || e.tag == "slot"):
		return chName, f.names(v, l > levelText)
	case l <= levelText:
		if looksLikeURL(v) {
			return chURL, f.url(v)
		}
		if isDrawing(lower) && geometry(v) {
			return chAttribute, v
		}
		return chAttribute, f.hide(v)
	case layoutValue(lower, v):
		return chAttribute, v
	case isLabel(lower) && l == levelInput && e.own&ownControl != 0 && e.tag != "option" && e.tag != "optgroup" &&
		f.policy.config.Labels == TextClear:
		return chAttribute, f.hide(v)
	case isStyleAttr(lower):
		return chCSS, cleanCSS(v, true)
	}
	return chAttribute, f.shape(e.level).value(v)
}

// shape is the shape of masked content of that level: the length of a secret
// is part of it.
func (f *Filter) shape(l level) look {
	if l&flagFinal != 0 {
		return f.policy.final
	}
	return f.policy.look
}

// valueAttr is about the attribute that holds what a control holds. On a
// button it is the label; a custom element is a control for all that we know.
func (f *Filter) valueAttr(e *element, v string) (channel, string) {
	custom := strings.Contains(e.tag, "-") && e.own&ownAllow == 0
	if e.level.base() > levelClear || custom {
		return chInput, f.shape(e.level).value(v)
	}
	return chInput, f.hide(v)
}

// metaAttr is about meta elements, whose content is about the page or whoever
// sees it.
func (f *Filter) metaAttr(e *element, name, v string) string {
	switch name {
	case "charset":
		if all(v, "-_", 20) && digitRun(v) < longRun {
			return v
		}
	case "content":
		switch strings.ToLower(e.attr("name")) {
		case "viewport":
			if all(v, " ,=.-;", 200) && digitRun(v) < longRun {
				return v
			}
		case "color-scheme":
			if all(v, " ", 60) && digitRun(v) == 0 {
				return v
			}
		}
		return ""
	case "name", "property", "http-equiv":
		if all(v, ":-_.", 60) && digitRun(v) < longRun {
			return v
		}
	}
	return f.shape(e.level).value(v)
}

// urlAttr is about attributes that hold addresses.
func (f *Filter) urlAttr(e *element, name, v string) string {
	l := e.level.base()
	hide := l > levelText && (l > levelInput || e.own&ownControl == 0)
	one := func(u string) string {
		if fragment, ok := strings.CutPrefix(u, "#"); ok {
			if fragment == "" || all(fragment, "-_.:", 80) && digitRun(fragment) < longRun {
				return u
			}
			return "#"
		}
		if hide {
			if u == "" {
				return ""
			}
			return stars
		}
		// The fragment of a sprite's address says which image it is.
		base, fragment, ok := strings.Cut(u, "#")
		if ok && (e.tag == "use" || e.tag == "image") && isName(fragment) && schemeOf(u) != "data" {
			return f.url(base) + "#" + fragment
		}
		return f.url(u)
	}
	switch name {
	case "srcset", "imagesrcset":
		return cleanSrcset(v, one)
	case "ping", "archive":
		list := strings.FieldsFunc(v, isSpace)
		for i := range list {
			list[i] = one(list[i])
		}
		return strings.Join(list, " ")
	}
	return one(v)
}

// number is about attributes whose value is a JSON number: live state.
func (f *Filter) number(e *element, rule Action, a snapshot.Attr) (snapshot.Attr, bool) {
	n, err := strconv.ParseFloat(a.Value, 64)
	known := false
	switch a.Name {
	case "rr_scrollLeft", "rr_scrollTop", "rr_mediaCurrentTime", "rr_mediaPlaybackRate", "rr_mediaVolume":
		known = true
	}
	switch {
	case err != nil, strings.HasPrefix(a.Name, "rr_") && !known, known && (n >= 1e7 || n <= -1e7):
		f.tally.add(chUnknown, droppedOut)
		return a, false
	case known:
		return a, true
	}
	// A number stays a number: "0" is masked as much as asterisks are.
	ch, v := f.ruledValue(e, rule, a.Name, a.Value)
	if v != a.Value || countDigits(v) >= longRun {
		v = "0"
	}
	a.Value = f.tally.note(ch, a.Value, v)
	return a, true
}

// special is about the attributes in which rrweb keeps live state.
func (f *Filter) special(e *element, rule Action, a snapshot.Attr) (snapshot.Attr, bool) {
	ok := false
	switch a.Name {
	case "rr_width", "rr_height":
		ok = isLength(a.Value)
	case "rr_mediaState":
		ok = a.Value == "played" || a.Value == "paused"
	case "rr_open_mode":
		ok = a.Value == "modal" || a.Value == "non-modal"
	case "rr_dataURL":
		ok = e.level.base() == levelClear && (a.Value == "" || strings.HasPrefix(a.Value, "data:image/"))
		if !ok {
			f.tally.add(chImage, droppedOut)
			return a, false
		}
		f.tally.add(chImage, kept)
		return a, true
	case "rr_src":
		ch, v := f.ruledValue(e, rule, "src", a.Value)
		a.Value = f.tally.note(ch, a.Value, v)
		return a, true
	}
	if !ok {
		f.tally.add(chUnknown, droppedOut)
	}
	return a, ok
}

// isLength says whether v is a CSS length, as recorders write the size of what
// they block.
func isLength(v string) bool {
	unit := strings.TrimLeft(v, "-0123456789.")
	number := v[:len(v)-len(unit)]
	whole, fraction, _ := strings.Cut(number, ".")
	if whole == "" && fraction == "" || len(whole) > 6 || len(fraction) > 20 {
		return false
	}
	switch unit {
	case "", "px", "%", "em", "rem", "vh", "vw", "pt":
		return true
	}
	return false
}

// boxAttr says whether a box of that kind keeps an attribute.
func boxAttr(box level, name string) bool {
	switch name {
	case "class", "width", "height", "rr_width", "rr_height":
		return box < levelDrop
	case "style", "viewbox", "preserveaspectratio", "hidden", "align":
		return box < levelBare
	}
	return false
}

// isAttrName says whether v can be the name of an attribute that a page's
// authors chose, and not one that a value got into.
func isAttrName(v string, masked bool) bool {
	if v == "" || len(v) > 128 {
		return false
	}
	for i := range len(v) {
		if c := v[i]; c <= ' ' || c == '=' || c == '"' || c == '\'' || c == '<' || c == '>' || c == '/' || c == 0x7F {
			return false
		}
	}
	if isEmail(v) || digitRun(v) >= 9 {
		return false
	}
	return !masked || all(v, "-_.:@[]()*#$", 64) && digitRun(v) < longRun
}
