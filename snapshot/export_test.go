package snapshot

// Limbo returns how many removed nodes the page still knows.
func (p *Page) Limbo() int { return len(p.limbo) }
