package mask_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/echo"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/mask/masktest"
	"github.com/pagetape/pagetape/snapshot"
)

var master = bytes.Repeat([]byte{7}, 32)

// workers masks a session cut in so many batches, each by a filter of its own
// that has nothing but the state that the one before exported.
func workers(t testing.TB, p *mask.Policy, in []format.Event, cuts ...int) []format.Event {
	opts := &mask.FilterOptions{Key: master, Session: "s-1"}
	f := p.NewFilter(opts)
	var out []format.Event
	var err error
	next := 0
	for i, e := range in {
		if next < len(cuts) && i == cuts[next] {
			next++
			state, err := f.Export()
			require.NoError(t, err)
			opts.Serial = f.Serial()
			f, err = p.Import(opts, state)
			require.NoError(t, err)
		}
		out, err = f.Append(out, e)
		require.NoError(t, err)
	}
	return f.Flush(out)
}

// sameMasking tells the first event that is not the same, but for records that
// change nothing: a filter patches what it may have shown, not knowing what it
// had masked of it.
func sameMasking(t *testing.T, want, got []format.Event, what string) {
	t.Helper()
	want, got = changes(t, want), changes(t, got)
	for i := range min(len(want), len(got)) {
		a, b := encodeAll(want[i:i+1]), encodeAll(got[i:i+1])
		if a == b {
			continue
		}
		at := 0
		for at < min(len(a), len(b)) && a[at] == b[at] {
			at++
		}
		from := max(0, at-120)
		t.Errorf("%s: event %d of %d: %q, not %q", what, i, len(want), b[from:min(len(b), at+80)], a[from:min(len(a), at+80)])
		return
	}
	assert.Equal(t, len(want), len(got), what)
}

// changes returns events without the texts and attributes that are as they were.
func changes(t *testing.T, events []format.Event) []format.Event {
	pages := map[format.WindowID]*snapshot.Page{}
	var out []format.Event
	for e, err := range tapeOf(t, events).Events() {
		require.NoError(t, err)
		p := pages[e.Window]
		if p == nil {
			p = &snapshot.Page{}
			pages[e.Window] = p
		}
		m, ok := e.Data.(*format.Mutation)
		if ok {
			m.Texts = slices.DeleteFunc(m.Texts, func(c format.TextChange) bool {
				return c.Value != nil && p.Kind(c.ID) != 0 && p.Text(c.ID) == *c.Value
			})
			for i := range m.Attrs {
				c := &m.Attrs[i]
				c.Attrs = slices.DeleteFunc(c.Attrs, func(a snapshot.Attr) bool {
					n := p.Node(c.ID)
					return n != nil && a.Type == snapshot.AttrString && slices.Contains(n.Attr, html.Attribute{Key: a.Name, Val: a.Value})
				})
			}
			m.Attrs = slices.DeleteFunc(m.Attrs, func(c format.AttrChange) bool { return len(c.Attrs) == 0 })
		}
		_ = e.Data.Apply(p)
		if !ok || len(m.Texts)+len(m.Attrs)+len(m.Adds)+len(m.Removes) > 0 {
			out = append(out, e)
		}
	}
	return out
}

// One worker, three, and one for every few events mask the same.
func TestWorkers(t *testing.T) {
	for _, s := range sessions.All(t) {
		configs := []mask.Config{mask.Default(), mask.Strict(), mask.PostHog()}
		if testing.Short() { // as the race detector's run is
			configs = configs[:1]
		}
		for _, c := range configs {
			t.Run(s.Name+"/"+c.Name, func(t *testing.T) {
				p, err := mask.Compile(c)
				require.NoError(t, err)
				one := workers(t, p, s.Events(t))
				n := len(s.Events(t))
				sameMasking(t, one, workers(t, p, s.Events(t), n/3, 2*n/3), "three workers")
				r := rand.New(rand.NewPCG(1, uint64(n)))
				for range 3 {
					a, b := r.IntN(n), r.IntN(n)
					sameMasking(t, one, workers(t, p, s.Events(t), min(a, b), max(a, b)), fmt.Sprintf("cut at %d and %d", min(a, b), max(a, b)))
				}
			})
		}
	}
}

// The same for the recordings of the matrix, cut before every event.
func TestWorkersOnTheMatrix(t *testing.T) {
	for _, r := range allRows() {
		if len(r.values) > 0 || pending[r.name()] != "" {
			continue
		}
		t.Run(r.name(), func(t *testing.T) {
			p := r.policy(t)
			in := tapeOf(t, r.recording(t))
			var cuts []int
			for i := range all(t, in) {
				cuts = append(cuts, i)
			}
			out := workers(t, p, all(t, in), cuts...)
			if r.row == 39 {
				// What parts of a value are masked as depends on whether the
				// worker saw all of them.
				leaks, err := masktest.Find(sequence(out), r.secrets...)
				require.NoError(t, err)
				assert.Empty(t, leaks)
				return
			}
			sameMasking(t, workers(t, p, all(t, in)), out, "cut before every event")
		})
	}
}

