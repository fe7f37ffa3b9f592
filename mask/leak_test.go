package mask_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/snapshot"
)

// What is planted. The mail token is in every string and every name; the word
// token in what is content, for a word in place of a name is a name.
const (
	mailToken   = "jane-84172039@leak.example"
	digitToken  = "84172039"
	wordToken   = "Zqxvokjwuz"
	numberToken = "930561728844"
)

// A planter is the visitor that puts a token into every string of a record.
type planter struct {
	token string
	names bool // into names too
	id    snapshot.NodeID
}

func (p *planter) record(r format.Record) {
	r.Fields(p)
	*r.Rest() = p.members("id", "text", "payload", "value")
}

func (p *planter) members(known ...string) []snapshot.Member {
	quoted := `"` + p.token + `"`
	ms := []snapshot.Member{
		{Name: "x", Value: quoted}, {Name: "y", Value: numberToken}, {Name: "z", Value: `{"a":[` + quoted + `]}`},
		{Name: p.token, Value: "true"}, {Name: p.token, Value: ""}, {Name: snapshot.Whole, Value: quoted},
	}
	for _, name := range known {
		ms = append(ms, snapshot.Member{Name: name, Value: quoted}, snapshot.Member{Name: name, Value: numberToken})
	}
	return ms
}

func (p *planter) Bool(format.Spec, *bool)                 {}
func (p *planter) Int(format.Spec, *int64)                 {}
func (p *planter) Number(format.Spec, *float64)            {}
func (p *planter) Ints(format.Spec, *[]int64)              {}
func (p *planter) OptBool(format.Spec, **bool)             {}
func (p *planter) OptNumber(format.Spec, **float64)        {}
func (p *planter) ID(_ format.Spec, v *snapshot.NodeID)    { *v = p.id }
func (p *planter) OptString(s format.Spec, v **string)     { *v = new(string); p.String(s, *v) }
func (p *planter) Attrs(_ format.Spec, v *[]snapshot.Attr) { *v = p.attrs() }

func (p *planter) String(s format.Spec, v *string) {
	switch s.Role {
	case format.RoleProperty, format.RoleTagName, format.RoleFont, format.RoleCSS, format.RoleCustom:
		if !p.names {
			*v = "x"
			return
		}
	}
	*v = p.token
	if s.Role == format.RoleURL {
		*v = "https://" + p.token + ":" + p.token + "@shop.example/" + p.token + "?" + p.token + "&q=" + p.token + "#" + p.token
	}
	if s.Role == format.RoleCSS {
		*v = "/*" + p.token + "*/ @" + p.token + ` x[value="` + p.token + `"],[title=` + p.token + `] { --x: ` + p.token +
			`; content: "` + p.token + `"; a: ` + p.token + `; background: url(/x?` + p.token + `) url("` + p.token + `") }`
	}
}

func (p *planter) Raw(_ format.Spec, v *string) {
	q := `"` + p.token + `"`
	key := "k"
	if p.names {
		key = p.token
	}
	*v = `[` + q + `,` + numberToken + `,-` + numberToken + `.5,{"` + key + `":[true,null,` + q + `,{"a":` + numberToken + `}]},"{\"b\":` + `\"` + p.token + `\"}"]`
}

func (p *planter) List(_ format.Spec, l format.List) {
	p.record(l.Add())
	p.record(l.Add())
}

func (p *planter) One(_ format.Spec, o format.One) { p.record(o.New()) }

func (p *planter) Node(_ format.Spec, v **snapshot.Node) { *v = p.node() }

var plantedAttrs = strings.Fields(`value placeholder title alt label aria-label aria-valuetext aria-live data-x href src
	srcset action xlink:href background data style content name property http-equiv onclick srcdoc _cssText rr_dataURL
	rr_src rr_width rr_height rr_mediaState rr_open_mode rr_scrollTop rr_mediaCurrentTime rr_other type role dir rel
	lang width d points transform viewBox fill checked selected nonce tabindex autocomplete for sizes media ping`)

