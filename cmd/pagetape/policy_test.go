package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/mask"
)

// A policy that is printed as JSON and given back is the same policy.
func TestPolicyRoundTrip(t *testing.T) {
	for name, preset := range presets {
		t.Run(name, func(t *testing.T) {
			want, err := mask.Compile(preset())
			require.NoError(t, err)

			status, stdout, stderr := pagetape("", "policy", name)
			require.Zero(t, status, stderr)
			assert.Equal(t, want.String(), stdout)
			assert.Contains(t, stdout, want.Hash())
			for _, r := range preset().Rules {
				assert.Contains(t, stdout, r.Why)
			}

			status, first, stderr := pagetape("", "policy", "-json", name)
			require.Zero(t, status, stderr)
			file := filepath.Join(t.TempDir(), "p.json")
			require.NoError(t, os.WriteFile(file, []byte(first), 0o666))
			status, second, stderr := pagetape("", "policy", file, "-json")
			require.Zero(t, status, stderr)
			assert.Equal(t, first, second)
			p, err := newPolicy(file)
			require.NoError(t, err)
			assert.Equal(t, want.Hash(), p.Hash())
			assert.Equal(t, want.Config(), p.Config())
		})
	}
}

func TestPolicyRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "p.json")
	for _, c := range []struct {
		name, text string
		args       []string
		status     int
		want       string
	}{
		{"none", "", []string{"none"}, 2, "masks nothing"},
		{"no policy", "", []string{"posthogs"}, 2, "no policy"},
		{"two", "", []string{"default", "strict"}, 2, "one policy"},
		{"no file", "", []string{file + ".json"}, 1, "no such file"},
		{"a rule that is none", `{"rules":[{"select":"a","action":"mask"},{"param":"a","action":"block"}]}`, []string{file}, 1, "rule 1"},
		{"a rule with an unknown member", `{"rules":[{"selekt":"a","action":"mask"}]}`, []string{file}, 1, "rule 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.NoError(t, os.WriteFile(file, []byte(c.text), 0o666))
			status, stdout, stderr := pagetape("", append([]string{"policy"}, c.args...)...)
			assert.Equal(t, c.status, status)
			assert.Empty(t, stdout)
			assert.Contains(t, strings.SplitN(stderr, "\n", 2)[0], c.want)
		})
	}
}

// pack takes every policy by its name.
func TestPackPresets(t *testing.T) {
	for name := range presets {
		status, stdout, stderr := pagetape("", "info", packed(t, "list", name))
		require.Zero(t, status, stderr)
		assert.Contains(t, stdout, name)
	}
}
