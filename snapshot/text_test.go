package snapshot_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/snapshot"
)

// load makes a page of HTML.
func load(t testing.TB, html string) *snapshot.Page {
	t.Helper()
	doc, err := snapshot.Parse(strings.NewReader(html))
	require.NoError(t, err)
	p := new(snapshot.Page)
	require.NoError(t, p.Load(doc))
	return p
}

// find returns the id of the first element with that tag name.
func find(t testing.TB, p *snapshot.Page, name string) snapshot.NodeID {
	t.Helper()
	for id, n := range p.All() {
		if n.Data == name && p.Kind(id) == snapshot.KindElement {
			return id
		}
	}
	require.FailNow(t, "no "+name)
	return 0
}

func ExamplePage_VisibleText() {
	doc, err := snapshot.Parse(strings.NewReader(`<title>Shop</title>
		<h1>Your   order</h1>
		<table><tr><td>Tea<td>2</tr><tr><td>Milk<td>1</tr></table>
		<label>Name <input value="Ada"></label> <button>Pay</button>`))
	if err != nil {
		fmt.Println(err)
		return
	}
	var p snapshot.Page
	if err := p.Load(doc); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.VisibleText())
	// Output:
	// Your order
	// Tea	2
	// Milk	1
	// Name Ada Pay
}

func TestVisibleText(t *testing.T) {
	tests := []struct{ name, html, want string }{
		{"empty", ``, ""},
		{"collapse", "<p> a \n\t b<b> c </b>d </p>", "a b c d"},
		{"blocks", "<div>a<div>b</div>c</div><p>d</p>", "a\nb\nc\nd"},
		{"empty blocks", "<div><div></div></div>a<div> </div>b", "a\nb"},
		{"br", "a<br>b<br><br>c<br>", "a\nb\n\nc"},
		{"br in block", "<div>a</div><div><br></div><div>b</div>", "a\n\nb"},
		{"nbsp stays", "a&nbsp; b", "a\u00a0 b"},
		{"pre", "a<pre>b  c\n  d\n</pre>e", "a\nb  c\n  d\ne"},
		{"not shown", "<script>x</script><style>x</style><noscript>x</noscript><template>x</template>a", "a"},
		{"hidden", "<p hidden>x</p><p>a</p>", "a"},
		{"display none", "<p style='color:red;DISPLAY : None'>x</p><p style='display:none;display:block'>a</p>", "a"},
		{"display none important", "<p style='display:none !important;display:block'>x</p>a", "a"},
		{"details closed", "<details><summary>s</summary>x</details>a", "s\na"},
		{"details open", "<details open><summary>s</summary>x</details>", "s\nx"},
		{"dialog closed", "<dialog>x</dialog>a", "a"},
		{"dialog open", "<dialog open>d</dialog>a", "d\na"},
		{"table", "<table><tr><td>a</td><td>b</td></tr><tr><td></td><td><p>c</p></td><td>d</td></tr></table>e", "a\tb\n\tc\td\ne"},
		{"last cell empty", "<table><tr><td>a<td></tr><tr><td>b</table>", "a\t\nb"},
		{"table in a cell", "<table><tr><td>a<td><table><tr><td>b<td>c</table><td>d</table>", "a\tb\tc\td"},
		{"slots", "<x-a><template shadowrootmode=open><i>1</i><slot name=n></slot><slot>no</slot><slot>f</slot></template>l<b slot=n>m</b><u slot=q>x</u></x-a>", "1mlf"},
		{"slot fallback", "<x-a><template shadowrootmode=open><slot>f</slot></template></x-a>", "f"},
		{"slot in slot", "<x-a><template shadowrootmode=open><x-b><template shadowrootmode=open>[<slot></slot>]</template><slot></slot></x-b></template>in</x-a>", "[in]"},
		{"slot without a shadow tree", "<slot>a</slot>", "a"},
		{"frame", "a<iframe srcdoc='<p>b</p>'></iframe>c", "a\nb\nc"},
		{"inputs", "x<input value=a><input type=hidden value=no><input type=checkbox value=no>y<input type=submit value=go>", "x a y go"},
		{"textarea", "a<textarea>b\n  c</textarea>d", "a\nb\n  c\nd"},
		{"select", "<select><option>a<option selected>b</select>c", "b c"},
		{"select first", "<select><option>a<option>b</select>c", "a c"},
		{"select several", "<select multiple><option selected>a<option>b<option selected>c</select>", "a c"},
		{"fallback content", "<video>x</video><canvas>x</canvas><object>x</object>a", "a"},
		{"svg", "<svg><title>x</title><text>1</text><text>2</text></svg>", "1\n2"},
		{"ruby", "<ruby>a<rp>(</rp><rt>b</rt><rp>)</rp></ruby>", "ab"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, load(t, tt.html).VisibleText())
		})
	}
}

func TestVisibleTextLive(t *testing.T) {
	p := load(t, "<input value=old><select><option value=1>one<option value=2>two</select><textarea>t</textarea><dialog>d</dialog>")
	require.NoError(t, p.SetInput(find(t, p, "input"), "new", false))
	require.NoError(t, p.SetInput(find(t, p, "select"), "2", false))
	require.NoError(t, p.SetInput(find(t, p, "textarea"), "typed", false))
	assert.Equal(t, "new two\ntyped", p.VisibleText())
	assert.Empty(t, new(snapshot.Page).VisibleText())
}

// A page that nests shadow trees and slots as deep as a page may be.
func TestVisibleTextDeep(t *testing.T) {
	root := &snapshot.Node{ID: 1, Kind: snapshot.KindDocument}
	id, at := snapshot.NodeID(1), root
	for range 500 {
		id += 2
		host := &snapshot.Node{ID: id, Kind: snapshot.KindElement, Name: "x-a", IsHost: true}
		host.Children = append(host.Children, &snapshot.Node{ID: id + 1, Kind: snapshot.KindElement, Name: "slot", IsShadow: true})
		at.Children = append(at.Children, host)
		at = host
	}
	at.Children = append(at.Children, &snapshot.Node{ID: id + 2, Kind: snapshot.KindText, Text: "end"})
	p := new(snapshot.Page)
	require.NoError(t, p.Load(root))
	assert.Equal(t, "end", p.VisibleText())
}
