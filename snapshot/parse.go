package snapshot

import (
	"errors"
	"io"
	"strings"

	"golang.org/x/net/html"
)

// Parse reads an HTML document and returns its tree as a recorder captures it
// when the page has loaded. Ids are 1 and up in the order of Node.All: a node's
// light children come before its shadow children.
//
// A template with a shadowrootmode is its parent's shadow root where HTML lets
// it be; the content of other templates is not part of the page. A textarea's
// text is its value, a srcdoc is a document in its frame as well. Scripts are
// not run and nothing is loaded. The document is taken to be UTF-8.
//
// The tree belongs to the caller. Errors are those of r, or a *NodeError with
// ErrDepth where the document is deeper than MaxDepth or golang.org/x/net/html
// reads.
func Parse(r io.Reader) (*Node, error) {
	doc, err := parse(r, 1)
	if err != nil {
		return nil, err
	}
	if !hasDoctype(doc) {
		doc.CompatMode = "BackCompat"
	}
	number(doc)
	return doc, nil
}

func hasDoctype(doc *Node) bool {
	for _, c := range doc.Children {
		if c.Kind == KindDoctype {
			return true
		}
	}
	return false
}

// number gives the nodes their ids, and those in a frame the id of its
// document.
func number(doc *Node) {
	id := NodeID(0)
	for n := range doc.All() {
		id++
		n.ID = id
		root := n.RootID
		if n.Kind == KindDocument {
			root = 0
			if n != doc {
				root = id
			}
		}
		for _, c := range n.Children {
			c.RootID = root
		}
		if n.Kind == KindDocument {
			n.RootID = 0
		}
	}
}

var errDepth = &NodeError{"parse", 0, ErrDepth}

// parse returns the document that r holds, the top of which is that deep.
func parse(r io.Reader, depth int) (*Node, error) {
	in := &source{r: r}
	root, err := html.Parse(in)
	switch {
	case in.err != nil:
		return nil, in.err
	case err != nil && strings.Contains(err.Error(), "exceeds"): // x/net has no value for it
		return nil, errDepth
	case err != nil:
		return nil, errors.New("snapshot: parse: the HTML parser failed") // its message may hold the page's names
	}
	return plainHTML(root, depth)
}

// A source tells the errors of a reader from those of the parser.
type source struct {
	r   io.Reader
	err error
}

func (s *source) Read(b []byte) (int, error) {
	n, err := s.r.Read(b)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// plainHTML returns n and its subtree, without ids. It is nil for what is no
// node of the DOM.
func plainHTML(n *html.Node, depth int) (*Node, error) {
	if depth > MaxDepth {
		return nil, errDepth
	}
	x := &Node{}
	switch n.Type {
	case html.DocumentNode:
		x.Kind = KindDocument
	case html.DoctypeNode:
		x.Kind, x.Name = KindDoctype, n.Data
		for _, a := range n.Attr {
			switch a.Key {
			case "public":
				x.PublicID = a.Val
			case "system":
				x.SystemID = a.Val
			}
		}
	case html.ElementNode:
		return plainElement(n, depth)
	case html.TextNode:
		x.Kind, x.Text = KindText, n.Data
	case html.CommentNode:
		x.Kind, x.Text = KindComment, n.Data
	default:
		return nil, nil
	}
	return x, x.addChildren(n, depth)
}

func plainElement(n *html.Node, depth int) (*Node, error) {
	x := &Node{Kind: KindElement, Name: strings.ToLower(n.Data), Namespace: n.Namespace}
	srcdoc, frame := "", false
	for _, a := range n.Attr {
		b := Attr{Name: a.Key, Value: a.Val}
		if a.Namespace != "" {
			b.Name = a.Namespace + ":" + a.Key
		}
		if n.Namespace == "" {
			switch {
			case a.Key == "checked" && x.Name == "input", a.Key == "selected" && x.Name == "option":
				b.Type, b.Value = AttrTrue, ""
			case a.Key == "srcdoc" && x.Name == "iframe" && !frame:
				srcdoc, frame = a.Val, true
			}
		}
		x.Attrs = append(x.Attrs, b)
	}
	switch {
	case n.Namespace != "":
	case x.Name == "textarea":
		var text strings.Builder
		for c := range n.ChildNodes() {
			if c.Type == html.TextNode {
				text.WriteString(c.Data)
			}
		}
		x.Attrs = append(x.Attrs, Attr{Name: "value", Value: text.String()})
		return x, nil
	case x.Name == "template":
		return x, nil
	}
	if err := x.addChildren(n, depth); err != nil {
		return nil, err
	}
	if frame {
		doc, err := parse(strings.NewReader(srcdoc), depth+1)
		if err != nil {
			return nil, err
		}
		x.Children = append(x.Children, doc) // never in quirks mode (HTML, "the initial insertion mode")
	}
	return x, nil
}

// addChildren gives x the children of n, those of its shadow root last.
func (x *Node) addChildren(n *html.Node, depth int) error {
	var shadow *html.Node
	for c := range n.ChildNodes() {
		if shadow == nil && isShadowRoot(c) && x.Kind == KindElement && isHostName(x.Name, x.Namespace) {
			shadow, x.IsHost = c, true
			continue
		}
		k, err := plainHTML(c, depth+1)
		if err != nil {
			return err
		}
		if k != nil {
			x.Children = append(x.Children, k)
		}
	}
	if shadow == nil {
		return nil
	}
	for c := range shadow.ChildNodes() {
		k, err := plainHTML(c, depth+1)
		if err != nil {
			return err
		}
		if k != nil {
			k.IsShadow = true
			x.Children = append(x.Children, k)
		}
	}
	return nil
}

// isShadowRoot reports whether n declares a shadow root.
func isShadowRoot(n *html.Node) bool {
	if n.Type != html.ElementNode || n.Namespace != "" || n.Data != "template" {
		return false
	}
	for _, a := range n.Attr {
		if a.Key == "shadowrootmode" {
			return strings.EqualFold(a.Val, "open") || strings.EqualFold(a.Val, "closed")
		}
	}
	return false
}
