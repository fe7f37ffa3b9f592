package format

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/pagetape/pagetape/snapshot"
)

// A heap is the strings and templates of one generation of a tape's tables:
// the reader's half of an interner. Its pages are there from the start, or
// loaded when something on them is asked for. It is safe for concurrent use,
// but for add.
type heap struct {
	limits  Limits
	strings [roles]pages[string]
	nodes   pages[template]
	blobs   pages[[]byte]
	names   []attrName // by number: what is known of the names of attributes
	size    int        // bytes of strings
	count   int        // strings and templates
	fixed   bool       // its pages are all expected: others are refused
	shared  bool       // by several unpackers: none of them adds to it
	gap     error      // why numbers are missing

	mu   sync.Mutex
	load func(frame int) error // adds the sections of a HEAP frame
}

// A template is a node without id and children, by the numbers of its strings.
type template struct {
	bits       int64
	name, text uint32
	attrs      []templateAttr
	more       *templateMore // nil for most
}

type templateAttr struct {
	name, value uint32
	role        Role
	typ         snapshot.AttrType
}

// templateMore is what few templates have.
type templateMore struct {
	root                 snapshot.NodeID
	public, system, mode uint32
	members              []templateMember
}

type templateMember struct{ name, value uint32 }

// pages are a table: runs of numbers in ascending order, not all of them
// loaded.
type pages[T any] []*page[T]

type page[T any] struct {
	first, n uint32
	frame    int // index of the HEAP frame that has it
	list     atomic.Pointer[[]T]
}

// expect notes that a HEAP frame has what comes after have, up to upTo.
func (h *heap) expect(frame int, have, upTo *[tables]uint32) {
	for i := range have {
		from, n := have[i], int64(upTo[i])-int64(have[i])
		if n <= 0 {
			continue
		}
		have[i] = upTo[i]
		switch i {
		case tableTemplates:
			h.nodes = append(h.nodes, &page[template]{first: from, n: uint32(n), frame: frame})
		case tableBytes:
			h.blobs = append(h.blobs, &page[[]byte]{first: from, n: uint32(n), frame: frame})
		default:
			if i < int(roles) {
				h.strings[i] = append(h.strings[i], &page[string]{first: from, n: uint32(n), frame: frame})
			}
		}
	}
}

// find returns the page that has the number id, nil if none has.
func (p pages[T]) find(id uint32) *page[T] {
	i, found := slices.BinarySearchFunc(p, id, func(p *page[T], id uint32) int {
		if p.first > id {
			return 1
		}
		if id-p.first >= p.n {
			return -1
		}
		return 0
	})
	if !found {
		return nil
	}
	return p[i]
}

// add adds a loaded run: to its page, if that was known, or, unless the pages
// are fixed, to the end of the last one or as one of its own.
func (p *pages[T]) add(first uint32, list []T, fixed bool) bool {
	if len(list) == 0 {
		return true
	}
	if old := p.find(first); old != nil {
		if old.first != first || int(old.n) != len(list) || old.list.Load() != nil {
			return false
		}
		old.list.Store(&list)
		return true
	}
	if fixed {
		return false
	}
	if n := len(*p); n > 0 {
		last := (*p)[n-1]
		switch end := last.first + last.n; {
		case first < end:
			return false
		case first == end:
			if have := last.list.Load(); have != nil {
				all := append(*have, list...)
				last.list.Store(&all)
				last.n += uint32(len(list))
				return true
			}
		}
	}
	page := &page[T]{first: first, n: uint32(len(list))}
	page.list.Store(&list)
	*p = append(*p, page)
	return true
}

// A view is the two runs of a table that were looked at last.
type view[T any] struct {
	run[T]
	other run[T]
}

type run[T any] struct {
	first uint32
	list  []T
}

// at returns what has the number id, nil if that is not in the run.
func (r *run[T]) at(id uint32) *T {
	if i := int(id) - int(r.first); i >= 0 && i < len(r.list) {
		return &r.list[i]
	}
	return nil
}

// get returns what has the number id. locked says that the caller is loading a
// page itself.
func get[T any](h *heap, p pages[T], v *view[T], id uint32, locked bool) (*T, error) {
	if x := v.at(id); x != nil {
		return x, nil
	}
	v.run, v.other = v.other, v.run
	if x := v.at(id); x != nil {
		return x, nil
	}
	page := p.find(id)
	if page == nil {
		return nil, cmp.Or(h.gap, ErrGap)
	}
	list := page.list.Load()
	if list == nil {
		if err := h.fetch(page.frame, locked, func() bool { return page.list.Load() != nil }); err != nil {
			return nil, err
		}
		if list = page.list.Load(); list == nil {
			return nil, ErrPayload
		}
	}
	v.run = run[T]{page.first, *list}
	return &v.list[int(id)-int(v.first)], nil
}

// fetch loads a HEAP frame, unless somebody has.
func (h *heap) fetch(frame int, locked bool, loaded func() bool) error {
	if !locked {
		h.mu.Lock()
		defer h.mu.Unlock()
	}
	if loaded() {
		return nil
	}
	if h.load == nil {
		return ErrGap
	}
	return h.load(frame)
}

// str returns the string of that role with the number id.
func (h *heap) str(role Role, id uint32, v *view[string], locked bool) (string, error) {
	if list := statics()[role].list; int(id) < len(list) {
		return list[id], nil
	}
	s, err := get(h, h.strings[role], v, id, locked)
	if err != nil {
		return "", err
	}
	return *s, nil
}

// ends returns how many numbers of each table are given, the static ones among
// them, and whether all of them are there.
func (h *heap) ends() (counts [tables]uint32, whole bool) {
	whole = true
	add := func(table, pages int, first, end uint32) {
		if counts[table] = staticCount(table); pages > 0 {
			whole = whole && pages == 1 && first == counts[table]
			counts[table] = end
		}
	}
	for i := range h.strings {
		n, first, end := h.strings[i].extent()
		add(i, n, first, end)
	}
	n, first, end := h.nodes.extent()
	add(tableTemplates, n, first, end)
	n, first, end = h.blobs.extent()
	add(tableBytes, n, first, end)
	return counts, whole
}

// extent returns how many pages there are, the first number on them and the one
// after the last.
func (p pages[T]) extent() (n int, first, end uint32) {
	if n = len(p); n > 0 {
		first, end = p[0].first, p[n-1].first+p[n-1].n
	}
	return n, first, end
}
