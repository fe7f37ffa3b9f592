package echo_test

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"math/rand"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/internal/echo"
)

// A maker makes values and what they may be shown as.
type maker struct{ *rand.Rand }

func (r maker) of(alphabet string, n int) string {
	runes := []rune(alphabet)
	var b strings.Builder
	for range n {
		b.WriteRune(runes[r.Intn(len(runes))])
	}
	return b.String()
}

func (r maker) word() string {
	alphabet := []string{"bcdfgklmnprstvzaeiou", "bcdfgklmnprstvzaeiouéöåñ", "абвгдежзиклмнопрст", "山田太郎花子一二三川上下"}[max(0, r.Intn(7)-3)]
	return r.of(alphabet, 4+r.Intn(6))
}

func (r maker) value() (string, echo.Kind) {
	switch r.Intn(6) {
	case 0:
		return r.of("bcdfgklmnprstvz", 4+r.Intn(6)) + "." + r.of("aeioubcd", 4) + "@" + r.of("klmnopqr", 6) + ".example", echo.Email
	case 1:
		return "+" + r.of("123456789", 2) + r.of(" -", 1) + r.of("0123456789", 8+r.Intn(3)), echo.Phone
	case 2:
		return r.word() + " " + r.word(), echo.Name
	case 3:
		return r.word() + r.word(), echo.Text
	case 4:
		return r.word() + r.of("!?&%/", 1) + r.word(), echo.Secret
	}
	return fmt.Sprint(r.Intn(98)+1, " ", r.word(), " ", r.word()), echo.Address
}

// vary writes a value as another hand or program may have.
func (r maker) vary(v string) string {
	var b strings.Builder
	for _, c := range v {
		if unicode.IsLetter(c) {
			switch r.Intn(4) {
			case 0:
				c = unicode.ToUpper(c)
			case 1:
				if c >= 'a' && c <= 'z' && r.Intn(3) == 0 {
					c += '\uFF41' - 'a'
				}
			case 2:
				if r.Intn(4) == 0 {
					b.WriteString([]string{"\u200B", "\u00AD", "\u2060"}[r.Intn(3)])
				}
			}
		}
		if c == ' ' {
			b.WriteString([]string{" ", "\u00A0", "-", ".", ""}[r.Intn(5)])
			continue
		}
		b.WriteRune(c)
		if c == 'e' && r.Intn(3) == 0 {
			b.WriteString("\u0301")
		}
	}
	return b.String()
}

// encode puts text into an encoding, up to three deep.
func (r maker) encode(text string) string {
	for range r.Intn(4) {
		switch r.Intn(7) {
		case 0:
			text = html.EscapeString(text)
		case 1:
			var b strings.Builder
			for _, c := range text {
				fmt.Fprintf(&b, []string{"&#%d;", "&#x%X;"}[r.Intn(2)], c)
			}
			text = b.String()
		case 2:
			text = url.QueryEscape(text)
		case 3:
			b, _ := json.Marshal(text)
			text = string(b)
		case 4:
			var b strings.Builder
			for _, c := range text {
				if c < 0x10000 {
					fmt.Fprintf(&b, "\\u%04x", c)
				}
			}
			text = b.String()
		case 5:
			enc := []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding, base64.RawURLEncoding}[r.Intn(4)]
			text = enc.EncodeToString([]byte(r.around() + text + r.around()))
		case 6:
			if len(text) >= 6 {
				text = hex.EncodeToString([]byte(text))
			}
		}
		text = r.around() + text + r.around()
	}
	return text
}

// around is something that stands beside an echo and is no part of it.
func (r maker) around() string {
	return []string{" ", ", ", "\"", "<b>", " the ", "|", "; "}[r.Intn(7)]
}

func (r maker) noise(n int) string {
	words := []string{"the", "of", "order", "12", "€ 4.50", "<p class=\"a\">", "%", "&", "\\", "größer", "ニュース", "to", "{\"a\":1}", "#", "2024", "https://shop.example/"}
	var b strings.Builder
	for range n {
		b.WriteString(words[r.Intn(len(words))] + []string{" ", "\n", "\u00A0", "  "}[r.Intn(4)])
	}
	return b.String()
}

