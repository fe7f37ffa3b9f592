package mask

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A TextMode says what becomes of text that no rule decides about.
type TextMode uint8

// The text modes. What is shown is always searched by the detectors, so there
// is none for that.
const (
	TextClear TextMode = iota // is shown
	TextMask                  // is masked
)

// MarshalText returns the mode's name.
func (m TextMode) MarshalText() ([]byte, error) { return marshalMode(uint8(m), "clear", "mask") }

// UnmarshalText sets the mode to the one with that name.
func (m *TextMode) UnmarshalText(text []byte) error {
	return unmarshalMode((*uint8)(m), text, "clear", "mask")
}

// A Shape says what masked text and values look like. What is final is of fixed
// shape anyway: the length of a secret is part of it.
type Shape uint8

// The shapes.
const (
	// ShapeFixed is three glyphs for any text. White space around a text
	// node's content stays, for the layout.
	ShapeFixed Shape = iota
	// ShapeLength has a glyph for every character, white space in its place.
	// It tells the length.
	ShapeLength
	// ShapeBucket has a glyph for every character that is not white space, and
	// up to four more: their number is a multiple of five. In text a blank
	// parts groups of five, for lines to wrap.
	ShapeBucket
)

var shapeNames = []string{"fixed", "length", "bucket"}

// MarshalText returns the shape's name.
func (s Shape) MarshalText() ([]byte, error) { return marshalMode(uint8(s), shapeNames...) }

// UnmarshalText sets the shape to the one with that name.
func (s *Shape) UnmarshalText(text []byte) error {
	return unmarshalMode((*uint8)(s), text, shapeNames...)
}

func marshalMode(m uint8, names ...string) ([]byte, error) {
	if int(m) >= len(names) {
		return nil, errMode
	}
	return []byte(names[m]), nil
}

func unmarshalMode(m *uint8, text []byte, names ...string) error {
	for i, name := range names {
		if name == string(text) {
			*m = uint8(i)
			return nil
		}
	}
	return errMode
}

// A Config says what is private. It is plain data that encoding/json writes
// and reads; the zero Config has no rules and still masks what is always
// masked: form controls, payloads, the queries of addresses.
type Config struct {
	// Name is told in reports and stored with the tape.
	Name  string `json:"name,omitempty"`
	Rules []Rule `json:"rules,omitempty"`
	// Text is for text that no rule decides about. TextMask masks all text
	// and attributes outside of allow rules, and the paths of addresses.
	Text TextMode `json:"text,omitempty"`
	// Labels is for placeholder, title, aria-label and the like on form
	// controls that no mask rule covers.
	Labels TextMode `json:"labels,omitempty"`
	Shape  Shape    `json:"shape,omitempty"`
	// Glyph is the character that masked text and values are made of, one of
	// * x X • ● █ ▪; "" is *. Addresses, names and payloads, which have a form
	// to keep, are masked with *** whatever it is.
	Glyph string `json:"glyph,omitempty"`
	// Paths shows the segments of addresses' paths that look like the name of
	// someone or something: UUIDs, long numbers and tokens. Otherwise they are
	// masked; names of files stay readable.
	Paths bool `json:"paths,omitempty"`
	// Keep is short for a rule that allows each of these tags of custom events.
	// The payload passes as it is, but for what detectors and echoes are found
	// in it; members whose key speaks of a secret, bodies of requests, most
	// values of headers and ids of sessions are masked there too.
	Keep []string `json:"keep,omitempty"`
	// Plugins is short for a rule that allows each of these recorder plugins,
	// whose payload passes as Keep has it.
	Plugins []string `json:"plugins,omitempty"`
	// Detect names what is masked by its form wherever it is shown, also in
	// what rules let pass: card, credentials (a user and password in an address
	// or header), email, iban, ip, jwt, key (of an API), pem, phone
	// (international), ssn (of the US). Nil is all of them but ip and phone,
	// which versions and amounts are easily taken for; a list without names is
	// none.
	Detect []string `json:"detect,omitzero"`
	// Custom names the Detectors that are given to Compile beside the Config.
	// Compile refuses a Config whose list is not theirs, so that a policy in a
	// file is not one detector less.
	Custom []string `json:"custom,omitempty"`
}

// glyphs are the characters for masked text. None can be part of what a
// detector looks for by itself, of an address's form or of CSS's.
const glyphs = "*xX•●█▪"

func (c *Config) glyph() (string, error) {
	switch {
	case c.Glyph == "":
		return "*", nil
	case len([]rune(c.Glyph)) != 1 || !strings.Contains(glyphs, c.Glyph):
		return "", errGlyph
	}
	return c.Glyph, nil
}

// clone returns a copy that shares nothing with c.
func (c Config) clone() Config {
	c.Rules = slices.Clone(c.Rules)
	c.Keep = slices.Clone(c.Keep)
	c.Plugins = slices.Clone(c.Plugins)
	c.Detect = slices.Clone(c.Detect)
	c.Custom = slices.Clone(c.Custom)
	return c
}

// ParseConfig reads a Config from JSON. It refuses members that it does not
// know, so that a misspelt one is not a rule less, and says which rule they
// are in.
func ParseConfig(r io.Reader) (Config, error) {
	var in struct {
		Config
		Rules []json.RawMessage `json:"rules"`
	}
	if err := decodeStrict(json.NewDecoder(r), &in); err != nil {
		return Config{}, fmt.Errorf("mask: config: %w", err)
	}
	c := in.Config
	for i, text := range in.Rules {
		var rule Rule
		if err := decodeStrict(json.NewDecoder(strings.NewReader(string(text))), &rule); err != nil {
			return Config{}, fmt.Errorf("mask: config: rule %d: %w", i, err)
		}
		c.Rules = append(c.Rules, rule)
	}
	return c, nil
}

func decodeStrict(d *json.Decoder, v any) error {
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("text after the end")
	}
	return nil
}

var (
	errMode  = errors.New("no such mode")
	errGlyph = errors.New("no such glyph")
)
