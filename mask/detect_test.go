package mask_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/mask"
)

// Values of every kind, none of anybody's: those that standards and issuers
// give as examples, and keys of one letter's pattern.
var (
	abc      = "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY" // 32
	jwtToken = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
	pemText  = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSj\n-----END PRIVATE KEY-----"
)

// What is found by a detector is between ‹ and ›.
var detected = []struct {
	detector string
	yes      []string
	no       []string
}{
	{"email", []string{
		"‹jane@example.com›", "mail ‹jane.doe+tag@mail.example.co.uk›.", "<‹jane@example.com›>", "mailto:‹jane@example.com›?subject=x",
		"(‹j_d-1%x@a-b.example.museum›)", "‹o'neil@example.com›", "'‹jane@example.com›'", "a,‹b@c.de›,‹d@e.fr›;",
		"email=‹jane%40example.com›&x=1", "‹jörg@exämple.de›", "‹иван@почта.рф›", "‹a@xn--bcher-kva.xn--p1ai›", "请联系‹jane@example.com›谢谢",
		"@‹jane@social.example›", "‹jane@example.com›-12", "‹123@qq.com›", "‹a@163.com›", "‹a@v2.example›", "...‹jane@example.com›...", "“‹jane@example.com›”", "‹git@example.com›",
	}, []string{
		"@media (min-width: 10px)", "@scope/pkg", "npm i @types/node@18.2.0", "react@18.2.0", "user@2x.png", "logo@3x.min.js", "a@b",
		"jane@localhost", "@jane", "jane@", "@", "a @ b.com", "x@1.2.3.4", "git@github.com:golang/go.git", "fn@https://x/a.js:1:2", "a@b.c",
		"***@example.com", ".md\\@lg.x", "pip install a@file.lock", "%40media", "100%40", "a@.com", "a@-", "@example.com", "toolchain@v0.0.1-go1.999testmod.linux-amd64", "a@1.2.beta",
	}},
	{"card", []string{
		"‹4111111111111111›", "‹4111 1111 1111 1111›", "‹4111-1111-1111-1111›", "‹4111.1111.1111.1111›", "/‹4111%201111%201111%201111›/", "‹4111111111111111›%20x", "‹5555555555554444›",
		"card:‹378282246310005›", "‹3782 822463 10005›", "‹6011111111111117›", "‹3530111333300000›", "‹2223003122003222›",
		"‹30569309025904›", "‹3056 930902 5904›", "‹4222222222222›", "‹6200000000000005›", "‹6759649826438453›", "‹4000000000000000006›",
		"‹4111\u00a01111\u00a01111\u00a01111›", "‹4111\u202f1111\u202f1111\u202f1111›", "‹4111‑1111‑1111‑1111›", "‹4111 1111 1111 1111› 12/27 123",
		"2\n‹4111 1111 1111 1111› 2", "卡号‹4111111111111111›", "no.‹4111111111111111›.", "\"‹4111111111111111›\"", "‹4111111111111111›, ok",
	}, []string{
		"4111111111111112", "4111 1111 1111 1112", "1234567812345670", "1700000000000", "1763000000000000", "1234567890123456789",
		"4006381333931", "4012345678901", "x4111111111111111", "4111111111111111x", "id_4111111111111111", "0.4111111111111111",
		".4111111111111111", "4111111111111111.5", "41111111111111110", "4111 1111 1111 111", "4111 1111  1111 1111", "4111-1111 1111-1111",
		"123e4567-4111-1111-1111-111111111111", "5105105105105100%", "41 11 11 11 11 11 11 11", "d41d8cd98f00b204e9800998ecf8427e",
		"M4111.1 1111.1 1111 1111z", "2024-05-12 10:11:12.123456", "9.999,99 €", "4,111,111,111,111,111",
		"0000000000000000", "-4111111111111111", "9999 5399 5400 5401 5402 5403 5404 5405 5406", "1 4111 1111 1111 1111 2", "978-3-16-148410-0",
	}},
	{"iban", []string{
		"‹DE89370400440532013000›", "‹DE89 3704 0044 0532 0130 00›", "IBAN: ‹GB82 WEST 1234 5698 7654 32›.", "‹gb82west12345698765432›",
		"‹FR1420041010050500013M02606›", "‹NO9386011117947›", "‹MT84MALT011000012345MTLCAST001S›", "‹BE68539007547034›", "‹CH93 0076 2011 6238 5295 7›",
		"‹SA0380000000608010167519›", "‹BR9700360305000010009795493P1›", "‹NL91ABNA0417164300›", "‹DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000›", "‹DE89-3704-0044-0532-0130-00›",
	}, []string{
		"DE89370400440532013001", "DE8937040044053201300", "DE893704004405320130000", "XX89370400440532013000", "US64SVBKUS6S3300958879",
		"ADE89370400440532013000", "DE89 37040044 0532 0130 00", "is26 items in the list of today", "DE89", "at20 bits no15", "DE00 3704 0044 0532 0130 00",
	}},
	{"ssn", []string{
		"‹536-90-4399›", "SSN: ‹001-01-0001›.", "‹899-99-9999›", "(‹536-90-4399›)", "/users/‹536-90-4399›/x", "‹536‑90‑4399›",
	}, []string{
		"000-12-3456", "666-12-3456", "900-12-3456", "999-99-9999", "123-00-4567", "123-45-0000", "123-45-67890", "1123-45-6789", "123-456-7890",
		"555-1234", "a123-45-6789", "123-45-6789-1", "1-123-45-6789", "536904399", "536 90 4399", "2024-05-12", "978-3-16-148410-0", "+536-90-4399",
	}},
	{"jwt", []string{
		"‹" + jwtToken + "›", "token=‹" + jwtToken + "›&x", "jwt_‹" + jwtToken + "›", "‹eyJhbGciOiJub25lIn0.eyJqdGkiOiJhIn0.›",
		"‹eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9..c2ln›", "‹eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4In0..aXY.Y3Q.dGFn›", "\"‹" + jwtToken + "›\".",
		"eyJhbGciOiJIUzI1NiJ9_jwt_‹" + jwtToken + "›", "‹eyAiYWxnIjoibm9uZSJ9.eyJqdGkiOiJhIn0.›", "‹ewoiYWxnIjoibm9uZSJ9.eyJqdGkiOiJhIn0.›", "‹ew0KImFsZyI6Im5vbmUifQ.eyJqdGkiOiJhIn0.›", "‹ewkiYWxnIjoibm9uZSJ9.eyJqdGkiOiJhIn0.›", "‹eyJ-IjoxLCJhbGciOiJub25lIn0.eyJqdGkiOiJhIn0.›",
	}, []string{
		"eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJIUzI1NiJ9.abc", "eyJ0eXAiOiJKV1QifQ.eyJhIjoxfQ.sig", "a.b.c", "www.example.com", "eyebrow.raised.high.er",
		"eyJ!!!.eyJ.x", "eyJhbGciOjF9x.aaa.bbb", "Hello. eyJ.", "1.2.3",
	}},
	{"key", []string{
		"Bearer ‹" + abc + "›", "Authorization: bearer ‹mF_9.B5f-4.1JqM›", "‹sk_live_" + abc[:24] + "›", "‹rk_test_" + abc[:24] + "›", "‹whsec_" + abc + "›",
		"‹ghp_" + abc + "0123›", "‹github_pat_" + abc + "_" + abc + "›", "‹glpat-" + abc[:20] + "›", "‹xoxb-123456789012-" + abc[:24] + "›",
		"‹AKIAIOSFODNN7EXAMPLE›", "key=‹AIza" + abc + "aB3›", "‹sk-proj-" + abc + "›", "‹sk-ant-api03-" + abc + "›", "‹npm_" + abc + "0123›",
		"‹hf_" + abc + "ab›", "‹SG." + abc[:22] + "." + abc + "0123456789a›", "‹ya29." + abc + "›", "key_‹sk_live_" + abc[:24] + "›", "‹GOCSPX-" + abc[:28] + "›",
		"‹pypi-" + abc + abc + "›", "‹sq0atp-" + abc + "›", "‹xapp-1-" + abc + "›", "‹rk_test_" + abc + "›", "‹whsec_" + abc + "›", "‹dop_v1_" + abc + abc + "›", "‹shpat_" + abc + "›", "‹shpss_" + abc + "›",
		"‹ghu_" + abc + "0123›", "‹ghr_" + abc + "0123›", "‹gho_" + abc + "0123›", "‹ghs_" + abc + "0123›", "‹ASIAIOSFODNN7EXAMPLE›", "BEARER ‹" + abc + "›", "bearer  ‹" + abc + "›", "‹xoxs-12-" + abc[:24] + "›",
		"‹shpca_" + abc + "›", "‹shppa_" + abc + "›", "‹sq0csp-" + abc + "›",
	}, []string{
		"Bearer of bad news", "bearer authentication is used", "bearer authenticationmechanism", "sk_live_", "sk_test_xxxxxxxxxxxxxxxxxxxxxxxxxx", "ghp_short", "sk-spinner-chasing-dots-of-a-certain-name",
		"AKIA", "AKIAIOSFODNN7EXAMPLEX", "AKIAiosfodnn7example", "AIzaX", "npm_config_registry", "hf_transfer", "pk_live_" + abc[:24], "the-risk_live_" + abc[:24],
		"SG.", "SG. Then", "gh-pages", "glpat-", "550e8400-e29b-41d4-a716-446655440000", "da39a3ee5e6b4b0d3255bfef95601890afd80709", "Above_all", "Basic",
		"sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "Bearer ***",
	}},
	{"pem", []string{
		"‹" + pemText + "›", "key:\n‹" + pemText + "›\nend", "‹-----BEGIN CERTIFICATE-----\nMIIEvQIBADANBgkqhkiG9w0B›", "‹-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n›",
		`‹-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\n-----END PRIVATE KEY-----›\n`,
	}, []string{
		"-----BEGIN PRIVATE KEY----- is how it begins", "-----BEGIN", "----------------", "-----END PRIVATE KEY-----", "-----BEGIN X", "-----BEGIN PRIVATE KEY-----",
	}},
	{"credentials", []string{
		"https://‹jane:pw›@host/", "postgres://‹u:p:w@1›@db.example:5432/x", "redis://‹:secret›@cache", "see ftp://‹a:b›@c.", "Basic ‹dXNlcjpwYXNz›", "authorization: basic ‹QWxhZGRpbjpvcGVuIHNlc2FtZQ==›",
	}, []string{
		"https://host/", "https://host:8080/@x", "ssh://git@github.com/a", "https://social.example/@jane", "https://***@host", "a://b c:d@e", "http://:@x",
		"Basic Information", "Basic authentication", "basic ingredients:", "https://host/a:b@c", "http://www.w3.org/2000/svg", "://a:b@c",
	}},
	{"ip", []string{
		"‹203.0.113.7›", "from ‹203.0.113.7›:8080", "http://‹203.0.113.7›/x", "[‹2001:db8::1›]:80", "‹2001:db8:85a3:0:0:8a2e:370:7334›", "‹fe80::1›.",
		"‹::ffff:203.0.113.7›", "ip=‹203.0.113.7›,", "‹203.0.113.7›/24", "/i/‹203.0.113.7›/x", "‹203.0.113.7›.",
	}, []string{
		"139.0.0.0", "v1.2.3.4", "version 1.2.3.4", "Version: 1.2.3.4", "Chrome/139.0.7258.66", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "127.0.0.1", "0.0.0.0",
		"::1", "::", "12:34:56", "std::ad", "face::bad", "a::before", "aa:bb:cc:dd:ee:ff", "1.2.3.4-beta", "x1.2.3.4", "00:01:02.345", "2024-05-12T10:11:12Z", "v=\"1.2.3.4\"", "::-webkit",
	}},
	{"phone", []string{
		"‹+14155550132›", "‹+1 (415) 555-0132›", "call ‹+49 30 1234567›.", "‹+44 (0)20 7946 0958›", "‹+358/9/1234567›", "tel:‹+4915112345678›", "‹+49\u00a030\u00a01234567›", "‹+1.415.555.0132›",
	}, []string{
		"+1", "+1234567", "+1,234,567,890", "+1234567890123456", "+12 345 678.00", "+12345678 €", "+12345678%", "a+12345678", "++12345678", "+0123456789", "415-555-0132", "(415) 555-0132",
		"030 1234567", "1+12345678", "+12345678.5", "E+12345678", "GMT+0200",
	}},
}

