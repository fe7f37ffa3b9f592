package snapshot_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/snapshot"
)

func ExamplePage_AccessibleName() {
	doc, err := snapshot.Parse(strings.NewReader(`<label for=n>Your name</label><input id=n> <button><img src=cart.png alt="Add to cart"></button>`))
	if err != nil {
		fmt.Println(err)
		return
	}
	var p snapshot.Page
	if err := p.Load(doc); err != nil {
		fmt.Println(err)
		return
	}
	for id := range p.All() {
		if role := p.Role(id); role == "textbox" || role == "button" {
			fmt.Printf("%s %q\n", role, p.AccessibleName(id))
		}
	}
	// Output:
	// textbox "Your name"
	// button "Add to cart"
}

// byClass returns the id of the first element with that class, in any tree.
func byClass(t testing.TB, p *snapshot.Page, class string) snapshot.NodeID {
	t.Helper()
	for id, n := range p.All() {
		for _, a := range n.Attr {
			if a.Key == "class" && a.Val == class {
				return id
			}
		}
	}
	require.FailNow(t, "no class "+class)
	return 0
}

// The element is the one with class x. Most cases are those of the manual
// tests of accname-1.2 and HTML-AAM, in our own words.
func TestAccessibleName(t *testing.T) {
	tests := []struct{ name, html, want string }{
		{"content", `<button class=x> Pay <b>now</b>!</button>`, "Pay now!"},
		{"inline parts join, blocks do not", `<button class=x>a<b>b</b><div>c</div><br>d</button>`, "ab c d"},
		{"not from content", `<p class=x>text</p>`, ""},
		{"title of what has no other", `<p class=x title="  tip ">text</p>`, "tip"},
		{"content before title", `<a href=# class=x title=tip>text</a>`, "text"},
		{"title of an empty link", `<a href=# class=x title=tip></a>`, "tip"},
		{"aria-label", `<a href=# class=x aria-label=" said ">text</a>`, "said"},
		{"blank aria-label", `<a href=# class=x aria-label=" ">text</a>`, "text"},
		{"aria-labelledby", `<i id=a>one</i><i id=b>two</i><a href=# class=x aria-label=no aria-labelledby="b nope a">text</a>`, "two one"},
		{"aria-labelledby to nothing", `<a href=# class=x aria-labelledby=nope>text</a>`, "text"},
		{"aria-labelledby to itself", `<button id=a class=x aria-label=Delete aria-labelledby="a b">?</button><i id=b>file</i>`, "Delete file"},
		{"aria-labelledby is followed once", `<i id=a aria-labelledby=b>one</i><i id=b>two</i><a href=# class=x aria-labelledby=a></a>`, "one"},
		{"aria-labelledby to what is hidden", `<p id=a hidden>one <b>two</b></p><a href=# class=x aria-labelledby=a>text</a>`, "one two"},
		{"aria-labelledby in its own tree", `<i id=a>outer</i><div><template shadowrootmode=open><i id=a>inner</i><a href=# class=x aria-labelledby=a></a></template></div>`, "inner"},
		{"hidden parts", `<button class=x>a<i hidden>b</i><i aria-hidden=TRUE>c</i><i style="display:none">d</i><i style="visibility:hidden">e</i><script>f</script><i>g</i></button>`, "ag"},
		{"hidden itself", `<div hidden><button class=x>a</button></div>`, ""},
		{"label for", `<label for=a>Name</label><input id=a class=x>`, "Name"},
		{"two labels", `<label>One <input id=a class=x></label><label for=a>two</label>`, "One two"},
		{"label around", `<label>Flash the screen <input class=x type=checkbox> <b>soon</b></label>`, "Flash the screen soon"},
		{"label around with a value", `<label>Email <input class=x value=v></label>`, "Email"},
		{"label around another", `<label>No <input><input class=x title=t></label>`, "t"},
		{"label for another", `<label for=b>No <input class=x title=t></label>`, "t"},
		{"control in a label", `<label for=a>Flash <input value=3> times, <select><option>no<option selected>yes</select></label><input type=checkbox id=a class=x>`, "Flash 3 times, yes"},
		{"slider in a label", `<label for=a>At <input type=range value=5> and <i role=slider aria-valuenow=6 aria-valuetext=six></i></label><input id=a class=x>`, "At 5 and six"},
		{"textbox in a label", `<label for=a>In <i role=textbox>typed</i></label><input id=a class=x>`, "In typed"},
		{"hidden label", `<label for=a hidden>Name</label><input id=a class=x>`, "Name"},
		{"placeholder", `<input class=x placeholder="Search …">`, "Search …"},
		{"title before placeholder", `<input class=x placeholder=p title=t>`, "t"},
		{"aria-label before label", `<label for=a>l</label><input id=a class=x aria-label=a>`, "a"},
		{"a value is no name", `<input class=x value=v>`, ""},
		{"submit", `<input class=x type=submit>`, "Submit"},
		{"reset with a value", `<input class=x type=reset value="Start over">`, "Start over"},
		{"button without a value", `<input class=x type=button title=t>`, "t"},
		{"image button", `<input class=x type=image alt=Go>`, "Go"},
		{"image button without alt", `<input class=x type=image>`, "Submit"},
		{"img", `<img class=x alt="A cat" title=t>`, "A cat"},
		{"img without alt", `<img class=x title=t>`, "t"},
		{"img with an empty alt", `<img class=x alt="">`, ""},
		{"img in a link", `<a href=# class=x>The <img alt=cat> sat</a>`, "The cat sat"},
		{"fieldset", `<fieldset class=x><legend>Address</legend>x</fieldset>`, "Address"},
		{"table", `<table class=x><caption>Prices</caption><tr><td>1</table>`, "Prices"},
		{"figure", `<figure class=x><img><figcaption>A <i>cat</i></figcaption></figure>`, "A cat"},
		{"option", `<select><option class=x>One<option label=Two>2</select>`, "One"},
		{"option with a label", `<select><option class=x label=Two>2</select>`, "Two"},
		{"optgroup", `<select><optgroup class=x label=Fruit><option>a</select>`, "Fruit"},
		{"svg title", `<button class=x><svg><title>Close</title><path></svg></button>`, "Close"},
		{"svg", `<svg class=x><title>Close</title></svg>`, "Close"},
		{"role of content", `<div role=tab class=x>First</div>`, "First"},
		{"row", `<table><tr class=x><td>a<td>b</table>`, "a b"},
		{"shadow content", `<x-b role=button class=x><template shadowrootmode=open><i>[</i><slot></slot><slot name=s>none</slot></template>light<i slot=s>s</i><i slot=q>q</i></x-b>`, "[lights"},
		{"closed details in a heading", `<h1 class=x>a <details><summary>b</summary>c</details></h1>`, "a b"},
		{"textarea in a label", `<label for=a>x <textarea>typed</textarea></label><input id=a class=x>`, "x typed"},
		{"no-break spaces stay", `<button class=x>1 000 kr</button>`, "1 000 kr"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := load(t, tt.html)
			assert.Equal(t, tt.want, p.AccessibleName(byClass(t, p, "x")))
		})
	}
	p := load(t, "<p>x")
	assert.Empty(t, p.AccessibleName(0))
	assert.Empty(t, p.AccessibleName(p.RootID()))
}

