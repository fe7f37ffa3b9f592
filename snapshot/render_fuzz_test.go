package snapshot_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/snapshot"
)

// FuzzRender renders pages made from arbitrary bytes and holds what a parser
// makes of them against the promises of Render.
func FuzzRender(f *testing.F) {
	for _, s := range nasty {
		f.Add([]byte(s))
	}
	for i := range 64 {
		b := make([]byte, 96)
		for j := range b {
			b[j] = byte(i*131 + j*j*29 + j*7)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<14 {
			return
		}
		if root, err := snapshot.Parse(bytes.NewReader(b)); err == nil {
			checkRender(t, root)
		}
		checkRender(t, (&generator{b: b}).document(0))
	})
}

func checkRender(t *testing.T, root *snapshot.Node) {
	p := new(snapshot.Page)
	_ = p.Load(root) // what it could not take is not there
	p.Construct(1).Replace("@import 'x';a{b:url(//x)}</style><script>")
	_ = p.Adopt(p.RootID(), []snapshot.StyleID{1})
	_ = p.VisibleText()
	_ = p.AccessibleText()
	require.NoError(t, snapshot.Dump(io.Discard, p, nil))
	for id, n := range p.All() {
		if n.Data == "canvas" {
			_ = p.Draw(id, paintings(p.Text(id))...)
		}
	}
	for _, opts := range []*snapshot.RenderOptions{nil, {IDs: true, Overlay: overlayOf(p)}} {
		var out bytes.Buffer
		require.NoError(t, snapshot.Render(&out, p, opts))
		if why := unsafeHTML(out.String(), map[string]bool{}); why != "" {
			t.Fatalf("%s in\n%s", why, out.String())
		}
	}
}

// paintings makes commands of a canvas of a text.
func paintings(text string) []snapshot.CanvasOp {
	quoted, _ := json.Marshal(text)
	blob := `[{"rr_type":"ImageBitmap","args":[{"rr_type":"Blob","type":"image/png","data":[{"rr_type":"ArrayBuffer","base64":` + string(quoted) + `}]}]},1,2]`
	list := "[" + string(quoted) + "]"
	ops := []snapshot.CanvasOp{
		{Property: "fillStyle", Args: list, Setter: true}, {Property: "font", Args: list, Setter: true},
		{Property: "textAlign", Args: list, Setter: true}, {Property: "lineCap", Args: list, Setter: true},
		{Property: "fillText", Args: "[" + string(quoted) + ",1,2]"}, {Property: "drawImage", Args: blob},
		{Property: "drawImage", Args: `[{"rr_type":"HTMLImageElement","src":` + string(quoted) + `},1e300,2,3,4]`},
		{Property: "rect", Args: "[1,2,3,4]"}, {Property: "stroke", Args: "[]"}, {Property: "clearRect", Args: "[1,1,1,1]"},
		{Property: text, Args: text}, {Property: text, Args: list, Setter: true},
	}
	return ops[min(len(text)%5, 4):]
}

// overlayOf makes an overlay that has something for every document of a page.
func overlayOf(p *snapshot.Page) *snapshot.Overlay {
	o := snapshot.Overlay{
		Pointer: &snapshot.Pointer{Point: snapshot.Point{X: 3, Y: 4}, Down: true},
		Trail:   []snapshot.Point{{X: 1}, {X: math.NaN()}, {Y: math.Inf(1)}, {X: 2, Y: -5}},
		Clicks:  []snapshot.Point{{X: 9, Y: 9}, {X: 1e300}},
		Heat:    []snapshot.HeatPoint{{Weight: 1}, {Weight: math.NaN()}, {Weight: math.Inf(1)}, {Weight: -1}},
		Frames:  map[snapshot.NodeID]*snapshot.Overlay{},
	}
	frame := o
	for id := range p.All() {
		if p.Kind(id) == snapshot.KindDocument {
			o.Frames[id] = &frame
		}
	}
	return &o
}

