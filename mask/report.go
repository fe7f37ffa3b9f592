package mask

import "github.com/pagetape/pagetape/internal/echo"

// A Report counts what a filter did. It holds no value, nor anything that is
// computed from one, and encoding/json writes it.
type Report struct {
	Policy string `json:"policy,omitempty"`
	Events int    `json:"events"` // given to the filter
	// Damaged is how many of them named nodes that the page did not have.
	Damaged int `json:"damaged,omitempty"`
	// Patches is how many events were added, to mask what had been shown when
	// a rule came to match it or a value in it became known.
	Patches  int            `json:"patches,omitempty"`
	Rules    []RuleCount    `json:"rules,omitempty"`    // those that matched, in order
	Channels []ChannelCount `json:"channels,omitempty"` // those that had content, in order
	// Detectors are those that found something, in order.
	Detectors []DetectorCount `json:"detectors,omitempty"`
	// Values is how many private values were registered for echo stripping.
	Values int `json:"values,omitempty"`
	// Common is how many were not, for they are words of the page.
	Common int `json:"common,omitempty"`
	// Echoes are the forms in which values showed up again, in order.
	Echoes []EchoCount `json:"echoes,omitempty"`
	// Late is how many texts and attributes had been let go with a value in
	// them that became known later. The page is patched; the events before
	// still have it. Rewrite takes it out if it is told the value, which the
	// stored tape does not have any more: FilterOptions.Values.
	Late int `json:"late,omitempty"`
	// Flooded says that there were more values than FilterOptions.MaxValues,
	// and that all text was masked from there on.
	Flooded bool `json:"flooded,omitempty"`
}

// An EchoCount says how many echoes of private values were stripped that had a
// form: whole (as it is), digits, an encoding and so on.
type EchoCount struct {
	Form  string `json:"form"`
	Found int    `json:"found"`
}

// A DetectorCount says how often a detector found something.
type DetectorCount struct {
	Detector string `json:"detector"`
	Found    int    `json:"found"`
}

// A RuleCount says how many elements, attributes, parameters or events a rule
// matched.
type RuleCount struct {
	Index int `json:"index"` // in Config.Rules
	Rule
	Matched int `json:"matched"`
}

// A ChannelCount says what became of the content that came one way: strings,
// for the most part, but events and records where these were left out whole.
type ChannelCount struct {
	Channel string `json:"channel"`
	Kept    int    `json:"kept,omitempty"`
	Masked  int    `json:"masked,omitempty"`
	Blocked int    `json:"blocked,omitempty"` // left out as part of a blocked element
	Dropped int    `json:"dropped,omitempty"` // left out for what it is
}

// A channel is a way that content takes through a recording.
type channel uint8

const (
	chText channel = iota
	chTitle
	chScript
	chComment
	chAttribute
	chInput
	chURL
	chCSS
	chMeta
	chName
	chConsole
	chNetwork
	chCustom
	chCanvas
	chImage
	chFont
	chSelection
	chNode
	chWord
	chUnknown
	channels
)

var channelNames = [channels]string{
	"text", "title", "script", "comment", "attribute", "input", "url", "css", "meta", "name", "console", "network",
	"custom", "canvas", "image", "font", "selection", "node", "word", "unknown",
}

// An outcome is what became of a string, record or event.
type outcome uint8

const (
	kept outcome = iota
	masked
	blocked
	droppedOut
	outcomes
)

func newTally(p *Policy) *tally { return &tally{rules: make([]int, len(p.config.Rules))} }

// tally counts outcomes by channel, and elements by rule.
type tally struct {
	events, damaged, patches int
	late                     int
	channels                 [channels][outcomes]int
	found                    [maxDetectors]int
	echoes                   [256]int // by echo.Form
	rules                    []int
}

// note counts a string that went in as was and came out as is.
func (t *tally) note(ch channel, was, is string) string {
	switch {
	case was == "":
	case was == is:
		t.channels[ch][kept]++
	case is == "":
		t.channels[ch][droppedOut]++
	default:
		t.channels[ch][masked]++
	}
	return is
}

func (t *tally) add(ch channel, o outcome) { t.channels[ch][o]++ }

// Report returns what the filter has done so far.
func (f *Filter) Report() Report {
	r := Report{
		Policy: f.policy.Name(), Events: f.tally.events, Damaged: f.tally.damaged, Patches: f.tally.patches,
		Values: f.memory.values.Len(), Common: f.memory.common, Late: f.tally.late, Flooded: f.memory.flood,
	}
	for i, n := range f.tally.rules {
		if n > 0 {
			r.Rules = append(r.Rules, RuleCount{i, f.policy.config.Rules[i], n})
		}
	}
	for i := range f.tally.channels {
		c := &f.tally.channels[i]
		if *c != [outcomes]int{} {
			r.Channels = append(r.Channels, ChannelCount{channelNames[i], c[kept], c[masked], c[blocked], c[droppedOut]})
		}
	}
	for i, n := range f.tally.echoes {
		if n > 0 {
			r.Echoes = append(r.Echoes, EchoCount{echo.Form(i).String(), n})
		}
	}
	for i, n := range f.tally.found {
		if n > 0 {
			r.Detectors = append(r.Detectors, DetectorCount{f.policy.detectorName(i), n})
		}
	}
	return r
}
