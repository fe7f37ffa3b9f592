package mask_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/snapshot"
)

// An event that is not about a node, or hardly, and what comes out.
func TestEvents(t *testing.T) {
	css := func(s string) *string { return &s }
	config := mask.Default()
	config.Keep, config.Plugins = []string{"kept"}, []string{"app/kept@1"}
	style := full(el(4, "style", nil, text(5, "a{}")), el(6, "div", attrs("class", "rr-mask"), el(7, "style", nil, text(8, "a{}")), el(9, "canvas", nil), el(10, "my-el", nil)), el(11, "canvas", nil))
	for _, c := range []struct {
		name     string
		in, want format.Data
	}{
		{"meta", &format.Meta{URL: "https://a:b@c/d?e=f#g", Width: 9}, &format.Meta{URL: "https://c/d?e=***", Width: 9}},
		{"navigation", &format.Navigation{URL: "/a?b=c", Referrer: "https://x/?q=jane", Type: "push"}, &format.Navigation{URL: "/a?b=***", Referrer: "https://x/?q=***", Type: "push"}},
		{"navigation of an odd type", &format.Navigation{Type: "jane"}, &format.Navigation{Type: "***"}},
		{"request", &format.Request{URL: "/a?b=c", Method: "POST", Initiator: "fetch", Status: 200, Failure: "jane"},
			&format.Request{URL: "/a?b=***", Method: "POST", Initiator: "fetch", Status: 200, Failure: "***"}},
		{"request of an odd method", &format.Request{Method: "jane", Initiator: "jane"}, &format.Request{Method: "***", Initiator: "***"}},
		{"failure", &format.Failure{Message: "jane", Stack: "at jane", URL: "/a.js?b=c", Line: 3}, &format.Failure{Message: "***", Stack: "***", URL: "/a.js?b=***", Line: 3}},
		{"console", &format.Console{Level: "warn", Args: `["jane",{"user":"jane"},7]`, Trace: "jane"}, &format.Console{Level: "warn", Args: `["***",{"user":"***"},7]`, Trace: "***"}},
		{"log", &format.Log{Level: "jane", Payload: `["\"jane\""]`, Trace: `["a.js:1"]`}, &format.Log{Level: "***", Payload: `["\"***\""]`, Trace: `["***"]`}},
		{"custom", &format.Custom{Tag: "cart.add", Payload: `{"user":"jane","n":3}`}, &format.Custom{Tag: "cart.add", Payload: `{"user":"***","n":3}`}},
		{"custom with a private tag", &format.Custom{Tag: "jane@x.com", Payload: `1`}, &format.Custom{Tag: "***", Payload: `1`}},
		{"custom that is kept", &format.Custom{Tag: "kept", Payload: `{"a":"b"}`}, &format.Custom{Tag: "kept", Payload: `{"a":"b"}`}},
		{"custom with a name twice", &format.Custom{Tag: "a", Payload: `{"a":1,"a":"jane"}`}, &format.Custom{Tag: "a", Payload: `null`}},
		{"custom that is no JSON", &format.Custom{Tag: "a", Payload: `jane`}, &format.Custom{Tag: "a", Payload: `null`}},
		{"plugin", &format.Plugin{Plugin: "rrweb/console@1", Payload: `{"level":"log","payload":["\"jane\""]}`}, &format.Plugin{Plugin: "rrweb/console@1", Payload: `{"level":"log","payload":["\"***\""]}`}},
		{"plugin that is kept", &format.Plugin{Plugin: "app/kept@1", Payload: `["b"]`}, &format.Plugin{Plugin: "app/kept@1", Payload: `["b"]`}},
		{"asset", &format.Asset{URL: "/a?b=c", Payload: `{"base64":"AAAA"}`, Failed: `{"status":404,"message":"jane"}`},
			&format.Asset{URL: "/a?b=***", Payload: `{"base64":"***"}`, Failed: `{"status":404,"message":"***"}`}},
		{"load", &format.Load{Payload: `{"a":"jane"}`}, &format.Load{Payload: `{"a":"***"}`}},
		{"unknown", format.NewUnknown(`{"type":99,"data":"jane"}`), nil},
		{"keyframe", &format.Keyframe{View: &format.KeyView{View: snapshot.View{URL: "/jane"}}, Node: style.Node}, nil},
		{"visibility", &format.Visibility{State: "hidden"}, &format.Visibility{State: "hidden"}},
		{"odd visibility", &format.Visibility{State: "jane"}, &format.Visibility{State: "***"}},
		{"field", &format.Field{ID: 4, Action: "refill"}, &format.Field{ID: 4, Action: "refill"}},
		{"font", &format.Font{Family: "Open Sans", Source: "url(/f.woff2?u=jane)", Descriptors: `{"weight":"700","style":"jane","unicodeRange":"U+0-10FFFF"}`},
			&format.Font{Family: "Open Sans", Source: "url(/f.woff2?u=***)", Descriptors: `{"weight":"700","style":"***","unicodeRange":"U+0-10FFFF"}`}},
		{"odd font", &format.Font{Family: "jane@x.com"}, &format.Font{Family: "***"}},
		{"font of bytes", &format.Font{Family: "A", Source: "[0,255, 1]", Buffer: true}, &format.Font{Family: "A", Source: "[0,255, 1]", Buffer: true}},
		{"font of no bytes", &format.Font{Family: "A", Source: `["jane"]`, Buffer: true}, &format.Font{Family: "A", Source: "[]", Buffer: true}},
		{"custom element", &format.CustomElement{Define: &format.Definition{Name: "my-el"}}, &format.CustomElement{Define: &format.Definition{Name: "my-el"}}},
		{"odd custom element", &format.CustomElement{Define: &format.Definition{Name: "x-84172039"}}, &format.CustomElement{Define: &format.Definition{Name: "***"}}},
		{"rule", &format.SheetRules{ID: 4, Adds: []format.RuleAddition{{Rule: "a{/*jane*/background:url(/x?y=z);content:'b'}"}}},
			&format.SheetRules{ID: 4, Adds: []format.RuleAddition{{Rule: "a{/**/background:url(/x?y=***);content:'b'}"}}}},
		{"rule in masked scope", &format.SheetRules{ID: 7, Replace: css("a{content:'jane'}")}, &format.SheetRules{ID: 7, Replace: css("a{content:'***'}")}},
		{"rule of an unknown sheet", &format.SheetRules{Style: 3, ReplaceSync: css("a{content:'jane'}")}, &format.SheetRules{Style: 3, ReplaceSync: css("a{content:'***'}")}},
		{"adopted sheet", &format.AdoptedSheets{ID: 1, IDs: []int64{1}, Styles: []format.NewSheet{{Style: 1, Rules: []format.RuleAddition{{Rule: "a{content:'b'}"}}}}},
			&format.AdoptedSheets{ID: 1, IDs: []int64{1}, Styles: []format.NewSheet{{Style: 1, Rules: []format.RuleAddition{{Rule: "a{content:'b'}"}}}}}},
		{"adopted sheet in masked scope", &format.AdoptedSheets{ID: 10, IDs: []int64{1}, Styles: []format.NewSheet{{Style: 1, Rules: []format.RuleAddition{{Rule: "a{content:'jane'}"}}}}},
			&format.AdoptedSheets{ID: 10, IDs: []int64{1}, Styles: []format.NewSheet{{Style: 1, Rules: []format.RuleAddition{{Rule: "a{content:'***'}"}}}}}},
		{"declaration", &format.SheetDeclaration{ID: 4, Index: []int64{0}, Set: &format.Declaration{Property: "background", Value: css("url(/x?y=z)"), Priority: css("important")}},
			&format.SheetDeclaration{ID: 4, Index: []int64{0}, Set: &format.Declaration{Property: "background", Value: css("url(/x?y=***)"), Priority: css("important")}}},
		{"declaration in masked scope", &format.SheetDeclaration{ID: 7, Index: []int64{0}, Set: &format.Declaration{Property: "--u", Value: css("jane"), Priority: css("jane")}},
			&format.SheetDeclaration{ID: 7, Index: []int64{0}, Set: &format.Declaration{Property: "--u", Value: css("***"), Priority: css("***")}}},
		{"canvas", &format.Canvas{ID: 11, Commands: []format.CanvasCommand{{Property: "fillText", Args: `["a"]`}}}, &format.Canvas{ID: 11, Commands: []format.CanvasCommand{{Property: "fillText", Args: `["a"]`}}}},
		{"canvas in masked scope", &format.Canvas{ID: 9, Commands: []format.CanvasCommand{{Property: "fillText", Args: `["jane"]`}, {Property: "drawImage", Args: `[{"src":"x"}]`}}},
			&format.Canvas{ID: 9, Commands: []format.CanvasCommand{{Property: "fillText", Args: `["***"]`}}}},
		{"canvas with pixels in masked scope", &format.Canvas{ID: 9, Property: "putImageData", Args: `[]`}, nil},
		{"scroll", &format.Scroll{ID: 6, Y: 3}, &format.Scroll{ID: 6, Y: 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := mask.Compile(config)
			require.NoError(t, err)
			f := p.NewFilter(nil)
			_, err = f.Append(nil, format.Event{Data: &format.FullSnapshot{Node: copyNode(style.Node)}})
			require.NoError(t, err)
			events, err := f.Append(nil, format.Event{Data: c.in})
			require.NoError(t, err)
			if c.want == nil {
				assert.Empty(t, events)
				if k := c.in.Kind(); k == format.KindKeyframe || k == format.KindJSON {
					report := f.Report()
					assert.Contains(t, report.Channels, mask.ChannelCount{Channel: "unknown", Dropped: 1})
				}
				return
			}
			require.Len(t, events, 1)
			assert.Equal(t, c.want, events[0].Data)
		})
	}
}

