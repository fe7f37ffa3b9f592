package format_test

import (
	"bytes"
	"io"
	"math"
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
	return parted(t, h, opts, events)
}

// parted returns the tape of the events, with a segment that ends after each of
// those that ends numbers.
func parted(t testing.TB, h format.Header, opts *format.WriterOptions, events []format.Event, ends ...int) []byte {
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

// read returns the events of a tape, and the error at the end.
func read(tape []byte, opts *format.ReaderOptions) (events []format.Event, err error) {
	return collect(format.NewDecoder(bytes.NewReader(tape), opts).Events())
}

// open returns the Reader of a tape.
func open(t testing.TB, tape []byte, opts *format.ReaderOptions) *format.Reader {
	t.Helper()
	r, err := format.NewReader(bytes.NewReader(tape), int64(len(tape)), opts)
	require.NoError(t, err)
	return r
}

// collect returns the events of a sequence, and the error at its end.
func collect(seq func(func(format.Event, error) bool)) (events []format.Event, err error) {
	for e, err := range seq {
		if err != nil {
			return events, err
		}
		events = append(events, e)
	}
	return events, nil
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
	r := open(t, write(t, h, nil), nil)
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

// What a newer writer wrote survives a copy, byte for byte.
func TestUnknownKind(t *testing.T) {
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

// Times at the ends of what a Duration holds come back as they were.
func TestExtremeTimes(t *testing.T) {
	const least, most = math.MinInt64, math.MaxInt64
	var events []format.Event
	for _, at := range []time.Duration{0, least, most, least + 1, 1 << 62, -(1 << 62) + 1, least, 0, most, -1, 1} {
		events = append(events, format.Event{Time: at, Data: &format.Scroll{ID: 1}})
	}
	for _, live := range []bool{false, true} {
		for n := range events {
			got, err := read(write(t, format.Header{Start: start}, &format.WriterOptions{Live: live}, events[n:]...), nil)
			require.NoError(t, err)
			require.Equal(t, events[n:], got)
		}
	}
	tape := write(t, format.Header{Start: start}, nil, events...)
	var b bytes.Buffer
	require.NoError(t, format.Seal(&b, nil, open(t, tape, nil)))
	assert.Less(t, open(t, b.Bytes(), nil).Frames[1].Start, time.Duration(0))
}
