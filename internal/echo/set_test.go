package echo_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/internal/echo"
)

func TestAddDrop(t *testing.T) {
	s := echo.New(echo.Key{}, 2)
	a, _, ok := s.Add("Zanzibarian", echo.Text)
	require.True(t, ok)
	again, _, ok := s.Add("ZANZIBARIAN", echo.Text)
	require.True(t, ok)
	assert.Equal(t, a, again)
	assert.Equal(t, 1, s.Len())
	b, st, ok := s.Add("Zanzibarian", echo.Secret)
	require.True(t, ok)
	assert.Equal(t, echo.Strong, st)
	assert.NotEqual(t, a, b)
	assert.True(t, s.Full())
	_, st, ok = s.Add("Quuxbarian", echo.Text)
	assert.False(t, ok)
	assert.Equal(t, echo.Strong, st)
	_, _, ok = s.Add("zanzibarian", echo.Text)
	assert.True(t, ok, "a value that is there fits into a full Set")
	_, st, ok = s.Add("a", echo.Text)
	assert.True(t, ok)
	assert.Equal(t, echo.None, st)

	s.Drop(b)
	s.Drop(b)
	s.Drop(77)
	assert.Equal(t, "█", hide(t, s, "zanzibarian"))
	assert.False(t, s.Find(nil, "zanzibarian")[0].Secret)
	for range 2 {
		s.Drop(a)
		assert.True(t, s.Contains("zanzibarian"))
	}
	s.Drop(a)
	assert.False(t, s.Contains("zanzibarian"))
	assert.Zero(t, s.Len())
	_, _, ok = s.Add("Zanzibarian", echo.Text)
	require.True(t, ok)
	assert.True(t, s.Contains("zanzibarian"))
}

// TestChurn adds and drops many values and looks whether the Set is as if there
// had been the rest alone.
func TestChurn(t *testing.T) {
	s, rest := echo.New(echo.Key{}, 0), echo.New(echo.Key{}, 0)
	var ids []echo.ID
	for round := range 30 {
		for i := range 100 {
			id, _, ok := s.Add(fmt.Sprintf("person%d.%d@mail.example", round, i), echo.Email)
			require.True(t, ok)
			ids = append(ids, id)
		}
		for i, id := range ids {
			if i%100 != 7 || round == 3 {
				s.Drop(id)
			}
		}
		if round != 3 {
			rest.Add(fmt.Sprintf("person%d.7@mail.example", round), echo.Email)
		}
		ids = nil
	}
	assert.Equal(t, 29, s.Len())
	assert.Equal(t, state(t, rest), state(t, s))
	assert.True(t, s.Contains("person12.7@mail.example"))
	assert.False(t, s.Contains("person12.8@mail.example"))
	assert.False(t, s.Contains("person3.7@mail.example"))
}

func TestExtends(t *testing.T) {
	s := echo.New(echo.Key{}, 0)
	for _, tt := range []struct {
		kind          echo.Kind
		value, longer string
		want          bool
	}{
		{echo.Text, "jane.d", "Jane Doe", true},
		{echo.Text, "jane.d", "JANE D.", false},
		{echo.Text, "jane.d", "Janine Doe", false},
		{echo.Text, "jane.d", "jan", false},
		{echo.Phone, "(123) 456-7", "123 456 78", true},
		{echo.Secret, "!!p@$$##", "!!p@$$##1", true},
		{echo.Secret, "!!p@$$##", "!!p@$$1##1", false},
		{echo.Email, "ada@holt.ex", "ada@holt.example", true},
	} {
		id, _, ok := s.Add(tt.value, tt.kind)
		require.True(t, ok)
		assert.Equal(t, tt.want, s.Extends(id, tt.longer), "%q, %q", tt.value, tt.longer)
	}
	assert.False(t, s.Extends(1000, "Jane Doe"))
}

func TestLongText(t *testing.T) {
	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, "Line %d of what was written; ", i*i*7919%10007)
	}
	text := b.String()
	s := set(t, echo.Text, text)
	spans := s.Find(nil, "before "+strings.ToUpper(text)+" after")
	covered := 0
	for _, sp := range spans {
		covered += sp.To - sp.From
	}
	assert.Greater(t, covered, len(text)*9/10)
	assert.True(t, s.Contains(text[3000:4000]), "a part of it is found")
	assert.False(t, s.Contains("Line 4 of what was written"))
	assert.Less(t, len(state(t, s)), 4000)
}

func TestWord(t *testing.T) {
	for _, tt := range []struct{ value, text, want string }{
		{"Jane", "Hi JANE, Janet, xjane jané! Jane", "Hi █, Janet, xjane █! █"},
		{"Jane D", "Hi Jane  D., Jane Do, JaneD", "Hi █., Jane Do, █"},
		{"12", "12 123 1.2 a12", "█ 123 █ a12"},
		{"山", "青い山です", "青い█です"},
		{"ne\u0301", "né ne\u0301e ne\u0301!", "█ ne\u0301e █!"},
		{"office", "oﬃce oﬃces", "█ oﬃces"},
		{"", "text", "text"},
		{"!", "a!", "a!"},
	} {
		spans := echo.Word(nil, tt.text, tt.value)
		check(t, tt.text, spans)
		var b strings.Builder
		at := 0
		for _, sp := range spans {
			b.WriteString(tt.text[at:sp.From] + "█")
			at = sp.To
		}
		assert.Equal(t, tt.want, b.String()+tt.text[at:], "%q", tt.value)
	}
}

