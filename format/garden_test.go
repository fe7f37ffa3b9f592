package format_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/snapshot"
)

// The value that the tests plant, and how it stands in URLs, JSON and HTML.
// Whatever the form, trace is in it.
const (
	planted = `Åsa O'Neil&Co`
	trace   = "Neil"
)

var forms = []string{
	planted, "%C3%85sa%20O%27Neil%26Co", "%c3%85sa+O'Neil%26Co", `\u00c5sa O\u0027Neil\u0026Co`,
	"&Aring;sa O&#39;Neil&amp;Co", "%25C3%2585sa%2520O%2527Neil%2526Co", `%C3%85sa O\u0027Neil&amp;Co`,
}

// A planter is the filler that plants a value in every string, in one form after
// the other; without plant it plants what Redact should make of it.
type planter struct {
	filler
	plant bool
	role  format.Role // what is to be the mask as a whole; none by default
	i     int
}

const noRole = format.Role(255)

func (p *planter) value() string {
	if !p.plant {
		return "***"
	}
	p.i++
	return forms[p.i%len(forms)]
}

func (p *planter) text(role format.Role) string {
	s := fmt.Sprintf("%d see https://x.test/?q=%s, or %[2]s", p.next(), p.value())
	if p.next()%3 == 0 {
		s += image(p.plant)
	}
	if !p.plant && role == p.role {
		return "***"
	}
	return s
}

// image is an image that holds the value, long enough to be kept as bytes.
func image(plant bool) string {
	b := base64.StdEncoding.EncodeToString([]byte("<svg>" + strings.Repeat("<path/>", 40) + "<text>" + planted + "</text></svg>"))
	if !plant {
		b = "***"
	}
	return " url(data:image/svg+xml;base64," + b + ")"
}

func (p *planter) json(role format.Role) string {
	s := fmt.Sprintf(`{"n":%d,"a":["%s",null,true,1.5e3],"u":"https://x.test/%[2]s"}`, p.next(), p.value())
	if !p.plant && role == p.role {
		return "{}"
	}
	return s
}

func (p *planter) record(r format.Record) {
	*r.Rest() = []snapshot.Member{{Name: "more " + p.value(), Value: p.json(format.RoleMember)}, {Name: "gone"}}
	if !p.plant && p.role == format.RoleMember {
		*r.Rest() = []snapshot.Member{{Name: "***", Value: "{}"}, {Name: "***"}}
	}
	r.Fields(p)
}
func (p *planter) String(s format.Spec, v *string)     { *v = p.text(s.Role) }
func (p *planter) Raw(s format.Spec, v *string)        { *v = p.json(s.Role) }
func (p *planter) OptString(s format.Spec, v **string) { x := p.text(s.Role); *v = &x }
func (p *planter) One(_ format.Spec, o format.One)     { p.record(o.New()) }
func (p *planter) List(_ format.Spec, l format.List) {
	for range 2 {
		p.record(l.Add())
	}
}
func (p *planter) Attrs(_ format.Spec, v *[]snapshot.Attr) {
	*v = []snapshot.Attr{
		{Name: "class", Value: p.text(format.RoleClass)}, {Name: "value", Value: p.text(format.RoleInput)},
		{Name: "href", Value: p.text(format.RoleURL)}, {Name: "rr_dataURL", Value: p.text(format.RoleCanvas)},
		{Name: "title", Value: p.text(format.RoleAttr)}, {Name: "n", Type: snapshot.AttrNumber, Value: "1.50"},
		{Name: "data-" + p.value(), Value: p.text(format.RoleAttr)}, {Name: "t", Type: snapshot.AttrTrue},
		{Name: "style", Type: snapshot.AttrJSON, Value: p.json(format.RoleCSS)},
	}
	if !p.plant && p.role == format.RoleAttr {
		(*v)[5].Value = `"***"`
	}
}
func (p *planter) Node(s format.Spec, v **snapshot.Node) {
	p.filler.Node(s, v)
	svg := (*v).Children[1]
	p.Attrs(s, &svg.Attrs)
	svg.Children[0].Text = p.text(format.RoleCSS)
	svg.Children[1].Text = p.text(format.RoleText)
	if svg.Children[1].Extra[0].Value = "null"; !p.plant && p.role == format.RoleMember {
		svg.Children[1].Extra[0].Name = "***" // and null is in the static table
		svg.Children[4].Extra[0].Value = `"***"`
	}
	svg.Children[3].Name = "x-" + p.value()
	(*v).Children[0].SystemID = p.text(format.RolePlain)
}

// garden returns events of every kind with the value in every string.
func garden(plant bool, role format.Role) (events []format.Event) {
	for k := 1; k < 256; k++ {
		data := format.New(format.Kind(k))
		if data == nil || data.Kind().Synthetic() {
			continue
		}
		p := &planter{plant: plant, role: role}
		p.record(data)
		extra := []snapshot.Member{{Name: "delay", Value: `"` + forms[3] + `"`}}
		if !plant {
			extra[0].Value = `"***"`
		}
		events = append(events, format.Event{Time: time.Duration(k) * 1234567, Window: format.WindowID(k % 3), Data: data, Extra: extra})
	}
	return events
}

