package format

import (
	"encoding/base64"
	"slices"

	"github.com/pagetape/pagetape/internal/wire"
)

// A sectionReader reads sections into a heap.
type sectionReader struct {
	h      *heap
	locked bool // the heap is
	r      *wire.Reader
	cols   *columnReader
	bytes  view[[][]byte]
	err    error // of a number that the heap does not have
}

// sections reads an array of sections, or nil.
func (s *sectionReader) sections() {
	if s.r.Nil() {
		return
	}
	for range s.r.Array(0) {
		n := s.r.Array(0)
		if s.r.Err != nil {
			return
		}
		table, first := s.r.Int(), s.r.Int()
		if n < 4 || first < 0 || first > 1<<30 {
			s.r.Fail(wire.ErrSyntax)
			return
		}
		if table >= 0 && table < tables && first < int64(staticCount(int(table))) {
			s.r.Fail(wire.ErrSyntax)
			return
		}
		read := 4
		switch {
		case table == tableTemplates:
			read = s.templates(uint32(first), n)
		case table == tableBytes:
			s.blobs(uint32(first))
		case table >= 0 && table < int64(roles):
			s.strings(Role(table), uint32(first))
		default: // of a newer version
			read = 2
		}
		for ; read < n; read++ {
			s.r.Skip(maxNesting)
		}
		if s.r.Err != nil {
			return
		}
	}
}

// take counts n more entries of size bytes.
func (s *sectionReader) take(n, size int) {
	if s.h.count += n; s.h.count > s.h.limits.Strings {
		s.r.Fail(errStrings)
	}
	if s.h.size += size; s.h.size > s.h.limits.StringBytes {
		s.r.Fail(errStringBytes)
	}
}

func (s *sectionReader) strings(role Role, first uint32) {
	t := stringSection{first: first}
	t.read(s.r, s.cols.vals[:0])
	if s.r.Err != nil || !s.r.Charge(len(t.text)) {
		return
	}
	s.cols.vals = t.lengths[:0]
	s.take(len(t.lengths), len(t.text))
	list := &textList{text: string(t.text), ends: make([]uint32, 1, 1+len(t.lengths))}
	at := 0
	cut := func(n int64) string {
		if n < 0 || n > int64(len(list.text)-at) {
			s.r.Fail(wire.ErrSyntax)
			return ""
		}
		from := at
		at += int(n)
		return list.text[from:at]
	}
	for i, n := range t.lengths {
		if n == pieced && len(t.pieces) > 0 {
			whole, ok := s.join(t.pieces[0], cut)
			if !ok {
				return
			}
			if list.pieced == nil {
				list.pieced = make(map[uint32]string)
			}
			list.pieced[uint32(i)], t.pieces = whole, t.pieces[1:]
		} else {
			cut(n)
		}
		list.ends = append(list.ends, uint32(at))
	}
	if at < len(list.text) {
		s.r.Fail(wire.ErrSyntax)
	}
	if s.r.Err == nil && !s.h.strings[role].add(first, len(t.lengths), list, s.h.fixed) {
		s.r.Fail(wire.ErrSyntax)
	}
}

// join returns a string that is in pieces, those that are text from cut; false
// where it would take too much memory, or is none.
func (s *sectionReader) join(pieces []int64, cut func(int64) string) (string, bool) {
	var b []byte
	for _, n := range pieces {
		if n >= 0 {
			piece := cut(n)
			if !s.r.Charge(2 * len(piece)) {
				return "", false
			}
			b = append(b, piece...)
			continue
		}
		if n < -1<<31 {
			s.r.Fail(wire.ErrSyntax)
			return "", false
		}
		id := uint32(-1 - n)
		if err := s.bytes.find(s.h, s.h.blobs, id, s.locked); err != nil {
			s.fail(err)
			break
		}
		blob := (*s.bytes.list)[id-s.bytes.first]
		size := base64.StdEncoding.EncodedLen(len(blob))
		if !s.r.Charge(2 * size) {
			return "", false
		}
		s.take(0, size)
		b = base64.StdEncoding.AppendEncode(b, blob)
	}
	return string(b), true
}

func (s *sectionReader) fail(err error) {
	if s.err == nil {
		s.err = err
	}
	s.r.Fail(err)
}

func (s *sectionReader) blobs(first uint32) {
	n := s.r.Array(24)
	lengths := s.r.Ints(nil, n)
	if s.r.Err == nil && len(lengths) < n {
		s.r.Fail(wire.ErrSyntax)
	}
	view := s.r.View()
	if !s.r.Charge(len(view)) {
		return
	}
	s.take(n, len(view))
	all := slices.Clone(view)
	list := make([][]byte, 0, n)
	for _, k := range lengths {
		if k < 0 || k > int64(len(all)) {
			s.r.Fail(wire.ErrSyntax)
			return
		}
		list, all = append(list, all[:k:k]), all[k:]
	}
	if len(all) > 0 || !s.h.blobs.add(first, n, &list, s.h.fixed) {
		s.r.Fail(wire.ErrSyntax)
	}
}
