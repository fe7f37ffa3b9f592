package format

import (
	"sync"
	"time"
	"unsafe"

	"github.com/pagetape/pagetape/internal/wire"
	"github.com/pagetape/pagetape/snapshot"
)

// An unpacker reads the payload of a frame of events: what a packer wrote. It
// is the Visitor that fills the events. It is used again for the next frame.
type unpacker struct {
	r    *wire.Reader
	cols columnReader
	heap *heap
	err  error // of a number that the heap does not have

	n, at       int
	kinds       cursor
	times       cursor
	unit, last  int64
	windows     cursor
	extra       memberCursors
	groups      [256]*group
	templates   refCursor
	ids, counts cursor
	nodes       []snapshot.Node // for the nodes to come
	children    []*snapshot.Node
	attrs       []snapshot.Attr
	seen        seen
	owed        int // children of nodes before that are still to come
	root        int64
	bases       [tables]uint32
	strs        [roles]view[string]
	tmpls       view[template]
	cur         *group
	field       int
	floats      []float64
	limits      Limits
	buf         []byte // of the payload
	own         span   // where the payload has its own sections
	rows        []span // and records of kinds that are not known
}

// A group is the records of one type in a frame.
type group struct {
	rest   memberCursors
	fields []groupField
	make   func() Data
	raw    []string // of a kind that is not known
}

type groupField struct {
	refCursor
	number number // the last one
	lastID int64
	int    int64 // the last one of Ints
	ints   cursor
	sub    *group
}

// memberCursors read the leftover members of records.
type memberCursors struct {
	counts        cursor
	names, values refCursor
}

// unpackers keeps the unpackers that nobody uses, for the room that they have.
var unpackers sync.Pool

func newUnpacker(l Limits) *unpacker {
	u, ok := unpackers.Get().(*unpacker)
	if !ok {
		u = &unpacker{r: wire.NewReader(nil, 0)}
		u.cols.r = u.r
	}
	u.limits = l
	return u
}

// maxKept is how many bytes of room an unpacker keeps.
const maxKept = 4 << 20

// release forgets what the unpacker read, which is not used any more.
func (u *unpacker) release() {
	u.r.Reset(nil, 0)
	*u = unpacker{r: u.r, cols: columnReader{r: u.r, vals: u.cols.vals[:0]}, seen: u.seen, buf: u.buf}
	if 8*cap(u.cols.vals)+cap(u.buf)+32*len(u.seen.dense) <= maxKept {
		unpackers.Put(u)
	}
}

// sections reads the payload of a HEAP frame into h.
func (u *unpacker) sections(h *heap, payload []byte, locked bool) error {
	u.r.Reset(payload, u.limits.Memory)
	u.cols.vals, u.cols.most = u.cols.vals[:0], u.limits.Values
	s := sectionReader{h: h, r: u.r, cols: &u.cols, locked: locked}
	if s.sections(); u.r.Left() > 0 {
		u.r.Fail(wire.ErrSyntax)
	}
	return u.reason(s.err)
}

// reason translates the reader's error; of is the heap's.
func (u *unpacker) reason(of error) error {
	switch {
	case of != nil:
		return of
	case u.r.Err != nil:
		return reason(u.r.Err, u.limits)
	}
	return nil
}

