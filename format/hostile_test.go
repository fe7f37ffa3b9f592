package format_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"math"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/wire"
	"github.com/pagetape/pagetape/snapshot"
)

// sentinels are what every error of a tape is one of.
var sentinels = []error{
	format.ErrFormat, format.ErrVersion, format.ErrChecksum, format.ErrTruncated, format.ErrGap,
	format.ErrPayload, format.ErrLimit, format.ErrKey,
}

// typed requires an error to be one of the package's, and to name its place.
func typed(t testing.TB, err error) {
	t.Helper()
	if err == nil {
		return
	}
	for _, s := range sentinels {
		if errors.Is(err, s) {
			_, ok := errors.AsType[*format.CorruptError](err)
			require.True(t, ok, "%T has no place: %v", err, err)
			return
		}
	}
	require.Fail(t, "not a typed error", "%T %v", err, err)
}

// small are limits that hostile tapes run into soon.
var small = format.Limits{Frame: 1 << 20, Memory: 4 << 20, Values: 1 << 18, Strings: 1 << 16, StringBytes: 1 << 20, Frames: 1 << 10}

// within requires f to allocate no more, all in all, than reading some frames
// may: the memory of each, its payload before and after it is decompressed,
// and the values, whose slice may grow.
func within(t testing.TB, l format.Limits, frames int, f func()) {
	t.Helper()
	f2 := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.TotalAlloc
	}
	from := f2()
	f()
	got, most := f2()-from, uint64(frames*(l.Memory+4*l.Frame+32*l.Values)+8<<20)
	require.LessOrEqual(t, got>>10, most>>10, "KiB allocated")
}

// list is an array in MessagePack, raw what is in it as it is.
type (
	list = []any
	raw  string
)

func mp(v any) string {
	var w wire.Writer
	put(&w, v)
	return string(w.Bytes())
}

func put(w *wire.Writer, v any) {
	switch v := v.(type) {
	case nil:
		w.Nil()
	case int:
		w.Int(int64(v))
	case string:
		w.Bin([]byte(v))
	case raw:
		w.Raw([]byte(v))
	case list:
		w.Array(len(v))
		for _, e := range v {
			put(w, e)
		}
	default:
		panic("no such value")
	}
}

