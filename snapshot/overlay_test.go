package snapshot_test

import (
	"fmt"
	"math"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/snapshot"
)

func ExampleOverlay() {
	doc, err := snapshot.Parse(strings.NewReader(`<button>Pay</button>`))
	if err != nil {
		fmt.Println(err)
		return
	}
	var p snapshot.Page
	if err := p.Load(doc); err != nil {
		fmt.Println(err)
		return
	}
	click := snapshot.Point{X: 20, Y: 15} // in the viewport
	view := p.ViewScroll(p.RootID())
	opts := &snapshot.RenderOptions{Overlay: &snapshot.Overlay{
		Clicks: []snapshot.Point{{X: click.X + view.X, Y: click.Y + view.Y}},
	}}
	var out strings.Builder
	if err := snapshot.Render(&out, &p, opts); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Count(out.String(), "data-pagetape=\"overlay\""))
	// Output: 1
}

// drawn returns the SVG of the overlay in rendered HTML and the style of the
// element that it is in.
func drawn(t testing.TB, page string) (svg, style string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	require.NoError(t, err)
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			if a.Key == "data-pagetape" && a.Val == "overlay" {
				for _, s := range n.Attr {
					if s.Key == "style" {
						style = s.Val
					}
				}
			}
		}
	}
	_, data, found := strings.Cut(style, "data:image/svg+xml,")
	if !found {
		return "", style
	}
	data, _, _ = strings.Cut(data, `"`)
	svg, err = url.PathUnescape(data)
	require.NoError(t, err)
	assert.Empty(t, unsafeSVG("data:image/svg+xml,"+data))
	return svg, style
}

func TestOverlay(t *testing.T) {
	p := load(t, `<html style=color:red><head class=h><body><p>x</p>`)
	p.View.Width, p.View.Height = 200, 100
	require.NoError(t, p.SetScroll(p.RootID(), 0, 50))
	overlaid := func(o snapshot.Overlay) (all, svg, style string) {
		all, _, body := render(t, p, &snapshot.RenderOptions{Overlay: &o})
		assert.Equal(t, "<p>x</p>", body) // nothing in the body is another
		svg, style = drawn(t, all)
		return all, svg, style
	}
	all, svg, style := overlaid(snapshot.Overlay{
		Pointer: &snapshot.Pointer{Point: snapshot.Point{X: 20, Y: 30.5}, Down: true},
		Trail:   []snapshot.Point{{X: 1, Y: 2}, {X: 3, Y: 4}},
		Clicks:  []snapshot.Point{{X: 190, Y: 140}},
		Heat:    []snapshot.HeatPoint{{Point: snapshot.Point{X: 7, Y: 8}, Weight: 2}, {Point: snapshot.Point{X: 9, Y: 9}, Weight: 1}},
	})
	assert.Contains(t, all, `<head class="h" style="display:contents!important">`)
	assert.Contains(t, svg, `translate(20 30.5)`)
	assert.Contains(t, svg, `M1 2L3 4`)
	assert.Contains(t, svg, `<circle cx='190' cy='140' r='13'`)
	assert.Contains(t, svg, `<circle cx='7' cy='8' r='28' fill='url(#spot)' fill-opacity='1'/>`)
	assert.Contains(t, svg, `<circle cx='9' cy='9' r='28' fill='url(#spot)' fill-opacity='0.5'/>`)
	// It goes no further than the document is known to.
	assert.Contains(t, style, "width:200px!important;height:150px!important")
	assert.Contains(t, style, "all:initial!important")

	t.Run("nothing to draw", func(t *testing.T) {
		nan := snapshot.Point{X: math.NaN(), Y: 1}
		_, svg, style := overlaid(snapshot.Overlay{
			Pointer: &snapshot.Pointer{Point: snapshot.Point{X: math.Inf(1)}}, Trail: []snapshot.Point{{X: 1, Y: 1}, nan}, Clicks: []snapshot.Point{nan, {X: 1e9}},
			Heat: []snapshot.HeatPoint{{}, {Point: nan, Weight: 1}, {Weight: math.NaN()}, {Weight: math.Inf(1)}},
		})
		assert.Empty(t, svg)
		assert.Empty(t, style)
	})
	t.Run("beyond the document", func(t *testing.T) {
		_, _, style := overlaid(snapshot.Overlay{Clicks: []snapshot.Point{{X: 500, Y: 600}}})
		assert.Contains(t, style, "width:500px!important;height:600px!important")
	})
	t.Run("many points", func(t *testing.T) {
		var o snapshot.Overlay
		for i := range 100_000 {
			pt := snapshot.Point{X: float64(i % 1000), Y: float64(i / 1000)}
			o.Trail = append(o.Trail, pt)
			o.Clicks = append(o.Clicks, pt)
			o.Heat = append(o.Heat, snapshot.HeatPoint{Point: pt, Weight: 1})
		}
		_, svg, _ := overlaid(o)
		assert.Less(t, len(svg), 1<<20)
		assert.Contains(t, svg, "L999 99") // the last point of the trail is there
	})
}

