package format

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/internal/wire"
	"github.com/pagetape/pagetape/snapshot"
)

// A plainColumn is a column that is read the plain way.
type plainColumn struct {
	vals       []int64
	none       bool // every value is 0
	base, last int64
}

func readPlain(r *wire.Reader, base uint32) *plainColumn {
	c := &plainColumn{none: r.Nil(), base: int64(base), last: int64(base)}
	if !c.none {
		for range r.Array(0) {
			c.vals = append(c.vals, r.Int())
		}
	}
	return c
}

var errPlain = errors.New("a column that is too short, or a code of nothing")

func (c *plainColumn) next() int64 {
	if c.none {
		return 0
	}
	if len(c.vals) == 0 {
		panic(errPlain)
	}
	v := c.vals[0]
	c.vals = c.vals[1:]
	return v
}

func (c *plainColumn) ref() int64 {
	switch code := c.next(); {
	case code == 0:
		return 0
	case code < 0 || code > 1<<31:
		panic(errPlain)
	case code == 1:
		c.last = c.base
	case code == 2:
		c.last++
	default:
		c.last = code - 2
	}
	c.base = max(c.base, c.last+1)
	return c.last
}

// plainTemplates reads a section of templates that has all columns, from behind
// the first number, as SPEC.md has it. It returns what is in each template.
func plainTemplates(r *wire.Reader) (list []string, err error) {
	defer func() {
		if e := recover(); e != nil {
			err = e.(error)
		}
	}()
	bases := readBases(r)
	kinds := readPlain(r, 0)
	ids := func(role Role) *plainColumn { return readPlain(r, bases[role]) }
	names, texts, styles := ids(RoleTagName), ids(RoleText), ids(RoleCSS)
	counts, attrs, types := readPlain(r, 0), ids(RoleAttrName), readPlain(r, 0)
	values := map[Role]*plainColumn{}
	for _, role := range valueRoles {
		values[role] = ids(role)
	}
	roots, plain, tags, rest := readPlain(r, 0), ids(RolePlain), ids(RoleTagName), ids(RoleText)
	extras, members := readPlain(r, 0), ids(RoleMember)
	root := int64(0)
	for len(kinds.vals) > 0 && r.Err == nil {
		b := kinds.next()
		line := fmt.Sprint(uint16(b), " ")
		add := func(v int64) { line += fmt.Sprint(v, " ") }
		switch kind := snapshot.Kind(b & templateKind); {
		case kind > snapshot.KindComment:
			return nil, errPlain
		case kind == snapshot.KindElement || kind == snapshot.KindDoctype:
			add(names.ref())
		case kind < snapshot.KindText:
			add(0)
		case b&templateCSS != 0:
			add(styles.ref())
		default:
			add(texts.ref())
		}
		if b&templateRoot != 0 {
			root += roots.next()
			add(int64(uint32(nodeID(r, root))))
		}
		if b&templateOther != 0 {
			add(plain.ref())
			add(plain.ref())
			add(plain.ref())
			kind, name, text := snapshot.Kind(b&templateKind), int64(0), int64(0)
			if kind != snapshot.KindElement && kind != snapshot.KindDoctype {
				name = tags.ref()
			}
			if kind < snapshot.KindText {
				text = rest.ref()
			}
			add(name)
			add(text)
		}
		if b&templateExtra != 0 {
			n := extras.next()
			add(n)
			if n < 0 || n > int64(len(members.vals)) {
				return nil, errPlain
			}
			for range 2 * n {
				add(members.ref())
			}
		}
		if b&templateAttrs != 0 {
			n := counts.next()
			if n < 0 || n > int64(tinyLimits.Values) {
				return nil, errPlain
			}
			for range n {
				name, typ := attrs.ref(), types.next()
				if typ < 0 || typ > int64(snapshot.AttrJSON) || name >= int64(staticCount(int(RoleAttrName))) {
					return nil, errPlain
				}
				text := statics()[RoleAttrName].list[name]
				line += fmt.Sprintf("%q %d %d ", text, typ, values[attrRole(text)].ref())
			}
		}
		list = append(list, line)
	}
	columns := []*plainColumn{names, texts, styles, counts, attrs, types, roots, plain, tags, rest, extras, members}
	for _, c := range values {
		columns = append(columns, c)
	}
	for _, c := range columns {
		if len(c.vals) > 0 {
			return nil, errPlain
		}
	}
	return list, r.Err
}