func unmark(s string) (plain string, spans [][2]int) {
	for {
		from := strings.Index(s, "‹")
		if from < 0 {
			return s, spans
		}
		s = s[:from] + s[from+len("‹"):]
		to := strings.Index(s, "›")
		s = s[:to] + s[to+len("›"):]
		spans = append(spans, [2]int{from, to})
	}
}

func TestDetect(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range detected {
		seen[d.detector] = true
		t.Run(d.detector, func(t *testing.T) {
			for _, marked := range append(append([]string{}, d.yes...), d.no...) {
				s, want := unmark(marked)
				// What is around it makes no difference, as long as it parts.
				for _, around := range [][2]string{{"", ""}, {"(", ")"}, {" ", " "}, {"\n", "\n"}, {"\"", "\""}, {"<b>", "</b>"}, {"é ", " é"}, {"  ", "  "}} {
					if d.detector == "pem" && around[1] != "" && !strings.Contains(s, "-----END") {
						continue // it goes to the end
					}
					var got [][2]int
					for _, f := range mask.Detect(around[0]+s+around[1], d.detector) {
						got = append(got, [2]int{f.From - len(around[0]), f.To - len(around[0])})
						assert.Equal(t, []string{d.detector}, f.By)
					}
					assert.Equal(t, want, got, "%q in %q", s, around)
				}
			}
		})
	}
	for _, name := range mask.DetectorNames {
		assert.True(t, seen[name], name)
	}
	assert.Len(t, mask.DetectorNames, len(seen))
}

