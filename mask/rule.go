package mask

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// An Action is what a rule does to the elements that it selects and to what is
// below them.
type Action uint8

// The actions, from the least strict on. The zero Action is none of them: a
// rule without an action is refused rather than taken to show things.
const (
	// Allow shows text and attributes. On a form control it shows the value
	// too, but only where the rule matches the control itself.
	Allow Action = 1 + iota
	// Mask replaces text, attribute values and addresses.
	Mask
	// Final masks, and no rule nearer to the text can lift it.
	Final
	// Block leaves an empty box of the element, and none of what is below it.
	Block
)

var actionNames = [...]string{Allow: "allow", Mask: "mask", Final: "final", Block: "block"}

func (a Action) String() string {
	if a >= Allow && a <= Block {
		return actionNames[a]
	}
	return "invalid"
}

// MarshalText returns the action's name.
func (a Action) MarshalText() ([]byte, error) {
	if a < Allow || a > Block {
		return nil, errAction
	}
	return []byte(actionNames[a]), nil
}

// UnmarshalText sets the action to the one with that name.
func (a *Action) UnmarshalText(text []byte) error {
	for i, name := range actionNames {
		if name != "" && name == string(text) {
			*a = Action(i)
			return nil
		}
	}
	return errAction
}

// A TextMode says what becomes of text that no rule decides about.
type TextMode uint8

// The text modes.
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

// A Shape says what masked text looks like.
type Shape uint8

// The shapes.
const (
	// ShapeFixed is "***" for any text. White space around a text node's
	// content stays, for the layout.
	ShapeFixed Shape = iota
	// ShapeLength has an asterisk for every character, white space in its
	// place. It tells the length. What is final is of fixed shape anyway.
	ShapeLength
)

// MarshalText returns the shape's name.
func (s Shape) MarshalText() ([]byte, error) { return marshalMode(uint8(s), "fixed", "length") }

// UnmarshalText sets the shape to the one with that name.
func (s *Shape) UnmarshalText(text []byte) error {
	return unmarshalMode((*uint8)(s), text, "fixed", "length")
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

// A Rule says what to do with the elements that a CSS selector matches. The
// nearest ancestor-or-self that a rule matches decides about a node. Where
// several rules match one element the strictest wins, so the order of rules
// means nothing.
type Rule struct {
	Select string `json:"select"`
	Action Action `json:"action"`
	Why    string `json:"why,omitempty"` // for the reader of a Report
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
	// Keep names the tags of custom events whose payload passes as it is, but
	// for what the detectors find.
	Keep []string `json:"keep,omitempty"`
	// Plugins names the recorder plugins whose payload passes in the same way.
	Plugins []string `json:"plugins,omitempty"`
	// Detect names what is masked by its form wherever it is shown, also in
	// what Keep, Plugins and rules let pass: card, credentials (a user and
	// password in an address or header), email, iban, ip, jwt, key (of an API),
	// pem, phone (international), ssn (of the US). Nil is all of them but ip and
	// phone, which versions and amounts are easily taken for; a list without
	// names is none.
	Detect []string `json:"detect,omitzero"`
}

// ParseConfig reads a Config from JSON. It refuses members that it does not
// know, so that a misspelt one is not a rule less.
func ParseConfig(r io.Reader) (Config, error) {
	var c Config
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return Config{}, fmt.Errorf("mask: config: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return Config{}, errors.New("mask: config: text after the end")
	}
	return c, nil
}

// A RuleError says which rule Compile refused, and why.
type RuleError struct {
	Index int // in Config.Rules
	Rule  Rule
	Err   error
}

func (e *RuleError) Error() string {
	return "mask: rule " + strconv.Itoa(e.Index) + " " + strconv.Quote(e.Rule.Select) + ": " + e.Err.Error()
}

func (e *RuleError) Unwrap() error { return e.Err }

var (
	errAction = errors.New("no such action")
	errMode   = errors.New("no such mode")
)
