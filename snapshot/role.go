package snapshot

// Role returns the ARIA role of the element with that id, "" if it has none.
func (p *Page) Role(id NodeID) string { return "" }
