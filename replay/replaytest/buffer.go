package replaytest

import (
	"slices"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A record is a DOM MutationRecord: with one node added or removed, of text
// (data) or of an attribute.
type record struct {
	target         *node
	added, removed *node
	data           bool
	attr           string
	old            *string
}

// An observer is a MutationObserver of the recorder: it has one for each
// document and each shadow root.
type observer struct {
	records   []record
	transient []*node // removed nodes that it watches until it is called
}

func (w *window) observe(root *node) {
	if len(root.observers) > 0 {
		return
	}
	o := &observer{}
	root.observers = append(root.observers, o)
	w.observers = append(w.observers, o)
}

// record queues a mutation record (DOM, queue a mutation record).
func (w *window) record(r record) {
	var seen []*observer
	for a := r.target; a != nil; a = a.parent {
		for _, o := range a.observers {
			if !slices.Contains(seen, o) {
				seen = append(seen, o)
				o.records = append(o.records, r)
			}
		}
	}
}

// deliver ends a task: every observer is called with its records, the oldest
// first, and the recorder writes an event for each.
func (w *window) deliver() {
	for i := 0; i < len(w.observers); i++ {
		o := w.observers[i]
		if len(o.records) == 0 {
			continue
		}
		records := o.records
		o.records = nil
		b := buffer{w: w, o: o, movedTo: map[[2]*node]bool{}}
		for _, r := range records {
			b.take(r)
		}
		b.emit()
	}
	for _, o := range w.observers {
		for _, n := range o.transient {
			n.observers = slices.DeleteFunc(n.observers, func(x *observer) bool { return x == o })
		}
		o.transient = nil
	}
	clear(w.elsewhere)
	for _, n := range w.kept {
		n.walk(func(x *node) { x.adopted, x.stale = nil, true }) // a recorder does not tell it again
	}
	w.collect()
}

// collect forgets observers of documents and shadow roots that are gone.
func (w *window) collect() {
	live := map[*observer]bool{}
	mark := func(n *node) {
		for _, o := range n.observers {
			live[o] = true
		}
	}
	w.doc.walk(mark)
	for _, n := range w.kept {
		n.walk(mark)
	}
	w.observers = slices.DeleteFunc(w.observers, func(o *observer) bool { return !live[o] })
}

// A buffer makes one mutation event of an observer's records, as rrweb's
// MutationBuffer does: what matters is where nodes are in the end, and the
// order of additions is that in which parent and next sibling are known. Where
// rrweb loses a node that is on the page (one that moved into a new parent in a
// subtree that moved, once or twice, or into a new shadow root of a host that
// moved) this does not.
type buffer struct {
	w *window
	o *observer

	texts   []*node
	attrs   []*attrChange
	removes []removal
	gone    []*node // removed, in order

	added, moved set
	movedTo      map[[2]*node]bool // node and parent

	adds  []format.Addition
	queue []*node // additions whose parent or next sibling has no id yet
}

type removal struct{ n, from *node }

type attrChange struct {
	n     *node
	names []string
	value map[string]snapshot.Attr
	diff  []styleDiff
}

type styleDiff struct {
	decl
	removed bool
}

// A set of nodes keeps the order in which they came.
type set struct {
	list []*node
	has  map[*node]bool
}

func (s *set) add(n *node) {
	if s.has == nil {
		s.has = map[*node]bool{}
	}
	s.has[n] = true
	s.list = append(s.list, n)
}

func (s *set) drop(n *node) {
	delete(s.has, n)
	s.list = slices.DeleteFunc(s.list, func(x *node) bool { return x == n })
}

func (b *buffer) take(r record) {
	switch {
	case r.data:
		if r.target.text != *r.old {
			b.texts = append(b.texts, r.target)
		}
	case r.attr != "":
		b.attribute(r)
	case r.target.name == "textarea":
		b.change(r.target).set(snapshot.Attr{Name: "value", Value: r.target.content()})
	case r.added != nil:
		b.addTree(r.added, r.target)
	default:
		b.removed(r.target, r.removed)
	}
}

func (b *buffer) addTree(n, target *node) {
	if o := b.w.elsewhere[n]; o != nil && o != b.o {
		return
	}
	switch {
	case b.added.has[n], b.moved.has[n]:
	case n.id != 0:
		b.moved.add(n)
		if target != nil && target.owner().id != 0 {
			b.movedTo[[2]*node{n, target}] = true
		}
	default:
		b.added.add(n)
	}
	for _, c := range n.children {
		b.addTree(c, nil)
	}
	if n.shadow != nil {
		for _, c := range n.shadow.children {
			b.w.elsewhere[c] = b.o
			b.addTree(c, n.shadow)
		}
	}
}

func (b *buffer) removed(target, n *node) {
	switch {
	case n.id == 0:
		return
	case b.added.has[n]:
		b.added.drop(n)
	case cutOff(target):
	case b.moved.has[n] && b.movedTo[[2]*node{n, target}]:
		b.moved.drop(n)
	default:
		b.removes = append(b.removes, removal{n, target})
	}
	b.gone = append(b.gone, n)
}

// cutOff says whether the recorder takes n to be in a tree that was removed,
// or that it has not seen yet.
func cutOff(n *node) bool {
	for ; n.kind != 0; n = n.parent {
		if !n.mapped || n.parent == nil {
			return true
		}
		if n.parent.kind == snapshot.KindDocument {
			return false
		}
	}
	return false
}

func (b *buffer) change(n *node) *attrChange {
	for _, c := range b.attrs {
		if c.n == n {
			return c
		}
	}
	c := &attrChange{n: n, value: map[string]snapshot.Attr{}}
	b.attrs = append(b.attrs, c)
	return c
}

func (c *attrChange) set(a snapshot.Attr) {
	if _, ok := c.value[a.Name]; !ok {
		c.names = append(c.names, a.Name)
	}
	c.value[a.Name] = a
}

func (b *buffer) attribute(r record) {
	value, there := r.target.attr(r.attr)
	if there == (r.old != nil) && (!there || value == *r.old) {
		return
	}
	c := b.change(r.target)
	a := snapshot.Attr{Name: r.attr, Value: value}
	if !there {
		a.Type = snapshot.AttrNull
	}
	c.set(a)
	switch {
	case r.attr == "style":
		old := ""
		if r.old != nil {
			old = *r.old
		}
		c.style(parseDecls(old), parseDecls(value))
	case r.attr == "open" && r.target.name == "dialog":
		mode := "non-modal"
		if r.target.modal {
			mode = "modal"
		}
		c.set(snapshot.Attr{Name: "rr_open_mode", Value: mode})
	}
}

// style notes what of a style attribute differs from an old one.
func (c *attrChange) style(old, now []decl) {
	note := func(d styleDiff) {
		if i := slices.IndexFunc(c.diff, func(x styleDiff) bool { return x.name == d.name }); i >= 0 {
			c.diff[i] = d
			return
		}
		c.diff = append(c.diff, d)
	}
	for _, d := range now {
		if i := declIndex(old, d.name); i < 0 || old[i] != d {
			note(styleDiff{decl: d})
		}
	}
	for _, d := range old {
		if declIndex(now, d.name) < 0 {
			note(styleDiff{decl: d, removed: true})
		}
	}
}

// attributes returns the change as an event has it: a diff of the style where
// that is shorter.
func (c *attrChange) attributes() format.AttrChange {
	out := format.AttrChange{ID: c.n.id}
	for _, name := range c.names {
		a := c.value[name]
		if name == "style" && a.Type == snapshot.AttrString {
			if diff := diffJSON(c.diff); len(diff) < len(a.Value) {
				a.Type, a.Value = snapshot.AttrJSON, diff
			}
		}
		out.Attrs = append(out.Attrs, a)
	}
	return out
}

func (b *buffer) emit() {
	for _, n := range b.gone {
		if !b.w.connected(n) {
			n.unmap()
		}
	}
	for _, n := range b.moved.list {
		b.push(n)
	}
	for _, n := range b.added.list {
		b.push(n)
	}
	b.drain()
	e := &format.Mutation{
		Texts: []format.TextChange{}, Attrs: []format.AttrChange{},
		Removes: []format.Removal{}, Adds: b.adds,
	}
	for _, r := range b.removes {
		if r.n.parent == r.from && !b.moved.has[r.n] && b.w.connected(r.n) {
			continue // another observer has told that it is there
		}
		e.Removes = append(e.Removes, format.Removal{Parent: r.from.owner().id, ID: r.n.id, Shadow: r.from.kind == 0})
	}
	if e.Adds == nil {
		e.Adds = []format.Addition{}
	}
	fresh := map[snapshot.NodeID]bool{}
	for _, a := range e.Adds {
		fresh[a.Node.ID] = true
	}
	told := func(n *node) bool { return n.mapped && !fresh[n.id] }
	for _, n := range b.texts {
		if n.parent != nil && n.parent.name == "textarea" {
			b.change(n.parent).set(snapshot.Attr{Name: "value", Value: n.parent.content()})
		}
		if told(n) {
			text := n.text
			e.Texts = append(e.Texts, format.TextChange{ID: n.id, Value: &text})
		}
	}
	for _, c := range b.attrs {
		if told(c.n) {
			e.Attrs = append(e.Attrs, c.attributes())
		}
	}
	if len(e.Texts)+len(e.Attrs)+len(e.Removes)+len(e.Adds) > 0 {
		b.w.emit(e)
	}
}

// unmap makes the recorder forget the ids of n's tree. Nodes keep them, and
// have them again when they come back.
func (n *node) unmap() {
	n.mapped = false
	for _, c := range n.children {
		c.unmap()
	}
}

// known says whether the recorder knows the ids of n's parent and of its next
// sibling, which it must to write an addition.
func (n *node) known() bool {
	next := n.next()
	return n.parent.owner().id != 0 && (next == nil || next.id != 0)
}

// push writes the addition of n, or queues it.
func (b *buffer) push(n *node) {
	if n.parent == nil || !b.w.connected(n) || n.kind == snapshot.KindText && n.parent.name == "textarea" {
		return
	}
	if !n.known() {
		b.enqueue(n)
		return
	}
	add := format.Addition{Parent: n.parent.owner().id}
	if next := n.next(); next != nil {
		add.Next = next.id
	}
	s := serializer{w: b.w, newly: true, blank: n.parent.name == "style" && b.added.has[n.parent]}
	add.Node = s.node(n)
	b.adds = append(b.adds, add)
}

// enqueue puts n beside a sibling that waits, or first.
func (b *buffer) enqueue(n *node) {
	siblings := n.parent.children
	i := slices.Index(siblings, n)
	if i > 0 {
		if j := slices.Index(b.queue, siblings[i-1]); j >= 0 {
			b.queue = slices.Insert(b.queue, j+1, n)
			return
		}
	}
	if i+1 < len(siblings) {
		if j := slices.Index(b.queue, siblings[i+1]); j > 0 {
			b.queue = slices.Insert(b.queue, j, n)
			return
		}
	}
	b.queue = slices.Insert(b.queue, 0, n)
}

// drain writes the additions that wait, from the end of the queue, and from
// one to the one before it.
func (b *buffer) drain() {
	at := -1 // the one before the last written
	for len(b.queue) > 0 {
		if at < 0 || b.queue[at].parent.kind == 0 || !b.queue[at].known() {
			at = len(b.queue) - 1
			for at >= 0 && !b.queue[at].known() {
				at--
			}
		}
		if at < 0 {
			b.w.g.lost += len(b.queue) // rrweb gives up, too
			return
		}
		n := b.queue[at]
		b.queue = slices.Delete(b.queue, at, at+1)
		at--
		b.push(n)
	}
}
