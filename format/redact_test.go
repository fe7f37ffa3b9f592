package format_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/snapshot"
)

// A value planted in every role and kind of event is gone from every view, and
// everything else is as it was.
func TestRedactValues(t *testing.T) {
	for name, tt := range tapes(t) {
		t.Run(name, func(t *testing.T) {
			out, report := redact(t, tt.tape, tt.key, format.RedactOptions{Values: []string{planted}})
			clean(t, out, tt.key)
			want := garden(false, noRole)
			if name == "long" {
				want = append(want, many(false)...)
			}
			got := all(t, out, tt.key)
			if name == "concatenated" { // the third part is the batch of the first
				want = slices.Concat(want, want)
			}
			require.Len(t, got, len(want))
			for i := range want {
				require.True(t, format.Same(want[i:i+1], got[i:i+1]), "event %d: %#v\n%#v", i, want[i].Data, got[i].Data)
			}
			was, is := open(t, tt.tape, &format.ReaderOptions{Key: tt.key}), open(t, out, &format.ReaderOptions{Key: tt.key})
			if strings.HasPrefix(name, "sealed segments") {
				require.Contains(t, kindsOf(t, out, tt.key), format.FrameKey)
			}
			require.Equal(t, planting(false), is.Header)
			require.Equal(t, was.Closed, is.Closed)
			require.Equal(t, was.Indexed(), is.Indexed())
			sameShape(t, was, is)
			require.NotZero(t, report.Labels)
			for role := range format.RoleClass + 1 {
				require.NotZero(t, report.Roles[role].Strings, role.String())
			}
			// Once more changes nothing.
			again, report := redact(t, out, tt.key, format.RedactOptions{Values: []string{planted}})
			require.Empty(t, report)
			require.True(t, format.Same(got, all(t, again, tt.key)))
			require.Equal(t, len(out), len(again))
		})
	}
}

// sameShape requires the same frames, but for REDACT, and the same summary, but
// for strings.
func sameShape(t *testing.T, was, is *format.Reader) {
	t.Helper()
	type shape struct {
		kind            format.FrameKind
		start, end      time.Duration
		events, windows int
		snapshot        bool
	}
	shapes := func(r *format.Reader) (list []shape) {
		for _, f := range r.Frames {
			if f.Kind != format.FrameRedact {
				list = append(list, shape{f.Kind, f.Start, f.End, f.Events, len(f.Windows), f.Snapshot})
			}
		}
		return list
	}
	if w, i := shapes(was), shapes(is); len(w) == len(i) && len(was.Frames[1].Windows) != len(is.Frames[1].Windows) {
		for j := range w { // one has a list in its index
			w[j].windows, i[j].windows = 0, 0
		}
		require.Equal(t, w, i)
	} else {
		require.Equal(t, w, i)
	}
	a, err := was.Summary()
	require.NoError(t, err)
	b, err := is.Summary()
	require.NoError(t, err)
	require.Equal(t, a.Counts, b.Counts)
	require.Equal(t, a.Activity, b.Activity)
	require.Equal(t, a.Windows, b.Windows)
	require.Len(t, b.Pages, len(a.Pages))
	require.Len(t, b.Tags, len(a.Tags))
}

// Of a sealed tape the frames of events and keyframes stay as they are, byte for
// byte.
func TestRedactCopies(t *testing.T) {
	tape := write(t, planting(true), &format.WriterOptions{Flush: 2000, Segment: 60 << 10}, slices.Concat(garden(true, noRole), many(true))...)
	out, _ := redact(t, tape, nil, format.RedactOptions{Values: []string{planted}})
	for _, kind := range []format.FrameKind{format.FrameEvents, format.FrameKey} {
		require.NotEmpty(t, format.Stored(tape, kind))
		require.Equal(t, format.Stored(tape, kind), format.Stored(out, kind), kind.String())
	}
	require.Equal(t, 1, strings.Count(fmt.Sprint(kindsOf(t, out, nil)), "REDACT INDEX"))
}

