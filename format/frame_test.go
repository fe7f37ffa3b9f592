package format_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/pagetape/pagetape/format"
)

// The head of a frame whose events are all of one time has no span.
func TestFrameOfOneTime(t *testing.T) {
	tape := write(t, format.Header{Start: start}, nil, format.Event{Time: time.Second, Data: &format.Load{}})
	for _, f := range open(t, tape, nil).Frames {
		if f.Kind == format.FrameEvents {
			assert.Equal(t, time.Second, f.Start)
			assert.Equal(t, time.Second, f.End)
		}
	}
}
