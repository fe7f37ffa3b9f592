package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/replay/signals"
)

// labelledTape packs a recording of testdata/signals.
func labelledTape(t *testing.T, name string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), name+".tape")
	status, _, stderr := pagetape("", "pack", "-o", out, "../../testdata/signals/"+name+".json.gz")
	require.Zero(t, status, stderr)
	return out
}

func TestSignals(t *testing.T) {
	clicks, journey := labelledTape(t, "clicks"), labelledTape(t, "journey")
	status, stdout, stderr := pagetape("", "signals", clicks)
	require.Zero(t, status, stderr)
	assert.Regexp(t, `(?m)^  46\.138s +rage-click +/signals\.html +button "Reserve" #dead +6 clicks in 843ms, 1 px apart, 0 answered \(3 in 1s, 30 px\)$`, stdout)
	assert.Regexp(t, `(?m)^  10\.756s +dead-click .* 1 click, no answer within 2\.5s$`, stdout)
	assert.NotContains(t, stdout, "totals")

	status, stdout, stderr = pagetape("", "signals", "-funnel", "/signals.html>click:#send>/boats/*/log", clicks, journey)
	require.Zero(t, status, stderr)
	assert.Regexp(t, `(?m)^form #contact, abandoned, on /signals\.html at 6\.85s$`, stdout)
	assert.Regexp(t, `(?m)^  /boats/\*/log +16\.131s$`, stdout)
	assert.Regexp(t, `(?m)^totals of 2 sessions: `, stdout)
	assert.Regexp(t, `(?m)^  click:#send +1 +50%$`, stdout)

	status, stdout, stderr = pagetape("", "signals", "-json", clicks, journey)
	require.Zero(t, status, stderr)
	var out signalsOutput
	require.NoError(t, json.Unmarshal([]byte(stdout), &out))
	require.Len(t, out.Sessions, 2)
	assert.Equal(t, journey, out.Sessions[1].File)
	assert.Len(t, out.Sessions[0].Report.Moments, 17)
	assert.Equal(t, signals.RageClick, out.Totals.Moments[len(out.Totals.Moments)-3].Kind)
	assert.Equal(t, 2, out.Totals.Sessions)
}

// One tape that is none does not keep the others from being read.
func TestSignalsErrors(t *testing.T) {
	tape := labelledTape(t, "journey")
	status, stdout, stderr := pagetape("", "signals", file(t, "no.tape", "nothing"), tape)
	assert.Equal(t, 1, status)
	assert.Contains(t, stdout, "quick-back")
	assert.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
	for _, args := range [][]string{{"signals"}, {"signals", "-funnel", "x", tape}, {"signals", "-funnel", "/a>click:p:hover", tape}} {
		status, _, stderr := pagetape("", args...)
		assert.Equal(t, 2, status, stderr)
	}
}
