package jsonstr_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/pagetape/pagetape/internal/jsonstr"
)

func TestRoundTrip(t *testing.T) {
	for _, tt := range []struct{ name, literal, want string }{
		{"plain", `"abc"`, "abc"},
		{"escapes", `"a\n\t\"\\\u0001z\b\f\r"`, "a\n\t\"\\\x01z\b\f\r"},
		{"nul", `"\u0000"`, "\x00"},
		{"pair", `"😀"`, "😀"},
		{"lone high", `"x\ud83dy"`, "x\xed\xa0\xbdy"},
		{"lone low", `"\ude00"`, "\xed\xb8\x80"},
		{"reversed pair", `"\ude00\ud83d"`, "\xed\xb8\x80\xed\xa0\xbd"},
		{"high then letter escape", `"\ud83d\u0001"`, "\xed\xa0\xbd\x01"},
		{"empty", `""`, ""},
		{"norwegian", `"blåbær æøå"`, "blåbær æøå"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := jsonstr.Unquote([]byte(tt.literal))
			assert.Equal(t, tt.want, got)
			assert.Equal(t, tt.literal, string(jsonstr.Append(nil, got)))
		})
	}
	assert.Equal(t, "/😀", jsonstr.Unquote([]byte(`"\/\ud83d\ude00"`)))
	assert.Equal(t, "a\uFFFDb", jsonstr.Unquote([]byte("\"a\xffb\"")))
	assert.Equal(t, `"😀"`, string(jsonstr.Append(nil, "\xed\xa0\xbd\xed\xb8\x80")), "two that came together")
	assert.Equal(t, `"`+"\uFFFD"+`"`, string(jsonstr.Append(nil, "\xff")))
}

func FuzzAppend(f *testing.F) {
	for _, s := range []string{"", "a", "\x00\"\\", "\xed\xa0\xbd", "😀\xed\xb8\x80", "\xff\xed\xa0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		literal := jsonstr.Append(nil, s)
		assert.True(t, json.Valid(literal))
		again := jsonstr.Append(nil, jsonstr.Unquote(literal))
		assert.Equal(t, string(literal), string(again))
	})
}
