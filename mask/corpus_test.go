package mask_test

import (
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/snapshot"
)

func decode(text string) iter.Seq2[format.Event, error] {
	return rrweb.NewDecoder(strings.NewReader(text), nil).Events()
}

// start is what the events of the tests' recordings count from.
var start = time.Unix(1700000000, 0)

func encode(t testing.TB, events []format.Event) string {
	var b strings.Builder
	_, err := rrweb.Encode(&b, start, func(yield func(format.Event, error) bool) {
		for _, e := range events {
			if !yield(e, nil) {
				return
			}
		}
	})
	require.NoError(t, err)
	return b.String()
}

// shapeOf returns what must be the same of a page before and after masking.
func shapeOf(n *snapshot.Node, blocked func(*snapshot.Node) bool) string {
	var b strings.Builder
	var walk func(n *snapshot.Node, depth int)
	walk = func(n *snapshot.Node, depth int) {
		b.WriteString(strings.Repeat(" ", depth) + n.Kind.String() + " " + n.Name + " " + snapshot.FormatNumber(float64(n.ID)) + "\n")
		if blocked(n) {
			return
		}
		for _, c := range n.Children {
			walk(c, depth+1)
		}
	}
	if n != nil {
		walk(n, 0)
	}
	return b.String()
}

func TestCorpusReplays(t *testing.T) {
	for _, s := range sessions.All(t) {
		for _, config := range []mask.Config{mask.Default(), mask.Strict()} {
			t.Run(s.Name+"/"+config.Name, func(t *testing.T) {
				text := string(s.JSON(t))
				policy, err := mask.Compile(config)
				require.NoError(t, err)
				filter := policy.NewFilter(nil)
				plain, masked := &snapshot.Page{}, &snapshot.Page{}
				damage, more := 0, 0
				var events []format.Event
				for e, err := range decode(text) {
					require.NoError(t, err)
					if e.Data.Apply(plain) != nil {
						damage++
					}
				}
				for e, err := range filter.Events(decode(text)) {
					require.NoError(t, err)
					events = append(events, e)
					if err := e.Data.Apply(masked); err != nil {
						more++
						t.Log(err)
					}
				}
				assert.LessOrEqual(t, more, damage)
				again := policy.NewFilter(nil)
				for e, err := range again.Events(decode(encode(t, events))) {
					require.NoError(t, err)
					before, _ := rrweb.AppendEvent(nil, start, events[0])
					events = events[1:]
					after, _ := rrweb.AppendEvent(nil, start, e)
					require.Equal(t, string(before), string(after), "idempotent")
				}
				for n := range masked.Snapshot().All() {
					if n.Name == "input" && n.State != nil && n.State.Value != nil {
						assert.Contains(t, []string{"", "***"}, *n.State.Value)
					}
				}
				never := func(*snapshot.Node) bool { return false }
				assert.Equal(t, shapeOf(plain.Snapshot(), never), shapeOf(masked.Snapshot(), never))
			})
		}
	}
}

// Whatever is blocked, and whenever, what comes out names no node that the
// masked page does not have.
func TestCorpusReplaysBlocked(t *testing.T) {
	for _, s := range sessions.All(t) {
		for _, rules := range [][]mask.Rule{
			{rule("tr:nth-child(3n), [role=row] + [role=row], svg, form", mask.Block)},
			{rule("div > div:not(:first-child)", mask.Block), rule("p, span, a", mask.Mask)},
			{rule("[class*=active], [class*=open], [class*=hover], [aria-expanded=true], .is-open, [open]", mask.Block)},
			{rule("div:has(input)", mask.Block), rule("li:only-child, div:empty ~ div", mask.Mask)},
		} {
			t.Run(s.Name+"/"+rules[0].Select, func(t *testing.T) {
				text := string(s.JSON(t))
				policy, err := mask.Compile(with(rules...))
				require.NoError(t, err)
				filter := policy.NewFilter(nil)
				plain, masked := &snapshot.Page{}, &snapshot.Page{}
				damage, more := 0, 0
				for e, err := range decode(text) {
					require.NoError(t, err)
					if e.Data.Apply(plain) != nil {
						damage++
					}
				}
				for e, err := range filter.Events(decode(text)) {
					require.NoError(t, err)
					if err := e.Data.Apply(masked); err != nil {
						more++
						t.Log(e.Time, err)
					}
				}
				assert.LessOrEqual(t, more, damage)
				t.Logf("%d patches, %d of %d nodes", filter.Report().Patches, masked.Len(), plain.Len())
			})
		}
	}
}

// Whatever a recording holds, it comes out in a form that can be read, and
// masking never fails.
func FuzzFilter(f *testing.F) {
	f.Add(encode(f, []format.Event{{Data: full(el(4, "p", attrs("class", "rr-mask", "style", "a:b"), text(5, "x")), el(6, "input", attrs("value", "y")))},
		{Data: setAttrs(4, "class", "rr-block")}, {Data: add(4, 5, text(7, "z"))}, {Data: &format.Input{ID: 6, Text: "t"}},
		{Data: &format.Custom{Tag: "a", Payload: `{"b":[1,"c"]}`}}, {Data: &format.Meta{URL: "https://x/?y=z"}}}))
	var policies []*mask.Policy
	for _, c := range []mask.Config{with(rule("p:first-child, .a .b, i ~ p, :has(b)", mask.Mask)), mask.Strict()} {
		p, err := mask.Compile(c)
		require.NoError(f, err)
		policies = append(policies, p)
	}
	f.Fuzz(func(t *testing.T, recording string) {
		for _, p := range policies {
			var out []format.Event
			for e, err := range p.NewFilter(nil).Events(decode(recording)) {
				if err != nil {
					break
				}
				out = append(out, e)
			}
			for _, err := range decode(encode(t, out)) {
				require.NoError(t, err)
			}
		}
	})
}
