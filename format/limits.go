package format

import (
	"errors"

	"github.com/pagetape/pagetape/internal/wire"
	"github.com/pagetape/pagetape/snapshot"
)

// Limits bound what reading a tape may take, whatever the tape says. A zero
// field is the default.
type Limits struct {
	// Frame is the most bytes of a frame's payload, stored and decoded: 16 MiB.
	Frame int
	// Memory is the most bytes that decoding one frame may allocate: 256 MiB.
	Memory int
	// Values is the most values in the columns of one frame, those among them
	// that take no bytes: 4 Mi.
	Values int
	// Strings is the most strings and templates of one generation of a tape's
	// tables: 1 Mi. StringBytes is the most bytes of them: 64 MiB.
	Strings, StringBytes int
	// Frames is the most frames that a Reader lists: 1 Mi.
	Frames int
	// Window is the largest zstd window: 8 MiB, and no more than that.
	Window int
	// Depth is how deep a tree may be: 1,024 (snapshot.MaxDepth), and no more
	// than that.
	Depth int
}

const (
	defaultFrame       = 16 << 20
	defaultMemory      = 256 << 20
	defaultValues      = 4 << 20
	defaultStrings     = 1 << 20
	defaultStringBytes = 64 << 20
	defaultFrames      = 1 << 20
	maxWindow          = 8 << 20
)

func (l Limits) withDefaults() Limits {
	for _, f := range []struct {
		limit *int
		value int
	}{
		{&l.Frame, defaultFrame}, {&l.Memory, defaultMemory}, {&l.Values, defaultValues},
		{&l.Strings, defaultStrings}, {&l.StringBytes, defaultStringBytes}, {&l.Frames, defaultFrames},
		{&l.Window, maxWindow}, {&l.Depth, snapshot.MaxDepth},
	} {
		if *f.limit <= 0 {
			*f.limit = f.value
		}
	}
	l.Window, l.Depth = min(l.Window, maxWindow), min(l.Depth, snapshot.MaxDepth)
	return l
}

// What a wire.Reader fails with where one of the Limits is passed; see reason.
var (
	errStrings     = errors.New("too many strings")
	errStringBytes = errors.New("too many bytes of strings")
	errValues      = errors.New("too many values")
	errDepth       = errors.New("a tree too deep")
)

// What Limits do not set.
const (
	// maxNesting bounds how deep a value that this version does not know may
	// nest.
	maxNesting = 64
	// elementSize is what an element of a List is charged at: more than any
	// takes.
	elementSize = 256
)

// reason is the error of this package for one of reading MessagePack.
func reason(err error, l Limits) error {
	switch err {
	case wire.ErrBudget:
		return &LimitError{"memory of a frame", l.Memory}
	case errDepth:
		return &LimitError{"depth of a tree", l.Depth}
	case wire.ErrDepth:
		return &LimitError{"depth", maxNesting}
	case errStrings:
		return &LimitError{"strings", l.Strings}
	case errStringBytes:
		return &LimitError{"bytes of strings", l.StringBytes}
	case errValues:
		return &LimitError{"values of a frame", l.Values}
	}
	return ErrPayload
}
