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
// the changes since, and sought cold in a tape, from the keyframe before. And
// each full snapshot that the recorder took equals the page that the changes
// before it lead to. In short it is the first three minutes.
func TestLongPageEqualsLiveDOM(t *testing.T) {
	for _, s := range sessions.Long(t) {
		t.Run(s.Name, func(t *testing.T) {
			events, checkpoints := s.Events(t), s.Checkpoints(t)
			require.Greater(t, len(checkpoints), 14)
			if testing.Short() {
				checkpoints = checkpoints[:3]
				events = events[:checkpoints[2].After]
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

			v, err := replay.Verify(replay.Events(events))
			require.NoError(t, err)
			assert.Empty(t, v.Drift)
			assert.Empty(t, v.Damage)
			assert.Equal(t, v.Snapshots-1, v.Checked)
			if s.Name == "checkouts" {
				assert.GreaterOrEqual(t, v.Checked, len(checkpoints)-2)
			}
		})
	}
}
