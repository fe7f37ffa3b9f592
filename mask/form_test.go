package mask_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/mask/masktest"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

// A typedSecret is something that the user types in a recording, and that its
// page shows again while it is typed and after.
type typedSecret struct{ name, value string }

// A formSession is a recording of a form with what is typed in it.
type formSession struct {
	name    string
	secrets []typedSecret
	keep    []string // what the page says by itself
	coupon  string   // may be shown, where a rule says so
	total   string   // in an event, likewise
}

var formSessions = []formSession{
	{"corpus-checkout", []typedSecret{
		{"e-mail", "ada.holt@example.org"}, {"local part of the e-mail", "ada.holt"},
		{"name", "Ada Marguerite Holt"}, {"name, in part", "Ada Marguerite"}, {"name, short", "Ada Holt"}, {"second name", "Marguerite"},
		{"phone", "1234567890"}, {"card", "4929 1234 5678 9015"}, {"CVC", "737"},
		{"password", "correct horse 9!"}, {"password, in part", "correct horse"},
		{"note", "please ring twice"},
	}, []string{
		"Are you sure that", "is your phone number?", "Charging", "Shop", "Checkout", "Receipt:", "Ship to", "Hi ", "mail",
		"Email", "Full name", "Phone", "Card", "CVC", "Password", "Coupon", "Country", "gift", "Note", "Pay", "Show",
	}, "SPRING26", `"total":42`},
	{"form", []typedSecret{
		{"e-mail", "kari.odegard@example.no"}, {"e-mail at first", "kari.odegard@exampel.no"}, {"local part of the e-mail", "kari.odegard"},
		{"name", "Kari Ødegård"}, {"last name", "Ødegård"}, {"first name", "Kari"},
		{"phone", "12345678901"}, {"phone at first", "123456"}, {"card", "4929 1234 5678 9015"}, {"CVC", "737"},
		{"password", "hemmelig Ord-42!?"}, {"one-time code", "730518"}, {"message", "ring 123 4567 8901"}, {"note", "Hilsen Kari"},
		{"hidden", "s-0001-12345678901"},
	}, []string{
		"Are you sure that", "is your phone number?", "Kasse", "Navn", "E-post", "Telefon", "Kort", "Passord", "Rabattkode", "Levering",
		"Sendes til ", "Skriv til oss som ", "Lapp: ", "er for kort for et telefonnummer.", "Kjære ", "du må godta vilkårene.", "Hei, ",
		"Takk, ", "Kode ", "er brukt.", "Betal", "Syltetøy", "1\u00a0299\u00a0kr", "Engangskode", "Ja, det stemmer", "Ring ",
	}, "VÅR26", `"total":1299`},
}

// formsPending says why secrets are found in the recordings of forms still, by
// session and policy.
var formsPending = map[string]string{}

// Nothing that is typed in a form is in the tape of its recording, in any form;
// all that the page says by itself is.
func TestForms(t *testing.T) {
	coupon := with(rule("#coupon", mask.Allow))
	coupon.Keep = []string{"order"}
	for _, s := range formSessions {
		if strings.HasPrefix(s.name, "corpus-") && os.Getenv("PAGETAPE_CORPUS") == "" {
			t.Logf("PAGETAPE_CORPUS IS NOT SET: nothing is proved of %s", s.name)
			continue
		}
		secrets := append(slices.Clone(s.secrets), typedSecret{"coupon", s.coupon})
		var values []string
		for _, secret := range secrets {
			values = append(values, secret.value)
		}
		plain, err := masktest.Find(sequence(sessions.Open(t, s.name).Events(t)), values...)
		require.NoError(t, err)
		for i, secret := range secrets {
			require.True(t, slices.ContainsFunc(plain, func(l masktest.Leak) bool { return l.Secret == i }), secret.name)
		}
		for _, c := range []struct {
			name    string
			config  mask.Config
			keep    []string
			secrets []typedSecret
		}{
			{"default", mask.Default(), s.keep, secrets},
			{"coupon and order", coupon, append([]string{s.coupon, s.total}, s.keep...), s.secrets},
			{"strict", mask.Strict(), nil, secrets},
		} {
			for _, m := range maskings {
				t.Run(s.name+"/"+c.name+"/"+m.name, func(t *testing.T) {
					policy, err := mask.Compile(c.config)
					require.NoError(t, err)
					out, f := m.run(t, policy, sessions.Open(t, s.name).Events(t))
					leaks, err := masktest.Find(tapeOf(t, out).Events(), values[:len(c.secrets)]...)
					require.NoError(t, err)
					pages, damage := pagesOf(out)
					assert.Zero(t, damage)
					shown := collect(out) + pages[0].VisibleText()
					for _, k := range c.keep {
						assert.Contains(t, shown, k)
					}
					report := fmt.Sprintf("%+v", f.Report())
					for _, secret := range c.secrets {
						if len(secret.value) > 6 {
							assert.NotContains(t, report, secret.value)
						}
					}
					count := map[string]int{}
					for _, l := range leaks {
						name := c.secrets[l.Secret].name
						if count[name]++; count[name] <= 3 {
							t.Logf("%s: %v", name, l)
						}
					}
					why := formsPending[s.name+"/"+c.name]
					switch {
					case why != "" && len(leaks) == 0:
						t.Errorf("PASSES: take it out of formsPending")
					case why != "":
						t.Skipf("PENDING: %s: %v", why, count)
					}
					assert.Empty(t, count)
				})
			}
		}
	}
}

