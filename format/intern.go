package format

import (
	"encoding/base64"
	"strings"

	"github.com/pagetape/pagetape/internal/wire"
)

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

// A stringSection is a run of strings of one table, or of byte strings.
type stringSection struct {
	first   uint32
	lengths []int64   // pieced for a string in pieces
	pieces  [][]int64 // of those strings, in turn: a length of text, or -1-n for the bytes n in base64
	text    []byte
}

const pieced = -1

func newInterner() *interner {
	in := &interner{templates: make(map[string]uint32)}
	for i := range in.count {
		in.count[i] = staticCount(i)
	}
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

// add adds a string that is new.
func (t *stringSection) add(in *interner, s string) {
	var pieces []int64
	rest := s
	for len(rest) >= minBase64 {
		from, to := base64Run(rest, minBase64)
		if to == 0 {
			break
		}
		b, err := base64.StdEncoding.Strict().DecodeString(rest[from:to])
		if err != nil {
			break
		}
		pieces = append(pieces, int64(from), -1-int64(in.count[tableBytes]))
		in.count[tableBytes]++
		in.size += len(b)
		in.n++
		in.blobs.lengths = append(in.blobs.lengths, int64(len(b)))
		in.blobs.text = append(in.blobs.text, b...)
		t.text = append(t.text, rest[:from]...)
		rest = rest[to:]
	}
	t.text = append(t.text, rest...)
	if pieces == nil {
		t.lengths = append(t.lengths, int64(len(s)))
		return
	}
	t.lengths = append(t.lengths, pieced)
	t.pieces = append(t.pieces, append(pieces, int64(len(rest))))
}

// minBase64 is the shortest run of base64 that is stored as bytes.
const minBase64 = 128

// base64Run finds the first run of base64 in s, of least bytes and up, that
// follows the word itself, as in a data: URL and in what recorders write of
// canvases.
func base64Run(s string, least int) (from, to int) {
	const word = "base64"
	for at := 0; ; {
		i := strings.Index(s[at:], word)
		if i < 0 {
			return 0, 0
		}
		at += i + len(word)
		for from = at; from < len(s) && from < at+4 && !isBase64(s[from]); from++ {
		}
		for to = from; to < len(s) && isBase64(s[to]); to++ {
		}
		for pad := 0; pad < 2 && to < len(s) && s[to] == '='; pad++ {
			to++
		}
		if to -= (to - from) % 4; to-from >= least {
			return from, to
		}
		at = max(at, to)
	}
}

func isBase64(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/'
}

// write writes the section (SPEC.md, "Sections").
func (t *stringSection) write(w *wire.Writer, table int) {
	w.Array(4)
	w.Int(int64(table))
	w.Int(int64(t.first))
	w.Array(len(t.lengths))
	pieces := t.pieces
	for _, n := range t.lengths {
		if n != pieced {
			w.Int(n)
			continue
		}
		w.Array(len(pieces[0]))
		for _, p := range pieces[0] {
			w.Int(p)
		}
		pieces = pieces[1:]
	}
	w.Bin(t.text)
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
