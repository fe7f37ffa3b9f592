package ahead_test

import (
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/internal/ahead"
)

func events(n int, err error, ended *bool) iter.Seq2[format.Event, error] {
	return func(yield func(format.Event, error) bool) {
		defer func() { *ended = true }()
		for i := range n {
			if !yield(format.Event{Time: time.Duration(i)}, nil) {
				return
			}
		}
		if err != nil {
			yield(format.Event{}, err)
		}
	}
}

func TestAll(t *testing.T) {
	failure := errors.New("failure")
	for _, n := range []int{0, 1, 127, 128, 129, 5000} {
		for _, want := range []error{nil, failure} {
			ended := false
			i := 0
			var got error
			for e, err := range ahead.Of(events(n, want, &ended)) {
				if err != nil {
					got = err
					continue
				}
				require.Equal(t, time.Duration(i), e.Time)
				i++
			}
			assert.Equal(t, n, i)
			assert.Equal(t, want, got)
			assert.True(t, ended)
		}
	}
}

func TestBreak(t *testing.T) {
	for _, stop := range []int{0, 1, 127, 128, 1000} {
		ended := false
		i := 0
		for range ahead.Of(events(100000, nil, &ended)) {
			if i++; i > stop {
				break
			}
		}
		assert.True(t, ended, "the sequence has ended with the loop")
	}
}

func TestPanic(t *testing.T) {
	ended, n := false, 0
	assert.PanicsWithValue(t, "oh", func() {
		for range ahead.Of(func(yield func(format.Event, error) bool) {
			for e, err := range events(300, nil, &ended) {
				if !yield(e, err) {
					return
				}
			}
			panic("oh")
		}) {
			n++
		}
	})
	assert.Equal(t, 300, n)
	assert.True(t, ended)
}
