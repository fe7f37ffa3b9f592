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

// A jsonVisitor is what walkJSON shows the parts of JSON text to, in order.
type jsonVisitor interface {
	// begin is a value of that kind, '{', '[', '"', '0' and so on, which is
	// about to be written at that offset. False has null in its place.
	begin(kind byte, at int) bool
	// end is the end of that value. It returns what has been written with what
	// it has changed of it.
	end(kind byte, out []byte) []byte
	// key, str and num return what is written in place of a member's name, a
	// string and a number. With false, the text is given up.
	key(s string) (string, bool)
	str(s string) (string, bool)
	num(literal string) string
}

// walkJSON returns JSON text as v has it, without the white space. It is false,
// and the text "null", for what it cannot read or v gives up.
func walkJSON(text string, v jsonVisitor) (string, bool) {
	dec := jsontext.NewDecoder(strings.NewReader(text), jsontext.AllowInvalidUTF8(true))
	out := make([]byte, 0, len(text))
	var open []byte // kinds of the containers around
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
		kind := byte(dec.PeekKind())
		isKey := in == '{' && n%2 == 0
		switch {
		case kind == '}' || kind == ']':
			if _, err := dec.ReadToken(); err != nil {
				return dropped, false
			}
			out = v.end(open[len(open)-1], append(out, kind))
			open = open[:len(open)-1]
			continue
		case in == '{' && !isKey:
			out = append(out, ':')
		case n > 0 && depth > 0:
			out = append(out, ',')
		}
		if !isKey && !v.begin(kind, len(out)) {
			if err := dec.SkipValue(); err != nil {
				return dropped, false
			}
			out = append(out, "null"...)
			continue
		}
		if kind == '{' || kind == '[' {
			if _, err := dec.ReadToken(); err != nil {
				return dropped, false
			}
			out, open = append(out, kind), append(open, kind)
			continue
		}
		literal, err := dec.ReadValue()
		if err != nil {
			return dropped, false
		}
		switch kind {
		case '"':
			to := v.str
			if isKey {
				to = v.key
			}
			s, ok := to(jsonstr.Unquote(literal))
			if !ok {
				return dropped, false
			}
			out = jsonstr.Append(out, s)
		case '0':
			out = append(out, v.num(string(literal))...)
		default:
			out = append(out, bytes.TrimSpace(literal)...)
		}
		if !isKey {
			out = v.end(kind, out)
		}
	}
}

// rewriteJSON returns JSON text with its strings and numbers replaced by what
// str and num return. A key that does not look like one is masked. Str, and
// key where it is not nil, return false to give the text up.
func rewriteJSON(text string, str func(string) (string, bool), num func(string) string, key func(string) bool) (string, bool) {
	return walkJSON(text, &jsonRewriter{strOf: str, numOf: num, isKey: key})
}

// A jsonRewriter is the visitor of rewriteJSON.
type jsonRewriter struct {
	strOf  func(string) (string, bool)
	numOf  func(string) string
	isKey  func(string) bool
	masked []int // keys masked so far, by depth
}

func (r *jsonRewriter) begin(kind byte, _ int) bool {
	if kind == '{' || kind == '[' {
		r.masked = append(r.masked, 0)
	}
	return true
}

func (r *jsonRewriter) end(kind byte, out []byte) []byte {
	if kind == '{' || kind == '[' {
		r.masked = r.masked[:len(r.masked)-1]
	}
	return out
}

func (r *jsonRewriter) key(s string) (string, bool) {
	switch {
	case r.isKey != nil && !r.isKey(s):
		return "", false
	case isKey(s):
		return s, true
	}
	return numbered(&r.masked[len(r.masked)-1]), true
}

func (r *jsonRewriter) str(s string) (string, bool) { return r.strOf(s) }
func (r *jsonRewriter) num(literal string) string   { return r.numOf(literal) }

// numbered returns a masked key. Those of one object, which n counts, are
// different from each other.
func numbered(n *int) string {
	if *n++; *n > 1 {
		return stars + strconv.Itoa(*n)
	}
	return stars
}
