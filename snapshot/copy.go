package snapshot

import "slices"

// Clone returns a deep copy of the page.
func (p *Page) Clone() *Page {
	c := *p
	c.slab, c.censuses = slab{}, nil // the room and the trees are p's
	c.Selection = slices.Clone(p.Selection)
	c.Fonts = slices.Clone(p.Fonts)
	c.Defined = slices.Clone(p.Defined)
	c.dense, c.sparse, c.count = make([]*node, len(p.dense)), nil, 0
	c.sheets, c.limbo = nil, nil
	for id, s := range p.sheets {
		c.setSheet(id, s.Clone())
	}
	if p.root != nil {
		c.root = c.copy(p.root, nil)
	}
	return &c
}

func (p *Page) copy(n, host *node) *node {
	x := &node{id: n.id, kind: n.kind, custom: n.custom, style: n.style, block: n.block, host: host}
	x.Type, x.DataAtom, x.Data, x.Namespace = n.Type, n.DataAtom, n.Data, n.Namespace
	x.Attr = slices.Clone(n.Attr)
	p.register(x)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		x.AppendChild(&p.copy(own(c), nil).Node)
	}
	if d := n.more; d != nil {
		e := *d
		e.inline = nil
		if d.state != nil {
			e.state = d.state.clone()
		}
		if d.sheet != nil {
			e.sheet = d.sheet.Clone()
		}
		if d.shadow != nil {
			e.shadow = p.copy(d.shadow, x)
		}
		if d.frame != nil {
			e.frame = p.copy(d.frame, x)
		}
		x.more = &e
	}
	return x
}

// Snapshot returns the page's tree as plain data, live state in Node.State; nil
// before the first Load. Loading it gives the same page. The tree shares
// strings, but nothing that changes, with the page.
func (p *Page) Snapshot() *Node {
	if p.root == nil {
		return nil
	}
	return p.root.plain(0)
}

// alone returns n as plain data, but for its live state and what is below it.
func (n *node) alone() *Node {
	x := &Node{ID: n.id, Kind: n.kind, IsCustom: n.custom, IsStyle: n.style, NeedsBlock: n.block}
	switch n.kind {
	case KindDocument:
	case KindDoctype:
		x.Name, x.PublicID, x.SystemID = n.Data, attrOf(n, "public"), attrOf(n, "system")
	case KindElement:
		x.Name, x.Namespace = n.Data, n.Namespace
		if len(n.Attr) > 0 {
			x.Attrs = make([]Attr, len(n.Attr))
			for i, a := range n.Attr {
				x.Attrs[i] = Attr{Name: a.Key, Value: a.Val}
			}
		}
	default:
		x.Text = n.Data
	}
	if d := n.more; d != nil {
		x.CompatMode, x.IsHost, x.Extra = d.compat, d.shadow != nil, slices.Clone(d.extra)
	}
	return x
}

// plain returns n and its subtree as plain data; root is the document n is in,
// 0 for the page's own.
func (n *node) plain(root NodeID) *Node {
	x := n.alone()
	if n.kind != KindDocument {
		x.RootID = root
	} else if n.host != nil {
		root = n.id
	}
	if n.more != nil && n.more.state != nil {
		x.State = n.more.state.clone()
	}
	captured := false
	if css, ok := n.captured(); ok {
		if x.State == nil {
			x.State = &State{}
		}
		x.State.CSS, captured = &css, true
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		k := own(c).plain(root)
		if captured && k.Kind == KindText {
			k.Text = ""
		}
		x.Children = append(x.Children, k)
	}
	if d := n.more; d != nil {
		if d.shadow != nil {
			for c := d.shadow.FirstChild; c != nil; c = c.NextSibling {
				k := own(c).plain(root)
				k.IsShadow = true
				x.Children = append(x.Children, k)
			}
		}
		if d.frame != nil {
			x.Children = append(x.Children, d.frame.plain(root))
		}
	}
	return x
}

func attrOf(n *node, name string) string {
	for i := range n.Attr {
		if n.Attr[i].Key == name {
			return n.Attr[i].Val
		}
	}
	return ""
}
