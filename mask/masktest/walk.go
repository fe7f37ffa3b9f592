package masktest

import (
	"strconv"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// event looks into every string and number of an event.
func (s *search) event(e format.Event) {
	w := walker{s: s}
	w.members("event", e.Extra)
	w.record(e.Data)
}

// A walker is the visitor that shows every string of a record to a search.
type walker struct {
	s    *search
	path string
}

func (w *walker) record(r format.Record) {
	r.Fields(w)
	w.members(w.path+"rest", *r.Rest())
	if u, ok := r.(*format.Unknown); ok {
		w.s.text(w.path+"raw", u.Raw)
	}
}

// in looks into a record that has a path of its own.
func (w *walker) in(path string, r format.Record) {
	inner := walker{w.s, path + "."}
	inner.record(r)
}

func (w *walker) members(list string, ms []snapshot.Member) {
	for i, m := range ms {
		w.s.text(w.s.name(list, i, m.Name), m.Value)
	}
}

func (w *walker) Bool(format.Spec, *bool)      {}
func (w *walker) OptBool(format.Spec, **bool)  {}
func (w *walker) Raw(f format.Spec, v *string) { w.s.text(w.path+f.Name, *v) }

// Numbers of few digits are places and ids: no short secret is looked for.
func (w *walker) number(field, v string) {
	if len(v) >= minPart {
		w.s.text(w.path+field, v)
	}
}

func (w *walker) Int(f format.Spec, v *int64) { w.number(f.Name, strconv.FormatInt(*v, 10)) }

func (w *walker) Number(f format.Spec, v *float64) { w.number(f.Name, snapshot.FormatNumber(*v)) }

func (w *walker) ID(f format.Spec, v *snapshot.NodeID) {
	w.number(f.Name, strconv.FormatInt(int64(*v), 10))
}

func (w *walker) Ints(f format.Spec, v *[]int64) {
	for i, n := range *v {
		w.number(f.Name+"["+strconv.Itoa(i)+"]", strconv.FormatInt(n, 10))
	}
}

func (w *walker) String(f format.Spec, v *string) { w.s.text(w.path+f.Name, *v) }

func (w *walker) OptNumber(f format.Spec, v **float64) {
	if *v != nil {
		w.Number(f, *v)
	}
}

func (w *walker) OptString(f format.Spec, v **string) {
	if *v != nil {
		w.String(f, *v)
	}
}

func (w *walker) List(f format.Spec, l format.List) {
	for i := range l.Len() {
		w.in(w.path+f.Name+"["+strconv.Itoa(i)+"]", l.At(i))
	}
}

func (w *walker) One(f format.Spec, o format.One) {
	if r := o.Get(); r != nil {
		w.in(w.path+f.Name, r)
	}
}

func (w *walker) Attrs(f format.Spec, v *[]snapshot.Attr) { w.attrs(w.path+f.Name, *v) }

func (w *walker) attrs(list string, attrs []snapshot.Attr) {
	for i, a := range attrs {
		w.s.text(w.s.name(list, i, a.Name), a.Value)
	}
}

func (w *walker) Node(f format.Spec, v **snapshot.Node) {
	if *v != nil {
		w.node(w.path+f.Name, *v)
	}
}

func (w *walker) node(path string, n *snapshot.Node) {
	text := func(name, v string) {
		if v != "" {
			w.s.text(path+"."+name, v)
		}
	}
	text("tagName", n.Name)
	text("namespace", n.Namespace)
	text("textContent", n.Text)
	text("publicId", n.PublicID)
	text("systemId", n.SystemID)
	text("compatMode", n.CompatMode)
	w.attrs(path+".attributes", n.Attrs)
	w.members(path+".rest", n.Extra)
	if s := n.State; s != nil {
		// RecordedAttrs would leave out what an attribute gives way to.
		w.attrs(path+".state", s.Attrs())
		text("dialog", s.Dialog)
		text("image", s.Image)
		text("width", s.Width)
		text("height", s.Height)
		text("src", s.Src)
		if s.Value != nil {
			text("value", *s.Value)
		}
		if s.CSS != nil {
			text("css", *s.CSS)
		}
		w.attrs(path+".other", s.Other)
		for i, op := range s.Canvas {
			text("canvas["+strconv.Itoa(i)+"].property", op.Property)
			text("canvas["+strconv.Itoa(i)+"].args", op.Args)
		}
	}
	for i, c := range n.Children {
		if c != nil {
			w.node(path+".childNodes["+strconv.Itoa(i)+"]", c)
		}
	}
}
