package rrweb

import (
	"slices"
	"strconv"
	"unsafe"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/jsonscan"
	"github.com/pagetape/pagetape/snapshot"
)

// The members of a node, as bits.
const (
	hasType = 1 << iota
	hasID
	hasTag
	hasAttrs
	hasChildren
	hasText
	hasName
	hasPublic
	hasSystem
)

// always returns the members that a node of that kind always has.
func always(k snapshot.Kind) int {
	switch k {
	case snapshot.KindDocument:
		return hasType | hasID | hasChildren
	case snapshot.KindDoctype:
		return hasType | hasID | hasName | hasPublic | hasSystem
	case snapshot.KindElement:
		return hasType | hasID | hasTag | hasAttrs | hasChildren
	case snapshot.KindText, snapshot.KindCDATA, snapshot.KindComment:
		return hasType | hasID | hasText
	}
	return 0
}

// memberNames are the names of those members, by bit.
var memberNames = [...]string{"type", "id", "tagName", "attributes", "childNodes", "textContent", "name", "publicId", "systemId"}

// node reads a serialized node with its subtree; its { is next.
func (d *Decoder) node(depth int) (*snapshot.Node, error) {
	if depth > snapshot.MaxDepth {
		return nil, &format.LimitError{Limit: "depth of the tree", Max: snapshot.MaxDepth}
	}
	if err := d.charge(unsafe.Sizeof(snapshot.Node{})); err != nil {
		return nil, err
	}
	if err := d.json.Delim(); err != nil {
		return nil, err
	}
	n := &d.nodes.take(1)[0]
	seen := 0
	var tag, name string
	for {
		key, err := d.json.Name()
		if err != nil {
			return nil, err
		}
		if key == nil {
			break
		}
		switch string(key) {
		case `"type"`:
			v, err := d.json.Value()
			if err != nil {
				return nil, err
			}
			if t, ok := integer(v); ok && t >= 0 && t <= 5 {
				n.Kind = snapshot.Kind(t) + snapshot.KindDocument
				seen |= hasType
			} else {
				d.oddMember(n, "type", v)
			}
		case `"id"`:
			seen, err = d.id(n, "id", &n.ID, seen, hasID)
		case `"rootId"`:
			_, err = d.id(n, "rootId", &n.RootID, 0, 0)
		case `"tagName"`:
			seen, err = d.str(n, "tagName", &tag, seen, hasTag)
		case `"name"`:
			seen, err = d.str(n, "name", &name, seen, hasName)
		case `"textContent"`:
			seen, err = d.str(n, "textContent", &n.Text, seen, hasText)
		case `"publicId"`:
			seen, err = d.str(n, "publicId", &n.PublicID, seen, hasPublic)
		case `"systemId"`:
			seen, err = d.str(n, "systemId", &n.SystemID, seen, hasSystem)
		case `"compatMode"`:
			if _, err = d.str(n, "compatMode", &n.CompatMode, 0, 0); err == nil && n.CompatMode == "" {
				d.oddMember(n, "compatMode", []byte(`""`))
			}
		case `"attributes"`:
			if d.json.Peek() != '{' {
				err = d.odd(n, "attributes")
				break
			}
			seen |= hasAttrs
			n.Attrs, err = d.attributes()
		case `"childNodes"`:
			if d.json.Peek() != '[' {
				err = d.odd(n, "childNodes")
				break
			}
			seen |= hasChildren
			n.Children, err = d.childNodes(depth)
		case `"isSVG"`:
			svg := false
			if err = d.flag(n, "isSVG", &svg); svg {
				n.Namespace = "svg"
			}
		case `"isShadow"`:
			err = d.flag(n, "isShadow", &n.IsShadow)
		case `"isShadowHost"`:
			err = d.flag(n, "isShadowHost", &n.IsHost)
		case `"isCustom"`:
			err = d.flag(n, "isCustom", &n.IsCustom)
		case `"isStyle"`:
			err = d.flag(n, "isStyle", &n.IsStyle)
		case `"needBlock"`:
			err = d.flag(n, "needBlock", &n.NeedsBlock)
		default:
			err = d.odd(n, d.intern(key))
		}
		if err != nil {
			return nil, err
		}
	}
	n.Name = tag
	if n.Kind == snapshot.KindDoctype {
		n.Name = name
	}
	d.settle(n, seen, tag, name)
	return n, nil
}

