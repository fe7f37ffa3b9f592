package format

import "slices"

// clone returns a heap that has what h has; what is added to one of them is not in
// the other. All pages of h are loaded.
func (h *heap) clone() *heap {
	if h == nil {
		return nil
	}
	c := &heap{limits: h.limits, nodes: clonePages(h.nodes), blobs: clonePages(h.blobs), size: h.size, count: h.count}
	for i := range h.strings {
		c.strings[i] = clonePages(h.strings[i])
	}
	return c
}

// clonePages returns the pages with a last one of their own, to which is added.
func clonePages[T any](p pages[T]) pages[T] {
	if len(p) == 0 {
		return nil
	}
	p = slices.Clone(p)
	last := p[len(p)-1]
	list := slices.Clip(*last.list.Load())
	own := &page[T]{first: last.first, n: last.n}
	own.list.Store(&list)
	p[len(p)-1] = own
	return p
}