// Under a hundredth of what pages show by themselves is masked in the other
// recordings: text outside of controls and editable elements.
func TestPublicTextStays(t *testing.T) {
	for _, s := range sessions.All(t) {
		if slices.ContainsFunc(formSessions, func(f formSession) bool { return f.name == s.Name }) {
			continue // whose pages show what was typed
		}
		t.Run(s.Name, func(t *testing.T) {
			policy, err := mask.Compile(mask.Default())
			require.NoError(t, err)
			plain := s.Events(t)
			out, _ := maskStored(t, policy, s.Events(t))
			was, is := replay.NewPlayer(replay.Events(plain)), replay.NewPlayer(replay.Events(out))
			defer was.Close()
			defer is.Close()
			typed := typedIn(plain)
			all, gone, echoes := 0, 0, 0
			const moments = 10
			last := plain[len(plain)-1].Time
			for i := range moments {
				at := last * time.Duration(i+1) / moments
				before, err := was.At(at)
				ignoreDamage(t, err)
				after, err := is.At(at)
				ignoreDamage(t, err)
				for id, n := range before.All() {
					if before.Kind(id) != snapshot.KindText || !public(before, id) {
						continue
					}
					all += len(n.Data)
					if part := differ(n.Data, after.Text(id)); strings.Contains(typed, plainText(part)) {
						echoes += len(part)
					} else {
						gone += len(part)
					}
				}
			}
			t.Logf("%d of %d bytes of public text are masked, and %d that were typed", gone, all, echoes)
			assert.Less(t, gone*100, max(all, 1))
		})
	}
}

// public says whether a text node is outside of all that the user writes or
// nobody sees.
func public(p *snapshot.Page, id snapshot.NodeID) bool {
	for up := p.Parent(id); up != 0; up = p.Parent(up) {
		n := p.Node(up)
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "input", "textarea", "select", "option", "output", "datalist", "meter", "progress", "script", "style", "noscript":
			return false
		}
		for _, a := range n.Attr {
			if a.Key == "contenteditable" && a.Val != "false" || a.Key == "role" && (a.Val == "textbox" || a.Val == "searchbox") {
				return false
			}
		}
	}
	return true
}

// typedIn returns the letters and digits of all that the controls of a recording
// held. Where a page shows that again, as code editors do, it is no
// public text.
func typedIn(events []format.Event) string {
	var b strings.Builder
	var p snapshot.Page
	for _, e := range events {
		_ = e.Data.Apply(&p)
		switch d := e.Data.(type) {
		case *format.Input:
			b.WriteString(plainText(d.Text) + " ")
		case *format.Mutation:
			for i := range d.Adds {
				for n := range d.Adds[i].Node.All() {
					if s := p.State(n.ID); s != nil && s.Value != nil {
						b.WriteString(plainText(*s.Value) + " ")
					}
				}
			}
		}
	}
	return b.String()
}

func plainText(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// differ returns what of a is not in b: what is between what both begin and end
// with.
func differ(a, b string) string {
	for a != "" && b != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for a != "" && b != "" && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return a
}
