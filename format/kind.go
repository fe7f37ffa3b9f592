package format

import "strconv"

// Kind is the kind of an event, and its number in a tape. Numbers are never
// used again. 16 + n is rrweb's incremental source n.
type Kind uint8

// The kinds of event.
const (
	KindDOMContentLoaded Kind = 1
	KindLoad             Kind = 2
	KindFullSnapshot     Kind = 3
	KindMeta             Kind = 4
	KindCustom           Kind = 5
	KindPlugin           Kind = 6
	KindAsset            Kind = 7
	KindKeyframe         Kind = 8 // no recorder's

	KindMutation         Kind = 16
	KindMouseMove        Kind = 17
	KindMouseInteraction Kind = 18
	KindScroll           Kind = 19
	KindViewportResize   Kind = 20
	KindInput            Kind = 21
	KindTouchMove        Kind = 22
	KindMedia            Kind = 23
	KindSheetRules       Kind = 24
	KindCanvas           Kind = 25
	KindFont             Kind = 26
	KindLog              Kind = 27
	KindDrag             Kind = 28
	KindSheetDeclaration Kind = 29
	KindSelection        Kind = 30
	KindAdoptedSheets    Kind = 31
	KindCustomElement    Kind = 32

	KindVisibility Kind = 64
	KindNavigation Kind = 65
	KindRequest    Kind = 66
	KindConsole    Kind = 67
	KindFailure    Kind = 68
	KindField      Kind = 69

	// KindJSON is an event that this version has no type for, kept as the
	// JSON text in which it came.
	KindJSON Kind = 127
)

// kinds is the registry of event kinds: the one place where a kind, its name
// in SPEC.md and its type meet.
var kinds = [256]struct {
	name string
	new  func() Data
}{
	KindDOMContentLoaded: {"dom-content-loaded", func() Data { return &DOMContentLoaded{} }},
	KindLoad:             {"load", func() Data { return &Load{} }},
	KindFullSnapshot:     {"full-snapshot", func() Data { return &FullSnapshot{} }},
	KindMeta:             {"meta", func() Data { return &Meta{} }},
	KindCustom:           {"custom", func() Data { return &Custom{} }},
	KindPlugin:           {"plugin", func() Data { return &Plugin{} }},
	KindAsset:            {"asset", func() Data { return &Asset{} }},
	KindKeyframe:         {"keyframe", func() Data { return &Keyframe{} }},
	KindMutation:         {"mutation", func() Data { return &Mutation{} }},
	KindMouseMove:        {"mouse-move", func() Data { return &Move{Source: KindMouseMove} }},
	KindMouseInteraction: {"mouse-interaction", func() Data { return &MouseInteraction{} }},
	KindScroll:           {"scroll", func() Data { return &Scroll{} }},
	KindViewportResize:   {"viewport-resize", func() Data { return &ViewportResize{} }},
	KindInput:            {"input", func() Data { return &Input{} }},
	KindTouchMove:        {"touch-move", func() Data { return &Move{Source: KindTouchMove} }},
	KindMedia:            {"media", func() Data { return &Media{} }},
	KindSheetRules:       {"sheet-rules", func() Data { return &SheetRules{} }},
	KindCanvas:           {"canvas", func() Data { return &Canvas{} }},
	KindFont:             {"font", func() Data { return &Font{} }},
	KindLog:              {"log", func() Data { return &Log{} }},
	KindDrag:             {"drag", func() Data { return &Move{Source: KindDrag} }},
	KindSheetDeclaration: {"sheet-declaration", func() Data { return &SheetDeclaration{} }},
	KindSelection:        {"selection", func() Data { return &Selection{} }},
	KindAdoptedSheets:    {"adopted-sheets", func() Data { return &AdoptedSheets{} }},
	KindCustomElement:    {"custom-element", func() Data { return &CustomElement{} }},
	KindVisibility:       {"visibility", func() Data { return &Visibility{} }},
	KindNavigation:       {"navigation", func() Data { return &Navigation{} }},
	KindRequest:          {"request", func() Data { return &Request{} }},
	KindConsole:          {"console", func() Data { return &Console{} }},
	KindFailure:          {"failure", func() Data { return &Failure{} }},
	KindField:            {"field", func() Data { return &Field{} }},
	KindJSON:             {"json", func() Data { return &Unknown{kind: KindJSON} }},
}

// KindOf returns the kind with that name, 0 if there is none.
func KindOf(name string) Kind {
	for k := range kinds {
		if name != "" && kinds[k].name == name {
			return Kind(k)
		}
	}
	return 0
}

// New returns a zero Data of that kind, nil for a kind this version does not
// know.
func New(k Kind) Data {
	if f := kinds[k].new; f != nil {
		return f()
	}
	return nil
}

func (k Kind) String() string {
	if n := kinds[k].name; n != "" {
		return n
	}
	return "kind-" + strconv.Itoa(int(k))
}
