package mask_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/mask/masktest"
	"github.com/pagetape/pagetape/snapshot"
)

// echoesAreStripped says whether random recordings may show again, anywhere,
// what was typed in them. Without it secrets are only where structure alone
// hides them.
const echoesAreStripped = true

// A scene makes a random recording in which secrets are typed, and shown again
// in random places and spellings. All that it does is decided by its source:
// bytes of the fuzzer.
type scene struct {
	bytes  []byte
	random *rand.Rand // when the bytes are used up
	next   snapshot.NodeID

	fields  []snapshot.NodeID // in which something can be typed
	targets []snapshot.NodeID // elements that can show something
	texts   []snapshot.NodeID // text nodes that are not a field's
	hidden  []snapshot.NodeID // text nodes in masked scope
	data    []format.Data
	secrets []string
}

func newScene(b []byte) *scene {
	var seed uint64
	for _, c := range b {
		seed = seed*131 + uint64(c)
	}
	return &scene{bytes: b, random: rand.New(rand.NewPCG(seed, 3)), next: 3}
}

// pick returns a number from 0 to n-1.
func (s *scene) pick(n int) int {
	if len(s.bytes) > 0 {
		c := s.bytes[0]
		s.bytes = s.bytes[1:]
		return int(c) % n
	}
	return s.random.IntN(n)
}

func oneOf[T any](s *scene, list []T) T { return list[s.pick(len(list))] }

func (s *scene) id() snapshot.NodeID {
	s.next++
	return s.next
}

// secret makes a value that is not in a recording by chance, is long enough to
// be looked for anywhere, and has words and numbers.
func (s *scene) secret() string {
	syllables := []string{"qua", "vek", "zor", "plim", "drux", "thob", "yaf", "wug", "brisk", "mol"}
	word := func() string {
		w := ""
		for range 3 {
			w += oneOf(s, syllables)
		}
		return strings.ToUpper(w[:1]) + w[1:]
	}
	digits := func(n int) string {
		d := "7"
		for len(d) < n {
			d += string(rune('0' + s.pick(10)))
		}
		return d
	}
	v := ""
	switch s.pick(7) {
	case 0:
		v = word() + " " + word()
	case 1:
		v = strings.ToLower(word()) + "." + strings.ToLower(word()) + "@" + strings.ToLower(word()) + ".example"
	case 2:
		v = digits(10)
	case 3:
		v = digits(4) + " " + digits(4) + " " + digits(4) + " " + digits(4)
	case 4:
		v = word() + "! " + digits(3) + "&<" + word() + ">"
	case 5:
		v = "É" + strings.ToLower(word()) + "ö " + word()
	case 6:
		v = "+47 " + digits(3) + " " + digits(2) + " " + digits(4)
	}
	s.secrets = append(s.secrets, v)
	return v
}

// page makes the first snapshot.
func (s *scene) page() *format.FullSnapshot {
	var body []*snapshot.Node
	for range 1 + s.pick(4) {
		id := s.id()
		s.fields = append(s.fields, id)
		switch s.pick(6) {
		case 0:
			body = append(body, el(id, "input", attrs("type", oneOf(s, []string{"text", "email", "tel", "password", "TEXT", "search"}), "name", "f")))
		case 1:
			body = append(body, el(id, "textarea", nil))
		case 2:
			body = append(body, el(id, "input", nil))
		case 3:
			body = append(body, el(id, "input", attrs("type", "text", "value", s.secret())))
		case 4:
			n := el(s.id(), "my-form", nil, el(id, "input", attrs("type", "text")))
			n.IsHost, n.Children[0].IsShadow = true, true
			body = append(body, n)
		case 5:
			body = append(body, el(s.id(), "label", nil, text(s.id(), "Label"), el(id, "input", nil)))
		}
	}
	for range 2 + s.pick(4) {
		a, b := s.id(), s.id()
		s.targets = append(s.targets, a)
		s.texts = append(s.texts, b)
		body = append(body, el(a, oneOf(s, []string{"p", "div", "li", "td", "h1"}), nil, text(b, "Public words ")))
	}
	a, b := s.id(), s.id()
	s.hidden = append(s.hidden, b)
	body = append(body, el(a, "div", attrs("class", oneOf(s, []string{"rr-mask", "rr-block", "ph-no-capture", "fs-mask"})), text(b, "x")))
	return full(body...)
}

