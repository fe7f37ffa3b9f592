package format_test

import (
	"cmp"
	"strings"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// sample are events of every kind, every field set.
func sample() []format.Event {
	var events []format.Event
	for k := 1; k < 256; k++ {
		if data := format.New(format.Kind(k)); data != nil {
			f := filler{}
			f.record(data)
			events = append(events, format.Event{
				Time: time.Duration(k) * 1234567, Window: format.WindowID(k % 3), Data: data,
				Extra: []snapshot.Member{{Name: "delay", Value: "5"}},
			})
		}
	}
	return events
}

// A filler is the Visitor that sets every field to something.
type filler struct {
	n   int64
	raw string // JSON
}

func (f *filler) next() int64 { f.n++; return f.n }
func (f *filler) text() string {
	return strings.Repeat("é\x00\xed\xa0\xbd", int(f.next()%5)) + "x"
}

func (f *filler) record(r format.Record) {
	*r.Rest() = []snapshot.Member{{Name: "more", Value: `[1,"a"]`}, {Name: "gone"}}
	r.Fields(f)
}
func (f *filler) Bool(_ format.Spec, v *bool)          { *v = f.next()%2 == 0 }
func (f *filler) Int(_ format.Spec, v *int64)          { *v = f.next() << (f.n % 40) }
func (f *filler) Number(_ format.Spec, v *float64)     { *v = float64(f.next()) * 1.1 }
func (f *filler) String(_ format.Spec, v *string)      { *v = f.text() }
func (f *filler) ID(_ format.Spec, v *snapshot.NodeID) { *v = snapshot.NodeID(f.next() - 2) }
func (f *filler) Raw(_ format.Spec, v *string)         { *v = cmp.Or(f.raw, `{"a":1e400}`) }
func (f *filler) Ints(_ format.Spec, v *[]int64)       { *v = []int64{f.next(), -f.next()} }
func (f *filler) OptBool(_ format.Spec, v **bool)      { b := f.next()%2 == 0; *v = &b }
func (f *filler) OptNumber(_ format.Spec, v **float64) { x := -float64(f.next()) / 3; *v = &x }
func (f *filler) OptString(_ format.Spec, v **string)  { s := f.text(); *v = &s }
func (f *filler) One(_ format.Spec, o format.One)      { f.record(o.New()) }
func (f *filler) List(_ format.Spec, l format.List) {
	for range 2 {
		f.record(l.Add())
	}
}
func (f *filler) Attrs(_ format.Spec, v *[]snapshot.Attr) { *v = f.attrs() }
func (f *filler) attrs() []snapshot.Attr {
	return []snapshot.Attr{
		{Name: "class", Value: f.text()}, {Name: "n", Type: snapshot.AttrNumber, Value: "1.50"},
		{Name: "t", Type: snapshot.AttrTrue}, {Name: "f", Type: snapshot.AttrFalse}, {Name: "z", Type: snapshot.AttrNull},
		{Name: "style", Type: snapshot.AttrJSON, Value: `{"a":false}`},
	}
}
func (f *filler) Node(_ format.Spec, v **snapshot.Node) {
	*v = &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, CompatMode: "BackCompat", Children: []*snapshot.Node{
		{ID: 2, Kind: snapshot.KindDoctype, Name: "html", PublicID: "p", SystemID: "s"},
		{ID: 3, Kind: snapshot.KindElement, Name: "svg", Namespace: "svg", Attrs: f.attrs(), RootID: 1, IsHost: true,
			Children: []*snapshot.Node{
				{ID: 4, Kind: snapshot.KindText, Text: f.text(), IsShadow: true, IsStyle: true},
				{ID: -5, Kind: snapshot.KindComment, Text: "c", Extra: []snapshot.Member{{Name: "q", Value: "null"}}},
				{ID: 6, Kind: snapshot.KindCDATA}, {ID: 7, Kind: snapshot.KindElement, Name: "x-y", IsCustom: true, NeedsBlock: true, Namespace: "math"},
				{Extra: []snapshot.Member{{Name: snapshot.Whole, Value: "17"}}},
			}},
	}}
}
