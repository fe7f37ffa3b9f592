package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/pagetape/pagetape/format"
)

const redactHelp = `  -roles ROLES        strings of these roles become *** as a whole, as input,text,url
  -value-file FILE    one value a line, each of which becomes *** wherever it occurs;
                      - is standard input
  -ignore-case        values in upper and lower case
  -keyfile FILE       the key of the tape, and of the one without them
  -o OUT.tape         where the tape without them goes
Values are never given on the command line: others on the machine can read that,
and shells keep it. The old tape stays, and is yours to delete.
`

func redact(env *environment, args []string) error {
	f := env.flags()
	roles := f.String("roles", "", "")
	file := f.String("value-file", "", "")
	fold := f.Bool("ignore-case", false, "")
	out := outFlag(f)
	key := keyFlag(f)
	name, err := env.input(f, args, out)
	if err != nil {
		return err
	}
	if *roles == "" && *file == "" {
		return usage("nothing to redact: one of -roles and -value-file is needed")
	}
	opts := format.RedactOptions{IgnoreCase: *fold}
	if opts.Roles, err = parseRoles(*roles); err != nil {
		return err
	}
	if opts.Values, err = env.values(*file); err != nil {
		return err
	}
	if len(opts.Values) == 0 && len(opts.Roles) == 0 {
		return named(*file, errors.New("no value in it"))
	}
	if err := overwrites(*out, name); err != nil {
		return err
	}
	tape, err := key.open(name, false)
	if err != nil {
		return err
	}
	defer tape.Close()
	report, err := redactTo(*out, tape.Reader, &opts)
	if err != nil {
		return named(name, key.explain(err))
	}
	env.redacted(&report)
	return nil
}

// redactTo writes the tape without what opts say to a file. Of a failure nothing
// is left.
func redactTo(name string, tape *format.Reader, opts *format.RedactOptions) (format.RedactReport, error) {
	out, err := create(name)
	if err != nil {
		return format.RedactReport{}, err
	}
	buf := bufio.NewWriterSize(out, 256<<10)
	report, err := format.Redact(buf, tape, opts)
	if err = errors.Join(err, buf.Flush()); err != nil {
		return report, errors.Join(err, out.discard())
	}
	return report, out.commit()
}

// parseRoles reads names of roles with commas between them.
func parseRoles(list string) (roles []format.Role, err error) {
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		role, ok := format.RoleOf(name)
		if !ok {
			return nil, usage("-roles: no role %q", name)
		}
		roles = append(roles, role)
	}
	return roles, nil
}

// values reads one value a line.
func (env *environment) values(name string) (values []string, err error) {
	var text []byte
	switch name {
	case "":
		return nil, nil
	case "-":
		text, err = io.ReadAll(env.in)
	default:
		text, err = os.ReadFile(name)
	}
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			values = append(values, line)
		}
	}
	return values, nil
}

// redacted says how much was changed.
func (env *environment) redacted(r *format.RedactReport) {
	for _, role := range slices.Sorted(maps.Keys(r.Roles)) {
		fmt.Fprintf(env.out, "%-10s %d strings, %d bytes\n", role, r.Roles[role].Strings, r.Roles[role].Bytes)
	}
	fmt.Fprintf(env.out, "%d strings of headers and summaries, %d records of newer kinds, %d frames left out\n", r.Labels, r.Rows, r.Frames)
}
