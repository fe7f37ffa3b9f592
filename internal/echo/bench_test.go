package echo_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/internal/echo"
)

// prose is n bytes of ordinary text, as a JSON string has it.
func prose(n int) string {
	const some = `The order was shipped on Monday and should arrive within three to five working days. ` +
		`If you have questions about the delivery, our customer service in Trondheim can help; call before 16:00, or write. ` +
		`<div class="product-card__price" data-id="48213">$ 1,299.00</div> https://shop.example/catalogue/lamps/brass-reading-lamp?colour=dark#reviews ` +
		`Reviews (128): sturdy, well-made, a little heavy. Größe: 42 cm. `
	r := rand.New(rand.NewSource(1))
	words := strings.Fields(some)
	var b strings.Builder
	for b.Len() < n {
		b.WriteString(words[r.Intn(len(words))] + " ")
	}
	return b.String()[:n-4]
}

// people registers n values, a sixth each of six kinds.
func people(t testing.TB, n int) *echo.Set {
	s := echo.New(echo.Key{7}, n)
	r := rand.New(rand.NewSource(2))
	word := func() string {
		b := make([]byte, 5+r.Intn(5))
		for i := range b {
			b[i] = "bcdfghklmnprstvzaeiou"[r.Intn(21)]
		}
		return string(b)
	}
	for i := 0; s.Len() < n; i++ {
		switch i % 6 {
		case 0:
			s.Add(word()+"."+word()+"@mail.example", echo.Email)
		case 1:
			s.Add(fmt.Sprintf("+47 %08d", r.Intn(1e8)), echo.Phone)
		case 2:
			s.Add(word()+" "+word(), echo.Name)
		case 3:
			s.Add(fmt.Sprintf("%d %s street", r.Intn(200), word()), echo.Address)
		case 4:
			s.Add(fmt.Sprintf("19%02d-%02d-%02d", r.Intn(90)+10, r.Intn(12)+1, r.Intn(28)+1), echo.Date)
		case 5:
			s.Add(word()+word(), echo.Secret)
		}
	}
	require.Equal(t, n, s.Len())
	return s
}

const mib = 1 << 20

// BenchmarkFind reports, beside the mean, the speed of the fastest of many short
// runs, and that as a ratio to json.Valid on the same text as JSON: both are
// little disturbed by what else a machine does.
func BenchmarkFind(b *testing.B) {
	text := prose(mib)
	quoted, _ := json.Marshal(text)
	picture := `<img src="data:image/png;base64,iVBORw0KGgo` + base64.StdEncoding.EncodeToString(noise(mib*3/4)) + `">`
	ends := echo.New(echo.Key{1}, 0)
	for i := range 2000 {
		ends.Add(fmt.Sprintf("q%dwzzendzz", i)+strings.Repeat("ab", i%100)+"abczyx", echo.Text)
	}
	for _, bench := range []struct {
		name string
		set  *echo.Set
		text string
	}{
		{"0", echo.New(echo.Key{}, 0), text},
		{"1", people(b, 1), text},
		{"500", people(b, 500), text},
		{"2000", people(b, 2000), text},
		{"escaped", people(b, 500), string(quoted)},
		{"picture", people(b, 500), picture},
		{"base64", people(b, 500), base64.StdEncoding.EncodeToString(noise(mib * 3 / 4))},
		{"cjk", people(b, 500), strings.Repeat("これは山田太郎ですこんにちは世界", mib/48)},
		{"short", people(b, 500), "Reviews (128): sturdy"},
		{"flood/shared-ends", ends, strings.Repeat("abczyx", mib/6)},
		{"flood/near-misses", ends, strings.Repeat("zzendzzabababababczyx ", mib/22)},
		{"flood/echoes", ends, strings.Repeat("q0wzzendzzabczyx some text ", mib/27)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(bench.text)))
			b.ReportAllocs()
			for b.Loop() {
				bench.set.Find(nil, bench.text)
			}
			part := bench.text[:min(len(bench.text), 1<<16)]
			part = part[:strings.LastIndexAny(part, " y界A=")+1]
			json1, _ := json.Marshal(part)
			speed := fastest(len(part), func() { bench.set.Find(nil, part) })
			b.ReportMetric(speed, "best-MB/s")
			b.ReportMetric(speed/fastest(len(json1), func() { json.Valid(json1) }), "of-json.Valid")
		})
	}
}

// fastest returns the MB/s of the fastest of a hundred runs over n bytes.
func fastest(n int, f func()) float64 {
	best := time.Hour
	for range 100 {
		start := time.Now()
		f()
		best = min(best, time.Since(start))
	}
	return float64(n) / max(best, 1).Seconds() / 1e6
}

func noise(n int) []byte {
	b := make([]byte, n)
	rand.New(rand.NewSource(3)).Read(b)
	return b
}
