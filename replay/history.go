package replay

import (
	"iter"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A Moment is a Change with when it happened.
type Moment struct {
	Time  time.Duration `json:"time"`
	Event int           `json:"event"` // index in file order
	Change
}

// History yields everything that happened to one node of a window, in file
// order: that it was added, moved and removed; changes of its attributes, style,
// text, value, checkedness, scroll offset and focus; playback and drawing; and
// what the user did to it or to something in it (ChangeAction, by the name of
// the action). A change is told where the values differ, not where an event
// says the same again.
//
// A page that another one takes the place of is a ChangePage, if the node was
// there: a node of the same id on the new page is another one, which is added.
// The error, if any, is the source's and comes last. It can be used again.
func History(src Source, window format.WindowID, id snapshot.NodeID) iter.Seq2[Moment, error] {
	return func(yield func(Moment, error) bool) {
		h := history{id: id, window: window, yield: yield}
		h.run(src)
	}
}

// A history is a History under way.
type history struct {
	id      snapshot.NodeID
	window  format.WindowID
	yield   func(Moment, error) bool
	same    continuity
	was     portrait
	path    string
	above   string // its parent's path
	stopped bool
	at      spot
}

func (h *history) run(src Source) {
	r := newRerun()
	var failed error
	for e, err := range scanned(src) {
		if failed = err; err != nil {
			break
		}
		if e.Window != h.window {
			r.pass(&e)
			continue
		}
		page := r.pages[h.window]
		h.at = r.spot(&e)
		h.at.time = max(h.at.time, 0)
		goesOn, last := h.same.see(page, &e), sketchOf(page, h, &e)
		if h.event(r.apply(&e), &e, goesOn, last); h.stopped {
			return
		}
	}
	if failed != nil {
		h.yield(Moment{}, failed)
	}
}

// sketchOf is the sketch of the node where the event can remove it.
func sketchOf(p *snapshot.Page, h *history, e *format.Event) *string {
	if m, ok := e.Data.(*format.Mutation); ok && h.was.kind != 0 && len(m.Removes)+len(m.Adds) > 0 {
		return sketch(p, h.id)
	}
	return nil
}

func (h *history) put(kind ChangeKind, name string, old, new *string) {
	if !h.stopped {
		c := Change{Window: h.window, Kind: kind, ID: h.id, Path: h.path, Name: name, Old: shortened(old), New: shortened(new)}
		h.stopped = !h.yield(Moment{h.at.time, h.at.index, c}, nil)
	}
}

// event looks at the node after an event. last is what there was to see of it.
func (h *history) event(p *snapshot.Page, e *format.Event, goesOn bool, last *string) {
	moved := false
	switch data := e.Data.(type) {
	case *format.Keyframe:
		return
	case *format.FullSnapshot:
		if !goesOn && h.was.kind != 0 {
			h.put(ChangePage, "", nil, &p.View.URL)
			h.was = portrait{}
		}
	case *format.Mutation:
		for i := range data.Adds {
			moved = moved || data.Adds[i].Node != nil && data.Adds[i].Node.ID == h.id
		}
	case *format.MouseInteraction:
		if data.Action != format.Focus && data.Action != format.Blur && h.within(p, data.ID) {
			h.put(ChangeAction, actionName(data.Action), nil, nil)
		}
	case *format.Media:
		if data.ID == h.id {
			h.put(ChangeMedia, mediaName(data.Action), nil, nil)
		}
	case *format.Canvas:
		if data.ID == h.id {
			h.put(ChangeCanvas, "", nil, nil)
		}
	case *format.Input, *format.Scroll:
	case *format.SheetRules, *format.SheetDeclaration, *format.AdoptedSheets:
	default:
		return
	}
	is := portraitOf(p, h.id, h.was.kind == 0 || h.hasSheet(p))
	if _, ok := e.Data.(*format.FullSnapshot); ok { // which does not tell the focus
		h.was.focus = is.focus
	}
	was := h.was
	h.was = is.kept()
	switch {
	case is.kind == 0 && was.kind == 0:
		return
	case is.kind == 0:
		h.put(ChangeRemoved, "", last, nil)
		return
	case was.kind == 0:
		h.path, h.above = pathOf(p, h.id), pathOf(p, is.parent)
		h.put(ChangeAdded, "", nil, sketch(p, h.id))
		return
	case was.parent != is.parent:
		old := h.above
		h.path, h.above = pathOf(p, h.id), pathOf(p, is.parent)
		h.put(ChangeMoved, "", &old, &h.above)
	case moved:
		h.path = pathOf(p, h.id)
		h.put(ChangeMoved, "", nil, nil)
	}
	contrast(was, is, h.put)
}

// hasSheet says whether the node can have rules.
func (h *history) hasSheet(p *snapshot.Page) bool {
	n := p.Node(h.id)
	return n != nil && (n.Data == "style" || n.Data == "link" || p.Kind(h.id) == snapshot.KindDocument || p.Shadow(h.id) != nil)
}

// within says whether a node is the one, or in it.
func (h *history) within(p *snapshot.Page, id snapshot.NodeID) bool {
	for ; id > 0; id = p.Parent(id) {
		if id == h.id {
			return true
		}
	}
	return false
}

func actionName(a format.Action) string {
	names := [...]string{
		"mouse up", "mouse down", "click", "context menu", "double click", "focus", "blur", "touch start", "touch move", "touch end", "touch cancel",
	}
	if a >= 0 && int(a) < len(names) {
		return names[a]
	}
	return "unknown"
}

func mediaName(a format.MediaAction) string {
	names := [...]string{"play", "pause", "seeked", "volume", "rate"}
	if a >= 0 && int(a) < len(names) {
		return names[a]
	}
	return "unknown"
}