// What is public and looks like much, in the way of the default detectors.
func TestDetectNothing(t *testing.T) {
	for _, s := range []string{
		"", "Order 100-2345678-1234567 of 2024-05-12, 1.299,00 €", "1700000000000", "550e8400-e29b-41d4-a716-446655440000",
		"9e107d9d372bb6826bd81d3542a419d6", "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36",
		"M12.5 3.75a.75.75 0 0 0-1.5 0v6.5h-6.5a.75.75 0 0 0 0 1.5z", "margin:-1px 0.3333333333333333em;z-index:2147483647", "npm i @scope/pkg@1.2.3-beta.4",
		"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
		"https://cdn.example/npm/react@18.2.0/umd/react.js", "user@2x.png 1x, user@3x.png 2x", "Call 1-800-555-0100 or (415) 555-0132", "ISBN 978-3-16-148410-0, EAN 4006381333931",
		"GA1.2.1234567890.1700000000", "rgba(255, 255, 255, 0.87)", "192.168.1.1 and 139.0.0.0", "@media screen and (max-width:600px){.a\\@b{}}", "10:11:12.345 +0200",
	} {
		assert.Empty(t, mask.Detect(s, defaults...), s)
	}
}

var defaults = []string{"card", "credentials", "email", "iban", "jwt", "key", "pem", "ssn"}

