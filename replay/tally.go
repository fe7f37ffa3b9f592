package replay

import (
	"cmp"
	"slices"
	"strings"

	"github.com/pagetape/pagetape/format"
)

// A Tally adds up the Verifications of many sessions, so that it shows which
// recorders and which pages the faults are of. The zero Tally is empty. It is
// not safe for concurrent use.
type Tally struct {
	Total     TallyRow
	Recorders map[string]*TallyRow // by name and version, as "rrweb 2.2.2"; "" is not told
	Pages     map[string]*TallyRow // by address without query and fragment; "" are those beyond 10,000
}

// A TallyRow is what a Tally counts.
type TallyRow struct {
	Name     string `json:"name,omitempty"` // the recorder, or the page
	Sessions int    `json:"sessions"`
	Faulty   int    `json:"faulty"` // sessions in which something was found (Checks.Bad)
	Checks
}

// maxTally is how many pages a Tally tells apart.
const maxTally = 10_000

// Add adds a session.
func (t *Tally) Add(h *format.Header, v *Verification) {
	if t.Recorders == nil {
		t.Recorders, t.Pages = make(map[string]*TallyRow), make(map[string]*TallyRow)
	}
	all := v.Checks()
	t.Total.add(&all)
	row(t.Recorders, strings.TrimSpace(h.Recorder.Name+" "+h.Recorder.Version)).add(&all)
	for i := range v.Pages {
		row(t.Pages, v.Pages[i].URL).add(&v.Pages[i].Checks)
	}
}

func row(rows map[string]*TallyRow, name string) *TallyRow {
	r := rows[name]
	if r == nil && len(rows) >= maxTally {
		name = ""
		r = rows[name]
	}
	if r == nil {
		r = &TallyRow{Name: name}
		rows[name] = r
	}
	return r
}

func (r *TallyRow) add(c *Checks) {
	r.Sessions++
	if c.Bad() {
		r.Faulty++
	}
	r.Checks.add(c)
}

// Worst returns the rows, those with most drift first, then most faults, then
// by name.
func Worst(rows map[string]*TallyRow) []TallyRow {
	list := make([]TallyRow, 0, len(rows))
	for _, r := range rows {
		list = append(list, *r)
	}
	faults := func(c *Checks) int { return c.Damaged + c.Missing + c.Duplicate + c.Disorder }
	slices.SortFunc(list, func(a, b TallyRow) int {
		return cmp.Or(cmp.Compare(b.Drifted, a.Drifted), cmp.Compare(faults(&b.Checks), faults(&a.Checks)), strings.Compare(a.Name, b.Name))
	})
	return list
}
