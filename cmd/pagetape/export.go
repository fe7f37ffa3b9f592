package main

import (
	"bufio"
	"fmt"

	"github.com/pagetape/pagetape/format/rrweb"
)

func export(env *environment, args []string) error {
	f := env.flags()
	to := f.String("to", "rrweb", "")
	key := keyFlag(f)
	name, err := env.one(f, args)
	if err != nil {
		return err
	}
	if *to != "rrweb" {
		return usage("-to %s: not yet; this version writes rrweb", *to)
	}
	tape, err := key.open(name, false)
	if err != nil {
		return err
	}
	defer tape.Close()
	out := bufio.NewWriterSize(env.out, 256<<10)
	skipped, err := rrweb.Encode(out, tape.Header.Start, tape.Events())
	if ferr := out.Flush(); err == nil {
		err = ferr
	}
	if skipped > 0 {
		fmt.Fprintf(env.err, "pagetape export: %d events of a newer version left out\n", skipped)
	}
	if err != nil {
		return named(name, err)
	}
	return nil
}
