package mask

import (
	"strings"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A sink is the visitor through which everything leaves: it is shown every
// field of an event, and every string of it goes through the function that its
// role, and the level of the node that it is about, ask for.
type sink struct {
	f     *Filter
	w     *window
	kind  format.Kind
	level level // of the node that the record is about

	id       snapshot.NodeID // of that node, where the record has one
	parent   snapshot.NodeID // of an added node
	property string          // the last one shown
	whole    bool            // the operator lets the payload pass
	plan     *plan           // of the payload
	buffer   bool            // of a font: bytes, not CSS
}

// record masks the fields of a record and drops what it has no fields for.
func (s *sink) record(r format.Record) {
	outer := *s
	switch r := r.(type) {
	case *format.TextChange:
		s.about(r.ID)
	case *format.AttrChange:
		s.about(r.ID)
	case *format.Input:
		s.about(r.ID)
	case *format.Canvas:
		s.about(r.ID)
	case *format.AdoptedSheets:
		s.about(r.ID)
	case *format.Addition:
		s.parent = r.Parent
	case *format.SheetRules:
		s.sheet(r.ID, r.Style)
	case *format.SheetDeclaration:
		s.sheet(r.ID, r.Style)
	case *format.NewSheet:
		s.level = s.level.join(s.w.sheets[r.Style])
	case *format.Font:
		s.buffer = r.Buffer
	case *format.Custom:
		s.whole, s.plan = s.f.policy.tags.find(r.Tag).action == Allow, customPlans[r.Tag]
	case *format.Plugin:
		s.whole, s.plan = s.f.policy.plugins.find(r.Plugin).action == Allow, pluginPlans[r.Plugin]
	case *format.Log:
		s.whole = s.f.policy.plugins.find(consolePlugin).action == Allow
	}
	r.Fields(s)
	if rest := r.Rest(); len(*rest) > 0 {
		var names names
		r.Fields(&names)
		*rest = s.f.members(*rest, names.has)
	}
	*s = outer
	s.f.about = s.id
}

func (s *sink) about(id snapshot.NodeID) {
	s.id, s.level = id, s.w.level(id)
	s.f.about = id
}

func (s *sink) sheet(id snapshot.NodeID, style snapshot.StyleID) {
	if style == 0 {
		s.about(id)
	} else if l, ok := s.w.sheets[style]; ok {
		s.level = s.level.join(l)
	} else {
		s.level = unknown
	}
}

func (s *sink) masked() bool { return s.level.base() > levelClear }

func (s *sink) String(spec format.Spec, v *string) {
	t := s.f.tally
	switch was := *v; spec.Role {
	case format.RoleText:
		*v = s.f.text(s.w, s.id, s.w.textTag(s.id), s.w.page.Kind(s.id), s.level, was)
	case format.RoleInput:
		*v = t.note(chInput, was, s.input(was))
	case format.RoleURL:
		// That of an event is of the window, not of a node.
		if s.f.base() == levelMask {
			*v = t.note(chURL, was, hideURL(was))
		} else {
			*v = t.note(chURL, was, s.f.url(was))
		}
	case format.RoleCSS:
		*v = t.note(chCSS, was, s.f.declaration(s.property, was, s.masked()))
	case format.RoleConsole:
		*v = s.word(chConsole, was, spec.Name == "level" && isConsoleLevel(was))
	case format.RoleNetwork:
		*v = s.word(chNetwork, was, spec.Name == "method" && isHTTPMethod(was) || spec.Name == "initiator" && isInitiator(was))
	case format.RoleCustom:
		*v = s.word(chCustom, was, s.whole || isTag(was))
	case format.RoleFont:
		*v = t.note(chFont, was, s.font(spec.Name, was))
	case format.RoleProperty:
		s.property = was
		ok := spec.Name == "priority" && was == "important"
		if spec.Name == "property" {
			if s.kind == format.KindCanvas {
				ok = isMethod(was)
			} else {
				ok = isProperty(was)
			}
		}
		*v = s.word(chName, was, ok)
	case format.RoleTagName:
		*v = s.word(chName, was, isTagName(was))
	case format.RolePlain:
		*v = s.word(chWord, was, isSchemaWord(was))
	default: // a role of a version that this code does not know
		*v = s.word(chUnknown, was, false)
	}
}

// word returns v where it is one of the words that are known, masked where not.
func (s *sink) word(ch channel, v string, ok bool) string {
	is := v
	if v != "" && (!ok || s.f.find(v) != nil) {
		is = stars
	}
	return s.f.tally.note(ch, v, is)
}

// input returns what a form control holds. It is shown where a rule allows
// just that control; a button's is its label.
func (s *sink) input(v string) string {
	in := s.w.info(s.id)
	if in != nil && in.level.base() == levelClear && (in.own&ownControl != 0 || s.w.page.Node(s.id).Data == "input") {
		return s.f.hide(v)
	}
	return s.f.shape(s.level).value(v)
}

func (s *sink) font(field, v string) string {
	switch {
	case v == "":
	case field != "fontSource":
		if !all(v, ` -_"'`, 64) || digitRun(v) >= longRun || s.f.find(v) != nil {
			return stars
		}
	case s.buffer:
		if !isBytes(v) {
			return "[]"
		}
	default:
		return s.f.css(v, s.masked())
	}
	return v
}

// fontDescriptor says whether v can be a descriptor of a font face: keywords,
// numbers and ranges of characters.
func fontDescriptor(v string) bool {
	for w := range strings.FieldsFuncSeq(strings.ToLower(v), func(r rune) bool { return r == ' ' || r == ',' }) {
		switch w {
		case "swap", "block", "fallback", "optional", "oblique", "condensed", "expanded", "semi-condensed",
			"semi-expanded", "extra-condensed", "extra-expanded", "ultra-condensed", "ultra-expanded":
			continue
		}
		points, isRange := strings.CutPrefix(w, "u+")
		if isRange && strings.Trim(points, "0123456789abcdef?-") == "" && len(points) <= 13 && digitRun(points) < longRun {
			continue
		}
		if !plainValue(w) || digitRun(w) >= longRun {
			return false
		}
	}
	return true
}

// isBytes says whether v is a JSON array of bytes.
func isBytes(v string) bool {
	if !strings.HasPrefix(v, "[") || !strings.HasSuffix(v, "]") {
		return false
	}
	run := 0
	for i := 1; i < len(v)-1; i++ {
		switch c := v[i]; {
		case isDigit(c):
			if run++; run > 3 {
				return false
			}
		case c == ',' || c == ' ':
			run = 0
		default:
			return false
		}
	}
	return true
}

func (s *sink) Raw(spec format.Spec, v *string) {
	was := *v
	if was == "" {
		return
	}
	switch {
	case spec.Role == format.RoleCanvas && s.kind == format.KindCanvas:
		args, ok := "", true
		if s.masked() {
			args, ok = maskCanvas(s.property, was)
		} else {
			args = s.f.drawing(s.property, was)
		}
		if !ok {
			args = "[]"
		}
		*v = s.f.tally.note(chCanvas, was, args)
	case spec.Role == format.RoleFont:
		*v, _ = rewriteJSON(was, func(d string) (string, bool) {
			if fontDescriptor(d) {
				return d, true
			}
			return stars, true
		}, func(n string) string {
			if countDigits(n) >= longRun {
				return "0"
			}
			return n
		}, nil)
		s.f.tally.note(chFont, was, *v)
	default:
		ch := chCustom
		switch spec.Role {
		case format.RoleConsole:
			ch = chConsole
		case format.RoleNetwork:
			ch = chNetwork
		case format.RoleCanvas:
			ch = chImage
		}
		p := s.plan
		if s.kind == format.KindLog {
			p = logPlans[spec.Name]
		}
		var ok bool
		if *v, ok = s.f.payload(p, was, s.whole); !ok {
			s.f.tally.add(ch, droppedOut)
			return
		}
		s.f.tally.note(ch, was, *v)
	}
}

func (s *sink) OptString(spec format.Spec, v **string) {
	if *v != nil {
		is := **v // the page may have the pointer
		s.String(spec, &is)
		*v = &is
	}
}

func (s *sink) Attrs(_ format.Spec, v *[]snapshot.Attr) {
	e := element{own: ownMatched, level: s.level}
	if in := s.w.info(s.id); in != nil && s.w.page.Kind(s.id) == snapshot.KindElement {
		e.own, e.node = in.own, s.w.page.Node(s.id)
		e.tag = e.node.Data
	}
	*v = s.f.attrs(&e, *v)
}

func (s *sink) Node(_ format.Spec, v **snapshot.Node) {
	if *v == nil {
		return
	}
	sc := scope{parent: s.parent, tag: s.w.tag(s.parent)}
	// What is no document has not become the page.
	sc.lost = s.kind == format.KindFullSnapshot && (*v).Kind != snapshot.KindDocument
	if !s.f.node(s.w, *v, sc) {
		*v = nil
	}
}

// tag returns the tag of the element with that id.
func (w *window) tag(id snapshot.NodeID) string {
	if w.page.Kind(id) == snapshot.KindElement {
		return w.page.Node(id).Data
	}
	return ""
}

func (s *sink) List(_ format.Spec, l format.List) {
	for i := range l.Len() {
		s.record(l.At(i))
	}
}

func (s *sink) One(_ format.Spec, o format.One) {
	if r := o.Get(); r != nil {
		s.record(r)
	}
}

// Numbers, ids and flags of the schema pass.
func (*sink) Bool(format.Spec, *bool)          {}
func (*sink) Int(format.Spec, *int64)          {}
func (*sink) Number(format.Spec, *float64)     {}
func (*sink) ID(format.Spec, *snapshot.NodeID) {}
func (*sink) Ints(format.Spec, *[]int64)       {}
func (*sink) OptBool(format.Spec, **bool)      {}
func (*sink) OptNumber(format.Spec, **float64) {}

// names is the visitor that collects the names of a record's fields.
type names []string

func (n *names) has(name string) bool {
	for _, m := range *n {
		if m == name {
			return true
		}
	}
	return false
}

func (n *names) add(s format.Spec)                       { *n = append(*n, s.Name) }
func (n *names) Bool(s format.Spec, _ *bool)             { n.add(s) }
func (n *names) Int(s format.Spec, _ *int64)             { n.add(s) }
func (n *names) Number(s format.Spec, _ *float64)        { n.add(s) }
func (n *names) String(s format.Spec, _ *string)         { n.add(s) }
func (n *names) ID(s format.Spec, _ *snapshot.NodeID)    { n.add(s) }
func (n *names) Raw(s format.Spec, _ *string)            { n.add(s) }
func (n *names) Ints(s format.Spec, _ *[]int64)          { n.add(s) }
func (n *names) Attrs(s format.Spec, _ *[]snapshot.Attr) { n.add(s) }
func (n *names) Node(s format.Spec, _ **snapshot.Node)   { n.add(s) }
func (n *names) OptBool(s format.Spec, _ **bool)         { n.add(s) }
func (n *names) OptNumber(s format.Spec, _ **float64)    { n.add(s) }
func (n *names) OptString(s format.Spec, _ **string)     { n.add(s) }
func (n *names) List(s format.Spec, _ format.List)       { n.add(s) }
func (n *names) One(s format.Spec, _ format.One)         { n.add(s) }

func isSchemaWord(v string) bool {
	switch v {
	case "visible", "hidden", "prerender", // Visibility
		"navigate", "reload", "back_forward", "push", "replace", "hash", "pop", "traverse", // Navigation
		"focus", "fill", "refill", "clear", "blur", "submit": // Field
		return true
	}
	return false
}

func isConsoleLevel(v string) bool {
	switch v {
	case "log", "info", "warn", "error", "debug", "trace", "assert", "table", "dir", "dirxml", "count", "countReset",
		"group", "groupCollapsed", "groupEnd", "time", "timeEnd", "timeLog", "clear":
		return true
	}
	return false
}

func isHTTPMethod(v string) bool {
	switch strings.ToUpper(v) {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE":
		return true
	}
	return false
}

// isInitiator knows PerformanceResourceTiming.initiatorType.
func isInitiator(v string) bool {
	switch v {
	case "audio", "beacon", "body", "css", "early-hint", "early-hints", "embed", "fetch", "frame", "iframe", "icon",
		"image", "img", "input", "link", "navigation", "object", "ping", "script", "track", "video", "xmlhttprequest",
		"other", "svg", "use", "websocket", "eventsource":
		return true
	}
	return false
}
