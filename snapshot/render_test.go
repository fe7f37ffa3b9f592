package snapshot_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/snapshot"
)

func ExampleRender() {
	doc, err := snapshot.Parse(strings.NewReader(`<!DOCTYPE html>
		<body onload="track()"><script>track()</script><p>Hi <img src="https://example.com/cat.png" width="40"></p>`))
	if err != nil {
		fmt.Println(err)
		return
	}
	var p snapshot.Page
	if err := p.Load(doc); err != nil {
		fmt.Println(err)
		return
	}
	var out strings.Builder
	if err := snapshot.Render(&out, &p, nil); err != nil {
		fmt.Println(err)
		return
	}
	_, body, _ := strings.Cut(out.String(), "</head>")
	fmt.Println(body)
	// Output:
	// <body><template></template><p>Hi <img width="40"></p></body></html>
}

func ExampleRenderOptions() {
	doc, err := snapshot.Parse(strings.NewReader(`<img src="https://example.com/cat.png">`))
	if err != nil {
		fmt.Println(err)
		return
	}
	var p snapshot.Page
	if err := p.Load(doc); err != nil {
		fmt.Println(err)
		return
	}
	// Images come from a store of our own, everything else stays out.
	opts := &snapshot.RenderOptions{
		URL: func(attr, url string) (string, bool) {
			name, ok := strings.CutPrefix(url, "https://example.com/")
			return "/assets/" + name, ok && attr == "src"
		},
		CSP: "img-src 'self' data:",
		IDs: true,
	}
	if err := snapshot.Render(os.Stdout, &p, opts); err != nil {
		fmt.Println(err)
	}
	// Output:
	// <html data-pagetape-id="2"><head data-pagetape-id="3"><meta http-equiv="Content-Security-Policy" content="img-src 'self' data:; default-src 'none'; style-src 'unsafe-inline'; font-src data:; media-src data:; form-action 'none'; base-uri 'none'"><meta charset="utf-8"><meta name="referrer" content="no-referrer"><style>@layer pagetape{:where([data-pagetape=modal]){position:fixed;inset:0;z-index:2147483646;box-shadow:0 0 0 100vmax #0002}}</style></head><body data-pagetape-id="4"><img data-pagetape-id="5" src="/assets/cat.png"></body></html>
}

// render returns the page as HTML: the whole document, and what a recorded
// head and body are in it.
func render(t testing.TB, p *snapshot.Page, opts *snapshot.RenderOptions) (all, head, body string) {
	t.Helper()
	var out strings.Builder
	require.NoError(t, snapshot.Render(&out, p, opts))
	all = out.String()
	_, rest, found := strings.Cut(all, "#0002}}</style>")
	require.True(t, found)
	head, body, found = strings.Cut(rest, "</head>")
	require.True(t, found)
	return all, head, strings.TrimSuffix(strings.TrimPrefix(strings.TrimSuffix(body, "</html>"), "<body>"), "</body>")
}

// placard returns the background of what was not recorded.
func placard(text string) string {
	return `background-image:url(&#34;data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='` + strconv.Itoa(12+7*len(text)) +
		`' height='18'%3E%3Crect width='100%25' height='100%25' rx='3' fill='%23fff' fill-opacity='.75'/%3E%3Ctext x='50%25' y='13' text-anchor='middle' ` +
		`font-family='sans-serif' font-size='11' fill='%23555'%3E` + text + `%3C/text%3E%3C/svg%3E&#34;),repeating-linear-gradient(135deg,#8883 0 1px,#0000 1px 9px)` +
		`;background-position:center,0 0;background-repeat:no-repeat,repeat`
}

