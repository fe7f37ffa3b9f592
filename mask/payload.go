package mask

import (
	"bytes"
	"io"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/pagetape/pagetape/internal/jsonstr"
)

// maxPayloadDepth is how deep a payload may nest.
const maxPayloadDepth = 128

// dropped is the JSON text in place of a payload that is no JSON, names a
// member twice, or nests too deep: what readers would make of it is not sure.
const dropped = "null"

// maskPayload returns JSON text of the same structure in which every string is
// masked, as is every number of six digits or more and every key that does not
// look like one. It is false, and the text "null", for what it cannot read.
func maskPayload(text string) (string, bool) {
	return rewriteJSON(text, func(s string) (string, bool) {
		if s == "" {
			return "", true
		}
		return stars, true
	}, func(n string) string {
		if countDigits(n) >= longRun {
			return "0"
		}
		return n
	}, nil)
}

// rewriteJSON returns JSON text with its strings and numbers replaced by what
// str and num return. A key that does not look like one is masked. Str, and
// key where it is not nil, return false to give the text up.
func rewriteJSON(text string, str func(string) (string, bool), num func(string) string, key func(string) bool) (string, bool) {
	dec := jsontext.NewDecoder(strings.NewReader(text), jsontext.AllowInvalidUTF8(true))
	out := make([]byte, 0, len(text))
	var masked []int // keys masked so far, by depth
	for {
		depth := dec.StackDepth()
		if depth > maxPayloadDepth {
			return dropped, false
		}
		in, n := dec.StackIndex(depth)
		if depth == 0 && n > 0 {
			// One value has been read; there must not be another.
			if _, err := dec.ReadToken(); err != io.EOF {
				return dropped, false
			}
			return string(out), true
		}
		isKeyNext := in == '{' && n%2 == 0
		var literal []byte
		kind := dec.PeekKind()
		switch kind {
		case '"', '0', 't', 'f', 'n':
			v, err := dec.ReadValue()
			if err != nil {
				return dropped, false
			}
			literal = v
		default:
			if _, err := dec.ReadToken(); err != nil {
				return dropped, false
			}
		}
		switch {
		case kind == '}' || kind == ']':
			out = append(out, byte(kind))
			masked = masked[:len(masked)-1]
			continue
		case in == '{' && !isKeyNext:
			out = append(out, ':')
		case n > 0 && depth > 0:
			out = append(out, ',')
		}
		switch kind {
		case '{', '[':
			out = append(out, byte(kind))
			masked = append(masked, 0)
		case '"':
			s := jsonstr.Unquote(literal)
			switch {
			case !isKeyNext:
				var ok bool
				if s, ok = str(s); !ok {
					return dropped, false
				}
			case key != nil && !key(s):
				return dropped, false
			case !isKey(s):
				// Keys of one object stay different from each other.
				s = stars
				if masked[depth-1]++; masked[depth-1] > 1 {
					s += strconv.Itoa(masked[depth-1])
				}
			}
			out = jsonstr.Append(out, s)
		case '0':
			out = append(out, num(string(literal))...)
		default:
			out = append(out, bytes.TrimSpace(literal)...)
		}
	}
}
