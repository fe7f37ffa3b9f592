package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pagetape/pagetape/format"
)

const infoHelp = `What a tape holds. Of a tape that was closed only the end is read.

-json prints one object. Names stay; new ones may come.
  file, size, format, closed   the file, its bytes, version of the format, whether the tape has its end
  indexed, sealed, encrypted   whether it has an index; is no live tape; what it says is encrypted
  parts                        tapes that lie in it one after the other
  session, start, recorder, masking, maskingHash    of the header
  duration, active             seconds from the first event to the last, and with the user active
  events, kinds                number of events, and by kind
  frames, frameKinds           number of frames; by kind how many (frames), with how many bytes
  keyframes                    moments from which a page can be made
  windows, pages               number of windows; addresses in turn
  header                       all of the header
  summary                      format.Summary: times and durations are integers, in nanoseconds;
                               counts, viewports, windows, pages, tags, plugins, activity by time
  damage                       the first damage that shows, where there is some
`

// A tapeInfo is what info prints.
type tapeInfo struct {
	File      string         `json:"file"`
	Size      int64          `json:"size"`
	Format    int            `json:"format"`
	Closed    bool           `json:"closed"`
	Indexed   bool           `json:"indexed"`
	Sealed    bool           `json:"sealed"`
	Encrypted bool           `json:"encrypted"`
	Parts     int            `json:"parts"`
	Session   string         `json:"session,omitempty"`
	Start     time.Time      `json:"start"`
	Duration  float64        `json:"duration"` // seconds, from the first event to the last
	Active    float64        `json:"active"`   // seconds
	Recorder  string         `json:"recorder,omitempty"`
	Masking   string         `json:"masking,omitempty"`
	Policy    string         `json:"maskingHash,omitempty"` // SHA-256 of the policy
	Frames    int            `json:"frames"`
	Types     []frameCount   `json:"frameKinds"`
	Keyframes int            `json:"keyframes"`
	Events    int64          `json:"events"`
	Kinds     map[string]int `json:"kinds"`
	Windows   int            `json:"windows"`
	Pages     []string       `json:"pages"`
	Header    headerInfo     `json:"header"`
	Summary   format.Summary `json:"summary"`
	Damage    string         `json:"damage,omitempty"`
}

// A frameCount is the frames of one kind.
type frameCount struct {
	Kind   string `json:"kind"`
	Frames int    `json:"frames"`
	Bytes  int64  `json:"bytes"`
}

// A headerInfo is a format.Header as JSON.
type headerInfo struct {
	Session     string      `json:"session,omitempty"`
	Start       time.Time   `json:"start"`
	Recorder    software    `json:"recorder"`
	UserAgent   string      `json:"userAgent,omitempty"`
	Browser     software    `json:"browser"`
	OS          software    `json:"os"`
	Screen      format.Size `json:"screen"`
	Viewport    format.Size `json:"viewport"`
	Locale      string      `json:"locale,omitempty"`
	TimeZone    string      `json:"timeZone,omitempty"`
	Country     string      `json:"country,omitempty"`
	Region      string      `json:"region,omitempty"`
	Masking     string      `json:"masking,omitempty"`
	MaskingHash string      `json:"maskingHash,omitempty"`
	Properties  []property  `json:"properties,omitempty"`
}

type software struct {
	Name    string `json:"name,omitempty"`
	Version string `json:"version,omitempty"`
}

func (s software) String() string { return strings.TrimSpace(s.Name + " " + s.Version) }

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func newHeaderInfo(h *format.Header) headerInfo {
	i := headerInfo{
		Session: h.Session, Start: h.Start, Recorder: software(h.Recorder), UserAgent: h.UserAgent,
		Browser: software(h.Browser), OS: software(h.OS), Screen: h.Screen, Viewport: h.Viewport, Locale: h.Locale,
		TimeZone: h.TimeZone, Country: h.Country, Region: h.Region, Masking: h.Masking, MaskingHash: h.MaskingHash,
	}
	for _, p := range h.Properties {
		i.Properties = append(i.Properties, property(p))
	}
	return i
}

func info(env *environment, args []string) error {
	f := env.flags()
	asJSON := f.Bool("json", false, "")
	key := keyFlag(f)
	name, tape, err := env.tape(f, args, key, false)
	if err != nil {
		return err
	}
	defer tape.Close()
	i := newTapeInfo(name, tape.Reader)
	if *asJSON {
		text, err := json.MarshalIndent(i, "", "  ")
		if err != nil {
			return err
		}
		fmt.Fprintf(env.out, "%s\n", text)
	} else {
		i.print(env.out)
	}
	if i.Damage != "" {
		return named(name, errors.New(i.Damage))
	}
	return nil
}

func newTapeInfo(name string, tape *format.Reader) *tapeInfo {
	s, err := tape.Summary()
	if err == nil {
		err = tape.Damage()
	}
	h := newHeaderInfo(&tape.Header)
	i := &tapeInfo{
		File: name, Size: tape.Size(), Format: format.Major, Closed: tape.Closed, Indexed: tape.Indexed(),
		Session: h.Session, Start: h.Start, Masking: h.Masking, Policy: h.MaskingHash, Recorder: h.Recorder.String(),
		Duration: s.Duration().Seconds(), Active: s.Active.Seconds(), Events: s.Counts.Events,
		Frames: len(tape.Frames), Kinds: make(map[string]int), Windows: len(s.Windows), Pages: []string{},
		Types: []frameCount{}, Header: h, Summary: s,
	}
	if err != nil {
		i.Damage = err.Error()
	}
	for _, k := range s.Kinds {
		i.Kinds[k.Kind.String()] += int(k.Count)
	}
	for _, p := range s.Pages {
		if n := len(i.Pages); n == 0 || i.Pages[n-1] != p.URL {
			i.Pages = append(i.Pages, p.URL)
		}
	}
	at := make(map[format.FrameKind]int)
	for n := range tape.Frames {
		f := &tape.Frames[n]
		i.Encrypted = i.Encrypted || f.Encrypted()
		if _, ok := at[f.Kind]; !ok {
			at[f.Kind] = len(i.Types)
			i.Types = append(i.Types, frameCount{Kind: f.Kind.String()})
		}
		c := &i.Types[at[f.Kind]]
		c.Frames++
		c.Bytes += f.Size
		switch f.Kind {
		case format.FrameHead:
			i.Parts++
		case format.FrameHeap:
			i.Sealed = true // a live tape has its strings in its EVENTS
		case format.FrameKey:
			i.Keyframes++
		}
	}
	i.Sealed = i.Sealed || tape.Sealed() // one without strings has no HEAP
	return i
}
