package echo_test

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/internal/echo"
)

func set(t testing.TB, k echo.Kind, values ...string) *echo.Set {
	t.Helper()
	s := echo.New(echo.Key{1, 2, 3}, 0)
	for _, v := range values {
		_, st, ok := s.Add(v, k)
		require.True(t, ok)
		require.NotEqual(t, echo.None, st, "%q is not registered", v)
	}
	return s
}

// hide returns text with every echo replaced by a block, after checks that hold
// for every result of Find.
func hide(t testing.TB, s *echo.Set, text string) string {
	t.Helper()
	spans := s.Find(nil, text)
	check(t, text, spans)
	assert.Equal(t, len(spans) > 0, s.Contains(text), "Contains(%q)", text)
	var b strings.Builder
	at := 0
	for _, sp := range spans {
		b.WriteString(text[at:sp.From] + "█")
		at = sp.To
	}
	return b.String() + text[at:]
}

func check(t testing.TB, text string, spans []echo.Span) {
	t.Helper()
	at := 0
	for _, sp := range spans {
		require.True(t, at <= sp.From && sp.From < sp.To && sp.To <= len(text), "%v in %q", spans, text)
		require.NotContains(t, sp.Form.String(), "unknown")
		at = sp.To
	}
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func TestFind(t *testing.T) {
	const mouseflow = "Are you sure that (123) 4567-8901 is your phone number?"
	const asked = "Are you sure that (█ is your phone number?"
	md := md5.Sum([]byte("ada@holt.example"))
	sha := sha256.Sum256([]byte("+4792345678"))
	typed, dialled := sha256.Sum256([]byte("+47 92 34-56 78")), sha256.Sum256([]byte("004792345678"))
	escaped := ""
	for _, r := range "Jørgen Håland" {
		escaped += fmt.Sprintf(`\u%04x`, r)
	}
	tests := []struct {
		kind              echo.Kind
		value, text, want string
	}{
		// Phone numbers.
		{echo.Phone, "(123) 4567-8901", mouseflow, asked},
		{echo.Text, "123 4567 8901", mouseflow, asked},
		{echo.Text, "12345678901", mouseflow, asked},
		{echo.Text, "+1 (123) 4567-8901", mouseflow, asked},
		{echo.Phone, "001 123 4567 8901", mouseflow, asked},
		{echo.Phone, "+47 92 34 56 78", "ring 923 45 678!", "ring █!"},
		{echo.Phone, "+47 92 34 56 78", "ring 1923 45 678!", "ring 1923 45 678!"},
		{echo.Phone, "0612345678", "tel:+33612345678", "tel:+33█"},
		{echo.Phone, "+33612345678", "06 12 34 56 78", "0█"},
		{echo.Phone, "07911 123456", "+44 (0)7911 123456", "+44 (█"},
		{echo.Phone, "5551234567", "５５５\u00A0１２３–４５６７", "█"},
		{echo.Phone, "5551234567", "٥٥٥١٢٣٤٥٦٧", "█"},
		{echo.Phone, "5551234567", "id_5551234567_x", "id_█_x"},
		{echo.Phone, "5551234567", "/tel/555-123-4567/", "/tel/█/"},
		{echo.Phone, "1234567", "1 2 3 4 5 6 7", "1 2 3 4 5 6 7"},
		{echo.Phone, "1234567", "123-4567", "█"},
		{echo.Phone, "1234567", "123\n4567", "123\n4567"},
		{echo.Phone, "1234567", "123 - 4567", "123 - 4567"},
		{echo.Phone, "1234567", "91234567", "91234567"},
		{echo.Phone, "1234567", "12345678", "12345678"},
		{echo.Phone, "1234567", "x1234567y", "x█y"},
		{echo.Phone, "+4792345678", "h=" + hex.EncodeToString(sha[:]), "h=█"},
		{echo.Text, "Tel. 12 34 56 79", "ring 12345679", "ring █"},
		{echo.Text, "NO93 8601 1117 947", "iban no9386011117947, 9386 0111 17947", "iban █, █"},
		// Cards and amounts.
		{echo.Text, "4111 1111 1111 1111", "card 4111-1111-1111-1111, ends in 1111", "card █, ends in 1111"},
		{echo.Number, "1234567.50", "Total: 1,234,567.50 kr", "Total: █ kr"},
		{echo.Text, "1,234,567", "1 234 567 or 1234567 or 1'234'567", "█ or █ or █"},
		{echo.Phone, "123 456 7", "1,234,567", "1,234,567"},
		{echo.Number, "1,234,567", "1, 2, 3, 4, 5, 6, 7", "1, 2, 3, 4, 5, 6, 7"},
		{echo.Phone, "0012345678", "x0012345678 12345678", "x█ █"},
		{echo.Phone, "12345\t67", "x 12345\t67 y", "x █ y"},
		{echo.Phone, "1000!001", "x 1000!001 y", "x █ y"},
		{echo.Text, "Zanzi .... barian", "x zanzi .... barian y", "x █ y"},
		// Names.
		{echo.Name, "Ada Holt", "ADA HOLT x ada-holt x adaholt x Ada\u00A0\n  Holt", "█ x █ x █ x █"},
		{echo.Name, "Ada Holt", "Holt, Ada; Mr Holt's; holts", "█; Mr █'s; holts"},
		{echo.Name, "Mark Young", "Mark Young: a markyoung young", "█: a █ young"},
		{echo.Name, "Anne-Marie O'Brien", "Anne, MARIE and O’Brien", "█, █ and █"},
		{echo.Name, "Ada M. Lovelace", "Ada Lovelace / Lovelace Ada", "█ / █"},
		{echo.Name, "Jane", "Janet, Jane, xJane, Jane9, user_jane, Janeさん", "Janet, █, xJane, Jane9, user_█, █さん"},
		{echo.Name, "José", "JOSE, Jose\u0301., JOSÉ!", "█, █., █!"},
		{echo.Name, "Jose", "José Jos&eacute; Jos%C3%A9 Jos\\u00e9", "█ █ █ █"},
		{echo.Name, "Bjørn Ødegård", "bjorn-odegard", "█"},
		{echo.Name, "山田太郎", "これは山田太郎です", "これは█です"},
		{echo.Name, "김민수", "저는 김민수입니다", "저는 █입니다"},
		{echo.Name, "Иван Петров", "ИВАН ПЕТРОВ", "█"},
		{echo.Name, "Weiß Groß", "WEISS GROSS", "█"},
		// Addresses, dates.
		{echo.Address, "14 Karvel Lane", "near Karvel Lane 14, 14 KARVEL LANE", "near █ Lane 14, █"},
		{echo.Date, "1990-05-17", "17.05.1990 x 5/17/1990 x 17/5/1990 x 1990/05/17 x 17 May 1990 x May 17, 1990 x 17th of May", "█ x █ x █ x █ x █ x █ x 17th of May"},
		{echo.Text, "1990-05-17", "19900517, May 17th, 1990. 117 May 1990", "█, █. 117 May 1990"},
		{echo.Date, "09/05/1990", "9 May 1990 x 5 Sept 1990 x Sep 05, 1990", "█ x █ x █"},
		// E-mail.
		{echo.Email, "ada.holt@mail.example", "to <ADA.HOLT@mail.example>; ada-holt-mail-example", "to <█>; █"},
		{echo.Text, "ada.holt@mail.example", "@adaholt wrote; adaholts", "@█ wrote; adaholts"},
		{echo.Email, "info@holt.example", "info, support; info@holt.example", "info, support; █"},
		{echo.Email, "ada.holt+news@mail.example", "ada.holt@mail.example, adaholt", "█, █"},
		{echo.Email, " Ada@Holt.example", "https://gravatar.com/avatar/" + hex.EncodeToString(md[:]) + "?s=80", "https://gravatar.com/avatar/█?s=80"},
		{echo.Secret, " Ada@Holt.example", "avatar/" + hex.EncodeToString(md[:]) + "?s=80", "avatar/█?s=80"},
		{echo.Name, "ada@holt.example", "avatar/" + hex.EncodeToString(md[:]) + "?s=80", "avatar/█?s=80"},
		{echo.Known, "ada@holt.example", "avatar/" + hex.EncodeToString(md[:]) + "?s=80", "avatar/█?s=80"},
		{echo.Secret, "ada.holt@mail.example", "@adaholt wrote; adaholts", "@█ wrote; adaholts"},
		{echo.Phone, " +47 92 34-56 78", "h=" + hex.EncodeToString(typed[:]) + ";", "h=█;"},
		{echo.Phone, "0047 92345678", "h=" + hex.EncodeToString(dialled[:]) + "," + hex.EncodeToString(sha[:]), "h=█,█"},
		// Secrets.
		{echo.Secret, "!!p@$$##", "pw=!!P@$$##;", "pw=█;"},
		{echo.Secret, "!!p@$$##", "pw=!!p@$##;", "pw=!!p@$##;"},
		{echo.Secret, "!!p@$$##", `{"pw":"!!p\u0040$$##"} !!p%40%24$%23%23`, `{"pw":"█"} █`},
		{echo.Secret, "password", "Your password", "Your █"},
		{echo.Secret, "123456", "x123456y 1 2 3 4 5 6 7", "x█y 1 2 3 4 5 6 7"},
		{echo.Secret, "12 3456", "x12 3456y 123456", "x█y █"},
		{echo.Secret, "correct horse battery", "xcorrecthorsebatteryx", "x█x"},
		// Strong text is found in the middle of words, and over a few separators.
		{echo.Text, "Zanzibarian", "xxzanzi-barianxx zanzi . barian zanzi .... barian", "xx█xx █ zanzi .... barian"},
		{echo.Text, "zanzi\u00ADbarian", "Zan\u200Bzibarian", "█"},
		{echo.Text, "zqvw", "zqvw zqvws (z.q.v.w) éz-qvw", "█ zqvws (█) éz-qvw"},
		{echo.Text, "officezz", "oﬃceᶻz", "█"},
		{echo.Known, "Norway", "Norway, Norwayish", "█, Norwayish"},
		// Encodings.
		{echo.Text, "Zanzibarian", "a &#90;anzi&#x62;arian b &amp;#90;anzibarian", "a █ b █"},
		{echo.Text, "Zanzibarian", "q=%5A%61nzibarian&r=%255Aanzibarian&s=%25255Aanzibarian", "q=█&r=█&s=█"},
		{echo.Text, "Zanzi barian", "q=zanzi+barian&r=zanzi%20barian", "q=█&r=█"},
		{echo.Text, "Zanzibarian", `"\u005aanzibarian" '\x5aanzibarian' \5a anzibarian \u{5a}anzibarian`, `"█" '█' █ █`},
		{echo.Name, "José Peña", "n=Jos%E9+Pe%f1a;", "n=█;"},
		{echo.Name, "José Peña", "n=" + b64("Jos\xE9 Pe\xF1a") + ";", "n=█;"},
		{echo.Text, "Zanzibarian", "%u005Aanzibarian", "█"},
		{echo.Text, "Zanzibarian", `\"zanzi\
barian\"`, `\"█\"`},
		{echo.Name, "Jane", `x\nJane\nx C:\new\jane`, `x\n█\nx C:\new\█`},
		{echo.Secret, "!!p\u20AC$$##", `"!!p\20AC$$##", "p!!\20AC$$##"`, `"█", "p!!\20AC$$##"`},
		{echo.Text, "Zanzi ::: € ::: barian", `x zanzi ::: :::\20AC::: barian y`, "x █ y"},
		{echo.Text, "Zanzibarian", `x zanzi":\20AC":barian zanzi"\20AC"barian y`, "x zanzi\":\\20AC\":barian █ y"},
		{echo.Name, "Jørgen Håland", "n=" + escaped + ";", "n=█;"},
		{echo.Text, "Zanzibarian", "t=" + b64("the Zanzibarian way") + ";", "t=█;"},
		{echo.Text, "Zanzibarian", "Basic x" + b64("the Zanzibarian way") + ";", "Basic █;"},
		{echo.Text, "Zanzibarian", "Basic " + strings.TrimRight(b64("Zanzibarian:pw"), "="), "Basic █"},
		{echo.Text, "Zanzibarian", b64(url.QueryEscape(`{"q":"\u005aanzibarian"}`)), "█"},
		{echo.Text, "Zanzibarian", b64("\n\x0bZanzibarian\x10\x01"), "█"},
		{echo.Text, "Zanzibarian", "/u/" + base64.RawURLEncoding.EncodeToString([]byte("zanzibarian??>>")) + "/end", "/u/█_Pz4-/end"},
		{echo.Text, "Zanzibarian", "t=" + b64("ab "+b64("x zanzibarian x")) + "!", "t=█!"},
		{echo.Name, "Alice", "b=" + b64("Alice") + " ", "b=█ "},
		{echo.Name, "José Peña", "b=" + b64("José Peña") + "&", "b=█&"},
		{echo.Text, "Zanzibarian", "x 0x" + hex.EncodeToString([]byte("a zanzibarian")) + " y", "x █ y"},
		{echo.Text, "Zanzibarian", html.EscapeString(`<a title="Zanzibarian">`), `&lt;a title=&#34;█&#34;&gt;`},
	}
	for _, tt := range tests {
		t.Run(tt.value+"/"+tt.text, func(t *testing.T) {
			assert.Equal(t, tt.want, hide(t, set(t, tt.kind, tt.value), tt.text))
		})
	}
}

func TestClassify(t *testing.T) {
	tests := []struct {
		value string
		kind  echo.Kind
		want  echo.Strength
	}{
		{"a", echo.Text, echo.None},
		{"", echo.Text, echo.None},
		{"", echo.Secret, echo.None},
		{"Norway", echo.Text, echo.None},
		{"Norway", echo.Address, echo.None},
		{"United Kingdom", echo.Text, echo.None},
		{"male", echo.Text, echo.None},
		{"Yes please", echo.Text, echo.None},
		{"Page 12", echo.Text, echo.None},
		{"1990", echo.Text, echo.None},
		{"19.99", echo.Text, echo.None},
		{"123456", echo.Text, echo.None},
		{"1000000", echo.Number, echo.None},
		{"zzzzzzzzz", echo.Text, echo.None},
		{"7888 7888 7888 7888", echo.Text, echo.Strong},
		{"7777 7777 7777 7777", echo.Text, echo.Strong},
		{"7777 7777 777", echo.Text, echo.None},
		{"will", echo.Name, echo.None},
		{"********", echo.Text, echo.None},
		{"••••••••", echo.Secret, echo.None},
		{"xxxx-xxxx", echo.Text, echo.None},
		{"***@***.***", echo.Email, echo.None},
		{"12345", echo.Secret, echo.None},
		{"xyzzy", echo.Text, echo.Medium},
		{"Mark", echo.Name, echo.Medium},
		{"Li Wei", echo.Name, echo.Medium},
		{"山田", echo.Name, echo.Medium},
		{"a@b.no", echo.Email, echo.Medium},
		{"Norway", echo.Known, echo.Medium},
		{"123456", echo.Secret, echo.Strong},
		{"!?!?&%", echo.Secret, echo.Strong},
		{"password", echo.Secret, echo.Strong},
		{"password", echo.Text, echo.None},
		{"12 Park Street", echo.Address, echo.Strong},
		{"1234567", echo.Text, echo.Strong},
		{"ada@holt.example", echo.Text, echo.Strong},
		{"Mark Young", echo.Name, echo.Strong},
		{"I want you to have the book because it is good", echo.Text, echo.Strong},
		{strings.Repeat("Zanzibar ", 1000), echo.Text, echo.Strong},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, echo.Classify(tt.value, tt.kind), "%q as %v", tt.value, tt.kind)
	}
}