func TestRenderHTML(t *testing.T) {
	tests := []struct{ name, html, want string }{
		{"text", `a &amp; &lt;b&gt; "q" é 漢 😀&nbsp;`, `a &amp; &lt;b&gt; &#34;q&#34; é 漢 😀&nbsp;`},
		{"carriage return", "<p title='a&#13;b'>x&#13;y", `<p title="a&#13;b">x&#13;y</p>`},
		{"attributes", `<p class=a data-x="&quot;<>&amp;" hidden @click=x onclick=y ON=z formaction=q>`,
			`<p class="a" data-x="&#34;&lt;&gt;&amp;" hidden></p>`},
		{"spoofed marks", `<p data-pagetape=opaque data-pagetape-id=5>`, `<p></p>`},
		{"kept", `<input tabindex=1 disabled readonly autofocus contenteditable>`, `<input tabindex="1" disabled readonly>`},
		{"void", `a<br>b<hr><wbr>`, `a<br>b<hr><wbr>`},
		{"comments", `a<!--x-->b`, `ab`},
		{"stand-ins keep nth-child", `<i></i><script>x</script><noscript>y</noscript><template><b>z</b></template><meta itemprop=x><b></b>`,
			`<i></i><template></template><template></template><template></template><template></template><b></b>`},
		{"raw text elements", `<xmp><b></xmp><listing>` + "\n\nx" + `</listing><noembed><b></noembed>`,
			"<pre>&lt;b&gt;</pre><pre>\n\nx</pre><template></template>"},
		{"leading newlines", "<pre>\n\nx</pre><textarea>\n\ny</textarea><pre>z</pre>", "<pre>\n\nx</pre><textarea>\n\ny</textarea><pre>z</pre>"},
		{"script URLs", "<a href='java\nscript:x'>a</a><p data-u=' JavaScript:x' title=vbscript:x>", `<a data-pagetape-href>a</a><p></p>`},
		{"links", `<a href=https://x/ ping=/p target=_top download>a</a><a href=#f>b</a>`, `<a data-pagetape-href>a</a><a href="#f">b</a>`},
		{"external", `<img src=//x srcset="//x 1x" alt=i><input type=image src=//x><q cite=//x>q</q><img usemap=//x><img usemap=#m>`,
			`<img alt="i"><input type="image"><q>q</q><img><img usemap="#m">`},
		{"data images", `<img src="data:image/svg+xml,<svg>"><img src=data:text/html,x><img srcset="//x 1x, data:image/png,a,b 2x">`,
			`<img src="data:image/svg+xml,&lt;svg&gt;"><img><img srcset="data:image/png,a,b 2x">`},
		{"media", `<video src=//x poster=data:image/png,x autoplay controls width=9><source src=//x>x</video>`, `<video poster="data:image/png,x" width="9"></video>`},
		{"picture", `<picture><source srcset="data:image/png,x" media=print><img></picture>`, `<picture><source srcset="data:image/png,x" media="print"><img></picture>`},
		{"boxes", `<object data=//x width=20 height=50%><b>x</b></object><embed src=//x style="width:3px">`,
			`<span style="display:inline-block;width:20px;height:50%;` + placard("object") + `" data-pagetape="opaque"></span>` +
				`<span style="display:inline-block;` + placard("embed") + `;width:3px" data-pagetape="opaque"></span>`},
		{"form", `<form action=//x method=post><input name=n value="javascript:x"><button formaction=//x>b</button></form>`,
			`<form><input name="n" value="javascript:x"><button>b</button></form>`},
		{"checked", `<input type=checkbox checked value=v>`, `<input type="checkbox" value="v" checked>`},
		{"select", `<select><option selected>a<option>b</select>`, `<select><option selected>a</option><option>b</option></select>`},
		{"details", `<details open><summary>s</summary></details><dialog open>d</dialog>`, `<details open><summary>s</summary></details><dialog open>d</dialog>`},
		{"opaque frame", `<iframe src=//x width=10 name=n allow=camera></iframe>`,
			`<iframe width="10" name="n" style="` + placard("frame, not recorded") + `" data-pagetape="opaque" sandbox></iframe>`},
		{"canvas", `<canvas width=3>x</canvas>`, `<canvas width="3" style="` + placard("canvas 3 x 150") + `" data-pagetape="opaque"></canvas>`},
		{"svg", `<svg viewBox="0 0 1 1"><linearGradient id=g></linearGradient><use xlink:href=#g /><use href=//x /><path fill="url(#g)" mask="url(//x#m)"/><image href=data:image/png,x /></svg>`,
			`<svg viewBox="0 0 1 1"><lineargradient id="g"></lineargradient><use xlink:href="#g"></use><use></use><path fill="url(&#34;#g&#34;)" mask="url(&#34;&#34;)"></path><image href="data:image/png,x"></image></svg>`},
		{"svg animation", `<svg><animate attributeName=xlink:href to=x /><set attributeName=onclick to=x /><set attributeName=fill to=red /></svg>`,
			`<svg><template></template><template></template><set attributeName="fill" to="red"></set></svg>`},
		{"shadow", `<x-a><template shadowrootmode=closed><style>b{}</style><slot></slot></template>light</x-a>`,
			`<x-a><template shadowrootmode="open"><style>b{}</style><slot></slot></template>light</x-a>`},
		{"style attribute", `<p style="color:red;background:url('//x') , url(data:image/png,x);behavior:url(x);width:expression(1);a:1">`,
			`<p style="color:red;background:url(&#34;&#34;) , url(&#34;data:image/png,x&#34;);/**/width:/**/;a:1"></p>`},
		{"unknown names", `<foo:bar>x</foo:bar><x.y_z>y</x.y_z>`, `<span>x</span><x.y_z>y</x.y_z>`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			all, _, body := render(t, load(t, tt.html), nil)
			body, _, _ = strings.Cut(body, "</body>")
			assert.Equal(t, tt.want, body)
			assert.Empty(t, unsafeHTML(all, map[string]bool{}))
		})
	}
}

