package rrweb_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/internal/sessions"
)

// decode reads all events of text.
func decode(t testing.TB, text string) (format.Header, []format.Event, error) {
	t.Helper()
	d := rrweb.NewDecoder(strings.NewReader(text), nil)
	var events []format.Event
	for e, err := range d.Events() {
		if err != nil {
			h, _ := d.Header()
			return h, events, err
		}
		events = append(events, e)
	}
	h, _ := d.Header()
	return h, events, nil
}

func encode(t testing.TB, start time.Time, events []format.Event) string {
	t.Helper()
	var b bytes.Buffer
	skipped, err := rrweb.Encode(&b, start, func(yield func(format.Event, error) bool) {
		for _, e := range events {
			if !yield(e, nil) {
				return
			}
		}
	})
	require.NoError(t, err)
	require.Zero(t, skipped)
	return b.String()
}

// value parses JSON exactly: numbers stay text, lone surrogates stay apart
// from U+FFFD.
func value(t testing.TB, text string) any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(strings.ReplaceAll(text, `\ud`, `\\ud`)))
	d.UseNumber()
	var v any
	require.NoError(t, d.Decode(&v), "%.200s", text)
	return v
}

// odd are events that are not as rrweb 2.2 writes them.
var odd = []struct{ name, event string }{
	{"load", `{"type":1,"data":{},"timestamp":5}`},
	{"dom content loaded", `{"type":0,"data":{},"timestamp":5}`},
	{"load with data", `{"type":1,"data":{"a":[1,2]},"timestamp":5}`},
	{"load with null", `{"type":1,"data":null,"timestamp":5}`},
	{"load without data", `{"type":1,"timestamp":5}`},
	{"unknown type", `{"type":99,"data":{"x":1e400,"y":[null]},"timestamp":7}`},
	{"unknown source", `{"type":3,"data":{"source":77,"a":"b"},"timestamp":7}`},
	{"type is text", `{"type":"3","data":{"source":1},"timestamp":7}`},
	{"no type", `{"data":{"source":1},"timestamp":7}`},
	{"empty object", `{}`},
	{"number", `17`},
	{"null", `null`},
	{"nested array", `[[1,2],{"type":4}]`},
	{"no timestamp", `{"type":4,"data":{"href":"x","width":1,"height":2}}`},
	{"timestamp is text", `{"type":4,"data":{"href":"x","width":1,"height":2},"timestamp":"9"}`},
	{"fractional timestamp", `{"type":4,"data":{"href":"x","width":1,"height":2},"timestamp":1618847.65625}`},
	{"long fraction", `{"type":4,"data":{"href":"x","width":1,"height":2},"timestamp":1234.5000000596046}`},
	{"odd timestamp", `{"type":4,"data":{"href":"x","width":1,"height":2},"timestamp":1.50}`},
	{"huge timestamp", `{"type":4,"data":{"href":"x","width":1,"height":2},"timestamp":1e300}`},
	{"negative timestamp", `{"type":4,"data":{"href":"x","width":1,"height":2},"timestamp":-12.5}`},
	{"exact numbers", `{"type":4,"data":{"href":"x","width":1.0,"height":0.1000000000000000055},"timestamp":5}`},
	{"big integer", `{"type":5,"data":{"tag":"n","payload":12345678901234567890123},"timestamp":5}`},
	{"data before type", `{"timestamp":5,"data":{"id":3,"x":1,"y":2,"source":3},"type":3}`},
	{"source last", `{"type":3,"data":{"positions":[{"x":1,"y":2,"id":3,"timeOffset":-4}],"source":1},"timestamp":5}`},
	{"data is a list", `{"type":3,"data":[1],"timestamp":5}`},
	{"data is null", `{"type":2,"data":null,"timestamp":5}`},
	{"unknown members", `{"type":3,"data":{"source":1,"zz":{"q":[1]},"positions":[{"x":1,"y":2,"id":3,"timeOffset":-4,"w":"v"}]},"timestamp":5,"delay":12,"windowId":"a"}`},
	{"positions of other types", `{"type":3,"data":{"source":1,"positions":[null,7,{"x":"1","y":null}]},"timestamp":5}`},
	{"positions no list", `{"type":3,"data":{"source":6,"positions":{"0":1}},"timestamp":5}`},
	{"duplicate of a list", `{"type":3,"data":{"source":12,"positions":[]},"timestamp":5}`},
	{"input", `{"type":3,"data":{"source":5,"text":"a\u0000b\ud83d","isChecked":false,"userTriggered":false,"id":-1},"timestamp":5}`},
	{"input text null", `{"type":3,"data":{"source":5,"text":null,"isChecked":1,"id":1.5},"timestamp":5}`},
	{"mutation without lists", `{"type":3,"data":{"source":0,"adds":[]},"timestamp":5}`},
	{"mutation legacy", `{"type":3,"data":{"source":0,"texts":[{"id":1,"value":null}],"attributes":[{"id":4294967296,"attributes":{"a":null,"b":true,"c":1.50,"style":{"x":["1","important"],"y":false}}}],"removes":[{"parentId":1,"id":2,"isShadow":false}],"adds":[{"parentId":1,"previousId":null,"nextId":0,"node":{"type":3,"textContent":"t","isStyle":true,"id":5}}]},"timestamp":5}`},
	{"odd nodes", `{"type":2,"data":{"node":{"type":0,"childNodes":[null,"x",{"type":9,"id":3,"tagName":"q","childNodes":[],"attributes":{"a":"b"}},{"id":4},{"type":3,"id":5,"tagName":"z","textContent":5},{"type":2,"tagName":"p","attributes":[],"childNodes":{},"id":6,"isSVG":false,"rootId":0,"compatMode":"","needBlock":true}],"id":1,"compatMode":"BackCompat"},"initialOffset":null},"timestamp":5}`},
	{"full snapshot without node", `{"type":2,"data":{"initialOffset":{"left":1,"top":2,"z":3}},"timestamp":5}`},
	{"stylesheet", `{"type":3,"data":{"source":8,"id":3,"adds":[{"rule":"a{}","index":[1,2]},{"rule":"b{}","index":0},{"rule":"c{}"},{"rule":"d{}","index":[3]}],"removes":[{"index":1}],"replace":null,"replaceSync":""},"timestamp":5}`},
	{"declaration", `{"type":3,"data":{"source":13,"styleId":3,"index":[0],"set":{"property":"a","value":null},"remove":{"property":"b","q":1}},"timestamp":5}`},
	{"adopted", `{"type":3,"data":{"source":15,"id":1,"styleIds":[1,2.5],"styles":[{"styleId":1,"rules":[{"rule":"a{}","index":0}]}]},"timestamp":5}`},
	{"canvas", `{"type":3,"data":{"source":9,"id":1,"type":0,"property":"fillStyle","args":["red"],"setter":true},"timestamp":5}`},
	{"font", `{"type":3,"data":{"source":10,"family":"f","fontSource":"url(x)","buffer":false,"descriptors":{}},"timestamp":5}`},
	{"log", `{"type":3,"data":{"source":11,"level":"info","trace":["a"],"payload":["\"x\""]},"timestamp":5}`},
	{"selection", `{"type":3,"data":{"source":14,"ranges":[{"start":1,"startOffset":0,"end":2,"endOffset":3}]},"timestamp":5}`},
	{"custom element", `{"type":3,"data":{"source":16,"define":{"name":"x-y"}},"timestamp":5}`},
	{"media", `{"type":3,"data":{"source":7,"type":0,"id":4,"currentTime":1.5,"muted":null,"volume":"1"},"timestamp":5}`},
	{"plugin", `{"type":6,"data":{"plugin":"rrweb/console@1","payload":{"level":"log","payload":["a"]}},"timestamp":5}`},
	{"asset", `{"type":7,"data":{"url":"http://x/y","failed":{"status":404,"message":"no"}},"timestamp":5}`},
	{"product event", `{"type":5,"data":{"tag":"pagetape.request","payload":{"url":"http://x/","status":200}},"timestamp":5}`},
	{"product event with more", `{"type":5,"data":{"tag":"pagetape.request","payload":{"url":5,"status":0,"body":"b"}},"timestamp":5}`},
	{"product event of no kind", `{"type":5,"data":{"tag":"pagetape.nothing","payload":{}},"timestamp":5}`},
	{"product event as text", `{"type":5,"data":{"tag":"pagetape.console","payload":"p"},"timestamp":5}`},
	{"empty names", `{"":1,"type":5,"data":{"":2,"tag":"","payload":{"":{}}},"timestamp":5}`},
}

