package rrweb_test

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/snapshot"
)

// numbers are JSON numbers, and what could be taken for one.
func numbers() []string {
	list := []string{"0", "-0", "0.0", "-0.0", "1", "-1", "10", "1.0", "1.50", "0.5", "-0.5", "5e-7", "0.0000005", "0.000001", "0.0000010", "0.00000123",
		"1e3", "1E3", "1e+3", "100000000000000", "999999999999999", "1000000000000000", "999999999999999999", "9007199254740993",
		"9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "123456789.123456", "0.000000000000001",
		"1000000000000000000000", "100000000000000000000", "1e21", "1e400", "-1e400", "1e-400", "159.47000122070312", "0.1000000000000000055", "12345678901234567890123",
		"-12.5", "1234567890123.5", "12345678901234", "1.1234567", "1795355450927", "1795355450927.25", "0.000001", "-0.000001"}
	random := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		digits := strconv.FormatUint(random.Uint64()>>random.UintN(64), 10)
		if at := random.IntN(len(digits) + 4); at < len(digits) && at > 0 {
			digits = digits[:at] + "." + digits[at:]
		} else if at > len(digits) {
			digits = "0." + strings.Repeat("0", at-len(digits)) + digits
		}
		if random.IntN(3) == 0 {
			digits = "-" + digits
		}
		list = append(list, digits, snapshot.FormatNumber(math.Float64frombits(random.Uint64())))
	}
	return list
}

func TestNumber(t *testing.T) {
	for _, v := range numbers() {
		if v == "null" {
			continue
		}
		want, err := strconv.ParseFloat(v, 64)
		canonical := err == nil && snapshot.FormatNumber(want) == v
		if err != nil {
			want = 0
		}
		got, ok := rrweb.Number(v)
		require.Equal(t, canonical, ok, v)
		require.Equal(t, math.Float64bits(want), math.Float64bits(got), v)
	}
	for _, v := range []string{"", "null", `"1"`, "[1]", "{}", "true"} {
		n, ok := rrweb.Number(v)
		assert.False(t, ok, v)
		assert.Zero(t, n, v)
	}
}

func TestInteger(t *testing.T) {
	for _, v := range append(numbers(), "", "-", "null", `"1"`, "[1]", "1x") {
		want, err := strconv.ParseInt(v, 10, 64)
		canonical := err == nil && strconv.FormatInt(want, 10) == v
		got, ok := rrweb.Integer(v)
		require.Equal(t, canonical, ok, v)
		if ok {
			require.Equal(t, want, got, v)
		}
	}
}

func TestTimestamp(t *testing.T) {
	for _, v := range append(numbers(), "", "null", `"9"`, "[1]", "1.5e3") {
		whole, fraction, _ := strings.Cut(v, ".")
		want, err := strconv.ParseInt(whole+(fraction + "000000")[:6], 10, 64)
		ns, known, exact := rrweb.Timestamp(v)
		require.Equal(t, err == nil && whole != "" && len(whole) <= 13 && len(fraction) <= 6, known, v)
		require.Equal(t, known && rrweb.Milliseconds(want) == v, exact, v)
		if known {
			require.Equal(t, want, ns, v)
		}
	}
}

func TestIntern(t *testing.T) {
	intern := rrweb.Interner()
	random := rand.New(rand.NewPCG(3, 4))
	const letters = "abcdefghijklmnopqrstuvwxyz-_ "
	for range 200_000 { // more than are kept
		b := make([]byte, random.IntN(40))
		for i := range b {
			b[i] = letters[random.IntN(len(letters))]
		}
		if got := intern(`"` + string(b) + `"`); got != string(b) {
			t.Fatalf("%q became %q", b, got)
		}
	}
	for literal, want := range map[string]string{
		`""`: "", `"\n"`: "\n", `"\u00e5"`: "å", `"å"`: "å", `"\ud83d"`: "\xed\xa0\xbd", "\"\xff\"": "\uFFFD", "\"abcdefgh\xff\"": "abcdefgh\uFFFD",
		`"abcdefgh\n"`: "abcdefgh\n", `"\\"`: `\`, `"abcdefg\\"`: `abcdefg\`, `"` + strings.Repeat(`\n`, 30) + `"`: strings.Repeat("\n", 30),
		`"` + strings.Repeat(`\n`, 40) + `"`: strings.Repeat("\n", 40), `"` + strings.Repeat(`ø`, 40) + `"`: strings.Repeat("ø", 40),
	} {
		for range 2 {
			assert.Equal(t, want, intern(literal))
		}
	}
	assert.Zero(t, testing.AllocsPerRun(10, func() { intern(`"childNodes"`) }))
}
