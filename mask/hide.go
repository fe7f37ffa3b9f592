package mask

import (
	"net/url"
	"strings"
)

// hideRounds is how often a string is searched: what is masked can leave
// something beside it that looks like more than it did.
const hideRounds = 4

// hide returns what is shown of a string with what the policy's detectors find
// in it masked, and the rest as it is. Masked once more it stays the same: one
// in which something is found after every round is masked whole.
func (f *Filter) hide(v string) string {
	if spans := detect(v, f.policy.detect); spans != nil {
		return f.cover(v, spans, "")
	}
	return v
}

// cover masks the spans of v, and those of what that makes of v. In front of a
// mask after a slash it writes slash: "/*" begins a comment in CSS.
func (f *Filter) cover(v string, spans []span, slash string) string {
	shape := f.policy.config.Shape
	for round := 0; spans != nil; round++ {
		if round == hideRounds {
			return shape.value(v)
		}
		var b strings.Builder
		end := 0
		for _, s := range spans {
			for i := range detectors {
				if s.by&(1<<i) != 0 {
					f.tally.found[i]++
				}
			}
			b.WriteString(v[end:s.from])
			if s.from > 0 && v[s.from-1] == '/' {
				b.WriteString(slash)
			}
			b.WriteString(shape.value(v[s.from:s.to]))
			end = s.to
		}
		b.WriteString(v[end:])
		v = b.String()
		spans = detect(v, f.policy.detect)
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
	return f.policy.config.Shape.value(v)
}

// css returns style sheet text as it may be seen.
func (f *Filter) css(v string, masked bool) string {
	v = cleanCSS(v, masked)
	if masked {
		return v
	}
	if spans := detect(v, f.policy.detect); spans != nil {
		return f.cover(v, spans, "-")
	}
	return v
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
	u = cleanURL(u)
	if f.policy.detect == 0 || schemeOf(u) == "data" {
		return u
	}
	for range hideRounds {
		is := f.hideSegments(f.hide(u))
		if is != u {
			is = cleanURL(is)
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
