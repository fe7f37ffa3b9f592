package main

import (
	"bufio"
	"errors"
	"flag"
	"os"

	"github.com/pagetape/pagetape/mask"
)

// A stateOption is -state and -statekey: where what masking knows of a session
// is kept from one batch to the next.
type stateOption struct {
	file *string
	key  keyOption
}

func stateFlags(f *flag.FlagSet) stateOption {
	return stateOption{f.String("state", "", ""), keyOption{f.String("statekey", "", "")}}
}

// options sets the key of the state. Neither option comes without the other.
func (o stateOption) options(opts *mask.FilterOptions) (err error) {
	if (*o.file == "") != (*o.key.file == "") {
		return usage("-state and -statekey come together")
	}
	opts.Key, err = o.key.key()
	return err
}

// load returns the state, nil where there is none yet.
func (o stateOption) load() ([]byte, error) {
	if *o.file == "" {
		return nil, nil
	}
	data, err := os.ReadFile(*o.file)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// filter returns a filter that goes on where the state was saved.
func (o stateOption) filter(p *mask.Policy, opts *mask.FilterOptions) (*mask.Filter, error) {
	data, err := o.load()
	if err != nil {
		return nil, err
	}
	if data == nil {
		return p.NewFilter(opts), nil
	}
	f, err := p.Import(opts, data)
	if err != nil {
		return nil, named(*o.file, err)
	}
	return f, nil
}

// save keeps what the filter knows.
func (o stateOption) save(f *mask.Filter) error {
	if *o.file == "" {
		return nil
	}
	data, err := f.Export()
	if err != nil {
		return err
	}
	out, err := create(*o.file)
	if err != nil {
		return err
	}
	buf := bufio.NewWriter(out)
	_, err = buf.Write(data)
	if err = errors.Join(err, buf.Flush()); err != nil {
		return errors.Join(err, out.discard())
	}
	return out.commit()
}