// unsafeHTML says what is not safe about a document, "" if nothing is. It
// shares no code with Render. Documents in seen were looked at.
func unsafeHTML(doc string, seen map[string]bool) string {
	if seen[doc] {
		return ""
	}
	seen[doc] = true
	for _, scripting := range []bool{true, false} {
		root, err := html.ParseWithOptions(strings.NewReader(doc), html.ParseOptionEnableScripting(scripting))
		if err != nil {
			if strings.Contains(err.Error(), "512") {
				return "" // deeper than x/net parses
			}
			return err.Error()
		}
		for n := range root.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			if why := unsafeElement(n, seen); why != "" {
				return fmt.Sprintf("<%s>: %s", n.Data, why)
			}
		}
	}
	return ""
}

func unsafeElement(n *html.Node, seen map[string]bool) string {
	name := strings.ToLower(n.Data)
	attrs := map[string]string{}
	for _, a := range n.Attr {
		attrs[strings.ToLower(a.Key)] = a.Val
	}
	switch name {
	case "script", "noscript", "base", "object", "embed", "applet", "frame", "frameset", "portal", "fencedframe",
		"link", "plaintext", "xmp", "listing", "noembed", "noframes", "param", "track":
		return "forbidden element"
	case "meta":
		switch v, ok := attrs["http-equiv"]; {
		case ok && (v != "Content-Security-Policy" || !strings.HasPrefix(attrs["content"], "default-src 'none';")):
			return "http-equiv"
		case !ok && attrs["charset"] != "utf-8" && attrs["name"] != "referrer" && attrs["name"] != "viewport" && attrs["name"] != "color-scheme":
			return "meta"
		}
	case "iframe":
		if v, ok := attrs["sandbox"]; !ok || v != "" {
			return "no sandbox"
		}
	case "style":
		var css strings.Builder
		for c := range n.ChildNodes() {
			if c.Type != html.TextNode {
				return "markup in style"
			}
			css.WriteString(c.Data)
		}
		if why := unsafeCSS(css.String()); why != "" {
			return why
		}
	case "animate", "set", "animatemotion", "animatetransform":
		if v := strings.ToLower(strings.TrimSpace(attrs["attributename"])); v == "href" || strings.HasSuffix(v, ":href") || strings.HasPrefix(v, "on") {
			return "animation of " + v
		}
	}
	for _, a := range n.Attr {
		if why := unsafeAttr(name, strings.ToLower(a.Key), a.Val, seen); why != "" {
			return fmt.Sprintf("%s=%q: %s", a.Key, a.Val, why)
		}
	}
	return ""
}

func unsafeAttr(tag, name, v string, seen map[string]bool) string {
	u := strings.ToLower(strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(v))
	u = strings.TrimLeftFunc(u, func(c rune) bool { return c <= ' ' })
	local := func() bool { return u == "" || u[0] == '#' || strings.HasPrefix(u, "data:image/") }
	switch {
	case strings.HasPrefix(name, "on"):
		return "handler"
	case name != "value" && (strings.HasPrefix(u, "javascript:") || strings.HasPrefix(u, "vbscript:")):
		return "script URL"
	}
	switch name {
	case "srcdoc":
		if tag != "iframe" {
			return "srcdoc"
		}
		return unsafeHTML(v, seen)
	case "style", "fill", "stroke", "filter", "mask", "clip-path", "cursor", "marker", "marker-start",
		"marker-mid", "marker-end", "to", "from", "by", "values":
		return unsafeCSS(v)
	case "src", "poster", "data", "background", "cite", "longdesc", "dynsrc", "lowsrc", "codebase", "classid":
		if !local() || tag == "iframe" {
			return "loads"
		}
	case "href":
		if !local() || u != "" && u[0] != '#' && tag != "image" && tag != "img" && tag != "feimage" {
			return "loads"
		}
	case "usemap":
		if u != "" && u[0] != '#' {
			return "loads"
		}
	case "srcset", "imagesrcset":
		for _, c := range strings.Split(strings.TrimSpace(u), ", ") {
			if c != "" && !strings.HasPrefix(c, "data:image/") {
				return "loads"
			}
		}
	case "action", "formaction", "ping", "manifest", "target", "download", "attributionsrc", "autofocus",
		"contenteditable", "xml:base", "is", "autoplay", "nonce", "allow":
		return "forbidden attribute"
	case "shadowrootmode":
		if v != "open" || tag != "template" {
			return "shadow root"
		}
	}
	return ""
}

