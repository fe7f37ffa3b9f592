package format

import "github.com/pagetape/pagetape/snapshot"

// An inserter does the additions of one mutation in an order in which each
// finds its parent and next sibling. Recorders write most of them in such an
// order; one that comes early waits for the id it needs.
type inserter struct {
	page    *snapshot.Page
	adds    []Addition
	done    []bool                    // by index in adds
	waiting map[snapshot.NodeID][]int // indexes in adds, by the id they wait for
	pending map[snapshot.NodeID]bool  // ids on the page that are still to be moved
	errs    []error
}

func (in *inserter) run() []error {
	nodes, attrs := 0, 0
	for i := range in.adds {
		n := in.adds[i].Node
		if n == nil {
			continue
		}
		if in.page.Kind(n.ID) != 0 {
			if in.pending == nil {
				in.pending = make(map[snapshot.NodeID]bool)
			}
			in.pending[n.ID] = true
			continue
		}
		for n := range n.All() {
			nodes++
			attrs += len(n.Attrs)
		}
	}
	in.page.Grow(nodes, attrs)
	first := in.straight()
	if first == len(in.adds) {
		return in.errs
	}
	in.done = make([]bool, len(in.adds))
	for i := range in.adds {
		switch {
		case i < first:
			in.done[i] = true
		case in.adds[i].Node == nil:
			in.done[i] = true
			in.fail(in.adds[i].Parent, snapshot.ErrWrongKind)
		default:
			in.try(i)
		}
	}
	// What still waits does so for a node that never came, or in a circle. It
	// goes last under its parent, if that is there.
	for progress := true; progress && len(in.waiting) > 0; {
		progress = false
		for i := range in.adds {
			if !in.done[i] && in.page.Kind(in.adds[i].Parent) != 0 {
				in.insert(i)
				progress = true
			}
		}
	}
	for i := range in.adds {
		if !in.done[i] {
			in.fail(in.adds[i].Parent, snapshot.ErrUnknownNode)
		}
	}
	return in.errs
}

func (in *inserter) fail(parent snapshot.NodeID, err error) {
	in.errs = append(in.errs, &snapshot.NodeError{Op: "insert under", ID: parent, Err: err})
}

// straight inserts the first additions, up to one that cannot be inserted yet,
// and returns how many that were: mostly all.
func (in *inserter) straight() int {
	for i := range in.adds {
		if in.adds[i].Node == nil || in.missing(&in.adds[i]) != 0 {
			return i
		}
		in.put(&in.adds[i])
	}
	return len(in.adds)
}

// put inserts the addition.
func (in *inserter) put(a *Addition) {
	next := max(a.Next, 0)
	if next == 0 && a.Previous > 0 {
		next = in.page.Next(a.Previous)
	}
	if err := in.page.Insert(a.Parent, next, a.Node); err != nil {
		in.errs = append(in.errs, err)
	}
	delete(in.pending, a.Node.ID)
}

// try inserts the addition if what it needs is there, else it waits.
func (in *inserter) try(i int) {
	if id := in.missing(&in.adds[i]); id != 0 {
		if in.waiting == nil {
			in.waiting = make(map[snapshot.NodeID][]int)
		}
		in.waiting[id] = append(in.waiting[id], i)
		return
	}
	in.insert(i)
}

// missing returns an id that has to be there before a, 0 if there is none. One
// that is still to be moved is not there yet: where it is now says nothing.
func (in *inserter) missing(a *Addition) snapshot.NodeID {
	switch {
	case in.page.Kind(a.Parent) == 0:
		if a.Parent == 0 {
			return -1 // waits for ever
		}
		return a.Parent
	case in.pending[a.Parent]:
		return a.Parent
	case a.Next > 0 && (in.page.Kind(a.Next) == 0 || in.pending[a.Next]):
		return a.Next
	}
	return 0
}

// insert inserts the addition, and then those that waited for its nodes.
func (in *inserter) insert(first int) {
	for work := []int{first}; len(work) > 0; {
		i := work[len(work)-1]
		work = work[:len(work)-1]
		if in.done[i] {
			continue
		}
		a := &in.adds[i]
		in.done[i] = true
		in.put(a)
		if len(in.waiting) == 0 {
			continue
		}
		for n := range a.Node.All() {
			ready, ok := in.waiting[n.ID]
			if !ok {
				continue
			}
			delete(in.waiting, n.ID)
			for _, w := range ready {
				if in.done[w] {
					continue
				}
				if id := in.missing(&in.adds[w]); id != 0 && id != n.ID {
					in.waiting[id] = append(in.waiting[id], w)
				} else {
					work = append(work, w)
				}
			}
		}
	}
}
