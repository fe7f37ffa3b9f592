package format_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// bytesOf returns n bytes that do not compress, the same for the same seed.
func bytesOf(seed string, n int) []byte {
	var out []byte
	for i := 0; len(out) < n; i++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", seed, i))
		out = append(out, sum[:]...)
	}
	return out[:n]
}

func attrs(pairs ...string) (list []snapshot.Attr) {
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, snapshot.Attr{Name: pairs[i], Value: pairs[i+1]})
	}
	return list
}

// vectorPage is a page with rows of a table; from changes what is in it.
func vectorPage(rows, from int) *snapshot.Node {
	body := el(9, "body", attrs("class", "page", "style", "margin:0"))
	for i := range rows {
		id := snapshot.NodeID(20 + 4*i)
		body.Children = append(body.Children, el(id, "div", attrs("class", "row", "data-n", fmt.Sprint(i%3+from)),
			el(id+1, "a", attrs("href", fmt.Sprintf("https://example.com/item/%d", i%4)), text(id+2, fmt.Sprintf("Item %d", i+from)))))
	}
	body.Children = append(body.Children, el(10, "input", append(attrs("value", "secret", "type", "text"),
		snapshot.Attr{Name: "checked", Type: snapshot.AttrTrue}, snapshot.Attr{Name: "rr_scrollTop", Type: snapshot.AttrNumber, Value: "40.5"})))
	return &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
		{ID: 2, Kind: snapshot.KindDoctype, Name: "html"},
		el(3, "html", attrs("lang", "en"), el(4, "head", nil, el(5, "title", nil, text(6, "Vectors")),
			el(7, "style", nil, &snapshot.Node{ID: 8, Kind: snapshot.KindText, Text: ".row{color:red}", IsStyle: true})), body),
	}}
}

// vectorEvents are a session of one window.
func vectorEvents(w format.WindowID) []format.Event {
	at := time.Duration(w) * 7 * time.Millisecond
	var list []format.Event
	add := func(d format.Data) {
		list = append(list, format.Event{Time: at, Window: w, Data: d})
		at += 37 * time.Millisecond
	}
	one := 1.0
	value := "new text"
	add(&format.DOMContentLoaded{Payload: "{}"})
	add(&format.Load{Payload: "{}"})
	add(&format.Meta{URL: "https://example.com/list?page=1", Width: 1280, Height: 720.5})
	add(&format.FullSnapshot{Node: vectorPage(4, 0), Offset: &format.Offset{Top: 12.25}})
	for i := range 3 {
		n := snapshot.NodeID(i)
		move := &format.Move{Source: format.KindMouseMove}
		for j := range 3 {
			move.Positions = append(move.Positions, format.Position{
				X: float64(100 + 13*j), Y: 50.5 + float64(i*j), ID: 20 + n, TimeOffset: float64(-50 * (3 - j)),
			})
		}
		add(move)
		add(&format.MouseInteraction{Action: 2, ID: 21 + n, X: &one, Y: &one})
		add(&format.Mutation{
			Texts:   []format.TextChange{{ID: 22 + 4*n, Value: &value}},
			Attrs:   []format.AttrChange{{ID: 20, Attrs: []snapshot.Attr{{Name: "class", Value: "row on"}, {Name: "title", Type: snapshot.AttrNull}}}},
			Removes: []format.Removal{{Parent: 9, ID: 24 + 4*n}},
			Adds: []format.Addition{{Parent: 9, Next: 10, Node: el(100+4*n, "p", nil)},
				{Parent: 100 + 4*n, Node: text(101+4*n, fmt.Sprintf("Paragraph %d", i))}},
		})
		add(&format.Scroll{ID: 1, Y: float64(i*100) + .25})
		add(&format.Input{ID: 10, Text: strings.Repeat("*", i+1)})
	}
	add(&format.FullSnapshot{Node: vectorPage(3, 1), Offset: &format.Offset{}})
	add(&format.Custom{Tag: "checkout", Payload: `{"step":2,"ok":true}`})
	return list
}

