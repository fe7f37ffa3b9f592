// Pagetape packs, inspects and replays recorded web sessions.
//
//	pagetape pack [-mask POLICY] [-from FORMAT] [-value-file FILE] [-report FILE] [-live [-hold DURATION] [-append] [-state FILE -statekey FILE]] [-level LEVEL] [-batch ID] [-keyfile FILE] -o OUT.tape IN...
//	pagetape seal [-level LEVEL] [-batch ID] [-keyfile FILE] -o OUT.tape IN.tape...
//	pagetape export [-to rrweb] [-keyfile FILE] IN.tape
//	pagetape at (-t DURATION | -n EVENTS) [-as html|text|speech|dump|json] [-overlay [-last DURATION]] [-keyfile FILE] IN.tape
//	pagetape find [-text | -pattern] [-json] [-keyfile FILE] SELECTOR IN.tape
//	pagetape clicks [-answer DURATION] [-json] [-keyfile FILE] SELECTOR IN.tape
//	pagetape history -id ID [-window WINDOW] [-json] [-keyfile FILE] IN.tape
//	pagetape diff -from DURATION [-to DURATION] [-json] [-keyfile FILE] IN.tape
//	pagetape info [-json] [-keyfile FILE] IN.tape
//	pagetape dump [-frames] [-keyfile FILE] IN.tape
//	pagetape verify [-diff] [-json] [-keyfile FILE] IN.tape...
//	pagetape story [-json] [-text N] [-idle DURATION] [-keyfile FILE] IN.tape
//	pagetape timeline [-as json|svg|png] [-width PIXELS] [-keyfile FILE] [-o FILE] IN.tape
//	pagetape heatmap (-page URL | -t DURATION) [-what clicks|moves] [-bandwidth PIXELS] [-as html|svg|png] [-browser PROGRAM] [-nosandbox] [-keyfile FILE] [-o FILE] IN.tape...
//	pagetape recover [-keyfile FILE] -o OUT.tape IN.tape
//	pagetape mask [-mask POLICY] [-value-file FILE] [-state FILE -statekey FILE] [-report FILE] [-level LEVEL] [-keyfile FILE] (-check | -o OUT.tape) IN.tape
//	pagetape policy [-json] POLICY
//	pagetape signals [-json] [-funnel STEPS]... [-keyfile FILE] IN.tape...
//	pagetape redact [-roles ROLES] [-value-file FILE] [-ignore-case] [-keyfile FILE] -o OUT.tape IN.tape
//
// pagetape help COMMAND says more of one. Files are written beside their place
// and take it when they are whole. -keyfile names a file with the key of
// encrypted tapes: 32 bytes, or 64 hexadecimal digits.
//
// Its exit status is 0 when the work is done, 1 for bad or damaged input, with
// a reason of one line that holds nothing of the session, and 2 for wrong
// usage.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

// A command is one of the tool's subcommands.
type command struct {
	name, args, help string
	more             string // what else there is to say
	run              func(env *environment, args []string) error
}

var commands = []command{
	{"pack", "[-mask POLICY] [-from FORMAT] [-value-file FILE] [-report FILE] [-live [-hold DURATION] [-append] [-state FILE -statekey FILE]] [-level LEVEL] [-batch ID] [-keyfile FILE] -o OUT.tape IN...",
		"mask a recording and store it as a tape", packHelp, pack},
	{"seal", "[-level LEVEL] [-batch ID] [-keyfile FILE] -o OUT.tape IN.tape...",
		"make one sealed tape of live ones, and of parts", sealHelp, seal},
	{"export", "[-to rrweb] [-keyfile FILE] IN.tape", "write the events as JSON", "", export},
	{"at", "(-t DURATION | -n EVENTS) [-as html|text|speech|dump|json] [-overlay [-last DURATION]] [-keyfile FILE] IN.tape",
		"print the page at a time, or after a number of events", atHelp, at},
	{"find", "[-text | -pattern] [-json] [-keyfile FILE] SELECTOR IN.tape", "say when something was on a page", findHelp, find},
	{"clicks", "[-answer DURATION] [-json] [-keyfile FILE] SELECTOR IN.tape", "say when something was clicked, and what the page answered", clicksHelp, clicks},
	{"history", "-id ID [-window WINDOW] [-json] [-keyfile FILE] IN.tape", "say what happened to a node", historyHelp, history},
	{"diff", "-from DURATION [-to DURATION] [-json] [-keyfile FILE] IN.tape", "say what two moments differ in", diffHelp, diff},
	{"info", "[-json] [-keyfile FILE] IN.tape", "say what a tape holds", infoHelp, info},
	{"dump", "[-frames] [-keyfile FILE] IN.tape", "print every frame and event", dumpHelp, dump},
	{"verify", "[-diff] [-json] [-keyfile FILE] IN.tape...", "check everything that tapes say, order, gaps and drift", verifyHelp, verify},
	{"story", "[-json] [-text N] [-idle DURATION] [-keyfile FILE] IN.tape", "tell the session in plain lines", storyHelp, story},
	{"timeline", "[-as json|svg|png] [-width PIXELS] [-keyfile FILE] [-o FILE] IN.tape",
		"a session at a glance, for players and as a picture", timelineHelp, timeline},
	{"heatmap", "(-page URL | -t DURATION) [-what clicks|moves] [-bandwidth PIXELS] [-as html|svg|png] [-browser PROGRAM] [-nosandbox] [-keyfile FILE] [-o FILE] IN.tape...",
		"draw where a page was clicked, over the page", heatmapHelp, heatmap},
	{"recover", "[-keyfile FILE] -o OUT.tape IN.tape", "save what can be read of a damaged tape", recoverHelp, salvage},
	{"mask", "[-mask POLICY] [-value-file FILE] [-state FILE -statekey FILE] [-report FILE] [-level LEVEL] [-keyfile FILE] (-check | -o OUT.tape) IN.tape",
		"mask a stored tape once more", maskHelp, remask},
	{"policy", "[-json] POLICY", "print what a policy masks, and why", policyHelp, policy},
	{"signals", "[-json] [-funnel STEPS]... [-keyfile FILE] IN.tape...", "say what stands out: rage and dead clicks, errors, visits, forms, funnels", signalsHelp, findSignals},
	{"redact", "[-roles ROLES] [-value-file FILE] [-ignore-case] [-keyfile FILE] -o OUT.tape IN.tape",
		"erase a person's values from a tape", redactHelp, redact},
}