// repeat is an array of n equal elements.
func repeat(n int, v any) list {
	all := make(list, n)
	for i := range all {
		all[i] = v
	}
	return all
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

// head is a HEAD that says nothing.
var head = string(frame(1, 0, 5, "\x80", "\x82\x01\x01\x02\x01"))

// plain is a frame that is not compressed and has no header.
func plain(kind format.FrameKind, payload string) string {
	return string(frame(byte(kind), 0, len(payload), "\x80", payload))
}

func zipped(payload string, opts ...zstd.EOption) string {
	z, _ := zstd.NewWriter(nil, opts...)
	return string(z.EncodeAll([]byte(payload), nil))
}

// events is the payload of a frame of events with these sections, nodes and
// kinds, and a group of each kind.
func events(sections, nodes any, kinds list, groups ...any) string {
	return mp(list{list{}, sections, nodes, kinds, list{1, nil}, nil, nil, list(groups)})
}

const nodeTable, byteTable = 16, 17

// template is the section of n templates that are all alike: kind, the columns
// that are not nil by their place.
func template(n, kind int, columns map[int]any) list {
	s := list{nodeTable, 1, list{}, repeat(n, kind)}
	for i := range 18 {
		s = append(s, columns[i])
	}
	return s
}

// Hostile frames with good checksums end in a typed error within the limits.
func TestHostile(t *testing.T) {
	events := func(payload string) string { return plain(format.FrameEvents, payload) }
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
		{"a template that is not there", head + events("\x98\x90\xc0\x94\x91\x01\xc0\xc0\xc0\x91\x03\x92\x01\xc0\xc0\xc0\x92\x03\x91\xc0"), format.ErrGap},
		{"fewer nodes than fields", head + events(event("\x03", "\x91\xc0")), format.ErrPayload},
		{"a million elements of nothing", head + events(event("\x11", "\x92\xc0\x92\x91\xce\x7f\xff\xff\xff\x91\xc0")), format.ErrLimit},
		{"leftovers", head + events(event("\x02", "\x91\xc0")+"\xc0"), format.ErrPayload},
		{"newer major, malformed", string(frame(1, 0, 4, "\x80", "\x82\x01\x02\x03")), format.ErrPayload},
		{"newer major in a new form", string(frame(1, 0, 5, "\x80", "\x82\x01\x02\x03\x05")), format.ErrVersion},
		{"fewer ids than nodes", head + events("\x98\x90\x91\x98\x10\x01\x90\x92\x09\x01\xc0\xc0\xc0\xc0\x94\x92\x01\x02\xc0\x91\x05\x91\x01\x91\x03\x92\x01\xc0\xc0\xc0\x92\x03\x91\xc0"), format.ErrPayload},
		{"fewer numbers of children", head + events("\x98\x90\x91\x98\x10\x01\x90\x91\x09\xc0\xc0\xc0\xc0\x94\x91\x01\xc0\xc0\x90\x91\x03\x92\x01\xc0\xc0\xc0\x92\x03\x91\xc0"), format.ErrPayload},
		{"fewer names than templates", head + events("\x98\x90\x91\x95\x10\x01\x90\x92\x03\x03\x91\x03\xc0\x91\x02\x92\x01\xc0\xc0\xc0\x92\x02\x91\xc0"), format.ErrPayload},
		{"more names than templates", head + events("\x98\x90\x91\x95\x10\x01\x90\x91\x03\x92\x03\x00\xc0\x91\x02\x92\x01\xc0\xc0\xc0\x92\x02\x91\xc0"), format.ErrPayload},
		{"bytes among pieces", head + events("\x98\x90\x91\x94\x01\x5f\x91\x92\x01\xc4\x01x\xc0\x91\x02\x92\x01\xc0\xc0\xc0\x92\x02\x91\xc0"), format.ErrPayload},
		{"an integer as a float", head + events(event("\x13", "\x93\xc0\xc0\x91\xcb\x40\x00\x00\x00\x00\x00\x00\x00")), format.ErrPayload},
		{"a section in the static strings", head + events("\x98\x90\x91\x94\x01\x07\x91\x01\xc4\x01x\xc0\x91\x02\x92\x01\xc0\xc0\xc0\x92\x02\x91\xc0"), format.ErrPayload},
		{"leftovers of a header", head + string(frame(0xAA, 0, 0, "\x80\xc0", "")), format.ErrPayload},
		{"leftovers of a head", string(frame(1, 0, 6, "\x80", "\x82\x01\x01\x02\x01\xc0")), format.ErrPayload},
		{"leftovers of a heap", head + string(frame(4, 0, 2, "\x80", "\xc0\xc0")), format.ErrPayload},
		{"header map of 65535", head + string(frame(2, 0, 0, "\xde\xff\xff", "")), format.ErrPayload},
		{"a negative number of events", head + string(frame(2, 0, 0, "\x81\x05\xff", "")), format.ErrPayload},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := read([]byte(tt.tape), nil)
			require.ErrorIs(t, err, tt.want)
			typed(t, err)
			_, err = read([]byte(tt.tape), &format.ReaderOptions{Salvage: true})
			typed(t, err)
		})
	}
	// Many small nodes are charged for.
	events2 := []format.Event{{Data: &format.FullSnapshot{Node: wide(1 << 14)}}}
	tape := write(t, format.Header{}, nil, events2...)
	for _, l := range []format.Limits{{Memory: 1 << 20}, {Values: 1 << 12}, {Strings: 1}, {Depth: 1}} {
		_, err := read(tape, &format.ReaderOptions{Limits: l})
		require.ErrorIs(t, err, format.ErrLimit)
	}
	_, err := read(tape, nil)
	require.NoError(t, err)
	// A window is refused before anything is decoded.
	z, err := zstd.NewWriter(nil, zstd.WithWindowSize(1<<20), zstd.WithSingleSegment(false))
	require.NoError(t, err)
	zeros := z.EncodeAll(make([]byte, 2<<20), nil)
	tape = append(frame(1, 0, 5, "\x80", "\x82\x01\x01\x02\x01"), frame(2, 1, 2<<20, "\x80", string(zeros))...)
	_, err = read(tape, &format.ReaderOptions{Limits: format.Limits{Window: 1 << 18}})
	require.ErrorIs(t, err, format.ErrLimit)
	_, err = read(tape, nil)
	require.ErrorIs(t, err, format.ErrPayload)
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

