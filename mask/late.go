package mask

import (
	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/echo"
	"github.com/pagetape/pagetape/snapshot"
)

// settles says whether an event ends what is being typed: the user is elsewhere
// from here on. What was let go is searched for what they typed then, not with
// every key.
func settles(data format.Data) bool {
	switch e := data.(type) {
	case *format.MouseInteraction:
		switch e.Action {
		case format.Blur, format.Focus, format.Click, format.DoubleClick, format.TouchEnd:
			return true
		}
	case *format.FullSnapshot, *format.Meta, *format.Navigation, *format.Custom, *format.Plugin, *format.Field:
		return true
	}
	return false
}

// late appends to dst what masks the values on the pages that became known after
// they had been shown.
func (f *Filter) late(dst []format.Event, e format.Event) []format.Event {
	m := f.memory
	if len(m.fresh) == 0 && !m.stale || !f.done || !settles(e.Data) {
		return dst
	}
	values, before := m.values, ^uint32(0)
	if !m.stale {
		values, before = echo.New(m.key, 0), 0
		for _, v := range m.fresh {
			values.Add(v.value, v.kind)
			before = max(before, v.at)
		}
	}
	m.fresh, m.stale = m.fresh[:0], false
	if values.Len() == 0 {
		return dst
	}
	for _, id := range f.tail.order {
		w := f.tail.windows[id]
		if data := f.strip(w, values, before); data != nil {
			f.tally.patches++
			dst = append(dst, format.Event{Time: e.Time, Window: id, Data: data})
		}
	}
	return dst
}

// strip returns a mutation that masks the values where a page has shown them, nil
// if it has not. What came with the event before, or later, was masked then.
func (f *Filter) strip(w *window, values *echo.Set, before uint32) format.Data {
	out := newMutation()
	f.window, f.whole = w, true
	for id, n := range w.page.All() {
		in := w.info(id)
		if in == nil || in.level.base() == levelBlock || in.level&flagInert != 0 || in.since >= before {
			continue
		}
		f.about = id
		switch n.Type {
		case html.TextNode:
			if in.level.base() > levelClear || !values.Contains(n.Data) {
				continue
			}
			is := f.text(w, id, w.textTag(id), w.page.Kind(id), w.level(id), n.Data)
			out.Texts = append(out.Texts, format.TextChange{ID: id, Value: &is})
			f.tally.late++
		case html.ElementNode:
			e := element{tag: n.Data, own: in.own, level: w.level(id), node: n}
			var change []snapshot.Attr
			for _, a := range n.Attr {
				if !values.Contains(a.Val) {
					continue
				}
				a := snapshot.Attr{Name: a.Key, Value: a.Val}
				var was snapshot.Attr
				var shown bool
				f.unstripped(func() { was, shown = f.attr(&e, a) })
				if !shown || !values.Contains(was.Value) {
					continue
				}
				is, ok := f.attr(&e, a)
				if !ok {
					is = snapshot.Attr{Name: a.Name, Type: snapshot.AttrNull}
				}
				change = append(change, is)
				f.tally.late++
			}
			if change != nil {
				out.Attrs = append(out.Attrs, format.AttrChange{ID: id, Attrs: change})
			}
		}
	}
	if len(out.Texts)+len(out.Attrs) == 0 {
		return nil
	}
	return out
}
