package snapshot

// AccessibleName returns the accessible name of the element with that id.
func (p *Page) AccessibleName(id NodeID) string { return "" }
