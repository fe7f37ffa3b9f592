package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"

	"github.com/pagetape/pagetape/format"
)

// salvage is the command recover.
func salvage(env *environment, args []string) error {
	f := env.flags()
	out := f.String("o", "", "")
	name, err := env.one(f, args)
	switch {
	case err != nil:
		return err
	case *out == "":
		return usage("-o is needed")
	}
	in, err := os.Open(name)
	if err != nil {
		return err
	}
	defer in.Close()
	if a, err := in.Stat(); err == nil {
		if b, err := os.Stat(*out); err == nil && os.SameFile(a, b) {
			return usage("-o is the tape itself")
		}
	}
	dec := format.NewDecoder(in, &format.ReaderOptions{Salvage: true})
	header, damage := dec.Header()
	n := 0
	var file *os.File
	var buf *bufio.Writer
	var tape *format.Writer
	for e, err := range dec.Events() {
		if err != nil {
			damage = err
			break
		}
		if tape == nil {
			if file, err = os.Create(*out); err != nil {
				return err
			}
			buf = bufio.NewWriter(file)
			header, _ = dec.Header()
			tape = format.NewWriter(buf, header, nil)
		}
		if err := tape.Write(e); err != nil {
			return errors.Join(err, file.Close())
		}
		n++
	}
	if tape == nil {
		if damage == nil {
			damage = errors.New("no events")
		}
		return named(name, damage)
	}
	if err := errors.Join(tape.Close(), buf.Flush(), file.Close()); err != nil {
		return err
	}
	fmt.Fprintf(env.out, "%d events saved in %s\n", n, *out)
	if damage != nil {
		fmt.Fprintf(env.out, "first damage: %v\n", damage)
	}
	return nil
}
