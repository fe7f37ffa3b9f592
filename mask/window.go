package mask

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A window is the page of one window as it was recorded, with the level of
// every node. The events are applied to it as they came, before they are
// masked.
type window struct {
	policy *Policy
	tally  *tally
	memory *memory
	clock  *uint32
	id     format.WindowID
	load   uint32 // counts pages
	page   snapshot.Page
	nodes  table
	learns bool // nothing is masked with the page

	sheets  map[snapshot.StyleID]level // constructed sheets, by who adopts them
	adopted []int64                    // those that the document adopts

	epoch  uint32 // the event at hand
	roots  []snapshot.NodeID
	places []snapshot.NodeID // whose children changed
	raised []raise
	left   []format.Removal // nodes that are inside boxes now, and were not
	hits   []int
	kids   []snapshot.NodeID

	born     uint32 // the event that brought the page
	previews []preview
	shows    map[snapshot.NodeID][]phrase // what nodes show of what was being typed
	parts    map[snapshot.NodeID][]span   // of text nodes: what is found that goes over nodes
	again    []snapshot.NodeID            // those of them that have been shown already
}

// A raise is a node that was on the page and became more private.
type raise struct {
	id  snapshot.NodeID
	old level
}

// pages are the windows of a session as they are at one event of it.
type pages struct {
	policy  *Policy
	tally   *tally
	memory  *memory
	windows map[format.WindowID]*window
	order   []format.WindowID // as they came
	clock   uint32            // counts events
	learns  bool              // see window
}

func (p *pages) window(id format.WindowID) *window {
	w := p.windows[id]
	if w == nil {
		w = &window{policy: p.policy, tally: p.tally, memory: p.memory, clock: &p.clock, id: id, learns: p.learns}
		if p.windows == nil {
			p.windows = make(map[format.WindowID]*window)
		}
		p.windows[id] = w
		p.order = append(p.order, id)
	}
	return w
}

// copy returns pages like these that do not change with them.
func (p *pages) copy(t *tally) *pages {
	c := &pages{policy: p.policy, tally: t, memory: p.memory, clock: p.clock, learns: true}
	for _, id := range p.order {
		from, to := p.windows[id], c.window(id)
		to.load, to.epoch, to.born = from.load, from.epoch, from.born
		to.sheets, to.adopted = maps.Clone(from.sheets), slices.Clone(from.adopted)
		if root := from.page.Snapshot(); root != nil {
			to.apply(&format.FullSnapshot{Node: root})
		}
		for id, in := range from.nodes.all() {
			*to.nodes.at(id) = *in
		}
	}
	return c
}

// follow applies an event to the page and finds the levels that it changes. The
// event stays as it is.
func (w *window) follow(data format.Data) change {
	switch e := data.(type) {
	case *format.FullSnapshot:
		w.replacedBy(e)
		w.adopted = nil
		w.apply(e)
		w.root(w.page.RootID(), markDirty)
		w.settle()
	case *format.Mutation:
		return w.mutate(e)
	case *format.Input:
		w.apply(e)
	case *format.SheetRules:
		if e.Style == 0 {
			w.apply(e)
		}
	case *format.SheetDeclaration:
		if e.Style == 0 {
			w.apply(e)
		}
	case *format.AdoptedSheets:
		w.adopt(e)
	}
	return change{}
}

func (w *window) apply(data format.Data) {
	if err := data.Apply(&w.page); err != nil {
		w.tally.damaged++ // what the page then lacks is masked as unknown
	}
}

// adopt notes who adopts constructed style sheets, whose text is as private as
// the strictest of them, and which the document adopts.
func (w *window) adopt(e *format.AdoptedSheets) {
	if w.sheets == nil {
		w.sheets = make(map[snapshot.StyleID]level)
	}
	l := w.level(e.ID)
	for _, id := range e.IDs {
		w.sheets[snapshot.StyleID(id)] = w.sheets[snapshot.StyleID(id)].join(l)
	}
	for i := range e.Styles {
		id := e.Styles[i].Style
		w.sheets[id] = w.sheets[id].join(l)
	}
	if e.ID == w.page.RootID() {
		w.adopted = slices.Clone(e.IDs)
	}
}

// info returns what is known of the node with that id, nil if it is not on
// the page.
func (w *window) info(id snapshot.NodeID) *nodeInfo {
	if id <= 0 || w.page.Kind(id) == 0 {
		return nil
	}
	return w.known(id)
}

// known is info for a node that is on the page.
func (w *window) known(id snapshot.NodeID) *nodeInfo {
	if in := w.nodes.get(id); id > 0 && in != nil && in.own&ownMatched != 0 {
		return in
	}
	return nil
}

// level returns the level of the node with that id. What is not on the page is
// masked, and nothing lifts that.
func (w *window) level(id snapshot.NodeID) level {
	return w.memory.least(w.found(id))
}

// found is level but for a flood, which is not the node's.
func (w *window) found(id snapshot.NodeID) level {
	if in := w.info(id); in != nil {
		return in.level
	}
	return unknown
}

// outer returns the level that the node with that id inherits.
func (w *window) outer(id snapshot.NodeID) level {
	up := w.page.Parent(id)
	if up == 0 && id == w.page.RootID() {
		return w.policy.base()
	}
	return w.found(up) // unknown for a parent without an id
}

// hidden says whether the node with that id is inside a blocked element, so
// that the masked page does not have it.
func (w *window) hidden(id snapshot.NodeID) bool {
	up := w.page.Parent(id)
	return up != 0 && w.level(up).base() == levelBlock
}

// boxed says whether the node with that id is a blocked element or inside one.
func (w *window) boxed(id snapshot.NodeID) bool {
	if w.level(id).base() != levelBlock {
		return false
	}
	return w.page.Kind(id) == snapshot.KindElement || w.hidden(id)
}