func TestOverlayInFrames(t *testing.T) {
	p := load(t, `<p>x</p><iframe srcdoc="<b>y</b>"></iframe>`)
	doc := p.Document(find(t, p, "b"))
	assert.NotEqual(t, p.RootID(), doc)
	assert.Equal(t, doc, p.Document(doc))
	assert.Equal(t, p.RootID(), p.Document(find(t, p, "iframe")))
	assert.Zero(t, p.Document(999))
	require.NoError(t, p.SetScroll(doc, 5, 6))
	assert.Equal(t, snapshot.Point{X: 5, Y: 6}, p.ViewScroll(find(t, p, "b")))
	assert.Zero(t, p.ViewScroll(find(t, p, "p")))

	all, _, _ := render(t, p, &snapshot.RenderOptions{Overlay: &snapshot.Overlay{
		Frames: map[snapshot.NodeID]*snapshot.Overlay{doc: {Clicks: []snapshot.Point{{X: 11, Y: 12}}}},
	}})
	svg, _ := drawn(t, all)
	assert.Empty(t, svg)
	root, err := html.Parse(strings.NewReader(all))
	require.NoError(t, err)
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			if a.Key == "srcdoc" {
				svg, _ = drawn(t, a.Val)
			}
		}
	}
	assert.Contains(t, svg, "cx='11' cy='12'")
}

func TestRenderScroll(t *testing.T) {
	p := load(t, `<!DOCTYPE html><div>a</div><b>b</b><x-a><template shadowrootmode=open><i>c</i></template></x-a><iframe srcdoc="<!DOCTYPE html>d"></iframe>`)
	all, _, _ := render(t, p, nil)
	assert.NotContains(t, all, "scroll-initial-target")
	require.NoError(t, p.SetScroll(find(t, p, "i"), 0, 0)) // to where it is without
	all, _, _ = render(t, p, nil)
	assert.NotContains(t, all, "scroll-initial-target")

	require.NoError(t, p.SetScroll(find(t, p, "div"), 1.5, 260))
	require.NoError(t, p.SetScroll(find(t, p, "b"), math.Inf(1), math.NaN()))
	all, _, body := render(t, p, nil)
	assert.Contains(t, body, `<div data-pagetape-left="1.5" data-pagetape-top="260">a</div><b>b</b>`)
	assert.Equal(t, 1, strings.Count(all, "scroll-initial-target:nearest!important"))
	assert.NotContains(t, all, "<html data-pagetape")

	t.Run("shadow", func(t *testing.T) {
		require.NoError(t, p.SetScroll(find(t, p, "i"), -3, 0))
		_, _, body := render(t, p, nil)
		assert.Contains(t, body, `<i data-pagetape-left="-3" data-pagetape-top="0">c</i><style>@layer pagetape{@supports (scroll-initial-target`)
	})
	t.Run("view", func(t *testing.T) {
		require.NoError(t, p.SetScroll(p.RootID(), 0, 7))
		all, _, _ := render(t, p, nil)
		assert.Contains(t, all, `<html data-pagetape-left="0" data-pagetape-top="7">`)
	})
	// A snapshot tells the view's offset with the element that scrolls it.
	t.Run("view in a snapshot", func(t *testing.T) {
		for _, tt := range []struct{ doctype, scrolls string }{{"<!DOCTYPE html>", "html"}, {"", "body"}} {
			p := load(t, tt.doctype+"<p>x")
			require.NoError(t, p.SetScroll(find(t, p, tt.scrolls), 0, 8))
			all, _, body := render(t, p, nil)
			assert.Contains(t, all, `<html data-pagetape-left="0" data-pagetape-top="8">`)
			assert.NotContains(t, body, "data-pagetape-top")
			require.NoError(t, p.SetScroll(p.RootID(), 0, 9)) // since then
			all, _, _ = render(t, p, nil)
			assert.Contains(t, all, `<html data-pagetape-left="0" data-pagetape-top="9">`)
		}
	})
}

func TestRenderMasked(t *testing.T) {
	tests := []struct{ name, html, want string }{
		{"all", `<p> *** ***</p>`, `<p data-pagetape-masked="all"> *** ***</p>`},
		{"part", `<p>Hi ***!</p>`, `<p data-pagetape-masked="part">Hi ***!</p>`},
		{"beside an element", `<p>Hi <b>•••</b></p>`, `<p>Hi <b data-pagetape-masked="all">•••</b></p>`},
		{"two texts", `<p>***<b></b>x</p>`, `<p data-pagetape-masked="part">***<b></b>x</p>`},
		{"two stars", `<p>** *</p>`, `<p>** *</p>`},
		{"control", `<input value="•••"><textarea>●●●● x</textarea>`, `<input data-pagetape-masked="all" value="•••"><textarea data-pagetape-masked="part">●●●● x</textarea>`},
		{"password", `<input type=password value="***">`, `<input type="password" value="***">`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			all, _, body := render(t, load(t, tt.html), nil)
			assert.Equal(t, tt.want, body)
			assert.Equal(t, strings.Contains(tt.want, "masked"), strings.Contains(all, "[data-pagetape-masked=all]"))
		})
	}
}

func TestRenderLinks(t *testing.T) {
	const page = `<style>a:link{x:y}a:any-LINK:hover{x:y}a::link{x:y}link{x:y}</style><a href=//x>a</a><a>b</a>`
	_, head, body := render(t, load(t, page), nil)
	assert.Contains(t, head, `<style>a:is(:any-link,[data-pagetape-href]){x:y}a:is(:any-link,[data-pagetape-href]):hover{x:y}a::link{x:y}link{x:y}</style>`)
	assert.Equal(t, `<a data-pagetape-href>a</a><a>b</a>`, body)
}
