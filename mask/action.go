package mask

import "errors"

// An Action is what a rule does to what it is about. The actions on elements,
// from the least strict on; of several rules about one element the strictest
// wins:
//
//	action       text    attributes  values   below it          what else
//	Allow        shown   shown       shown    until a rule      values only where the rule matches the control itself
//	MaskText     masked  shown       masked   adds              never shows what is masked around it
//	MaskValue    masked  labels      masked   adds              makes a control of the element
//	Mask         masked  masked      masked   until a rule
//	Private      masked  masked      masked   until a rule      private values are masked elsewhere too
//	Final        masked  masked      masked   all               no Allow below it counts, and as Private
//	Placeholder  gone    layout      gone     all gone          an empty box of its size and style
//	Block        gone    class,size  gone     all gone          an empty box
//	Drop         gone    none        gone     all gone          an element that takes no place
//
// Values are what form controls hold. "Until a rule": a rule that matches an
// element further in decides there. An element that is dropped stays as an
// empty one that is not displayed, for later events name it and its neighbors.
//
// Rules about an attribute, a parameter, a tag or a plugin take three actions:
// Allow shows it, but for what detectors and echoes are found in it, and of a
// payload what Config.Keep names; Mask masks it; Drop leaves it out.
type Action uint8

// The actions. The zero Action is none of them: a rule without an action is
// refused rather than taken to show things.
const (
	Allow Action = 1 + iota
	MaskText
	MaskValue
	Mask
	Private
	Final
	Placeholder
	Block
	Drop
)

var actionNames = [...]string{
	Allow: "allow", MaskText: "mask-text", MaskValue: "mask-value", Mask: "mask", Private: "private", Final: "final",
	Placeholder: "placeholder", Block: "block", Drop: "drop",
}

func (a Action) valid() bool { return a >= Allow && a <= Drop }

func (a Action) String() string {
	if a.valid() {
		return actionNames[a]
	}
	return "invalid"
}

// MarshalText returns the action's name.
func (a Action) MarshalText() ([]byte, error) {
	if !a.valid() {
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

var errAction = errors.New("no such action")
