package mask_test

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/mask/masktest"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

func at(d time.Duration, data format.Data) format.Event { return format.Event{Time: d, Data: data} }

// changesOf masks events in every way and returns what a node's text is after
// each change of it. All ways must agree.
func changesOf(t testing.TB, id snapshot.NodeID, in func() []format.Event) []string {
	t.Helper()
	var first []string
	for i, m := range maskings {
		out, _ := m.run(t, compiled(t, mask.Default()), in())
		var texts []string
		for _, e := range out {
			m, ok := e.Data.(*format.Mutation)
			if !ok {
				continue
			}
			for _, c := range m.Texts {
				if c.ID == id {
					texts = append(texts, *c.Value)
				}
			}
		}
		if i == 0 {
			first = texts
		}
		assert.Equal(t, first, texts, m.name)
	}
	return first
}

// What a page shows of a word while it is typed is masked, from its first letter
// on, in short strings, and for as long as a page may take.
func TestPreview(t *testing.T) {
	page := func() format.Data {
		return full(el(4, "input", attrs("name", "fullname")), el(5, "p", nil, text(6, "")))
	}
	long := strings.Repeat("many words of the page, ", 6)
	for name, c := range map[string]struct {
		typed, text string
		after       time.Duration
		want        string
	}{
		"one letter":         {"A", "Hi A!", 10 * time.Millisecond, "Hi ***!"},
		"two letters":        {"Ad", "Hi Ad!", 10 * time.Millisecond, "Hi ***!"},
		"lower case":         {"Ad", "hi ad!", 10 * time.Millisecond, "hi ***!"},
		"no part of a word":  {"Ad", "Hi Adam, Nomad", 10 * time.Millisecond, "Hi Adam, Nomad"},
		"a little late":      {"Ad", "Hi Ad!", 3 * time.Second, "Hi ***!"},
		"late":               {"Ad", "Hi Ad!", 3001 * time.Millisecond, "Hi Ad!"},
		"in much text":       {"Ad", long + "Ad", 10 * time.Millisecond, long + "Ad"},
		"four in much text":  {"Adal", long + "Adal", 10 * time.Millisecond, long + "***"},
		"with another space": {"Ad Ho", "Hi ad  ho", 10 * time.Millisecond, "Hi ***"},
		"nothing typed":      {"", "Hi A!", 10 * time.Millisecond, "Hi A!"},
		"one ideograph":      {"王", "你好 王!", 10 * time.Millisecond, "你好 ***!"},
	} {
		t.Run(name, func(t *testing.T) {
			got := changesOf(t, 6, func() []format.Event {
				return []format.Event{at(0, page()), at(time.Second, typeIn(4, c.typed)), at(time.Second+c.after, setText(6, c.text))}
			})
			assert.Equal(t, []string{c.want}, got)
		})
	}
	// What a page is late with is still of what was typed last, and a select's and
	// a shown field's is no one's.
	got := changesOf(t, 6, func() []format.Event {
		in := []format.Event{at(0, page())}
		for i := range 9 {
			in = append(in, at(time.Duration(i)*50*time.Millisecond, typeIn(4, who[:i+1])))
		}
		return append(in, at(time.Second, setText(6, "Hi "+who[:4])), at(time.Second, setText(6, "Hi "+who[:9])))
	})
	assert.Equal(t, []string{"Hi ***", "Hi ***"}, got)
	got = changesOf(t, 6, func() []format.Event {
		return []format.Event{
			at(0, full(el(4, "select", nil, el(7, "option", attrs("value", "no"), text(8, "no"))), el(9, "input", attrs("type", "checkbox")), el(5, "p", nil, text(6, "")))),
			at(1, typeIn(4, "no")), at(2, typeIn(9, "on")), at(3, setText(6, "no, or on")),
		}
	})
	assert.Equal(t, []string{"no, or on"}, got)
}

// A full snapshot shows what a node shows already: seeking is exact.
func TestPreviewSnapshot(t *testing.T) {
	typed := "Ad"
	recording := func() []format.Event {
		page := func(value, a, b string) format.Data {
			return full(el(4, "input", attrs("name", "fullname", "value", value)),
				el(5, "p", nil, text(6, a)), el(7, "p", nil, text(8, b), el(9, "b", nil, text(10, "lph"))))
		}
		return []format.Event{
			at(0, page("", "", "Ad is an advertisement of Ra")),
			at(time.Second, typeIn(4, typed)),
			at(1100*time.Millisecond, setText(6, "Hi Ad!")),
			at(1200*time.Millisecond, page(typed, "Hi Ad!", "Ad is an advertisement of Ra")),
			at(5*time.Second, page(typed, "Hi Ad!", "Ad is an advertisement of Ra")),
			at(6*time.Second, setText(8, "Ralph, of Ra")),
			at(7*time.Second, page(typed, "Hi Ad!", "Ralph, of Ra")),
			at(8*time.Second, typeIn(4, "Ralph")),
			at(8100*time.Millisecond, setText(8, "Ra")), // and "lph" behind it
			at(12*time.Second, page("Ralph", "Hi Ad!", "Ra")),
			at(13*time.Second, setText(6, "Hi Ad, again")), // the node has shown it
			at(14*time.Second, page("Ralph", "Hi Ad, again", "Ra")),
		}
	}
	for _, m := range maskings {
		t.Run(m.name, func(t *testing.T) {
			out, _ := m.run(t, compiled(t, mask.Default()), recording())
			v, err := replay.Verify(replay.Events(tapeEvents(t, out)))
			require.NoError(t, err)
			assert.Equal(t, 5, v.Checked)
			assert.Empty(t, v.Drift)
			assert.Empty(t, v.Damage)
			pages, _ := pagesOf(tapeEvents(t, out))
			assert.Equal(t, "Hi ***, again", pages[0].Text(6))
			assert.Equal(t, "***", pages[0].Text(8))
			assert.Equal(t, "***", pages[0].Text(10))
		})
	}
}