var vectorHead = format.Header{
	Session: "vector", Start: start.Add(123456789), Recorder: format.Software{Name: "rrweb", Version: "2.2.2"},
	UserAgent: "Mozilla/5.0 (X11; Linux x86_64)", Browser: format.Software{Name: "Chrome", Version: "139.0.0.0"},
	OS: format.Software{Name: "Linux", Version: "6.1"}, Screen: format.Size{Width: 1920, Height: 1080}, Viewport: format.Size{Width: 1280, Height: 720.5},
	Locale: "nb-NO", TimeZone: "Europe/Oslo", Country: "NO", Region: "NO-46", Masking: "default",
	MaskingHash: strings.Repeat("0123456789abcdef", 4), Properties: []format.Property{{Name: "plan", Value: "free"}, {Name: "é", Value: ""}},
}

// A set is where vectors are collected.
type set struct {
	t    *testing.T
	bad  []malformed
	head string // a plain HEAD
}

// put writes a good vector.
func (s *set) put(name, about string, tape []byte) { s.putKey(name, about, "", still(name, tape)) }

func (s *set) putKey(name, about, key string, tape []byte) {
	require.NoError(s.t, os.WriteFile(filepath.Join(vectors, name+".tape"), tape, 0o666))
	v := expect(s.t, about, key, tape)
	require.NoError(s.t, os.WriteFile(filepath.Join(vectors, name+".json"), []byte(v.text(s.t)), 0o666))
}

// wrong writes a malformed one.
func (s *set) wrong(name, about, class string, events int, tape []byte) {
	s.wrongKey(name, about, "", class, events, tape)
}

func (s *set) wrongKey(name, about, key, class string, events int, tape []byte) {
	require.NoError(s.t, os.WriteFile(filepath.Join(malformedDir, name+".tape"), tape, 0o666))
	s.bad = append(s.bad, malformed{"malformed/" + name + ".tape", about, key, class, events})
}

// change is the tape with its frames changed.
func reframe(tape []byte, f func([]format.RawFrame) []format.RawFrame) []byte {
	return format.Join(f(format.Split(tape)))
}

// still is the tape with epochs that are no longer random, so that what did not
// change is written again as it was.
func still(name string, tape []byte) []byte {
	part := 0
	return reframe(tape, func(list []format.RawFrame) []format.RawFrame {
		for i := range list {
			if list[i].Kind == format.FrameHead {
				part++
			}
			if h := list[i].Header; bytes.HasPrefix(h[min(1, len(h)):], []byte("\x01\xc4\x04")) {
				copy(h[4:8], bytesOf(fmt.Sprint(name, part), 4))
			}
		}
		return list
	})
}

// withHeaderKey adds a pair to a header.
func withHeaderKey(header []byte, pair string) []byte {
	header = append(bytes.Clone(header), pair...)
	header[0]++
	return header
}

func writeVectors(t *testing.T) {
	require.NoError(t, os.RemoveAll(vectors))
	require.NoError(t, os.MkdirAll(malformedDir, 0o777))
	s := &set{t: t, head: string(frame(1, 0, 5, "\x80", "\x82\x01\x01\x02\x01"))}
	s.states()
	s.frames()
	s.payloads()
	s.content()
	s.malformed()
	b, err := json.MarshalIndent(s.bad, "", " ")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(vectors+"/malformed.json", append(b, '\n'), 0o666))
}