func TestRenderDocument(t *testing.T) {
	const metas = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; ` +
		`font-src data:; media-src data:; form-action 'none'; base-uri 'none'"><meta charset="utf-8"><meta name="referrer" content="no-referrer">`
	tests := []struct{ name, html, start, head, body string }{
		{"standards", `<!DOCTYPE html><html lang=en><head><title>a<b></title><body class=c>x`,
			`<!DOCTYPE html>` + "\n" + `<html lang="en"><head>` + metas, `<title>a&lt;b&gt;</title>`, `<body class="c">x`},
		{"quirks", `x`, `<html><head>` + metas, ``, `x`},
		{"head", `<meta charset=x><meta name=viewport content=width=1><meta http-equiv=refresh content=0><base href=//x><link rel=stylesheet href=//x>x`,
			`<html><head>`, `<template></template><meta name="viewport" content="width=1"><template></template><template></template><template></template>`, `x`},
		{"frameset", `<frameset><frame src=//x></frameset>`, `<html><head>`, ``,
			`<span style="display:inline-block;width:300px;height:150px;` + placard("frame") + `" data-pagetape="opaque"></span>`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			all, head, body := render(t, load(t, tt.html), nil)
			assert.True(t, strings.HasPrefix(all, tt.start), all)
			assert.Equal(t, tt.head, head)
			assert.Equal(t, tt.body, body)
		})
	}
	t.Run("no page", func(t *testing.T) {
		all, _, body := render(t, new(snapshot.Page), nil)
		assert.True(t, strings.HasPrefix(all, "<!DOCTYPE html>\n<html><head>"+metas))
		assert.Empty(t, body)
	})
	t.Run("no html element", func(t *testing.T) {
		p := new(snapshot.Page)
		require.NoError(t, p.Load(&snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
			{ID: 2, Kind: snapshot.KindElement, Name: "p", Children: []*snapshot.Node{{ID: 3, Kind: snapshot.KindText, Text: "x"}}},
		}}))
		all, _, body := render(t, p, nil)
		assert.Contains(t, all, "<html><head>"+metas)
		assert.Equal(t, "<p>x</p>", body)
	})
}