func TestConfigDetect(t *testing.T) {
	_, err := mask.Compile(mask.Config{Detect: []string{"card", "cards"}})
	assert.ErrorContains(t, err, `"cards"`)
	for _, tt := range []struct {
		names []string
		want  string
	}{
		{nil, "*** *** 203.0.113.7"},
		{[]string{}, "a@b.example 4111111111111111 203.0.113.7"},
		{[]string{"ip"}, "a@b.example 4111111111111111 ***"},
	} {
		assert.Equal(t, tt.want, filterFor(t, mask.Config{Detect: tt.names}).Hide("a@b.example 4111111111111111 203.0.113.7"))
		b, err := json.Marshal(mask.Config{Detect: tt.names})
		require.NoError(t, err)
		back, err := mask.ParseConfig(strings.NewReader(string(b)))
		require.NoError(t, err)
		assert.Equal(t, tt.names, back.Detect, "nil and none are apart in JSON")
	}
	assert.Equal(t, "to ************* now", filterFor(t, mask.Config{Shape: mask.ShapeLength}).Hide("to jane@x.museum now"))
}

func filterFor(t testing.TB, c mask.Config) *mask.Filter {
	p, err := mask.Compile(c)
	require.NoError(t, err)
	return p.NewFilter(nil)
}

func allDetected() []string {
	var all []string
	for _, d := range detected {
		for _, s := range append(append([]string{}, d.yes...), d.no...) {
			plain, _ := unmark(s)
			all = append(all, plain)
		}
	}
	return all
}

// checkDetect checks what holds of any string.
func checkDetect(t *testing.T, filters []*mask.Filter, s string) {
	found := mask.Detect(s, mask.DetectorNames...)
	var b strings.Builder
	end := 0
	for i, f := range found {
		require.Less(t, f.From, f.To, "%q", s)
		require.LessOrEqual(t, f.To, len(s))
		require.True(t, i == 0 && f.From >= 0 || i > 0 && f.From > end, "in order and apart: %q", s)
		require.NotEmpty(t, f.By)
		if utf8.ValidString(s) {
			require.True(t, utf8.ValidString(s[f.From:f.To]) && utf8.ValidString(s[end:f.From]), "%q", s)
		}
		b.WriteString(s[end:f.From] + "***")
		end = f.To
	}
	b.WriteString(s[end:])
	for _, f := range filters {
		once := f.Hide(s)
		if found == nil {
			require.Equal(t, s, once)
		} else if len(mask.Detect(b.String(), mask.DetectorNames...)) == 0 && f == filters[0] {
			require.Equal(t, b.String(), once, "the rest is as it was")
		}
		require.Empty(t, mask.Detect(once, mask.DetectorNames...))
		for name, fn := range map[string]func(string) string{"hide": f.Hide, "JSON": f.HideJSON, "CSS": f.HideCSS, "URL": f.ShowURL, "title": f.Title} {
			once := fn(s)
			require.Equal(t, once, fn(once), "%s of %q", name, s)
		}
		q, err := json.Marshal([]any{s, map[string]any{s: s}, 4111111111111111})
		require.NoError(t, err)
		require.True(t, json.Valid([]byte(f.HideJSON(string(q)))), "%s", q)
	}
}

