package snapshot

import (
	"errors"
	"iter"
	"unsafe"

	"golang.org/x/net/html"
)

// MaxDepth is how deep a page's composed tree may be. Browsers' parsers stop
// at 512; the walks over a Page recurse, and this bounds their stack.
const MaxDepth = 1024

// MaxAttrs is how many attributes an element may have.
const MaxAttrs = 1024

// The reasons in a NodeError.
var (
	ErrUnknownNode  = errors.New("unknown node")
	ErrUnknownSheet = errors.New("unknown style sheet")
	ErrWrongKind    = errors.New("node of the wrong kind")
	ErrCycle        = errors.New("node under its own descendant")
	ErrDepth        = errors.New("tree too deep")
	ErrDuplicate    = errors.New("id used twice in one tree")
	ErrAttrs        = errors.New("too many attributes")
	ErrFrames       = errors.New("second document in one frame")
)

// A NodeError says which node an operation on a Page failed at, and why. It
// never holds content of the page.
type NodeError struct {
	Op  string
	ID  NodeID
	Err error
}

func (e *NodeError) Error() string {
	return "snapshot: " + e.Op + " node " + itoa(int64(e.ID)) + ": " + e.Err.Error()
}

func (e *NodeError) Unwrap() error { return e.Err }

// A View is what a page shows itself in: its address and viewport.
type View struct {
	URL           string
	Width, Height float64 // of the viewport, in CSS pixels
}

// A Pointer is where the pointer was last seen.
type Pointer struct {
	Node NodeID
	Point
	Down bool // a button is pressed or a finger is on the screen
}

// A Range is one range of the user's selection, from an offset in one node to
// an offset in another, both counted as in the DOM's Range.
type Range struct {
	Start       NodeID
	StartOffset int64
	End         NodeID
	EndOffset   int64
}

// A Font is a font face that a script loaded (CSS Font Loading).
type Font struct {
	Family, Source string
	Buffer         bool   // Source is a JSON array of bytes, not CSS
	Descriptors    string // JSON object, or empty
}

// A Page is the live tree of one window: every node by its id, and the live
// state that no node holds. The zero Page is empty and ready to use. It is not
// safe for concurrent use.
//
// The tree behind it is made of *html.Node, so that CSS selectors match it.
// Shadow roots and frame documents are trees of their own, linked to their
// host, so that selectors are scoped as in CSS. The *html.Node values that a
// Page gives out are its own and read-only.
type Page struct {
	View      View
	Pointer   Pointer
	Focus     NodeID // the element that has the focus; 0 is none
	Selection []Range
	Fonts     []Font
	Defined   []string // names of custom elements defined since the snapshot

	root    *node
	ids     ids
	deepest int // no node is deeper
	sheets  map[StyleID]*Sheet
	limbo   map[NodeID]*State // live state of nodes removed since the last Settle
	slab    slab
	names   tagNames
	room    room // of the nodes that came by CloneInto

	censuses map[*node]*census // of trees that selectors were asked for, by their roots

	measured *node // whose depth Insert asked for last, since the last Settle
	levels   int   // its depth
}

// A node is a tree node with what the page knows about it. The html.Node comes
// first so that a pointer to it is a pointer to the node.
type node struct {
	html.Node
	id    NodeID
	kind  Kind // 0 is a shadow root
	flags nodeFlags
	host  *node    // of a shadow root or a frame's document
	more  *details // nil for most nodes
}

type nodeFlags uint8

const (
	nodeCustom   nodeFlags = 1 << iota // Node.IsCustom
	nodeStyle                          // Node.IsStyle
	nodeBlock                          // Node.NeedsBlock
	nodeBorrowed                       // Attr is that of other nodes too, and read-only
)

func (f nodeFlags) has(x nodeFlags) bool { return f&x != 0 }

// with returns f with or without x.
func (f nodeFlags) with(x nodeFlags, yes bool) nodeFlags {
	if yes {
		return f | x
	}
	return f &^ x
}

type details struct {
	shadow *node
	frame  *node
	state  *State
	css    *string      // text of a style sheet whose text nodes are still blank
	sheet  *Sheet       // the rules, once an edit has parted them from the text
	inline *inlineStyle // of the style attribute, once an edit has looked into it
	compat string
	extra  []Member
}

// own returns the node that n is the first field of. Every *html.Node reached
// from a Page's trees was allocated as part of a node, by a builder or a copy.
func own(n *html.Node) *node { return (*node)(unsafe.Pointer(n)) }

func (n *node) details() *details {
	if n.more == nil {
		n.more = &details{}
	}
	return n.more
}

func (n *node) state() *State {
	d := n.details()
	if d.state == nil {
		d.state = &State{}
	}
	return d.state
}

