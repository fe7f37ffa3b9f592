package replay

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A FaultKind says what is wrong with a Fault's event.
type FaultKind uint8

// The kinds of fault.
const (
	// Missing: the event names nodes or style sheets that are not on the page.
	// What brought them is missing, or the recorder never told.
	Missing FaultKind = 1 + iota
	// Duplicate: an earlier event is the same to the last byte, time and window
	// included, and a recorder does not make two of them: a batch came twice.
	Duplicate
	// Disordered: the event's time does not fit its place among the events of
	// its window that recorders stamp as they make them.
	Disordered
)

// String returns "missing", "duplicate" or "disordered".
func (k FaultKind) String() string {
	switch k {
	case Missing:
		return "missing"
	case Duplicate:
		return "duplicate"
	case Disordered:
		return "disordered"
	}
	return "fault-" + strconv.Itoa(int(k))
}

// MarshalText returns String.
func (k FaultKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText sets what MarshalText returned.
func (k *FaultKind) UnmarshalText(text []byte) error {
	for _, known := range []FaultKind{Missing, Duplicate, Disordered} {
		if string(text) == known.String() {
			*k = known
			return nil
		}
	}
	return errors.New("replay: no kind of fault")
}

// A Fault is an event that does not fit those around it. It holds no content.
type Fault struct {
	Kind   FaultKind
	Event  int // index in file order
	Time   time.Duration
	Window format.WindowID
	Data   format.Kind // of the event

	// IDs are nodes that are Missing, the first 16. Since is the time of the
	// window's event before it: the loss lies before Time, and most often after
	// Since.
	IDs   []snapshot.NodeID
	Since time.Duration

	Of int // index of the event that a Duplicate repeats

	// Late is how much later the events around it are than one that is
	// Disordered; below zero it came too early.
	Late time.Duration

	// Healed says that Heal has dropped or moved the event.
	Healed bool

	url string // of the page
}

// String says what is wrong, in one line.
func (f Fault) String() string {
	s := fmt.Sprintf("event %d at %s (%s): ", f.Event, f.Time, f.Data)
	switch f.Kind {
	case Missing:
		if s += "names what is not on the page"; len(f.IDs) > 0 {
			ids := make([]string, 0, len(f.IDs))
			for _, id := range f.IDs {
				ids = append(ids, strconv.Itoa(int(id)))
			}
			s += ": nodes " + strings.Join(ids, ", ")
		}
	case Duplicate:
		s += "the same as event " + strconv.Itoa(f.Of)
	case Disordered:
		if f.Late < 0 {
			s += "comes " + (-f.Late).String() + " too early"
		} else {
			s += "comes " + f.Late.String() + " too late"
		}
	}
	if f.Healed {
		s += "; healed"
	}
	return s
}

const (
	// maxFaults is how many faults are listed; all are counted.
	maxFaults = 256
	maxIDs    = 16
)

// missing returns the nodes that an event named and the page did not have, and
// whether there were any, or a style sheet.
func missing(err error) (ids []snapshot.NodeID, some bool) {
	damage, ok := errors.AsType[*format.DamageError](err)
	if !ok {
		return nil, false
	}
	seen := make(map[snapshot.NodeID]bool)
	for _, err := range damage.Errs {
		node := errors.Is(err, snapshot.ErrUnknownNode)
		some = some || node || errors.Is(err, snapshot.ErrUnknownSheet)
		if n, ok := errors.AsType[*snapshot.NodeError](err); ok && node && !seen[n.ID] && len(ids) < maxIDs {
			seen[n.ID] = true
			ids = append(ids, n.ID)
		}
	}
	return ids, some
}

// stamped says whether recorders give events of that kind the time at which
// they make them, and make them in order: those that change the page. Pointer
// moves, and what pages and plugins tell, can be of before.
func stamped(k format.Kind) bool {
	switch k {
	case format.KindFullSnapshot, format.KindMeta, format.KindMutation, format.KindMouseInteraction,
		format.KindScroll, format.KindViewportResize, format.KindInput, format.KindMedia, format.KindSheetRules,
		format.KindCanvas, format.KindFont, format.KindSheetDeclaration, format.KindSelection,
		format.KindAdoptedSheets, format.KindCustomElement, format.KindVisibility:
		return true
	}
	return false
}
