package main

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
)

// damagedTape is a recording with an event twice, and all mutations of text lost.
func damagedTape(t *testing.T) string {
	t.Helper()
	list := sessions.Open(t, "list").Events(t)
	for i := range list {
		if m, ok := list[i].Data.(*format.Mutation); ok {
			m.Texts = nil
		}
	}
	i := slices.IndexFunc(list, func(e format.Event) bool {
		m, ok := e.Data.(*format.Mutation)
		return ok && len(m.Adds) > 0
	})
	return written(t, format.WriterOptions{}, slices.Insert(list, i+1, list[i]))
}

func TestVerify(t *testing.T) {
	good, bad := packed(t, "form", "default"), damagedTape(t)
	status, plain, stderr := pagetape("", "verify", bad)
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, "full snapshots differ")
	assert.Contains(t, plain, "duplicate: event ")
	assert.Contains(t, plain, "drift: snapshot ")
	assert.Contains(t, plain, "doubtful: window 0 from ")
	assert.Contains(t, plain, "healed: 1 event dropped, 0 events moved")
	assert.NotContains(t, plain, "- ", "content only on request")
	_, stdout, _ := pagetape("", "verify", "-diff", bad)
	assert.Contains(t, stdout, "  - \"")
	assert.Contains(t, stdout, "  + \"")

	status, stdout, stderr = pagetape("", "verify", good, bad, good+"x")
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, "2 of 3 tapes are not as they should be")
	assert.Contains(t, stdout, "== "+good+"\n")
	assert.Contains(t, stdout, "not read: ")
	assert.Regexp(t, `(?m)^total +2 +1 `, stdout)
	assert.Regexp(t, `(?m)^recorder +1 +0 .*  rrweb 2\.2\.2$`, stdout)
	assert.Regexp(t, `(?m)^page +1 +1 `, stdout)

	status, stdout, _ = pagetape("", "verify", "-json", bad, good)
	assert.Equal(t, 1, status)
	var all verifiedTapes
	require.NoError(t, json.Unmarshal([]byte(stdout), &struct {
		Tapes any
		Total any
	}{&all.Tapes, &all.Total}), stdout)
	assert.Equal(t, 2, all.Total.Sessions)
	assert.Equal(t, 1, all.Total.Duplicate)
	require.Len(t, all.Tapes, 2)
	assert.Empty(t, all.Tapes[1].Error)
	assert.NotEmpty(t, all.Tapes[0].Error)
	require.NotEmpty(t, all.Tapes[0].Faults)
	assert.NotEmpty(t, all.Tapes[0].Drift[0].Differences)
	assert.Empty(t, all.Tapes[0].Drift[0].Diff)
	assert.Equal(t, 1, all.Tapes[0].Healed.Dropped)
}
