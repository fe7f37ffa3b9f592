package mask

import (
	"time"

	"github.com/pagetape/pagetape/format"
)

// Pages show what is typed while it is: "Hi J", "Hi Ja". What is so short is
// looked for in what the page changes right after only.
const (
	previewTime  = 3 * time.Second // that it takes a page
	previewCount = 6               // values of one control, for a page that is late
	shortPreview = 4               // bytes; shorter ones are looked for in short strings only
	shortString  = 96              // bytes of one
)

// A preview is what a control held a moment ago.
type preview struct {
	At   time.Duration `json:"at"`
	Word word          `json:"word"`
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
	p := preview{e.Time, w.memory.word(in.Text)}
	if p.Word.Size == 0 {
		return
	}
	w.previews = append(w.previews, p)
	if len(w.previews) > previewCount {
		w.previews = append(w.previews[:0], w.previews[len(w.previews)-previewCount:]...)
	}
}

func fresherThan(list []preview, now time.Duration) []preview {
	for len(list) > 0 && (now-list[0].At > previewTime || now < list[0].At) {
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
	words := make([]word, 0, previewCount)
	for _, p := range f.previews {
		if p.Word.Size >= shortPreview || !f.whole && len(v) <= shortString {
			words = append(words, p.Word)
		}
	}
	return f.memory.find(nil, v, words...)
}
