package chart

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"strings"

	"github.com/go-analyze/charts"
	xdraw "golang.org/x/image/draw"

	"github.com/pagetape/pagetape/replay"
)

// HeatMapOptions change how a heat map is drawn. The zero value is the default.
type HeatMapOptions struct {
	// Page is a picture of the page, from its top, that is as wide as
	// Heat.Width or is made so. It is drawn in grey, so that colour is heat
	// alone. Nil draws the heat on white.
	Page image.Image
	// Title stands above the map: the page's address, for one.
	Title string
	// Bandwidth is the standard deviation of the kernel of the density
	// estimate, in CSS pixels: 15, so that a click tells of about the size of
	// a button. Smaller ones tell more places apart, larger ones show areas.
	Bandwidth float64
}

const (
	head      = 64    // of the picture, above the map, in pixels
	maxHeat   = 10000 // CSS pixels of the height of a map
	bandwidth = 15    // CSS pixels
	legend    = 150   // its width
	narrow    = 560   // below, the legend stands under the title alone
)

// HeatMap draws where a page drew attention. One pixel is one CSS pixel. What
// is more than 10,000 below the top is cut off. Errors are those of w, and of a
// Heat that no picture can have. A nil opts is the zero HeatMapOptions.
//
// An SVG has the page and the heat as pictures in it. It loads nothing, so it
// is the same in a browser, as the picture of an img element and in an editor.
func HeatMap(w io.Writer, h *replay.Heat, as Format, opts *HeatMapOptions) error {
	var o HeatMapOptions
	if opts != nil {
		o = *opts
	}
	if !(o.Bandwidth > 0) {
		o.Bandwidth = bandwidth
	}
	width, height := int(h.Width), min(int(h.Height), maxHeat)
	if err := check(as, width, height); err != nil {
		return err
	}
	m := &heatMap{Heat: h, o: o, width: width, height: height}
	m.heat = estimate(h.Points(), width, height, min(o.Bandwidth, float64(width))).image(width, height)
	if o.Page != nil {
		m.page = grey(o.Page, width, height)
	}
	if as == SVG {
		return m.svg(w)
	}
	return m.png(w)
}

// A heatMap is one that is being drawn.
type heatMap struct {
	*replay.Heat
	o             HeatMapOptions
	width, height int
	heat          *image.NRGBA
	page          *image.Gray // nil is none
}

// grey is a picture in light grey, as wide as the map and not higher.
func grey(page image.Image, width, height int) *image.Gray {
	b := page.Bounds()
	if b.Dx() != width && b.Dx() > 0 {
		h := b.Dy() * width / b.Dx()
		scaled := image.NewRGBA(image.Rect(0, 0, width, min(h, maxSide)))
		xdraw.ApproxBiLinear.Scale(scaled, scaled.Bounds(), page, b, xdraw.Src, nil)
		page, b = scaled, scaled.Bounds()
	}
	img := image.NewGray(image.Rect(0, 0, width, min(b.Dy(), height)))
	draw.Draw(img, img.Rect, page, b.Min, draw.Src)
	for i, v := range img.Pix {
		img.Pix[i] = uint8(255 - (255-int(v))*8/10)
	}
	return img
}

// note says how much is in the map, and how much is not.
func (m *heatMap) note() string {
	thing := "click"
	if m.Kind() == replay.HeatMoves {
		thing = "position"
	}
	s := count(m.Events, thing) + " in " + count(m.Sessions, "session")
	if m.InFrames > 0 {
		s += fmt.Sprintf(", %d in frames not shown", m.InFrames)
	}
	if m.OtherWidth > 0 {
		s += fmt.Sprintf(", %d of other widths not shown", m.OtherWidth)
	}
	if m.page == nil {
		s += ", page not drawn"
	}
	return s
}

func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// folds says whether there is something below the fold.
func (m *heatMap) folds() bool { return m.Fold > 0 && m.Height > m.Fold+40 && int(m.Fold) < m.height }

const foldText = "in view without scrolling"

func (m *heatMap) png(w io.Writer) error {
	img := image.NewRGBA(image.Rect(0, 0, m.width, head+m.height))
	draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
	caption, err := m.caption()
	if err != nil {
		return err
	}
	draw.Draw(img, caption.Bounds(), caption, image.Point{}, draw.Src)
	at := image.Rect(0, head, m.width, head+m.height)
	if m.page != nil {
		draw.Draw(img, at, m.page, image.Point{}, draw.Src)
	}
	draw.Draw(img, at, m.heat, image.Point{}, draw.Over)
	if m.folds() {
		for x := range m.width {
			if x%10 < 6 {
				img.Set(x, head+int(m.Fold), color.RGBA{0, 114, 178, 255})
			}
		}
		text, err := foldLabel()
		if err != nil {
			return err
		}
		size := text.Bounds().Size()
		at := image.Pt(m.width-size.X, head+int(m.Fold)-size.Y)
		draw.Draw(img, image.Rectangle{at, at.Add(size)}, text, image.Point{}, draw.Src)
	}
	return (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(w, img)
}

// caption is what stands above the map.
func (m *heatMap) caption() (image.Image, error) {
	d := &drawing{width: m.width}
	d.p = charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputPNG, Width: m.width, Height: head})
	d.p.FilledRect(0, 0, m.width, head, white, white, 0)
	room := m.width - 32
	if m.width >= narrow {
		room -= legend + 110
		x := m.width - legend - 58
		d.text("few", x-10-d.measure("few", labelSize-1), 36, labelSize-1, dim)
		d.text("many", x+legend+8, 36, labelSize-1, dim)
		for i := range legend {
			c := heatColor(float64(i) / legend * float64(i) / legend)
			d.p.FilledRect(x+i, 25, x+i+1, 37, charts.ColorRGB(over(c.R, c.A), over(c.G, c.A), over(c.B, c.A)), white, 0)
		}
	}
	d.text(d.fit(m.title(), room, titleSize), 16, 27, titleSize, ink)
	d.text(d.fit(m.note(), room, labelSize), 16, 49, labelSize, dim)
	d.p.LineStroke([]charts.Point{{X: 0, Y: head - 1}, {X: m.width, Y: head - 1}}, absent, 1)
	return decode(d.p)
}