// An environment is what a command reads and writes beside its files.
type environment struct {
	in       io.Reader
	out, err io.Writer
	terminal bool // err is one
	cmd      command
}

// A usageError is wrong usage: exit status 2.
type usageError struct{ reason string }

func (e usageError) Error() string { return e.reason }

func usage(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

func main() {
	stat, err := os.Stderr.Stat()
	env := &environment{in: os.Stdin, out: os.Stdout, err: os.Stderr, terminal: err == nil && stat.Mode()&os.ModeCharDevice != 0}
	os.Exit(env.main(os.Args[1:]))
}

// main runs a command line and returns the exit status.
func (env *environment) main(args []string) int {
	if len(args) == 0 {
		env.usage(env.err)
		return 2
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		for _, c := range commands {
			if len(args) > 1 && c.name == args[1] {
				c.explain(env.out)
				return 0
			}
		}
		env.usage(env.out)
		return 0
	}
	for _, c := range commands {
		if c.name != args[0] {
			continue
		}
		env.cmd = c
		err := c.run(env, args[1:])
		var wrong usageError
		switch {
		case err == nil, errors.Is(err, flag.ErrHelp):
			return 0
		case errors.As(err, &wrong):
			if wrong.reason != "" {
				fmt.Fprintf(env.err, "pagetape %s: %s\n", c.name, wrong.reason)
			}
			fmt.Fprintf(env.err, "usage: pagetape %s %s\n", c.name, c.args)
			return 2
		}
		fmt.Fprintf(env.err, "pagetape %s: %s\n", c.name, oneLine(err))
		return 1
	}
	fmt.Fprintf(env.err, "pagetape: no command %q\n", args[0])
	env.usage(env.err)
	return 2
}

func (env *environment) usage(w io.Writer) {
	fmt.Fprintln(w, "usage:")
	for _, c := range commands {
		fmt.Fprintf(w, "  pagetape %s %s\n        %s\n", c.name, c.args, c.help)
	}
	fmt.Fprintln(w, "  pagetape help COMMAND")
}

// explain says all of a command.
func (c *command) explain(w io.Writer) {
	fmt.Fprintf(w, "usage: pagetape %s %s\n        %s\n", c.name, c.args, c.help)
	if c.more != "" {
		fmt.Fprintf(w, "\n%s", c.more)
	}
}

// flags returns the flag set of the present command.
func (env *environment) flags() *flag.FlagSet {
	f := flag.NewFlagSet(env.cmd.name, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	return f
}

// parse reads the flags, which may stand between the other arguments, and
// returns those.
func (env *environment) parse(f *flag.FlagSet, args []string) ([]string, error) {
	var rest []string
	for len(args) > 0 {
		if err := f.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				env.cmd.explain(env.out)
				return nil, err
			}
			return nil, usageError{err.Error()}
		}
		if args = f.Args(); len(args) > 0 {
			rest = append(rest, args[0])
			args = args[1:]
		}
	}
	return rest, nil
}

// outFlag is -o: where what a command makes goes.
func outFlag(f *flag.FlagSet) *string { return f.String("o", "", "") }

// inputs is parse for a command that makes one file of several.
func (env *environment) inputs(f *flag.FlagSet, args []string, out *string) ([]string, error) {
	rest, err := env.parse(f, args)
	switch {
	case err != nil:
		return nil, err
	case *out == "":
		return nil, usage("-o is needed")
	case len(rest) == 0:
		return nil, usage("no input")
	}
	return rest, nil
}

// input is parse for a command that makes one file of another.
func (env *environment) input(f *flag.FlagSet, args []string, out *string) (string, error) {
	name, err := env.one(f, args)
	if err == nil && *out == "" {
		err = usage("-o is needed")
	}
	return name, err
}

// one is parse for a command with one file.
func (env *environment) one(f *flag.FlagSet, args []string) (string, error) {
	rest, err := env.parse(f, args)
	if err != nil {
		return "", err
	}
	if len(rest) != 1 {
		return "", usage("one tape is needed, not %d", len(rest))
	}
	return rest[0], nil
}
