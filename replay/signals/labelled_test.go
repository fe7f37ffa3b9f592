package signals_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/replay/signals"
)

// Labels are what was done in a recording of testdata/signals, as it was
// written down when the page was driven.
type labels struct {
	Moments []struct {
		After                  int // events emitted before
		Kind                   signals.Kind
		Selector               string
		Clicks, Errors, Length int
	}
	Visits []struct {
		Path                     string
		Clicks, Errors           int
		ScrollTop, ScrollPercent float64
	}
	Forms []struct {
		Selector  string
		Submits   int
		Abandoned bool
		Last      string
		Fields    []struct {
			Selector, Type                                  string
			Focuses, Inputs, Refills, Corrections, Scripted int
			Hesitation                                      float64 // at least, ms
		}
	}
	Funnels []struct {
		Steps   string
		Reached int
	}
	Idle int // spans without anything done, of 5 s and more, between two things done
}

// labelled returns a recording of testdata/signals and its labels.
func labelled(t *testing.T, name string) ([]format.Event, labels) {
	t.Helper()
	dir := "../../testdata/signals/" + name
	text, err := os.ReadFile(dir + ".labels.json")
	require.NoError(t, err)
	var l labels
	require.NoError(t, json.Unmarshal(text, &l))
	return sessions.Session{Name: name, File: dir + ".json.gz"}.Events(t), l
}

func labelledNames(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../testdata/signals/*.labels.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".labels.json")
	}
	return files
}

// height reads the custom event in which the recordings say how high the page
// is.
func height(e *format.Event) float64 {
	c, ok := e.Data.(*format.Custom)
	if !ok || c.Tag != "height" {
		return 0
	}
	var p struct{ Height float64 }
	_ = json.Unmarshal([]byte(c.Payload), &p)
	return p.Height
}

// What is found is what was done: nothing is missing and nothing is extra.
func TestLabelled(t *testing.T) {
	for _, name := range labelledNames(t) {
		t.Run(name, func(t *testing.T) {
			events, want := labelled(t, name)
			opts := &signals.Options{Height: height}
			for _, f := range want.Funnels {
				funnel, err := signals.ParseFunnel(f.Steps)
				require.NoError(t, err)
				opts.Funnels = append(opts.Funnels, funnel)
			}
			r, err := signals.Of(replay.Events(events), opts)
			require.NoError(t, err)
			assert.Zero(t, r.LeftOut)

			require.Len(t, r.Moments, len(want.Moments), "%v", r.Moments)
			next := events[len(events)-1].Time
			left := append(want.Moments[:0:0], want.Moments...)
			for i := len(r.Moments) - 1; i >= 0; i-- { // the labels of one act have no order
				m, found := r.Moments[i], false
				for j := len(left) - 1; j >= 0 && left[j].After == left[len(left)-1].After; j-- {
					l := left[j]
					if l.Kind != m.Kind || l.Selector != "" && l.Selector != m.Target.Selector {
						continue
					}
					found = true
					assert.GreaterOrEqual(t, m.Time, events[l.After-1].Time, "%v", m)
					assert.LessOrEqual(t, m.Time, next, "%v", m)
					assert.Equal(t, l.Clicks, m.Clicks, "%v", m)
					assert.Equal(t, l.Errors, m.Errors, "%v", m)
					assert.Equal(t, l.Length, m.Length, "%v", m)
					if left = append(left[:j], left[j+1:]...); len(left) > 0 && left[len(left)-1].After < l.After {
						next = events[l.After].Time
					}
					break
				}
				require.True(t, found, "%v at %v was not done", m.Kind, m.Time)
			}

			require.Len(t, r.Visits, len(want.Visits))
			for i, l := range want.Visits {
				v := &r.Visits[i]
				assert.Equal(t, l.Path, v.Path)
				assert.Equal(t, l.ScrollTop, v.ScrollTop, "%v", v)
				assert.Equal(t, l.ScrollPercent, math.Round(v.ScrollPercent), "%v", v)
				if l.Clicks > 0 {
					assert.Equal(t, l.Clicks, v.Clicks)
					assert.Equal(t, l.Errors, v.Errors)
				}
			}

			require.Len(t, r.Forms, len(want.Forms))
			for i, l := range want.Forms {
				f := &r.Forms[i]
				assert.Equal(t, l.Selector, f.Target.Selector)
				assert.Equal(t, l.Submits, f.Submits)
				assert.Equal(t, l.Abandoned, f.Abandoned)
				require.Len(t, f.Fields, len(l.Fields))
				assert.Equal(t, l.Last, f.Fields[f.LastField].Selector)
				for j, l := range l.Fields {
					d := &f.Fields[j]
					if l.Type == "" {
						assert.Equal(t, l.Selector, d.Selector)
					} else {
						assert.Equal(t, l.Type, d.Type)
					}
					if l.Focuses > 0 {
						assert.Equal(t, l.Focuses, d.Focuses, d.Selector)
					}
					assert.Equal(t, l.Inputs, d.Inputs, d.Selector)
					assert.Equal(t, l.Refills, d.Refills, d.Selector)
					assert.Equal(t, l.Corrections, d.Corrections, d.Selector)
					assert.Equal(t, l.Scripted, d.Scripted, d.Selector)
					if l.Hesitation > 0 {
						require.NotNil(t, d.Hesitation)
						assert.InDelta(t, l.Hesitation+250, d.Hesitation.Seconds()*1000, 250)
					}
				}
			}
			for i, l := range want.Funnels {
				assert.Len(t, r.Funnels[i].Reached, l.Reached, l.Steps)
			}
			if want.Idle > 0 {
				idle := 0
				for i, s := range r.Spans {
					if !s.Active && s.End-s.Start > 6*time.Second && i > 0 && i < len(r.Spans)-1 {
						idle++
					}
				}
				assert.Equal(t, want.Idle, idle, "%v", r.Spans)
			}
		})
	}
}