func TestRenderCSS(t *testing.T) {
	tests := []struct{ name, css, want string }{
		{"plain", "a:hover{color:red}\n@media (width<400px){b{c:d}}", "a:hover{color:red}\n@media (width<400px){b{c:d}}"},
		{"range", "@media (400px<=width<=700px){}", "@media (400px<=width<=700px){}"},
		{"import", "@import 'x';@IMPORT url(x) layer(a);@\\69mport \"x\";a{}", "/**//**/a{}"},
		{"import in a block", "a{@import 'x'}b{}", "a{/**/}b{}"},
		{"import without an end", "a{}@import 'x'", "a{}/**/"},
		{"url", "a{b:url(//x) URL( \"//x\" ) u\\72l(//x)}", `a{b:url("") url("") url("")}`},
		{"url with modifiers", "a{b:url('//x' crossorigin(anonymous)) c}", `a{b:url("") c}`},
		{"bad url", "a{b:url(a'b) c}", `a{b:url("") c}`},
		{"data urls", "a{b:url(data:image/gif;base64,AA==)}@font-face{src:url('data:font/woff2;base64,AA') format('woff2')}c{d:url(data:text/html,x)}",
			`a{b:url("data:image/gif;base64,AA==")}@font-face{src:url("data:font/woff2;base64,AA") format('woff2')}c{d:url("")}`},
		{"fragment", "a{mask:url(#m)}", `a{mask:url("#m")}`},
		{"image-set", "a{b:image-set('//x' 1x, 'data:image/png,x' type('image/png') 2x, var(--x) 3x)}",
			`a{b:image-set(url("") 1x, url("data:image/png,x") type('image/png') 2x, url("") 3x)}`},
		{"src()", "a{b:src('//x')}", `a{b:url("")}`},
		{"namespace", "@namespace svg url(http://x/);a{b:url(//x)}", `@namespace svg "http://x/";a{b:url("")}`},
		{"namespace in a block", `a{b:image-set(@namespace url(//x);'//y')}@namespace image-set(url(//x))`,
			`a{b:image-set(@namespace url("");url(""))}@namespace image-set(url(""))`},
		{"strings", `a::before{content:"url(//x) \"</style>&amp;"}`, `a::before{content:"url(//x) \"\3c /style>\26 amp;"}`},
		{"end tag in a comment", "a{}/*</style><script>*/b{}", "a{}/**/b{}"},
		{"end tag", "a</style>{}", "a< /style>{}"},
		{"nesting", "a{&:hover{}& b{}&#id{}}", "a{&:hover{}& b{}&/**/#id{}}"},
		{"escaped class", `.\[\&_p\]\:a{}`, `.\[\26 _p\]\:a{}`},
		{"bindings", "a{-moz-binding:url(x);behavior : url(x);c:d}.behavior:hover{}", "a{/**//**/c:d}.behavior:hover{}"},
		{"expression", "a{width:expression(alert(1));b:c}", "a{width:/**/;b:c}"},
		{"comment after an escape", "a{b:\\75\n/**/rl(//x)}", "a{b:\\75\n/**/rl(//x)}"},
		{"name not in ASCII", "a{b:éurl(//x) 1éurl(//x)}", "a{b:é-url(//x) 1éurl/**/(//x)}"},
		{"cdo", "<!--url(//x)-->a{}", `url("")/**/a{}`},
		{"open at the end", "a{b:c(d['x", "a{b:c(d['x'])}"},
		{"bad string", "a{b:'x\n;c:url(//y)}", "a{b:'x'\n;c:url(\"\")}"},
		{"defined", "x-a:not(:defined){opacity:0}", "x-a:not(:is(*,._)){opacity:0}"},
		{"nul and surrogate", "a\x00{b:'\xed\xa0\x80\xff'}", "a\uFFFD{b:'\uFFFD\uFFFD'}"},
		{"dimension", "a{b:1url(//x)}", "a{b:1url(//x)}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := load(t, "<link>")
			require.NoError(t, p.SetAttr(find(t, p, "link"), snapshot.Attr{Name: "_cssText", Value: tt.css}))
			all, head, _ := render(t, p, nil)
			assert.Equal(t, "<style>"+tt.want+"</style>", head)
			assert.Empty(t, unsafeHTML(all, map[string]bool{}))
		})
	}
}

