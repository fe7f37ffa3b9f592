package format

import (
	"encoding/binary"

	"github.com/pagetape/pagetape/internal/wire"
	"github.com/pagetape/pagetape/snapshot"
)

// Bits of a template's kind, above the snapshot.Kind.
const (
	templateKind     = 7
	templateChildren = 1 << (iota + 2) // it has children
	templateAttrs                      // it has attributes
	templateCSS                        // its text is style sheet text
	templateShadow
	templateHost
	templateCustom
	templateStyle
	templateBlock
	templateSVG
	templateMath
	templateRoot  // it has the id of a document
	templateOther // it has ids or a mode, or a name or text where its kind has none
	templateExtra // it has leftover members
)

// A templateSection is a run of templates: what nodes are but for their ids
// and children, each once.
type templateSection struct {
	n     int
	first uint32
	bases [tables]uint32

	kinds                             column
	names, texts, styles              refColumn // styles are texts that are style sheets
	counts, types, roots, extras      column    // of attributes; ids of documents; of leftover members
	attrs, members, plain, tags, rest refColumn
	values                            [len(valueRoles)]refColumn
	root                              int64
}

// begin empties the section. bases are how many of each table there are.
func (t *templateSection) begin(bases [tables]uint32) {
	t.n, t.first, t.bases, t.root = 0, bases[tableTemplates], bases, 0
	for _, c := range []*column{&t.kinds, &t.counts, &t.types, &t.roots, &t.extras} {
		c.reset()
	}
	for _, c := range []struct {
		*refColumn
		Role
	}{
		{&t.names, RoleTagName}, {&t.texts, RoleText}, {&t.styles, RoleCSS}, {&t.attrs, RoleAttrName},
		{&t.members, RoleMember}, {&t.plain, RolePlain}, {&t.tags, RoleTagName}, {&t.rest, RoleText},
	} {
		c.begin(bases[c.Role])
	}
	for i, role := range valueRoles {
		t.values[i].begin(bases[role])
	}
}

// columns are the columns of the section in the order of SPEC.md.
func (t *templateSection) columns() []*column {
	list := []*column{
		&t.names.column, &t.texts.column, &t.styles.column, &t.counts, &t.attrs.column, &t.types,
	}
	for i := range t.values {
		list = append(list, &t.values[i].column)
	}
	return append(list, &t.roots, &t.plain.column, &t.tags.column, &t.rest.column, &t.extras, &t.members.column)
}

func (t *templateSection) write(w *wire.Writer) {
	columns := t.columns()
	w.Array(4 + len(columns))
	w.Int(tableTemplates)
	w.Int(int64(t.first))
	writeBases(w, &t.bases)
	t.kinds.writeAll(w)
	for _, c := range columns {
		c.write(w)
	}
}

// bits returns the kind of the node's template. css says that it is in a style
// element.
func bits(n *snapshot.Node, attrs int, css bool) int64 {
	b := int64(n.Kind)
	for _, f := range [...]struct {
		bit int64
		on  bool
	}{
		{templateChildren, len(n.Children) > 0}, {templateAttrs, attrs > 0},
		{templateCSS, css && n.Kind == snapshot.KindText || n.IsStyle}, {templateShadow, n.IsShadow}, {templateHost, n.IsHost},
		{templateCustom, n.IsCustom}, {templateStyle, n.IsStyle}, {templateBlock, n.NeedsBlock},
		{templateSVG, n.Namespace == "svg"}, {templateMath, n.Namespace == "math"}, {templateRoot, n.RootID != 0},
		{templateOther, n.PublicID != "" || n.SystemID != "" || n.CompatMode != "" ||
			n.Name != "" && !hasName(n.Kind) || n.Text != "" && !hasText(n.Kind)},
		{templateExtra, len(n.Extra) > 0},
	} {
		if f.on {
			b |= f.bit
		}
	}
	return b
}

func hasName(k snapshot.Kind) bool { return k == snapshot.KindElement || k == snapshot.KindDoctype }
func hasText(k snapshot.Kind) bool { return k >= snapshot.KindText }

