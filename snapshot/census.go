package snapshot

// A census counts what selectors ask for in one tree, so that a Page need not
// look at all of it for each selector. It is taken when a few have been asked
// for, kept up while the tree changes, and dropped when that has cost more than
// to take it and nobody asks.
type census struct {
	asked   int // how often, until it was taken
	names   map[feature]*int
	size    int // elements
	changes int // elements that came, went or changed since it was last asked
}

// A feature is what a compound selector with one condition at most asks for.
type feature struct{ tag, attr, value string }

// fewAsked is how many selectors are made without a census: to take one takes
// as long as some of these.
const fewAsked = 8

// censusOf returns the census of the tree with that root, nil for none.
func (p *Page) censusOf(top *node) *census {
	if top.kind == KindElement { // of a tree that is not on a page
		return nil
	}
	c := p.censuses[top]
	if c == nil {
		if p.censuses == nil {
			p.censuses = make(map[*node]*census)
		}
		c = &census{}
		p.censuses[top] = c
	}
	c.changes = 0
	if c.asked++; c.asked <= fewAsked {
		return nil
	}
	if c.names == nil {
		c.names = make(map[feature]*int)
		c.count(top, 1)
		c.changes = 0
	}
	return c
}

// recount is told of elements that have come into their tree (1), or are about
// to go (-1): n, and what is below it.
func (p *Page) recount(n *node, by int) {
	if c := p.counted(n); c != nil {
		c.count(n, by)
		p.drop(c)
	}
}

// recountOne is recount for n alone, of which an attribute changes.
func (p *Page) recountOne(n *node, by int) {
	if c := p.counted(n); c != nil && n.kind == KindElement {
		c.element(n, by)
		p.drop(c)
	}
}

// counted returns the census that n is counted in, nil for none.
func (p *Page) counted(n *node) *census {
	if p.censuses == nil {
		return nil
	}
	top := n
	for top.Parent != nil {
		top = own(top.Parent)
	}
	if c := p.censuses[top]; c != nil && c.names != nil {
		return c
	}
	return nil
}

// forgetTrees forgets the trees in n, which is removed.
func (p *Page) forgetTrees(n *node) {
	if p.censuses == nil {
		return
	}
	if n.kind == KindDocument {
		delete(p.censuses, n)
	}
	if n.more != nil && n.more.shadow != nil {
		delete(p.censuses, n.more.shadow)
	}
}

// drop drops a census that nobody asks.
func (p *Page) drop(c *census) {
	if c.changes > 2*c.size+1024 {
		*c = census{}
	}
}

// count adds n and what is below it in its tree.
func (c *census) count(n *node, by int) {
	if n.kind == KindElement {
		c.element(n, by)
	}
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		c.count(own(k), by)
	}
}

// element adds n alone.
func (c *census) element(n *node, by int) {
	c.changes++
	c.size += by
	c.add(feature{tag: n.Data}, by)
	for i := range n.Attr {
		key, value := n.Attr[i].Key, n.Attr[i].Val
		switch key {
		case "class":
			for from := 0; from < len(value); {
				to := from
				for to < len(value) && !isSpaceRune(rune(value[to])) {
					to++
				}
				if name := value[from:to]; name != "" && !hasClass(value[:from], name) {
					c.add(feature{n.Data, key, name}, by)
				}
				from = to + 1
			}
		case "id", "data-testid", "data-test-id", "data-test", "data-cy", "data-qa":
			c.add(feature{"", key, value}, by)
		case "name", "for", "part", "role":
			c.add(feature{n.Data, key, value}, by)
		}
	}
}

func (c *census) add(f feature, by int) {
	if len(f.value) > 64 {
		return // it stands in no selector
	}
	f.value = lower(f.value)
	n := c.names[f]
	if n == nil {
		n = new(int)
		c.names[f] = n
	}
	if *n += by; *n == 0 {
		delete(c.names, f)
	}
}

// of returns how many elements have what a candidate asks for with one of its
// conditions, or none.
func (c *census) of(f feature) int {
	if n := c.names[f]; n != nil {
		return *n
	}
	return 0
}

// isCounted says whether a census counts an attribute.
func isCounted(name string) bool {
	switch name {
	case "class", "id", "data-testid", "data-test-id", "data-test", "data-cy", "data-qa", "name", "for", "part", "role":
		return true
	}
	return false
}

// feature returns what the candidate asks for with one of its conditions, or
// none, as a census has it.
func (c *candidate) feature(conds []condition) feature {
	f := feature{tag: c.tag}
	if len(conds) > 0 {
		f.attr, f.value = conds[0].attr, lower(conds[0].value)
	}
	return f
}
