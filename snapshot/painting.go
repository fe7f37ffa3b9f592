package snapshot

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// paint returns as SVG what commands of a 2D context (HTML, "the 2D rendering
// context") leave on a canvas of that size, "" where that is nothing that it
// can tell. covers says that nothing of what was there before is left.
//
// It knows rectangles, paths, text, images that are part of the recording,
// colours, line styles, transparency, transforms and clearing. Gradients and
// patterns are grey, clipping, compositing, shadows and pixel data are left
// out. Of drawings in WebGL nothing is told.
func paint(ops []CanvasOp, width, height float64) (svg string, covers bool) {
	first := 0
	for i := len(ops) - 1; i >= 0; i-- {
		if ops[i].clears(width, height) {
			first, covers = i+1, true
			break
		}
	}
	if from := first - maxPaint; from > 0 {
		ops, first = ops[from:], first-from
	}
	if from := len(ops) - maxPaint; from > first {
		ops, first = ops[from:], 0
	}
	p := &painter{width: width, height: height, penState: penState{
		m: [6]float64{1, 0, 0, 1, 0, 0}, fill: "#000", stroke: "#000", alpha: 1, line: 1, font: "10px sans-serif",
	}}
	// Styles and transforms hold on from before the canvas was cleared.
	for i := range ops {
		if ops[i].Context != 0 {
			continue
		}
		p.quiet = i < first
		if p.do(&ops[i]); len(p.out) > maxPainting {
			break
		}
	}
	if len(p.out) == 0 {
		return "", covers
	}
	var d drawing
	d.str("<svg xmlns='http://www.w3.org/2000/svg' preserveAspectRatio='none' viewBox='0 0 ").num(max(1, width)).str(" ").num(max(1, height)).str("'>")
	d.buf = append(append(d.buf, p.before...), p.out...)
	d.str("</svg>")
	return string(d.buf), covers
}

const (
	maxPaint    = 20_000  // commands
	maxPainting = 8 << 20 // bytes of SVG
	maxPens     = 256     // saved states
	maxHoles    = 64      // cleared rectangles
)

// clears reports whether a command clears all of a canvas, as far as it tells
// without the transform.
func (op *CanvasOp) clears(width, height float64) bool {
	if op.Context != 0 || op.Setter || op.Property != "clearRect" || len(op.Args) > 256 {
		return false
	}
	var a []float64
	return json.Unmarshal([]byte(op.Args), &a) == nil && len(a) == 4 && a[0] <= 0 && a[1] <= 0 && a[0]+a[2] >= width && a[1]+a[3] >= height
}

// A penState is the part of a context's state that save keeps.
type penState struct {
	m                 [6]float64 // current transformation matrix
	fill, stroke      string
	alpha, line       float64
	font, align, base string
	cap, join         string
}

// A painter turns commands into SVG. Paths are written in the canvas's own
// coordinates: each point is transformed when it is added, as HTML says.
type painter struct {
	penState
	width, height float64
	saved         []penState
	path          drawing
	before        string
	out           []byte
	quiet         bool // what is painted now is cleared later
	holes         int
}