// settle notes the members that the node's kind always has and this one lacks,
// and those that it has and its kind has not.
func (d *Decoder) settle(n *snapshot.Node, seen int, tag, name string) {
	want := always(n.Kind)
	if seen == want {
		return
	}
	for i, key := range memberNames {
		bit := 1 << i
		switch {
		case seen&bit == want&bit:
		case want&bit != 0:
			if !has(n.Extra, key) {
				n.Extra = append(n.Extra, snapshot.Member{Name: key})
			}
		default:
			value := ""
			switch bit {
			case hasType:
				continue // no kind of ours: it is among the odd ones
			case hasID:
				value = strconv.Itoa(int(n.ID))
			case hasTag:
				value = literal(tag)
			case hasName:
				value = literal(name)
			case hasText:
				value = literal(n.Text)
			case hasPublic:
				value = literal(n.PublicID)
			case hasSystem:
				value = literal(n.SystemID)
			case hasAttrs:
				e := encoder{}
				e.attrs(n.Attrs)
				value = string(e.b)
				n.Attrs = nil
			case hasChildren:
				e := encoder{}
				e.children(n.Children)
				value = string(e.b)
				n.Children = nil
			}
			n.Extra = append(n.Extra, snapshot.Member{Name: key, Value: value})
		}
	}
}

func (d *Decoder) childNodes(depth int) ([]*snapshot.Node, error) {
	if err := d.json.Delim(); err != nil {
		return nil, err
	}
	from := len(d.children)
	for d.json.Peek() != ']' {
		var c *snapshot.Node
		if d.json.Peek() == '{' {
			var err error
			if c, err = d.node(depth + 1); err != nil {
				return nil, err
			}
		} else {
			v, err := d.json.Value()
			if err != nil {
				return nil, err
			}
			if err := d.charge(unsafe.Sizeof(snapshot.Node{})); err != nil {
				return nil, err
			}
			c = &snapshot.Node{Extra: []snapshot.Member{{Name: snapshot.Whole, Value: d.raw(v)}}}
		}
		d.children = append(d.children, c)
	}
	list := d.pointers.cut(d.children[from:])
	clear(d.children[from:])
	d.children = d.children[:from]
	return list, d.json.Delim()
}

// oddMember keeps a member that the node's fields alone would not write again.
func (d *Decoder) oddMember(n *snapshot.Node, name string, v []byte) {
	n.Extra = slices.DeleteFunc(n.Extra, func(m snapshot.Member) bool { return m.Name == name })
	n.Extra = append(n.Extra, snapshot.Member{Name: name, Value: d.raw(v)})
}

func (d *Decoder) odd(n *snapshot.Node, name string) error {
	v, err := d.json.Value()
	if err == nil {
		d.oddMember(n, name, v)
	}
	return err
}

func (d *Decoder) str(n *snapshot.Node, name string, p *string, seen, bit int) (int, error) {
	v, err := d.json.Value()
	if err != nil {
		return seen, err
	}
	if jsonscan.KindOf(v) != '"' {
		d.oddMember(n, name, v)
		return seen, nil
	}
	*p = d.intern(v)
	return seen | bit, nil
}

func (d *Decoder) id(n *snapshot.Node, name string, p *snapshot.NodeID, seen, bit int) (int, error) {
	v, err := d.json.Value()
	if err != nil {
		return seen, err
	}
	i, ok := integer(v)
	if !ok || i != int64(snapshot.NodeID(i)) || i == 0 && bit == 0 {
		d.oddMember(n, name, v)
		return seen, nil
	}
	*p = snapshot.NodeID(i)
	return seen | bit, nil
}

func (d *Decoder) flag(n *snapshot.Node, name string, p *bool) error {
	v, err := d.json.Value()
	if err != nil {
		return err
	}
	if *p = string(v) == "true"; !*p {
		d.oddMember(n, name, v)
	}
	return nil
}
