package echo_test

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
)

// TestSpeed prints the least time of many short runs, which a busy machine
// disturbs less than a mean.
func TestSpeed(t *testing.T) {
	if os.Getenv("ECHO_SPEED") == "" {
		t.Skip("ECHO_SPEED is not set")
	}
	const n = 1 << 16
	text := prose(n)
	quoted, _ := json.Marshal(text)
	least := func(bytes int, f func()) float64 {
		best := time.Hour
		for range 150 {
			start := time.Now()
			f()
			best = min(best, time.Since(start))
		}
		return float64(bytes) / best.Seconds() / 1e6
	}
	base := least(len(quoted), func() { json.Valid(quoted) })
	t.Logf("%-10s %8.0f MB/s", "json.Valid", base)
	for _, bench := range []struct {
		name   string
		values int
		text   string
	}{
		{"1", 1, text}, {"500", 500, text}, {"2000", 2000, text},
		{"escaped", 500, string(quoted)},
		{"picture", 500, `<img src="data:image/png;base64,iVBORw0KGgo` + base64.StdEncoding.EncodeToString(noise(n*3/4)) + `">`},
		{"base64", 500, base64.StdEncoding.EncodeToString(noise(n * 3 / 4))},
		{"cjk", 500, strings.Repeat("これは山田太郎ですこんにちは世界", n/48)},
		{"short", 500, "Reviews (128): sturdy"},
	} {
		s := people(t, bench.values)
		got := least(len(bench.text), func() { s.Find(nil, bench.text) })
		t.Logf("%-10s %8.0f MB/s  %5.2f of json.Valid  %d spans", bench.name, got, got/base, len(s.Find(nil, bench.text)))
	}
}
