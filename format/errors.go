package format

import (
	"errors"
	"strconv"
)

// The kinds of error that reading and writing tapes end in, for errors.Is.
var (
	ErrFormat    = errors.New("not a tape")
	ErrVersion   = errors.New("written by a newer version")
	ErrChecksum  = errors.New("checksum mismatch")
	ErrTruncated = errors.New("cut short")
	ErrGap       = errors.New("frames missing") // or strings that a lost frame had
	ErrPayload   = errors.New("malformed content")
	ErrLimit     = errors.New("over the limit") // a *LimitError says which
	ErrClosed    = errors.New("writer is closed")
	ErrMismatch  = errors.New("does not fit the rest of the tape") // only from Reader.Walk and replay.VerifyTape
	ErrKey       = errors.New("not encrypted with this key")       // or encrypted, and there is none
)

// A CorruptError says where a tape is damaged. It never holds content.
type CorruptError struct {
	Offset  int64  // in bytes, of the frame
	Section string // "frame", "head", "heap", "events", "key", "index", "redact", "foot"
	Err     error  // one of the errors above, or what it wraps
}

func (e *CorruptError) Error() string {
	return "format: " + e.Section + " at offset " + strconv.FormatInt(e.Offset, 10) + ": " + e.Err.Error()
}

func (e *CorruptError) Unwrap() error { return e.Err }

// A LimitError says which limit was passed.
type LimitError struct {
	Limit string // in words
	Max   int    // bytes, or a number of what Limit names
}

func (e *LimitError) Error() string {
	return "format: " + e.Limit + " over the limit of " + strconv.Itoa(e.Max)
}

// Is reports whether target is ErrLimit.
func (e *LimitError) Is(target error) bool { return target == ErrLimit }
