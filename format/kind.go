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
	KindKeyframe         Kind = 8
	KindSummary          Kind = 9
	KindFrames           Kind = 10 // of an INDEX

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
	many func(n int) func() Data
}{
	KindDOMContentLoaded: {"dom-content-loaded", slabOf[DOMContentLoaded]},
	KindLoad:             {"load", slabOf[Load]},
	KindFullSnapshot:     {"full-snapshot", slabOf[FullSnapshot]},
	KindMeta:             {"meta", slabOf[Meta]},
	KindCustom:           {"custom", slabOf[Custom]},
	KindPlugin:           {"plugin", slabOf[Plugin]},
	KindAsset:            {"asset", slabOf[Asset]},
	KindKeyframe:         {"keyframe", slabOf[Keyframe]},
	KindSummary:          {"summary", slabOf[Summary]},
	KindFrames:           {"frames", slabOf[frameList]},
	KindMutation:         {"mutation", slabOf[Mutation]},
	KindMouseMove:        {"mouse-move", moves(KindMouseMove)},
	KindMouseInteraction: {"mouse-interaction", slabOf[MouseInteraction]},
	KindScroll:           {"scroll", slabOf[Scroll]},
	KindViewportResize:   {"viewport-resize", slabOf[ViewportResize]},
	KindInput:            {"input", slabOf[Input]},
	KindTouchMove:        {"touch-move", moves(KindTouchMove)},
	KindMedia:            {"media", slabOf[Media]},
	KindSheetRules:       {"sheet-rules", slabOf[SheetRules]},
	KindCanvas:           {"canvas", slabOf[Canvas]},
	KindFont:             {"font", slabOf[Font]},
	KindLog:              {"log", slabOf[Log]},
	KindDrag:             {"drag", moves(KindDrag)},
	KindSheetDeclaration: {"sheet-declaration", slabOf[SheetDeclaration]},
	KindSelection:        {"selection", slabOf[Selection]},
	KindAdoptedSheets:    {"adopted-sheets", slabOf[AdoptedSheets]},
	KindCustomElement:    {"custom-element", slabOf[CustomElement]},
	KindVisibility:       {"visibility", slabOf[Visibility]},
	KindNavigation:       {"navigation", slabOf[Navigation]},
	KindRequest:          {"request", slabOf[Request]},
	KindConsole:          {"console", slabOf[Console]},
	KindFailure:          {"failure", slabOf[Failure]},
	KindField:            {"field", slabOf[Field]},
	KindJSON:             {"json", unknowns},
}

// Synthetic reports whether events of that kind are made by the writer of a
// tape, not by a recorder.
func (k Kind) Synthetic() bool { return k == KindKeyframe || k == KindSummary || k == KindFrames }

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
	if f := kinds[k].many; f != nil {
		return f(1)()
	}
	return nil
}

// slabOf returns a function that returns one zero Data after the other, at
// most n, which share one allocation.
func slabOf[T any, P interface {
	*T
	Data
}](n int) func() Data {
	all := make([]T, n)
	return func() Data {
		d := P(&all[0])
		all = all[1:]
		return d
	}
}

func moves(source Kind) func(n int) func() Data {
	return func(n int) func() Data {
		next := slabOf[Move](n)
		return func() Data {
			d := next()
			d.(*Move).Source = source
			return d
		}
	}
}

func unknowns(n int) func() Data {
	next := slabOf[Unknown](n)
	return func() Data {
		d := next()
		d.(*Unknown).kind = KindJSON
		return d
	}
}

// String returns the name of the kind in SPEC.md, or "kind-" and the number of
// one that is not known.
func (k Kind) String() string {
	if n := kinds[k].name; n != "" {
		return n
	}
	return "kind-" + strconv.Itoa(int(k))
}
