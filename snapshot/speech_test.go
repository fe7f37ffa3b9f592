package snapshot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/snapshot"
)

func ExamplePage_AccessibleText() {
	doc, err := snapshot.Parse(strings.NewReader(`<title>Shop</title>
		<h1>Your order</h1>
		<ul><li>Tea<li>Milk</ul>
		<label>Name <input required value=Ada></label>
		<label><input type=checkbox> Gift</label>
		<p>In total <b>80 kr</b></p> <button disabled>Pay</button>`))
	if err != nil {
		fmt.Println(err)
		return
	}
	var p snapshot.Page
	if err := p.Load(doc); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.AccessibleText())
	// Output:
	// document "Shop"
	//   heading 1 "Your order"
	//   list with 2 items
	//     listitem "Tea"
	//     listitem "Milk"
	//   text "Name"
	//   textbox "Name" required value "Ada"
	//   checkbox "Gift" not checked
	//   text "Gift"
	//   text "In total 80 kr"
	//   button "Pay" disabled
}

func TestAccessibleText(t *testing.T) {
	tests := []struct{ name, html, want string }{
		{"empty", ``, ``},
		{"text", `a <b>b</b><div>c</div>d<br>e`, `text "a b"|text "c"|text "d"|text "e"`},
		{"hidden", `a<i hidden>b</i><i aria-hidden=true>c<button>d</button></i><p style="visibility:hidden">e</p><script>f</script>`, `text "a"`},
		{"heading", `<h2>a</h2><p role=heading aria-level=4>b</p><p role=heading>c</p>`, `heading 2 "a"|heading 4 "b"|heading 2 "c"`},
		{"link in a heading", `<h2>a <a href=#>b</a> <i>c</i></h2>`, `heading 2 "a b c"|  link "b"`},
		{"button says its content once", `<button>a <img alt=b> <i>c</i></button>`, `button "a b c"`},
		{"nested lists", `<ul><li>a<ul><li>b</ul><li>c <p>d</p></ul>`, `list with 2 items|  listitem|    text "a"|    list with 1 item|      listitem "b"|  listitem "c d"`},
		{"table", `<table><caption>P</caption><thead><tr><th>a<th>b</thead><tbody><tr><th>c<td>d<tr><td>e<td><button>f</button></table>`,
			`table "P" with 3 rows|  caption "P"|  row|    columnheader "a"|    columnheader "b"|  row|    rowheader "c"|    cell "d"|  row|    cell "e"|    cell|      button "f"`},
		{"states", `<button aria-pressed=true aria-expanded=false aria-disabled=true>a</button><input aria-label=b aria-invalid=true readonly><i role=switch aria-checked=mixed>c</i><a href=# aria-current=page>d</a>`,
			`button "a" collapsed pressed disabled|textbox "b" read-only invalid|switch "c" partly checked|link "d" current`},
		{"choices", `<input type=radio checked aria-label=a><select aria-label=b><option>1<option selected>2</select><select multiple aria-label=c><option>3<option selected>4</select>`,
			`radio "a" checked|combobox "b" value "2"|listbox "c"|  option "3"|  option "4" selected`},
		{"values", `<input type=range aria-label=a value=3><progress aria-label=b value=4></progress><i role=slider aria-label=c aria-valuetext=many aria-valuenow=9></i><textarea aria-label=d>e</textarea><div contenteditable aria-label=f>g <b>h</b></div><input type=date aria-label=i value=2026-01-02><input type=password aria-label=j value=k>`,
			`slider "a" value "3"|progressbar "b" value "4"|slider "c" value "many"|textbox "d" value "e"|textbox "f" value "g h"|date "i" value "2026-01-02"|textbox "j" password value "k"`},
		{"described", `<input aria-label=a aria-describedby=e><p id=e>b</p>`, `textbox "a" described as "b"|text "b"`},
		{"details", `<details><summary>a</summary>b</details><details open><summary>c</summary>d</details>`, `group|  button "a" collapsed|group|  button "c" expanded|  text "d"`},
		{"dialog", `<dialog>a</dialog><dialog open aria-label=b>c</dialog>`, `dialog "b"|  text "c"`},
		{"frame", `<iframe title=a srcdoc="<title>b</title>c"></iframe><iframe title=d></iframe>`, `frame "a"|  document "b"|    text "c"|frame "d" not recorded`},
		{"shadow", `<x-a><template shadowrootmode=open><button><slot></slot></button><slot name=s>none</slot></template>a<i slot=s>b</i></x-a>`, `button "a"|text "b"`},
		{"quotes", `<p>a "b" \ é</p>`, `text "a \"b\" \\ é"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var want strings.Builder
			want.WriteString("document")
			if tt.want != "" {
				want.WriteString("\n  " + strings.ReplaceAll(tt.want, "|", "\n  "))
			}
			assert.Equal(t, want.String(), load(t, tt.html).AccessibleText())
		})
	}
	assert.Empty(t, new(snapshot.Page).AccessibleText())
}

func TestAccessibleTextLive(t *testing.T) {
	p := load(t, `<input value=old aria-label=a><input type=checkbox aria-label=b checked><dialog>c</dialog><div class=d>x</div><video title=e></video>`)
	require.NoError(t, p.SetInput(find(t, p, "input"), "new", false))
	for id, n := range p.All() {
		if n.Data == "input" && id != find(t, p, "input") {
			require.NoError(t, p.SetInput(id, "on", false))
		}
	}
	yes, at := true, 1.5
	require.NoError(t, p.SetAttr(find(t, p, "dialog"), snapshot.Attr{Name: "open"}))
	require.NoError(t, p.SetAttr(find(t, p, "dialog"), snapshot.Attr{Name: "rr_open_mode", Value: "modal"}))
	require.NoError(t, p.SetAttr(find(t, p, "div"), snapshot.Attr{Name: "rr_width", Value: "9px"}))
	require.NoError(t, p.SetMedia(find(t, p, "video"), snapshot.Media{Playing: &yes, CurrentTime: &at}))
	p.Focus = find(t, p, "input")
	assert.Equal(t, `document
  textbox "a" focused value "new"
  checkbox "b" not checked
  dialog modal
    text "c"
  not recorded
  video "e" playing at 1.5 s`, p.AccessibleText())
}

// Text that is in many names is not written for each of them.
func TestAccessibleTextIsLinear(t *testing.T) {
	long := strings.Repeat("word ", 2000)
	p := load(t, strings.Repeat(`<a href=#><h1 role=link>`, 100)+long)
	assert.Less(t, len(p.AccessibleText()), 8*len(long))
	p = load(t, "<select multiple>"+strings.Repeat("<option>x", 20_000)+"</select><details>"+strings.Repeat("<p>y", 20_000)+"</details>"+strings.Repeat("<table><tr>"+strings.Repeat("<th>a", 2_000)+"</table>", 5))
	start := time.Now()
	assert.NotEmpty(t, p.AccessibleText())
	assert.Less(t, time.Since(start), 30*time.Second)
}

func ExampleDump() {
	doc, err := snapshot.Parse(strings.NewReader(`<!DOCTYPE html><p title=b class=a>x &amp; y</p><input value=old><x-a><template shadowrootmode=open><slot></slot></template><!--c--></x-a>`))
	if err != nil {
		fmt.Println(err)
		return
	}
	var p snapshot.Page
	if err := p.Load(doc); err != nil {
		fmt.Println(err)
		return
	}
	var b strings.Builder
	if err := snapshot.Dump(&b, &p, &snapshot.DumpOptions{IDs: true}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(b.String())
	// Output:
	// 1 document
	//   2 doctype html
	//   3 html
	//     4 head
	//     5 body
	//       6 p class="a" title="b"
	//         7 "x & y"
	//       8 input value="old" .value="old"
	//       9 x-a
	//         #shadow
	//           11 slot
	//         10 comment "c"
}

func TestDump(t *testing.T) {
	dump := func(p *snapshot.Page) string {
		var b strings.Builder
		require.NoError(t, snapshot.Dump(&b, p, nil))
		return b.String()
	}
	p := load(t, `<svg><path d="M0"/></svg><style>a{}</style><iframe srcdoc=x></iframe><canvas></canvas>`)
	p.Construct(1).Replace("b{}")
	require.NoError(t, p.Adopt(p.RootID(), []snapshot.StyleID{1}))
	style, err := p.Sheet(find(t, p, "style"))
	require.NoError(t, err)
	before := dump(p)
	require.NoError(t, style.Insert([]int{0}, "c{}"))
	require.NoError(t, p.SetScroll(p.RootID(), 0, 40))
	require.NoError(t, p.Draw(find(t, p, "canvas"), snapshot.CanvasOp{Property: "fill", Args: "[]"}))
	p.Focus = find(t, p, "iframe")
	got := dump(p)
	assert.Equal(t, `document .rr_scrollTop="40"
  #adopted "b{}"
  html
    head
    body
      svg svg
        svg path d="M0"
      style
        #css "c{}\na{}"
        "a{}"
      iframe srcdoc="x" .focused
        document
          html
            head
            body
              "x"
      canvas .canvas=1
`, got)
	assert.NotContains(t, before, "#css")
	assert.Equal(t, got, dump(p.Clone()))
	assert.Empty(t, dump(new(snapshot.Page)))
	assert.ErrorIs(t, snapshot.Dump(&failing{}, p, nil), errFull)
	assert.ErrorIs(t, snapshot.Dump(&failing{}, bigPage(t, 10_000), nil), errFull)
}
