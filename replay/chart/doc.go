// Package chart draws sessions as pictures: a timeline, and a heat map over a
// page. It is a package of its own so that programs that only replay do not
// link a plotting library.
//
// Colours are those of Okabe and Ito's palette and of the inferno map, which
// people with any kind of colour vision can tell apart; no colour says what its
// place does not.
package chart

import (
	"fmt"
	"io"

	"github.com/go-analyze/charts"
)

// A Format is the form of a picture.
type Format string

// The formats.
const (
	SVG Format = charts.ChartOutputSVG
	PNG Format = charts.ChartOutputPNG
)

// maxSide is the most pixels of a picture's side.
const maxSide = 1 << 14

// check refuses formats and sizes that are none.
func check(as Format, width, height int) error {
	if as != SVG && as != PNG {
		return fmt.Errorf("chart: no format %q", string(as))
	}
	if width < 1 || height < 1 || width > maxSide || height > maxSide {
		return fmt.Errorf("chart: no picture can be %d by %d pixels", width, height)
	}
	return nil
}

// write writes what was painted.
func write(w io.Writer, p *charts.Painter) error {
	b, err := p.Bytes()
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

// The palette of Okabe and Ito (2008).
var (
	black     = charts.ColorRGB(0, 0, 0)
	orange    = charts.ColorRGB(230, 159, 0)
	sky       = charts.ColorRGB(86, 180, 233)
	green     = charts.ColorRGB(0, 158, 115)
	blue      = charts.ColorRGB(0, 114, 178)
	vermilion = charts.ColorRGB(213, 94, 0)
	purple    = charts.ColorRGB(204, 121, 167)
)