// visible returns the node itself, or the box that it is hidden in.
func (w *window) visible(id snapshot.NodeID) snapshot.NodeID {
	for w.page.Kind(id) != 0 && w.hidden(id) {
		id = w.page.Parent(id)
	}
	return id
}

// mark sets marks of the node with that id for the present event.
func (w *window) mark(id snapshot.NodeID, m mark) {
	if id <= 0 {
		return
	}
	in := w.nodes.at(id)
	if in.epoch != w.epoch {
		in.epoch, in.marks = w.epoch, 0
	}
	in.marks |= m
}

func (w *window) marked(id snapshot.NodeID, m mark) bool {
	in := w.nodes.get(id)
	return in != nil && in.epoch == w.epoch && in.marks&m != 0
}

// root notes that the levels of the node with that id and of what is below it
// have to be found anew.
func (w *window) root(id snapshot.NodeID, m mark) {
	if id <= 0 || w.page.Kind(id) == 0 {
		return
	}
	if !w.marked(id, markRoot) {
		w.roots = append(w.roots, id)
	}
	w.mark(id, m|markRoot)
}

// begin starts an event.
func (w *window) begin() {
	if *w.clock++; *w.clock < w.epoch { // after four billion events old marks could be taken for new ones
		w.nodes.forget()
	}
	w.epoch = *w.clock
	w.nodes.sweep(func(id snapshot.NodeID) bool { return w.page.Kind(id) == 0 })
	w.roots, w.raised, w.left = w.roots[:0], w.raised[:0], w.left[:0]
	w.places = w.places[:0]
}

// settle finds the levels of the roots' subtrees, outermost first: a level is
// made from the parent's.
func (w *window) settle() {
	for _, id := range w.roots {
		if !w.inner(id) {
			w.relevel(id)
		}
	}
	w.roots = w.roots[:0]
}

// inner says whether an ancestor of the node with that id is a root too.
func (w *window) inner(id snapshot.NodeID) bool {
	for up := w.page.Parent(id); up > 0; up = w.page.Parent(up) {
		if w.marked(up, markRoot) {
			return true
		}
	}
	return false
}

// relevel finds the levels of a subtree. Rules are matched for elements that
// are new or marked.
func (w *window) relevel(root snapshot.NodeID) {
	var last, parent *html.Node // the node before, and the parent of one
	var lastLevel, parentLevel level
	for id, n := range w.page.Subtree(root) {
		if id <= 0 {
			continue
		}
		switch n.Parent { // mostly one of the two: a look-up spared
		case nil:
			parent, parentLevel = nil, w.outer(id)
		case parent:
		case last:
			parent, parentLevel = last, lastLevel
		default:
			parent, parentLevel = n.Parent, w.outer(id)
		}
		in := w.nodes.at(id)
		known := in.own&ownMatched != 0
		if in.since == 0 {
			in.since = w.epoch
		}
		switch {
		case n.Type != html.ElementNode:
			in.own = ownMatched
		case !known || in.epoch == w.epoch && in.marks&markDirty != 0:
			w.rematch(in, n)
		}
		l := in.level.join(in.own.under(parentLevel))
		if !known && len(w.memory.levels) > 0 {
			l = l.join(w.memory.levels[w.key(id)])
		}
		if n.Type == html.ElementNode && n.Data == "canvas" && known && l.base() > levelClear && in.level.base() == levelClear {
			l = l.join(levelBlock) // what is drawn on it cannot be masked any more
		}
		if l != in.level && known {
			w.raised = append(w.raised, raise{id, in.level})
		}
		in.level = l
		last, lastLevel = n, l
	}
}

// rematch matches the rules against an element.
func (w *window) rematch(in *nodeInfo, n *html.Node) {
	var o own
	o, w.hits = w.policy.match(n, w.hits[:0])
	if o != in.own {
		for _, i := range w.hits {
			w.tally.rules[i]++
		}
	}
	in.own = o
}

// anew forgets what is known of the page, for another is to come.
func (w *window) anew() {
	w.nodes.reset()
	w.sheets, w.shows = nil, nil
	w.load++
	w.born = w.epoch
}

// replacedBy is for a full snapshot, which is to replace the page. Sticky levels
// hold for a page's life; ids start again with the next page. A recorder that
// checks the page out anew writes nearly the same nodes under the same ids,
// and for these the levels are kept.
func (w *window) replacedBy(e *format.FullSnapshot) {
	if e.Node == nil || e.Node.Kind != snapshot.KindDocument {
		return // it will not replace the page
	}
	if w.page.Len() == 0 {
		w.anew()
		return
	}
	same, common, count := 0, 0, 0
	each(e.Node, func(n *snapshot.Node) {
		count++
		if old := w.page.Kind(n.ID); old != 0 && n.ID > 0 {
			common++
			if old == n.Kind && (n.Kind != snapshot.KindElement || strings.EqualFold(w.page.Node(n.ID).Data, n.Name)) {
				same++
			}
		}
	})
	if same*20 < common*19 || common*2 < count {
		w.anew()
		return
	}
	each(e.Node, func(n *snapshot.Node) {
		old := w.page.Node(n.ID)
		in := w.nodes.get(n.ID)
		switch {
		case in == nil:
		case old == nil || w.page.Kind(n.ID) != n.Kind || n.Kind == snapshot.KindElement && !strings.EqualFold(old.Data, n.Name):
			*in = nodeInfo{made: in.made}
		default:
			in.own = 0 // all is brought again
		}
	})
}

// each is Node.All for every node there is.
func each(n *snapshot.Node, visit func(*snapshot.Node)) {
	visit(n)
	for _, c := range n.Children {
		each(c, visit)
	}
}
