package replaytest_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/replay/replaytest"
	"github.com/pagetape/pagetape/snapshot"
)

func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

// linear replays a recording and compares the pages at every checkpoint.
func linear(t *testing.T, r *replaytest.Recording) {
	p := replay.NewPlayer(r.Events)
	defer p.Close()
	for _, c := range r.Checkpoints {
		_, err := p.AtEvent(c.After)
		for _, page := range c.Pages {
			if diff := page.Diff(p.Window(page.Window), 5); len(diff) > 0 || !twice(err) {
				var b bytes.Buffer
				_, _ = rrweb.Encode(&b, time.Time{}.Add(1e15), r.Events[:c.After].Replay(0, 1<<62))
				_ = os.WriteFile("/tmp/fail.json", b.Bytes(), 0o666)
				require.Empty(t, diff, "window %d after %d events (%v)", page.Window, c.After, err)
				require.NoError(t, err)
			}
		}
	}
}

func TestLinear(t *testing.T) {
	for seed := range uint64(1000) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { linear(t, replaytest.Generate(seeded(seed), nil)) })
	}
}

// twice says whether err tells no more than that something was removed or
// changed that had gone: two observers saw it go.
func twice(err error) bool {
	switch e := err.(type) {
	case nil:
		return true
	case *snapshot.NodeError:
		return e.Err == snapshot.ErrUnknownNode && e.Op != "insert"
	case interface{ Unwrap() []error }:
		return !slices.ContainsFunc(e.Unwrap(), func(err error) bool { return !twice(err) })
	case interface{ Unwrap() error }:
		return twice(e.Unwrap())
	}
	return false
}

func TestSmall(t *testing.T) {
	for seed := range uint64(20000) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			linear(t, replaytest.Generate(seeded(seed), &replaytest.Options{Steps: 1 + int(seed)/3000, Nodes: 20, Windows: 1}))
		})
		if t.Failed() {
			return
		}
	}
}