// A few bytes never allocate more than the limits say.
func TestHostileMemory(t *testing.T) {
	const many = 1 << 17
	element := 1 << 3 // has children
	for _, tt := range []struct {
		name, payload string
		want          error
	}{
		{"events", events(nil, nil, repeat(many, 9), 9, list{nil}), format.ErrLimit},
		{"moves", events(nil, nil, repeat(many, 17), 17, list{nil}), format.ErrLimit},
		{"list elements", events(nil, nil, list{17}, 17, list{nil, list{list{1 << 17}, list{nil}}}), format.ErrLimit},
		{"integers", events(nil, nil, list{10}, 10, list{nil, nil, list{list{1 << 30}, nil}}), format.ErrLimit},
		{"negative lists", events(nil, nil, list{17, 17}, 17, list{nil, list{list{-5, -5}, list{nil}}}), format.ErrPayload},
		{"members", events(nil, nil, list{2}, 2, list{list{list{1 << 20}, nil, nil}}), format.ErrLimit},
		{"strings", events(list{list{1, 300, repeat(many, 0), ""}}, nil, list{}), format.ErrLimit},
		{"strings in pieces", events(list{list{1, 300, repeat(many, list{}), ""}}, nil, list{}), format.ErrLimit},
		{"pieces that are none", events(list{list{1, 300, list{list{raw("\xc0")}}, ""}}, nil, list{}), format.ErrPayload},
		{"byte strings", events(list{list{byteTable, 0, repeat(many, 0), ""}}, nil, list{}), format.ErrLimit},
		{"bytes again and again", events(list{
			list{byteTable, 0, list{1 << 16}, strings.Repeat("x", 1<<16)}, list{1, 300, list{repeat(many, -1)}, ""},
		}, nil, list{}), format.ErrLimit},
		{"text again and again", events(list{list{1, 300, list{append(list{1 << 19}, repeat(many, 0)...)}, strings.Repeat("x", 1<<19)}}, nil, list{}), nil},
		{"bytes that are not there", events(list{list{1, 300, list{list{-9}}, ""}}, nil, list{}), format.ErrGap},
		{"bytes of themselves", events(list{list{1, 300, list{list{-1}}, ""}, list{byteTable, 0, list{1}, "x"}}, nil, list{}), format.ErrGap},
		{"bytes over 32 bits", events(list{
			list{byteTable, 0, list{1}, "x"}, list{1, 300, list{list{-1 - 1<<32}}, ""},
		}, nil, list{}), format.ErrPayload},
		{"templates", events(list{template(many, element, nil)}, nil, list{}), format.ErrLimit},
		{"attributes of a template", events(list{template(1, 1<<4, map[int]any{3: list{1 << 20}})}, nil, list{}), format.ErrLimit},
		{"2^61 attributes", events(list{template(1, 1<<4, map[int]any{3: list{1 << 61}})}, nil, list{}), format.ErrLimit},
		{"2^62 attributes", events(list{template(1, 1<<4, map[int]any{3: list{1 << 62}})}, nil, list{}), format.ErrLimit},
		{"a template of the future", events(list{append(template(1, 7, nil), 1, 2, 3)}, nil, list{}), format.ErrPayload},
		{"attributes copied", events(list{template(1, 1<<4, map[int]any{3: list{1 << 9}})},
			list{repeat(1<<9, 4), nil, nil, nil}, repeat(1<<9, 3), 3, list{nil}), format.ErrLimit},
		{"members copied", events(list{template(1, 1<<15, map[int]any{16: list{1 << 10}, 17: repeat(1<<11, 0)})},
			list{repeat(1<<10, 4), nil, nil, nil}, repeat(1<<10, 3), 3, list{nil}), format.ErrLimit},
		{"children of children", events(list{template(1, element, nil)},
			list{repeat(1<<13, 4), nil, nil, childCounts(1<<13, 1000)}, list{3}, 3, list{nil}), format.ErrPayload},
		{"first near 2^30", events(list{list{1, 1 << 30, list{0}, ""}, list{1, 1<<30 + 1, list{0}, ""}}, nil, list{}), format.ErrPayload},
		{"sections that overlap", events(list{list{1, 300, list{0, 0}, ""}, list{1, 301, list{0}, ""}}, nil, list{}), format.ErrPayload},
		{"sections out of order", events(list{list{1, 300, list{0}, ""}, list{1, 299, list{0}, ""}}, nil, list{}), format.ErrPayload},
		{"a section twice", events(list{list{1, 300, list{0}, ""}, list{1, 300, list{0}, ""}}, nil, list{}), format.ErrPayload},
		{"bases near 2^63", mp(list{list{math.MaxInt64}, nil, nil, list{}, list{1, nil}, nil, nil, list{}}), format.ErrPayload},
		{"node ids over 32 bits", events(list{template(1, 0, nil)}, list{list{1}, nil, list{1 << 40}, nil}, list{3}, 3, list{nil}), format.ErrPayload},
		{"a track of 2^62", events(list{template(1, 0, nil)}, list{list{1}, list{1 << 62}, nil, nil}, list{3}, 3, list{nil}), format.ErrPayload},
		{"ids that overflow", events(list{template(1, 0, nil)}, list{list{1}, nil, list{math.MaxInt64}, nil}, list{3}, 3, list{nil}), format.ErrPayload},
		{"floats", events(nil, nil, repeat(1<<16, 19), 19, list{nil, nil, repeat(1<<16, raw("\xcb\x3f\xf0\x00\x00\x00\x00\x00\x01"))}), format.ErrLimit},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for codec, stored := range []string{tt.payload, zipped(tt.payload)} {
				tape := head + string(frame(2, byte(codec), len(tt.payload), "\x80", stored))
				within(t, small, 2, func() {
					_, err := read([]byte(tape), &format.ReaderOptions{Limits: small})
					if tt.want != nil {
						assert.ErrorIs(t, err, tt.want)
					}
					typed(t, err)
				})
			}
		})
	}
}

