package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/mask"
)

// pagetape runs a command line and returns its exit status and output.
func pagetape(stdin string, args ...string) (status int, stdout, stderr string) {
	var out, err bytes.Buffer
	env := &environment{in: strings.NewReader(stdin), out: &out, err: &err}
	status = env.main(args)
	return status, out.String(), err.String()
}

// packed packs a recording of testdata and returns the tape's name.
func packed(t *testing.T, name, policy string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), name+".tape")
	status, _, stderr := pagetape("", "pack", "-mask", policy, "-o", out, sessions.Open(t, name).File)
	require.Zero(t, status, stderr)
	return out
}

func events(t *testing.T, text []byte) []any {
	t.Helper()
	var v any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	require.NoError(t, d.Decode(&v))
	if m, ok := v.(map[string]any); ok {
		v = m["events"]
	}
	return v.([]any)
}

func TestPackAndExport(t *testing.T) {
	for _, s := range sessions.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			tape := filepath.Join(t.TempDir(), "s.tape")
			status, _, stderr := pagetape("", "pack", "-mask", "none", "-o", tape, s.File)
			require.Zero(t, status, stderr)
			status, stdout, stderr := pagetape("", "export", tape)
			require.Zero(t, status, stderr)
			want, got := events(t, s.JSON(t)), events(t, []byte(stdout))
			require.Len(t, got, len(want))
			for i := range want {
				require.Equal(t, want[i], got[i], "event %d", i)
			}
			status, stdout, stderr = pagetape("", "verify", tape)
			require.Zero(t, status, stderr+stdout)
			assert.Contains(t, stdout, "ok")
		})
	}
}

// Several files are consecutive batches, - is standard input.
func TestPackBatches(t *testing.T) {
	text := sessions.Open(t, "list").JSON(t)
	all := events(t, text)
	dir := t.TempDir()
	half := filepath.Join(dir, "a.json")
	first, err := json.Marshal(all[:50])
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(half, first, 0o666))
	second, err := json.Marshal(all[50:])
	require.NoError(t, err)
	tape := filepath.Join(dir, "s.tape")
	status, _, stderr := pagetape(string(second), "pack", "-mask", "none", "-o", tape, half, "-")
	require.Zero(t, status, stderr)
	_, stdout, _ := pagetape("", "export", "-to", "rrweb", tape)
	assert.Equal(t, all, events(t, []byte(stdout)))
}

func TestAt(t *testing.T) {
	tape := packed(t, "list", "none")
	c := sessions.Open(t, "list").Checkpoints(t)[0]
	status, stdout, stderr := pagetape("", "at", "-n", "25", "-as", "json", tape)
	require.Zero(t, status, stderr)
	var tree struct {
		Type       int
		ChildNodes []any
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &tree))
	assert.Equal(t, 25, c.After)
	assert.Len(t, tree.ChildNodes, 3, "doctype, comment, html")
	status, stdout, _ = pagetape("", "at", "-t", "1h", "-as", "html", tape)
	require.Zero(t, status)
	assert.Contains(t, stdout, "<!DOCTYPE html>")
	assert.NotContains(t, stdout, "<script")
	status, stdout, _ = pagetape("", "at", tape, "-t", "1.5", "-as", "text")
	require.Zero(t, status)
	assert.NotEmpty(t, strings.TrimSpace(stdout))
}

func TestInfo(t *testing.T) {
	tape := packed(t, "form", "default")
	status, stdout, _ := pagetape("", "info", "-json", tape)
	require.Zero(t, status)
	var i tapeInfo
	require.NoError(t, json.Unmarshal([]byte(stdout), &i))
	assert.Equal(t, "rrweb 2.2.2", i.Recorder)
	assert.Equal(t, "default", i.Masking)
	policy, err := mask.Compile(mask.Default())
	require.NoError(t, err)
	assert.Equal(t, policy.Hash(), i.Policy)
	assert.True(t, i.Closed)
	assert.Equal(t, 6, i.Kinds["full-snapshot"])
	status, stdout, _ = pagetape("", "info", tape)
	require.Zero(t, status)
	assert.Contains(t, stdout, "full-snapshot")
	assert.Contains(t, stdout, policy.Hash())
	_, stdout, _ = pagetape("", "info", "-json", packed(t, "form", "none"))
	assert.NotContains(t, stdout, `"masking`)
}

