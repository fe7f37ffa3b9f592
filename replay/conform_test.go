package replay_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/replay/replaytest"
)

// What is made of sources is a source.
func TestSourcesConform(t *testing.T) {
	list, form := sessions.Open(t, "list").Events(t), sessions.Open(t, "form").Events(t)
	a, b := part(t, "a", 0, list, &short), part(t, "b", 0, form[:len(form)/2], &short)
	b.Header.Start = day.Add(time.Hour)
	n := len(list) / 2
	first, second := part(t, "a", 0, list[:n], &short), part(t, "a", 0, list[n:], &short)
	for name, src := range map[string]replay.Source{
		"sessions": replay.Merge(replay.Tape(a), replay.Tape(b)),
		"cut":      replay.Merge(replay.Tape(first), replay.Tape(second)),
		"overlap":  replay.Merge(replay.Tape(a), replay.Tape(second)),
		"healed":   replay.Heal(replay.Events(list), nil),
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, replaytest.TestSource(src))
			require.NoError(t, replaytest.TestConcurrent(src))
		})
	}
}
