package mask_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/snapshot"
)

// bodies are the bodies of the requests that a product's client sent to a path
// that ends in that.
func bodies(t *testing.T, client, path string) [][]byte {
	t.Helper()
	dir := os.Getenv("PAGETAPE_CORPUS")
	if dir == "" {
		t.Skip("PAGETAPE_CORPUS is not set")
	}
	b, err := os.ReadFile(filepath.Join(dir, client+".json.gz"))
	require.NoError(t, err)
	var requests []struct {
		Path string
		Body []byte
	}
	require.NoError(t, json.Unmarshal(unzip(t, b), &requests))
	var out [][]byte
	for _, r := range requests {
		if strings.HasSuffix(r.Path, path) {
			out = append(out, r.Body)
		}
	}
	require.NotEmpty(t, out)
	return out
}

func unzip(t *testing.T, b []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(b))
	require.NoError(t, err)
	text, err := io.ReadAll(z)
	require.NoError(t, err)
	return text
}

// replayMasked masks a recording and returns the events and what the report
// counts as unknown.
func replayMasked(t *testing.T, c mask.Config, recording string) ([]format.Event, int) {
	t.Helper()
	f := filterFor(t, c)
	page := &snapshot.Page{}
	var out []format.Event
	for e, err := range f.Events(decode(recording)) {
		require.NoError(t, err)
		require.NoError(t, e.Data.Apply(page))
		out = append(out, e)
	}
	text := encode(t, out)
	again := filterFor(t, c)
	var twice []format.Event
	for e, err := range again.Events(decode(text)) {
		require.NoError(t, err)
		twice = append(twice, e)
	}
	assert.Equal(t, text, encode(t, twice), "idempotent")
	for _, ch := range f.Report().Channels {
		if ch.Channel == "unknown" {
			return out, ch.Dropped
		}
	}
	return out, 0
}

// payloads are those of the custom and plugin events.
func payloads(events []format.Event) string {
	var b strings.Builder
	for _, e := range events {
		switch d := e.Data.(type) {
		case *format.Custom:
			b.WriteString(d.Tag + " " + d.Payload + "\n")
		case *format.Plugin:
			b.WriteString(d.Plugin + " " + d.Payload + "\n")
		}
	}
	return b.String()
}

func TestPostHogClient(t *testing.T) {
	var events []json.RawMessage
	for _, b := range bodies(t, "client-posthog", "/s/") {
		if bytes.HasPrefix(b, []byte{0x1f, 0x8b}) {
			b = unzip(t, b)
		}
		var batch []struct {
			Properties struct {
				Data []json.RawMessage `json:"$snapshot_data"`
			}
		}
		require.NoError(t, json.Unmarshal(b, &batch))
		for _, m := range batch {
			events = append(events, m.Properties.Data...)
		}
	}
	text, err := json.Marshal(events)
	require.NoError(t, err)
	require.Contains(t, string(text), `"cv":"2024-10"`)
	out, unknown := replayMasked(t, mask.Default(), string(text))
	assert.Len(t, out, len(events))
	assert.Zero(t, unknown)
	p := payloads(out)
	assert.NotContains(t, p, "kari")
	assert.NotContains(t, p, "phc_test")
	assert.Contains(t, p, `rrweb/console@1 {"level":"error","trace":["***"],"payload":["\"***\""]}`)
	assert.Contains(t, p, `"activePlugins":["rrweb/console@1"]`)
	assert.Contains(t, p, `$recording_started {"reason":"recording_initialized"}`)
	// With all text masked nothing is left of what was typed, in any form.
	out, unknown = replayMasked(t, mask.Strict(), string(text))
	assert.Zero(t, unknown)
	all := encode(t, out)
	for _, secret := range []string{"kari", "nordmann", "Nordmann", "Bergen", "987654"} {
		assert.NotContains(t, all, secret)
	}
}

func TestSentryClient(t *testing.T) {
	var recording strings.Builder
	for _, b := range bodies(t, "client-sentry", "/envelope/") {
		_, segment, ok := bytes.Cut(b, []byte(`{"segment_id"`))
		require.True(t, ok)
		_, packed, _ := bytes.Cut(segment, []byte("\n"))
		z, err := zlib.NewReader(bytes.NewReader(packed))
		require.NoError(t, err)
		text, err := io.ReadAll(z)
		require.NoError(t, err)
		var events []json.RawMessage
		require.NoError(t, json.Unmarshal(text, &events))
		for _, e := range events {
			recording.Write(e)
			recording.WriteByte('\n')
		}
	}
	require.Contains(t, recording.String(), "4929123456789015")
	out, _ := replayMasked(t, mask.Default(), recording.String())
	p := payloads(out)
	for _, secret := range []string{"kari", "4929", "city", "failed"} {
		assert.NotContains(t, p, secret)
	}
	for _, open := range []string{
		`"category":"ui.click","message":"***","data":{"nodeId":20,"node":{"id":20,"tagName":"button","textContent":"***"`,
		`"category":"console","data":{"arguments":["***"],"logger":"console"},"level":"error","message":"***"`,
		`"op":"resource.fetch","description":"/api/pay?email=***","startTimestamp":1795356181.1845`,
		`{"method":"POST","statusCode":200,"request":{"headers":{},"size":62,"body":null},"response":{"headers":{"content-length":"12","content-type":"application/json; charset=utf-8"},"size":12,"body":null}}`,
		`"op":"navigation.navigate","description":"http://127.0.0.1:4703/sentry"`,
		`"domInteractive":278.80000000004657`, `"decodedBodySize":616897`, `"op":"paint","description":"first-paint"`,
		`"rating":"good","nodeIds":[8]`, `"usedJSHeapSize":4628028`, `"networkCaptureBodies":true`,
	} {
		assert.Contains(t, p, open)
	}
}
