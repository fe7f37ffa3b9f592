package jsonscan_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/internal/jsonscan"
)

var texts = []string{
	``, ` `, `1`, `-0`, `01`, `00`, `-`, `1.`, `1.5e`, `1.5e+`, `1.5e-07`, `1E400 `, `.5`, `+1`, `-x`, `1.x`, `1ex`, `12a`, `0x10`,
	`true`, `tru`, `trux`, `nullfalsetrue`, `nul`, `fals `, `True`,
	`""`, `"`, `"abc`, `"abcdefgh"`, `"abcdefghi\u00e9jklmnop\""`, `"\ud800"`, `"\ud83d\ude00"`, `"\u12"`, `"\u12G4"`, `"\x"`, `"\`, `"\u`,
	"\"\x01\"", "\"abcdefg\x1f\"", "\"abcdefg\x7f\"", "\"\xff\xfe\"", "\"\xc3", "\"øøøøøøøøøøø\"", "\"\t\"", "\"a\nb\"",
	`[]`, `[ ]`, `[1,2]`, `[1,]`, `[,1]`, `[1 2]`, `[1:2]`, `[`, `[1`, `[1,`, `]`, `[}`, `[1}`, `[[],[[]]]`, `,`, `:`, `[1],`, `1,2`, `1:`,
	`{}`, `{ }`, `{"a":1}`, `{"a" : 1 , "a" : [ ] }`, `{"a":1,}`, `{"a",1}`, `{"a"1}`, `{"a":}`, `{"a"}`, `{a:1}`, `{1:2}`, `{"a":1 "b":2}`,
	`{"a":1:2}`, `{`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `}`, `{]`, `{"a":1]`, `{"a":]`, `{,"a":1}`, `{"a":1}{"b":2} [3] "x"`, "\uFEFF1", "\x00",
	`{"type":3,"data":{"source":1,"positions":[{"x":1.5,"y":-2,"id":3,"timeOffset":-4}]},"timestamp":5}`,
}

// step is what one call returned: the text read, and where that left things.
type step struct {
	kind   byte
	text   string
	offset int64
	depth  int
	err    string
}

// reason is what of an error the two have in common.
func reason(err error) string {
	var syntax *jsontext.SyntacticError
	switch {
	case err == nil:
		return ""
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "truncated"
	case err == io.EOF:
		return "end"
	case errors.As(err, &syntax), err == jsonscan.ErrSyntax:
		return "syntax"
	}
	return err.Error()
}

// plan tells of each array and object in turn what to do with it.
type plan []byte

func (p *plan) next() (enter, skip bool) {
	if len(*p) == 0 {
		return false, false
	}
	b := (*p)[0]
	*p = append((*p)[1:], b>>3|b<<5)
	return b&1 == 0, b&2 != 0
}

// ours and theirs read all of r, and go into arrays and objects as p says.
func ours(s *jsonscan.Scanner, p plan) (steps []step) {
	for {
		kind := s.Peek()
		var text []byte
		var err error
		enter, skip := p.next()
		switch {
		case kind == '}' || kind == ']' || (kind == '{' || kind == '[') && enter:
			text = []byte{kind}
			err = s.Delim()
		case skip:
			err = s.Skip()
		default:
			text, err = s.Value()
		}
		if err != nil {
			text = nil
		}
		steps = append(steps, step{kind, string(text), s.Offset(), s.Depth(), reason(err)})
		if err != nil {
			return steps
		}
	}
}

func theirs(d *jsontext.Decoder, p plan) (steps []step) {
	for {
		kind := d.PeekKind()
		var text []byte
		var err error
		enter, skip := p.next()
		switch {
		case kind == '}' || kind == ']' || (kind == '{' || kind == '[') && enter:
			text = []byte{byte(kind)}
			_, err = d.ReadToken()
		case skip:
			err = d.SkipValue()
		default:
			text, err = d.ReadValue()
		}
		if err != nil {
			text = nil
		}
		steps = append(steps, step{byte(kind), string(text), d.InputOffset(), d.StackDepth(), reason(err)})
		if err != nil {
			return steps
		}
	}
}