func (p *planter) attrs() []snapshot.Attr {
	names := plantedAttrs
	if p.names {
		names = append(append([]string{}, names...), "class", "id", "slot", p.token)
	}
	var out []snapshot.Attr
	for _, name := range names {
		if !p.names && (name == "style" || name == "_cssText" || name == "name" || name == "property" ||
			name == "http-equiv" || name == "fill" || name == "sizes" || name == "media" || name == "for") {
			continue
		}
		out = append(out,
			snapshot.Attr{Name: name, Value: p.token},
			snapshot.Attr{Name: name, Type: snapshot.AttrNumber, Value: numberToken},
			snapshot.Attr{Name: name, Type: snapshot.AttrTrue, Value: p.token},
			snapshot.Attr{Name: name, Type: snapshot.AttrJSON, Value: `{"--x":"` + p.token + `","y":["'` + p.token + `'","` + p.token + `"]}`},
			snapshot.Attr{Name: name, Type: 77, Value: p.token})
	}
	return out
}

// node makes a tree of every kind of node and of the elements that are treated
// in their own ways.
func (p *planter) node() *snapshot.Node {
	next := snapshot.NodeID(1000)
	name := "div"
	if p.names {
		name = p.token
	}
	leaf := func(k snapshot.Kind) *snapshot.Node {
		next++
		n := &snapshot.Node{ID: next, Kind: k, Text: p.token, PublicID: p.token, SystemID: p.token, CompatMode: p.token,
			Namespace: p.token, Extra: p.members("id", "tagName", "childNodes"), State: p.state()}
		if n.Name = p.token; k == snapshot.KindElement {
			n.Name, n.Attrs = name, p.attrs()
		}
		return n
	}
	element := func(tag string, children ...*snapshot.Node) *snapshot.Node {
		n := leaf(snapshot.KindElement)
		n.Name, n.Children = tag, append(children, leaf(snapshot.KindText))
		return n
	}
	root := leaf(snapshot.KindDocument)
	root.Children = append(root.Children, leaf(snapshot.KindDoctype), leaf(snapshot.KindComment))
	body := element("body", leaf(snapshot.KindCDATA), leaf(snapshot.KindElement), leaf(99), leaf(0))
	for _, tag := range strings.Fields(`p a img input textarea select option button meta title style script noscript link
		svg use canvas video iframe object my-el meter output template slot`) {
		if tag == "style" && !p.names { // its text would be one identifier
			continue
		}
		body.Children = append(body.Children, element(tag, leaf(snapshot.KindComment)))
	}
	frame := leaf(snapshot.KindDocument)
	frame.Children = append(frame.Children, element("html"))
	shadow := element("p")
	shadow.IsShadow = true
	twice := element("p")
	twice.ID = shadow.ID
	body.Children = append(body.Children, element("iframe", frame), element("my-host", shadow, twice))
	root.Children = append(root.Children, element("html", body))
	return root
}

func (p *planter) state() *snapshot.State {
	v, css, property := p.token, "", "arc"
	if p.names {
		css, property = p.token, p.token
	}
	return &snapshot.State{Value: &v, CSS: &css, Dialog: v, Image: v, Width: v, Height: v, Src: v,
		Canvas: []snapshot.CanvasOp{
			{Property: "fillText", Args: `["` + v + `",` + numberToken + `]`},
			{Property: property, Args: `["` + mailToken + `"]`},
			{Property: "drawImage", Args: `[{"src":"` + v + `"}]`},
		},
		Other: []snapshot.Attr{{Name: "rr_" + v, Value: v}}}
}

// A collector is the visitor that gathers every string that an event can carry.
type collector struct{ b strings.Builder }

func (c *collector) put(s ...string) {
	for _, s := range s {
		c.b.WriteString(s)
		c.b.WriteByte('\n')
	}
}

func (c *collector) record(r format.Record) {
	r.Fields(c)
	c.members(*r.Rest())
	if u, ok := r.(*format.Unknown); ok {
		c.put(u.Raw)
	}
}

func (c *collector) members(ms []snapshot.Member) {
	for _, m := range ms {
		c.put(m.Name, m.Value)
	}
}

func (c *collector) Bool(format.Spec, *bool)                 {}
func (c *collector) Int(format.Spec, *int64)                 {}
func (c *collector) Number(format.Spec, *float64)            {}
func (c *collector) Ints(format.Spec, *[]int64)              {}
func (c *collector) ID(format.Spec, *snapshot.NodeID)        {}
func (c *collector) OptBool(format.Spec, **bool)             {}
func (c *collector) OptNumber(format.Spec, **float64)        {}
func (c *collector) String(_ format.Spec, v *string)         { c.put(*v) }
func (c *collector) Raw(_ format.Spec, v *string)            { c.put(*v) }
func (c *collector) Attrs(_ format.Spec, v *[]snapshot.Attr) { c.attrs(*v) }