func state(t testing.TB, s *echo.Set) []byte {
	b, err := s.AppendBinary(nil)
	require.NoError(t, err)
	return b
}

func TestState(t *testing.T) {
	key := echo.Key{9}
	make := func(values ...string) *echo.Set {
		s := echo.New(key, 0)
		for _, v := range values {
			s.Add(v, echo.Text)
		}
		return s
	}
	a, b := make("Zanzibarian", "ada@holt.example"), make("ada@holt.example", "123 456 7890")
	ab, ba := make(), make()
	for range 2 {
		require.NoError(t, ab.Merge(state(t, a)))
		require.NoError(t, ab.Merge(state(t, b)))
		require.NoError(t, ba.Merge(state(t, b)))
		require.NoError(t, ba.Merge(state(t, a)))
	}
	assert.Equal(t, state(t, ab), state(t, ba))
	assert.Equal(t, state(t, make("123 456 7890", "ada@holt.example", "Zanzibarian")), state(t, ab))
	assert.Equal(t, 3, ab.Len())
	assert.Equal(t, "█ and █ and (█", hide(t, ab, "zanzi-barian and ADA@holt.example and (123) 456.7890"))

	// What was merged was added once.
	id, _, _ := ab.Add("Zanzibarian", echo.Text)
	ab.Drop(id)
	assert.True(t, ab.Contains("zanzibarian"))
	assert.True(t, ab.Extends(id, "Zanzibarians"))
	assert.NotZero(t, ab.Name(id))
	again, ok := ab.Lookup(ab.Name(id))
	assert.True(t, ok)
	assert.Equal(t, id, again)
	ab.Drop(id)
	assert.False(t, ab.Contains("zanzibarian"))

	before := state(t, ab)
	assert.ErrorIs(t, echo.New(echo.Key{8}, 0).Merge(before), echo.ErrKey)
	for i := range before {
		damaged := bytes.Clone(before)
		damaged[i] ^= 1
		if err := ab.Merge(damaged); i >= 1 && i < 9 {
			assert.ErrorIs(t, err, echo.ErrKey)
		} else {
			assert.ErrorIs(t, err, echo.ErrState)
		}
		assert.ErrorIs(t, ab.Merge(before[:i]), echo.ErrState)
	}
	assert.Equal(t, before, state(t, ab))
	assert.Equal(t, []byte("x"), append([]byte("x"), before...)[:1])
	prefixed, err := ab.AppendBinary([]byte("x"))
	require.NoError(t, err)
	assert.Equal(t, append([]byte("x"), before...), prefixed)
}

// TestStateHoldsNoValue looks for five bytes of any value, in its streams, in
// the state.
func TestStateHoldsNoValue(t *testing.T) {
	values := []string{
		"Zanzibarian", "ada.lovelace@holt.example", "+47 123 45 678", "4111111111111111",
		"Karvel Lane 14, 0581 Trondheim", "1990-05-17", "correct horse battery staple", "!!p@$$##",
	}
	s := echo.New(echo.Key{4}, 0)
	for i, v := range values {
		for _, k := range []echo.Kind{echo.Text, echo.Name, echo.Secret} {
			_, _, ok := s.Add(v, k)
			require.True(t, ok, i)
		}
	}
	st := state(t, s)
	require.Greater(t, len(st), 1000)
	for _, v := range values {
		for _, form := range []string{v, strings.NewReplacer(" ", "", ".", "", "@", "", ",", "", "-", "", "+", "").Replace(v)} {
			form = strings.ToLower(form)
			reversed := []byte(form)
			for i, c := range []byte(form) {
				reversed[len(form)-1-i] = c
			}
			for i := range len(form) - 4 {
				assert.False(t, bytes.Contains(st, []byte(form[i:i+5])), form[i:i+5])
				assert.False(t, bytes.Contains(st, reversed[i:i+5]), reversed[i:i+5])
			}
		}
	}
	other := echo.New(echo.Key{5}, 0)
	for _, v := range values {
		other.Add(v, echo.Text)
	}
	// But for the kinds and lengths, thirteen bytes in a row, two keys give states
	// that have nothing in common.
	seen := map[string]bool{}
	for i := 0; i+16 <= len(st); i++ {
		seen[string(st[i:i+16])] = true
	}
	ost := state(t, other)
	for i := 0; i+16 <= len(ost); i++ {
		assert.False(t, seen[string(ost[i:i+16])])
	}
}

// TestConcurrentFind has several goroutines search one Set, and runes that none
// has met before.
func TestConcurrentFind(t *testing.T) {
	s := set(t, echo.Text, "Zanzibarian", "ada@holt.example")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for r := rune(0x80); r < 0x3000; r += 0x40 {
				text := string(r+rune(i)) + "%5Aanzibarian " + b64("ada@holt.example")
				assert.Len(t, s.Find(nil, text), 2, "%q", text)
			}
		})
	}
	wg.Wait()
}

// TestNewIsCheap makes Sets that stay empty, as every recording has some.
func TestNewIsCheap(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector, which runs with -short, allocates")
	}
	assert.LessOrEqual(t, testing.AllocsPerRun(50, func() { echo.New(echo.Key{}, 0) }), 1.0)
	s := echo.New(echo.Key{1}, 0)
	assert.False(t, s.Contains("zanzibarian"))
	s.Drop(1)
	assert.Zero(t, s.Name(1))
	assert.NoError(t, s.Merge(state(t, s)))
	dst := make([]echo.Span, 0, 4)
	assert.Zero(t, testing.AllocsPerRun(50, func() { echo.Word(dst, "größer als sonst ニュース", "jané") }))
}
