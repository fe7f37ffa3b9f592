package format

import (
	"cmp"
	"sync/atomic"
)

// pages are a table: runs of numbers in ascending order, not all of them
// loaded.
type pages[L any] []*page[L]

// A page is a run of numbers. What they stand for is a list that does not
// change.
type page[L any] struct {
	first, n uint32
	frame    int // index of the HEAP frame that has it
	list     atomic.Pointer[L]
}

// end returns the number behind those of the page.
func (p *page[L]) end() uint32 { return p.first + p.n }

// find returns the page that has the number id, nil if none has.
func (p pages[L]) find(id uint32) *page[L] {
	from, to := 0, len(p) // the first page that begins behind id is between these
	for from < to {
		if i := (from + to) / 2; p[i].first <= id {
			from = i + 1
		} else {
			to = i
		}
	}
	if from == 0 || id-p[from-1].first >= p[from-1].n {
		return nil
	}
	return p[from-1]
}

// add adds a loaded run of n numbers: to its page, if that was known, or, unless
// the pages are fixed, behind the last one.
func (p *pages[L]) add(first uint32, n int, list *L, fixed bool) bool {
	if n == 0 {
		return true
	}
	if old := p.find(first); old != nil {
		if old.first != first || int(old.n) != n || old.list.Load() != nil {
			return false
		}
		old.list.Store(list)
		return true
	}
	if last := len(*p) - 1; fixed || last >= 0 && first < (*p)[last].end() {
		return false
	}
	added := &page[L]{first: first, n: uint32(n)}
	added.list.Store(list)
	*p = append(*p, added)
	return true
}

// extent returns whether no number is missing between the pages, the first
// number on them and the one after the last; 0 where there are none.
func (p pages[L]) extent() (gapless bool, first, end uint32) {
	gapless = true
	for i, x := range p {
		if i == 0 {
			first = x.first
		}
		gapless = gapless && (i == 0 || x.first == end)
		end = x.end()
	}
	return gapless, first, end
}

// loaded returns what is on the page, which it loads unless somebody has. locked
// says that the caller is loading a page itself.
func (p *page[L]) loaded(h *heap, locked bool) (*L, error) {
	if list := p.list.Load(); list != nil {
		return list, nil
	}
	if !locked {
		h.mu.Lock()
		defer h.mu.Unlock()
	}
	if list := p.list.Load(); list != nil {
		return list, nil
	}
	if h.load == nil {
		return nil, ErrGap
	}
	if err := h.load(p.frame); err != nil {
		return nil, err
	}
	if list := p.list.Load(); list != nil {
		return list, nil
	}
	return nil, ErrPayload
}

// A view is the two runs of a table that were looked at last.
type view[L any] struct {
	run[L]
	other run[L]
}

// A run is a page that is loaded. The zero run has no numbers.
type run[L any] struct {
	first, n uint32
	list     *L
}

// has says whether the number id is in the run.
func (r *run[L]) has(id uint32) bool { return id-r.first < r.n }

// find makes the run of the view the one that has the number id. locked says
// that the caller is loading a page itself.
func (v *view[L]) find(h *heap, p pages[L], id uint32, locked bool) error {
	if v.has(id) {
		return nil
	}
	v.run, v.other = v.other, v.run
	if v.has(id) {
		return nil
	}
	page := p.find(id)
	if page == nil {
		return cmp.Or(h.gap, ErrGap)
	}
	list, err := page.loaded(h, locked)
	if err != nil {
		return err
	}
	v.run = run[L]{page.first, page.n, list}
	return nil
}
