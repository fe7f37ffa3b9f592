package main

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
)

func typesOf(t *testing.T, text []byte) (types map[int]int, events []json.RawMessage) {
	t.Helper()
	require.NoError(t, json.Unmarshal(text, &events))
	types = make(map[int]int)
	for _, raw := range events {
		var e struct{ Type int }
		require.NoError(t, json.Unmarshal(raw, &e))
		types[e.Type]++
	}
	return types, events
}

func TestVariants(t *testing.T) {
	s := sessions.Open(t, "list")
	full, err := variants[0].of(s)
	require.NoError(t, err)
	assert.Contains(t, string(s.JSON(t)), string(full), "as recorded, byte for byte")
	before, events := typesOf(t, full)
	require.Equal(t, 5, before[fullSnapshot])
	require.Equal(t, 5, before[meta])

	one, err := variants[1].of(s)
	require.NoError(t, err)
	after, kept := typesOf(t, one)
	assert.Equal(t, 1, after[fullSnapshot])
	assert.Equal(t, 1, after[meta])
	var want []json.RawMessage
	for i, e := range events {
		var head struct{ Type int }
		require.NoError(t, json.Unmarshal(e, &head))
		if i < 2 || head.Type != fullSnapshot && head.Type != meta {
			want = append(want, e)
		}
	}
	assert.Equal(t, want, kept)
}

func TestOneSnapshot(t *testing.T) {
	const (
		metaA = `{"type":4,"data":{"href":"a"}}`
		metaB = `{"type":4,"data":{"href":"b"}}`
		full  = `{"type":2,"data":{}}`
		other = `{ "type":3, "data":"\ud800" }`
	)
	for _, c := range []struct {
		name       string
		text, want []string
	}{
		{"a checkpoint", []string{metaA, full, other, metaA, full, other}, []string{metaA, full, other, other}},
		{"another page", []string{metaA, full, metaB, full, metaB, full}, []string{metaA, full, metaB}},
		{"no Meta before", []string{metaA, full, other, full}, []string{metaA, full, other}},
		{"a Meta, not right before", []string{metaA, full, metaA, other, full}, []string{metaA, full, metaA, other}},
		{"no snapshot", []string{metaA, other, metaA}, []string{metaA, other, metaA}},
	} {
		t.Run(c.name, func(t *testing.T) {
			events, err := split([]byte(" [" + strings.Join(c.text, ", ") + "]"))
			require.NoError(t, err)
			kept, err := oneSnapshot(events)
			require.NoError(t, err)
			assert.Equal(t, "["+strings.Join(c.want, ",")+"]", string(join(kept)))
		})
	}
}

func TestRatios(t *testing.T) {
	assert.Equal(t, 0.25, ratio(1, 4))
	assert.InDelta(t, 1, geomean([]float64{0.25, 4}), 1e-12)
	assert.InDelta(t, 0.6, geomean([]float64{0.6}), 1e-12)
	assert.InDelta(t, 2, geomean([]float64{1, 2, 4}), 1e-12)
	assert.Equal(t, "0.667", decimal(ratio(2, 3)))
	assert.Equal(t, "6.7%", percent(1, 15))
}

func TestMsgpack(t *testing.T) {
	packed, err := toMsgpack([]byte(`[1,-1,300,1.5,{"c":null,"a":"b"}]`))
	require.NoError(t, err)
	assert.Equal(t, "\x95\x01\xff\xcd\x01\x2c\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00\x82\xa1a\xa1b\xa1c\xc0", string(packed))
}

// TestTables measures one recording with all that a run uses.
func TestTables(t *testing.T) {
	if _, err := exec.LookPath("zstd"); err != nil {
		t.Skip("ZSTD IS NOT ON PATH: the tables are not tested")
	}
	tools, err := newTools()
	require.NoError(t, err)
	defer tools.close()
	one := []sessions.Session{sessions.Open(t, "frames")}

	text, err := variants[1].of(one[0])
	require.NoError(t, err)
	sizes, err := tools.measure(text, columns)
	require.NoError(t, err)
	require.Len(t, sizes, len(columns))
	assert.Equal(t, len(text), sizes["JSON"])
	for name, n := range sizes {
		assert.Greater(t, n, 1000, name)
		assert.LessOrEqual(t, n, len(text), name)
	}
	assert.Less(t, sizes["zstd -19"], sizes["zstd -3"])
	assert.Less(t, sizes["msgpack + zstd -3"], sizes["msgpack"])

	frames, err := tools.frames(text)
	require.NoError(t, err)
	total := 0
	for _, n := range frames {
		total += n
	}
	assert.InDelta(t, sizes["tape"], total, 16, "but for the random ids")
	assert.Positive(t, frames[format.FrameHead])
	assert.Positive(t, frames[format.FrameFoot])

	for _, table := range []struct {
		print func(*bytes.Buffer) error
		rows  int
	}{
		{func(w *bytes.Buffer) error { return sizeTable(w, tools, variants[1], one, columns) }, 5},
		{func(w *bytes.Buffer) error { return sizeTable(w, tools, variants[0], one, short) }, 5},
		{func(w *bytes.Buffer) error { return frameTable(w, tools, variants[1], one) }, 4},
	} {
		var out bytes.Buffer
		require.NoError(t, table.print(&out))
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		require.Len(t, lines, table.rows, out.String())
		for _, line := range lines {
			assert.Equal(t, strings.Count(lines[0], "|"), strings.Count(line, "|"), line)
		}
	}

	_, err = tools.tape([]byte("[]"))
	assert.ErrorContains(t, err, "no rrweb event")
}

func TestNoZstd(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	assert.ErrorContains(t, run(new(bytes.Buffer), false), "zstd tool is not on PATH")
}
