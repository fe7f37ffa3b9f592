package mask_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/snapshot"
)

var presets = []func() mask.Config{mask.Default, mask.Strict, mask.Rrweb, mask.PostHog, mask.Sentry, mask.Zenovay}

// Every rule of a preset has a reason, and no rule is there twice.
func TestPresetRules(t *testing.T) {
	for _, preset := range presets {
		c := preset()
		p, err := mask.Compile(c)
		require.NoError(t, err, c.Name)
		seen := map[mask.Rule]bool{}
		for _, r := range c.Rules {
			assert.NotEmpty(t, r.Why, "%s: %+v", c.Name, r)
			assert.False(t, seen[r], "%s: %+v", c.Name, r)
			seen[r] = true
			assert.Contains(t, p.String(), r.Why)
		}
		for _, r := range mask.VendorTokens() {
			assert.True(t, seen[r], "%s lacks %+v", c.Name, r)
			assert.NotEqual(t, mask.Allow, r.Action)
		}
		// It is the same policy made again of what it says of itself.
		again, err := mask.Compile(p.Config())
		require.NoError(t, err)
		assert.Equal(t, p.Hash(), again.Hash())
		assert.Equal(t, p.String(), again.String())
	}
}

// What presets make of one page: an element a line, with what stays of it.
func TestPresetPages(t *testing.T) {
	lines := []struct {
		name   string
		node   *snapshot.Node
		expect map[string]string // by preset, "" for the others
	}{
		{"text", el(0, "p", nil, text(0, "Jane D.")), map[string]string{
			"": "<p>Jane D.</p>", "strict": "<p>***</p>", "sentry": "<p>***</p>", "zenovay": "<p>xxxx xx</p>"}},
		{"own attribute", el(0, "p", attrs("data-user", "jane", "title", "Jane")), map[string]string{
			"": "<p data-user=jane title=Jane></p>", "strict": "<p data-user=*** title=***></p>", "sentry": "<p data-user=*** title=***></p>",
			"zenovay": "<p data-user=xxxx title=xxxx></p>"}},
		{"input", el(0, "input", attrs("placeholder", "Name", "value", "jane d")), map[string]string{
			"": "<input placeholder=Name value=***>", "strict": "<input placeholder=*** value=***>", "sentry": "<input placeholder=*** value=***>",
			"zenovay": "<input placeholder=xxxx value=xxxx x>"}},
		{"password", el(0, "input", attrs("type", "password", "value", "secret!")), map[string]string{
			"": "<input type=password value=***>", "zenovay": "<input type=password value=xxx>"}},
		{"password that is unmasked", el(0, "input", attrs("type", "password", "value", "secret!", "data-ph-unmask", "", "data-sentry-unmask", "")), map[string]string{
			"": "<input type=password value=*** data-ph-unmask data-sentry-unmask>", "zenovay": "<input type=password value=xxx data-ph-unmask data-sentry-unmask>"}},
		{"card", el(0, "input", attrs("autocomplete", "section-pay cc-number", "value", "4111")), map[string]string{
			"": "<input autocomplete=section-pay cc-number value=***>", "strict": "<input autocomplete=*** value=***>", "sentry": "<input autocomplete=*** value=***>",
			"zenovay": "<input autocomplete=xxx value=xxx>"}},
		{"hidden", el(0, "input", attrs("type", "hidden", "value", "token")), map[string]string{
			"": "<input type=hidden value=***>", "zenovay": "<input type=hidden value=xxx>"}},
		{"file", el(0, "input", attrs("type", "file", "value", `C:\jane.pdf`)), map[string]string{
			"": "<input type=file value=***>", "zenovay": "<input type=file value=xxx>"}},
		{"code", el(0, "input", attrs("name", "otp", "value", "12345")), map[string]string{
			"": "<input name=otp value=***>", "zenovay": "<input name=otp value=xxx>"}},

		{"ph-mask", el(0, "p", attrs("class", "ph-mask"), text(0, "Jane")), map[string]string{
			"": "<p class=ph-mask>***</p>", "zenovay": "<p class=ph-mask>xxxx</p>"}},
		{"data-ph-mask", el(0, "p", attrs("data-ph-mask", ""), text(0, "Jane")), map[string]string{
			"": "<p data-ph-mask>***</p>", "zenovay": "<p data-ph-mask>xxxx</p>"}},
		{"ph-no-capture", el(0, "p", attrs("class", "ph-no-capture"), text(0, "Jane")), map[string]string{"": "<p class=ph-no-capture></p>"}},
		{"data-ph-unmask", el(0, "p", attrs("data-ph-unmask", "", "title", "Pub"), text(0, "Public")), map[string]string{
			"": "<p data-ph-unmask title=Pub>Public</p>", "strict": "<p data-ph-unmask title=***>***</p>", "sentry": "<p data-ph-unmask title=***>***</p>",
			"zenovay": "<p data-ph-unmask title=xxx>xxxxxx</p>"}},
		{"input with data-ph-unmask", el(0, "input", attrs("data-ph-unmask", "", "value", "Public")), map[string]string{
			"": "<input data-ph-unmask value=***>", "posthog": "<input data-ph-unmask value=Public>", "zenovay": "<input data-ph-unmask value=xxxxxx>"}},
		{"input under data-ph-unmask", el(0, "p", attrs("data-ph-unmask", ""), el(0, "input", attrs("value", "Public"))), map[string]string{
			"": "<p data-ph-unmask><input value=***></p>", "zenovay": "<p data-ph-unmask><input value=xxxxxx></p>"}},
		{"both", el(0, "input", attrs("class", "ph-ignore-input", "data-ph-unmask", "", "value", "Public")), map[string]string{
			"": "<input class=ph-ignore-input data-ph-unmask value=***>", "zenovay": "<input class=ph-ignore-input data-ph-unmask value=xxxxxx>"}},

		{"sentry-unmask", el(0, "p", attrs("class", "sentry-unmask"), text(0, "Public")), map[string]string{
			"": "<p class=sentry-unmask>Public</p>", "strict": "<p class=sentry-unmask>***</p>", "zenovay": "<p class=sentry-unmask>xxxxxx</p>"}},
		{"sentry-mask in sentry-unmask", el(0, "p", attrs("class", "sentry-unmask"), el(0, "b", attrs("data-sentry-mask", ""), text(0, "Jane"))), map[string]string{
			"": "<p class=sentry-unmask><b data-sentry-mask>***</b></p>", "zenovay": "<p class=sentry-unmask><b data-sentry-mask>xxxx</b></p>"}},
		{"image", el(0, "img", attrs("src", "/jane.png", "width", "9", "style", "height:9px")), map[string]string{
			"": "<img src=/jane.png width=9 style=height:9px>", "strict": "<img src=*** width=9 style=height:9px>", "sentry": "<img width=9 style=height:9px>",
			"zenovay": "<img src=*** width=9 style=height:9px>"}},
		{"sentry-unblock", el(0, "img", attrs("class", "sentry-unblock", "src", "/logo.png")), map[string]string{
			"": "<img class=sentry-unblock src=/logo.png>", "strict": "<img class=sentry-unblock src=***>", "zenovay": "<img class=sentry-unblock src=***>"}},
		{"sentry-block and sentry-unblock", el(0, "img", attrs("class", "sentry-unblock sentry-block", "src", "/logo.png")), map[string]string{
			"": "<img class=sentry-unblock sentry-block>"}},
		{"drawing", el(0, "svg", attrs("viewBox", "0 0 9 9"), el(0, "path", attrs("d", "M0 0"))), map[string]string{
			"": "<svg viewBox=0 0 9 9><path d=M0 0></path></svg>", "sentry": "<svg viewBox=0 0 9 9></svg>"}},

		{"zenovay-mask-replay", el(0, "p", attrs("class", "zenovay-mask-replay"), text(0, "Jane")), map[string]string{
			"": "<p class=zenovay-mask-replay>***</p>", "zenovay": "<p class=zenovay-mask-replay>xxxx</p>"}},
		{"data-private", el(0, "p", attrs("data-private", "", "class", "a"), text(0, "Jane")), map[string]string{
			"": "<p data-private class=a>***</p>", "zenovay": "<p class=a></p>"}},
		{"canvas", el(0, "canvas", attrs("width", "9", "rr_dataURL", "data:image/png;base64,AA")), map[string]string{
			"": "<canvas width=9 rr_dataURL=data:image/png;base64,AA></canvas>", "strict": "<canvas width=9></canvas>", "sentry": "<canvas width=9></canvas>",
			"zenovay": "<canvas width=9></canvas>"}},
		{"video", el(0, "video", attrs("src", "/a.mp4", "style", "width:9px")), map[string]string{
			"": "<video src=/a.mp4 style=width:9px></video>", "strict": "<video src=*** style=width:9px></video>", "sentry": "<video style=width:9px></video>",
			"zenovay": "<video style=width:9px></video>"}},
		{"frame of another site", el(0, "iframe", attrs("rr_src", "https://pay.example/f", "width", "9")), map[string]string{
			"": "<iframe width=9 rr_src=https://pay.example/f></iframe>", "strict": "<iframe width=9 rr_src=***></iframe>", "sentry": "<iframe width=9 rr_src=***></iframe>",
			"zenovay": "<iframe width=9></iframe>"}},
		{"frame of the site", el(0, "iframe", attrs("src", "/f", "width", "9")), map[string]string{
			"": "<iframe src=/f width=9></iframe>", "strict": "<iframe src=*** width=9></iframe>", "sentry": "<iframe src=*** width=9></iframe>",
			"zenovay": "<iframe src=*** width=9></iframe>"}},
		{"rr-ignore", el(0, "input", attrs("class", "rr-ignore", "value", "a")), map[string]string{
			"": "<input class=rr-ignore value=***>", "zenovay": "<input class=rr-ignore value=x>"}},
	}
	trim := strings.NewReplacer("</input>", "", "</img>", "")
	for _, preset := range presets {
		c := preset()
		t.Run(c.Name, func(t *testing.T) {
			for _, l := range lines {
				n, id := copyNode(l.node), snapshot.NodeID(3)
				for x := range n.All() {
					id++
					x.ID = id
				}
				want, ok := l.expect[c.Name]
				if !ok {
					want = l.expect[""]
				}
				s := play(t, c, full(n))
				assert.Equal(t, want, trim.Replace(s.body()), l.name)
				assert.Equal(t, want, trim.Replace(play(t, c, s.events[0].Data).body()), "%s: idempotent", l.name)
			}
		})
	}
}

