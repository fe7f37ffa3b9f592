package mask

import (
	"slices"
	"time"
	"unicode/utf8"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// Pages show what is typed while it is: "Hi J", "Hi Ja". That is looked for in
// what the page changes right after, and in the same nodes from then on.
const (
	previewTime  = 3 * time.Second // that it takes a page
	previewCount = 6               // values of one control, for a page that is late
	shortPreview = 4               // bytes; shorter ones are looked for in short strings only
	shortString  = 96              // bytes of one
	maxPreviewed = 4096            // bytes of a string that is searched for what was typed
)

// A preview is what a control held a moment ago.
type preview struct {
	At     time.Duration `json:"at"`
	Phrase phrase        `json:"phrase"`

	letters letters // of the phrase; none where they are not known any more
}

// letters are a set of bytes of ASCII, each a bit that several share.
type letters uint64

// lettersOf returns the bytes of letters and digits in lower case that v has.
func lettersOf(v string) (set letters) {
	for i := range len(v) {
		c := v[i]
		if c >= utf8.RuneSelf { // it may be any in lower case: U+212A is a k
			return ^letters(0)
		}
		set |= plainBit[c]
	}
	return set
}

// plainBit is the bit of what a byte is in plain.
var plainBit = func() (t [utf8.RuneSelf]letters) {
	for c, low := range plainByte {
		if low != 0 {
			t[c] = 1 << (low & 63)
		}
	}
	return t
}()

// watch notes what is typed, and forgets what was typed long ago.
func (w *window) watch(e format.Event) {
	w.previews = w.previews[:copy(w.previews, fresherThan(w.previews, e.Time))]
	in, ok := e.Data.(*format.Input)
	if !ok || len(in.Text) > 512 || isMasked(in.Text) {
		return
	}
	if n := w.page.Node(in.ID); n != nil {
		if _, ok := w.holds(in.ID, n); !ok {
			return
		}
	}
	p := preview{At: e.Time, Phrase: w.memory.phrase(in.Text)}
	if p.Phrase.Size == 0 {
		return
	}
	if p.letters = lettersOf(in.Text); p.letters == ^letters(0) {
		p.letters = 0
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

// preview returns where in the text of those nodes, all of it, there is what was
// typed a moment ago, and notes that they show that: the next full snapshot does,
// too.
func (f *Filter) preview(v string, nodes ...snapshot.NodeID) []span {
	w := f.window
	shows := func(id snapshot.NodeID) bool { return len(w.shows[id]) > 0 }
	if w == nil || len(v) > maxPreviewed || (f.whole || len(w.previews) == 0) && (len(w.shows) == 0 || !slices.ContainsFunc(nodes, shows)) {
		return nil
	}
	// Letters in lower case take at most half as many bytes again.
	longest, read := len(v)+len(v)/2, false
	fits := func(p phrase) bool {
		if p.Size > longest {
			return false
		}
		if !read {
			f.memory.reading.read(v, f.memory.base)
			read = true
		}
		return true
	}
	var spans []span
	for _, id := range nodes {
		for _, p := range w.shows[id] {
			if fits(p) {
				spans = f.memory.findRead(spans, p)
			}
		}
	}
	if f.whole {
		return spans
	}
	have := lettersOf(v)
	for _, p := range w.previews {
		if p.Phrase.Size < shortPreview && len(v) > shortString || p.letters&^have != 0 || !fits(p.Phrase) {
			continue
		}
		n := len(spans)
		if spans = f.memory.findRead(spans, p.Phrase); len(spans) == n {
			continue
		}
		for _, id := range nodes {
			w.show(id, p.Phrase)
		}
	}
	return spans
}

// maxShown is how many words of previews a node keeps.
const maxShown = 16

func (w *window) show(id snapshot.NodeID, v phrase) {
	if id <= 0 || slices.Contains(w.shows[id], v) {
		return
	}
	if w.shows == nil {
		w.shows = make(map[snapshot.NodeID][]phrase)
	}
	list := append(w.shows[id], v)
	w.shows[id] = list[max(0, len(list)-maxShown):]
}