// tapeEvents returns copies of events.
func tapeEvents(t testing.TB, events []format.Event) []format.Event { return all(t, tapeOf(t, events)) }

// All recordings are as exact masked as they are.
func TestMaskedDrift(t *testing.T) {
	for _, s := range formSessions {
		if strings.HasPrefix(s.name, "corpus-") && !hasCorpus() {
			continue
		}
		plain, err := replay.Verify(replay.Events(openSession(t, s.name)))
		require.NoError(t, err)
		for _, m := range maskings {
			out, _ := m.run(t, compiled(t, mask.Default()), openSession(t, s.name))
			v, err := replay.Verify(replay.Events(tapeEvents(t, out)))
			require.NoError(t, err)
			assert.Equal(t, plain.Checked, v.Checked, "%s, %s", s.name, m.name)
			assert.LessOrEqual(t, len(v.Drift), len(plain.Drift), "%s, %s: %v", s.name, m.name, v.Drift)
			assert.LessOrEqual(t, len(v.Damage), len(plain.Damage), "%s, %s", s.name, m.name)
		}
	}
}

// A code of a few digits is masked in its form, as a whole, and not elsewhere.
func TestCodes(t *testing.T) {
	page := func() format.Data {
		return full(
			el(4, "form", nil, el(5, "input", attrs("name", "cvc")), el(6, "p", nil, text(7, "Enter it")), el(8, "span", nil, text(9, ""), el(10, "b", nil, text(11, "")))),
			el(12, "p", nil, text(13, "Room 737 of 1737")),
			el(14, "form", nil, el(15, "p", nil, text(16, "737 seats"))))
	}
	for _, keys := range []bool{false, true} {
		for _, m := range maskings {
			in := seconds(cat(page(), enter(5, "737", keys), &format.Scroll{ID: 1}, &format.Scroll{ID: 1}, &format.Scroll{ID: 1}, &format.Scroll{ID: 1},
				setText(7, "It was 737, not 7370 nor 1737"), &format.Mutation{Texts: []format.TextChange{{ID: 9, Value: str("It is 7")}, {ID: 11, Value: str("37")}}},
				setText(13, "Room 737, once more"), setText(16, "737 seats"))...)
			out, _ := m.run(t, compiled(t, mask.Default()), in)
			pages, _ := pagesOf(tapeEvents(t, out))
			p := pages[0]
			assert.Equal(t, "It was ***, not 7370 nor 1737", p.Text(7), "%s, %v", m.name, keys)
			assert.Equal(t, "It is ***", p.Text(9), "%s, %v", m.name, keys)
			assert.Equal(t, "***", p.Text(11))
			assert.Equal(t, "Room 737, once more", p.Text(13))
			assert.Equal(t, "737 seats", p.Text(16))
		}
	}
}

// However many codes a form has had, the last is masked as the first: what was
// on the way to one does not count, and where there are too many all is masked.
func TestCodesMany(t *testing.T) {
	for _, n := range []int{30, 100} {
		data := cat(full(el(4, "form", nil, el(5, "input", attrs("name", "otp")), el(6, "p", nil, text(7, "")))))
		code := func(i int) string { return strconv.Itoa(10007 + 397*i) }
		for i := range n {
			data = append(data, enter(5, code(i), true)...)
			data = append(data, typeIn(5, ""))
		}
		data = append(data, &format.Scroll{ID: 1}, &format.Scroll{ID: 1}, &format.Scroll{ID: 1}, &format.Scroll{ID: 1})
		for i := range n {
			data = append(data, setText(7, "Code "+code(i)))
		}
		s := play(t, mask.Default(), data...)
		for i := range n {
			assert.NotContains(t, s.json, "Code "+code(i))
		}
		assert.Equal(t, n > 64, s.filter.Report().Flooded)
	}
}

