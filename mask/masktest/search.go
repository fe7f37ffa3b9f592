package masktest

import (
	"strconv"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A search looks for secrets in strings, one after the other, and notes where
// they are.
type search struct {
	needles []needle
	leaks   []Leak
	place   Leak   // where the search is
	prefix  string // of fields
	known   map[string][]hit
}

// A hit is a secret found in a string.
type hit struct {
	secret int
	view   string
}

func newSearch(secrets []string) *search {
	s := &search{known: make(map[string][]hit)}
	for _, v := range secrets {
		s.needles = append(s.needles, newNeedle(v))
	}
	return s
}

// at says which event the following strings are of.
func (s *search) at(event int, kind format.Kind, prefix string) {
	s.place = Leak{Event: event, Kind: kind}
	s.prefix = prefix
}

// text looks into one string, and says whether something is in it.
func (s *search) text(field, v string) bool {
	hits, ok := s.known[v]
	if !ok {
		hits = s.look(v)
		s.known[v] = hits
	}
	for _, h := range hits {
		l := s.place
		l.Secret, l.Field, l.View = h.secret, s.prefix+field, h.view
		s.leaks = append(s.leaks, l)
	}
	return len(hits) > 0
}

func (s *search) look(v string) []hit {
	var hits []hit
	found := make([]bool, len(s.needles))
	views(v, func(name, view string, text bool) {
		h := newHaystack(view)
		for i := range s.needles {
			if found[i] {
				continue
			}
			if form := s.needles[i].in(h, text); form != "" {
				found[i] = true
				hits = append(hits, hit{i, name + form})
			}
		}
	})
	return hits
}

// name looks into a name that the page chose, and returns what to call it: the
// name itself, its place in the list where something is in it or it is long.
func (s *search) name(list string, i int, v string) string {
	field := list + "[" + strconv.Itoa(i) + "]"
	if s.text(field+" (name)", v) || len(v) > 40 || v == "" || v == snapshot.Whole {
		return field
	}
	return list + "." + v
}
