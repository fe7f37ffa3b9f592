package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/pagetape/pagetape/format"
	"github.com/pagetape/pagetape/replay"
	"github.com/pagetape/pagetape/snapshot"
)

const findHelp = `Prints when what SELECTOR matches was on a page: from when to when, the window if
there are several, the node's id, its tag, what it said at first, and how it
ended. With -text it is when a page showed the text SELECTOR, over the borders of
inline elements; with -pattern what the regular expression SELECTOR matches in a
line. -json prints one JSON object a line, with times in nanoseconds, in the
order in which they end.

A selector asks for what an element is and where it is. :checked and :focus ask
for the live state; :enabled and :disabled read attributes. -text finds text.
`

func find(env *environment, args []string) error {
	f := env.flags()
	text := f.Bool("text", false, "")
	pattern := f.Bool("pattern", false, "")
	asJSON := f.Bool("json", false, "")
	key := keyFlag(f)
	what, name, err := env.question(f, args)
	if err != nil {
		return err
	}
	var ask func(replay.Source) iter.Seq2[replay.Match, error]
	switch {
	case *text && *pattern:
		return usage("one of -text and -pattern will do")
	case *text:
		ask = func(src replay.Source) iter.Seq2[replay.Match, error] { return replay.FindText(src, what) }
	case *pattern:
		re, err := regexp.Compile(what)
		if err != nil {
			return usage("-pattern: %v", err)
		}
		ask = func(src replay.Source) iter.Seq2[replay.Match, error] { return replay.FindPattern(src, re) }
	default:
		ask = func(src replay.Source) iter.Seq2[replay.Match, error] { return replay.Find(src, what) }
	}
	tape, err := key.open(name, false)
	if err != nil {
		return err
	}
	defer tape.Close()
	if *asJSON {
		return jsonLines(env, name, ask(tape))
	}
	matches, err := collect(ask(tape))
	slices.SortStableFunc(matches, func(a, b replay.Match) int { return a.First - b.First })
	windows := several(matches, func(m *replay.Match) format.WindowID { return m.Window })
	out := bufio.NewWriter(env.out)
	for _, m := range matches {
		fmt.Fprintf(out, "%v to %v  %s%d <%s>", millis(m.Start), millis(m.End), windows(m.Window), m.ID, line(m.Tag))
		if m.Text != "" {
			fmt.Fprintf(out, " %s", quote(m.Text))
		}
		fmt.Fprintf(out, "  %s\n", endings[m.Why])
	}
	return finish(env, out, name, len(matches), err)
}

var endings = map[replay.End]string{
	replay.EndSession: "to the end", replay.EndRemoved: "removed", replay.EndChanged: "not any more", replay.EndPage: "another page came",
}

const clicksHelp = `Prints who clicked what SELECTOR matched at the time, itself or something in it:
when, the window if there are several, the node's id, where, its role, name and
selector, what is near it, and what the page answered within -answer (1s; a
negative one is not looked for). -json prints one JSON object a line, with times
in nanoseconds.
`

func clicks(env *environment, args []string) error {
	f := env.flags()
	answer := f.Duration("answer", 0, "")
	asJSON := f.Bool("json", false, "")
	key := keyFlag(f)
	what, name, err := env.question(f, args)
	if err != nil {
		return err
	}
	tape, err := key.open(name, false)
	if err != nil {
		return err
	}
	defer tape.Close()
	found := replay.Clicks(tape, what, &replay.ClicksOptions{Answer: *answer})
	if *asJSON {
		return jsonLines(env, name, found)
	}
	list, err := collect(found)
	windows := several(list, func(c *replay.ClickMatch) format.WindowID { return c.Window })
	out := bufio.NewWriter(env.out)
	for _, c := range list {
		fmt.Fprintf(out, "%v  %s%d", millis(c.Time), windows(c.Window), c.ID)
		if c.Point != nil {
			fmt.Fprintf(out, " at %s,%s", number(c.Point.X), number(c.Point.Y))
		}
		label := c.Name
		if label == "" {
			label = c.Text
		}
		fmt.Fprintf(out, "  %s %s  %s\n", orElse(c.Role, "element"), quote(label), line(c.Path))
		if c.Near != "" {
			fmt.Fprintf(out, "    near %s\n", quote(c.Near))
		}
		for _, a := range c.Answer {
			fmt.Fprintf(out, "    then %s\n", quote(a))
		}
	}
	return finish(env, out, name, len(list), err)
}

const historyHelp = `Prints everything that happened to the node with the id ID in a window (0, or
that of -window): when, the number of the event, and what. -json prints one JSON
object a line, with times in nanoseconds.
`

