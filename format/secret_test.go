package format_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
)

// With a key nothing is read that was not encrypted with it: who can write to
// the storage cannot put words into a session.
func TestKeyRefusesOthers(t *testing.T) {
	a, b := bytes.Repeat([]byte{1}, format.KeySize), bytes.Repeat([]byte{2}, format.KeySize)
	tape := func(key []byte) []byte {
		return write(t, format.Header{Start: start}, &format.WriterOptions{Key: key, Live: true}, format.Event{Data: &format.Scroll{ID: 1}})
	}
	for name, key := range map[string][]byte{"none": nil, "another": b} {
		t.Run(name, func(t *testing.T) {
			_, err := read(tape(key), &format.ReaderOptions{Key: a})
			require.ErrorIs(t, err, format.ErrKey)
			_, err = format.NewReader(bytes.NewReader(tape(key)), int64(len(tape(key))), &format.ReaderOptions{Key: a})
			require.ErrorIs(t, err, format.ErrKey)
			// A part behind one that is encrypted.
			got, err := read(append(tape(a), tape(key)...), &format.ReaderOptions{Key: a})
			require.ErrorIs(t, err, format.ErrKey)
			require.Len(t, got, 1)
		})
	}
	got, err := read(tape(a), &format.ReaderOptions{Key: a})
	require.NoError(t, err)
	require.Len(t, got, 1)
	_, err = read(tape(a), nil)
	require.ErrorIs(t, err, format.ErrKey)
	_, err = read(tape(a), &format.ReaderOptions{Key: a[1:]})
	require.Error(t, err)
}