// TestPlanted plants values in text, in any form and encoding: each is found,
// and little else is covered.
func TestPlanted(t *testing.T) {
	seed := int64(1)
	if s := os.Getenv("ECHO_SEED"); s != "" {
		seed, _ = strconv.ParseInt(s, 10, 64)
	}
	rounds := 3000
	if testing.Short() {
		rounds = 300
	}
	for round := range rounds {
		r := maker{rand.New(rand.NewSource(seed + int64(round)))}
		v, k := r.value()
		s := echo.New(echo.Key{byte(seed + int64(round))}, 0)
		_, st, ok := s.Add(v, k)
		require.True(t, ok)
		if st == echo.None {
			continue
		}
		for range 20 {
			other, kind := r.value()
			s.Add(other, kind)
		}
		before, after := r.noise(r.Intn(8))+r.around(), r.around()+r.noise(r.Intn(8))
		if len(s.Find(nil, before+after)) > 0 || len(s.Find(nil, before)) > 0 || len(s.Find(nil, after)) > 0 {
			continue // by chance
		}
		shown := r.encode(r.vary(v))
		text := before + shown + after
		spans := s.Find(nil, text)
		check(t, text, spans)
		require.NotEmpty(t, spans, "seed %d: %q as %q", seed+int64(round), v, text)
		assert.True(t, s.Contains(text))
		for _, sp := range spans {
			assert.True(t, sp.From >= len(before) && sp.To <= len(before)+len(shown), "seed %d: %q covers %q of %q", seed+int64(round), v, text[sp.From:sp.To], text)
			assert.True(t, utf8.ValidString(text[:sp.From]) && utf8.ValidString(text[sp.From:sp.To]))
			assert.NotEqual(t, echo.FormOverrun, sp.Form)
		}
		// What is left holds nothing of it.
		rest := text
		for i := len(spans) - 1; i >= 0; i-- {
			rest = rest[:spans[i].From] + "█" + rest[spans[i].To:]
		}
		assert.Empty(t, s.Find(nil, rest), "seed %d: %q in %q, of %q", seed+int64(round), v, rest, text)
	}
}

// TestWindows compares Find in texts with escapes with a search of all that they
// decode to.
func TestWindows(t *testing.T) {
	seed := int64(1)
	rounds := 3000
	if testing.Short() {
		rounds = 300
	}
	found := 0
	for round := range rounds {
		r := maker{rand.New(rand.NewSource(seed + int64(round)))}
		s, whole := echo.New(echo.Key{1}, 0), echo.New(echo.Key{1}, 0)
		echo.SearchWhole(whole)
		var values []string
		for range 1 + r.Intn(3) {
			v, k := r.value()
			if r.Intn(3) > 0 && k == echo.Secret {
				k = echo.Text
			}
			for _, s := range []*echo.Set{s, whole} {
				_, st, ok := s.Add(v, k)
				require.True(t, ok && st != echo.None)
			}
			values = append(values, v)
		}
		var b strings.Builder
		for range 1 + r.Intn(12) {
			v := values[r.Intn(len(values))]
			switch r.Intn(13) {
			case 0:
				b.WriteString(r.encode(r.vary(v)))
			case 12:
				n := r.Intn(len(v))
				b.WriteString(v[:n] + r.of(`":};`, r.Intn(3)) + []string{`\f101`, `\20AC`}[r.Intn(2)] + r.of(`":};`, r.Intn(3)) + v[n:])
			case 1:
				b.WriteString(v[:r.Intn(len(v))] + r.escape())
			case 2:
				b.WriteString(r.escape() + v[r.Intn(len(v)):])
			case 3:
				n := r.Intn(len(v))
				b.WriteString(v[:n] + r.escape() + v[n:])
			case 4:
				b.WriteString(v)
			case 5:
				b.WriteString(fmt.Sprintf(".fa-%s:before{content:\"%s\"}", r.word(), r.escape()))
			case 6:
				b.WriteString(strings.Repeat(r.noise(2), r.Intn(20)))
			case 7:
				e := b64(r.around() + v + r.around())
				n := r.Intn(len(e))
				b.WriteString(e[:n] + []string{"\\", "\\n", "%2B", "&amp;", "\\/"}[r.Intn(5)] + e[n:])
			case 8:
				b.WriteString(strings.Repeat(r.of("abcdefghij-_XYZ", 9), r.Intn(30)))
			case 9:
				b.WriteString(strings.Repeat(r.of(" .,-\u00AD\u0301", 3), r.Intn(60)))
			case 10:
				b.WriteString(";base64,")
			case 11:
				b.WriteString(r.escape())
			}
		}
		text := b.String()
		spans := s.Find(nil, text)
		check(t, text, spans)
		require.Equal(t, whole.Find(nil, text), spans, "seed %d: %q in %q", seed+int64(round), values, text)
		found += len(spans)
	}
	assert.Greater(t, found, rounds/2)
}

