package format_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/snapshot"
)

var start = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// write returns the tape of the events.
func write(t testing.TB, h format.Header, opts *format.WriterOptions, events ...format.Event) []byte {
	t.Helper()
	var b bytes.Buffer
	w := format.NewWriter(&b, h, opts)
	for _, e := range events {
		require.NoError(t, w.Write(e))
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

// read returns the events of a tape, and the error at the end.
func read(tape []byte, opts *format.ReaderOptions) (events []format.Event, err error) {
	for e, err := range format.NewDecoder(bytes.NewReader(tape), opts).Events() {
		if err != nil {
			return events, err
		}
		events = append(events, e)
	}
	return events, nil
}

// sample are events of every kind, every field set.
func sample() []format.Event {
	var events []format.Event
	for k := 1; k < 256; k++ {
		if data := format.New(format.Kind(k)); data != nil {
			f := filler{}
			f.record(data)
			events = append(events, format.Event{
				Time: time.Duration(k) * 1234567, Window: format.WindowID(k % 3), Data: data,
				Extra: []snapshot.Member{{Name: "delay", Value: "5"}},
			})
		}
	}
	return events
}

// A filler is the Visitor that sets every field to something.
type filler struct{ n int64 }

func (f *filler) next() int64 { f.n++; return f.n }
func (f *filler) text() string {
	return strings.Repeat("é\x00\xed\xa0\xbd", int(f.next()%5)) + "x"
}

func (f *filler) record(r format.Record) {
	*r.Rest() = []snapshot.Member{{Name: "more", Value: `[1,"a"]`}, {Name: "gone"}}
	r.Fields(f)
}
func (f *filler) Bool(_ format.Spec, v *bool)          { *v = f.next()%2 == 0 }
func (f *filler) Int(_ format.Spec, v *int64)          { *v = f.next() << (f.n % 40) }
func (f *filler) Number(_ format.Spec, v *float64)     { *v = float64(f.next()) * 1.1 }
func (f *filler) String(_ format.Spec, v *string)      { *v = f.text() }
func (f *filler) ID(_ format.Spec, v *snapshot.NodeID) { *v = snapshot.NodeID(f.next() - 2) }
func (f *filler) Raw(_ format.Spec, v *string)         { *v = `{"a":1e400}` }
func (f *filler) Ints(_ format.Spec, v *[]int64)       { *v = []int64{f.next(), -f.next()} }
func (f *filler) OptBool(_ format.Spec, v **bool)      { b := f.next()%2 == 0; *v = &b }
func (f *filler) OptNumber(_ format.Spec, v **float64) { x := -float64(f.next()) / 3; *v = &x }
func (f *filler) OptString(_ format.Spec, v **string)  { s := f.text(); *v = &s }
func (f *filler) One(_ format.Spec, o format.One)      { f.record(o.New()) }
func (f *filler) List(_ format.Spec, l format.List) {
	for range 2 {
		f.record(l.Add())
	}
}
func (f *filler) Attrs(_ format.Spec, v *[]snapshot.Attr) { *v = f.attrs() }
func (f *filler) attrs() []snapshot.Attr {
	return []snapshot.Attr{
		{Name: "class", Value: f.text()}, {Name: "n", Type: snapshot.AttrNumber, Value: "1.50"},
		{Name: "t", Type: snapshot.AttrTrue}, {Name: "f", Type: snapshot.AttrFalse}, {Name: "z", Type: snapshot.AttrNull},
		{Name: "style", Type: snapshot.AttrJSON, Value: `{"a":false}`},
	}
}
func (f *filler) Node(_ format.Spec, v **snapshot.Node) {
	*v = &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, CompatMode: "BackCompat", Children: []*snapshot.Node{
		{ID: 2, Kind: snapshot.KindDoctype, Name: "html", PublicID: "p", SystemID: "s"},
		{ID: 3, Kind: snapshot.KindElement, Name: "svg", Namespace: "svg", Attrs: f.attrs(), RootID: 1, IsHost: true,
			Children: []*snapshot.Node{
				{ID: 4, Kind: snapshot.KindText, Text: f.text(), IsShadow: true, IsStyle: true},
				{ID: -5, Kind: snapshot.KindComment, Text: "c", Extra: []snapshot.Member{{Name: "q", Value: "null"}}},
				{ID: 6, Kind: snapshot.KindCDATA}, {ID: 7, Kind: snapshot.KindElement, Name: "x-y", IsCustom: true, NeedsBlock: true, Namespace: "math"},
				{Extra: []snapshot.Member{{Name: snapshot.Whole, Value: "17"}}},
			}},
	}}
}

func TestRoundTrip(t *testing.T) {
	events := sample()
	again, err := format.Recode(events...)
	require.NoError(t, err)
	events = slices.DeleteFunc(events, func(e format.Event) bool { return e.Data.Kind().Synthetic() })
	again = slices.DeleteFunc(again, func(e format.Event) bool { return e.Data.Kind().Synthetic() })
	for _, live := range []bool{false, true} {
		got, err := read(write(t, format.Header{Start: start}, &format.WriterOptions{Live: live}, events...), nil)
		require.NoError(t, err)
		require.Len(t, got, len(events))
		for i := range events {
			assert.Equal(t, events[i], got[i], "%v", events[i].Data.Kind())
		}
	}
	assert.Equal(t, events, again)
	// Zero values, nil lists among them, come back as they are.
	for k := 1; k < 256; k++ {
		if data := format.New(format.Kind(k)); data != nil {
			got, err := format.Recode(format.Event{Data: data})
			require.NoError(t, err)
			require.Len(t, got, 1)
			assert.Equal(t, data, got[0].Data)
		}
	}
}

func TestRecordingsRoundTrip(t *testing.T) {
	for _, s := range sessions.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			events := s.Events(t)
			got, err := read(write(t, format.Header{Start: start}, nil, events...), nil)
			require.NoError(t, err)
			require.Len(t, got, len(events))
			for i := range events {
				if !reflect.DeepEqual(events[i], got[i]) {
					require.Equal(t, events[i], got[i], "event %d", i)
				}
			}
		})
	}
}