// states are the states of a tape, each with both codecs.
func (s *set) states() {
	live, sealed := &format.WriterOptions{Live: true, Flush: 1 << 10}, &format.WriterOptions{Flush: 1 << 10}
	later := vectorHead
	later.Start = later.Start.Add(90*time.Second + 250*time.Microsecond)
	events := vectorEvents(0)
	a, b := write(s.t, vectorHead, live, events...), write(s.t, vectorHead, sealed, events...)
	c := append(bytes.Clone(b), write(s.t, later, live, events[4:9]...)...)
	for _, v := range []struct {
		name, about string
		tape        []byte
	}{
		{"live", "Each EVENTS has the strings that are new in it", a},
		{"sealed", "A HEAP with all strings before the events", b},
		{"concatenated", "A sealed and a live tape, the second from 90.00025 s later on", c},
	} {
		s.put(v.name+"-zstd", v.about, v.tape)
		s.put(v.name+"-raw", v.about+"; no payload is compressed", format.Uncompressed(v.tape))
	}
	s.put("empty", "No events", write(s.t, format.Header{Start: start}, nil))
	a = write(s.t, vectorHead, live, events[4:8]...)
	s.put("not-closed", "No INDEX and FOOT: it is being written", reframe(a, func(f []format.RawFrame) []format.RawFrame { return f[:len(f)-2] }))
	s.put("no-index", "A FOOT that tells of no INDEX", reframe(a, func(f []format.RawFrame) []format.RawFrame {
		return slices.Delete(f, len(f)-2, len(f)-1)
	}))
}

// frames are about frames: those that are skipped, and all kinds.
func (s *set) frames() {
	tape := write(s.t, vectorHead, &format.WriterOptions{Live: true, Flush: 1 << 10}, vectorEvents(0)[2:12]...)
	s.put("header-keys", "Each frame's header has keys that no reader knows", reframe(tape, func(list []format.RawFrame) []format.RawFrame {
		for i := range list {
			if list[i].Kind != format.FrameFoot {
				list[i].Header = withHeaderKey(withHeaderKey(list[i].Header, "\x63\x92\xa1x\x81\xa1y\xc0"), "\xcd\x12\x34\xcb?\xf0\x00\x00\x00\x00\x00\x00")
			}
		}
		return list
	}))
	s.put("ancillary", "Ancillary frames of unknown kinds: without an epoch, and numbered", reframe(tape, func(list []format.RawFrame) []format.RawFrame {
		numbered := format.RawFrame{Kind: 0x9F, Codec: 77, Decoded: 5, Header: bytes.Clone(list[1].Header), Payload: []byte("x")}
		for i := 1; i < len(list)-1; i++ { // the number is behind the epoch
			list[i].Header[9]++
		}
		return slices.Insert(list, 1, numbered, format.RawFrame{Kind: 0xFF, Decoded: 3, Header: []byte("\x80"), Payload: []byte("abc")})
	}))
	s.wrong("critical", "A critical frame of an unknown kind before the INDEX", "version", len(vectorEvents(0)[2:12]), reframe(still("critical", tape), func(list []format.RawFrame) []format.RawFrame {
		return slices.Insert(list, len(list)-2, format.RawFrame{Kind: 0x33, Header: []byte("\x80")})
	}))

	part := func(batch string, from, to int) []byte {
		return write(s.t, vectorHead, &format.WriterOptions{Live: from > 0, Batch: batch}, vectorEvents(0)[from:to]...)
	}
	s.put("batch-twice", "Batches one, two, one, none, none: the second one is skipped", slices.Concat(
		part("one", 0, 4), part("two", 4, 7), part("one", 0, 4), part("", 7, 9), part("", 7, 9)))

	key := bytesOf("key", format.KeySize)
	for _, live := range []bool{false, true} {
		name := map[bool]string{false: "encrypted-sealed", true: "encrypted-live"}[live]
		tape := write(s.t, vectorHead, &format.WriterOptions{Live: live, Flush: 1 << 10, Key: key}, vectorEvents(0)[2:10]...)
		s.putKey(name, "AES-256-GCM", hex.EncodeToString(key), tape)
	}
	tape = write(s.t, vectorHead, &format.WriterOptions{Key: key}, vectorEvents(0)[2:4]...)
	s.wrong("no-key", "Encrypted, and no key is given", "key", 0, tape)
	s.wrongKey("wrong-key", "Encrypted with another key", hex.EncodeToString(bytesOf("other", format.KeySize)), "key", 0, tape)
	s.wrongKey("header-changed", "The header of EVENTS was changed, and its checksum with it", hex.EncodeToString(key), "key", 0,
		reframe(tape, func(list []format.RawFrame) []format.RawFrame {
			list[1].Header = withHeaderKey(list[1].Header, "\x63\x01")
			return list
		}))

	// Keyframes: where a segment begins, before a full snapshot and between.
	var events []format.Event
	for i, n := range bytesOf("moves", 100) {
		if i%50 == 0 {
			events = append(events, vectorEvents(format.WindowID(i / 50 % 2))[2:]...)
		}
		m := &format.Move{Source: format.KindMouseMove}
		for j, x := range bytesOf(fmt.Sprint(i, n), 2) {
			m.Positions = append(m.Positions, format.Position{X: float64(x) * 5, Y: float64(n) / 4, ID: snapshot.NodeID(20 + x%7), TimeOffset: float64(j) * -99})
		}
		events = append(events, format.Event{Time: events[len(events)-1].Time + time.Duration(n)*time.Millisecond, Window: format.WindowID(i / 50 % 2), Data: m})
	}
	for i := range 180 { // frames enough for an INDEX with a list of them
		events = append(events, format.Event{Time: events[len(events)-1].Time + time.Millisecond, Data: &format.Scroll{ID: 1, Y: float64(i)}})
	}
	var b bytes.Buffer
	w := format.NewWriter(&b, vectorHead, &format.WriterOptions{Flush: 1})
	for i, e := range events {
		require.NoError(s.t, w.Write(e))
		if i == len(events)-60 {
			require.NoError(s.t, w.Flush())
		}
	}
	require.NoError(s.t, w.Close())
	s.put("patches", "KEYs that are patches of each other, and ones before full snapshots, which are no base",
		write(s.t, vectorHead, &format.WriterOptions{Keyframes: 12}, slices.Concat(events[:12], events[:1], events[12:20])...))
	s.put("keyframes", "KEYs at and between the beginnings of segments, two windows, an INDEX with a list of frames", b.Bytes())
}

