package mask_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/mask/masktest"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

// The invariants of the masker, by their letters in the design. (a), one sink,
// is in leak_test.go and detectleak_test.go.

// allRows are the recordings of the leak matrix: a corpus of everything odd.
func allRows() []leakRow {
	return slices.Concat(pageRows(), eventRows(), echoRows(), vocabularyRows())
}

// run masks a row's recording and returns the JSON of each event that comes
// out.
func (r *leakRow) run(t testing.TB, m masking, p *mask.Policy) []format.Event {
	out, _ := m.run(t, p, all(t, tapeOf(t, r.recording(t))), r.values...)
	return out
}

func (r *leakRow) policy(t testing.TB) *mask.Policy {
	config := r.config
	if config.Name == "" {
		config = mask.Default()
	}
	p, err := mask.Compile(config)
	require.NoError(t, err)
	return p
}

// (b) What is not known is masked or left out, and counted; it is never an
// error, and what is beside it comes through.
func TestClosedWorld(t *testing.T) {
	for _, unknown := range []string{
		`{"type":42,"data":{"a":"` + who + `"}}`, `{"type":3,"data":{"source":99,"text":"` + who + `"}}`, `{"type":3,"data":7}`,
		`{"type":"x","data":{}}`, `{"data":{"a":"` + who + `"}}`, `{"type":3,"data":{"source":"0"}}`, `{}`,
		`{"type":5,"data":{"tag":"a","payload":1},"who":"` + who + `"}`,
		`{"type":3,"data":{"source":5,"id":4,"text":"x","isChecked":false,"who":"` + who + `"}}`,
		`{"type":2,"data":{"node":{"type":0,"id":1,"childNodes":[{"type":42,"id":2,"a":"` + who + `"}]},"initialOffset":{"left":0,"top":0}}}`,
	} {
		t.Run(unknown, func(t *testing.T) {
			r := leakRow{json: `[` + unknown + `,{"type":4,"timestamp":5,"data":{"href":"https://shop.example/welcome","width":1,"height":1}}]`}
			for _, m := range maskings {
				out, f := m.run(t, r.policy(t), r.recording(t))
				assert.NotContains(t, encodeAll(out), "Oakhurst")
				assert.Contains(t, encodeAll(out), "https://shop.example/welcome")
				counted := false
				for _, c := range f.Report().Channels {
					counted = counted || c.Dropped+c.Masked+c.Blocked > 0
				}
				assert.True(t, counted, "nothing is counted")
			}
		})
	}
}

// selectors are what random rules select by.
var selectors = []string{".a", ".b", ".c", "p", "div > i", "[x]", ".a p", "b ~ i", "div:not(.a)", "p:first-child", "i:empty + b", "div:has(.b)", "*"}

func randomRule(r *rand.Rand, actions ...mask.Action) mask.Rule {
	return rule(selectors[r.IntN(len(selectors))], actions[r.IntN(len(actions))])
}

// texts returns the content of the text nodes of a page that are on it.
func textsOf(p *snapshot.Page) map[snapshot.NodeID]string {
	texts := map[snapshot.NodeID]string{}
	for id := range p.All() {
		if p.Kind(id) == snapshot.KindText {
			texts[id] = p.Text(id)
		}
	}
	return texts
}

