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
	d := jsonscan.Of([]byte(diff))
	if d.Peek() != '{' || d.Delim() != nil {
		return nil
	}
	var edits []snapshot.StyleEdit
	for {
		name, err := d.Name()
		if name == nil || err != nil {
			return edits
		}
		e := snapshot.StyleEdit{Name: jsonstr.Unquote(name)}
		switch d.Peek() {
		case '"':
			v, err := d.Value()
			if err != nil {
				return edits
			}
			e.Value = jsonstr.Unquote(v)
		case 'f':
			e.Remove = true
			_ = d.Skip()
		case '[':
			if e.Value, e.Priority, err = pair(d); err != nil {
				return edits
			}
		default:
			if d.Skip() != nil {
				return edits
			}
			continue
		}
		edits = append(edits, e)
	}
}

// pair reads an array and returns its first two elements, as far as they are
// strings.
func pair(d *jsonscan.Scanner) (a, b string, err error) {
	if err = d.Delim(); err != nil {
		return "", "", err
	}
	for i := 0; d.Peek() != ']'; i++ {
		v, err := d.Value()
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
	return a, b, d.Delim()
}
