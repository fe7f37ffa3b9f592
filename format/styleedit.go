package format

import (
	"github.com/pagetape/pagetape/internal/jsonscan"
	"github.com/pagetape/pagetape/internal/jsonstr"
	"github.com/pagetape/pagetape/snapshot"
)

// StyleEdits reads rrweb's diff of a style attribute, a JSON object: each
// member is a property, its value the new value, an array of value and
// priority, or false, which removes it. Members of another form are left out.
func StyleEdits(diff string) []snapshot.StyleEdit {
	s := jsonscan.Of([]byte(diff))
	if s.Peek() != '{' || s.Delim() != nil {
		return nil
	}
	var edits []snapshot.StyleEdit
	for s.Peek() == '"' {
		name, err := s.Value()
		if err != nil {
			return edits
		}
		e := snapshot.StyleEdit{Name: jsonstr.Unquote(name)}
		switch s.Peek() {
		case '"':
			v, err := s.Value()
			if err != nil {
				return edits
			}
			e.Value = jsonstr.Unquote(v)
		case 'f':
			e.Remove = true
			_ = s.Skip()
		case '[':
			if e.Value, e.Priority, err = pair(s); err != nil {
				return edits
			}
		default:
			if s.Skip() != nil {
				return edits
			}
			continue
		}
		edits = append(edits, e)
	}
	return edits
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