func TestRenderSheets(t *testing.T) {
	p := load(t, `<link rel=stylesheet media=print href=//x><body><div><template shadowrootmode=open>s</template></div>`)
	require.NoError(t, p.SetAttr(find(t, p, "link"), snapshot.Attr{Name: "_cssText", Value: "a{b:c}"}))
	sheet, err := p.Sheet(find(t, p, "link"))
	require.NoError(t, err)
	require.NoError(t, sheet.Insert([]int{1}, "d{e:f}"))
	p.Construct(7).Replace("g{}")
	p.Construct(8).Replace("h{}")
	require.NoError(t, p.Adopt(p.RootID(), []snapshot.StyleID{7, 8}))
	require.NoError(t, p.Adopt(find(t, p, "div"), []snapshot.StyleID{8}))
	_, head, body := render(t, p, nil)
	assert.Regexp(t, `^<style media="print">a ?\{ ?b: ?c;? ?\}\s*d ?\{ ?e: ?f;? ?\}</style><style>g\{\}</style><style>h\{\}</style>$`, head)
	assert.Equal(t, `<div><template shadowrootmode="open">s<style>h{}</style></template></div>`, body)
}

func TestRenderLive(t *testing.T) {
	p := load(t, `<input value=a><input type=checkbox checked><select><option value=1 selected>x<option value=2>y</select><textarea>t</textarea>`+
		`<dialog>d</dialog><img src=//x srcset="data:image/png,z 1x"><canvas style="color:red"></canvas><b class=k title=x>secret</b>`)
	require.NoError(t, p.SetInput(find(t, p, "input"), `"new"`, false))
	require.NoError(t, p.SetInput(find(t, p, "input")+1, "on", false))
	require.NoError(t, p.SetInput(find(t, p, "select"), "2", false))
	require.NoError(t, p.SetInput(find(t, p, "textarea"), "\n</textarea>", false))
	require.NoError(t, p.SetAttr(find(t, p, "dialog"), snapshot.Attr{Name: "open"}))
	require.NoError(t, p.SetAttr(find(t, p, "dialog"), snapshot.Attr{Name: "rr_open_mode", Value: "modal"}))
	for _, name := range []string{"img", "canvas"} {
		require.NoError(t, p.SetAttr(find(t, p, name), snapshot.Attr{Name: "rr_dataURL", Value: "data:image/png;base64,AA=="}))
	}
	require.NoError(t, p.SetAttr(find(t, p, "b"), snapshot.Attr{Name: "rr_width", Value: "10.5px"}))
	require.NoError(t, p.SetAttr(find(t, p, "b"), snapshot.Attr{Name: "rr_height", Value: "1px;position:fixed"}))
	_, _, body := render(t, p, nil)
	assert.Equal(t, `<input value="&#34;new&#34;"><input type="checkbox">`+
		`<select><option value="1">x</option><option value="2" selected>y</option></select>`+
		"<textarea>\n\n&lt;/textarea&gt;</textarea>"+
		`<dialog open data-pagetape="modal">d</dialog><img src="data:image/png;base64,AA==">`+
		`<canvas style="color:red;background-image:url(&#34;data:image/png;base64,AA==&#34;);background-size:100% 100%;background-repeat:no-repeat;background-origin:content-box"></canvas>`+
		`<b class="k" style="display:inline-block;box-sizing:border-box;width:10.5px;background:#8883;outline:1px dashed #8886;outline-offset:-1px" data-pagetape="blocked"></b>`, body)
}

