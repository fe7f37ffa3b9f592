package snapshot

import "golang.org/x/net/html"

// A slab is where a page's nodes come from: from chunks, each as large as what
// is known to come, since an allocation for each would take longer than all
// else; and from the nodes that were removed before anybody saw them, as most
// of those are that come and go while a player seeks.
type slab struct {
	nodes                    []node
	attrs                    []html.Attribute
	nodesToCome, attrsToCome int // that there is no room for yet

	seen   bool                 // the page gave out nodes, from which all others can be reached
	unused [keptAttrs + 1]*node // to be used again, by the capacity of Attr, linked by NextSibling
	idle   int                  // how many those are
}

const (
	nodeChunk = 63 // with the header that the allocator puts before it, 8 KB
	attrChunk = 64
	keptAttrs = 7 // a longer list of attributes is not used again
)

// expect says what is to come.
func (s *slab) expect(nodes, attrs int) {
	s.nodesToCome = max(0, nodes-s.idle-len(s.nodes))
	s.attrsToCome = max(0, attrs-len(s.attrs))
}

// node returns a node that is zero but for an empty Attr, best one with room for
// that many attributes.
func (s *slab) node(attrs int) *node {
	n := s.again(attrs)
	if n == nil {
		if len(s.nodes) == 0 {
			s.nodes = make([]node, s.chunk(s.nodesToCome, nodeChunk))
			s.nodesToCome -= len(s.nodes)
		}
		n = &s.nodes[0]
		s.nodes = s.nodes[1:]
	}
	return n
}

// chunk returns how large the next chunk is. Of a page that was seen nothing is
// kept for the next batch of changes: a node would keep its neighbours.
func (s *slab) chunk(toCome, most int) int {
	if !s.seen {
		toCome = max(toCome, most/4)
	}
	return min(max(toCome, 1), most)
}

// attributes returns an empty list with room for n.
func (s *slab) attributes(n int) []html.Attribute {
	if n > len(s.attrs) {
		if n > attrChunk/4 {
			s.attrsToCome -= n
			return make([]html.Attribute, 0, n)
		}
		s.attrs = make([]html.Attribute, max(n, s.chunk(s.attrsToCome, attrChunk)))
		s.attrsToCome -= len(s.attrs)
	}
	list := s.attrs[:0:n]
	s.attrs = s.attrs[n:]
	return list
}

// again returns a node that was in use, best one with room for that many
// attributes, or nil.
func (s *slab) again(attrs int) *node {
	if s.idle == 0 {
		return nil
	}
	for i := range s.unused {
		list := &s.unused[(min(attrs, keptAttrs)+i)%len(s.unused)]
		if n := *list; n != nil {
			*list = own(n.NextSibling)
			n.NextSibling = nil
			s.idle--
			return n
		}
	}
	return nil
}

// take takes a node that nothing refers to any more.
func (s *slab) take(n *node) {
	attrs := n.Attr[:0]
	if cap(attrs) > keptAttrs || n.flags.has(nodeBorrowed) {
		attrs = nil
	}
	clear(attrs[:cap(attrs)])
	*n = node{}
	n.Attr = attrs
	list := &s.unused[cap(attrs)]
	if *list != nil {
		n.NextSibling = &(*list).Node
	}
	*list = n
	s.idle++
}

// settle ends a batch of changes.
func (s *slab) settle() {
	if s.seen {
		*s = slab{seen: true}
	}
	s.nodesToCome, s.attrsToCome = 0, 0
}

// Reuse says that nobody refers to a node that the page gave out: the memory of
// nodes that are removed is used again, up to when it gives out the next one.
func (p *Page) Reuse() { p.slab.seen = false }

// Grow says that up to Settle so many nodes, with so many attributes, will be
// inserted: room for them is then made at once. The page is right without.
func (p *Page) Grow(nodes, attrs int) { p.slab.expect(nodes, attrs) }

// makeRoom makes room for the tree of a page that is empty.
func (p *Page) makeRoom(root *Node) {
	nodes, attrs := 0, 0
	for n := range root.All() {
		nodes++
		attrs += len(n.Attrs)
	}
	p.slab.expect(nodes, attrs)
	p.ids.reset(nodes)
}