func TestHeader(t *testing.T) {
	h := format.Header{
		Session: "s-1", Start: start.Add(123456789), Recorder: format.Software{Name: "rrweb", Version: "2.2.2"},
		UserAgent: "Mozilla/5.0 (X11)", Browser: format.Software{Name: "Chrome", Version: "139.0.0.0"},
		OS: format.Software{Name: "Linux"}, Screen: format.Size{Width: 1920, Height: 1080}, Viewport: format.Size{Width: 1280.5, Height: 800},
		Locale: "nb-NO", TimeZone: "Europe/Oslo", Country: "NO", Region: "NO-46", Masking: "default",
		MaskingHash: strings.Repeat("0123456789abcdef", 4),
		Properties:  []format.Property{{Name: "plan", Value: "free"}, {Name: "plan", Value: "1.2.3"}},
	}
	r, err := format.NewReader(bytes.NewReader(write(t, h, nil)), int64(len(write(t, h, nil))), nil)
	require.NoError(t, err)
	assert.Equal(t, h, r.Header)
	assert.True(t, r.Closed)

	for _, address := range []string{"192.0.2.1", "2001:db8::1", "[2001:db8::1]", "192.0.2.1:443", "[2001:db8::1]:443",
		"fe80::1%eth0", "192.0.2.0/24", " 192.0.2.1 ", "192.0.2.1, 198.51.100.2", "::ffff:192.0.2.1"} {
		w := format.NewWriter(io.Discard, format.Header{Properties: []format.Property{{Name: "x", Value: address}}}, nil)
		err := w.Close()
		if assert.Error(t, err, address) {
			assert.NotContains(t, err.Error(), strings.TrimSpace(address))
		}
		assert.Error(t, format.NewWriter(io.Discard, format.Header{Session: address}, nil).Flush())
		assert.Error(t, format.NewWriter(io.Discard, format.Header{Masking: address}, nil).Flush())
	}
	for _, hash := range []string{"0", strings.Repeat("0", 63), strings.Repeat("0", 128), strings.Repeat("A", 64),
		"0" + strings.Repeat("/", 62) + "0", strings.Repeat("0", 50) + "192.0.2.1 ;;;;"} {
		err := format.NewWriter(io.Discard, format.Header{MaskingHash: hash}, nil).Flush()
		if assert.Error(t, err, hash) {
			assert.NotContains(t, err.Error(), hash)
		}
	}
}

