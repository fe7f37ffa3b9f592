package replay_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

var many = format.WriterOptions{Keyframes: 500, Flush: 1 << 10}

var salvage = &format.ReaderOptions{Salvage: true}

// A tester is a testing.TB or a *rapid.T.
type tester interface {
	require.TestingT
	Helper()
}

var day = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// taped is written, with a segment that ends after a third of the events.
func taped(t testing.TB, h format.Header, opts *format.WriterOptions, events []format.Event) []byte {
	t.Helper()
	if opts == nil {
		return parted(t, h, opts, events)
	}
	return parted(t, h, opts, events, len(events)/3)
}

// parted returns the tape of the events, with a segment that ends after each of
// those that ends numbers.
func parted(t tester, h format.Header, opts *format.WriterOptions, events []format.Event, ends ...int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := format.NewWriter(&b, h, opts)
	for i, e := range events {
		require.NoError(t, w.Write(e))
		if slices.Contains(ends, i) {
			require.NoError(t, w.Flush())
		}
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

// opened returns the Reader of a tape.
func opened(t tester, tape []byte, opts *format.ReaderOptions) *format.Reader {
	t.Helper()
	r, err := format.NewReader(bytes.NewReader(tape), int64(len(tape)), opts)
	require.NoError(t, err)
	return r
}

// Every tape of every recording verifies, as its events do.
func TestVerifyTape(t *testing.T) {
	keyframes := 0
	for _, s := range sessions.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			events := s.Events(t)
			want, err := replay.Verify(replay.Events(events))
			require.NoError(t, err)
			for _, opts := range []*format.WriterOptions{nil, &many, {Segment: 32 << 10, Flush: 4 << 10}, {Live: true, Flush: 1 << 10}} {
				tape := taped(t, format.Header{Start: day}, opts, events)
				r := opened(t, tape, salvage)
				got, err := replay.VerifyTape(r)
				require.NoError(t, err)
				assert.Len(t, r.Frames, got.Frames)
				keyframes += got.Keyframes
				got.Frames, got.Keyframes = 0, 0
				require.Equal(t, want, got)
				// One part after the other, the second with keyframes of its own.
				later := taped(t, format.Header{Start: day.Add(time.Hour)}, opts, events)
				_, err = replay.VerifyTape(opened(t, append(tape, later...), salvage))
				require.NoError(t, err)
			}
		})
	}
	assert.Greater(t, keyframes, 10)
}

// Several windows, times between milliseconds, before the start and out of
// order are no damage.
func TestVerifyTapeOdd(t *testing.T) {
	list, form := sessions.Open(t, "list").Events(t), sessions.Open(t, "form").Events(t)
	var events []format.Event
	for i := range max(len(list), len(form)) {
		for w, from := range [][]format.Event{list, form} {
			if i >= len(from) {
				continue
			}
			e := from[i]
			e.Window = format.WindowID(7 * w)
			e.Time += time.Duration(i%5)*1234567 - 500*time.Millisecond
			events = append(events, e)
		}
	}
	want, err := replay.Verify(replay.Events(events))
	require.NoError(t, err)
	for _, opts := range []*format.WriterOptions{nil, &many, {Keyframes: 100, Flush: 256}, {Live: true, Flush: 1 << 10}} {
		got, err := replay.VerifyTape(opened(t, taped(t, format.Header{Start: day}, opts, events), salvage))
		require.NoError(t, err)
		if opts != nil && !opts.Live {
			assert.Greater(t, got.Keyframes, 10)
		}
		got.Frames, got.Keyframes = 0, 0
		require.Equal(t, want, got)
	}
}

// A lie is an event that a Writer takes for another than it is.
type lie struct {
	*format.Visibility
	do func(p *snapshot.Page)
}

func (l lie) Apply(p *snapshot.Page) error { l.do(p); return nil }

// lying returns a tape with a keyframe before event n that is not the page of
// the events before it, but what do makes of that.
func lying(t testing.TB, events []format.Event, n int, opts *format.WriterOptions, do func(p *snapshot.Page)) []byte {
	t.Helper()
	with := slices.Insert(slices.Clone(events), n, format.Event{Time: events[n].Time, Data: lie{&format.Visibility{}, do}})
	return parted(t, format.Header{}, opts, with, n) // a keyframe comes before what follows
}

