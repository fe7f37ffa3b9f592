package signals

import (
	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// snapshotted takes a full snapshot that has not been applied yet. One of a
// page that was loaded anew begins with ids anew, and what is known by ids is
// forgotten; one that the recorder took in passing changes nothing.
func (a *Analyzer) snapshotted(w *window, s *format.FullSnapshot) {
	if w.loading || s.Node != nil && w.page.Root() != nil && isAnew(w.page, s.Node, w.moved) {
		if w.field != nil {
			a.leave(w, w.field)
		}
		a.endSelection(w)
		w.focused = 0
		clear(w.forms)
		clear(w.ticks)
		w.errors = ticker{}
	}
	w.loading, w.moved = false, false
}

// isAnew says whether a snapshot is of another document than the page. Ids of
// one document stay with their nodes; where the window has moved to another
// address, what the page has must also be what the snapshot says.
func isAnew(p *snapshot.Page, n *snapshot.Node, moved bool) bool {
	for x := range n.All() {
		if old := p.Node(x.ID); old != nil && (p.Kind(x.ID) != x.Kind || x.Kind == snapshot.KindElement && old.Data != x.Name) {
			return true
		}
	}
	return moved && len(snapshot.Compare(n, p.Snapshot(), 1)) > 0
}
