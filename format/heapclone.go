package format

import "slices"

// clone returns a heap that has what h has; what is added to one of them is not in
// the other.
func (h *heap) clone() *heap {
	if h == nil {
		return nil
	}
	c := &heap{limits: h.limits, nodes: slices.Clip(h.nodes), blobs: slices.Clip(h.blobs), size: h.size, count: h.count}
	for i := range h.strings {
		c.strings[i] = slices.Clip(h.strings[i])
	}
	return c
}
