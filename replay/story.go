package replay

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/snapshot"
)

// A LineKind says what a Line of a story tells.
type LineKind string

// The kinds of lines. What the user did, or what was done in the user's place:
const (
	LineClick       LineKind = "click"        // Count says how often in a row
	LineDoubleClick LineKind = "double-click" //
	LineContextMenu LineKind = "context-menu" // a click with the other button
	LineType        LineKind = "type"         // Text is the value in the end
	LineEdit        LineKind = "edit"         // of a text that the user can edit in place; Text is what is new in it
	LineChoose      LineKind = "choose"       // an option of a select, a file; Text is its label
	LineCheck       LineKind = "check"        // a check box or radio button
	LineUncheck     LineKind = "uncheck"      //
	LineFill        LineKind = "fill"         // a field whose value was not recorded; Text is "filled", "refilled" or "cleared"
	LineSubmit      LineKind = "submit"       // a form; Target is the field or button
	LineScroll      LineKind = "scroll"       // Text is the direction and offset in the end
	LineDrag        LineKind = "drag"         //
	LineSelect      LineKind = "select"       // Text is the selected text
	LineResize      LineKind = "resize"       // Text is the viewport in CSS pixels
	LineHidden      LineKind = "hidden"       // the tab was
	LineVisible     LineKind = "visible"      // the tab was again; Duration says for how long it was not
	LineIdle        LineKind = "idle"         // the user is back; Duration says after how long
)

// What the page did:
const (
	LineLoad     LineKind = "load"     // a document; Text is its URL, Target its title
	LineNavigate LineKind = "navigate" // the address changed, the document did not
	LineTitle    LineKind = "title"    // Text is the new one
	LineShow     LineKind = "show"     // Text appeared, in Target if it has one
	LineGone     LineKind = "gone"     // Text went
	LineDialog   LineKind = "dialog"   // one opened; Text is what it says
	LineClosed   LineKind = "closed"   // a dialog closed
	LineList     LineKind = "list"     // one grew by Count items, shrank where it is negative, changed its order where it is 0; Text is of the first new ones
	LineState    LineKind = "state"    // of a control; Text is "expanded", "selected", "disabled" or the like
	LineSet      LineKind = "set"      // a script, or the browser, filled a form control; Text is the value
	LineMedia    LineKind = "media"    // Text is "played", "paused" or "sought to 12 s"
	LineBusy     LineKind = "busy"     // the page goes on changing; nothing more of it is told before the user does something
	LineError    LineKind = "error"    // that the page did not catch; Text is the message
	LineConsole  LineKind = "console"  // console.error, or a failed assertion
	LineRequest  LineKind = "request"  // that failed; Text is method, URL and status
	LineCustom   LineKind = "custom"   // Text is the event's tag and the start of its payload
	LineEnd      LineKind = "end"      // of the session; Duration is how long it was
)

// A Target is the element that a Line is about, as it was then. For a click it
// is the button, link or other control that the clicked node is part of. The
// zero Target is none.
type Target struct {
	ID       snapshot.NodeID `json:"id,omitempty"`
	Role     string          `json:"role,omitempty"`     // ARIA role, or the element's name where it has none
	Name     string          `json:"name,omitempty"`     // accessible name, or the element's text; cut
	Selector string          `json:"selector,omitempty"` // Page.Selector; "" for what is not on the page any more
}

// A Line is one line of a story: one thing that the user or the page did, or a
// run of the same.
type Line struct {
	Time time.Duration `json:"time"` // since Header.Start, of the first event that is told
	// Duration is how long a run took, from its first event to its last; see
	// also the kinds.
	Duration time.Duration   `json:"duration,omitempty"`
	Window   format.WindowID `json:"window,omitempty"`
	Kind     LineKind        `json:"kind"`
	Target   Target          `json:"target,omitzero"`
	Text     string          `json:"text,omitempty"` // in one line; cut to StoryOptions.Text
	More     int             `json:"more,omitempty"` // pieces of text that are left out
	Count    int             `json:"count,omitempty"`
}

// StoryOptions change how a story is told. The zero value is the default.
type StoryOptions struct {
	// Text is the most characters of text in one line: 200.
	Text int
	// Idle is after how long without input the user's return is told: 30 s.
	Idle time.Duration
}

// Story tells a session in lines, in the order of their times, for people,
// search indexes and language models. Runs are one line: what was typed into a
// field is told once with the value in the end, scrolling with the offset in
// the end. Moves of the pointer are left out. Of what the page did, it tells
// what a person would notice: text that appeared or went, dialogs, lists that
// grew, routes, titles, errors and failed requests. Whether a style sheet hides
// an element is not known; its attributes tell (hidden, aria-hidden, open,
// style).
//
// Nothing is told that is not in the events, so a story is as private as they
// are. The same events make the same story. A line is bounded, and what is
// kept meanwhile: the pages, their text, and a few lines.
//
// An error of the source comes last, with a zero Line, after the lines of what
// came before it. What a damaged event could not do is left out. The story can
// be told again if the source can be replayed again. A nil opts is the zero
// StoryOptions.
func Story(src Source, opts *StoryOptions) iter.Seq2[Line, error] {
	var o StoryOptions
	if opts != nil {
		o = *opts
	}
	if o.Text <= 0 {
		o.Text = 200
	}
	if o.Idle <= 0 {
		o.Idle = 30 * time.Second
	}
	return func(yield func(Line, error) bool) {
		t := &teller{opts: o, yield: yield, windows: make(map[format.WindowID]*scene)}
		for e, err := range scanned(src) {
			if err != nil {
				if t.finish(false); !t.stopped {
					yield(Line{}, err)
				}
				return
			}
			if t.event(&e); t.stopped {
				return
			}
		}
		t.finish(true)
	}
}