// With PostHog's maskAllInputs off an operator's rule shows inputs, but not
// those that the page has ignored, nor secrets.
func TestPostHogShowsInputs(t *testing.T) {
	c := mask.PostHog()
	c.Rules = append(c.Rules, mask.Rule{Select: "input, textarea, select, option, optgroup", Action: mask.Allow, Why: "maskAllInputs: false"})
	s := play(t, c, full(el(4, "input", attrs("name", "city", "value", "Bonn")), el(5, "textarea", nil, text(6, "hello")),
		el(7, "select", nil, el(8, "option", attrs("value", "a"), text(9, "A"))),
		el(10, "input", attrs("class", "ph-ignore-input", "value", "jane")), el(11, "input", attrs("type", "password", "value", "jane"))),
		&format.Input{ID: 4, Text: "Ulm"}, &format.Input{ID: 10, Text: "jane"}, &format.Input{ID: 11, Text: "jane"})
	assert.Equal(t, "<input name=city value=Ulm></input><textarea>hello</textarea><select><option value=a>A</option></select>"+
		"<input class=ph-ignore-input value=***></input><input type=password value=***></input>", s.body())
	assert.NotContains(t, s.json, "jane")
}

// Adding the vendors' tokens to any policy never shows more.
func TestVendorTokensOnlyRaise(t *testing.T) {
	token := regexp.MustCompile(`zq[0-9a-z]+q`)
	var marks []string // class or attribute, as a name and a value
	for _, r := range mask.VendorTokens() {
		for sel := range strings.SplitSeq(r.Select, ", ") {
			sel = strings.TrimLeft(sel, "abcdefghijklmnopqrstuvwxyz")
			if class, ok := strings.CutPrefix(sel, "."); ok {
				marks = append(marks, "class", class)
			} else {
				name, value, _ := strings.Cut(strings.Trim(sel, "[]"), "=")
				marks = append(marks, name, strings.Trim(value, `" i`))
			}
		}
	}
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 7))
		next := 0
		secret := func() string { next++; return fmt.Sprintf("zq%xq", next) }
		id := snapshot.NodeID(3)
		var element func(depth int) *snapshot.Node
		element = func(depth int) *snapshot.Node {
			id++
			n := el(id, []string{"p", "div", "input", "textarea", "b", "img", "select", "x-y"}[r.IntN(8)], attrs("title", secret()))
			if r.IntN(2) == 0 {
				n.Attrs = append(n.Attrs, attrs("value", secret())...)
			}
			if r.IntN(3) == 0 {
				i := r.IntN(len(marks)/2) * 2
				n.Attrs = append(n.Attrs, attrs(marks[i], marks[i+1])...)
			} else if r.IntN(3) == 0 {
				n.Attrs = append(n.Attrs, attrs("class", "a")...)
			}
			for range r.IntN(4) {
				if depth < 4 && r.IntN(2) == 0 {
					n.Children = append(n.Children, element(depth+1))
				} else {
					id++
					n.Children = append(n.Children, text(id, secret()))
				}
			}
			return n
		}
		page := full(element(0), element(0), element(0))
		config := mask.Config{Text: mask.TextMode(r.IntN(2)), Labels: mask.TextMode(r.IntN(2))}
		for range r.IntN(4) {
			config.Rules = append(config.Rules, mask.Rule{
				Select: []string{".a", "p", "div > *", "input", "b", "[title]"}[r.IntN(6)], Action: mask.Allow + mask.Action(r.IntN(9))})
		}
		var changes []format.Data
		for range 5 {
			i := r.IntN(len(marks)/2) * 2
			changes = append(changes, setAttrs(4+snapshot.NodeID(r.IntN(int(id)-3)), marks[i], marks[i+1], "title", secret()))
		}
		shown := func(c mask.Config) map[string]bool {
			p, err := mask.Compile(c)
			require.NoError(t, err)
			f := p.NewFilter(nil)
			events := []format.Event{{Data: &format.FullSnapshot{Node: copyNode(page.Node)}}}
			for _, d := range changes {
				events = append(events, format.Event{Data: cloneMutation(d.(*format.Mutation))})
			}
			var out []format.Event
			for _, e := range events {
				out, err = f.Append(out, e)
				require.NoError(t, err)
			}
			found := map[string]bool{}
			for _, s := range token.FindAllString(encode(t, out), -1) {
				found[s] = true
			}
			return found
		}
		without := shown(config)
		config.Rules = append(config.Rules, mask.VendorTokens()...)
		for s := range shown(config) {
			require.True(t, without[s], "seed %d: %s is shown with the tokens only", seed, s)
		}
	}
}