// A name tells what the user typed, not what the attribute says.
func TestAccessibleNameLive(t *testing.T) {
	p := load(t, `<label for=a>Every <input class=y value=1> days</label><input id=a class=x>`)
	require.NoError(t, p.SetInput(byClass(t, p, "y"), "30", false))
	assert.Equal(t, "Every 30 days", p.AccessibleName(byClass(t, p, "x")))
}

// Names that take in each other end, and are not longer than what they may
// look at.
func TestAccessibleNameIsBounded(t *testing.T) {
	var all strings.Builder
	for i := range 300 {
		fmt.Fprintf(&all, "<a href=# id=i%d aria-labelledby='i%d i%d i%d %s'>x</a>", i, i, i+1, i/2, strings.Repeat("i7 ", 40))
	}
	all.WriteString(strings.Repeat("<label><b role=treeitem>t", 200))
	p := load(t, all.String())
	for id, n := range p.All() {
		if n.Data == "a" || n.Data == "label" || n.Data == "b" {
			assert.LessOrEqual(t, len(p.AccessibleName(id)), 2*4096)
		}
	}
	p = load(t, "<button class=x>"+strings.Repeat("<b>y</b>", 100_000)+"</button>")
	assert.Len(t, p.AccessibleName(byClass(t, p, "x")), 2047) // each b is looked at, and its text, after the button
}

func TestRole(t *testing.T) {
	tests := []struct{ html, want string }{
		{`<div class=x>`, ""},
		{`<div class=x role="nope BUTTON link">`, "button"},
		{`<a class=x>`, ""},
		{`<a class=x href=#>`, "link"},
		{`<ul class=x role=presentation>`, ""},
		{`<ul class=x role=none tabindex=0>`, "list"},
		{`<ul class=x role=none aria-label=l>`, "list"},
		{`<h3 class=x>`, "heading"},
		{`<img class=x alt="">`, ""},
		{`<img class=x alt=a>`, "img"},
		{`<img class=x role=image alt=a>`, "img"},
		{`<input class=x>`, "textbox"},
		{`<input class=x type=EMAIL>`, "textbox"},
		{`<input class=x type=checkbox>`, "checkbox"},
		{`<input class=x type=checkbox role=switch>`, "switch"},
		{`<input class=x type=hidden>`, ""},
		{`<input class=x list=l>`, "combobox"},
		{`<select class=x>`, "combobox"},
		{`<select class=x multiple>`, "listbox"},
		{`<select class=x size=4>`, "listbox"},
		{`<select class=x size=1>`, "combobox"},
		{`<section class=x>`, ""},
		{`<section class=x aria-label=l>`, "region"},
		{`<header class=x>`, "banner"},
		{`<article><header class=x></article>`, ""},
		{`<footer class=x>`, "contentinfo"},
		{`<table><tr><th class=x>a<td>b</table>`, "rowheader"},
		{`<table><tr><th class=x>a<th>b</table>`, "columnheader"},
		{`<table><tr><th class=x scope=row>a<th>b</table>`, "rowheader"},
		{`<table role=grid><tr><td class=x>a</table>`, "gridcell"},
		{`<table role=none><tr><td class=x>a</table>`, ""},
		{`<table><tr><td class=x>a</table>`, "cell"},
		{`<details><summary class=x>a</details>`, "button"},
		{`<summary class=x>a</summary>`, ""},
		{`<svg class=x><title>t</title></svg>`, "img"},
		{`<svg class=x></svg>`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.html, func(t *testing.T) {
			p := load(t, tt.html)
			assert.Equal(t, tt.want, p.Role(byClass(t, p, "x")))
		})
	}
	p := load(t, "x")
	assert.Empty(t, p.Role(p.RootID()))
	assert.Empty(t, p.Role(99))
}