// open reads the columns of a payload. Its strings are added to h.
func (u *unpacker) open(h *heap, payload []byte) error {
	r := u.r
	r.Reset(payload, u.limits.Memory)
	*u = unpacker{
		r: r, cols: columnReader{r: r, vals: u.cols.vals[:0], most: u.limits.Values}, heap: h, limits: u.limits, seen: u.seen, buf: u.buf,
	}
	n := r.Array(0)
	if r.Err == nil && n < 8 {
		r.Fail(wire.ErrSyntax)
	}
	u.bases = readBases(r)
	s := sectionReader{h: h, r: r, cols: &u.cols}
	u.own.from = r.Offset()
	if h.shared && r.Type() != wire.TypeNil {
		r.Fail(wire.ErrSyntax)
	}
	s.sections()
	u.own.to = r.Offset()
	if s.err != nil {
		u.err = s.err
	}
	if !r.Nil() {
		if r.Array(0) != 3 {
			r.Fail(wire.ErrSyntax)
		}
		nodes := 0
		u.templates.cursor, nodes = u.cols.all(columnCodes)
		u.ids, u.counts = u.cols.column(nodes, columnCodes), u.cols.free(columnCodes)
		r.Charge(nodes * int(unsafe.Sizeof(snapshot.Node{})+8))
	}
	u.templates = newRefCursor(u.templates.cursor, u.bases[tableTemplates])
	u.seen.begin()
	u.kinds, u.n = u.cols.all(columnCodes)
	if r.Array(0) != 2 {
		r.Fail(wire.ErrSyntax)
	}
	u.unit = r.Int()
	u.times = u.cols.column(u.n, columnCodes)
	u.windows = u.cols.column(u.n, columnCodes)
	u.extra = u.members(u.n)
	u.readGroups()
	for ; n > 8; n-- {
		r.Skip(maxNesting)
	}
	if r.Left() > 0 {
		r.Fail(wire.ErrSyntax)
	}
	return u.reason(u.err)
}

func (u *unpacker) readGroups() {
	var counts [256]int
	for _, k := range u.kinds.vals {
		if k <= 0 || k > 255 {
			u.r.Fail(wire.ErrSyntax)
			return
		}
		counts[k]++
	}
	k := u.r.Array(0)
	if k%2 != 0 {
		u.r.Fail(wire.ErrSyntax)
	}
	for range k / 2 {
		kind := u.r.Int()
		if u.r.Err != nil {
			return
		}
		if kind <= 0 || kind > 255 || counts[kind] == 0 || u.groups[kind] != nil {
			u.r.Fail(wire.ErrSyntax)
			return
		}
		n := counts[kind]
		if s := schemas()[kind]; s != nil {
			u.groups[kind] = u.group(s, n)
			if !u.r.Charge(n * int(unsafe.Sizeof(Summary{}))) { // the largest
				return
			}
			u.groups[kind].make = kinds[kind].many(n)
		} else {
			u.groups[kind] = u.rawGroup(n)
		}
	}
	for k, n := range counts {
		if n > 0 && u.groups[k] == nil {
			u.r.Fail(wire.ErrSyntax)
		}
	}
}

// rawGroup reads the records of a kind that a newer version wrote.
func (u *unpacker) rawGroup(n int) *group {
	g := &group{}
	if u.r.Array(int(unsafe.Sizeof(Unknown{}))) != n {
		u.r.Fail(wire.ErrSyntax)
	}
	for range n {
		rest := u.r.Rest()
		u.r.Skip(maxNesting)
		if u.r.Err != nil {
			return g
		}
		size := len(rest) - u.r.Left()
		if !u.r.Charge(size) {
			return g
		}
		u.rows = append(u.rows, span{u.r.Offset() - size, u.r.Offset()})
		g.raw = append(g.raw, string(rest[:size]))
	}
	return g
}

// group reads the columns of n records.
func (u *unpacker) group(s schema, n int) *group {
	g := &group{fields: make([]groupField, len(s))}
	have := u.r.Array(0)
	if have < 1 {
		u.r.Fail(wire.ErrSyntax)
		return g
	}
	g.rest = u.members(n)
	for i := range s {
		f := &g.fields[i]
		switch s[i].typ {
		case fieldString, fieldOptString:
			f.refCursor = newRefCursor(cursor{}, u.bases[s[i].role])
		case fieldAttrs:
			f.refCursor = newRefCursor(cursor{}, u.bases[tableTemplates])
		}
		if i+1 >= have {
			continue
		}
		switch s[i].typ {
		case fieldNumber, fieldOptNumber:
			f.cursor = u.cols.column(n, columnNumbers)
		case fieldInt:
			f.cursor = u.cols.column(n, columnInts)
		case fieldInts, fieldList, fieldOne:
			u.nested(f, &s[i], n)
		default:
			f.cursor = u.cols.column(n, columnCodes)
		}
		if u.r.Err != nil {
			return g
		}
	}
	for i := len(s) + 1; i < have; i++ {
		u.r.Skip(maxNesting)
	}
	return g
}

