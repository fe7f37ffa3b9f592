package browser

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/replay/replaytest"
	"github.com/pagetape/pagetape/snapshot"
)

// generated is how many recordings the gate compares. PAGETAPE_GENERATED asks
// for more, whose counts are logged and not held.
const generated = 100

// What TestSameAsReplayer says of real recordings is so of generated ones, at
// the last of their checkpoints; the generator's model is the live page.
func TestSameAsReplayerGenerated(t *testing.T) {
	n := generated
	if s := os.Getenv("PAGETAPE_GENERATED"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	b := newBench(t)
	counts := make(tally)
	for seed := range uint64(n) {
		r := replaytest.Generate(rand.New(rand.NewPCG(seed, 5)), &replaytest.Options{Windows: 1})
		var json bytes.Buffer
		_, err := rrweb.Encode(&json, time.UnixMilli(1.7e12), r.Events.Replay(0, 1<<62))
		require.NoError(t, err)
		b.load(t, json.Bytes())
		c := r.Checkpoints[len(r.Checkpoints)-1]
		page, _ := replay.NewPlayer(r.Events).AtEvent(c.After) // damage is part of what recorders write
		require.Empty(t, c.Pages[0].Diff(page, 1), "seed %d", seed)
		theirs := factsOf(b.replay(t, c.After, false).Page)
		model := factsOf(b.modelDump(t, c.Pages[0].Root))
		if s := c.Pages[0].Root.Scroll; s != nil && *s != (snapshot.Point{}) {
			for _, n := range c.Pages[0].Root.Children {
				if n.Kind == snapshot.KindElement {
					model.set(n.ID, "scroll", fmt.Sprint([]float64{s.X, s.Y}))
				}
			}
		}
		counts.add(t, "seed "+strconv.FormatUint(seed, 10), compare(factsOf(b.render(t, page)), page, theirs, model))
	}
	if n == generated {
		counts.check(t, "generated")
	} else {
		t.Log(counts)
	}
}

// modelDump returns a document of the generator as a dump.
func (b *bench) modelDump(t *testing.T, root *replaytest.Node) *dump {
	t.Helper()
	return &dump{Kids: b.modelList(t, root.Children), Adopted: b.adopted(t, root)}
}

func (b *bench) modelList(t *testing.T, list []*replaytest.Node) (out []*dumped) {
	t.Helper()
	for _, n := range list {
		d := &dumped{ID: n.ID, Tag: n.Name, Attrs: n.Attrs, Space: "http://www.w3.org/1999/xhtml", Value: n.Value, Checked: n.Checked}
		switch n.Kind {
		case snapshot.KindText, snapshot.KindCDATA:
			d = &dumped{Text: &n.Text}
		case snapshot.KindDoctype:
			d = &dumped{Tag: "!doctype", Name: n.Name}
		case snapshot.KindComment:
			d = &dumped{Comment: true}
		case snapshot.KindElement:
			if n.Namespace == "svg" {
				d.Space = "http://www.w3.org/2000/svg"
			}
			if n.Selected != nil {
				d.Checked = n.Selected
			}
			if n.Checked != nil { // a check box, whose value no one types
				value, ok := n.Attrs["value"]
				if !ok {
					value = "on"
				}
				d.Value = &value
			}
			switch {
			case n.Scroll == nil: // the recording does not tell
				d.Scroll = []float64{-1, -1}
			case *n.Scroll != (snapshot.Point{}):
				d.Scroll = []float64{n.Scroll.X, n.Scroll.Y}
			}
			if n.Rules != nil {
				d.Rules = b.rules(t, [][]string{*n.Rules})[0]
			}
			if n.Shadow != nil || n.Adopted != nil {
				d.Shadow = &dump{Kids: b.modelList(t, n.Shadow), Adopted: b.adopted(t, n)}
			}
			if n.Frame != nil {
				d.Frame = b.modelDump(t, n.Frame)
			}
			d.Kids = b.modelList(t, n.Children)
		}
		out = append(out, d)
	}
	return out
}

// adopted returns the adopted style sheets of a document or host.
func (b *bench) adopted(t *testing.T, n *replaytest.Node) [][]string {
	t.Helper()
	if n.Adopted == nil {
		return nil
	}
	return b.rules(t, *n.Adopted)
}

// rules returns the rules of style sheets, given as the texts of each, as the
// browser writes them.
func (b *bench) rules(t *testing.T, sheets [][]string) [][]string {
	t.Helper()
	if len(sheets) == 0 {
		return nil
	}
	texts := make([]string, len(sheets))
	for i, rules := range sheets {
		texts[i] = strings.Join(rules, "\n")
	}
	return eval[[][]string](t, b.rrweb, "sheetRules(%s)", jsonText(t, texts))
}