// (c) A rule that masks never shows more, whatever the other rules are; and
// whatever else is added, what a block or final rule is about stays hidden.
func TestLevelLattice(t *testing.T) {
	stricter := []mask.Action{mask.Mask, mask.Final, mask.Block}
	every := append([]mask.Action{mask.Allow, mask.Allow}, stricter...)
	hidden, shown := 0, 0
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 2))
		config := mask.Config{Text: mask.TextMode(r.IntN(2))}
		for range r.IntN(4) {
			config.Rules = append(config.Rules, randomRule(r, every...))
		}
		more := config
		more.Rules = append(slices.Clone(config.Rules), randomRule(r, stricter...))
		lifted := config // a final or blocked scope, and all that could lift it
		hard := randomRule(r, mask.Final, mask.Block)
		alone := mask.Config{Rules: []mask.Rule{hard}}
		lifted.Rules = append(slices.Clone(config.Rules), hard, rule("*", mask.Allow), rule("p", mask.Allow))

		pages := make([]*snapshot.Page, 4)
		filters := make([]*mask.Filter, 4)
		for i, c := range []mask.Config{config, more, alone, lifted} {
			p, err := mask.Compile(c)
			require.NoError(t, err)
			filters[i], pages[i] = newFilter(p, 0), &snapshot.Page{}
		}
		w := &wanderer{Rand: r, next: 3, page: &snapshot.Page{}}
		first := full(w.element(0), w.element(0), w.element(0))
		require.NoError(t, (&format.FullSnapshot{Node: copyNode(first.Node)}).Apply(w.page))
		for step := range 12 {
			m := w.mutation()
			if step > 0 {
				_ = cloneMutation(m).Apply(w.page)
			}
			for i, f := range filters {
				var data format.Data = &format.FullSnapshot{Node: copyNode(first.Node)}
				if step > 0 {
					data = cloneMutation(m)
				}
				out, err := f.Append(nil, format.Event{Time: time.Duration(step) * time.Second, Data: data})
				require.NoError(t, err)
				for _, e := range out {
					_ = e.Data.Apply(pages[i])
				}
			}
			plain, less, strict := textsOf(w.page), textsOf(pages[0]), textsOf(pages[1])
			only, all := textsOf(pages[2]), textsOf(pages[3])
			for id, s := range plain {
				if s == "" {
					continue
				}
				if less[id] == s && strict[id] != s {
					hidden++
				}
				if strict[id] == s {
					shown++
					assert.Equal(t, s, less[id], "seed %d, step %d: rule %v shows text %d", seed, step, more.Rules[len(config.Rules)], id)
				}
				if all[id] == s {
					assert.Equal(t, s, only[id], "seed %d, step %d: rule %v was lifted for text %d", seed, step, hard, id)
				}
			}
			if t.Failed() {
				return
			}
		}
	}
	assert.Positive(t, hidden, "no rule hid anything")
	assert.Positive(t, shown, "everything is hidden")
}

// (d) What an event brings is shown only where it would be both before and
// after the event's own changes of classes, types and places, in whichever
// order its records come. What changes later has no say.
func TestStricterOfBeforeAndAfter(t *testing.T) {
	class := map[bool]string{false: "", true: "rr-mask"}
	for _, c := range []struct {
		name  string
		bring func(m *format.Mutation)
	}{
		{name: "text", bring: func(m *format.Mutation) { m.Texts = append(m.Texts, format.TextChange{ID: 6, Value: str(who)}) }},
		{name: "attribute", bring: func(m *format.Mutation) {
			m.Attrs = append(m.Attrs, format.AttrChange{ID: 5, Attrs: attrs("title", who)})
		}},
		{name: "attribute of the element itself", bring: func(m *format.Mutation) {
			m.Attrs = append(m.Attrs, format.AttrChange{ID: 4, Attrs: attrs("title", who)})
		}},
		{name: "added text", bring: func(m *format.Mutation) {
			m.Adds = append(m.Adds, format.Addition{Parent: 5, Node: text(9, who)})
		}},
		{name: "added subtree", bring: func(m *format.Mutation) {
			m.Adds = append(m.Adds, format.Addition{Parent: 4, Node: el(9, "i", attrs("title", who))})
		}},
	} {
		for _, before := range []bool{false, true} {
			for _, after := range []bool{false, true} {
				for _, first := range []bool{false, true} {
					t.Run(fmt.Sprintf("%s/%v/%v/%v", c.name, before, after, first), func(t *testing.T) {
						m := &format.Mutation{}
						change := format.AttrChange{ID: 4, Attrs: attrs("class", class[after])}
						if first {
							m.Attrs = append(m.Attrs, change)
						}
						c.bring(m)
						if !first {
							m.Attrs = append(m.Attrs, change)
						}
						s := play(t, mask.Default(), full(el(4, "div", attrs("class", class[before]), el(5, "p", nil, text(6, "x")))), m)
						assert.Equal(t, !before && !after, strings.Contains(s.json, who))
						// A later change masks the page from then on, and not
						// what is written already.
						s = play(t, mask.Default(), full(el(4, "div", attrs("class", class[before]), el(5, "p", nil, text(6, "x")))), cloneMutation(m), setAttrs(4, "class", "rr-mask"))
						assert.NotContains(t, s.body(), who)
					})
				}
			}
		}
	}
}