func (c *collector) attrs(list []snapshot.Attr) {
	for _, a := range list {
		c.put(a.Name + "=" + a.Value)
	}
}

func (c *collector) OptString(_ format.Spec, v **string) {
	if *v != nil {
		c.put(**v)
	}
}

func (c *collector) List(_ format.Spec, l format.List) {
	for i := range l.Len() {
		c.record(l.At(i))
	}
}

func (c *collector) One(_ format.Spec, o format.One) {
	if r := o.Get(); r != nil {
		c.record(r)
	}
}

func (c *collector) Node(_ format.Spec, v **snapshot.Node) {
	if *v == nil {
		return
	}
	for n := range (*v).All() {
		c.put("name "+n.Name, n.Namespace, n.Kind.String()+" text "+n.Text, n.PublicID, n.SystemID, n.CompatMode)
		c.attrs(n.Attrs)
		c.members(n.Extra)
		s := n.State
		if s == nil {
			continue
		}
		c.attrs(s.Attrs())
		c.put("state "+s.Dialog, s.Image, s.Width, s.Height, s.Src)
		c.attrs(s.Other)
		for _, p := range []*string{s.Value, s.CSS} {
			if p != nil {
				c.put(*p)
			}
		}
		for _, op := range s.Canvas {
			c.put("canvas "+op.Property, "args "+op.Args)
		}
	}
}

// collect returns every string of the events.
func collect(events []format.Event) string {
	c := &collector{}
	for _, e := range events {
		c.members(e.Extra)
		c.record(e.Data)
	}
	return c.b.String()
}

// base is the page that events are planted on: 4 and what is below it are under
// a mask rule.
func base() *format.FullSnapshot {
	return full(el(4, "div", attrs("class", "rr-mask"), text(5, "x"), el(6, "input", nil), el(7, "canvas", nil),
		el(8, "style", nil, text(9, "a{}")), el(10, "p", nil)))
}

func leakKinds() []format.Kind {
	var kinds []format.Kind
	for k := range 256 {
		if format.New(format.Kind(k)) != nil {
			kinds = append(kinds, format.Kind(k))
		}
	}
	return kinds
}

func planted(k format.Kind, p planter) format.Event {
	data := format.New(k)
	p.record(data)
	return format.Event{Data: data, Extra: p.members("delay", "type")}
}

func checkNoLeak(t *testing.T, config mask.Config, e format.Event, tokens ...string) {
	t.Helper()
	policy, err := mask.Compile(config)
	require.NoError(t, err)
	filter := policy.NewFilter(nil)
	events, err := filter.Append(nil, format.Event{Data: base()})
	require.NoError(t, err)
	events, err = filter.Append(events, e)
	require.NoError(t, err)
	out := collect(events)
	for _, token := range tokens {
		for line := range strings.Lines(out) {
			assert.NotContains(t, line, token)
		}
	}
	_ = filter.Report()
}

var leakIDs = map[string]snapshot.NodeID{
	"document": 1, "masked": 4, "text": 5, "input": 6, "canvas": 7, "style": 8, "paragraph": 10, "unknown": 999, "none": 0, "negative": -1,
}

func TestNothingLeaksStrict(t *testing.T) {
	for _, k := range leakKinds() {
		for name, id := range leakIDs {
			t.Run(k.String()+"/"+name, func(t *testing.T) {
				checkNoLeak(t, mask.Strict(), planted(k, planter{token: mailToken, names: true, id: id}), digitToken, "jane-", numberToken)
				checkNoLeak(t, mask.Strict(), planted(k, planter{token: wordToken, id: id}), wordToken, numberToken)
			})
		}
	}
}

// With the default policy all that is about a masked node is masked, and all
// payloads; what is left out here is about the page as a whole.
func TestNothingLeaksDefault(t *testing.T) {
	for _, k := range leakKinds() {
		switch k {
		case format.KindFullSnapshot, format.KindMeta, format.KindNavigation, format.KindAsset, format.KindRequest,
			format.KindFailure, format.KindFont:
			// Addresses show their host and path.
			continue
		}
		for name, id := range leakIDs {
			if name == "document" || name == "none" {
				continue
			}
			t.Run(k.String()+"/"+name, func(t *testing.T) {
				checkNoLeak(t, mask.Default(), planted(k, planter{token: mailToken, names: true, id: id}), digitToken, "jane-", numberToken)
				checkNoLeak(t, mask.Default(), planted(k, planter{token: wordToken, id: id}), wordToken, numberToken)
			})
		}
	}
}
