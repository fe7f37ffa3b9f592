package echo_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/internal/echo"
)

// TestCorpusStaysReadable registers what people type and looks at recordings
// that have nothing to do with them: less than one byte in a thousand is
// covered.
func TestCorpusStaysReadable(t *testing.T) {
	dir := os.Getenv("PAGETAPE_CORPUS")
	if dir == "" {
		t.Skip("PAGETAPE_CORPUS is not set")
	}
	s := echo.New(echo.Key{1}, 0)
	for _, v := range []struct {
		kind  echo.Kind
		value string
	}{
		{echo.Name, "Ada Holt"}, {echo.Name, "Mark Young"}, {echo.Name, "José Peña"}, {echo.Email, "ada.holt@mail.example"},
		{echo.Phone, "+1 (123) 4567-8901"}, {echo.Phone, "92 34 56 78"}, {echo.Card, "4111 1111 1111 1111"},
		{echo.Address, "14 Karvel Lane"}, {echo.Address, "Trondheim"}, {echo.Date, "1990-05-17"}, {echo.Text, "Norway"},
		{echo.Text, "Please ring twice"}, {echo.Text, "male"}, {echo.Text, "SW1A 1AA"}, {echo.Text, "0581"},
		{echo.Secret, "!!p@$$##"}, {echo.Secret, "correct horse battery"}, {echo.Secret, "hunter2"}, {echo.Number, "1234567.50"},
	} {
		_, _, ok := s.Add(v.value, v.kind)
		require.True(t, ok)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json.gz"))
	require.NoError(t, err)
	all, covered := 0, 0
	for _, name := range files {
		if filepath.Base(name) == "checkout.json.gz" || filepath.Base(name) == "checkout.truth.json.gz" {
			continue
		}
		f, err := os.Open(name)
		require.NoError(t, err)
		z, err := gzip.NewReader(f)
		require.NoError(t, err)
		b, err := io.ReadAll(z)
		require.NoError(t, err)
		f.Close()
		var v any
		require.NoError(t, json.Unmarshal(b, &v))
		var walk func(v any)
		walk = func(v any) {
			switch v := v.(type) {
			case string:
				all += len(v)
				for _, sp := range s.Find(nil, v) {
					covered += sp.To - sp.From
					t.Logf("%s: %v %.80q", filepath.Base(name), sp.Form, v[sp.From:sp.To])
				}
			case []any:
				for _, e := range v {
					walk(e)
				}
			case map[string]any:
				for k, e := range v {
					walk(k)
					walk(e)
				}
			}
		}
		walk(v)
	}
	t.Logf("%d of %d", covered, all)
	assert.Less(t, covered*1000, all)
}
