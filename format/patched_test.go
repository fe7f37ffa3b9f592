package format_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/snapshot"
)

// patched is a recording with a keyframe after every few events, and the frames
// of those that are whole, and have at least two patches of each other behind
// them.
func patched(t *testing.T, opts *format.WriterOptions) (events []format.Event, tape []byte, bases []int) {
	t.Helper()
	events = sessions.Open(t, "table").Events(t)
	opts.Keyframes = 150
	tape = write(t, format.Header{Start: start}, opts, events...)
	r := open(t, tape, &format.ReaderOptions{Key: opts.Key})
	since := []int{}
	for i := range r.Frames {
		switch f := &r.Frames[i]; {
		case f.Kind != format.FrameKey:
		case !f.Patch():
			since = []int{i}
		default:
			if since = append(since, i); len(since) == 3 {
				bases = append(bases, since[0])
			}
		}
	}
	require.GreaterOrEqual(t, len(bases), 2)
	return events, tape, bases
}

// pageAt returns the page of the first window after the events up to a time.
func pageAt(t *testing.T, r *format.Reader, at time.Duration) (p snapshot.Page, damage error) {
	t.Helper()
	for e, err := range r.Replay(at, 1<<62) {
		if damage = err; err == nil && e.Time <= at {
			_ = e.Data.Apply(&p)
		}
	}
	return p, damage
}

// From a keyframe that is a patch, the page is what it is from the first event.
func TestPatchedKeyframes(t *testing.T) {
	for _, key := range [][]byte{nil, bytes.Repeat([]byte("k"), format.KeySize)} {
		events, tape, _ := patched(t, &format.WriterOptions{Key: key})
		assert.Greater(t, keyedAlike(t, open(t, tape, &format.ReaderOptions{Key: key}), events), 10)
	}
}

// keyedAlike holds the pages from every keyframe of a tape to those from the
// first event. It returns how many keyframes are patches.
func keyedAlike(t *testing.T, r *format.Reader, events []format.Event) (patches int) {
	t.Helper()
	for i := range r.Frames {
		f := &r.Frames[i]
		if f.Kind != format.FrameKey {
			continue
		}
		if f.Patch() {
			patches++
		}
		require.LessOrEqual(t, f.Events, r.ReplayStart(f.Start)) // there can be more at the same time
		var want snapshot.Page
		for j := range events {
			if events[j].Time <= f.Start {
				_ = events[j].Data.Apply(&want)
			}
		}
		got, err := pageAt(t, r, f.Start)
		require.NoError(t, err)
		same(t, &want, &got, "keyframe %d", i)
	}
	for w := range r.Walk() {
		assert.Empty(t, w.Damage)
	}
	return patches
}

// A keyframe before a full snapshot is no base: what comes after it is a patch of
// the one before.
func TestPatchedAside(t *testing.T) {
	var page snapshot.Page
	var events []format.Event
	for i, e := range sessions.Open(t, "table").Events(t)[:60] {
		if i == 50 { // the page is as the keyframe before has it
			events = append(events, format.Event{Time: e.Time, Data: &format.FullSnapshot{Node: page.Snapshot()}})
		}
		events = append(events, e)
		_ = e.Data.Apply(&page)
	}
	tape := write(t, format.Header{Start: start}, &format.WriterOptions{Keyframes: 1}, events...)
	r := open(t, tape, nil)
	keyedAlike(t, r, events)
	aside, after := false, false
	for i, f := range format.Split(tape) {
		if f.Kind == format.FrameKey {
			after = after || aside && r.Frames[i].Patch()
			aside = bytes.Contains(f.Header, []byte("\x09\x08"))
		}
	}
	assert.True(t, after)
}

// A patch stays when the keyframe is lost that it is of, if it can be read.
func TestRedactLostBase(t *testing.T) {
	events, tape, bases := patched(t, &format.WriterOptions{})
	payloads, _, err := format.Payloads(tape, nil)
	require.NoError(t, err)
	frames := open(t, tape, nil).Frames
	next := bases[0] + 1
	for frames[next].Kind != format.FrameKey {
		next++
	}
	require.True(t, frames[next].Patch())
	lost := 0
	bad := reframe(tape, func(list []format.RawFrame) []format.RawFrame {
		for i := range list[:next] {
			if list[i].Kind == format.FrameKey {
				list[i].Codec, list[i].Decoded, list[i].Payload = 0, 1, []byte("\xc0")
				lost++
			}
		}
		patch := &list[next]
		head := len(patch.Bytes()) - len(patch.Payload)
		patch.Payload = format.PatchOf(nil, []byte(payloads[next][head:]))
		patch.Codec, patch.Decoded = 0, len(patch.Payload)
		return list
	})
	r, err := format.NewReader(bytes.NewReader(bad), int64(len(bad)), &format.ReaderOptions{Salvage: true})
	require.NoError(t, err)
	var b bytes.Buffer
	report, err := format.Redact(&b, r, &format.RedactOptions{Values: []string{"nowhere"}})
	require.ErrorIs(t, err, format.ErrPayload)
	assert.Equal(t, lost, report.Frames)
	out := open(t, b.Bytes(), nil)
	assert.Positive(t, keyedAlike(t, out, events))
	assert.Len(t, out.Segments(), 1)
}