func kindsOf(t *testing.T, tape, key []byte) []format.FrameKind {
	t.Helper()
	_, kinds, err := format.Payloads(tape, key)
	require.NoError(t, err)
	return kinds
}

// All strings of a role are the mask, whatever they say, and no other is.
func TestRedactRoles(t *testing.T) {
	for role := range format.RoleClass + 1 {
		if role == format.RolePlain || role == format.RoleTagName || role == format.RoleAttrName || role == format.RoleProperty {
			continue // what the planter has of these is not all alike
		}
		t.Run(role.String(), func(t *testing.T) {
			for name, tt := range tapes(t) {
				if name == "long" || name == "concatenated" {
					continue
				}
				out, report := redact(t, tt.tape, tt.key, format.RedactOptions{Roles: []format.Role{role}, Values: []string{planted}})
				want, got := garden(false, role), all(t, out, tt.key)
				require.Len(t, got, len(want))
				for i := range want {
					require.True(t, format.Same(want[i:i+1], got[i:i+1]), "%s, event %d: %#v\n%#v", name, i, want[i].Data, got[i].Data)
				}
				require.NotZero(t, report.Roles[role])
				clean(t, out, tt.key)
				// By role alone the others stay.
				out, report = redact(t, tt.tape, tt.key, format.RedactOptions{Roles: []format.Role{role}})
				require.Len(t, report.Roles, 1)
				again, report := redact(t, out, tt.key, format.RedactOptions{Roles: []format.Role{role}})
				require.Empty(t, report, name)
				require.True(t, format.Same(all(t, out, tt.key), all(t, again, tt.key)))
			}
		})
	}
}

// Recordings stay what they are in all but the role that is masked.
func TestRedactSessions(t *testing.T) {
	static, err := os.ReadFile("static-v1.txt")
	require.NoError(t, err)
	for _, s := range sessions.All(t) {
		events := s.Events(t)
		for _, live := range []bool{false, true} {
			tape := write(t, format.Header{Start: start}, &format.WriterOptions{Live: live, Segment: 64 << 10}, events...)
			out, _ := redact(t, tape, nil, format.RedactOptions{})
			require.True(t, format.Same(all(t, tape, nil), all(t, out, nil)), s.Name)
			require.Equal(t, len(tape), len(out), s.Name)
			out, _ = redact(t, tape, nil, format.RedactOptions{Roles: []format.Role{format.RoleInput, format.RoleURL}})
			got := all(t, out, nil)
			for i := range events {
				if e, ok := got[i].Data.(*format.Input); ok && !strings.Contains(string(static), strconv.Quote(e.Text)) {
					require.Contains(t, []string{"", "***"}, e.Text, s.Name)
				}
			}
			r := open(t, out, nil)
			for i := range 5 {
				for _, err := range r.Replay(time.Duration(i)*time.Second, time.Hour) {
					require.NoError(t, err)
				}
			}
		}
	}
}

func TestRedactUnknownKinds(t *testing.T) {
	h := format.Header{Start: start}
	events := []format.Event{
		{Data: format.RawOf(200, "\x92\x01\xa4Neil")}, {Data: format.RawOf(200, "\x92\x01\xa4none")},
		{Data: format.RawOf(201, "\x93\x01\x02\x81\x01\xc4\x06xNeilx")}, {Data: format.RawOf(202, "\x05")},
	}
	for _, live := range []bool{false, true} {
		tape := write(t, h, &format.WriterOptions{Live: live}, events...)
		out, report := redact(t, tape, nil, format.RedactOptions{Values: []string{trace}})
		assert.Equal(t, 2, report.Rows)
		clean(t, out, nil)
		var rows []string
		for _, e := range all(t, out, nil) {
			rows = append(rows, e.Data.(*format.Unknown).Raw)
		}
		assert.Equal(t, []string{"\xc0", "\x92\x01\xa4none", "\xc0", "\x05"}, rows)
		_, report = redact(t, tape, nil, format.RedactOptions{Roles: []format.Role{format.RoleInput}})
		assert.Equal(t, 3, report.Rows, "their roles are not known")
	}
}