// A tape cut anywhere gives a prefix of the events.
func TestCutAnywhere(t *testing.T) {
	events := sessions.Open(t, "shadow").Events(t)[:60]
	tape := write(t, format.Header{Start: start}, &format.WriterOptions{Flush: 1 << 10}, events...)
	longest := 0
	for n := range len(tape) {
		got, err := read(tape[:n], nil)
		require.LessOrEqual(t, len(got), len(events))
		for i := range got {
			require.True(t, reflect.DeepEqual(events[i], got[i]), "cut at %d: event %d is another", n, i)
		}
		if err != nil {
			corrupt, ok := errors.AsType[*format.CorruptError](err)
			require.True(t, ok, "%v", err)
			require.ErrorIs(t, corrupt, format.ErrTruncated)
		}
		require.GreaterOrEqual(t, len(got), longest, "a longer piece has no fewer events")
		longest = len(got)

		r, err := format.NewReader(bytes.NewReader(tape[:n]), int64(n), nil)
		if err == nil {
			require.False(t, r.Closed)
		}
	}
	require.Equal(t, len(events), longest)
}

// Every flipped bit is noticed, and no event before it is lost.
func TestFlipEveryBit(t *testing.T) {
	events := sessions.Open(t, "shadow").Events(t)[:60]
	tape := write(t, format.Header{Start: start}, &format.WriterOptions{Flush: 1 << 10}, events...)
	bad := bytes.Clone(tape)
	for i := range bad {
		for bit := range 8 {
			bad[i] ^= 1 << bit
			got, err := read(bad, nil)
			require.Error(t, err, "byte %d bit %d", i, bit)
			require.Less(t, len(got), len(events)+1)
			for j := range got {
				if !reflect.DeepEqual(events[j], got[j]) {
					require.Fail(t, "wrong event", "byte %d bit %d: event %d", i, bit, j)
				}
			}
			bad[i] ^= 1 << bit
		}
	}
}

// Salvage gives every frame that is whole.
func TestSalvage(t *testing.T) {
	events := sessions.Open(t, "list").Events(t)
	tape := write(t, format.Header{Start: start}, &format.WriterOptions{Flush: 1 << 10}, events...)
	r, err := format.NewReader(bytes.NewReader(tape), int64(len(tape)), nil)
	require.NoError(t, err)
	require.Greater(t, len(r.Frames), 6)
	for _, f := range r.Frames {
		bad := bytes.Clone(tape)
		bad[f.Offset+f.Size-1] ^= 1
		got, err := read(bad, &format.ReaderOptions{Salvage: true})
		require.ErrorIs(t, err, format.ErrChecksum)
		switch f.Kind {
		case format.FrameEvents:
			assert.Len(t, got, len(events)-f.Events, "frame at %d", f.Offset)
		case format.FrameHeap: // all strings of this tape
			assert.Less(t, len(got), len(events))
		default:
			assert.Len(t, got, len(events), "frame at %d", f.Offset)
		}
	}
	// Bytes that went missing, and bytes that came in.
	f := r.Frames[4]
	short := append(bytes.Clone(tape[:f.Offset+30]), tape[f.Offset+40:]...)
	got, err := read(short, &format.ReaderOptions{Salvage: true})
	require.Error(t, err)
	assert.Len(t, got, len(events)-f.Events)
	long := append(append(bytes.Clone(tape[:f.Offset]), "junk \x89rr\n junk"...), tape[f.Offset:]...)
	got, err = read(long, &format.ReaderOptions{Salvage: true})
	require.Error(t, err)
	assert.Len(t, got, len(events))
	// A whole frame that went missing is a gap.
	gap := append(bytes.Clone(tape[:f.Offset]), tape[f.Offset+f.Size:]...)
	got, err = read(gap, nil)
	require.ErrorIs(t, err, format.ErrGap)
	n := 0
	for _, g := range r.Frames[:4] {
		n += g.Events
	}
	assert.Len(t, got, n)
}

