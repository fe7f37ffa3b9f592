package main

import (
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/pagetape/pagetape/format"
)

// A keyOption is -keyfile: the key of encrypted tapes.
type keyOption struct{ file *string }

func keyFlag(f *flag.FlagSet) keyOption { return keyOption{f.String("keyfile", "", "")} }

// key returns the key in the file, nil without the option.
func (o keyOption) key() ([]byte, error) {
	if *o.file == "" {
		return nil, nil
	}
	file, err := os.Open(*o.file)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, 1<<10))
	if err != nil {
		return nil, err
	}
	if len(text) == format.KeySize {
		return text, nil
	}
	if key, err := hex.DecodeString(strings.TrimSpace(string(text))); err == nil && len(key) == format.KeySize {
		return key, nil
	}
	return nil, named(*o.file, fmt.Errorf("no key: that is %d bytes, or %d hexadecimal digits", format.KeySize, 2*format.KeySize))
}

// open opens a tape. The reason of an error has no path twice. What is no tape
// at its beginning opens only where it is to be salvaged.
func (o keyOption) open(name string, salvage bool) (*format.ReadCloser, error) {
	key, err := o.key()
	if err != nil {
		return nil, err
	}
	opts := format.ReaderOptions{Key: key}
	t, err := format.OpenReader(name, &opts)
	if salvage && (err == nil || !errors.Is(err, format.ErrKey) && !errors.Is(err, format.ErrVersion)) {
		if err == nil {
			t.Close()
		}
		opts.Salvage = true
		t, err = format.OpenReader(name, &opts)
	}
	if err != nil {
		if err = o.explain(unnamed(err)); errors.Is(err, format.ErrKey) {
			err = errors.New("not encrypted with this key")
		}
		return nil, named(name, err)
	}
	return t, nil
}

// tape opens the one tape that a command is given, and returns its name too.
func (env *environment) tape(f *flag.FlagSet, args []string, key keyOption, salvage bool) (string, *format.ReadCloser, error) {
	name, err := env.one(f, args)
	if err != nil {
		return "", nil, err
	}
	t, err := key.open(name, salvage)
	return name, t, err
}

// explain says what to do about an encrypted tape.
func (o keyOption) explain(err error) error {
	if *o.file == "" && errors.Is(err, format.ErrKey) {
		return errors.New("encrypted: -keyfile is needed")
	}
	return err
}

// levelFlag is -level.
func levelFlag(f *flag.FlagSet) *string { return f.String("level", "", "") }

// level returns the level with that name.
func level(name string) (format.Level, error) {
	switch name {
	case "":
		return format.LevelDefault, nil
	case "fast":
		return format.LevelFast, nil
	case "better":
		return format.LevelBetter, nil
	case "best":
		return format.LevelBest, nil
	}
	return 0, usage("-level: no level %q; there are fast, better and best", name)
}
