package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestQuestions(t *testing.T) {
	tape := packed(t, "form", "none")
	for _, c := range []struct {
		args []string
		want []string // in the output
	}{
		{[]string{"find", "form input[type=email]"}, []string{" <input>", "to the end\n"}},
		{[]string{"find", ".no-such"}, []string{"nothing found\n"}},
		{[]string{"find", "-text", "is your phone number?"}, []string{"is your phone number?"}},
		{[]string{"find", "-pattern", `(?i)PHONE\s+number`}, []string{"is your phone number?"}},
		{[]string{"clicks", "button"}, []string{"  button \"", "    near \""}},
		{[]string{"clicks", "-answer", "-1s", ".no-such"}, []string{"nothing found\n"}},
		{[]string{"history", "-id", "4"}, []string{"event 1  added 4 "}},
		{[]string{"history", "-id", "123456"}, []string{"nothing found\n"}},
		{[]string{"diff", "-from", "1s", "-to", "3s"}, []string{"value "}},
		{[]string{"diff", "-from", "100m"}, []string{"nothing differs\n"}},
	} {
		status, stdout, stderr := pagetape("", append(c.args, tape)...)
		require.Zero(t, status, "%v: %s", c.args, stderr)
		for _, want := range c.want {
			assert.Contains(t, stdout, want, "%v", c.args)
		}
	}
	for _, args := range [][]string{
		{"find", "-json", "input", tape}, {"find", "-json", "-text", "phone", tape}, {"clicks", "-json", "button", tape},
		{"history", "-json", "-id", "4", tape}, {"diff", "-json", "-from", "1s", tape},
	} {
		status, stdout, stderr := pagetape("", args...)
		require.Zero(t, status, "%v: %s", args, stderr)
		require.NotEmpty(t, stdout, "%v", args)
		for l := range strings.Lines(stdout) {
			var x struct{ Window *int }
			require.NoError(t, json.Unmarshal([]byte(l), &x), "%v", args)
			assert.NotNil(t, x.Window)
		}
	}
}

func TestQuestionsUsage(t *testing.T) {
	tape := packed(t, "form", "none")
	for _, args := range [][]string{
		{"find", tape}, {"find", "", tape}, {"find", "-text", "-pattern", "x", tape}, {"find", "-pattern", "(", tape},
		{"clicks", "button"}, {"history", tape}, {"history", "-id", "-4", tape}, {"history", "-id", "4", "-window", "5000000000", tape},
		{"diff", tape}, {"diff", "-from", "yesterday", tape},
	} {
		status, _, stderr := pagetape("", args...)
		assert.Equal(t, 2, status, "%v", args)
		assert.Contains(t, stderr, "usage: pagetape "+args[0], "%v", args)
	}
	status, stdout, stderr := pagetape("", "find", "p::before", tape)
	assert.Equal(t, 2, status)
	assert.Empty(t, stdout)
	assert.Contains(t, stderr, "selector, at byte 2: pseudo-elements have no node")
	for _, args := range [][]string{{"find", "p"}, {"clicks", "p"}, {"history", "-id", "4"}, {"diff", "-from", "1s"}} {
		status, _, _ := pagetape("", append(args, "no-such.tape")...)
		assert.Equal(t, 1, status, "%v", args)
	}
}