// same holds the Scanner to jsontext, however the text comes.
func same(t *testing.T, text string, p []byte) {
	options := []jsontext.Options{jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true)}
	want := theirs(jsontext.NewDecoder(strings.NewReader(text), options...), bytes.Clone(p))
	for i, s := range []*jsonscan.Scanner{
		jsonscan.New(strings.NewReader(text)), jsonscan.Of([]byte(text)),
		jsonscan.New(iotest.OneByteReader(strings.NewReader(text))), jsonscan.New(iotest.DataErrReader(strings.NewReader(text))),
	} {
		got := ours(s, bytes.Clone(p))
		// What is next where nothing can be, and how far a value that fails was
		// skipped, may differ.
		last := &want[len(want)-1]
		require.Len(t, got, len(want), "%q %d", text, i)
		end := &got[len(got)-1]
		if last.err == "truncated" && end.err == "syntax" && (end.kind == 0 || end.kind == '{' || end.kind == '[') {
			end.err = last.err // a token that can not be here: jsontext reads it first
		}
		if end.kind == 0 || last.kind == 0 {
			end.kind, last.kind = 0, 0
		}
		if last.kind == '{' || last.kind == '[' {
			end.offset, end.depth = last.offset, last.depth
		}
		require.Equal(t, want, got, "%q %d", text, i)
	}
	value := jsontext.Value(text)
	valid := value.IsValid(options...)
	require.Equal(t, valid, jsonscan.Valid([]byte(text)), "%q", text)
	if valid {
		_ = value.Compact(options...)
		require.Equal(t, string(value), string(jsonscan.Compact(bytes.TrimSpace([]byte(text)))))
	}
}

func TestSameAsJSONText(t *testing.T) {
	for _, text := range texts {
		for _, p := range []string{"", "\x00", "\x02", "\xaa", "\x03", "\x1c\x71"} {
			same(t, text, []byte(p))
			same(t, "[0, "+text+" ,1 ]", []byte(p))
			same(t, "\n"+`{"`+strings.Repeat("long ", 2000)+`":`+text+`, "b" :`+text+"}\t"+text, []byte(p))
		}
	}
}

func FuzzSameAsJSONText(f *testing.F) {
	for _, text := range texts {
		f.Add(text, []byte{0x1c, 0x71})
	}
	f.Fuzz(func(t *testing.T, text string, p []byte) {
		if len(text) < 1<<14 && len(p) < 1<<10 {
			same(t, text, p)
		}
	})
}

func TestDepth(t *testing.T) {
	for _, c := range []struct{ open, close string }{{"[", "]"}, {`{"":`, `}`}} {
		nest := func(n int) string {
			return strings.TrimSuffix(strings.Repeat(c.open, n-1)+"[]"+strings.Repeat(c.close, n-1), "\n")
		}
		assert.True(t, jsonscan.Valid([]byte(nest(jsonscan.MaxDepth))))
		assert.False(t, jsonscan.Valid([]byte(nest(jsonscan.MaxDepth+1))))
		s := jsonscan.New(strings.NewReader(strings.Repeat(c.open, 1<<20)))
		_, err := s.Value()
		assert.Equal(t, jsonscan.ErrSyntax, err)
	}
}

// A value that is longer than the buffer is read in linear time, and what lies
// between values takes no memory.
func TestLong(t *testing.T) {
	const n = 1 << 18
	long := `"` + strings.Repeat(`\u00e9 x`, n/8) + `"`
	for _, text := range []string{long, "[" + long + ",[" + strings.Repeat("1,", n/2) + "2]]", strings.Repeat("9", n)} {
		s := jsonscan.New(iotest.OneByteReader(strings.NewReader(strings.Repeat(" ", n) + text + " 1")))
		v, err := s.Value()
		require.NoError(t, err)
		assert.True(t, string(v) == text)
		v, err = s.Value()
		require.NoError(t, err)
		assert.Equal(t, "1", string(v))
	}
	allocs := testing.AllocsPerRun(1, func() {
		s := jsonscan.New(io.MultiReader(strings.NewReader("["), &spaces{8 << 20}, strings.NewReader("1]")))
		require.NoError(t, s.Skip())
	})
	assert.Less(t, allocs, 40.0)
}

type spaces struct{ left int }

func (s *spaces) Read(p []byte) (int, error) {
	p = p[:min(len(p), s.left)]
	for i := range p {
		p[i] = ' '
	}
	if s.left -= len(p); len(p) == 0 {
		return 0, io.EOF
	}
	return len(p), nil
}

func TestReaderError(t *testing.T) {
	broken := errors.New("broken")
	for _, text := range []string{"", "[", `{"a`, "12", "tr", `[1,`} {
		s := jsonscan.New(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)))
		for range 2 { // it sticks
			assert.Equal(t, broken, s.Skip(), text)
		}
	}
	s := jsonscan.New(stuck{})
	assert.Equal(t, io.ErrNoProgress, s.Skip())
}

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }
