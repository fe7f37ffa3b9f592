package format

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A KEY that is a patch is stored as it was while what it is of is.
func TestRedactKeepsPatches(t *testing.T) {
	var p redactPart
	patch, aside, whole := &Frame{patch: true}, &Frame{aside: true}, &Frame{}
	for i, step := range []struct {
		f       *Frame
		changed bool // it is
		lost    bool // one before it is
		kept    bool
	}{
		{f: whole, kept: true},
		{f: patch, kept: true},
		{f: whole, changed: true},
		{f: patch},
		{f: aside, kept: true},
		{f: patch},
		{f: whole, kept: true},
		{f: aside, changed: true},
		{f: patch, kept: true},
		{f: patch, lost: true},
		{f: patch},
		{f: whole, kept: true},
		{f: &Frame{patch: true, aside: true}, kept: true},
		{f: patch, kept: true},
	} {
		stored := []byte{1}
		if step.changed {
			stored = nil
		}
		p.rebased = p.rebased || step.lost
		stored, p.rebased = p.keep(step.f, stored)
		assert.Equal(t, step.kept, stored != nil, "step %d", i)
	}
}
