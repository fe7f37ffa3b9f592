package echo_test

import (
	"compress/gzip"
	"encoding/json"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/internal/echo"
)

// corpusStrings returns every string of some recordings, keys included.
func corpusStrings(t testing.TB, names ...string) (all []string) {
	dir := os.Getenv("PAGETAPE_CORPUS")
	if dir == "" {
		t.Skip("PAGETAPE_CORPUS is not set")
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			all = append(all, v)
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			for k, e := range v {
				all = append(all, k)
				walk(e)
			}
		}
	}
	for _, name := range names {
		f, err := os.Open(filepath.Join(dir, name+".json.gz"))
		require.NoError(t, err)
		z, err := gzip.NewReader(f)
		require.NoError(t, err)
		var v any
		require.NoError(t, json.NewDecoder(z).Decode(&v))
		f.Close()
		walk(v)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// BenchmarkReal searches the strings of recordings, as BenchmarkFind does.
func BenchmarkReal(b *testing.B) {
	all := corpusStrings(b, "checkout", "swagger", "editor", "tabulator")
	rand.New(rand.NewSource(1)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	kinds := map[string][]string{}
	for _, s := range all {
		switch {
		case s == "":
		case len(s) < 64:
			if len(kinds["short"]) < 1000 { // what the caches hold
				kinds["short"] = append(kinds["short"], strings.Clone(s))
			}
		case strings.Count(s, "{") > len(s)/500 && strings.Contains(s, ":") && len(s) > 2000:
			if strings.ContainsAny(s, `\%&`) {
				kinds["css-escaped"] = append(kinds["css-escaped"], s)
			}
			plain := strings.NewReplacer(`\`, "", "%", "", "&", "").Replace(s)
			kinds["css"] = append(kinds["css"], plain)
		case !strings.ContainsAny(s, `\%&`):
			kinds["long"] = append(kinds["long"], s)
		default:
			kinds["long-escaped"] = append(kinds["long-escaped"], s)
		}
	}
	kinds["prose"] = []string{prose(1 << 16)}
	for _, kind := range []string{"prose", "css", "css-escaped", "long", "long-escaped", "short"} {
		texts := kinds[kind]
		if len(texts) == 0 {
			continue
		}
		total := 0
		var part [][]byte
		for i := 0; i < len(texts); i++ {
			j, _ := json.Marshal(texts[i])
			part = append(part, j)
			total += len(texts[i])
		}
		for _, set := range []struct {
			name string
			set  *echo.Set
		}{{"1", people(b, 1)}, {"10", people(b, 10)}, {"500", people(b, 500)}} {
			b.Run(kind+"/"+set.name, func(b *testing.B) {
				best, valid, count := time.Hour, time.Hour, 0
				dst := make([]echo.Span, 0, 1<<10)
				for b.Loop() {
					start := time.Now()
					for _, s := range texts {
						set.set.Find(dst, s)
					}
					best = min(best, time.Since(start))
					start = time.Now()
					for _, j := range part {
						json.Valid(j)
					}
					valid = min(valid, time.Since(start))
					count++
				}
				b.ReportMetric(float64(total)/best.Seconds()/1e6, "best-MB/s")
				b.ReportMetric(float64(best)/float64(len(texts)), "ns/string")
				b.ReportMetric(float64(valid)/float64(best), "of-json.Valid")
			})
		}
		b.Logf("%s: %d strings, %d bytes", kind, len(texts), total)
	}
}