// Nothing that was typed is in the tape, in any view of it.
func TestPackMasks(t *testing.T) {
	dir := t.TempDir()
	tape, report := filepath.Join(dir, "s.tape"), filepath.Join(dir, "report.json")
	status, _, stderr := pagetape("", "pack", "-report", report, "-o", tape, sessions.Open(t, "form").File)
	require.Zero(t, status, stderr)
	_, stdout, _ := pagetape("", "export", tape)
	for _, e := range events(t, []byte(stdout)) {
		m := e.(map[string]any)
		data, _ := m["data"].(map[string]any)
		if m["type"] == json.Number("3") && data["source"] == json.Number("5") && data["text"] != "" {
			text := data["text"].(string)
			assert.True(t, text == "on" || !strings.ContainsAny(text, "abcdefghijklmnopqrstuvwxyz0123456789"), "an input shows what was typed")
		}
	}
	assert.NotContains(t, stdout, "hemmelig", "the password")
	assert.NotContains(t, stdout, "4929 1234 5678 9015", "the card as typed")
	status, stdout, stderr = pagetape("", "verify", tape)
	require.Zero(t, status, stderr+stdout)
	text, err := os.ReadFile(report)
	require.NoError(t, err)
	assert.True(t, json.Valid(text))
	assert.NotContains(t, string(text), "hemmelig")
}

func TestRecover(t *testing.T) {
	tape := packed(t, "shadow", "none")
	whole, err := os.ReadFile(tape)
	require.NoError(t, err)
	dir := t.TempDir()
	cut, saved := filepath.Join(dir, "cut.tape"), filepath.Join(dir, "saved.tape")
	require.NoError(t, os.WriteFile(cut, whole[:len(whole)-70], 0o666))
	status, _, stderr := pagetape("", "verify", cut)
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, "cut short")
	// What is there is given, and the damage told.
	status, stdout, stderr := pagetape("", "export", cut)
	assert.Equal(t, 1, status)
	assert.True(t, json.Valid([]byte(stdout)))
	assert.Equal(t, 1, strings.Count(stderr, "\n"))
	if status, stdout, _ = pagetape("", "recover", "-o", saved, cut); status == 0 {
		assert.Contains(t, stdout, "events saved")
		status, stdout, stderr = pagetape("", "verify", saved)
		assert.Zero(t, status, stdout+stderr)
	}
	status, _, _ = pagetape("", "recover", "-o", tape, tape)
	assert.Equal(t, 2, status, "not over the tape itself")
}

func TestExitStatus(t *testing.T) {
	dir := t.TempDir()
	tape := packed(t, "list", "none")
	file := func(name, text string) string {
		name = filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(name, []byte(text), 0o666))
		return name
	}
	broken := file("broken.json", `[{"type":4,"data":{"href":"secret`)
	other := file("other.json", `[{"secret":1}]`)
	policy := file("policy.json", `{"Rules":[{"Select":":is(secret)","Action":"mask"}]}`)
	out := filepath.Join(dir, "out.tape")
	for _, tt := range []struct {
		name   string
		args   []string
		status int
		stderr string
	}{
		{"no command", nil, 2, "usage"},
		{"other command", []string{"play"}, 2, "usage"},
		{"help", []string{"help"}, 0, ""},
		{"no output", []string{"pack", tape}, 2, "usage"},
		{"no input", []string{"pack", "-o", out}, 2, "no input"},
		{"other flag", []string{"pack", "-x"}, 2, "usage"},
		{"other policy", []string{"pack", "-mask", "x", "-o", out, broken}, 2, "no policy"},
		{"format to come", []string{"pack", "-from", "sentry", "-o", out, broken}, 2, "not yet"},
		{"bad policy", []string{"pack", "-mask", policy, "-o", out, broken}, 1, "rule"},
		{"broken JSON", []string{"pack", "-o", out, broken}, 1, "cut short"},
		{"no rrweb", []string{"pack", "-o", out, other}, 1, "no rrweb event"},
		{"no file", []string{"pack", "-o", out, filepath.Join(dir, "none")}, 1, "no such file"},
		{"no tape", []string{"info", broken}, 1, "not a tape"},
		{"no moment", []string{"at", tape}, 2, "one of"},
		{"bad moment", []string{"at", "-t", "x", tape}, 2, "duration"},
		{"bad form", []string{"at", "-n", "5", "-as", "pdf", tape}, 2, "form"},
		{"no page yet", []string{"at", "-n", "0", tape}, 1, "no page"},
		{"export to another", []string{"export", "-to", "x", tape}, 2, "not yet"},
		{"two tapes", []string{"info", tape, tape}, 2, "one tape"},
		{"nothing to verify", []string{"verify"}, 2, "no tape"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, _, stderr := pagetape("", tt.args...)
			assert.Equal(t, tt.status, status, stderr)
			assert.Contains(t, stderr, tt.stderr)
			assert.NotContains(t, strings.ReplaceAll(stderr, ":is(secret)", ""), "secret")
			if status == 1 {
				assert.Equal(t, 1, strings.Count(stderr, "\n"), "a reason of one line")
			}
		})
	}
	assert.NoFileExists(t, out)
}
