package format_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/snapshot"
)

// inSegments writes events with a segment after every so many.
func inSegments(t testing.TB, opts *format.WriterOptions, every int, events []format.Event) []byte {
	t.Helper()
	var ends []int
	for i := every - 1; i < len(events); i += every {
		ends = append(ends, i)
	}
	return parted(t, header(), opts, events, ends...)
}

// A reaper collects the strings of records.
type reaper struct {
	strings map[string]bool
}

func (r *reaper) record(x format.Record)           { x.Fields(r) }
func (r *reaper) String(_ format.Spec, v *string)  { r.strings[*v] = true }
func (r *reaper) Raw(_ format.Spec, v *string)     { r.strings[*v] = true }
func (r *reaper) Bool(format.Spec, *bool)          {}
func (r *reaper) Int(format.Spec, *int64)          {}
func (r *reaper) Number(format.Spec, *float64)     {}
func (r *reaper) ID(format.Spec, *snapshot.NodeID) {}
func (r *reaper) Ints(format.Spec, *[]int64)       {}
func (r *reaper) OptBool(format.Spec, **bool)      {}
func (r *reaper) OptNumber(format.Spec, **float64) {}
func (r *reaper) OptString(_ format.Spec, v **string) {
	if *v != nil {
		r.strings[**v] = true
	}
}

func (r *reaper) One(_ format.Spec, o format.One) {
	if x := o.Get(); x != nil {
		r.record(x)
	}
}

func (r *reaper) List(_ format.Spec, l format.List) {
	for i := range l.Len() {
		r.record(l.At(i))
	}
}

func (r *reaper) Attrs(_ format.Spec, v *[]snapshot.Attr) {
	for _, a := range *v {
		r.strings[a.Name], r.strings[a.Value] = true, true
	}
}

func (r *reaper) Node(s format.Spec, v **snapshot.Node) {
	if *v == nil {
		return
	}
	for n := range (*v).All() {
		r.strings[n.Name], r.strings[n.Text] = true, true
		attrs := n.RecordedAttrs()
		r.Attrs(s, &attrs)
	}
}

// The segments of a tape are all of its events, and each has the strings of its
// events and of its keyframe.
func TestSegments(t *testing.T) {
	for _, s := range sessions.All(t) {
		events := s.Events(t)
		for _, opts := range []*format.WriterOptions{nil, {Keyframes: 500, Flush: 512, Key: bytes.Repeat([]byte("k"), format.KeySize)}} {
			tape := inSegments(t, opts, len(events)/4, events)
			ropts := &format.ReaderOptions{}
			if opts != nil {
				ropts.Key = opts.Key
			}
			r := open(t, tape, ropts)
			list := r.Segments()
			require.GreaterOrEqual(t, len(list), 4, s.Name)
			var got []format.Event
			for i := range list {
				require.Equal(t, len(got), list[i].Events)
				part, err := collect(list[i].Replay())
				require.NoError(t, err)
				keys, err := list[i].Keyframes()
				require.NoError(t, err)
				require.Equal(t, i > 0, len(keys) > 0)
				have := make(map[string]bool)
				require.NoError(t, list[i].Strings(func(_ format.Role, text string) bool { have[text] = true; return true }))
				in := reaper{strings: make(map[string]bool)}
				for _, e := range append(keys, part...) {
					in.record(e.Data)
				}
				for text := range in.strings {
					require.True(t, have[text], "%s: %q", s.Name, text)
				}
				got = append(got, part...)
			}
			require.True(t, format.Same(events, got), s.Name)
		}
	}
}

func TestSegmentsOfOthers(t *testing.T) {
	events := sessions.Open(t, "form").Events(t)
	live := write(t, header(), &format.WriterOptions{Live: true}, events...)
	assert.Empty(t, open(t, live, nil).Segments(), "it is not sealed")
	sealed := write(t, header(), nil, events...)
	assert.Empty(t, open(t, sealed[:len(sealed)-1], nil).Segments(), "it lost its end")
	assert.Empty(t, open(t, append(bytes.Clone(sealed), sealed...), nil).Segments(), "it has two parts")
	n := 0
	list := open(t, sealed, nil).Segments()
	require.Len(t, list, 1)
	require.NoError(t, list[0].Strings(func(format.Role, string) bool { n++; return n < 5 }))
	assert.Equal(t, 5, n)
	for range list[0].Replay() {
		break // is safe
	}
}

// A damaged frame is an error of its segment.
func TestSegmentDamage(t *testing.T) {
	events := sessions.Open(t, "form").Events(t)
	tape := inSegments(t, nil, 60, events)
	whole := open(t, tape, nil)
	broken := map[format.FrameKind]int{}
	for i := range whole.Frames {
		f := &whole.Frames[i]
		damaged := bytes.Clone(tape)
		damaged[f.Offset+f.Size-1] ^= 1
		r, err := format.NewReader(bytes.NewReader(damaged), int64(len(damaged)), nil)
		if err != nil {
			continue
		}
		for _, s := range r.Segments() {
			if s.Strings(func(format.Role, string) bool { return true }) != nil {
				broken[f.Kind]++
			}
			if _, err := s.Keyframes(); err != nil && f.Kind == format.FrameKey {
				broken[f.Kind]++
				assert.ErrorAs(t, err, new(*format.CorruptError))
			}
			if _, err := collect(s.Replay()); err != nil && f.Kind == format.FrameEvents {
				broken[f.Kind]++
				assert.ErrorAs(t, err, new(*format.CorruptError))
			}
		}
	}
	for _, kind := range []format.FrameKind{format.FrameHeap, format.FrameKey, format.FrameEvents} {
		assert.Positive(t, broken[kind], "%v", kind)
	}
}
