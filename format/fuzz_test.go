package format_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

func FuzzDecoder(f *testing.F) {
	tape := write(f, format.Header{Start: start}, nil, sample()...)
	f.Add(tape)
	f.Add(tape[:len(tape)/2])
	f.Add(append(bytes.Clone(tape), tape...))
	f.Fuzz(func(t *testing.T, tape []byte) {
		limits := format.Limits{Frame: 1 << 20, Memory: 4 << 20}
		for _, salvage := range []bool{false, true} {
			_, err := read(tape, &format.ReaderOptions{Limits: limits, Salvage: salvage})
			if err != nil {
				_, ok := errors.AsType[*format.CorruptError](err)
				require.True(t, ok, "%T", err)
			}
		}
		if r, err := format.NewReader(bytes.NewReader(tape), int64(len(tape)), &format.ReaderOptions{Limits: limits}); err == nil {
			for range r.Events() {
			}
		}
	})
}

// FuzzPayload puts the bytes into a frame whose checksums are right, and holds
// decode and encode to each other.
func FuzzPayload(f *testing.F) {
	f.Add(format.Pack(sample()...))
	f.Add([]byte("\x98\x90\xc0\xc0\x91\x13\x92\x01\x91\x05\xc0\xc0\x92\x13\x94\xc0\x91\x07\x91\x02\x91\x03"))
	f.Add([]byte("\x98\x90\xc0\x93\x92\x01\x05\xc0\x91\x01\x91\x03\x92\x01\xc0\xc0\xc0\x92\x03\x91\xc0"))
	head := frame(1, 0, 5, "\x80", "\x82\x01\x01\x02\x01")
	f.Fuzz(func(t *testing.T, payload []byte) {
		tape := append(bytes.Clone(head), frame(2, 0, len(payload), "\x80", string(payload))...)
		events, err := read(tape, &format.ReaderOptions{Limits: format.Limits{Memory: 4 << 20}})
		if err != nil {
			require.True(t, errors.Is(err, format.ErrPayload) || errors.Is(err, format.ErrLimit) || errors.Is(err, format.ErrGap), "%v", err)
		}
		var page snapshot.Page
		for _, e := range events {
			if err := e.Data.Apply(&page); err != nil {
				_, ok := errors.AsType[*format.DamageError](err)
				require.True(t, ok, "%T", err)
			}
		}
		if len(events) > 0 {
			again, err := format.Recode(events...)
			if err != nil {
				require.ErrorIs(t, err, format.ErrLimit)
				return
			}
			require.True(t, format.Same(events, again))
		}
	})
}
