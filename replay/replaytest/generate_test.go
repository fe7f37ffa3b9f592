package replaytest_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/replay/replaytest"
	"github.com/pagetape/pagetape/snapshot"
)

var (
	first = flag.Uint64("seed", 0, "seed of the first generated recording")
	count = flag.Uint64("recordings", 1000, "how many recordings to generate")
)

func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

// At every checkpoint of 1,000 generated recordings the page is the model's,
// however a player gets there.
func TestGenerated(t *testing.T) {
	n := *count
	if testing.Short() {
		n = 24
	}
	const shards = 8
	for shard := range uint64(shards) {
		t.Run(fmt.Sprint(shard), func(t *testing.T) {
			t.Parallel()
			for seed := *first + shard; seed < *first+n; seed += shards {
				r := replaytest.Generate(seeded(seed), nil)
				msg := check(r, seeded(seed))
				require.Empty(t, msg, "seed %d\n%s", seed, lines(r))
			}
		})
	}
}

// One that is long, of a large page.
func TestGeneratedLong(t *testing.T) {
	steps := 2000
	if testing.Short() {
		steps = 100
	}
	r := replaytest.Generate(seeded(5), &replaytest.Options{Steps: steps, Nodes: 400})
	require.Greater(t, len(r.Events), steps/8)
	require.Empty(t, check(r, seeded(1)))
}

// The same choices make the same recording, and none make the simplest.
func TestGenerateAgain(t *testing.T) {
	for seed := range uint64(5) {
		require.Equal(t, replaytest.Generate(seeded(seed), nil), replaytest.Generate(seeded(seed), nil))
	}
	assert.Len(t, replaytest.Generate(replaytest.Bytes(nil), nil).Events, 2)
}

// A few recordings have all kinds of events that the generator makes, and the
// options leave out what they say.
func TestGenerateKinds(t *testing.T) {
	const frames, shadows, windows = format.Kind(253), format.Kind(254), format.Kind(255) // no kinds of events
	kinds := func(opts *replaytest.Options) map[format.Kind]int {
		seen := map[format.Kind]int{}
		for seed := range uint64(20) {
			for _, e := range replaytest.Generate(seeded(seed), opts).Events {
				seen[e.Data.Kind()]++
				switch d := e.Data.(type) {
				case *format.Mutation:
					if d.Frame {
						seen[frames]++
					}
					for _, r := range d.Removes {
						if r.Shadow {
							seen[shadows]++
						}
					}
				}
				if e.Window > 0 {
					seen[windows]++
				}
			}
		}
		return seen
	}
	all := kinds(nil)
	for _, k := range []format.Kind{
		format.KindMeta, format.KindFullSnapshot, format.KindLoad, format.KindDOMContentLoaded, format.KindMutation,
		format.KindMouseMove, format.KindTouchMove, format.KindDrag, format.KindMouseInteraction, format.KindScroll,
		format.KindViewportResize, format.KindInput, format.KindMedia, format.KindSheetRules, format.KindSheetDeclaration,
		format.KindAdoptedSheets, format.KindSelection, format.KindCustomElement, format.KindCustom, format.KindPlugin, frames, shadows, windows,
	} {
		assert.Positive(t, all[k], "%v", k)
	}
	few := kinds(&replaytest.Options{Windows: 1, NoFrames: true, NoShadow: true, NoStyles: true})
	for _, k := range []format.Kind{format.KindSheetRules, format.KindSheetDeclaration, format.KindAdoptedSheets, frames, shadows, windows} {
		assert.Zero(t, few[k], "%v", k)
	}
}

// Recordings come back from JSON as they are.
func TestGenerateJSON(t *testing.T) {
	for seed := range uint64(10) {
		r := replaytest.Generate(seeded(seed), nil)
		var b bytes.Buffer
		_, err := rrweb.Encode(&b, start, r.Events.Replay(0, always))
		require.NoError(t, err)
		in := rrweb.NewDecoder(&b, nil)
		at := 0
		p := replay.NewPlayer(replay.Events(nil))
		defer p.Close()
		var events replay.Events
		for e, err := range in.Events() {
			require.NoError(t, err)
			e.Window, e.Time = r.Events[at].Window, r.Events[at].Time
			events = append(events, e)
			at++
		}
		require.Empty(t, check(&replaytest.Recording{Events: events, Checkpoints: r.Checkpoints}, seeded(seed)))
	}
}