// A keyframe that is not the page of the events before it is found, whatever of
// the page it is that differs.
func TestVerifyTapeKeyframe(t *testing.T) {
	events := sessions.Open(t, "list").Events(t)
	for _, tt := range []struct {
		name string
		do   func(p *snapshot.Page)
	}{
		{"nothing", func(*snapshot.Page) {}},
		{"view", func(p *snapshot.Page) { p.View.Width++ }},
		{"custom elements", func(p *snapshot.Page) { p.Defined = append(p.Defined, "x-y") }},
		{"fonts", func(p *snapshot.Page) { p.Fonts = append(p.Fonts, snapshot.Font{Family: "x"}) }},
		{"text", func(p *snapshot.Page) {
			for id := range p.All() {
				if p.Kind(id) == snapshot.KindText {
					_ = p.SetText(id, "another")
					return
				}
			}
		}},
		{"page", func(p *snapshot.Page) { *p = snapshot.Page{} }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := len(events) / 2
			require.NotEqual(t, format.KindFullSnapshot, events[n].Data.Kind())
			v, err := replay.VerifyTape(opened(t, lying(t, events, n, &many, tt.do), salvage))
			require.Greater(t, v.Keyframes, 1)
			if tt.name == "nothing" {
				require.NoError(t, err)
				return
			}
			corrupt, ok := errors.AsType[*format.CorruptError](err)
			require.True(t, ok, "%v", err)
			assert.Equal(t, "key", corrupt.Section)
			assert.ErrorIs(t, err, format.ErrMismatch)
		})
	}
	// Before a full snapshot, what it does not keep is not looked at; the rest is.
	last := 0
	for i, e := range events {
		if e.Data.Kind() == format.KindFullSnapshot {
			last = i
		}
	}
	require.NotZero(t, last)
	for _, tt := range []struct {
		name  string
		do    func(p *snapshot.Page)
		wrong bool
	}{
		{"pointer", func(p *snapshot.Page) { p.Pointer.X++; p.Pointer.Node = 77 }, true},
		{"nothing", func(*snapshot.Page) {}, false},
	} {
		v, err := replay.VerifyTape(opened(t, lying(t, events, last, nil, tt.do), salvage))
		require.NotZero(t, v.Keyframes)
		assert.Equal(t, tt.wrong, err != nil, "%s: %v", tt.name, err)
	}
}

// Damage is found, and what it can have made differ is not called drift.
func TestVerifyTapeDamage(t *testing.T) {
	for _, name := range []string{"list", "shadow"} {
		events := sessions.Open(t, name).Events(t)
		for _, opts := range []*format.WriterOptions{&many, {Live: true, Flush: 1 << 10, Keyframes: 500}} {
			tape := taped(t, format.Header{}, opts, events)
			whole, err := replay.VerifyTape(opened(t, tape, salvage))
			require.NoError(t, err)
			for i, f := range opened(t, tape, salvage).Frames {
				flipped := bytes.Clone(tape)
				flipped[f.Offset+f.Size-1] ^= 1
				gone := append(bytes.Clone(tape[:f.Offset]), tape[f.Offset+f.Size:]...)
				twice := append(bytes.Clone(tape[:f.Offset+f.Size]), tape[f.Offset:]...)
				for how, bad := range map[string][]byte{"flipped": flipped, "gone": gone, "twice": twice} {
					v, err := replay.VerifyTape(opened(t, bad, salvage))
					if how == "gone" && f.Kind == format.FrameFoot || how == "twice" && f.Kind == format.FrameHead {
						continue // a tape that is being written, a part that its writer left at once
					}
					require.Error(t, err, "frame %d (%v) %s", i, f.Kind, how)
					assert.Equal(t, err, v.Tape[0])
					if how != "twice" {
						assert.Equal(t, whole.Drift, v.Drift, "frame %d (%v) %s", i, f.Kind, how)
						assert.Len(t, v.Damage, len(whole.Damage), "frame %d (%v) %s", i, f.Kind, how)
						for _, err := range v.Tape {
							corrupt, ok := errors.AsType[*format.CorruptError](err)
							require.True(t, ok)
							if corrupt.Section == "key" {
								assert.NotErrorIs(t, err, format.ErrMismatch, "frame %d (%v) %s", i, f.Kind, how)
							}
						}
					}
				}
			}
		}
	}
}
