package pagetape_test

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/replay"
)

// What rrweb recorded: a page with a form, a name typed into it, a greeting.
const recording = `
{"type":4,"data":{"href":"https://shop.example/?id=4711","width":800,"height":600},"timestamp":1700000000000}
{"type":2,"data":{"node":{"type":0,"id":1,"childNodes":[{"type":2,"tagName":"html","attributes":{},"id":2,"childNodes":[
  {"type":2,"tagName":"label","attributes":{},"id":3,"childNodes":[{"type":3,"textContent":"Name ","id":4},
    {"type":2,"tagName":"input","attributes":{},"childNodes":[],"id":5}]},
  {"type":2,"tagName":"p","attributes":{"class":"hello"},"id":6,"childNodes":[{"type":3,"textContent":"Hello","id":7}]}]}]},
  "initialOffset":{"left":0,"top":0}},"timestamp":1700000000000}
{"type":3,"data":{"source":5,"text":"Ada","isChecked":false,"id":5},"timestamp":1700000002000}
{"type":3,"data":{"source":0,"texts":[{"id":7,"value":"Hello Ada"}],"attributes":[],"removes":[],"adds":[]},"timestamp":1700000002010}`

// A recording is masked, stored as a tape, opened again, and looked at.
func Example() {
	config := mask.Default()
	config.Rules = append(config.Rules, mask.Rule{Select: ".hello", Action: mask.Mask, Why: "greets by name"})
	policy, err := mask.Compile(config)
	if err != nil {
		fmt.Println(err)
		return
	}

	in := rrweb.NewDecoder(strings.NewReader(recording), nil)
	header, err := in.Header()
	if err != nil {
		fmt.Println(err)
		return
	}
	var file bytes.Buffer
	tape := format.NewWriter(&file, header, nil)
	for e, err := range policy.NewFilter(nil).Events(in.Events()) {
		if err != nil {
			fmt.Println(err)
			return
		}
		if err := tape.Write(e); err != nil {
			fmt.Println(err)
			return
		}
	}
	if err := tape.Close(); err != nil {
		fmt.Println(err)
		return
	}

	session, err := format.NewReader(bytes.NewReader(file.Bytes()), int64(file.Len()), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	player := replay.NewPlayer(session)
	defer player.Close()
	for _, t := range []time.Duration{0, 3 * time.Second} {
		page, err := player.At(t)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(t, page.View.URL)
		fmt.Println(page.VisibleText())
	}
	// Output:
	// 0s https://shop.example/?id=***
	// Name
	// ***
	// 3s https://shop.example/?id=***
	// Name ***
	// ***
}
