package format

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/pagetape/pagetape/internal/jsonstr"
	"github.com/pagetape/pagetape/snapshot"
)

// StyleEdits reads rrweb's diff of a style attribute, a JSON object: each
// member is a property, its value the new value, an array of value and
// priority, or false, which removes it. Members of another form are left out.
func StyleEdits(diff string) []snapshot.StyleEdit {
	d := jsontext.NewDecoder(strings.NewReader(diff), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	if tok, err := d.ReadToken(); err != nil || tok.Kind() != '{' {
		return nil
	}
	var edits []snapshot.StyleEdit
	for d.PeekKind() == '"' {
		name, err := d.ReadValue()
		if err != nil {
			return edits
		}
		e := snapshot.StyleEdit{Name: jsonstr.Unquote(name)}
		switch d.PeekKind() {
		case '"':
			v, err := d.ReadValue()
			if err != nil {
				return edits
			}
			e.Value = jsonstr.Unquote(v)
		case 'f':
			e.Remove = true
			_ = d.SkipValue()
		case '[':
			if e.Value, e.Priority, err = pair(d); err != nil {
				return edits
			}
		default:
			if d.SkipValue() != nil {
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
func pair(d *jsontext.Decoder) (a, b string, err error) {
	if _, err = d.ReadToken(); err != nil {
		return "", "", err
	}
	for i := 0; d.PeekKind() != ']'; i++ {
		v, err := d.ReadValue()
		if err != nil {
			return "", "", err
		}
		switch {
		case v.Kind() != '"':
		case i == 0:
			a = jsonstr.Unquote(v)
		case i == 1:
			b = jsonstr.Unquote(v)
		}
	}
	_, err = d.ReadToken()
	return a, b, err
}
