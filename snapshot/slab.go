package snapshot

import "golang.org/x/net/html"

// A slab is room for nodes and attributes that come and mostly go together. It
// is made in chunks, each as large as what is known to come: an allocation for
// each node would take longer than all else.
type slab struct {
	nodes                    []node
	attrs                    []html.Attribute
	nodesToCome, attrsToCome int // that there is no room for yet
}

// The largest chunks. That of nodes, with the header that the allocator puts
// before it, is 8 KB.
const (
	nodeChunk = 63
	attrChunk = 64
)

// node returns a zero node.
func (s *slab) node() *node {
	if len(s.nodes) == 0 {
		s.nodes = make([]node, min(max(s.nodesToCome, 1), nodeChunk))
		s.nodesToCome -= len(s.nodes)
	}
	n := &s.nodes[0]
	s.nodes = s.nodes[1:]
	return n
}

// attributes returns an empty list with room for n.
func (s *slab) attributes(n int) []html.Attribute {
	if n > len(s.attrs) {
		if n > attrChunk/4 {
			s.attrsToCome -= n
			return make([]html.Attribute, 0, n)
		}
		s.attrs = make([]html.Attribute, max(n, min(s.attrsToCome, attrChunk)))
		s.attrsToCome -= len(s.attrs)
	}
	list := s.attrs[:0:n]
	s.attrs = s.attrs[n:]
	return list
}

// Grow says that up to Settle so many nodes, with so many attributes, will be
// inserted: room for them is then made at once. The page is right without.
func (p *Page) Grow(nodes, attrs int) {
	p.slab.nodesToCome = nodes - len(p.slab.nodes)
	p.slab.attrsToCome = attrs - len(p.slab.attrs)
}

// makeRoom returns room for the tree, and makes it for its ids.
func (p *Page) makeRoom(root *Node) *slab {
	s := &slab{}
	highest := NodeID(0)
	for n := range root.All() {
		s.nodesToCome++
		s.attrsToCome += len(n.Attrs)
		highest = max(highest, n.ID)
	}
	// No larger than register would make it for the tree's last node.
	if size := int(highest) + 1; size > cap(p.dense) && int(highest) < denseLimit(s.nodesToCome) {
		p.dense = make([]*node, 0, size)
	}
	return s
}