func TestRenderFrames(t *testing.T) {
	inner := `<!DOCTYPE html><p title="&quot;&amp;">in &amp; <a href=#x>a</a></p><iframe srcdoc="deep"></iframe>`
	p := load(t, `<!DOCTYPE html><iframe src=//x srcdoc="`+html.EscapeString(inner)+`"></iframe>`)
	all, _, _ := render(t, p, &snapshot.RenderOptions{IDs: true})
	doc, err := html.Parse(strings.NewReader(all))
	require.NoError(t, err)
	// srcdoc returns what the only frame of a document holds.
	srcdoc := func(doc *html.Node) string {
		for n := range doc.Descendants() {
			if n.Data == "iframe" {
				for _, a := range n.Attr {
					if a.Key == "srcdoc" {
						return a.Val
					}
				}
			}
		}
		require.FailNow(t, "no srcdoc")
		return ""
	}
	frame := srcdoc(doc)
	assert.Contains(t, frame, "<!DOCTYPE html>\n<html")
	assert.Contains(t, frame, "Content-Security-Policy")
	assert.Contains(t, frame, `title="&#34;&amp;">in &amp; <a data-pagetape-id=`)
	assert.NotContains(t, frame, "#x") // it would be a place in the page around the frame
	doc, err = html.Parse(strings.NewReader(frame))
	require.NoError(t, err)
	assert.Contains(t, srcdoc(doc), ">deep</body>")

	t.Run("deep", func(t *testing.T) {
		root := &snapshot.Node{ID: 1, Kind: snapshot.KindDocument}
		id, at := snapshot.NodeID(1), root
		for range 300 {
			frame := &snapshot.Node{ID: id + 1, Kind: snapshot.KindElement, Name: "iframe"}
			doc := &snapshot.Node{ID: id + 2, Kind: snapshot.KindDocument}
			at.Children, frame.Children = []*snapshot.Node{frame}, []*snapshot.Node{doc}
			id, at = id+2, doc
		}
		p := new(snapshot.Page)
		require.NoError(t, p.Load(root))
		all, _, _ := render(t, p, nil)
		assert.Less(t, len(all), 1<<20)
		assert.Contains(t, all, "opaque")
	})
}

func TestRenderURL(t *testing.T) {
	const page = `<a href=https://x/1>a</a><img src=https://x/2 srcset="https://x/3 1x, https://x/4 bad, https://x/5"><video poster=https://x/6></video>` +
		`<p style="background:url(https://x/7)">p</p><script src=https://x/8></script><iframe src=https://x/9></iframe><svg><use href=https://x/10></use><a xlink:href=https://x/11>s</a></svg>`
	var asked []string
	opts := &snapshot.RenderOptions{URL: func(attr, url string) (string, bool) {
		asked = append(asked, attr+" "+url)
		return "/u?" + url + `"`, true
	}}
	_, _, body := render(t, load(t, page), opts)
	assert.Equal(t, []string{"href https://x/1", "src https://x/2", "srcset https://x/3", "srcset https://x/4", "srcset https://x/5",
		"poster https://x/6", "url() https://x/7", "xlink:href https://x/11"}, asked)
	assert.Contains(t, body, `<a href="/u?https://x/1&#34;">`)
	assert.Contains(t, body, `srcset="/u?https://x/3&#34; 1x, /u?https://x/5&#34;"`)
	assert.Contains(t, body, `style="background:url(&#34;/u?https://x/7\&#34;&#34;)"`)

	t.Run("what it may not return", func(t *testing.T) {
		for _, u := range []string{"javascript:x", " Java\tScript:x", "vbscript:x", "data:text/html,x", ""} {
			_, _, body := render(t, load(t, `<a href=//x>a</a><img src=//x><p style="a:url(//x)">`), &snapshot.RenderOptions{
				URL: func(string, string) (string, bool) { return u, true },
			})
			assert.Equal(t, `<a data-pagetape-href>a</a><img><p style="a:url(&#34;&#34;)"></p>`, body, u)
		}
	})
}

