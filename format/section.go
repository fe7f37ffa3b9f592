package format

import (
	"encoding/base64"
	"slices"
	"unsafe"

	"github.com/pagetape/pagetape/internal/wire"
	"github.com/pagetape/pagetape/snapshot"
)

// A sectionReader reads sections into a heap.
type sectionReader struct {
	h      *heap
	locked bool // the heap is
	r      *wire.Reader
	cols   *columnReader
	names  view[string]
	bytes  view[[]byte]
	err    error // of a number that the heap does not have
}

// sections reads an array of sections, or nil.
func (s *sectionReader) sections() {
	if s.r.Nil() {
		return
	}
	for range s.r.Array(0) {
		n := s.r.Array(0)
		if s.r.Err != nil {
			return
		}
		table, first := s.r.Int(), s.r.Int()
		if n < 4 || first < 0 || first > 1<<30 {
			s.r.Fail(wire.ErrSyntax)
			return
		}
		if table >= 0 && table < tables && first < int64(staticCount(int(table))) {
			s.r.Fail(wire.ErrSyntax)
			return
		}
		read := 4
		switch {
		case table == tableTemplates:
			read = s.templates(uint32(first), n)
		case table == tableBytes:
			s.blobs(uint32(first))
		case table >= 0 && table < int64(roles):
			s.strings(Role(table), uint32(first))
		default: // of a newer version
			read = 2
		}
		for ; read < n; read++ {
			s.r.Skip(maxNesting)
		}
		if s.r.Err != nil {
			return
		}
	}
}

// take counts n more entries of size bytes.
func (s *sectionReader) take(n, size int) {
	if s.h.count += n; s.h.count > s.h.limits.Strings {
		s.r.Fail(errStrings)
	}
	if s.h.size += size; s.h.size > s.h.limits.StringBytes {
		s.r.Fail(errStringBytes)
	}
}

func (s *sectionReader) strings(role Role, first uint32) {
	t := stringSection{first: first}
	t.read(s.r)
	if s.r.Err != nil || !s.r.Charge(len(t.text)) {
		return
	}
	list := make([]string, len(t.lengths))
	s.take(len(list), len(t.text))
	text := string(t.text)
	cut := func(n int64) string {
		if n < 0 || n > int64(len(text)) {
			s.r.Fail(wire.ErrSyntax)
			return ""
		}
		piece := text[:n]
		text = text[n:]
		return piece
	}
	for i, n := range t.lengths {
		if n == pieced && len(t.pieces) > 0 {
			var b []byte
			for _, n := range t.pieces[0] {
				if n >= 0 {
					piece := cut(n)
					if !s.r.Charge(2 * len(piece)) {
						return
					}
					b = append(b, piece...)
					continue
				}
				if n < -1<<31 {
					s.r.Fail(wire.ErrSyntax)
					return
				}
				blob, err := get(s.h, s.h.blobs, &s.bytes, uint32(-1-n), s.locked)
				if err != nil {
					s.fail(err)
					break
				}
				size := base64.StdEncoding.EncodedLen(len(*blob))
				if !s.r.Charge(2 * size) {
					return
				}
				s.take(0, size)
				b = base64.StdEncoding.AppendEncode(b, *blob)
			}
			list[i], t.pieces = string(b), t.pieces[1:]
			continue
		}
		list[i] = cut(n)
	}
	if text != "" {
		s.r.Fail(wire.ErrSyntax)
	}
	if s.r.Err == nil && !s.h.strings[role].add(first, list, s.h.fixed) {
		s.r.Fail(wire.ErrSyntax)
	}
}

func (s *sectionReader) fail(err error) {
	if s.err == nil {
		s.err = err
	}
	s.r.Fail(err)
}

func (s *sectionReader) blobs(first uint32) {
	n := s.r.Array(24)
	lengths := s.r.Ints(nil, n)
	if s.r.Err == nil && len(lengths) < n {
		s.r.Fail(wire.ErrSyntax)
	}
	view := s.r.View()
	if !s.r.Charge(len(view)) {
		return
	}
	s.take(n, len(view))
	all := slices.Clone(view)
	list := make([][]byte, 0, n)
	for _, k := range lengths {
		if k < 0 || k > int64(len(all)) {
			s.r.Fail(wire.ErrSyntax)
			return
		}
		list, all = append(list, all[:k:k]), all[k:]
	}
	if len(all) > 0 || !s.h.blobs.add(first, list, s.h.fixed) {
		s.r.Fail(wire.ErrSyntax)
	}
}

