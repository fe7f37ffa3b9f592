package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/mask"
)

const maskHelp = `Masks a tape by another policy, or by values that were not known when it was
written, and writes what is left as a sealed tape.

  -mask POLICY       default, strict, rrweb, posthog, sentry, zenovay, or a policy in a .json file
  -value-file FILE   private values that are known, one a line; - is standard input
  -state FILE        the values of what pack -live -state kept; with -statekey FILE
  -report FILE       what was masked, as JSON
  -check             write nothing; status 1 if the policy would change the tape
  -level LEVEL       how well to compress: fast, better or best
  -keyfile FILE      the key of the tape, and of the one that is written
  -o OUT.tape        where the masked tape goes

What was masked before stays masked, and is not known: a value that the tape
shows though its field is masked is found with -state or -value-file only, by
-check as well. The old tape stays too, and is yours to delete.
`

// remask is the command mask.
func remask(env *environment, args []string) error {
	f := env.flags()
	name := f.String("mask", "default", "")
	values := f.String("value-file", "", "")
	report := f.String("report", "", "")
	check := f.Bool("check", false, "")
	state := stateFlags(f)
	how := levelFlag(f)
	out := f.String("o", "", "")
	key := keyFlag(f)
	in, err := env.one(f, args)
	switch {
	case err != nil:
		return err
	case !*check && *out == "":
		return usage("-o is needed")
	case *check && (*out != "" || *report != ""):
		return usage("-check writes nothing")
	}
	policy, err := newPolicy(*name)
	if err != nil {
		return err
	}
	if policy == nil {
		return usage("-mask none masks nothing")
	}
	var opts mask.FilterOptions
	if opts.Values, err = env.values(*values); err != nil {
		return err
	}
	if err := state.options(&opts); err != nil {
		return err
	}
	var states [][]byte
	if *state.file != "" {
		data, err := os.ReadFile(*state.file)
		if err != nil {
			return err
		}
		states = append(states, data)
	}
	if err := overwrites(*out, in); err != nil {
		return err
	}
	if err := writesOver("-report", *report, in); err != nil {
		return err
	}
	tape, err := key.open(in, false)
	if err != nil {
		return err
	}
	defer tape.Close()
	failed := func(err error) error {
		if errors.Is(err, mask.ErrState) {
			return named(*state.file, mask.ErrState)
		}
		return named(in, key.explain(err))
	}
	if *check {
		changed, err := mask.Check(tape.Reader, policy, &opts, states...)
		if err != nil {
			return failed(err)
		}
		if changed > 0 {
			return named(in, fmt.Errorf("%s of it would be changed by the policy", plural(changed, "event")))
		}
		fmt.Fprintf(env.out, "masked by %s\n", policy.Name())
		return nil
	}
	var wopts format.WriterOptions
	if wopts.Level, err = level(*how); err != nil {
		return err
	}
	if wopts.Key, err = key.key(); err != nil {
		return err
	}
	r, err := rewriteTo(*out, tape.Reader, policy, &opts, &wopts, states...)
	if err != nil {
		return failed(err)
	}
	if *report != "" {
		return writeReport(*report, r)
	}
	return nil
}

// rewriteTo writes the tape as the policy leaves it to a file. Of a failure
// nothing is left.
func rewriteTo(name string, tape *format.Reader, p *mask.Policy, opts *mask.FilterOptions, wopts *format.WriterOptions, states ...[]byte) (mask.Report, error) {
	out, err := create(name)
	if err != nil {
		return mask.Report{}, err
	}
	buf := bufio.NewWriterSize(out, 256<<10)
	r, err := mask.Rewrite(buf, tape, p, opts, wopts, states...)
	if err = errors.Join(err, buf.Flush()); err != nil {
		return r, errors.Join(err, out.discard())
	}
	return r, out.commit()
}