func everyDetector(t testing.TB) []*mask.Filter {
	return []*mask.Filter{filterFor(t, mask.Config{Detect: mask.DetectorNames}),
		filterFor(t, mask.Config{Detect: mask.DetectorNames, Shape: mask.ShapeLength})}
}

func TestDetectHolds(t *testing.T) {
	filters := everyDetector(t)
	all := allDetected()
	for i, a := range all {
		for _, sep := range []string{"", " ", "-", "/", ":", "."} {
			checkDetect(t, filters, a+sep+all[(i*7+3)%len(all)]+sep+all[(i*5+1)%len(all)])
		}
	}
}

func FuzzDetect(f *testing.F) {
	for _, s := range allDetected() {
		f.Add(s)
	}
	filters := everyDetector(f)
	f.Fuzz(func(t *testing.T, s string) { checkDetect(t, filters, s) })
}

// Strings made to be looked at again and again take no longer than others.
func TestDetectIsLinear(t *testing.T) {
	for _, unit := range append(allDetected(), "a", "1", "@", "a@", "a%40", "a@a.", ":", "a:", "1:", "-", "-----BEGIN A-----\n"+abc, "-----BEGIN A-----", "://a:", "a://b:c",
		"eyJ.", "-eyJ", "eyJhbGciOiJub25lIn0.", "sk-", "sk_live_", "bearer ", "+1 ", "+1", "1 ", "4111 ", "1.", "de89 ", "SG.", "AKIA", "é@é.", "\xc3", "ff::", "basic ") {
		long := strings.Repeat(unit, 1+1<<18/len(unit))
		begun := time.Now()
		mask.Detect(long, mask.DetectorNames...)
		// 256 KiB take a millisecond or some; with a loop in a loop, minutes.
		assert.Less(t, time.Since(begun), 20*time.Second, "%.20q", unit)
	}
}

func TestDetectAllocatesNothing(t *testing.T) {
	f := filterFor(t, mask.Default())
	for _, s := range []string{"Ada Lovelace", "Order 100-2345678-1234567 of 2024-05-12, 1.299,00 €", "logo@2x.png eyJ.x bearer of Basic information 4111111111111112 DE89 1234 5-67"} {
		assert.Zero(t, testing.AllocsPerRun(10, func() { f.Hide(s) }), s)
	}
}

func BenchmarkDetect(b *testing.B) {
	page := strings.Repeat("The order of Ada Lovelace ships on 2024-05-12 for 1,299.00 € (order 100-2345678). Questions? See our help center, section 4.2. ", 1<<13)[:1<<20]
	for _, bb := range []struct{ name, text string }{{"prose", page}, {"digits", strings.Repeat("12 345-678.90 ", 1<<17)[:1<<20]},
		{"source", source(b)}} {
		b.Run(bb.name, func(b *testing.B) {
			f := filterFor(b, mask.Config{})
			b.SetBytes(int64(len(bb.text)))
			b.ReportAllocs()
			for b.Loop() {
				f.Hide(bb.text)
			}
		})
	}
}

func BenchmarkDetectWords(b *testing.B) {
	words := []string{"Ada Lovelace", "cell text-right px-2", "name", "row odd", "https://cdn.example/npm/react/umd/react.js", "100%", "Order 100-2345678 of 2024-05-12"}
	f := filterFor(b, mask.Config{})
	b.ReportAllocs()
	for b.Loop() {
		for _, w := range words {
			f.Hide(w)
		}
	}
}

// source is this package's own code without what the detectors are tested by.
func source(b *testing.B) string {
	var text strings.Builder
	files, err := filepath.Glob("*.go")
	require.NoError(b, err)
	for _, name := range files {
		if !strings.HasSuffix(name, "_test.go") {
			code, err := os.ReadFile(name)
			require.NoError(b, err)
			text.Write(code)
		}
	}
	return text.String()
}
