package browser

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
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
				counts[column].add(t, c.Label, compare(factsOf(b.render(t, page)), page, factsOf(b.replay(t, c.After, true).Page), live))
			}
		})
	}
	for column, n := range counts {
		n.check(t, column)
	}
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
	at, want := -1, make(tally)
	for i, line := range lines {
		cells := strings.Split(line, "|")
		switch {
		case at < 0:
			at = slices.IndexFunc(cells, func(s string) bool { return strings.TrimSpace(s) == column })
		case at >= len(cells) || strings.Contains(line, "---"):
		case *update:
			cells[at] = fmt.Sprintf(" %d ", n[strings.TrimSpace(cells[1])])
			lines[i] = strings.Join(cells, "|")
			fallthrough
		default:
			if count, err := strconv.Atoi(strings.TrimSpace(cells[at])); assert.NoError(t, err) && count > 0 {
				want[strings.TrimSpace(cells[1])] = count
			}
		}
	}
	if *update {
		for name := range n {
			assert.Contains(t, string(text), "| "+name+" |")
		}
		require.NoError(t, os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o644))
		return
	}
	assert.Equal(t, want, n, "%s: docs/fidelity.md has other counts", column)
}