func TestLossless(t *testing.T) {
	for _, tt := range odd {
		t.Run(tt.name, func(t *testing.T) {
			text := `[` + tt.event + `]`
			h, events, err := decode(t, text)
			require.NoError(t, err)
			require.Len(t, events, 1)
			assert.Equal(t, value(t, text), value(t, encode(t, h.Start, events)))
		})
	}
	var all []string
	for _, tt := range odd {
		all = append(all, tt.event)
	}
	text := "[" + strings.Join(all, " ,\n") + "]"
	h, events, err := decode(t, text)
	require.NoError(t, err)
	require.Len(t, events, len(odd))
	assert.True(t, reflect.DeepEqual(value(t, text), value(t, encode(t, h.Start, events))))
}

// The order of members changes nothing of what an event says.
// A keyframe is no event of the recorder's: it is left out, and is no loss.
func TestKeyframe(t *testing.T) {
	events := []format.Event{{Data: &format.Keyframe{Events: 1}}, {Data: &format.Load{}}, {Data: &format.Keyframe{}}}
	assert.Equal(t, encode(t, time.Time{}, events[1:2]), encode(t, time.Time{}, events))
	assert.Equal(t, "[]\n", encode(t, time.Time{}, events[:1]))
	b, ok := rrweb.AppendEvent([]byte("x"), time.Time{}, events[0])
	assert.False(t, ok)
	assert.Equal(t, "x", string(b))
}

