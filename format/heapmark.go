package format

// A heapMark is how much a heap has.
type heapMark struct {
	strings     [roles]pageMark[string]
	nodes       pageMark[template]
	blobs       pageMark[[]byte]
	size, count int
}

// A pageMark is how much a table has.
type pageMark[T any] struct {
	pages int
	n     uint32 // of the last page
	list  *[]T
}

func (p pages[T]) mark() (m pageMark[T]) {
	if m.pages = len(p); m.pages > 0 {
		last := p[m.pages-1]
		m.n, m.list = last.n, last.list.Load()
	}
	return m
}

func (p *pages[T]) reset(m pageMark[T]) {
	if *p = (*p)[:m.pages]; m.pages > 0 {
		last := (*p)[m.pages-1]
		last.n = m.n
		last.list.Store(m.list)
	}
}

func (h *heap) mark() (m heapMark) {
	for i := range h.strings {
		m.strings[i] = h.strings[i].mark()
	}
	m.nodes, m.blobs, m.size, m.count = h.nodes.mark(), h.blobs.mark(), h.size, h.count
	return m
}

// reset takes back what was added since the mark.
func (h *heap) reset(m heapMark) {
	for i := range h.strings {
		h.strings[i].reset(m.strings[i])
	}
	h.nodes.reset(m.nodes)
	h.blobs.reset(m.blobs)
	h.size, h.count = m.size, m.count
}