// spell writes a value in one of the ways in which pages do.
func (s *scene) spell(v string) string {
	switch s.pick(16) {
	case 0:
		return strings.ToUpper(v)
	case 1:
		return strings.ToLower(v)
	case 2:
		return strings.ReplaceAll(v, " ", "\u00a0")
	case 3:
		return url.QueryEscape(v)
	case 4:
		return html.EscapeString(v)
	case 5:
		b, _ := json.Marshal(v)
		return string(b)
	case 6:
		return base64.StdEncoding.EncodeToString([]byte(v))
	case 7:
		return hex.EncodeToString([]byte(v))
	case 8:
		return strings.NewReplacer(" ", "-", "é", "e", "É", "E", "ö", "o").Replace(v)
	case 9: // decomposed, with soft hyphens
		return strings.NewReplacer("é", "e\u0301", "É", "E\u0301", "ö", "o\u0308", "plim", "plim\u00ad", "vek", "ve\u200bk").Replace(v)
	case 10: // wide
		return strings.Map(func(r rune) rune {
			if r > ' ' && r < 0x7F {
				return r + 0xFEE0
			}
			return r
		}, v)
	case 11: // inside of a longer word
		return "pre" + v + "s"
	case 12:
		return base64.RawURLEncoding.EncodeToString([]byte("user:" + v + ":x"))
	case 13: // as sites know visitors by their e-mail
		if !strings.Contains(v, "@") {
			return v
		}
		return fmt.Sprintf("%x", sha256.Sum256([]byte(strings.ToLower(v))))
	}
	return v
}

// hide brings a value to where structure hides it, whatever it is.
func (s *scene) hide(v string) {
	q, _ := json.Marshal(v)
	switch s.pick(8) {
	case 0:
		s.data = append(s.data, setText(oneOf(s, s.hidden), s.spell(v)))
	case 1:
		s.data = append(s.data, setAttrs(oneOf(s, s.fields), "value", s.spell(v)))
	case 2:
		s.data = append(s.data, &format.Custom{Tag: "order", Payload: `{"for":` + string(q) + `}`})
	case 3:
		s.data = append(s.data, &format.Console{Level: "log", Args: `[` + string(q) + `]`, Trace: s.spell(v)})
	case 4:
		s.data = append(s.data, &format.Request{URL: "/api?q=" + url.QueryEscape(s.spell(v)), Method: "GET", Failure: s.spell(v)})
	case 5:
		s.data = append(s.data, add(oneOf(s, s.targets), 0, el(s.id(), "input", attrs("value", s.spell(v)))))
	case 6:
		s.data = append(s.data, &format.Meta{URL: "https://shop.example/?u=" + url.QueryEscape(v) + "#" + url.QueryEscape(v)})
	case 7:
		s.data = append(s.data, add(oneOf(s, s.targets), 0, &snapshot.Node{ID: s.id(), Kind: snapshot.KindComment, Text: s.spell(v)}))
	}
}