func TestStrictEvents(t *testing.T) {
	s := play(t, mask.Strict(), &format.Meta{URL: "https://shop.example/users/jane?a=b"}, full(el(4, "canvas", nil)),
		&format.Canvas{ID: 4, Property: "fillText", Args: `["jane"]`}, &format.Request{URL: "/api/jane"})
	assert.Equal(t, "https://shop.example/***", s.events[0].Data.(*format.Meta).URL)
	assert.NotContains(t, s.json, "jane")
}

// Members that the schema has no field for.
func TestUnknownMembers(t *testing.T) {
	p, err := mask.Compile(mask.Default())
	require.NoError(t, err)
	f := p.NewFilter(nil)
	n := full(text(4, "x"))
	n.Node.Extra = []snapshot.Member{{Name: "secret", Value: `"jane"`}, {Name: "isShadow", Value: "false"}, {Name: "other", Value: "true"}, {Name: "id"}}
	events, err := f.Append(nil, format.Event{Data: n, Extra: []snapshot.Member{{Name: "delay", Value: "12"}, {Name: "user", Value: `"jane"`}, {Name: "timestamp", Value: "1700000000000.5"}}})
	require.NoError(t, err)
	require.Len(t, events, 1)
	assert.Equal(t, []snapshot.Member{{Name: "delay", Value: "12"}, {Name: "timestamp", Value: "1700000000000.5"}}, events[0].Extra)
	assert.Equal(t, []snapshot.Member{{Name: "isShadow", Value: "false"}, {Name: "id"}}, events[0].Data.(*format.FullSnapshot).Node.Extra)

	in := &format.Input{ID: 4, Text: "jane", Extra: format.Extra{{Name: "text", Value: "42"}, {Name: "isChecked", Value: "null"}, {Name: "value", Value: `"jane"`}, {Name: snapshot.Whole, Value: `"jane"`}}}
	events, err = f.Append(nil, format.Event{Data: in})
	require.NoError(t, err)
	assert.Equal(t, format.Extra{{Name: "isChecked", Value: "null"}}, events[0].Data.(*format.Input).Extra)
}