// nested reads the columns of a field that holds records or integers of its
// own: how many each record has, and theirs.
func (u *unpacker) nested(f *groupField, s *schemaField, n int) {
	if u.r.Nil() {
		return
	}
	if u.r.Array(0) != 2 {
		u.r.Fail(wire.ErrSyntax)
		return
	}
	f.cursor = u.cols.column(n, columnCodes)
	total := int64(0)
	for _, v := range f.vals {
		if s.typ != fieldOne && v > 0 {
			v--
		}
		if v < 0 || v > 1<<40 {
			u.r.Fail(wire.ErrSyntax)
			return
		}
		total += v
	}
	if total > int64(u.limits.Values) {
		u.r.Fail(errValues)
		return
	}
	if s.typ == fieldInts {
		if u.r.Charge(int(total) * 8) {
			f.ints = u.cols.column(int(total), columnInts)
		}
		return
	}
	if u.r.Charge(int(total) * elementSize) {
		f.sub = u.group(s.sub, int(total))
	}
}

// members reads the leftover members of n records.
func (u *unpacker) members(n int) (m memberCursors) {
	if u.r.Nil() {
		return m
	}
	if u.r.Array(0) != 3 {
		u.r.Fail(wire.ErrSyntax)
		return m
	}
	m.counts = u.cols.column(n, columnCodes)
	total := int64(0)
	for _, c := range m.counts.vals {
		if c < 0 || c > 1<<40 {
			u.r.Fail(wire.ErrSyntax)
			return m
		}
		total += c
	}
	if total > int64(u.limits.Values) || !u.r.Charge(int(total)*int(unsafe.Sizeof(snapshot.Member{}))) {
		u.r.Fail(wire.ErrBudget)
		return m
	}
	m.names = newRefCursor(u.cols.column(int(total), columnCodes), u.bases[RoleMember])
	m.values = newRefCursor(u.cols.column(int(total), columnCodes), u.bases[RoleMember])
	return m
}

// next returns the next event; false at the end of the frame, or where an
// error is.
func (u *unpacker) next() (e Event, ok bool, err error) {
	if u.at == u.n {
		return Event{}, false, nil
	}
	u.at++
	kind := Kind(u.kinds.next())
	u.last += u.times.next()
	e.Time = time.Duration(u.last * u.unit)
	w := u.windows.next()
	if w < 0 || w > 1<<32-1 {
		u.r.Fail(wire.ErrSyntax)
	}
	e.Window = WindowID(w)
	e.Extra = u.rest(&u.extra)
	g := u.groups[kind]
	if g.make == nil {
		e.Data, g.raw = &Unknown{Raw: g.raw[0], kind: kind}, g.raw[1:]
	} else {
		e.Data = g.make()
		u.record(g, e.Data)
	}
	if err := u.reason(u.err); err != nil {
		return Event{}, false, err
	}
	return e, true, nil
}

func (u *unpacker) record(g *group, r Record) {
	cur, field := u.cur, u.field
	u.cur, u.field = g, 0
	if g.rest.counts.vals != nil {
		*r.Rest() = u.rest(&g.rest)
	}
	r.Fields(u)
	u.cur, u.field = cur, field
}

func (u *unpacker) rest(m *memberCursors) []snapshot.Member {
	n := m.counts.next()
	if n == 0 {
		return nil
	}
	list := make([]snapshot.Member, n)
	for i := range list {
		list[i] = snapshot.Member{Name: u.str(&m.names, RoleMember), Value: u.str(&m.values, RoleMember)}
	}
	return list
}

func (u *unpacker) str(c *refCursor, role Role) string {
	return u.text(c.nextID(u.r), role)
}

