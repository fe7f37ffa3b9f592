package replay

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A Drift is a full snapshot of the recorder that the page rebuilt up to it
// does not equal.
type Drift struct {
	Event       int // index of the snapshot in file order
	Window      format.WindowID
	Differences []snapshot.Difference

	Time  time.Duration // of the snapshot
	Since time.Duration // of the full snapshot before it: between the two the page came to differ
	URL   string        // of the page, without query and fragment
	// Diff shows what differs, with Verifier.Diff: a line for each Difference,
	// and below it lines that begin with "- ", what the recorder saw, and "+ ",
	// what was rebuilt. It holds content of the session.
	Diff []string
}

// A differ shows how two trees differ.
type differ struct {
	want, got map[snapshot.NodeID]*snapshot.Node
	lines     []string
}

// diff returns the lines of Drift.Diff.
func diff(want, got *snapshot.Node, list []snapshot.Difference) []string {
	d := differ{want: byID(want), got: byID(got)}
	for _, x := range list {
		d.lines = append(d.lines, x.String())
		d.show(&x)
	}
	return d.lines
}

func byID(root *snapshot.Node) map[snapshot.NodeID]*snapshot.Node {
	m := make(map[snapshot.NodeID]*snapshot.Node)
	for n := range root.All() {
		m[n.ID] = n
	}
	return m
}

// show writes the two sides of a difference.
func (d *differ) show(x *snapshot.Difference) {
	want, got := d.want[x.ID], d.got[x.ID]
	if want == nil || got == nil {
		d.pair(short(want), short(got))
		return
	}
	name, attr := strings.CutPrefix(x.What, "attribute ")
	switch {
	case x.What == "text":
		d.pair(quote(want.Text), quote(got.Text))
	case attr:
		if strings.HasPrefix(name, "style ") {
			name = "style"
		}
		d.pair(attribute(want, name), attribute(got, name))
	case strings.HasPrefix(x.What, "children"):
		d.children(want.Children, got.Children)
	default:
		d.pair(short(want), short(got))
	}
}

func (d *differ) pair(want, got string) {
	d.lines = append(d.lines, "- "+want, "+ "+got)
}

// maxSides is how many children of one node are shown.
const maxSides = 16

// children shows the children that only one side has.
func (d *differ) children(want, got []*snapshot.Node) {
	n := 0
	only := func(sign string, a, b []*snapshot.Node) {
		for _, c := range a {
			if slices.ContainsFunc(b, func(o *snapshot.Node) bool { return o.ID == c.ID }) {
				continue
			}
			if n++; n <= maxSides {
				d.lines = append(d.lines, sign+short(c))
			}
		}
	}
	only("- ", want, got)
	only("+ ", got, want)
	if n > maxSides {
		d.lines = append(d.lines, "  and "+strconv.Itoa(n-maxSides)+" more")
	}
}

// short is a node in one line.
func short(n *snapshot.Node) string {
	if n == nil {
		return "nothing"
	}
	s := ""
	switch n.Kind {
	case snapshot.KindElement:
		var b strings.Builder
		b.WriteString("<" + n.Name)
		for _, a := range n.RecordedAttrs() {
			if a.Type != snapshot.AttrNull && a.Type != snapshot.AttrFalse {
				b.WriteString(" " + a.Name + "=" + quote(a.Value))
			}
		}
		s = b.String() + ">"
	case snapshot.KindText, snapshot.KindCDATA, snapshot.KindComment:
		s = n.Kind.String() + " " + quote(n.Text)
	default:
		s = n.Kind.String() + " " + n.Name
	}
	return clip(s) + fmt.Sprintf(" (node %d)", n.ID)
}

// attribute is one attribute of a node.
func attribute(n *snapshot.Node, name string) string {
	for _, a := range n.RecordedAttrs() {
		if a.Name != name {
			continue
		}
		switch a.Type {
		case snapshot.AttrTrue:
			return name
		case snapshot.AttrNull, snapshot.AttrFalse:
			return "no " + name
		}
		return name + "=" + quote(a.Value)
	}
	return "no " + name
}

func quote(s string) string { return strconv.Quote(clip(s)) }

// clip keeps a line of a readable length.
func clip(s string) string {
	const most = 200
	if len(s) <= most {
		return s
	}
	n := most
	for n > most-utf8.UTFMax && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
