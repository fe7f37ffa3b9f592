package format_test

import (
	"encoding/base64"
	"io"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// What a Writer writes, a reader reads within the limits that both have unless
// told otherwise.
func TestWriterKeepsLimits(t *testing.T) {
	short := func(yield func(format.Event) bool) { // more than 1 Mi strings and templates in 4 MiB
		for i := range 530 {
			m := &format.Mutation{}
			for j := range 1000 {
				m.Attrs = append(m.Attrs, format.AttrChange{ID: 1, Attrs: []snapshot.Attr{{Name: "x", Value: strconv.Itoa(1000*i + j)}}})
			}
			if !yield(format.Event{Data: m}) {
				return
			}
		}
	}
	images := func(yield func(format.Event) bool) { // bytes that count twice: as they are, and as base64
		b := make([]byte, 10<<20)
		_, _ = io.ReadFull(rand.NewChaCha8([32]byte{}), b)
		for range 3 {
			b[0]++
			url := "data:image/png;base64," + base64.StdEncoding.EncodeToString(b)
			if !yield(format.Event{Data: &format.Custom{Tag: url}}) {
				return
			}
		}
	}
	for _, tt := range []struct {
		name   string
		opts   format.WriterOptions
		events func(func(format.Event) bool)
	}{
		{"short strings, live", format.WriterOptions{Live: true}, short},
		{"images, live", format.WriterOptions{Live: true, Segment: 1 << 30}, images},
		{"images, sealed", format.WriterOptions{Level: format.LevelFast, Segment: 1 << 30}, images},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b chunks
			w := format.NewWriter(&b, format.Header{}, &tt.opts)
			want := 0
			for e := range tt.events {
				require.NoError(t, w.Write(e))
				want++
			}
			require.NoError(t, w.Close())
			got := 0
			for _, err := range open(t, b.Bytes(), nil).Replay(0, 1<<62) {
				require.NoError(t, err)
				got++
			}
			require.Positive(t, got)
			events, err := read(b.Bytes(), nil)
			require.NoError(t, err)
			require.Len(t, events, want)
		})
	}
}