func TestMemberOrder(t *testing.T) {
	const usual = `{"type":3,"data":{"source":5,"text":"t","isChecked":true,"id":3},"timestamp":5}`
	_, want, err := decode(t, usual)
	require.NoError(t, err)
	for _, event := range []string{
		`{"timestamp":5,"data":{"source":5,"text":"t","isChecked":true,"id":3},"type":3}`,
		`{"data":{"id":3,"text":"t","isChecked":true,"source":5},"timestamp":5,"type":3}`,
		`{"type":3,"timestamp":5,"data":{"text":"t","source":5,"id":3,"isChecked":true}}`,
		` { "type" : 3 , "data" : { "source" : 5 , "text" : "\u0074" , "isChecked" : true , "id" : 3 } , "timestamp" : 5 } `,
	} {
		_, got, err := decode(t, event)
		require.NoError(t, err)
		assert.Equal(t, want, got, event)
	}
}

func TestForms(t *testing.T) {
	const a = `{"type":4,"data":{"href":"u","width":1,"height":2},"timestamp":1700000000000.5}`
	const b = `{"type":3,"data":{"source":3,"id":1,"x":0,"y":9},"timestamp":1700000000010}`
	packed := func(event string) string {
		var z bytes.Buffer
		w := zlib.NewWriter(&z)
		_, _ = w.Write([]byte(strings.TrimSuffix(event, "}") + `,"v":"v1"}`))
		_ = w.Close()
		var latin []rune
		for _, c := range z.Bytes() {
			latin = append(latin, rune(c))
		}
		quoted, _ := json.Marshal(string(latin))
		return string(quoted)
	}
	zipped := func(s string) string {
		var z bytes.Buffer
		w := gzip.NewWriter(&z)
		_, _ = w.Write([]byte(s))
		_ = w.Close()
		return z.String()
	}
	quoted, _ := json.Marshal(b)
	for _, tt := range []struct{ name, text string }{
		{"array", "[" + a + "," + b + "]"},
		{"object", `{"name":"n","recorder":"rrweb 2.2.2","events":[` + a + `,` + b + `],"more":[{}]}`},
		{"lines", a + "\n" + b + "\n"},
		{"array a line", "[" + a + "]\n[" + b + "]"},
		{"object a line", `{"events":[` + a + "]}\n" + `{"events":[` + b + "]}"},
		{"gzip", zipped("[" + a + "," + b + "]")},
		{"byte order mark", "\uFEFF[" + a + "," + b + "]"},
		{"packed", "[" + packed(a) + "," + packed(b) + "]"},
		{"packed lines", packed(a) + "\n" + packed(b)},
		{"text of an event", "[" + a + "," + string(quoted) + "]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h, events, err := decode(t, tt.text)
			require.NoError(t, err)
			require.Len(t, events, 2)
			assert.Equal(t, 500*time.Microsecond, events[0].Time)
			assert.Equal(t, int64(1700000000000), h.Start.UnixMilli())
			assert.Equal(t, value(t, "["+a+","+b+"]"), value(t, encode(t, h.Start, events)))
			if strings.Contains(tt.text, "recorder") {
				assert.Equal(t, format.Software{Name: "rrweb", Version: "2.2.2"}, h.Recorder)
			}
		})
	}
	_, events, err := decode(t, "")
	assert.NoError(t, err)
	assert.Empty(t, events)
}

