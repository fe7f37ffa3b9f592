package snapshot

import (
	"cmp"
	"io"
	"slices"
	"strconv"

	"golang.org/x/net/html"
)

// DumpOptions are the ways in which a page can be dumped.
type DumpOptions struct {
	IDs bool // write each node's id before it
}

// Dump writes the page's tree as text for tests and diffs, a node a line, those
// below it indented:
//
//	document
//	  doctype html
//	  html
//	    body
//	      p class="a" title="b"
//	        "text"
//	      input type="text" .value="typed"
//	      x-a
//	        #shadow
//	          slot
//	        comment "c"
//	      iframe
//	        document
//
// Attributes are sorted by name. Words with a dot before them are live state,
// see State. A style sheet that the text below an element does not tell is the
// line "#css", and adopted ones are "#adopted". Texts are Go string literals.
// One page has one dump. Errors are those of w. A nil opts is the zero
// DumpOptions.
func Dump(w io.Writer, p *Page, opts *DumpOptions) error {
	d := &dumper{w: w, page: p}
	if opts != nil {
		d.opts = *opts
	}
	if p.root != nil {
		d.node(p.root, 0)
	}
	if d.err == nil && len(d.out) > 0 {
		_, d.err = w.Write(d.out)
	}
	return d.err
}

type dumper struct {
	w    io.Writer
	page *Page
	opts DumpOptions
	out  []byte
	err  error
	sort []html.Attribute
}

func (d *dumper) begin(depth int) {
	if len(d.out) >= renderChunk && d.err == nil {
		_, d.err = d.w.Write(d.out)
		d.out = d.out[:0]
	}
	for range depth {
		d.out = append(d.out, ' ', ' ')
	}
}

func (d *dumper) str(s string) { d.out = append(d.out, s...) }

// quoted writes a line of a word and a text.
func (d *dumper) quoted(depth int, word, text string) {
	d.begin(depth)
	d.str(word + " ")
	d.out = append(strconv.AppendQuote(d.out, text), '\n')
}

func (d *dumper) node(n *node, depth int) {
	if d.err != nil {
		return
	}
	d.begin(depth)
	if d.opts.IDs && n.kind != 0 {
		d.out = append(strconv.AppendInt(d.out, int64(n.id), 10), ' ')
	}
	switch n.kind {
	case 0:
		d.str("#shadow")
	case KindElement:
		d.element(n)
	case KindText:
		d.out = strconv.AppendQuote(d.out, n.Data)
	case KindDoctype:
		d.str("doctype " + plainName(n.Data))
	case KindDocument:
		d.str("document")
		d.state(n)
	default:
		d.str(n.kind.String() + " ")
		d.out = strconv.AppendQuote(d.out, n.Data)
	}
	d.str("\n")
	d.below(n, depth+1)
}

// below writes what is below n.
func (d *dumper) below(n *node, depth int) {
	for _, id := range n.live().Adopted {
		if sheet := d.page.sheets[id]; sheet != nil {
			d.quoted(depth, "#adopted", sheet.Text())
		}
	}
	if m := n.more; m != nil {
		if m.css != nil || m.sheet != nil {
			css, _ := n.captured()
			if css = unsplitCSS(css); css != n.textContent() {
				d.quoted(depth, "#css", css)
			}
		}
		if m.shadow != nil {
			d.node(m.shadow, depth)
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		d.node(own(c), depth)
	}
	if m := n.more; m != nil && m.frame != nil {
		d.node(m.frame, depth)
	}
}

// plainName returns a name as it is, or quoted where it could be taken for
// more than a name.
func plainName(s string) string {
	for i := range len(s) {
		if nameTable[s[i]] == 0 {
			return strconv.Quote(s)
		}
	}
	if s == "" {
		return `""`
	}
	return s
}

func (d *dumper) element(n *node) {
	if n.Namespace != "" {
		d.str(plainName(n.Namespace) + " ")
	}
	d.str(plainName(n.Data))
	d.sort = append(d.sort[:0], n.Attr...)
	slices.SortStableFunc(d.sort, func(a, b html.Attribute) int { return cmp.Compare(a.Key, b.Key) })
	for _, a := range d.sort {
		d.pair(" ", plainName(a.Key), a.Val)
	}
	d.state(n)
	if n.flags.has(nodeBlock) {
		d.str(" .blocked")
	}
}

func (d *dumper) pair(before, name, value string) {
	d.str(before + name + "=")
	d.out = strconv.AppendQuote(d.out, value)
}

func (d *dumper) state(n *node) {
	if n.id != 0 && n.id == d.page.Focus {
		d.str(" .focused")
	}
	st := n.live()
	if st == &noState {
		return
	}
	flag := func(name string, v *bool) {
		if v != nil {
			d.str(" ." + name + "=" + strconv.FormatBool(*v))
		}
	}
	flag("checked", st.Checked)
	flag("selected", st.Selected)
	for _, a := range st.Attrs() {
		switch a.Name {
		case "checked", "selected", "_cssText":
			continue
		}
		v := a.Value
		switch a.Type {
		case AttrTrue:
			v = "true"
		case AttrFalse:
			v = "false"
		}
		d.pair(" .", plainName(a.Name), v)
	}
	if len(st.Canvas) > 0 {
		d.str(" .canvas=" + strconv.Itoa(len(st.Canvas)))
	}
}
