package mask

import (
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/pagetape/pagetape/internal/jsonstr"
)

// hideJSON is hide for the strings and keys of JSON text, and for numbers,
// which become 0. All else of the text stays as it is written. What is no JSON
// is searched as it is.
func (f *Filter) hideJSON(text string) string {
	if strings.IndexByte(text, '\\') < 0 && f.find(text) == nil {
		return text
	}
	dec := jsontext.NewDecoder(strings.NewReader(text), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	var out []byte
	done, keys := 0, 0
	for {
		kind := dec.PeekKind()
		if kind != '"' && kind != '0' {
			if _, err := dec.ReadToken(); err != nil {
				break
			}
			continue
		}
		in, n := dec.StackIndex(dec.StackDepth())
		literal, err := dec.ReadValue()
		if err != nil {
			break
		}
		end := int(dec.InputOffset())
		from := end - len(literal)
		if kind == '0' {
			if f.hide(string(literal)) != string(literal) {
				out, done = append(append(out, text[done:from]...), '0'), end
			}
			continue
		}
		was := jsonstr.Unquote(literal)
		is := f.hide(was)
		if is == was {
			continue
		}
		if in == '{' && n%2 == 0 {
			// Keys of one object stay different from each other.
			if keys++; keys > 1 {
				is += strconv.Itoa(keys)
			}
		}
		out, done = jsonstr.Append(append(out, text[done:from]...), is), end
	}
	if dec.StackDepth() > 0 || int(dec.InputOffset()) < len(strings.TrimRight(text, " \t\r\n")) {
		return f.hide(text)
	}
	return string(append(out, text[done:]...))
}
