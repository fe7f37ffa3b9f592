package format

// A heapMark is how much a heap has that all is added to.
type heapMark struct {
	strings      [roles]int // pages
	nodes, blobs int
	size, count  int
}

func (h *heap) mark() (m heapMark) {
	for i := range h.strings {
		m.strings[i] = len(h.strings[i])
	}
	m.nodes, m.blobs, m.size, m.count = len(h.nodes), len(h.blobs), h.size, h.count
	return m
}

// reset takes back what was added since the mark.
func (h *heap) reset(m heapMark) {
	for i := range h.strings {
		h.strings[i] = h.strings[i][:m.strings[i]]
	}
	h.nodes, h.blobs = h.nodes[:m.nodes], h.blobs[:m.blobs]
	h.size, h.count = m.size, m.count
}
