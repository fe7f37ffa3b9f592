package snapshot_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

func TestSelector(t *testing.T) {
	tests := []struct{ name, html, want string }{
		{"id", `<b title=x id=pay>`, "#pay"},
		{"id used twice", `<i id=pay></i><b title=x id=pay></b>`, "b"},
		{"generated id", `<b></b><b title=x id=":r1:" data-testid=pay>`, `[data-testid="pay"]`},
		{"hash in an id", `<b></b><b title=x id="button-8f3a2c" class=pay>`, "b.pay"},
		{"name", `<input><input title=x name="user[mail]">`, `input[name="user[mail]"]`},
		{"label", `<label for=a>a</label><label title=x for=b>b</label>`, `label[for="b"]`},
		{"class", `<b class=c></b><b title=x class="c d active">`, "b.d"},
		{"two classes", `<b class=c></b><b class=d></b><b title=x class="c d">`, "b.c.d"},
		{"only one of its kind", `<b></b><h1 title=x>`, "h1"},
		{"below an id", `<div id=cart><b></b></div><div id=list><b title=x></b></div>`, "#list b"},
		{"below a class", `<div class=cart><b></b></div><div class=list><p><b title=x></b></p></div>`, "div.list b"},
		{"place", `<ul id=list><li>a<li title=x>b</ul>`, "#list > li:nth-of-type(2)"},
		{"place of an ancestor", `<ul id=list><li><b>a</b><li><b title=x>b</b></ul>`, "#list > li:nth-of-type(2) > b"},
		{"class among siblings", `<ul><li><b></b><i class=c></i></ul><ul><li><b></b><i title=x class=c></i></ul>`, "body > ul:nth-of-type(2) > li > i"},
		{"hashed classes", `<div class="css-1q2w3e sc-bdVaJa Button_root__x3Fg2 md:w-1/2 is-open"></div><div title=x class="css-1q2w3e sc-bdVaJa Button_root__x3Fg2 md:w-1/2 is-open">`, "body > div:nth-of-type(2)"},
		{"shadow", `<b id=a></b><div><template shadowrootmode=open><b></b><b title=x id=a></b></template></div>`, "#a"},
		{"shadow without a name", `<div><template shadowrootmode=open><p><i></i></p><p><i></i><i title=x></i></p></template></div>`, "p:nth-of-type(2):not(* > *) > i:nth-of-type(2)"},
		{"frame", `<b></b><iframe srcdoc="<b title=x>"></iframe>`, "b"},
		{"quotes", `<b></b><b title=x data-test='a"b\c'>`, `[data-test="a\"b\\c"]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := load(t, tt.html)
			for id, n := range p.All() {
				if hasTitle(n) {
					assert.Equal(t, tt.want, p.Selector(id))
				}
			}
			checkSelectors(t, p, 1)
		})
	}
	p := load(t, "x")
	assert.Empty(t, p.Selector(0))
	assert.Empty(t, p.Selector(p.RootID()))
}

func hasTitle(n *html.Node) bool {
	for _, a := range n.Attr {
		if a.Key == "title" && a.Val == "x" {
			return true
		}
	}
	return false
}

// checkSelectors holds the selector of each of the elements, or of one in some,
// against what cascadia finds with it. It returns the longest.
func checkSelectors(t testing.TB, p *snapshot.Page, one int) string {
	t.Helper()
	longest, nth := "", 0
	for id, n := range p.All() {
		if p.Kind(id) != snapshot.KindElement {
			continue
		}
		if nth++; nth%one != 0 {
			continue
		}
		s := p.Selector(id)
		sel, err := cascadia.Parse(s)
		require.NoError(t, err, s)
		top := n
		for top.Parent != nil {
			top = top.Parent
		}
		found := cascadia.QueryAll(top, sel)
		require.Len(t, found, 1, s)
		require.Same(t, n, found[0], s)
		if len(s) > len(longest) {
			longest = s
		}
	}
	return longest
}

func TestSelectorsOfRecordings(t *testing.T) {
	one := 3
	if testing.Short() {
		one = 41
	}
	for _, s := range sessions.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			events := replay.Events(s.Events(t))
			player := replay.NewPlayer(events)
			defer player.Close()
			for _, at := range []int{len(events) / 2, len(events)} {
				page, err := player.AtEvent(at)
				require.NoError(t, err)
				t.Logf("%d nodes; longest: %s", page.Len(), checkSelectors(t, page, one))
			}
		})
	}
}

// Trees that no parser makes have selectors too.
func TestSelectorsOfRandomTrees(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		b := make([]byte, 400)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		p := new(snapshot.Page)
		_ = p.Load((&generator{b: b}).document(0))
		checkSelectors(t, p, 1)
	}
}

func TestSelectorIsDeep(t *testing.T) {
	p := load(t, strings.Repeat("<div><p></p>", 480))
	s := checkSelectors(t, p, 1)
	assert.Less(t, len(s), 1<<14)
}

func BenchmarkSelector(b *testing.B) {
	p := bigPage(b, 10_000)
	var ids []snapshot.NodeID
	for id := range p.All() {
		if p.Kind(id) == snapshot.KindElement {
			ids = append(ids, id)
		}
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		_ = p.Selector(ids[i*7919%len(ids)])
		i++
	}
}

// FuzzNames holds selectors against cascadia, and has roles, names and the
// accessible text of whatever page comes.
func FuzzNames(f *testing.F) {
	for _, s := range nasty {
		f.Add([]byte(s))
	}
	f.Add([]byte(`<label for=a>x<input id=a aria-labelledby="a b"></label><i id=b role="tab none"><svg><title>t</title></svg>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<12 {
			return
		}
		roots := []*snapshot.Node{(&generator{b: b}).document(0)}
		if root, err := snapshot.Parse(bytes.NewReader(b)); err == nil {
			roots = append(roots, root)
		}
		for _, root := range roots {
			p := new(snapshot.Page)
			_ = p.Load(root)
			checkSelectors(t, p, 1)
			for id := range p.All() {
				if name := p.AccessibleName(id); strings.Trim(name, " \t\n") != name || strings.Contains(name, "  ") {
					t.Fatalf("name %q", name)
				}
			}
			for line := range strings.Lines(p.AccessibleText()) {
				if strings.TrimSpace(line) == "" {
					t.Fatal("empty line")
				}
			}
		}
	})
}