// revealTokens are what pages' authors write to lift masking in one recorder or
// the other.
var revealTokens = []snapshot.Attr{
	{Name: "data-public"}, {Name: "data-hl-record"}, {Name: "data-hj-allow"}, {Name: "data-clarity-unmask", Value: "true"},
	{Name: "data-sl", Value: "unmask"}, {Name: "data-openreplay-unmask"}, {Name: "data-cs-capture"}, {Name: "data-ph-unmask"},
	{Name: "data-ph-unmask", Value: "true"}, {Name: "data-sentry-unmask"}, {Name: "data-dd-privacy", Value: "allow"}, {Name: "data-nr-unmask"},
	{Name: "data-heap-redact-text", Value: "false"}, {Name: "data-mf-listen"}, {Name: "data-recording-sensitive", Value: "false"},
	{Name: "class", Value: "lo-not-sensitive"}, {Name: "class", Value: "fs-unmask"}, {Name: "class", Value: "dd-privacy-allow"}, {Name: "class", Value: "ph-include"},
	{Name: "class", Value: "mf-listen"}, {Name: "class", Value: "sentry-unmask"}, {Name: "class", Value: "amp-unmask"}, {Name: "class", Value: "nr-unmask"},
	{Name: "class", Value: "rr-unmask"}, {Name: "class", Value: "fs-unmask-with-consent"},
}

// (e) A page does not unmask itself.
func TestPagesDoNotUnmask(t *testing.T) {
	for _, token := range revealTokens {
		for _, config := range []mask.Config{mask.Default(), mask.Strict()} {
			t.Run(config.Name+"/"+token.Name+"="+token.Value, func(t *testing.T) {
				given := func(n *snapshot.Node) *snapshot.Node {
					if v, ok := n.Attr(token.Name); ok && token.Name == "class" {
						n.Attrs = attrs("class", v+" "+token.Value)
						return n
					}
					n.Attrs = append(n.Attrs, token)
					return n
				}
				s := play(t, config, full(
					given(el(4, "div", nil, given(el(5, "input", attrs("value", who))), given(el(6, "textarea", nil, text(7, who))))),
					given(el(8, "div", attrs("class", "rr-mask"), given(el(9, "p", attrs("title", who), text(10, who))))),
					given(el(11, "input", attrs("type", "password", "value", who)))),
					&format.Input{ID: 5, Text: who}, &format.Input{ID: 11, Text: who}, setText(10, who),
					setAttrs(9, token.Name, token.Value), setText(10, who), setAttrs(5, token.Name, token.Value, "value", who))
				assert.NotContains(t, s.json, "Oakhurst")
			})
		}
	}
}

// (f) A rule that cannot be honoured is no policy, and the error says which.
func TestBadRulesAreRefused(t *testing.T) {
	for _, sel := range []string{"", " ", ",", ".a,", "p >", "> p", "[x", ".a..b", "p:hover", "input:focus", ":is(.a)", ":where(p)", "::before", ":host", "p:contains(x)",
		"svg|a", "a:visited", "p:nth-child(", ":unknown", "@media", "p{}", "p /* x", "[type=password"} {
		for i := range 3 {
			c := mask.Default()
			c.Rules = slices.Insert(c.Rules, i, rule(sel, mask.Mask))
			p, err := mask.Compile(c)
			require.Error(t, err, "%q", sel)
			assert.Nil(t, p)
			var bad *mask.RuleError
			require.ErrorAs(t, err, &bad)
			assert.Equal(t, i, bad.Index)
		}
	}
	for _, c := range []mask.Config{{Rules: []mask.Rule{{Select: "p"}}}, {Rules: []mask.Rule{rule("p", 99)}}, {Text: 9}, {Labels: 9}, {Shape: 9}, {Detect: []string{"nonsense"}}} {
		_, err := mask.Compile(c)
		assert.Error(t, err)
	}
}