func (p *painter) do(op *CanvasOp) {
	if op.Setter {
		p.set(op)
		return
	}
	var args []any
	if p.quiet && !keepsState(op.Property) || json.Unmarshal([]byte(op.Args), &args) != nil {
		return
	}
	n := make([]float64, len(args))
	numbers := 0 // the first ones
	for i, a := range args {
		f, ok := a.(float64)
		if !ok {
			break
		}
		n[i] = f
		numbers++
	}
	has := func(k int) bool { return numbers >= k }
	switch op.Property {
	case "save":
		if len(p.saved) < maxPens {
			p.saved = append(p.saved, p.penState)
		}
	case "restore":
		if k := len(p.saved); k > 0 {
			p.penState, p.saved = p.saved[k-1], p.saved[:k-1]
		}
	case "translate":
		if has(2) {
			p.transform(1, 0, 0, 1, n[0], n[1])
		}
	case "scale":
		if has(2) {
			p.transform(n[0], 0, 0, n[1], 0, 0)
		}
	case "rotate":
		if has(1) {
			sin, cos := math.Sincos(n[0])
			p.transform(cos, sin, -sin, cos, 0, 0)
		}
	case "transform":
		if has(6) {
			p.transform(n[0], n[1], n[2], n[3], n[4], n[5])
		}
	case "setTransform":
		if has(6) {
			p.m = [6]float64(n[:6])
		}
	case "resetTransform":
		p.m = [6]float64{1, 0, 0, 1, 0, 0}
	case "beginPath":
		p.path = drawing{}
	case "closePath":
		if len(p.path.buf) > 0 {
			p.path.str("Z")
		}
	case "moveTo":
		if has(2) {
			p.point('M', n[0], n[1])
		}
	case "lineTo":
		if has(2) {
			p.point('L', n[0], n[1])
		}
	case "quadraticCurveTo":
		if has(4) {
			p.point('Q', n[:4]...)
		}
	case "bezierCurveTo":
		if has(6) {
			p.point('C', n[:6]...)
		}
	case "rect":
		if has(4) {
			p.rect(n[0], n[1], n[2], n[3])
		}
	case "arc":
		if has(5) {
			reverse := len(args) > 5 && args[5] == true
			p.arc(n[0], n[1], n[2], n[2], 0, n[3], n[4], reverse)
		}
	case "ellipse":
		if has(7) {
			reverse := len(args) > 7 && args[7] == true
			p.arc(n[0], n[1], n[2], n[3], n[4], n[5], n[6], reverse)
		}
	case "fill":
		rule := ""
		if len(args) > 0 && args[0] == "evenodd" {
			rule = "evenodd"
		}
		p.paint(p.path.buf, true, rule)
	case "stroke":
		p.paint(p.path.buf, false, "")
	case "fillRect", "strokeRect", "clearRect":
		if has(4) {
			p.box(op.Property, n)
		}
	case "fillText", "strokeText":
		if len(args) > 2 {
			text, isText := args[0].(string)
			x, okX := args[1].(float64)
			y, okY := args[2].(float64)
			if isText && okX && okY {
				p.text(text, x, y, op.Property == "fillText")
			}
		}
	case "drawImage":
		if len(args) >= 3 {
			p.image(args)
		}
	}
}

// keepsState reports whether a method leaves more behind than paint.
func keepsState(method string) bool {
	switch method {
	case "fill", "stroke", "fillRect", "strokeRect", "clearRect", "fillText", "strokeText", "drawImage", "putImageData":
		return false
	}
	return true
}

// set assigns a property.
func (p *painter) set(op *CanvasOp) {
	var args []any
	if len(op.Args) > 1024 || json.Unmarshal([]byte(op.Args), &args) != nil || len(args) == 0 {
		return
	}
	s, _ := args[0].(string)
	f, isNumber := args[0].(float64)
	switch op.Property {
	case "fillStyle":
		p.fill = paintColor(s)
	case "strokeStyle":
		p.stroke = paintColor(s)
	case "globalAlpha":
		if isNumber && f >= 0 && f <= 1 {
			p.alpha = f
		}
	case "lineWidth":
		if isNumber && f > 0 && f < 1<<16 {
			p.line = f
		}
	case "font":
		if s = fontQuotes.Replace(s); isPlainCSS(s) {
			p.font = s
		}
	case "textAlign":
		p.align = s
	case "textBaseline":
		p.base = s
	case "lineCap":
		p.cap = s
	case "lineJoin":
		p.join = s
	}
}

// fontQuotes takes the quotes off the names of families, which do not need
// them.
var fontQuotes = strings.NewReplacer(`"`, "", "'", "")

// paintColor returns a colour, grey for a gradient or pattern.
func paintColor(s string) string {
	if s == "" || !isPlainCSS(s) {
		return "#888"
	}
	return s
}

// isPlainCSS reports whether a value can do no more than name a colour or font.
func isPlainCSS(s string) bool {
	if len(s) > 128 || strings.Contains(lower(s), "url") {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte(" #(),.%/-", c) >= 0:
		default:
			return false
		}
	}
	return true
}

