package mask_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/mask/masktest"
	"github.com/pagetape/pagetape/replay"
)

func compiled(t testing.TB, c mask.Config) *mask.Policy {
	t.Helper()
	p, err := mask.Compile(c)
	require.NoError(t, err)
	return p
}

// stored writes events as a tape, with those options.
func stored(t testing.TB, opts format.WriterOptions, events []format.Event) []byte {
	t.Helper()
	var b bytes.Buffer
	w := format.NewWriter(&b, format.Header{Session: "s-1", Recorder: format.Software{Name: "rrweb", Version: "2.0.0"}, Masking: "before", MaskingHash: strings.Repeat("01", 32)}, &opts)
	for i, e := range events {
		require.NoError(t, w.Write(e))
		if i == len(events)/2 && opts.Live {
			require.NoError(t, w.Flush())
		}
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

func opened(t testing.TB, b []byte, key []byte) *format.Reader {
	t.Helper()
	r, err := format.NewReader(bytes.NewReader(b), int64(len(b)), &format.ReaderOptions{Key: key})
	require.NoError(t, err)
	return r
}

// rewritten masks a tape once more.
func rewritten(t testing.TB, tape *format.Reader, p *mask.Policy, opts *mask.FilterOptions, wopts *format.WriterOptions) ([]byte, mask.Report) {
	t.Helper()
	var b bytes.Buffer
	r, err := mask.Rewrite(&b, tape, p, opts, wopts)
	require.NoError(t, err)
	return b.Bytes(), r
}

func check(t testing.TB, tape *format.Reader, p *mask.Policy, opts *mask.FilterOptions) int {
	t.Helper()
	n, err := mask.Check(tape, p, opts)
	require.NoError(t, err)
	return n
}

// What a policy made, it leaves as it is; what no policy made, it does not.
func TestRewrite(t *testing.T) {
	for _, s := range sessions.All(t) {
		for _, c := range []mask.Config{mask.Default(), mask.Strict(), mask.PostHog()} {
			t.Run(s.Name+"/"+c.Name, func(t *testing.T) {
				p := compiled(t, c)
				in := opened(t, stored(t, format.WriterOptions{Level: format.LevelFast}, s.Events(t)), nil)
				assert.Positive(t, check(t, in, p, nil))
				b, report := rewritten(t, in, p, nil, nil)
				out := opened(t, b, nil)
				assert.Zero(t, check(t, out, p, nil))
				assert.Equal(t, p.Name(), out.Header.Masking)
				assert.Equal(t, p.Hash(), out.Header.MaskingHash)
				assert.Equal(t, "s-1", out.Header.Session)
				assert.Equal(t, "rrweb", out.Header.Recorder.Name)
				assert.Equal(t, len(s.Events(t)), report.Events)
				v, err := replay.VerifyTape(out)
				require.NoError(t, err)
				was, err := replay.VerifyTape(in)
				require.NoError(t, err)
				assert.LessOrEqual(t, len(v.Damage), len(was.Damage))
			})
		}
	}
}

// Each policy on top of each other shows nothing that either masks.
func TestRewriteAgain(t *testing.T) {
	s := sessions.Open(t, "form")
	length := mask.Default()
	length.Name, length.Shape = "length", mask.ShapeLength
	configs := []mask.Config{mask.Default(), mask.Strict(), mask.PostHog(), mask.Sentry(), length}
	in := opened(t, stored(t, format.WriterOptions{Level: format.LevelFast}, s.Events(t)), nil)
	alone := map[string]string{}
	tapes := map[string][]byte{}
	for _, c := range configs {
		b, _ := rewritten(t, in, compiled(t, c), nil, nil)
		tapes[c.Name] = b
		alone[c.Name] = collect(all(t, opened(t, b, nil)))
	}
	words := func(shown string) map[string]bool {
		have := map[string]bool{}
		for w := range strings.FieldsSeq(shown) {
			have[w] = true
		}
		return have
	}
	for _, first := range configs {
		for _, then := range configs {
			t.Run(first.Name+"/"+then.Name, func(t *testing.T) {
				p := compiled(t, then)
				b, _ := rewritten(t, opened(t, tapes[first.Name], nil), p, nil, nil)
				out := opened(t, b, nil)
				assert.Zero(t, check(t, out, p, nil))
				assert.Equal(t, p.Hash(), out.Header.MaskingHash)
				before := words(alone[first.Name])
				for w := range words(collect(all(t, out))) {
					if !before[w] && strings.ContainsFunc(plainText(w), func(r rune) bool { return r != 'x' }) {
						// A new word must be one that the policy wrote: it is one of the
						// old, or of the policy's own.
						assert.True(t, strings.ContainsAny(w, "*x_") || words(alone[then.Name])[w], "%q was not shown", w)
					}
				}
			})
		}
	}
	// Stricter on top: as strict as on its own.
	b, _ := rewritten(t, opened(t, tapes["default"], nil), compiled(t, mask.Strict()), nil, nil)
	assert.NotContains(t, collect(all(t, opened(t, b, nil))), "Kasse")
	assert.Contains(t, alone["default"], "Kasse")
}

// Values that become known after the tape was made are stripped from it.
func TestRewriteValues(t *testing.T) {
	p := compiled(t, mask.Default())
	b, _ := rewritten(t, opened(t, stored(t, format.WriterOptions{}, seconds(welcome(), setText(8, "nothing"))), nil), p, nil, nil)
	require.Contains(t, collect(all(t, opened(t, b, nil))), who)
	opts := &mask.FilterOptions{Values: []string{who}}
	assert.Zero(t, check(t, opened(t, b, nil), p, nil))
	assert.Equal(t, 1, check(t, opened(t, b, nil), p, opts))
	b, _ = rewritten(t, opened(t, b, nil), p, opts, nil)
	assert.Zero(t, check(t, opened(t, b, nil), p, opts))
	leaks, err := masktest.Find(opened(t, b, nil).Events(), who)
	require.NoError(t, err)
	assert.Empty(t, leaks)
}

// Check counts the events that are not as they would be, once each: changed, left
// out, and patched.
func TestCheckCounts(t *testing.T) {
	p := compiled(t, mask.Default())
	page := func() *format.FullSnapshot {
		return full(el(4, "input", attrs("name", "fullname", "value", "***")), el(5, "p", nil, text(6, "Hello")), el(7, "p", nil, text(8, "x")))
	}
	scroll := func(x float64) format.Data { return &format.Scroll{ID: 3, X: x} }
	for name, c := range map[string]struct {
		data []format.Data
		want int
	}{
		"none":            {cat(page(), scroll(1), scroll(2), setText(6, "Hello you")), 0},
		"one changed":     {cat(page(), scroll(1), typeIn(4, who), scroll(2), setText(6, "Hello you")), 1},
		"all":             {cat(welcome(), typeIn(4, who), setText(6, who)), 3},
		"one left out":    {cat(page(), scroll(1), format.NewUnknown(`{"type":77}`), scroll(2), setText(6, "Hello you")), 1},
		"the last":        {cat(page(), scroll(1), format.NewUnknown(`{"type":77}`)), 1},
		"the first":       {cat(format.NewUnknown(`{"type":77}`), page(), scroll(1)), 1},
		"two of the same": {cat(page(), scroll(1), scroll(1), format.NewUnknown(`{"type":77}`), scroll(1), scroll(1)), 1},
		// A value that is split over nodes of which one was shown before the other.
		"patched": {cat(page(), add(5, 0, el(20, "b", nil, text(21, " Marguerite "))), scroll(1), add(5, 0, el(22, "b", nil, text(23, "Oakhurst"))),
			scroll(2), scroll(3), typeIn(4, who), scroll(4)), 3},
	} {
		t.Run(name, func(t *testing.T) {
			tape := tapeOf(t, seconds(c.data...))
			assert.Equal(t, c.want, check(t, tape, p, nil))
			b, _ := rewritten(t, tape, p, nil, nil)
			assert.Zero(t, check(t, opened(t, b, nil), p, nil))
		})
	}
}

// Tapes of every kind are read, and a sealed one is written.
func TestRewriteKinds(t *testing.T) {
	p := compiled(t, mask.Default())
	events := func() []format.Event { return seconds(cat(welcome(), enter(4, who, true), setText(8, who))...) }
	key := bytes.Repeat([]byte{3}, format.KeySize)
	half := len(events()) / 2
	for name, b := range map[string][]byte{
		"sealed":             stored(t, format.WriterOptions{}, events()),
		"keyframes":          stored(t, format.WriterOptions{Keyframes: 2, Flush: 64}, events()),
		"live":               stored(t, format.WriterOptions{Live: true}, events()),
		"encrypted":          stored(t, format.WriterOptions{Key: key}, events()),
		"encrypted and live": stored(t, format.WriterOptions{Key: key, Live: true}, events()),
		"parts": append(stored(t, format.WriterOptions{Live: true, Batch: "a"}, events()[:half]),
			stored(t, format.WriterOptions{Live: true, Batch: "b"}, events()[half:])...),
	} {
		t.Run(name, func(t *testing.T) {
			var k []byte
			if strings.HasPrefix(name, "encrypted") {
				k = key
			}
			in := opened(t, b, k)
			require.Positive(t, check(t, in, p, nil))
			out, report := rewritten(t, in, p, nil, &format.WriterOptions{Key: k})
			tape := opened(t, out, k)
			assert.Zero(t, check(t, tape, p, nil))
			got := all(t, tape)
			assert.Len(t, got, len(events()))
			assert.Zero(t, report.Patches)
			leaks, err := masktest.Find(tape.Events(), who)
			require.NoError(t, err)
			assert.Empty(t, leaks)
			assert.NotContains(t, string(out), "Marguerite")
			v, err := replay.VerifyTape(tape)
			require.NoError(t, err)
			assert.Empty(t, v.Tape)
			assert.Equal(t, "s-1", tape.Header.Session)
			if k != nil {
				r, err := format.NewReader(bytes.NewReader(out), int64(len(out)), nil)
				if err == nil {
					for _, err = range r.Events() {
						if err != nil {
							break
						}
					}
				}
				assert.ErrorIs(t, err, format.ErrKey)
				_, err = mask.Check(opened(t, b, k), p, nil)
				assert.NoError(t, err)
			}
		})
	}
}

// A damaged tape gives the format's error, and what came before the damage.
func TestRewriteDamage(t *testing.T) {
	p := compiled(t, mask.Default())
	s := sessions.Open(t, "list")
	whole := stored(t, format.WriterOptions{Level: format.LevelFast}, s.Events(t))
	found := 0
	for at := 100; at < len(whole); at += len(whole) / 40 {
		b := bytes.Clone(whole)
		b[at] ^= 0x55
		tape, err := format.NewReader(bytes.NewReader(b), int64(len(b)), nil)
		if err != nil {
			continue
		}
		var damage error
		for _, err := range tape.Events() {
			damage = errors.Join(damage, err)
		}
		if damage == nil {
			continue
		}
		found++
		var out bytes.Buffer
		_, err = mask.Rewrite(&out, tape, p, nil, nil)
		var corrupt *format.CorruptError
		assert.ErrorAs(t, err, &corrupt, "byte %d", at)
		_, err = mask.Check(tape, p, nil)
		assert.ErrorAs(t, err, &corrupt, "byte %d", at)
	}
	require.Positive(t, found)
}
