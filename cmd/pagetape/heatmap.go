package main

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/replay/chart"
	"github.com/pagetape/pagetape/snapshot"
)

const heatmapHelp = `Where a page was clicked, added up over the tapes, drawn over the page as it was
at one moment. -page is its address, of which scheme, query and fragment are not
looked at; a path such as /cart will do. -t is the moment, in the first tape;
without -page it also says which page. Without -t the page is drawn as it was
when it was scrolled down furthest or, where it never was, first used.

-what moves is where the pointer stayed instead of what was clicked.
-bandwidth is how far the heat of one click spreads: the standard deviation of a
Gaussian, in CSS pixels, 15 without it.

The form is that of the name after -o, or -as html, svg or png. html is the page
itself. svg and png have a picture of the page, made by a Chromium: the one that
-browser names, or one that is in PATH; it runs headless in its sandbox, with no
network, for 30 s at most. -browser none draws the heat alone, and so does a
machine without a browser, which is said. As root a Chromium has no sandbox: it
is run only with -nosandbox then.

Events in frames, and of viewports whose width differs by more than a tenth, are
left out; the picture says how many.
`

func heatmap(env *environment, args []string) error {
	f := env.flags()
	when := f.String("t", "", "")
	page := f.String("page", "", "")
	what := f.String("what", "clicks", "")
	as := f.String("as", "", "")
	spread := f.Float64("bandwidth", 0, "")
	out := outFlag(f)
	var b browser
	f.StringVar(&b.name, "browser", "", "")
	f.BoolVar(&b.noSandbox, "nosandbox", false, "")
	key := keyFlag(f)
	names, err := env.parse(f, args)
	if err != nil {
		return err
	}
	form, err := pictureForm(*as, *out, "html", "svg", "png")
	switch {
	case err != nil:
		return err
	case len(names) == 0:
		return usage("no input")
	case *when == "" && *page == "":
		return usage("one of -t and -page is needed")
	case *what != string(replay.HeatClicks) && *what != string(replay.HeatMoves):
		return usage("-what: there are clicks and moves")
	case !(*spread >= 0 && *spread <= 1000):
		return usage("-bandwidth: CSS pixels, at most 1000")
	}
	var t time.Duration
	if *when != "" {
		if t, err = duration(*when); err != nil {
			return usage("-t: %q is no duration, as 1m2.5s", *when)
		}
	}
	if err := overwrites(*out, names...); err != nil {
		return err
	}
	tapes := make([]*format.ReadCloser, len(names))
	for i, name := range names {
		if tapes[i], err = key.open(name, false); err != nil {
			return err
		}
		defer tapes[i].Close()
	}
	m := &heatmapper{env: env, names: names, tapes: tapes, key: key, address: *page, kind: replay.HeatKind(*what)}
	if *when != "" {
		if err := m.pageAt(t); err != nil {
			return err
		}
	}
	if err := m.gather(); err != nil {
		return err
	}
	// Heat is in pixels of the document: it is shown from its top.
	if err := m.page.SetScroll(m.page.RootID(), 0, 0); err != nil {
		return err
	}
	return env.write(*out, func(w io.Writer) error {
		if form == "html" {
			return snapshot.Render(w, m.page, &snapshot.RenderOptions{Overlay: &snapshot.Overlay{Heat: m.heat.Points()}})
		}
		opts := &chart.HeatMapOptions{Title: m.page.View.URL, Bandwidth: *spread}
		if b.name != "none" {
			var err error
			if opts.Page, err = m.picture(&b); err != nil {
				fmt.Fprintf(env.err, "pagetape heatmap: the page is not drawn: %s\n", oneLine(err))
			}
		}
		return chart.HeatMap(w, m.heat, chart.Format(form), opts)
	})
}

// A heatmapper makes a heat map of several tapes.
type heatmapper struct {
	env     *environment
	names   []string
	tapes   []*format.ReadCloser
	key     keyOption
	address string
	kind    replay.HeatKind
	heat    *replay.Heat
	page    *snapshot.Page // nil until it is known
}

// pageAt takes the page of the first tape at a time.
func (m *heatmapper) pageAt(t time.Duration) error {
	p := replay.NewPlayer(m.tapes[0])
	defer p.Close()
	page, err := p.At(t)
	if page.Root() == nil {
		if err == nil {
			err = errors.New("there is no page yet then")
		}
		return named(m.names[0], m.key.explain(err))
	}
	if err := report(m.env, m.names[0], err); err != nil {
		return err
	}
	if m.address == "" {
		m.address = page.View.URL
	}
	m.page = page.Clone()
	return nil
}

// gather adds up the tapes, and finds the page if it is not known.
func (m *heatmapper) gather() error {
	opts := &replay.HeatOptions{Page: m.address, Kind: m.kind}
	if m.page != nil {
		opts.Width = m.page.View.Width
	}
	m.heat = replay.NewHeat(opts)
	for i, tape := range m.tapes {
		best, seen, err := m.heat.Add(tape)
		if err != nil {
			return named(m.names[i], m.key.explain(err))
		}
		if !seen || m.page != nil {
			continue
		}
		p := replay.NewPlayer(tape)
		page, err := p.At(best)
		if err == nil || page.Root() != nil {
			m.page = page.Clone()
		}
		p.Close()
	}
	if m.page == nil || m.heat.Width == 0 {
		return errors.New("no tape shows that page")
	}
	return nil
}

// picture takes a picture of the page.
func (m *heatmapper) picture(b *browser) (image.Image, error) {
	var html bytes.Buffer
	if err := snapshot.Render(&html, m.page, nil); err != nil {
		return nil, err
	}
	return b.picture(html.Bytes(), int(m.heat.Width), int(min(m.heat.Height, maxShot)))
}

// pictureForm returns the form that -as or the name of the output asks for; the
// first one is the default.
func pictureForm(as, out string, forms ...string) (string, error) {
	if as == "" {
		as = forms[0]
		if ext := strings.TrimPrefix(strings.ToLower(filepath.Ext(out)), "."); slices.Contains(forms, ext) {
			as = ext
		}
	}
	if !slices.Contains(forms, as) {
		return "", usage("-as: no form %q; there are %s", as, strings.Join(forms, ", "))
	}
	return as, nil
}
