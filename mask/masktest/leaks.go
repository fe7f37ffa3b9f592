package masktest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"testing"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/mask"
)

// maxMessages is how many leaks of one mode Leaks tells of one by one.
const maxMessages = 20

// Leaks fails t for every place where a secret is found in what policy leaves
// of the recording, masked as a stored session and as a stream of events that
// are held back to its end. The messages name places, never values: a secret by
// its index. An error of the recording fails t, too. A secret that is not in
// the recording to begin with proves nothing, and is logged.
//
// The recording is read once. Leaks owns its events from then on.
func Leaks(t testing.TB, policy *mask.Policy, recording iter.Seq2[format.Event, error], secrets ...string) {
	t.Helper()
	tape, err := write(recording)
	if err != nil {
		t.Errorf("masktest: the recording cannot be read: %v", err)
		return
	}
	if len(secrets) == 0 {
		t.Errorf("masktest: no secrets to look for")
	}
	there := make([]bool, len(secrets))
	plain, err := Find(tape.Events(), secrets...)
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	for _, l := range plain {
		there[l.Secret] = true
	}
	for i, ok := range there {
		if !ok {
			t.Logf("masktest: SECRET %d IS NOT IN THE RECORDING, so this proves nothing about it", i)
		}
	}
	for _, m := range modes {
		filter, masked := m.run(policy, tape.Events())
		leaks, err := Find(masked, secrets...)
		if err != nil {
			t.Errorf("%v (%s)", err, m.name)
		}
		leaks = append(leaks, inReport(filter, secrets)...)
		for i, l := range leaks {
			if i == maxMessages {
				t.Errorf("masktest: and %d more (%s)", len(leaks)-i, m.name)
				break
			}
			t.Errorf("masktest: %v (%s)", l, m.name)
		}
	}
}

// A mode is a way to mask a session.
type mode struct {
	name string
	run  func(*mask.Policy, iter.Seq2[format.Event, error]) (*mask.Filter, iter.Seq2[format.Event, error])
}

var modes = [...]mode{{"stored", stored}, {"stream", stream}}

// stored masks a session that is there as a whole.
func stored(p *mask.Policy, in iter.Seq2[format.Event, error]) (*mask.Filter, iter.Seq2[format.Event, error]) {
	f := p.NewFilter(nil)
	return f, f.Events(in)
}

// stream masks a session event by event, with all of it held back: what is let
// go earlier can show values that become known later, whatever the policy.
func stream(p *mask.Policy, in iter.Seq2[format.Event, error]) (*mask.Filter, iter.Seq2[format.Event, error]) {
	f := p.NewFilter(&mask.FilterOptions{Hold: math.MaxInt64})
	return f, func(yield func(format.Event, error) bool) {
		var out []format.Event
		for e, err := range in {
			if err == nil {
				out, err = f.Append(out, e)
			}
			if err != nil {
				yield(format.Event{}, err)
				return
			}
		}
		for _, e := range f.Flush(out) {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// inReport looks for the secrets in the filter's report.
func inReport(f *mask.Filter, secrets []string) []Leak {
	text, err := json.Marshal(f.Report())
	if err != nil {
		return []Leak{{Event: NoEvent, Field: "report", View: "unreadable"}}
	}
	s := newSearch(secrets)
	s.at(NoEvent, 0, "")
	s.text("report", string(text))
	return s.leaks
}

// write makes a tape of events in memory. Its reader gives out fresh events
// each time.
func write(events iter.Seq2[format.Event, error]) (*format.Reader, error) {
	var b bytes.Buffer
	w := format.NewWriter(&b, format.Header{}, &format.WriterOptions{Level: format.LevelFast})
	for e, err := range events {
		if err == nil {
			err = w.Write(e)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	r, err := format.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()), nil)
	if err != nil {
		return nil, fmt.Errorf("tape: %w", err)
	}
	return r, nil
}
