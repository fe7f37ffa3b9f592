package rrweb_test

import (
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/snapshot"
)

// What the events say does not depend on the pieces in which the text comes,
// though no value stays in the buffer then.
func TestPieces(t *testing.T) {
	texts := []string{"\uFEFF[" + odd[0].event + "]"}
	for _, tt := range odd {
		texts = append(texts, "["+tt.event+" , "+tt.event+"]")
	}
	for _, s := range sessions.All(t) {
		if text := s.JSON(t); len(text) < 100_000 {
			texts = append(texts, string(text))
		}
	}
	for _, text := range texts {
		_, want, err := decode(t, text)
		require.NoError(t, err)
		var got []format.Event
		for e, err := range rrweb.NewDecoder(iotest.OneByteReader(strings.NewReader(text)), nil).Events() {
			require.NoError(t, err)
			got = append(got, e)
		}
		require.Equal(t, want, got)
	}
}

// The reader's own error is told, wherever it comes.
func TestReaderError(t *testing.T) {
	broken := errors.New("broken")
	const text = `[{"type":4,"data":{"href":"x","width":1,"height":2},"timestamp":5}]`
	for n := range len(text) {
		d := rrweb.NewDecoder(io.MultiReader(strings.NewReader(text[:n]), iotest.ErrReader(broken)), nil)
		var last error
		for _, err := range d.Events() {
			last = err
		}
		require.ErrorIs(t, last, broken, "after %d bytes", n)
	}
}

// Members come in any order, more than once, and between unknown ones.
func TestRecordOrder(t *testing.T) {
	const usual = `{"type":3,"data":{"source":1,"positions":[{"x":1,"y":2,"id":3,"timeOffset":-4}]},"timestamp":5}`
	_, want, err := decode(t, usual)
	require.NoError(t, err)
	for _, members := range []string{
		`"timeOffset":-4,"id":3,"y":2,"x":1`,
		`"id":3,"timeOffset":-4,"x":1,"y":2`,
		`"x":7,"x":1,"y":2,"id":3,"id":3,"timeOffset":-4`,
		`"x":"7","y":{},"x":1,"y":2,"id":3,"timeOffset":-4`,
	} {
		_, got, err := decode(t, strings.Replace(usual, `"x":1,"y":2,"id":3,"timeOffset":-4`, members, 1))
		require.NoError(t, err)
		got[0].Data.(*format.Move).Positions[0].Extra = want[0].Data.(*format.Move).Positions[0].Extra // nil or empty
		assert.Equal(t, want, got, members)
	}
	_, got, err := decode(t, strings.Replace(usual, `"x":1,"y":2,"id":3,"timeOffset":-4`, `"b":[ 1 ],"y":2,"a":0,"x":"1","c":{},"id":3`, 1))
	require.NoError(t, err)
	p := got[0].Data.(*format.Move).Positions[0]
	assert.Equal(t, format.Position{Y: 2, ID: 3, Extra: format.Extra{
		{Name: "b", Value: "[1]"}, {Name: "a", Value: "0"}, {Name: "x", Value: `"1"`}, {Name: "c", Value: "{}"}, {Name: "timeOffset"},
	}}, p)
}

// The lists of one event lie side by side in memory, but none grows into the
// next one.
func TestListsApart(t *testing.T) {
	node := func(id, children string) string {
		return `{"type":2,"tagName":"p","attributes":{"a":"1","b":"2"},"childNodes":[` + children + `],"id":` + id + `}`
	}
	text := `{"type":2,"data":{"node":{"type":0,"childNodes":[` + node("2", node("3", "")+","+node("4", "")) + `,` + node("5", node("6", "")) + `],"id":1}},"timestamp":5}`
	_, want, err := decode(t, text)
	require.NoError(t, err)
	_, got, err := decode(t, text)
	require.NoError(t, err)
	for n := range got[0].Data.(*format.FullSnapshot).Node.All() {
		_ = append(n.Attrs, snapshot.Attr{Name: "over"})
		_ = append(n.Children, nil)
	}
	assert.Equal(t, want, got)
}

// A long recording takes the memory of one event.
func TestStreams(t *testing.T) {
	size := 32 << 20
	if testing.Short() {
		size = 8 << 20
	}
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	r := io.MultiReader(strings.NewReader("["), &repeated{text: odd[0].event + ",\n", left: size}, strings.NewReader(odd[0].event+"]"))
	n := 0
	for _, err := range rrweb.NewDecoder(r, nil).Events() {
		require.NoError(t, err)
		if n++; n%100_000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			require.Less(t, now.HeapAlloc, before.HeapAlloc+2<<20)
		}
	}
	assert.Greater(t, n, 100_000)
}

// repeated is a reader of the same text again and again.
type repeated struct {
	text     string
	at, left int
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.left <= 0 && r.at == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.text[r.at:])
	r.at = (r.at + n) % len(r.text)
	r.left -= n
	return n, nil
}