func (u *unpacker) text(id uint32, role Role) string {
	if id == 0 {
		return ""
	}
	s, err := u.heap.str(role, id, &u.strs[role], false)
	if err != nil && u.err == nil {
		u.err = err
	}
	return s
}

func (u *unpacker) nextField() *groupField {
	f := &u.cur.fields[u.field]
	u.field++
	return f
}

func (u *unpacker) Bool(_ Spec, v *bool)      { *v = u.nextField().next() != 0 }
func (u *unpacker) Int(_ Spec, v *int64)      { *v = u.nextField().nextInt() }
func (u *unpacker) Number(_ Spec, v *float64) { f := u.nextField(); *v, _ = f.nextNumber(&f.number) }
func (u *unpacker) String(s Spec, v *string)  { *v = u.str(&u.nextField().refCursor, s.Role) }
func (u *unpacker) Raw(s Spec, v *string)     { *v = u.str(&u.nextField().refCursor, s.Role) }

func (u *unpacker) OptString(s Spec, v **string) {
	f := u.nextField()
	code := f.next()
	if code == 0 {
		return
	}
	text := u.text(f.id(u.r, code-1), s.Role)
	*v = &text
}

func (u *unpacker) OptBool(_ Spec, v **bool) {
	if code := u.nextField().next(); code != 0 {
		b := code != 1
		*v = &b
	}
}

func (u *unpacker) OptNumber(_ Spec, v **float64) {
	f := u.nextField()
	if f.vals == nil {
		return
	}
	if x, ok := f.nextNumber(&f.number); ok {
		*v = u.float(x)
	}
}

// float returns a pointer to a float of its own.
func (u *unpacker) float(x float64) *float64 {
	if len(u.floats) == 0 {
		u.floats = make([]float64, 64)
	}
	p := &u.floats[0]
	*p, u.floats = x, u.floats[1:]
	return p
}

func (u *unpacker) ID(_ Spec, v *snapshot.NodeID) {
	f := u.nextField()
	switch d := f.next(); {
	case d == 0:
	case d == 1:
		f.lastID = u.root
	case d == 2:
		*v = 0
		return
	case d > 2:
		f.lastID += d - 2
	default:
		f.lastID += d
	}
	*v = nodeID(u.r, f.lastID)
}

func (u *unpacker) Ints(_ Spec, v *[]int64) {
	f := u.nextField()
	n := f.next() - 1
	if n < 0 || u.r.Err != nil {
		return
	}
	list := make([]int64, n)
	for i := range list {
		f.int += f.ints.nextInt()
		list[i] = f.int
	}
	*v = list
}

func (u *unpacker) Attrs(_ Spec, v *[]snapshot.Attr) {
	if t := u.template(u.nextField().nextID(u.r)); t != nil {
		*v = u.makeAttrs(t.attrs)
	}
}

func (u *unpacker) List(_ Spec, l List) {
	f := u.nextField()
	n := f.next() - 1
	if n < 0 || u.r.Err != nil {
		return
	}
	l.Reset()
	l.Grow(int(n))
	for range n {
		u.record(f.sub, l.Add())
		if u.r.Err != nil || u.err != nil {
			return
		}
	}
}

func (u *unpacker) One(_ Spec, o One) {
	if f := u.nextField(); f.next() != 0 {
		u.record(f.sub, o.New())
	}
}

// template returns the template with that number, nil for 0 and where there is
// none.
func (u *unpacker) template(id uint32) *template {
	if id == 0 {
		return nil
	}
	t, err := get(u.heap, u.heap.nodes, &u.tmpls, id, false)
	if err != nil && u.err == nil {
		u.err = err
	}
	return t
}