// sameShape says where JSON that came out is not of the form of what went in:
// objects have no members but those that they had, each of its type, and ids,
// kinds and names are the same. Members and elements can be left out.
func sameShape(path string, in, out any) string {
	switch out := out.(type) {
	case map[string]any:
		was, ok := in.(map[string]any)
		if !ok {
			return path + " has become an object"
		}
		for k, v := range out {
			old, ok := was[k]
			if !ok && strings.HasPrefix(k, "***") {
				continue // a key that is no name
			}
			if !ok {
				return path + " has a new member"
			}
			switch k {
			case "id", "parentId", "nextId", "type", "source", "tagName":
				if fmt.Sprint(old) != fmt.Sprint(v) && !strings.Contains(path, "payload") && !strings.Contains(path, "attributes") {
					return path + "." + k + " has changed"
				}
			}
			if problem := sameShape(path+"."+k, old, v); problem != "" {
				return problem
			}
		}
	case []any:
		was, ok := in.([]any)
		if !ok {
			return path + " has become an array"
		}
		if len(out) > len(was) {
			return path + " has grown"
		}
		if len(out) == len(was) {
			for i := range out {
				if problem := sameShape(path+"["+strconv.Itoa(i)+"]", was[i], out[i]); problem != "" {
					return problem
				}
			}
		}
	default:
		if fmt.Sprintf("%T", in) != fmt.Sprintf("%T", out) {
			return fmt.Sprintf("%s was %T and is %T", path, in, out)
		}
	}
	return ""
}

// (g) What comes out has the types, ids and structure of what went in.
func TestShapeIsKept(t *testing.T) {
	object := func(e format.Event) (v any) {
		text, ok := rrweb.AppendEvent(nil, start, e)
		require.True(t, ok)
		require.NoError(t, json.Unmarshal(text, &v))
		return v
	}
	for _, r := range allRows() {
		switch r.place {
		case "keys twice, deep nesting", "compressed fields", "unknown types and sources":
			continue // were not of the form that they should be, and are now
		case "targets in blocked scope":
			continue // are the box
		case "network plugin":
			continue // bodies are null
		}
		t.Run(r.name(), func(t *testing.T) {
			f := newFilter(r.policy(t), 0, r.values...)
			for _, e := range r.recording(t) {
				in := object(all(t, tapeOf(t, []format.Event{e}))[0])
				out, err := f.Append(nil, e)
				require.NoError(t, err)
				if out, err = flush(f, out); len(out) == 0 {
					continue
				}
				require.NoError(t, err)
				assert.Empty(t, sameShape("", in, object(out[0])))
			}
		})
	}
}

// (g) Masking once more changes nothing; with the same key the same comes out;
// and it comes out in a form that can be read and replayed.
func TestIdempotentAndDeterministic(t *testing.T) {
	for _, r := range allRows() {
		for _, m := range maskings {
			t.Run(r.name()+"/"+m.name, func(t *testing.T) {
				p := r.policy(t)
				once := r.run(t, m, p)
				text := encodeAll(once)
				assert.Equal(t, text, encodeAll(r.run(t, m, p)), "deterministic")
				again, _ := m.run(t, p, all(t, tapeOf(t, once)), r.values...)
				if same := text == encodeAll(again); !growing[r.name()] || m.name != "stream" {
					assert.Equal(t, text, encodeAll(again), "idempotent")
				} else if same {
					t.Errorf("PASSES: take %q out of growing", r.name())
				} else {
					t.Log("PENDING: masked once more it gets the same patches once more")
				}
				var back []format.Event
				for e, err := range rrweb.NewDecoder(strings.NewReader(text), &rrweb.DecoderOptions{Start: start}).Events() {
					require.NoError(t, err)
					back = append(back, e)
				}
				assert.Equal(t, text, encodeAll(back), "decoded and encoded")
			})
		}
	}
}

// growing are the cases in which masking what comes in adds patches, and does so again when
// what came out is masked once more: the class that brings text under a rule
// comes before the patch that masks it.
var growing = map[string]bool{
	"30 moved in without a removal":        true,
	"31 class comes later":                 true,
	"31 block comes later":                 true,
	"31 class comes later, before as well": true,
}

// (h) A report has no value, in no form.
func TestReportTellsNothing(t *testing.T) {
	for _, r := range allRows() {
		if len(r.secrets) == 0 {
			continue
		}
		for _, m := range maskings {
			_, f := m.run(t, r.policy(t), all(t, tapeOf(t, r.recording(t))), r.values...)
			report, err := json.Marshal(f.Report())
			require.NoError(t, err)
			leaks, err := masktest.Find(sequence([]format.Event{{Data: &format.Custom{Tag: "report", Payload: string(report)}}}), r.secrets...)
			require.NoError(t, err)
			assert.Empty(t, leaks, r.name())
		}
	}
}