// generations, windows, base64 and what strings can hold.
func (s *set) content() {
	events := vectorEvents(0)
	s.put("generations-live", "The tables begin again every 60 bytes of strings",
		write(s.t, vectorHead, &format.WriterOptions{Live: true, Flush: 1, Segment: 60}, events[2:11]...))
	s.put("generations-sealed", "The same, with HEAPs",
		write(s.t, vectorHead, &format.WriterOptions{Flush: 1, Segment: 60}, events[2:11]...))

	var windows []format.Event
	for _, w := range []format.WindowID{0, 1, math.MaxUint32} {
		windows = append(windows, vectorEvents(w)[3:6]...)
	}
	slices.SortStableFunc(windows, func(a, b format.Event) int { return int(a.Time%5) - int(b.Time%5) })
	s.put("windows", "Three windows whose events come mixed", write(s.t, vectorHead, &format.WriterOptions{Live: true}, windows...))

	data := func(n int) string { return base64.StdEncoding.EncodeToString(bytesOf(fmt.Sprint(n), n)) }
	url := "data:image/png;base64,"
	s.put("base64", "Strings in pieces: base64 of all three paddings, twice in one string, short and wrong ones",
		write(s.t, vectorHead, &format.WriterOptions{Flush: 1 << 10}, []format.Event{
			{Data: &format.FullSnapshot{Node: &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
				el(2, "img", attrs("src", url+data(300))), el(3, "canvas", attrs("rr_dataURL", url+data(5000))), el(4, "img", attrs("src", url+data(301)+"#é")),
				el(5, "style", attrs("_cssText", "a{background:url("+url+data(302)+")}b{background:url("+url+data(303)+")}")),
				el(6, "img", attrs("src", url+data(20), "srcset", url+data(400)[:399])), el(7, "img", attrs("src", url+data(300))),
			}}}},
			{Data: &format.Canvas{ID: 3, Commands: []format.CanvasCommand{{Property: "drawImage", Args: `[{"rr_type":"ArrayBuffer","base64":"` + data(200) + `"}]`}}}},
		}...))

	s.put("surrogates", "Lone surrogates, pairs, NUL and the highest characters", write(s.t, vectorHead, &format.WriterOptions{Live: true}, []format.Event{
		{Data: &format.FullSnapshot{Node: &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
			el(2, "p", attrs("title", "a\xed\xa0\xbdb", "class", "\xed\xb8\x80"), text(3, "\xed\xb8\x80\xed\xa0\xbd 😀 \x00 \U0010FFFF \uFFFF")),
		}}}},
		{Data: &format.Input{ID: 2, Text: strings.Repeat("long enough for another way to decode it ", 8) + "\xed\xa0\xbd"}},
		{Data: &format.Custom{Tag: "\xed\xa0\xbd", Payload: `{"a":"\ud83d","b":"\ude00\ud83d","é":"😀"}`}},
	}...))

	tick := []time.Duration{time.Second + 1, 5, -3 * time.Hour, 0, 200 * 24 * time.Hour, time.Microsecond}
	for unit, name := range []string{"nanoseconds", "microseconds", "milliseconds"} {
		var list []format.Event
		for i, t := range tick {
			if unit > 0 {
				t = t.Truncate([]time.Duration{0, time.Microsecond, time.Millisecond}[unit])
			}
			list = append(list, format.Event{Time: t, Data: &format.Scroll{ID: snapshot.NodeID(i)}})
		}
		s.put(name, "Times that go back, before the start, and far off", write(s.t, vectorHead, &format.WriterOptions{Live: true}, list...))
	}

	var numbers []format.Event
	for _, x := range []float64{0, 0, 1, 1, 1.5, 1.5, 1, -1.5, -1, math.Copysign(0, -1), 0, .1, .2, 1e-7, 1e300, 5, 1 << 53, 1<<53 - 1, -1 << 53, 1e21, math.Pi, 12345.678, .000001, math.NaN(), 2, math.Inf(1)} {
		y, z := &x, &x
		if x == 1 {
			y = nil
		}
		numbers = append(numbers, format.Event{Data: &format.MouseInteraction{Action: 1, X: y, Y: z}}, format.Event{Data: &format.Scroll{X: x, Y: -x}})
	}
	for _, n := range []int64{math.MinInt64, math.MinInt64 + 1, math.MaxInt64, 1 << 53, 0, -1} {
		numbers = append(numbers, format.Event{Data: &format.Failure{Message: "m", Line: n, Column: -n}},
			format.Event{Data: &format.AdoptedSheets{ID: 1, IDs: []int64{n, n, 7}}})
	}
	s.put("numbers", "Numbers of every form, in every order", write(s.t, vectorHead, &format.WriterOptions{Live: true}, numbers...))

	var all, none []format.Event
	for k := 1; k < 256; k++ {
		if data := format.New(format.Kind(k)); data != nil {
			f := filler{raw: `{"a":[1,null]}`}
			f.record(data)
			all = append(all, format.Event{Time: time.Duration(k) * 1234567, Window: format.WindowID(k % 3), Data: data,
				Extra: []snapshot.Member{{Name: "delay", Value: "5"}}})
			if k != int(format.KindJSON) {
				none = append(none, format.Event{Data: format.New(format.Kind(k))})
			}
		}
	}
	s.put("every-kind", "Every kind of event, each field set", write(s.t, vectorHead, &format.WriterOptions{Live: true}, all...))
	s.put("every-kind-zero", "Every kind of event, no field set", write(s.t, vectorHead, nil, none...))
}