// escape is an escape of some kind, or what looks like one.
func (r maker) escape() string {
	return []string{"%20", "&amp;", "\\n", "\\f101", "\\f101 ", "\\e9", "%C3%A9", "&eacute;", "\\u00e9", "&", "%", "\\",
		"%2520", "&amp;amp;", "\\\\u005a", "%25u00e9", "&#38;#38;", "\\20AC", "&nbsp;", "\\00ad", "%41", "\\0301"}[r.Intn(22)]
}

// TestRunsOverAnchors finds base64 with signs in it under many keys: for some,
// the bitmap has a false bit where a sign is.
func TestRunsOverAnchors(t *testing.T) {
	text := "t=" + b64("(\uFF5A\uFF41\uFF4E\uFF5A\uFF49\uFF42\uFF41\uFF52\uFF49\uFF41\uFF4E)") + ";"
	require.Equal(t, 11, strings.Count(text, "+"))
	for i := range 300 {
		s := echo.New(echo.Key{byte(i), byte(i >> 8)}, 0)
		for j := range 100 {
			s.Add(fmt.Sprintf("quux%dwzz", j), echo.Text)
		}
		s.Add("Zanzibarian", echo.Text)
		require.True(t, s.Contains(text), i)
	}
}

// TestOracle compares Find with a plain search over the streams, for strong
// text without digits, which is found anywhere.
func TestOracle(t *testing.T) {
	r := maker{rand.New(rand.NewSource(1))}
	for range 300 {
		s := echo.New(echo.Key{3}, 0)
		var values []string
		for range 1 + r.Intn(20) {
			v := r.of("abc", 8+r.Intn(4))
			if _, st, _ := s.Add(v, echo.Text); st == echo.Strong {
				values = append(values, v)
			}
		}
		text := r.of("abcabcABC -é", 3000)
		covered := make([]bool, len(text))
		plain := []byte{}
		at := []int{} // of the bytes of plain
		for i, c := range text {
			if c == 'é' {
				c = 'e'
			}
			if c != ' ' && c != '-' {
				plain, at = append(plain, byte(unicode.ToLower(c))), append(at, i)
			}
		}
		for _, v := range values {
			for i := 0; ; i++ {
				n := strings.Index(string(plain[i:]), v)
				if n < 0 {
					break
				}
				i += n
				wide := false
				for j := i + 1; j < i+len(v); j++ {
					wide = wide || tooWide(text[at[j-1]+1:at[j]])
				}
				for j := at[i]; j <= at[i+len(v)-1] && !wide; j++ {
					covered[j] = true
				}
			}
		}
		spans := s.Find(nil, text)
		check(t, text, spans)
		got := make([]bool, len(text))
		for _, sp := range spans {
			for j := sp.From; j < sp.To; j++ {
				got[j] = true
			}
		}
		require.Equal(t, covered, got, "%q in %q", values, text)
	}
}

func tooWide(gap string) bool {
	n := 0
	for i := range len(gap) {
		if gap[i] != ' ' || i == 0 || gap[i-1] != ' ' {
			n++
		}
	}
	return n > 3
}