// A page that is not the model's is told apart.
func TestDiff(t *testing.T) {
	for _, c := range []struct {
		name string
		harm func(p *snapshot.Page)
	}{
		{"text", func(p *snapshot.Page) { _ = p.SetText(find(p, snapshot.KindText, ""), "other") }},
		{"attribute", func(p *snapshot.Page) { _ = p.SetAttr(find(p, 0, "body"), snapshot.Attr{Name: "a"}) }},
		{"style", func(p *snapshot.Page) {
			_ = p.EditStyle(find(p, 0, "body"), []snapshot.StyleEdit{{Name: "color", Value: "blue"}})
		}},
		{"node", func(p *snapshot.Page) { _ = p.Remove(find(p, 0, "title")) }},
		{"one more", func(p *snapshot.Page) {
			_ = p.Insert(find(p, 0, "body"), 0, &snapshot.Node{ID: 9999, Kind: snapshot.KindComment})
		}},
		{"value", func(p *snapshot.Page) { _ = p.SetInput(find(p, 0, "textarea"), "other", false) }},
		{"scroll", func(p *snapshot.Page) { _ = p.SetScroll(find(p, 0, "body"), 1, 1) }},
		{"rule", func(p *snapshot.Page) {
			s, _ := p.Sheet(find(p, 0, "style"))
			_ = s.Insert([]int{0}, "a { }")
		}},
		{"view", func(p *snapshot.Page) { p.View.Width++ }},
		{"focus", func(p *snapshot.Page) { p.Focus++ }},
		{"pointer", func(p *snapshot.Page) { p.Pointer.X++ }},
		{"selection", func(p *snapshot.Page) { p.Selection = []snapshot.Range{{Start: 1}} }},
		{"shadow", func(p *snapshot.Page) {
			_ = p.Insert(find(p, 0, "body"), 0, &snapshot.Node{ID: 9999, Kind: snapshot.KindComment, IsShadow: true})
		}},
		{"adopted", func(p *snapshot.Page) { p.Construct(77); _ = p.Adopt(p.RootID(), []snapshot.StyleID{77}) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			for seed := uint64(0); ; seed++ { // one with all that is harmed
				r := replaytest.Generate(seeded(seed), &replaytest.Options{Steps: 1, Windows: 1})
				last := r.Checkpoints[len(r.Checkpoints)-1]
				p := replay.NewPlayer(r.Events)
				page, err := p.AtEvent(last.After)
				require.NoError(t, err)
				if find(page, 0, "textarea") == 0 || find(page, 0, "style") == 0 || page.Focus != 0 {
					continue
				}
				require.Empty(t, last.Pages[0].Diff(page, 3))
				c.harm(page)
				assert.NotEmpty(t, last.Pages[0].Diff(page, 3))
				assert.Len(t, last.Pages[0].Diff(page, 1), 1)
				return
			}
		})
	}
}

// find returns the first node of that kind, or element of that name.
func find(p *snapshot.Page, k snapshot.Kind, name string) snapshot.NodeID {
	for id, n := range p.All() {
		if k != 0 && p.Kind(id) == k || k == 0 && n.Data == name {
			return id
		}
	}
	return 0
}

