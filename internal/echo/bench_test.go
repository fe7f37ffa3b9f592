package echo_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand"
	"strings"
	"testing"

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

func BenchmarkFind(b *testing.B) {
	text := prose(mib)
	picture := `<img src="data:image/png;base64,iVBORw0KGgo` + base64.StdEncoding.EncodeToString(noise(mib*3/4)) + `">`
	quoted, _ := json.Marshal(text)
	for _, bench := range []struct {
		name   string
		values int
		text   string
	}{
		{"1", 1, text}, {"500", 500, text}, {"2000", 2000, text},
		{"escaped", 500, string(quoted)},
		{"picture", 500, picture},
		{"base64", 500, base64.StdEncoding.EncodeToString(noise(mib * 3 / 4))},
		{"cjk", 500, strings.Repeat("これは山田太郎ですこんにちは世界", mib/48)},
		{"short", 500, "Reviews (128): sturdy"},
	} {
		s := people(b, bench.values)
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(bench.text)))
			b.ReportAllocs()
			for b.Loop() {
				s.Find(nil, bench.text)
			}
		})
	}
	b.Run("json.Valid", func(b *testing.B) {
		b.SetBytes(int64(len(quoted)))
		for b.Loop() {
			json.Valid(quoted)
		}
	})
}

func noise(n int) []byte {
	b := make([]byte, n)
	rand.New(rand.NewSource(3)).Read(b)
	return b
}