// unsafeCSS says what a style sheet loads. It flattens the sheet to plain
// characters, with strings apart, and looks for names in that.
func unsafeCSS(css string) string {
	var flat []byte
	var strs []string // by their order of \x01 in flat
	escape := func(i int) (string, int) {
		v, n := rune(0), 0
		for ; n < 6 && i+n < len(css) && strings.IndexByte("0123456789abcdefABCDEF", css[i+n]) >= 0; n++ {
			v = v<<4 | rune(strings.IndexByte("0123456789abcdef", css[i+n]|0x20))
			if css[i+n] <= '9' {
				v = v&^15 | rune(css[i+n]-'0')
			}
		}
		if n == 0 {
			if i < len(css) {
				return css[i : i+1], i + 1
			}
			return "", i
		}
		i += n
		if i < len(css) && strings.IndexByte(" \t\n\r\f", css[i]) >= 0 {
			i++
		}
		return string(v), i
	}
	for i := 0; i < len(css); {
		switch c := css[i]; {
		case strings.HasPrefix(css[i:], "/*"):
			end := strings.Index(css[i+2:], "*/")
			if end < 0 {
				end = len(css)
			} else {
				end += i + 4
			}
			i = end
			flat = append(flat, ' ')
		case c == '"' || c == '\'':
			var s strings.Builder
			for i++; i < len(css) && css[i] != c && css[i] != '\n'; {
				if css[i] == '\\' {
					v, j := escape(i + 1)
					s.WriteString(v)
					i = j
				} else {
					s.WriteByte(css[i])
					i++
				}
			}
			i++
			strs = append(strs, s.String())
			flat = append(flat, 1)
		case c == '\\':
			v, j := escape(i + 1)
			i = j
			if len(v) != 1 || !isNameByte(v[0]) {
				v = "x"
			}
			flat = append(flat, v...)
		case c == 1:
			flat = append(flat, '~')
			i++
		default:
			flat = append(flat, c)
			i++
		}
	}
	s := strings.ToLower(string(flat))
	for rest := s; ; {
		_, after, found := strings.Cut(rest, "@import")
		if !found {
			break
		}
		if after == "" || !isNameByte(after[0]) {
			return "@import"
		}
		rest = after
	}
	for _, bad := range []string{"expression(", "-moz-binding:", "src(", "image("} {
		for i := 0; ; i++ {
			j := strings.Index(s[i:], bad)
			if j < 0 {
				break
			}
			i += j
			if i > 0 && s[i-1] >= 0x80 && bad[0] == '-' {
				continue // another property, or none
			}
			if i == 0 || !isNameByte(s[i-1]) && s[i-1] != '#' && s[i-1] != '@' {
				return bad
			}
		}
	}
	nth, sets := 0, []bool{}
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case 1:
			str := strings.ToLower(strings.TrimSpace(strs[nth]))
			nth++
			inURL := strings.HasSuffix(s[:i], "url(") && (i == 4 || !isNameByte(s[i-5]) && s[i-5] != '#' && s[i-5] != '@')
			inSet := len(sets) > 0 && sets[len(sets)-1]
			if !inURL && !inSet || str == "" || str[0] == '#' {
				continue
			}
			if why := unsafeSVG(strs[nth-1]); why != "" {
				return why
			}
			if !strings.HasPrefix(str, "data:image/") && !strings.HasPrefix(str, "data:font/") && !strings.HasPrefix(str, "data:application/") {
				return "url " + str
			}
		case '(':
			before := s[:i]
			k := len(before)
			for k > 0 && isNameByte(before[k-1]) {
				k--
			}
			set := before[k:] == "image-set" || before[k:] == "-webkit-image-set" || len(sets) > 0 && sets[len(sets)-1] && !strings.HasSuffix(before, "type")
			sets = append(sets, set)
			if strings.HasSuffix(before, "url") && (i == 3 || !isNameByte(s[i-4]) && s[i-4] != '#' && s[i-4] != '@') {
				if !strings.HasPrefix(s[i+1:], "\x01)") {
					return "bare url()"
				}
			}
		case ')':
			if len(sets) > 0 {
				sets = sets[:len(sets)-1]
			}
		}
	}
	return ""
}