// TestFloods gives the search texts that are made to be slow. Their time must
// be in proportion to their length.
func TestFloods(t *testing.T) {
	alike := func(n int, value func(i int) string) *echo.Set {
		s := echo.New(echo.Key{1}, n)
		for i := range n {
			s.Add(value(i), echo.Text)
		}
		return s
	}
	ends := alike(2000, func(i int) string { return fmt.Sprintf("q%dwzzendzz", i) + strings.Repeat("ab", i%100) + "abczyx" })
	loops := alike(2000, func(i int) string { return fmt.Sprint(i) + strings.Repeat("abc", 3+i%80) })
	people := people(t, 2000)
	for _, tt := range []struct {
		name string
		set  *echo.Set
		text func(n int) string
	}{
		{"shared ends", ends, func(n int) string { return strings.Repeat("abczyx", n/6) }},
		{"near misses", ends, func(n int) string { return strings.Repeat("zzendzzabababababczyx ", n/22) }},
		{"echoes", ends, func(n int) string { return strings.Repeat("q0wzzendzzabczyx", n/16) }},
		{"loops", loops, func(n int) string { return strings.Repeat("abc", n/3) }},
		{"spaces", loops, func(n int) string { return strings.Repeat(strings.Repeat(" ", 500)+"bcabcabc", n/508) }},
		{"marks", loops, func(n int) string { return strings.Repeat("a"+strings.Repeat("\u0301", 100)+"bcabcabc", n/209) }},
		{"mails", people, func(n int) string { return strings.Repeat("ab.cd@mail.example,", n/19) }},
		{"percent", people, func(n int) string { return strings.Repeat("%2525", n/5) }},
		{"references", people, func(n int) string { return strings.Repeat("&amp;", n/5) }},
		{"backslashes", people, func(n int) string { return strings.Repeat("\\", n) }},
		{"base64 words", people, func(n int) string { return strings.Repeat("YWJjZGVm/", n/9) }},
		{"base64 of base64", people, func(n int) string {
			b := []byte(strings.Repeat("abcdefgh ", n/25))
			for range 3 {
				b = []byte(base64.StdEncoding.EncodeToString(b))
			}
			return string(b)
		}},
		{"hex", people, func(n int) string { return strings.Repeat("61626364656667", n/14) }},
		{"hex of base64", people, func(n int) string {
			return hex.EncodeToString([]byte(strings.Repeat(b64("abcdefghijklmnop")+" ", n/50)))
		}},
		{"marks of data", people, func(n int) string { return strings.Repeat("data:image/png;base64,", n/22) }},
		{"noise", people, func(n int) string { return string(noise(n)) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			least := func(n int) time.Duration {
				text := tt.text(n)
				best := time.Hour
				for range 3 {
					start := time.Now()
					tt.set.Find(nil, text)
					best = min(best, time.Since(start))
				}
				return best
			}
			if testing.Short() { // as the race detector does, which is slow
				tt.set.Find(nil, tt.text(1<<14))
				return
			}
			// A loaded machine is slow now and then; what is not linear is always.
			var small, large time.Duration
			for range 5 {
				small, large = least(1<<15), least(1<<18)
				if large < 1<<18*time.Microsecond/2 && large < 40*small {
					return
				}
			}
			t.Errorf("eight times the text takes %v, not %v, at %.1f ns a byte", large, small, float64(large.Nanoseconds())/(1<<18))
		})
	}
	spans := loops.Find(nil, strings.Repeat("abc", 1<<16))
	assert.Equal(t, []echo.Span{{To: 3 << 16, Form: echo.FormOverrun}}, spans)
}