var tinyLimits = Limits{Values: 1 << 12, Memory: 1 << 20}.withDefaults()

// FuzzTemplates reads the columns of a section of templates, whose attributes
// have names of the static table.
func FuzzTemplates(f *testing.F) {
	random := rand.New(rand.NewPCG(1, 1))
	for i := range 40 {
		in := newInterner()
		for table := range in.count { // as if a frame had come before
			in.count[table] += uint32(random.IntN(3))
		}
		in.cut()
		for range random.IntN(60) {
			in.template(randomNode(random), random.IntN(2) == 0)
		}
		types, texts := in.nodes.types.vals, in.nodes.texts.vals
		if n := len(types); i%4 == 1 && n > 0 {
			types[n-1] += int64(1+len(types)%2) * 8 // the place among known keys is the same
		}
		if n := len(texts); i%4 == 2 && n > 0 {
			texts[n-1] = []int64{-1, 1 << 31, 1<<31 + 1}[n%3]
		}
		var w wire.Writer
		writeBases(&w, &in.nodes.bases)
		in.nodes.kinds.writeAll(&w)
		for _, c := range in.nodes.columns() {
			c.write(&w)
		}
		f.Add(w.Bytes())
		for range 10 {
			b := append([]byte{}, w.Bytes()...)
			b[random.IntN(len(b))] = byte(random.IntN(256)) >> random.IntN(8)
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		plain := wire.NewReader(b, 0)
		want, err := plainTemplates(plain)
		h := &heap{limits: tinyLimits}
		u := newUnpacker(tinyLimits)
		defer u.release()
		u.r.Reset(b, tinyLimits.Memory)
		u.cols.vals, u.cols.most = u.cols.vals[:0], tinyLimits.Values
		s := sectionReader{h: h, r: u.r, cols: &u.cols}
		s.templates(1, 4+18)
		if err != nil || u.r.Err == wire.ErrBudget || u.r.Err == errValues {
			require.Error(t, u.r.Err)
			require.Empty(t, h.nodes)
			return
		}
		require.NoError(t, u.r.Err)
		require.Equal(t, plain.Offset(), u.r.Offset())
		var got []string
		if len(want) > 0 {
			got = h.nodes[0].list.Load().lines()
		}
		require.Equal(t, want, got)
	})
}

// lines are the templates as plainTemplates has them.
func (p *templateList) lines() (list []string) {
	for i := range len(p.list) - 1 {
		t := &p.list[i]
		line := fmt.Sprint(t.bits, " ", t.text, " ")
		more, attrs := p.rest(uint32(i))
		for _, v := range more {
			line += fmt.Sprint(v, " ")
		}
		for ; len(attrs) > 0; attrs = attrs[2:] {
			k := &p.keys[attrs[0]]
			line += fmt.Sprintf("%q %d %d ", k.name, k.typ, attrs[1])
		}
		list = append(list, line)
	}
	return list
}

func randomNode(random *rand.Rand) *snapshot.Node {
	names := statics()[RoleAttrName].list
	text := func() string { return fmt.Sprint("text ", random.IntN(20)) }
	n := &snapshot.Node{Kind: snapshot.Kind(random.IntN(int(snapshot.KindComment) + 1)), IsHost: random.IntN(9) == 0}
	if hasName(n.Kind) || random.IntN(9) == 0 {
		n.Name = text()
	}
	if hasText(n.Kind) || random.IntN(9) == 0 {
		n.Text = text()
	}
	for random.IntN(3) > 0 {
		n.Attrs = append(n.Attrs, snapshot.Attr{
			Name: names[random.IntN(15)+64*random.IntN(2)], Value: text(), Type: snapshot.AttrType(random.IntN(int(snapshot.AttrJSON) + 1)),
		})
	}
	switch random.IntN(9) {
	case 0:
		n.RootID = snapshot.NodeID(random.IntN(1000))
	case 1:
		n.PublicID, n.CompatMode = text(), text()
	case 2:
		n.Extra = []snapshot.Member{{Name: text(), Value: text()}}
	}
	return n
}
