package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Values come from a file or standard input and are gone from the tape.
func TestRedact(t *testing.T) {
	tape := packed(t, "form", "none")
	dir := t.TempDir()
	out, values := filepath.Join(dir, "out.tape"), filepath.Join(dir, "values")
	_, before, _ := pagetape("", "export", tape)
	require.Contains(t, before, "hemmelig")
	require.NoError(t, os.WriteFile(values, []byte("\nhemmelig\r\n"), 0o600))
	for _, tt := range []struct {
		stdin string
		args  []string
	}{
		{"", []string{"-value-file", values}},
		{"HEMMELIG\n", []string{"-value-file", "-", "-ignore-case"}},
		{"", []string{"-roles", "input, text"}},
	} {
		status, stdout, stderr := pagetape(tt.stdin, append([]string{"redact", "-o", out, tape}, tt.args...)...)
		require.Zero(t, status, stderr)
		assert.Contains(t, stdout, "input ")
		assert.NotContains(t, stdout, "hemmelig")
		_, after, _ := pagetape("", "export", out)
		assert.NotContains(t, after, "hemmelig")
		assert.Len(t, events(t, []byte(after)), len(events(t, []byte(before))))
	}
	left, err := filepath.Glob(filepath.Join(dir, ".redact*"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestRedactStatus(t *testing.T) {
	tape := packed(t, "list", "none")
	dir := t.TempDir()
	out := filepath.Join(dir, "out.tape")
	whole, err := os.ReadFile(tape)
	require.NoError(t, err)
	damaged, empty, bad := filepath.Join(dir, "damaged"), filepath.Join(dir, "empty"), filepath.Join(dir, "bad")
	require.NoError(t, os.WriteFile(damaged, whole[:len(whole)-70], 0o600))
	require.NoError(t, os.WriteFile(empty, []byte("\n"), 0o600))
	require.NoError(t, os.WriteFile(bad, []byte("*\nsecret\n"), 0o600))
	for _, tt := range []struct {
		name   string
		args   []string
		status int
		stderr string
	}{
		{"no output", []string{tape}, 2, "-o is needed"},
		{"nothing", []string{"-o", out, tape}, 2, "nothing to redact"},
		{"other role", []string{"-roles", "input,x", "-o", out, tape}, 2, "no role"},
		{"itself", []string{"-roles", "input", "-o", tape, tape}, 2, "is the input"},
		{"no tape", []string{"-roles", "input", "-o", out, empty}, 1, ""},
		{"damaged", []string{"-roles", "input", "-o", out, damaged}, 1, "cut short"},
		{"no values", []string{"-value-file", empty, "-o", out, tape}, 1, "no value"},
		{"no file", []string{"-value-file", filepath.Join(dir, "none"), "-o", out, tape}, 1, "no such file"},
		{"the mask", []string{"-value-file", bad, "-o", out, tape}, 1, "mask"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, _, stderr := pagetape("", append([]string{"redact"}, tt.args...)...)
			assert.Equal(t, tt.status, status, stderr)
			assert.Contains(t, stderr, tt.stderr)
			assert.NotContains(t, stderr, "secret")
		})
	}
	assert.NoFileExists(t, out)
	status, stdout, _ := pagetape("", "redact", "-h")
	assert.Zero(t, status)
	assert.Contains(t, stdout, "never given on the command line")
}
