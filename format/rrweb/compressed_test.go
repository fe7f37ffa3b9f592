package rrweb_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
)

// latin1 is what posthog-js makes of JSON text: gzip, a character for each byte.
func latin1(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	var s []rune
	for _, c := range b.Bytes() {
		s = append(s, rune(c))
	}
	q, err := json.Marshal(string(s))
	require.NoError(t, err)
	return string(q)
}

func TestCompressed(t *testing.T) {
	texts, adds := `[{"id":5,"value":"ø\ud83d\n"}]`, `[{"parentId":1,"nextId":null,"node":{"type":3,"textContent":"t","id":5}}]`
	full := `{"node":{"type":0,"childNodes":[{"type":3,"textContent":"<ø>","id":2}],"id":1},"initialOffset":{"left":0,"top":0}}`
	rules := `[{"rule":"a{}","index":0}]`
	for _, c := range []struct{ name, in, want string }{
		{"full snapshot", `{"type":2,"data":` + latin1(t, full) + `,"timestamp":5,"cv":"2024-10"}`, `{"type":2,"data":` + full + `,"timestamp":5}`},
		{"full snapshot, other order", `{"cv":"2024-10","delay":3,"data":` + latin1(t, " "+full+"\n") + `,"timestamp":5,"type":2}`, `{"type":2,"data":` + full + `,"timestamp":5,"delay":3}`},
		{"mutation", `{"type":3,"data":{"source":0,"texts":` + latin1(t, texts) + `,"attributes":` + latin1(t, "[]") + `,"removes":` + latin1(t, "[]") + `,"adds":` + latin1(t, adds) + `},"timestamp":5,"cv":"2024-10"}`,
			`{"type":3,"data":{"source":0,"texts":` + texts + `,"attributes":[],"removes":[],"adds":` + adds + `},"timestamp":5}`},
		{"mutation in part", `{"type":3,"data":{"source":0,"texts":` + texts + `,"adds":` + latin1(t, adds) + `,"isAttachIframe":true,"more":1},"timestamp":5,"cv":"2024-10"}`,
			`{"type":3,"data":{"source":0,"texts":` + texts + `,"adds":` + adds + `,"isAttachIframe":true,"more":1},"timestamp":5}`},
		{"mutation before its type", `{"cv":"2024-10","timestamp":5,"data":{"adds":` + latin1(t, adds) + `,"source":0},"type":3}`, `{"type":3,"data":{"source":0,"adds":` + adds + `},"timestamp":5}`},
		{"style sheet", `{"type":3,"data":{"source":8,"id":3,"adds":` + latin1(t, rules) + `,"removes":` + latin1(t, `[{"index":1}]`) + `},"timestamp":5,"cv":"2024-10"}`,
			`{"type":3,"data":{"source":8,"id":3,"adds":` + rules + `,"removes":[{"index":1}]},"timestamp":5}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, got, err := decode(t, c.in)
			require.NoError(t, err)
			h, want, err := decode(t, c.want)
			require.NoError(t, err)
			require.IsType(t, want[0].Data, got[0].Data)
			assert.Equal(t, want, got)
			assert.Equal(t, value(t, "["+c.want+"]"), value(t, encode(t, h.Start, got)))
		})
	}
}

// What cannot be decompressed stays as it came.
func TestNotCompressed(t *testing.T) {
	good := latin1(t, "[]")
	var plain string
	require.NoError(t, json.Unmarshal([]byte(good), &plain))
	cut, err := json.Marshal(string([]rune(plain)[:len([]rune(plain))-6]))
	require.NoError(t, err)
	short := string(cut)
	for _, c := range []struct{ name, event string }{
		{"no mark", `{"type":2,"data":` + latin1(t, `{"node":{"type":0,"childNodes":[],"id":1}}`) + `,"timestamp":5}`},
		{"other mark", `{"type":2,"data":` + latin1(t, `{"node":{"type":0,"childNodes":[],"id":1}}`) + `,"timestamp":5,"cv":"2030-01"}`},
		{"no gzip", `{"type":2,"data":"abc","timestamp":5,"cv":"2024-10"}`},
		{"no bytes", `{"type":2,"data":"\u1f8b\u2400","timestamp":5,"cv":"2024-10"}`},
		{"no JSON", `{"type":2,"data":` + latin1(t, `{"node":`) + `,"timestamp":5,"cv":"2024-10"}`},
		{"two values", `{"type":2,"data":` + latin1(t, `{} {}`) + `,"timestamp":5,"cv":"2024-10"}`},
		{"another type", `{"type":4,"data":` + latin1(t, `{}`) + `,"timestamp":5,"cv":"2024-10"}`},
		{"one list of two", `{"type":3,"data":{"source":0,"texts":` + good + `,"adds":"abc"},"timestamp":5,"cv":"2024-10"}`},
		{"members beside the list", `{"type":3,"data":{"source":0,"texts":` + latin1(t, `[],"adds":[]`) + `},"timestamp":5,"cv":"2024-10"}`},
		{"object for a list", `{"type":3,"data":{"source":0,"texts":` + latin1(t, `{}`) + `},"timestamp":5,"cv":"2024-10"}`},
		{"cut short", `{"type":3,"data":{"source":0,"texts":` + short + `},"timestamp":5,"cv":"2024-10"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, events, err := decode(t, c.event)
			require.NoError(t, err)
			assert.Equal(t, value(t, "["+c.event+"]"), value(t, encode(t, h.Start, events)))
		})
	}
}

func TestCompressedBomb(t *testing.T) {
	big := "[" + strings.Repeat(" ", 1<<20) + "]"
	for _, event := range []string{
		`{"type":2,"data":` + latin1(t, "{"+strings.Repeat(" ", 1<<20)+"}") + `,"timestamp":5,"cv":"2024-10"}`,
		`{"type":3,"data":{"source":0,"texts":` + latin1(t, big) + `,"adds":[]},"timestamp":5,"cv":"2024-10"}`,
		// What the limit is about is the event, not each of its lists.
		`{"type":3,"data":{"source":0,"texts":` + latin1(t, big[:600<<10]+"]") + `,"adds":` + latin1(t, big[:600<<10]+"]") + `},"timestamp":5,"cv":"2024-10"}`,
	} {
		var last error
		for _, err := range rrweb.NewDecoder(strings.NewReader(event), &rrweb.DecoderOptions{MaxEvent: 1 << 20}).Events() {
			last = err
		}
		var limit *format.LimitError
		require.ErrorAs(t, last, &limit)
		assert.Equal(t, 1<<20, limit.Max)
	}
}
