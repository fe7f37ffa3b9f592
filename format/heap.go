package format

import "sync"

// A heap is the strings and templates of one generation of a tape's tables:
// the reader's half of an interner. Its pages are there from the start, or
// loaded when something on them is asked for. It is safe for concurrent use,
// but for add.
type heap struct {
	limits  Limits
	strings [roles]pages[textList]
	nodes   pages[templateList]
	blobs   pages[[][]byte]
	size    int   // bytes of strings
	count   int   // strings and templates
	fixed   bool  // its pages are all expected: others are refused
	shared  bool  // by several unpackers: none of them adds to it
	gap     error // why numbers are missing

	mu   sync.Mutex
	load func(frame int) error // adds the sections of a HEAP frame
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
			h.nodes = append(h.nodes, &page[templateList]{first: from, n: uint32(n), frame: frame})
		case tableBytes:
			h.blobs = append(h.blobs, &page[[][]byte]{first: from, n: uint32(n), frame: frame})
		default:
			if i < int(roles) {
				h.strings[i] = append(h.strings[i], &page[textList]{first: from, n: uint32(n), frame: frame})
			}
		}
	}
}

// ends returns how many numbers of each table are given, the static ones among
// them, and whether all of them are there.
func (h *heap) ends() (counts [tables]uint32, whole bool) {
	whole = true
	add := func(table int, gapless bool, first, end uint32) {
		if counts[table] = staticCount(table); end > 0 {
			whole = whole && gapless && first == counts[table]
			counts[table] = end
		}
	}
	for i := range h.strings {
		gapless, first, end := h.strings[i].extent()
		add(i, gapless, first, end)
	}
	gapless, first, end := h.nodes.extent()
	add(tableTemplates, gapless, first, end)
	gapless, first, end = h.blobs.extent()
	add(tableBytes, gapless, first, end)
	return counts, whole
}
