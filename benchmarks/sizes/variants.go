package main

import (
	"bytes"
	"encoding/json"

	"github.com/pagetape/pagetape/internal/sessions"
)

// A variant is a choice of the events of a recording.
type variant struct {
	title  string
	choose func([]json.RawMessage) ([]json.RawMessage, error)
}

// The recorder of these recordings took a full snapshot at each checkpoint;
// most recordings in the field have one snapshot a page.
var variants = []variant{
	{"As recorded", asRecorded},
	{"One snapshot: the full snapshots after the first left out", oneSnapshot},
}

func asRecorded(events []json.RawMessage) ([]json.RawMessage, error) { return events, nil }

// of returns the events of the variant as a JSON array, their text as it is in
// the recording.
func (v variant) of(s sessions.Session) ([]byte, error) {
	text, err := s.Read()
	if err != nil {
		return nil, err
	}
	events, err := split(text)
	if err != nil {
		return nil, err
	}
	if events, err = v.choose(events); err != nil {
		return nil, err
	}
	return join(events), nil
}

// split returns the texts of the events of a recording: an array of them, or
// an object with one.
func split(text []byte) (events []json.RawMessage, err error) {
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("[")) {
		return events, json.Unmarshal(text, &events)
	}
	var recording struct{ Events []json.RawMessage }
	err = json.Unmarshal(text, &recording)
	return recording.Events, err
}

func join(events []json.RawMessage) []byte {
	out := []byte{'['}
	for i, e := range events {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, e...)
	}
	return append(out, ']')
}

// rrweb's types of event.
const (
	fullSnapshot = 2
	meta         = 4
)

// oneSnapshot leaves out the full snapshots after the first, and the Meta right
// before each where it names the page that was there already.
func oneSnapshot(events []json.RawMessage) ([]json.RawMessage, error) {
	var kept []json.RawMessage
	snapshot := false
	page := ""    // of the last Meta
	same := false // the event before is a Meta of the same page
	for _, text := range events {
		var e struct {
			Type int
			Data json.RawMessage
		}
		if err := json.Unmarshal(text, &e); err != nil {
			return nil, err
		}
		switch e.Type {
		case meta:
			var data struct{ Href string }
			if err := json.Unmarshal(e.Data, &data); err != nil {
				return nil, err
			}
			same = data.Href == page
			page = data.Href
			kept = append(kept, text)
			continue
		case fullSnapshot:
			if !snapshot {
				snapshot = true
				kept = append(kept, text)
			} else if same {
				kept = kept[:len(kept)-1]
			}
		default:
			kept = append(kept, text)
		}
		same = false
	}
	return kept, nil
}