// Appended tapes read as one, in the time of the first.
func TestConcatenation(t *testing.T) {
	a := write(t, format.Header{Start: start}, nil, format.Event{Time: time.Second, Data: &format.Scroll{ID: 1}})
	b := write(t, format.Header{Start: start.Add(time.Minute)}, nil, format.Event{Time: time.Second, Data: &format.Scroll{ID: 2}})
	got, err := read(append(a, b...), nil)
	require.NoError(t, err)
	require.Len(t, got, 2)
	assert.Equal(t, 61*time.Second, got[1].Time)
}

// A tape can be read while it is written, and by one byte at a time.
func TestLive(t *testing.T) {
	var b bytes.Buffer
	w := format.NewWriter(&b, format.Header{Start: start}, nil)
	require.NoError(t, w.Write(format.Event{Data: &format.Scroll{ID: 1}}))
	require.NoError(t, w.Flush())
	require.NoError(t, w.Write(format.Event{Data: &format.Scroll{ID: 2}}))
	got, err := read(b.Bytes(), nil)
	require.NoError(t, err)
	assert.Len(t, got, 1)
	require.NoError(t, w.Close())
	assert.ErrorIs(t, w.Write(format.Event{Data: &format.Scroll{}}), format.ErrClosed)
	n := 0
	for _, err := range format.NewDecoder(iotest.OneByteReader(&b), nil).Events() {
		require.NoError(t, err)
		n++
	}
	assert.Equal(t, 2, n)
}

// frame builds a frame by hand, checksums right.
func frame(kind byte, codec byte, decoded int, header, payload string) []byte {
	table := crc32.MakeTable(crc32.Castagnoli)
	b := append([]byte("\x89rr\n"), kind, codec)
	b = binary.BigEndian.AppendUint16(b, uint16(len(header)))
	b = binary.BigEndian.AppendUint32(b, uint32(len(payload)))
	b = binary.BigEndian.AppendUint32(b, uint32(decoded))
	b = binary.BigEndian.AppendUint32(b, crc32.Checksum(append(bytes.Clone(b), header...), table))
	b = binary.BigEndian.AppendUint32(b, crc32.Checksum([]byte(payload), table))
	return append(append(b, header...), payload...)
}

