package format

import (
	"cmp"
	"slices"
	"strings"
)

// needles are values that are looked for in strings, in every form in which
// they stand there.
type needles struct {
	values []string
	fold   bool // upper and lower case are the same
}

func newNeedles(values []string, fold bool) *needles {
	n := &needles{fold: fold}
	for _, v := range values {
		if fold {
			v = (&reading{text: v}).folded().text
		}
		n.values = append(n.values, v)
	}
	slices.Sort(n.values)
	n.values = slices.Compact(n.values)
	return n
}

// maxReadings is how many syntaxes may lie around each other: a URL in a URL in
// JSON is three.
const maxReadings = 3

// maxRead bounds the bytes that all readings of a string have, beside a number
// of times its own.
const maxRead = 16 << 20

// find returns where the values are in s, in ascending order, without overlap.
// literal says that s is the inside of a string in JSON, which is not text
// before its escapes are undone.
func (n *needles) find(s string, literal bool) []span {
	if len(n.values) == 0 || s == "" {
		return nil
	}
	root := &reading{text: s}
	level, left := []*reading{root}, maxReadings
	if literal {
		if r := undoBackslash(s); r != nil {
			r.of = root
			level[0], left = r, left-1
		}
	}
	found := n.search(nil, level[0])
	if !strings.ContainsAny(s, `%\&+`) && !strings.Contains(s, "base64") {
		return merged(found)
	}
	known, most := map[string]bool{s: true}, maxRead+16*len(s)
	for ; left > 0 && len(level) > 0; left-- {
		var next []*reading
		for _, r := range level {
			for _, undo := range undoers {
				if x := undo(r.text); x != nil && !known[x.text] {
					known[x.text] = true
					if most -= len(x.text); most < 0 { // nobody writes that; to be safe all of it goes
						return []span{{0, len(s)}}
					}
					x.of = r
					found = n.search(found, x)
					next = append(next, x)
				}
			}
		}
		level = next
	}
	return merged(found)
}

// search appends where the values are in a reading.
func (n *needles) search(found []span, r *reading) []span {
	if n.fold {
		r = r.folded()
	}
	for _, v := range n.values {
		last := span{-1, -1}
		for at := 0; ; at++ {
			i := strings.Index(r.text[at:], v)
			if i < 0 {
				break
			}
			at += i
			if at < last.to { // as "aa" in "aaa"
				last.to = at + len(v)
				continue
			}
			if last.to > 0 {
				found = append(found, r.source(last))
			}
			last = span{at, at + len(v)}
		}
		if last.to > 0 {
			found = append(found, r.source(last))
		}
	}
	return found
}

// merged returns spans in ascending order, those that overlap as one.
func merged(list []span) []span {
	slices.SortFunc(list, func(a, b span) int { return cmp.Or(a.from-b.from, a.to-b.to) })
	out := list[:0]
	for _, s := range list {
		if n := len(out); n > 0 && s.from < out[n-1].to {
			out[n-1].to = max(out[n-1].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}
