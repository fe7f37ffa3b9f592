package format

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/pagetape/pagetape/internal/wire"
)

// Major is the version of the format that this package writes. A reader
// refuses a tape with another one.
const Major = 1

// A Header says what a session is a recording of. It has no field for an IP
// address, and a value that parses as one is refused.
type Header struct {
	Session   string    // id of the session
	Start     time.Time // what Event.Time counts from
	Recorder  Software  // what made the recording
	UserAgent string
	Browser   Software
	OS        Software
	Screen    Size
	Viewport  Size   // at the start
	Locale    string // BCP 47
	TimeZone  string // IANA
	Country   string // ISO 3166-1 alpha-2
	Region    string // ISO 3166-2; nothing finer is kept
	Masking   string // name of the policy that masked it; "" is none
	// MaskingHash is the hash of that policy (mask.Policy.Hash): 64 lower-case
	// hexadecimal digits, "" where it is not told. Sessions with the same were
	// masked by the same rules.
	MaskingHash string
	// Properties are free, in order: a plan, a build, an experiment.
	Properties []Property
}

// Software is a program with its version.
type Software struct{ Name, Version string }

// Size is a width and height in CSS pixels.
type Size struct {
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
}

// A Property is one free property of a session.
type Property struct{ Name, Value string }

// Validate reports the first field that a header cannot have: one that holds
// an IP address, a start that nanoseconds since 1970 cannot tell, or a
// MaskingHash that is none. The error names the field, never the value.
func (h *Header) Validate() error {
	if !h.Start.IsZero() && !time.Unix(0, h.Start.UnixNano()).Equal(h.Start) {
		return errors.New("format: header: start is out of range")
	}
	if x := h.MaskingHash; x != "" && (len(x) != 64 || strings.Trim(x, "0123456789abcdef") != "") {
		return errors.New("format: header: masking hash is no SHA-256 in hexadecimal")
	}
	for _, f := range []struct{ name, value string }{
		{"session", h.Session}, {"recorder", h.Recorder.Name}, {"recorder version", h.Recorder.Version},
		{"user agent", h.UserAgent}, {"browser", h.Browser.Name}, {"browser version", h.Browser.Version},
		{"OS", h.OS.Name}, {"OS version", h.OS.Version},
		{"locale", h.Locale}, {"time zone", h.TimeZone}, {"country", h.Country}, {"region", h.Region},
		{"masking", h.Masking},
	} {
		// A version such as 139.0.0.0 is written like an address and is none.
		if !strings.HasSuffix(f.name, "version") && isAddress(f.value) {
			return fmt.Errorf("format: header: %s is an IP address", f.name)
		}
	}
	for i, p := range h.Properties {
		if isAddress(p.Value) || isAddress(p.Name) {
			return fmt.Errorf("format: header: property %d is an IP address", i)
		}
	}
	return nil
}

// isAddress reports whether s is an IP address, alone, in brackets, with a
// port, a prefix length or a zone, or one of several in a list.
func isAddress(s string) bool {
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\t' }) {
		part = strings.Trim(part, `"'`)
		if _, err := netip.ParseAddr(strings.Trim(part, "[]")); err == nil {
			return true
		}
		if _, err := netip.ParseAddrPort(part); err == nil {
			return true
		}
		if _, err := netip.ParsePrefix(part); err == nil {
			return true
		}
	}
	return false
}

// Keys of the map in a HEAD frame's payload.
const (
	headMajor = 1 + iota
	headTables
	headSession
	headRecorder
	headStart
	headLimits
	headProperties
	headUserAgent
	headBrowser
	headOS
	headScreen
	headViewport
	headLocale
	headTimeZone
	headGeo
	headMasking
	headMaskingHash
)