func TestRenderCSP(t *testing.T) {
	all, _, _ := render(t, load(t, "x"), &snapshot.RenderOptions{CSP: `IMG-SRC https: ; font-src "`})
	assert.Contains(t, all, `content="IMG-SRC https:; font-src &#34;; default-src 'none'; style-src 'unsafe-inline'; media-src data:; form-action 'none'; base-uri 'none'"`)
}

// Recorders write nodes that no parser would make.
func TestRenderTrees(t *testing.T) {
	el := func(name string, attrs []snapshot.Attr, children ...*snapshot.Node) *snapshot.Node {
		return &snapshot.Node{Kind: snapshot.KindElement, Name: name, Attrs: attrs, Children: children}
	}
	svg := func(n *snapshot.Node) *snapshot.Node { n.Namespace = "svg"; return n }
	text := func(s string) *snapshot.Node { return &snapshot.Node{Kind: snapshot.KindText, Text: s} }
	shadow := func(n *snapshot.Node) *snapshot.Node { n.IsShadow = true; return n }
	tests := []struct {
		name string
		node *snapshot.Node
		want string
	}{
		{"tag name", el("p><script>alert(1)</script", nil, text("x")), "<span>x</span>"},
		{"attribute name", el("p", []snapshot.Attr{{Name: "a onclick=alert(1) b", Value: "c"}, {Name: "", Value: "d"}}), "<p></p>"},
		{"child of a void", el("br", nil, text("x")), "<br>"},
		{"void in svg", svg(el("br", nil)), "<br/>"},
		{"style in svg", svg(el("svg", nil, svg(el("style", nil, text("a{}</style><img src=x onerror=y>&quot;"))))),
			"<svg><style>a{}< /style>< img src=x onerror=y>&/**/quot;</style></svg>"},
		{"style that ends early", el("style", nil, text("a{}</style><script>")), "<style>a{}< /style>< script></style>"},
		{"image", el("image", []snapshot.Attr{{Name: "src", Value: "data:image/png,x"}}), "<span></span>"},
		{"html in a body", el("section", nil, el("html", nil, el("head", nil), el("body", nil, text("x")))), "<section><div><div></div><div>x</div></div></section>"},
		{"template content", el("template", []snapshot.Attr{{Name: "shadowrootmode", Value: "open"}}, text("x")), "<template></template>"},
		{"shadow where none can be", el("ul", nil, text("light"), shadow(text("dark"))), "<ul>dark</ul>"},
		{"surrogate", el("p", []snapshot.Attr{{Name: "title", Value: "\xed\xa0\xbd\xff"}}, text("\xed\xa0\xbd\x00")), "<p title=\"\uFFFD\uFFFD\">\uFFFD\uFFFD</p>"},
		{"two styles", el("canvas", []snapshot.Attr{{Name: "style", Value: "a:b"}, {Name: "STYLE", Value: "c:d"}}),
			`<canvas style="a:b;` + placard("canvas 300 x 150") + `" style="c:d" data-pagetape="opaque"></canvas>`},
		{"blocked table row", func() *snapshot.Node { n := el("tr", nil, text("x")); n.NeedsBlock = true; return n }(),
			`<tr style="background:#8883;outline:1px dashed #8886;outline-offset:-1px" data-pagetape="blocked"></tr>`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := &snapshot.Node{Kind: snapshot.KindDocument, Children: []*snapshot.Node{tt.node}}
			id := snapshot.NodeID(0)
			for n := range root.All() {
				id++
				n.ID = id
			}
			p := new(snapshot.Page)
			require.NoError(t, p.Load(root))
			all, _, body := render(t, p, nil)
			assert.Equal(t, tt.want, body)
			assert.Empty(t, unsafeHTML(all, map[string]bool{}))
		})
	}
}