// makeAttrs returns the attributes of a template.
func (u *unpacker) makeAttrs(attrs []templateAttr) []snapshot.Attr {
	n := len(attrs)
	if n == 0 || !u.r.Charge(n*int(unsafe.Sizeof(snapshot.Attr{}))) {
		return nil
	}
	if len(u.attrs) < n {
		u.attrs = make([]snapshot.Attr, max(n, min(2*len(u.templates.vals), 2048)))
	}
	out := u.attrs[:n:n]
	u.attrs = u.attrs[n:]
	for i := range attrs {
		a := &attrs[i]
		out[i] = snapshot.Attr{Name: u.text(a.name, RoleAttrName), Type: a.typ, Value: u.text(a.value, a.role)}
	}
	return out
}

// fill gives a node what its template has.
func (u *unpacker) fill(n *snapshot.Node, t *template) {
	b := t.bits
	n.Kind = snapshot.Kind(b & templateKind)
	n.Name = u.text(t.name, RoleTagName)
	if role := RoleText; t.text != 0 {
		if b&templateCSS != 0 && hasText(n.Kind) {
			role = RoleCSS
		}
		n.Text = u.text(t.text, role)
	}
	n.Attrs = u.makeAttrs(t.attrs)
	n.IsShadow, n.IsHost, n.IsCustom = b&templateShadow != 0, b&templateHost != 0, b&templateCustom != 0
	n.IsStyle, n.NeedsBlock = b&templateStyle != 0, b&templateBlock != 0
	switch {
	case b&templateSVG != 0:
		n.Namespace = "svg"
	case b&templateMath != 0:
		n.Namespace = "math"
	}
	m := t.more
	if m == nil {
		return
	}
	n.RootID = m.root
	n.PublicID, n.SystemID, n.CompatMode = u.text(m.public, RolePlain), u.text(m.system, RolePlain), u.text(m.mode, RolePlain)
	if k := len(m.members); k > 0 && u.r.Charge(k*int(unsafe.Sizeof(snapshot.Member{}))) {
		n.Extra = make([]snapshot.Member, k)
		for i, x := range m.members {
			n.Extra[i] = snapshot.Member{Name: u.text(x.name, RoleMember), Value: u.text(x.value, RoleMember)}
		}
	}
}

func (u *unpacker) Node(_ Spec, v **snapshot.Node) {
	u.field++
	n := u.node(1)
	if *v = n; n != nil {
		u.root = int64(n.ID)
	}
}

func (u *unpacker) node(depth int) *snapshot.Node {
	if depth > snapshot.MaxDepth {
		u.r.Fail(wire.ErrDepth)
	}
	if len(u.templates.vals) == 0 { // there is a code for every node
		u.r.Fail(wire.ErrSyntax)
	}
	if u.r.Err != nil || u.err != nil {
		return nil
	}
	code, idCode := u.templates.next(), u.ids.next()
	if code == 0 {
		return nil
	}
	id := u.seen.id(idCode)
	was := u.seen.at(id)
	switch {
	case code > nodeSame:
		code--
		fallthrough
	case code < nodeSame:
		was.template = u.templates.id(u.r, code)
	}
	t := u.template(was.template)
	if t == nil {
		u.r.Fail(wire.ErrSyntax)
		return nil
	}
	if len(u.nodes) == 0 {
		u.nodes = make([]snapshot.Node, min(1+len(u.templates.vals), 256))
	}
	n := &u.nodes[0]
	u.nodes = u.nodes[1:]
	u.fill(n, t)
	n.ID = nodeID(u.r, id)
	if t.bits&templateChildren == 0 {
		return n
	}
	k := u.counts.next() + int64(was.children)
	if u.counts.short || k < 0 || k > int64(len(u.templates.vals)-u.owed) {
		u.r.Fail(wire.ErrSyntax)
		return nil
	}
	was.children = int32(k)
	u.owed += int(k)
	if len(u.children) < int(k) {
		u.children = make([]*snapshot.Node, max(int(k), min(len(u.templates.vals), 1024)))
	}
	n.Children, u.children = u.children[:k:k], u.children[k:]
	for i := range n.Children {
		u.owed--
		c := u.node(depth + 1)
		if c == nil {
			u.r.Fail(wire.ErrSyntax)
			return nil
		}
		n.Children[i] = c
	}
	return n
}
