package format

import (
	"strings"

	"github.com/pagetape/pagetape/internal/jsonscan"
	"github.com/pagetape/pagetape/internal/jsonstr"
	"github.com/pagetape/pagetape/snapshot"
)

// StyleEdits reads rrweb's diff of a style attribute, a JSON object: each
// member is a property, its value the new value, an array of value and
// priority, or false, which removes it. Members of another form are left out.
func StyleEdits(diff string) []snapshot.StyleEdit { return appendStyleEdits(nil, diff) }

// appendStyleEdits appends to list what StyleEdits returns.
func appendStyleEdits(list []snapshot.StyleEdit, diff string) []snapshot.StyleEdit {
	if edits, ok := plainDiff(diff).appendTo(list); ok {
		return edits
	}
	return scanStyleEdits(list, diff)
}

// scanStyleEdits is appendStyleEdits for any diff.
func scanStyleEdits(list []snapshot.StyleEdit, diff string) []snapshot.StyleEdit {
	s := jsonscan.Of([]byte(diff))
	if s.Peek() != '{' || s.Delim() != nil {
		return list
	}
	for s.Peek() == '"' {
		name, err := s.Value()
		if err != nil {
			return list
		}
		e := snapshot.StyleEdit{Name: jsonstr.Unquote(name)}
		switch s.Peek() {
		case '"':
			v, err := s.Value()
			if err != nil {
				return list
			}
			e.Value = jsonstr.Unquote(v)
		case 'f':
			e.Remove = true
			_ = s.Skip()
		case '[':
			if e.Value, e.Priority, err = pair(s); err != nil {
				return list
			}
		default:
			if s.Skip() != nil {
				return list
			}
			continue
		}
		list = append(list, e)
	}
	return list
}

// pair reads an array and returns its first two elements, as far as they are
// strings.
func pair(s *jsonscan.Scanner) (a, b string, err error) {
	if err = s.Delim(); err != nil {
		return "", "", err
	}
	for i := 0; s.Peek() != ']'; i++ {
		v, err := s.Value()
		if err != nil {
			return "", "", err
		}
		switch {
		case jsonscan.KindOf(v) != '"':
		case i == 0:
			a = jsonstr.Unquote(v)
		case i == 1:
			b = jsonstr.Unquote(v)
		}
	}
	return a, b, s.Delim()
}

// A plainDiff is what is left to read of a diff as browsers write nearly all:
// of ASCII, without escapes and white space. Its strings are parts of the diff.
type plainDiff string

// appendTo appends the edits to list; false is that the diff is not plain.
func (d plainDiff) appendTo(list []snapshot.StyleEdit) ([]snapshot.StyleEdit, bool) {
	for ok := d.skip("{"); ok; ok = d.skip(",") {
		e, ok := d.edit()
		if !ok {
			return nil, false
		}
		list = append(list, e)
		if d.skip("}") {
			return list, true
		}
	}
	return nil, false
}

func (d *plainDiff) edit() (e snapshot.StyleEdit, ok bool) {
	if e.Name, ok = d.text(); !ok || !d.skip(":") {
		return e, false
	}
	switch {
	case d.skip("false"):
		e.Remove = true
	case d.skip("["):
		if e.Value, ok = d.text(); !ok || !d.skip(",") {
			return e, false
		}
		e.Priority, ok = d.text()
		ok = ok && d.skip("]")
	default:
		e.Value, ok = d.text()
	}
	return e, ok
}

// skip reads word, if it is next.
func (d *plainDiff) skip(word string) bool {
	rest, ok := strings.CutPrefix(string(*d), word)
	*d = plainDiff(rest)
	return ok
}

// text reads a string.
func (d *plainDiff) text() (string, bool) {
	if !d.skip(`"`) {
		return "", false
	}
	for i := range len(*d) {
		switch b := (*d)[i]; {
		case b == '"':
			s := string((*d)[:i])
			*d = (*d)[i+1:]
			return s, true
		case b < ' ' || b >= 0x80 || b == '\\':
			return "", false
		}
	}
	return "", false
}