// String returns the line as a sentence after its time, and its window where
// that is not 0:
//
//	0:01.5  typed "Kari" into textbox "Name"
func (l Line) String() string {
	s := clock(l.Time) + "  "
	if l.Window != 0 {
		s += "[" + strconv.FormatUint(uint64(l.Window), 10) + "] "
	}
	return s + l.sentence()
}

// clock is a time in minutes and seconds, and hours if there are any.
func clock(t time.Duration) string {
	sign := ""
	if t < 0 {
		sign, t = "-", -max(t, -always)
	}
	tenths := t / (100 * time.Millisecond)
	h, m, s, d := tenths/36000, tenths/600%60, tenths/10%60, tenths%10
	if h > 0 {
		return fmt.Sprintf("%s%d:%02d:%02d.%d", sign, h, m, s, d)
	}
	return fmt.Sprintf("%s%d:%02d.%d", sign, m, s, d)
}

// rough is a duration as people say it.
func rough(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return d.Round(100 * time.Millisecond).String()
	case d < time.Hour:
		return d.Round(time.Second).String()
	}
	return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
}

func (l *Line) sentence() string {
	text := quoted(l.Text)
	if l.More > 0 {
		text += fmt.Sprintf(" and %d more", l.More)
	}
	in := ""
	if l.Target != (Target{}) {
		in = " in " + l.Target.String()
	}
	switch l.Kind {
	case LineClick:
		if l.Count > 1 {
			return fmt.Sprintf("clicked %s %d times", l.Target, l.Count)
		}
		return "clicked " + l.Target.String()
	case LineDoubleClick:
		return "double-clicked " + l.Target.String()
	case LineContextMenu:
		return "opened the context menu of " + l.Target.String()
	case LineType:
		if l.Text == "" {
			return "cleared " + l.Target.String()
		}
		return "typed " + text + " into " + l.Target.String()
	case LineEdit:
		if l.Text == "" {
			return "text was deleted from " + l.Target.String()
		}
		return "text in " + l.Target.String() + " became " + text
	case LineChoose:
		return "chose " + text + in
	case LineCheck:
		return "checked " + l.Target.String()
	case LineUncheck:
		return "unchecked " + l.Target.String()
	case LineFill:
		return l.Text + " " + l.Target.String()
	case LineSubmit:
		return "submitted the form of " + l.Target.String()
	case LineScroll:
		if l.Target == (Target{}) {
			return "scrolled " + l.Text
		}
		return "scrolled " + l.Target.String() + " " + l.Text
	case LineDrag:
		return "dragged " + l.Target.String()
	case LineSelect:
		return "selected the text " + text
	case LineResize:
		return "resized the window to " + l.Text
	case LineHidden:
		return "left the tab"
	case LineVisible:
		return "came back to the tab after " + rough(l.Duration)
	case LineIdle:
		return "came back after " + rough(l.Duration) + " without input"
	case LineLoad:
		if l.Target.Name != "" {
			return "opened " + l.Text + " " + quoted(l.Target.Name)
		}
		return "opened " + l.Text
	case LineNavigate:
		return "went to " + l.Text
	case LineTitle:
		return "title became " + text
	case LineShow:
		if l.Target.Name == "" && l.Target.Role != "" {
			in = " in " + article(l.Target.Role)
		}
		return "page showed" + in + ": " + text
	case LineGone:
		return "page no longer showed" + in + ": " + text
	case LineDialog:
		return l.Target.String() + " opened: " + text
	case LineClosed:
		return l.Target.String() + " closed"
	case LineList:
		switch {
		case l.Count == 0:
			return l.Target.String() + " got another order"
		case l.Count < 0:
			return fmt.Sprintf("%s lost %d items", l.Target, -l.Count)
		}
		return fmt.Sprintf("%s got %d more items: %s", l.Target, l.Count, text)
	case LineState:
		return l.Target.String() + " became " + l.Text
	case LineSet:
		if l.Text == "" {
			return l.Target.String() + " was emptied"
		}
		return l.Target.String() + " was set to " + text
	case LineMedia:
		return l.Target.String() + " " + l.Text
	case LineBusy:
		return "page goes on changing"
	case LineError:
		return "error: " + l.Text
	case LineConsole:
		return "console error: " + l.Text
	case LineRequest:
		return "request failed: " + l.Text
	case LineCustom:
		return "event " + l.Text
	case LineEnd:
		return "end, after " + rough(l.Duration)
	}
	return string(l.Kind) + in + ": " + text
}

// article is a noun with its indefinite article.
func article(noun string) string {
	if strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}