// Hostile frames with good checksums end in a typed error within the limits.
func TestHostile(t *testing.T) {
	head := string(frame(1, 0, 5, "\x80", "\x82\x01\x01\x02\x01"))
	events := func(payload string) string { return string(frame(2, 0, len(payload), "\x80", payload)) }
	// One event: no tables of its own, no nodes, its kind, its time, its batch.
	event := func(kind, data string) string {
		return "\x98\x90\xc0\xc0\x91" + kind + "\x92\x01\xc0\xc0\xc0\x92" + kind + data
	}
	for _, tt := range []struct {
		name, tape string
		want       error
	}{
		{"empty", "", format.ErrTruncated},
		{"no tape", "<html>", format.ErrFormat},
		{"newer major", string(frame(1, 0, 3, "\x80", "\x81\x01\x02")), format.ErrVersion},
		{"no head", events(event("\x02", "\x91\xc0")), format.ErrFormat},
		{"critical kind", head + string(frame(0x33, 0, 0, "\x80", "")), format.ErrVersion},
		{"unknown codec", head + string(frame(2, 77, 1, "\x80", "x")), format.ErrVersion},
		{"length lie", head + string(frame(2, 0, 5, "\x80", "x")), format.ErrPayload},
		{"huge decoded", head + string(frame(2, 1, 1<<30, "\x80", "x")), format.ErrLimit},
		{"array of 4 billion", head + events("\xdd\xff\xff\xff\xff"), format.ErrPayload},
		{"bytes of 4 billion", head + events("\x98\x90\x91\x94\x01\x00\x90\xc6\xff\xff\xff\xffx"), format.ErrPayload},
		{"strings of 4 billion", head + events("\x98\x90\x91\x94\x01\x00\xdd\xff\xff\xff\xff\x01"), format.ErrPayload},
		{"string longer than the text", head + events("\x98\x90\x91\x94\x01\x00\x91\x7f\xc4\x01x"), format.ErrPayload},
		{"map in an array's place", head + events("\xdf\x02\x00\x00\x00"), format.ErrPayload},
		{"nested in an unknown kind", head + events(event("\x7e", "\x91"+strings.Repeat("\x91", 1<<16)+"\xc0")), format.ErrLimit},
		{"extension type", head + events(event("\x7e", "\x91\xd4\x05\x81")), format.ErrPayload},
		{"kind of the future", head + events(event("\xcd\x01\x00", "\x91\xc0")), format.ErrPayload},
		{"columns of another length", head + events(event("\x04", "\x92\xc0\x92\x01\x01")), format.ErrPayload},
		{"a string that is not there", head + events(event("\x04", "\x92\xc0\x91\xcd\x7f\xff")), format.ErrGap},
		{"a template that is not there", head + events("\x98\x90\xc0\x93\x91\x01\xc0\xc0\x91\x03\x92\x01\xc0\xc0\xc0\x92\x03\x91\xc0"), format.ErrGap},
		{"fewer nodes than fields", head + events(event("\x03", "\x91\xc0")), format.ErrPayload},
		{"a million elements of nothing", head + events(event("\x11", "\x92\xc0\x92\x91\xce\x7f\xff\xff\xff\x91\xc0")), format.ErrLimit},
		{"leftovers", head + events(event("\x02", "\x91\xc0")+"\xc0"), format.ErrPayload},
		{"header map of 65535", head + string(frame(2, 0, 0, "\xde\xff\xff", "")), format.ErrPayload},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := read([]byte(tt.tape), nil)
			require.ErrorIs(t, err, tt.want)
			_, ok := errors.AsType[*format.CorruptError](err)
			assert.True(t, ok)
			_, _ = read([]byte(tt.tape), &format.ReaderOptions{Salvage: true})
		})
	}
	// Many small nodes are charged for.
	events2 := []format.Event{{Data: &format.FullSnapshot{Node: wide(1 << 14)}}}
	tape := write(t, format.Header{}, nil, events2...)
	_, err := read(tape, &format.ReaderOptions{Limits: format.Limits{Memory: 1 << 20}})
	require.ErrorIs(t, err, format.ErrLimit)
	_, err = read(tape, &format.ReaderOptions{Limits: format.Limits{Values: 1 << 12}})
	require.ErrorIs(t, err, format.ErrLimit)
	_, err = read(tape, &format.ReaderOptions{Limits: format.Limits{Strings: 1}})
	require.ErrorIs(t, err, format.ErrLimit)
	_, err = read(tape, nil)
	require.NoError(t, err)
	// Trees that no reader takes are not written.
	deep := &snapshot.Node{Kind: snapshot.KindElement, ID: 1}
	for range snapshot.MaxDepth {
		deep = &snapshot.Node{Kind: snapshot.KindElement, ID: 1, Children: []*snapshot.Node{deep}}
	}
	w := format.NewWriter(io.Discard, format.Header{}, nil)
	require.ErrorIs(t, w.Write(format.Event{Data: &format.FullSnapshot{Node: deep}}), format.ErrLimit)
}

// wide is a document with n elements in it.
func wide(n int) *snapshot.Node {
	root := &snapshot.Node{ID: 1, Kind: snapshot.KindDocument}
	for i := range n {
		root.Children = append(root.Children, &snapshot.Node{ID: snapshot.NodeID(i + 2), Kind: snapshot.KindElement, Name: "p"})
	}
	return root
}

// Damaged frames in damaged frames take linear time to salvage: without a
// bound this test would read 60 GB.
func TestSalvageNested(t *testing.T) {
	head := frame(1, 0, 5, "\x80", "\x82\x01\x01\x02\x01")
	inner := frame(2, 0, 4<<20, "\x80", strings.Repeat("x", 4<<20))[:25]
	tape := bytes.Clone(head)
	for len(tape) < 4<<20 {
		tape = append(tape, inner...)
	}
	tape = append(tape, bytes.Repeat([]byte("y"), 5<<20)...)
	tape = append(tape, write(t, format.Header{Start: start}, nil, format.Event{Data: &format.Scroll{ID: 7}})...)
	got, err := read(tape, &format.ReaderOptions{Salvage: true})
	require.ErrorIs(t, err, format.ErrChecksum)
	assert.Len(t, got, 1)
}