// templates reads a section of templates whose array has n elements, and
// returns how many of them it read.
func (s *sectionReader) templates(first uint32, n int) int {
	bases := readBases(s.r)
	kinds, count := s.cols.all(columnCodes)
	read := 4
	next := func() cursor {
		if read == n {
			return cursor{}
		}
		read++
		return s.cols.free(columnCodes)
	}
	ref := func(role Role) refCursor { return newRefCursor(next(), bases[role]) }
	names, texts, styles := ref(RoleTagName), ref(RoleText), ref(RoleCSS)
	counts, attrs, types := next(), ref(RoleAttrName), next()
	var values [len(valueRoles)]refCursor
	for i, role := range valueRoles {
		values[i] = ref(role)
	}
	roots, plain, tags, rest := next(), ref(RolePlain), ref(RoleTagName), ref(RoleText)
	extras, members := next(), ref(RoleMember)
	if s.r.Err != nil || !s.r.Charge(count*int(unsafe.Sizeof(template{}))) {
		return read
	}
	s.take(count, 0)
	list := make([]template, count)
	var slab []templateAttr
	root := int64(0)
	id := func(c *refCursor) uint32 { return c.nextID(s.r) }
	for i := range list {
		if s.r.Err != nil {
			return read
		}
		b := kinds.next()
		t := &list[i]
		t.bits = b
		kind := snapshot.Kind(b & templateKind)
		if kind > snapshot.KindComment {
			s.r.Fail(wire.ErrSyntax)
		}
		if hasName(kind) {
			t.name = id(&names)
		}
		switch {
		case !hasText(kind):
		case b&templateCSS != 0:
			t.text = id(&styles)
		default:
			t.text = id(&texts)
		}
		if b&(templateRoot|templateOther|templateExtra) != 0 {
			if !s.r.Charge(int(unsafe.Sizeof(templateMore{}))) {
				return read
			}
			t.more = &templateMore{}
		}
		if b&templateRoot != 0 {
			root += roots.next()
			t.more.root = nodeID(s.r, root)
		}
		if b&templateOther != 0 {
			t.more.public, t.more.system, t.more.mode = id(&plain), id(&plain), id(&plain)
			if !hasName(kind) {
				t.name = id(&tags)
			}
			if !hasText(kind) {
				t.text = id(&rest)
			}
		}
		if b&templateExtra != 0 {
			n := extras.next()
			if n < 0 || n > int64(len(members.vals)) || !s.r.Charge(int(n)*int(unsafe.Sizeof(templateMember{}))) {
				s.r.Fail(wire.ErrSyntax)
				return read
			}
			t.more.members = make([]templateMember, n)
			for j := range t.more.members {
				t.more.members[j] = templateMember{id(&members), id(&members)}
			}
		}
		if b&templateAttrs != 0 {
			n := counts.next()
			if n > int64(s.h.limits.Values) {
				s.r.Fail(errValues)
				return read
			}
			if n < 0 || !s.r.Charge(int(n)*int(unsafe.Sizeof(templateAttr{}))) {
				s.r.Fail(wire.ErrSyntax)
				return read
			}
			if len(slab) < int(n) {
				slab = make([]templateAttr, max(int(n), min(4*count, 1024)))
			}
			t.attrs, slab = slab[:n:n], slab[n:]
			for j := range t.attrs {
				a := &t.attrs[j]
				a.name = id(&attrs)
				typ := types.next()
				if typ < 0 || typ > int64(snapshot.AttrJSON) {
					s.r.Fail(wire.ErrSyntax)
				}
				a.typ = snapshot.AttrType(typ)
				column := s.valueColumn(a.name)
				a.role = valueRoles[column]
				a.value = id(&values[column])
			}
		}
	}
	for _, c := range []*cursor{
		&names.cursor, &texts.cursor, &styles.cursor, &counts, &attrs.cursor, &types, &roots, &plain.cursor, &tags.cursor, &rest.cursor, &extras, &members.cursor,
	} {
		if !c.used() {
			s.r.Fail(wire.ErrSyntax)
		}
	}
	for i := range values {
		if !values[i].used() {
			s.r.Fail(wire.ErrSyntax)
		}
	}
	if s.r.Err == nil && !s.h.nodes.add(first, list, s.h.fixed) {
		s.r.Fail(wire.ErrSyntax)
	}
	return read
}

// An attrName is what is known of a name: 1 more than the column of its values,
// 0 nothing yet.
type attrName uint8

// valueColumn returns the column in which the values of the attribute are whose
// name has the number id.
func (s *sectionReader) valueColumn(id uint32) int {
	if int(id) < len(s.h.names) && s.h.names[id] != 0 {
		return int(s.h.names[id]) - 1
	}
	name, err := s.h.str(RoleAttrName, id, &s.names, s.locked)
	if err != nil {
		s.fail(err)
		return 0
	}
	column := valueColumn(attrRole(name))
	if int(id) >= len(s.h.names) { // as many as there are names, for the heap has this one
		s.h.names = slices.Grow(s.h.names, int(id)+1-len(s.h.names))[:id+1]
	}
	s.h.names[id] = attrName(column + 1)
	return column
}
