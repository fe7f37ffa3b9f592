package masktest

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/pagetape/pagetape/format"
)

// NoEvent is the Event of a Leak that is not in an event: one in a tape's
// tables of strings or in a report.
const NoEvent = -1

// A Leak is a place where a secret was found. It holds no content.
type Leak struct {
	Secret int         // index in the list that was asked for
	Event  int         // index of the event, from 0; NoEvent is none
	Kind   format.Kind // of the event; 0 is none
	// Field is where in the event: the names of fields as in rrweb's JSON, as
	// "adds[0].node.attributes.title", "block of 12" for the text of the page
	// around the node with that id, "strings of text" for a tape's strings of
	// that role. A name that a page chose and that gives the secret away is
	// replaced by its index.
	Field string
	// View is how the secret is written there: what had to be decoded
	// ("percent", "html", "json", "base64", "hex"), then how it is spelt
	// ("raw", "folded", "alnum", "digits", "word", "md5", "sha1", "sha256"),
	// joined by "+": "base64+percent+raw".
	View string
}

func (l Leak) String() string {
	if l.Event == NoEvent {
		return fmt.Sprintf("secret %d in the %s, as %s", l.Secret, l.Field, l.View)
	}
	return fmt.Sprintf("secret %d in event %d (%v), %s, as %s", l.Secret, l.Event, l.Kind, l.Field, l.View)
}

// Find looks for secrets in events, as Leaks does, and returns where they are
// in the order of the events: the first view of each secret in each field. It
// reads the events once and owns them from then on.
//
// The error is that of the events, of a secret without a letter or digit, or of
// events that make no tape; what was found up to it is returned with it.
func Find(events iter.Seq2[format.Event, error], secrets ...string) ([]Leak, error) {
	for i, s := range secrets {
		if strings.TrimSpace(s) == "" || alnum(fold(s)) == "" {
			return nil, fmt.Errorf("masktest: secret %d has no letter or digit", i)
		}
	}
	s := newSearch(secrets)
	pages := newPages(s)
	n := 0
	tape, err := write(func(yield func(format.Event, error) bool) {
		for e, err := range events {
			if err == nil && e.Data == nil {
				err = errNoData
			}
			if err != nil {
				yield(e, err)
				return
			}
			s.at(n, e.Data.Kind(), "")
			s.event(e)
			pages.event(e)
			n++
			if !yield(e, nil) {
				return
			}
		}
	})
	if err != nil {
		return s.leaks, fmt.Errorf("masktest: event %d: %w", n, err)
	}
	return s.tape(tape)
}

var errNoData = errors.New("no data")

// tape looks for the secrets in what is read back of a tape: the events, the
// keyframes and all strings of its tables. Of secrets that the events have it
// would find the same places again.
func (s *search) tape(tape *format.Reader) ([]Leak, error) {
	found := s.leaks
	s.leaks = nil
	n := 0
	for f := range tape.Walk() {
		if len(f.Damage) > 0 {
			return found, fmt.Errorf("masktest: tape: %w", errors.Join(f.Damage...))
		}
		for _, e := range f.Events {
			s.at(n, e.Data.Kind(), "tape: ")
			if e.Data.Kind().Synthetic() {
				s.place.Event = NoEvent
			} else {
				n++
			}
			s.event(e)
		}
	}
	s.at(NoEvent, 0, "")
	_, err := format.Redact(io.Discard, tape, &format.RedactOptions{Replace: func(role format.Role, v string) string {
		s.text("tape's strings of "+role.String(), v)
		return v
	}})
	if err != nil {
		return found, fmt.Errorf("masktest: tape: %w", err)
	}
	known := make(map[int]bool)
	for _, l := range found {
		known[l.Secret] = true
	}
	for _, l := range s.leaks {
		if !known[l.Secret] {
			found = append(found, l)
		}
	}
	return found, nil
}
