package mask

import (
	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/echo"
	"github.com/pagetape/pagetape/snapshot"
)

// What the tests of package mask_test see of the inside.
var (
	CleanURL    = cleanURL
	HideURL     = hideURL
	CleanSrcset = cleanSrcset
	CleanCSS    = cleanCSS
	MaskCanvas  = maskCanvas
	SecretName  = secretName
	SecretKey   = secretKey
	Scrub       = scrub
)

// MaskPayload masks a payload of which nothing is known.
func MaskPayload(text string) (string, bool) {
	p, err := Compile(Config{Detect: []string{}})
	if err != nil {
		panic(err)
	}
	return p.NewFilter(nil).payload(nil, text, false)
}

// ValueOf and TextOf are what a policy makes of a value and of a text node that
// it masks.
func (p *Policy) ValueOf(s string) string { return p.look.value(s) }
func (p *Policy) TextOf(s string) string  { return p.look.text(s) }

// Tag is the tag that states have of a text, under a session's key.
func Tag(key echo.Key, text string) uint64 {
	m := newMAC(key)
	m.sum("what was hashed before")
	return m.sum(text)
}

// Glyphs are the characters for masked text.
const Glyphs = glyphs

// DetectorNames are all of them.
var DetectorNames = detectorNames[:]

// A Found is a span that a detector found.
type Found struct {
	From, To int
	By       []string
}

// Detect is detect with the detectors of those names.
func Detect(s string, names ...string) []Found {
	set, err := detectorSet(names)
	if err != nil {
		panic(err)
	}
	var out []Found
	for _, x := range detect(s, set) {
		out = append(out, Found{x.from, x.to, x.by.names()})
	}
	return out
}

// Hide, HideJSON, HideCSS and ShowURL are what a filter makes of strings in
// clear scope.
func (f *Filter) Hide(s string) string     { return f.hide(s) }
func (f *Filter) HideJSON(s string) string { return f.hideJSON(s) }
func (f *Filter) HideCSS(s string) string  { return f.css(s, false) }
func (f *Filter) ShowURL(s string) string  { return f.url(s) }
func (f *Filter) Title(s string) string    { return f.title(s) }

// Private says whether what the node with that id holds is private wherever
// else it shows up.
func (f *Filter) Private(id snapshot.NodeID) bool {
	return f.tail.windows[0].level(id)&flagPrivate != 0
}

// Known is how many nodes the filter knows something of.
func (f *Filter) Known() int {
	n := 0
	for _, w := range f.tail.windows {
		n += w.nodes.count
	}
	return n
}

// OpenState returns what is sealed in a state.
func (f *Filter) OpenState(state []byte) (string, error) {
	aead, err := f.opts.stateCipher()
	if err != nil {
		return "", err
	}
	rest := state[len(stateMagic):]
	plain, err := aead.Open(nil, rest[:aead.NonceSize()], rest[aead.NonceSize():], []byte(stateMagic+f.opts.Session))
	return string(plain), err
}

// ImportPlain is Import of what is sealed in a state.
func (p *Policy) ImportPlain(opts *FilterOptions, plain []byte) (*Filter, error) {
	f := p.NewFilter(opts)
	return f, f.addPlain(plain, make(map[format.WindowID]uint64))
}
