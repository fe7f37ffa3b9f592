package signals_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/replay/signals"
)

// all are the recordings that there are, with the labelled ones.
func all(t *testing.T) map[string][]format.Event {
	t.Helper()
	events := make(map[string][]format.Event)
	for _, s := range sessions.All(t) {
		events[s.Name] = s.Events(t)
	}
	for _, name := range labelledNames(t) {
		events[name], _ = labelled(t, name)
	}
	return events
}

func of(t *testing.T, events []format.Event) *signals.Report {
	t.Helper()
	r, err := signals.Of(replay.Events(events), nil)
	require.NoError(t, err)
	return r
}

// What a summary says too is the same there, and what can be added up adds up.
func TestSummary(t *testing.T) {
	for name, events := range all(t) {
		t.Run(name, func(t *testing.T) {
			r := of(t, events)
			s, err := format.Summarize(replay.Events(events).Replay(0, events[len(events)-1].Time))
			require.NoError(t, err)
			assert.Equal(t, s.Active, r.Active)
			assert.Equal(t, s.First, r.First)
			assert.Equal(t, s.Last, r.Last)
			assert.Equal(t, s.Counts.Events, r.Events)
			clicks, errors, active := 0, 0, time.Duration(0)
			for _, v := range r.Visits {
				clicks += v.Clicks
				errors += v.Errors
				active += v.Active
				assert.LessOrEqual(t, v.Active, v.End-v.Start)
			}
			assert.EqualValues(t, s.Counts.Clicks, clicks)
			assert.EqualValues(t, s.Counts.Errors, errors)
			assert.Equal(t, r.Active, active, "of the visits")
			at := r.First
			for _, x := range r.Spans {
				assert.Equal(t, at, x.Start, "spans follow each other")
				assert.LessOrEqual(t, x.Start, x.End)
				if at = x.End; x.Active {
					active -= x.End - x.Start
				}
			}
			assert.Equal(t, r.Last, at)
			assert.Zero(t, active, "of the spans")
			for i := 1; i < len(r.Moments); i++ {
				assert.LessOrEqual(t, r.Moments[i-1].Time, r.Moments[i].Time)
			}
		})
	}
}

// A tape, a stream of events and a slice have the same signals.
func TestSources(t *testing.T) {
	events, _ := labelled(t, "clicks")
	want := of(t, events)
	var b bytes.Buffer
	w := format.NewWriter(&b, format.Header{}, &format.WriterOptions{Keyframes: 500})
	for _, e := range events {
		require.NoError(t, w.Write(e))
	}
	require.NoError(t, w.Close())
	tape, err := format.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()), nil)
	require.NoError(t, err)
	got, err := signals.Of(tape, nil)
	require.NoError(t, err)
	require.Equal(t, want, got)

	events, _ = labelled(t, "clicks")
	a, err := signals.NewAnalyzer(nil)
	require.NoError(t, err)
	for i, e := range events {
		a.Add(e)
		if i%50 == 0 { // a report on the way changes nothing
			_ = a.Report()
		}
	}
	require.Equal(t, want, a.Report())
}

// unmasked takes out of a report what masking takes away.
func unmasked(t *testing.T, r *signals.Report) string {
	t.Helper()
	bare := func(x *signals.Target) { x.Name, x.Selector = "", "" }
	for i := range r.Moments {
		m := &r.Moments[i]
		bare(&m.Target)
		m.Length = 0
	}
	for i := range r.Visits {
		r.Visits[i].URL = ""
	}
	for i := range r.Forms {
		bare(&r.Forms[i].Target)
		for j := range r.Forms[i].Fields {
			f := &r.Forms[i].Fields[j]
			bare(&f.Target)
			f.Corrections, f.Empty = 0, false
		}
	}
	for i := range r.Heat {
		for j := range r.Heat[i].Elements {
			bare(&r.Heat[i].Elements[j].Target)
		}
		for j := range r.Heat[i].Clicks {
			r.Heat[i].Clicks[j].Selector = ""
		}
	}
	text, err := json.MarshalIndent(r, "", " ")
	require.NoError(t, err)
	return string(text)
}

// A masked session has the signals of the one that it was. One in which
// addresses and links are masked too does not tell pages apart, nor links that
// lead nowhere.
func TestMasked(t *testing.T) {
	blind := &signals.Options{Path: func(string) string { return "/" }, DeadLinks: true}
	for _, tt := range []struct {
		config mask.Config
		opts   *signals.Options
	}{{mask.Default(), nil}, {mask.Strict(), blind}} {
		policy, err := mask.Compile(tt.config)
		require.NoError(t, err)
		clear, other := all(t), all(t) // a filter changes events in place
		for name := range clear {
			if testing.Short() && (tt.opts != nil && name != "clicks" || strings.HasPrefix(name, "corpus-")) {
				continue
			}
			t.Run(tt.config.Name+"/"+name, func(t *testing.T) {
				want, err := signals.Of(replay.Events(clear[name]), tt.opts)
				require.NoError(t, err)
				var masked []format.Event
				f := policy.NewFilter(nil)
				for e, err := range f.Events(replay.Events(other[name]).Replay(0, 1<<62)) {
					require.NoError(t, err)
					masked = append(masked, e)
				}
				got, err := signals.Of(replay.Events(masked), tt.opts)
				require.NoError(t, err)
				// What is selected of masked text is masked.
				want.Moments = slices.DeleteFunc(want.Moments, func(m signals.Moment) bool {
					return m.Kind == signals.Selected && !slices.ContainsFunc(got.Moments, func(g signals.Moment) bool {
						return g.Kind == signals.Selected && g.Time == m.Time
					})
				})
				assert.Equal(t, unmasked(t, want), unmasked(t, got))
			})
		}
	}
}