func (h *Header) encode(w *wire.Writer) {
	type pair struct {
		key int
		put func()
	}
	str := func(s string) func() { return func() { w.String(s) } }
	two := func(a, b string) func() {
		return func() { w.Array(2); w.String(a); w.String(b) }
	}
	size := func(s Size) func() {
		return func() { w.Array(2); w.Float(s.Width); w.Float(s.Height) }
	}
	pairs := []pair{{headMajor, func() { w.Int(Major) }}, {headTables, func() { w.Int(tablesVersion) }}}
	add := func(key int, there bool, put func()) {
		if there {
			pairs = append(pairs, pair{key, put})
		}
	}
	add(headSession, h.Session != "", str(h.Session))
	add(headRecorder, h.Recorder != Software{}, two(h.Recorder.Name, h.Recorder.Version))
	add(headStart, !h.Start.IsZero(), func() { w.Int(h.Start.UnixNano()) })
	add(headProperties, len(h.Properties) > 0, func() {
		w.Array(2 * len(h.Properties))
		for _, p := range h.Properties {
			w.String(p.Name)
			w.String(p.Value)
		}
	})
	add(headUserAgent, h.UserAgent != "", str(h.UserAgent))
	add(headBrowser, h.Browser != Software{}, two(h.Browser.Name, h.Browser.Version))
	add(headOS, h.OS != Software{}, two(h.OS.Name, h.OS.Version))
	add(headScreen, h.Screen != Size{}, size(h.Screen))
	add(headViewport, h.Viewport != Size{}, size(h.Viewport))
	add(headLocale, h.Locale != "", str(h.Locale))
	add(headTimeZone, h.TimeZone != "", str(h.TimeZone))
	add(headGeo, h.Country != "" || h.Region != "", two(h.Country, h.Region))
	add(headMasking, h.Masking != "", str(h.Masking))
	add(headMaskingHash, h.MaskingHash != "", str(h.MaskingHash))
	w.Map(len(pairs))
	for _, p := range pairs {
		w.Int(int64(p.key))
		p.put()
	}
}

// decodeHeader reads the payload of a HEAD frame.
func decodeHeader(payload []byte, budget int) (Header, error) {
	return readHeader(wire.NewReader(payload, budget))
}

func readHeader(r *wire.Reader) (Header, error) {
	var h Header
	two := func() (a, b string) {
		if r.Array(0) != 2 {
			r.Fail(wire.ErrSyntax)
			return "", ""
		}
		return r.String(), r.String()
	}
	size := func() (s Size) {
		if r.Array(0) != 2 {
			r.Fail(wire.ErrSyntax)
			return s
		}
		return Size{r.Float(), r.Float()}
	}
	major, static := int64(0), int64(0)
	for range r.Map() {
		key := r.Int()
		if major != 0 && major != Major { // what follows can be in another form
			r.Skip(maxNesting)
			continue
		}
		switch key {
		case headMajor:
			major = r.Int()
		case headTables:
			static = r.Int()
		case headSession:
			h.Session = r.String()
		case headRecorder:
			h.Recorder.Name, h.Recorder.Version = two()
		case headStart:
			h.Start = time.Unix(0, r.Int()).UTC()
		case headProperties:
			n := r.Array(32)
			for range n / 2 {
				h.Properties = append(h.Properties, Property{r.String(), r.String()})
			}
			if n%2 != 0 {
				r.Fail(wire.ErrSyntax)
			}
		case headUserAgent:
			h.UserAgent = r.String()
		case headBrowser:
			h.Browser.Name, h.Browser.Version = two()
		case headOS:
			h.OS.Name, h.OS.Version = two()
		case headScreen:
			h.Screen = size()
		case headViewport:
			h.Viewport = size()
		case headLocale:
			h.Locale = r.String()
		case headTimeZone:
			h.TimeZone = r.String()
		case headGeo:
			h.Country, h.Region = two()
		case headMasking:
			h.Masking = r.String()
		case headMaskingHash:
			h.MaskingHash = r.String()
		default: // a newer writer's
			r.Skip(maxNesting)
		}
	}
	switch {
	case r.Err != nil, r.Left() > 0:
		return Header{}, ErrPayload
	case major != Major || static != tablesVersion:
		return Header{}, ErrVersion
	}
	return h, nil
}
