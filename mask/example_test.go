package mask_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/snapshot"
)

// page returns a full snapshot of a page with a name and a field in it.
func page() *format.FullSnapshot {
	text := func(id snapshot.NodeID, s string) *snapshot.Node {
		return &snapshot.Node{ID: id, Kind: snapshot.KindText, Text: s}
	}
	element := func(id snapshot.NodeID, name string, attrs []snapshot.Attr, children ...*snapshot.Node) *snapshot.Node {
		return &snapshot.Node{ID: id, Kind: snapshot.KindElement, Name: name, Attrs: attrs, Children: children}
	}
	return &format.FullSnapshot{Node: &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
		element(2, "html", nil, element(3, "body", nil,
			element(4, "p", []snapshot.Attr{{Name: "class", Value: "name"}}, text(5, "Ada Lovelace")),
			element(6, "p", nil, text(7, "Hello")),
			element(8, "input", []snapshot.Attr{{Name: "value", Value: "ada@example.com"}}))),
	}}}
}

func show(p *snapshot.Page) {
	for _, n := range p.All() {
		if s := strings.TrimSpace(n.Data); n.FirstChild == nil && s != "" {
			fmt.Println(s, n.Attr)
		}
	}
}

func Example() {
	config := mask.Default()
	config.Rules = append(config.Rules, mask.Rule{Select: ".name", Action: mask.Mask, Why: "names of customers"})
	policy, err := mask.Compile(config)
	if err != nil {
		fmt.Println(err)
		return
	}
	filter := policy.NewFilter(nil)
	events, err := filter.Append(nil, format.Event{Data: page()})
	if err != nil {
		fmt.Println(err)
		return
	}
	var p snapshot.Page
	for _, e := range events {
		_ = e.Data.Apply(&p)
	}
	show(&p)
	// Output:
	// *** []
	// Hello []
	// input [{ value ***}]
}

func ExampleCompile() {
	_, err := mask.Compile(mask.Config{Rules: []mask.Rule{
		{Select: ".name", Action: mask.Mask},
		{Select: "main :is(.a, .b)", Action: mask.Mask},
		{Select: "input:focus", Action: mask.Block},
	}})
	fmt.Println(err)
	bad, _ := errors.AsType[*mask.RuleError](err)
	fmt.Println(bad.Index)
	// Output:
	// mask: rule 1 "main :is(.a, .b)": this pseudo-class is not supported; write the rule out
	// mask: rule 2 "input:focus": this state is not on a recorded page
	// 1
}

func ExampleParseConfig() {
	config, err := mask.ParseConfig(strings.NewReader(`{
		"name": "shop",
		"text": "mask",
		"rules": [
			{"select": "nav, footer", "action": "allow"},
			{"select": ".account", "action": "block", "why": "balances"}
		],
		"keep": ["cart.add"]
	}`))
	fmt.Println(config.Name, len(config.Rules), config.Rules[1].Action, err)
	_, err = mask.ParseConfig(strings.NewReader(`{"ruels": []}`))
	fmt.Println(err)
	// Output:
	// shop 2 block <nil>
	// mask: config: json: unknown field "ruels"
}

func ExampleStrict() {
	config := mask.Strict()
	config.Rules = append(config.Rules, mask.Rule{Select: "p:not(.name)", Action: mask.Allow})
	policy, _ := mask.Compile(config)
	var p snapshot.Page
	events, _ := policy.NewFilter(nil).Append(nil, format.Event{Data: page()})
	_ = events[0].Data.Apply(&p)
	show(&p)
	// Output:
	// *** []
	// Hello []
	// input [{ value ***}]
}

// The effective policy, for whoever has to answer for it.
func ExamplePolicy_String() {
	policy, _ := mask.Compile(mask.Config{
		Name: "shop", Shape: mask.ShapeBucket, Detect: []string{"email", "card"},
		Rules: []mask.Rule{
			{Select: ".account", Action: mask.Private, Why: "names and balances"},
			{Name: "coupon", Action: mask.Allow, Why: "support looks at it"},
			{Param: "utm_*", Action: mask.Allow, Why: "campaigns"},
			{Tag: "debug.*", Action: mask.Drop},
		},
	})
	fmt.Println(policy)
	// Output:
	// policy   shop
	// hash     15e6282ae44ed4770f2d0a72d9c9255e1b31c873f4579adac1e8e89d8efe1c91
	// text     clear, where no rule decides
	// labels   clear, of form controls
	// masked   bucket, like "***** ***** *****"
	// paths    UUIDs, long numbers and tokens are masked
	// always   what form controls hold, but where a rule allows a control by itself
	//          passwords, payment data and one-time codes, whatever a rule allows
	//          scripts, comments, srcdoc, handlers and meta elements' content
	//          payloads of events, console and network records, but for what a tag or plugin rule allows
	//          user, fragment and the parameters of addresses, but for what a param rule allows
	//          bodies of requests, values of most headers, and members of payloads whose names speak of a secret
	//          what private controls and regions held, wherever else it shows up
	//          what is of a kind that this version does not know
	// detect   card
	//          email
	// rules    private     select .account
	//                      because: names and balances
	//          allow       name   coupon
	//                      because: support looks at it
	//          allow       param  utm_*
	//                      because: campaigns
	//          drop        tag    debug.*
}

// A class that a rule reads comes to text which is on the page already: the
// filter adds an event that masks it from then on.
func ExampleFilter_Append() {
	policy, _ := mask.Compile(mask.Config{Rules: []mask.Rule{{Select: ".private", Action: mask.Mask}}})
	filter := policy.NewFilter(nil)
	events, _ := filter.Append(nil, format.Event{Data: page()})
	fmt.Println(len(events))
	events, _ = filter.Append(nil, format.Event{Data: &format.Mutation{Attrs: []format.AttrChange{
		{ID: 6, Attrs: []snapshot.Attr{{Name: "class", Value: "private"}}},
	}}})
	fmt.Println(len(events), *events[1].Data.(*format.Mutation).Texts[0].Value)
	// Output:
	// 1
	// 2 ***
}

func ExampleFilter_Events() {
	policy, _ := mask.Compile(mask.Default())
	recording := func(yield func(format.Event, error) bool) {
		_ = yield(format.Event{Data: &format.Meta{URL: "https://user:pass@shop.example/cart?coupon=ADA10#top"}}, nil)
	}
	for e, err := range policy.NewFilter(nil).Events(recording) {
		fmt.Println(e.Data.(*format.Meta).URL, err)
	}
	// Output:
	// https://shop.example/cart?coupon=*** <nil>
}

func ExampleFilter_Report() {
	policy, _ := mask.Compile(mask.Config{Rules: []mask.Rule{{Select: ".name", Action: mask.Mask}}})
	filter := policy.NewFilter(nil)
	_, _ = filter.Append(nil, format.Event{Data: page()})
	report := filter.Report()
	fmt.Println(report.Rules[0].Select, report.Rules[0].Matched)
	for _, c := range report.Channels {
		fmt.Println(c.Channel, c.Kept, c.Masked)
	}
	// Output:
	// .name 1
	// text 1 1
	// input 0 1
	// name 1 0
}