func history(env *environment, args []string) error {
	f := env.flags()
	id := f.Int("id", 0, "")
	window := f.Uint("window", 0, "")
	asJSON := f.Bool("json", false, "")
	key := keyFlag(f)
	name, err := env.one(f, args)
	switch {
	case err != nil:
		return err
	case *id <= 0 || *id > 1<<31-1:
		return usage("-id is needed, a node's id")
	case *window > 1<<32-1:
		return usage("-window: no such window")
	}
	tape, err := key.open(name, false)
	if err != nil {
		return err
	}
	defer tape.Close()
	found := replay.History(tape, format.WindowID(*window), snapshot.NodeID(*id))
	if *asJSON {
		return jsonLines(env, name, found)
	}
	out := bufio.NewWriter(env.out)
	n := 0
	for m, e := range found {
		if err = e; err != nil {
			break
		}
		n++
		fmt.Fprintf(out, "%v  event %d  %s\n", millis(m.Time), m.Event, line(m.Change.String()))
	}
	return finish(env, out, name, n, err)
}

const diffHelp = `Prints what the pages at the time -to differ in from those at the time -from: a
line for each change, with the node's id, its selector and both values. -to is
the end of the session by default. -json prints one JSON object a line.
`

func diff(env *environment, args []string) error {
	f := env.flags()
	from, to := f.String("from", "", ""), f.String("to", "", "")
	asJSON := f.Bool("json", false, "")
	key := keyFlag(f)
	name, err := env.one(f, args)
	if err != nil {
		return err
	}
	if *from == "" {
		return usage("-from is needed")
	}
	times := [2]time.Duration{0, 1<<63 - 1}
	for i, s := range []string{*from, *to} {
		if s == "" {
			continue
		}
		if times[i], err = duration(s); err != nil {
			return usage("%q is no duration, as 1m2.5s", s)
		}
	}
	tape, err := key.open(name, false)
	if err != nil {
		return err
	}
	defer tape.Close()
	changes, err := replay.Diff(tape, times[0], times[1])
	out := bufio.NewWriter(env.out)
	if *asJSON {
		enc := json.NewEncoder(out)
		enc.SetEscapeHTML(false)
		for _, c := range changes {
			if err := enc.Encode(c); err != nil {
				return err
			}
		}
	} else {
		for s := range strings.Lines(changes.String()) {
			fmt.Fprintln(out, line(strings.TrimSuffix(s, "\n")))
		}
		if len(changes) == 0 && err == nil {
			fmt.Fprintln(out, "nothing differs")
		}
	}
	return errors.Join(out.Flush(), report(env, name, err))
}

// question is parse for a command with something to look for and a tape.
func (env *environment) question(f *flag.FlagSet, args []string) (what, name string, err error) {
	rest, err := env.parse(f, args)
	switch {
	case err != nil:
		return "", "", err
	case len(rest) != 2:
		return "", "", usage("what to look for and one tape are needed")
	case strings.TrimSpace(rest[0]) == "":
		return "", "", usage("there is nothing to look for")
	}
	return rest[0], rest[1], nil
}

// collect returns what was found, up to an error.
func collect[T any](found iter.Seq2[T, error]) (list []T, err error) {
	for x, err := range found {
		if err != nil {
			return list, err
		}
		list = append(list, x)
	}
	return list, nil
}

// jsonLines prints what is found as it comes, one JSON object a line.
func jsonLines[T any](env *environment, name string, found iter.Seq2[T, error]) error {
	out := bufio.NewWriter(env.out)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for x, err := range found {
		if err == nil {
			err = enc.Encode(x)
		}
		if err != nil {
			return errors.Join(out.Flush(), asked(name, err))
		}
	}
	return out.Flush()
}

// finish ends the output for people: that nothing was found is said, too.
func finish(env *environment, out *bufio.Writer, name string, n int, err error) error {
	if n == 0 && err == nil {
		fmt.Fprintln(out, "nothing found")
	}
	return errors.Join(out.Flush(), asked(name, err))
}

// asked is the error that a question ended in: the tape's or a selector's.
func asked(name string, err error) error {
	if wrong, ok := errors.AsType[*replay.SelectorError](err); ok {
		return usage("selector, %v", wrong)
	}
	if err != nil {
		return named(name, err)
	}
	return nil
}

// several returns what names a window in a line: nothing where there is but one.
func several[T any](list []T, of func(*T) format.WindowID) func(format.WindowID) string {
	many := slices.ContainsFunc(list, func(x T) bool { return of(&x) != of(&list[0]) })
	return func(w format.WindowID) string {
		if !many {
			return ""
		}
		return fmt.Sprintf("window %d ", w)
	}
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
