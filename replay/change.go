package replay

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A Change is one thing about a page that is not as it was.
type Change struct {
	Window format.WindowID `json:"window"`
	Kind   ChangeKind      `json:"kind"`
	ID     snapshot.NodeID `json:"id,omitempty"` // of the node; 0 for the page
	// Path is a short selector of the element (snapshot.Page.Selector); for
	// another node that of its parent, and then " #text" or the like.
	Path string `json:"path,omitempty"`
	// Name is which attribute, CSS property or scroll axis, or what was done.
	Name string `json:"name,omitempty"`
	// Old and New are the values, nil where there is none. Of a node that came
	// or went they are its tag and what it shows, of one that moved its parents'
	// paths. They are cut after 200 characters.
	Old *string `json:"old,omitempty"`
	New *string `json:"new,omitempty"`
}

// A ChangeKind says what changed.
type ChangeKind uint8

// The kinds of changes.
const (
	ChangePage      ChangeKind = iota // another page, or another address: Old and New are addresses
	ChangeLine                        // a line of the text of another page
	ChangeAdded                       // a node came, with all that is in it
	ChangeRemoved                     // a node went, with all that was in it
	ChangeMoved                       // it has another parent, or another place among the children
	ChangeAttribute                   // Name is which
	ChangeStyle                       // a property of its style attribute; Name is which
	ChangeSheet                       // the rules of a style or link element, or those that a document or shadow root adopts
	ChangeText                        // of a text node or comment
	ChangeValue                       // of a form control
	ChangeChecked                     // of a check box, radio button or option
	ChangeScroll                      // Name is x or y
	ChangeFocus                       // Name is gained or lost
	ChangeView                        // size of the viewport: Name is width or height
	ChangeMedia                       // playback; Name is what was done
	ChangeCanvas                      // it was drawn on
	ChangeAction                      // the user did something to it; Name is what, as "click"
)

var changeNames = [...]string{
	"page", "line", "added", "removed", "moved", "attribute", "style", "sheet", "text", "value", "checked", "scroll", "focus", "view",
	"media", "canvas", "action",
}

// String returns the name, as "added".
func (k ChangeKind) String() string {
	if int(k) < len(changeNames) {
		return changeNames[k]
	}
	return "unknown"
}

