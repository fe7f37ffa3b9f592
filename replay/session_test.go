package replay_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

var update = flag.Bool("update", false, "rewrite the pages in testdata/sessions")

// A session is a txtar file: events as rrweb's JSON, one a line, and the page
// after N of them, or at a time.
func TestSessions(t *testing.T) {
	files, err := filepath.Glob("testdata/sessions/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			require.NoError(t, err)
			var events replay.Events
			for e, err := range rrweb.NewDecoder(strings.NewReader(string(a.Files[0].Data)), nil).Events() {
				require.NoError(t, err)
				events = append(events, e)
			}
			player := replay.NewPlayer(events)
			for i, f := range a.Files[1:] {
				got := moment(t, player, strings.TrimPrefix(f.Name, "page@"))
				if *update {
					a.Files[i+1].Data = []byte(got)
					continue
				}
				assert.Equal(t, string(f.Data), got, f.Name)
			}
			if *update {
				require.NoError(t, os.WriteFile(name, txtar.Format(a), 0o666))
			}
		})
	}
}

// moment describes the page at a time or after a number of events, with the
// damage on the way.
func moment(t *testing.T, p *replay.Player, when string) string {
	t.Helper()
	var page *snapshot.Page
	n, err := strconv.Atoi(when)
	if err == nil {
		page, err = p.AtEvent(n)
	} else {
		d, perr := time.ParseDuration(when)
		require.NoError(t, perr)
		page, err = p.At(d)
	}
	var b strings.Builder
	if damage, ok := errors.AsType[*format.DamageError](err); ok {
		for _, err := range damage.Errs {
			fmt.Fprintf(&b, "! %v\n", err)
		}
	} else {
		require.NoError(t, err)
	}
	dump(&b, page)
	return b.String()
}

// dump writes a page's tree, a node a line, with ids.
func dump(b *strings.Builder, p *snapshot.Page) {
	_ = snapshot.Dump(b, p, &snapshot.DumpOptions{IDs: true}) // a Builder takes all
}
