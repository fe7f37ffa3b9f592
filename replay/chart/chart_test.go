package chart_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/replay/chart"
	"github.com/pagetape/pagetape/snapshot"
)

// An element is one of an SVG, with the text in it.
type element struct {
	name  string
	attrs map[string]string
	text  string
}

// elements reads an SVG, which must be well-formed, and have nothing in it that
// runs or is loaded.
func elements(t *testing.T, svg []byte) []element {
	t.Helper()
	var list []element
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		switch x := token.(type) {
		case xml.StartElement:
			e := element{name: x.Name.Local, attrs: make(map[string]string)}
			for _, a := range x.Attr {
				e.attrs[a.Name.Local] = a.Value
				assert.False(t, strings.HasPrefix(a.Name.Local, "on"), "handler %s", a.Name.Local)
				if a.Name.Local == "href" {
					assert.True(t, strings.HasPrefix(a.Value, "data:image/png;base64,"), "it loads nothing")
				}
			}
			list = append(list, e)
		case xml.CharData:
			if n := len(list); n > 0 {
				list[n-1].text += string(x)
			}
		}
	}
	require.NotEmpty(t, list)
	assert.Equal(t, "svg", list[0].name)
	for _, e := range list {
		assert.NotContains(t, []string{"script", "foreignObject", "iframe"}, e.name)
	}
	return list
}

// texts are the texts in an SVG.
func texts(list []element) []string {
	var all []string
	for _, e := range list {
		if e.name == "text" {
			all = append(all, strings.TrimSpace(e.text))
		}
	}
	return all
}

// colors is how many pixels of a picture have each colour.
func colors(img image.Image) map[color.Color]int {
	n := make(map[color.Color]int)
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			n[img.At(x, y)]++
		}
	}
	return n
}

func timeline() *replay.Timeline {
	const s = time.Second
	return &replay.Timeline{
		Last: 60 * s,
		Spans: []replay.Span{
			{Kind: replay.SpanActive, Start: 1 * s, End: 20 * s}, {Kind: replay.SpanIdle, Start: 20 * s, End: 60 * s},
			{Kind: replay.SpanHidden, Start: 30 * s, End: 50 * s},
			{Kind: replay.SpanPage, End: 30 * s, Text: "https://shop.example/cart", Title: `A & B <"x">`},
			{Kind: replay.SpanPage, Start: 30 * s, End: 60 * s, Window: 2, Text: "https://shop.example/pay"},
		},
		Markers: []replay.Marker{
			{Kind: replay.MarkerClick, Time: 2 * s, Count: 3}, {Kind: replay.MarkerClick, Time: 4 * s}, {Kind: replay.MarkerError, Time: 10 * s},
			{Kind: "rage-click", Time: 11 * s},
		},
		Activity: format.Activity{Width: 1024 * time.Millisecond, Interactions: []int64{1, 5, 3}, Mutations: []int64{0, 9, 0}},
	}
}

func TestTimeline(t *testing.T) {
	var svg, raster bytes.Buffer
	require.NoError(t, chart.Timeline(&svg, timeline(), chart.SVG, &chart.TimelineOptions{Title: "s-1"}))
	list := elements(t, svg.Bytes())
	circles := 0
	for _, e := range list {
		if e.name == "circle" {
			circles++
		}
	}
	assert.Equal(t, 2, circles, "a marker for each click")
	said := texts(list)
	for _, want := range []string{"s-1", "1 min 00 s", "clicks", "4", "errors", "rage clicks", "window 0", "window 2", `/cart  A & B <"x">`, "/pay", "active", "tab hidden", "0:00", "1:00"} {
		assert.Contains(t, said, want)
	}
	assert.NotContains(t, said, "inputs", "there are none")

	require.NoError(t, chart.Timeline(&raster, timeline(), chart.PNG, &chart.TimelineOptions{Width: 500}))
	img, err := png.Decode(&raster)
	require.NoError(t, err)
	assert.Equal(t, 500, img.Bounds().Dx())
	assert.Greater(t, img.Bounds().Dy(), 300)
	assert.Greater(t, len(colors(img)), 20, "it is not blank")
}

