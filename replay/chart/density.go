package chart

import (
	"image"
	"image/color"
	"math"

	"github.com/pagetape/pagetape/snapshot"
)

// gridCell is the side of a cell of a density, in CSS pixels.
const gridCell = 4

// A density is how much attention there is at each place: a kernel density
// estimate with a Gaussian kernel, relative to its peak.
type density struct {
	w, h  int // in cells
	cells []float64
}

// estimate returns the density of points on a page. Bandwidth is the standard
// deviation of the kernel in CSS pixels.
func estimate(points []snapshot.HeatPoint, width, height int, bandwidth float64) *density {
	d := &density{w: (width + gridCell - 1) / gridCell, h: (height + gridCell - 1) / gridCell}
	d.cells = make([]float64, d.w*d.h)
	for _, p := range points {
		x, y := int(p.X)/gridCell, int(p.Y)/gridCell
		if p.Weight > 0 && p.X >= 0 && p.Y >= 0 && x < d.w && y < d.h {
			d.cells[y*d.w+x] += p.Weight
		}
	}
	// A Gaussian is separable: along the rows, then along the columns.
	k := kernel(bandwidth / gridCell)
	line := make([]float64, max(d.w, d.h))
	for y := range d.h {
		blur(d.cells[y*d.w:], 1, d.w, k, line)
	}
	for x := range d.w {
		blur(d.cells[x:], d.w, d.h, k, line)
	}
	peak := 0.0
	for _, v := range d.cells {
		peak = max(peak, v)
	}
	for i := range d.cells {
		if peak > 0 {
			d.cells[i] /= peak
		}
	}
	return d
}

// kernel is one side of a Gaussian, from its middle to three deviations.
func kernel(sigma float64) []float64 {
	k := make([]float64, int(math.Ceil(3*sigma))+1)
	for i := range k {
		k[i] = math.Exp(-float64(i*i) / (2 * sigma * sigma))
	}
	return k
}

// blur convolves n cells that are step apart. What is over the edge is gone.
func blur(cells []float64, step, n int, k, line []float64) {
	line = line[:n]
	clear(line)
	for i := range n {
		v := cells[i*step]
		if v == 0 {
			continue
		}
		for j := max(0, i-len(k)+1); j < min(n, i+len(k)); j++ {
			line[j] += v * k[max(i-j, j-i)]
		}
	}
	for i, v := range line {
		cells[i*step] = v
	}
}

// empty says whether there is nothing in a row of cells and those beside it.
func (d *density) empty(row int) bool {
	for _, v := range d.cells[max(row-1, 0)*d.w : min(row+2, d.h)*d.w] {
		if v > 0 {
			return false
		}
	}
	return true
}

// at is the density at a place in CSS pixels, between the cells.
func (d *density) at(x, y int) float64 {
	fx, fy := (float64(x)+0.5)/gridCell-0.5, (float64(y)+0.5)/gridCell-0.5
	x0, y0 := int(math.Floor(fx)), int(math.Floor(fy))
	dx, dy := fx-float64(x0), fy-float64(y0)
	cell := func(x, y int) float64 {
		return d.cells[min(max(y, 0), d.h-1)*d.w+min(max(x, 0), d.w-1)]
	}
	return (cell(x0, y0)*(1-dx)+cell(x0+1, y0)*dx)*(1-dy) + (cell(x0, y0+1)*(1-dx)+cell(x0+1, y0+1)*dx)*dy
}

// heatStops are colours of the inferno map from its bright end to its dark one:
// the more, the darker, which reads on a white page and without colour, too.
var heatStops = []color.NRGBA{{252, 227, 120, 0}, {252, 176, 40, 130}, {237, 105, 37, 160}, {187, 55, 84, 180}, {120, 28, 109, 195}, {50, 10, 94, 205}}

// heatLevels is how many shades there are: no eye sees the steps, and pictures
// are smaller.
const heatLevels = 80

// heatColor is the colour of a density between 0 and 1.
func heatColor(v float64) color.NRGBA {
	v = math.Sqrt(min(max(v, 0), 1)) // little is seen, too
	v = math.Round(v*heatLevels) / heatLevels * float64(len(heatStops)-1)
	i := min(int(v), len(heatStops)-2)
	a, b, t := heatStops[i], heatStops[i+1], v-float64(i)
	mix := func(x, y uint8) uint8 { return uint8(math.Round(float64(x) + (float64(y)-float64(x))*t)) }
	return color.NRGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), mix(a.A, b.A)}
}

// image draws the density on nothing.
func (d *density) image(width, height int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		if d.empty(y / gridCell) {
			continue
		}
		for x := range width {
			if v := d.at(x, y); v > 0.004 {
				img.SetNRGBA(x, y, heatColor(v))
			}
		}
	}
	return img
}
