package replaytest

import (
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

// Choices makes the choices of a generator. A *rand.Rand (math/rand/v2) does,
// and so does [Bytes]. In every choice 0 is the simplest.
type Choices interface {
	IntN(n int) int // from 0 to n-1
}

// Bytes returns Choices that are read from b, and that are all 0 where it ends:
// a fuzzer or a shrinking property test drives the generator with it. Of several
// slices the first is for the page as it is at first, and each of the others for
// one step, so that one step can be left out and the others stay as they are.
func Bytes(b ...[]byte) Choices {
	if len(b) == 0 {
		return &tape{}
	}
	return &tape{b[0], b[1:]}
}

type tape struct {
	b    []byte
	rest [][]byte
}

func (t *tape) IntN(n int) int {
	v := 0
	for most := n - 1; most > 0; most >>= 8 {
		v <<= 8
		if len(t.b) > 0 {
			v, t.b = v|int(t.b[0]), t.b[1:]
		}
	}
	return v % n
}

// Options say what a generated recording has in it. The zero value is a bit of
// everything.
type Options struct {
	// Steps is how many things happen at most. Zero is 60.
	Steps int
	// Nodes is how many nodes a page has before it shrinks again. Zero is 120.
	Nodes int
	// Windows is how many windows there are at most. Zero is 3.
	Windows int

	NoFrames bool // no frames
	NoShadow bool // no shadow roots
	NoStyles bool // no style sheets that scripts edit
}

// A Recording is a generated one.
type Recording struct {
	Events replay.Events
	// Checkpoints are the moments at which the page was looked at, in order.
	Checkpoints []Checkpoint
}

// A Checkpoint is what the pages were after so many events.
type Checkpoint struct {
	After int           // events
	Time  time.Duration // of the last of them
	Pages []Page        // of every window so far, in the order of their ids
}

// Generate makes a recording of a page that lives and a user who uses it, as
// rrweb would have recorded it. The same choices give the same recording.
//
// What a recorder loses is not done, or left open in the checkpoints: the
// recording tells all that they have. Several observers, one for each document
// and shadow root, tell of what moves between them, each in an event of its own,
// so that a player meets removals of what has gone and, for the time of such a
// run of events, additions that it cannot do: that is damage, as from rrweb.
func Generate(choices Choices, opts *Options) *Recording {
	g := &generator{Choices: choices}
	if opts != nil {
		g.opts = *opts
	}
	if g.opts.Steps <= 0 {
		g.opts.Steps = 60
	}
	if g.opts.Nodes <= 0 {
		g.opts.Nodes = 120
	}
	if g.opts.Windows <= 0 {
		g.opts.Windows = 3
	}
	g.open()
	if t, ok := choices.(*tape); ok && len(t.rest) > 0 {
		for _, b := range t.rest[:min(len(t.rest), g.opts.Steps)] {
			t.b = b
			g.step()
		}
		return &g.out
	}
	for range g.IntN(g.opts.Steps) + 1 {
		g.step()
	}
	return &g.out
}

// A generator makes a recording.
type generator struct {
	Choices
	opts    Options
	out     Recording
	windows []*window
	w       *window // the one in front
	now     time.Duration
	words   int
	loads   int
	lost    int // additions that the recorder could not write
}

// A window has a page, and a recorder in it.
type window struct {
	g             *generator
	id            format.WindowID
	url           string
	width, height float64
	doc           *node
	recording     bool

	nextID    snapshot.NodeID
	nextSheet int
	observers []*observer         // in the order in which they were made
	elsewhere map[*node]*observer // shadow children that an observer above took
	loading   []*node             // frames whose document has yet to load
	kept      []*node             // removed nodes that a script holds
	sheets    []*sheet            // constructed ones
	defined   map[string]bool     // custom elements

	focus     *node
	focusLost bool // a snapshot does not tell
	selection []snapshot.Range
	pointer   snapshot.Pointer
}

func (w *window) emit(d format.Data) {
	w.g.out.Events = append(w.g.out.Events, format.Event{Time: w.g.now, Window: w.id, Data: d})
}

// open opens a new window with a page in it.
func (g *generator) open() {
	w := &window{g: g, id: format.WindowID(len(g.windows)), width: 1000, height: 700}
	g.windows = append(g.windows, w)
	g.w = w
	g.load()
}

// load loads a new page into the window in front.
func (g *generator) load() {
	w := g.w
	*w = window{
		g: g, id: w.id, width: w.width, height: w.height, url: "https://site.example/" + g.word(),
		elsewhere: map[*node]*observer{}, defined: map[string]bool{}, pointer: w.pointer,
	}
	if g.chance(1, 3) {
		w.emit(&format.DOMContentLoaded{Payload: "{}"})
		w.emit(&format.Load{Payload: "{}"})
	}
	w.doc = g.document()
	// No two pages in a row look the same: a recorder does not tell that one is
	// another where all of it has the same ids.
	g.loads++
	body := w.doc.children[len(w.doc.children)-1].children[1]
	body.children = append([]*node{element([]string{"main", "nav"}[g.loads%2])}, body.children...)
	body.children[0].parent = body
	w.doc.walk(func(n *node) {
		if n.name == "style" {
			n.sheet = parseSheet(n.content())
		}
	})
	w.snapshot()
	g.checkpoint()
}

// step does one thing: a task of the page or an act of the user.
func (g *generator) step() {
	g.now += time.Duration(g.IntN(300)+1) * time.Millisecond
	g.act()
	g.w.deliver()
	g.checkpoint()
}

// chance is true in a of b cases.
func (g *generator) chance(a, b int) bool { return g.IntN(b) >= b-a }

func pick[T any](g *generator, list []T) T { return list[g.IntN(len(list))] }