// unsafeSVG says what is wrong with the data URL of a SVG that Render made.
func unsafeSVG(u string) string {
	data, ours := strings.CutPrefix(u, "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' ")
	if !ours {
		return "" // an image runs no script, whatever it holds
	}
	svg, err := url.PathUnescape("<svg " + data)
	if err != nil {
		return "svg: " + err.Error()
	}
	dec := xml.NewDecoder(strings.NewReader(svg))
	for {
		tok, err := dec.Token()
		if err == io.EOF {
			return ""
		}
		if err != nil {
			return "svg: " + err.Error()
		}
		e, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "svg", "g", "path", "rect", "circle", "text", "image", "mask", "defs", "radialGradient", "stop", "filter",
			"feColorMatrix", "feComponentTransfer", "feFuncR", "feFuncG", "feFuncB", "feFuncA":
		default:
			return "svg: <" + e.Name.Local + ">"
		}
		for _, a := range e.Attr {
			v := strings.ToLower(a.Value)
			switch {
			case strings.HasPrefix(a.Name.Local, "on"):
				return "svg: handler"
			case a.Name.Local == "href" && !strings.HasPrefix(v, "data:image/"):
				return "svg: href"
			case strings.Contains(v, "url(") && !strings.HasPrefix(v, "url(#"), strings.Contains(v, "javascript:"):
				return "svg: " + v
			}
		}
	}
}