func (p *painter) transform(a, b, c, d, e, f float64) {
	m := p.m
	p.m = [6]float64{
		m[0]*a + m[2]*b, m[1]*a + m[3]*b,
		m[0]*c + m[2]*d, m[1]*c + m[3]*d,
		m[0]*e + m[2]*f + m[4], m[1]*e + m[3]*f + m[5],
	}
}

func (p *painter) map2(x, y float64) Point {
	return Point{p.m[0]*x + p.m[2]*y + p.m[4], p.m[1]*x + p.m[3]*y + p.m[5]}
}

// point adds a path command with its points. A path begins with a move.
func (p *painter) point(cmd byte, xy ...float64) {
	for i := 0; i < len(xy); i += 2 {
		if pt := p.map2(xy[i], xy[i+1]); !pt.isDrawable() {
			return
		}
	}
	if len(p.path.buf) == 0 && cmd != 'M' {
		p.path.str("M").at2(p.map2(xy[0], xy[1]))
	}
	if len(p.path.buf) > maxPainting {
		return
	}
	p.path.buf = append(p.path.buf, cmd)
	for i := 0; i < len(xy); i += 2 {
		if i > 0 {
			p.path.str(" ")
		}
		p.path.at2(p.map2(xy[i], xy[i+1]))
	}
}

// at2 writes a point to a hundredth of a pixel.
func (d *drawing) at2(pt Point) *drawing {
	d.buf = strconv.AppendFloat(d.buf, math.Round(pt.X*100)/100, 'f', -1, 64)
	d.buf = append(d.buf, ' ')
	d.buf = strconv.AppendFloat(d.buf, math.Round(pt.Y*100)/100, 'f', -1, 64)
	return d
}

func (p *painter) rect(x, y, w, h float64) {
	p.point('M', x, y)
	p.point('L', x+w, y)
	p.point('L', x+w, y+h)
	p.point('L', x, y+h)
	if len(p.path.buf) > 0 {
		p.path.str("Z")
	}
}

// arc adds an arc of an ellipse, as cubic curves of at most a quarter each.
func (p *painter) arc(x, y, rx, ry, turn, from, to float64, reverse bool) {
	sweep := to - from
	if !(math.Abs(sweep) < 1e9) || rx < 0 || ry < 0 {
		return
	}
	const full = 2 * math.Pi
	switch {
	case !reverse && sweep >= full, reverse && sweep <= -full:
		sweep = math.Copysign(full, sweep)
	case !reverse && sweep < 0:
		sweep += full * math.Ceil(-sweep/full)
	case reverse && sweep > 0:
		sweep -= full * math.Ceil(sweep/full)
	}
	sinT, cosT := math.Sincos(turn)
	at := func(a, k float64) (float64, float64) { // the point at the angle a, or k along its tangent
		sin, cos := math.Sincos(a)
		u, v := rx*(cos-k*sin), ry*(sin+k*cos)
		return x + u*cosT - v*sinT, y + u*sinT + v*cosT
	}
	steps := max(1, int(math.Ceil(math.Abs(sweep)/(math.Pi/2)-1e-9)))
	step := sweep / float64(steps)
	k := 4.0 / 3 * math.Tan(step/4)
	x0, y0 := at(from, 0)
	if len(p.path.buf) == 0 {
		p.point('M', x0, y0)
	} else {
		p.point('L', x0, y0)
	}
	for i := range steps {
		a := from + step*float64(i)
		x1, y1 := at(a, k)
		x2, y2 := at(a+step, -k)
		x3, y3 := at(a+step, 0)
		p.point('C', x1, y1, x2, y2, x3, y3)
	}
}

// paint fills or strokes a path.
func (p *painter) paint(path []byte, fill bool, rule string) {
	if len(path) == 0 || p.quiet || len(p.out)+len(path) > maxPainting {
		return
	}
	d := drawing{buf: p.out}
	d.str("<path d='")
	d.buf = append(d.buf, path...)
	d.str("'")
	p.ink(&d, fill)
	if rule != "" {
		d.str(" fill-rule='" + rule + "'")
	}
	d.str("/>")
	p.out = d.buf
}