// A state has no text of the session, sealed or not, that was not shown.
func TestStateIsSealed(t *testing.T) {
	p, err := mask.Compile(mask.Default())
	require.NoError(t, err)
	opts := &mask.FilterOptions{Key: master, Session: "s-1"}
	f := p.NewFilter(opts)
	_, err = f.Append(nil, format.Event{Data: full(el(4, "input", attrs("name", "fullname")), el(5, "p", nil, text(6, "a page of Acme")))})
	require.NoError(t, err)
	_, err = f.Append(nil, format.Event{Data: &format.Input{ID: 4, Text: who}})
	require.NoError(t, err)
	state, err := f.Export()
	require.NoError(t, err)
	assert.NotContains(t, string(state), "Acme")
	plain, err := f.OpenState(state)
	require.NoError(t, err)
	assert.Contains(t, plain, `"policy"`)
	for _, word := range []string{"Marguerite", "Oakhurst", "marguerite", "oakhurst"} {
		assert.NotContains(t, plain, word)
	}

	import1 := func(o mask.FilterOptions, states ...[]byte) error {
		_, err := p.Import(&o, states...)
		return err
	}
	assert.NoError(t, import1(*opts, state))
	assert.ErrorIs(t, import1(mask.FilterOptions{Key: master, Session: "s-2"}, state), mask.ErrState, "another session's")
	assert.ErrorIs(t, import1(mask.FilterOptions{Key: bytes.Repeat([]byte{8}, 32), Session: "s-1"}, state), mask.ErrState, "another key")
	assert.ErrorIs(t, import1(mask.FilterOptions{Key: master, Session: "s-1", Serial: 2}, state), mask.ErrState, "an old one")
	assert.Error(t, import1(mask.FilterOptions{Session: "s-1"}, state), "no key")
	for i := 0; i < len(state); i += 1 + i/64 {
		bad := bytes.Clone(state)
		bad[i] ^= 1
		require.ErrorIs(t, import1(*opts, bad), mask.ErrState, "byte %d", i)
	}
	for n := range len(state) {
		require.ErrorIs(t, import1(*opts, state[:n]), mask.ErrState)
	}
	strict, err := mask.Compile(mask.Strict())
	require.NoError(t, err)
	_, err = strict.Import(opts, state)
	assert.ErrorIs(t, err, mask.ErrState, "another policy")
	_, err = p.NewFilter(nil).Export()
	assert.Error(t, err, "no key")
	held := p.NewFilter(&mask.FilterOptions{Key: master, Hold: time.Second})
	_, err = held.Append(nil, format.Event{Data: full()})
	require.NoError(t, err)
	_, err = held.Export()
	assert.Error(t, err, "held back")
}

// Two workers saw different windows: who goes on knows the values of both.
func TestStatesMerge(t *testing.T) {
	p, err := mask.Compile(mask.Default())
	require.NoError(t, err)
	opts := &mask.FilterOptions{Key: master}
	var states [][]byte
	for i := range 2 {
		f := p.NewFilter(opts)
		window := format.WindowID(i)
		_, err := f.Append(nil, format.Event{Window: window, Data: full(el(4, "input", attrs("name", "fullname")), el(5, "p", nil, text(6, "hello")))})
		require.NoError(t, err)
		_, err = f.Append(nil, format.Event{Window: window, Data: &format.Input{ID: 4, Text: []string{who, "Bartholomew Quill"}[i]}})
		require.NoError(t, err)
		state, err := f.Export()
		require.NoError(t, err)
		states = append(states, state)
	}
	for _, order := range [][][]byte{{states[0], states[1]}, {states[1], states[0]}, {states[0], states[1], states[0]}} {
		f, err := p.Import(opts, order...)
		require.NoError(t, err)
		var out []format.Event
		for i := range 2 {
			out, err = f.Append(out, format.Event{Window: format.WindowID(i), Data: setText(6, "hello "+who+" and Bartholomew Quill")})
			require.NoError(t, err)
		}
		leaks, err := masktest.Find(sequence(out), who, "Bartholomew Quill")
		require.NoError(t, err)
		assert.Empty(t, leaks)
		assert.Contains(t, collect(out), "hello ")
	}
}

// Who goes on without a state masks all up to the next page.
func TestNoState(t *testing.T) {
	p, err := mask.Compile(mask.Default())
	require.NoError(t, err)
	out, err := p.NewFilter(nil).Append(nil, format.Event{Data: setText(6, "hello")})
	require.NoError(t, err)
	assert.NotContains(t, collect(out), "hello")
}

func FuzzImport(f *testing.F) {
	p, err := mask.Compile(mask.Default())
	require.NoError(f, err)
	opts := &mask.FilterOptions{Key: master}
	filter := p.NewFilter(opts)
	_, err = filter.Append(nil, format.Event{Data: full(el(4, "input", attrs("value", who)))})
	require.NoError(f, err)
	state, err := filter.Export()
	require.NoError(f, err)
	plain, err := filter.OpenState(state)
	require.NoError(f, err)
	f.Add([]byte(plain))
	f.Fuzz(func(t *testing.T, plain []byte) {
		f, err := p.ImportPlain(opts, plain)
		if err != nil {
			require.ErrorIs(t, err, mask.ErrState, fmt.Sprint(err))
			return
		}
		_, err = f.Append(nil, format.Event{Data: setText(6, "hello")})
		require.NoError(t, err)
	})
}

// States hold tags: what they are must not change.
func TestTagIsHMAC(t *testing.T) {
	key := echo.Key{1, 2, 3}
	for _, text := range []string{"", "a", strings.Repeat("long ", 100)} {
		mac := hmac.New(sha256.New, key[:])
		mac.Write([]byte("phrase" + text))
		assert.Equal(t, binary.BigEndian.Uint64(mac.Sum(nil)), mask.Tag(key, text))
	}
}