// One that is damaged takes those with it that are patches of it: an earlier one
// takes their place.
func TestDamagedPatches(t *testing.T) {
	_, tape, bases := patched(t, &format.WriterOptions{})
	whole := open(t, tape, nil)
	f := whole.Frames[bases[1]]
	tape = bytes.Clone(tape)
	tape[f.Offset+f.Size-1] ^= 1
	r := open(t, tape, nil)
	hurt := 0
	for i := range r.Frames {
		f := &r.Frames[i]
		if f.Kind != format.FrameKey {
			continue
		}
		want, err := pageAt(t, whole, f.Start)
		require.NoError(t, err)
		got, err := pageAt(t, r, f.Start)
		same(t, &want, &got, "keyframe %d", i)
		if err != nil {
			hurt++
			assert.ErrorIs(t, err, format.ErrChecksum)
		}
	}
	assert.GreaterOrEqual(t, hurt, 3)
	told := 0
	for w := range r.Walk() {
		for range w.Damage {
			require.True(t, w.Offset == f.Offset || w.Kind == format.FrameKey && w.Patch())
			told++
		}
	}
	assert.Equal(t, hurt, told)
}

// A tape in which the flag of a patch, in the index or in the header, says
// something else is damaged, and read.
func TestWrongPatchFlags(t *testing.T) {
	events, tape, _ := patched(t, &format.WriterOptions{})
	for i, f := range format.Split(tape) {
		if f.Kind != format.FrameKey {
			continue
		}
		bad := reframe(tape, func(list []format.RawFrame) []format.RawFrame {
			if at := bytes.Index(list[i].Header, []byte("\x09\x04")); at >= 0 {
				list[i].Header = slices.Clone(list[i].Header)
				list[i].Header[at+1] = 8
			} else {
				list[i].Header = withHeaderKey(list[i].Header, "\x09\x04")
			}
			return list
		})
		r, err := format.NewReader(bytes.NewReader(bad), int64(len(bad)), nil)
		require.NoError(t, err)
		var want, got snapshot.Page
		for e, err := range r.Replay(events[len(events)-1].Time, 1<<62) {
			if err == nil {
				_ = e.Data.Apply(&got)
			}
		}
		for _, e := range events {
			_ = e.Data.Apply(&want)
		}
		same(t, &want, &got, "frame %d", i)
	}
}

// Patches stay when values are erased, and go with what they are of.
func TestRedactPatched(t *testing.T) {
	events, tape, bases := patched(t, &format.WriterOptions{})
	count := func(tape []byte) (n int) {
		r := open(t, tape, nil)
		for i := range r.Frames {
			if r.Frames[i].Patch() {
				n++
			}
		}
		for w := range r.Walk() {
			assert.Empty(t, w.Damage)
		}
		want, err := pageAt(t, r, 1<<61)
		require.NoError(t, err)
		var page snapshot.Page
		for e, err := range r.Events() {
			require.NoError(t, err)
			_ = e.Data.Apply(&page)
		}
		same(t, &page, &want, "")
		return n
	}
	out, _ := redact(t, tape, nil, format.RedactOptions{Roles: []format.Role{format.RoleText}})
	assert.Equal(t, count(tape), count(out))

	f := open(t, tape, nil).Frames[bases[0]]
	tape[f.Offset+f.Size-1] ^= 1
	r, err := format.NewReader(bytes.NewReader(tape), int64(len(tape)), &format.ReaderOptions{Salvage: true})
	require.NoError(t, err)
	var b bytes.Buffer
	_, err = format.Redact(&b, r, &format.RedactOptions{Values: []string{"nowhere"}})
	assert.ErrorIs(t, err, format.ErrChecksum)
	n := count(b.Bytes())
	assert.Positive(t, n)
	assert.Less(t, n, count(out))
	got, err := collect(open(t, b.Bytes(), nil).Events())
	require.NoError(t, err)
	assert.Len(t, got, len(events))
}
