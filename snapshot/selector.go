package snapshot

// Selector returns a short CSS selector that matches, in the document or
// shadow root that it is in, the element with that id and nothing else. It is
// "" where there is no such element.
func (p *Page) Selector(id NodeID) string { return "" }
