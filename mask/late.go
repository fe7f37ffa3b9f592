package mask

import (
	"slices"

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

// A spot is a text node, or an attribute of an element, that has been shown with
// a value in it that became known later.
type spot struct {
	Window format.WindowID `json:"window"`
	ID     snapshot.NodeID `json:"id"`
	Attr   string          `json:"attr,omitempty"` // "" is the text
	Until  uint32          `json:"until"`          // text that came with this event, or later, is another
}

// late appends to dst what masks the values on the pages that became known after
// they had been shown.
func (f *Filter) late(dst []format.Event, e format.Event) []format.Event {
	m := f.memory
	if len(m.fresh) == 0 && len(m.spots) == 0 && !m.stale || !f.done || !settles(e.Data) {
		return dst
	}
	spots := append(m.spots, f.spots()...)
	m.searched()
	for _, id := range f.tail.order {
		if data := f.strip(f.tail.windows[id], spots); data != nil {
			f.tally.patches++
			dst = append(dst, format.Event{Time: e.Time, Window: id, Data: data})
		}
	}
	return dst
}

// spots returns where values that became known late have been shown.
func (f *Filter) spots() []spot {
	m := f.memory
	values, until := m.values, f.tail.clock+1
	if !m.stale {
		if until = m.over; until == 0 {
			values = echo.New(m.key, 0)
		}
		for _, v := range m.fresh {
			if m.over == 0 {
				values.Add(v.value, v.kind)
			}
			until = max(until, v.at)
		}
	}
	if values.Len() == 0 {
		return nil
	}
	var spots []spot
	for _, window := range f.tail.order {
		w := f.tail.windows[window]
		for id, n := range w.page.All() {
			// What came with that event, or later, was masked then.
			in := w.info(id)
			if in == nil || in.level.base() == levelBlock || in.level&flagInert != 0 || in.since >= until {
				continue
			}
			if n.Type == html.TextNode {
				if in.level.base() == levelClear && values.Contains(n.Data) {
					spots = append(spots, spot{window, id, "", until})
				}
				continue
			}
			e := element{tag: n.Data, own: in.own, level: w.level(id), node: n}
			for _, a := range n.Attr {
				if !values.Contains(a.Val) {
					continue
				}
				var was snapshot.Attr
				var shown bool
				f.unstripped(func() { was, shown = f.attr(&e, snapshot.Attr{Name: a.Key, Value: a.Val}) })
				if shown && values.Contains(was.Value) {
					spots = append(spots, spot{window, id, a.Key, until})
				}
			}
		}
	}
	return spots
}

// strip returns a mutation that masks a page's spots, nil if it has none.
func (f *Filter) strip(w *window, spots []spot) format.Data {
	out := newMutation()
	f.window, f.whole = w, true
	for _, s := range spots {
		in, n := w.info(s.ID), w.page.Node(s.ID)
		if s.Window != w.id || in == nil || in.since >= s.Until {
			continue
		}
		f.about = s.ID
		if s.Attr == "" {
			is := f.text(w, s.ID, w.textTag(s.ID), w.page.Kind(s.ID), w.level(s.ID), n.Data)
			out.Texts = append(out.Texts, format.TextChange{ID: s.ID, Value: &is})
			f.tally.late++
			continue
		}
		i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == s.Attr })
		if i < 0 {
			continue
		}
		e := element{tag: n.Data, own: in.own, level: w.level(s.ID), node: n}
		is, ok := f.attr(&e, snapshot.Attr{Name: s.Attr, Value: n.Attr[i].Val})
		if !ok {
			is = snapshot.Attr{Name: s.Attr, Type: snapshot.AttrNull}
		}
		if last := len(out.Attrs) - 1; last >= 0 && out.Attrs[last].ID == s.ID {
			out.Attrs[last].Attrs = append(out.Attrs[last].Attrs, is)
		} else {
			out.Attrs = append(out.Attrs, format.AttrChange{ID: s.ID, Attrs: []snapshot.Attr{is}})
		}
		f.tally.late++
	}
	if len(out.Texts)+len(out.Attrs) == 0 {
		return nil
	}
	return out
}