// MarshalText returns the name.
func (k ChangeKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// String returns the change on one line.
func (c Change) String() string {
	var b strings.Builder
	b.WriteString(c.Kind.String())
	if c.Name != "" {
		b.WriteString(" " + c.Name)
	}
	if c.ID != 0 {
		b.WriteString(" " + strconv.Itoa(int(c.ID)))
	}
	if c.Path != "" {
		b.WriteString(" " + c.Path)
	}
	switch {
	case c.Old != nil && c.New != nil:
		b.WriteString(": " + strconv.Quote(*c.Old) + " -> " + strconv.Quote(*c.New))
	case c.Old != nil:
		b.WriteString(": - " + strconv.Quote(*c.Old))
	case c.New != nil:
		b.WriteString(": + " + strconv.Quote(*c.New))
	}
	return b.String()
}

// pathOf is the Path of a node in a Change.
func pathOf(p *snapshot.Page, id snapshot.NodeID) string {
	switch kind := p.Kind(id); kind {
	case snapshot.KindElement:
		return p.Selector(id)
	case 0:
		return ""
	case snapshot.KindDocument:
		if up := p.Parent(id); up > 0 {
			return p.Selector(up) + " #document"
		}
		return "#document"
	default:
		return strings.TrimPrefix(pathOf(p, p.Parent(id))+" #"+kind.String(), " ")
	}
}

// A portrait is what there is to see of one node.
type portrait struct {
	kind           snapshot.Kind
	parent         snapshot.NodeID
	attrs          []html.Attribute
	text           string
	value          *string
	checked        *bool
	scroll         snapshot.Point
	focus          bool
	sheet, adopted string
}

// portraitOf is the portrait of a node; the zero one of what is not there. The
// rules of style sheets take long to write, and are asked for.
func portraitOf(p *snapshot.Page, id snapshot.NodeID, sheets bool) portrait {
	n := p.Node(id)
	if n == nil {
		return portrait{}
	}
	x := portrait{kind: p.Kind(id), parent: p.Parent(id), focus: p.Focus == id}
	switch x.kind {
	case snapshot.KindText, snapshot.KindCDATA, snapshot.KindComment:
		x.text = n.Data
	case snapshot.KindElement:
		x.attrs = n.Attr
		switch {
		case !sheets:
		case n.Data == "style", n.Data == "link":
			x.sheet = p.CSS(id)
			fallthrough
		default:
			x.adopted = strings.Join(p.AdoptedCSS(id), "\n")
		}
		switch n.Data {
		case "input", "option":
			on := p.Checked(id)
			x.checked = &on
		}
	case snapshot.KindDocument:
		if sheets {
			x.adopted = strings.Join(p.AdoptedCSS(id), "\n")
		}
	}
	if s := p.State(id); s != nil {
		x.value = s.Value
		if s.Scroll != nil {
			x.scroll = *s.Scroll
		}
	}
	return x
}

// kept returns the portrait so that the page can change.
func (x portrait) kept() portrait {
	x.attrs = slices.Clone(x.attrs)
	return x
}

// contrast calls put with what of a node that is there before and after is not as
// it was, but for its place.
func contrast(a, b portrait, put func(kind ChangeKind, name string, old, new *string)) {
	names := make(map[string][2]*string)
	for i := range a.attrs {
		names[a.attrs[i].Key] = [2]*string{&a.attrs[i].Val, nil}
	}
	for i := range b.attrs {
		v := names[b.attrs[i].Key]
		v[1] = &b.attrs[i].Val
		names[b.attrs[i].Key] = v
	}
	for _, name := range sorted(names) {
		v := names[name]
		switch {
		case same(v[0], v[1]):
		case name == "style":
			styles(v[0], v[1], put)
		default:
			put(ChangeAttribute, name, v[0], v[1])
		}
	}
	if a.text != b.text {
		put(ChangeText, "", &a.text, &b.text)
	}
	if !same(a.value, b.value) {
		put(ChangeValue, "", a.value, b.value)
	}
	if !same(a.checked, b.checked) {
		put(ChangeChecked, "", yesNo(a.checked), yesNo(b.checked))
	}
	number := func(name string, old, new float64) {
		if old != new {
			x, y := snapshot.FormatNumber(old), snapshot.FormatNumber(new)
			put(ChangeScroll, name, &x, &y)
		}
	}
	number("x", a.scroll.X, b.scroll.X)
	number("y", a.scroll.Y, b.scroll.Y)
	for _, s := range [][2]*string{{&a.sheet, &b.sheet}, {&a.adopted, &b.adopted}} {
		if *s[0] != *s[1] {
			old, new := parted(*s[0], *s[1])
			put(ChangeSheet, "", &old, &new)
		}
	}
	if a.focus != b.focus {
		put(ChangeFocus, map[bool]string{true: "gained", false: "lost"}[b.focus], nil, nil)
	}
}

// styles calls put with the properties of two style attributes that differ.
func styles(a, b *string, put func(kind ChangeKind, name string, old, new *string)) {
	props := make(map[string][2]*string)
	for i, style := range []*string{a, b} {
		if style == nil {
			continue
		}
		for name, value := range declarations(*style) {
			v := props[name]
			v[i] = &value
			props[name] = v
		}
	}
	found := false
	for _, name := range sorted(props) {
		if v := props[name]; !same(v[0], v[1]) {
			found = true
			put(ChangeStyle, name, v[0], v[1])
		}
	}
	if !found { // in how it is written
		put(ChangeAttribute, "style", a, b)
	}
}

// declarations yields the names and values of a style attribute.
func declarations(style string) map[string]string {
	list := make(map[string]string)
	quote, depth, from := byte(0), 0, 0
	end := func(to int) {
		if name, value, ok := strings.Cut(style[from:to], ":"); ok {
			list[strings.TrimSpace(name)] = strings.TrimSpace(value)
		}
		from = min(to+1, len(style))
	}
	for i := 0; i < len(style); i++ {
		switch c := style[i]; {
		case c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ';' && depth <= 0:
			end(i)
		}
	}
	end(len(style))
	return list
}

// parted returns two texts from shortly before where they differ.
func parted(a, b string) (string, string) {
	at := 0
	for at < len(a) && at < len(b) && a[at] == b[at] {
		at++
	}
	at = max(strings.LastIndexAny(a[:at], "}\n")+1, at-maxText/2)
	return a[at:], b[at:]
}

func same[T comparable](a, b *T) bool {
	return a == b || a != nil && b != nil && *a == *b
}

func yesNo(b *bool) *string {
	if b == nil {
		return nil
	}
	s := strconv.FormatBool(*b)
	return &s
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Compare(a, b) })
	return keys
}

// shortened returns a value as a Change has it.
func shortened(s *string) *string {
	if s == nil {
		return nil
	}
	x := cut(*s, maxText)
	return &x
}

// sketch returns what a Change says of a node that came or went: its tag, and
// what it shows.
func sketch(p *snapshot.Page, id snapshot.NodeID) *string {
	n := p.Node(id)
	if n == nil {
		return nil
	}
	s := cut(collapse(n.Data), maxText)
	if p.Kind(id) == snapshot.KindElement {
		s = strings.TrimSuffix(n.Data+" "+says(p, element{id, n}), " ")
	}
	return &s
}
