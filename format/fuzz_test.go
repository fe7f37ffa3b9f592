package format_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// tiny are the limits that fuzzing reads with: a bound on memory that shows.
var tiny = format.Limits{Frame: 1 << 18, Memory: 2 << 20, Values: 1 << 16, Strings: 1 << 14, StringBytes: 1 << 20, Frames: 1 << 10}

// again requires events to be the same after a tape, live or sealed.
func again(t testing.TB, events []format.Event) {
	t.Helper()
	for _, live := range []bool{false, true} {
		var b bytes.Buffer
		var kept []format.Event
		w := format.NewWriter(&b, format.Header{}, &format.WriterOptions{Live: live, Flush: 64, Segment: 256})
		for _, e := range events {
			if err := w.Write(e); err != nil {
				require.ErrorIs(t, err, format.ErrLimit)
			} else if !e.Data.Kind().Synthetic() {
				kept = append(kept, e)
			}
		}
		require.NoError(t, w.Close())
		got, err := read(b.Bytes(), nil)
		require.NoError(t, err)
		require.True(t, format.Same(kept, got), "live %v", live)
	}
}

// seeds are tapes of every form, and by hand.
func seeds(f *testing.F) {
	for _, s := range subjects(f) {
		if s.from == 0 {
			f.Add(s.tape)
			f.Add(s.tape[:len(s.tape)/2])
		}
	}
	f.Add(seal(nil,
		made{kind: format.FrameHeap, payload: mp(list{tag(0, "a")}), counts: map[int]int64{int(format.RoleCustom): 1}},
		made{kind: format.FrameKey, payload: events(nil, list{list{0}, nil, nil}, list{8}, 8, list{nil})},
		made{kind: format.FrameEvents, payload: tagged(0), events: 1},
	))
}

// frames is how many frames can be in so many bytes.
func frames(tape []byte) int { return 1 + bytes.Count(tape, []byte("\x89rr\n")) }

// rechecked returns the tape with every checksum right, so that fuzzing gets
// behind them.
func rechecked(tape []byte) []byte {
	tape = bytes.Clone(tape)
	for at := 0; ; at++ {
		i := bytes.Index(tape[at:], []byte("\x89rr\n"))
		if at += i; i < 0 {
			return tape
		}
		format.Recheck(tape[at:])
	}
}

func FuzzDecoder(f *testing.F) {
	seeds(f)
	f.Add(write(f, format.Header{Start: start}, nil, sample()...))
	f.Fuzz(func(t *testing.T, tape []byte) {
		for _, tape := range [][]byte{tape, rechecked(tape)} {
			var all, some []format.Event
			within(t, tiny, 2*frames(tape), func() {
				var err, err2 error
				some, err = read(tape, &format.ReaderOptions{Limits: tiny})
				typed(t, err)
				all, err2 = salvaged(tape, tiny)
				typed(t, err2)
				require.Equal(t, err == nil, err2 == nil)
			})
			require.GreaterOrEqual(t, len(all), len(some))
			if len(some) > 0 {
				require.True(t, format.Same(some, all[:len(some)]))
			}
			if len(all) < 1000 {
				again(t, all)
			}
		}
	})
}

// salvaged returns what a Decoder salvages.
func salvaged(tape []byte, l format.Limits) ([]format.Event, error) {
	return read(tape, &format.ReaderOptions{Limits: l, Salvage: true})
}

// FuzzReader holds Replay, Summary and Seal to Events.
func FuzzReader(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, tape []byte) {
		for _, tape := range [][]byte{tape, rechecked(tape)} {
			for _, salvage := range []bool{false, true} {
				opts := &format.ReaderOptions{Limits: tiny, Salvage: salvage}
				within(t, tiny, 16*frames(tape), func() {
					r, err := format.NewReader(bytes.NewReader(tape), int64(len(tape)), opts)
					if typed(t, err); err != nil {
						return
					}
					typed(t, r.Damage())
					whole, err := collect(r.Events())
					typed(t, err)
					for _, from := range []int64{0, 5, 1 << 40} {
						got, err := collect(r.Replay(milliseconds(from), 1<<62))
						typed(t, err)
						require.GreaterOrEqual(t, r.ReplayStart(milliseconds(from)), 0)
						if !r.Indexed() {
							require.LessOrEqual(t, len(got), len(whole))
						}
					}
					_, err = r.Summary()
					typed(t, err)
				})
			}
		}
	})
}

// FuzzSeal holds what is sealed to what is read, and to what is sealed again.
func FuzzSeal(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, tape []byte) {
		tape = rechecked(tape)
		r, err := format.NewReader(bytes.NewReader(tape), int64(len(tape)), &format.ReaderOptions{Limits: tiny, Salvage: true})
		if err != nil || len(r.Frames) == 0 {
			return
		}
		events, damage := collect(r.Events())
		if len(events) > 1000 {
			return
		}
		var a, b bytes.Buffer
		if err := format.Seal(&a, nil, r); err != nil && a.Len() == 0 {
			return // a header that nobody may write
		}
		first, err := read(a.Bytes(), nil)
		require.NoError(t, err)
		require.NoError(t, format.Seal(&b, nil, open(t, a.Bytes(), nil)))
		second, err := read(b.Bytes(), nil)
		require.NoError(t, err)
		require.True(t, format.Same(first, second))
		if damage == nil { // else a part may stop the events of those behind it
			require.LessOrEqual(t, len(first), len(events))
		}
	})
}

// FuzzAppend appends to anything: what was whole before is whole after.
func FuzzAppend(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, tape []byte) {
		name := filepath.Join(t.TempDir(), "tape")
		require.NoError(t, os.WriteFile(name, tape, 0o600))
		before, _ := salvaged(tape, format.Limits{})
		w, file, err := format.Append(name, format.Header{Start: start}, nil)
		if err != nil {
			typed(t, err)
			now, err := os.ReadFile(name)
			require.NoError(t, err)
			require.True(t, bytes.Equal(tape, now))
			return
		}
		require.NoError(t, w.Write(format.Event{Data: &format.Scroll{ID: 9}}))
		require.NoError(t, w.Close())
		require.NoError(t, file.Close())
		now, err := os.ReadFile(name)
		require.NoError(t, err)
		after, _ := salvaged(now, format.Limits{})
		require.Len(t, after, len(before)+1)
		require.True(t, format.Same(before, after[:len(before)]))
	})
}

// FuzzPayload puts the bytes into a frame whose checksums are right, and holds
// decode and encode to each other.
func FuzzPayload(f *testing.F) {
	f.Add(format.Pack(sample()...))
	f.Add([]byte("\x98\x90\xc0\xc0\x91\x13\x92\x01\x91\x05\xc0\xc0\x92\x13\x94\xc0\x91\x07\x91\x02\x91\x03"))
	f.Add([]byte("\x98\x90\xc0\x93\x92\x01\x05\xc0\x91\x01\x91\x03\x92\x01\xc0\xc0\xc0\x92\x03\x91\xc0"))
	f.Fuzz(func(t *testing.T, payload []byte) {
		if len(payload) > tiny.Frame {
			return
		}
		var events []format.Event
		within(t, tiny, 1, func() {
			var err error
			events, err = read([]byte(head+plain(format.FrameEvents, string(payload))), &format.ReaderOptions{Limits: tiny})
			if err != nil {
				require.True(t, errors.Is(err, format.ErrPayload) || errors.Is(err, format.ErrLimit) || errors.Is(err, format.ErrGap), "%v", err)
			}
		})
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

func milliseconds(n int64) time.Duration { return time.Duration(n) * time.Millisecond }