// foldLabel says what the line at the fold is.
func foldLabel() (image.Image, error) {
	d := &drawing{p: charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputPNG, Width: 1, Height: 1})}
	width := d.measure(foldText, labelSize-1) + 16
	d.p = charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputPNG, Width: width, Height: 18})
	d.p.FilledRect(0, 0, width, 18, white, white, 0)
	d.text(foldText, 8, 13, labelSize-1, blue)
	return decode(d.p)
}

// decode is what was painted as a picture.
func decode(p *charts.Painter) (image.Image, error) {
	b, err := p.Bytes()
	if err != nil {
		return nil, err
	}
	return png.Decode(bytes.NewReader(b))
}

func (m *heatMap) title() string {
	if m.o.Title != "" {
		return m.o.Title
	}
	return "Heat map"
}

// over is a colour's part over white.
func over(c, alpha uint8) uint8 {
	return uint8((int(c)*int(alpha) + 255*(255-int(alpha))) / 255)
}

func (m *heatMap) svg(w io.Writer) error {
	b := &bytes.Buffer{}
	fmt.Fprintf(b, `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" font-family="'Noto Sans',Helvetica,Arial,sans-serif">`+"\n", m.width, head+m.height)
	fmt.Fprintf(b, `<title>%s</title>`+"\n", escape(m.title()))
	b.WriteString(`<defs><linearGradient id="heat">`)
	for i := range 9 {
		v := float64(i) / 8
		c := heatColor(v * v)
		fmt.Fprintf(b, `<stop offset="%g" stop-color="rgb(%d,%d,%d)"/>`, v, over(c.R, c.A), over(c.G, c.A), over(c.B, c.A))
	}
	fmt.Fprintf(b, `</linearGradient><clipPath id="caption"><rect width="%d" height="%d"/></clipPath></defs>`+"\n", m.width-choose(m.width >= narrow, legend+110, 16), head)
	fmt.Fprintf(b, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", m.width, head+m.height)
	fmt.Fprintf(b, `<g clip-path="url(#caption)"><text x="16" y="27" font-size="18" fill="#282828">%s</text><text x="16" y="49" font-size="13.5" fill="#6e6e6e">%s</text></g>`+"\n", escape(m.title()), escape(m.note()))
	if m.width >= narrow {
		x := m.width - legend - 58
		fmt.Fprintf(b, `<text x="%d" y="36" font-size="12.5" fill="#6e6e6e" text-anchor="end">few</text><rect x="%d" y="25" width="%d" height="12" fill="url(#heat)"/><text x="%d" y="36" font-size="12.5" fill="#6e6e6e">many</text>`+"\n", x-8, x, legend, x+legend+8)
	}
	if m.page != nil {
		if err := picture(b, "page", m.page); err != nil {
			return err
		}
	}
	if err := picture(b, "heat", m.heat); err != nil {
		return err
	}
	if m.folds() {
		y := head + int(m.Fold)
		fmt.Fprintf(b, `<path d="M0 %dH%d" stroke="rgb(0,114,178)" stroke-dasharray="6 4"/><text x="%d" y="%d" font-size="12" fill="rgb(0,114,178)" text-anchor="end">%s</text>`+"\n", y, m.width, m.width-8, y-5, foldText)
	}
	fmt.Fprintf(b, `<path d="M0 %d.5H%d" stroke="#969696"/>`+"\n</svg>\n", head-1, m.width)
	_, err := w.Write(b.Bytes())
	return err
}

// picture embeds a picture below the caption.
func picture(b *bytes.Buffer, id string, img image.Image) error {
	var data bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&data, img); err != nil {
		return err
	}
	size := img.Bounds()
	fmt.Fprintf(b, `<image id="%s" y="%d" width="%d" height="%d" xlink:href="data:image/png;base64,%s"/>`+"\n", id, head, size.Dx(), size.Dy(), base64.StdEncoding.EncodeToString(data.Bytes()))
	return nil
}

// escape writes text as XML; what XML cannot have becomes U+FFFD.
func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder does not fail
	return b.String()
}

func choose(b bool, yes, no int) int {
	if b {
		return yes
	}
	return no
}
