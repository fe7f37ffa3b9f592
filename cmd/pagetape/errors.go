package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/pagetape/pagetape/format"
)

// named puts the name of a file before an error.
func named(name string, err error) error { return fmt.Errorf("%s: %w", name, err) }

// unnamed returns the reason of an error of a file, without its name.
func unnamed(err error) error {
	if path, ok := errors.AsType[*os.PathError](err); ok {
		return path.Err
	}
	return err
}

// oneLine is what an error says, on one line.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

// section is the part of a frame that an error is about, "" where it is none of
// a tape.
func section(err error) string {
	if c, ok := errors.AsType[*format.CorruptError](err); ok {
		return c.Section
	}
	return ""
}

// corrupt says whether an error is damage of a tape, and no other.
func corrupt(err error) bool {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, err := range joined.Unwrap() {
			if !corrupt(err) {
				return false
			}
		}
		return true
	}
	return section(err) != "" || errors.Is(err, format.ErrLimit)
}