// A page that is rendered and parsed shows the same text.
func TestRenderKeepsText(t *testing.T) {
	for _, src := range []string{
		`<h1>a &lt; b</h1><table><tr><td>1<td>2</table><pre>` + "\n\n x\n" + `</pre><textarea>` + "\n\ny" + `</textarea>`,
		`<x-a><template shadowrootmode=open>[<slot></slot>]</template>l</x-a><iframe srcdoc="<p>f &amp;amp;</p>"></iframe>`,
		`<select><option>a<option selected>b</select><input value="&quot;'"><details><summary>s</summary>h</details>`,
	} {
		p := load(t, src)
		all, _, _ := render(t, p, &snapshot.RenderOptions{IDs: true})
		assert.Equal(t, p.VisibleText(), load(t, all).VisibleText())
	}
}

type failing struct{ n int }

func (w *failing) Write(b []byte) (int, error) {
	w.n++
	return 0, errFull
}

var errFull = errors.New("full")

func TestRenderError(t *testing.T) {
	w := &failing{}
	assert.ErrorIs(t, snapshot.Render(w, bigPage(t, 10_000), nil), errFull)
	assert.Equal(t, 1, w.n)
	assert.ErrorIs(t, snapshot.Render(w, load(t, "x"), nil), errFull)
}

// bigPage makes a page of about n nodes, much like a list of goods.
func bigPage(t testing.TB, n int) *snapshot.Page {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html><title>big</title><style>.card{display:flex;color:#123}\n.card:hover > a{color:red}</style>")
	for i := range n / 8 {
		k := strconv.Itoa(i)
		b.WriteString(`<div class="card card-` + k + `" data-id="` + k + `" style="width: 240px; margin-top: 4px"><a href="https://shop.example/p/` + k +
			`" class="link">Item ` + k + ` &amp; more</a><p class="text">A text about the item, long enough to count.</p><span>` + k + `.99 €</span><button type="button">Add</button></div>`)
	}
	return load(t, b.String())
}

func BenchmarkRender(b *testing.B) {
	p := bigPage(b, 10_000)
	b.Run("page of 10000 nodes", func(b *testing.B) {
		var out bytes.Buffer
		require.NoError(b, snapshot.Render(&out, p, nil))
		b.SetBytes(int64(out.Len()))
		b.ReportAllocs()
		for b.Loop() {
			_ = snapshot.Render(io.Discard, p, nil)
		}
	})
	b.Run("x/net html.Render of it", func(b *testing.B) {
		var out bytes.Buffer
		require.NoError(b, html.Render(&out, p.Root()))
		b.SetBytes(int64(out.Len()))
		b.ReportAllocs()
		for b.Loop() {
			_ = html.Render(io.Discard, p.Root())
		}
	})
	css := load(b, "<style>"+strings.Repeat(".a-b:not(.c) > d, e[f=\"g\"]:hover{color:rgb(1 2 3 / 50%);background:url(data:image/png;base64,AAAA) no-repeat;margin:0 1.5em}\n", 2000)+"</style>")
	b.Run("style sheet", func(b *testing.B) {
		var out bytes.Buffer
		require.NoError(b, snapshot.Render(&out, css, nil))
		b.SetBytes(int64(out.Len()))
		b.ReportAllocs()
		for b.Loop() {
			_ = snapshot.Render(io.Discard, css, nil)
		}
	})
}

func BenchmarkVisibleText(b *testing.B) {
	p := bigPage(b, 10_000)
	b.SetBytes(int64(len(p.VisibleText())))
	b.ReportAllocs()
	for b.Loop() {
		_ = p.VisibleText()
	}
}
