package mask

import (
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/echo"
	"github.com/pagetape/pagetape/snapshot"
)

// Pages show what is typed while it is: "Hi J", "Hi Ja". What is so short is
// looked for in what the page changes right after only.
const (
	previewTime  = 3 * time.Second // that it takes a page
	previewCount = 6               // values of one control, for a page that is late
	shortPreview = 4               // bytes; shorter ones are looked for in short strings only
)

// A preview is what a control held a moment ago.
type preview struct {
	id    snapshot.NodeID
	at    time.Duration
	value string
}

// watch notes what is typed, and forgets what was typed long ago.
func (w *window) watch(e format.Event) {
	w.previews = w.previews[:copy(w.previews, fresherThan(w.previews, e.Time))]
	in, ok := e.Data.(*format.Input)
	if !ok || in.Text == "" || len(in.Text) > 512 {
		return
	}
	if n := w.page.Node(in.ID); n != nil {
		if _, ok := w.holds(in.ID, n); !ok {
			return
		}
	}
	w.previews = append(w.previews, preview{in.ID, e.Time, in.Text})
	if len(w.previews) > previewCount {
		w.previews = append(w.previews[:0], w.previews[len(w.previews)-previewCount:]...)
	}
}

func fresherThan(list []preview, now time.Duration) []preview {
	for len(list) > 0 && (now-list[0].at > previewTime || now < list[0].at) {
		list = list[1:]
	}
	return list
}

// preview returns where in v there is what was typed a moment ago. In a full
// snapshot, which has all of the page, that is looked for only if it is long.
func (f *Filter) preview(v string) []span {
	if len(f.previews) == 0 || len(v) > 4096 {
		return nil
	}
	var spans []span
	for _, p := range f.previews {
		if len(p.value) < shortPreview && (f.whole || len(v) > 96) {
			continue
		}
		for _, s := range echo.Word(nil, v, p.value) {
			spans = append(spans, span{from: s.From, to: s.To, echo: true})
		}
	}
	return spans
}
