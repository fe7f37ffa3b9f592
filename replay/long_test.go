package replay_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
)

// A quarter of an hour of somebody's work leads to the live DOM too: at every
// checkpoint the page equals it, rebuilt from the first full snapshot and all
// the changes since, and sought cold in a tape, from the keyframe before.
func TestLongPageEqualsLiveDOM(t *testing.T) {
	for _, s := range sessions.Long(t) {
		t.Run(s.Name, func(t *testing.T) {
			events := s.Events(t)
			checkpoints := s.Checkpoints(t)
			require.Greater(t, len(checkpoints), 14)
			if testing.Short() {
				checkpoints = checkpoints[len(checkpoints)-2:]
			}
			tape := taped(t, format.Header{Start: day}, nil, events)
			for _, c := range checkpoints {
				var dom any
				require.NoError(t, json.Unmarshal(c.DOM, &dom))
				want := live(dom)

				p := replay.NewPlayer(incremental(events, c.After))
				page, err := p.AtEvent(c.After)
				require.NoError(t, err, c.Label)
				assert.Empty(t, diff(want, rebuilt(page.Snapshot()), "", nil), "%s, all changes", c.Label)
				p.Close()

				p = replay.NewPlayer(opened(t, tape, nil))
				page, err = p.At(events[c.After-1].Time)
				require.NoError(t, err, c.Label)
				assert.Empty(t, diff(want, rebuilt(page.Snapshot()), "", nil), "%s, from a tape", c.Label)
				p.Close()
			}
		})
	}
}

// Each full snapshot that the recorder took once a minute equals the page that
// the changes before it lead to.
func TestLongSnapshotsEqualPage(t *testing.T) {
	for _, s := range sessions.Long(t) {
		v, err := replay.Verify(replay.Events(s.Events(t)))
		require.NoError(t, err)
		assert.Empty(t, v.Drift, s.Name)
		assert.Empty(t, v.Damage, s.Name)
		assert.Equal(t, v.Snapshots-1, v.Checked, s.Name)
		if s.Name == "checkouts" {
			assert.Greater(t, v.Checked, 12)
		}
	}
}
