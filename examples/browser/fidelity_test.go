package browser

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

var update = flag.Bool("update", false, "write the counts in docs/fidelity.md anew")

// incremental returns the events without the full snapshots after the first, so
// that the changes alone must lead to the page.
func incremental(events []format.Event) replay.Events {
	var kept replay.Events
	first := false
	for _, e := range events {
		if k := e.Data.Kind(); k == format.KindFullSnapshot || k == format.KindMeta {
			if first {
				continue
			}
			first = k == format.KindFullSnapshot
		}
		kept = append(kept, e)
	}
	return kept
}

// At each checkpoint our page, rendered and opened, and that of rrweb's Replayer
// have the same DOM and the same style sheets, but for differences whose class
// docs/fidelity.md explains and counts.
func TestSameAsReplayer(t *testing.T) {
	b := newBench(t)
	counts := map[string]tally{}
	for _, s := range sessions.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			column := "testdata"
			if strings.HasPrefix(s.Name, "corpus-") {
				column = "corpus"
			}
			if counts[column] == nil {
				counts[column] = make(tally)
			}
			b.load(t, s.JSON(t))
			events := s.Events(t)
			for _, c := range s.Checkpoints(t) {
				page, err := replay.NewPlayer(incremental(events[:c.After])).AtEvent(c.After)
				require.NoError(t, err)
				live := b.liveFacts(t, c.DOM, page, events, c.After)
				counts[column].add(t, c.Label, b.differences(t, page, c.After, live))
			}
		})
	}
	for column, n := range counts {
		n.check(t, column)
	}
}

// differences returns the differences between our page and the one that rrweb's
// Replayer makes of as many events.
func (b *bench) differences(t *testing.T, page *snapshot.Page, events int, live facts) []difference {
	t.Helper()
	return compare(b.oursFacts(t, page), factsOf(b.replay(t, events).Page), live)
}

// A tally counts pages and the differences of each class in them.
type tally map[string]int

const pages = "pages"

// add counts the differences of one page.
func (n tally) add(t *testing.T, label string, found []difference) {
	t.Helper()
	n[pages]++
	unexplained := 0
	for _, d := range found {
		if name := classOf(d); name != "" {
			n[name]++
		} else if unexplained++; unexplained <= 10 {
			t.Errorf("%s: <%s> %d, %s: %.300q here, %.300q in rrweb's Replayer, %.300q live", label, d.tag, d.id, d.what, d.ours, d.theirs, d.live)
		}
	}
	assert.Zero(t, unexplained, "%s: differences that no class explains", label)
}

// check holds the counts against a column of the table in docs/fidelity.md.
func (n tally) check(t *testing.T, column string) {
	t.Helper()
	const file = "../../docs/fidelity.md"
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	lines := strings.Split(string(text), "\n")
	at, seen := -1, map[string]bool{}
	for i, line := range lines {
		cells := strings.Split(line, "|")
		if at < 0 {
			for k, cell := range cells {
				if strings.TrimSpace(cell) == column {
					at = k
				}
			}
			continue
		}
		if len(cells) <= at {
			break
		}
		name := strings.TrimSpace(cells[1])
		seen[name] = true
		if strings.HasPrefix(name, "--") {
			continue
		}
		if *update {
			cells[at] = fmt.Sprintf(" %d ", n[name])
			lines[i] = strings.Join(cells, "|")
			continue
		}
		assert.Equal(t, strings.TrimSpace(cells[at]), strconv.Itoa(n[name]), "%s of %s: docs/fidelity.md has another count", name, column)
	}
	for name := range n {
		assert.True(t, seen[name], "%s has no row in docs/fidelity.md", name)
	}
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o644))
	}
}