// ink writes the attributes for how something is filled or stroked.
func (p *painter) ink(d *drawing, fill bool) {
	if fill {
		d.str(" fill='" + p.fill + "'")
	} else {
		d.str(" fill='none' stroke='" + p.stroke + "' stroke-width='").num(max(.1, p.line*math.Sqrt(math.Abs(p.m[0]*p.m[3]-p.m[1]*p.m[2])))).str("'")
		if p.cap == "round" || p.cap == "square" {
			d.str(" stroke-linecap='" + p.cap + "'")
		}
		if p.join == "round" || p.join == "bevel" {
			d.str(" stroke-linejoin='" + p.join + "'")
		}
	}
	if p.alpha != 1 {
		d.str(" opacity='" + strconv.FormatFloat(p.alpha, 'f', 3, 64) + "'")
	}
}

// box fills, strokes or clears a rectangle.
func (p *painter) box(method string, n []float64) {
	path := p.path
	p.path = drawing{}
	p.rect(n[0], n[1], n[2], n[3])
	box := p.path.buf
	p.path = path
	switch method {
	case "fillRect":
		p.paint(box, true, "")
	case "strokeRect":
		p.paint(box, false, "")
	default:
		if p.quiet || len(p.out) == 0 || p.holes == maxHoles {
			return
		}
		// All that was painted up to now gets a hole.
		p.holes++
		id := "'hole" + strconv.Itoa(p.holes) + "'"
		p.before = "<mask id=" + id + " maskUnits='userSpaceOnUse'><rect width='100%' height='100%' fill='#fff'/><path d='" + string(box) + "'/></mask><g mask='url(#hole" + strconv.Itoa(p.holes) + ")'>" + p.before
		p.out = append(p.out, "</g>"...)
	}
}

// text writes a text in one line.
func (p *painter) text(s string, x, y float64, fill bool) {
	at := p.map2(x, y)
	if p.quiet || !at.isDrawable() || len(s) > 4096 {
		return
	}
	d := drawing{buf: p.out}
	d.str("<text transform='").matrix(p.m).str("' x='").num(x).str("' y='").num(y).str("' style='font:" + p.font + ";white-space:pre'")
	p.ink(&d, fill)
	switch p.align {
	case "center":
		d.str(" text-anchor='middle'")
	case "right", "end":
		d.str(" text-anchor='end'")
	}
	switch p.base {
	case "middle":
		d.str(" dominant-baseline='central'")
	case "top", "hanging":
		d.str(" dominant-baseline='hanging'")
	case "bottom", "ideographic":
		d.str(" dominant-baseline='ideographic'")
	}
	d.str(">")
	d.buf = appendXML(d.buf, s)
	d.str("</text>")
	p.out = d.buf
}

func (d *drawing) matrix(m [6]float64) *drawing {
	d.str("matrix(")
	for i, f := range m {
		if i > 0 {
			d.str(" ")
		}
		if math.IsNaN(f) || math.Abs(f) > maxOverlay {
			f = 0
		}
		d.buf = strconv.AppendFloat(d.buf, f, 'f', 4, 64)
	}
	return d.str(")")
}

// appendXML appends s as text of an XML document, in ASCII. What XML does not
// have becomes U+FFFD (XML 1.0, production 2).
func appendXML(dst []byte, s string) []byte {
	for _, c := range s {
		switch {
		case c < ' ' && c != '\t', c == 0xFFFE, c == 0xFFFF, c == '&', c == '<', c == '>', c >= 0x7f:
			if c < ' ' || c == 0xFFFE || c == 0xFFFF {
				c = 0xFFFD
			}
			dst = append(dst, "&#"...)
			dst = strconv.AppendInt(dst, int64(c), 10)
			dst = append(dst, ';')
		default:
			dst = append(dst, byte(c))
		}
	}
	return dst
}