func TestNothingAllocated(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector, which runs with -short, allocates")
	}
	s := people(t, 500)
	text := prose(1 << 12)
	quoted, _ := json.Marshal(text)
	dst := make([]echo.Span, 0, 8)
	for _, text := range []string{text, string(quoted), "größer ニュース", "data " + b64("this is some text")} {
		require.Empty(t, s.Find(dst, text))
		assert.Zero(t, testing.AllocsPerRun(50, func() { s.Find(dst, text) }), "%.60q", text)
		assert.Zero(t, testing.AllocsPerRun(50, func() { s.Contains(text) }), "%.60q", text)
	}
	email := set(t, echo.Email, "ada@holt.example")
	assert.Zero(t, testing.AllocsPerRun(50, func() { email.Find(dst, "to ada@holt.example") }))
	empty := echo.New(echo.Key{}, 0)
	assert.Zero(t, testing.AllocsPerRun(50, func() { empty.Find(nil, text) }))
}

func FuzzFind(f *testing.F) {
	f.Add("Zanzibarian", uint8(echo.Text), "a zanzi&#x62;arian b")
	f.Add("+1 (123) 4567-8901", uint8(echo.Phone), "ring 123%204567-8901 or \\u0031")
	f.Add("!!p@$$##", uint8(echo.Secret), "{\"a\":\"!!p@$$##\"} YWJjZGVmZ2hpamtsbW5vcA==")
	f.Add("José Peña", uint8(echo.Name), "Jos\u00e9 Pe%C3%B1a 4a6f73c3a920506e61")
	f.Add("1990-05-17", uint8(echo.Date), "17 May 1990\xff\xed\xa0\x80")
	f.Add("00 \x13 \x02000ñ", uint8(echo.Secret), "its gap is four runes, of the raw stream too")
	f.Fuzz(func(t *testing.T, value string, kind uint8, text string) {
		s := echo.New(echo.Key{1}, 0)
		k := echo.Kind(kind % 12)
		id, st, ok := s.Add(value, k)
		require.True(t, ok)
		assert.Equal(t, st, echo.Classify(value, k))
		assert.Equal(t, st != echo.None, s.Len() == 1)
		for _, text := range []string{text, text + value, value, " " + value + " ", html.EscapeString(value), b64(value)} {
			spans := s.Find(nil, text)
			check(t, text, spans)
			assert.Equal(t, len(spans) > 0, s.Contains(text))
			for _, sp := range spans {
				if utf8.ValidString(text) {
					assert.True(t, utf8.ValidString(text[sp.From:sp.To]), "%q of %q", text[sp.From:sp.To], text)
				}
			}
			check(t, text, echo.Word(nil, text, value))
		}
		if st != echo.None && len(value) < 500 && utf8.ValidString(value) {
			assert.True(t, s.Contains(" "+value+" "), "%q as %v", value, k)
		}
		if st != echo.None {
			assert.False(t, s.Extends(id, value))
		}
		b := state(t, s)
		other := echo.New(echo.Key{1}, 0)
		require.NoError(t, other.Merge(b))
		assert.Equal(t, b, state(t, other))
		assert.Equal(t, s.Find(nil, text), other.Find(nil, text))
		s.Drop(id)
		assert.Zero(t, s.Len())
		assert.False(t, s.Contains(value))
	})
}

func FuzzMerge(f *testing.F) {
	s := echo.New(echo.Key{1}, 0)
	s.Add("Zanzibarian", echo.Text)
	s.Add("ada@holt.example", echo.Email)
	f.Add(state(f, s))
	f.Add([]byte{1, 0, 0})
	f.Add(binary.LittleEndian.AppendUint32(state(f, echo.New(echo.Key{1}, 0))[:9], 1<<31))
	f.Fuzz(func(t *testing.T, b []byte) {
		s := echo.New(echo.Key{1}, 0)
		before := 0
		// Whatever is sealed with the key is read with the same care.
		for _, b := range [][]byte{b, echo.Seal(s, b)} {
			if err := s.Merge(b); err != nil {
				assert.True(t, err == echo.ErrKey || err == echo.ErrState || strings.HasPrefix(err.Error(), echo.ErrState.Error()))
				assert.Equal(t, before, s.Len())
				continue
			}
			once := state(t, s)
			before = s.Len()
			require.NoError(t, s.Merge(b))
			assert.Equal(t, once, state(t, s))
			s.Find(nil, "a zanzibarian b 123 456 7890")
		}
	})
}
