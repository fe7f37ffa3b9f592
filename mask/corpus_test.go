package mask_test

import (
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/snapshot"
)

// corpus returns the recordings in the directory that PAGETAPE_CORPUS names.
func corpus(t testing.TB) []string {
	dir := os.Getenv("PAGETAPE_CORPUS")
	if dir == "" {
		t.Skip("PAGETAPE_CORPUS is not set")
	}
	all, err := filepath.Glob(filepath.Join(dir, "*.json.gz"))
	require.NoError(t, err)
	all = slices.DeleteFunc(all, func(s string) bool {
		return strings.Contains(s, ".truth.") || strings.Contains(s, "client-")
	})
	require.NotEmpty(t, all)
	return all
}

func recording(t testing.TB, name string) []byte {
	file, err := os.Open(name)
	require.NoError(t, err)
	defer file.Close()
	z, err := gzip.NewReader(file)
	require.NoError(t, err)
	text, err := io.ReadAll(z)
	require.NoError(t, err)
	return text
}

func decode(text string) iter.Seq2[format.Event, error] {
	return rrweb.NewDecoder(strings.NewReader(text), nil).Events()
}

// A shape of a page: what must be the same before and after masking.
func shapeOf(n *snapshot.Node, blocked func(*snapshot.Node) bool) string {
	var b strings.Builder
	var walk func(n *snapshot.Node, depth int)
	walk = func(n *snapshot.Node, depth int) {
		b.WriteString(strings.Repeat(" ", depth) + n.Kind.String() + " " + n.Name + " " + snapshot.FormatNumber(float64(n.ID)) + "\n")
		if blocked(n) {
			return
		}
		for _, c := range n.Children {
			walk(c, depth+1)
		}
	}
	if n != nil {
		walk(n, 0)
	}
	return b.String()
}

func TestCorpusReplays(t *testing.T) {
	for _, name := range corpus(t) {
		for _, config := range []mask.Config{mask.Default(), mask.Strict()} {
			t.Run(filepath.Base(name)+"/"+config.Name, func(t *testing.T) {
				text := string(recording(t, name))
				policy, err := mask.Compile(config)
				require.NoError(t, err)
				filter := policy.NewFilter()
				plain, masked := &snapshot.Page{}, &snapshot.Page{}
				damage, more := 0, 0
				var events []format.Event
				for e, err := range decode(text) {
					require.NoError(t, err)
					if e.Data.Apply(plain) != nil {
						damage++
					}
				}
				for e, err := range filter.Events(decode(text)) {
					require.NoError(t, err)
					events = append(events, e)
					if err := e.Data.Apply(masked); err != nil {
						more++
						t.Log(err)
					}
				}
				assert.LessOrEqual(t, more, damage)
				never := func(*snapshot.Node) bool { return false }
				assert.Equal(t, shapeOf(plain.Snapshot(), never), shapeOf(masked.Snapshot(), never))
				t.Logf("%+v", filter.Report())
			})
		}
	}
}