const always = time.Duration(1<<63 - 1)

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// check compares the pages of a recording with the model's: from start to end,
// backward, and at random in a tape, by events and by time. It returns what
// differs.
func check(r *replaytest.Recording, random *rand.Rand) string {
	p := replay.NewPlayer(r.Events)
	defer p.Close()
	front := map[int]format.WindowID{}
	for _, c := range r.Checkpoints {
		_, err := p.AtEvent(c.After)
		if msg := differs(p, c, err); msg != "" {
			return msg
		}
		front[c.After] = p.Front()
	}
	tape, err := packed(r.Events, &format.WriterOptions{Keyframes: 200 + random.IntN(4000), Flush: 1 << (9 + random.IntN(4)), Level: format.LevelFast})
	if err != nil {
		return err.Error()
	}
	q := replay.NewPlayer(tape)
	defer q.Close()
	last := r.Checkpoints[len(r.Checkpoints)-1]
	for i := len(r.Checkpoints) - 1; i >= 0; i -= 1 + len(r.Checkpoints)/4 {
		_, err := q.AtEvent(r.Checkpoints[i].After)
		if msg := differs(q, r.Checkpoints[i], err); msg != "" {
			return "backward: " + msg
		}
	}
	latest := make([]time.Duration, len(r.Events)) // that any event so far has
	for i, e := range r.Events {
		latest[i] = max(e.Time, latest[max(i-1, 0)])
	}
	for range 10 {
		c := r.Checkpoints[random.IntN(len(r.Checkpoints))]
		t := latest[c.After-1]
		if c.After != last.After && r.Events[c.After].Time <= t {
			continue // what another window's recorder sent late belongs to it
		}
		_, err := q.At(t)
		if msg := differs(q, c, err); msg != "" {
			return fmt.Sprintf("at %v: %s", t, msg)
		}
		if n, _ := q.Position(); n != c.After {
			return fmt.Sprintf("at %v: %d events, not %d", t, n, c.After)
		}
		if q.Front() != front[c.After] {
			return fmt.Sprintf("at %v: window %d in front, not %d", t, q.Front(), front[c.After])
		}
	}
	return ""
}

func packed(events replay.Events, opts *format.WriterOptions) (*format.Reader, error) {
	var b bytes.Buffer
	w := format.NewWriter(&b, format.Header{Start: start}, opts)
	for _, e := range events {
		if err := w.Write(e); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return format.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()), nil)
}

// differs says what of the pages at a checkpoint is not as it was.
func differs(p *replay.Player, c replaytest.Checkpoint, err error) string {
	if !transient(err) {
		return fmt.Sprintf("after %d events: %v", c.After, err)
	}
	for _, page := range c.Pages {
		if diff := page.Diff(p.Window(page.Window), 4); len(diff) > 0 {
			return fmt.Sprintf("after %d events, window %d: %q (%v)", c.After, page.Window, diff, err)
		}
	}
	return ""
}

// transient says whether err is no more than what comes of several observers:
// each tells of its tree alone, so that one removes what has gone, or moves
// something to a place that the next one makes.
func transient(err error) bool {
	var node *snapshot.NodeError
	switch e := err.(type) {
	case nil:
		return true
	case interface{ Unwrap() []error }:
		for _, err := range e.Unwrap() {
			if !transient(err) {
				return false
			}
		}
		return true
	case *replay.DamageError:
		return transient(e.Err)
	}
	return errors.As(err, &node) && (node.Err == snapshot.ErrUnknownNode || node.Err == snapshot.ErrCycle)
}

// lines returns the events as JSON, one a line.
func lines(r *replaytest.Recording) string {
	var b []byte
	for _, e := range r.Events {
		b, _ = rrweb.AppendEvent(b, start, e)
		b = append(b, '\n')
	}
	return string(b)
}

// Whatever the choices are, the pages are the model's.
func FuzzGenerate(f *testing.F) {
	f.Add([]byte(nil), []byte(nil))
	f.Add([]byte("a page with something in it"), []byte("and what happens to it, step by step"))
	f.Fuzz(func(t *testing.T, page, steps []byte) {
		choices := [][]byte{page}
		for len(steps) > 32 && len(choices) < 40 {
			choices, steps = append(choices, steps[:32]), steps[32:]
		}
		r := replaytest.Generate(replaytest.Bytes(append(choices, steps)...), nil)
		require.Empty(t, check(r, seeded(1)), lines(r))
	})
}

func ExampleGenerate() {
	r := replaytest.Generate(rand.New(rand.NewPCG(1, 2)), nil)
	p := replay.NewPlayer(r.Events)
	defer p.Close()
	wrong := 0
	for _, c := range r.Checkpoints {
		_, _ = p.AtEvent(c.After)
		for _, page := range c.Pages {
			wrong += len(page.Diff(p.Window(page.Window), 10))
		}
	}
	fmt.Println(len(r.Checkpoints) > 10, wrong)
	// Output: true 0
}
