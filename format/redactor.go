package format

import (
	"encoding/json"
	"strings"

	"github.com/pagetape/pagetape/internal/jsonstr"
	"github.com/pagetape/pagetape/snapshot"
)

// A redactor changes strings: those of some roles become the mask, values in
// others are replaced by it.
type redactor struct {
	whole   [roles]bool
	raw     [roles]bool
	needles *needles
	replace func(Role, string) string
	mask    string
	literal string            // the mask as a string in JSON
	cut     map[string]string // what the long strings that a summary has the start of became there
	counts  *RedactReport     // of the present part
}

// rawRoles are the roles of which a string can be JSON text: those of fields
// that are, and of leftover members.
func rawRoles() (raw [roles]bool) {
	var visit func(s schema)
	visit = func(s schema) {
		for i := range s {
			raw[s[i].role] = raw[s[i].role] || s[i].raw
			visit(s[i].sub)
		}
	}
	for _, s := range schemas() {
		visit(s)
	}
	raw[RoleMember] = true
	return raw
}

// string returns what becomes of a string that events refer to. typed says that
// it is JSON text whatever its role says. JSON text stays valid.
func (x *redactor) string(role Role, s string, typed bool) string {
	raw := typed || x.raw[role]
	if s == "" || s == x.mask || role == RoleMember && s == snapshot.Whole {
		return s
	}
	var text string
	if x.whole[role] {
		text = x.masked(role, s, raw)
	} else {
		text = x.loose(role, s, raw)
	}
	if role == RoleAttrName && attrRole(text) != attrRole(s) {
		// Its name says which role the value of an attribute has.
		if attrRole(s) != RoleAttr {
			return s
		}
		for attrRole(text) != RoleAttr {
			text += "_"
		}
	}
	return text
}

// loose is string by value alone, for what has no role that can be masked.
func (x *redactor) loose(role Role, s string, raw bool) string {
	text := s
	if x.replace != nil {
		if text = x.replace(role, s); text != s && raw && json.Valid([]byte(s)) && !json.Valid([]byte(text)) {
			text = string(jsonstr.Append(nil, text))
		}
	}
	// What the mask and its neighbours make together can be a value again.
	for range 8 {
		was := text
		if text = x.values(text, raw); text == was {
			return text
		}
	}
	return x.masked(role, s, raw)
}

// plain is loose for the strings of headers.
func (x *redactor) plain(s string) string { return x.loose(RolePlain, s, false) }

// masked returns the mask for a string. JSON text keeps its type where that is
// a list or an object.
func (x *redactor) masked(role Role, s string, raw bool) string {
	switch {
	case role == RoleText && strings.Trim(s, " \t\n\f\r") == "":
		return s
	case !raw || !json.Valid([]byte(s)):
		return x.mask
	}
	switch strings.TrimLeft(s, " \t\n\r")[0] {
	case '{':
		return "{}"
	case '[':
		return "[]"
	}
	return x.literal
}

// values returns s with the mask in place of every value.
func (x *redactor) values(s string, raw bool) string {
	if len(x.needles.values) == 0 || s == "" {
		return s
	}
	if c := strings.TrimLeft(s, " \t\n\r"); c != "" && (raw || strings.IndexByte(`{["`, c[0]) >= 0) && json.Valid([]byte(s)) {
		return x.json(s)
	}
	return replaceAll(s, x.needles.find(s, false), x.mask)
}

// replaceAll returns s with by in place of each span.
func replaceAll(s string, spans []span, by string) string {
	if len(spans) == 0 {
		return s
	}
	var b strings.Builder
	at := 0
	for _, p := range spans {
		b.WriteString(s[at:p.from])
		b.WriteString(by)
		at = p.to
	}
	b.WriteString(s[at:])
	return b.String()
}

// words are what JSON text has outside strings and numbers.
const words = "true false null"

// json is values for JSON text: it looks into every string and number.
func (x *redactor) json(s string) string {
	var out []byte
	done := 0
	for i := 0; i < len(s); {
		from := i
		switch c := s[i]; {
		case c == '"':
			for i++; s[i] != '"'; i++ {
				if s[i] == '\\' {
					i++
				}
			}
			i++
			inside := s[from+1 : i-1]
			if spans := x.needles.find(inside, true); len(spans) > 0 {
				out = append(append(out, s[done:from+1]...), replaceAll(inside, spans, x.literal[1:len(x.literal)-1])...)
				done = i - 1
			}
		case c == '-' || c >= '0' && c <= '9':
			for i < len(s) && strings.IndexByte("+-.eE0123456789", s[i]) >= 0 {
				i++
			}
			if len(x.needles.find(s[from:i], false)) > 0 {
				out = append(append(out, s[done:from]...), x.literal...)
				done = i
			}
		default:
			i++
		}
	}
	text := s
	if done > 0 {
		text = string(append(out, s[done:]...))
	}
	// A value of several members, or one that is half an escape.
	for _, p := range x.needles.find(text, false) {
		if !strings.Contains(words, strings.ToLower(text[p.from:p.to])) {
			return x.literal
		}
	}
	return text
}

// changed counts a string that was changed.
func (r *RedactReport) changed(role Role, s string) {
	r.count(role, RedactCount{1, int64(len(s))})
}

func (r *RedactReport) count(role Role, c RedactCount) {
	if r.Roles == nil {
		r.Roles = make(map[Role]RedactCount)
	}
	sum := r.Roles[role]
	r.Roles[role] = RedactCount{sum.Strings + c.Strings, sum.Bytes + c.Bytes}
}

// add adds the counts of a part.
func (r *RedactReport) add(p *RedactReport) {
	for role, c := range p.Roles {
		r.count(role, c)
	}
	r.Labels += p.Labels
	r.Rows += p.Rows
	r.Frames += p.Frames
}

// none says whether nothing was changed.
func (r *RedactReport) none() bool {
	return len(r.Roles) == 0 && r.Labels == 0 && r.Rows == 0 && r.Frames == 0
}