// Recordings come out of every preset so that they replay, and the same again.
func TestCorpusPresets(t *testing.T) {
	if testing.Short() {
		t.Skip("replays every recording under every preset")
	}
	for _, s := range sessions.All(t) {
		for _, preset := range []func() mask.Config{mask.PostHog, mask.Sentry, mask.Zenovay} {
			config := preset()
			t.Run(s.Name+"/"+config.Name, func(t *testing.T) {
				text := string(s.JSON(t))
				p, err := mask.Compile(config)
				require.NoError(t, err)
				plain, masked := &snapshot.Page{}, &snapshot.Page{}
				damage, more := 0, 0
				for e, err := range decode(text) {
					require.NoError(t, err)
					if e.Data.Apply(plain) != nil {
						damage++
					}
				}
				var events []format.Event
				for e, err := range p.NewFilter(nil).Events(decode(text)) {
					require.NoError(t, err)
					if e.Data.Apply(masked) != nil {
						more++
					}
					events = append(events, e)
				}
				assert.LessOrEqual(t, more, damage)
				once := encode(t, events)
				var twice []format.Event
				for e, err := range p.NewFilter(nil).Events(decode(once)) {
					require.NoError(t, err)
					twice = append(twice, e)
				}
				assert.True(t, once == encode(t, twice), "idempotent")
			})
		}
	}
}
