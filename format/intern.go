package format

import "github.com/pagetape/pagetape/internal/wire"

// An interner numbers the strings and templates of a tape as they come, and
// collects those that are not written yet in sections, one a table. It is the
// Writer's half of a heap.
type interner struct {
	strings   [roles]map[string]uint32
	templates map[string]uint32
	count     [tables]uint32 // numbers given, those of the static tables among them
	size      int            // bytes of all strings, and of byte strings
	n         int            // strings, templates and byte strings
	pending   [roles]stringSection
	nodes     templateSection
	blobs     stringSection
	key       []byte
}

func newInterner() *interner {
	in := &interner{templates: make(map[string]uint32), count: staticCounts()}
	for r := range in.strings {
		in.strings[r] = make(map[string]uint32)
	}
	in.cut()
	return in
}

// cut begins new sections: what was pending is written.
func (in *interner) cut() {
	for r := range in.pending {
		in.pending[r] = stringSection{first: in.count[r]}
	}
	in.blobs = stringSection{first: in.count[tableBytes]}
	in.nodes.begin(in.count)
}

// maxEntries is how many strings and templates a generation has at the end of
// a frame: half of what a reader takes.
const maxEntries = defaultStrings / 2

// full says whether the tables should begin again.
func (in *interner) full(segment int) bool { return in.size >= segment || in.n >= maxEntries }

// over says whether an event could make the tables more than a reader takes.
// Base64 counts as text and as bytes.
func (in *interner) over(more size) bool {
	return in.n > 0 && (in.n+more.values > defaultStrings || in.size+2*more.bytes > defaultStringBytes)
}

// id returns the number of s among the strings of that role.
func (in *interner) id(role Role, s string) uint32 {
	if id, ok := in.strings[role][s]; ok {
		return id
	}
	if len(s) <= 64 {
		if id, ok := statics()[role].ids[s]; ok {
			return id
		}
	}
	id := in.count[role]
	in.count[role]++
	in.strings[role][s] = id
	in.size += len(s)
	in.n++
	in.pending[role].add(in, s)
	return id
}

// waiting is about how many bytes the pending sections have.
func (in *interner) waiting() int {
	n := len(in.blobs.text) + 4*in.nodes.n
	for r := range in.pending {
		n += len(in.pending[r].text)
	}
	return n
}

// minBlobs is how many bytes of byte strings get a frame of their own: they
// rarely compress together with text.
const minBlobs = 4 << 10

// takeBlobs writes the pending byte strings as sections, if they are many, and
// reports whether it did.
func (in *interner) takeBlobs(w *wire.Writer) bool {
	if len(in.blobs.text) < minBlobs {
		return false
	}
	w.Array(1)
	in.blobs.write(w, tableBytes)
	in.blobs = stringSection{first: in.count[tableBytes]}
	return true
}

// sections writes what is pending as an array of sections, nil where nothing
// is.
func (in *interner) sections(w *wire.Writer) {
	n := 0
	for r := range in.pending {
		if len(in.pending[r].lengths) > 0 {
			n++
		}
	}
	if len(in.blobs.lengths) > 0 {
		n++
	}
	if in.nodes.n > 0 {
		n++
	}
	if n == 0 {
		w.Nil()
		return
	}
	w.Array(n)
	if len(in.blobs.lengths) > 0 { // pieces of the strings
		in.blobs.write(w, tableBytes)
	}
	for r := range in.pending {
		if len(in.pending[r].lengths) > 0 {
			in.pending[r].write(w, r)
		}
	}
	if in.nodes.n > 0 {
		in.nodes.write(w)
	}
}
