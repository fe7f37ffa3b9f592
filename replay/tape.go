package replay

import (
	"errors"
	"reflect"
	"slices"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// VerifyTape is Verify for a tape: it also reads every frame, and finds all
// that is damaged in the tape itself, or does not fit the rest of it
// (format.Reader.Walk), and compares each keyframe with the page rebuilt from
// the events before it. One at a full snapshot, which has only what the
// snapshot keeps, is compared after the snapshot.
//
// It goes on after damage; full snapshots and keyframes that the damage could
// have made differ are not compared. The error is the first of
// Verification.Tape, nil if there is none.
func VerifyTape(t *format.Reader) (Verification, error) { return Verifier{}.VerifyTape(t) }

// VerifyTape is the function VerifyTape with options.
func (o Verifier) VerifyTape(t *format.Reader) (Verification, error) {
	v := tapeVerifier{verifier: newVerifier(NewPlayer(Events(nil)), o)}
	v.alone, v.exact = v.p.pages, make(map[format.WindowID]bool)
	for w := range t.Walk() {
		v.frame(w)
	}
	v.settle(nil)
	v.finish()
	if len(v.Tape) > 0 {
		return v.Verification, v.Tape[0]
	}
	return v.Verification, nil
}

// A tapeVerifier is a VerifyTape under way.
type tapeVerifier struct {
	*verifier
	parts int
	alone map[format.WindowID]*snapshot.Page // as the events of the present part made them
	front format.WindowID
	exact map[format.WindowID]bool // pages that are what they were when the tape was written
	lost  bool                     // events of the part were, and no keyframe came since
	late  []keyframe               // that must prove right with the next event
}

// A keyframe is one that differs from the page before it.
type keyframe struct {
	offset int64
	window format.WindowID
	data   *format.Keyframe
}

func (v *tapeVerifier) frame(w *format.Walked) {
	if w.Kind != 0 {
		v.Frames++
	}
	gaps := true
	for _, err := range w.Damage {
		v.tape(err)
		gaps = gaps && errors.Is(err, format.ErrGap)
	}
	if broken(w) {
		v.settle(nil)
		v.lose()
	}
	switch {
	case w.Kind == format.FrameHead:
		v.settle(nil)
		if v.parts++; v.parts > 1 {
			v.alone = make(map[format.WindowID]*snapshot.Page)
		}
		v.exact, v.lost = make(map[format.WindowID]bool), false
	case w.Repeated:
	case w.Kind == format.FrameKey && gaps && len(w.Events) > 0:
		v.keys(w)
	case w.Kind == format.FrameEvents:
		for i := range w.Events {
			v.applied(&w.Events[i])
		}
		if !gaps {
			v.lose() // those behind the damage
		}
	}
}

// broken says whether events can be missing before a frame.
func broken(w *format.Walked) bool {
	switch w.Kind {
	case format.FrameIndex, format.FrameFoot, format.FrameKey:
		return w.Lost > 0
	}
	return w.Lost > 0 || len(w.Damage) > 0
}

// lose notes that events were lost: no page is known to be right.
func (v *tapeVerifier) lose() {
	v.lost = true
	clear(v.exact)
	v.doubt()
}

func (v *tapeVerifier) tape(err error) {
	if len(v.Tape) < maxDamage {
		v.Tape = append(v.Tape, err)
	}
}

// applied applies an event, and looks at the keyframes right before it.
func (v *tapeVerifier) applied(e *format.Event) {
	if v.alone[e.Window] == nil && !v.lost {
		v.exact[e.Window] = true
	}
	v.event(e)
	if v.parts > 1 {
		p := v.alone[e.Window]
		if p == nil {
			p = &snapshot.Page{}
			v.alone[e.Window] = p
		}
		_ = e.Data.Apply(p) // its damage was noted
	}
	v.front = e.Window
	if len(v.late) > 0 {
		v.settle(e)
	}
}

// keys compares the keyframes of a KEY frame with the pages, and makes those
// that are not known the keyframes'.
func (v *tapeVerifier) keys(w *format.Walked) {
	complete := len(w.Events) == len(v.alone) && w.Events[len(w.Events)-1].Window == v.front || v.lost
	for _, e := range w.Events {
		k, ok := e.Data.(*format.Keyframe)
		if !ok {
			complete = false
			break
		}
		v.Keyframes++
		page := v.alone[e.Window]
		if v.exact[e.Window] {
			if !reflect.DeepEqual(format.NewKeyframe(page, int(k.Events)), k) {
				v.late = append(v.late, keyframe{w.Offset, e.Window, k})
			}
			continue
		}
		if page == nil {
			if !v.lost {
				complete = false
				continue
			}
			page = &snapshot.Page{}
			v.alone[e.Window] = page
		}
		if k.Apply(page) == nil {
			v.exact[e.Window] = true
			v.front = e.Window
			if v.parts < 2 {
				v.trust(e.Window)
			}
		} else {
			complete = false
		}
	}
	if v.lost = false; !complete {
		v.tape(&format.CorruptError{Offset: w.Offset, Section: "key", Err: format.ErrMismatch})
	}
}

// settle looks at the keyframes that differ, after the event behind them was
// applied; nil is none.
func (v *tapeVerifier) settle(next *format.Event) {
	late := v.late
	v.late = nil
	for _, k := range late {
		if next != nil && next.Window == k.window {
			if full, ok := next.Data.(*format.FullSnapshot); ok {
				var page snapshot.Page
				_ = k.data.Apply(&page)
				_ = full.Apply(&page)
				if reflect.DeepEqual(page.Image(), v.alone[k.window].Image()) {
					continue
				}
			}
		}
		err := &format.CorruptError{Offset: k.offset, Section: "key", Err: format.ErrMismatch}
		if !slices.ContainsFunc(v.Tape, func(have error) bool { return have.Error() == err.Error() }) {
			v.tape(err)
		}
	}
}
