package format

import (
	"errors"
	"strconv"
	"strings"

	"github.com/pagetape/pagetape/snapshot"
)

// A DamageError says what an event asked for that the page could not do: it
// named nodes or style sheets that are not there, or a change that no page
// allows. What could be done was done and the page is usable. Real streams
// have such events where a recorder lost one.
type DamageError struct {
	Kind Kind
	Errs []error // mostly *snapshot.NodeError
}

// IDs returns the nodes that the errors name, in order, each once.
func (e *DamageError) IDs() []snapshot.NodeID {
	var ids []snapshot.NodeID
	seen := map[snapshot.NodeID]bool{}
	for _, err := range e.Errs {
		if n, ok := errors.AsType[*snapshot.NodeError](err); ok && !seen[n.ID] {
			seen[n.ID] = true
			ids = append(ids, n.ID)
		}
	}
	return ids
}

func (e *DamageError) Error() string {
	var b strings.Builder
	b.WriteString("format: " + e.Kind.String() + ": ")
	for i, err := range e.Errs {
		if i == 3 {
			b.WriteString("; and " + strconv.Itoa(len(e.Errs)-i) + " more")
			break
		}
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(err.Error())
	}
	return b.String()
}

func (e *DamageError) Unwrap() []error { return e.Errs }

// damageOf is the error for what went wrong in an event, nil if err is.
func damageOf(k Kind, err error) error {
	if err == nil {
		return nil
	}
	return damage(k, err)
}

// damage is damageOf for any number of errors.
func damage(k Kind, errs ...error) error {
	kept := errs[:0]
	for _, err := range errs {
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			kept = append(kept, joined.Unwrap()...)
		} else if err != nil {
			kept = append(kept, err)
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return &DamageError{Kind: k, Errs: kept}
}