// Every recording, and what is odd, can be drawn.
func TestTimelineOfAnything(t *testing.T) {
	lines := map[string]*replay.Timeline{
		"nothing":    {},
		"one moment": {First: time.Second, Last: time.Second, Markers: []replay.Marker{{Kind: replay.MarkerClick, Time: time.Second}}},
		"backward":   {First: time.Hour, Markers: []replay.Marker{{Kind: replay.MarkerClick, Time: -time.Hour, Count: -1}}},
		"for ever":   {First: -1 << 62, Last: 1 << 62},
		"no text":    {Last: time.Second, Spans: []replay.Span{{Kind: replay.SpanPage, End: time.Second, Text: "\x00\xff\ud7ff%zz", Title: strings.Repeat("長", 10000)}}},
	}
	for _, s := range sessions.All(t) {
		if testing.Short() && s.Name != "form" {
			continue
		}
		line, err := replay.NewTimeline(replay.Events(s.Events(t)), nil)
		require.NoError(t, err)
		lines[s.Name] = line
	}
	for name, line := range lines {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			require.NoError(t, chart.Timeline(&b, line, chart.SVG, nil))
			elements(t, b.Bytes())
		})
	}
	assert.Error(t, chart.Timeline(io.Discard, timeline(), "gif", nil))
	assert.Error(t, chart.Timeline(io.Discard, timeline(), chart.PNG, &chart.TimelineOptions{Width: 1 << 20}))
	assert.Error(t, chart.Timeline(failing{}, timeline(), chart.SVG, nil))
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }

// heat is a Heat of clicks at places on a page of 600 by 700 pixels.
func heat(t *testing.T, places ...snapshot.Point) *replay.Heat {
	t.Helper()
	events := replay.Events{
		{Data: &format.Meta{URL: "https://shop.example/", Width: 600, Height: 300}},
		{Data: &format.FullSnapshot{Node: &snapshot.Node{ID: 1, Kind: snapshot.KindDocument}}},
		{Data: &format.Scroll{ID: 1, Y: 400}},
		{Data: &format.Scroll{ID: 1}},
	}
	for _, p := range places {
		events = append(events, format.Event{Data: &format.MouseInteraction{Action: format.Click, ID: 1, X: &p.X, Y: &p.Y}})
	}
	h := replay.NewHeat(nil)
	_, _, err := h.Add(events)
	require.NoError(t, err)
	return h
}

// Heat is dark where there were clicks and is not there where there were none.
func TestHeatMap(t *testing.T) {
	h := heat(t, snapshot.Point{X: 200, Y: 100}, snapshot.Point{X: 200, Y: 101}, snapshot.Point{X: 450, Y: 250})
	paper := image.NewUniform(color.RGBA{255, 0, 0, 255})
	page := image.NewRGBA(image.Rect(0, 0, 300, 350)) // half as large
	draw.Draw(page, page.Rect, paper, image.Point{}, draw.Src)
	for _, test := range []struct {
		name string
		page image.Image
	}{{"on a page", page}, {"alone", nil}} {
		t.Run(test.name, func(t *testing.T) {
			var b bytes.Buffer
			require.NoError(t, chart.HeatMap(&b, h, chart.PNG, &chart.HeatMapOptions{Page: test.page, Title: "https://shop.example/"}))
			img, err := png.Decode(&b)
			require.NoError(t, err)
			const head = 64
			assert.Equal(t, image.Pt(600, 700+head), img.Bounds().Size())
			light := func(x, y int) uint8 { return color.GrayModel.Convert(img.At(x, y+head)).(color.Gray).Y }
			nothing := light(50, 650)
			assert.Equal(t, test.page == nil, nothing == 255)
			assert.Less(t, light(200, 100), light(450, 250), "two clicks are more than one")
			assert.Less(t, light(450, 250), nothing)
			assert.Equal(t, nothing, light(330, 180), "between them there is nothing")
			r, g, bl, _ := img.At(50, 650+head).RGBA()
			assert.True(t, r == g && g == bl, "the page is grey")

			b.Reset()
			require.NoError(t, chart.HeatMap(&b, h, chart.SVG, &chart.HeatMapOptions{Page: test.page, Title: "a <b> & c"}))
			list := elements(t, b.Bytes())
			images := 0
			for _, e := range list {
				if e.name == "image" {
					images++
				}
			}
			note := "3 clicks in 1 session"
			if test.page == nil {
				assert.Equal(t, 1, images)
				note += ", page not drawn"
			} else {
				assert.Equal(t, 2, images)
			}
			assert.Subset(t, texts(list), []string{"a <b> & c", note, "few", "many", "in view without scrolling"})
		})
	}
	assert.Error(t, chart.HeatMap(io.Discard, replay.NewHeat(nil), chart.PNG, nil), "no page was seen")
	assert.Error(t, chart.HeatMap(failing{}, h, chart.SVG, nil))
	var b bytes.Buffer
	assert.NoError(t, chart.HeatMap(&b, heat(t), chart.PNG, &chart.HeatMapOptions{Bandwidth: 1e9}), "no clicks")
}