// A value is found over text nodes, inline elements and in a shadow root, and not
// over what is no line.
func TestLines(t *testing.T) {
	shadow := func(n *snapshot.Node) *snapshot.Node {
		n.IsHost = true
		for _, c := range n.Children {
			c.IsShadow = true
		}
		return n
	}
	for name, c := range map[string]struct {
		node   *snapshot.Node
		hidden bool
	}{
		"text nodes":        {el(20, "p", nil, text(21, "Marguer"), text(22, "ite Oak"), text(23, "hurst")), true},
		"inline":            {el(20, "p", nil, text(21, "Marguer"), el(22, "b", nil, text(23, "ite O")), el(24, "a", nil, el(25, "i", nil, text(26, "akhurst")))), true},
		"custom element":    {el(20, "p", nil, text(21, "Marguer"), el(22, "my-name", nil, text(23, "ite Oakhurst"))), true},
		"shadow root":       {shadow(el(20, "my-card", nil, text(21, "Marguer"), el(22, "b", nil, text(23, "ite Oakhurst")))), true},
		"div of a shadow":   {shadow(el(20, "my-card", nil, el(24, "div", nil, text(21, "Marguer"), el(22, "b", nil, text(23, "ite Oakhurst"))))), true},
		"comment between":   {el(20, "p", nil, text(21, "Marguer"), &snapshot.Node{ID: 30, Kind: snapshot.KindComment, Text: "-"}, text(23, "ite Oakhurst")), true},
		"blocks":            {el(20, "div", nil, el(21, "p", nil, text(22, "Marguer")), el(23, "p", nil, text(24, "ite Oak")), el(25, "p", nil, text(26, "hurst"))), false},
		"block between":     {el(20, "p", nil, text(21, "Marguer"), el(22, "div", nil, text(23, "x")), text(24, "ite Oak"), el(25, "hr", nil), text(26, "hurst")), false},
		"cells":             {el(20, "tr", nil, el(21, "td", nil, text(22, "Marguer")), el(23, "td", nil, text(24, "iteoak"))), false},
		"inline in a block": {el(20, "div", nil, el(21, "p", nil, el(22, "b", nil, text(23, "Marguer"))), el(24, "b", nil, text(25, "iteoak"))), false},
	} {
		for _, snap := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				node := copyNode(c.node)
				var data []format.Data
				if snap {
					data = cat(full(el(4, "input", attrs("name", "note")), node))
				} else {
					data = cat(full(el(4, "input", attrs("name", "note"))), add(3, 0, node))
				}
				data = append(data, typeIn(4, "Margueriteoakhurst"))
				out, _ := maskStored(t, compiled(t, mask.Default()), seconds(data...))
				if c.hidden {
					leaks, err := masktest.Find(tapeOf(t, out).Events(), "Margueriteoakhurst")
					require.NoError(t, err)
					assert.Empty(t, leaks)
				}
				assert.Equal(t, !c.hidden, strings.Contains(collect(out), "Marguer"), collect(out))
			})
		}
	}
}

// A line that is made by what goes, or comes, is one.
func TestLinesChange(t *testing.T) {
	host := func(children ...*snapshot.Node) *snapshot.Node {
		n := el(20, "my-card", nil, children...)
		n.IsHost = true
		for _, c := range n.Children {
			c.IsShadow = true
		}
		return n
	}
	parts := func() []*snapshot.Node {
		return []*snapshot.Node{text(21, "Marguer"), el(22, "div", nil, text(23, "x")), text(24, "iteoakhurst")}
	}
	remove := func(shadow bool) *format.Mutation {
		return &format.Mutation{Removes: []format.Removal{{Parent: 20, ID: 22, Shadow: shadow}}}
	}
	for name, data := range map[string][]format.Data{
		"removed":             cat(full(el(4, "input", attrs("name", "note")), el(20, "p", nil, parts()...)), typeIn(4, "Margueriteoakhurst"), remove(false)),
		"removed in a shadow": cat(full(el(4, "input", attrs("name", "note")), host(parts()...)), typeIn(4, "Margueriteoakhurst"), remove(true)),
		"moved": cat(full(el(4, "input", attrs("name", "note")), el(20, "p", nil, parts()...), el(30, "p", nil)), typeIn(4, "Margueriteoakhurst"),
			&format.Mutation{Removes: []format.Removal{{Parent: 20, ID: 22}}, Adds: []format.Addition{{Parent: 30, Node: el(22, "div", nil)}, {Parent: 22, Node: text(23, "x")}}}),
	} {
		for _, m := range maskings {
			t.Run(name+"/"+m.name, func(t *testing.T) {
				out, _ := m.run(t, compiled(t, mask.Default()), seconds(copied(t, data)...))
				pages, damage := pagesOf(tapeEvents(t, out))
				require.Zero(t, damage)
				assert.NotContains(t, pages[0].VisibleText(), "Marguer")
				assert.NotContains(t, pages[0].VisibleText(), "oakhurst")
			})
		}
	}
}

// copied returns copies of data.
func copied(t testing.TB, data []format.Data) []format.Data {
	var out []format.Data
	for _, e := range tapeEvents(t, seconds(data...)) {
		out = append(out, e.Data)
	}
	return out
}

func hasCorpus() bool { return os.Getenv("PAGETAPE_CORPUS") != "" }

func openSession(t testing.TB, name string) []format.Event { return sessions.Open(t, name).Events(t) }