// (i) Detectors look at what is shown, also where a rule shows it.
func TestDetectorsInClearScope(t *testing.T) {
	for _, config := range []mask.Config{mask.Default(), with(rule("*", mask.Allow))} {
		s := play(t, config, full(el(4, "p", attrs("title", "write to "+mail), text(5, "Ask "+mail+" or pay with "+card)), el(6, "div", attrs("data-x", card))), setText(5, "or "+mail))
		for _, secret := range []string{mail, card} {
			assert.NotContains(t, s.json, secret)
		}
		assert.Contains(t, s.json, "or pay with")
	}
}

// (j) What a recorder has masked is no value: where it shows up elsewhere, it
// stays.
func TestMaskedGlyphsAreNoValues(t *testing.T) {
	for _, glyphs := range []string{"***", "********", "•••••••", "▪▫▪▫▪▫▪▫", "xxxxxxxx", "XXXX XXXX", "████████", "●●●●●●", "--------", "#######", "×××××××"} {
		for _, m := range maskings {
			t.Run(glyphs+"/"+m.name, func(t *testing.T) {
				shown := "see " + glyphs + " there"
				r := leakRow{data: cat(full(el(4, "p", nil, text(5, shown)), el(6, "input", attrs("value", glyphs)), el(7, "input", attrs("type", "password"))),
					enter(6, glyphs, false), enter(7, glyphs, false), setText(5, shown))}
				p, err := mask.Compile(with())
				require.NoError(t, err)
				pages, _ := pagesOf(r.run(t, m, p))
				assert.Equal(t, shown, pages[0].Text(5))
			})
		}
	}
}

// Masking commutes with seeking: the page at any moment of the tape of what
// comes out is the one that the events up to then make.
func TestMaskingCommutesWithSeeking(t *testing.T) {
	for _, s := range sessions.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			policy, err := mask.Compile(with(rule("tr:nth-child(3n), svg", mask.Block), rule("[class*=active], [class*=open]", mask.Mask)))
			require.NoError(t, err)
			events, _ := maskStored(t, policy, s.Events(t))
			tape := keyframed(t, events)
			require.True(t, tape.Indexed())
			seeker := replay.NewPlayer(tape)
			defer seeker.Close()
			linear, next := replay.NewPlayer(replay.Events(events)), time.Duration(0)
			defer linear.Close()
			r := rand.New(rand.NewPCG(1, uint64(len(events))))
			last := events[len(events)-1].Time
			moments := []time.Duration{0, last}
			for range 6 {
				moments = append(moments, time.Duration(r.Int64N(int64(last)+1)))
			}
			slices.Sort(moments)
			for i := range moments {
				// Forward for the one that goes on, backward for the one that
				// seeks.
				next = moments[i]
				want, err := linear.At(next)
				ignoreDamage(t, err)
				wanted := pageJSON(want)
				_, err = seeker.At(moments[len(moments)-1-i])
				ignoreDamage(t, err)
				got, err := seeker.At(next)
				ignoreDamage(t, err)
				require.Equal(t, wanted, pageJSON(got), "at %v", next)
			}
		})
	}
}

// keyframed writes a tape with many keyframes.
func keyframed(t testing.TB, events []format.Event) *format.Reader {
	t.Helper()
	var b strings.Builder
	w := format.NewWriter(&b, format.Header{}, &format.WriterOptions{Level: format.LevelFast, Keyframes: 2000})
	for _, e := range events {
		require.NoError(t, w.Write(e))
	}
	require.NoError(t, w.Close())
	r, err := format.NewReader(strings.NewReader(b.String()), int64(b.Len()), nil)
	require.NoError(t, err)
	return r
}

func pageJSON(p *snapshot.Page) string {
	if root := p.Snapshot(); root != nil {
		return string(rrweb.AppendNode(nil, root))
	}
	return ""
}

// ignoreDamage passes over what a recording names and does not have.
func ignoreDamage(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		_, ok := errors.AsType[*replay.DamageError](err)
		require.True(t, ok, "%v", err)
	}
}
