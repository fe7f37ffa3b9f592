package format

import (
	"encoding/base64"
	"slices"
	"strings"
	"unsafe"

	"github.com/pagetape/pagetape/internal/wire"
)

// A stringSection is a run of strings of one table, or of byte strings.
type stringSection struct {
	first   uint32
	lengths []int64   // pieced for a string in pieces
	pieces  [][]int64 // of those strings, in turn: a length of text, or -1-n for the bytes n in base64
	text    []byte
}

const pieced = -1

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

// read reads what write wrote, from behind the first number. The text is a view
// of the payload, and the lengths are in room if it is large enough.
func (t *stringSection) read(r *wire.Reader, room []int64) {
	n := r.Array(int(unsafe.Sizeof("")) + 8)
	if r.Err != nil {
		return
	}
	t.lengths = slices.Grow(room[:0], n)
	for r.Err == nil {
		from := len(t.lengths)
		t.lengths = r.Ints(t.lengths, n-from)
		if from < len(t.lengths) && slices.Min(t.lengths[from:]) < 0 {
			r.Fail(wire.ErrSyntax)
		}
		if len(t.lengths) == n {
			break
		}
		k := r.Array(0)
		if !r.Charge(64) {
			return
		}
		p := r.Ints(nil, k)
		if len(p) < k {
			r.Fail(wire.ErrSyntax)
		}
		t.pieces = append(t.pieces, p)
		t.lengths = append(t.lengths, pieced)
	}
	t.text = r.View()
}