func isNameByte(c byte) bool {
	return c == '-' || c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// A generator makes trees that no parser would make.
type generator struct {
	b     []byte
	id    snapshot.NodeID
	nodes int
}

func (g *generator) next() int {
	if len(g.b) == 0 {
		return 0
	}
	c := g.b[0]
	g.b = g.b[1:]
	return int(c)
}

func (g *generator) pick(list []string) string { return list[g.next()%len(list)] }

// str returns a few fragments, or bytes as they come.
func (g *generator) str(list []string) string {
	s := ""
	for n := g.next() % 4; n >= 0; n-- {
		if c := g.next(); c < 200 {
			s += list[c%len(list)]
		} else {
			k := min(c%12, len(g.b))
			s += string(g.b[:k])
			g.b = g.b[k:]
		}
	}
	return s
}

func (g *generator) node(kind snapshot.Kind) *snapshot.Node {
	g.id++
	g.nodes++
	return &snapshot.Node{ID: g.id, Kind: kind}
}

func (g *generator) document(depth int) *snapshot.Node {
	n := g.node(snapshot.KindDocument)
	if g.next()%4 == 0 {
		n.CompatMode = "BackCompat"
	}
	g.children(n, depth)
	return n
}

func (g *generator) children(n *snapshot.Node, depth int) {
	for len(g.b) > 0 && depth < 24 && g.nodes < 400 && g.next()%5 != 0 {
		c := g.child(depth + 1)
		c.IsShadow = n.Kind == snapshot.KindElement && g.next()%6 == 0
		n.Children = append(n.Children, c)
	}
}

func (g *generator) child(depth int) *snapshot.Node {
	switch c := g.next(); {
	case c < 48:
		n := g.node(snapshot.KindText)
		n.Text = g.str(texts)
		return n
	case c < 56:
		n := g.node(snapshot.KindCDATA)
		n.Text = g.str(texts)
		return n
	case c < 60:
		n := g.node(snapshot.KindComment)
		n.Text = g.str(texts)
		return n
	}
	n := g.node(snapshot.KindElement)
	n.Name = g.pick(tags)
	if g.next()%16 == 0 {
		n.Name = g.str(tags)
	}
	n.Namespace = g.pick([]string{"", "", "", "svg", "math", "\x00"})
	for k := g.next() % 4; k > 0; k-- {
		a := snapshot.Attr{Name: g.pick(attrs), Value: g.str(values)}
		if g.next()%16 == 0 {
			a.Name = g.str(attrs)
		}
		a.Type = snapshot.AttrType(max(0, g.next()%12-8))
		n.Attrs = append(n.Attrs, a)
	}
	n.NeedsBlock = g.next()%16 == 0
	if g.next()%4 == 0 {
		v, yes := g.str(values), g.next()%2 == 0
		n.State = &snapshot.State{
			Value: &v, Checked: &yes, Selected: &yes,
			Dialog: g.pick([]string{"", "modal", "x\"><script>"}),
			Image:  g.pick(values), Src: g.pick(values),
			Scroll: &snapshot.Point{X: float64(g.next() - 128), Y: float64(g.next()) * 1e5},
		}
		if g.next()%4 == 0 {
			n.State.Width, n.State.Height = g.str(values), g.str(values)
		}
		if g.next()%2 == 0 {
			css := g.str(texts)
			n.State.CSS = &css
		}
	}
	g.children(n, depth)
	if n.Name == "iframe" || g.next()%16 == 0 {
		n.Children = append(n.Children, g.document(depth+1))
	}
	return n
}

var tags = []string{
	"div", "p", "span", "a", "script", "style", "svg", "math", "textarea", "title", "iframe", "select",
	"option", "template", "plaintext", "noscript", "foreignobject", "desc", "annotation-xml", "mtext",
	"mglyph", "mi", "table", "tr", "td", "form", "input", "img", "image", "use", "animate", "set", "link",
	"meta", "base", "body", "html", "head", "frameset", "frame", "object", "embed", "video", "source",
	"picture", "canvas", "slot", "x-a", "pre", "listing", "xmp", "br", "dialog", "details", "noembed",
	"noframes", "feimage", "lineargradient", "text", "button", "area", "col", "caption", "keygen",
	"p><script>", "a onclick=alert(1)", "SCRIPT", "style/", "svg:script", "x\x00", "\u212A",
}

var attrs = []string{
	"href", "src", "srcset", "style", "class", "id", "xlink:href", "onclick", "ONLOAD", "srcdoc", "poster",
	"data", "action", "formaction", "background", "http-equiv", "content", "name", "target", "rel", "type",
	"media", "value", "checked", "selected", "open", "hidden", "fill", "mask", "filter", "to", "values",
	"attributeName", "shadowrootmode", "usemap", "cite", "ping", "slot", "data-pagetape-id", "encoding",
	"definitionurl", "xmlns", "rr_src", "rr_dataURL", "rr_width", "_cssText", "width", "height", "data-x",
	"a onload=alert(1) b", "\"><script>", "x=y", "on", "Style", "SRC", "imagesrcset", "is",
}

var values = []string{
	"javascript:alert(1)", " \x01java\nscript:alert(1)", "JAVASCRIPT:x", "vbscript:x", "//evil/x", "https://evil/x",
	"#x", "data:image/png;base64,AA==", "data:image/svg+xml,<svg onload=x>", "data:text/html,<script>", "DATA:IMAGE/PNG,",
	"\"><script>alert(1)</script>", "'", "\"", "<", "&quot;", "&#34;", "\x00", "\r", "\n", "\u00a0", "\xed\xa0\x80", "\xff",
	"refresh", "0;url=//evil", "viewport", "stylesheet", "text/html", "href", "xlink:href", "onclick", "fill", "open",
	"url(//evil)", "url( '//evil' )", "u\\72l(//evil)", "x:url(data:image/png,x)", "image-set('//evil' 1x)", ";", ":",
	"position:fixed", "10px", "100px;x", "12", "50%", "//evil 1x, data:image/png,AA 2x", "data:image/png,a,//evil 2x", "a, b", "image",
	"display:none", "\\", "/*", "*/", "background:url(", ")", "expression(alert(1))", "behavior:url(x)",
}

var texts = []string{
	"a{color:red}", "</style><script>alert(1)</script>", "</", "<", "&", "<!--", "-->", "]]>", "<![CDATA[", "<img src=x onerror=alert(1)>",
	"@import '//evil';", "@import url(//evil);", "@\\69mport '//evil';", "@imp/**/ort", "a{b:url(//evil)}", "url(", "url(\"//evil\")", "u\\000072l(//evil)",
	"\\75\nrl(//evil)", "\\75/**/rl(//evil)", "\u00e9url(//evil)", "1\u00e9url(//evil)", "#\u00e9url(//evil)", "image-set('//evil' 1x)",
	"image-set(var(--x) 1x)", "image-set(type('a') ", "src('//evil')", "@namespace url(//evil);", "@namespace x '//evil'", "\"", "'", "\\", "/*", "*/", "(", ")", "{", "}", "[", "]", ";", ":",
	"\n", "\r\n", "\f", "\x00", "\xed\xa0\x80", "\xc2\xa0", "\xff", "&lt;script&gt;", "&quot;);url(//evil)", "&#x22;", "x\\", "\\a", "\\\n",
	"***", "•••••", "a ●●● b", ":link", ":any-link", "a::link", "behavior:url(//evil)", "-moz-binding:url(//evil)", "expression(alert(1))", "1url(//evil)", "--url(//evil)", "<!--url(//evil)", "<url(//evil)", "-->url(//evil)",
	":not(:defined)", ".\\[\\&_p\\]{}", "&#id{}", "&amp{}", "</textarea>", "</title>", "</iframe>", "</template>", "/* rr_split */", "@media(400px<width){", "hello ", "\\@import '//evil';",
	"url(data:image/png,x)", "url(data:text/html,x)", "url('#x')", "url(\"data:font/woff2,x\")", "url(a\nb)", "url(a'b)", "url(\\)//evil)", "'\n//evil'",
}

var nasty = []string{
	"<svg><style><img src=x onerror=alert(1)></style></svg>",
	"<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
	"<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
	"<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
	"<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
	"<textarea><!--</textarea><img src=x onerror=alert(1)>--></textarea>",
	"<select><style></select><img src=x onerror=alert(1)></style></select>",
	"<iframe srcdoc=\"<script>alert(1)</script><iframe srcdoc='&lt;img src=x onerror=alert(1)&gt;'></iframe>\"></iframe>",
	"<div><template shadowrootmode=open><style>@import '//x'</style><slot></slot></template>light</div>",
	"<a href=\"java&#10;script:alert(1)\">x</a><a href=\" &#1;javascript:alert(1)\">",
	"<svg><a xlink:href=javascript:alert(1)><animate attributeName=href values=javascript:alert(1) /></a><use href=data:image/svg+xml,x>",
	"<style>a{background:u\\72l(//x)}@\\69mport \"//x\";</style><p style=\"background:url(//x)\">",
	"<meta http-equiv=refresh content='0;url=//x'><base href=//x><link rel=stylesheet href=//x>",
	"<object data=//x><embed src=//x></object><frameset><frame src=//x></frameset>",
	"<plaintext><script>alert(1)",
	"<xmp></xmp><img src=x onerror=alert(1)></xmp>",
	"<img srcset='//x 1x, data:image/png,AA 2x' src=//x><video poster=//x src=//x><source src=//x></video>",
	"<pre>\n\nx</pre><textarea>\n\nx</textarea><dialog open>d</dialog>",
	"<table><tr><td>a<td>b<tr><td><td>c</table>",
	"",
}
