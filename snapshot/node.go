package snapshot

import "iter"

// A NodeID names one node of a page. Ids are given by the recorder and are
// stable from one full snapshot to the next. Zero and negative ids name no
// node: rrweb writes -1 for a node that its mirror does not know.
type NodeID int32

// A StyleID names one constructed style sheet (CSSOM "new CSSStyleSheet()") of
// a page. Zero names none.
type StyleID int32

// Kind is the kind of a Node, as in the DOM's Node.nodeType.
type Kind uint8

// The kinds of node. The zero Kind is none of them.
const (
	KindDocument Kind = 1 + iota
	KindDoctype
	KindElement
	KindText
	KindCDATA
	KindComment
)

func (k Kind) String() string {
	switch k {
	case KindDocument:
		return "document"
	case KindDoctype:
		return "doctype"
	case KindElement:
		return "element"
	case KindText:
		return "text"
	case KindCDATA:
		return "cdata"
	case KindComment:
		return "comment"
	}
	return "invalid"
}

// AttrType is the JSON type that the recorder gave an attribute's value. rrweb
// writes DOM attributes as strings; a number, true or null carries live state
// (rr_scrollTop: 40, checked: true) or a removal.
type AttrType uint8

// The types of attribute values.
const (
	AttrString AttrType = iota
	AttrNumber          // Value is the number's JSON text, so that it stays exact
	AttrTrue
	AttrFalse
	AttrNull
	AttrJSON // Value is the JSON text of an object or array: rrweb's style diffs
)

// An Attr is one attribute of an element, as recorded.
type Attr struct {
	Name  string
	Type  AttrType
	Value string // the string, or JSON text where Type says so; empty for true, false and null
}

// A Member is one JSON object member that this schema has no field for, or a
// known one that the recorder wrote in a form of its own. Value is JSON text;
// an empty Value says that a member which is always there was left out. A
// codec that writes a record's fields writes Members instead of the fields of
// the same name, which is how a recording is exported as it came in.
type Member struct {
	Name  string
	Value string
}

// Whole is the name of a Member that stands for the whole record: what should
// have been a JSON object is the value instead. No JSON name equals it.
const Whole = "\xff"

// A Node is one node of a captured tree as plain data, with its subtree. It
// has no parent links and no maps, so that its encoding is deterministic.
//
// A Node and everything below it belongs to whoever holds it; Page methods
// that take a Node copy what they keep. Strings are WTF-8: UTF-8 in which a
// lone surrogate of the page's UTF-16 text is kept as its three bytes.
type Node struct {
	ID   NodeID
	Kind Kind

	// Name is an element's tag name in lower case, or a doctype's name.
	Name string
	// Namespace is "" for HTML, "svg" or "math".
	Namespace string
	// Attrs are an element's attributes in the recorder's order. In a tree
	// that a recorder made they carry live state too (value, checked, rr_*);
	// in a tree that Page.Snapshot made, State does.
	Attrs []Attr
	// Text is the content of a text, CDATA or comment node.
	Text string

	PublicID, SystemID string // of a doctype
	CompatMode         string // of a document: "" is CSS1Compat

	RootID     NodeID // the document the node is in, where that is not the first one
	IsShadow   bool   // a child of its parent's shadow root, not of the parent
	IsHost     bool   // an element that has a shadow root
	IsCustom   bool   // a defined custom element
	IsStyle    bool   // text of a style element (older recorders)
	NeedsBlock bool   // an element whose content the recorder left out

	State    *State   // live state; nil is none
	Children []*Node  // shadow children and a frame's document among them
	Extra    []Member // what else the recorder wrote
}

// All yields n and every node below it in preorder, shadow trees and frame
// documents included. Children that are nil, which [Page.Load] reports, are left
// out.
func (n *Node) All() iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		stack := append(make([]*Node, 0, 16), n) // most trees are not larger
		for len(stack) > 0 {
			top := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if !yield(top) {
				return
			}
			for i := len(top.Children) - 1; i >= 0; i-- {
				if c := top.Children[i]; c != nil {
					stack = append(stack, c)
				}
			}
		}
	}
}

// Attr returns the value of the string attribute with that name and whether
// there is one.
func (n *Node) Attr(name string) (string, bool) {
	for i := range n.Attrs {
		if n.Attrs[i].Name == name && n.Attrs[i].Type == AttrString {
			return n.Attrs[i].Value, true
		}
	}
	return "", false
}
