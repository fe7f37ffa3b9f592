package masktest_test

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/format/rrweb"
	"github.com/pagetape/pagetape/mask"
	"github.com/pagetape/pagetape/mask/masktest"
)

// A recorder is a testing.TB that notes what it is told.
type recorder struct {
	testing.TB
	errors, logs []string
}

func (r *recorder) Helper()                   {}
func (r *recorder) Errorf(f string, a ...any) { r.errors = append(r.errors, fmt.Sprintf(f, a...)) }
func (r *recorder) Logf(f string, a ...any)   { r.logs = append(r.logs, fmt.Sprintf(f, a...)) }

// recording is a page with a name in a paragraph and a field in which a mail
// address is typed.
const recording = `[{"type":2,"timestamp":1,"data":{"node":{"type":0,"id":1,"childNodes":[{"type":2,"id":2,"tagName":"html",
"attributes":{},"childNodes":[{"type":2,"id":3,"tagName":"body","attributes":{},"childNodes":[
{"type":2,"id":4,"tagName":"p","attributes":{"class":"name"},"childNodes":[{"type":3,"id":5,"textContent":"Ada Lovelace"}]},
{"type":2,"id":6,"tagName":"input","attributes":{"type":"text"},"childNodes":[]}]}]}]},"initialOffset":{"left":0,"top":0}}},
{"type":3,"timestamp":2,"data":{"source":5,"id":6,"text":"ada@example.org","isChecked":false}}]`

func events() iter.Seq2[format.Event, error] {
	return rrweb.NewDecoder(strings.NewReader(recording), nil).Events()
}

func compile(t testing.TB, rules ...mask.Rule) *mask.Policy {
	c := mask.Default()
	c.Rules = append(c.Rules, rules...)
	p, err := mask.Compile(c)
	require.NoError(t, err)
	return p
}

func TestLeaks(t *testing.T) {
	r := &recorder{TB: t}
	masktest.Leaks(r, compile(t, mask.Rule{Select: ".name", Action: mask.Mask}), events(), "Ada Lovelace", "ada@example.org")
	assert.Empty(t, r.errors)
	assert.Empty(t, r.logs)

	// Without the rule the name is there, in both modes, in its text node and
	// in the block around it.
	r = &recorder{TB: t}
	masktest.Leaks(r, compile(t), events(), "ada@example.org", "ada lovelace")
	assert.Equal(t, []string{
		"masktest: secret 1 in event 0 (full-snapshot), node.childNodes[0].childNodes[0].childNodes[0].childNodes[0].textContent, as folded (stored)",
		"masktest: secret 1 in event 0 (full-snapshot), block of 4, as folded (stored)",
		"masktest: secret 1 in event 0 (full-snapshot), node.childNodes[0].childNodes[0].childNodes[0].childNodes[0].textContent, as folded (stream)",
		"masktest: secret 1 in event 0 (full-snapshot), block of 4, as folded (stream)",
	}, r.errors)

	// What is not in the recording proves nothing.
	r = &recorder{TB: t}
	masktest.Leaks(r, compile(t), events(), "Grace Hopper")
	assert.Empty(t, r.errors)
	assert.Len(t, r.logs, 1)
}

func TestLeaksFailsWhereItCannotLook(t *testing.T) {
	for _, c := range []struct {
		name, want string
		recording  iter.Seq2[format.Event, error]
		secrets    []string
	}{
		{"broken recording", "masktest: the recording cannot be read: broken", func(yield func(format.Event, error) bool) {
			yield(format.Event{}, errors.New("broken"))
		}, []string{"Ada Lovelace"}},
		{"no secrets", "masktest: no secrets to look for", events(), nil},
		{"empty secret", "masktest: secret 0 has no letter or digit", events(), []string{""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &recorder{TB: t}
			masktest.Leaks(r, compile(t), c.recording, c.secrets...)
			assert.Contains(t, r.errors, c.want)
		})
	}
}

// A policy's name and the reasons of its rules are in the report.
func TestLeaksInReport(t *testing.T) {
	r := &recorder{TB: t}
	masktest.Leaks(r, compile(t, mask.Rule{Select: ".name", Action: mask.Mask, Why: "Ada Lovelace wants it"}), events(), "Ada Lovelace")
	assert.Equal(t, []string{
		"masktest: secret 0 in the report, as raw (stored)",
		"masktest: secret 0 in the report, as raw (stream)",
	}, r.errors)
}

func TestLeaksSaysHowManyMore(t *testing.T) {
	many := func(yield func(format.Event, error) bool) {
		for range 30 {
			if !yield(format.Event{Data: &format.FullSnapshot{}, Extra: nil}, nil) {
				return
			}
			if !yield(format.Event{Data: &format.Meta{URL: "https://shop.example/ada-lovelace"}}, nil) {
				return
			}
		}
	}
	r := &recorder{TB: t}
	masktest.Leaks(r, compile(t), many, "ada-lovelace")
	assert.Len(t, r.errors, 42)
	assert.Equal(t, "masktest: and 10 more (stored)", r.errors[20])
	for _, e := range r.errors {
		assert.NotContains(t, e, "lovelace")
	}
}

// A value that is shown before it is typed is stripped in both modes.
func TestLeaksShownBeforeTyped(t *testing.T) {
	str := "Welcome Marguerite Oakhurst"
	early := func(yield func(format.Event, error) bool) {
		for e := range events() {
			if !yield(e, nil) {
				return
			}
			if _, ok := e.Data.(*format.FullSnapshot); ok && !yield(format.Event{Data: &format.Mutation{Texts: []format.TextChange{{ID: 5, Value: &str}}}}, nil) {
				return
			}
		}
		yield(format.Event{Time: time.Hour, Data: &format.Input{ID: 6, Text: "Marguerite Oakhurst"}}, nil)
	}
	r := &recorder{TB: t}
	masktest.Leaks(r, compile(t), early, "Marguerite Oakhurst")
	assert.Empty(t, r.errors)
	assert.Empty(t, r.logs)
}