// childCounts says of every node down to a depth that all nodes that are left
// are its children.
func childCounts(nodes, depth int) list {
	counts := make(list, depth)
	for i := range counts {
		counts[i] = nodes - i - 1
	}
	return counts
}

// Bombs stop at the limits, and many bad frames share one buffer.
func TestHostileZstd(t *testing.T) {
	bomb := zipped(strings.Repeat("\xc0", 64<<20))
	stream := func(opts ...zstd.EOption) string { // of unknown length
		var b bytes.Buffer
		z, err := zstd.NewWriter(&b, opts...)
		require.NoError(t, err)
		_, _ = io.Copy(z, strings.NewReader(strings.Repeat("\xc0", 20<<20)))
		require.NoError(t, z.Close())
		return b.String()
	}
	for _, tt := range []struct {
		name, stored string
		decoded      int
		frames       int
		want         error
	}{
		{"longer than it says", bomb, 100, 1, format.ErrLimit},
		{"longer than any frame", bomb, 1 << 20, 1, format.ErrLimit},
		{"of unknown length", stream(), 1 << 20, 1, format.ErrLimit},
		{"a window of 16 MiB", stream(zstd.WithWindowSize(16<<20), zstd.WithSingleSegment(false)), 1 << 20, 1, format.ErrLimit},
		{"shorter than it says", zipped("\xc0"), 1 << 20, 1, format.ErrPayload},
		{"no zstd", "x", 1 << 20, 1, format.ErrPayload},
		{"many that are none", "x", 1 << 20, 500, format.ErrPayload},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tape := head + strings.Repeat(string(frame(2, 1, tt.decoded, "\x80", tt.stored)), tt.frames)
			within(t, small, 2, func() {
				_, err := read([]byte(tape), &format.ReaderOptions{Limits: small, Salvage: true})
				assert.ErrorIs(t, err, tt.want)
				typed(t, err)
			})
		})
	}
}

// No record in a record takes more than it is charged at.
func TestElementSize(t *testing.T) {
	for k := range 256 {
		if data := format.New(format.Kind(k)); data != nil {
			data.Fields(&sizer{t: t})
		}
	}
}

// A sizer is the Visitor that looks at how large records are.
type sizer struct {
	filler
	t testing.TB
}

func (s *sizer) size(r format.Record) {
	assert.LessOrEqual(s.t, int(reflect.TypeOf(r).Elem().Size()), format.ElementSize, "%T", r)
	r.Fields(s)
}
func (s *sizer) One(_ format.Spec, o format.One)   { s.size(o.New()) }
func (s *sizer) List(_ format.Spec, l format.List) { s.size(l.Add()) }
