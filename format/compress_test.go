package format

import (
	"bytes"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"
)

// A payload that is not as long as its frame says is refused, however little
// there is between, and whether the zstd frame says how long it is or not.
func TestDecompressLength(t *testing.T) {
	payload := bytes.Repeat([]byte("a payload "), 20_000)
	z, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	for size := 300; size <= len(payload); size *= 3 {
		var stream bytes.Buffer
		z.Reset(&stream)
		_, err = z.Write(payload[:size/2])
		require.NoError(t, err)
		require.NoError(t, z.Flush()) // more than the length that is known at the end
		_, err = z.Write(payload[size/2 : size])
		require.NoError(t, err)
		require.NoError(t, z.Close())
		known := z.EncodeAll(payload[:size], nil)
		for _, stored := range [][]byte{known, stream.Bytes()} {
			buf := []byte("in it before")
			got, err := decompress(stored, size, maxWindow, &buf)
			require.NoError(t, err)
			require.Equal(t, payload[:size], got)
			for _, more := range []int{1, slack, slack + 1} {
				_, err = decompress(stored, size+more, maxWindow, &buf)
				require.ErrorIs(t, err, ErrPayload)
				_, err = decompress(stored, size-more, maxWindow, &buf)
				require.Error(t, err)
				_, err = decompress(known, size-more, maxWindow, &buf)
				require.ErrorIs(t, err, ErrLimit)
				_, err = decompress(z.EncodeAll(payload[:more], bytes.Clone(known)), size, maxWindow, &buf)
				require.ErrorIs(t, err, ErrLimit)
			}
		}
	}
}
