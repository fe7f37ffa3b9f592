package main

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
)

// An output is a file in the making. It is written beside its place and takes
// it when it is whole, so that a command that fails leaves nothing there.
type output struct {
	*os.File
	to string // where it goes; "" for what is no regular file
}

// create begins a file. Links are followed; what is no regular file, as a pipe,
// is written to at once.
func create(name string) (*output, error) {
	o := &output{to: name}
	info, err := os.Stat(name)
	switch {
	case err == nil && !info.Mode().IsRegular():
		o.to = ""
		o.File, err = os.OpenFile(name, os.O_WRONLY, 0)
		return o, err
	case err == nil:
		if o.to, err = filepath.EvalSymlinks(name); err != nil {
			return nil, err
		}
	case !errors.Is(err, os.ErrNotExist):
		return nil, err
	}
	dir, base := filepath.Split(o.to)
	o.File, err = os.OpenFile(dir+"."+base+"."+rand.Text()[:8]+".tmp", os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, named(name, unnamed(err))
	}
	return o, nil
}

// commit closes the file and puts it in its place.
func (o *output) commit() error {
	if o.to == "" {
		return o.Close()
	}
	err := errors.Join(o.Sync(), o.Close())
	if err == nil {
		err = os.Rename(o.Name(), o.to)
	}
	if err != nil {
		return errors.Join(err, os.Remove(o.Name()))
	}
	return nil
}

// discard forgets the file.
func (o *output) discard() error {
	err := o.Close()
	if o.to != "" {
		err = errors.Join(err, os.Remove(o.Name()))
	}
	return err
}

// overwrites refuses an output that is one of the inputs.
func overwrites(out string, inputs ...string) error { return writesOver("-o", out, inputs...) }

// writesOver is overwrites for the file of another flag.
func writesOver(flag, out string, inputs ...string) error {
	b, err := os.Stat(out)
	if err != nil || !b.Mode().IsRegular() {
		return nil
	}
	for _, in := range inputs {
		if a, err := os.Stat(in); err == nil && os.SameFile(a, b) {
			return usage("%s is the input %s", flag, in)
		}
	}
	return nil
}