// Frames of kinds that this version does not know may hold anything.
func TestRedactUnknownFrames(t *testing.T) {
	tape := write(t, format.Header{Start: start}, &format.WriterOptions{Live: true}, garden(true, noRole)...)
	tape = tape[:len(tape)-int(tail(t, tape))]
	known, _ := redact(t, tape, nil, format.RedactOptions{Values: []string{planted}})
	out, report := redact(t, append(bytes.Clone(tape), plain(format.FrameMeta, trace)...), nil, format.RedactOptions{Values: []string{planted}})
	assert.Equal(t, 1, report.Frames)
	clean(t, out, nil)
	assert.True(t, format.Same(all(t, known, nil), all(t, out, nil)))
	critical := append(bytes.Clone(tape), plain(format.FrameBlob, trace)...)
	var b bytes.Buffer
	_, err := format.Redact(&b, open(t, critical, nil), &format.RedactOptions{Values: []string{planted}})
	require.ErrorIs(t, err, format.ErrVersion)
	require.Zero(t, b.Len())
}

// The name of an attribute says which role its value has, and goes on to.
func TestRedactAttributes(t *testing.T) {
	node := func(attrs ...snapshot.Attr) format.Event {
		return format.Event{Data: &format.FullSnapshot{Node: &snapshot.Node{ID: 1, Kind: snapshot.KindDocument, Children: []*snapshot.Node{
			{ID: 2, Kind: snapshot.KindElement, Name: "input", Attrs: attrs},
		}}}}
	}
	tape := write(t, format.Header{Start: start}, nil, node(
		snapshot.Attr{Name: "value", Value: "secret1"}, snapshot.Attr{Name: "data-secret", Value: "abc"},
		snapshot.Attr{Name: "xhref", Value: "https://x.test"}, snapshot.Attr{Name: "n", Type: snapshot.AttrNumber, Value: "12345"},
		snapshot.Attr{Name: "background", Value: "b.png"},
	))
	attrs := func(o format.RedactOptions) (list []string) {
		out, _ := redact(t, tape, nil, o)
		for _, a := range all(t, out, nil)[0].Data.(*format.FullSnapshot).Node.Children[0].Attrs {
			list = append(list, a.Name+"="+a.Value)
		}
		return list
	}
	assert.Equal(t, []string{"value=***1", "data-***=abc", "xhref=https://x.test", `n="***"`, "background=b.png"},
		attrs(format.RedactOptions{Values: []string{"secret", "234", "back"}}))
	assert.Equal(t, []string{"value=secret1", "***=abc", "***=https://x.test", "***=12345", "background=b.png"},
		attrs(format.RedactOptions{Roles: []format.Role{format.RoleAttrName}}))
	assert.Equal(t, []string{"value=***", "data-secret=abc", "xhref=https://x.test", "n=12345", "background=***"},
		attrs(format.RedactOptions{Roles: []format.Role{format.RoleInput, format.RoleURL}}))
	assert.Equal(t, []string{"value=secret1", "data-secret=abc", "href_=https://x.test", "n=12345", "background=b.png"},
		attrs(format.RedactOptions{Replace: func(r format.Role, s string) string { return strings.TrimPrefix(s, "x") }}))
}

func TestRedactKeys(t *testing.T) {
	a, b := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	events := garden(true, noRole)
	tape := write(t, planting(true), &format.WriterOptions{Key: a}, events...)
	var out bytes.Buffer
	_, err := format.Redact(&out, open(t, tape, &format.ReaderOptions{Key: a}), &format.RedactOptions{Values: []string{planted}, Key: b})
	require.NoError(t, err)
	clean(t, out.Bytes(), b)
	_, err = format.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()), &format.ReaderOptions{Key: a})
	require.ErrorIs(t, err, format.ErrKey)
	plain := write(t, planting(true), nil, events...)
	encrypted, _ := redact(t, plain, nil, format.RedactOptions{Key: b})
	require.True(t, format.Same(all(t, plain, nil), all(t, encrypted, b)))
}

