package format

import (
	"math"
	"unsafe"

	"github.com/pagetape/pagetape/internal/wire"
	"github.com/pagetape/pagetape/snapshot"
)

// A templateList is the templates on a page, by the numbers of their strings.
// Most of a tape's are used by few of its pages, so they are small.
type templateList struct {
	list  []template // and one more, whose rest begins where that of the last ends
	rests []uint32
	keys  []attrKey
}

// A template is a node without id and children.
type template struct {
	bits uint16 // those that are known
	text uint32 // the name, or the text where the kind has that
	rest uint32 // where the rest of it begins in rests
}

// The rest of a template is, as the bits have it, the id of its document
// (templateRoot); public id, system id, mode, name and text (templateOther); how
// many leftover members, and the name and value of each (templateExtra). Then
// come two numbers for each attribute: the place of its key, and the value.
const (
	restRoot  = 1
	restOther = 5
)

// An attrKey is what attributes have but for the value.
type attrKey struct {
	name string
	role Role // of the value
	typ  snapshot.AttrType
}

// rest returns the rest of the template at that place: what few have, and the
// attributes.
func (p *templateList) rest(i uint32) (more, attrs []uint32) {
	t := &p.list[i]
	rest := p.rests[t.rest:p.list[i+1].rest]
	if t.bits&(templateRoot|templateOther|templateExtra) == 0 {
		return nil, rest
	}
	n := 0
	if t.bits&templateRoot != 0 {
		n += restRoot
	}
	if t.bits&templateOther != 0 {
		n += restOther
	}
	if t.bits&templateExtra != 0 {
		n += 1 + 2*int(rest[n])
	}
	return rest[:n], rest[n:]
}

// templates reads a section of templates whose array has n elements, and
// returns how many of them it read.
func (s *sectionReader) templates(first uint32, n int) int {
	s.cols.vals = s.cols.vals[:0]
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
	ids := func(role Role) refCursor { return newRefCursor(next(), bases[role]) }
	names, texts, styles := ids(RoleTagName), ids(RoleText), ids(RoleCSS)
	counts, attrs, types := next(), ids(RoleAttrName), next()
	var values [len(valueRoles)]refCursor
	for i, role := range valueRoles {
		values[i] = ids(role)
	}
	roots, plain, tags, rest := next(), ids(RolePlain), ids(RoleTagName), ids(RoleText)
	extras, members := next(), ids(RoleMember)
	size := s.rests(kinds.vals, counts.vals, extras.vals, len(members.vals))
	if s.r.Err != nil || !s.r.Charge((count+1)*int(unsafe.Sizeof(template{}))) {
		return read
	}
	s.take(count, 0)
	page := &templateList{list: make([]template, count+1)}
	rests := make([]uint32, 0, size)
	keys := keyring{s: s, page: page, names: newTextView(RoleAttrName)}
	root := int64(0)
	for i, b := range kinds.vals {
		if s.r.Err != nil {
			return read
		}
		t := &page.list[i]
		t.bits, t.rest = uint16(b), uint32(len(rests))
		kind := snapshot.Kind(b & templateKind)
		switch {
		case kind > snapshot.KindComment:
			s.r.Fail(wire.ErrSyntax)
		case hasName(kind):
			t.text = names.id(s.r, names.next())
		case !hasText(kind):
		case b&templateCSS != 0:
			t.text = styles.nextID(s.r)
		default:
			t.text = texts.id(s.r, texts.next())
		}
		if b&templateRoot != 0 {
			root += roots.next()
			rests = append(rests, uint32(nodeID(s.r, root)))
		}
		if b&templateOther != 0 {
			for range 3 {
				rests = append(rests, plain.nextID(s.r))
			}
			name, text := uint32(0), uint32(0)
			if !hasName(kind) {
				name = tags.nextID(s.r)
			}
			if !hasText(kind) {
				text = rest.nextID(s.r)
			}
			rests = append(rests, name, text)
		}
		if b&templateExtra != 0 {
			n := extras.next()
			rests = append(rests, uint32(n))
			for range 2 * n {
				rests = append(rests, members.nextID(s.r))
			}
		}
		if b&templateAttrs != 0 {
			for range counts.next() {
				k := keys.key(attrs.id(s.r, attrs.next()), types.next())
				v := &values[k.column]
				rests = append(rests, k.key, v.id(s.r, v.next()))
			}
		}
	}
	page.rests, page.list[count].rest = rests, uint32(len(rests))
	for _, c := range []*cursor{
		&names.cursor, &texts.cursor, &styles.cursor, &counts, &attrs.cursor, &types,
		&roots, &plain.cursor, &tags.cursor, &rest.cursor, &extras, &members.cursor,
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
	if s.r.Err == nil && !s.h.nodes.add(first, count, page, s.h.fixed) {
		s.r.Fail(wire.ErrSyntax)
	}
	return read
}

// rests returns how many numbers the rests of templates of these kinds are, with
// so many attributes and leftover members, all of which have so many strings.
// It charges for them.
func (s *sectionReader) rests(kinds, counts, extras []int64, members int) int {
	size := 0
	pairs := func(n int64) {
		if n > int64(s.r.Budget/8) {
			s.r.Fail(wire.ErrBudget)
		} else if s.r.Charge(8 * int(n)) {
			size += 2 * int(n)
		}
	}
	for _, b := range kinds {
		if b&templateRoot != 0 {
			size += restRoot
		}
		if b&templateOther != 0 {
			size += restOther
		}
		if b&templateExtra != 0 {
			size++
		}
	}
	s.r.Charge(4 * size)
	for _, n := range counts {
		switch {
		case n < 0:
			s.r.Fail(wire.ErrSyntax)
		case n > int64(s.h.limits.Values):
			s.r.Fail(errValues)
		default:
			pairs(n)
		}
	}
	for _, n := range extras {
		if n < 0 || n > int64(members) {
			s.r.Fail(wire.ErrSyntax)
		} else {
			pairs(n)
		}
	}
	if uint64(size) > math.MaxUint32 {
		s.r.Fail(wire.ErrBudget)
	}
	return size
}

// A keyring finds the keys of the attributes on a page of templates.
type keyring struct {
	s     *sectionReader
	page  *templateList
	names textView
	known [512]knownKey // by name and type: few differ
}

type knownKey struct {
	name   uint32 // 1 more than its number; 0 is none
	key    uint32 // its place on the page
	column uint8  // of the values
}

// key returns the key of attributes whose name has that number. One that another
// took the place of, among the known ones, is on the page once more.
func (r *keyring) key(name uint32, typ int64) *knownKey {
	k := &r.known[(name+uint32(typ)*64)%uint32(len(r.known))] // another one for each type of a name
	if k.name != name+1 || uint64(typ) > uint64(snapshot.AttrJSON) {
		r.add(k, name, typ)
	}
	return k
}

// add puts a key on the page and in its place among the known ones.
func (r *keyring) add(k *knownKey, name uint32, typ int64) {
	*k = knownKey{}
	if typ < 0 || typ > int64(snapshot.AttrJSON) {
		r.s.r.Fail(wire.ErrSyntax)
		return
	}
	if !r.s.r.Charge(int(unsafe.Sizeof(attrKey{}))) {
		return
	}
	text, err := r.s.h.str(RoleAttrName, name, &r.names, r.s.locked)
	if err != nil {
		r.s.fail(err)
		return
	}
	role := attrRole(text)
	*k = knownKey{name + 1, uint32(len(r.page.keys)), uint8(valueColumn(role))}
	r.page.keys = append(r.page.keys, attrKey{text, role, snapshot.AttrType(typ)})
}