func planting(plant bool) format.Header {
	h := header()
	h.Start = start
	v := planted
	if !plant {
		v = "***"
	}
	h.Session, h.UserAgent, h.Browser.Name, h.Properties = "s-"+v, "UA "+v, v, []format.Property{{Name: "user " + v, Value: v}}
	return h
}

// header is one without anything of a person.
func header() format.Header {
	return format.Header{Recorder: format.Software{Name: "rrweb", Version: "2"}}
}

// redact returns the tape without what o says, and how much that was.
func redact(t testing.TB, tape, key []byte, o format.RedactOptions) ([]byte, format.RedactReport) {
	t.Helper()
	var b bytes.Buffer
	report, err := format.Redact(&b, open(t, tape, &format.ReaderOptions{Key: key}), &o)
	require.NoError(t, err)
	return b.Bytes(), report
}

// clean requires that no view of a tape shows the value.
func clean(t *testing.T, tape, key []byte) {
	t.Helper()
	all, _, err := format.Payloads(tape, key)
	require.NoError(t, err)
	for i, p := range all {
		require.NotContains(t, p, trace, "frame %d", i)
	}
	r := open(t, tape, &format.ReaderOptions{Key: key})
	var out bytes.Buffer
	_, err = rrweb.Encode(&out, r.Header.Start, r.Events())
	require.NoError(t, err)
	require.NotContains(t, out.String(), trace)
	require.True(t, json.Valid(out.Bytes()))
	summary, err := r.Summary()
	require.NoError(t, err)
	for _, v := range []any{summary, r.Header} {
		text, err := json.Marshal(v)
		require.NoError(t, err)
		require.NotContains(t, string(text), trace)
	}
	for _, at := range []time.Duration{0, 50 * time.Millisecond, time.Hour} {
		for e, err := range r.Replay(at, time.Hour) {
			require.NoError(t, err)
			require.NotContains(t, string(format.Pack(e)), trace)
		}
	}
}

// all returns the events of a tape that is whole.
func all(t testing.TB, tape, key []byte) []format.Event {
	t.Helper()
	events, err := read(tape, &format.ReaderOptions{Key: key})
	require.NoError(t, err)
	return events
}

func tapes(t testing.TB) map[string]struct{ tape, key []byte } {
	key := bytes.Repeat([]byte{7}, format.KeySize)
	events, h := garden(true, noRole), planting(true)
	part := func(o format.WriterOptions, e ...format.Event) []byte { return write(t, h, &o, e...) }
	sealed, live := part(format.WriterOptions{}, events...), part(format.WriterOptions{Live: true, Flush: 500, Batch: "b " + planted}, events...)
	return map[string]struct{ tape, key []byte }{
		"sealed":           {sealed, nil},
		"live":             {live, nil},
		"sealed segments":  {part(format.WriterOptions{Flush: 300, Segment: 2000, Keyframes: 50}, events...), nil},
		"live segments":    {part(format.WriterOptions{Live: true, Flush: 300, Segment: 2000}, events...), nil},
		"sealed encrypted": {part(format.WriterOptions{Key: key, Segment: 9000, Keyframes: 500}, events...), key},
		"live encrypted":   {part(format.WriterOptions{Live: true, Key: key}, events...), key},
		"open":             {live[:len(live)-int(tail(t, live))], nil},
		"concatenated":     {slices.Concat(live, sealed, part(format.WriterOptions{Live: true, Batch: "b " + planted}, events...)), nil},
		"long":             {part(format.WriterOptions{Flush: 2000, Segment: 60 << 10, Keyframes: 4000}, slices.Concat(events, many(true))...), nil},
	}
}

// many are events whose strings do not compress, so that the index lists frames.
func many(plant bool) (events []format.Event) {
	p := &planter{plant: plant, role: noRole}
	for i := range 4000 {
		events = append(events, format.Event{Time: time.Duration(i) * time.Millisecond, Data: &format.Custom{Tag: p.value() + noise(i), Payload: "1"}})
	}
	return events
}

// noise is text that does not compress.
func noise(i int) string {
	var b strings.Builder
	for x := uint64(i+1) * 0x9e3779b97f4a7c15; b.Len() < 40; x = x*6364136223846793005 + 1442695040888963407 {
		fmt.Fprintf(&b, "%c%c", 'g'+rune(x>>60), 'g'+rune(x>>40&15))
	}
	return b.String()
}

// tail is the size of INDEX and FOOT.
func tail(t testing.TB, tape []byte) int64 {
	f := open(t, tape, nil).Frames
	return f[len(f)-1].Size + f[len(f)-2].Size
}