func TestRedactOptions(t *testing.T) {
	tape := write(t, format.Header{Start: start}, nil, format.Event{Data: &format.Custom{Tag: "Mail ANNA@x.test", Payload: `{"k":1234567,"s":"anna@X.test"}`}})
	for _, tt := range []struct {
		opts         format.RedactOptions
		tag, payload string
	}{
		{format.RedactOptions{}, "Mail ANNA@x.test", `{"k":1234567,"s":"anna@X.test"}`},
		{format.RedactOptions{Values: []string{"anna@x.test"}, IgnoreCase: true}, "Mail ***", `{"k":1234567,"s":"***"}`},
		{format.RedactOptions{Values: []string{"234"}, Mask: `"?"`}, "Mail ANNA@x.test", `{"k":"\"?\"","s":"anna@X.test"}`},
		{format.RedactOptions{Roles: []format.Role{format.RoleCustom}, Mask: "gone"}, "gone", `{}`},
		{format.RedactOptions{Replace: func(_ format.Role, s string) string { return strings.ReplaceAll(s, "{", "") }}, "Mail ANNA@x.test", `"\"k\":1234567,\"s\":\"anna@X.test\"}"`},
	} {
		out, _ := redact(t, tape, nil, tt.opts)
		e := all(t, out, nil)[0].Data.(*format.Custom)
		assert.Equal(t, tt.tag, e.Tag)
		assert.Equal(t, tt.payload, e.Payload)
	}
	for _, o := range []format.RedactOptions{
		{Values: []string{""}}, {Values: []string{"*"}}, {Roles: []format.Role{99}}, {Key: []byte("secret")},
	} {
		var b bytes.Buffer
		_, err := format.Redact(&b, open(t, tape, nil), &o)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "secret")
		require.Zero(t, b.Len())
	}
}

// A value that the end of a summary's address cuts in two is gone too.
func TestRedactTruncated(t *testing.T) {
	for cut := range len(planted) {
		url := "https://x.test/" + strings.Repeat("a", 2048-15-cut) + planted
		tape := write(t, format.Header{Start: start}, nil, format.Event{Data: &format.Meta{URL: url}})
		out, _ := redact(t, tape, nil, format.RedactOptions{Values: []string{planted}})
		s, err := open(t, out, nil).Summary()
		require.NoError(t, err)
		assert.NotContains(t, s.Pages[0].URL, "Å", "cut after %d", cut)
	}
}

// A damaged tape is refused before anything is written; with Salvage what is
// left is a whole tape.
func TestRedactDamaged(t *testing.T) {
	for name, tt := range tapes(t) {
		if !slices.Contains([]string{"sealed segments", "live segments", "concatenated"}, name) {
			continue
		}
		step := max(1, len(tt.tape)/40)
		for at := 0; at < len(tt.tape); at += step {
			bad := bytes.Clone(tt.tape)
			bad[at] ^= 0x41
			for _, bad := range [][]byte{bad, tt.tape[:at]} {
				r, err := format.NewReader(bytes.NewReader(bad), int64(len(bad)), &format.ReaderOptions{Salvage: true})
				if err != nil {
					continue
				}
				var b bytes.Buffer
				_, err = format.Redact(&b, r, &format.RedactOptions{Values: []string{planted}})
				if b.Len() == 0 {
					require.Error(t, err, "%s %d", name, at)
					continue
				}
				if err != nil {
					require.ErrorAs(t, err, new(*format.CorruptError))
				}
				clean(t, b.Bytes(), nil)
				if s, err := format.NewReader(bytes.NewReader(bad), int64(len(bad)), nil); err == nil {
					var strict bytes.Buffer
					if _, err = format.Redact(&strict, s, &format.RedactOptions{Values: []string{planted}}); err != nil {
						require.Zero(t, strict.Len())
					}
				}
			}
		}
	}
}
