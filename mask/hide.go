package mask

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
)

// hideRounds is how often a string is searched: what is masked can leave
// something beside it that looks like more than it did.
const hideRounds = 4

// hide returns what is shown of a string with what the policy's detectors find
// in it, echoes of private values and what else is given masked, and the rest as
// it is. Masked once more it stays the same: one in which something is found
// after every round is masked whole.
func (f *Filter) hide(v string, more ...span) string {
	if spans := merge(f.find(v), more); spans != nil {
		return f.cover(v, spans, "", "")
	}
	return v
}

// find returns where in v there is something of the policy's detectors, or an
// echo, in order.
func (f *Filter) find(v string) []span {
	return merge(f.preview(v, f.about), f.search(v))
}

// search is find but for what is being typed, which pages show in text and
// attributes.
func (f *Filter) search(v string) []span {
	if found, ok := f.searched.get(v, f.memory.version); ok {
		return found
	}
	found := f.registered(f.policy.find(v), v)
	for i := range found {
		// "(123) 456" is found from the 1 on, for it can stand in a function.
		if s := &found[i]; s.from > 0 && v[s.from-1] == '(' && strings.IndexByte(v[s.from:s.to], ')') >= 0 {
			s.from--
		}
	}
	found = merge(found, nil)
	f.searched.add(v, found)
	return found
}

// A findings is what there is to find in strings, mostly nothing. What a page
// says, it says often: classes, styles, and all of it with every full snapshot.
type findings struct {
	version int // of the values
	size    int // bytes, about
	blank   map[string]struct{}
	found   map[string][]span
}

const (
	maxFindings   = 4 << 20 // bytes, about, of a findings
	findingWeight = 48      // that a string takes beside its own
	spanWeight    = 32
)

// get returns what was found in v, and whether it was searched. The spans are
// the caller's.
func (b *findings) get(v string, version int) ([]span, bool) {
	if b.version != version {
		*b = findings{version: version}
	}
	if _, ok := b.blank[v]; ok {
		return nil, true
	}
	if len(b.found) == 0 {
		return nil, false
	}
	spans, ok := b.found[v]
	return slices.Clone(spans), ok
}

// add notes what was found in v.
func (b *findings) add(v string, spans []span) {
	weight := len(v) + findingWeight + spanWeight*len(spans)
	if b.size += weight; b.size > maxFindings {
		*b = findings{version: b.version, size: weight}
	}
	if len(spans) == 0 {
		if b.blank == nil {
			b.blank = make(map[string]struct{})
		}
		b.blank[v] = struct{}{}
		return
	}
	if b.found == nil {
		b.found = make(map[string][]span)
	}
	b.found[v] = slices.Clone(spans)
}

// registered appends to spans where in v there are registered values.
func (f *Filter) registered(spans []span, v string) []span {
	f.buf = f.memory.values.Find(f.buf[:0], v)
	for _, s := range f.buf {
		spans = append(spans, span{from: s.From, to: s.To, form: s.Form, echo: true, secret: s.Secret})
	}
	return spans
}

// merge returns the spans of both lists in order, overlapping ones as one.
func merge(a, b []span) []span {
	if len(b) == 0 && len(a) < 2 {
		return a
	}
	if len(a) == 0 && len(b) < 2 {
		return b
	}
	a = append(a, b...)
	slices.SortFunc(a, func(x, y span) int { return cmp.Or(x.from-y.from, y.to-x.to) })
	out := a[:1]
	for _, s := range a[1:] {
		last := &out[len(out)-1]
		if s.from > last.to {
			out = append(out, s)
			continue
		}
		last.to = max(last.to, s.to)
		last.by |= s.by
		last.secret = last.secret || s.secret
		if s.echo && !last.echo {
			last.echo, last.form = true, s.form
		}
	}
	return out
}

// cover masks the spans of v, and those of what that makes of v. In front of a
// mask after a slash it writes slash: "/*" begins a comment in CSS. An echo is
// replaced by name where that is not empty: what is part of a name stays one.
func (f *Filter) cover(v string, spans []span, slash, name string) string {
	shape := f.policy.look
	for round := 0; spans != nil; round++ {
		if round == hideRounds {
			return shape.value(v)
		}
		var b strings.Builder
		end := 0
		for _, s := range spans {
			for i := range maxDetectors {
				if s.by&(1<<i) != 0 {
					f.tally.found[i]++
				}
			}
			b.WriteString(v[end:s.from])
			end = s.to
			if s.echo {
				f.tally.echoes[s.form]++
				if name != "" {
					b.WriteString(name)
					continue
				}
			}
			if s.from > 0 && v[s.from-1] == '/' {
				b.WriteString(slash)
			}
			if s.secret {
				b.WriteString(stars)
			} else {
				b.WriteString(shape.value(v[s.from:s.to]))
			}
		}
		b.WriteString(v[end:])
		v = b.String()
		spans = f.find(v)
	}
	return v
}

// nameMask stands for an echo in names, where asterisks would break the syntax.
const nameMask = "xxx"

// names returns a list of names, of classes or ids, as it may be seen.
func (f *Filter) names(v string, masked bool) string {
	v = tokens(v, masked)
	if spans := f.find(v); spans != nil {
		return f.cover(v, spans, "", nameMask)
	}
	return v
}

// title returns a document's title as it may be seen.
func (f *Filter) title(v string) string {
	for range hideRounds {
		is := scrub(f.hide(v))
		if is == v {
			return v
		}
		v = is
	}
	return f.policy.look.value(v)
}

// css returns style sheet text as it may be seen.
func (f *Filter) css(v string, masked bool) string {
	if masked {
		return cleanCSS(v, true)
	}
	if _, ok := f.styles.get(v, f.memory.version); ok {
		return v
	}
	is := cleanCSS(v, false)
	if spans := f.search(is); spans != nil {
		return f.cover(is, spans, "-", nameMask)
	}
	if is == v {
		f.styles.add(v, nil)
	}
	return is
}

// declaration returns the value of a CSS property as it may be seen.
func (f *Filter) declaration(property, v string, masked bool) string {
	if masked {
		return cleanDeclaration(property, v, true)
	}
	return f.css(v, false)
}

// url returns an address in clear scope as it may be seen. A segment of its
// path in which something is found only when it is decoded is masked whole. An
// image in an address is an image.
func (f *Filter) url(u string) string {
	u = f.cleanURL(u)
	if schemeOf(u) == "data" {
		return u
	}
	for range hideRounds {
		is := f.hideSegments(f.hide(u))
		if is != u {
			is = f.cleanURL(is)
		}
		if is == u {
			return u
		}
		u = is
	}
	return stars
}

func (f *Filter) hideSegments(u string) string {
	path, query, hasQuery := strings.Cut(u, "?")
	if strings.IndexByte(path, '%') < 0 {
		return u
	}
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if strings.IndexByte(s, '%') < 0 {
			continue
		}
		if plain, err := url.PathUnescape(s); err == nil && f.hide(plain) != plain {
			segments[i] = stars
		}
	}
	if path = strings.Join(segments, "/"); hasQuery {
		path += "?" + query
	}
	return path
}
