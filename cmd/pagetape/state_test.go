package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A session that comes in three batches, by a process each, has no less masked
// than one that comes whole; what was late is taken out by the state.
func TestBatchesWithState(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	require.NoError(t, os.WriteFile(path("key"), []byte(strings.Repeat("k", 32)), 0o600))
	require.NoError(t, os.WriteFile(path("other"), []byte(strings.Repeat("o", 32)), 0o600))
	_, exported, _ := pagetape("", "export", packed(t, "form", "none"))
	all := events(t, []byte(exported))
	args := []string{"-live", "-hold", "0s", "-state", path("state"), "-statekey", path("key"), "-o", path("live.tape")}
	for i := range 3 {
		part, err := json.Marshal(all[i*len(all)/3 : (i+1)*len(all)/3])
		require.NoError(t, err)
		batch := path(strconv.Itoa(i) + ".json")
		require.NoError(t, os.WriteFile(batch, part, 0o600))
		if i == 1 {
			args = append(args, "-append")
		}
		status, _, stderr := pagetape("", append(append([]string{"pack"}, args...), batch)...)
		require.Zero(t, status, stderr)
	}
	status, _, stderr := pagetape("", "mask", "-state", path("state"), "-statekey", path("key"), "-o", path("clean.tape"), path("live.tape"))
	require.Zero(t, status, stderr)
	status, stdout, _ := pagetape("", "mask", "-check", "-state", path("state"), "-statekey", path("key"), path("clean.tape"))
	assert.Zero(t, status)
	assert.Equal(t, "masked by default\n", stdout)
	_, stdout, _ = pagetape("", "export", path("clean.tape"))
	for _, secret := range []string{"kari.odegard", "Ødegård", "12345678901", "4929 1234", "hemmelig"} {
		assert.Contains(t, exported, secret)
		assert.NotContains(t, stdout, secret)
	}
	assert.Contains(t, stdout, "is your phone number?")

	state, err := os.ReadFile(path("state"))
	require.NoError(t, err)
	assert.NotContains(t, string(state), "kari")
	status, _, stderr = pagetape("", "mask", "-check", "-state", path("state"), "-statekey", path("other"), path("clean.tape"))
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, "state: mask: no such state")
	for _, bad := range [][]string{
		{"pack", "-state", path("s"), "-statekey", path("key"), "-o", path("x.tape"), path("0.json")},
		{"pack", "-live", "-state", path("s"), "-o", path("x.tape"), path("0.json")},
		{"pack", "-mask", "none", "-live", "-state", path("s"), "-statekey", path("key"), "-o", path("x.tape"), path("0.json")},
		{"mask", "-statekey", path("key"), "-check", path("clean.tape")},
	} {
		status, _, _ := pagetape("", bad...)
		assert.Equal(t, 2, status, strings.Join(bad[:2], " "))
	}
}