// parent returns the parent in the composed tree: a shadow root's host, a
// frame document's frame.
func (n *node) parent() *node {
	if n.Parent != nil {
		return own(n.Parent)
	}
	return n.host
}

func (p *Page) lookup(id NodeID) *node { return p.ids.get(id) }

func (p *Page) unregister(n *node) {
	if p.lookup(n.id) == n {
		p.ids.remove(n.id)
	}
}

// Len returns the number of nodes that have an id.
func (p *Page) Len() int { return p.ids.used }

// Root returns the document of the page, nil before the first Load.
func (p *Page) Root() *html.Node {
	if p.root == nil {
		return nil
	}
	p.slab.seen = true
	return &p.root.Node
}

// RootID returns the id of the page's document, 0 before the first Load.
func (p *Page) RootID() NodeID {
	if p.root == nil {
		return 0
	}
	return p.root.id
}

// Node returns the node with that id, nil if there is none.
func (p *Page) Node(id NodeID) *html.Node {
	if n := p.lookup(id); n != nil {
		p.slab.seen = true
		return &n.Node
	}
	return nil
}

// Kind returns the kind of the node with that id, 0 if there is none.
func (p *Page) Kind(id NodeID) Kind {
	if n := p.lookup(id); n != nil {
		return n.kind
	}
	return 0
}

// Parent returns the parent in the composed tree: the host of a shadow root's
// child, the frame of a document in a frame. It is 0 at the top.
func (p *Page) Parent(id NodeID) NodeID {
	n := p.lookup(id)
	if n == nil {
		return 0
	}
	up := n.parent()
	if up != nil && up.kind == 0 { // a shadow root has no id
		up = up.host
	}
	if up == nil {
		return 0
	}
	return up.id
}

// InShadow reports whether the node with that id is a child of a shadow root.
func (p *Page) InShadow(id NodeID) bool {
	n := p.lookup(id)
	if n == nil || n.Parent == nil {
		return false
	}
	up := own(n.Parent)
	return up.kind == 0 && p.lookup(up.host.id) == up.host
}

// Next returns the next sibling of the node with that id, 0 if it is the last.
func (p *Page) Next(id NodeID) NodeID {
	if n := p.lookup(id); n != nil && n.NextSibling != nil {
		return own(n.NextSibling).id
	}
	return 0
}

// Shadow returns the shadow root of the element with that id, nil if it has
// none. A shadow root is an html.DocumentNode without an id.
func (p *Page) Shadow(id NodeID) *html.Node {
	if n := p.lookup(id); n != nil && n.more != nil && n.more.shadow != nil {
		p.slab.seen = true
		return &n.more.shadow.Node
	}
	return nil
}

// Frame returns the document in the frame element with that id, nil if none
// was recorded.
func (p *Page) Frame(id NodeID) *html.Node {
	if n := p.lookup(id); n != nil && n.more != nil && n.more.frame != nil {
		p.slab.seen = true
		return &n.more.frame.Node
	}
	return nil
}

// State returns the live state of the node with that id. It is read-only and
// nil where there is none.
func (p *Page) State(id NodeID) *State {
	if n := p.lookup(id); n != nil && n.more != nil {
		return n.more.state
	}
	return nil
}

// All yields every node of the page with its id, in preorder: an element, its
// children, its shadow tree, its frame's document. The page must not change
// meanwhile.
func (p *Page) All() iter.Seq2[NodeID, *html.Node] {
	return func(yield func(NodeID, *html.Node) bool) {
		if p.root != nil {
			p.slab.seen = true
			p.root.walk(func(n *node) bool { return yield(n.id, &n.Node) })
		}
	}
}

// Subtree yields the node with that id and every node below it, as All does.
func (p *Page) Subtree(id NodeID) iter.Seq2[NodeID, *html.Node] {
	return func(yield func(NodeID, *html.Node) bool) {
		if n := p.lookup(id); n != nil {
			p.slab.seen = true
			n.walk(func(n *node) bool { return yield(n.id, &n.Node) })
		}
	}
}

// walk visits n and what is below it in the composed tree, but for shadow
// roots themselves. It reports whether visit never said to stop.
func (n *node) walk(visit func(*node) bool) bool {
	if n.kind != 0 && !visit(n) {
		return false
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if !own(c).walk(visit) {
			return false
		}
	}
	if d := n.more; d != nil {
		if d.shadow != nil && !d.shadow.walk(visit) {
			return false
		}
		if d.frame != nil && !d.frame.walk(visit) {
			return false
		}
	}
	return true
}

// ID returns the id of a node that a Page gave out; 0 for one without, as are
// shadow roots and what a frame's document is linked to.
func ID(n *html.Node) NodeID { return own(n).id }