// What a newer writer wrote survives a copy, byte for byte.
func TestUnknownKind(t *testing.T) {
	head := string(frame(1, 0, 5, "\x80", "\x82\x01\x01\x02\x01"))
	payload := "\x99\x90\xc0\xc0\x91\x64\x92\x01\x91\x05\xc0\xc0\x92\x64\x91\x93\xc0\xa1x\x81\x01\x02\xc3" // kind 100, nine elements
	skipped := string(frame(0xAA, 0, 3, "\x80", "abc"))                                                    // ancillary
	got, err := read([]byte(head+skipped+string(frame(2, 0, len(payload), "\x80", payload))), nil)
	require.NoError(t, err)
	require.Len(t, got, 1)
	assert.Equal(t, format.Kind(100), got[0].Data.Kind())
	again, err := read(write(t, format.Header{Start: start}, nil, got...), nil)
	require.NoError(t, err)
	assert.Equal(t, got, again)
	var u snapshot.Page
	assert.NoError(t, got[0].Data.Apply(&u))
}

func TestEventTooLarge(t *testing.T) {
	w := format.NewWriter(io.Discard, format.Header{Start: start}, nil)
	err := w.Write(format.Event{Data: &format.Custom{Tag: strings.Repeat("x", 17<<20)}})
	require.ErrorIs(t, err, format.ErrLimit)
	require.NoError(t, w.Write(format.Event{Data: &format.Custom{}}), "the writer goes on")
	require.NoError(t, w.Close())
}

func FuzzDecoder(f *testing.F) {
	tape := write(f, format.Header{Start: start}, nil, sample()...)
	f.Add(tape)
	f.Add(tape[:len(tape)/2])
	f.Add(append(bytes.Clone(tape), tape...))
	f.Fuzz(func(t *testing.T, tape []byte) {
		limits := format.Limits{Frame: 1 << 20, Memory: 4 << 20}
		for _, salvage := range []bool{false, true} {
			_, err := read(tape, &format.ReaderOptions{Limits: limits, Salvage: salvage})
			if err != nil {
				_, ok := errors.AsType[*format.CorruptError](err)
				require.True(t, ok, "%T", err)
			}
		}
		if r, err := format.NewReader(bytes.NewReader(tape), int64(len(tape)), &format.ReaderOptions{Limits: limits}); err == nil {
			for range r.Events() {
			}
		}
	})
}

// FuzzPayload puts the bytes into a frame whose checksums are right, and holds
// decode and encode to each other.
func FuzzPayload(f *testing.F) {
	f.Add(format.Pack(sample()...))
	f.Add([]byte("\x98\x90\xc0\xc0\x91\x13\x92\x01\x91\x05\xc0\xc0\x92\x13\x94\xc0\x91\x07\x91\x02\x91\x03"))
	f.Add([]byte("\x98\x90\xc0\x93\x92\x01\x05\xc0\x91\x01\x91\x03\x92\x01\xc0\xc0\xc0\x92\x03\x91\xc0"))
	head := frame(1, 0, 5, "\x80", "\x82\x01\x01\x02\x01")
	f.Fuzz(func(t *testing.T, payload []byte) {
		tape := append(bytes.Clone(head), frame(2, 0, len(payload), "\x80", string(payload))...)
		events, err := read(tape, &format.ReaderOptions{Limits: format.Limits{Memory: 4 << 20}})
		if err != nil {
			require.True(t, errors.Is(err, format.ErrPayload) || errors.Is(err, format.ErrLimit) || errors.Is(err, format.ErrGap), "%v", err)
		}
		var page snapshot.Page
		for _, e := range events {
			if err := e.Data.Apply(&page); err != nil {
				_, ok := errors.AsType[*format.DamageError](err)
				require.True(t, ok, "%T", err)
			}
		}
		if len(events) > 0 {
			again, err := format.Recode(events...)
			if err != nil {
				require.ErrorIs(t, err, format.ErrLimit)
				return
			}
			require.True(t, format.Same(events, again))
		}
	})
}

func TestWriterMisuse(t *testing.T) {
	w := format.NewWriter(io.Discard, format.Header{}, nil)
	assert.Error(t, w.Write(format.Event{}))
	require.NoError(t, w.Close())
	require.Error(t, format.NewWriter(io.Discard, format.Header{Start: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}, nil).Close())
	d := format.NewDecoder(bytes.NewReader(write(t, format.Header{}, nil)), nil)
	h, err := d.Header()
	require.NoError(t, err)
	assert.Zero(t, h)
}