// What is good is kept, and the error names the place but no content.
func TestBadInput(t *testing.T) {
	const good = `{"type":3,"data":{"source":3,"id":1,"x":0,"y":9},"timestamp":17}`
	for _, tt := range []struct {
		name, text string
		want       error
	}{
		{"cut short", "[" + good + `,{"type":3,"data":{"source":5,"text":"sec`, rrweb.ErrTruncated},
		{"no JSON", "[" + good + `,{secret]`, rrweb.ErrSyntax},
		{"not packed", "[" + good + `,"secret"]`, rrweb.ErrPacked},
		{"too deep", "[" + good + "," + `{"type":2,"data":{"node":` + strings.Repeat(`{"type":2,"childNodes":[`, 3000), format.ErrLimit},
		{"deep value", "[" + good + "," + `{"type":5,"data":{"tag":"x","payload":` + strings.Repeat(`[`, 20000), rrweb.ErrSyntax},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, events, err := decode(t, tt.text)
			require.ErrorIs(t, err, tt.want)
			assert.Len(t, events, 1)
			assert.NotContains(t, err.Error(), "sec")
		})
	}
	d := rrweb.NewDecoder(strings.NewReader(good+strings.Repeat(" ", 1000)+`{"type":5,"data":"`+strings.Repeat("x", 100000)), &rrweb.DecoderOptions{MaxEvent: 1 << 10})
	var last error
	for _, err := range d.Events() {
		last = err
	}
	require.ErrorIs(t, last, format.ErrLimit)
}

func TestCorpusLossless(t *testing.T) {
	for _, s := range sessions.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			text := s.JSON(t)
			h, events, err := decode(t, string(text))
			require.NoError(t, err)
			want := value(t, string(text)).(map[string]any)["events"]
			got := value(t, encode(t, h.Start, events)).([]any)
			require.Len(t, got, len(want.([]any)))
			for i, w := range want.([]any) {
				require.Equal(t, w, got[i], "event %d", i)
				assert.Empty(t, events[i].Extra)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	for _, tt := range odd {
		f.Add([]byte(tt.event))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<16 {
			return
		}
		h, events, err := decode(t, string(text))
		if err != nil || len(events) == 0 {
			return
		}
		// What was read once reads the same again.
		once := encode(t, h.Start, events)
		require.True(t, json.Valid([]byte(once)), "%s", once)
		h2, again, err := decode(t, once)
		require.NoError(t, err)
		assert.Equal(t, value(t, once), value(t, encode(t, h2.Start, again)))
	})
}

// Many small records are charged for, and what came before is kept.
func TestMemory(t *testing.T) {
	const good = `{"type":3,"data":{"source":3,"id":1,"x":0,"y":9},"timestamp":17}`
	for _, tt := range []struct{ name, event string }{
		{"nodes", `{"type":2,"data":{"node":{"type":0,"id":1,"childNodes":[` + strings.Repeat(`{},`, 1<<16) + `{}]}}}`},
		{"no nodes", `{"type":2,"data":{"node":{"type":0,"id":1,"childNodes":[` + strings.Repeat(`1,`, 1<<16) + `1]}}}`},
		{"attributes", `{"type":3,"data":{"source":0,"attributes":[{"id":1,"attributes":{` + strings.Repeat(`"a":1,`, 1<<16) + `"b":2}}]}}`},
		{"positions", `{"type":3,"data":{"source":1,"positions":[` + strings.Repeat(`{},`, 1<<16) + `{}]}}`},
		{"data first", `{"data":{"source":1,"positions":[` + strings.Repeat(`{},`, 1<<16) + `{}]},"type":3}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var last error
			n := 0
			for e, err := range rrweb.NewDecoder(strings.NewReader(good+tt.event), &rrweb.DecoderOptions{MaxMemory: 1 << 20}).Events() {
				if last = err; err == nil && e.Data.Kind() != format.KindJSON {
					n++
				}
			}
			if tt.name == "data first" { // kept as text
				require.NoError(t, last)
			} else {
				require.ErrorIs(t, last, format.ErrLimit)
			}
			assert.Equal(t, 1, n)
			_, events, err := decode(t, good+tt.event)
			require.NoError(t, err)
			assert.Len(t, events, 2)
		})
	}
}