// template returns the number of the node's template.
func (in *interner) template(n *snapshot.Node, css bool) uint32 {
	attrs := n.RecordedAttrs()
	b := bits(n, len(attrs), css)
	key := binary.AppendUvarint(in.key[:0], uint64(b))
	add := func(id uint32) { key = binary.AppendUvarint(key, uint64(id)) }
	if hasName(n.Kind) {
		add(in.id(RoleTagName, n.Name))
	}
	if hasText(n.Kind) {
		role := RoleText
		if b&templateCSS != 0 {
			role = RoleCSS
		}
		add(in.id(role, n.Text))
	}
	if b&templateRoot != 0 {
		add(uint32(n.RootID))
	}
	if b&templateOther != 0 {
		add(in.id(RolePlain, n.PublicID))
		add(in.id(RolePlain, n.SystemID))
		add(in.id(RolePlain, n.CompatMode))
		if !hasName(n.Kind) {
			add(in.id(RoleTagName, n.Name))
		}
		if !hasText(n.Kind) {
			add(in.id(RoleText, n.Text))
		}
	}
	if b&templateExtra != 0 {
		add(uint32(len(n.Extra)))
		for i := range n.Extra {
			add(in.id(RoleMember, n.Extra[i].Name))
			add(in.id(RoleMember, n.Extra[i].Value))
		}
	}
	key = in.attrKey(key, attrs)
	in.key = key
	if id, ok := in.templates[string(key)]; ok {
		return id
	}
	return in.newTemplate(string(key), b, attrs, n)
}

// attributes returns the number of the template that has these attributes and
// nothing else; 0 is none.
func (in *interner) attributes(attrs []snapshot.Attr) uint32 {
	if len(attrs) == 0 {
		return 0
	}
	key := in.attrKey(binary.AppendUvarint(in.key[:0], templateAttrs), attrs)
	in.key = key
	if id, ok := in.templates[string(key)]; ok {
		return id
	}
	return in.newTemplate(string(key), templateAttrs, attrs, &snapshot.Node{})
}

func (in *interner) attrKey(key []byte, attrs []snapshot.Attr) []byte {
	for i := range attrs {
		a := &attrs[i]
		key = binary.AppendUvarint(key, uint64(in.id(RoleAttrName, a.Name)))
		key = append(key, byte(a.Type))
		key = binary.AppendUvarint(key, uint64(in.id(attrRole(a.Name), a.Value)))
	}
	return key
}

// newTemplate gives a template its number and adds it to the section. All its
// strings have numbers.
func (in *interner) newTemplate(key string, b int64, attrs []snapshot.Attr, n *snapshot.Node) uint32 {
	id := in.count[tableTemplates]
	in.count[tableTemplates]++
	in.n++
	in.templates[key] = id
	t := &in.nodes
	t.n++
	t.kinds.put(b)
	if hasName(n.Kind) {
		t.names.ref(in.id(RoleTagName, n.Name))
	}
	switch {
	case !hasText(n.Kind):
	case b&templateCSS != 0:
		t.styles.ref(in.id(RoleCSS, n.Text))
	default:
		t.texts.ref(in.id(RoleText, n.Text))
	}
	if b&templateRoot != 0 {
		t.roots.put(int64(n.RootID) - t.root)
		t.root = int64(n.RootID)
	}
	if b&templateOther != 0 {
		t.plain.ref(in.id(RolePlain, n.PublicID))
		t.plain.ref(in.id(RolePlain, n.SystemID))
		t.plain.ref(in.id(RolePlain, n.CompatMode))
		if !hasName(n.Kind) {
			t.tags.ref(in.id(RoleTagName, n.Name))
		}
		if !hasText(n.Kind) {
			t.rest.ref(in.id(RoleText, n.Text))
		}
	}
	if b&templateExtra != 0 {
		t.extras.put(int64(len(n.Extra)))
		for i := range n.Extra {
			t.members.ref(in.id(RoleMember, n.Extra[i].Name))
			t.members.ref(in.id(RoleMember, n.Extra[i].Value))
		}
	}
	if b&templateAttrs != 0 {
		t.counts.put(int64(len(attrs)))
		for i := range attrs {
			a := &attrs[i]
			t.attrs.ref(in.id(RoleAttrName, a.Name))
			t.types.put(int64(a.Type))
			role := attrRole(a.Name)
			t.values[valueColumn(role)].ref(in.id(role, a.Value))
		}
	}
	return id
}
