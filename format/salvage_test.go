package format_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
)

// Salvage gives every frame that is whole.
func TestSalvage(t *testing.T) {
	events := sessions.Open(t, "list").Events(t)
	tape := write(t, format.Header{Start: start}, &format.WriterOptions{Flush: 1 << 10}, events...)
	r := open(t, tape, nil)
	require.Greater(t, len(r.Frames), 6)
	for _, f := range r.Frames {
		bad := bytes.Clone(tape)
		bad[f.Offset+f.Size-1] ^= 1
		got, err := read(bad, &format.ReaderOptions{Salvage: true})
		require.ErrorIs(t, err, format.ErrChecksum)
		switch f.Kind {
		case format.FrameEvents:
			assert.Len(t, got, len(events)-f.Events, "frame at %d", f.Offset)
		case format.FrameHeap: // all strings of this tape
			assert.Less(t, len(got), len(events))
		default:
			assert.Len(t, got, len(events), "frame at %d", f.Offset)
		}
	}
	// Bytes that went missing, and bytes that came in.
	f := r.Frames[4]
	short := append(bytes.Clone(tape[:f.Offset+30]), tape[f.Offset+40:]...)
	got, err := read(short, &format.ReaderOptions{Salvage: true})
	require.Error(t, err)
	assert.Len(t, got, len(events)-f.Events)
	long := append(append(bytes.Clone(tape[:f.Offset]), "junk \x89rr\n junk"...), tape[f.Offset:]...)
	got, err = read(long, &format.ReaderOptions{Salvage: true})
	require.Error(t, err)
	assert.Len(t, got, len(events))
	// A whole frame that went missing is a gap.
	gap := append(bytes.Clone(tape[:f.Offset]), tape[f.Offset+f.Size:]...)
	got, err = read(gap, nil)
	require.ErrorIs(t, err, format.ErrGap)
	n := 0
	for _, g := range r.Frames[:4] {
		n += g.Events
	}
	assert.Len(t, got, n)
	got, err = read(gap[:len(gap)-41], &format.ReaderOptions{Salvage: true}) // the FOOT would tell too
	require.ErrorIs(t, err, format.ErrGap)
	assert.Len(t, got, len(events)-f.Events)
}

// A codec that is not known is one frame's, a kind that is not known the tape's.
func TestSalvageNewer(t *testing.T) {
	tape := write(t, format.Header{Start: start}, nil, format.Event{Data: &format.Scroll{ID: 7}})
	for _, tt := range []struct {
		name, frame string
		events      int
	}{
		{"codec", string(frame(2, 77, 1, "\x80", "x")), 1},
		{"critical kind", string(frame(0x33, 0, 1, "\x80", "x")), 0},
		{"major version", string(frame(1, 0, 3, "\x80", "\x81\x01\x02")), 0},
	} {
		got, err := read([]byte(head+tt.frame+string(tape)), &format.ReaderOptions{Salvage: true})
		require.ErrorIs(t, err, format.ErrVersion, tt.name)
		assert.Len(t, got, tt.events, tt.name)
	}
}

// Damaged frames in damaged frames take linear time to salvage: without a
// bound this test would read 60 GB.
func TestSalvageNested(t *testing.T) {
	inner := frame(2, 0, 4<<20, "\x80", strings.Repeat("x", 4<<20))[:25]
	tape := []byte(head)
	for len(tape) < 4<<20 {
		tape = append(tape, inner...)
	}
	tape = append(tape, bytes.Repeat([]byte("y"), 5<<20)...)
	tape = append(tape, write(t, format.Header{Start: start}, nil, format.Event{Data: &format.Scroll{ID: 7}})...)
	got, err := read(tape, &format.ReaderOptions{Salvage: true})
	require.ErrorIs(t, err, format.ErrChecksum)
	assert.Len(t, got, 1)
}