// echo shows a value in public scope.
func (s *scene) echo(v string) {
	is := s.spell(v)
	at := oneOf(s, s.targets)
	q, _ := json.Marshal(is)
	switch s.pick(14) {
	case 9:
		s.data = append(s.data, &format.SheetRules{ID: 2, Adds: []format.RuleAddition{{Rule: `a::after{content:` + string(q) + `}`, Index: []int64{0}}}})
	case 10:
		s.data = append(s.data, add(at, 0, el(s.id(), "style", nil, text(s.id(), `p{color:red} a::after{content:"`+strings.NewReplacer(`"`, "", `\`, "").Replace(is)+`"}`))))
	case 11:
		n := s.id()
		s.data = append(s.data, add(at, 0, el(n, "canvas", nil)), &format.Canvas{ID: n, Property: "fillText", Args: `[` + string(q) + `,1,2]`})
	case 12: // a frame's document
		n := s.id()
		s.data = append(s.data, add(at, 0, el(n, "iframe", nil)), &format.Mutation{Frame: true, Adds: []format.Addition{{Parent: n, Node: &snapshot.Node{ID: s.id(), Kind: snapshot.KindDocument,
			Children: []*snapshot.Node{el(s.id(), "html", nil, el(s.id(), "p", nil, text(s.id(), "for "+is)))}}}}})
	case 13: // word by word, by changes of texts
		n := el(s.id(), "p", nil)
		m := &format.Mutation{}
		for w := range strings.FieldsSeq(v) {
			id := s.id()
			n.Children = append(n.Children, text(id, " "))
			m.Texts = append(m.Texts, format.TextChange{ID: id, Value: str(w + " ")})
		}
		s.data = append(s.data, add(at, 0, n))
		if s.pick(2) == 0 {
			s.data = append(s.data, m)
			break
		}
		for _, c := range m.Texts {
			s.data = append(s.data, &format.Mutation{Texts: []format.TextChange{c}})
		}
	case 0:
		s.data = append(s.data, setText(oneOf(s, s.texts), "Dear "+is+", hello"))
	case 1:
		s.data = append(s.data, setAttrs(at, oneOf(s, []string{"title", "aria-label", "data-x", "alt", "placeholder"}), is))
	case 2:
		s.data = append(s.data, setAttrs(at, "href", "/u/"+url.PathEscape(is)+"/x"))
	case 3:
		s.data = append(s.data, setAttrs(at, "style", `color:red;--x:"`+strings.NewReplacer(`"`, "", `\`, "").Replace(is)+`"`))
	case 4:
		s.data = append(s.data, add(at, 0, el(s.id(), "b", nil, text(s.id(), is))))
	case 5: // split over nodes
		n := el(s.id(), "p", nil)
		for len(v) > 0 {
			cut := min(1+s.pick(8), len(v))
			for cut < len(v) && v[cut]&0xC0 == 0x80 {
				cut++
			}
			n.Children = append(n.Children, text(s.id(), v[:cut]))
			if s.pick(2) == 0 {
				n.Children[len(n.Children)-1] = el(s.id(), "span", nil, n.Children[len(n.Children)-1])
			}
			v = v[cut:]
		}
		s.data = append(s.data, add(at, 0, n))
	case 6:
		s.data = append(s.data, &format.Navigation{URL: "https://shop.example/" + url.PathEscape(is)})
	case 7:
		s.data = append(s.data, add(3, 0, el(s.id(), "title", nil, text(s.id(), "Account of "+is))))
	case 8:
		s.data = append(s.data, setAttrs(at, "data-json", fmt.Sprintf(`{"user":%q}`, is)))
	}
}

// play makes the recording.
func (s *scene) play(echoes bool) []format.Event {
	s.data = append(s.data, s.page())
	for range 1 + s.pick(6) {
		v := ""
		if len(s.secrets) == 0 || s.pick(2) == 0 {
			v = s.secret()
		} else {
			v = oneOf(s, s.secrets)
		}
		if echoes && s.pick(6) == 0 {
			s.echo(v) // before it is typed
		}
		s.data = append(s.data, enter(oneOf(s, s.fields), v, s.pick(2) == 0)...)
		for range s.pick(3) {
			s.hide(v)
		}
		for range s.pick(3) {
			if echoes {
				s.echo(v)
			}
		}
	}
	var events []format.Event
	for i, d := range s.data {
		events = append(events, format.Event{Time: time.Duration(i) * 100 * time.Millisecond, Data: d})
	}
	return events
}

// scenePolicies are the policies of random recordings. In none of them are secrets
// allowed anywhere.
func scenePolicies(t testing.TB) []*mask.Policy {
	length := mask.Default()
	length.Shape = mask.ShapeLength
	rules := with(rule("p:first-child, td", mask.Mask), rule("h1", mask.Block))
	rules.Name = "rules"
	none := mask.Default()
	none.Detect = []string{}
	var policies []*mask.Policy
	for _, c := range []mask.Config{mask.Default(), mask.Strict(), length, none, with(rule("p, li", mask.Allow)), rules} {
		p, err := mask.Compile(c)
		require.NoError(t, err)
		policies = append(policies, p)
	}
	return policies
}

// checkScene masks the recording that bytes make in both ways, and looks for
// its secrets. A secret that structure hides must be gone in every view.
func checkScene(t testing.TB, policies []*mask.Policy, b []byte, echoes bool) (found bool) {
	s := newScene(b)
	p := oneOf(s, policies)
	tape := tapeOf(t, s.play(echoes))
	plain, err := masktest.Find(tape.Events(), s.secrets...)
	require.NoError(t, err)
	for _, m := range maskings {
		if echoes && m.name == "stream" {
			continue // what is shown before it is typed has been let go
		}
		out, _ := m.run(t, p, all(t, tape))
		if p.Name() == "default" {
			require.Contains(t, collect(out), "Public words", "%s, scene %x", m.name, b)
		}
		leaks, err := masktest.Find(tapeOf(t, out).Events(), s.secrets...)
		require.NoError(t, err)
		require.Empty(t, leaks, "%s, scene %x", m.name, b)
	}
	return len(plain) > 0
}

// sceneBytes makes a scene of a number.
func sceneBytes(seed int) []byte {
	r := rand.New(rand.NewPCG(uint64(seed), 4))
	b := make([]byte, 32)
	for i := range b {
		b[i] = byte(r.IntN(256))
	}
	return b
}

// Whatever is typed wherever, and whatever else the recording has, nothing of
// it is left.
func TestRandomScenes(t *testing.T) {
	policies := scenePolicies(t)
	found := 0
	for seed := range 150 {
		if checkScene(t, policies, sceneBytes(seed), echoesAreStripped) {
			found++
		}
	}
	require.Equal(t, 150, found, "scenes with their secrets in them")
	if !echoesAreStripped {
		t.Log("PENDING: ECHOES ARE NOT SHOWN IN RANDOM SCENES")
	}
}

// Random scenes have something to find: shown again, and not stripped, it is.
func TestRandomScenesEcho(t *testing.T) {
	policies := scenePolicies(t)
	leaky := 0
	for seed := range 100 {
		s := newScene(sceneBytes(seed))
		p := policies[0]
		s.pick(len(policies))
		var out []format.Event
		f := newFilter(p, 0)
		for _, e := range s.play(true) {
			// Each event by itself: nothing is known that was typed.
			var err error
			if _, ok := e.Data.(*format.Input); ok {
				continue
			}
			out, err = f.Append(out, e)
			require.NoError(t, err)
		}
		leaks, err := masktest.Find(sequence(out), s.secrets...)
		require.NoError(t, err)
		if len(leaks) > 0 {
			leaky++
		}
	}
	require.Greater(t, leaky, 20)
}

func FuzzLeaks(f *testing.F) {
	policies := scenePolicies(f)
	for _, s := range []string{"", "a", "typed and shown", "\x00\x01\x02\x03\x04\x05\x06\x07", "\xff\xfe\xfd\xfc\xfb\xfa"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 4096 {
			return
		}
		checkScene(t, policies, b, echoesAreStripped)
	})
}
